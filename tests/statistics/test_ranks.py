"""Ranks with intervals, against cases that can be worked out by hand."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as some
from scipy.stats import norm

from wres.statistics import rank_intervals


def test_without_error_ranks_are_those_of_the_estimates():
    found = rank_intervals([3.0, 1.0, 2.0], 0.0)
    for limit in found[:3]:
        np.testing.assert_array_equal(limit, [3, 1, 2])


def test_units_that_are_alike_may_have_any_rank():
    found = rank_intervals(np.full(20, 5.0), np.zeros(20))
    np.testing.assert_array_equal(found.lower, 1)
    np.testing.assert_array_equal(found.upper, 20)


def test_two_units_change_places_as_often_as_their_difference_says():
    """The first is really above with probability Phi(d / sqrt(2)): 2.1 % at a distance of 2.88, 3 % at 2.66."""
    apart, near = 2.88, 2.66
    assert norm.sf(apart / np.sqrt(2)) < 0.025 < norm.sf(near / np.sqrt(2))
    clear = rank_intervals([0, apart], 1, draws=20_000)
    np.testing.assert_array_equal([clear.lower, clear.upper], [[1, 2], [1, 2]])
    unclear = rank_intervals([0, near], 1, draws=20_000)
    np.testing.assert_array_equal([unclear.lower, unclear.upper], [[1, 1], [2, 2]])


def test_missing_units_are_not_ranked_and_say_why():
    found = rank_intervals([2.0, np.nan, 1.0], [0, 0, 0])
    np.testing.assert_array_equal(found.rank, [2, np.nan, 1])
    assert list(found.reason) == ["", "the estimate or its standard error is missing", ""]
    assert set(rank_intervals([1.0], 0).reason) == {"fewer than two units"}


def test_intervals_hold_the_true_rank_as_often_as_they_say():
    """Estimates drawn together, of units from a known distribution; ranks are whole, so somewhat more than 95 %."""
    rng, inside = np.random.default_rng(4), []
    for seed in range(40):
        truth = rng.normal(0, 1, 30)
        seen = rng.normal(truth, 0.7)
        kept = 1 / (1 + 0.7**2)
        found = rank_intervals(kept * seen, 0.7 * np.sqrt(kept), draws=500, seed=seed)
        rank = truth.argsort().argsort() + 1
        inside.append(np.mean((found.lower <= rank) & (rank <= found.upper)))
    assert 0.95 <= np.mean(inside) <= 0.985


@given(some.lists(some.floats(-5, 5), min_size=2, max_size=12), some.floats(0, 3))
def test_intervals_are_in_order_and_within_the_units(estimates, error):
    found = rank_intervals(estimates, error, draws=50)
    assert (found.lower >= 1).all()
    assert (found.upper <= len(estimates)).all()
    assert ((found.lower <= found.rank) & (found.rank <= found.upper)).all()
