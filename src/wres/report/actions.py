"""The action plan of an organisation: the four components of *A Model Employer*, and last year's actions.

The words come from organisations and are not to be trusted: everything is escaped.
"""

from __future__ import annotations

from datetime import date

import pandas as pd

from wres.definitions import definitions
from wres.report.display import cards, escape, pipe_table, show
from wres.report.narrative.texts import heads, say
from wres.report.slices import Slice, where


def show_actions(report: Slice) -> None:
    """Show what the organisation will do, component by component, and what became of last year's actions."""
    own = where(report.actions, organisation_code=report.code)
    latest, before = (where(own, year=year) for year in (report.year, report.year - 1))
    if own.empty or (latest.empty and before.empty):
        show(f"{say('notes', 'no actions at all', kind=report.kind, year=report.year)}\n")
        return
    if latest.empty:
        show(f"{say('notes', 'no actions', kind=report.kind, year=report.year)}\n")
    else:
        show(_plan(latest, say("tables", "actions", year=report.year)))
        missing = [name for code, name in _components().items() if not latest["component"].eq(code).any()]
        if missing:
            show(f"{say('notes', 'actions missing', list='; '.join(missing))}\n")
    if len(before):
        show(f"### {say('headings', 'actions before', year=report.year - 1)}\n")
        show(_plan(before, say("tables", "actions before", year=report.year - 1)))


def _plan(actions: pd.DataFrame, caption: str) -> str:
    statuses = definitions().action_plan.statuses
    lines = [
        [
            label,
            escape(row["action"]),
            escape(row["owner"]) or "–",
            _date(row["due"]),
            statuses.get(row["status"], "Not said"),
        ]
        for code, label in _components().items()
        for _, row in where(actions, component=code).iterrows()
    ]
    head = heads("actions")
    return cards(pipe_table(head, lines, caption, numbers_from=len(head)))


def _date(text: str) -> str:
    """A date as people write it; what is no date as it was sent."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return escape(text) or "–"
    return f"{day.day} {day:%B %Y}"


def _components() -> dict[str, str]:
    return definitions().action_plan.components
