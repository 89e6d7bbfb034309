"""Disclosure control: small numbers are taken out before anything downstream sees them.

Nothing after :func:`protect` holds an unsuppressed small number, nor what is needed to work one out. Which cells are
small is decided in :mod:`~wres.disclosure.cells`, what is hidden with them in :mod:`~wres.disclosure.secondary`, how
closely a hidden count can be worked out in :mod:`~wres.disclosure.intervals`. Which figures are computed belongs in
:mod:`wres.analysis`; here it is only decided whether they may be shown.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from wres.definitions import definitions
from wres.disclosure.cells import (
    CELL,
    COUNTED,
    DERIVED,
    FIGURES,
    KEY,
    OVER_BANDS,
    UNIONS,
    WORKFORCE,
    cells_of,
    keyed,
)
from wres.disclosure.secondary import Protection, secondary
from wres.params import DisclosureSettings
from wres.results import COUNTS

__all__ = ["CELL", "NUMBERS", "Protection", "hide", "protect", "protection", "resting_on", "rounded"]

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
TIER_CELLS = {
    "lower_to_middle": ("bands_1_to_5", "bands_6_to_7"),
    "middle_to_upper": ("bands_6_to_7", "bands_8a_to_vsm"),
    "lower_to_upper": ("bands_1_to_5", "bands_8a_to_vsm"),
}

Bools = npt.NDArray[np.bool_]


def protect(
    rows: pd.DataFrame,
    organisations: pd.DataFrame,
    settings: DisclosureSettings,
    previous: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Suppress every row from which a small number of people could be learned.

    Parameters
    ----------
    rows
        All rows of the results table, unprotected.
    organisations
        The organisations table: which organisations add up to which region, and which followed which.
    settings
        Thresholds, or where the figures are public already, so that nothing is hidden.
    previous
        What the last publication showed, as :func:`wres.revisions.read_previous` gives it.

    Returns
    -------
    DataFrame
        The same rows; suppressed ones have the status ``suppressed`` and blank numbers, never 0.
    """
    if settings.already_public:
        return rows
    return hide(rows, protection(rows, organisations, settings, previous))


def protection(
    rows: pd.DataFrame,
    organisations: pd.DataFrame,
    settings: DisclosureSettings,
    previous: pd.DataFrame | None = None,
) -> Protection:
    """Decide which cells are hidden; parameters as of :func:`protect`."""
    cells = cells_of(rows, settings)
    return secondary(with_last_publication(cells, previous, settings), organisations, settings)


def with_last_publication(
    cells: pd.DataFrame, previous: pd.DataFrame | None, settings: DisclosureSettings
) -> pd.DataFrame:
    """Say of each cell whether the last publication showed the same counts, and whether it hid the cell.

    What was shown can't be taken back, so that hiding it protects nothing; what was hidden stays hidden, because
    what was published around it would give it away.
    """
    if previous is None:
        return cells.assign(shown_before=False, hidden_before=False)
    figures = ~previous["statistic"].isin(DERIVED)
    shown = cells_of(previous[previous["status"].eq("published")], settings)
    kept = keyed(previous[previous["status"].eq("suppressed") & figures]).drop_duplicates()
    keys = pd.MultiIndex.from_frame(cells[KEY].astype("str"))
    before = shown.set_index(pd.MultiIndex.from_frame(shown[KEY].astype("str")))[list(COUNTED)].reindex(keys)
    now = cells[list(COUNTED)].to_numpy(float)
    same = np.isclose(before.to_numpy(float), now, equal_nan=True).all(axis=1)
    told = before.notna().any(axis=1).to_numpy()
    return cells.assign(
        shown_before=same & told,
        hidden_before=keys.isin(pd.MultiIndex.from_frame(kept.astype("str"))),
    )


def hide(rows: pd.DataFrame, protected: Protection) -> pd.DataFrame:
    """Blank every row that rests on a hidden cell."""
    cells = protected.cells
    suppressed = resting_on(rows, pd.MultiIndex.from_frame(cells.loc[cells["hidden"], KEY]))
    blank = rows.copy()
    blank.loc[suppressed, NUMBERS] = np.nan
    for column, word in {"verdict": "", "note": "", "status": "suppressed"}.items():
        blank[column] = blank[column].astype("str").mask(suppressed, word)
    return blank


def resting_on(rows: pd.DataFrame, hidden: pd.MultiIndex) -> Bools:
    """Which rows hold a figure of these cells, print one, or would give one back.

    Every figure of a cell goes: percentages, gaps, ratios, intervals, p-values and all that is made from them. So
    do ratios of its tier, comparisons with it where it is the workforce, and changes from it a year later.
    """
    suppressed = _among(rows, hidden)
    suppressed |= _compared_with_workforce(rows) & _among(rows, hidden, **WORKFORCE)
    for category, tiers in TIER_CELLS.items():
        ratios = (rows["statistic"].eq("disparity_ratio") & rows["category"].eq(category)).to_numpy()
        for tier in tiers:
            suppressed[ratios] |= _among(rows[ratios], hidden, category=tier)
    for code, indicator in definitions().indicators.items():
        unions = (rows["indicator"].eq(code) & rows["statistic"].isin(UNIONS)).to_numpy()
        for part in indicator.union_of:
            suppressed[unions] |= _among(rows[unions], hidden, category=part)
    suppressed |= _over_hidden_bands(rows, hidden)
    suppressed |= _changes_from_hidden(rows, suppressed)
    return suppressed & rows["status"].isin([*FIGURES, "suppressed"]).to_numpy()


def rounded(counts: pd.DataFrame, columns: list[str], to: int) -> pd.DataFrame:
    """Round counts to the nearest multiple, halves upwards: what is made from them gives no exact count back."""
    return counts.assign(**{name: np.floor(counts[name] / to + 0.5) * to for name in columns})


def _compared_with_workforce(rows: pd.DataFrame) -> Bools:
    """Gaps to the workforce, which print its headcount or let its share be worked out."""
    whole = [code for code, i in definitions().indicators.items() if i.denominator == "all"]
    gaps = rows["statistic"].isin(["difference", "relative_likelihood_mh", "change"])
    return np.asarray(rows["indicator"].isin(whole) & gaps, dtype=bool)


def _among(rows: pd.DataFrame, hidden: pd.MultiIndex, **changed: str) -> Bools:
    """Whether each row's cell, or that of the same entity with some keys changed, is hidden."""
    return np.asarray(pd.MultiIndex.from_frame(keyed(rows).assign(**changed)).isin(hidden), dtype=bool)


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
    hidden = keyed(rows[suppressed])
    year_after = pd.MultiIndex.from_frame(hidden.assign(year=hidden["year"] + 1))
    return np.asarray(rows["statistic"].eq("change"), dtype=bool) & _among(rows, year_after)
