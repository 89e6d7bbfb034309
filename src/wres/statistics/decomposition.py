"""Why two means differ: different places, or different amounts in the same places."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


class Decomposition(NamedTuple):
    """A gap of means in per cent of the first mean, and its two parts, which add up to it."""

    gap: Floats
    between: Floats
    within: Floats


def decompose(
    people: npt.ArrayLike, sums: npt.ArrayLike, other_people: npt.ArrayLike, other_sums: npt.ArrayLike
) -> Decomposition:
    """Divide a gap of means into a part between strata and a part within them (Kitagawa 1955).

    Between: how differently the two groups are spread over the strata, at the average of both groups' means there.
    Within: how differently they fare in the same stratum, at the average of both groups' shares there. Neither
    group is the standard, so the parts don't depend on which comes first, but for what the per cent are of. Where
    a stratum has one group alone there is nothing to compare within it.

    Parameters
    ----------
    people, sums
        People of the first group in each stratum, along the last axis, and the sum of their amounts.
    other_people, other_sums
        Of the second group.

    Returns
    -------
    Decomposition
        100 (first mean - second mean) / first mean and its parts, one element for each leading index.
    """
    n, total, other_n, other_total = (
        np.asarray(v, dtype=float) for v in (people, sums, other_people, other_sums)
    )
    mean, other_mean = _means(n, total), _means(other_n, other_total)
    mean, other_mean = np.where(n > 0, mean, other_mean), np.where(other_n > 0, other_mean, mean)
    share, other_share = (m / m.sum(axis=-1, keepdims=True) for m in (n, other_n))
    percent = 100 * n.sum(axis=-1) / total.sum(axis=-1)
    between = ((share - other_share) * (mean + other_mean) / 2).sum(axis=-1) * percent
    within = ((share + other_share) / 2 * (mean - other_mean)).sum(axis=-1) * percent
    return Decomposition(between + within, between, within)


def _means(people: Floats, sums: Floats) -> Floats:
    return np.divide(sums, people, out=np.zeros_like(sums), where=people > 0)
