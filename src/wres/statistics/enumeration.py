"""Exact behaviour of intervals and tests: every outcome of two binomials, weighted by its probability.

Nothing is drawn at random, so the figures carry no simulation error. Which intervals and tests are examined
is the caller's choice; they belong in the modules beside this one.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.stats import binom, hypergeom

from wres.statistics._arrays import Floats

NEGLIGIBLE = 1e-9


class Outcomes(NamedTuple):
    """Counts of two independent groups and the probability of each pair, arrays of one dimension."""

    x1: Floats
    x2: Floats
    probability: Floats


class Coverage(NamedTuple):
    """Where intervals leave the true value, as probabilities that add up to 1.

    Attributes
    ----------
    covered
        The interval holds the true value, its limits included.
    below, above
        The true value lies below, or above, the whole interval.
    undefined
        There is no interval.
    """

    covered: float
    below: float
    above: float
    undefined: float


def outcomes(n1: int, p1: float, n2: int, p2: float, negligible: float = NEGLIGIBLE) -> Outcomes:
    """Every pair of counts of two independent binomials, but for tails of negligible probability.

    Parameters
    ----------
    n1, p1, n2, p2
        Bases and true proportions of the two groups.
    negligible
        Probability left out at each end of each binomial, at most.

    Returns
    -------
    Outcomes
        Probabilities add up to 1 but for what was left out.

    Raises
    ------
    ValueError
        For a base below 1 or a proportion outside 0 to 1.
    """
    (x1, probability1), (x2, probability2) = (_counts(n, p, negligible) for n, p in ((n1, p1), (n2, p2)))
    first, second = np.meshgrid(x1, x2, indexing="ij")
    return Outcomes(first.ravel(), second.ravel(), np.outer(probability1, probability2).ravel())


def coverage(
    lower: npt.ArrayLike, upper: npt.ArrayLike, truth: float, probability: npt.ArrayLike
) -> Coverage:
    """Probability that intervals hold the true value, and on which side they miss it.

    Parameters
    ----------
    lower, upper
        Limits in every outcome; NaN where a method has none, which counts as a miss of its own.
    truth
        The true value.
    probability
        Probability of every outcome, as of :func:`outcomes`.

    Returns
    -------
    Coverage
        Relative to the probabilities given.
    """
    low, high, weight = (np.asarray(values, dtype=np.float64) for values in (lower, upper, probability))
    undefined, below, above = np.isnan(low) | np.isnan(high), low > truth, high < truth
    total = weight.sum()
    missed, under, over = (
        float(weight[side].sum() / total) for side in (undefined, below & ~undefined, above & ~undefined)
    )
    return Coverage(1 - missed - under - over, under, over, missed)


def rejection(p_value: npt.ArrayLike, probability: npt.ArrayLike, alpha: float = 0.05) -> float:
    """Probability that a test rejects: its size where there is no difference, its power where there is one.

    Parameters
    ----------
    p_value
        P-value in every outcome; NaN rejects nothing.
    probability
        Probability of every outcome, as of :func:`outcomes`.
    alpha
        Nominal level.

    Returns
    -------
    float
        Relative to the probabilities given.
    """
    p, weight = (np.asarray(values, dtype=np.float64) for values in (p_value, probability))
    return float(weight[p < alpha].sum() / weight.sum())


def probability_of_ratio_inside(
    events: npt.ArrayLike, n1: npt.ArrayLike, n2: npt.ArrayLike, low: float, high: float
) -> Floats:
    """Probability that the ratio of two observed proportions lies inside a range though the true one is 1.

    Given its events, a table without any difference has a hypergeometric count in the first group, so that
    the probability is exact.

    Parameters
    ----------
    events
        Events in both groups together.
    n1, n2
        Bases of the two groups; the ratio is that of the first to the second.
    low, high
        Range, ends included, with 0 < low <= high.

    Returns
    -------
    ndarray
        0 without events, where there is no ratio.
    """
    m, first, second = (np.asarray(values, dtype=np.float64) for values in (events, n1, n2))
    least, most = (m * first * end / (first * end + second) for end in (low, high))
    tolerance = 1e-9 * np.maximum(m, 1)  # an end that is a whole number lies inside
    found = hypergeom(first + second, first, m)
    inside = found.cdf(np.floor(most + tolerance)) - found.cdf(np.ceil(least - tolerance) - 1)
    return np.where(m > 0, np.maximum(inside, 0.0), 0.0)


def _counts(n: int, p: float, negligible: float) -> tuple[Floats, Floats]:
    if n < 1 or not 0 <= p <= 1:
        raise ValueError(
            f"a binomial needs a base of 1 or more and a proportion from 0 to 1, not {n} and {p}"
        )
    x = np.arange(max(0.0, binom.ppf(negligible, n, p)), binom.isf(negligible, n, p) + 1)
    return x, np.asarray(binom.pmf(x, n, p))
