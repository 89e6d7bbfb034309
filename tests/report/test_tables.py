import numpy as np
import pandas as pd

from small_england import counts, organisation, rates, staff
from small_report import computed_report, share_row
from wres.report import tables


def cells(table: str) -> list[list[str]]:
    """Rows of a pipe table, heads first, without the rule."""
    lines = [line for line in table.splitlines() if line.startswith("|")]
    split = [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines]
    return [split[0], *split[2:]]


def test_a_cell_without_a_figure_says_why() -> None:
    hidden = pd.Series(share_row("5", "bme", np.nan, status="suppressed"))
    assert tables.estimate(hidden) == tables.HIDDEN == "[c]"
    assert tables.estimate(None) == "–"
    assert tables.number(np.nan) == "–"
    assert tables.number(1234.0) == "1,234"
    assert tables.estimate(pd.Series(share_row("5", "bme", 28.63))) == "28.6%"
    shown = pd.Series(share_row("5", "bme", 28.63, lower=28.4, upper=28.83))
    assert tables.estimate(shown) == "28.6% (28.4 to 28.8)"


def test_rates_year_by_year_keep_the_years_that_are_missing() -> None:
    returns = [
        *rates("A", "2", (30, 100), (20, 100), year=2023),
        *rates("A", "2", (30, 100), (20, 100), year=2025),
    ]
    head, *lines = cells(tables.rates_by_year(computed_report([organisation("A")], returns), "2"))
    assert head[-1] == "White ÷ BME (times)"
    assert [line[0] for line in lines] == ["2023", "2024", "2025"]
    assert lines[0][1:5] == ["30 of 100", "30.0% (21.9 to 39.6)", "20 of 100", "20.0% (13.3 to 28.9)"]
    assert lines[0][5].startswith("1.50 (")
    assert lines[1][1:] == ["–", "–", "–", "–", "not submitted"]


def test_hidden_cells_show_their_mark_and_no_number() -> None:
    returns = rates("A", "2", (30, 100), (3, 100))
    _, line = cells(tables.rates_by_year(computed_report([organisation("A")], returns), "2"))
    assert line == ["2025", *["[c]"] * 5]


def test_indicator_3_says_which_way_it_is_divided() -> None:
    returns = [*staff("A", 3200, 800, 0), *counts("A", "3", "entered_disciplinary", 12, 6)]
    head, line = cells(tables.rates_by_year(computed_report([organisation("A")], returns), "3"))
    assert head[-1] == "BME ÷ white (times)"
    assert line[5].startswith("2.00 (")


def test_bands_stand_in_order_by_staff_group_with_their_gaps() -> None:
    returns = [
        *staff("A", 300, 100, 0, group="clinical", category="5"),
        *staff("A", 90, 10, 0, group="clinical", category="8a"),
        *staff("A", 200, 50, 0, group="non_clinical", category="5"),
    ]
    head, *lines = cells(tables.bands(computed_report([organisation("A")], returns)))
    places = [line[0] for line in lines]
    assert places.index("All staff: Band 5") < places.index("All staff: Band 8a")
    assert places.index("All staff: all bands") < places.index("Non-clinical: Band 5")
    band = lines[places.index("Clinical: Band 8a")]
    assert band[1] == "10 of 100"
    assert band[3].startswith("−11.3 (")
    assert band[4] == "Clear gap"
    assert len(head) == len(band)


def test_boards_by_part() -> None:
    returns = [*staff("A", 800, 200, 0), *counts("A", "9", "board_members", 9, 1, 0)]
    _, line = cells(tables.board(computed_report([organisation("A")], returns)))
    assert line[:2] == ["Whole board, 2025", "1 of 10"]
    assert line[3].startswith("−10.0 (")


def test_senior_staff_year_by_year() -> None:
    returns = [
        row
        for year, senior in ((2024, 8), (2025, 10))
        for row in [
            *staff("A", 300, 100, 0, group="clinical", category="5", year=year),
            *staff("A", 90, senior, 0, group="clinical", category="8a", year=year),
        ]
    ]
    _, *lines = cells(tables.senior_by_year(computed_report([organisation("A")], returns)))
    assert [line[0] for line in lines] == ["2024", "2025"]
    assert [line[3] for line in lines] == ["8 of 98", "10 of 100"]
