"""The results table as it was published, held against the figures that were computed again."""

from __future__ import annotations

import csv
import math
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from wres.verify.figures import Figure, Figures, Key

TOLERANCE = 1e-6  # far below the last digit that is printed anywhere
ESTIMATES = ("value", "lower", "upper", "p_value", "q_value")
COMPUTED = (
    *("percentage", "percentage_of_known", "difference", "change"),
    *("relative_likelihood", "relative_likelihood_mh", "disparity_ratio"),
)
OTHERS = (
    *("numerator", "denominator", "white_numerator", "white_denominator", "bme_numerator", "bme_denominator"),
    *("people_equivalent", "minimum_detectable"),
    *("if_unknown_white", "if_unknown_bme", "unknown_lower", "unknown_upper"),
)
NUMBERS = (*ESTIMATES, *OTHERS)
Row = Mapping[str, str]


@dataclass
class Compared:
    """What came of the comparison.

    Attributes
    ----------
    agreeing
        How many numbers and verdicts agree.
    wrong
        A line for each that does not.
    left_out
        How many numbers were not computed again, by the reason.
    """

    agreeing: int = 0
    wrong: list[str] = field(default_factory=list)
    left_out: Counter[str] = field(default_factory=Counter)


def read_rows(path: Path) -> Iterator[Row]:
    """Every row of ``indicators.csv`` as text."""
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def compare(rows: Iterator[Row], again: Figures) -> Compared:
    """Hold every published row against the figure that was computed again.

    Parameters
    ----------
    rows
        The published results table.
    again
        Every figure that rests on counts.
    """
    found = Compared()
    missing = set(again)
    for row in rows:
        key = key_of(row)
        missing.discard(key)
        if row["status"] != "published":
            _compare_blank(row, key, found)
        elif row["basis"] == "percentages":
            found.left_out["figures from published percentages"] += sum(row[name] != "" for name in NUMBERS)
        elif row["indicator"] == "pay":
            found.left_out["figures of pay"] += sum(row[name] != "" for name in NUMBERS)
        elif key.statistic not in COMPUTED:
            found.left_out[f"figures called {key.statistic}"] += sum(row[name] != "" for name in NUMBERS)
        elif key not in again:
            found.wrong.append(f"{said(key)}: published, but the inputs give no such figure")
        else:
            _compare_row(row, key, again[key], found)
    found.wrong += [
        f"{said(key)}: the inputs give this figure, and it is not in the table" for key in missing
    ]
    return found


def key_of(row: Row) -> Key:
    """What a row is about."""
    return Key(int(row["year"]), *(row[name] for name in Key._fields[1:]))


def said(key: Key) -> str:
    """What a row is about, in words."""
    place = ", ".join(part for part in (key.staff_group, key.category, key.ethnicity) if part)
    return f"{key.code} {key.year}, indicator {key.indicator} ({place}), {key.statistic}"


def _compare_blank(row: Row, key: Key, found: Compared) -> None:
    shown = [name for name in NUMBERS if row[name] != ""]
    if row["status"] in ("suppressed", "withheld", "not_submitted") and shown:
        found.wrong.append(f"{said(key)}: {row['status']}, but {', '.join(shown)} can be read")
    else:
        found.agreeing += 1


def _compare_row(row: Row, key: Key, again: Figure, found: Compared) -> None:
    numbers = {name: getattr(again, name) for name in ESTIMATES} | {
        name: again.others.get(name, math.nan) for name in OTHERS
    }
    for name, number in numbers.items():
        printed = float(row[name] or "nan")
        if agree(printed, number):
            found.agreeing += 1
        else:
            found.wrong.append(
                f"{said(key)}: {name} is {printed:.6g} in the table and {number:.6g} from the inputs"
            )
    if row["verdict"] == again.verdict:
        found.agreeing += 1
    else:
        found.wrong.append(
            f"{said(key)}: the verdict is {row['verdict'] or 'blank'} in the table and {again.verdict} from the inputs"
        )


def agree(printed: float, number: float) -> bool:
    """Whether two numbers are the same at any precision that is printed."""
    if math.isnan(printed) or math.isnan(number):
        return math.isnan(printed) and math.isnan(number)
    return printed == number or math.isclose(printed, number, rel_tol=TOLERANCE, abs_tol=TOLERANCE)
