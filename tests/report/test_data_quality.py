"""What reports say of warnings, of unknown ethnicity and of what the unknown could change."""

from __future__ import annotations

import dataclasses

import pandas as pd
import pytest

from small_england import YEAR, collection, organisation
from small_report import gap_row, report_of, share_row
from wres.problems import Problem, problems_table
from wres.report import data_quality
from wres.report.slices import Slice

UNKNOWN = {"if_unknown_white": 1.42, "if_unknown_bme": 1.75, "unknown_lower": 1.31, "unknown_upper": 1.96}
FAULT = Problem(
    "returns.csv", 7, "A", YEAR, "2", "warning", "a-rule", "", "a *headcount* near last year's", "mend it"
)


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    texts: list[str] = []
    monkeypatch.setattr(data_quality, "show", texts.append)
    monkeypatch.setattr(
        data_quality, "show_chart", lambda _, chart, finding, __: texts.append(f"{finding}|{chart.alt}")
    )
    return texts


def with_problems(report: Slice, *problems: Problem) -> Slice:
    return dataclasses.replace(report, problems=problems_table(problems).drop(columns="found"))


def test_the_range_stands_beside_the_estimate() -> None:
    report = report_of(gap_row("2", 1.6, lower=1.2, upper=2.1, **UNKNOWN))
    assert data_quality.unknown_range(report, "2") == (
        "Whatever the people of unknown ethnicity are, the gap of 1.60 times would lie between **1.31 and 1.96**: "
        "1.42 if all of them were white, 1.75 if all were BME."
    )


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"status": "suppressed", "value": float("nan")},
        {**UNKNOWN, "unknown_lower": 1.6, "unknown_upper": 1.6},
    ],
    ids=["not known", "hidden", "nobody unknown"],
)
def test_no_range_where_there_is_none(changes: dict[str, object]) -> None:
    assert data_quality.unknown_range(report_of(gap_row("2", 1.6, **changes)), "2") == ""


def test_a_warning_is_printed_beside_its_indicator(shown: list[str]) -> None:
    report = with_problems(report_of(gap_row("2", 1.6)), FAULT, dataclasses.replace(FAULT, row=8))
    data_quality.show_beside(report, "2")
    (text,) = shown
    assert text.count("Read with care") == 1
    assert text.count("a \\*headcount\\* near last year\\'s") == 1


@pytest.mark.parametrize(
    "changes", [{"indicator": "3"}, {"year": YEAR - 1}, {"organisation_code": "B"}, {"severity": "error"}]
)
def test_other_problems_are_not(changes: dict[str, object], shown: list[str]) -> None:
    report = with_problems(report_of(gap_row("2", 1.6)), dataclasses.replace(FAULT, **changes))
    data_quality.show_beside(report, "2")
    assert shown == []


def test_a_table_of_what_the_unknown_could_change(shown: list[str]) -> None:
    data_quality.show_unknown(report_of(gap_row("2", 1.6, **UNKNOWN), gap_row("9", -3.0)))
    (_, table) = shown
    assert "| 2 Appointment from shortlisting | 1.60 | 1.42 | 1.75 | 1.31 to 1.96 |" in table
    assert "| 9 " not in table


def unknown_row(value: float, year: int = YEAR, **changes: object) -> dict[str, object]:
    return share_row("1", "unknown", value, category="", year=year, **changes)


def of_two_trusts(*rows: dict[str, object]) -> Slice:
    other = unknown_row(2.0, code="B", name="Trust B")
    both = collection([organisation("A"), organisation("B")]).organisations
    return dataclasses.replace(report_of(*rows, other), organisations=both)


@pytest.mark.parametrize(
    ("share", "finding"),
    [
        (12.0, "In 1 of 2 NHS trusts the ethnicity of more than 10% of staff is unknown"),
        (4.0, "No NHS trust has more than 10% of staff of unknown ethnicity"),
    ],
)
def test_self_declaration(share: float, finding: str, shown: list[str]) -> None:
    national = unknown_row(6.0, level="national", code="ENG", name="England, NHS trusts")
    data_quality.show_self_declaration(of_two_trusts(unknown_row(share), national))
    chart, table = shown[1:]
    assert chart.startswith(f"{finding}|{finding}. Shares of 2 NHS trusts lie between 2.0% and {share:.1f}%")
    assert f"| England, NHS trusts | 6.0% | 2.0% | {share:.1f}% | {int(share > 10)} of 2 |" in table


def test_self_declaration_of_trusts_without_a_nation_has_no_table(shown: list[str]) -> None:
    data_quality.show_self_declaration(of_two_trusts(unknown_row(4.0)))
    assert len(shown) == 2


def test_one_trust_makes_no_distribution(shown: list[str]) -> None:
    data_quality.show_self_declaration(report_of(unknown_row(4.0)))
    assert shown == []


def test_self_declaration_by_organisation(shown: list[str]) -> None:
    data_quality.show_unknown_by_organisation(report_of(unknown_row(4.0), unknown_row(5.5, YEAR - 1)))
    assert "| Trust A (A) | 4.0% | −1.5 points |" in shown[0]


def test_hidden_shares_are_not_shown(shown: list[str]) -> None:
    hidden = unknown_row(float("nan"), status="suppressed")
    data_quality.show_self_declaration(report_of(hidden))
    data_quality.show_unknown_by_organisation(report_of(hidden))
    assert shown == []
    assert isinstance(report_of(hidden).problems, pd.DataFrame)
