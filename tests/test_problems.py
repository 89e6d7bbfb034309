"""Problems say where they are, what was found, what was expected and what to do."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wres.problems import LONGEST_QUOTE, CollectionError, Problem, in_order, problems_table, quoted

NEGATIVE = Problem(
    "returns.csv",
    17,
    "R0A",
    2025,
    "1",
    "error",
    "count-negative",
    "count '-3'",
    "a whole number of people, 0 or more",
    "correct the count",
)
UNREADABLE = Problem(
    "percentages.csv", None, "", None, "", "error", "file", "an empty file", "a head", "send it again"
)


def test_line_names_file_row_and_whose_figure_it_is() -> None:
    assert NEGATIVE.line() == (
        "returns.csv, row 17 (R0A, 2025, indicator 1): found count '-3'; "
        "expected a whole number of people, 0 or more; correct the count"
    )


@pytest.mark.parametrize(
    ("unknown", "start"),
    [
        ({"indicator": ""}, "returns.csv, row 17 (R0A, 2025): found"),
        ({"year": None, "indicator": ""}, "returns.csv, row 17 (R0A): found"),
        ({"organisation_code": "", "year": None, "indicator": ""}, "returns.csv, row 17: found"),
        ({"row": None}, "returns.csv (R0A, 2025, indicator 1): found"),
    ],
)
def test_line_leaves_out_what_cannot_be_told(unknown: dict[str, object], start: str) -> None:
    assert replace(NEGATIVE, **unknown).line().startswith(start)


def test_line_stays_one_line_whatever_the_codes_are() -> None:
    line = replace(NEGATIVE, organisation_code="R\n\x1b0A", indicator="1" * 1000).line()
    assert line.startswith(f"returns.csv, row 17 (R  0A, 2025, indicator {'1' * 60}…): found")


def test_only_an_error_of_a_whole_file_makes_it_unreadable() -> None:
    assert UNREADABLE.unreadable
    assert not replace(UNREADABLE, severity="warning").unreadable
    assert not NEGATIVE.unreadable


def test_collection_error_says_everything_at_once() -> None:
    error = CollectionError([UNREADABLE, NEGATIVE])
    assert error.problems == (UNREADABLE, NEGATIVE)
    assert str(error).splitlines() == [UNREADABLE.line(), NEGATIVE.line()]


def test_problems_are_ordered_as_one_would_mend_them() -> None:
    tenth = replace(NEGATIVE, row=10)
    second = replace(NEGATIVE, row=2)
    whole = replace(NEGATIVE, row=None)
    assert in_order([UNREADABLE, tenth, NEGATIVE, second, whole])[1:] == (whole, second, tenth, NEGATIVE)


@given(st.permutations([replace(NEGATIVE, row=row, rule=rule) for row in (1, 2, 3) for rule in "ab"]))
def test_order_does_not_depend_on_when_a_problem_was_found(problems: list[Problem]) -> None:
    assert in_order(problems) == in_order(reversed(problems))


def test_table_keeps_every_field() -> None:
    table = problems_table([NEGATIVE, UNREADABLE])
    assert list(table.columns) == [
        *("file", "row", "organisation_code", "year", "indicator"),
        *("severity", "rule", "found", "expected", "mend"),
    ]
    assert table.loc[0].to_list() == [
        *("returns.csv", 17, "R0A", 2025, "1", "error", "count-negative", "count '-3'"),
        *("a whole number of people, 0 or more", "correct the count"),
    ]
    assert table.loc[1, ["row", "year"]].isna().all()


def test_table_of_no_problems_has_the_same_columns() -> None:
    nothing = problems_table([])
    pd.testing.assert_index_equal(nothing.columns, problems_table([NEGATIVE]).columns)
    assert nothing.empty


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("-3", "'-3'"),
        ("two\nlines", "'two lines'"),
        ("\x1b[31mred", "' [31mred'"),
        ("x" * 60, "'" + "x" * 60 + "'"),
        ("x" * 61, "'" + "x" * 60 + "…'"),
    ],
)
def test_quotes_are_short_and_stay_on_their_line(text: str, shown: str) -> None:
    assert quoted(text) == shown


@given(st.text())
def test_quotes_can_be_printed_whatever_they_hold(text: str) -> None:
    assert quoted(text).isprintable()
    assert len(quoted(text)) <= LONGEST_QUOTE + 3
