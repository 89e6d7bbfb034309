"""What a comparison of two proportions could have detected, whatever it found.

Power at the effect that was observed says no more than its p-value and has no place here.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.stats import norm
from statsmodels.stats.proportion import power_proportions_2indep

from wres.statistics._arrays import EMPTY, MISSING, Bools, Floats, Texts, blanked, floats, quiet, reasons
from wres.statistics._roots import falling_roots

SMALLEST = 1e-6
Direction = Literal["up", "down"]


class Power(NamedTuple):
    """Probability of a significant result, and why it is missing."""

    power: Floats
    reason: Texts


class Detectable(NamedTuple):
    """Smallest effect found with the power wanted, and why there is none."""

    effect: Floats
    reason: Texts


@quiet
def power_two_proportions(
    p1: npt.ArrayLike, p2: npt.ArrayLike, n1: npt.ArrayLike, n2: npt.ArrayLike, alpha: float = 0.05
) -> Power:
    """Power of the two-sided test of two proportions by the normal approximation.

    It is statsmodels' ``power_proportions_2indep``. The exact power of the SCAS test is up to 6 points lower
    where few events are expected, and up to 12 where fewer than one is.

    Parameters
    ----------
    p1, p2
        True proportions of the two groups.
    n1, n2
        Bases of the two groups.
    alpha
        Level of significance, two-sided.

    Returns
    -------
    Power
        NaN with a reason for an empty group, a missing value or a proportion outside 0 to 1.
    """
    p1, p2, n1, n2 = floats(p1, p2, n1, n2)
    reason = reasons(*_rules(p2, n1, n2), (~((p1 >= 0) & (p1 <= 1)), "a proportion is not between 0 and 1"))
    return Power._make([*blanked(reason, _power(p1, p2, n1, n2, alpha)), reason])


def minimum_detectable_ratio(
    p2: npt.ArrayLike,
    n1: npt.ArrayLike,
    n2: npt.ArrayLike,
    power: float = 0.8,
    alpha: float = 0.05,
    direction: Direction = "up",
) -> Detectable:
    """Ratio p1 / p2 nearest to 1 that the test of two proportions finds with the power wanted.

    Parameters
    ----------
    p2
        Proportion of group 2, the group compared with.
    n1, n2
        Bases of the two groups.
    power, alpha
        Probability of a significant result, and the two-sided level of significance.
    direction
        ``up`` for a ratio above 1, ``down`` for one below.

    Returns
    -------
    Detectable
        NaN with a reason where even p1 = 1 (or p1 = 0) would not be found, where p2 is 0, for an empty
        group and for a missing value.
    """
    base, _, _ = floats(p2, n1, n2)
    p1, reason = _detectable_proportion(p2, n1, n2, power, alpha, direction)
    none = (reason == "") & (base == 0)
    return Detectable(
        np.divide(p1, base, out=np.full(base.shape, np.nan), where=base > 0),
        np.where(none, "the proportion compared with is 0", reason),
    )


def minimum_detectable_difference(
    p2: npt.ArrayLike,
    n1: npt.ArrayLike,
    n2: npt.ArrayLike,
    power: float = 0.8,
    alpha: float = 0.05,
    direction: Direction = "up",
) -> Detectable:
    """Difference p1 - p2 nearest to 0 that the test of two proportions finds with the power wanted.

    Parameters, edge cases and returns as in :func:`minimum_detectable_ratio`, on the scale of proportions.
    """
    base, _, _ = floats(p2, n1, n2)
    p1, reason = _detectable_proportion(p2, n1, n2, power, alpha, direction)
    return Detectable(p1 - base, reason)


@quiet
def _detectable_proportion(
    p2: npt.ArrayLike, n1: npt.ArrayLike, n2: npt.ArrayLike, power: float, alpha: float, direction: Direction
) -> Detectable:
    """P1 nearest to p2 that is told apart from it."""
    if direction not in ("up", "down"):
        raise ValueError(f"direction is {direction!r}; it is 'up' or 'down'")
    p2, n1, n2 = floats(p2, n1, n2)
    furthest = np.full(p2.shape, 1.0 if direction == "up" else 0.0)
    reason = reasons(
        *_rules(p2, n1, n2),
        (~(_power(furthest, p2, n1, n2, alpha) >= power), "no effect is detectable with these numbers"),
    )

    def short_of(way: Floats, base: Floats, end: Floats, first: Floats, second: Floats) -> Floats:
        return power - _power(base + way * (end - base), base, first, second, alpha)

    usable = reason == ""
    flat = [np.ravel(value[usable]) for value in (p2, furthest, n1, n2)]
    guess, scale = _first_guess(norm.isf(alpha / 2), norm.isf(1 - power), *flat)
    way = falling_roots(short_of, flat, (0.0, 1.0), guess, scale)
    p1 = np.full(p2.shape, np.nan)
    p1[usable] = flat[0] + way * (flat[1] - flat[0])
    return Detectable(p1, reason)


def _first_guess(
    to_reject: float, to_find: float, p2: Floats, furthest: Floats, n1: Floats, n2: Floats
) -> tuple[Floats, Floats]:
    """Share of the way to the furthest that is found, by the usual formula of sample sizes, and its error."""
    away = furthest - p2
    wide = np.sqrt(p2 * (1 - p2) * (1 / n1 + 1 / n2)) / np.abs(away)
    p1 = p2 + np.minimum((to_reject + to_find) * wide, 1) * away
    pooled = (n1 * p1 + n2 * p2) / (n1 + n2)
    under_null = np.sqrt(pooled * (1 - pooled) * (1 / n1 + 1 / n2))
    under_effect = np.sqrt(p1 * (1 - p1) / n1 + p2 * (1 - p2) / n2)
    way = (to_reject * under_null + to_find * under_effect) / np.abs(away)
    return np.maximum(way, SMALLEST), np.maximum(wide, SMALLEST)


def _power(p1: Floats, p2: Floats, n1: Floats, n2: Floats, alpha: float) -> Floats:
    found = power_proportions_2indep(p1 - p2, p2, n1, ratio=n2 / n1, alpha=alpha, return_results=False)
    # Nothing varies when both proportions are 0 or 1: then the difference is always seen, or there is none.
    return np.where(np.isnan(found), np.where(p1 == p2, alpha, 1.0), found)


def _rules(p2: Floats, n1: Floats, n2: Floats) -> list[tuple[Bools, str]]:
    return [
        (~(np.isfinite(p2) & np.isfinite(n1) & np.isfinite(n2)), MISSING),
        ((p2 < 0) | (p2 > 1), "a proportion is not between 0 and 1"),
        ((n1 <= 0) | (n2 <= 0), EMPTY),
    ]
