"""How each gap moved over the years, in words and in a table.

The change since last year stands in :func:`wres.report.narrative.since`; how a trend is made belongs in
:mod:`wres.analysis.trends`.
"""

from __future__ import annotations

import pandas as pd

from wres.definitions import definitions
from wres.report import narrative, words
from wres.report.display import pipe_table, show
from wres.report.slices import Slice, first

WORDS = {
    "worse": "Getting worse",
    "better": "Getting better",
    "no_clear_change": "No clear change",
    "too_few_years": "Too few years",
}


def trend(report: Slice, code: str) -> pd.Series | None:
    """The trend of an indicator up to the report's year."""
    return first(report.comparisons.trends, level=report.level, code=report.code, indicator=code)


def over_the_years(report: Slice, code: str) -> str:
    """What the trend of an indicator shows, in a word or two, for a table cell."""
    found = trend(report, code)
    if found is None:
        return WORDS["too_few_years"]
    return "Hidden" if found["status"] == "suppressed" else WORDS[found["verdict"]]


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
        return
    head = ["Indicator", "Years", "First and last gap", "Change a year", "Trend", f"Since {report.year - 1}"]
    table = pipe_table(head, lines, "Gaps over the years, with 95% intervals", len(head))
    show(f"::: {{.cards}}\n\n{table}\n:::")
    show(
        "::: {.note}\nA trend is clear only if its interval excludes no change and the test holds after allowing for "
        "the many organisations tested; *no clear change* is not a finding that nothing changed. Where the definition "
        "changed, the trend begins with the new one. A change of points is added each year, a change of the odds ratio "
        "multiplies it. Hidden: a year in between is hidden. After a merger the earlier years are summed from the "
        "organisations before it.\n:::"
    )


def _years(found: pd.Series) -> str:
    return f"{found['first_year']}–{found['last_year']}"


def _ends(report: Slice, code: str, found: pd.Series) -> str:
    ends = [report.headline(code, year=int(found[which])) for which in ("first_year", "last_year")]
    said = [words.gap(row) if row is not None and row["status"] == "published" else "–" for row in ends]
    return " → ".join(said)


def _a_year(found: pd.Series) -> str:
    if pd.isna(found["value"]):
        return "–"
    if found["measure"] == "points a year":
        limits = f"{words.signed(found['lower'])} to {words.signed(found['upper'])}"
        return f"{words.signed(found['value'])} points ({limits})"
    return f"× {words.ratio(found['value'])} ({words.ratio(found['lower'])} to {words.ratio(found['upper'])})"
