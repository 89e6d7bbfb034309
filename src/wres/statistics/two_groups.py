"""Ratio, difference and odds ratio of two proportions, with intervals and the tests that agree with them.

Exact tests belong in :mod:`wres.statistics.significance`; which p-value decides, in
:mod:`wres.statistics.decision`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from wres.statistics._arrays import (
    Bools,
    Floats,
    Texts,
    blanked,
    floats,
    normal_quantile,
    quiet,
    reasons,
    table_rules,
    two_sided,
)
from wres.statistics._roots import bisect
from wres.statistics._score import (
    DIFFERENCE_FAMILIES,
    ODDS_FAMILIES,
    RATIO_FAMILIES,
    Table,
    difference_limits,
    null_moments,
    odds_ratio_limits,
    ratio_limits,
    statistic,
)
from wres.statistics.proportions import feasible_interval, wilson_limits

NO_EVENTS = "no events in either group"
ALL_EVENTS = "nothing but events in both groups"
ZERO_CELL = "this method has no interval where a group has no events"


class Contrast(NamedTuple):
    """A comparison of two groups: estimate, interval, two-sided p-value, and why any is missing."""

    estimate: Floats
    lower: Floats
    upper: Floats
    p_value: Floats
    reason: Texts


class Limits(NamedTuple):
    """Interval and p-value of one method, before tables that it can't be used for are taken out."""

    lower: Floats
    upper: Floats
    p_value: Floats


@quiet
def ratio(
    x1: npt.ArrayLike,
    n1: npt.ArrayLike,
    x2: npt.ArrayLike,
    n2: npt.ArrayLike,
    method: str = "scas",
    confidence: float = 0.95,
) -> Contrast:
    """Ratio of two proportions, p1 / p2.

    Parameters
    ----------
    x1, n1, x2, n2
        Counts and bases of the two groups; shapes that broadcast.
    method
        ``scas``: score with variance and skewness corrected (Laud 2017, Pharmaceutical Statistics 16:334).
        ``miettinen_nurminen``: score with variance corrected (1985, Statistics in Medicine 4:213).
        ``koopman``: score (Koopman 1984, Biometrics 40:513). ``gart_nam``: score with skewness corrected
        (1988, Biometrics 44:323). For comparison only: ``katz_log`` (Katz et al 1978, Biometrics 34:469),
        ``adjusted_log`` (the same with a half added), ``mover_r_wilson`` (Donner & Zou 2012).
    confidence
        Confidence level.

    Returns
    -------
    Contrast
        Swapping the groups gives the reciprocal. For the score methods p < 1 - confidence if and only if
        the interval excludes 1. No events in either group: estimate NaN with a reason, interval 0 to
        infinity, p 1 (but what the formula gives of ``adjusted_log``, and nothing of ``katz_log``, which
        has no interval without events in both groups). No events in group 1 alone: estimate and lower limit
        0; in group 2 alone: estimate and upper limit infinite. NaN with a reason for an empty group, a
        missing count or a count outside its base.
    """
    table = Table(*floats(x1, n1, x2, n2))
    z = normal_quantile(confidence)
    none = (table.x1 == 0) & (table.x2 == 0)
    rules = [*table_rules(*table), (none, NO_EVENTS)]
    if method in RATIO_FAMILIES:
        family = RATIO_FAMILIES[method]
        below, above = np.exp(ratio_limits(table.both_ways(), family, z))
        limits = Limits(below, 1 / above, two_sided(statistic(null_moments(table), table, family)))
    elif method in RATIO_FORMULAS:
        limits = RATIO_FORMULAS[method](table, z)
        rules.append((np.isnan(limits.lower) | np.isnan(limits.upper), ZERO_CELL))
    else:
        raise _unknown(method, "ratio", [*RATIO_FAMILIES, *RATIO_FORMULAS])
    estimate = (table.x1 * table.n2) / (table.x2 * table.n1)
    return _finish(estimate, limits, none & (method not in LOG_FORMULAS), reasons(*rules))


@quiet
def difference(
    x1: npt.ArrayLike,
    n1: npt.ArrayLike,
    x2: npt.ArrayLike,
    n2: npt.ArrayLike,
    method: str = "scas",
    confidence: float = 0.95,
) -> Contrast:
    """Difference of two proportions, p1 - p2.

    Parameters
    ----------
    x1, n1, x2, n2
        Counts and bases of the two groups; shapes that broadcast.
    method
        ``scas``: score with variance and skewness corrected (Laud 2017). ``miettinen_nurminen``: score with
        variance corrected (1985). ``mee``: score (Mee 1984, Biometrics 40:1175). ``gart_nam``: score with
        skewness corrected (1990, Biometrics 46:637). ``newcombe``: hybrid of Wilson limits (Newcombe 1998,
        Statistics in Medicine 17:873, method 10). For comparison only: ``wald``, ``agresti_caffo`` (2000,
        The American Statistician 54:280), which may leave -1 to 1.
    confidence
        Confidence level.

    Returns
    -------
    Contrast
        On the scale of proportions. Swapping the groups gives the negative. p < 1 - confidence if and only
        if the interval excludes 0; of ``newcombe`` it is found by inverting the interval. NaN with a reason
        for an empty group, a missing count or a count outside its base.
    """
    table = Table(*floats(x1, n1, x2, n2))
    z = normal_quantile(confidence)
    if method in DIFFERENCE_FAMILIES:
        family = DIFFERENCE_FAMILIES[method]
        below, above = difference_limits(table.both_ways(), family, z)
        limits = Limits(below, -above, two_sided(statistic(null_moments(table), table, family)))
    elif method in DIFFERENCE_FORMULAS:
        limits = DIFFERENCE_FORMULAS[method](table, z)
    else:
        raise _unknown(method, "difference", [*DIFFERENCE_FAMILIES, *DIFFERENCE_FORMULAS])
    estimate = table.x1 / table.n1 - table.x2 / table.n2
    return _finish(estimate, limits, np.zeros(estimate.shape, dtype=bool), reasons(*table_rules(*table)))


@quiet
def odds_ratio(
    x1: npt.ArrayLike,
    n1: npt.ArrayLike,
    x2: npt.ArrayLike,
    n2: npt.ArrayLike,
    method: str = "miettinen_nurminen",
    confidence: float = 0.95,
) -> Contrast:
    """Odds ratio of two proportions, p1 (1 - p2) / (p2 (1 - p1)).

    Parameters
    ----------
    x1, n1, x2, n2
        Counts and bases of the two groups; shapes that broadcast.
    method
        ``miettinen_nurminen``: score with variance corrected (1985), whose test is the N-1 chi-squared
        test. ``scas``, ``gart_nam`` and ``score``: with skewness corrected too, alone, or neither.
        ``gart_adjusted``: logit with a half added to every cell (Gart 1966), for comparison; its limit is 0
        or infinite where an empty cell makes the estimate so.
    confidence
        Confidence level.

    Returns
    -------
    Contrast
        The score intervals need no correction for empty cells: the limit is 0 or infinite where the
        estimate is. No events, or nothing but events, in both groups: estimate NaN with a reason, interval
        0 to infinity, p 1. NaN with a reason for an empty group, a missing count or a count outside its
        base.
    """
    table = Table(*floats(x1, n1, x2, n2))
    x1, n1, x2, n2 = table
    z = normal_quantile(confidence)
    if method in ODDS_FAMILIES:
        family = ODDS_FAMILIES[method]
        below, above = np.exp(odds_ratio_limits(table.both_ways(), family, z))
        limits = Limits(below, 1 / above, two_sided(statistic(null_moments(table), table, family)))
    elif method == "gart_adjusted":
        limits = _gart_adjusted(table, z)
    else:
        raise _unknown(method, "odds ratio", [*ODDS_FAMILIES, "gart_adjusted"])
    none, only = (x1 == 0) & (x2 == 0), (x1 == n1) & (x2 == n2)
    estimate = x1 * (n2 - x2) / (x2 * (n1 - x1))
    reason = reasons(*table_rules(*table), (none, NO_EVENTS), (only, ALL_EVENTS))
    return _finish(estimate, limits, none | only, reason)


@quiet
def feasible_difference(
    percentage1: npt.ArrayLike,
    base1: npt.ArrayLike,
    percentage2: npt.ArrayLike,
    base2: npt.ArrayLike,
    decimals: npt.ArrayLike,
    method: str = "scas",
    confidence: float = 0.95,
) -> Contrast:
    """Difference of two proportions known as rounded percentages: widest interval and largest p-value.

    Parameters
    ----------
    percentage1, base1, percentage2, base2, decimals
        As in :func:`wres.statistics.proportions.feasible_interval`.
    method, confidence
        As in :func:`difference`.

    Returns
    -------
    Contrast
        The estimate is the difference of the percentages as given, as a proportion. The interval holds, and
        the p-value is the largest, whichever of the counts that round to the percentages are true.
    """
    share1, n1, share2, n2, places = floats(percentage1, base1, percentage2, base2, decimals)
    first, second = feasible_interval(share1, n1, places), feasible_interval(share2, n2, places)
    low = difference(first.x_lowest, n1, second.x_highest, n2, method, confidence)
    high = difference(first.x_highest, n1, second.x_lowest, n2, method, confidence)
    largest = np.where(low.estimate * high.estimate <= 0, 1.0, np.maximum(low.p_value, high.p_value))
    reason = np.where(first.reason == "", second.reason, first.reason)
    estimate = (share1 - share2) / 100
    return Contrast._make([*blanked(reason, estimate, low.lower, high.upper, largest), reason])


def _unknown(method: str, contrast: str, known: list[str]) -> ValueError:
    return ValueError(f"no method {method!r} for a {contrast}; there are {', '.join(known)}")


def _finish(estimate: Floats, limits: Limits, undefined: Bools, reason: Texts) -> Contrast:
    """Blank out tables that can't be used; an undefined estimate keeps the interval that says nothing."""
    usable = (reason == "") | (reason == NO_EVENTS) | (reason == ALL_EVENTS)

    def kept(values: Floats, uninformative: float) -> Floats:
        return np.where(usable, np.where(undefined, uninformative, values), np.nan)

    return Contrast(
        kept(estimate, np.nan),
        kept(limits.lower, 0.0),
        kept(limits.upper, np.inf),
        kept(limits.p_value, 1.0),
        reason,
    )


def _log_wald(log_estimate: Floats, variance: Floats, z: float) -> Limits:
    error = np.sqrt(variance)
    deviate = np.where(log_estimate == 0, 0.0, log_estimate / error)
    return Limits(np.exp(log_estimate - z * error), np.exp(log_estimate + z * error), two_sided(deviate))


def _katz_log(table: Table, z: float) -> Limits:
    x1, n1, x2, n2 = table
    return _log_wald(np.log(x1 / n1) - np.log(x2 / n2), 1 / x1 - 1 / n1 + 1 / x2 - 1 / n2, z)


def _adjusted_log(table: Table, z: float) -> Limits:
    return _katz_log(Table(*(count + 0.5 for count in table)), z)


def _gart_adjusted(table: Table, z: float) -> Limits:
    x1, n1, x2, n2 = table
    cells = [x1 + 0.5, n1 - x1 + 0.5, x2 + 0.5, n2 - x2 + 0.5]
    variance = sum((1 / cell for cell in cells), np.zeros_like(x1))
    found = _log_wald(np.log(cells[0] / cells[1]) - np.log(cells[2] / cells[3]), variance, z)
    return found._replace(
        lower=np.where((x1 == 0) | (x2 == n2), 0.0, found.lower),
        upper=np.where((x2 == 0) | (x1 == n1), np.inf, found.upper),
    )


def _wald(table: Table, z: float) -> Limits:
    x1, n1, x2, n2 = table
    p1, p2 = x1 / n1, x2 / n2
    error = np.sqrt(p1 * (1 - p1) / n1 + p2 * (1 - p2) / n2)
    gap = p1 - p2
    deviate = np.where(gap == 0, 0.0, gap / error)
    return Limits(gap - z * error, gap + z * error, two_sided(deviate))


def _agresti_caffo(table: Table, z: float) -> Limits:
    x1, n1, x2, n2 = table
    return _wald(Table(x1 + 1, n1 + 2, x2 + 1, n2 + 2), z)


def _newcombe(table: Table, z: float) -> Limits:
    lower, upper = _newcombe_limits(table, np.full(table.x1.shape, z))
    return Limits(lower, upper, _inverted(lambda value: _newcombe_limits(table, value), table, 0.0))


def _newcombe_limits(table: Table, z: Floats) -> tuple[Floats, Floats]:
    x1, n1, x2, n2 = table
    p1, p2 = x1 / n1, x2 / n2
    (l1, u1), (l2, u2) = wilson_limits(x1, n1, z), wilson_limits(x2, n2, z)
    gap = p1 - p2
    return gap - np.hypot(p1 - l1, u2 - p2), gap + np.hypot(u1 - p1, p2 - l2)


def _mover_r_wilson(table: Table, z: float) -> Limits:
    lower, upper = _mover_r_limits(table, np.full(table.x1.shape, z))
    return Limits(lower, upper, _inverted(lambda value: _mover_r_limits(table, value), table, 1.0))


def _mover_r_limits(table: Table, z: Floats) -> tuple[Floats, Floats]:
    """Donner & Zou (2012), Statistical Methods in Medical Research 21:347, equation 9."""
    x1, n1, x2, n2 = table
    p1, p2 = x1 / n1, x2 / n2
    (l1, u1), (l2, u2) = wilson_limits(x1, n1, z), wilson_limits(x2, n2, z)
    product = p1 * p2
    low_root = np.sqrt(np.maximum(product**2 - l1 * u2 * (2 * p1 - l1) * (2 * p2 - u2), 0))
    high_root = np.sqrt(np.maximum(product**2 - u1 * l2 * (2 * p1 - u1) * (2 * p2 - l2), 0))
    # Both fractions in the form whose denominator stays away from 0.
    lower = l1 * (2 * p1 - l1) / (product + low_root)
    upper = (product + high_root) / (l2 * (2 * p2 - l2))
    return np.where(x1 == 0, 0.0, lower), np.where(x2 == 0, np.inf, upper)


def _inverted(limits: Callable[[Floats], tuple[Floats, Floats]], table: Table, null: float) -> Floats:
    """P-value at which an interval just touches the null."""

    def includes(z: Floats) -> Floats:
        lower, upper = limits(z)
        return np.where((lower <= null) & (null <= upper), -1.0, 1.0)

    zero = np.zeros(table.x1.shape)
    equal = table.x1 * table.n2 == table.x2 * table.n1
    return np.where(equal, 1.0, two_sided(bisect(includes, zero, zero + 40)))


RATIO_FORMULAS: dict[str, Callable[[Table, float], Limits]] = {
    "katz_log": _katz_log,
    "adjusted_log": _adjusted_log,
    "mover_r_wilson": _mover_r_wilson,
}
LOG_FORMULAS = ("katz_log", "adjusted_log")
DIFFERENCE_FORMULAS: dict[str, Callable[[Table, float], Limits]] = {
    "newcombe": _newcombe,
    "wald": _wald,
    "agresti_caffo": _agresti_caffo,
}
