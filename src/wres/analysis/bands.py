"""Indicator 1: whether the bands of an organisation differ, and whether the BME share rises or falls over them.

The bands are ordered and are tested together, clinical and non-clinical staff apart because their pipelines have
different shapes; one trend for both is found within the two. Medical grades have no order, so only whether they
differ is tested. Each band's own gap belongs in :mod:`wres.analysis.representation`.

Levels above an organisation have no such rows: their people come in organisations, of which these tests know
nothing.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from wres import statistics
from wres.analysis.counts import UNIT
from wres.analysis.pool import Floats
from wres.analysis.rows import families
from wres.analysis.texts import Texts, labelled, texts
from wres.definitions import definitions
from wres.params import StatisticsSettings

BANDED = ("clinical", "non_clinical")
GRADED = "medical_dental"
SLOPE = "logistic slope from a band to the next, Wald interval"


class Pipeline(NamedTuple):
    """BME people, and all of known ethnicity, in the bands of one staff group: a row an organisation and year."""

    staff_group: str
    bme: pd.DataFrame
    known: pd.DataFrame


def band_rows(
    counts: pd.DataFrame, organisations: pd.DataFrame, settings: StatisticsSettings
) -> pd.DataFrame:
    """Tests over all bands, of people of known ethnicity: a row a test, staff group, organisation and year.

    ``band_homogeneity`` is Cramer's V with the chi-squared test; ``band_trend`` the factor by which the odds of
    being BME change from a band to the next, with the Cochran-Armitage test; ``band_nonlinearity`` tests what the
    bands leave beside such a line, as a share that peaks in the middle does. Where fewer than two bands have
    staff there is no row.

    Parameters
    ----------
    counts
        Count table.
    organisations
        The organisations table.
    settings
        Confidence of the publication.
    """
    known = definitions()
    staff = counts[counts["indicator"].eq("1")].astype({"organisation_code": "str", "category": "str"})
    staff = staff[staff["organisation_code"].isin(organisations["organisation_code"])]
    banded = [_pipeline(staff, group, list(known.bands)) for group in BANDED]
    graded = _pipeline(staff, GRADED, list(known.medical_grades))
    tables = [_homogeneity(pipeline, settings) for pipeline in (*banded, graded)]
    for pipeline in banded:
        tables += [_trend([pipeline], pipeline.staff_group, settings), _nonlinearity(pipeline, settings)]
    tables.append(_trend(banded, "all", settings))
    rows = pd.concat(tables, ignore_index=True)
    places = organisations.set_index("organisation_code")
    return rows.assign(
        name=rows["code"].map(places["organisation"]),
        q_value=statistics.benjamini_hochberg(rows["p_value"], families(rows, places["type"])),
    )


def _pipeline(staff: pd.DataFrame, group: str, categories: list[str]) -> Pipeline:
    of_group = staff[staff["staff_group"].eq(group) & staff["category"].isin(categories)]
    people = of_group.assign(known=of_group["white_x"] + of_group["bme_x"])
    bme, known = (
        people.pivot(index=UNIT, columns="category", values=name).reindex(columns=categories).fillna(0.0)
        for name in ("bme_x", "known")
    )
    return Pipeline(group, bme, known)


def _homogeneity(pipeline: Pipeline, settings: StatisticsSettings) -> pd.DataFrame:
    found = statistics.homogeneity(pipeline.bme, pipeline.known)
    resampled = f"chi-squared test, {statistics.overlap.RESAMPLES:,} resamples with the same margins"
    return _rows(
        pipeline,
        settings,
        "band_homogeneity",
        value=found.cramers_v,
        p_value=found.p_value,
        method="Cramer's V",
        test=np.where(found.resampled, resampled, "chi-squared test times (N-1)/N"),
        note=_chi_squared(found.statistic, found.degrees),
    )


def _nonlinearity(pipeline: Pipeline, settings: StatisticsSettings) -> pd.DataFrame:
    found = statistics.ordered_trend(pipeline.bme, pipeline.known)
    bands = (pipeline.known > 0).sum(axis=1).to_numpy()
    return _rows(
        pipeline,
        settings,
        "band_nonlinearity",
        value=np.sqrt(found.lack_of_linearity / pipeline.known.sum(axis=1).to_numpy()),
        p_value=found.lack_p_value,
        method="Cramer's V of what the trend leaves",
        test="chi-squared test of homogeneity less trend",
        note=_chi_squared(found.lack_of_linearity, bands - 2),
    )


def _trend(pipelines: list[Pipeline], staff_group: str, settings: StatisticsSettings) -> pd.DataFrame:
    """The trend within one staff group, or within several as one."""
    units = pipelines[0].known.index
    for pipeline in pipelines[1:]:
        units = units.union(pipeline.known.index)
    bme, known = (
        [getattr(pipeline, name).reindex(units).fillna(0.0) for pipeline in pipelines]
        for name in ("bme", "known")
    )
    found = statistics.stratified_trend(
        np.stack(bme, axis=1), np.stack(known, axis=1), None, settings.confidence
    )
    return _rows(
        Pipeline(staff_group, sum(bme[1:], bme[0]), sum(known[1:], known[0])),
        settings,
        "band_trend",
        value=found.odds_ratio,
        lower=found.lower,
        upper=found.upper,
        p_value=found.p_value,
        method=SLOPE,
        test="Cochran-Armitage trend" + (" within staff groups (Mantel)" if len(pipelines) > 1 else ""),
        note=texts(found.reason),
    )


def _chi_squared(statistic: Floats, degrees: Floats) -> Texts:
    return texts(
        [
            f"chi-squared {x:.1f} on {df:.0f} degrees of freedom"
            for x, df in zip(statistic, degrees, strict=True)
        ]
    )


def _rows(
    pipeline: Pipeline, settings: StatisticsSettings, statistic: str, **columns: Floats | Texts | str
) -> pd.DataFrame:
    """Rows of one test, of the organisations in which it could be made."""
    units = pipeline.known.index.to_frame(index=False).rename(columns={"organisation_code": "code"})
    rows = units.assign(
        numerator=pipeline.bme.sum(axis=1).to_numpy(),
        denominator=pipeline.known.sum(axis=1).to_numpy(),
        confidence=settings.confidence,
        **columns,
    )
    labels = {"level": "organisation", "indicator": "1", "staff_group": pipeline.staff_group, "category": ""}
    of_all = {"statistic": statistic, "ethnicity": "", "basis": "counts", "status": "published"}
    return labelled(rows[rows["p_value"].notna()], **labels, **of_all)
