from pathlib import Path

import pytest

from wres.collect.tables import Tables, read_folder

ORGANISATIONS = "organisation_code,organisation,type,region\nRXX,Trust,acute,Y56\n"
ACTIONS = "year,organisation_code,component,action,owner,due,status\n"


def read(folder: Path, **files: str) -> Tables:
    for name, text in {"organisations": ORGANISATIONS, **files}.items():
        file, _, ending = name.partition("_")
        (folder / f"{file}.{ending or 'csv'}").write_text(text, encoding="utf-8")
    return read_folder(folder, 2025)


def lines(tables: Tables) -> list[str]:
    return [problem.line() for problem in tables.problems]


def test_turnover_of_an_organisation_and_of_a_band(tmp_path: Path) -> None:
    tables = read(tmp_path, turnover="organisation_code,category,turnover\nRXX,,0.14\nRXX,8a,0.2\n")
    assert lines(tables) == []
    assert tables.turnover[["organisation_code", "category", "turnover"]].to_numpy().tolist() == [
        ["RXX", "", 0.14],
        ["RXX", "8a", 0.2],
    ]


@pytest.mark.parametrize("turnover", ["0", "14", "-0.1", "many"])
def test_turnover_outside_0_to_1_is_named_and_left_out(turnover: str, tmp_path: Path) -> None:
    tables = read(tmp_path, turnover=f"organisation_code,turnover\nRXX,{turnover}\n")
    assert lines(tables) == [
        f"turnover.csv, row 2 (RXX): found turnover '{turnover}'; expected the share of posts that change hands in "
        "a year, above 0 and up to 1, such as 0.14; correct it"
    ]
    assert tables.turnover.empty


def test_actions_by_code_or_by_name(tmp_path: Path) -> None:
    table = ACTIONS + "2025,RXX,leadership,Sponsor,Chair,2026-03-31,done\n"
    table += "2025,RXX,Positive action and practical support,Panels,,,Under way\n"
    tables = read(tmp_path, actions=table)
    assert lines(tables) == []
    assert tables.actions[["component", "action", "owner", "due", "status"]].to_numpy().tolist() == [
        ["leadership", "Sponsor", "Chair", "2026-03-31", "done"],
        ["positive_action", "Panels", "", "", "under_way"],
    ]


def test_actions_as_yaml(tmp_path: Path) -> None:
    text = (
        "- year: 2025\n  organisation_code: RXX\n  component: monitoring\n  action: >-\n    Report\n    it\n"
    )
    tables = read(tmp_path, actions_yml=text)
    assert lines(tables) == []
    assert tables.actions[["year", "component", "action", "file", "row"]].to_numpy().tolist() == [
        [2025, "monitoring", "Report it", "actions.yml", 1]
    ]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("- year: 2025\n  colour: red\n", "found the unknown key 'colour'"),
        ("", "found the unknown key"),
        ("{a: [", "found no valid YAML"),
    ],
)
def test_strange_yaml_is_one_line(text: str, words: str, tmp_path: Path) -> None:
    (line,) = lines(read(tmp_path, actions_yml=text))
    assert line.startswith("actions.yml: ")
    assert words in line or text == ""


def test_all_that_is_wrong_with_actions_at_once(tmp_path: Path) -> None:
    table = ACTIONS + "2031,RXX,leadership,A,,,\n2025,RXX,luck,B,,,\n2025,RXX,monitoring,,,,\n"
    table += "2025,RXX,monitoring,C,,,maybe\n2025,RXX,monitoring,D,,,\n2025,RXX,monitoring,D,,,\n"
    found = lines(read(tmp_path, actions=table))
    for words in ("year '2031'", "component 'luck'", "no action", "status 'maybe'", "the same action"):
        assert any(words in line for line in found), (words, found)
