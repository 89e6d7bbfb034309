"""Pay tables: what is read, and what is said of faulty rows."""

from __future__ import annotations

from pathlib import Path

import pytest

from wres.collect import collect
from wres.collect.tables import Tables, read_folder
from wres.params import load_publication

HEAD = "year,organisation_code,measure,staff_group,category,ethnicity,amount,count\n"
GOOD = "2025,RXX,hourly_pay,clinical,5,A,16.52,12\n"


def read(folder: Path, *rows: str) -> Tables:
    (folder / "pay.csv").write_text(HEAD + "".join(rows))
    return read_folder(folder, 2025)


def test_amounts_and_people_are_numbers(tmp_path: Path) -> None:
    tables = read(tmp_path, GOOD, "2025,RXX,bonus,medical_dental,consultant,H,3092,2\n")
    assert tables.problems == ()
    columns = ["year", "measure", "category", "ethnicity", "amount", "count", "indicator", "row"]
    assert tables.pay[columns].to_numpy().tolist() == [
        [2025, "hourly_pay", "5", "A", 16.52, 12, "pay", 2],
        [2025, "bonus", "consultant", "H", 3092.0, 2, "pay", 3],
    ]


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (GOOD.replace("16.52", "0"), "found amount '0'; expected pounds, such as 18.25"),
        (GOOD.replace("16.52", "£16"), "found amount '£16'; expected pounds, such as 18.25"),
        (GOOD.replace("16.52", "34000"), "found amount '34000'; expected pounds, such as 18.25"),
        (GOOD.replace(",12\n", ",0\n"), "found count '0'; expected a whole number of people, 1 or more"),
        (GOOD.replace(",12\n", ",1.5\n"), "found count '1.5'; expected a whole number of people, 1 or more"),
        (GOOD.replace("hourly_pay", "yearly_pay"), "found measure 'yearly_pay'; expected one of hourly_pay"),
        (GOOD.replace("RXX", "ENG"), "found organisation_code 'ENG'; expected one organisation"),
        (GOOD.replace(",5,", ",5a,"), "found category '5a'"),
        (GOOD.replace("2025,", "2026,"), "found year '2026'"),
    ],
)
def test_faulty_rows_are_named_and_left_out(row: str, said: str, tmp_path: Path) -> None:
    tables = read(tmp_path, row)
    (problem,) = tables.problems
    assert said in problem.line()
    assert problem.indicator == "pay"
    assert tables.pay.empty


def test_a_total_beside_its_parts_would_count_people_twice(tmp_path: Path) -> None:
    tables = read(tmp_path, GOOD, "2025,RXX,hourly_pay,all,,A,17.10,40\n")
    assert {problem.found for problem in tables.problems} == {"a total beside its parts"}
    assert tables.pay["count"].tolist() == [12]


def test_the_same_amount_twice(tmp_path: Path) -> None:
    tables = read(tmp_path, GOOD, GOOD)
    assert [problem.found for problem in tables.problems] == ["the same pay as in row 2"]


def test_pay_of_an_organisation_comes_whole_from_the_first_source(tmp_path: Path) -> None:
    for folder, row in (("first", GOOD), ("second", GOOD.replace("16.52", "18.66"))):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "organisations.csv").write_text(
            "organisation_code,organisation,type,region\nRXX,Example NHS Trust,acute,Y56\n"
        )
        (tmp_path / folder / "pay.csv").write_text(HEAD + row)
    (tmp_path / "params.yml").write_text(
        "publication: test\nyear: 2025\nsources:\n  - tables: first\n  - tables: second\n"
    )
    collection = collect(load_publication(tmp_path / "params.yml"))
    assert collection.pay["amount"].tolist() == [16.52]
