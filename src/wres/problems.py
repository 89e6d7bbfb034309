"""What is wrong with an input: where it is, what was found, what was expected, and how to mend it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields
from typing import Literal

import pandas as pd

Severity = Literal["error", "warning"]
LONGEST_QUOTE = 60


@dataclass(frozen=True)
class Problem:
    """One thing wrong with an input.

    Attributes
    ----------
    file, row
        Where it is; the row is the line of the file, its head being line 1, and None for the whole file.
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
        """Whether it keeps a whole file from being read."""
        return self.severity == "error" and self.row is None

    def line(self) -> str:
        """The problem as one line for a terminal or a log."""
        place = self.file if self.row is None else f"{self.file}, row {self.row}"
        whose = ", ".join(
            text
            for text in (
                self.organisation_code,
                str(self.year) if self.year is not None else "",
                f"indicator {self.indicator}" if self.indicator else "",
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


def quoted(text: str) -> str:
    """What stands in a cell, in quotation marks, short and on one line."""
    printable = "".join(character if character.isprintable() else " " for character in text)
    return f"'{printable[: LONGEST_QUOTE - 1]}…'" if len(printable) > LONGEST_QUOTE else f"'{printable}'"


def in_order(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Problems in the order in which a reader would mend them: by file, row and rule."""
    return tuple(sorted(problems, key=lambda p: (p.file, p.row or 0, p.rule, p.line())))


def problems_table(problems: Iterable[Problem]) -> pd.DataFrame:
    """Problems as a table, one a row, with the fields of :class:`Problem` as columns."""
    names = [field.name for field in fields(Problem)]
    return pd.DataFrame([asdict(problem) for problem in problems], columns=names)
