"""What stands out for an organisation, for the worse and for the better, with the reasons in words.

The rule belongs in :mod:`wres.analysis.priorities`; a reason says what was compared, never why a gap exists.
"""

from __future__ import annotations

import pandas as pd

from wres.comparisons import MOST_STANDING_OUT
from wres.definitions import definitions
from wres.report import words
from wres.report.display import show
from wres.report.narrative.texts import say
from wres.report.peers import figure, group_figure, group_in_sentence, standing
from wres.report.slices import Slice, where

SIDES = ("worse", "better")


def show_priorities(report: Slice) -> None:
    """Show where the organisation most clearly does worse, and where it does better, with the reasons."""
    table = report.comparisons.priorities
    own = where(table, code=report.code, year=report.year)
    gaps = [report.headline(code) for code in definitions().indicators]
    if not any(row is not None and row["status"] == "published" for row in gaps):
        show(f"{say('comparisons', 'nothing to compare', year=report.year)}\n")
        return
    for side in SIDES:
        found = where(own, side=side).sort_values("place")
        lines = [f"{n}. {_reason(report, row)}" for n, (_, row) in enumerate(found.iterrows(), 1)]
        head = say("comparisons", f"priorities {side}")
        show(f"**{head}**\n\n" + ("\n".join(lines) or say("comparisons", f"none {side}")) + "\n")
    show(f"::: {{.note}}\n{say('comparisons', 'how chosen', most=words.count_word(MOST_STANDING_OUT))}\n:::")


def _reason(report: Slice, row: pd.Series) -> str:
    code = str(row["indicator"])
    own = report.headline(code)
    assert own is not None  # noqa: S101  (a priority is made of the indicator's own figure)
    parts = [_parity(own, row["parity"]), _beside(report, code, row), _since(report, code, row["last_year"])]
    said = "; ".join(part for part in parts if part)
    return say(
        "comparisons",
        "reason",
        indicator=definitions().indicators[code].name,
        gap=words.gap(own),
        interval=words.interval(own),
        reasons=f"{said[:1].upper()}{said[1:]}",
    )


def _parity(own: pd.Series, says: str) -> str:
    return say("comparisons", f"reason {own['verdict']}") if says else ""


def _beside(report: Slice, code: str, row: pd.Series) -> str:
    found = standing(report, code)
    if not row["peers"] or found is None:
        return ""
    group = group_figure(report, found)
    together = figure(code, str(found["statistic"]), group["pooled"])
    name = group_in_sentence(report, found)
    return say("comparisons", "reason peers", worse=row["peers"], group=name, together=together)


def _since(report: Slice, code: str, says: str) -> str:
    before = report.headline(code, year=report.year - 1)
    if not says or before is None:
        return ""
    return say("comparisons", "reason year", worse=says, year=report.year - 1, was=words.gap(before))
