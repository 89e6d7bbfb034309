"""Kitagawa's decomposition by hand, and its laws."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wres.statistics.decomposition import decompose

PEOPLE = st.lists(st.integers(0, 50), min_size=3, max_size=3)
AMOUNTS = st.lists(st.floats(10, 80), min_size=3, max_size=3)


def test_by_hand() -> None:
    # White: 2 people at 10, 2 at 30, mean 20. BME: 3 at 10, 1 at 26, mean 14. Gap 30 % of 20.
    # Between: (0.5 - 0.75) 10 + (0.5 - 0.25) 28 = 4.5; within: 0.625 x 0 + 0.375 x 4 = 1.5.
    found = decompose([2, 2], [20, 60], [3, 1], [30, 26])
    assert found == pytest.approx((30, 22.5, 7.5))


def test_a_stratum_of_one_group_has_nothing_within() -> None:
    found = decompose([1, 1], [10, 30], [2, 0], [20, 0])
    assert found == pytest.approx((50, 50, 0))


@given(PEOPLE, AMOUNTS, PEOPLE, AMOUNTS)
def test_parts_add_up_to_the_gap(
    n: list[int], pay: list[float], other_n: list[int], other: list[float]
) -> None:
    white, bme = np.array([1, *n]), np.array([1, *other_n])
    sums, other_sums = white * [20, *pay], bme * [18, *other]
    found = decompose(white, sums, bme, other_sums)
    gap = 100 * (1 - (other_sums.sum() / bme.sum()) / (sums.sum() / white.sum()))
    assert found.gap == pytest.approx(gap, abs=1e-9)
    assert found.between + found.within == pytest.approx(gap, abs=1e-9)


@given(PEOPLE, AMOUNTS)
def test_same_pay_in_every_stratum_leaves_nothing_within(n: list[int], pay: list[float]) -> None:
    white, bme, amounts = np.array([3, *n]), np.array([5, *reversed(n)]), np.array([20, *pay])
    assert decompose(white, white * amounts, bme, bme * amounts).within == pytest.approx(0, abs=1e-9)
