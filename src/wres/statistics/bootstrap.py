"""Bootstrap of amounts that many people share: values with counts in, resamples and limits out.

A sample is an array of values and of how many people have each, so that thousands of people paid at a few dozen
rates cost no more than the rates. What is resampled, and which figure is made of it, belongs to the caller.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.special import ndtr, ndtri, stdtr, stdtrit

Floats = npt.NDArray[np.float64]
FEWEST_RESAMPLES = 2_000
ROUNDING = 1e-20  # a relative variance below it is no variation


class Limits(NamedTuple):
    """Lower and upper limit of an interval."""

    lower: float
    upper: float


class Estimate(NamedTuple):
    """A figure, its t interval, its p-value against 0 and its standard error."""

    estimate: float
    lower: float
    upper: float
    p_value: float
    error: float


def resampled(counts: npt.ArrayLike, rng: np.random.Generator, resamples: int = FEWEST_RESAMPLES) -> Floats:
    """Draw samples of the same size with replacement.

    Parameters
    ----------
    counts
        How many people have each value; whole numbers.
    rng
        Seeded random numbers.
    resamples
        How many samples.

    Returns
    -------
    ndarray
        How many people have each value, a row a resample.
    """
    people = np.asarray(counts, dtype=float)
    return rng.multinomial(int(people.sum()), people / people.sum(), resamples).astype(float)


def median(values: Floats, counts: npt.ArrayLike) -> Floats:
    """Medians of samples of one set of values.

    Parameters
    ----------
    values
        In rising order.
    counts
        How many people have each value, along the last axis; any number of samples before it.

    Returns
    -------
    ndarray
        One element a sample; the mean of the two in the middle where their number is even, NaN of nobody.
    """
    below = np.cumsum(np.asarray(counts, dtype=float), axis=-1)
    people = below[..., -1:]
    lower = (below >= np.floor((people + 1) / 2)).argmax(axis=-1)
    upper = (below >= np.floor(people / 2) + 1).argmax(axis=-1)
    middle = (values[lower] + values[upper]) / 2
    return np.where(people[..., 0] > 0, middle, np.nan)


def resampled_medians(
    values: Floats, counts: npt.ArrayLike, rng: np.random.Generator, resamples: int = FEWEST_RESAMPLES
) -> Floats:
    """Medians of samples drawn with replacement, by the order statistics that they are.

    The ``m``-th smallest of ``n`` draws lies at the quantile that is the ``m``-th smallest of ``n`` uniform numbers,
    which has a beta distribution: two random numbers a resample instead of ``n``, and the same law.

    Parameters
    ----------
    values, counts
        Values in rising order, and how many people have each.
    rng, resamples
        As in :func:`resampled`.
    """
    below = np.cumsum(np.asarray(counts, dtype=float))
    people = int(below[-1])
    middle = (people + 1) // 2
    at = rng.beta(middle, people + 1 - middle, resamples)
    lower = values[np.searchsorted(below, at * people)]
    if people % 2:
        return np.asarray(lower)
    after = at + (1 - at) * rng.beta(1, people - middle, resamples)
    upper = values[np.minimum(np.searchsorted(below, after * people), len(values) - 1)]
    return np.asarray((lower + upper) / 2)


def percentile_limits(resamples: Floats, confidence: float = 0.95) -> Limits:
    """Percentile interval (Efron 1979) of resampled figures."""
    tail = (1 - confidence) / 2
    lower, upper = np.quantile(resamples, [tail, 1 - tail])
    return Limits(float(lower), float(upper))


def bca_limits(estimate: float, resamples: Floats, acceleration: float, confidence: float = 0.95) -> Limits:
    """Bias-corrected and accelerated interval (Efron 1987) of resampled figures.

    Parameters
    ----------
    estimate
        The figure of the sample itself.
    resamples
        The figure of each resample.
    acceleration
        As :func:`acceleration` gives it.
    confidence
        Confidence level.
    """
    below = (np.mean(resamples < estimate) + np.mean(resamples <= estimate)) / 2
    if not 0 < below < 1:
        return percentile_limits(resamples, confidence)
    bias = ndtri(below)
    tail = (1 - confidence) / 2
    turned = bias + ndtri(np.array([tail, 1 - tail]))
    lower, upper = np.quantile(resamples, ndtr(bias + turned / (1 - acceleration * turned)))
    return Limits(float(lower), float(upper))


def acceleration(left_out: Sequence[tuple[Floats, npt.ArrayLike]]) -> float:
    """Acceleration of a figure of several samples, from leaving out each person in turn.

    Parameters
    ----------
    left_out
        For each sample the figure without one person of each value, and how many people have that value.

    Notes
    -----
    Efron & Tibshirani 1993, *An Introduction to the Bootstrap*, section 14.3, for several samples as in
    ``scipy.stats.bootstrap``.
    """
    cubes, squares = 0.0, 0.0
    for figures, counts in left_out:
        people = np.asarray(counts, dtype=float)
        size = people.sum()
        influence = (size - 1) * (np.average(figures, weights=people) - figures)
        cubes += (people * influence**3).sum() / size**3
        squares += (people * influence**2).sum() / size**2
    return float(cubes / (6 * squares**1.5)) if squares > 0 else 0.0


def mean_ratio(
    values: Floats,
    counts: npt.ArrayLike,
    other_values: Floats,
    other_counts: npt.ArrayLike,
    confidence: float = 0.95,
) -> Estimate:
    """Logarithm of the first mean over the second, with Welch's t interval on the logarithm.

    For samples too small to be resampled. The variance of a logarithm of a mean is taken as that of the mean over
    its square (delta method), the degrees of freedom are Welch and Satterthwaite's.

    Parameters
    ----------
    values, counts
        Amounts above 0, and how many people have each; two people or more.
    other_values, other_counts
        Of the second sample.
    confidence
        Confidence level.

    Returns
    -------
    Estimate
        Limits and p-value are NaN where neither sample varies.
    """
    log, parts = 0.0, []
    for sign, amounts, people in ((1, values, counts), (-1, other_values, other_counts)):
        weights = np.asarray(people, dtype=float)
        size, mean = weights.sum(), np.average(amounts, weights=weights)
        log += sign * float(np.log(mean))
        variance = (weights * (amounts - mean) ** 2).sum() / (size - 1)
        parts.append((variance / size / mean**2, size - 1))
    error = sum(part for part, _ in parts)
    if error < ROUNDING:
        return Estimate(log, np.nan, np.nan, np.nan, 0.0)
    degrees = error**2 / sum(part**2 / free for part, free in parts)
    return _t_interval(log, float(np.sqrt(error)), degrees, confidence)


def clustered_limits(
    estimate: float, resamples: Floats, clusters: int, least: float = 0.0, confidence: float = 0.95
) -> Estimate:
    """Interval of t with one degree of freedom fewer than clusters, from whole clusters resampled.

    Parameters
    ----------
    estimate
        The figure of all clusters, on a scale without limits, such as a logarithm.
    resamples
        The figure of each resample of clusters.
    clusters
        How many there are, two at least; few clusters vary less than their population, which is corrected.
    least
        A standard error that the interval must not fall below, such as that of people resampled alone.
    confidence
        Confidence level.
    """
    spread = float(np.std(resamples, ddof=1)) * np.sqrt(clusters / (clusters - 1))
    return _t_interval(estimate, max(spread, least), clusters - 1, confidence)


def _t_interval(estimate: float, error: float, degrees: float, confidence: float) -> Estimate:
    margin = float(stdtrit(degrees, (1 + confidence) / 2)) * error
    p = 2 * float(stdtr(degrees, -abs(estimate) / error)) if error > 0 else np.nan
    return Estimate(estimate, estimate - margin, estimate + margin, p, error)
