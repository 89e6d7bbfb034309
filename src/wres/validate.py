"""Rules over the collected tables that weigh figures against each other; all failures at once.

Each rule is data: what it is called, how grave it is, what it expects, how to mend it, and a function that
finds the rows that break it. What can be told from a single row is checked where it is read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from wres.collect import Collection
from wres.definitions import definitions
from wres.params import Publication
from wres.problems import Problem

PLACE = ["year", "organisation_code", "indicator", "staff_group", "category", "ethnicity"]


@dataclass(frozen=True)
class Rule:
    """A rule: ``find`` returns the rows that break it, with a column ``found`` in words."""

    name: str
    severity: Literal["error", "warning"]
    expected: str
    mend: str
    find: Callable[[Collection], pd.DataFrame]


def validate(collection: Collection, publication: Publication) -> Collection:
    """Add to a collection every problem that its figures have with each other.

    Parameters
    ----------
    collection
        As it was read.
    publication
        Only its years are looked at.
    """
    years = (publication.first_year, publication.year)
    problems = [
        problem
        for rule in RULES
        for problem in _problems(rule, collection)
        if problem.year is None or years[0] <= problem.year <= years[1]
    ]
    return collection.with_problems(problems)


def completeness(collection: Collection, publication: Publication) -> pd.DataFrame:
    """Whether each open organisation submitted each indicator in each year.

    Returns
    -------
    DataFrame
        Columns ``organisation_code``, ``year``, ``indicator``, ``submitted``.
    """
    keys = ["organisation_code", "year", "indicator"]
    due = due_returns(collection.organisations, publication)
    tables = (collection.returns, collection.percentages)
    given = pd.concat([table[keys] for table in tables]).drop_duplicates()
    marked = due.merge(given, on=keys, how="left", indicator="found")
    return marked.assign(submitted=marked["found"].eq("both"))[[*keys, "submitted"]]


def due_returns(organisations: pd.DataFrame, publication: Publication) -> pd.DataFrame:
    """Every organisation, year and indicator for which a return was due.

    A return for a year is due from an organisation that was open on 31 March of that year.
    """
    years = pd.DataFrame({"year": range(publication.first_year, publication.year + 1)})
    codes = pd.DataFrame({"indicator": list(definitions().indicators)})
    every = organisations.merge(years, how="cross").merge(codes, how="cross")
    snapshot = every["year"].astype(str) + "-03-31"
    opened = every["opened"].eq("") | (every["opened"] <= snapshot)
    closed = every["closed"].ne("") & (every["closed"] < snapshot)
    return every.loc[opened & ~closed, ["organisation_code", "organisation", "year", "indicator"]]


def _problems(rule: Rule, collection: Collection) -> Iterator[Problem]:
    for row in rule.find(collection).to_dict("records"):
        yield Problem(
            str(row["file"]),
            int(row["row"]) if row["row"] else None,
            str(row["organisation_code"]),
            int(row["year"]),
            str(row["indicator"]),
            rule.severity,
            rule.name,
            str(row["found"]),
            rule.expected,
            rule.mend,
        )


def _above(
    smaller: str, larger: str, indicator: str, base_indicator: str
) -> Callable[[Collection], pd.DataFrame]:
    """Rows where more people were counted than could have been."""

    def find(collection: Collection) -> pd.DataFrame:
        returns = collection.returns
        few = returns[returns["measure"].eq(smaller) & returns["indicator"].eq(indicator)]
        many = _bases(returns, larger, base_indicator)
        on = [name for name in PLACE if name != "indicator"]
        both = few.merge(many, on=on)
        wrong = both[both["count"] > both["base"]]
        words = [
            f"{smaller} {c} above {larger} {b:.0f}"
            for c, b in zip(wrong["count"], wrong["base"], strict=True)
        ]
        return wrong.assign(found=words)

    return find


def _bases(returns: pd.DataFrame, measure: str, indicator: str) -> pd.DataFrame:
    """The bases of a measure, with headcount of all staff summed from its parts where it is not given."""
    on = [name for name in PLACE if name != "indicator"]
    rows = returns[returns["measure"].eq(measure) & returns["indicator"].eq(indicator)]
    given = rows[[*on, "count"]].rename(columns={"count": "base"})
    if measure != "headcount":
        return given
    parts = rows[rows["staff_group"].ne("all") & rows["category"].ne("")]
    summed = parts.groupby(["year", "organisation_code", "ethnicity"], as_index=False)["count"].sum()
    summed = summed.assign(staff_group="all", category="").rename(columns={"count": "base"})
    return pd.concat([given, summed[given.columns]]).drop_duplicates(on)


def _wrong_totals(collection: Collection) -> pd.DataFrame:
    """Given totals that are not the sum of the parts that are given too."""
    returns = collection.returns
    on = [*PLACE, "measure"]
    stocks = returns[returns["measure"].isin(["headcount", "board_members"])]
    groups = {"": ""} | {c: c for c in [*definitions().clusters, *definitions().board_groups]}
    totals = stocks[
        stocks["category"].isin(list(groups)) & stocks["staff_group"].ne("all")
        | stocks["indicator"].eq("9") & stocks["category"].isin(list(groups))
    ]
    parts = stocks[~stocks["category"].isin(list(groups))]
    wrong = []
    for category in groups:
        members = _members(category)
        inside = parts if not members else parts[parts["category"].isin(members)]
        summed = inside.assign(category=category).groupby(on, as_index=False)["count"].sum()
        both = totals[totals["category"].eq(category)].merge(summed, on=on, suffixes=("", "_parts"))
        wrong.append(both[both["count"].ne(both["count_parts"])])
    table = pd.concat(wrong)
    words = [
        f"a total of {c} where its parts add up to {p}"
        for c, p in zip(table["count"], table["count_parts"], strict=True)
    ]
    return table.assign(found=words)


def _members(category: str) -> tuple[str, ...]:
    known = definitions()
    if category in known.clusters:
        return known.clusters[category].bands
    return known.board_groups[category].roles if category in known.board_groups else ()


def _wrong_groups(collection: Collection) -> pd.DataFrame:
    """Broad ethnic groups that are not the sum of the detailed categories that are given too."""
    known = definitions()
    returns = collection.returns
    detailed = returns[~returns["ethnicity"].isin(known.ethnic_groups)]
    on = [*PLACE, "measure"]
    summed = (
        detailed.assign(ethnicity=detailed["ethnicity"].map(known.ethnic_group))
        .groupby(on, as_index=False)["count"]
        .sum()
    )
    both = returns.merge(summed, on=on, suffixes=("", "_parts"))
    wrong = both[both["count"].ne(both["count_parts"])]
    words = [
        f"{e} {c} where its detailed categories add up to {p}"
        for e, c, p in zip(wrong["ethnicity"], wrong["count"], wrong["count_parts"], strict=True)
    ]
    return wrong.assign(found=words)


def _no_headcount(collection: Collection) -> pd.DataFrame:
    """Disciplinary or training counts without the headcount that they are out of."""
    returns = collection.returns
    rows = returns[returns["indicator"].isin(["3", "4"])].drop_duplicates(
        ["year", "organisation_code", "indicator"]
    )
    have = returns.loc[returns["indicator"].eq("1"), ["year", "organisation_code"]].drop_duplicates()
    marked = rows.merge(have, how="left", indicator="found_there")
    return marked[marked["found_there"].eq("left_only")].assign(found="no headcount of indicator 1")


def _does_not_follow(collection: Collection) -> pd.DataFrame:
    """Percentages that their own count and base do not give within one unit of their last digit."""
    table = collection.percentages
    table = table[table["count"].notna() & table["base"].notna() & table["base"].gt(0)]
    implied = 100 * table["count"].astype(float) / table["base"].astype(float)
    slack = np.power(10.0, -table["decimals"].to_numpy(float)) + 1e-9
    wrong = table[(implied - table["percentage"]).abs() > slack]
    words = [
        f"{p:g} % where {c} of {b} is {100 * c / b:.2f} %"
        for p, c, b in zip(wrong["percentage"], wrong["count"], wrong["base"], strict=True)
    ]
    return wrong.assign(found=words)


def _count_above_base(collection: Collection) -> pd.DataFrame:
    table = collection.percentages
    wrong = table[(table["count"] > table["base"]).fillna(value=False)]
    words = [f"count {c} above base {b}" for c, b in zip(wrong["count"], wrong["base"], strict=True)]
    return wrong.assign(found=words)


def _after_closure(collection: Collection) -> pd.DataFrame:
    """Returns for a year after the organisation closed."""
    closed = collection.organisations[["organisation_code", "closed"]]
    rows = collection.returns.drop_duplicates(["year", "organisation_code", "indicator"])
    both = rows.merge(closed[closed["closed"].ne("")], on="organisation_code")
    wrong = both[both["closed"] < both["year"].astype(str) + "-03-31"]
    return wrong.assign(found=[f"a return although it closed on {day}" for day in wrong["closed"]])


RULES = (
    Rule(
        "appointed-above-shortlisted",
        "error",
        "no more people appointed than shortlisted",
        "check that both are of the same period and posts",
        _above("appointed", "shortlisted", "2", "2"),
    ),
    Rule(
        "disciplinary-above-headcount",
        "error",
        "no more people than the headcount of the same ethnicity",
        "check the count and the headcount",
        _above("entered_disciplinary", "headcount", "3", "1"),
    ),
    Rule(
        "training-above-headcount",
        "error",
        "no more people than the headcount of the same ethnicity",
        "count people once, not courses",
        _above("accessed_training", "headcount", "4", "1"),
    ),
    *(
        Rule(
            "answered-above-respondents",
            "error",
            "no more answers than respondents",
            "check the count and the base",
            _above("answered_yes", "respondents", code, code),
        )
        for code in ("5", "6", "7", "8")
    ),
    Rule("total-not-sum", "error", "the sum of its parts", "correct the total or its parts", _wrong_totals),
    Rule(
        "group-not-sum",
        "error",
        "the sum of its categories",
        "correct the group or its categories",
        _wrong_groups,
    ),
    Rule("no-headcount", "warning", "the headcount of indicator 1", "send indicator 1 too", _no_headcount),
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
        "no return after closure",
        "check the year and the closing date",
        _after_closure,
    ),
)
