"""Rows of the results table, put together the same way for every indicator.

Percentages by ethnicity and the finishing of gaps (q-values, verdicts) belong here. Which gap an indicator has
and how it is tested belongs in the module of its kind.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import numpy as np
import numpy.typing as npt
import pandas as pd

from wres import statistics
from wres.analysis.counts import GROUPS, people
from wres.analysis.pool import PLACE, Bools, Estimate, Floats, Interval, Pool
from wres.analysis.sensitivity import DEPENDS, Sensitivity
from wres.analysis.texts import Column, Texts, constant, constants, joined_notes, marked, texts
from wres.analysis.verdicts import Evidence, PracticalRange, decide_verdicts
from wres.definitions import Indicator
from wres.params import StatisticsSettings

INTERVALS = {
    "scas": "SCAS interval (skewness-corrected score)",
    "miettinen_nurminen": "Miettinen-Nurminen interval",
    "koopman": "Koopman interval",
    "katz_log": "Katz log interval",
    "newcombe": "Newcombe hybrid interval",
}
CLUSTERED = "interval robust to differences between organisations, t(K-1)"
FEW_ORGANISATIONS = 10
FEW = "few organisations"
FAMILY = ("year", "indicator", "staff_group", "category", "statistic")

Table = tuple[Floats, Floats, Floats, Floats]


def percentage_rows(pool: Pool, indicator: Indicator, settings: StatisticsSettings) -> list[pd.DataFrame]:
    """Percentages by ethnicity with intervals, for every entity, a table an ethnicity.

    Of indicators 1 and 9 they are shares of the band or board, unknown ethnicity in the denominator, with the
    BME share of those of known ethnicity beside it; of the others, shares of each ethnic group.
    """
    if indicator.denominator == "group":
        return rate_rows(pool, settings)
    return share_rows(pool, settings)


def rate_rows(pool: Pool, settings: StatisticsSettings) -> list[pd.DataFrame]:
    """Percentages of each ethnic group that were counted, a table an ethnicity."""
    bases = {group: pool.entities[f"{group}_n"].to_numpy(float) for group in GROUPS}
    return [_percentages(pool, group, f"{group}_n", bases[group], settings) for group in GROUPS]


def share_rows(pool: Pool, settings: StatisticsSettings) -> list[pd.DataFrame]:
    """Shares of each ethnic group in everybody counted, and the BME share of those of known ethnicity."""
    everybody = people(pool.entities)
    known = people(pool.entities, ("white", "bme"))
    rows = [_percentages(pool, group, "", everybody, settings) for group in GROUPS]
    rows.append(_percentages(pool, "bme", "known", known, settings, "percentage_of_known"))
    return rows


def gap_rows(
    pool: Pool,
    estimate: Estimate,
    statistic: str,
    settings: StatisticsSettings,
    minimum_detectable: Floats,
    people_equivalent: Floats,
    unknown: Sensitivity | None = None,
) -> pd.DataFrame:
    """Rows of one gap statistic before verdicts: estimate, interval, test, and the counts behind them."""
    entities = pool.entities
    cells = {
        f"{group}_{name}": entities[f"{group}_{part}"]
        for group in ("white", "bme")
        for part, name in (("x", "numerator"), ("n", "denominator"))
    }
    if_unknown = {}
    if unknown is not None:
        if_unknown = {
            "if_unknown_white": unknown.if_white,
            "if_unknown_bme": unknown.if_bme,
            "unknown_lower": unknown.lowest,
            "unknown_upper": unknown.highest,
        }
    return _placed(
        entities,
        value=estimate.value,
        lower=estimate.lower,
        upper=estimate.upper,
        confidence=settings.confidence,
        **cells,
        method=estimate.method,
        test=estimate.test,
        p_value=estimate.p_value,
        minimum_detectable=minimum_detectable,
        people_equivalent=people_equivalent,
        status=published_where(~np.isnan(estimate.value)),
        note=_noted(estimate.note, unknown),
        sparse=estimate.sparse,
        cannot_be_significant=estimate.cannot_be_significant,
        **if_unknown,
        **constants(len(entities), statistic=statistic, ethnicity="", basis="counts"),
    )


def _placed(entities: pd.DataFrame, **columns: Column | float) -> pd.DataFrame:
    """The places of entities with columns beside them."""
    places = {name: entities[name] for name in PLACE}
    return pd.DataFrame(places | columns, index=entities.index, copy=False)


def _noted(note: Texts, unknown: Sensitivity | None) -> Texts:
    return note if unknown is None else joined_notes(note, marked(unknown.depends, DEPENDS))


def published_where(known: Bools) -> pd.Categorical[str]:
    """The status of rows that have an estimate, and of those whose counts give none."""
    return pd.Categorical.from_codes(known.astype(np.int8), pd.Index(["insufficient", "published"]))


def practical_range(statistic: str, settings: StatisticsSettings) -> PracticalRange:
    """The gaps of a statistic that are too small to matter in practice."""
    if statistic in ("relative_likelihood", "relative_likelihood_mh", "disparity_ratio"):
        return PracticalRange(settings.practical_ratio[0], 1.0, settings.practical_ratio[1])
    return PracticalRange(-settings.practical_points, 0.0, settings.practical_points)


def decision(
    found: statistics.Contrast, tables: Table, method: str, settings: StatisticsSettings
) -> statistics.Decision:
    """Which p-value decides on two groups: that of the interval, or of an exact test where counts are sparse."""
    own_p = None if method == "scas" else found.p_value
    return statistics.decide(*tables, 1 - settings.confidence, own_p)


def with_verdicts(
    rows: pd.DataFrame,
    types: pd.Series,
    adverse_sign: int,
    settings: StatisticsSettings,
) -> pd.DataFrame:
    """Add q-values and verdicts to gap rows.

    Parameters
    ----------
    rows
        Rows of :func:`gap_rows`, of ratios or of differences.
    types
        Organisation type by organisation code: the organisations of one type are one family of tests
        (Benjamini & Hochberg 1995). Levels above an organisation are separate, unadjusted questions.
    adverse_sign
        +1 where a gap above "no gap" is adverse to BME staff, -1 where one below it is.
    """
    if rows.empty:
        return rows
    practical = practical_range(rows["statistic"].iloc[0], settings)
    organisation = rows["level"].eq("organisation").to_numpy()
    p = rows["p_value"].to_numpy(float)
    unattainable = rows["cannot_be_significant"].to_numpy(bool)
    in_family = organisation & ~unattainable
    adjusted = statistics.benjamini_hochberg(np.where(in_family, p, np.nan), families(rows, types))
    evidence = Evidence(
        rows["value"].to_numpy(float),
        rows["lower"].to_numpy(float),
        rows["upper"].to_numpy(float),
        p,
        np.where(in_family, adjusted, p),
        rows["sparse"].to_numpy(bool),
        unattainable,
    )
    verdicts, notes = decide_verdicts(
        evidence, practical, adverse_sign, 1 - settings.confidence, settings.fdr
    )
    return rows.assign(
        q_value=adjusted,
        verdict=verdicts,
        note=joined_notes(rows["note"], notes),
    )


def families(rows: pd.DataFrame, types: pd.Series) -> npt.NDArray[np.int64]:
    """Number the families of tests: the organisations of one type, in everything else that a row is about.

    Parameters
    ----------
    rows
        Rows with the columns of ``FAMILY`` and ``code``.
    types
        Organisation type by organisation code.
    """
    organisations = texts(rows["code"])
    kinds, _ = pd.factorize(types.reindex(organisations.categories), use_na_sentinel=False)
    family: npt.NDArray[np.int64] = kinds[organisations.codes].astype(np.int64)
    for name in FAMILY:
        codes, values = pd.factorize(rows[name])
        family = family * len(values) + codes
    return family


def pooled_difference(
    pool: Pool, tables: Table, settings: StatisticsSettings, scale: Floats | float = 1.0
) -> Estimate:
    """Crude difference of two groups over the organisations of each entity, in percentage points.

    Parameters
    ----------
    pool
        Entities of several organisations.
    tables
        Counts and bases of the two groups, an element an organisation.
    settings
        Confidence of the publication.
    scale
        What the difference is multiplied by, an element an entity.
    """
    found = statistics.crude_difference(*tables, pool.entity, settings.confidence, spread="wider")
    size = len(found.estimate)
    no = np.zeros(size, dtype=bool)
    return Estimate(
        100 * scale * found.estimate,
        100 * scale * found.lower,
        100 * scale * found.upper,
        found.p_value,
        no,
        no,
        constant(f"crude difference; {CLUSTERED}", size),
        constant("Wald test on the same standard error", size),
        with_few_marked(found.reason, pool),
    )


def with_few_marked(notes: Sequence[str] | Column, pool: Pool) -> Texts:
    """The notes of pooled figures, with a mark where how organisations differ is itself hard to tell."""
    return joined_notes(notes, marked(pool.sizes < FEW_ORGANISATIONS, FEW))


def _percentages(
    pool: Pool,
    group: str,
    base: str,
    denominator: Floats,
    settings: StatisticsSettings,
    statistic: str = "percentage",
) -> pd.DataFrame:
    """Percentage rows of one ethnic group, left out where nobody was or could have been counted."""
    found = pool.estimate(
        partial(_wilson, group=group, base=base, settings=settings),
        partial(_clustered, group=group, base=base, settings=settings),
    )
    counted = pool.entities[f"{group}_x"]
    rows = _placed(
        pool.entities,
        value=found.value,
        lower=found.lower,
        upper=found.upper,
        confidence=settings.confidence,
        numerator=counted,
        denominator=denominator,
        method=found.method,
        **constants(
            len(counted), statistic=statistic, ethnicity=group, basis="counts", status="published", note=""
        ),
    )
    kept = (denominator > 0) & counted.notna().to_numpy()
    return rows if kept.all() else rows[kept]


def _base(table: pd.DataFrame, base: str) -> Floats:
    if base == "":
        return people(table)
    return people(table, ("white", "bme")) if base == "known" else table[base].to_numpy(float)


def _wilson(pool: Pool, group: str, base: str, settings: StatisticsSettings) -> Interval:
    x, n = people(pool.entities, (group,)), _base(pool.entities, base)
    limits = statistics.wilson(x, n, settings.confidence)
    share = np.divide(x, n, out=np.full(len(n), np.nan), where=n > 0)
    return _percent(share, limits.lower, limits.upper, "Wilson interval")


def _clustered(pool: Pool, group: str, base: str, settings: StatisticsSettings) -> Interval:
    x, n = people(pool.parts, (group,)), _base(pool.parts, base)
    found = statistics.crude_proportion(x, n, pool.entity, settings.confidence, spread="wider")
    return _percent(found.estimate, found.lower, found.upper, CLUSTERED)


def _percent(value: Floats, lower: Floats, upper: Floats, method: str) -> Interval:
    return Interval(100 * value, 100 * lower, 100 * upper, constant(method, len(value)))
