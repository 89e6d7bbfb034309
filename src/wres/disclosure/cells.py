"""What is protected: cells, the counts of people in them, and the rules by which a cell is small.

A *cell* is one place in a table: year, entity, indicator, staff group and category, and where the survey's
detailed ethnic groups are shown, the group. It is published as a whole or not at all.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from wres.definitions import definitions
from wres.params import DisclosureSettings
from wres.results import COUNTS

CELL = ["year", "level", "code", "indicator", "staff_group", "category"]
KEY = [*CELL, "detail"]
COUNTED = ("white_x", "bme_x")
BASES = ("white_n", "bme_n")
FIGURES = ["published", "insufficient"]
OVER_BANDS = ["band_homogeneity", "band_trend", "band_nonlinearity"]
UNIONS = ["percentage_at_least", "percentage_at_most"]
DERIVED = ["change", "change_over_years", "disparity_ratio", *OVER_BANDS, *UNIONS]
WORKFORCE = {"indicator": "1", "staff_group": "all", "category": ""}
PEOPLE_IN_PUBLIC_OFFICE = "9"
BROAD = ("", "white", "bme", "unknown")
NOBODY_KNOWS = "unknown"

Bools = npt.NDArray[np.bool_]


def keyed(rows: pd.DataFrame) -> pd.DataFrame:
    """The key of each row's cell."""
    ethnicity = rows["ethnicity"].astype("str")
    return rows[CELL].assign(detail=ethnicity.where(~ethnicity.isin(BROAD), ""))


def cells_of(rows: pd.DataFrame, settings: DisclosureSettings) -> pd.DataFrame:
    """One row a cell that holds a figure.

    Parameters
    ----------
    rows
        Rows of the results table, unprotected.
    settings
        Counts of 1 to ``threshold - 1`` people are small; so are survey results of fewer than
        ``survey_threshold`` respondents. 0 is not small: that nobody is there tells of nobody. That somebody's
        ethnicity is not known says nothing of it, so that those of unknown ethnicity are not counted. Board
        members hold public office, and their numbers are never small.

    Returns
    -------
    DataFrame
        ``KEY``, ``cell`` (its number, in the order of the keys), ``small``, ``size`` (the people in it), and
        its counts ``COUNTED`` and ``BASES``, NaN where it has none.
    """
    rows = rows[rows["status"].isin(FIGURES) & ~rows["statistic"].isin(DERIVED)]
    rows = rows.astype(dict.fromkeys(COUNTS, float))  # where a whole column is missing it is no number yet
    counts = rows[list(COUNTS)]
    sensitive = counts[["numerator", "white_numerator", "bme_numerator"]]
    small = ((sensitive > 0) & (sensitive < settings.threshold)).any(axis=1)
    small &= rows["ethnicity"].ne(NOBODY_KNOWS)
    respondents = counts[["denominator", "white_denominator", "bme_denominator"]]
    few = rows["indicator"].isin(surveys()) & (respondents < settings.survey_threshold).any(axis=1)
    public = rows["indicator"].eq(PEOPLE_IN_PUBLIC_OFFICE)
    size = counts[["numerator", "bme_numerator"]].max(axis=1).fillna(0.0)
    marked = keyed(rows).assign(small=(small | few) & ~public, size=size, **_counts(rows))
    how = {"small": ("small", "any"), **{name: (name, "max") for name in ("size", *COUNTED, *BASES)}}
    cells = marked.groupby(KEY, as_index=False, observed=True).agg(**how)
    return cells.assign(cell=range(len(cells)))


def surveys() -> frozenset[str]:
    """The indicators that the staff survey gives."""
    return frozenset(code for code, i in definitions().indicators.items() if i.kind == "survey")


def _counts(rows: pd.DataFrame) -> dict[str, pd.Series]:
    """White and BME people counted in each row, and those who could have been, where they are bases of their own."""
    known = definitions()
    groups = (
        rows["ethnicity"]
        .astype("str")
        .map(
            {
                **{code: code for code in known.ethnic_groups},
                **{c: k.group for c, k in known.ethnic_categories.items()},
            }
        )
    )
    own_base = rows["indicator"].isin(
        [code for code, i in known.indicators.items() if i.denominator == "group"]
    )
    found: dict[str, pd.Series] = {}
    for group in ("white", "bme"):
        whose = groups.eq(group) & rows["statistic"].eq("percentage")
        counted = rows["numerator"].where(whose).fillna(rows[f"{group}_numerator"])
        base = rows["denominator"].where(whose).fillna(rows[f"{group}_denominator"])
        found |= {f"{group}_x": counted, f"{group}_n": base.where(own_base)}
    return found
