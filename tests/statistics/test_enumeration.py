"""Exact enumeration against hand-worked cases and an independent enumeration's printed percentages."""

import csv
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from scipy.stats import binom

from wres import statistics
from wres.statistics.enumeration import coverage, outcomes, rejection

KNOWN = Path(__file__).parents[1] / "known_answers"
METHODS = ["katz_log", "adjusted_log", "koopman", "miettinen_nurminen", "scas"]
SIDES = {"mn": "miettinen_nurminen", "scas": "scas"}
TESTS = [
    "pearson",
    "n_minus_1",
    "scas_p",
    "fisher_minlike",
    "fisher_central",
    "midp_minlike",
    "midp_central",
]

proportions = some.floats(0.02, 0.98)
bases = some.integers(1, 25)


def rows(name: str) -> list[dict[str, str]]:
    with (KNOWN / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def printed(share: float) -> Decimal:
    """The reference rounds percentages half up to two decimals, and those to one."""
    twice = Decimal(100 * share).quantize(Decimal("0.01"), ROUND_HALF_UP)
    return twice.quantize(Decimal("0.1"), ROUND_HALF_UP)


@pytest.mark.parametrize(
    "known", rows("enumeration_coverage.csv"), ids=lambda row: f"{row['n1']}v{row['n2']}"
)
def test_coverage_of_ratio_intervals(known: dict[str, str]) -> None:
    n1, n2, base, truth = int(known["n1"]), int(known["n2"]), float(known["base"]), float(known["ratio"])
    every = outcomes(n1, base * truth, n2, base)
    found = {}
    for method in METHODS:
        result = statistics.ratio(every.x1, n1, every.x2, n2, method)
        # The reference has no log interval of tables without events.
        undefined = np.isnan(result.estimate) & (method == "katz_log")
        found[method] = coverage(
            np.where(undefined, np.nan, result.lower), result.upper, truth, every.probability
        )
        assert printed(found[method].covered) == Decimal(known[method]), method
    for short, method in SIDES.items():
        assert printed(found[method].below) == Decimal(known[f"{short}_below"])
        assert printed(found[method].above) == Decimal(known[f"{short}_above"])


@pytest.mark.parametrize("known", rows("enumeration_size.csv"), ids=lambda row: f"{row['n1']}v{row['n2']}")
def test_size_of_tests(known: dict[str, str]) -> None:
    n1, n2, base = int(known["n1"]), int(known["n2"]), float(known["base"])
    every = outcomes(n1, base, n2, base)
    table = every.x1, n1, every.x2, n2
    wald = statistics.ratio(*table, method="katz_log").p_value
    assert printed(rejection(wald, every.probability)) == Decimal(known["katz_log"])
    for test in TESTS:
        p = getattr(statistics, test)(*table).p_value
        assert printed(rejection(p, every.probability)) == Decimal(known[test]), test


def test_two_coins() -> None:
    every = outcomes(1, 0.5, 1, 0.25, negligible=0)
    assert every.x1.tolist() == [0, 0, 1, 1]
    assert every.x2.tolist() == [0, 1, 0, 1]
    np.testing.assert_allclose(every.probability, [0.375, 0.125, 0.375, 0.125])


def test_every_side_is_counted_once() -> None:
    found = coverage([0.0, 0.6, 0.1, np.nan], [0.5, 0.9, 0.2, 1.0], 0.5, [0.1, 0.2, 0.3, 0.4])
    np.testing.assert_allclose(found, [0.1, 0.2, 0.3, 0.4])


def test_nothing_is_rejected_without_a_p_value() -> None:
    assert rejection([np.nan, 0.01, 0.05, 0.9], [0.25] * 4) == 0.25
    assert rejection([0.04, 0.01, 0.05, 0.9], [0.25] * 4, alpha=0.02) == 0.25


@pytest.mark.parametrize(("n", "p"), [(0, 0.5), (10, -0.1), (10, 1.1), (10, float("nan"))])
def test_impossible_binomials_are_refused(n: int, p: float) -> None:
    with pytest.raises(ValueError, match="a binomial needs"):
        outcomes(n, p, 10, 0.5)


@pytest.mark.parametrize(("n", "p"), [(40, 0.0), (40, 1.0), (725, 0.012), (300_000, 0.0066)])
def test_only_negligible_tails_are_left_out(n: int, p: float) -> None:
    every = outcomes(n, p, 1, 0.5)
    assert every.probability.sum() == pytest.approx(1, abs=2.1e-9)
    assert (every.x1 * every.probability).sum() == pytest.approx(n * p, abs=1e-5)
    assert len(every.x1) <= 2 * (13 * np.sqrt(n * p * (1 - p)) + 20)


@settings(deadline=None)
@given(bases, proportions, bases, proportions)
def test_all_outcomes_of_small_groups(n1: int, p1: float, n2: int, p2: float) -> None:
    every = outcomes(n1, p1, n2, p2, negligible=0)
    assert len(every.probability) == (n1 + 1) * (n2 + 1)
    expected = binom.pmf(every.x1, n1, p1) * binom.pmf(every.x2, n2, p2)
    np.testing.assert_allclose(every.probability, expected, atol=1e-15)


@settings(deadline=None)
@given(bases, bases, proportions)
def test_an_exact_test_keeps_its_level(n1: int, n2: int, p: float) -> None:
    every = outcomes(n1, p, n2, p, negligible=0)
    found = statistics.fisher_minlike(every.x1, n1, every.x2, n2)
    assert rejection(found.p_value, every.probability) <= 0.05


@settings(deadline=None)
@given(bases, proportions, bases, proportions)
def test_swapping_the_groups_swaps_the_sides(n1: int, p1: float, n2: int, p2: float) -> None:
    def of(a: int, pa: float, b: int, pb: float) -> tuple[float, float, float, float]:
        every = outcomes(a, pa, b, pb, negligible=0)
        found = statistics.difference(every.x1, a, every.x2, b)
        return coverage(found.lower, found.upper, pa - pb, every.probability)

    covered, below, above, undefined = of(n1, p1, n2, p2)
    np.testing.assert_allclose(of(n2, p2, n1, p1), (covered, above, below, undefined), atol=1e-9)
