"""Numbers that a publication shows beside its results: standings among peers, trends, changes of what is not known.

They are made of results that are shown, so that a hidden figure which is written like one of them tells nothing.
Counts are not among them: a rank of 3 must not explain 3 people. What is hidden, and how it is looked for, belongs in
:mod:`wres.publish.audit.leaks`.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from wres.report.slices import headlines, where

WHOLE = {"staff_group": "all", "category": ""}
WHOSE = ["code", "year", "indicator"]
FIGURES = {
    "standings": ["value", "shrunken", "shrunken_lower", "shrunken_upper"],
    "trends": ["value", "lower", "upper"],
    "peer_figures": ["pooled", "lower", "upper", "lower_quartile", "median", "upper_quartile"],
}


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
    standings = _read(data, "standings", WHOSE)
    trends = _read(data, "trends", ["code", "last_year", "indicator"]).rename(columns={"last_year": "year"})
    own = pd.concat([_numbers("standings", standings), _numbers("trends", trends)])
    out = pd.MultiIndex.from_frame(headlines(hidden)[WHOSE].astype({"code": "str", "indicator": "str"}))
    told = own[~pd.MultiIndex.from_frame(own[WHOSE]).isin(out)]
    groups = _read(data, "peer_figures", ["kind", "group", "year", "indicator"])
    members = _read(data, "peers", ["kind", "group", "organisation_code"])
    of_members = groups.merge(members.rename(columns={"organisation_code": "code"}), on=["kind", "group"])
    of_groups = [_numbers("peer_figures", each) for each in (groups.assign(code=groups["group"]), of_members)]
    found = pd.concat([told, *of_groups, _changes_of_unknown(shown)], ignore_index=True)
    return found[["code", "year", "number"]]


def _changes_of_unknown(shown: pd.DataFrame) -> pd.DataFrame:
    """How the share of staff whose ethnicity is not known changed in a year."""
    shares = where(shown, indicator="1", statistic="percentage", ethnicity="unknown", **WHOLE)
    before = shares.assign(year=shares["year"] + 1)
    both = shares.merge(before, on=["level", "code", "year"], suffixes=("", "_before"))
    return both.assign(number=both["value"] - both["value_before"])


def _read(data: Path, name: str, keys: list[str]) -> pd.DataFrame:
    """The keys and figures of a table."""
    numbers = [*(key for key in keys if key.endswith("year")), *FIGURES.get(name, ())]
    kinds = dict.fromkeys(keys, "str") | dict.fromkeys(numbers, "float64")
    path = data / f"{name}.csv"
    if not path.exists():
        return pd.DataFrame(columns=list(kinds)).astype(kinds)
    blank = {name: [""] for name in numbers}
    return pd.read_csv(path, usecols=list(kinds), dtype=kinds, keep_default_na=False, na_values=blank)


def _numbers(name: str, table: pd.DataFrame) -> pd.DataFrame:
    return table.melt(WHOSE, FIGURES[name], value_name="number").dropna(subset=["number"])
