"""What people whose group is unknown could do to a comparison of two groups."""

from __future__ import annotations

from typing import Literal, NamedTuple

import numpy as np
import numpy.typing as npt

from wres.statistics._arrays import (
    MISSING,
    OUTSIDE,
    Bools,
    Floats,
    Texts,
    blanked,
    floats,
    quiet,
    reasons,
    table_rules,
)
from wres.statistics._score import Table
from wres.statistics.proportions import Interval
from wres.statistics.two_groups import Contrast, difference, ratio

Kind = Literal["ratio", "difference"]


class UnknownGroup(NamedTuple):
    """A contrast in three scenarios, the range of its estimate over all of them, and whether they disagree.

    Attributes
    ----------
    excluded, all_first, all_second
        The contrast with the unknown left out, all put into group 1, all put into group 2.
    lowest, highest
        Manski bounds of the estimate: the least and greatest that any allocation of the unknown gives.
    depends
        Whether the sign or the significance of the contrast differs between the scenarios.
    reason
        Why there are no bounds.
    """

    excluded: Contrast
    all_first: Contrast
    all_second: Contrast
    lowest: Floats
    highest: Floats
    depends: Bools
    reason: Texts


@quiet
def unknown_group(
    x1: npt.ArrayLike,
    n1: npt.ArrayLike,
    x2: npt.ArrayLike,
    n2: npt.ArrayLike,
    x_unknown: npt.ArrayLike,
    n_unknown: npt.ArrayLike,
    kind: Kind = "ratio",
    method: str = "scas",
    confidence: float = 0.95,
    x_unknown_most: npt.ArrayLike = np.inf,
) -> UnknownGroup:
    """Compare two groups under every allocation of those whose group is unknown.

    "All in one group" are scenarios, not bounds: a ratio is greatest when the unknown with the event belong
    to group 1 and those without it to group 2, and least in the reverse (Manski 2003, Partial
    Identification of Probability Distributions, chapter 1).

    Parameters
    ----------
    x1, n1, x2, n2
        Counts and bases of the two groups.
    x_unknown, n_unknown
        Count and base of those whose group is unknown. Where the count is NaN (not recorded) the bounds run
        over all counts it could be, and the scenarios give the unknown the rate of all others.
    kind
        ``ratio`` p1 / p2 or ``difference`` p1 - p2.
    method, confidence
        As in :func:`wres.statistics.two_groups.ratio` and ``difference``.
    x_unknown_most
        The most that an unrecorded count can be, where less than its base.

    Returns
    -------
    UnknownGroup
        NaN with a reason for an empty group, a missing base, and counts outside their bases.
    """
    lowest, highest, reason = unknown_bounds(x1, n1, x2, n2, x_unknown, n_unknown, kind, x_unknown_most)
    *known, xu, nu = floats(x1, n1, x2, n2, x_unknown, n_unknown)
    table = Table._make(blanked(reason, *known))
    guess = np.where(np.isnan(xu), nu * (table.x1 + table.x2) / (table.n1 + table.n2), xu)
    compare = {"ratio": ratio, "difference": difference}[kind]
    first = table._replace(x1=table.x1 + guess, n1=table.n1 + nu)
    second = table._replace(x2=table.x2 + guess, n2=table.n2 + nu)
    scenarios = [compare(*cells, method, confidence) for cells in (table, first, second)]
    verdicts = [_verdict(scenario, kind, 1 - confidence) for scenario in scenarios]
    depends = (reason == "") & ((verdicts[0] != verdicts[1]) | (verdicts[0] != verdicts[2]))
    return UnknownGroup(scenarios[0], scenarios[1], scenarios[2], lowest, highest, depends, reason)


@quiet
def unknown_bounds(
    x1: npt.ArrayLike,
    n1: npt.ArrayLike,
    x2: npt.ArrayLike,
    n2: npt.ArrayLike,
    x_unknown: npt.ArrayLike,
    n_unknown: npt.ArrayLike,
    kind: Kind = "ratio",
    x_unknown_most: npt.ArrayLike = np.inf,
) -> Interval:
    """Bounds of a contrast over every allocation of those whose group is unknown.

    Parameters, source and edge cases are those of :func:`unknown_group`, the bounds are as there.
    """
    *known, xu, nu, most = floats(x1, n1, x2, n2, x_unknown, n_unknown, x_unknown_most)
    table = Table(*known)
    recorded = ~np.isnan(xu)
    reason = reasons(
        *table_rules(*table),
        (~np.isfinite(nu), MISSING),
        ((nu < 0) | (recorded & ((xu < 0) | (xu > nu))), OUTSIDE),
    )
    least, greatest = np.where(recorded, xu, 0.0), np.where(recorded, xu, np.minimum(most, nu))
    table = Table._make(blanked(reason, *table))
    highest = _highest(table, nu, least, greatest, kind)
    reversed_highest = _highest(table.swapped(), nu, least, greatest, kind)
    lowest = 1 / reversed_highest if kind == "ratio" else -reversed_highest
    return Interval(lowest, highest, reason)


@quiet
def proportion_bounds(x: npt.ArrayLike, n: npt.ArrayLike, unknown: npt.ArrayLike) -> Interval:
    """Bounds of a proportion of which some members are unknown (Manski 2003).

    Parameters
    ----------
    x, n
        Counts and bases of those who are known.
    unknown
        Number of those who are not.

    Returns
    -------
    Interval
        x / (n + unknown) to (x + unknown) / (n + unknown); NaN with a reason where a count is missing or
        outside its base, or where there is nobody.
    """
    x, n, unknown = floats(x, n, unknown)
    reason = reasons(
        (~(np.isfinite(x) & np.isfinite(n) & np.isfinite(unknown)), MISSING),
        ((x < 0) | (x > n) | (unknown < 0), OUTSIDE),
        (n + unknown == 0, "a base is 0"),
    )
    return Interval._make([*blanked(reason, x / (n + unknown), (x + unknown) / (n + unknown)), reason])


def _highest(table: Table, nu: Floats, least: Floats, greatest: Floats, kind: Kind) -> Floats:
    """Greatest contrast when e of the unknown have the event and join group 1, and the others group 2."""
    x1, n1, x2, n2 = table
    # Both contrasts are concave in e (the ratio in its logarithm), so the greatest lies where the slope is 0.
    if kind == "ratio":
        best = np.sqrt((n1 - x1) * (n1 + n2 + nu)) - n1
    else:
        first, second = np.sqrt(n1 - x1), np.sqrt(x2)
        best = (first * (n2 + nu) - second * n1) / (first + second)
    e = np.clip(np.where(np.isnan(best), greatest, best), least, greatest)
    p1, p2 = (x1 + e) / (n1 + e), x2 / (n2 + nu - e)
    return np.asarray(p1 / p2 if kind == "ratio" else p1 - p2)


def _verdict(contrast: Contrast, kind: Kind, alpha: float) -> Floats:
    """Sign of the contrast, and twice it where significant."""
    null = 1.0 if kind == "ratio" else 0.0
    sign = np.sign(np.nan_to_num(contrast.estimate - null, nan=0.0))
    return np.asarray(np.where(contrast.p_value < alpha, 2 * sign, sign))
