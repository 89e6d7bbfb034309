import numpy as np
import pytest

from wres.statistics import (
    difference,
    difference_of_differences,
    event_change,
    n_minus_1,
    ratio,
    ratio_of_ratios,
    stock_change,
)


def test_event_change_is_the_difference_of_two_groups():
    found, plain = event_change(12, 300, 20, 310), difference(20, 310, 12, 300)
    assert (found.estimate, found.lower, found.upper) == (plain.estimate, plain.lower, plain.upper)


def test_stock_without_retention_is_the_plain_comparison():
    found = stock_change(90, 1000, 120, 1010, 0)
    # The pooled z-test; the N-1 test divides the variance by (N - 1) / N.
    assert found.p_value == pytest.approx(float(n_minus_1(120, 1010, 90, 1000).p_value), rel=1e-2)


def test_retention_narrows_the_interval_by_the_share_replaced():
    whole, most = stock_change(90, 1000, 110, 1000, 0), stock_change(90, 1000, 110, 1000, 0.88)
    width = (most.upper - most.lower) / (whole.upper - whole.lower)
    assert width == pytest.approx(np.sqrt(0.12), rel=1e-12)
    assert most.p_value < whole.p_value


def test_size_of_the_stock_test_when_most_stay():
    # 4,000 posts of which 12 % change hands and the share does not change: the plain test never rejects.
    rng = np.random.default_rng(1)
    x = rng.binomial(4000, 0.2, 4000)
    after = x - rng.hypergeometric(x, 4000 - x, 480) + rng.binomial(480, 0.2, 4000)
    turned = np.mean(stock_change(x, 4000, after, 4000, 0.88).p_value < 0.05)
    plain = np.mean(event_change(x, 4000, after, 4000).p_value < 0.05)
    assert 0.04 < turned < 0.065
    assert plain < 0.002


def test_stock_interval_and_test_agree_and_edges_have_reasons():
    rng = np.random.default_rng(2)
    n = rng.integers(20, 500, (2, 3000))
    x = rng.binomial(n, 0.2)
    found = stock_change(x[0], n[0], x[1], n[1], 0.5)
    np.testing.assert_array_equal(found.p_value < 0.05, (found.lower > 0) | (found.upper < 0))
    same = stock_change(0, 10, 0, 12, 0.9)
    assert (same.estimate, same.p_value, same.reason) == (0, 1, "")
    bad = stock_change([1, 1, np.nan, 9], 5, 1, 5, [1, np.nan, 0.5, 0.5])
    assert np.all(np.isnan(bad.estimate) & (bad.reason != ""))


@pytest.mark.parametrize("retained", [0.0, 0.88])
def test_difference_of_differences(retained):
    rng = np.random.default_rng(3)
    n = rng.integers(50, 900, (4, 2000))
    x = rng.binomial(n, 0.3)
    before, after = difference(x[0], n[0], x[1], n[1]), difference(x[2], n[2], x[3], n[3])
    found = difference_of_differences(after, before, retained)
    np.testing.assert_array_equal(found.p_value < 0.05, (found.lower > 0) | (found.upper < 0))
    back = difference_of_differences(before, after, retained)
    np.testing.assert_allclose(found.lower, -back.upper, rtol=1e-12)
    np.testing.assert_allclose(found.p_value, back.p_value, rtol=1e-12)
    if retained == 0:
        assert 0.035 < np.mean(found.p_value < 0.05) < 0.065
    missing = difference_of_differences(difference(1, 0, 1, 5), difference(1, 5, 1, 5))
    assert missing.reason == "a difference is missing"


def test_ratio_of_ratios_by_hand():
    after, before = ratio(30, 500, 40, 1500), ratio(25, 480, 60, 1490)
    found = ratio_of_ratios(after, before)
    change = np.log(after.estimate / before.estimate)
    below = np.sqrt(np.log(after.estimate / after.lower) ** 2 + np.log(before.upper / before.estimate) ** 2)
    assert found.estimate == pytest.approx(np.exp(change), rel=1e-12)
    assert found.lower == pytest.approx(np.exp(change - below), rel=1e-12)


def test_ratio_of_ratios_interval_and_test_agree_and_keep_their_size():
    rng = np.random.default_rng(4)
    n = rng.integers(300, 3000, (4, 4000))
    x = rng.binomial(n, 0.08)
    before, after = ratio(x[0], n[0], x[1], n[1]), ratio(x[2], n[2], x[3], n[3])
    found, back = ratio_of_ratios(after, before), ratio_of_ratios(before, after)
    np.testing.assert_array_equal(found.p_value < 0.05, (found.lower > 1) | (found.upper < 1))
    np.testing.assert_allclose(found.lower, 1 / back.upper, rtol=1e-10)
    assert 0.035 < np.mean(found.p_value < 0.05) < 0.065


def test_ratio_of_ratios_needs_two_ratios():
    found = ratio_of_ratios(ratio([5, 0, 5, 0], 50, [6, 6, 0, 0], 90), ratio(5, 50, 6, 90))
    assert list(found.reason) == ["", *["a ratio is 0, infinite or missing"] * 3]
    assert found.estimate[0] == 1
    assert found.p_value[0] == 1
