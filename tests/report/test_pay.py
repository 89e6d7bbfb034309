"""The pay gap on a page: sentences, tables and charts from rows written by hand."""

from __future__ import annotations

import numpy as np
import pytest

from small_report import report_of
from wres.report import pay
from wres.report.slices import Slice

Row = dict[str, object]


def row(value: float, lower: float = np.nan, upper: float = np.nan, **changes: object) -> Row:
    """A gap of mean pay of trust A."""
    given = {
        "year": 2025, "level": "organisation", "code": "A", "name": "Trust A", "indicator": "pay",
        "staff_group": "all", "category": "", "statistic": "mean_pay_gap", "ethnicity": "", "value": value,
        "lower": lower, "upper": upper, "white_numerator": 400.0, "bme_numerator": 200.0, "status": "published",
        "verdict": "adverse", "confidence": 0.95, "basis": "counts", "note": "",
    }  # fmt: skip
    return given | changes


def quarter(category: str, value: float) -> Row:
    """BME share of a quarter of 100 people."""
    counted = {"numerator": value, "denominator": 100.0, "white_numerator": np.nan, "bme_numerator": np.nan}
    share = {"category": category, "statistic": "percentage", "ethnicity": "bme", "verdict": ""}
    return row(value, value - 5, value + 5, **share, **counted)


WHOLE = (
    row(8.0, 6.0, 10.0),
    row(5.5, 0.0, 11.0, statistic="median_pay_gap", verdict="not_tested"),
    row(6.5, 5.0, 8.0, statistic="pay_gap_between_bands", verdict="not_tested"),
    row(1.5, 1.0, 2.0, statistic="pay_gap_within_bands", verdict="not_tested"),
    row(3.0, 2.5, 3.5, category="5"),
    row(1.0, -1.0, 3.0, category="6", verdict="inconclusive"),
    row(np.nan, category="8a", bme_numerator=7.0, status="insufficient", verdict="not_tested"),
    row(np.nan, category="8b", white_numerator=np.nan, bme_numerator=np.nan, status="suppressed", verdict=""),
    *(quarter(name, share) for name, share in (("lower_quarter", 42.0), ("upper_quarter", 18.0), ("", 30.0))),
)


def shown(report: Slice, capsys: pytest.CaptureFixture[str]) -> str:
    pay.show_pay(report)
    return capsys.readouterr().out


def test_the_gap_in_plain_english(capsys: pytest.CaptureFixture[str]) -> None:
    text = shown(report_of(*WHOLE), capsys)
    assert (
        "On average BME staff are paid **8.0% less** an hour than white staff (gap +8.0%, +6.0 to +10.0)."
        in text
    )
    assert "At the median the gap is **+5.5%** (0.0 to +11.0)." in text
    assert "**+1.5 points** of the mean gap (+1.0 to +2.0) lie within the same band" in text
    assert "**+6.5 points** (+5.0 to +8.0) come from who works in which." in text
    assert "is not by itself unequal pay for the same work" in text


def test_a_gap_in_favour_is_said_so_and_doctors_are_named(capsys: pytest.CaptureFixture[str]) -> None:
    report = report_of(
        row(-3.4, -5.0, -1.8, verdict="favourable"),
        row(-5.0, -6.0, -4.0, statistic="pay_gap_between_bands", verdict="not_tested"),
        row(1.6, 1.0, 2.0, statistic="pay_gap_within_bands", verdict="not_tested"),
        row(4.0, 1.0, 7.0, staff_group="medical_dental", white_numerator=40.0, bme_numerator=50.0),
    )
    text = shown(report, capsys)
    assert "BME staff are paid **3.4% more** an hour" in text
    assert "25.0% of BME staff are doctors and dentists against 10.0% of white staff." in text


def test_every_gap_stands_in_the_table_or_says_why_not() -> None:
    text = pay.gaps_table(report_of(*WHOLE)) + pay.bands_table(report_of(*WHOLE))
    assert "| All staff | 400 | 200 | +8.0% (+6.0 to +10.0) | Clear gap | +5.5% (0.0 to +11.0) |" in text
    assert "| Band 8a | 400 | 7 | under 10 people | – |" in text
    assert "Band 8b" not in text
    assert "nan" not in text


def test_hidden_bands_are_named_below_the_tables(capsys: pytest.CaptureFixture[str]) -> None:
    assert "Hidden, so that nobody can be recognised: Band 8b." in shown(report_of(*WHOLE), capsys)


def test_findings() -> None:
    report = report_of(*WHOLE)
    assert pay.within_finding(report) == (
        "BME staff are clearly paid less in 1 of 2 bands and grades, by over 2% in 1"
    )
    wide = report_of(*WHOLE, statistics={"practical_points": 5})
    assert pay.within_finding(wide) == "BME staff are clearly paid less in 1 of 2 bands and grades"
    assert pay.quarters_finding(report) == (
        "BME staff are 42.0% of the lowest-paid quarter and 18.0% of the highest-paid"
    )


def test_charts_say_what_they_show() -> None:
    report = report_of(*WHOLE)
    gaps, quarters = pay.gaps_chart(report), pay.quarters_chart(report)
    assert gaps is not None
    assert gaps.alt.endswith("All staff +8.0%; Band 5 +3.0%; Band 6 +1.0%")
    assert quarters is not None
    assert quarters.alt.endswith("Highest-paid quarter 18.0%; Lowest-paid quarter 42.0%")


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([row(1.0, year=2024)], "No pay data were sent by the trust for 2025"),
        ([row(np.nan, status="insufficient", verdict="not_tested")], "fewer than 10 white or BME staff"),
        ([row(np.nan, status="suppressed", verdict="")], "The pay gap is hidden"),
    ],
)
def test_no_gap_says_why(rows: list[Row], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    other = row(1.0, indicator="1", statistic="difference")
    assert said in shown(report_of(*rows, other), capsys)


def test_an_interval_without_a_useful_end() -> None:
    report = report_of(row(-4.3, -133.1, 53.4))
    assert "−4.3% (below −100 to +53.4)" in pay.gaps_table(report)
