"""Coverage and size by exact enumeration, against the table that the choice of methods rests on.

Every pair of counts is listed with its binomial probability, so nothing is random; figures are percentages
to one decimal.
"""

import numpy as np
import pytest
from scipy.stats import binom

from wres.statistics import (
    decide,
    fisher_central,
    fisher_minlike,
    midp_central,
    midp_minlike,
    n_minus_1,
    pearson,
    ratio,
    scas_p,
)

METHODS = ["katz_log", "adjusted_log", "koopman", "miettinen_nurminen", "scas"]
# n1, n2, base rate, true ratio; coverage of the five methods; tails of Miettinen-Nurminen and of SCAS.
COVERAGE = [
    (800, 3200, 0.00375, 1, [92.1, 96.2, 96.0, 96.0, 95.5], [3.3, 0.8], [2.2, 2.3]),
    (800, 3200, 0.00375, 5 / 3, [96.4, 96.9, 95.5, 95.5, 95.3], [2.9, 1.6], [2.4, 2.3]),
    (150, 4850, 0.006, 1, [55.5, 92.9, 95.2, 95.2, 97.7], [4.8, 0.0], [2.3, 0.0]),
    (150, 4850, 0.006, 2, [80.1, 94.2, 96.0, 96.0, 97.6], [4.0, 0.0], [2.4, 0.0]),
    (40, 1960, 0.01, 1, [28.0, 91.9, 94.4, 94.4, 97.9], [5.6, 0.0], [2.1, 0.0]),
    (4400, 5600, 0.008, 1, [95.0, 95.1, 94.9, 94.9, 94.8], [2.7, 2.4], [2.7, 2.5]),
    (15, 60, 0.03, 1, [30.2, 99.3, 91.7, 91.7, 98.3], [8.4, 0.0], [1.7, 0.0]),
    (12, 48, 0.7, 1, [93.0, 93.0, 95.2, 95.3, 95.1], [1.8, 3.0], [2.5, 2.4]),
    (2100, 900, 0.2, 1, [95.0, 95.0, 95.0, 95.0, 95.0], [2.4, 2.6], [2.5, 2.5]),
    (60, 25, 0.2, 1, [96.6, 96.5, 95.0, 95.2, 95.2], [2.0, 2.8], [2.4, 2.4]),
    (100, 1900, 0.92, 1, [92.7, 92.6, 95.2, 95.2, 95.0], [1.6, 3.2], [2.5, 2.5]),
]
TESTS = [pearson, n_minus_1, scas_p, fisher_minlike, fisher_central, midp_minlike, midp_central]
SIZE = [
    (800, 3200, 0.00375, [4.1, 4.1, 4.5, 2.9, 1.8, 4.7, 3.9]),
    (150, 4850, 0.006, [4.8, 4.8, 2.3, 2.3, 1.2, 4.7, 2.0]),
    (40, 1960, 0.01, [5.6, 5.6, 2.1, 2.1, 0.8, 4.8, 1.7]),
    (4400, 5600, 0.008, [5.1, 5.1, 5.2, 4.4, 4.0, 5.0, 5.1]),
    (15, 60, 0.03, [8.4, 8.4, 1.7, 1.5, 0.5, 1.7, 1.5]),
    (12, 48, 0.7, [4.9, 4.7, 4.9, 3.2, 2.2, 4.4, 4.0]),
    (60, 25, 0.2, [5.0, 4.8, 4.9, 3.6, 2.6, 5.0, 4.2]),
    (100, 1900, 0.92, [4.8, 4.8, 5.0, 4.0, 3.2, 5.0, 4.7]),
]


def _outcomes(n1, p1, n2, p2):
    counts = [np.arange(binom.ppf(1e-9, n, p), binom.isf(1e-9, n, p) + 1) for n, p in ((n1, p1), (n2, p2))]
    x1, x2 = (grid.ravel() for grid in np.meshgrid(*counts, indexing="ij"))
    return x1, x2, binom.pmf(x1, n1, p1) * binom.pmf(x2, n2, p2)


@pytest.mark.parametrize(("n1", "n2", "base", "true", "covered", "plain", "skewed"), COVERAGE)
def test_coverage_of_ratio_intervals(n1, n2, base, true, covered, plain, skewed):
    x1, x2, probability = _outcomes(n1, base * true, n2, base)
    for method, expected in zip(METHODS, covered, strict=True):
        found = ratio(x1, n1, x2, n2, method)
        inside = (found.lower <= true) & (true <= found.upper)
        assert 100 * probability[inside].sum() == pytest.approx(expected, abs=0.06), method
    for method, expected in (("miettinen_nurminen", plain), ("scas", skewed)):
        found = ratio(x1, n1, x2, n2, method)
        tails = probability[found.lower > true].sum(), probability[found.upper < true].sum()
        np.testing.assert_allclose(100 * np.array(tails), expected, atol=0.06)


@pytest.mark.parametrize(("n1", "n2", "base", "expected"), SIZE)
def test_size_of_tests(n1, n2, base, expected):
    x1, x2, probability = _outcomes(n1, base, n2, base)
    size = [100 * probability[test(x1, n1, x2, n2).p_value < 0.05].sum() for test in TESTS]
    np.testing.assert_allclose(size, expected, atol=0.06)


def test_the_decision_rule_never_errs_far_to_one_side_where_the_plain_test_does():
    for n1, n2, base, _ in SIZE:
        x1, x2, probability = _outcomes(n1, base, n2, base)
        significant = decide(x1, n1, x2, n2).p_value < 0.05
        high = x1 * n2 > x2 * n1
        assert probability[significant & high].sum() < 0.035
        assert probability[significant & ~high].sum() < 0.035
