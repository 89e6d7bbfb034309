"""Indicators 2 to 4 in depth: crude and within trusts, how much trusts differ, and the four-fifths count."""

from __future__ import annotations

import math

import pandas as pd

from wres.definitions import definitions
from wres.report import tables, words
from wres.report.display import cards, pipe_table, show
from wres.report.narrative.texts import heads, say
from wres.report.national.overview import of_types
from wres.report.slices import Slice, where

ALIKE = 0.05


def show_within_trusts(report: Slice) -> None:
    """Show the national ratio of all people taken together beside the ratio within trusts, and the difference."""
    lines = []
    for code, indicator in definitions().indicators.items():
        crude, within = report.headline(code), report.headline(code, "relative_likelihood_mh")
        points = report.headline(code, "difference")
        if indicator.kind != "likelihood" or crude is None or within is None:
            continue
        if crude["status"] != "published" or within["status"] != "published":
            continue
        people = "–" if pd.isna(crude["people_equivalent"]) else f"{round(crude['people_equivalent']):+,}"
        lines.append(
            [
                f"{code} {indicator.name}",
                f"{words.ratio(crude['value'])} ({words.interval(crude)})",
                f"{words.ratio(within['value'])} ({words.interval(within)})",
                "–" if points is None else f"{words.signed(points['value'])} ({words.interval(points)})",
                people.replace("-", "−"),
                _meaning(crude["value"], within["value"]),
            ]
        )
    if not lines:
        show(say("national", "no ratios"))
        return
    show(f"**{say('national', 'title ratios')}**\n")
    head = heads("ratios")
    show(cards(pipe_table(head, lines, say("tables", "ratios", year=report.year), len(head))))
    show(f"::: {{.note}}\n{say('national', 'how ratios are made')}\n:::")


def show_parts_of_staff(report: Slice) -> None:
    """Show indicators 2 to 4 by staff group and band, where they were given so."""
    for code, indicator in definitions().indicators.items():
        table = tables.parts_of_staff(report, code) if indicator.kind == "likelihood" else ""
        if table:
            show(f"### {say('headings', 'staff groups', indicator=indicator.name)}\n\n{table}")


def show_four_fifths(report: Slice) -> None:
    """Show how many trusts lie inside the practical range, beside the number that chance alone would put there."""
    low, high = report.publication.statistics.practical_ratio
    rows = of_types(report, definitions().trust_types)
    lines, said = [], []
    for code, indicator in definitions().indicators.items():
        expected = report.varies(code, "expected_inside")
        if expected is None:
            continue
        own = where(rows, indicator=code, status="published")
        inside = int(own["value"].between(low, high).sum())
        cells = [_of(inside, len(own)), _of(expected["value"], len(own))]
        lines.append([f"{code} {indicator.name}", f"{len(own):,}", *cells])
        counts = {"inside": f"{inside:,}", "all": f"{len(own):,}", "expected": f"{expected['value']:,.0f}"}
        said.append(say("national", "inside the range", indicator=code, **counts))
    if lines:
        limits = {"low": f"{low:.2f}", "high": f"{high:.2f}"}
        title = say("national", "title inside the range", list="; ".join(said))
        show(f"### {say('headings', 'inside the range', **limits)}\n\n**{title}**\n")
        caption = say("tables", "inside the range", year=report.year, **limits)
        show(cards(pipe_table(heads("inside the range", **limits), lines, caption)))
        show(f"::: {{.note}}\n{say('national', 'how the range is counted')}\n:::")


def show_spread(report: Slice) -> None:
    """Show how much the true figures of trusts differ."""
    lines = []
    for code, indicator in definitions().indicators.items():
        found = report.varies(code, "spread")
        if found is None or math.isnan(found["value"]):
            continue
        ratio = indicator.gap == "relative_likelihood"
        said, unit = (words.ratio, "times") if ratio else (words.signed, "points")
        limits = f"{said(found['lower'])} to {said(found['upper'])}"
        lines.append(
            [f"{code} {indicator.name}", f"{said(found['value'])} {unit}", limits, f"{found['trusts']:,}"]
        )
    if lines:
        show(f"### {say('headings', 'spread')}\n")
        caption = say("tables", "spread", year=report.year)
        show(cards(pipe_table(heads("spread"), lines, caption)))


def _meaning(crude: float, within: float) -> str:
    if not (0 < crude < math.inf and 0 < within < math.inf):
        name = "not compared"
    elif abs(math.log(within / crude)) <= ALIKE:
        name = "alike"
    elif (crude - 1) * (within - 1) < 0:
        name = "opposite"
    elif abs(math.log(within)) < abs(math.log(crude)):
        name = "smaller within"
    else:
        name = "larger within"
    return say("national", f"ratios {name}")


def _of(number: float, trusts: int) -> str:
    share = f" ({100 * number / trusts:.0f}%)" if trusts else ""
    return f"{number:,.0f}{share}"
