"""Disclosure control: small numbers are taken out before anything downstream sees them.

Nothing after :func:`protect` holds an unsuppressed small number. Which figures are computed belongs in
:mod:`wres.analysis`; here it is only decided whether they may be shown.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from wres.definitions import definitions
from wres.params import DisclosureSettings
from wres.results import COUNTS

ENTITY = ["year", "level", "code"]
CELL = [*ENTITY, "indicator", "staff_group", "category"]
NUMBERS = [
    "value",
    "lower",
    "upper",
    *COUNTS,
    "p_value",
    "q_value",
    "minimum_detectable",
    "people_equivalent",
]
SUMMED_TO = ("region", "icb_code", "type")
PEOPLE_IN_PUBLIC_OFFICE = "9"
TIER_CELLS = {
    "lower_to_middle": ("bands_1_to_5", "bands_6_to_7"),
    "middle_to_upper": ("bands_6_to_7", "bands_8a_to_vsm"),
    "lower_to_upper": ("bands_1_to_5", "bands_8a_to_vsm"),
}


def protect(rows: pd.DataFrame, organisations: pd.DataFrame, settings: DisclosureSettings) -> pd.DataFrame:
    """Suppress every row from which a small number of people could be learned.

    Parameters
    ----------
    rows
        All rows of the results table, unprotected.
    organisations
        The organisations table: which organisations add up to which region.
    settings
        Threshold: counts of 1 to ``threshold - 1`` people are small. Survey results need
        ``survey_threshold`` respondents. Board members hold public office and their numbers are published.

    Returns
    -------
    DataFrame
        The same rows; suppressed ones have the status ``suppressed`` and blank numbers, never 0.
    """
    if settings.already_public:
        return rows
    cells = _cells(rows, settings)
    cells = _secondary(cells, organisations)
    hidden = pd.MultiIndex.from_frame(cells.loc[cells["hidden"], CELL])
    suppressed = pd.MultiIndex.from_frame(rows[CELL]).isin(hidden)
    suppressed |= _ratios_of_hidden_tiers(rows, hidden)
    suppressed |= _changes_from_hidden(rows, suppressed)
    suppressed &= rows["status"].isin(["published", "insufficient"]).to_numpy()
    protected = rows.copy()
    protected.loc[suppressed, NUMBERS] = np.nan
    protected.loc[suppressed, ["verdict", "note"]] = ""
    protected.loc[suppressed, "status"] = "suppressed"
    return protected


def _cells(rows: pd.DataFrame, settings: DisclosureSettings) -> pd.DataFrame:
    """One row a cell that is published as a whole: its size, and whether a small number stands in it."""
    survey = {code for code, i in definitions().indicators.items() if i.kind == "survey"}
    counts = rows[list(COUNTS)]
    sensitive = counts[["numerator", "white_numerator", "bme_numerator"]]
    small = ((sensitive > 0) & (sensitive < settings.threshold)).any(axis=1)
    small &= rows["ethnicity"].ne("unknown")  # that somebody's ethnicity is not known says nothing of it
    respondents = counts[["denominator", "white_denominator", "bme_denominator"]]
    few = rows["indicator"].isin(survey) & (respondents < settings.survey_threshold).any(axis=1)
    public = rows["indicator"].eq(PEOPLE_IN_PUBLIC_OFFICE)
    size = counts[["numerator", "bme_numerator"]].max(axis=1).fillna(0.0)
    marked = rows[CELL].assign(hidden=(small | few) & ~public, size=size)
    cells = marked[rows["statistic"].ne("change") & rows["statistic"].ne("disparity_ratio")]
    return cells.groupby(CELL, as_index=False, observed=True).agg(
        hidden=("hidden", "any"), size=("size", "max")
    )


def _secondary(cells: pd.DataFrame, organisations: pd.DataFrame) -> pd.DataFrame:
    """Hide a second part of every published sum that has just one hidden part, until none is left.

    The smallest other part is hidden, ties going to the first in the order of the keys, so that the result
    does not depend on the order of the rows.
    """
    cells = cells.sort_values(CELL, ignore_index=True)
    relations = list(_sums(cells, organisations))
    changed = True
    while changed:
        changed = False
        for members, sums in relations:
            more = _lone(cells, members, sums)
            if len(more):
                cells.loc[more, "hidden"] = True
                changed = True
    return cells


def _lone(cells: pd.DataFrame, members: pd.Index, sums: pd.Series) -> pd.Index:
    """For each sum with exactly one hidden member, the smallest member that is not hidden."""
    part = cells.loc[members, ["hidden", "size"]].assign(sum=sums)
    hidden = part.groupby("sum")["hidden"].transform("sum")
    candidates = part[(hidden == 1) & ~part["hidden"]]
    return candidates.sort_values("size", kind="stable").drop_duplicates("sum").index


def _sums(cells: pd.DataFrame, organisations: pd.DataFrame) -> Iterator[tuple[pd.Index, pd.Series]]:
    """Every kind of published sum: the cells that are parts of one, and for each the sum it is part of."""
    known = definitions()
    one = cells["indicator"].eq("1")
    grouped = [*ENTITY, "staff_group"]
    banded = one & cells["category"].ne("") & ~cells["category"].isin(known.clusters)
    yield _parts(cells[banded], grouped)
    for cluster in known.clusters.values():
        yield _parts(cells[one & cells["category"].isin(cluster.bands)], grouped)
    across = one & (cells["staff_group"].ne("all") | cells["category"].isin(known.bands))
    yield _parts(cells[across], [*ENTITY, "category"])
    places = organisations.set_index("organisation_code")
    for level in SUMMED_TO:
        place = cells["code"].map(places[level]).where(cells["level"].eq("organisation")).fillna("")
        inside = cells.assign(place=place)[place.ne("") & ~_left_out(cells, level)]
        yield _parts(inside, ["year", "indicator", "staff_group", "category", "place"])


def _parts(cells: pd.DataFrame, sums: list[str]) -> tuple[pd.Index, pd.Series]:
    return cells.index, cells.groupby(sums, observed=True).ngroup()


def _left_out(cells: pd.DataFrame, level: str) -> pd.Series:
    """Cells whose sum at the level is not published."""
    return cells["indicator"].eq("1") & cells["category"].isin(definitions().bands) & (level != "region")


def _ratios_of_hidden_tiers(rows: pd.DataFrame, hidden: pd.MultiIndex) -> np.ndarray:
    result = np.zeros(len(rows), dtype=bool)
    for category, tiers in TIER_CELLS.items():
        mask = (rows["statistic"].eq("disparity_ratio") & rows["category"].eq(category)).to_numpy()
        for tier in tiers:
            cell = pd.MultiIndex.from_frame(rows.loc[mask, CELL].assign(category=tier))
            result[mask] |= cell.isin(hidden)
    return result


def _changes_from_hidden(rows: pd.DataFrame, suppressed: np.ndarray) -> np.ndarray:
    """A change may be shown only where the gaps of both years are."""
    hidden = rows.loc[suppressed, CELL]
    year_after = pd.MultiIndex.from_frame(hidden.assign(year=hidden["year"] + 1))
    return rows["statistic"].eq("change").to_numpy() & pd.MultiIndex.from_frame(rows[CELL]).isin(year_after)
