"""Score statistics of two proportions, and the limits that they give.

For a supposed ratio, difference or odds ratio the proportions are fitted by maximum likelihood under it,
and the observed contrast is compared with it in units of the standard error at that fit (Miettinen &
Nurminen 1985, Statistics in Medicine 4:213). Which method a caller chooses, and what is said about odd
tables, belongs in :mod:`wres.statistics.two_groups`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from scipy.special import logit

from wres.statistics._arrays import Bools, Floats
from wres.statistics._roots import falling_roots
from wres.statistics.proportions import wilson_limits

LOG_RANGE = 46.0
POLISH = 2


class Table(NamedTuple):
    """Counts of two groups, arrays of one shape."""

    x1: Floats
    n1: Floats
    x2: Floats
    n2: Floats

    def swapped(self) -> Table:
        """Return the table with its groups exchanged."""
        return Table(self.x2, self.n2, self.x1, self.n1)

    def where(self, mask: Bools) -> Table:
        """Keep the tables that the mask marks."""
        return Table(*(count[mask] for count in self))

    def both_ways(self) -> Table:
        """Stack the table on itself swapped."""
        return Table(*(np.stack(pair) for pair in zip(self, self.swapped(), strict=True)))


class Family(NamedTuple):
    """A member of the score family.

    Attributes
    ----------
    corrected
        Whether the variance carries N / (N - 1) (Miettinen & Nurminen 1985).
    skewed
        Whether the statistic is corrected for skewness (Gart & Nam 1988; Laud 2017).
    """

    corrected: bool
    skewed: bool


SCORE_FAMILIES = {
    "scas": Family(corrected=True, skewed=True),
    "gart_nam": Family(corrected=False, skewed=True),
    "miettinen_nurminen": Family(corrected=True, skewed=False),
}
PLAIN = Family(corrected=False, skewed=False)
RATIO_FAMILIES = {**SCORE_FAMILIES, "koopman": PLAIN}
DIFFERENCE_FAMILIES = {**SCORE_FAMILIES, "mee": PLAIN}
ODDS_FAMILIES = {**SCORE_FAMILIES, "score": PLAIN}


class Moments(NamedTuple):
    """A contrast's distance from its supposed value, and its second and third central moments there."""

    distance: Floats
    variance: Floats
    third: Floats


def fitted_ratio(ratio: Floats, table: Table) -> tuple[Floats, Floats]:
    """Fit p1 = ratio * p2 (Koopman 1984).

    The discriminant is written as a sum of squares: nothing cancels when both proportions are close to 1.
    """
    x1, n1, x2, n2 = table
    first, second = ratio * (n1 + x2), n2 + x1
    root = np.sqrt((first - second) ** 2 + 4 * ratio * (n1 - x1) * (n2 - x2))
    p2 = 2 * (x1 + x2) / (first + second + root)
    return np.minimum(ratio * p2, 1), np.minimum(p2, 1)


def ratio_moments(log_ratio: Floats, table: Table) -> Moments:
    """Moments of p1 - ratio * p2 at the fit under p1 = ratio * p2 (Koopman 1984; Gart & Nam 1988)."""
    x1, n1, x2, n2 = table
    ratio = np.exp(log_ratio)
    p1, p2 = fitted_ratio(ratio, table)
    v1, v2 = p1 * (1 - p1) / n1, ratio**2 * p2 * (1 - p2) / n2
    third = v1 * (1 - 2 * p1) / n1 - ratio * v2 * (1 - 2 * p2) / n2
    return Moments(x1 / n1 - ratio * x2 / n2, v1 + v2, third)


def difference_moments(difference: Floats, table: Table) -> Moments:
    """Moments of p1 - p2 at the fit under p1 = p2 + difference (Mee 1984; Miettinen & Nurminen 1985).

    Tables of mostly events are fitted to what is not one, so that small numbers stay precise.
    """
    x1, n1, x2, n2 = table
    mostly = x1 + x2 > (n1 + n2) / 2
    sign = np.where(mostly, -1.0, 1.0)
    rare = Table(np.where(mostly, n1 - x1, x1), n1, np.where(mostly, n2 - x2, x2), n2)
    p1, p2 = _fitted_difference(sign * difference, rare)
    v1, v2 = p1 * (1 - p1) / n1, p2 * (1 - p2) / n2
    third = sign * (v1 * (1 - 2 * p1) / n1 - v2 * (1 - 2 * p2) / n2)
    return Moments(x1 / n1 - x2 / n2 - difference, v1 + v2, third)


def _fitted_difference(difference: Floats, table: Table) -> tuple[Floats, Floats]:
    """Fit p1 = p2 + difference: the cubic in closed form, polished by Newton's method where it cancels."""
    x1, n1, x2, n2 = table
    n, m = n1 + n2, x1 + x2
    a2 = ((n1 + 2 * n2) * difference - n - m) / (3 * n)
    a1 = ((n2 * difference - n - 2 * x2) * difference + m) / n
    a0 = x2 * difference * (1 - difference) / n
    half = a2 * a2 * a2 - a1 * a2 / 2 + a0 / 2
    size = np.copysign(np.sqrt(np.maximum(a2 * a2 - a1 / 3, 0)), half)
    cosine = np.where(size == 0, 0, np.clip(half / (size * size * size), -1, 1))
    low, high = np.maximum(0, -difference), np.minimum(1, 1 - difference)
    p2 = np.clip(2 * size * np.cos((np.pi + np.arccos(cosine)) / 3) - a2, low, high)
    for _ in range(POLISH):
        p1 = p2 + difference
        q1, q2, rest1, rest2 = 1 - p1, 1 - p2, x1 - n1 * p1, x2 - n2 * p2
        height = rest1 * p2 * q2 + rest2 * p1 * q1
        slope = rest1 * (q2 - p2) - n1 * p2 * q2 + rest2 * (q1 - p1) - n2 * p1 * q1
        step = height / slope
        p2 = np.clip(np.where(np.isfinite(step), p2 - step, p2), low, high)
    return np.clip(p2 + difference, 0, 1), p2


def odds_ratio_moments(log_odds_ratio: Floats, table: Table) -> Moments:
    """Moments of the score of the odds ratio at the fit under it (Miettinen & Nurminen 1985)."""
    x1, n1, x2, n2 = table
    odds, m = np.exp(log_odds_ratio), x1 + x2
    p2 = _second_share(log_odds_ratio, m, n1, n2)
    q2 = _second_share(-log_odds_ratio, n1 + n2 - m, n1, n2)
    p1, q1 = odds * p2 / (odds * p2 + q2), q2 / (odds * p2 + q2)
    w1, w2 = 1 / (n1 * p1 * q1), 1 / (n2 * p2 * q2)
    rest = np.where(p1 > 0.5, n1 * q1 - (n1 - x1), x1 - n1 * p1)
    return Moments(rest * (w1 + w2), w1 + w2, (q1 - p1) * w1**2 - (q2 - p2) * w2**2)


def _second_share(log_odds_ratio: Floats, m: Floats, n1: Floats, n2: Floats) -> Floats:
    """Proportion in group 2 when m events are split at an odds ratio."""
    excess = np.expm1(log_odds_ratio)
    b = n1 * np.exp(log_odds_ratio) + n2 - m * excess
    root = np.sqrt(np.maximum(b**2 + 4 * excess * n2 * m, 0))
    return np.where(b > 0, 2 * m / (b + root), (root - b) / (2 * excess * n2))


def null_moments(table: Table) -> Moments:
    """Moments of p1 - p2 under p1 = p2, where the three contrasts have one and the same statistic."""
    x1, n1, x2, n2 = table
    p = (x1 + x2) / (n1 + n2)
    v = p * (1 - p)
    third = v * (1 - 2 * p) * (1 / n1**2 - 1 / n2**2)
    return Moments(x1 / n1 - x2 / n2, v * (1 / n1 + 1 / n2), third)


def statistic(moments: Moments, table: Table, family: Family) -> Floats:
    """Standardise moments to a normal deviate; where nothing varies, 0 at no distance and infinite at any."""
    n = table.n1 + table.n2
    variance = moments.variance * (n / (n - 1) if family.corrected else 1)
    error = np.sqrt(variance)
    z = moments.distance / error
    if family.skewed:
        skew = moments.third / (6 * variance * error)
        square = 1 + 4 * skew * (z + skew)
        z = np.where(square < 0, -1 / (2 * skew), 2 * (z + skew) / (1 + np.sqrt(np.maximum(square, 0))))
    nothing_varies = np.isnan(z)
    if nothing_varies.any():
        z = np.where(nothing_varies & (moments.distance == 0), 0.0, z)
        z = np.where(np.isnan(z), np.copysign(np.inf, moments.distance), z)
    return z


def ratio_limits(table: Table, family: Family, z: float) -> Floats:
    """Lowest logarithms of the ratio that the statistic does not reject; none where group 1 has no events."""
    limits = np.full(table.x1.shape, -np.inf)
    some = table.x1 > 0
    limits[some] = _lower_limits(ratio_moments, table.where(some), family, z, LOG_RANGE, np.log)
    return limits


def difference_limits(table: Table, family: Family, z: float) -> Floats:
    """Lowest differences that the statistic does not reject."""
    return _lower_limits(difference_moments, table, family, z, 1.0, np.positive)


def odds_ratio_limits(table: Table, family: Family, z: float) -> Floats:
    """Lowest logarithms of the odds ratio that the statistic does not reject; none where it may be 0."""
    limits = np.full(table.x1.shape, -np.inf)
    some = (table.x1 > 0) & (table.x2 < table.n2)
    limits[some] = _lower_limits(odds_ratio_moments, table.where(some), family, z, LOG_RANGE, logit)
    return limits


def _first_guess(table: Table, z: float, scale: Callable[[Floats], Floats]) -> tuple[Floats, Floats]:
    """A contrast on its scale, and its distance to a lower limit by the squares of Wilson's (Newcombe 1998)."""
    x1, n1, x2, n2 = table.x1 + 0.5, table.n1 + 1, table.x2 + 0.5, table.n2 + 1  # away from 0 and 1
    low1, _ = wilson_limits(x1, n1, z)
    _, high2 = wilson_limits(x2, n2, z)
    first, second = scale(x1 / n1), scale(x2 / n2)
    return first - second, np.hypot(first - scale(low1), scale(high2) - second)


def _lower_limits(
    moments: Callable[[Floats, Table], Moments],
    table: Table,
    family: Family,
    z: float,
    reach: float,
    scale: Callable[[Floats], Floats],
) -> Floats:
    def height(value: Floats, *counts: Floats) -> Floats:
        cells = Table(*counts)
        return statistic(moments(value, cells), cells, family) - z

    flat = Table(*(np.ravel(count) for count in table))
    value, distance = _first_guess(flat, z, scale)
    roots = falling_roots(height, flat, (-reach, reach), value - distance, distance / z)
    unlimited = roots < -LOG_RANGE + 1e-6
    return np.where(unlimited, -np.inf, roots).reshape(table.x1.shape)
