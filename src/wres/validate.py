"""Rules over the collected tables that weigh figures against each other; all failures at once.

Each rule is data: what it is called, how grave it is, what it expects, how to mend it, and a function that
finds the rows that break it. What can be told from a single row is checked where it is read. Figures that are
withheld already are left out, so that no mistake is reported twice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, partial

import numpy as np
import pandas as pd

from wres.analysis.counts import without_withheld
from wres.collect import Collection
from wres.definitions import definitions
from wres.params import Publication
from wres.problems import Problem, Severity

UNIT = ["organisation_code", "year"]
FIGURE = [*UNIT, "indicator"]
CELL = [*FIGURE, "staff_group", "category", "ethnicity"]
KEY = [*CELL, "measure"]
REPRESENTATION, BOARD = "1", "9"


class Figures:
    """What the rules look at: the tidy tables without what is withheld already.

    Attributes
    ----------
    organisations, returns, percentages
        The tidy tables.
    withheld
        Organisations, years and indicators that errors keep out of publication.
    """

    def __init__(self, collection: Collection) -> None:
        self.withheld = collection.withheld
        self.organisations = collection.organisations
        self.returns = without_withheld(collection.returns, self.withheld)
        self.percentages = without_withheld(collection.percentages, self.withheld)

    def returned(self, indicator: str, measure: str) -> pd.DataFrame:
        """Rows of the returns that hold a measure of an indicator."""
        return self.returns[self.returns["indicator"].eq(indicator) & self.returns["measure"].eq(measure)]

    @cached_property
    def totals(self) -> pd.DataFrame:
        """Every total of which parts were sent too: their ``sum``, and whether that is of the ``whole``."""
        return _totals(self)


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
    years = range(publication.first_year, publication.year + 1)
    for rules in (RULES, RULES_OF_WHAT_RESTS_ON_OTHERS):
        figures = Figures(collection)
        problems = [problem for rule in rules for problem in _problems(rule, figures)]
        collection = collection.with_problems([problem for problem in problems if problem.year in years])
    return collection


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
    counted = _with_ethnic_groups(figures.returned(indicator, measures.count))
    if measures.base == "headcount":
        bases = _with_totals(_with_ethnic_groups(figures.returned(REPRESENTATION, "headcount")))
    else:
        bases = _with_ethnic_groups(figures.returned(indicator, str(measures.base)))
    bases = bases.rename(columns={"count": "base"}).assign(indicator=indicator)
    both = counted.merge(bases[[*CELL, "base"]], on=CELL)
    wrong = both[both["count"] > both["base"]]
    counts = zip(wrong["count"], wrong["base"], strict=True)
    return wrong.assign(found=[f"{measures.count} {x} above {measures.base} {n}" for x, n in counts])


def _summed(parts: pd.DataFrame, key: list[str]) -> pd.DataFrame:
    """Sums of counts over everything that is not in the key, at the place of their first part."""
    return parts.groupby(key, as_index=False).agg({"count": "sum", "file": "first", "row": "first"})


def _with_ethnic_groups(returns: pd.DataFrame) -> pd.DataFrame:
    """Counts with ethnic groups, summed from detailed categories where they were not sent."""
    known = definitions()
    detailed = returns[~returns["ethnicity"].isin(known.ethnic_groups)]
    if detailed.empty:
        return returns
    groups = detailed.assign(ethnicity=detailed["ethnicity"].map(known.ethnic_group))
    return pd.concat([returns, _summed(groups, KEY)]).drop_duplicates(KEY)


def _with_group_totals(heads: pd.DataFrame) -> pd.DataFrame:
    """Headcounts with staff groups' totals, ``summed`` from bands and grades where they were not sent."""
    known = definitions()
    bands = heads["category"].isin([*known.bands, *known.medical_grades])
    totals = _summed(heads[heads["staff_group"].ne("all") & bands], [n for n in KEY if n != "category"])
    both = [heads.assign(summed=False), totals.assign(category="", summed=True)]
    return pd.concat(both).drop_duplicates(KEY)


def _with_totals(heads: pd.DataFrame) -> pd.DataFrame:
    """Headcounts with totals of staff groups and of all staff, summed from their parts where not sent."""
    groups = _with_group_totals(heads)
    parts = groups[groups["staff_group"].ne("all") & groups["category"].eq("")]
    overall = _summed(parts, [name for name in KEY if name != "staff_group"]).assign(staff_group="all")
    return pd.concat([groups, overall]).drop_duplicates(KEY)


def _not_sum(figures: Figures) -> pd.DataFrame:
    """Totals below the sum of their parts, or above it though every part was sent."""
    table = figures.totals
    wrong = (table["sum"] > table["count"]) | (table["whole"] & table["sum"].ne(table["count"]))
    return _in_words(table[wrong], "its parts add up to")


def _parts_missing(figures: Figures) -> pd.DataFrame:
    """Totals above the sum of the parts that were sent, where others weren't."""
    table = figures.totals
    return _in_words(table[~table["whole"] & (table["sum"] < table["count"])], "the parts sent add up to")


def _in_words(totals: pd.DataFrame, parts: str) -> pd.DataFrame:
    names = totals["total"].replace("", "the total")
    given = zip(totals["measure"], totals["count"], names, totals["sum"], strict=True)
    words = [f"{measure} {count} for {name} where {parts} {total}" for measure, count, name, total in given]
    return totals.assign(found=words)


def _totals(figures: Figures) -> pd.DataFrame:
    known = definitions()
    heads = figures.returned(REPRESENTATION, "headcount")
    board = figures.returned(BOARD, "board_members")
    bands = {code: cluster.bands for code, cluster in known.clusters.items()}
    roles = {code: group.roles for code, group in known.board_groups.items()}
    staff_groups = tuple(group for group in known.staff_groups if group != "all")
    ethnic_groups = {
        group: tuple(code for code, each in known.ethnic_categories.items() if each.group == group)
        for group in known.ethnic_groups
    }
    tables = [
        _with_sums(heads, "category", {"": (*known.bands, *known.medical_grades), **bands}),
        _with_sums(_with_group_totals(heads), "staff_group", {"all": staff_groups}),
        _with_sums(board, "category", {"": tuple(known.board_roles), **roles}),
        _with_sums(figures.returns, "ethnicity", ethnic_groups),
    ]
    return pd.concat(tables)


def _with_sums(returns: pd.DataFrame, column: str, parts: Mapping[str, tuple[str, ...]]) -> pd.DataFrame:
    """Totals in a column with the sum of their parts in the same column, where any part was sent."""
    others = [name for name in KEY if name != column]
    pairs = [(total, part) for total, members in parts.items() for part in members]
    totals = returns[returns[column].isin(list(parts))].assign(total=lambda table: table[column])
    sent = returns.merge(totals[others].drop_duplicates(), on=others)
    sent = sent.merge(pd.DataFrame(pairs, columns=["total", column]), on=column)
    sent = sent.assign(whole=~sent["summed"] if "summed" in sent else True)
    sums = sent.groupby([*others, "total"], as_index=False).agg(
        sum=("count", "sum"), sent=("count", "size"), whole=("whole", "all")
    )
    both = totals.merge(sums, on=[*others, "total"])
    members = both["total"].map({total: len(of_total) for total, of_total in parts.items()})
    return both.assign(whole=both["whole"] & both["sent"].eq(members))


def _without_base(figures: Figures) -> pd.DataFrame:
    """Counts without those that they are out of; one row an organisation, year and indicator."""
    rows = figures.returns.drop_duplicates(FIGURE)
    rows = rows.assign(base=rows["indicator"].map(_bases()))
    base_indicator = rows["indicator"].where(rows["base"].ne("headcount"), REPRESENTATION)
    wanted = pd.MultiIndex.from_arrays([*(rows[name] for name in UNIT), base_indicator, rows["base"]])
    given = wanted.isin(pd.MultiIndex.from_frame(figures.returns[[*FIGURE, "measure"]].drop_duplicates()))
    shares = figures.percentages[figures.percentages["indicator"].eq(REPRESENTATION)]
    shared = rows["indicator"].eq(BOARD) & _of_same_unit(rows, shares)
    wrong = rows[~given & ~shared & ~_on_withheld(rows, figures)]
    return wrong.assign(found="no " + wrong["base"])


def _on_withheld_headcount(figures: Figures) -> pd.DataFrame:
    """Figures that are out of a headcount, or compared with one, that errors keep out of publication."""
    shares = figures.percentages[figures.percentages["indicator"].eq(BOARD)]
    columns = [*FIGURE, "file", "row"]
    rows = pd.concat([figures.returns[columns], shares[columns]], ignore_index=True).drop_duplicates(FIGURE)
    return rows[_on_withheld(rows, figures)].assign(found="a headcount of indicator 1 with errors")


def _on_withheld(rows: pd.DataFrame, figures: Figures) -> pd.Series:
    withheld = figures.withheld[figures.withheld["indicator"].eq(REPRESENTATION)]
    rests = rows["indicator"].map(_bases()).eq("headcount") & rows["indicator"].ne(REPRESENTATION)
    return rests & _of_same_unit(rows, withheld)


def _bases() -> dict[str, str]:
    """The measure that each indicator's counts are out of or compared with."""
    return {code: each.measures.base or "headcount" for code, each in definitions().indicators.items()}


def _of_same_unit(rows: pd.DataFrame, others: pd.DataFrame) -> pd.Series:
    found = pd.MultiIndex.from_frame(rows[UNIT]).isin(pd.MultiIndex.from_frame(others[UNIT]))
    return pd.Series(found, index=rows.index)


def _does_not_follow(figures: Figures) -> pd.DataFrame:
    """Percentages more than a unit of their last digit away from what their own count and base give.

    A unit and not half of one, because some publishers cut digits off instead of rounding.
    """
    table = figures.percentages
    table = table[table["count"].notna() & table["base"].gt(0).fillna(value=False)]
    implied = 100 * table["count"].astype(float) / table["base"].astype(float)
    unit = np.power(10.0, -table["decimals"].to_numpy(float))
    wrong: pd.DataFrame = table[(implied - table["percentage"]).abs() > unit + 1e-9]
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
    Rule("total-not-sum", "error", "the sum of the parts", "correct the total or its parts", _not_sum),
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
RULES_OF_WHAT_RESTS_ON_OTHERS = (
    Rule(
        "headcount-withheld",
        "error",
        "a headcount without errors",
        "mend indicator 1; this indicator rests on it and is withheld until then",
        _on_withheld_headcount,
    ),
)
