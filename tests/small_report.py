"""Reports on one organisation, made of rows written by hand."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from small_england import YEAR, collection, organisation, publication
from wres import pipeline, results
from wres.definitions import NATION, definitions
from wres.report.slices import Slice, place
from wres.results import GOAL_COLUMNS


def gap_row(code: str, value: float, /, **changes: object) -> dict[str, object]:
    """The headline gap of an indicator; blank counts and a published, inconclusive verdict unless given."""
    indicator = definitions().indicators[code]
    row = {
        "year": YEAR,
        "level": "organisation",
        "code": "A",
        "name": "Trust A",
        "indicator": code,
        "statistic": indicator.gap,
        "value": value,
        "lower": np.nan,
        "upper": np.nan,
        "confidence": 0.95,
        "status": "published",
        "verdict": "inconclusive",
        "basis": "counts",
        **place(indicator),
    }
    return row | changes


def share_row(code: str, ethnicity: str, value: float, /, **changes: object) -> dict[str, object]:
    """A percentage of one ethnic group at an indicator's headline."""
    return gap_row(code, value, statistic="percentage", ethnicity=ethnicity, verdict="", **changes)


def counted(white: tuple[int, int], bme: tuple[int, int]) -> dict[str, int]:
    """Counts and bases of both groups."""
    names = ("white_numerator", "white_denominator", "bme_numerator", "bme_denominator")
    return dict(zip(names, (*white, *bme), strict=True))


def report_of(
    *rows: dict[str, object],
    kind: str = "acute",
    goal: dict[str, object] | None = None,
    code: str = "A",
    **settings: object,
) -> Slice:
    """The slice that a notebook would see."""
    table = results.conform(pd.DataFrame(list(rows), columns=list(results.NAMES)))
    goals = pd.DataFrame([goal] if goal else [], columns=list(GOAL_COLUMNS))
    organisations = collection([organisation("A", kind)]).organisations
    return Slice(publication(**settings), table, goals, organisations, code, synthetic=False)


def computed_report(
    organisations: Iterable[dict], returns: Iterable[dict], code: str = "A", **settings: object
) -> Slice:
    """The slice of a collection that went through the whole pipeline."""
    given = collection(organisations, returns)
    first = int(given.returns["year"].min())
    made = publication(first_year=first, **settings)
    computed = pipeline.compute(given, made)
    own = computed.indicators["code"].isin([code, NATION])
    return Slice(
        made,
        computed.indicators[own],
        computed.goals,
        given.organisations,
        code,
        synthetic=False,
        paths=computed.paths,
        comparisons=computed.comparisons,
    )
