"""What the NHS Staff Survey publishes beside white and BME staff: the answers of all staff, and bounds.

Results of all staff say nothing of one ethnic group against another. Indicator 6 joins two questions, and where
these were published apart only bounds of it are known.
"""

from __future__ import annotations

import pandas as pd

from wres.definitions import EVERYBODY, definitions
from wres.report import words
from wres.report.display import pipe_table, show
from wres.report.narrative.texts import heads, say
from wres.report.slices import Slice, first
from wres.report.tables import estimate, number

WHOSE = {"white": "White staff", "bme": "BME staff", EVERYBODY: "All staff"}


def show_all_staff(report: Slice, code: str) -> None:
    """Say what all staff answered to the question behind an indicator, where that was published."""
    row = report.percentage(code, EVERYBODY)
    if row is None:
        return
    indicator = definitions().indicators[code]
    said = say(
        "meaning",
        "all staff",
        share=words.percent(row["value"]),
        outcome=indicator.outcome,
        interval=f"{words.percent(row['lower'])} to {words.percent(row['upper'])}",
        answers=f"{row['denominator']:,.0f}",
    )
    show(f"{said}\n")


def show_bounds(report: Slice, code: str) -> None:
    """Show the questions that an indicator joins, and the bounds of their union, where these are known."""
    indicator = definitions().indicators[code]
    lines = [line for ethnicity in WHOSE if (line := _line(report, code, ethnicity))]
    if lines:
        head = ["", *indicator.union_of.values(), *heads("either question")]
        show(f"{say('meaning', 'either question')}\n")
        show(
            pipe_table(
                head, lines, say("tables", "either question", indicator=indicator.name, year=report.year)
            )
        )


def _line(report: Slice, code: str, ethnicity: str) -> list[str]:
    least, most = (_of(report, code, f"percentage_at_{end}", ethnicity, "") for end in ("least", "most"))
    if least is None or most is None:
        return []
    parts = [
        _of(report, code, "percentage", ethnicity, part) for part in definitions().indicators[code].union_of
    ]
    questions = [
        "–" if part is None else f"{estimate(part)} of {number(part['denominator'])}" for part in parts
    ]
    return [WHOSE[ethnicity], *questions, estimate(least), estimate(most)]


def _of(report: Slice, code: str, statistic: str, ethnicity: str, category: str) -> pd.Series | None:
    rows = report.rows(code, statistic, ethnicity=ethnicity, category=category)
    return first(rows, year=report.year, status="published")
