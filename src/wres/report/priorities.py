"""What stands out for an organisation, for the worse and for the better, with the reasons in words.

The rule belongs in :mod:`wres.analysis.priorities`; a reason says what was compared, never why a gap exists.
"""

from __future__ import annotations

import pandas as pd

from wres.analysis.priorities import MOST
from wres.definitions import definitions
from wres.report import words
from wres.report.display import show
from wres.report.peers import figure, group_figure, group_in_sentence, standing
from wres.report.slices import Slice, where

SIDES = {
    "worse": (
        "Where it most clearly does worse",
        "No comparison is clearly to the worse, which is not a finding of equality.",
    ),
    "better": (
        "Where it does well",
        "No indicator has a comparison clearly to the better and none to the worse.",
    ),
}


def show_priorities(report: Slice) -> None:
    """Show where the organisation most clearly does worse, and where it does better, with the reasons."""
    table = report.comparisons.priorities
    own = where(table, code=report.code, year=report.year)
    for side, (head, none) in SIDES.items():
        found = where(own, side=side).sort_values("place")
        lines = [f"{n}. {_reason(report, row)}" for n, (_, row) in enumerate(found.iterrows(), 1)]
        show(f"**{head}**\n\n" + ("\n".join(lines) or none) + "\n")
    show(
        "::: {.note}\nEach indicator is compared with parity (the verdict), with similar organisations (outside the "
        "limits within which 95% would lie) and with the year before (the interval of the change). Those with most "
        f"comparisons to the worse come first, {words.count_word(MOST)} at most; those that do well have none to the "
        "worse.\n:::"
    )


def _reason(report: Slice, row: pd.Series) -> str:
    code = str(row["indicator"])
    own = report.headline(code)
    gap = "" if own is None else f": {words.gap(own)} ({words.interval(own)})"
    parts = [_parity(own, row["parity"]), _beside(report, code, row), _since(report, code, row["last_year"])]
    said = "; ".join(part for part in parts if part)
    return f"**{definitions().indicators[code].name}**{gap}. {said[:1].upper()}{said[1:]}."


def _parity(own: pd.Series | None, says: str) -> str:
    if own is None or not says:
        return ""
    if says == "worse":
        return "a clear gap to the disadvantage of BME staff"
    return "no material gap" if own["verdict"] == "equivalent" else "a clear gap in favour of BME staff"


def _beside(report: Slice, code: str, row: pd.Series) -> str:
    found = standing(report, code)
    if not row["peers"] or found is None:
        return ""
    group = group_figure(report, found)
    together = figure(code, str(found["statistic"]), group["pooled"])
    return f"{row['peers']} than most {group_in_sentence(report, found)} (together {together})"


def _since(report: Slice, code: str, says: str) -> str:
    before = report.headline(code, year=report.year - 1)
    if not says or before is None:
        return ""
    return f"{says} than in {report.year - 1} ({words.gap(before)})"
