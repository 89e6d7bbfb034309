from fractions import Fraction
from math import comb

import numpy as np
import pytest
from scipy.stats import binomtest, chi2_contingency, fisher_exact
from statsmodels.stats.proportion import test_proportions_2indep as score_test_of_statsmodels
from tables import every_small_table, random_tables, vectors

from wres.statistics import (
    binomial_central,
    binomial_midp,
    binomial_minlike,
    fisher_central,
    fisher_minlike,
    hypergeometric_midp,
    midp_central,
    midp_minlike,
    n_minus_1,
    pearson,
    scas_p,
)

TESTS = {
    "pearson": pearson,
    "n_minus_1": n_minus_1,
    "scas": scas_p,
    "fisher_minlike": fisher_minlike,
    "fisher_central": fisher_central,
    "midp_central": midp_central,
    "midp_minlike": midp_minlike,
}
EXACT = [fisher_minlike, fisher_central, midp_central, midp_minlike]


@pytest.mark.parametrize("name", TESTS)
def test_p_values_match_the_references(name):
    rows = vectors("two_sample_tests").query("test == @name")
    found = TESTS[name](rows.x1, rows.n1, rows.x2, rows.n2).p_value
    np.testing.assert_allclose(found, rows.p, rtol=1e-8)


def test_fisher_matches_r_as_printed():
    # R's fisher.test, quoted in scipy issue 4130.
    assert round(float(fisher_minlike(345, 605, 455, 800).p_value), 4) == 0.9567


def _enumerated(x1, n1, x2, n2):
    """The four exact tests by listing every table with the same margins, in whole numbers."""
    m = x1 + x2
    ways = {k: comb(n1, k) * comb(n2, m - k) for k in range(max(0, m - n2), min(n1, m) + 1)}
    total, seen = sum(ways.values()), ways[x1]
    less, tied = sum(w for w in ways.values() if w < seen), sum(w for w in ways.values() if w == seen)
    low, high = sum(w for k, w in ways.items() if k <= x1), sum(w for k, w in ways.items() if k >= x1)
    doubled = [
        2 * (less + tied),
        4 * min(low, high),
        2 * min(2 * low - seen, 2 * high - seen),
        2 * less + tied,
    ]
    return [float(min(1, Fraction(p, 2 * total))) for p in doubled]


@pytest.mark.parametrize(
    "tables", [every_small_table(6), random_tables(500, seed=3)], ids=["small", "random"]
)
def test_exact_tests_equal_a_list_of_all_tables(tables):
    tables = tables[:, (tables[1] < 1000) & (tables[3] < 1000)]
    found = np.array([test(*tables).p_value for test in EXACT])
    listed = np.array([_enumerated(*(int(count) for count in table)) for table in tables.T]).T
    np.testing.assert_allclose(found, listed, rtol=1e-10)


def test_fisher_equals_scipy():
    for x1, n1, x2, n2 in random_tables(200, seed=5).T.astype(int):
        expected = fisher_exact([[x1, n1 - x1], [x2, n2 - x2]]).pvalue
        np.testing.assert_allclose(fisher_minlike(x1, n1, x2, n2).p_value, expected, rtol=1e-6, atol=1e-300)


def test_chi_squared_tests_equal_scipy_and_statsmodels():
    x1, n1, x2, n2 = random_tables(2000, seed=6)
    mixed = (x1 + x2 > 0) & (x1 + x2 < n1 + n2)
    x1, n1, x2, n2 = (count[mixed] for count in (x1, n1, x2, n2))
    for corrected, test in ((False, pearson), (True, n_minus_1)):
        with np.errstate(divide="ignore"):
            expected = score_test_of_statsmodels(
                x1, n1, x2, n2, compare="ratio", method="score", correction=corrected
            ).pvalue
        np.testing.assert_allclose(test(x1, n1, x2, n2).p_value, expected, rtol=1e-8, atol=1e-300)
    one = chi2_contingency([[5, 795], [12, 3188]], correction=False).pvalue
    assert pearson(5, 800, 12, 3200).p_value == pytest.approx(one, rel=1e-10)


def test_scas_equals_n_minus_1_for_equal_groups_only():
    x1, x2 = np.meshgrid(np.arange(41), np.arange(41))
    np.testing.assert_allclose(scas_p(x1, 40, x2, 40).p_value, n_minus_1(x1, 40, x2, 40).p_value, rtol=1e-12)
    assert abs(scas_p(0, 14, 760, 4000).p_value - n_minus_1(0, 14, 760, 4000).p_value) > 0.02


@pytest.mark.parametrize("test", TESTS.values())
def test_tests_are_symmetric_in_the_groups_and_in_the_event(test):
    x1, n1, x2, n2 = every_small_table()
    p = test(x1, n1, x2, n2).p_value
    np.testing.assert_allclose(p, test(x2, n2, x1, n1).p_value, rtol=1e-10)
    np.testing.assert_allclose(p, test(n1 - x1, n1, n2 - x2, n2).p_value, rtol=1e-10)
    assert np.all((p >= 0) & (p <= 1))


def test_mid_p_is_below_the_exact_test():
    tables = random_tables(5000, seed=8)
    assert np.all(midp_central(*tables).p_value <= fisher_central(*tables).p_value)


@pytest.mark.parametrize("test", TESTS.values())
def test_failures_have_reasons(test):
    found = test([1, np.nan, 9, 0], [5, 5, 5, 0], [1, 1, 1, 1], [5, 5, 5, 5])
    np.testing.assert_array_equal(np.isnan(found.p_value), [False, True, True, True])
    assert list(found.reason) == [
        "",
        "a count is missing",
        "a count is not between 0 and its base",
        "a base is 0",
    ]


@pytest.mark.parametrize("test", EXACT)
def test_exact_tests_refuse_fractions(test):
    found = test(1.5, 5, 1, 5)
    assert np.isnan(found.p_value)
    assert found.reason == "an exact test needs whole numbers"


def test_hypergeometric_mid_p_compares_with_the_rest():
    assert hypergeometric_midp(1, 14, 761, 4014).p_value == midp_central(1, 14, 760, 4000).p_value


def test_binomial_tests_match_the_references_and_scipy():
    rows = vectors("one_sample_exact").dropna(subset="p0")
    for test, column in (
        (binomial_midp, "p_midp_central"),
        (binomial_central, "p_exact_central"),
        (binomial_minlike, "p_exact_minlike"),
    ):
        np.testing.assert_allclose(test(rows.x, rows.n, rows.p0).p_value, rows[column], rtol=1e-8)
    assert binomial_minlike(3, 15, 0.4).p_value == binomtest(3, 15, 0.4).pvalue


def test_board_without_members_of_a_group_of_19_percent():
    # Two-sided p of none in 14: exact 0.105, by likelihood 0.087, mid-p 0.052.
    p = [test(0, 14, 0.19).p_value for test in (binomial_central, binomial_minlike, binomial_midp)]
    np.testing.assert_allclose(np.round(np.array(p), 3), [0.105, 0.087, 0.052])


@pytest.mark.parametrize(
    ("test", "smallest"),
    [
        (binomial_midp, [34.8, 28.3, 23.8, 20.6, 19.3, 18.1, 16.2, 13.9]),
        (binomial_central, [41.0, 33.6, 28.5, 24.7, 23.2, 21.8, 19.5, 16.8]),
    ],
)
def test_smallest_share_at_which_none_can_be_significant(test, smallest):
    members = np.array([7, 9, 11, 13, 14, 15, 17, 20])
    share = np.arange(1, 1000)[:, None] / 1000
    significant = test(0, members, share).p_value < 0.05
    np.testing.assert_allclose(100 * share[np.argmax(significant, axis=0), 0], smallest, atol=0.11)


def test_binomial_tests_at_the_ends_and_with_reasons():
    np.testing.assert_allclose(binomial_midp([0, 5, 0, 5], 5, [0, 1, 1, 0]).p_value, [1, 1, 0, 0])
    found = binomial_midp([1, 1, 1, 1.5, 1], [0, 5, np.nan, 5, 5], [0.5, 1.5, 0.5, 0.5, np.nan])
    assert np.all(np.isnan(found.p_value) & (found.reason != ""))
