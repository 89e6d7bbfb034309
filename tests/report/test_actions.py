from dataclasses import replace

import pandas as pd
import pytest

from small_report import gap_row, report_of
from wres.report.actions import show_actions
from wres.report.slices import Slice

COLUMNS = ["year", "organisation_code", "component", "action", "owner", "due", "status"]


def report(*actions: tuple[object, ...]) -> Slice:
    return replace(report_of(gap_row("1", -5.0)), actions=pd.DataFrame(list(actions), columns=COLUMNS))


def said(given: Slice, capsys: pytest.CaptureFixture[str]) -> str:
    show_actions(given)
    return capsys.readouterr().out


def test_this_years_plan_and_what_became_of_last_years(capsys: pytest.CaptureFixture[str]) -> None:
    text = said(
        report(
            (2025, "A", "leadership", "Sponsor", "Chair", "2026-03-31", "planned"),
            (2024, "A", "monitoring", "Report", "", "", "done"),
            (2025, "B", "monitoring", "Of others", "", "", ""),
        ),
        capsys,
    )
    assert "| Leadership and cultural transformation | Sponsor | Chair | 31 March 2026 | Planned |" in text
    assert "What became of the actions of 2024" in text
    assert "| Monitoring progress and benchmarking | Report | – | – | Done |" in text
    assert "No action was sent for: Positive action and practical support; Accountability" in text
    assert "Of others" not in text


def test_no_plan_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    assert "sent no action plan for 2025 or the year before" in said(report(), capsys)


def test_words_of_organisations_are_escaped(capsys: pytest.CaptureFixture[str]) -> None:
    nasty = "<script>alert(1)</script> | `x` $y$ ![](http://a)"
    text = said(report((2025, "A", "leadership", nasty, nasty, nasty, "")), capsys)
    assert "<script>" not in text
    assert "![](" not in text
