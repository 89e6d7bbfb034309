from collections.abc import Iterator

import numpy as np
import pandas as pd
import pytest
from matplotlib import pyplot as plt

from small_england import counts, organisation, rates, staff
from small_report import computed_report, gap_row, report_of, share_row
from wres.definitions import definitions
from wres.report import charts, drawing
from wres.report.slices import Slice

KNOWN = definitions().indicators


@pytest.fixture(autouse=True)
def closed_figures() -> Iterator[None]:
    yield
    plt.close("all")


def survey(code: str, years: dict[int, tuple[int, int]], **more: object) -> Slice:
    returns = [row for year, bme in years.items() for row in rates("A", code, (300, 1000), bme, year=year)]
    return computed_report([organisation("A")], returns, **more)


def drawn(chart: drawing.Chart) -> list[list[float]]:
    """Years of each line of a chart, without the upright lines of a new definition."""
    lines = chart.figure.axes[0].lines
    return [
        [float(x) for x in line.get_xdata()] for line in lines if line.get_marker() not in ("", "None", None)
    ]


def test_rates_carry_their_figures_in_words() -> None:
    chart = charts.rates_over_time(survey("5", {2024: (400, 1000), 2025: (450, 1000)}), "5")
    assert chart is not None
    assert "White 30.0% in 2024 and 30.0% in 2025" in chart.alt
    assert "BME 40.0% in 2024 and 45.0% in 2025" in chart.alt
    assert drawn(chart) == [[2024, 2025], [2024, 2025]]


def test_a_missing_year_is_a_gap_and_no_line_is_drawn_over_it() -> None:
    years = dict.fromkeys((2021, 2022, 2024, 2025), (400, 1000))
    chart = charts.rates_over_time(survey("5", years), "5")
    assert chart is not None
    assert drawn(chart) == [[2021, 2022], [2024, 2025]] * 2


def test_no_line_crosses_a_new_definition() -> None:
    years = dict.fromkeys((2020, 2021, 2022, 2023), (400, 1000))
    chart = charts.rates_over_time(survey("7", years, year=2023), "7")
    assert chart is not None
    assert drawn(chart) == [[2020, 2021], [2022, 2023]] * 2
    assert any(text.get_text() == "new definition" for text in chart.figure.axes[0].texts)
    unbroken = charts.rates_over_time(survey("6", years, year=2023), "6")
    assert unbroken is not None
    assert drawn(unbroken) == [[2020, 2021, 2022, 2023]] * 2


def test_hidden_and_missing_figures_give_no_chart() -> None:
    assert charts.rates_over_time(survey("5", {2025: (3, 1000)}), "5") is None
    assert charts.rates_over_time(survey("5", {2025: (400, 1000)}), "6") is None


@pytest.mark.parametrize(
    ("code", "value", "side"),
    [
        ("2", 2.0, "worse"),
        ("2", 0.5, "better"),
        ("5", 5.0, "worse"),
        ("7", -5.0, "worse"),
        ("7", 5.0, "better"),
        ("1", -5.0, "worse"),
        ("9", 5.0, "better"),
    ],
)
def test_right_is_always_worse(code: str, value: float, side: str) -> None:
    ratio = KNOWN[code].gap == "relative_likelihood"
    low, high = (value / 1.5, value * 1.5) if ratio else (value - 2, value + 2)
    row = pd.Series(gap_row(code, value, lower=low, upper=high))
    chart = charts.gap_picture(row, KNOWN[code], (0.8, 1.25) if ratio else (-2, 2))
    dot = chart.figure.axes[0].lines[-1].get_xdata()[0]
    assert (dot > 0) == (side == "worse")
    assert f"to the {side} side for BME staff" in chart.alt
    assert ("2.00 times" in chart.alt) == (value == 2.0)


@pytest.mark.parametrize(
    ("value", "lower", "upper"), [(np.inf, 1.2, np.inf), (0.0, 0.0, 3.0), (1.5, np.nan, np.nan)]
)
def test_ratios_without_limits_can_be_drawn(value: float, lower: float, upper: float) -> None:
    row = pd.Series(gap_row("3", value, lower=lower, upper=upper))
    chart = charts.gap_picture(row, KNOWN["3"], (0.8, 1.25))
    low, high = chart.figure.axes[0].get_xlim()
    for line in chart.figure.axes[0].lines:
        assert all(low <= x <= high for x in line.get_xdata())


def band_returns(*years: int) -> list:
    return [
        row
        for year in years
        for row in (
            *staff("A", 300, 100, 0, group="clinical", category="5", year=year),
            *staff("A", 90, 10, 0, group="clinical", category="8a", year=year),
            *staff("A", 200, 50, 0, group="non_clinical", category="5", year=year),
            *staff("A", 95, 9, 0, group="non_clinical", category="8a", year=year),
            *counts("A", "9", "board_members", 9, 1, 0, year=year),
        )
    ]


def test_a_single_year_has_no_lines() -> None:
    report = computed_report([organisation("A")], band_returns(2025))
    assert charts.board_over_time(report) is None
    assert charts.senior_over_time(report) is None


def test_a_single_band_is_no_comparison_of_bands() -> None:
    report = report_of(share_row("1", "bme", 20.0, staff_group="clinical", category="5"))
    assert charts.band_shares(report) is None


def test_bands_board_and_senior_staff() -> None:
    report = computed_report([organisation("A")], band_returns(2024, 2025))
    bands = charts.band_shares(report)
    assert bands is not None
    assert "Band 8a clinical 10.0%" in bands.alt
    assert "Band 5 non-clinical 20.0%" in bands.alt
    board = charts.board_over_time(report)
    assert board is not None
    assert "Board 10.0% in 2024 and 10.0% in 2025" in board.alt
    assert "Workforce 19.8% in 2024 and 19.8% in 2025" in board.alt
    senior = charts.senior_over_time(report)
    assert senior is not None
    assert "Bands 8a to VSM 9.3% in 2024 and 9.3% in 2025" in senior.alt


def test_without_figures_there_is_no_chart() -> None:
    report = report_of(gap_row("1", np.nan, status="not_submitted", verdict=""))
    for draw in (charts.band_shares, charts.board_over_time, charts.senior_over_time):
        assert draw(report) is None


def test_groups_name_every_figure() -> None:
    shares = pd.DataFrame(
        {
            "name": ["White - British", "Black - African"],
            "ethnicity": ["A", "N"],
            "value": [22.9, 33.2],
            "lower": [22.8, 32.7],
            "upper": [23.0, 33.6],
        }
    )
    assert "Black - African 33.2%" in charts.groups(shares, KNOWN["5"]).alt


def test_a_gap_of_zero_is_not_called_no_gap() -> None:
    row = pd.Series(gap_row("5", 0.0, lower=-9.0, upper=9.0))
    chart = charts.gap_picture(row, KNOWN["5"], (-2, 2))
    assert "no gap" not in chart.alt
