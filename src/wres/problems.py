"""What is wrong with an input: where it is, what was found, what was expected, and how to mend it.

How a problem is recorded, ordered and said belongs here; the rules that find them belong where figures are read
(:mod:`wres.collect`) and weighed against each other (:mod:`wres.validate`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields
from typing import Literal

import pandas as pd

Severity = Literal["error", "warning"]
LONGEST_QUOTE = 60
UNREADABLE = "file"


@dataclass(frozen=True)
class Problem:
    """One thing wrong with an input.

    Attributes
    ----------
    file, row
        Where it is; rows are counted as a spreadsheet counts them, the head being row 1, and None stands for
        the whole file. In a workbook ``file`` goes on to say which sheet and cell.
    organisation_code, year, indicator
        Whose figure it is; blank or None where that can't be told.
    severity
        An error keeps the indicator of that organisation and year out of publication; a warning does not.
    rule
        The rule that found it.
    found, expected, mend
        What stands there, what should, and what to do.
    """

    file: str
    row: int | None
    organisation_code: str
    year: int | None
    indicator: str
    severity: Severity
    rule: str
    found: str
    expected: str
    mend: str

    @property
    def unreadable(self) -> bool:
        """Whether a whole source can't be read because of it."""
        return self.rule == UNREADABLE and self.severity == "error"

    def line(self) -> str:
        """The problem as one line for a terminal or a log."""
        place = self.file if self.row is None else f"{self.file}, row {self.row}"
        whose = ", ".join(
            text
            for text in (
                shortened(self.organisation_code),
                str(self.year) if self.year is not None else "",
                f"indicator {shortened(self.indicator)}" if self.indicator else "",
            )
            if text
        )
        about = f"{place} ({whose})" if whose else place
        return f"{about}: found {self.found}; expected {self.expected}; {self.mend}"


class CollectionError(Exception):
    """A source can't be read at all; ``problems`` says why, for every file that can't."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(problem.line() for problem in self.problems))


class InputsChangedError(Exception):
    """An input is not what it was when the run began; the message names it."""


class DisclosureError(Exception):
    """Something hidden can be learned from a publication; the message has a line for each leak."""


def shortened(text: str) -> str:
    """Somebody's text, short and on one line."""
    short = text if len(text) <= LONGEST_QUOTE else f"{text[:LONGEST_QUOTE]}…"
    return "".join(letter if letter.isprintable() else " " for letter in short)


def quoted(text: str) -> str:
    """Somebody's text in quotation marks, short and on one line."""
    return f"'{shortened(text)}'"


def in_order(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Problems in the order in which a reader would mend them, each once: by file, row and rule."""
    return tuple(sorted(set(problems), key=_place))


def _place(p: Problem) -> tuple[str, int, str, str, int, str, str]:
    return p.file, p.row or 0, p.rule, p.organisation_code, p.year or 0, p.indicator, p.found


def problems_table(problems: Iterable[Problem]) -> pd.DataFrame:
    """Problems as a table, one a row, with the fields of :class:`Problem` as columns."""
    names = [field.name for field in fields(Problem)]
    rows = [[getattr(problem, name) for name in names] for problem in problems]
    return pd.DataFrame(rows, columns=names).astype({"row": "Int64", "year": "Int64"})
