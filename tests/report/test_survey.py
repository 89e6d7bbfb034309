"""What the staff survey publishes beside ethnic groups: all staff, and bounds of indicator 6."""

from __future__ import annotations

import pytest

from small_report import report_of, share_row
from wres.report import survey

LIMITS = {"lower": 22.0, "upper": 24.0, "denominator": 1200}


def bounds_row(statistic: str, value: float) -> dict[str, object]:
    return share_row("6", "bme", value, lower=value - 1, upper=value + 1) | {"statistic": statistic}


class TestAllStaff:
    def test_in_words(self, capsys: pytest.CaptureFixture[str]) -> None:
        survey.show_all_staff(report_of(share_row("5", "all", 23.25, **LIMITS)), "5")
        assert capsys.readouterr().out.strip() == (
            "Of **all staff** who answered, 23.2% were harassed, bullied or abused by patients or the public "
            "(95% interval 22.0% to 24.0%; 1,200 answers). This is no comparison of ethnic groups."
        )

    def test_nothing_where_nothing_was_published(self, capsys: pytest.CaptureFixture[str]) -> None:
        survey.show_all_staff(report_of(share_row("5", "bme", 23.25, **LIMITS)), "5")
        assert capsys.readouterr().out == ""


class TestBounds:
    def test_beside_both_questions(self, capsys: pytest.CaptureFixture[str]) -> None:
        limits = {"lower": 9.0, "upper": 11.0, "denominator": 990}
        parts = [share_row("6", "bme", 10.0, category=part, **limits) for part in ("managers", "colleagues")]
        rows = [*parts, bounds_row("percentage_at_least", 10), bounds_row("percentage_at_most", 20)]
        survey.show_bounds(report_of(*rows), "6")
        shown = capsys.readouterr().out
        assert "does not tell how many said yes to both" in shown
        assert "By managers" in shown
        for cell in ("BME staff", "10.0% (9.0 to 11.0) of 990", "20.0% (19.0 to 21.0)"):
            assert cell in shown

    def test_nothing_where_the_percentage_itself_is_known(self, capsys: pytest.CaptureFixture[str]) -> None:
        survey.show_bounds(report_of(share_row("6", "bme", 25.0)), "6")
        assert capsys.readouterr().out == ""
