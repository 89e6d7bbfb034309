"""The explorer of the national overview: indicator, peer group and organisation to choose, inside the page.

The page carries the data, rounded as they are printed, the script, and Chartist (SVG charts, MIT licence, in
``chartist``). Without a script, a picture and a table of one indicator stand in its place.
"""

from __future__ import annotations

import json
import math
from importlib import resources
from typing import Any

import numpy as np
import pandas as pd
from scipy.stats import norm

from wres.definitions import Indicator, definitions
from wres.report import narrative, words
from wres.report.display import escape, pipe_table, show
from wres.report.drawing import BLUE, GREY, ORANGE, Chart, new_axes, set_style, show_chart
from wres.report.national.overview import of_types
from wres.report.slices import Slice, headlines, where

FIRST = "2"
LETTERS = {"adverse": "a", "favourable": "f", "equivalent": "e", "inconclusive": "i", "not_tested": "n"}
SCRIPTS = ("chartist/chartist-1.5.0.umd.js", "explorer.js")


def show_explorer(report: Slice, made: list[str]) -> None:
    """Show the explorer, and for those without a script a picture and a table that say the same of one indicator.

    Parameters
    ----------
    report
        The national slice.
    made
        Codes of the organisations whose reports were made, to lead to them.
    """
    show("::: {.explorer-still}\n")
    _show_still(report)
    show(":::\n")
    data = json.dumps(explorer_data(report, made), separators=(",", ":"))
    for sign in "<>&":  # inside a script element no text can then end it
        data = data.replace(sign, f"\\u{ord(sign):04x}")
    scripts = "".join(f"<script>\n{_file(name)}\n</script>\n" for name in SCRIPTS)
    show(
        f"``````{{=html}}\n{_file('explorer.html')}"
        f'<script type="application/json" id="explorer-data">{data}</script>\n{scripts}\n``````\n'
    )


def explorer_data(report: Slice, made: list[str]) -> dict[str, Any]:
    """Everything that the explorer shows: protected figures alone, rounded as they are printed."""
    years = range(report.publication.first_year, report.year + 1)
    rows = headlines(report.indicators[report.indicators["year"].isin(years)])
    own = rows[rows["level"].eq("organisation")]
    of_year = set(own.loc[own["year"].eq(report.year), "code"])
    known = definitions()
    places = report.organisations[report.organisations["organisation_code"].isin(of_year)]
    places = places.sort_values("organisation", kind="stable")
    codes = list(places["organisation_code"])
    nation = rows[rows["level"].eq("national")]
    indicators = [
        _indicator(report, code, indicator)
        | {
            "figures": _figures(where(own, indicator=code), codes, years),
            "national": _figures(where(nation, indicator=code), [report.code], years)[0],
        }
        for code, indicator in known.indicators.items()
    ]
    return {
        "years": list(years),
        "first": list(known.indicators).index(FIRST),
        "reasons": narrative.STATUS_WORDS,
        "indicators": indicators,
        "organisations": [
            {
                "code": place["organisation_code"],
                "name": place["organisation"],
                "type": known.organisation_types[place["type"]].label,
                "region": known.regions.get(place["region"], ""),
                "icb": place["icb"],
                "trust": known.organisation_types[place["type"]].trust,
                "report": place["organisation_code"] in made,
            }
            for place in places.to_dict("records")
        ],
    }


def _indicator(report: Slice, code: str, indicator: Indicator) -> dict[str, Any]:
    target, spread = report.varies(code, "funnel_target"), report.varies(code, "funnel_spread")
    return {
        "code": code,
        "name": indicator.name,
        "question": indicator.question,
        "ratio": indicator.gap == "relative_likelihood",
        "breaks": [b.year for b in indicator.breaks if b.breaks_trend],
        "target": None if target is None else round(float(target["value"]), 3),
        "spread": 0 if spread is None else round(float(spread["value"]), 3),
    }


def _figures(rows: pd.DataFrame, codes: list[str], years: range) -> list[list[Any]]:
    """For each entity and year: value, limits and verdict, or the status that says why there is none."""
    empty = "not_submitted"
    found = {(row.code, row.year): _figure(row) for row in rows.itertuples()}
    return [[found.get((code, year), empty) for year in years] for code in codes]


def _figure(row: Any) -> list[Any] | str:
    if row.status != "published":
        return str(row.status)
    decimals = 2 if row.statistic == "relative_likelihood" else 1
    numbers = [
        round(float(n), decimals) if math.isfinite(n) else None for n in (row.value, row.lower, row.upper)
    ]
    return [*numbers, LETTERS[row.verdict]]


def _show_still(report: Slice) -> None:
    indicator = definitions().indicators[FIRST]
    trusts = where(of_types(report, definitions().trust_types), indicator=FIRST).sort_values(
        "name", kind="stable"
    )
    target, spread = report.varies(FIRST, "funnel_target"), report.varies(FIRST, "funnel_spread")
    if target is not None and spread is not None:
        caption = (
            "Each dot a trust; the more people, the further right. Line: all trusts. Curves: limits within which 95% "
            "and 99.8% of trusts would lie by chance and their ordinary differences."
        )
        drawn, outside = _funnel(trusts, report, float(target["value"]), float(spread["value"]))
        finding = f"{indicator.name}: {words.count_word(outside)} trusts lie outside the wide limits in {report.year}"
        show_chart(report, drawn, finding, caption)
    types = report.organisations.set_index("organisation_code")["type"]
    labels = {code: kind.label for code, kind in definitions().organisation_types.items()}
    lines = [
        [escape(row["name"]), labels[types[row["code"]]], _printed(row), narrative.verdict_words(row)]
        for _, row in trusts.iterrows()
    ]
    caption = f"{indicator.name}, {report.year}: times, with 95% interval, every NHS trust"
    show(pipe_table(["Trust", "Type", "Gap", "Verdict"], lines, caption, 2))


def _printed(row: pd.Series) -> str:
    return f"{words.ratio(row['value'])} ({words.interval(row)})" if row["status"] == "published" else "–"


def _funnel(rows: pd.DataFrame, report: Slice, target: float, spread: float) -> tuple[Chart, int]:
    """The funnel of one ratio, on the precision of its logarithm; and how many lie outside its wide limits."""
    z = norm.ppf((1 + report.publication.statistics.confidence) / 2)
    with np.errstate(divide="ignore"):
        value, lower, upper = np.log(rows[["value", "lower", "upper"]].to_numpy(float)).T
    error = (upper - lower) / (2 * z)
    drawn = np.isfinite(value) & np.isfinite(error) & (error > 0)
    value, precision = value[drawn], 1 / error[drawn]
    set_style()
    figure, axes = new_axes((6.6, 3.4))
    x = np.linspace(precision.max(initial=1) / 40, 1.05 * precision.max(initial=1), 200)
    middle = math.log(target)
    for limit, style in ((1.96, "-"), (3.09, "--")):
        away = limit * np.hypot(1 / x, spread)
        for way in (-1, 1):
            axes.plot(x, np.exp(middle + way * away), style, color=GREY, linewidth=1)
    axes.axhline(target, color=ORANGE, linewidth=1.4)
    axes.plot(precision, np.exp(value), "o", color=BLUE, markersize=4, alpha=0.8)
    axes.set_yscale("log", base=2)
    reach = 1.2 * max(np.abs(value - middle).max(initial=0.3), 0.3)
    axes.set_ylim(math.exp(middle - reach), math.exp(middle + reach))
    axes.set_xlim(0, x[-1])
    axes.yaxis.set_major_formatter(lambda v, _: f"{v:g}×")
    axes.set_xticks([])
    axes.set_xlabel("fewer people  ←   →  more people")
    outside = int((np.abs(value - middle) > 3.09 * np.hypot(1 / precision, spread)).sum())
    said = f"{len(value)} trusts around {words.ratio(target)} times; {outside} outside the wide limits"
    return Chart(figure, f"Funnel of {definitions().indicators[FIRST].name.lower()}: {said}"), outside


def _file(name: str) -> str:
    return resources.files("wres.report.national.explorer").joinpath(name).read_text(encoding="utf-8")
