"""The explorer of the national overview: indicator, peer group and organisation to choose, inside the page.

The page carries the data, rounded as they are printed, the script, and Chartist (SVG charts, MIT licence, in
``chartist``). Without a script, the pictures and tables of :mod:`wres.report.national.explorer.still` stand in its
place and say the same.
"""

from __future__ import annotations

import json
import math
from importlib import resources
from typing import Any

import numpy as np
import pandas as pd

from wres.definitions import definitions
from wres.report import narrative
from wres.report.display import show
from wres.report.narrative.texts import say
from wres.report.national.explorer.measures import Measure, measures
from wres.report.national.explorer.still import show_still
from wres.report.slices import Slice, where

FIRST = "2"
LETTERS = {
    "adverse": "a",
    "favourable": "f",
    "equivalent": "e",
    "inconclusive": "i",
    "not_tested": "n",
    "": "s",
}
REASONS = {
    "suppressed": "h",
    "not_submitted": "x",
    "withheld": "w",
    "insufficient": "u",
    "not_applicable": "z",
}
STANDINGS = {"clearly_worse": "W", "worse": "w", "alike": "=", "better": "b", "clearly_better": "B", "": "-"}
GROUPS_OF = {
    "nation": "England",
    "type": "Type",
    "region": "Region",
    "icb": "Integrated care board area",
    "size": "Size",
    "named": "Groups of this publication",
}
SCRIPTS = ("chartist/chartist-1.5.0.umd.js", "explorer.js")


def show_explorer(report: Slice, made: list[str]) -> None:
    """Show the explorer, and for those without a script pictures and tables that say the same.

    Parameters
    ----------
    report
        The national slice.
    made
        Codes of the organisations whose reports were made, to lead to them.
    """
    offered = measures(report)
    if not offered:
        show(say("national", "nothing to explore", year=report.year))
        return
    show("::: {.explorer-still}\n")
    show_still(report, offered)
    show(":::\n")
    data = json.dumps(explorer_data(report, offered, made), separators=(",", ":"))
    for sign in "<>&":  # inside a script element no text can then end it
        data = data.replace(sign, f"\\u{ord(sign):04x}")
    scripts = "".join(f"<script>\n{_file(name)}\n</script>\n" for name in SCRIPTS)
    show(
        f"``````{{=html}}\n{_file('explorer.html')}"
        f'<script type="application/json" id="explorer-data">{data}</script>\n{scripts}\n``````\n'
    )


def explorer_data(report: Slice, offered: list[Measure], made: list[str]) -> dict[str, Any]:
    """Everything that the explorer shows: protected figures alone, rounded as they are printed."""
    years = range(report.publication.first_year, report.year + 1)
    known = definitions()
    of_year = {code for measure in offered for code in measure.of_year["code"]}
    places = report.organisations[report.organisations["organisation_code"].isin(of_year)]
    places = places.sort_values("organisation", kind="stable")
    codes = list(places["organisation_code"])
    groups = _groups(report, codes)
    numbers = {(group["kind"], group["group"]): number for number, group in enumerate(groups)}
    member_of = _member_of(report, numbers)
    return {
        "years": list(years),
        "first": _first(offered),
        "reasons": {letter: narrative.STATUS_WORDS[status] for status, letter in REASONS.items()},
        "kinds": GROUPS_OF,
        "groups": groups,
        "indicators": [_measure(report, measure, codes, years, numbers) for measure in offered],
        "organisations": [
            {
                "code": place["organisation_code"],
                "name": place["organisation"],
                "type": known.organisation_types[place["type"]].label,
                "region": known.regions.get(place["region"], ""),
                "groups": member_of.get(place["organisation_code"], []),
                "report": place["organisation_code"] in made,
            }
            for place in places.to_dict("records")
        ],
    }


def _first(offered: list[Measure]) -> int:
    """The measure that is shown first: appointment, or else what most organisations have a figure of."""
    published = [measure.of_year["status"].eq("published").sum() for measure in offered]
    codes = [measure.code for measure in offered if measure.unit != "percent"]
    return codes.index(FIRST) if FIRST in codes else int(np.argmax(published))


def _groups(report: Slice, codes: list[str]) -> list[dict[str, str]]:
    """Peer groups with a member that is shown, in the order in which they are offered."""
    peers = report.comparisons.peers
    found = peers[peers["organisation_code"].isin(codes)].drop_duplicates(["kind", "group"])
    order = list(GROUPS_OF)
    found = found.assign(order=found["kind"].map(order.index)).sort_values(["order", "name"], kind="stable")
    return found[["kind", "group", "name"]].to_dict("records")  # type: ignore[return-value]


def _member_of(report: Slice, numbers: dict[tuple[str, str], int]) -> dict[str, list[int]]:
    """Numbers of the groups that each organisation is in."""
    found: dict[str, list[int]] = {}
    for row in report.comparisons.peers.itertuples():
        number = numbers.get((str(row.kind), str(row.group)))
        if number is not None:
            found.setdefault(str(row.organisation_code), []).append(number)
    return found


def _measure(
    report: Slice, measure: Measure, codes: list[str], years: range, numbers: dict[tuple[str, str], int]
) -> dict[str, Any]:
    of_measure = {"indicator": measure.code, "statistic": measure.statistic}
    figures = where(report.comparisons.peer_figures, year=report.year, **of_measure)
    standings = where(report.comparisons.standings, year=report.year, **of_measure)
    letters = {
        numbers[str(kind), str(group)]: _letters(part, codes)
        for (kind, group), part in standings.groupby(["kind", "group"])
    }
    return {
        "code": measure.code,
        "name": measure.name,
        "question": measure.question,
        "unit": measure.unit,
        "breaks": measure.breaks,
        "figures": _figures(measure, measure.organisations, codes, years),
        "national": _figures(measure, measure.nation, [report.code], years)[0],
        "peers": {
            numbers[row["kind"], row["group"]]: _peers(row, measure)
            for _, row in figures.iterrows()
            if np.isfinite([row["pooled"], row["spread"]]).all()
        },
        "standings": letters,
    }


def _peers(row: pd.Series, measure: Measure) -> list[float]:
    """What a funnel is drawn around and widened by, the quartiles, and how many organisations are compared."""
    limits = [round(row[name], 3) for name in ("pooled", "spread")]
    quartiles = [round(row[name], measure.decimals) for name in ("lower_quartile", "upper_quartile")]
    return [*limits, *quartiles, int(row["published"])]


def _letters(standings: pd.DataFrame, codes: list[str]) -> str:
    """A letter an organisation, in the order of the codes."""
    found = dict(zip(standings["code"], standings["standing"], strict=True))
    return "".join(STANDINGS[found.get(code, "")] for code in codes)


def _figures(measure: Measure, rows: pd.DataFrame, codes: list[str], years: range) -> list[str]:
    """For each entity its years, parted by ";", as short as can be: a page carries twenty thousand of them."""
    empty = REASONS["not_submitted"]
    found = {(row.code, row.year): _figure(measure, row) for row in rows.itertuples()}
    return [";".join(found.get((code, year), empty) for year in years) for code in codes]


def _figure(measure: Measure, row: Any) -> str:
    """Value and limits in units of the last printed decimal, blank where there is none, and a letter.

    The letter is that of the verdict, or alone that of the reason why there is no figure.
    """
    if row.status != "published":
        return REASONS[row.status]
    scale = 10**measure.decimals
    numbers = (f"{round(scale * n)}" if math.isfinite(n) else "" for n in (row.value, row.lower, row.upper))
    return f"{','.join(numbers)}{LETTERS[row.verdict]}"


def _file(name: str) -> str:
    return resources.files("wres.report.national.explorer").joinpath(name).read_text(encoding="utf-8")
