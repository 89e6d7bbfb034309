"""Goals to parity, worked out a second time from the published shares, in plain Python.

Recruits a year and the share of them who must be BME follow from the formula inferred from *A Model Employer* (NHS
England, 2019), Tables 2 and 3. What chance may leave of a goal is not worked out again, and the comparison says so.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from wres.collect import Collection
from wres.params import Publication
from wres.verify.table import Compared, Row, agree

FEWEST_POSTS = 20
WORKED_OUT = ("share", "bme", "posts", "target", "turnover", "share_of_recruits", "recruits", "bme_recruits")
NOT_WORKED_OUT = ("reached_lower", "reached_upper", "present_share_of_recruits", "chance")
Place = tuple[str, ...]


def compare_goals(
    goals: Iterator[Row], results: Sequence[Row], collection: Collection, publication: Publication
) -> Compared:
    """Hold every published goal against one worked out again.

    Parameters
    ----------
    goals
        Rows of ``goals.csv``.
    results
        Rows of ``indicators.csv``: goals are made of what is published there.
    collection
        Says the turnover of organisations, where they sent it.
    publication
        Says the turnover where they did not, and the path.
    """
    shares = {
        _place(row): row
        for row in results
        if row["indicator"] == "1" and row["statistic"] == "percentage_of_known"
    }
    turnovers = {
        (str(row.organisation_code), str(row.category)): float(row.turnover)  # type: ignore[arg-type]
        for row in collection.turnover.itertuples()
    }
    found = Compared(left_out=Counter())
    for goal in goals:
        if goal["target_basis"] != "fixed":
            found.left_out["goals against a projected target"] += 1
            continue
        again = _goal(goal, shares, turnovers, publication)
        _compare(goal, again, found)
        for name in NOT_WORKED_OUT:
            found.left_out[f"{name} of goals"] += goal[name] != ""
    return found


def _place(row: Row, **changed: str) -> Place:
    about = {**row, **changed}
    return tuple(about[name] for name in ("year", "level", "code", "staff_group", "category"))


def _goal(
    goal: Row,
    shares: Mapping[Place, Row],
    turnovers: Mapping[tuple[str, str], float],
    publication: Publication,
) -> dict[str, float | str]:
    row, whole = shares.get(_place(goal)), shares.get(_place(goal, staff_group="all", category=""))
    share, bme, posts = _numbers(row, "value", "numerator", "denominator")
    share, target = share / 100, _numbers(whole, "value")[0] / 100
    turnover = publication.aspiration.turnover
    if goal["level"] == "organisation":
        of_all = turnovers.get((goal["code"], ""), turnover)
        turnover = turnovers.get((goal["code"], goal["category"]), of_all)
    years = int(goal["target_year"]) - int(goal["year"])
    if publication.aspiration.path == "linear":
        needed = ((target - share) / years + turnover * target) / turnover
    else:
        kept = (1 - turnover) ** years
        needed = (target - share * kept) / (1 - kept)
    outcome = _outcome(row, share, target, posts, needed)
    asked, ahead = outcome in ("recruit", "impossible"), outcome in ("recruit", "impossible", "met")
    return {
        "share": share,
        "bme": bme,
        "posts": posts,
        "target": target,
        "turnover": turnover,
        "share_of_recruits": needed if asked else math.nan,
        "recruits": turnover * posts if ahead else math.nan,
        "bme_recruits": needed * turnover * posts if asked else math.nan,
        "outcome": outcome,
    }


def _outcome(row: Row | None, share: float, target: float, posts: float, needed: float) -> str:
    if row is None:
        return "no_posts"
    if row["status"] != "published" or math.isnan(target):
        return "hidden"
    if posts < FEWEST_POSTS:
        return "too_few_posts"
    if share >= target:
        return "met"
    return "impossible" if needed > 1 else "recruit"


def _numbers(row: Row | None, *names: str) -> list[float]:
    return [float((row or {}).get(name) or "nan") for name in names]


def _compare(goal: Row, again: Mapping[str, float | str], found: Compared) -> None:
    about = f"{goal['code']} {goal['year']}, goal for {goal['staff_group']} {goal['category']} by {goal['target_year']}"
    for name in WORKED_OUT:
        printed, number = float(goal[name] or "nan"), float(again[name])
        if agree(printed, number):
            found.agreeing += 1
        else:
            found.wrong.append(
                f"{about}: {name} is {printed:.6g} in the table and {number:.6g} worked out again"
            )
    if goal["outcome"] == again["outcome"]:
        found.agreeing += 1
    else:
        found.wrong.append(
            f"{about}: the outcome is {goal['outcome']} in the table and {again['outcome']} worked out again"
        )
