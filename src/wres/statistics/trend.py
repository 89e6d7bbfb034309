"""Trends over several periods, and forecasts.

Events that are new in each period follow a regression line with more than binomial scatter; a stock that
carries most of its members over is a random walk, for which a regression line finds trends that are not
there. The change between two periods belongs in :mod:`wres.statistics.change`.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import statsmodels.api as sm
from scipy.special import expit, logit, stdtr, stdtrit

from wres.statistics._arrays import (
    MISSING,
    OUTSIDE,
    Bools,
    Floats,
    Integers,
    Texts,
    blanked,
    floats,
    normal_quantile,
    quiet,
    reasons,
)

FEW = "fewer than three periods"
FLAT = "nobody or everybody is counted in all periods"
NO_SLOPE = "the slope has no finite estimate"
EDGE = "a proportion is 0 or 1 and has no logit"
ITERATIONS = 60
TOLERANCE = 1e-10
SEPARATED = 25.0


class Trend(NamedTuple):
    """Change of the odds a period.

    Attributes
    ----------
    estimate, lower, upper
        Factor by which the odds, or the odds ratio, change a period, with its interval.
    p_value
        Two-sided p-value of no change.
    error
        Standard error of the logarithm of the estimate.
    dispersion
        Scatter about the line over that of chance, at least 1.
    periods
        Number of periods.
    reason
        Why there is none.
    """

    estimate: Floats
    lower: Floats
    upper: Floats
    p_value: Floats
    error: Floats
    dispersion: Floats
    periods: Integers
    reason: Texts


class RandomWalk(NamedTuple):
    """Mean change a period of a series that keeps what it has, and where it will be.

    Attributes
    ----------
    drift, lower, upper, p_value
        Mean change a period with its interval and two-sided p-value.
    forecast, forecast_lower, forecast_upper
        Level after the horizon with its prediction interval.
    forecast_error, degrees
        Standard error of the forecast and degrees of freedom of its t distribution.
    reason
        Why there is none.
    """

    drift: Floats
    lower: Floats
    upper: Floats
    p_value: Floats
    forecast: Floats
    forecast_lower: Floats
    forecast_upper: Floats
    forecast_error: Floats
    degrees: Floats
    reason: Texts


@quiet
def logistic_trend(
    x: npt.ArrayLike, n: npt.ArrayLike, time: npt.ArrayLike | None = None, confidence: float = 0.95
) -> Trend:
    """Quasi-binomial trend of a proportion of events (McCullagh & Nelder 1989, section 4.5).

    Logistic regression on time. The variance is multiplied by Pearson's chi-squared over T - 2, but not by
    less than 1, and the interval uses t on T - 2 degrees of freedom. It equals statsmodels' binomial GLM of
    x / n with ``var_weights=n`` and ``scale="X2"``, for many series at once.

    Parameters
    ----------
    x, n
        Counts and bases, periods along the last axis; periods with a base of 0 or NaN are left out.
    time
        Times of the periods; 0, 1, 2, … if left out.
    confidence
        Confidence level.

    Returns
    -------
    Trend
        One element a series. NaN with a reason for fewer than three periods, nobody or everybody counted,
        counts outside their bases, and series that a line separates perfectly.
    """
    series, reason = _series(x, n, time)
    fit = logistic_fit(series)
    return _trend(fit.slope, fit.variance, fit.chi, fit.periods - 2, fit.periods, confidence, reason)


@quiet
def odds_ratio_trend(
    x1: npt.ArrayLike,
    n1: npt.ArrayLike,
    x2: npt.ArrayLike,
    n2: npt.ArrayLike,
    time: npt.ArrayLike | None = None,
    confidence: float = 0.95,
) -> Trend:
    """Quasi-binomial trend of the odds ratio of two groups: the group by time term of one regression.

    Parameters
    ----------
    x1, n1, x2, n2
        Counts and bases of the two groups, periods along the last axis; periods missing in one are left out
        of it.
    time, confidence
        As in :func:`logistic_trend`.

    Returns
    -------
    Trend
        Factor by which the odds ratio of group 1 to group 2 changes a period; one dispersion for both
        groups and t on the number of their periods less 4. Otherwise as :func:`logistic_trend`.
    """
    first, reason1 = _series(x1, n1, time)
    second, reason2 = _series(x2, n2, time)
    fit1, fit2 = logistic_fit(first), logistic_fit(second)
    periods = fit1.periods + fit2.periods
    reason = np.where(reason1 == "", reason2, reason1)
    return _trend(
        fit1.slope - fit2.slope,
        fit1.variance + fit2.variance,
        fit1.chi + fit2.chi,
        periods - 4,
        np.minimum(fit1.periods, fit2.periods),
        confidence,
        reason,
    )


def clustered_trend(
    x: npt.ArrayLike, n: npt.ArrayLike, time: npt.ArrayLike, cluster: npt.ArrayLike, confidence: float = 0.95
) -> Trend:
    """Trend of a proportion over many units, with errors that allow each unit its own history.

    statsmodels' binomial GLM on time with cluster-robust covariance (Liang & Zeger 1986), t on K - 1
    degrees of freedom, K the number of units.

    Parameters
    ----------
    x, n, time
        Counts, bases and times, one element for each unit and period; those with a base of 0 or NaN are
        left out.
    cluster
        Labels of the units.
    confidence
        Confidence level.

    Returns
    -------
    Trend
        One series; ``periods`` counts distinct times, and ``dispersion`` is NaN because the errors need
        none. NaN with a reason for fewer than two units or periods, and where nobody or everybody is
        counted.
    """
    normal_quantile(confidence)
    counts, bases, times = (np.ravel(value) for value in floats(x, n, time))
    labels = np.ravel(np.asarray(cluster))
    kept = np.isfinite(counts) & (bases > 0)
    counts, bases, times, labels = counts[kept], bases[kept], times[kept], labels[kept]
    _, codes = np.unique(labels, return_inverse=True)
    units, periods = len(np.unique(codes)), len(np.unique(times))
    reason = reasons(
        (np.asarray(units < 2), "fewer than two units"),
        (np.asarray(periods < 2), "fewer than two periods"),
        (np.asarray(bool(counts.sum() in (0, bases.sum()))), FLAT),
    )
    slope = error = np.nan
    if reason == "":
        design = sm.add_constant(times - times.mean())
        model = sm.GLM(np.column_stack([counts, bases - counts]), design, family=sm.families.Binomial())
        fit = model.fit(cov_type="cluster", cov_kwds={"groups": codes})
        slope, error = float(fit.params[1]), float(fit.bse[1])
    margin = stdtrit(units - 1, (1 + confidence) / 2) * error
    p = 2 * stdtr(units - 1, -np.abs(slope / error))
    results = np.exp(slope), np.exp(slope - margin), np.exp(slope + margin), p, error, np.nan
    return Trend._make([*(np.asarray(value) for value in results), np.asarray(periods), reason])


@quiet
def random_walk(
    level: npt.ArrayLike,
    time: npt.ArrayLike | None = None,
    ahead: npt.ArrayLike = 1,
    confidence: float = 0.95,
) -> RandomWalk:
    """Random walk with drift of a stock (Box, Jenkins & Reinsel 2008, chapter 4).

    With T periods the drift is the mean of the T - 1 changes, tested by t on T - 2 degrees of freedom; h
    periods ahead the forecast is the last level plus h drifts, with standard error s sqrt(h + h^2 / (T -
    1)).

    Parameters
    ----------
    level
        Levels on a scale without ends, such as logits or differences of logits; periods along the last
        axis, NaN where missing. A gap of k periods counts as one change with k times the mean and variance.
    time
        Times of the periods; 0, 1, 2, … if left out.
    ahead
        Periods from the last level to the forecast, one element a series.
    confidence
        Confidence level.

    Returns
    -------
    RandomWalk
        One element a series; NaN with a reason for fewer than three periods.
    """
    normal_quantile(confidence)
    (values,) = floats(level)
    times = np.broadcast_to(np.arange(values.shape[-1]) if time is None else floats(time)[0], values.shape)
    (horizon,) = floats(np.broadcast_to(np.asarray(ahead, dtype=np.float64), values.shape[:-1]))
    first, last, start, end = (np.full(values.shape[:-1], np.nan) for _ in range(4))
    known = np.isfinite(values)
    periods = known.sum(axis=-1)
    for period in range(values.shape[-1]):
        seen = known[..., period]
        new = seen & np.isnan(start)
        first, start = np.where(new, values[..., period], first), np.where(new, times[..., period], start)
        last, end = np.where(seen, values[..., period], last), np.where(seen, times[..., period], end)
    length = end - start
    drift = (last - first) / length
    squares, before, at = np.zeros_like(drift), first, start
    for period in range(values.shape[-1]):
        value, gap = values[..., period], times[..., period] - at
        step = known[..., period] & (gap > 0)
        squares = squares + np.where(step, (value - before - gap * drift) ** 2 / gap, 0)
        before, at = np.where(step, value, before), np.where(step, times[..., period], at)
    degrees = periods - 2.0
    scale = np.sqrt(squares / degrees)
    error, forecast_error = scale / np.sqrt(length), scale * np.sqrt(horizon + horizon**2 / length)
    t = stdtrit(degrees, (1 + confidence) / 2)
    forecast = last + horizon * drift
    reason = reasons((periods < 3, FEW))
    p = np.where(drift == 0, 1.0, 2 * stdtr(degrees, -np.abs(drift / error)))
    results = (
        *(drift, drift - t * error, drift + t * error, p),
        *(forecast, forecast - t * forecast_error, forecast + t * forecast_error, forecast_error, degrees),
    )
    return RandomWalk._make([*blanked(reason, *results), reason])


@quiet
def proportion_walk(
    x: npt.ArrayLike,
    n: npt.ArrayLike,
    time: npt.ArrayLike | None = None,
    ahead: npt.ArrayLike = 1,
    confidence: float = 0.95,
) -> RandomWalk:
    """Random walk with drift of the logit of a proportion of a stock.

    Parameters
    ----------
    x, n
        Counts and bases, periods along the last axis; periods with a base of 0 or NaN are left out.
    time, ahead, confidence
        As in :func:`random_walk`.

    Returns
    -------
    RandomWalk
        Drift and its limits as factors of the odds a period, forecasts as proportions, the standard error
        of the forecast on the logit scale. NaN with a reason for fewer than three periods, and where a
        proportion is 0 or 1.
    """
    x, n = floats(x, n)
    share = np.where(n > 0, x / n, np.nan)
    walk = random_walk(logit(share), time, ahead, confidence)
    edge = ((share <= 0) | (share >= 1)).any(axis=-1)
    reason = np.where(edge, EDGE, walk.reason)
    drifts = [np.exp(value) for value in walk[:3]]
    forecasts = [expit(value) for value in walk[4:7]]
    results = *drifts, walk.p_value, *forecasts, walk.forecast_error, walk.degrees
    return RandomWalk._make([*blanked(reason, *results), reason])


@quiet
def probability_above(walk: RandomWalk, target: npt.ArrayLike) -> Floats:
    """Probability that a walk of :func:`random_walk` stands at or above a target at its horizon.

    Parameters
    ----------
    walk
        Walks with their forecasts.
    target
        Targets on the scale of the walks, one element a series.

    Returns
    -------
    ndarray
        Probabilities by the t distribution of the forecast; NaN where the walk has none.
    """
    distance = (walk.forecast - np.asarray(target, dtype=np.float64)) / walk.forecast_error
    return np.asarray(stdtr(walk.degrees, np.where(np.isnan(walk.forecast), np.nan, distance)))


class Series(NamedTuple):
    """Counts and bases with periods along the last axis, and centred times; absent periods have base 0."""

    x: Floats
    n: Floats
    time: Floats


class Fit(NamedTuple):
    """Slopes with their binomial variances and Pearson's chi-squared, one element a series."""

    slope: Floats
    variance: Floats
    chi: Floats
    periods: Integers


def _series(x: npt.ArrayLike, n: npt.ArrayLike, time: npt.ArrayLike | None) -> tuple[Series, Texts]:
    x, n = floats(x, n)
    times = np.broadcast_to(np.arange(x.shape[-1]) if time is None else floats(time)[0], x.shape)
    absent: Bools = ~(n > 0)
    x, n = np.where(absent, 0.0, x), np.where(absent, 0.0, n)
    centre = (times * n).sum(axis=-1, keepdims=True) / n.sum(axis=-1, keepdims=True)
    total = x.sum(axis=-1)
    reason = reasons(
        (~np.isfinite(total + n.sum(axis=-1)), MISSING),
        (np.asarray(np.any((x < 0) | (x > n), axis=-1)), OUTSIDE),
        ((n > 0).sum(axis=-1) < 3, FEW),
        ((total == 0) | (total == n.sum(axis=-1)), FLAT),
    )
    return Series(x, n, times - centre), reason


def logistic_fit(series: Series) -> Fit:
    """Logistic regression of every series at once, by Newton's method."""
    x, n, time = series
    p = x.sum(axis=-1) / n.sum(axis=-1)
    level, slope = logit(p), np.zeros_like(p)
    for _ in range(ITERATIONS):
        fitted = expit(level[..., None] + slope[..., None] * time)
        weight = n * fitted * (1 - fitted)
        a, b, c = weight.sum(axis=-1), (weight * time).sum(axis=-1), (weight * time**2).sum(axis=-1)
        rest = x - n * fitted
        u, v = rest.sum(axis=-1), (rest * time).sum(axis=-1)
        determinant = a * c - b**2
        level_step, slope_step = (c * u - b * v) / determinant, (a * v - b * u) / determinant
        level, slope = level + np.clip(level_step, -2, 2), slope + np.clip(slope_step, -2, 2)
        if np.all(~(np.abs(slope_step) >= TOLERANCE)):
            break
    logits = np.abs(level[..., None] + slope[..., None] * time)
    settled = np.max(np.where(n > 0, logits, 0), axis=-1) < SEPARATED
    chi = np.where(weight > 0, rest**2 / weight, 0).sum(axis=-1)
    return Fit(np.where(settled, slope, np.nan), a / determinant, chi, (n > 0).sum(axis=-1))


def _trend(
    slope: Floats,
    variance: Floats,
    chi: Floats,
    degrees: Integers,
    periods: Integers,
    confidence: float,
    reason: Texts,
) -> Trend:
    normal_quantile(confidence)
    dispersion = np.maximum(1.0, chi / degrees)
    error = np.sqrt(dispersion * variance)
    margin = stdtrit(degrees.astype(np.float64), (1 + confidence) / 2) * error
    p = 2 * stdtr(degrees.astype(np.float64), -np.abs(slope / error))
    reason = np.where((reason == "") & np.isnan(slope), NO_SLOPE, reason)
    results = np.exp(slope), np.exp(slope - margin), np.exp(slope + margin), p, error, dispersion
    return Trend._make([*blanked(reason, *results), np.asarray(periods), reason])
