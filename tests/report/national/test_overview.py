from dataclasses import replace

import pandas as pd
import pytest

from small_report import gap_row, report_of
from wres.definitions import NATION
from wres.report.national import overview

ENGLAND = {"level": "national", "code": NATION, "name": "England, NHS trusts"}
BY_CHANCE = {"indicator": "2", "measure": "expected_adverse", "value": 3.2}


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    texts: list[str] = []
    monkeypatch.setattr(overview, "show", texts.append)
    return texts


@pytest.mark.parametrize(
    ("verdict", "title"),
    [
        (
            "inconclusive",
            "**The only gap tested in trusts is not clear to the disadvantage of BME staff, which is not a finding of "
            "equality**\n",
        ),
        ("not_tested", "**No gap in a trust could be tested: there are no counts to test by**\n"),
        (
            "adverse",
            "**Clear gaps to the disadvantage of BME staff in trusts, over nine indicators: 1; if nothing were wrong, "
            "about 3 would show by chance**\n",
        ),
    ],
)
def test_clear_gaps_are_counted(verdict: str, title: str, shown: list[str]) -> None:
    report = report_of(gap_row("2", 1.5, verdict=verdict))
    overview.show_verdicts(replace(report, variation=pd.DataFrame([BY_CHANCE])))
    assert shown[0] == title


def test_where_no_gap_is_clear_it_is_said_how_many_were_tested(shown: list[str]) -> None:
    overview.show_verdicts(
        report_of(gap_row("2", 1.1), gap_row("3", 1.2), gap_row("4", 1.0, verdict="not_tested"))
    )
    assert shown[0].startswith(
        "**Of 2 gaps tested in trusts none is clear to the disadvantage of BME staff, which"
    )


@pytest.mark.parametrize(
    ("verdicts", "lines"),
    [
        ([], "- No national gap can be compared with that of 2024."),
        (["inconclusive"] * 2, "- None of the two gaps that can be compared changed clearly since 2024."),
        (
            ["adverse", "inconclusive"],
            "- **Harassment, bullying or abuse by patients or the public**: +3.0 points in 2024, +4.0 points in 2025, "
            "worse.\n- For one of two gaps no clear change since 2024 was found.",
        ),
    ],
)
def test_what_changed_most(verdicts: list[str], lines: str, shown: list[str]) -> None:
    codes = dict(zip(("5", "8"), verdicts, strict=False))
    rows = [gap_row(code, 4.0, **ENGLAND) for code in codes]
    rows += [gap_row(code, 3.0, year=2024, **ENGLAND) for code in codes]
    rows += [
        gap_row(c, 1.0, statistic="change", verdict=v, p_value=0.01, **ENGLAND) for c, v in codes.items()
    ]
    overview.show_changes(report_of(*rows, code=NATION))
    assert shown == [lines]
