"""How far each unit stands from a common target, and how far chance and ordinary variation would carry it.

What the target is, and how strata are pooled to find one, belongs in :mod:`wres.statistics.pooling`.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.stats import binom, norm

from wres.statistics._arrays import (
    MISSING,
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
from wres.statistics._score import RATIO_FAMILIES, Table, fitted_ratio, ratio_moments, statistic

NO_TARGET = "the target is not one"


class Deviation(NamedTuple):
    """Signed distance from a target in standard errors, the standard error there, and why they are missing."""

    z: Floats
    error: Floats
    reason: Texts


class FunnelLimits(NamedTuple):
    """Limits within which chance carries a unit, and whether they are exact."""

    lower: Floats
    upper: Floats
    exact: Bools
    reason: Texts


class Overdispersion(NamedTuple):
    """How much more units vary than chance allows.

    Attributes
    ----------
    phi
        Mean squared deviation after extremes were pulled in; 1 by chance.
    tau2
        Variance between units, added to that of chance; 0 where phi <= 1.
    units
        Number of units.
    beyond_chance
        Whether phi exceeds 1 + 2 sqrt(2 / units).
    reason
        Why there is none.
    """

    phi: Floats
    tau2: Floats
    units: Integers
    beyond_chance: Bools
    reason: Texts


@quiet
def proportion_deviation(x: npt.ArrayLike, n: npt.ArrayLike, target: npt.ArrayLike) -> Deviation:
    """Deviation of proportions from a target, (p - target) / sqrt(target (1 - target) / n).

    Spiegelhalter (2005), Statistics in Medicine 24:1185.

    Parameters
    ----------
    x, n
        Counts and bases.
    target
        Proportion that all are held to, between 0 and 1.

    Returns
    -------
    Deviation
        NaN with a reason for an empty base, a missing count, or a target of 0 or 1.
    """
    x, n, target = floats(x, n, target)
    reason = reasons(*count_rules(x, n), (~((target > 0) & (target < 1)), NO_TARGET))
    error = np.sqrt(target * (1 - target) / n)
    return Deviation._make([*blanked(reason, (x / n - target) / error, error), reason])


@quiet
def ratio_deviation(
    x1: npt.ArrayLike,
    n1: npt.ArrayLike,
    x2: npt.ArrayLike,
    n2: npt.ArrayLike,
    target: npt.ArrayLike,
    method: str = "scas",
) -> Deviation:
    """Deviation of ratios of two proportions from a target ratio: the score statistic there.

    It needs no correction for groups without events.

    Parameters
    ----------
    x1, n1, x2, n2
        Counts and bases of the two groups.
    target
        Ratio that all are held to.
    method
        ``scas``, ``miettinen_nurminen``, ``gart_nam`` or ``koopman``, as in
        :func:`wres.statistics.two_groups.ratio`.

    Returns
    -------
    Deviation
        z above 0 for a ratio above the target, and the standard error of the log ratio at the target. NaN
        with a reason for tables without events, empty groups, missing counts, and a target that is not
        above 0.
    """
    *counts, target = floats(x1, n1, x2, n2, target)
    table = Table(*counts)
    reason = reasons(
        *table_rules(*table),
        (table.x1 + table.x2 == 0, "no events in either group"),
        (~((target > 0) & np.isfinite(target)), NO_TARGET),
    )
    moments = ratio_moments(np.log(target), table)
    error = np.sqrt(moments.variance) / fitted_ratio(target, table)[0]
    z = statistic(moments, table, RATIO_FAMILIES[method])
    return Deviation._make([*blanked(reason, z, error), reason])


@quiet
def funnel_limits(
    n: npt.ArrayLike,
    target: npt.ArrayLike,
    confidence: float = 0.95,
    tau2: npt.ArrayLike = 0.0,
    exact_below: float = 10.0,
) -> FunnelLimits:
    """Control limits for proportions around a target (Spiegelhalter 2005, Statistics in Medicine 24:1185).

    Parameters
    ----------
    n
        Bases.
    target
        Proportion that all are held to.
    confidence
        0.95 and 0.998 are customary.
    tau2
        Variance between units, as of :func:`overdispersion`.
    exact_below
        Where fewer events, or non-events, than this are expected the limits are interpolated binomial
        quantiles
        (Spiegelhalter's appendix; the upper limit mirrors that of non-events, so neither tail exceeds its
        share), unless tau2 is above 0; 0 for the normal limits everywhere.

    Returns
    -------
    FunnelLimits
        Within 0 and 1. NaN with a reason for an empty base, a missing value or a target outside 0 to 1.
    """
    n, target, tau2 = floats(n, target, tau2)
    z = normal_quantile(confidence)
    reason = reasons(*count_rules(n, n), (~((target >= 0) & (target <= 1)), NO_TARGET))
    usable = reason == ""
    margin = z * np.sqrt(target * (1 - target) / n + tau2)
    few = n * np.minimum(target, 1 - target) < exact_below
    exact = usable & few & (tau2 == 0) & (n == np.rint(n))
    lower, upper = np.clip(target - margin, 0, 1), np.clip(target + margin, 0, 1)
    tail = (1 - confidence) / 2
    lower = np.where(exact, _binomial_limit(n, target, tail), lower)
    upper = np.where(exact, 1 - _binomial_limit(n, 1 - target, tail), upper)
    return FunnelLimits._make([*blanked(reason, lower, upper), exact, reason])


@quiet
def ratio_funnel_limits(
    error: npt.ArrayLike, target: npt.ArrayLike, confidence: float = 0.95, tau2: npt.ArrayLike = 0.0
) -> FunnelLimits:
    """Control limits for ratios around a target, target * exp(-/+ z sqrt(error^2 + tau2)).

    Parameters
    ----------
    error
        Standard errors of the log ratio at the target, as of :func:`ratio_deviation`.
    target
        Ratio that all are held to.
    confidence, tau2
        As in :func:`funnel_limits`.

    Returns
    -------
    FunnelLimits
        NaN with a reason for a missing standard error and for a target that is not above 0.
    """
    error, target, tau2 = floats(error, target, tau2)
    margin = normal_quantile(confidence) * np.sqrt(error**2 + tau2)
    reason = reasons((~np.isfinite(error), MISSING), (~(target > 0), NO_TARGET))
    exact = np.zeros(error.shape, dtype=bool)
    return FunnelLimits._make(
        [*blanked(reason, target * np.exp(-margin), target * np.exp(margin)), exact, reason]
    )


@quiet
def overdispersion(
    z: npt.ArrayLike,
    error: npt.ArrayLike,
    group: npt.ArrayLike | None = None,
    trim: float = 0.1,
    rescaled: bool = False,
) -> Overdispersion:
    """Estimate additive over-dispersion (Spiegelhalter 2005, Quality & Safety in Health Care 14:347).

    With I units, phi is the mean squared z after Winsorising, and where it exceeds 1
    tau2 = (I phi - (I - 1)) / (sum w - sum w^2 / sum w), w = 1 / error^2.

    Parameters
    ----------
    z, error
        Deviations and their standard errors, one element a unit; units without one are left out.
    group
        Codes 0 … G-1 of the units' groups; one group if left out.
    trim
        Share of the units at either end that is pulled in to the quantile there.
    rescaled
        Divide phi by what pulling in leaves of the variance of normal deviates (0.68 for ``trim`` 0.1), so that it
        is 1 by chance. Without, as published, limits are too narrow where units differ in ordinary ways: 12 % of
        them instead of 5 % lie outside those of 95 %.

    Returns
    -------
    Overdispersion
        One element a group; NaN with a reason for a group of fewer than two units.
    """
    z, error = (np.ravel(value) for value in floats(z, error))
    codes = np.zeros(z.size, dtype=np.int64) if group is None else np.ravel(np.asarray(group, dtype=np.int64))
    size = int(codes.max(initial=0)) + 1
    kept = np.isfinite(z) & np.isfinite(error) & (error > 0)
    phi, tau2 = np.full(size, np.nan), np.full(size, np.nan)
    units = np.zeros(size, dtype=np.int64)
    for code in np.unique(codes[kept]):
        of_group = kept & (codes == code)
        weight = 1 / error[of_group] ** 2
        pulled_in = np.clip(z[of_group], *np.quantile(z[of_group], [trim, 1 - trim]))
        units[code] = count = weight.size
        if count > 1:
            phi[code] = np.mean(pulled_in**2) / (_variance_left(trim) if rescaled else 1.0)
            spare = count * phi[code] - (count - 1)
            tau2[code] = max(0.0, spare / (weight.sum() - np.sum(weight**2) / weight.sum()))
    tau2 = np.where(phi > 1, tau2, np.where(np.isnan(phi), np.nan, 0.0))
    return Overdispersion(
        phi, tau2, units, phi > 1 + 2 * np.sqrt(2 / units), reasons((np.isnan(phi), "fewer than two units"))
    )


@quiet
def dispersed_z(z: npt.ArrayLike, error: npt.ArrayLike, tau2: npt.ArrayLike) -> Floats:
    """Measure deviations in the units of chance and over-dispersion together (Spiegelhalter 2005).

    Parameters
    ----------
    z, error
        As in :func:`overdispersion`.
    tau2
        Variance between units.

    Returns
    -------
    ndarray
        z * error / sqrt(error^2 + tau2); NaN stays NaN.
    """
    z, error, tau2 = floats(z, error, tau2)
    return np.asarray(z * error / np.sqrt(error**2 + tau2))


def _variance_left(trim: float) -> float:
    """Variance of a standard normal deviate whose tails, each of this share, are pulled in to their quantile."""
    if trim == 0:
        return 1.0
    edge = float(norm.isf(trim))
    return float(1 - 2 * trim - 2 * edge * norm.pdf(edge) + 2 * trim * edge**2)


def _binomial_limit(n: Floats, target: Floats, tail: float) -> Floats:
    """Lower quantile of a binomial proportion, interpolated so that limits move smoothly with n."""
    count = binom.ppf(tail, n, target)
    below = binom.cdf(count, n, target)
    excess = (below - tail) / binom.pmf(count, n, target)
    return np.clip((count - excess) / n, 0, 1)
