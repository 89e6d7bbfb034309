"""Figures for many strata together: pooled as one, or compared within each stratum.

Everything takes one element a stratum and a code of the group that the stratum belongs to, and gives one
element a group. How an interval of one table is found belongs in :mod:`wres.statistics.two_groups`; models
of how strata differ, in :mod:`wres.statistics.shrinkage`.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.special import chdtrc, stdtr, stdtrit

from wres.statistics._arrays import (
    Bools,
    Floats,
    Integers,
    Texts,
    blanked,
    count_rules,
    floats,
    normal_quantile,
    quiet,
    reasons,
    table_rules,
)
from wres.statistics._score import Table
from wres.statistics.funnel import ratio_deviation
from wres.statistics.proportions import wilson
from wres.statistics.two_groups import NO_EVENTS, Contrast, difference, ratio

Spread = Literal["between", "wider"]

NO_STRATA = "no stratum with members"
ONE_STRATUM = "one stratum: the interval is that of a single table"
ONE_SIDE = "a group has no events: the interval is that of the pooled table"
ONE_RATIO = "the strata do not differ: the interval is that of one ratio in all of them"
NO_SPREAD = "the strata do not differ: the interval is that of the pooled table"


class PooledProportion(NamedTuple):
    """Proportions or differences, their limits, and why they are missing or those of one table."""

    estimate: Floats
    lower: Floats
    upper: Floats
    reason: Texts


class EqualRatios(NamedTuple):
    """Whether strata share one ratio: chi-squared and its test."""

    statistic: Floats
    degrees: Floats
    p_value: Floats
    reason: Texts


class MantelHaenszel(NamedTuple):
    """Ratio within strata, its cluster-robust and its Greenland-Robins interval, and the CMH test.

    Attributes
    ----------
    estimate, lower, upper, p_value
        Ratio with cluster-robust t interval and p-value.
    homogeneous_lower, homogeneous_upper
        Greenland & Robins' interval, which supposes one ratio in all strata.
    cmh_p_value
        P-value of the Cochran-Mantel-Haenszel test, which supposes the same.
    strata
        Number of strata that say something.
    reason
        Why a figure is missing or is that of one table.
    """

    estimate: Floats
    lower: Floats
    upper: Floats
    p_value: Floats
    homogeneous_lower: Floats
    homogeneous_upper: Floats
    cmh_p_value: Floats
    strata: Integers
    reason: Texts


@quiet
def crude_proportion(
    x: npt.ArrayLike,
    n: npt.ArrayLike,
    group: npt.ArrayLike,
    confidence: float = 0.95,
    spread: Spread = "between",
) -> PooledProportion:
    """Proportion of strata pooled as one, with an interval from how the strata differ.

    The linearised variance is K / (K - 1) times the sum of (x - p n)^2, over (sum of n)^2, and the interval
    uses t on K - 1 degrees of freedom, K the number of strata (Cochran 1977, section 11.8; Binder 1983).

    Parameters
    ----------
    x, n
        Counts and bases, one element a stratum; strata with a base of 0 or a missing count are left out.
    group
        Codes 0 … G-1 of the strata's groups.
    confidence
        Confidence level.
    spread
        ``between``: the variance between strata. ``wider``: the larger of it and the binomial one for
        groups of fewer than 10 strata, where the former is itself uncertain.

    Returns
    -------
    PooledProportion
        One element a group; limits are kept within 0 and 1. For one stratum, and where the strata do not
        differ, the Wilson interval, with a reason; NaN with a reason for a group without strata.
    """
    xs, ns, codes, size = _strata(group, x, n)
    kept = reasons(*count_rules(xs, ns)) == ""
    xs, ns, codes = xs[kept], ns[kept], codes[kept]
    k, x_all, n_all = (_sums(codes, size, values) for values in (np.ones_like(xs), xs, ns))
    p = x_all / n_all
    between = k / (k - 1) * _sums(codes, size, (xs - p[codes] * ns) ** 2) / n_all**2
    binomial = p * (1 - p) / n_all
    variance = _chosen(between, binomial, k, spread)
    margin = _t_quantile(k, confidence) * np.sqrt(variance)
    single = wilson(x_all, n_all, confidence)
    reason = reasons((k == 0, NO_STRATA), (k == 1, ONE_STRATUM), _alike(variance, binomial))
    plain = reason != ""
    return PooledProportion(
        p,
        np.where(plain, single.lower, np.clip(p - margin, 0, 1)),
        np.where(plain, single.upper, np.clip(p + margin, 0, 1)),
        reason,
    )


@quiet
def crude_ratio(
    x1: npt.ArrayLike,
    n1: npt.ArrayLike,
    x2: npt.ArrayLike,
    n2: npt.ArrayLike,
    group: npt.ArrayLike,
    confidence: float = 0.95,
    spread: Spread = "between",
) -> Contrast:
    """Ratio of two proportions, strata pooled as one, with an interval from how the strata differ.

    Each stratum moves the log ratio by d = (x1 - p1 n1) / sum x1 - (x2 - p2 n2) / sum x2; the variance is
    K / (K - 1) times the sum of d^2, with t on K - 1 degrees of freedom. It answers for strata whose rates
    differ, but strata of unlike composition still confound the ratio: see :func:`mantel_haenszel_ratio`.

    Parameters
    ----------
    x1, n1, x2, n2
        Counts and bases of the two groups compared, one element a stratum; strata with a missing count are
        left out.
    group, confidence, spread
        As in :func:`crude_proportion`; the variance of one table is that of Katz's log interval.

    Returns
    -------
    Contrast
        One element a group. For one stratum, no events in a group, or strata that do not differ: the SCAS
        interval of the pooled table, with a reason. NaN with a reason for a group without strata.
    """
    table, codes, size = _tables(x1, n1, x2, n2, group)
    k = _sums(codes, size, np.ones_like(table.x1))
    total = Table(*(_sums(codes, size, count) for count in table))
    p1, p2 = total.x1 / total.n1, total.x2 / total.n2
    moved = _moved(table.x1, table.n1, p1, total.x1, codes) - _moved(table.x2, table.n2, p2, total.x2, codes)
    between = k / (k - 1) * _sums(codes, size, moved**2)
    katz = 1 / total.x1 - 1 / total.n1 + 1 / total.x2 - 1 / total.n2
    variance = _chosen(between, katz, k, spread)
    single = ratio(*total, confidence=confidence)
    found = _log_interval(np.log(p1 / p2), variance, k, confidence)
    reason = _fallback(total, k, _alike(variance, katz))
    return _or_single(found._replace(estimate=p1 / p2, reason=reason), single)


@quiet
def crude_difference(
    x1: npt.ArrayLike,
    n1: npt.ArrayLike,
    x2: npt.ArrayLike,
    n2: npt.ArrayLike,
    group: npt.ArrayLike,
    confidence: float = 0.95,
    spread: Spread = "between",
) -> Contrast:
    """Difference of two proportions, strata pooled as one, with an interval from how the strata differ.

    Each stratum moves the difference by d = (x1 - p1 n1) / sum n1 - (x2 - p2 n2) / sum n2; otherwise as
    :func:`crude_ratio`. For one stratum, or strata that do not differ, the SCAS interval of the pooled
    table. Limits are kept within -1 and 1.
    """
    table, codes, size = _tables(x1, n1, x2, n2, group)
    k = _sums(codes, size, np.ones_like(table.x1))
    total = Table(*(_sums(codes, size, count) for count in table))
    p1, p2 = total.x1 / total.n1, total.x2 / total.n2
    moved = _moved(table.x1, table.n1, p1, total.n1, codes) - _moved(table.x2, table.n2, p2, total.n2, codes)
    between = k / (k - 1) * _sums(codes, size, moved**2)
    binomial = p1 * (1 - p1) / total.n1 + p2 * (1 - p2) / total.n2
    variance = _chosen(between, binomial, k, spread)
    error = np.sqrt(variance)
    margin = _t_quantile(k, confidence) * error
    gap = p1 - p2
    reason = reasons(*_empty_rules(total, k), (k == 1, ONE_STRATUM), _alike(variance, binomial))
    found = Contrast(
        gap, np.clip(gap - margin, -1, 1), np.clip(gap + margin, -1, 1), _t_test(gap / error, k), reason
    )
    return _or_single(found, difference(*total, confidence=confidence))


@quiet
def mantel_haenszel_ratio(
    x1: npt.ArrayLike,
    n1: npt.ArrayLike,
    x2: npt.ArrayLike,
    n2: npt.ArrayLike,
    group: npt.ArrayLike,
    confidence: float = 0.95,
    spread: Spread = "between",
) -> MantelHaenszel:
    """Ratio of two proportions within strata (Mantel & Haenszel 1959; Greenland & Robins 1985, Biometrics 41:55).

    With A = x1 n2 / N and B = x2 n1 / N the ratio is sum A / sum B. The cluster-robust variance of its log
    is K / (K - 1) times the sum of (A / sum A - B / sum B)^2, with t on K - 1 degrees of freedom; it allows
    the true ratio to differ between strata, which Greenland & Robins' and the CMH test do not.

    Parameters
    ----------
    x1, n1, x2, n2
        Counts and bases of the two groups compared, one element a stratum; a stratum where either group is
        empty says nothing and is left out, as is one with a missing count.
    group, confidence, spread
        As in :func:`crude_proportion`; the variance of one ratio is Greenland & Robins'.

    Returns
    -------
    MantelHaenszel
        One element a group. For one stratum, or no events in a group, the SCAS interval of the strata
        pooled, with a reason; for strata that do not differ, Greenland & Robins' variance. NaN with a reason
        for a group without strata.
    """
    table, codes, size = _tables(x1, n1, x2, n2, group)
    both = (table.n1 > 0) & (table.n2 > 0)
    table, codes = Table(*(count[both] for count in table)), codes[both]
    x1, n1, x2, n2 = table
    n, m = n1 + n2, x1 + x2
    a, b = x1 * n2 / n, x2 * n1 / n
    k, a_all, b_all = (_sums(codes, size, values) for values in (np.ones_like(a), a, b))
    between = k / (k - 1) * _sums(codes, size, (a / a_all[codes] - b / b_all[codes]) ** 2)
    homogeneous = _sums(codes, size, (m * n1 * n2 - x1 * x2 * n) / n**2) / (a_all * b_all)
    log_ratio = np.log(a_all / b_all)
    total = Table(*(_sums(codes, size, count) for count in table))
    variance = _chosen(between, homogeneous, k, spread)
    alike, _ = _alike(variance, homogeneous)
    variance = np.where(alike, homogeneous, variance)
    found = _log_interval(log_ratio, variance, k, confidence)
    found = found._replace(estimate=a_all / b_all, reason=_fallback(total, k))
    contrast = _or_single(found, ratio(*total, confidence=confidence))
    margin = normal_quantile(confidence) * np.sqrt(homogeneous)
    undefined = (total.x1 == 0) | (total.x2 == 0)
    return MantelHaenszel(
        *contrast[:4],
        np.where(undefined, contrast.lower, np.exp(log_ratio - margin)),
        np.where(undefined, contrast.upper, np.exp(log_ratio + margin)),
        _cmh_p(table, codes, size, k),
        k.astype(np.int64),
        np.where(alike & (contrast.reason == ""), ONE_RATIO, contrast.reason),
    )


@quiet
def weighted_mean(
    estimate: npt.ArrayLike, weight: npt.ArrayLike, confidence: float = 0.95
) -> PooledProportion:
    """Mean of differences found within strata, with an interval from how the strata differ.

    The weight n1 n2 / (n1 + n2) makes it the Mantel-Haenszel difference (Greenland & Robins 1985, Biometrics
    41:55). The variance is K / (K - 1) times the sum of (w (d - mean))^2 over (sum of w)^2, with t on K - 1
    degrees of freedom, K the number of strata.

    Parameters
    ----------
    estimate, weight
        Differences on any scale and their weights, one element a stratum; those with a missing estimate or
        without a weight above 0 are left out.
    confidence
        Confidence level.

    Returns
    -------
    PooledProportion
        One estimate with its limits, on the scale of the differences; limits are NaN with a reason for fewer
        than two strata.
    """
    d, w = (np.ravel(value) for value in floats(estimate, weight))
    kept = np.isfinite(d) & (w > 0)
    d, w, k = d[kept], w[kept], np.asarray(float(kept.sum()))
    mean = np.asarray(np.sum(w * d) / np.sum(w))
    margin = _t_quantile(k, confidence) * np.sqrt(k / (k - 1) * np.sum((w * (d - mean)) ** 2)) / np.sum(w)
    reason = reasons((k < 1, NO_STRATA), (k < 2, ONE_STRATUM))
    lower, upper = blanked(reason, mean - margin, mean + margin)
    return PooledProportion(mean, lower, upper, reason)


@quiet
def equal_ratios(
    x1: npt.ArrayLike,
    n1: npt.ArrayLike,
    x2: npt.ArrayLike,
    n2: npt.ArrayLike,
    group: npt.ArrayLike,
) -> EqualRatios:
    """Test whether strata, such as years, share one ratio (Gart & Nam 1988, Biometrics 44:323, section 4).

    The sum of squared score statistics at the Mantel-Haenszel ratio is chi-squared on K - 1 degrees of
    freedom.

    Parameters
    ----------
    x1, n1, x2, n2, group
        As in :func:`mantel_haenszel_ratio`; strata without events say nothing and are left out.

    Returns
    -------
    EqualRatios
        One element a group; NaN with a reason for fewer than two strata with events, and where one of the
        two groups compared has none.
    """
    table, codes, size = _tables(x1, n1, x2, n2, group)
    common = mantel_haenszel_ratio(*table, codes).estimate[codes]
    z = ratio_deviation(*table, common, method="koopman").z
    told = np.isfinite(z)
    statistic = np.bincount(codes[told], z[told] ** 2, minlength=size)
    strata = np.bincount(codes[told], minlength=size)
    degrees = strata - 1.0
    reason = reasons((strata < 2, "fewer than two strata with events in both groups"))
    results = statistic, degrees, chdtrc(np.maximum(degrees, 1), statistic)
    return EqualRatios._make([*blanked(reason, *results), reason])


@quiet
def simpson(crude: Contrast, within: npt.ArrayLike, tolerance: float = 0.1) -> Bools:
    """Say where a pooled ratio misleads about the ratio within strata (Simpson 1951).

    Parameters
    ----------
    crude
        Pooled ratios with their intervals.
    within
        Ratios within strata.
    tolerance
        Largest relative difference of the two that is let pass.

    Returns
    -------
    ndarray of bool
        True where the two lie on opposite sides of 1, differ by more than the tolerance, or the ratio
        within strata lies outside the interval of the pooled one; False where either is undefined.
    """
    estimate, inside, low, high = floats(crude.estimate, within, crude.lower, crude.upper)
    opposite = (estimate - 1) * (inside - 1) < 0
    apart = np.abs(np.log(inside / estimate)) > np.log1p(tolerance)
    outside = (inside < low) | (inside > high)
    defined = np.isfinite(np.log(estimate)) & np.isfinite(np.log(inside))
    return np.asarray(defined & (opposite | apart | outside))


def _strata(group: npt.ArrayLike, *values: npt.ArrayLike) -> tuple[Floats, Floats, Integers, int]:
    first, second = (np.atleast_1d(value) for value in floats(*values))
    codes = np.atleast_1d(np.asarray(group, dtype=np.int64))
    return first, second, codes, int(codes.max(initial=-1)) + 1


def _tables(
    x1: npt.ArrayLike, n1: npt.ArrayLike, x2: npt.ArrayLike, n2: npt.ArrayLike, group: npt.ArrayLike
) -> tuple[Table, Integers, int]:
    """Strata that can be counted; those with one empty group among them."""
    table = Table(*(np.atleast_1d(count) for count in floats(x1, n1, x2, n2)))
    codes = np.atleast_1d(np.asarray(group, dtype=np.int64))
    kept = reasons(*table_rules(*table)[:2]) == ""
    return Table(*(count[kept] for count in table)), codes[kept], int(codes.max(initial=-1)) + 1


def _sums(codes: Integers, size: int, values: Floats) -> Floats:
    return np.asarray(np.bincount(codes, values, minlength=size), dtype=np.float64)


def _moved(x: Floats, n: Floats, p: Floats, scale: Floats, codes: Integers) -> Floats:
    return np.asarray((x - p[codes] * n) / scale[codes])


def _chosen(between: Floats, plain: Floats, k: Floats, spread: Spread) -> Floats:
    if spread not in ("between", "wider"):
        raise ValueError(f"spread is {spread!r}; it is 'between' or 'wider'")
    few = (k < 10) & (spread == "wider")
    return np.where(few, np.maximum(between, plain), between)


def _t_quantile(k: Floats, confidence: float) -> Floats:
    normal_quantile(confidence)
    return np.asarray(stdtrit(k - 1, (1 + confidence) / 2))


def _t_test(t: Floats, k: Floats) -> Floats:
    return np.asarray(2 * stdtr(k - 1, -np.abs(t)))


def _log_interval(log_ratio: Floats, variance: Floats, k: Floats, confidence: float) -> Contrast:
    error = np.sqrt(variance)
    margin = _t_quantile(k, confidence) * error
    blank = np.full(log_ratio.shape, "")
    return Contrast(
        np.exp(log_ratio),
        np.exp(log_ratio - margin),
        np.exp(log_ratio + margin),
        _t_test(log_ratio / error, k),
        blank,
    )


def _empty_rules(total: Table, k: Floats) -> list[tuple[Bools, str]]:
    return [(k == 0, NO_STRATA), *table_rules(*total)]


def _alike(variance: Floats, plain: Floats) -> tuple[Bools, str]:
    """Say where strata vary by rounding errors only."""
    return variance <= 1e-12 * plain, NO_SPREAD


def _fallback(total: Table, k: Floats, *further: tuple[Bools, str]) -> Texts:
    return reasons(
        *_empty_rules(total, k),
        ((total.x1 == 0) & (total.x2 == 0), NO_EVENTS),
        (k == 1, ONE_STRATUM),
        ((total.x1 == 0) | (total.x2 == 0), ONE_SIDE),
        *further,
    )


def _or_single(found: Contrast, single: Contrast) -> Contrast:
    plain = found.reason != ""
    values = [np.where(plain, one, many) for one, many in zip(single[:4], found[:4], strict=True)]
    return Contrast._make([*values, found.reason])


def _cmh_p(table: Table, codes: Integers, size: int, k: Floats) -> Floats:
    """Cochran-Mantel-Haenszel test without continuity correction; 1 where no stratum can tell."""
    x1, n1, x2, n2 = table
    n, m = n1 + n2, x1 + x2
    distance = _sums(codes, size, x1 - n1 * m / n)
    one_person = n <= 1
    variance = _sums(codes, size, np.where(one_person, 0, n1 * n2 * m * (n - m) / (n**2 * (n - 1))))
    statistic = np.where(variance > 0, distance**2 / variance, 0.0)
    return np.where(k > 0, chdtrc(1, statistic), np.nan)
