"""Indicator 9: the BME share of the board against that of the workforce.

A board is about 14 people, so a single board can rarely be told apart from its workforce; the row says so, and
how many BME members would match the workforce follows from ``people_equivalent``. Executives are employees and
so part of the workforce that the board is compared with; non-executives are not.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import numpy as np
import pandas as pd

from wres import statistics
from wres.analysis.counts import people
from wres.analysis.pool import PLACE, Estimate, Floats, Pool
from wres.analysis.rows import (
    CLUSTERED,
    INTERVALS,
    gap_rows,
    percentage_rows,
    pooled_difference,
    with_few_marked,
    with_verdicts,
)
from wres.analysis.sensitivity import sensitivity
from wres.analysis.texts import constant, joined_notes, marked
from wres.analysis.verdicts import CANNOT
from wres.definitions import Indicator
from wres.params import StatisticsSettings

# The parts of the board that are reported, and which of their members are employees.
INSIDE = {
    "": "executive",
    "voting": "voting_executive",
    "non_voting": "non_voting_executive",
    "executive": "executive",
    "non_executive": "none",
}


def board_rows(
    pool: Pool, indicator: Indicator, types: pd.Series, settings: StatisticsSettings
) -> list[pd.DataFrame]:
    """Shares of the board by ethnicity and the gap to the workforce: the whole board and its parts.

    Parameters
    ----------
    pool
        Entities of indicator 9; ``x`` is the board and ``n`` the whole workforce.
    indicator, types, settings
        As in :func:`wres.analysis.likelihood.likelihood_rows`.
    """
    boards = with_executives(pool).where(pool.entities["category"].isin(INSIDE) & (people(pool.entities) > 0))
    compared = boards.where(people(boards.entities, part="n") > 0)

    def estimate(pool: Pool) -> Estimate:
        return pool.estimate(partial(_gap, settings=settings), partial(_pooled_gap, settings=settings))

    found = estimate(compared)
    unknown = sensitivity(compared, indicator, found, estimate, _bounds, 0.0, 1 - settings.confidence)
    members, bme = people(compared.entities), people(compared.entities, ("bme",))
    workforce = people(compared.entities, part="n")
    share = people(compared.entities, ("bme",), "n") / workforce
    detectable = statistics.minimum_detectable_difference(
        share, members, workforce, alpha=1 - settings.confidence, direction="down"
    ).effect
    gaps = gap_rows(compared, found, "difference", settings, 100 * detectable, bme - members * share, unknown)
    gaps = gaps.assign(numerator=bme, denominator=members)
    together = _observed_over_expected(compared.several, settings)
    return [
        *percentage_rows(boards, indicator, settings),
        *(with_verdicts(rows, types, indicator.adverse_sign, settings) for rows in (gaps, together)),
    ]


def _observed_over_expected(pool: Pool, settings: StatisticsSettings) -> pd.DataFrame:
    """BME members of several boards over those that the workforces beside them would give (Mantel-Haenszel).

    What one board can't show many can, and a board is held to its own workforce. Executives are a negligible part
    of these workforces and stay in them.
    """
    members, bme = people(pool.parts), people(pool.parts, ("bme",))
    workforce, bme_workforce = people(pool.parts, part="n"), people(pool.parts, ("bme",), "n")
    beside = workforce > 0
    each = np.where(beside, members * bme_workforce / np.where(beside, workforce, 1), 0.0)
    size = len(pool.entities)
    expected, observed = (
        np.bincount(pool.entity, x, minlength=size).astype(np.float64)
        for x in (each, np.where(beside, bme, 0.0))
    )
    found = statistics.mantel_haenszel_ratio(
        bme, members, bme_workforce, workforce, pool.entity, settings.confidence, spread="wider"
    )
    no = np.zeros(size, dtype=bool)
    counted = [f"{o:.0f} observed, {e:.1f} expected" for o, e in zip(observed, expected, strict=True)]
    estimate = Estimate(
        found.estimate,
        found.lower,
        found.upper,
        found.p_value,
        no,
        no,
        constant(f"Mantel-Haenszel ratio of boards to workforces; {CLUSTERED}", size),
        constant("Wald test on the same standard error", size),
        joined_notes(with_few_marked(found.reason, pool), counted),
    )
    blank = np.full(size, np.nan)
    rows = gap_rows(pool, estimate, "relative_likelihood_mh", settings, blank, observed - expected)
    return rows.assign(numerator=people(pool.entities, ("bme",)), denominator=people(pool.entities))


def with_executives(pool: Pool) -> Pool:
    """Put beside each part of the board its executives; none where roles were not given."""
    place = [name for name in PLACE if name != "category"]
    counted = pool.entities.assign(inside_x=people(pool.entities), inside_bme_x=pool.entities["bme_x"])
    executives = counted[[*place, "category", "inside_x", "inside_bme_x"]].rename(
        columns={"category": "inside"}
    )
    keyed = pool.entities.assign(inside=pool.entities["category"].map(INSIDE))
    entities = keyed.merge(executives, on=[*place, "inside"], how="left")
    return replace(pool, entities=entities.fillna({"inside_x": 0.0, "inside_bme_x": 0.0}))


def _gap(pool: Pool, settings: StatisticsSettings) -> Estimate:
    """Board against workforce, executives taken out of the workforce that they are compared with.

    With the fraction g of the workforce on the board, gap = (1 - g)(board - rest) + g(board - executives). A board
    of whose size not even one without any BME member is too few to be chance is marked as unable to show it.
    """
    members, bme = people(pool.entities), people(pool.entities, ("bme",))
    workforce, bme_workforce = people(pool.entities, part="n"), people(pool.entities, ("bme",), "n")
    inside = pool.entities["inside_x"].to_numpy(float)
    bme_inside = pool.entities["inside_bme_x"].to_numpy(float)
    rest, bme_rest = workforce - inside, bme_workforce - bme_inside
    found = statistics.difference(
        bme, members, bme_rest, rest, method=settings.difference_method, confidence=settings.confidence
    )
    overlap = inside / workforce
    shift = overlap * (bme / members - bme_inside / np.maximum(inside, 1))
    exact = statistics.hypergeometric_midp(bme, members, bme + bme_rest, members + rest)
    decision = statistics.decide(bme, members, bme_rest, rest, 1 - settings.confidence)
    nobody = statistics.hypergeometric_midp(0 * members, members, bme + bme_rest, members + rest).p_value
    too_small = (found.estimate <= 0) & (nobody > 1 - settings.confidence)
    size = len(members)
    return Estimate(
        100 * ((1 - overlap) * found.estimate + shift),
        100 * ((1 - overlap) * found.lower + shift),
        100 * ((1 - overlap) * found.upper + shift),
        exact.p_value,
        decision.sparse,
        decision.cannot_be_significant,
        constant(INTERVALS[settings.difference_method], size),
        constant("hypergeometric mid-p test", size),
        joined_notes(found.reason, marked(too_small, CANNOT)),
    )


def _bounds(table: pd.DataFrame) -> tuple[Floats, Floats]:
    """Least and greatest gap of a board in points, as if nobody unknown sat on it and were staff as well."""
    members, workforce = people(table), people(table, part="n")
    bme, bme_workforce = people(table, ("bme",)), people(table, ("bme",), "n")
    unknown, unknown_workforce = people(table, ("unknown",)), people(table, ("unknown",), "n")
    return (
        100 * (bme / members - (bme_workforce + unknown_workforce) / workforce),
        100 * ((bme + unknown) / members - bme_workforce / workforce),
    )


def _pooled_gap(pool: Pool, settings: StatisticsSettings) -> Estimate:
    members, bme = people(pool.parts), people(pool.parts, ("bme",))
    workforce, bme_workforce = people(pool.parts, part="n"), people(pool.parts, ("bme",), "n")
    return pooled_difference(pool, (bme, members, bme_workforce, workforce), settings)
