"""What the people whose ethnicity is not known could do to a gap.

The gap is computed again with all of them counted as white and all as BME; the bounds hold whatever each of
them is. The bounds' arithmetic for two groups belongs in :mod:`wres.statistics.unknown`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, NamedTuple

import numpy as np
import pandas as pd

from wres.analysis.counts import CELLS
from wres.analysis.pool import Bools, Estimate, Floats, Pool, together
from wres.definitions import Indicator

Bounds = Callable[[pd.DataFrame], tuple[Floats, Floats]]
DEPENDS = "conclusion depends on unknown"


class Sensitivity(NamedTuple):
    """Gaps under every allocation of the unknown, an element an entity; NaN where it was not looked at.

    Attributes
    ----------
    if_white, if_bme
        The gap if all of them were white, and if all were BME.
    lowest, highest
        The least and the greatest gap that any allocation gives (Manski 2003).
    depends
        Whether the side of the gap or its significance differs between the scenarios.
    """

    if_white: Floats
    if_bme: Floats
    lowest: Floats
    highest: Floats
    depends: Bools


def sensitivity(
    pool: Pool,
    indicator: Indicator,
    found: Estimate,
    estimate: Callable[[Pool], Estimate],
    bounds: Bounds,
    none: float,
    alpha: float,
) -> Sensitivity:
    """Compute the headline gaps of an indicator for every allocation of the unknown.

    Parameters
    ----------
    pool
        Entities with their counts.
    indicator
        Only its headline is looked at.
    found
        The gaps as they are reported.
    estimate
        How they were estimated.
    bounds
        Lowest and highest gap of entities.
    none
        The gap that means equality.
    alpha
        1 - confidence.
    """
    entities = pool.entities
    headline = entities["staff_group"].eq(indicator.headline.staff_group)
    headline &= entities["category"].eq(indicator.headline.category)
    looked_at = headline.to_numpy() & (entities["unknown_n"] >= 0).to_numpy()
    chosen = pool.where(looked_at)
    both = estimate(together([with_unknown_as(chosen, group) for group in ("white", "bme")]))
    if_white, if_bme = np.split(both.value, 2)
    sides = np.split(_side(both, none, alpha), 2)
    reported = _side(found, none, alpha)[looked_at]
    lowest, highest = bounds(chosen.entities)
    depends = np.zeros(len(entities), dtype=bool)
    depends[looked_at] = (reported != sides[0]) | (reported != sides[1])

    def spread(values: Floats) -> Floats:
        column = np.full(len(entities), np.nan)
        column[looked_at] = values
        return column

    return Sensitivity(spread(if_white), spread(if_bme), spread(lowest), spread(highest), depends)


def with_unknown_as(pool: Pool, group: Literal["white", "bme"]) -> Pool:
    """The same people, those of unknown ethnicity counted in a group.

    Where it is not recorded how many of the unknown were counted, they are given the rate of all others, in each
    organisation by itself.
    """
    parts = _moved({name: pool.parts[name].to_numpy(float) for name in CELLS}, group)
    summed = {name: _summed(cells, pool) for name, cells in parts.items()}
    return Pool(pool.entities.assign(**summed), pd.DataFrame(parts), pool.entity)


def _moved(cells: dict[str, Floats], group: str) -> dict[str, Floats]:
    known_x, known_n = (cells[f"white_{part}"] + cells[f"bme_{part}"] for part in ("x", "n"))
    unknown_n = np.nan_to_num(cells["unknown_n"])
    with np.errstate(invalid="ignore", divide="ignore"):
        estimated = unknown_n * known_x / known_n
    unknown_x = np.where(np.isnan(cells["unknown_x"]), estimated, cells["unknown_x"])
    nobody = np.zeros(len(unknown_n))
    return cells | {
        f"{group}_x": cells[f"{group}_x"] + unknown_x,
        f"{group}_n": cells[f"{group}_n"] + unknown_n,
        "unknown_x": nobody,
        "unknown_n": nobody,
    }


def _summed(cells: Floats, pool: Pool) -> Floats:
    """Sum of each entity's organisations; of those that were not submitted, if some were."""
    submitted = ~np.isnan(cells)
    size = len(pool.entities)
    total = np.bincount(pool.entity, np.where(submitted, cells, 0.0), minlength=size)
    return np.where(np.bincount(pool.entity, submitted, minlength=size) > 0, total, np.nan)


def _side(found: Estimate, none: float, alpha: float) -> Floats:
    """Side of equality that a gap lies on, and twice it where it is significant."""
    side = np.sign(np.nan_to_num(found.value - none))
    return np.where(found.p_value < alpha, 2 * side, side)
