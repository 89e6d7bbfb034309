"""Which organisations were merged into the one that a report is about, and where their history stands."""

from __future__ import annotations

from datetime import date

import pandas as pd

from wres.report import words
from wres.report.display import escape
from wres.report.narrative.texts import say
from wres.report.slices import Slice

SUMMED = "summed from "


def merged(report: Slice) -> str:
    """Say which organisations were merged into this one, when, and which years are sums of theirs.

    Blank where there are none.
    """
    earlier = predecessors(report.organisations, report.code)
    if earlier.empty:
        return ""
    rows = earlier.sort_values(["closed", "organisation_code"]).to_dict("records")
    names = [
        f"{escape(row['organisation'])} ({row['organisation_code']}{_until(row['closed'])})" for row in rows
    ]
    said = say("notes", "merged", kind=report.kind, list=words.listed(names))
    years = sorted(report.own.loc[report.own["note"].str.contains(SUMMED, regex=False), "year"].unique())
    if not years:
        return f"{said} {say('notes', 'merged apart', kind=report.kind)}"
    span = f"{years[0]}" if len(years) == 1 else f"{years[0]} to {years[-1]}"
    return f"{said} {say('notes', 'merged sums', years=span)}"


def predecessors(organisations: pd.DataFrame, code: str) -> pd.DataFrame:
    """The organisations that were merged into one, directly or through others."""
    found: set[str] = set()
    waiting = {code}
    while waiting:
        direct = set(organisations.loc[organisations["successor"].isin(waiting), "organisation_code"])
        waiting = direct - found - {code}
        found |= waiting
    return organisations[organisations["organisation_code"].isin(found)]


def _until(closed: str) -> str:
    day = date.fromisoformat(closed) if closed else None
    return f", closed on {day.day} {day:%B %Y}" if day else ""
