"""How far figures can be trusted: warnings beside them, unknown ethnicity, and what the unknown could change.

Everything here comes from protected results; the page of what was received belongs in :mod:`wres.report.quality`.
"""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
from matplotlib.ticker import MaxNLocator

from wres.definitions import definitions
from wres.report import words
from wres.report.display import cards, escape, pipe_table, show
from wres.report.drawing import BLUE, GREY, ORANGE, Chart, new_axes, set_style, show_chart
from wres.report.narrative.texts import heads, say
from wres.report.slices import Slice, where

MANY_UNKNOWN = 10.0
MOST_WARNINGS = 3
FEWEST_TRUSTS = 2  # one alone has no distribution


def show_beside(report: Slice, code: str) -> None:
    """Show beside an indicator what its checks said and what people of unknown ethnicity could change."""
    said = [part for part in (unknown_range(report, code), _warnings(report, code)) if part]
    if said:
        show("::: {.note .keep}\n" + "\n\n".join(said) + "\n:::")


def unknown_range(report: Slice, code: str) -> str:
    """The range of an indicator's gap whatever the ethnicity of the unknown is, in a sentence."""
    row = report.headline(code)
    if row is None or row["status"] != "published" or pd.isna(row["unknown_lower"]):
        return ""
    low, high = _figure(row, "unknown_lower"), _figure(row, "unknown_upper")
    if low == high:
        return ""
    white, bme = _figure(row, "if_unknown_white"), _figure(row, "if_unknown_bme")
    return say("notes", "whatever", gap=words.gap(row), low=low, high=high, white=white, bme=bme)


def show_unknown(report: Slice) -> None:
    """Show for every indicator what the people of unknown ethnicity could change."""
    lines = []
    for code, indicator in definitions().indicators.items():
        row = report.headline(code)
        if row is None or row["status"] != "published" or pd.isna(row["unknown_lower"]):
            continue
        figures = [_figure(row, name) for name in ("value", "if_unknown_white", "if_unknown_bme")]
        either = f"{_figure(row, 'unknown_lower')} to {_figure(row, 'unknown_upper')}"
        lines.append([f"{code} {indicator.name}", *figures, either])
    if not lines:
        return
    show(f"### {say('headings', 'unknown people')}\n\n{say('notes', 'unknown people')}\n")
    show(cards(pipe_table(heads("unknown"), lines, say("tables", "unknown", year=report.year))))


def _figure(row: pd.Series, name: str) -> str:
    value = row[name]
    if pd.isna(value):
        return "–"
    return words.ratio(value) if row["statistic"] == "relative_likelihood" else words.signed(value)


def _warnings(report: Slice, code: str) -> str:
    """What the checks of the return asked for, for one indicator of the report's year."""
    row = report.headline(code)
    if row is None or row["status"] == "not_submitted":
        return ""  # that there is no figure has been said
    found = where(report.problems, organisation_code=report.code, year=report.year, indicator=code)
    found = where(found, severity="warning").drop_duplicates("rule")
    expected = [escape(text) for text in found["expected"].head(MOST_WARNINGS)]
    if not expected:
        return ""
    return say("notes", "read with care", expected="; ".join(expected))


def show_self_declaration(report: Slice) -> None:
    """Show the share of staff of unknown ethnicity: trust by trust in a chart, by region and type in a table."""
    shares = _unknown_shares(report)
    trusts = shares[shares["level"].eq("organisation") & shares["type"].isin(definitions().trust_types)]
    if len(trusts) < FEWEST_TRUSTS:
        return
    show(f"{say('quality', 'whose ethnicity')}\n")
    many = int((trusts["value"] > MANY_UNKNOWN).sum())
    most = f"{MANY_UNKNOWN:.0f}"
    finding = (
        say("notes", "many unknown", trusts=f"{many:,}", all=f"{len(trusts):,}", most=most)
        if many
        else say("notes", "few unknown", most=most)
    )
    caption = say("notes", "caption unknown", year=report.year)
    show_chart(report, _spread(trusts, finding), finding, caption)
    lines = [
        [escape(row["name"]), words.percent(row["value"]), *_least_and_most(trusts, row)]
        for _, row in shares[shares["level"].isin(["national", "region"])].iterrows()
    ]
    if lines:
        head = heads("unknown by area", most=most)
        show(pipe_table(head, lines, say("tables", "unknown by area", year=report.year)))


def show_unknown_by_organisation(report: Slice) -> None:
    """Show for every organisation the share of staff whose ethnicity is not known, the largest first."""
    now = _unknown_shares(report)
    now = now[now["level"].eq("organisation")].sort_values(["value", "name"], ascending=[False, True])
    before = _unknown_shares(report, report.year - 1).set_index(["level", "code"])["value"]
    lines = []
    for _, row in now.iterrows():
        was = before.get((row["level"], row["code"]))
        change = "–" if was is None else f"{words.signed(row['value'] - was)} points"
        lines.append([f"{escape(row['name'])} ({row['code']})", words.percent(row["value"]), change])
    if lines:
        head = heads("unknown by organisation", before=report.year - 1)
        show(pipe_table(head, lines, say("tables", "unknown by organisation", year=report.year)))


def _unknown_shares(report: Slice, year: int | None = None) -> pd.DataFrame:
    """Published shares of all staff whose ethnicity is not known, with type and region of organisations."""
    keys = {"staff_group": "all", "category": "", "ethnicity": "unknown", "status": "published"}
    rows = where(report.indicators, indicator="1", statistic="percentage", year=year or report.year, **keys)
    whose = report.organisations.set_index("organisation_code")
    return rows.assign(type=rows["code"].map(whose["type"]), region=rows["code"].map(whose["region"]))


def _least_and_most(trusts: pd.DataFrame, area: pd.Series) -> list[str]:
    own = trusts if area["level"] == "national" else trusts[trusts["region"].eq(area["code"])]
    if own.empty:
        return ["–", "–", "–"]
    many = f"{int((own['value'] > MANY_UNKNOWN).sum())} of {len(own)}"
    return [words.percent(own["value"].min()), words.percent(own["value"].max()), many]


def _spread(trusts: pd.DataFrame, finding: str) -> Chart:
    set_style()
    figure, axes = new_axes((6.6, 2.4))
    highest = max(math.ceil(trusts["value"].max()), math.ceil(MANY_UNKNOWN)) + 1
    counts, edges = np.histogram(trusts["value"], bins=np.arange(0, highest + 1))
    colours = np.where(edges[:-1] >= MANY_UNKNOWN, ORANGE, BLUE)
    axes.bar(edges[:-1] + 0.5, counts, width=0.86, color=colours)
    axes.axvline(MANY_UNKNOWN, color=GREY, linewidth=1, linestyle="--")
    axes.grid(visible=False, axis="x")
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.xaxis.set_major_formatter(lambda value, _: f"{value:g}%")
    axes.yaxis.set_major_locator(MaxNLocator(4, integer=True))
    low, high = words.percent(trusts["value"].min()), words.percent(trusts["value"].max())
    alt = say("alternatives", "unknown", finding=finding, trusts=f"{len(trusts):,}", low=low, high=high)
    return Chart(figure, alt)
