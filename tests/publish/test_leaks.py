"""Which numbers in a text tell what is hidden: each sentence that is no leak stands beside one that is."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pandas as pd
import pytest

from small_england import collection, organisation, publication, rates
from wres import pipeline, results
from wres.publish.audit.fixed import ALWAYS, fixed_phrases
from wres.publish.audit.leaks import Hidden
from wres.publish.audit.passages import read
from wres.report.narrative.texts import sections

PUBLICATION = publication(first_year=2025)
NAME = "St Mary's Trust"


@cache
def hidden(count: int, base: int) -> Hidden:
    """What is hidden where a trust appointed so many of so many BME applicants, and nothing else is published."""
    places = [organisation("RAA", region="Y56", icb_code="Q1")]
    given = collection(places, rates("RAA", "2", (61, 307), (count, base)))
    rows = results.conform(pipeline.indicators(given, PUBLICATION))
    rows = rows[rows["level"].eq("organisation")].assign(hidden=True)
    names = {NAME: "RAA", "RAA": "RAA"}
    nothing = pd.DataFrame(columns=["code", "year", "number"])
    return Hidden(rows, names, PUBLICATION.year, {"RAA": 2025}, fixed_phrases(PUBLICATION), nothing)


def found(
    folder: Path, text: str, count: int, base: int, name: str = "report.txt", own: str = "RAA"
) -> list[str]:
    """Numbers that are leaks in a file of the trust."""
    path = folder / name
    path.write_text(text, encoding="utf-8")
    known = hidden(count, base)
    return [leak.text.split(" in ")[0] for passage in read(path) for leak in known.leaks(passage, name, own)]


@pytest.mark.parametrize(
    ("count", "base", "no_figure", "figure"),
    [
        (2, 97, "2 Appointment from shortlisting", "2 Appointments"),
        (2, 97, "2 Appointment\nfrom\nshortlisting", "2 Appointments\nfrom\nshortlisting"),
        (2, 97, "2 Are shortlisted white applicants more likely to be appointed than BME applicants?", "2 Are BME"),
        (6, 97, "drops from bands 1–5 to 6–7 and again", "drops from bands 1–5 to 6 and again"),
        (2, 97, "Gaps of indicators 3 to 2 hold", "Gaps of indicators 3 to 8 hold for 2"),
        (2, 97, "This workbook has 2 tables", "This workbook has 3 tables, and 2 people"),
        (2, 97, "Bands 1, Band\n2 and VSM", "There were\n2 more"),
        (2, 97, "Indicators 1,\n2 and 3", "In all,\n2 and 3"),
        (2, 97, "Peer group 1 2 3 4 5", "Group 1 2 3 4 5"),
        (4, 97, "Counts of 1 to 4 people, and what would give them away, are hidden", "Counts of 3 to 4 people"),
        (2, 11, "survey results of fewer than 11 people. Board members", "fewer than 11 people. A board"),
        (2, 95, "the true place lies in this range in 95 of 100 cases, and", "this trust, 95 of 100 cases"),
        (2, 50, "without regard to ethnicity, 50 times, and the same rules", "to ethnicity, 50 people"),
        (2, 20, "Too few posts: under 20, where one person moves the share", "Too few: 20, where one"),
        (2, 30, "groups of 30 people and more, with 95% intervals", "groups of 30 people"),
        (2, 9, "each of the AfC Bands 1-9 or medical and dental", "each of the Bands, 9 or medical"),
        (2, 160, "The whole interval lies inside 0.80 to 1.25 times, or ±2 points. Everything", "a gap of 1.25 times"),
        (1, 8, "Assumes that 12.5% of posts change hands a year.", "12.5% of posts change hands."),
    ],
)  # fmt: skip
def test_numbers_that_are_names_or_settings_are_no_figures_though_the_same_are_hidden(
    count: int, base: int, no_figure: str, figure: str, tmp_path: Path
) -> None:
    """Lines of plain text break where they are full, as those of a PDF do."""
    assert found(tmp_path, no_figure, count, base) == []
    assert found(tmp_path, figure, count, base)


@pytest.mark.parametrize(
    ("text", "leaking"), [("3.1%", []), ("3×", []), ("3 pts", []), ("3.1% of BME", ["3.1%"])]
)
def test_bare_numbers_of_a_scale_are_no_figures(text: str, leaking: list[str], tmp_path: Path) -> None:
    svg = f'<svg xmlns="http://www.w3.org/2000/svg"><g id="xtick_1"><!-- {text} --></g></svg>'
    assert found(tmp_path, svg, 3, 97, "indicator.svg") == leaking
    assert found(tmp_path, svg.replace("xtick_1", "text_1"), 3, 97, "indicator.svg")


def test_a_bare_number_at_the_head_of_a_column_names_an_indicator(tmp_path: Path) -> None:
    table = "<table><tr><th>Group</th><th>3</th></tr><tr><th>All</th><td>{}</td></tr></table>"
    assert found(tmp_path, table.format("="), 3, 97, "index.html") == []
    assert found(tmp_path, table.format("3"), 3, 97, "index.html") == ["3"]


def test_a_sentence_that_starts_with_a_hidden_number_is_found(tmp_path: Path) -> None:
    assert found(tmp_path, "3 BME applicants were appointed.", 3, 97) == ["3"]


@pytest.mark.parametrize("name", [NAME, NAME.replace("'", "’")])
def test_names_are_known_with_either_apostrophe(name: str, tmp_path: Path) -> None:
    """A page that isn't the trust's own, as printers write it."""
    assert found(tmp_path, f"At {name} 3 BME applicants were appointed.", 3, 97, own="") == ["3"]


def test_an_area_has_the_code_of_a_board_and_figures_of_its_own(tmp_path: Path) -> None:
    row = "2025,RAA,2,3\n"
    assert found(tmp_path, f"Year,Code,Indicator,Appointed\n{row}", 3, 97, "areas.csv") == [
        "3 under 'Appointed'"
    ]
    head = "Year,Code,Integrated care board area,Indicator,Appointed\n"
    assert found(tmp_path, f"{head}2025,RAA,An area,2,3\n", 3, 97, "areas.csv") == []


@pytest.mark.parametrize(("section", "name"), ALWAYS)
def test_a_sentence_that_holds_settings_alone_has_none_that_could_be_a_figure(
    section: str, name: str
) -> None:
    """Their numbers are written in the sentence; figures would stand in braces."""
    assert any(character.isdigit() for character in sections()[section].sentences[name].text)
