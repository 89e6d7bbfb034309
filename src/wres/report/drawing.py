"""What charts share: the government's palette and style, one typeface, axes with room for their labels.

What a chart shows belongs with its subject.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache

import matplotlib as mpl
import pandas as pd
from afcharts.af_colours import get_af_colours
from font_source_sans_pro import font_directory
from matplotlib import font_manager
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from wres.report.display import show, show_figure
from wres.report.slices import Slice

BLUE, ORANGE = get_af_colours("duo")
ORANGE_TEXT = "#A33B00"  # the palette's orange, dark enough to be read as text
GREY, BAND = "#6F777B", "#E3E7EA"
WIDE = (6.6, 3.0)
# Keeps a label legible where it crosses a line; an outline would make shapes of its words, which nobody could check.
ON_LINES = {"facecolor": "white", "edgecolor": "none", "alpha": 0.75, "pad": 0.6}


@dataclass(frozen=True)
class Chart:
    """A figure and the words for those who can't see it."""

    figure: Figure
    alt: str


@cache
def set_style() -> None:
    """Use the government's chart style with the reports' typeface and repeatable SVG."""
    plt.style.use("afcharts.afcharts")
    for face in ("Regular", "Semibold", "Bold"):
        font_manager.fontManager.addfont(f"{font_directory}/SourceSansPro-{face}.ttf")
    mpl.rcParams.update(
        {
            "font.family": "Source Sans Pro",
            "font.size": 11,
            "svg.hashsalt": "wres",
            "axes.titlesize": 11,
            "grid.linewidth": 0.5,
        }
    )


def mark_synthetic(figure: Figure) -> None:
    """Write on a figure that its data are made up."""
    figure.text(0.995, 0.995, "Synthetic data", ha="right", va="top", fontsize=8, color=GREY)


def new_axes(size: tuple[float, float], names: pd.Series | None = None) -> tuple[Figure, Axes]:
    """Axes with room for tick labels, and for names at the left where there are any, in inches."""
    width, height = size
    left = 0.52 if names is None else 0.15 + 0.078 * names.str.len().max()
    figure, axes = plt.subplots(figsize=size)
    figure.subplots_adjust(left / width, 0.36 / height, 1 - 0.06 / width, 1 - 0.08 / height)
    return figure, axes


def percent_axis(axes: Axes) -> None:
    """Label the vertical axis in per cent, from 0 unless all values are far from it."""
    low, high = axes.get_ylim()
    axes.set_ylim(10 * math.floor(low / 10) if low > 30 else 0, min(100, high + 0.06 * (high - low)))
    axes.yaxis.set_major_formatter(lambda value, _: f"{value:g}%")


def year_axis(axes: Axes, years: list[int]) -> None:
    """Label the horizontal axis with whole years, every second one where there are many."""
    every = range(int(min(years)), int(max(years)) + 1)
    step = 1 if len(every) <= 6 else 2
    axes.set_xticks([year for year in every if (int(max(years)) - year) % step == 0])
    axes.xaxis.set_major_formatter(lambda value, _: f"{value:.0f}")


def short_band(band: str) -> str:
    """A band as a tick label."""
    return {"under_1": "<1", "vsm": "VSM"}.get(band, band)


def show_chart(report: Slice, chart: Chart, finding: str, caption: str) -> None:
    """Show a chart under its finding; a chart of synthetic data says so in the picture itself."""
    if finding:
        show(f"**{finding}**\n")
    if report.synthetic:
        mark_synthetic(chart.figure)
    show_figure(chart.figure, chart.alt, caption)
