"""Reporting what is wrong with a file or its rows.

How a fault is reported, and that a faulty row is left out, belongs here; what counts as a fault, in the readers.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Hashable, Iterable
from typing import Any

import pandas as pd

from wres.problems import LONGEST_QUOTE, UNREADABLE, Problem, Severity, quoted

MOST_HINTS = 100

Row = dict[Hashable, Any]


class Rejecter:
    """Reports every fault of every row of a table, and leaves the faulty rows out.

    Parameters
    ----------
    table
        Rows with the file and the row that they came from.
    problems
        Where problems are added.
    """

    def __init__(self, table: pd.DataFrame, problems: list[Problem]) -> None:
        self.table = table
        self._problems = problems
        self._faulty = pd.Series(data=False, index=table.index)

    def where(
        self,
        faulty: pd.Series,
        rule: str,
        column: str,
        expected: str | Callable[[Row], str],
        mend: str,
        found: Callable[[Row], str] | None = None,
    ) -> None:
        """Report the rows marked; what is found is what stands in the column, if nothing else is said."""
        if not faulty.any():
            return
        for row in self.table[faulty].to_dict("records"):
            value = str(row[column])
            stands = f"{column} {quoted(value)}" if value else f"no {column}"
            wanted = expected if isinstance(expected, str) else expected(row)
            self._problems.append(of_row(row, rule, found(row) if found else stands, wanted, mend))
        self._faulty |= faulty

    def unknown(
        self,
        column: str,
        words: Iterable[str],
        expected: str = "",
        mend: str = "correct it",
        among: pd.Series | None = None,
    ) -> None:
        """Report rows whose value is not one of the words, with the nearest of them."""
        vocabulary = list(words)
        faulty = ~self.table[column].isin(vocabulary)
        if among is not None:
            faulty &= among
        strange = self.table.loc[faulty, column].unique()[:MOST_HINTS]
        hints = {value: nearest(value, vocabulary) for value in strange}
        wanted = expected or f"one of {', '.join(word or 'blank' for word in vocabulary)}"

        def with_hint(row: Row) -> str:
            hint = hints.get(row[column])
            return f"{wanted} (did you mean '{hint}'?)" if hint else wanted

        self.where(faulty, f"unknown-{column.replace('_', '-')}", column, with_hint, mend)

    def repeated(self, key: list[str], found: str, expected: str) -> None:
        """Report rows that repeat the key of an earlier good row."""
        good = self.table[~self._faulty]
        several = good[good.duplicated(key, keep=False)]
        first = several.groupby(key)["row"].transform("min")
        first_row = dict(zip(several["row"], first, strict=True))
        self.where(
            good.duplicated(key).reindex(self.table.index, fill_value=False),
            "repeated",
            key[0],
            expected,
            "take one of the two out",
            lambda row: f"{found} as in row {first_row[row['row']]}",
        )

    def good(self) -> pd.DataFrame:
        """The rows that are not faulty."""
        return self.table[~self._faulty].reset_index(drop=True)


def nearest(word: str, vocabulary: Iterable[str]) -> str:
    """The word of a vocabulary that was probably meant, whatever its case; blank if there is none.

    Nothing is guessed from a number: all numbers of a length look alike.
    """
    if word.isdigit():
        return ""
    folded = {known.casefold(): known for known in vocabulary}
    near = difflib.get_close_matches(word[:LONGEST_QUOTE].casefold(), folded, 1)
    return folded[near[0]] if near else ""


def of_file(
    file: str, found: str, expected: str, mend: str, severity: Severity = "error", rule: str = UNREADABLE
) -> Problem:
    """A problem of a whole file; an error of the rule ``file`` means that a source can't be read."""
    return Problem(file, None, "", None, "", severity, rule, found, expected, mend)


def of_row(
    row: Row, rule: str, found: str, expected: str, mend: str, severity: Severity = "error"
) -> Problem:
    """A problem of a row, which names its place and, as far as they can be told, whose figure it is."""
    year = str(row.get("year", ""))
    return Problem(
        str(row["file"]),
        int(row["row"]) or None,
        str(row.get("organisation_code", "")),
        int(year) if year.isascii() and year.isdigit() and len(year) == 4 else None,
        str(row.get("indicator", "")),
        severity,
        rule,
        found,
        expected,
        mend,
    )
