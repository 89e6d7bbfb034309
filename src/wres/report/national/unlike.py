"""How unlike each other the groups inside "BME" and "white" are: one figure of the staff survey's answers."""

from __future__ import annotations

import pandas as pd
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from wres.definitions import definitions
from wres.report import words
from wres.report.drawing import BLUE, GREY, ORANGE, Chart, set_style, show_chart
from wres.report.narrative.texts import say
from wres.report.slices import Slice

ROWS = {"white": ("White groups", ORANGE, "s"), "bme": ("BME groups", BLUE, "o")}


def show_unlike(report: Slice, rows: pd.DataFrame) -> None:
    """Show each detailed group's answers as a dot, white and BME groups on a line of their own, a panel an indicator.

    Parameters
    ----------
    report
        The national slice.
    rows
        Published percentages of the detailed ethnic groups in the report's year.
    """
    wide = rows.assign(broad=rows["ethnicity"].map(definitions().ethnic_group))
    wide = wide[wide["broad"].isin(ROWS) & wide["category"].eq("")]
    if wide.empty:
        return
    caption = say("national", "caption unlike", year=report.year)
    show_chart(report, _picture(report, wide), _finding(wide), caption)


def _finding(wide: pd.DataFrame) -> str:
    """In how many indicators groups inside BME lie further apart than BME and white groups on the whole."""
    spreads = wide.groupby(["indicator", "broad"])["value"].agg(["min", "max", "median"]).unstack("broad")
    inside = spreads["max"]["bme"] - spreads["min"]["bme"]
    between = (spreads["median"]["bme"] - spreads["median"]["white"]).abs()
    further = int((inside > between).sum())
    every = words.count_word(len(spreads))
    on = f"all {every}" if further == len(spreads) else f"{words.count_word(further)} of {every}"
    return say("national", "unlike", on=on)


def _picture(report: Slice, wide: pd.DataFrame) -> Chart:
    set_style()
    codes = [code for code in definitions().indicators if code in set(wide["indicator"])]
    deep = len(codes)
    figure, panels = plt.subplots(deep, 1, figsize=(6.6, 1.35 * deep + 0.1), squeeze=False)
    figure.subplots_adjust(0.155, 0.26 / (1.35 * deep), 0.985, 1 - 0.28 / (1.35 * deep), hspace=0.85)
    said = []
    for axes, code in zip(panels.flat, codes, strict=True):
        own = wide[wide["indicator"].eq(code)]
        said.append(_panel(axes, report, code, own))
    return Chart(figure, say("alternatives", "unlike", groups="; ".join(said)))


def _panel(axes: Axes, report: Slice, code: str, own: pd.DataFrame) -> str:
    labels = {c: category.label for c, category in definitions().ethnic_categories.items()}
    said = []
    for y, (broad, (name, colour, marker)) in enumerate(reversed(ROWS.items())):
        part = own[own["broad"].eq(broad)].sort_values("value")
        if part.empty:
            continue
        axes.hlines(y, part["value"].iloc[0], part["value"].iloc[-1], color=colour, linewidth=1.2, alpha=0.5)
        axes.plot(part["value"], [y] * len(part), marker, color=colour, markersize=6, alpha=0.75)
        together = report.percentage(code, broad)
        if together is not None:
            axes.plot([together["value"]] * 2, [y - 0.3, y + 0.3], color="#333333", linewidth=1.8)
        ends = [part.iloc[0]] if len(part) == 1 else [part.iloc[0], part.iloc[-1]]
        for row, side in zip(ends, ("left", "right"), strict=False):
            short = labels[row["ethnicity"]].split(" - ")[-1]
            axes.annotate(
                short,
                (row["value"], y + 0.26),
                ha=side,
                va="bottom",
                fontsize=8,
                color=GREY,
                annotation_clip=False,
            )
        spread = " to ".join(f"{labels[row['ethnicity']]} {words.percent(row['value'])}" for row in ends)
        said.append(f"{name} {spread}")
    axes.set_yticks([1, 0], [name for name, *_ in ROWS.values()], fontsize=9)
    axes.set_ylim(-0.5, 1.75)
    axes.grid(visible=False, axis="y")
    axes.grid(visible=True, axis="x")
    axes.xaxis.set_major_locator(MaxNLocator(6))
    axes.xaxis.set_major_formatter(lambda value, _: f"{value:g}%")
    axes.tick_params(axis="x", labelsize=8)
    name = definitions().indicators[code].name
    axes.set_title(f"{code} {name}", fontsize=9.5, loc="left", pad=4, x=-0.17)
    return f"{name}: {', '.join(said)}"
