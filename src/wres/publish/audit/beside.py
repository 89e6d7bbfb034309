"""Numbers that a publication shows beside its results: standings among peers, trends, changes of what is not known.

They are made of results that are shown, so that a hidden number which is written like one of them tells nothing.
What is hidden, and how it is looked for, belongs in :mod:`wres.publish.audit.leaks`.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from wres.comparisons import TABLES
from wres.report.slices import headlines, where

WHOLE = {"staff_group": "all", "category": ""}
WHOSE = ["code", "year", "indicator"]


def figures_beside(data: Path, hidden: pd.DataFrame, shown: pd.DataFrame) -> pd.DataFrame:
    """Numbers of the comparison tables, but for those of an organisation's own figures that are hidden, and changes.

    Parameters
    ----------
    data
        The publication's folder of tables; one that it doesn't hold has no numbers.
    hidden, shown
        The rows of the results that are hidden, and those that are shown.

    Returns
    -------
    DataFrame
        ``code``, ``year`` and ``number``.
    """
    peers, groups, standings, trends = (
        _read(data, name) for name in ("peers", "peer_figures", "standings", "trends")
    )
    members = peers[["kind", "group", "organisation_code"]].rename(columns={"organisation_code": "code"})
    itself = groups.assign(code=groups["group"])
    own = pd.concat(
        [_numbers("standings", standings), _numbers("trends", trends.assign(year=trends["last_year"]))]
    )
    out = pd.MultiIndex.from_frame(headlines(hidden)[WHOSE].astype({"code": "str", "indicator": "str"}))
    told = own[~pd.MultiIndex.from_frame(own[WHOSE]).isin(out)]
    of_peers = [
        _numbers("peer_figures", each) for each in (itself, groups.merge(members, on=["kind", "group"]))
    ]
    found = pd.concat([told, *of_peers, _changes_of_unknown(shown)], ignore_index=True)
    return found[["code", "year", "number"]]


def _changes_of_unknown(shown: pd.DataFrame) -> pd.DataFrame:
    """How the share of staff whose ethnicity is not known changed in a year."""
    shares = where(shown, indicator="1", statistic="percentage", ethnicity="unknown", **WHOLE)
    before = shares.assign(year=shares["year"] + 1)
    both = shares.merge(before, on=["level", "code", "year"], suffixes=("", "_before"))
    return both.assign(number=both["value"] - both["value_before"])


def _read(data: Path, name: str) -> pd.DataFrame:
    kinds = {column.name: "str" if column.kind == "string" else "float64" for column in TABLES[name]}
    path = data / f"{name}.csv"
    if not path.exists():
        return pd.DataFrame(columns=list(kinds)).astype(kinds)
    blank = {column: [""] for column, kind in kinds.items() if kind != "str"}
    return pd.read_csv(path, dtype=kinds, keep_default_na=False, na_values=blank)


def _numbers(name: str, table: pd.DataFrame) -> pd.DataFrame:
    numbers = [column.name for column in TABLES[name] if column.kind != "string" and column.name != "year"]
    return table.melt(WHOSE, numbers, value_name="number").dropna(subset=["number"])
