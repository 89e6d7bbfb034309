import numpy as np
import pandas as pd
import pytest
from statsmodels.stats.proportion import proportion_confint
from tables import KNOWN, half_unit, vectors

from wres.statistics import (
    clopper_pearson,
    feasible_interval,
    finite_population_size,
    kish_effective_size,
    midp_clopper_pearson,
    wilson,
)

INTERVALS = [wilson, clopper_pearson, midp_clopper_pearson]


def test_wilson_matches_the_60_digit_references():
    for confidence, rows in vectors("proportion_wilson").groupby("conf"):
        found = wilson(rows.x, rows.n, confidence)
        np.testing.assert_allclose(found.lower, rows.low, rtol=1e-8)
        np.testing.assert_allclose(found.upper, rows.high, rtol=1e-8)


def test_wilson_matches_newcombe_and_public_health_england_as_printed():
    path = KNOWN / "vectors" / "proportion_wilson.csv"
    rows = pd.read_csv(path, dtype={"published_low": str, "published_high": str})
    printed = rows.dropna(subset="published_low")
    for row in printed.itertuples():
        found = wilson(row.x, row.n, row.conf)
        assert abs(float(row.published_low) - found.lower) <= half_unit(row.published_low)
        assert abs(float(row.published_high) - found.upper) <= half_unit(row.published_high)


@pytest.mark.parametrize(("interval", "name"), [(wilson, "wilson"), (clopper_pearson, "beta")])
def test_intervals_equal_statsmodels(interval, name):
    n = np.repeat(np.arange(1, 60), 60)
    x = np.minimum(np.tile(np.arange(60), 59), n)
    found = interval(x, n, 0.9)
    low, high = proportion_confint(x, n, 0.1, method=name)
    np.testing.assert_allclose(found.lower, low, atol=1e-12)
    np.testing.assert_allclose(found.upper, high, atol=1e-12)


def test_exact_limits_match_the_references():
    rows = vectors("one_sample_exact")
    exact, midp = clopper_pearson(rows.x, rows.n), midp_clopper_pearson(rows.x, rows.n)
    np.testing.assert_allclose(exact.lower, rows.clopper_low, rtol=1e-8)
    np.testing.assert_allclose(exact.upper, rows.clopper_high, rtol=1e-8)
    np.testing.assert_allclose(midp.lower, rows.midp_low, rtol=1e-8)
    np.testing.assert_allclose(midp.upper, rows.midp_high, rtol=1e-8)


@pytest.mark.parametrize("interval", INTERVALS)
def test_ends_are_exact_and_failures_have_reasons(interval):
    found = interval([0, 5, 0, np.nan, 6, -1], [5, 5, 0, 5, 5, 5])
    assert found.lower[0] == 0
    assert found.upper[1] == 1
    assert np.all(np.isnan(found.lower[2:]) & np.isnan(found.upper[2:]))
    assert list(found.reason) == ["", "", "a base is 0", "a count is missing", *[found.reason[4]] * 2]
    assert found.reason[4] == "a count is not between 0 and its base"


@pytest.mark.parametrize("interval", INTERVALS)
def test_intervals_are_symmetric_widen_with_confidence_and_hold_the_proportion(interval):
    n = np.repeat(np.arange(1, 40), 40)
    x = np.minimum(np.tile(np.arange(40), 39), n)
    narrow, wide, mirrored = interval(x, n, 0.8), interval(x, n, 0.99), interval(n - x, n, 0.8)
    assert np.all((wide.lower <= narrow.lower) & (narrow.upper <= wide.upper))
    assert np.all((narrow.lower <= x / n) & (x / n <= narrow.upper))
    np.testing.assert_allclose(narrow.lower, 1 - mirrored.upper, atol=1e-12)


def test_wilson_takes_effective_counts():
    # Public Health England tests x = 0.445 out of 1.
    found = wilson(0.445, 1)
    z2 = 1.959963984540054**2
    root = np.sqrt(z2) * np.sqrt(z2 + 4 * 0.445 * 0.555)
    assert found.lower == pytest.approx((0.89 + z2 - root) / (2 * (1 + z2)), rel=1e-12)


def test_feasible_interval_spans_all_counts_that_round_to_the_percentage():
    found = feasible_interval(23.1, 13, 1)
    assert (found.x_lowest, found.x_highest) == (3, 3)
    found = feasible_interval(25, 350, 0)
    assert (found.x_lowest, found.x_highest) == (86, 89)
    assert found.lower == wilson(86, 350).lower
    assert found.upper == wilson(89, 350).upper


def test_feasible_count_is_unique_while_the_base_allows():
    n = np.arange(1, 1001)
    for x in (0, 1, 7):
        share = np.round(100 * np.minimum(x, n) / n, 1)
        found = feasible_interval(share, n, 1)
        np.testing.assert_array_equal(found.x_lowest, np.minimum(x, n))
        np.testing.assert_array_equal(found.x_highest, np.minimum(x, n))


def test_feasible_interval_says_why_there_is_none():
    found = feasible_interval(
        [33, np.nan, 20, 20, 101, 20], [10, 10, np.nan, 0, 10, 10], [0, 0, 0, 0, 0, np.nan]
    )
    assert np.all(np.isnan(found.lower))
    assert list(found.reason) == [
        "no count gives this percentage of this base: it is weighted or the base is wrong",
        "the percentage is missing",
        "the base is missing",
        "a base is 0",
        "the percentage is not between 0 and 100",
        "the number of decimals is missing",
    ]


def test_kish_size_is_the_sample_size_of_equal_weights():
    assert kish_effective_size(np.full(40, 2.5)).size[0] == pytest.approx(40)
    found = kish_effective_size([1, 1, 3, 1, 0], [0, 0, 0, 1, 3])
    np.testing.assert_allclose(found.size, [25 / 11, 1, np.nan, np.nan])
    assert list(found.reason) == ["", "", "no weights", "no weights"]


def test_finite_population_size():
    found = finite_population_size([500, 100, 11, 0, np.nan], [1000, 100, 10, 10, 10])
    np.testing.assert_allclose(found.size, [500 * 999 / 500, np.inf, np.nan, np.nan, np.nan])
    assert list(found.reason[2:]) == ["more answered than there are", "a base is 0", "a count is missing"]
