"""Indicator 1: the BME share of each band against that of the whole workforce.

A band is part of the workforce that it is compared with, so the gap is found from the band against the rest of
the workforce and mapped exactly: a band that holds the fraction f of all staff differs from the whole by 1 - f
of what it differs from the rest.
"""

from __future__ import annotations

from functools import partial

import numpy as np
import pandas as pd

from wres import statistics
from wres.analysis.counts import people
from wres.analysis.pool import Estimate, Floats, Pool
from wres.analysis.rows import (
    INTERVALS,
    gap_rows,
    percentage_rows,
    pooled_difference,
    published_where,
    with_verdicts,
)
from wres.analysis.sensitivity import sensitivity
from wres.analysis.texts import constant, labelled, texts
from wres.definitions import TIER_PAIRS, Indicator, definitions
from wres.params import StatisticsSettings

SCORE = "Miettinen-Nurminen score interval of the odds ratio"
GART = "Gart's logit interval of the odds ratio, a half added to every cell because one is empty"


def representation_rows(
    pool: Pool, indicator: Indicator, types: pd.Series, settings: StatisticsSettings
) -> list[pd.DataFrame]:
    """Shares of each band by ethnicity, gaps to the workforce, and race disparity ratios.

    Parameters
    ----------
    pool
        Entities of indicator 1; ``x`` is the band and ``n`` the whole workforce.
    indicator, types, settings
        As in :func:`wres.analysis.likelihood.likelihood_rows`.
    """
    staffed = pool.where(people(pool.entities) > 0)
    whole = staffed.entities["staff_group"].eq("all") & staffed.entities["category"].eq("")
    bands = staffed.where(~whole & (people(staffed.entities, part="n") > 0))

    def estimate(pool: Pool) -> Estimate:
        return pool.estimate(partial(_gap, settings=settings), partial(_pooled_gap, settings=settings))

    found = estimate(bands)
    unknown = sensitivity(bands, indicator, found, estimate, _bounds, 0.0, 1 - settings.confidence)
    band, share = people(bands.entities), _workforce_share(bands)
    workforce = people(bands.entities, part="n")
    rest = workforce - band
    detectable = statistics.minimum_detectable_difference(
        share, band, rest, alpha=1 - settings.confidence, direction="down"
    ).effect
    detectable = 100 * (1 - band / workforce) * detectable
    extra = people(bands.entities, ("bme",)) - band * share
    gaps = gap_rows(bands, found, "difference", settings, detectable, extra, unknown)
    gaps = gaps.assign(numerator=people(bands.entities, ("bme",)), denominator=band)
    return [
        *percentage_rows(staffed, indicator, settings),
        with_verdicts(gaps, types, indicator.adverse_sign, settings),
        *disparity_rows(staffed, types, settings),
    ]


def disparity_rows(pool: Pool, types: pd.Series, settings: StatisticsSettings) -> list[pd.DataFrame]:
    """Race disparity ratios between lower, middle and upper bands, a table a pair of tiers.

    (white upper / white lower) / (BME upper / BME lower), an odds ratio of two tiers: above 1, white staff are
    relatively better represented in the higher tier. It compares stocks and is not a promotion rate.
    """
    tiers = _tiers(pool)
    rows = []
    for category, (low, high) in TIER_PAIRS.items():
        both = tiers[low].merge(tiers[high], on=_PLACE, suffixes=("_low", "_high"))
        counted = (both["white_low"] + both["bme_low"] > 0) & (both["white_high"] + both["bme_high"] > 0)
        both = both[
            counted & (both["white_low"] + both["white_high"] > 0) & (both["bme_low"] + both["bme_high"] > 0)
        ]
        rows.append(_disparity(both, category, settings))
    return [with_verdicts(table, types, 1, settings) for table in rows]


_PLACE = ["year", "level", "code", "name", "indicator", "staff_group"]


def _tiers(pool: Pool) -> dict[str, pd.DataFrame]:
    clusters = {c.tier: code for code, c in definitions().clusters.items() if c.tier}
    entities = pool.entities.rename(columns={"white_x": "white", "bme_x": "bme"})
    return {
        tier: entities.loc[entities["category"].eq(code), [*_PLACE, "white", "bme"]].fillna(0)
        for tier, code in clusters.items()
    }


def _disparity(both: pd.DataFrame, category: str, settings: StatisticsSettings) -> pd.DataFrame:
    white = both["white_high"].to_numpy(float), (both["white_high"] + both["white_low"]).to_numpy(float)
    bme = both["bme_high"].to_numpy(float), (both["bme_high"] + both["bme_low"]).to_numpy(float)
    found = statistics.odds_ratio(*white, *bme, method="miettinen_nurminen", confidence=settings.confidence)
    gart = statistics.odds_ratio(*white, *bme, method="gart_adjusted", confidence=settings.confidence)
    empty_cell = (both[["white_high", "white_low", "bme_high", "bme_low"]] == 0).any(axis=1).to_numpy()
    decision = statistics.decide(*white, *bme, 1 - settings.confidence)
    rows = both[_PLACE].assign(
        value=found.estimate,
        lower=np.where(empty_cell, gart.lower, found.lower),
        upper=np.where(empty_cell, gart.upper, found.upper),
        confidence=settings.confidence,
        white_numerator=white[0],
        white_denominator=white[1],
        bme_numerator=bme[0],
        bme_denominator=bme[1],
        method=texts(np.where(empty_cell, GART, SCORE)),
        p_value=found.p_value,
        status=published_where(~np.isnan(found.estimate)),
        note=texts(found.reason),
        sparse=decision.sparse,
        cannot_be_significant=decision.cannot_be_significant,
    )
    return labelled(
        rows,
        category=category,
        statistic="disparity_ratio",
        ethnicity="",
        basis="counts",
        test="N-1 chi-squared test",
    )


def _bounds(table: pd.DataFrame) -> tuple[Floats, Floats]:
    """Least and greatest gap of a band in points: the unknown of the band and of the rest are set apart."""
    band, workforce = people(table), people(table, part="n")
    bme, bme_workforce = people(table, ("bme",)), people(table, ("bme",), "n")
    unknown, unknown_workforce = people(table, ("unknown",)), people(table, ("unknown",), "n")
    elsewhere = unknown_workforce - unknown
    return (
        100 * (bme / band - (bme_workforce + elsewhere) / workforce),
        100 * ((bme + unknown) / band - (bme_workforce + unknown) / workforce),
    )


def _workforce_share(pool: Pool) -> Floats:
    return np.asarray(people(pool.entities, ("bme",), "n") / people(pool.entities, part="n"))


def _gap(pool: Pool, settings: StatisticsSettings) -> Estimate:
    band, bme = people(pool.entities), people(pool.entities, ("bme",))
    workforce, bme_workforce = people(pool.entities, part="n"), people(pool.entities, ("bme",), "n")
    found = statistics.gap_of_part(
        bme,
        band,
        bme_workforce,
        workforce,
        method=settings.difference_method,
        confidence=settings.confidence,
    )
    size = len(band)
    return Estimate(
        100 * found.gap.estimate,
        100 * found.gap.lower,
        100 * found.gap.upper,
        found.decision.p_value,
        found.decision.sparse,
        found.decision.cannot_be_significant,
        constant(f"{INTERVALS[settings.difference_method]}, band against the rest of the workforce", size),
        texts(found.decision.test),
        texts(found.gap.reason),
    )


def _pooled_gap(pool: Pool, settings: StatisticsSettings) -> Estimate:
    band, bme = people(pool.parts), people(pool.parts, ("bme",))
    rest = people(pool.parts, part="n") - band
    bme_rest = people(pool.parts, ("bme",), "n") - bme
    other = 1 - people(pool.entities) / people(pool.entities, part="n")
    return pooled_difference(pool, (bme, band, bme_rest, rest), settings, scale=other)
