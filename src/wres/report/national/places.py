"""Regions, types of trust and integrated care board areas: small multiples, a tile map, and tables.

The map is drawn from a small declared grid, ``grid.yml``, and needs no boundaries.
"""

from __future__ import annotations

import textwrap
from functools import cache
from importlib import resources

import numpy as np
import pandas as pd
import yaml
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.ticker import FixedLocator, MaxNLocator, NullLocator

from wres.definitions import Indicator, definitions
from wres.report import narrative, words
from wres.report.display import cards, escape, pipe_table, show
from wres.report.drawing import BLUE, GREY, ORANGE, Chart, set_style, show_chart
from wres.report.narrative.texts import heads, say
from wres.report.slices import Slice, first, headlines, where

TOGETHER = {
    "Seniority and boards": ("1", "9"),
    "Likelihoods": ("2", "3", "4"),
    "Experience": ("5", "6", "7", "8"),
}
TILES_A_ROW = 6
POINTS_SHOWN, RATIOS_SHOWN = 30.0, (0.4, 2.5)
MARKS = {
    "adverse": ("^", BLUE, BLUE),
    "favourable": ("v", "white", BLUE),
    "equivalent": ("s", "#B9CCDD", BLUE),
    "inconclusive": ("o", "white", GREY),
    "not_tested": (".", GREY, GREY),
    "none": ("x", GREY, GREY),
}


def show_places(report: Slice, level: str) -> None:
    """Show every indicator's gap in each region or type of trust: small multiples, then tables.

    Parameters
    ----------
    report
        The national slice.
    level
        ``region``, ``type`` or ``icb``; integrated care board areas are too many for small multiples.
    """
    rows = _rows(report, level)
    head = say("heads", level)
    if rows.empty:
        show(say("national", "no places", level=head.lower(), year=report.year))
        return
    if level != "icb":
        caption = say("national", "caption places", year=report.year)
        show_chart(report, _small_multiples(report, rows), _finding(rows, level), caption)
    for title, codes in TOGETHER.items():
        _show_table(report, rows, head, f"{title} by {head.lower()}", codes)


def show_map(report: Slice) -> None:
    """Show the verdict of every integrated care board area on a tile map, an indicator a panel; nothing without any."""
    rows = _rows(report, "icb")
    if rows.empty:
        return
    areas = _areas(report, rows)
    clear = rows[rows["verdict"].eq("adverse")]["indicator"].value_counts()
    finding = say("national", "map none")
    if len(clear):
        finding = say("national", "map", indicator=clear.index[0], areas=clear.iloc[0], all=len(areas))
    show_chart(report, _tile_map(rows, areas), finding, say("national", "caption map", year=report.year))


def show_others(report: Slice) -> None:
    """Show bodies that are not trusts, a section a type; they are in no total of trusts."""
    types = report.organisations.set_index("organisation_code")["type"]
    every = headlines(where(report.indicators, level="organisation", year=report.year))
    kinds = every["code"].map(types)
    others = {kind: about for kind, about in definitions().organisation_types.items() if not about.trust}
    if not kinds.isin(others).any():
        show(say("national", "no others", year=report.year))
        return
    show(f"{say('national', 'not trusts')}\n")
    for kind, about in others.items():
        rows = every[kinds.eq(kind)]
        if rows.empty:
            continue
        show(f"### {about.plural[0].upper()}{about.plural[1:]}\n")
        pooled = _own(headlines(where(report.indicators, level="type", year=report.year, code=kind)))
        lines = []
        for code, indicator in definitions().indicators.items():
            own, together = where(rows, indicator=code), first(pooled, indicator=code)
            figure = _figure(together) if together is not None else "–"
            lines.append([f"{code} {indicator.name}", figure, _counted(own)])
        head = heads("others")
        caption = say("tables", "others", types=about.plural.capitalize(), year=report.year)
        show(cards(pipe_table(head, lines, caption, len(head))))


def _counted(own: pd.DataFrame) -> str:
    """How many organisations have which verdict, in words."""
    found = own["verdict"].map(narrative.VERDICT_WORDS).where(own["status"].eq("published"), "No figure")
    counts = found.value_counts()
    order = [*narrative.VERDICT_WORDS.values(), "No figure"]
    return ", ".join(f"{verdict.lower()}: {counts[verdict]:,}" for verdict in order if verdict in counts)


@cache
def grid() -> dict[str, dict[str, int | str]]:
    """Row, column and short name of each region in the tile map."""
    text = resources.files("wres.report.national").joinpath("grid.yml").read_text(encoding="utf-8")
    places: dict[str, dict[str, int | str]] = yaml.safe_load(text)
    return places


def _rows(report: Slice, level: str) -> pd.DataFrame:
    rows = headlines(where(report.indicators, level=level, year=report.year, status="published"))
    if level == "type":
        rows = rows[rows["code"].isin(definitions().trust_types)]
    return _own(rows).sort_values("name", kind="stable")


def _own(rows: pd.DataFrame) -> pd.DataFrame:
    return rows[rows["status"].eq("published")]


def _finding(rows: pd.DataFrame, level: str) -> str:
    places = {"region": "regions", "type": "types of trust"}[level]
    clear = int(rows["verdict"].eq("adverse").sum())
    return say("national", "places", clear=clear, all=len(rows), places=places)


def _figure(row: pd.Series) -> str:
    value = (
        words.ratio(row["value"]) if row["statistic"] == "relative_likelihood" else words.signed(row["value"])
    )
    return f"{value} ({words.interval(row)})"


def _show_table(report: Slice, rows: pd.DataFrame, head: str, title: str, codes: tuple[str, ...]) -> None:
    known = definitions().indicators
    lines = []
    for code in dict.fromkeys(rows["code"]):
        own = where(rows, code=code)
        found = [first(own, indicator=indicator) for indicator in codes]
        cells = ["–" if row is None else f"{_figure(row)} {_mark(row)}" for row in found]
        lines.append([escape(own["name"].iloc[0]), *cells])
    units = {code: "times" if known[code].gap == "relative_likelihood" else "points" for code in codes}
    measures = [say("heads", f"in {units[code]}", indicator=f"{code} {known[code].name}") for code in codes]
    caption = say("tables", "places", title=title, year=report.year)
    show(cards(pipe_table([head, *measures], lines, caption)))


def _mark(row: pd.Series) -> str:
    return {"adverse": "▲", "favourable": "▼", "equivalent": "="}.get(str(row["verdict"]), "")


def _small_multiples(report: Slice, rows: pd.DataFrame) -> Chart:
    """A panel an indicator, two side by side, all turned so that right is worse for BME staff."""
    set_style()
    known = definitions().indicators
    names = list(dict.fromkeys(rows["name"]))
    height = 0.2 * len(names) + 0.76
    figure, panels = plt.subplots(5, 2, figsize=(6.6, 5 * height), sharey=True)
    left = 0.12 + 0.066 * max(len(name) for name in names)
    figure.subplots_adjust(
        left / 6.6, 0.35 / (5 * height), 0.985, 1 - 0.44 / (5 * height), 0.08, 0.76 / (height - 0.64)
    )
    for axes, (code, indicator) in zip(panels.flat, known.items(), strict=False):
        _panel(axes, where(rows, indicator=code), names, indicator, report.headline(code))
        axes.set_title(_title(code, indicator, 36), fontsize=9.5, loc="left", pad=3, linespacing=1)
    panels.flat[-1].set_visible(False)
    panels.flat[-3].tick_params(labelbottom=True)
    said = [_range(indicator, where(rows, indicator=code)) for code, indicator in known.items()]
    ends = "; ".join(filter(None, said))
    return Chart(figure, say("alternatives", "places", ranges=ends))


def _range(indicator: Indicator, own: pd.DataFrame) -> str:
    if own.empty:
        return ""
    ends = own.loc[[own["value"].idxmin(), own["value"].idxmax()]]
    return f"{indicator.name}: {' to '.join(words.gap(row) for _, row in ends.iterrows())}"


def _panel(
    axes: Axes, own: pd.DataFrame, names: list[str], indicator: Indicator, nation: pd.Series | None
) -> None:
    ratio = indicator.gap == "relative_likelihood"
    y = own["name"].map({name: len(names) - 1 - place for place, name in enumerate(names)}).to_numpy(float)
    axes.axvline(1 if ratio else 0, color="#333333", linewidth=0.8)
    if nation is not None and nation["status"] == "published":
        axes.axvline(nation["value"], color=ORANGE, linewidth=1.2, linestyle="--")
    axes.hlines(y, own["lower"], own["upper"], color=BLUE, linewidth=1.6)
    axes.plot(own["value"], y, "o", color=BLUE, markersize=4)
    axes.set_yticks(range(len(names)), names[::-1], fontsize=9)
    axes.set_ylim(-0.7, len(names) - 0.3)
    if ratio:
        axes.set_xscale("log", base=2)
        axes.set_xlim(*RATIOS_SHOWN)
    else:
        edges = np.array([min(0.0, own["lower"].min()), max(0.0, own["upper"].max())])
        margin = 0.06 * (edges[1] - edges[0]) + 0.1
        axes.set_xlim(*np.clip(edges + np.array([-margin, margin]), -POINTS_SHOWN, POINTS_SHOWN))
    if indicator.adverse == "below":
        axes.invert_xaxis()
    axes.xaxis.set_major_locator(FixedLocator([0.5, 1, 2]) if ratio else MaxNLocator(4))
    axes.xaxis.set_major_formatter(lambda v, _: f"{v:g}×" if ratio else words.signed(v).removesuffix(".0"))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.tick_params(axis="x", labelsize=8)
    axes.grid(visible=False, axis="y")
    axes.grid(visible=True, axis="x")


def _title(code: str, indicator: Indicator, width: int) -> str:
    """The name of an indicator above a panel, whole, on as many lines as it takes."""
    return textwrap.fill(f"{code} {indicator.name}", width)


def _areas(report: Slice, rows: pd.DataFrame) -> pd.DataFrame:
    """Where each integrated care board area stands on the map, in its region's block."""
    trusts = report.organisations[report.organisations["type"].isin(definitions().trust_types)]
    region = trusts.groupby("icb_code")["region"].agg(lambda regions: regions.value_counts().index[0])
    areas = rows[["code", "name"]].drop_duplicates("code")
    areas = areas.assign(region=areas["code"].map(region)).sort_values("name", kind="stable")
    areas = areas[areas["region"].isin(grid())]
    number = areas.groupby("region").cumcount()
    corner = areas["region"].map(grid())
    return areas.assign(
        x=number % TILES_A_ROW + corner.map(lambda at: at["column"]) * (TILES_A_ROW + 1),
        y=-(number // TILES_A_ROW) - corner.map(lambda at: at["row"]) * 3.4,
    )


def _tile_map(rows: pd.DataFrame, areas: pd.DataFrame) -> Chart:
    set_style()
    figure, panels = plt.subplots(3, 3, figsize=(6.6, 7.6))
    figure.subplots_adjust(0.01, 0.01, 0.99, 0.94, 0.05, 0.17)
    said = []
    for axes, (code, indicator) in zip(panels.flat, definitions().indicators.items(), strict=True):
        verdicts = where(rows, indicator=code).set_index("code")["verdict"]
        shown = areas["code"].map(verdicts.get).astype("object").fillna("none")
        for verdict, (marker, fill, edge) in MARKS.items():
            part = areas[shown.eq(verdict)]
            colour = {"color": edge} if marker in "x." else {"facecolors": fill, "edgecolors": edge}
            axes.scatter(part["x"], part["y"], s=30, marker=marker, linewidths=1.1, **colour)
        for place in grid().values():
            x, y = int(place["column"]) * (TILES_A_ROW + 1), -int(place["row"]) * 3.4
            axes.annotate(str(place["short"]), (x - 0.5, y + 0.75), fontsize=7.5, color=GREY)
        axes.set_title(_title(code, indicator, 30), fontsize=9, loc="left", pad=2, linespacing=1)
        axes.set(xlim=(-0.9, 2 * TILES_A_ROW + 1.2), ylim=(-12.4, 1.6), xticks=[], yticks=[])
        axes.grid(visible=False)
        axes.spines[:].set_visible(False)
        clear = int(shown.eq("adverse").sum())
        said.append(say("alternatives", "map panel", indicator=indicator.name, clear=clear, all=len(areas)))
    return Chart(figure, say("alternatives", "map", areas="; ".join(said)))
