"""Rules over the collected tables that weigh figures against each other; all failures at once.

Each rule is data: what it is called, how grave it is, what it expects, how to mend it, and a function that
finds the rows that break it. What can be told from a single row is checked where it is read. Figures that are
withheld already are left out, so that no mistake is reported twice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial

import numpy as np
import pandas as pd

from wres.analysis.counts import GROUPS, count_table, without_withheld
from wres.collect import Collection
from wres.definitions import definitions
from wres.params import Publication
from wres.problems import Problem, Severity

FIGURE = ["organisation_code", "year", "indicator"]
CELL = [*FIGURE, "staff_group", "category", "ethnicity"]
KEY = [*CELL, "measure"]


@dataclass(frozen=True)
class Figures:
    """What the rules look at.

    Attributes
    ----------
    organisations, returns, percentages
        The tidy tables without what is withheld already.
    counts
        The count table that indicators are computed from: people counted, and out of how many.
    withheld
        Organisations, years and indicators that errors keep out of publication.
    """

    organisations: pd.DataFrame
    returns: pd.DataFrame
    percentages: pd.DataFrame
    counts: pd.DataFrame
    withheld: pd.DataFrame


@dataclass(frozen=True)
class Rule:
    """A rule: ``find`` returns the rows that break it, with a column ``found`` in words."""

    name: str
    severity: Severity
    expected: str
    mend: str
    find: Callable[[Figures], pd.DataFrame]


def validate(collection: Collection, publication: Publication) -> Collection:
    """Add to a collection every problem that its figures have with each other.

    Parameters
    ----------
    collection
        As it was read.
    publication
        Only its years are looked at.
    """
    withheld = collection.withheld
    figures = Figures(
        collection.organisations,
        without_withheld(collection.returns, withheld),
        without_withheld(collection.percentages, withheld),
        count_table(collection),
        withheld,
    )
    problems = [
        problem
        for rule in RULES
        for problem in _problems(rule, figures)
        if problem.year is None or publication.first_year <= problem.year <= publication.year
    ]
    return collection.with_problems(problems)


def completeness(collection: Collection, publication: Publication) -> pd.DataFrame:
    """Whether each open organisation submitted each indicator in each year, rightly or wrongly.

    Returns
    -------
    DataFrame
        Columns ``organisation_code``, ``year``, ``indicator``, ``submitted``.
    """
    due = due_returns(collection.organisations, publication)
    tables = (collection.returns, collection.percentages, collection.withheld)
    given = pd.concat([table[FIGURE] for table in tables]).drop_duplicates()
    marked = due.merge(given, on=FIGURE, how="left", indicator="found")
    return marked.assign(submitted=marked["found"].eq("both"))[[*FIGURE, "submitted"]]


def due_returns(organisations: pd.DataFrame, publication: Publication) -> pd.DataFrame:
    """Every organisation, year and indicator for which a return was due.

    A return for a year is due from an organisation that was open on 31 March of that year.
    """
    years = pd.DataFrame({"year": range(publication.first_year, publication.year + 1)})
    codes = pd.DataFrame({"indicator": list(definitions().indicators)})
    every = organisations.merge(years, how="cross").merge(codes, how="cross")
    opened = every["opened"].eq("") | (every["opened"] <= _snapshot(every["year"]))
    closed = every["closed"].ne("") & (every["closed"] < _snapshot(every["year"]))
    return every.loc[opened & ~closed, ["organisation_code", "organisation", "year", "indicator"]]


def _snapshot(year: pd.Series) -> pd.Series:
    return year.astype("str") + "-03-31"


def _problems(rule: Rule, figures: Figures) -> Iterator[Problem]:
    for row in rule.find(figures).to_dict("records"):
        yield Problem(
            row["file"],
            row["row"] or None,
            row["organisation_code"],
            row["year"],
            row["indicator"],
            rule.severity,
            rule.name,
            row["found"],
            rule.expected,
            rule.mend,
        )


def _above_base(figures: Figures, indicator: str) -> pd.DataFrame:
    """Rows where more people were counted than could have been, by ethnic group and by detailed category."""
    measures = definitions().indicators[indicator].measures
    base_indicator = "1" if measures.base == "headcount" else indicator
    counted = _returned(figures, indicator, measures.count)
    bases = _returned(figures, base_indicator, str(measures.base)).rename(columns={"count": "base"})
    detailed = counted.merge(bases.assign(indicator=indicator)[[*CELL, "base"]], on=CELL)
    detailed = detailed[~detailed["ethnicity"].isin(GROUPS)]
    groups = counted.assign(ethnicity=counted["ethnicity"].map(definitions().ethnic_group))
    places = pd.concat([counted, groups]).drop_duplicates(CELL)[[*CELL, "file", "row"]]
    broad = _by_group(figures.counts[figures.counts["indicator"].eq(indicator)]).merge(places, on=CELL)
    both = pd.concat([detailed, broad])
    wrong = both[both["count"] > both["base"]]
    counts = zip(wrong["count"], wrong["base"], strict=True)
    return wrong.assign(found=[f"{measures.count} {x:.0f} above {measures.base} {n:.0f}" for x, n in counts])


def _returned(figures: Figures, indicator: str, measure: str) -> pd.DataFrame:
    returns = figures.returns
    return returns[returns["indicator"].eq(indicator) & returns["measure"].eq(measure)]


def _by_group(counts: pd.DataFrame) -> pd.DataFrame:
    """The count table with a row for each ethnic group."""
    groups = [
        counts.assign(ethnicity=group, count=counts[f"{group}_x"], base=counts[f"{group}_n"])
        for group in GROUPS
    ]
    return pd.concat(groups)[[*CELL, "count", "base"]]


def _sums(figures: Figures) -> pd.DataFrame:
    """Every total of which parts were sent too: ``count``, ``sum`` of its parts, and whether all are there."""
    known = definitions()
    returns = figures.returns
    heads = returns[returns["measure"].eq("headcount")]
    board = returns[returns["measure"].eq("board_members")]
    bands = {code: cluster.bands for code, cluster in known.clusters.items()}
    roles = {code: group.roles for code, group in known.board_groups.items()}
    groups = {
        group: tuple(code for code, each in known.ethnic_categories.items() if each.group == group)
        for group in known.ethnic_groups
    }
    return pd.concat(
        [
            _with_sums(heads, "category", {"": (*known.bands, *known.medical_grades), **bands}),
            _with_sums(heads, "staff_group", {"all": tuple(g for g in known.staff_groups if g != "all")}),
            _with_sums(board, "category", {"": tuple(known.board_roles), **roles}),
            _with_sums(returns, "ethnicity", groups),
        ]
    )


def _with_sums(returns: pd.DataFrame, column: str, parts: Mapping[str, tuple[str, ...]]) -> pd.DataFrame:
    """Totals in a column with the sum of their parts in the same column, where any part was sent."""
    others = [name for name in KEY if name != column]
    pairs = pd.DataFrame(
        [(total, part) for total, members in parts.items() for part in members], columns=["total", column]
    )
    totals = returns[returns[column].isin(list(parts))].assign(total=lambda table: table[column])
    sent = returns.merge(totals[others].drop_duplicates(), on=others).merge(pairs, on=column)
    sums = sent.groupby([*others, "total"], as_index=False)["count"].agg(sum="sum", sent="size")
    with_sums = totals.merge(sums, on=[*others, "total"])
    members = with_sums["total"].map({total: len(part) for total, part in parts.items()})
    return with_sums.assign(
        complete=with_sums["sent"].eq(members),
        named=with_sums[column].replace("", "total"),
    )


def _not_sum(figures: Figures) -> pd.DataFrame:
    table = _sums(figures)
    above = table["sum"] > table["count"]
    wrong = table[above | table["complete"] & table["sum"].ne(table["count"])]
    return wrong.assign(found=_sums_in_words(wrong, "its parts add up to"))


def _parts_missing(figures: Figures) -> pd.DataFrame:
    table = _sums(figures)
    short = table[~table["complete"] & (table["sum"] < table["count"])]
    return short.assign(found=_sums_in_words(short, "the parts that were sent add up to"))


def _sums_in_words(table: pd.DataFrame, parts: str) -> list[str]:
    figures = zip(table["named"], table["measure"], table["count"], table["sum"], strict=True)
    return [f"{measure} {count} for {name} where {parts} {total}" for name, measure, count, total in figures]


def _without_base(figures: Figures) -> pd.DataFrame:
    """Counts without those that they are out of; one row an organisation, year and indicator."""
    known = definitions().indicators
    based = figures.counts["white_n"].notna() | figures.counts["bme_n"].notna()
    lacking = figures.counts.assign(based=based).groupby(FIGURE, as_index=False)["based"].any()
    lacking = lacking[~lacking["based"]]
    bases = {code: indicator.measures.base or "headcount" for code, indicator in known.items()}
    wrong = figures.returns.drop_duplicates(FIGURE).merge(lacking[FIGURE], on=FIGURE)
    shares = figures.percentages[figures.percentages["indicator"].eq("1")]
    has_share = wrong["indicator"].eq("9") & _of_same_year(wrong, shares)
    has_withheld = _of_same_year(wrong, figures.withheld[figures.withheld["indicator"].eq("1")])
    wrong = wrong[~has_share & ~(wrong["indicator"].map(bases).eq("headcount") & has_withheld)]
    return wrong.assign(found="no " + wrong["indicator"].map(bases))


def _of_same_year(table: pd.DataFrame, others: pd.DataFrame) -> pd.Series:
    place = ["organisation_code", "year"]
    found = pd.MultiIndex.from_frame(table[place]).isin(pd.MultiIndex.from_frame(others[place]))
    return pd.Series(found, index=table.index)


def _does_not_follow(figures: Figures) -> pd.DataFrame:
    """Percentages more than a unit of their last digit away from what their own count and base give.

    A unit and not half of one, because some publishers cut digits off instead of rounding.
    """
    table = figures.percentages
    table = table[table["count"].notna() & table["base"].gt(0).fillna(value=False)]
    implied = 100 * table["count"].astype(float) / table["base"].astype(float)
    rounding = 0.5 * np.power(10.0, -table["decimals"].to_numpy(float)) + 1e-9
    wrong: pd.DataFrame = table[(implied - table["percentage"]).abs() > rounding]
    given = zip(wrong["percentage"], wrong["count"], wrong["base"], strict=True)
    return wrong.assign(found=[f"{p:g} % where {x} of {n} is {100 * x / n:.2f} %" for p, x, n in given])


def _count_above_base(figures: Figures) -> pd.DataFrame:
    table = figures.percentages
    wrong = table[(table["count"] > table["base"]).fillna(value=False)]
    given = zip(wrong["count"], wrong["base"], strict=True)
    return wrong.assign(found=[f"count {x} above base {n}" for x, n in given])


def _after_closure(figures: Figures) -> pd.DataFrame:
    """Figures for a year after the organisation closed; one row an indicator."""
    closed = figures.organisations[["organisation_code", "closed"]]
    columns = [*FIGURE, "file", "row"]
    rows = pd.concat([figures.returns[columns], figures.percentages[columns]]).drop_duplicates(FIGURE)
    both = rows.merge(closed[closed["closed"].ne("")], on="organisation_code")
    wrong = both[both["closed"] < _snapshot(both["year"])]
    return wrong.assign(found="figures although it closed on " + wrong["closed"])


RULES = (
    Rule(
        "appointed-above-shortlisted",
        "error",
        "no more people appointed than shortlisted",
        "check that both are of the same period and posts",
        partial(_above_base, indicator="2"),
    ),
    Rule(
        "disciplinary-above-headcount",
        "error",
        "no more people than the headcount of the same ethnicity",
        "check the count and the headcount",
        partial(_above_base, indicator="3"),
    ),
    Rule(
        "training-above-headcount",
        "error",
        "no more people than the headcount of the same ethnicity",
        "count people once, not courses",
        partial(_above_base, indicator="4"),
    ),
    *(
        Rule(
            "answered-above-respondents",
            "error",
            "no more people answering yes than respondents",
            "check the count and the respondents",
            partial(_above_base, indicator=indicator),
        )
        for indicator in ("5", "6", "7", "8")
    ),
    Rule(
        "total-not-sum",
        "error",
        "the sum of the parts",
        "correct the total or its parts",
        _not_sum,
    ),
    Rule(
        "parts-missing",
        "warning",
        "parts that add up to the total",
        "send the parts that are missing, with 0 where there is nobody",
        _parts_missing,
    ),
    Rule(
        "no-base",
        "warning",
        "the counts that these are out of or compared with",
        "send them too; the indicator can't be computed without",
        _without_base,
    ),
    Rule(
        "count-above-base",
        "error",
        "a count no greater than its base",
        "correct the count or the base",
        _count_above_base,
    ),
    Rule(
        "percentage-not-from-counts",
        "warning",
        "the percentage that its count and base give",
        "check all three; the count and base are used",
        _does_not_follow,
    ),
    Rule(
        "after-closure",
        "warning",
        "no figures after closure",
        "check the year and the closing date",
        _after_closure,
    ),
)
