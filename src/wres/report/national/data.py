"""What the figures rest on: how complete they are, and what changed since the last publication."""

from __future__ import annotations

import pandas as pd

from wres.definitions import definitions
from wres.report import words
from wres.report.display import cards, escape, pipe_table, show
from wres.report.narrative import STATUS_WORDS
from wres.report.narrative.texts import heads, say
from wres.report.national.overview import of_types
from wres.report.slices import Slice, headlines, where

SHOWN = 200


def show_completeness(report: Slice) -> None:
    """Show for how many trusts each indicator has a figure, and why the others have none."""
    rows = of_types(report, definitions().trust_types)
    lines = []
    for code, indicator in definitions().indicators.items():
        own = where(rows, indicator=code)["status"].value_counts()
        reasons = [f"{int(own.get(status, 0)):,}" for status in STATUS_WORDS]
        lines.append([f"{code} {indicator.name}", f"{int(own.get('published', 0)):,}", *reasons])
    head = [*heads("completeness"), *STATUS_WORDS.values()]
    show(cards(pipe_table(head, lines, say("tables", "completeness", year=report.year))))
    unknown = report.percentage("1", "unknown", category="")
    said = (
        [] if unknown is None else [say("notes", "unknown ethnicity", share=words.percent(unknown["value"]))]
    )
    show(" ".join([*said, say("national", "what was received")]))


def show_revisions(report: Slice) -> None:
    """Show every headline figure that changed since the last publication, with the reason."""
    if report.revisions is None:
        show(say("national", "no revisions known"))
        return
    changed = report.revisions
    if changed.empty:
        show(say("national", "no revisions"))
        return
    head = headlines(changed)
    reasons = "; ".join(
        f"{reason}: {number:,}" for reason, number in changed["reason"].value_counts().items()
    )
    show(say("national", "revisions", count=f"{len(changed):,}", reasons=reasons))
    lines = [
        [
            f"{escape(row['name'])}, {row['year']}",
            f"{row['indicator']} {definitions().indicators[row['indicator']].name}",
            _figure(row, "before"),
            _figure(row, "now"),
            row["reason"],
        ]
        for _, row in head.head(SHOWN).iterrows()
    ]
    caption = say("tables", "revisions", shown=f"{len(lines):,}", all=f"{len(head):,}")
    if lines:
        show(cards(pipe_table(heads("revisions"), lines, caption, 5)))


def _figure(row: pd.Series, which: str) -> str:
    if "suppressed" in (row[f"status_{which}"], row["status_now"] if which == "before" else ""):
        return "[c]"
    if pd.isna(row[which]):
        return "–"
    return words.ratio(row[which]) if row["statistic"] == "relative_likelihood" else words.signed(row[which])
