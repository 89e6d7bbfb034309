"""Disclosure control: small numbers are taken out before anything downstream sees them.

Nothing after :func:`protect` holds an unsuppressed small number, nor what is needed to work one out by a
subtraction. Which figures are computed belongs in :mod:`wres.analysis`; here it is only decided whether they
may be shown.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
import pandas as pd

from wres.analysis.counts import before_opening, final_successors, memberships
from wres.analysis.pool import LEVELS_WITHOUT_BANDS
from wres.definitions import NATION, definitions
from wres.params import DisclosureSettings
from wres.results import COUNTS

CELL = ["year", "level", "code", "indicator", "staff_group", "category"]
NUMBERS = [
    "value",
    "lower",
    "upper",
    *COUNTS,
    "p_value",
    "q_value",
    "minimum_detectable",
    "people_equivalent",
    "if_unknown_white",
    "if_unknown_bme",
    "unknown_lower",
    "unknown_upper",
]
FIGURES = ["published", "insufficient"]
OVER_BANDS = ["band_homogeneity", "band_trend", "band_nonlinearity"]
DERIVED = ["change", "disparity_ratio", *OVER_BANDS]
WORKFORCE = {"indicator": "1", "staff_group": "all", "category": ""}
PEOPLE_IN_PUBLIC_OFFICE = "9"
TIER_CELLS = {
    "lower_to_middle": ("bands_1_to_5", "bands_6_to_7"),
    "middle_to_upper": ("bands_6_to_7", "bands_8a_to_vsm"),
    "lower_to_upper": ("bands_1_to_5", "bands_8a_to_vsm"),
}

Bools = npt.NDArray[np.bool_]


def protect(rows: pd.DataFrame, organisations: pd.DataFrame, settings: DisclosureSettings) -> pd.DataFrame:
    """Suppress every row from which a small number of people could be learned.

    Parameters
    ----------
    rows
        All rows of the results table, unprotected.
    organisations
        The organisations table: which organisations add up to which region, and which followed which.
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
    hidden = pd.MultiIndex.from_frame(cells.loc[_hidden(cells, organisations), CELL])
    suppressed = _among(rows, hidden)
    suppressed |= _compared_with_workforce(rows) & _among(rows, hidden, **WORKFORCE)
    for category, tiers in TIER_CELLS.items():
        ratios = (rows["statistic"].eq("disparity_ratio") & rows["category"].eq(category)).to_numpy()
        for tier in tiers:
            suppressed[ratios] |= _among(rows[ratios], hidden, category=tier)
    suppressed |= _over_hidden_bands(rows, hidden)
    suppressed |= _changes_from_hidden(rows, suppressed)
    suppressed &= rows["status"].isin(FIGURES).to_numpy()
    protected = rows.copy()
    protected.loc[suppressed, NUMBERS] = np.nan
    for column, word in {"verdict": "", "note": "", "status": "suppressed"}.items():
        protected[column] = protected[column].astype("str").mask(suppressed, word)
    return protected


def _cells(rows: pd.DataFrame, settings: DisclosureSettings) -> pd.DataFrame:
    """One row a cell that is published as a whole: its size, and whether a small number stands in it."""
    rows = rows[rows["status"].isin(FIGURES) & ~rows["statistic"].isin(DERIVED)]
    survey = {code for code, i in definitions().indicators.items() if i.kind == "survey"}
    counts = rows[list(COUNTS)]
    sensitive = counts[["numerator", "white_numerator", "bme_numerator"]]
    small = ((sensitive > 0) & (sensitive < settings.threshold)).any(axis=1)
    small &= rows["ethnicity"].ne("unknown")  # that somebody's ethnicity is not known says nothing of it
    respondents = counts[["denominator", "white_denominator", "bme_denominator"]]
    few = rows["indicator"].isin(survey) & (respondents < settings.survey_threshold).any(axis=1)
    public = rows["indicator"].eq(PEOPLE_IN_PUBLIC_OFFICE)
    size = counts[["numerator", "bme_numerator"]].max(axis=1).fillna(0.0)
    marked = rows[CELL].assign(small=(small | few) & ~public, size=size)
    cells = marked.groupby(CELL, as_index=False, observed=True).agg(
        small=("small", "any"), size=("size", "max")
    )
    return cells.assign(cell=range(len(cells)))


def _hidden(cells: pd.DataFrame, organisations: pd.DataFrame) -> Bools:
    """Which cells are hidden: the small ones, and what would give them away.

    A sum and its parts must not have just one hidden member. A second one is hidden too: the smallest in
    which anybody stands and which is no headline, ties going to the first in the order of the keys, so that
    the result does not depend on the order of the rows.
    """
    hidden = cells["small"].to_numpy(dtype=bool, copy=True)
    preference = cells.assign(nobody=cells["size"].eq(0), headline=_headlines(cells))
    order = preference.sort_values(["nobody", "headline", "size"], kind="stable")["cell"]
    rank = pd.Series(range(len(cells)), index=order)
    sums = [_members(parts, cells, rank) for parts in _parts(cells, organisations)]
    bases = _bases(cells)
    before = -1
    while hidden.sum() > before:
        before = int(hidden.sum())
        hidden[bases.loc[hidden[bases["base"]], "cell"]] = True
        for members in sums:
            hidden[_lone(members, hidden)] = True
    return hidden


def _headlines(cells: pd.DataFrame) -> Bools:
    """The cells that summaries are made of."""
    headlines = {(code, *i.headline.model_dump().values()) for code, i in definitions().indicators.items()}
    keys = pd.MultiIndex.from_frame(cells[list(WORKFORCE)])
    return np.asarray(keys.isin([*headlines, tuple(WORKFORCE.values())]), dtype=bool)


def _lone(members: pd.DataFrame, hidden: Bools) -> pd.Series:
    """For each sum with exactly one hidden member, the first member to be hidden with it."""
    is_hidden = pd.Series(hidden[members["cell"]], index=members.index)
    alone = is_hidden.groupby(members["sum"]).transform("sum").eq(1)
    return members.loc[alone & ~is_hidden].drop_duplicates("sum")["cell"]


def _members(parts: pd.DataFrame, cells: pd.DataFrame, rank: pd.Series) -> pd.DataFrame:
    """Parts of published sums and the sums themselves, in the order in which they would be hidden."""
    totals = cells[[*CELL, "cell"]].rename(columns={"cell": "sum"})
    members = parts[[*CELL, "cell"]].merge(totals, on=CELL)[["cell", "sum"]]
    members = pd.concat([members, members[["sum"]].drop_duplicates().assign(cell=lambda m: m["sum"])])
    return members.sort_values("cell", key=lambda cell: cell.map(rank), ignore_index=True)


def _parts(cells: pd.DataFrame, organisations: pd.DataFrame) -> Iterator[pd.DataFrame]:
    """Cells that are added up to others, a table for each way of adding, under the key of their sum."""
    yield from _parts_of_staff(cells[cells["indicator"].eq("1")])
    yield cells[cells["staff_group"].ne("all")].assign(staff_group="all")
    known = definitions()
    trusts = cells["level"].eq("type") & cells["code"].isin(known.trust_types)
    for below in (cells["level"].eq("region"), trusts):
        yield cells[below].assign(level="national", code=NATION)
    own = cells[cells["level"].eq("organisation")]
    carried_back = before_opening(own["code"], own["year"], organisations)
    places = memberships(organisations).rename(
        columns={"level": "place_level", "code": "place", "organisation_code": "code"}
    )
    for _, place in places.groupby("place_level"):
        inside = own[~carried_back].merge(place, on="code")
        yield inside.assign(level=inside["place_level"], code=inside["place"])
    followed = own["code"].astype("str").map(final_successors(organisations))
    merged = own.assign(code=followed)[followed.notna()]
    yield merged[before_opening(merged["code"], merged["year"], organisations)]


def _parts_of_staff(cells: pd.DataFrame) -> Iterator[pd.DataFrame]:
    """Bands, grades and runs of bands that add up to a run of bands or a staff group, where all are there."""
    known = definitions()
    group, category = cells["staff_group"], cells["category"]
    everybody, doctors = group.eq("all"), group.eq("medical_dental")
    banded = ~cells["level"].isin(LEVELS_WITHOUT_BANDS)
    single = category.isin([*known.bands, *known.medical_grades]) & (banded | doctors)
    tier = category.isin([code for code, cluster in known.clusters.items() if cluster.tier])
    for run, complete in ((single, banded), (tier, True)):
        yield cells[run & ~everybody].assign(category="")
        yield cells[(run & everybody | doctors & category.eq("")) & complete].assign(
            category="", staff_group="all"
        )
    for outer, cluster in known.clusters.items():
        yield cells[category.isin(cluster.bands) & banded].assign(category=outer)
        for inner, other in known.clusters.items():
            if set(other.bands) < set(cluster.bands):
                beside = set(cluster.bands) - set(other.bands)
                yield cells[category.isin([inner, *beside]) & banded].assign(category=outer)


def _bases(cells: pd.DataFrame) -> pd.DataFrame:
    """Cells that print the headcount of another cell as their base."""
    out_of = [code for code, i in definitions().indicators.items() if i.measures.base == "headcount"]
    printing = cells.loc[cells["indicator"].isin(out_of), [*CELL, "cell"]].assign(indicator="1")
    return printing.merge(cells[[*CELL, "cell"]].rename(columns={"cell": "base"}), on=CELL)


def _compared_with_workforce(rows: pd.DataFrame) -> Bools:
    """Gaps to the workforce, which print its headcount or let its share be worked out."""
    whole = [code for code, i in definitions().indicators.items() if i.denominator == "all"]
    gaps = rows["statistic"].isin(["difference", "relative_likelihood_mh", "change"])
    return np.asarray(rows["indicator"].isin(whole) & gaps, dtype=bool)


def _among(rows: pd.DataFrame, hidden: pd.MultiIndex, **changed: str) -> Bools:
    """Whether each row's cell, or that of the same entity with some keys changed, is hidden."""
    return np.asarray(pd.MultiIndex.from_frame(rows[CELL].assign(**changed)).isin(hidden), dtype=bool)


def _over_hidden_bands(rows: pd.DataFrame, hidden: pd.MultiIndex) -> Bools:
    """Tests over all bands of a staff group one of which is hidden: it could be found by trial."""
    of_staff = hidden.to_frame(index=False).astype(dict.fromkeys(CELL[1:], "str")).query("indicator == '1'")
    group = CELL[:-1]
    touched = pd.concat([of_staff[group], of_staff[group].assign(staff_group="all")]).drop_duplicates()
    over_bands = rows["statistic"].isin(OVER_BANDS).to_numpy()
    found = np.zeros(len(rows), dtype=bool)
    keys = rows.loc[over_bands, group].astype(dict.fromkeys(group[1:], "str"))
    found[over_bands] = pd.MultiIndex.from_frame(keys).isin(pd.MultiIndex.from_frame(touched))
    return found


def _changes_from_hidden(rows: pd.DataFrame, suppressed: Bools) -> Bools:
    """A change may be shown only where the gaps of both years are."""
    hidden = rows.loc[suppressed, CELL]
    year_after = pd.MultiIndex.from_frame(hidden.assign(year=hidden["year"] + 1))
    return np.asarray(rows["statistic"].eq("change"), dtype=bool) & _among(rows, year_after)
