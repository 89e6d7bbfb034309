"""Which organisations were merged into one is said, and where their history stands."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from small_england import organisation
from small_report import gap_row, report_of
from wres.report.mergers import merged, predecessors
from wres.report.slices import Slice

ORGANISATIONS = pd.DataFrame(
    [
        organisation("A", opened="2020-10-01"),
        organisation("B", successor="A", closed="2020-09-30"),
        organisation("C", successor="B", closed="2018-03-31"),
        organisation("D"),
    ]
)


def report(note: str = "") -> Slice:
    return replace(report_of(gap_row("2", 1.0, note=note, year=2019)), organisations=ORGANISATIONS)


def test_predecessors_through_others() -> None:
    assert predecessors(ORGANISATIONS, "A")["organisation_code"].to_list() == ["B", "C"]
    assert predecessors(ORGANISATIONS, "D").empty


def test_a_circle_ends() -> None:
    circle = pd.DataFrame([organisation("A", successor="B"), organisation("B", successor="A")])
    assert predecessors(circle, "A")["organisation_code"].to_list() == ["B"]


def test_years_that_are_sums() -> None:
    assert merged(report("summed from B and C")) == (
        "Merged into this trust: Trust C (C, closed on 31 March 2018) and Trust B (B, closed on 30 September "
        "2020). Figures of 2019 are the sums of theirs."
    )


def test_a_trust_that_was_there_before_keeps_its_own_figures() -> None:
    assert merged(report()).endswith(
        "Figures from before are this trust's own; theirs stand in the data under their codes."
    )


def test_nothing_where_nobody_was_merged() -> None:
    assert merged(report_of(gap_row("2", 1.0))) == ""
