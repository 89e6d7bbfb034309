"""The plain formulas against what papers, tables and other programs print."""

import math

import pytest

from wres.verify.formulas import (
    Found,
    Table,
    binomial_midp,
    changed,
    clustered_proportion,
    decide,
    detectable,
    difference,
    discoveries,
    equality_p,
    greatest,
    mantel_haenszel,
    midp,
    odds_ratio,
    power,
    ratio,
    student_inside,
    student_quantile,
    wilson,
)

DISCIPLINARY = Table(5, 800, 12, 3200)
BOARD = Table(1, 14, 760, 4000)


@pytest.mark.parametrize(
    ("x", "n", "lower", "upper"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_wilson(x, n, lower, upper):
    """Newcombe 1998, Statistics in Medicine 17:857, table I, method 3."""
    assert wilson(x, n, 0.95) == pytest.approx((lower, upper), abs=5e-5)


@pytest.mark.parametrize(
    ("degrees", "confidence", "quantile"),
    [
        (1, 0.95, 12.706),
        (2, 0.95, 4.303),
        (3, 0.95, 3.182),
        (10, 0.99, 3.169),
        (30, 0.95, 2.042),
        (120, 0.9, 1.658),
    ],
)
def test_students_t(degrees, confidence, quantile):
    """Any printed table of Student's t."""
    assert student_quantile(degrees, confidence) == pytest.approx(quantile, abs=5e-4)


def test_students_t_holds_a_half_within_its_quartile():
    """Of one degree of freedom, the Cauchy distribution, the quartiles are -1 and 1."""
    assert student_inside(1, 1) == pytest.approx(0.5, abs=1e-12)


@pytest.mark.parametrize(
    ("method", "lower", "upper"),
    [("scas", 0.541, 4.552), ("miettinen_nurminen", 0.613, 4.517), ("katz_log", 0.589, 4.717)],
)
def test_ratio(method, lower, upper):
    """5 of 800 against 12 of 3,200, as ratesci and PropCIs give it."""
    found = ratio(DISCIPLINARY, method, 0.95)
    assert found[:3] == pytest.approx((5 / 3, lower, upper), abs=5e-4)


def test_tests_of_the_same_table():
    """Of the same: SCAS 0.330, N-1 chi-squared 0.331, mid-p 0.347."""
    assert equality_p(DISCIPLINARY, "scas") == pytest.approx(0.330, abs=5e-4)
    assert equality_p(DISCIPLINARY, "miettinen_nurminen") == pytest.approx(0.331, abs=5e-4)
    assert midp(DISCIPLINARY) == pytest.approx(0.347, abs=5e-4)


@pytest.mark.parametrize(("method", "lower", "upper"), [("scas", -0.191, 0.107), ("newcombe", -0.179, 0.125)])
def test_difference_of_a_board(method, lower, upper):
    """1 of 14 against 760 of 4,000."""
    assert difference(BOARD, method, 0.95)[1:3] == pytest.approx((lower, upper), abs=5e-4)


def test_newcombes_hybrid_interval():
    """56 of 70 against 48 of 80: Newcombe 1998, Statistics in Medicine 17:873, table II, method 10."""
    assert difference(Table(56, 70, 48, 80), "newcombe", 0.95)[1:3] == pytest.approx(
        (0.0524, 0.3339), abs=5e-5
    )


def test_p_value_of_newcombe_is_where_its_interval_touches_none():
    table = Table(56, 70, 48, 80)
    found = difference(table, "newcombe", 0.95)
    assert difference(table, "newcombe", 1 - found.p_value).lower == pytest.approx(0, abs=1e-9)


def test_sparse_table_goes_by_the_larger_p_value():
    """0 of 14 against 760 of 4,000: SCAS 0.042, mid-p 0.053."""
    found = decide(Table(0, 14, 760, 4000), 0.05)
    assert (round(found.p_value, 3), found.sparse, found.cannot_be_significant) == (0.053, True, False)


def test_ratio_without_events():
    assert ratio(Table(0, 10, 0, 20), "scas", 0.95)[1:] == (0.0, math.inf, 1.0)
    assert ratio(Table(0, 10, 5, 20), "scas", 0.95)[:2] == (0.0, 0.0)
    assert ratio(Table(5, 10, 0, 20), "scas", 0.95).upper == math.inf
    assert math.isnan(ratio(Table(0, 0, 1, 2), "scas", 0.95).value)


def test_odds_ratio_turned_round_is_its_reciprocal():
    found, turned = odds_ratio(DISCIPLINARY, 0.95), odds_ratio(DISCIPLINARY.swapped, 0.95)
    assert (found.value, found.lower, found.upper) == pytest.approx(
        (1 / turned.value, 1 / turned.upper, 1 / turned.lower)
    )


def test_tests_of_odds_and_of_rates_agree_about_equality():
    """The score limits exclude 1 at just the level that the p-value says."""
    level = 1 - equality_p(DISCIPLINARY, "miettinen_nurminen")
    assert odds_ratio(DISCIPLINARY, level).lower == pytest.approx(1, abs=1e-9)


def test_binomial_midp():
    """No BME member among 14 where the workforce is 19 % BME: mid-p 0.052."""
    assert binomial_midp(0, 14, 0.19) == pytest.approx(0.052, abs=5e-4)


def test_mantel_haenszel_in_two_strata():
    """By hand: (10 x 200 / 300 + 20 x 100 / 300) / (15 x 100 / 300 + 10 x 200 / 300) of two strata of 300."""
    found = mantel_haenszel([Table(10, 100, 15, 200), Table(20, 200, 10, 100)], 0.95)
    assert found.value == pytest.approx((2000 + 2000) / (1500 + 2000))


def test_clustered_proportion_of_two_organisations():
    """By hand: p = 30/200; d = 10 - 15 and 20 - 15; variance 2/1 x 50 / 200^2, so the error is 0.05; t(1) = 12.706."""
    found = clustered_proportion([(10, 100), (20, 100)], 0.95)
    assert found[:3] == pytest.approx((0.15, 0.0, 0.15 + 12.7062 * 0.05), abs=1e-5)


def test_change_of_stocks_is_narrowed_by_those_who_stay():
    """By hand: distances 3 and 4 give 5; with 75 % retained, half of it."""
    now, before = Found(10, 7, 13), Found(4, 0, 8)
    assert changed(now, before, 0.0, 0.95)[:3] == pytest.approx((6, 1, 11))
    assert changed(now, before, 0.75, 0.95)[:3] == pytest.approx((6, 3.5, 8.5))


def test_false_discovery_rates():
    """By hand, in the order given."""
    assert discoveries([0.04, 0.01, 0.03]) == pytest.approx([0.04, 0.03, 0.04])


def test_detectable_proportion_is_found_with_80_percent_power():
    limit = detectable(0.2, 2100, 900, 0.05, "up")
    assert limit / 0.2 == pytest.approx(1.23, abs=0.01)
    assert power(limit, 0.2, 2100, 900, 0.05) == pytest.approx(0.8)
    assert math.isnan(detectable(0.02, 15, 60, 0.05, "down"))


def test_bounds_over_the_unknown_are_the_best_of_every_allocation():
    """Enumerated: of 10 unknown any number e may have been counted and joined the first group."""
    table = Table(5, 50, 8, 60)
    tried = [(5 + e) / (50 + e) - 8 / (60 + 10 - e) for e in range(11)]
    assert greatest(table, 10, None, "difference") >= max(tried) - 1e-12
    assert greatest(table, 10, 4, "difference") == pytest.approx(tried[4])
