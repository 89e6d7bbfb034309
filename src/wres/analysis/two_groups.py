"""White and BME people as two groups: what indicators 2 to 8 share."""

from __future__ import annotations

from functools import partial
from typing import Literal

import pandas as pd

from wres import statistics
from wres.analysis.pool import Estimate, Floats, Pool
from wres.analysis.rows import (
    INTERVALS,
    Table,
    decision,
    gap_rows,
    pooled_difference,
    with_verdicts,
)
from wres.analysis.sensitivity import sensitivity
from wres.analysis.texts import constant, texts
from wres.definitions import Indicator
from wres.params import StatisticsSettings
from wres.statistics.unknown import Kind


def cells(table: pd.DataFrame, group: str) -> tuple[Floats, Floats]:
    """People counted and people who could have been, of one ethnic group."""
    return table[f"{group}_x"].to_numpy(float), table[f"{group}_n"].to_numpy(float)


def oriented(table: pd.DataFrame, indicator: Indicator) -> Table:
    """Two-by-two tables in the indicator's orientation: the group on top of the ratio comes first."""
    white, bme = cells(table, "white"), cells(table, "bme")
    return (*white, *bme) if indicator.orientation == "white_over_bme" else (*bme, *white)


def people_equivalent(pool: Pool) -> Floats:
    """BME people counted beyond (or, negative, short of) what the white rate would give."""
    (white_x, white_n), (bme_x, bme_n) = cells(pool.entities, "white"), cells(pool.entities, "bme")
    return bme_x - bme_n * white_x / white_n


def unknown_bounds(table: pd.DataFrame, indicator: Indicator, kind: Kind) -> tuple[Floats, Floats]:
    """Least and greatest ratio, or difference BME minus white in points, whatever the unknown are."""
    tables = oriented(table, indicator) if kind == "ratio" else (*cells(table, "bme"), *cells(table, "white"))
    scale = 1.0 if kind == "ratio" else 100.0
    found = statistics.unknown_bounds(*tables, *cells(table, "unknown"), kind=kind)
    return scale * found.lower, scale * found.upper


def minimum_power(pool: Pool) -> tuple[Floats, Floats, Floats]:
    """White rate, white base and BME base, as power calculations take them."""
    (white_x, white_n), (_, bme_n) = cells(pool.entities, "white"), cells(pool.entities, "bme")
    return white_x / white_n, white_n, bme_n


def difference_rows(
    pool: Pool, indicator: Indicator, types: pd.Series, settings: StatisticsSettings
) -> pd.DataFrame:
    """Differences BME minus white in percentage points, with verdicts."""

    def estimate(pool: Pool) -> Estimate:
        return pool.estimate(
            partial(_difference, settings=settings), partial(_pooled_difference, settings=settings)
        )

    found = estimate(pool)
    bounds = partial(unknown_bounds, indicator=indicator, kind="difference")
    unknown = sensitivity(pool, indicator, found, estimate, bounds, 0.0, 1 - settings.confidence)
    rate, white, bme = minimum_power(pool)
    fewer_is_adverse = indicator.adverse == "below" or indicator.orientation == "white_over_bme"
    direction: Literal["up", "down"] = "down" if fewer_is_adverse else "up"
    detectable = statistics.minimum_detectable_difference(
        rate, bme, white, alpha=1 - settings.confidence, direction=direction
    ).effect
    rows = gap_rows(pool, found, "difference", settings, 100 * detectable, people_equivalent(pool), unknown)
    return with_verdicts(rows, types, -1 if fewer_is_adverse else 1, settings)


def _difference(pool: Pool, settings: StatisticsSettings) -> Estimate:
    tables = (*cells(pool.entities, "bme"), *cells(pool.entities, "white"))
    found = statistics.difference(*tables, method=settings.difference_method, confidence=settings.confidence)
    decided = decision(found, tables, settings.difference_method, settings)
    size = len(found.estimate)
    return Estimate(
        100 * found.estimate,
        100 * found.lower,
        100 * found.upper,
        decided.p_value,
        decided.sparse,
        decided.cannot_be_significant,
        constant(INTERVALS[settings.difference_method], size),
        texts(decided.test),
        texts(found.reason),
    )


def _pooled_difference(pool: Pool, settings: StatisticsSettings) -> Estimate:
    return pooled_difference(pool, (*cells(pool.parts, "bme"), *cells(pool.parts, "white")), settings)
