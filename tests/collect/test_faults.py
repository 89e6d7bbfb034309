"""Faults of rows: each is named, and none of the rows is let through."""

from __future__ import annotations

import pandas as pd
import pytest

from wres.collect.faults import MOST_HINTS, Rejecter, nearest, of_row
from wres.problems import Problem


def table(values: list[str], column: str = "type") -> pd.DataFrame:
    rows = {"organisation_code": "RXX", "file": "organisations.csv", column: values}
    return pd.DataFrame(rows, dtype="str").assign(row=range(2, len(values) + 2))


def test_every_fault_of_a_row_is_named() -> None:
    problems: list[Problem] = []
    reject = Rejecter(table(["acute", "cute", ""]), problems)
    reject.unknown("type", ["acute", "icb"])
    reject.where(pd.Series([False, True, False]), "too-cute", "type", "less", "be serious")
    assert [problem.line() for problem in problems] == [
        "organisations.csv, row 3 (RXX): found type 'cute'; expected one of acute, icb (did you mean 'acute'?); "
        "correct it",
        "organisations.csv, row 4 (RXX): found no type; expected one of acute, icb; correct it",
        "organisations.csv, row 3 (RXX): found type 'cute'; expected less; be serious",
    ]
    assert reject.good()["row"].to_list() == [2]


def test_only_rows_in_question_are_looked_at() -> None:
    problems: list[Problem] = []
    reject = Rejecter(table(["x", "x"]), problems)
    reject.unknown("type", ["acute"], among=pd.Series([False, True]))
    assert [problem.row for problem in problems] == [3]


def test_repeated_rows_name_the_first_good_one() -> None:
    problems: list[Problem] = []
    reject = Rejecter(table(["a", "b", "a", "a"]), problems)
    reject.where(pd.Series([True, False, False, False]), "faulty", "type", "", "")
    reject.repeated(["type"], "the same type", "each type once")
    assert problems[1].line() == (
        "organisations.csv, row 5 (RXX): found the same type as in row 4; expected each type once; "
        "take one of the two out"
    )
    assert reject.good()["row"].to_list() == [3, 4]


def test_nothing_is_left_out_of_the_problems_however_many_there_are() -> None:
    problems: list[Problem] = []
    words = [f"cute {n}" for n in range(5 * MOST_HINTS)]
    Rejecter(table(words), problems).unknown("type", ["acute"])
    assert len(problems) == len(words)


@pytest.mark.parametrize(
    ("word", "near"),
    [
        ("accute", "acute"),
        ("ACUTE", "acute"),
        ("rxx", "RXX"),
        ("nonsense", ""),
        ("", ""),
        ("x" * 10_000, ""),
        ("99", ""),
    ],
)
def test_nearest_word(word: str, near: str) -> None:
    assert nearest(word, ["acute", "icb", "RXX", "9"]) == near


@pytest.mark.parametrize(("year", "told"), [("2025", 2025), ("20x5", None), ("٢٠٢٥", None), ("", None)])
def test_year_of_a_problem_is_told_only_where_it_is_one(year: str, told: int | None) -> None:
    row = {"file": "returns.csv", "row": 2, "year": year}
    assert of_row(row, "rule", "", "", "").year == told
