"""What can be worked out of hidden counts, against tables solved by hand."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wres.disclosure.intervals import intervals, pinned, system_of
from wres.params import DisclosureSettings

SETTINGS = DisclosureSettings()


def table_of(counts: list[list[int]]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Cells of a table with its margins, and its sums: rows, columns, and the whole."""
    inner = np.array(counts, dtype=float)
    full = np.zeros((inner.shape[0] + 1, inner.shape[1] + 1))
    full[:-1, :-1] = inner
    full[-1, :-1] = inner.sum(axis=0)
    full[:, -1] = full[:, :-1].sum(axis=1)
    number = np.arange(full.size).reshape(full.shape)
    lines = [*number, *number.T]
    sums = pd.DataFrame(
        [
            {"sum": which, "cell": cell, "sign": -1 if cell == line[-1] else 1}
            for which, line in enumerate(lines)
            for cell in line
        ]
    )
    cells = pd.DataFrame({
        "level": "organisation", "indicator": "2", "white_x": np.nan, "bme_x": full.ravel(), "white_n": np.nan,
        "bme_n": np.nan,
    })  # fmt: skip
    return cells, sums


def learned(counts: list[list[int]], hidden: list[tuple[int, int]]) -> pd.DataFrame:
    cells, sums = table_of(counts)
    width = len(counts[0]) + 1
    bases = pd.DataFrame({"cell": [], "base": []}, dtype="int64")
    system = system_of(cells, sums, bases, SETTINGS)
    is_hidden = np.zeros(len(cells), dtype=bool)
    is_hidden[[row * width + column for row, column in hidden]] = True
    return intervals(system, is_hidden).set_index("cell")


def test_a_lone_hidden_cell_is_what_its_total_leaves() -> None:
    found = learned([[3, 20], [30, 40]], [(0, 0)])
    assert found.loc[0, ["lower", "upper"]].tolist() == [3, 3]
    assert found.loc[0, "pinned"]


def test_two_in_a_row_are_not_enough_where_their_columns_tell() -> None:
    found = learned([[3, 20], [30, 40]], [(0, 0), (0, 1)])
    assert found.loc[0, "pinned"]


def test_four_corners_leave_every_small_number() -> None:
    """With x at the corner, the others are 23-x, 33-x and 37+x: any x from 0 to 23 fits."""
    found = learned([[3, 20], [30, 40]], [(0, 0), (0, 1), (1, 0), (1, 1)])
    assert not found["pinned"].any()


def test_corners_that_hold_too_few_are_no_protection() -> None:
    """2+1 in the row: the corner is 0 to 3 and can't be 4."""
    found = learned([[2, 1], [30, 40]], [(0, 0), (0, 1), (1, 0), (1, 1)])
    assert found.loc[0, ["lower", "upper"]].tolist() == [0, 3]
    assert found.loc[[0, 1], "pinned"].all()


@pytest.mark.parametrize(
    ("lower", "upper", "need", "told"),
    [
        (0, 9, 4, False),
        (1, 4, 4, False),
        (2, 9, 4, True),
        (0, 3, 4, True),
        (1, 9, 10, True),
        (7, 7, 0, False),
    ],
)
def test_a_small_count_must_be_able_to_be_any_small_count(
    lower: int, upper: int, need: int, told: bool
) -> None:
    assert pinned(np.array([lower]), np.array([upper]), np.array([need])).tolist() == [told]


SMALL = st.lists(st.lists(st.integers(0, 6), min_size=3, max_size=3), min_size=2, max_size=2)
PATTERN = st.sets(st.tuples(st.integers(0, 1), st.integers(0, 2)), min_size=1, max_size=6)


@settings(max_examples=60, deadline=None)
@given(SMALL, PATTERN)
def test_the_limits_are_those_that_counting_every_table_gives(
    counts: list[list[int]], pattern: set[tuple[int, int]]
) -> None:
    """All whole numbers that fit the margins are tried; two-way tables have whole-number corners."""
    places = sorted(pattern)
    found = learned(counts, places)
    inner = np.array(counts)
    ranges = [range(int(min(inner[row].sum(), inner[:, column].sum())) + 1) for row, column in places]
    tried = np.stack(np.meshgrid(*ranges, indexing="ij"), axis=-1).reshape(-1, len(places))
    tables = np.repeat(inner[None], len(tried), axis=0)
    for position, (row, column) in enumerate(places):
        tables[:, row, column] = tried[:, position]
    fits = (tables.sum(axis=2) == inner.sum(axis=1)).all(axis=1) & (
        tables.sum(axis=1) == inner.sum(axis=0)
    ).all(axis=1)
    for position, (row, column) in enumerate(places):
        values = tried[fits, position]
        if 0 < inner[row, column] < 5:
            too_close = values.min() > 1 or values.max() < 4
            one = found.loc[row * 4 + column]
            assert one["pinned"] == too_close
            if too_close:
                assert (one["lower"], one["upper"]) == (values.min(), values.max())
