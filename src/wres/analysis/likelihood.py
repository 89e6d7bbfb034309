"""Indicators 2 to 4: how likely appointment, disciplinary and training are for white and for BME people.

The relative likelihood is white over BME for 2 and 4 and BME over white for 3, so that above 1 is always
adverse to BME people. Beside it stands the difference in percentage points, so that neither a large gap hides
behind a small ratio nor a small one is dramatised by a large ratio.
"""

from __future__ import annotations

from functools import partial

import numpy as np
import pandas as pd

from wres import statistics
from wres.analysis.pool import Bools, Estimate, Floats, Pool
from wres.analysis.rows import (
    CLUSTERED,
    INTERVALS,
    decision,
    gap_rows,
    percentage_rows,
    with_few_marked,
    with_verdicts,
)
from wres.analysis.sensitivity import sensitivity
from wres.analysis.texts import Texts, constant, joined_notes, marked, texts
from wres.analysis.two_groups import (
    difference_rows,
    minimum_power,
    oriented,
    people_equivalent,
    unknown_bounds,
)
from wres.definitions import Indicator
from wres.params import StatisticsSettings

PARADOX = "the ratio within organisations differs"


def likelihood_rows(
    pool: Pool, indicator: Indicator, types: pd.Series, settings: StatisticsSettings
) -> list[pd.DataFrame]:
    """Percentages, relative likelihoods (crude and Mantel-Haenszel) and differences of one indicator.

    Parameters
    ----------
    pool
        Entities of the indicator in which white and BME bases are known and not zero.
    indicator
        Its definition.
    types
        Organisation type by organisation code.
    settings
        Methods and thresholds of the publication.
    """

    def estimate(pool: Pool) -> Estimate:
        return pool.estimate(
            partial(_ratio, indicator=indicator, settings=settings),
            partial(_pooled_ratio, indicator=indicator, settings=settings, weighted=False),
        )

    crude = estimate(pool)
    bounds = partial(unknown_bounds, indicator=indicator, kind="ratio")
    unknown = sensitivity(pool, indicator, crude, estimate, bounds, 1.0, 1 - settings.confidence)
    detectable, people = _detectable_ratio(pool, indicator, settings), people_equivalent(pool)
    several = pool.several
    weighted = _pooled_ratio(several, indicator, settings, weighted=True)
    crude = crude._replace(note=_with_paradoxes(crude, weighted.value, pool.sizes > 1))
    blank = np.full(len(several.entities), np.nan)
    rows = [
        gap_rows(pool, crude, "relative_likelihood", settings, detectable, people, unknown),
        gap_rows(several, weighted, "relative_likelihood_mh", settings, blank, blank),
    ]
    return [
        *percentage_rows(pool, indicator, settings),
        *(with_verdicts(table, types, indicator.adverse_sign, settings) for table in rows),
        difference_rows(pool, indicator, types, settings),
    ]


def _ratio(pool: Pool, indicator: Indicator, settings: StatisticsSettings) -> Estimate:
    tables = oriented(pool.entities, indicator)
    found = statistics.ratio(*tables, method=settings.ratio_method, confidence=settings.confidence)
    decided = decision(found, tables, settings.ratio_method, settings)
    size = len(found.estimate)
    return Estimate(
        found.estimate,
        found.lower,
        found.upper,
        np.where(np.isnan(found.estimate), np.nan, decided.p_value),
        decided.sparse,
        decided.cannot_be_significant,
        constant(INTERVALS[settings.ratio_method], size),
        texts(decided.test),
        texts(decided.reason),
    )


def _pooled_ratio(
    pool: Pool, indicator: Indicator, settings: StatisticsSettings, *, weighted: bool
) -> Estimate:
    method = statistics.mantel_haenszel_ratio if weighted else statistics.crude_ratio
    found = method(*oriented(pool.parts, indicator), pool.entity, settings.confidence, spread="wider")
    size = len(found.estimate)
    no = np.zeros(size, dtype=bool)
    name = "Mantel-Haenszel across organisations" if weighted else "crude ratio"
    return Estimate(
        found.estimate,
        found.lower,
        found.upper,
        found.p_value,
        no,
        no,
        constant(f"{name}; {CLUSTERED}", size),
        constant("Wald test on the same standard error", size),
        with_few_marked(found.reason, pool),
    )


def _with_paradoxes(crude: Estimate, within: Floats, pooled: Bools) -> Texts:
    """The notes of crude ratios, with a mark where they mislead about the ratios within organisations."""
    value, lower, upper, p_value = (column[pooled] for column in crude[:4])
    of_pooled = statistics.Contrast(value, lower, upper, p_value, np.full(len(value), ""))
    marks = np.zeros(len(pooled), dtype=bool)
    marks[pooled] = statistics.simpson(of_pooled, within)
    return joined_notes(crude.note, marked(marks, PARADOX))


def _detectable_ratio(pool: Pool, indicator: Indicator, settings: StatisticsSettings) -> Floats:
    """Smallest adverse ratio found with 80 % power at the observed white rate."""
    rate, white, bme = minimum_power(pool)
    alpha = 1 - settings.confidence
    if indicator.orientation == "bme_over_white":
        return statistics.minimum_detectable_ratio(rate, bme, white, alpha=alpha, direction="up").effect
    return 1 / statistics.minimum_detectable_ratio(rate, bme, white, alpha=alpha, direction="down").effect
