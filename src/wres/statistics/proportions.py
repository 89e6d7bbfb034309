"""Intervals for one proportion, and the sizes of samples behind it.

Comparisons of two proportions belong in :mod:`wres.statistics.two_groups`.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.special import betainc, betaincinv

from wres.statistics._arrays import (
    EMPTY,
    MISSING,
    Floats,
    Texts,
    blanked,
    count_rules,
    floats,
    normal_quantile,
    quiet,
    reasons,
)
from wres.statistics._roots import bisect


class Interval(NamedTuple):
    """Limits of a proportion, 0 to 1, and why they are missing."""

    lower: Floats
    upper: Floats
    reason: Texts


class FeasibleInterval(NamedTuple):
    """Counts that a rounded percentage allows, and limits of the proportion over all of them."""

    x_lowest: Floats
    x_highest: Floats
    lower: Floats
    upper: Floats
    reason: Texts


class SampleSize(NamedTuple):
    """Effective numbers of observations, and why they are missing."""

    size: Floats
    reason: Texts


@quiet
def wilson(x: npt.ArrayLike, n: npt.ArrayLike, confidence: float = 0.95) -> Interval:
    """Score interval of a proportion (Wilson 1927; Newcombe 1998, Statistics in Medicine 17:857).

    Parameters
    ----------
    x, n
        Counts and their bases, any shapes that broadcast; effective counts need not be whole numbers.
    confidence
        Confidence level.

    Returns
    -------
    Interval
        Exactly 0 below for x = 0 and exactly 1 above for x = n; NaN with a reason where n = 0, where a
        count is missing, or where x is not between 0 and n.
    """
    x, n = floats(x, n)
    z = normal_quantile(confidence)
    reason = reasons(*count_rules(x, n))
    return Interval._make([*blanked(reason, *wilson_limits(x, n, z)), reason])


def wilson_limits(x: Floats, n: Floats, z: float | Floats) -> tuple[Floats, Floats]:
    """Limits of :func:`wilson` for counts that need no check, at a normal quantile or one for each of them."""
    centre = 2 * x + z**2
    spread = z * np.sqrt(z**2 + 4 * x * (n - x) / n)
    # (centre - spread) / (2 (n + z^2)) in the form that does not cancel when x is small.
    lower = 2 * x**2 / (n * (centre + spread))
    return lower, np.where(x == n, 1.0, (centre + spread) / (2 * (n + z**2)))


@quiet
def clopper_pearson(x: npt.ArrayLike, n: npt.ArrayLike, confidence: float = 0.95) -> Interval:
    """Exact interval of a proportion (Clopper & Pearson 1934); conservative, shown as a check.

    Parameters, edge cases and returns as in :func:`wilson`.
    """
    x, n = floats(x, n)
    normal_quantile(confidence)
    tail = (1 - confidence) / 2
    reason = reasons(*count_rules(x, n))
    lower = np.where(x == 0, 0.0, betaincinv(x, n - x + 1, tail))
    upper = np.where(x == n, 1.0, betaincinv(x + 1, n - x, 1 - tail))
    return Interval._make([*blanked(reason, lower, upper), reason])


@quiet
def midp_clopper_pearson(x: npt.ArrayLike, n: npt.ArrayLike, confidence: float = 0.95) -> Interval:
    """Exact interval of a proportion with half the weight on the observed count (Lancaster 1961).

    The limits are those p at which P(X > x) + P(X = x)/2, or its mirror image, is half of 1 - confidence.
    Parameters, edge cases and returns as in :func:`wilson`.
    """
    x, n = floats(x, n)
    normal_quantile(confidence)
    tail = (1 - confidence) / 2
    reason = reasons(*count_rules(x, n))
    zero, one = np.zeros_like(x), np.ones_like(x)
    lower = bisect(lambda p: tail - _upper_midp(x, n, p), zero, one)
    upper = bisect(lambda p: 1 - tail - _upper_midp(x, n, p), zero, one)
    lower, upper = np.where(x == 0, 0.0, lower), np.where(x == n, 1.0, upper)
    return Interval._make([*blanked(reason, lower, upper), reason])


@quiet
def feasible_interval(
    percentage: npt.ArrayLike, base: npt.ArrayLike, decimals: npt.ArrayLike, confidence: float = 0.95
) -> FeasibleInterval:
    """Interval of a proportion of which only a rounded percentage and its base are known.

    Every count x whose percentage of the base rounds to the one given is feasible; the interval runs from
    the Wilson limit of the lowest to that of the highest, so it holds whichever count is true.

    Parameters
    ----------
    percentage
        Percentages, 0 to 100.
    base
        Numbers of observations that they were taken of.
    decimals
        Decimals that the percentages were rounded to.
    confidence
        Confidence level.

    Returns
    -------
    FeasibleInterval
        Limits are proportions, 0 to 1. NaN with a reason where the base is missing or 0, the percentage is
        not one, or no count rounds to it: then it was weighted, or the base is another's.
    """
    share, n, places = floats(percentage, base, decimals)
    half = 0.5 * 10.0**-places
    slack = 1e-9
    lowest = np.maximum(np.ceil(n * (share - half) / 100 - slack), 0)
    highest = np.minimum(np.floor(n * (share + half) / 100 + slack), n)
    reason = reasons(
        (~np.isfinite(share), "the percentage is missing"),
        ((share < 0) | (share > 100), "the percentage is not between 0 and 100"),
        (~np.isfinite(n), "the base is missing"),
        (n <= 0, EMPTY),
        (~np.isfinite(places), "the number of decimals is missing"),
        (
            lowest > highest,
            "no count gives this percentage of this base: it is weighted or the base is wrong",
        ),
    )
    lowest, highest = blanked(reason, lowest, highest)
    lower, upper = wilson(lowest, n, confidence).lower, wilson(highest, n, confidence).upper
    return FeasibleInterval(lowest, highest, lower, upper, reason)


@quiet
def kish_effective_size(weights: npt.ArrayLike, group: npt.ArrayLike | None = None) -> SampleSize:
    """Return the size of the unweighted sample that is as informative as a weighted one (Kish 1965).

    Parameters
    ----------
    weights
        Weights of the respondents, one dimension.
    group
        Codes 0 … G-1 of the respondents' groups; one group if left out.

    Returns
    -------
    SampleSize
        (sum of weights)^2 / sum of squared weights, one element a group; NaN with a reason for a group
        without weight.
    """
    (weight,) = floats(np.ravel(np.asarray(weights, dtype=np.float64)))
    codes = np.zeros(weight.size, dtype=np.int64) if group is None else np.asarray(group, dtype=np.int64)
    total = np.bincount(codes, weight, minlength=1)
    size = total**2 / np.bincount(codes, weight**2, minlength=1)
    return SampleSize(size, reasons((np.isnan(total), "a weight is missing"), (np.isnan(size), "no weights")))


@quiet
def finite_population_size(n: npt.ArrayLike, population: npt.ArrayLike) -> SampleSize:
    """Return the sample size to use when n of a finite population answered: n (N - 1) / (N - n).

    Use p * size out of size in :func:`wilson`. It holds if those who did not answer resemble those who did;
    Cochran (1977), section 2.6.

    Parameters
    ----------
    n, population
        Respondents, and the people who could have responded.

    Returns
    -------
    SampleSize
        Infinite where everybody answered; NaN with a reason where n exceeds the population or one is
        missing.
    """
    answered, people = floats(n, population)
    reason = reasons(
        (~(np.isfinite(answered) & np.isfinite(people)), MISSING),
        (answered > people, "more answered than there are"),
        (answered <= 0, EMPTY),
    )
    size = np.where(answered == people, np.inf, answered * (people - 1) / (people - answered))
    return SampleSize._make([*blanked(reason, size), reason])


def _upper_midp(x: Floats, n: Floats, p: Floats) -> Floats:
    """P(X > x) + P(X = x)/2 for a binomial X."""
    at_least = np.where(x == 0, 1.0, betainc(np.where(x == 0, 1.0, x), n - x + 1, p))
    above = np.where(x == n, 0.0, betainc(x + 1, np.where(x == n, 1.0, n - x), p))
    return np.asarray((at_least + above) / 2)
