"""Rules of arithmetic: parts and totals, counts and what they are out of, shares and their counts.

Whether figures that add up are likely belongs in :mod:`.plausibility`.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

import pandas as pd

from wres.analysis.counts import people
from wres.definitions import definitions
from wres.validate.rules import BOARD, CELL, FIGURE, KEY, REPRESENTATION, UNIT, Figures, Rule


def _above_base(figures: Figures, indicator: str) -> pd.DataFrame:
    """Rows where more people were counted than could have been, by ethnic group and by detailed category."""
    measures = definitions().indicators[indicator].measures
    counted = with_ethnic_groups(figures.returned(indicator, measures.count))
    if measures.base == "headcount":
        bases = _with_totals(with_ethnic_groups(figures.returned(REPRESENTATION, "headcount")))
    else:
        bases = with_ethnic_groups(figures.returned(indicator, str(measures.base)))
    bases = bases.rename(columns={"count": "base"}).assign(indicator=indicator)
    both = counted.merge(bases[[*CELL, "base"]], on=CELL)
    wrong = both[both["count"] > both["base"]]
    counts = zip(wrong["count"], wrong["base"], strict=True)
    return wrong.assign(found=[f"{measures.count} {x} above {measures.base} {n}" for x, n in counts])


def _summed(parts: pd.DataFrame, key: list[str]) -> pd.DataFrame:
    """Sums of counts over everything that is not in the key, at the place of their first part."""
    return parts.groupby(key, as_index=False).agg({"count": "sum", "file": "first", "row": "first"})


def with_ethnic_groups(returns: pd.DataFrame) -> pd.DataFrame:
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
    table = figures.once(_totals)
    wrong = (table["sum"] > table["count"]) | (table["whole"] & table["sum"].ne(table["count"]))
    return _in_words(table[wrong], "its parts add up to")


def _parts_missing(figures: Figures) -> pd.DataFrame:
    """Totals above the sum of the parts that were sent, where others weren't."""
    table = figures.once(_totals)
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


def _count_above_base(figures: Figures) -> pd.DataFrame:
    table = figures.percentages
    wrong = table[(table["count"] > table["base"]).fillna(value=False)]
    given = zip(wrong["count"], wrong["base"], strict=True)
    return wrong.assign(found=[f"count {x} above base {n}" for x, n in given])


def _board_above_workforce(figures: Figures) -> pd.DataFrame:
    """Boards with more members than the organisation has staff, all ethnic groups together."""
    boards = figures.headlines[figures.headlines["indicator"].eq(BOARD)]
    members, staff = people(boards, part="x"), people(boards, part="n")
    wrong = boards.assign(members=members, staff=staff)[(members > staff) & (staff > 0)]
    counts = zip(wrong["members"], wrong["staff"], strict=True)
    return figures.placed(
        wrong.assign(found=[f"a board of {x:.0f} above a headcount of {n:.0f}" for x, n in counts])
    )


RULES = (
    Rule(
        "appointed-above-shortlisted",
        "error",
        "appointed and shortlisted people of an ethnic group",
        "no more people appointed than shortlisted",
        "check that both are of the same period and posts",
        partial(_above_base, indicator="2"),
    ),
    Rule(
        "disciplinary-above-headcount",
        "error",
        "staff of an ethnic group in a formal disciplinary process, and all of them",
        "no more people than the headcount of the same ethnicity",
        "check the count and the headcount",
        partial(_above_base, indicator="3"),
    ),
    Rule(
        "training-above-headcount",
        "error",
        "staff of an ethnic group with non-mandatory training, and all of them",
        "no more people than the headcount of the same ethnicity",
        "count people once, not courses",
        partial(_above_base, indicator="4"),
    ),
    *(
        Rule(
            "answered-above-respondents",
            "error",
            "answers to a survey question, and those who were asked",
            "no more people answering yes than respondents",
            "check the count and the respondents",
            partial(_above_base, indicator=indicator),
        )
        for indicator in ("5", "6", "7", "8")
    ),
    Rule(
        "board-above-workforce",
        "error",
        "members of the board and the headcount",
        "a board smaller than the workforce",
        "check that both count people, and that neither is of another organisation",
        _board_above_workforce,
    ),
    Rule(
        "total-not-sum",
        "error",
        "totals of bands, staff groups, board roles and ethnic groups",
        "the sum of the parts",
        "correct the total or its parts",
        _not_sum,
    ),
    Rule(
        "parts-missing",
        "warning",
        "totals of bands, staff groups, board roles and ethnic groups, where parts are missing",
        "parts that add up to the total",
        "send the parts that are missing, with 0 where there is nobody",
        _parts_missing,
    ),
    Rule(
        "no-base",
        "warning",
        "counts and what they are out of or compared with",
        "the counts that these are out of or compared with",
        "send them too; the indicator can't be computed without",
        _without_base,
    ),
    Rule(
        "count-above-base",
        "error",
        "the count and base of a percentage",
        "a count no greater than its base",
        "correct the count or the base",
        _count_above_base,
    ),
)
RULES_OF_WHAT_RESTS_ON_OTHERS = (
    Rule(
        "headcount-withheld",
        "error",
        "indicators that rest on the headcount of indicator 1",
        "a headcount without errors",
        "mend indicator 1; this indicator rests on it and is withheld until then",
        _on_withheld_headcount,
    ),
)
