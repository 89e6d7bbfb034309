import pytest

from small_report import gap_row, report_of
from wres.report.policy import reproduced, show_policy_tables


def test_every_printed_goal_is_reproduced() -> None:
    """A Model Employer (NHS England, 2019), Tables 2 and 3."""
    found = reproduced()
    assert found["a_year"].round().tolist() == [56, 41, 36, 18, 16, 19, 3]
    assert found["recruits"].tolist() == [56, 41, 36, 18, 16, 19, 3]


def test_tables_stand_beside_what_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    show_policy_tables(report_of(gap_row("1", -5.0)))
    text = capsys.readouterr().out
    assert "| UCLH, band 8a, by 2028 | 6 in 10 (58.9%) | 6 in 10 | 18.8 | 19 |" in text
    assert "−7.74" in text


def test_other_publications_do_not_show_them(capsys: pytest.CaptureFixture[str]) -> None:
    show_policy_tables(report_of(gap_row("1", -5.0), sources=[{"simulate": {}}]))
    assert capsys.readouterr().out == ""
