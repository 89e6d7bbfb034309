"""Change of a unit's figures from one period to the next.

Trends over several periods belong in :mod:`wres.statistics.trend`.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from wres.statistics._arrays import (
    Floats,
    blanked,
    floats,
    normal_quantile,
    quiet,
    reasons,
    table_rules,
    two_sided,
)
from wres.statistics.two_groups import Contrast, difference

NO_RETENTION = "the share retained is not between 0 and 1"
NO_DIFFERENCE = "a difference is missing"
NO_LOGARITHM = "a ratio is 0, infinite or missing"


def event_change(
    x_before: npt.ArrayLike,
    n_before: npt.ArrayLike,
    x_after: npt.ArrayLike,
    n_after: npt.ArrayLike,
    method: str = "scas",
    confidence: float = 0.95,
) -> Contrast:
    """Change of a proportion of events, which are new in each period: after minus before.

    It also serves surveys, whose samples overlap by an unknown amount: there it is mildly conservative.

    Parameters
    ----------
    x_before, n_before, x_after, n_after
        Counts and bases of the two periods.
    method, confidence
        As in :func:`wres.statistics.two_groups.difference`.

    Returns
    -------
    Contrast
        As of :func:`wres.statistics.two_groups.difference`, on the scale of proportions.
    """
    return difference(x_after, n_after, x_before, n_before, method, confidence)


@quiet
def stock_change(
    x_before: npt.ArrayLike,
    n_before: npt.ArrayLike,
    x_after: npt.ArrayLike,
    n_after: npt.ArrayLike,
    retained: npt.ArrayLike,
    confidence: float = 0.95,
) -> Contrast:
    """Change of a proportion of a stock, most of whose members are counted in both periods.

    Those who stay can't change the proportion, so the variance of the independent comparison is multiplied
    by the share of members who were replaced. Without that the test hardly ever finds a change.

    Parameters
    ----------
    x_before, n_before, x_after, n_after
        Counts and bases of the two periods.
    retained
        Share of the members who are in both periods, 0 up to but not including 1.
    confidence
        Confidence level.

    Returns
    -------
    Contrast
        After minus before, with p < 1 - confidence if and only if the interval excludes 0; limits are kept
        within -1 and 1. Nobody, or everybody, counted in both periods: change 0, p 1. NaN with a reason for
        an empty base, a missing count, a count outside its base, or a share retained that is not one.
    """
    x1, n1, x2, n2, stayed = floats(x_after, n_after, x_before, n_before, retained)
    reason = reasons(*table_rules(x1, n1, x2, n2), (~((stayed >= 0) & (stayed < 1)), NO_RETENTION))
    pooled = (x1 + x2) / (n1 + n2)
    error = np.sqrt((1 - stayed) * pooled * (1 - pooled) * (1 / n1 + 1 / n2))
    change = x1 / n1 - x2 / n2
    margin = normal_quantile(confidence) * error
    p = np.where(error == 0, 1.0, two_sided(change / error))
    values = change, np.maximum(change - margin, -1), np.minimum(change + margin, 1), p
    return Contrast._make([*blanked(reason, *values), reason])


@quiet
def ratio_of_ratios(after: Contrast, before: Contrast, confidence: float = 0.95) -> Contrast:
    """Change of a ratio between two independent periods: the ratio of the two, by MOVER on the log scale.

    The interval combines the distances of each ratio from its own limits (Zou & Donner 2008, Statistics in
    Medicine 27:1693). The test takes the standard error that the interval has towards 1.

    Parameters
    ----------
    after, before
        Ratios with their intervals, as of :func:`wres.statistics.two_groups.ratio`.
    confidence
        Confidence level of both intervals.

    Returns
    -------
    Contrast
        Ratio of after to before, with p < 1 - confidence if and only if the interval excludes 1. NaN with a
        reason where either ratio is 0, infinite or missing.
    """
    logs = [np.log(value) for value in floats(*after[:3], *before[:3])]
    reason = reasons((~(np.isfinite(logs[0]) & np.isfinite(logs[3])), NO_LOGARITHM))
    change, lower, upper, p = _mover(logs, np.ones(1), confidence)
    return Contrast._make([*blanked(reason, np.exp(change), np.exp(lower), np.exp(upper), p), reason])


@quiet
def difference_of_differences(
    after: Contrast, before: Contrast, retained: npt.ArrayLike = 0.0, confidence: float = 0.95
) -> Contrast:
    """Change of a difference between two periods: the difference of the two, by MOVER.

    Parameters
    ----------
    after, before
        Differences with their intervals, as of :func:`wres.statistics.two_groups.difference`, on any scale.
    retained
        Share of the members who are counted in both periods, 0 up to but not including 1, as in
        :func:`stock_change`; 0 for events and surveys.
    confidence
        Confidence level of both intervals.

    Returns
    -------
    Contrast
        After minus before, with p < 1 - confidence if and only if the interval excludes 0. NaN with a reason
        where either difference is missing, or the share retained is not one.
    """
    *values, stayed = floats(*after[:3], *before[:3], retained)
    reason = reasons(
        (~(np.isfinite(values[0]) & np.isfinite(values[3])), "a difference is missing"),
        (~((stayed >= 0) & (stayed < 1)), NO_RETENTION),
    )
    return Contrast._make([*blanked(reason, *_mover(values, np.sqrt(1 - stayed), confidence)), reason])


def _mover(values: list[Floats], scale: Floats, confidence: float) -> tuple[Floats, ...]:
    """Change, limits and p-value from estimate, lower and upper of the later and of the earlier period."""
    new, new_low, new_high, old, old_low, old_high = values
    change = new - old
    below = scale * np.hypot(new - new_low, old_high - old)
    above = scale * np.hypot(new_high - new, old - old_low)
    deviate = np.where(change == 0, 0, change / np.where(change > 0, below, above))
    return change, change - below, change + above, two_sided(normal_quantile(confidence) * deviate)
