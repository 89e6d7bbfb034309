"""From tidy returns to the counts that indicators are made of.

Totals, runs of bands, staff groups and the levels above an organisation are added up here. No rate, gap or
interval is computed here.

The *count table* has one row for each year, organisation, indicator, staff group and category, and for each
ethnic group ``E`` of white, bme and unknown two columns: ``E_x``, the people counted, and ``E_n``, the people
who could have been counted. For indicators 1 and 9 ``E_x`` are those in the band or on the board and ``E_n``
those in the whole workforce.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from wres.collect import Collection
from wres.definitions import NATION, Definitions, definitions

GROUPS = ("white", "bme", "unknown")
CELLS = tuple(f"{group}_{part}" for group in GROUPS for part in ("x", "n"))
UNIT = ["year", "organisation_code"]
PLACE = ["staff_group", "category"]
KEY = ["year", "organisation_code", "indicator", "staff_group", "category"]


def long_counts(returns: pd.DataFrame) -> pd.DataFrame:
    """Add the three ethnic groups to returns that give detailed categories only.

    Parameters
    ----------
    returns
        Tidy returns. A group that is given as such is kept as given.

    Returns
    -------
    DataFrame
        Columns of ``KEY``, ``measure``, ``ethnicity``, ``count``; broad groups and detailed categories.
    """
    columns = [*KEY, "measure", "ethnicity", "count"]
    detailed = returns[~returns["ethnicity"].isin(GROUPS)]
    broad = returns.loc[returns["ethnicity"].isin(GROUPS), columns]
    if detailed.empty:
        return broad
    groups = detailed["ethnicity"].map(definitions().ethnic_group)
    summed = detailed.assign(ethnicity=groups).groupby(columns[:-1])["count"].sum().reset_index()
    return pd.concat([_first_given([broad, summed], columns[:-1]), detailed[columns]], ignore_index=True)


def count_table(collection: Collection) -> pd.DataFrame:
    """Build the count table of every organisation and published aggregate.

    Parameters
    ----------
    collection
        Validated collection; what it withholds is left out.

    Returns
    -------
    DataFrame
        Columns ``KEY``, words as categories, and ``CELLS``; counts are floats, NaN where not submitted. A row
        of which white or BME people were not submitted is left out: it tells nothing of one against the other.
    """
    known = definitions()
    counts = long_counts(without_withheld(collection.returns, collection.withheld))
    counts = counts.astype(dict.fromkeys([*KEY[1:], "measure", "ethnicity"], "category"))
    wide = _wide(counts[counts["ethnicity"].isin(GROUPS)])
    headcount = _representation(wide["headcount"], known)
    workforce = headcount[headcount["staff_group"].eq("all") & headcount["category"].eq("")]
    tables = [_beside(headcount, workforce, UNIT, "1")]
    for code, indicator in known.indicators.items():
        if indicator.kind == "representation":
            continue
        count, base = indicator.measures.count, indicator.measures.base
        counted = _of_indicator(wide[count], code)
        if indicator.kind == "board":
            tables.append(_beside(_board(counted, known), workforce, UNIT, code))
        else:
            bases = headcount if base == "headcount" else _of_indicator(wide[str(base)], code)
            tables.append(_beside(counted, bases, [*UNIT, *PLACE], code))
    table = pd.concat(tables, ignore_index=True)
    told = table.loc[table[["white_x", "bme_x"]].notna().all(axis=1), [*KEY, *CELLS]]
    return told.astype(dict.fromkeys(KEY[1:], "category"))


def without_withheld(table: pd.DataFrame, withheld: pd.DataFrame) -> pd.DataFrame:
    """Drop the rows of organisations, years and indicators that errors keep out of publication."""
    keys = ["organisation_code", "year", "indicator"]
    if withheld.empty:
        return table
    marked = table.merge(withheld[keys].drop_duplicates(), on=keys, how="left", indicator="kept")
    return marked[marked["kept"].eq("left_only")].drop(columns="kept")


def carried_back(counts: pd.DataFrame, organisations: pd.DataFrame) -> pd.DataFrame:
    """Counts of merged organisations for the years before their merger, summed from their predecessors.

    Returns
    -------
    DataFrame
        Count table under the successors' codes, for years on whose 31 March they did not exist and that
        they did not return themselves.
    """
    inherited = _inherited(counts, organisations)
    of_them = counts[counts["organisation_code"].isin(inherited["predecessor"])]
    earlier = (
        with_base(of_them).rename(columns={"organisation_code": "predecessor"}).astype({"predecessor": "str"})
    )
    earlier = earlier.merge(inherited, on=["year", "predecessor"])
    return earlier.groupby(KEY, observed=True)[list(CELLS)].sum(min_count=1).reset_index()


def with_base(counts: pd.DataFrame) -> pd.DataFrame:
    """The rows that can be summed with others: of both groups it is known how many there could have been."""
    return counts[counts[["white_n", "bme_n"]].notna().all(axis=1)]


def predecessors(counts: pd.DataFrame, organisations: pd.DataFrame) -> pd.Series:
    """The codes that each carried-back year of a merged organisation is summed from, by year and code."""
    inherited = _inherited(counts, organisations).sort_values("predecessor")
    return inherited.groupby(UNIT)["predecessor"].agg(" and ".join)


def _inherited(counts: pd.DataFrame, organisations: pd.DataFrame) -> pd.DataFrame:
    """Years from before a merger under the successor's code, with the ``predecessor`` that returned each."""
    own = counts[UNIT].drop_duplicates().astype({"organisation_code": "str"})
    after = own["organisation_code"].map(final_successors(organisations))
    moved = own.assign(predecessor=own["organisation_code"], organisation_code=after)
    moved = moved[before_opening(after, own["year"], organisations)]
    return moved[~pd.MultiIndex.from_frame(moved[UNIT]).isin(pd.MultiIndex.from_frame(own))]


def final_successors(organisations: pd.DataFrame) -> pd.Series:
    """The last in the line of successors of each organisation that has one in the table."""
    successor = organisations.set_index("organisation_code")["successor"]
    successor = successor[successor.ne("") & successor.isin(successor.index)]
    following, last = successor.to_dict(), successor.to_dict()
    for _ in successor:  # no line is longer, and one that bites its own tail must end too
        last = {code: following.get(after, after) for code, after in last.items()}
    return pd.Series(last, index=successor.index, dtype=successor.dtype)


def before_opening(codes: pd.Series, years: pd.Series, organisations: pd.DataFrame) -> pd.Series:
    """Whether a successor did not exist yet on a year's 31 March: it can only have figures of predecessors."""
    codes = codes.astype("str")
    opened = codes.map(organisations.set_index("organisation_code")["opened"])
    formed = codes.isin(final_successors(organisations))
    return formed & (opened.eq("") | (opened > years.astype(str) + "-03-31"))


def memberships(organisations: pd.DataFrame) -> pd.DataFrame:
    """Say which organisations each level above them is summed from.

    Regional, ICB and national figures are of NHS trusts; each type, trusts or not, also has a row of its own.

    Returns
    -------
    DataFrame
        Columns ``level``, ``code``, ``name``, ``organisation_code``.
    """
    known = definitions()
    trusts = organisations[organisations["type"].isin(known.trust_types)]
    labels = {code: kind.plural.capitalize() for code, kind in known.organisation_types.items()}
    parts = [
        trusts.assign(level="icb", code=trusts["icb_code"], name=trusts["icb"]),
        trusts.assign(level="region", code=trusts["region"], name=trusts["region"].map(known.regions)),
        trusts.assign(level="national", code=NATION, name="England, NHS trusts"),
        organisations.assign(
            level="type", code=organisations["type"], name=organisations["type"].map(labels)
        ),
    ]
    members = pd.concat(parts, ignore_index=True)[["level", "code", "name", "organisation_code"]]
    return members[members["code"].ne("")]


def _first_given(tables: list[pd.DataFrame], key: list[str]) -> pd.DataFrame:
    """Stack tables; where two hold the same key, the earlier table's row stays."""
    return pd.concat(tables, ignore_index=True).drop_duplicates(key, keep="first")


def _wide(counts: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """One table a measure, ethnic groups as columns; every measure of the definitions has one."""
    known = definitions()
    names = {"headcount"} | {m for code in known.indicators for m in known.measures(code)}
    tables = {}
    for name in names:
        rows = counts[counts["measure"].eq(name)]
        table = rows.pivot(index=KEY, columns="ethnicity", values="count").astype(float)
        tables[name] = table.reindex(columns=list(GROUPS)).reset_index()
    return tables


def _of_indicator(table: pd.DataFrame, code: str) -> pd.DataFrame:
    return table[table["indicator"].eq(code)]


def _total(table: pd.DataFrame, key: list[str], **labels: str) -> pd.DataFrame:
    """Sum the ethnic groups over everything that is not in the key.

    A sum with a part of which white or BME people were not submitted is missing too: it would be too small.
    """
    if table.empty:
        return table
    grouped = table.groupby(key, observed=True)[list(GROUPS)]
    summed, submitted, parts = grouped.sum(min_count=1), grouped.count(), grouped.size()
    for group in ("white", "bme"):
        summed[group] = summed[group].where(submitted[group] == parts)
    return summed.reset_index().assign(**labels)


def _representation(given: pd.DataFrame, known: Definitions) -> pd.DataFrame:
    """Headcounts by band with totals: given totals stay, missing ones are summed from their parts."""
    key = [*UNIT, "indicator"]
    parts = given[given["staff_group"].ne("all")]
    banded = parts[parts["category"].ne("") & ~parts["category"].isin(known.clusters)]
    totals = _first_given(
        [given[given["category"].eq("")], _total(banded, [*key, "staff_group"], category="")], KEY
    )
    overall = _total(totals[totals["staff_group"].ne("all")], key, staff_group="all", category="")
    bands = banded[banded["category"].isin(known.bands)]
    across = _total(bands, [*key, "category"], staff_group="all")
    single = _first_given([given, totals, overall, across], KEY)
    return _first_given([single, *_clusters(single, known)], KEY)


def _clusters(single: pd.DataFrame, known: Definitions) -> list[pd.DataFrame]:
    return [
        _total(
            single[single["category"].isin(cluster.bands)], [*UNIT, "indicator", "staff_group"], category=code
        )
        for code, cluster in known.clusters.items()
    ]


def _board(given: pd.DataFrame, known: Definitions) -> pd.DataFrame:
    """Board members as a whole and in its parts, summed from the four roles where they are given."""
    key = [*UNIT, "indicator", "staff_group"]
    roles = given[given["category"].isin(known.board_roles)]
    groups = [
        _total(roles[roles["category"].isin(group.roles)], key, category=code)
        for code, group in known.board_groups.items()
    ]
    return _first_given([given, _total(roles, key, category=""), *groups], KEY)


def _beside(counted: pd.DataFrame, bases: pd.DataFrame, on: list[str], indicator: str) -> pd.DataFrame:
    """Put the people counted (x) beside those who could have been (n).

    Bases of which white or BME people were not submitted are no bases: the others would be taken for all.
    """
    x = counted.rename(columns={group: f"{group}_x" for group in GROUPS}).assign(indicator=indicator)
    told = bases[["white", "bme"]].notna().all(axis=1)
    n = bases.loc[told, [*on, *GROUPS]].rename(columns={group: f"{group}_n" for group in GROUPS})
    return x.merge(n, on=on, how="left")


def people(table: pd.DataFrame, groups: tuple[str, ...] = GROUPS, part: str = "x") -> np.ndarray:
    """Sum of the groups' counts in each row; a group that was not submitted counts as nobody."""
    cells = [table[f"{group}_{part}"].to_numpy(float) for group in groups]
    return sum((np.where(np.isnan(cell), 0.0, cell) for cell in cells), np.zeros(len(table)))
