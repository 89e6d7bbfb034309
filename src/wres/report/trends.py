"""How each gap moved over the years, in words and in a table.

The change since last year stands in :func:`wres.report.narrative.since`; how a trend is made belongs in
:mod:`wres.analysis.trends`.
"""

from __future__ import annotations

import pandas as pd

from wres.definitions import definitions
from wres.report import narrative, words
from wres.report.display import cards, pipe_table, show
from wres.report.narrative.texts import heads, say
from wres.report.slices import Slice, first
from wres.report.tables import HIDDEN, explained


def trend(report: Slice, code: str) -> pd.Series | None:
    """The trend of an indicator up to the report's year."""
    return first(report.comparisons.trends, level=report.level, code=report.code, indicator=code)


def over_the_years(report: Slice, code: str) -> str:
    """What the trend of an indicator shows, in a word or two, for a table cell."""
    found = trend(report, code)
    if found is None:
        return say("comparisons", "trend too few years")
    if found["status"] == "suppressed":
        return say("comparisons", "trend hidden")
    return say("comparisons", f"trend {found['verdict'].replace('_', ' ')}")


def show_trends(report: Slice) -> None:
    """Show the trend of every indicator, and its change since last year."""
    lines = []
    for code, indicator in definitions().indicators.items():
        found = trend(report, code)
        if found is not None:
            name = f"{code} {indicator.name}"
            lines.append([name, _years(found), _ends(report, code, found), _a_year(found),
                          over_the_years(report, code), narrative.since(report, code)])  # fmt: skip
    if not lines:
        show(f"{say('comparisons', 'no trends')}\n")
        return
    table = pipe_table(heads("trends", before=report.year - 1), lines, say("tables", "trends"))
    show(explained(cards(table)))
    show(f"::: {{.note}}\n{say('comparisons', 'how trends are made')}\n:::")


def _years(found: pd.Series) -> str:
    first, last = found["first_year"], found["last_year"]
    return f"{first}–{last}" if first < last else f"{last}"


def _ends(report: Slice, code: str, found: pd.Series) -> str:
    years = dict.fromkeys(int(found[which]) for which in ("first_year", "last_year"))
    ends = [report.headline(code, year=year) for year in years]
    figures = [_end(row) for row in ends]
    shown = [row for row in ends if row is not None and row["status"] == "published"]
    if not shown:
        return HIDDEN if HIDDEN in figures else "–"
    unit = words.gap(shown[-1]).partition(" ")[2]
    return f"{' → '.join(figures)} {unit}"


def _end(row: pd.Series | None) -> str:
    if row is None or row["status"] not in ("published", "suppressed"):
        return "–"
    return words.gap(row).partition(" ")[0] if row["status"] == "published" else HIDDEN


def _a_year(found: pd.Series) -> str:
    if pd.isna(found["value"]):
        return "–"
    if found["measure"] == "points a year":
        limits = f"{words.signed(found['lower'])} to {words.signed(found['upper'])}"
        return f"{words.signed(found['value'])} points ({limits})"
    return f"× {words.ratio(found['value'])} ({words.ratio(found['lower'])} to {words.ratio(found['upper'])})"
