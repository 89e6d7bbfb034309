"""Ranks with the uncertainty that they have, which is large.

The estimates that are ranked, drawn together or not, belong in :mod:`wres.statistics.shrinkage`.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from wres.statistics._arrays import Floats, Texts, blanked, floats, normal_quantile, reasons

DRAWS = 2000
FEW = "fewer than two units"
NO_ESTIMATE = "the estimate or its standard error is missing"


class Ranks(NamedTuple):
    """Ranks among the units that have one, an element a unit.

    Attributes
    ----------
    rank, lower, upper
        Median rank and its interval; 1 is the smallest estimate.
    reason
        Why there is none.
    """

    rank: Floats
    lower: Floats
    upper: Floats
    reason: Texts


def rank_intervals(
    estimate: npt.ArrayLike,
    error: npt.ArrayLike,
    confidence: float = 0.95,
    draws: int = DRAWS,
    seed: int = 1996,
) -> Ranks:
    """Ranks of units with intervals (Goldstein & Spiegelhalter 1996, JRSS A 159:385).

    Every unit's true value is drawn from the normal distribution about its estimate, all units are ranked, and
    so on many times; equal draws are ranked at random.

    Parameters
    ----------
    estimate, error
        Estimates on a scale without ends, best shrunken ones, and their standard errors, one element a unit.
    confidence
        Confidence level of the interval of each unit's rank.
    draws
        How often all units are ranked.
    seed
        Seed of the draws.

    Returns
    -------
    Ranks
        NaN with a reason for a unit without an estimate or error, and where fewer than two have one.
    """
    normal_quantile(confidence)
    values, errors = (np.ravel(value) for value in floats(estimate, error))
    told = np.isfinite(values) & np.isfinite(errors) & (errors >= 0)
    found = np.full((3, values.size), np.nan)
    reason = reasons((~told, NO_ESTIMATE), (np.full(values.shape, told.sum() < 2), FEW))
    if told.sum() >= 2:
        rng = np.random.default_rng(seed)
        drawn = rng.normal(values[told], errors[told], (draws, told.sum()))
        order = np.lexsort((rng.random(drawn.shape), drawn), axis=-1)
        ranks = np.empty_like(order)
        np.put_along_axis(ranks, order, np.arange(1, told.sum() + 1)[None, :], axis=-1)
        tails = [0.5, (1 - confidence) / 2, (1 + confidence) / 2]
        found[:, told] = np.quantile(ranks, tails, axis=0, method="inverted_cdf")
    return Ranks._make([*blanked(reason, *found), reason])
