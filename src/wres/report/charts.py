"""Charts of one look: the government's palette and style, intervals drawn, lines labelled where they end.

Each function draws protected results and returns the figure with its alternative text. Titles stand on the
page, above the figure, so that they can be read aloud, searched and translated.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import pandas as pd
import seaborn
from matplotlib import pyplot as plt
from matplotlib.axes import Axes

from wres.definitions import SENIOR, Indicator, definitions
from wres.report import words
from wres.report.drawing import (
    BAND,
    BLUE,
    GREY,
    ON_LINES,
    ORANGE,
    ORANGE_TEXT,
    WIDE,
    Chart,
    new_axes,
    percent_axis,
    set_style,
    short_band,
    year_axis,
)
from wres.report.narrative.texts import say
from wres.report.slices import Slice

POINTS_SHOWN, RATIO_SHOWN = 24.0, 4.0


def gap_picture(row: pd.Series, indicator: Indicator, practical: tuple[float, float]) -> Chart:
    """A gap on a small axis turned so that right is always worse for BME staff.

    Parameters
    ----------
    row
        Published row of a difference or a relative likelihood.
    indicator
        Says which side is adverse.
    practical
        The range of gaps that do not matter in practice, shaded.
    """
    set_style()
    ratio = indicator.gap == "relative_likelihood"
    turn = 1 if ratio else indicator.adverse_sign
    edge = math.log2(RATIO_SHOWN) if ratio else POINTS_SHOWN
    value, lower, upper, low, high = (
        turn * _on_axis(number, ratio) for number in (row["value"], row["lower"], row["upper"], *practical)
    )
    figure, axes = plt.subplots(figsize=(2.3, 0.42))
    figure.subplots_adjust(0.02, 0.38, 0.98, 1)
    axes.axvspan(low, high, color=BAND, linewidth=0)
    axes.axvline(0, color="#333333", linewidth=0.9)
    if not math.isnan(lower):
        axes.plot(
            np.clip([lower, upper], -edge, edge), [0, 0], color=BLUE, linewidth=2.2, solid_capstyle="butt"
        )
    axes.plot(np.clip(value, -edge, edge), 0, "o", color=BLUE, markersize=6)
    axes.set(xlim=(-edge * 1.06, edge * 1.06), ylim=(-1, 1), yticks=[])
    ticks, labels = ([-1, 0, 1], ["½", "1", "2×"]) if ratio else ([-20, 0, 20], _point_labels(turn))
    axes.set_xticks(ticks, labels, fontsize=7.5, color=GREY)
    axes.tick_params(length=0, pad=1)
    axes.grid(visible=False)
    axes.spines[:].set_visible(False)
    side = say("alternatives", "gap none" if value == 0 else f"gap {'worse' if value > 0 else 'better'}")
    return Chart(
        figure, say("alternatives", "gap", gap=words.gap(row), interval=words.interval(row), side=side)
    )


def rates_over_time(report: Slice, code: str) -> Chart | None:
    """White and BME percentages of one of the indicators 2 to 8, year by year, with intervals."""
    indicator = definitions().indicators[code]
    series = {
        group: year_by_year(
            report.rows(code, "percentage", ethnicity=group, **indicator.headline.model_dump()), report
        )
        for group in ("white", "bme")
    }
    if all(rows["value"].isna().all() for rows in series.values()):
        return None
    breaks = [b.year for b in indicator.breaks if b.breaks_trend]
    labels = {"white": "White", "bme": "BME"}
    return _lines(report, series, labels, "rates over time", breaks, indicator=indicator.name)


def board_over_time(report: Slice) -> Chart | None:
    """BME share of the board beside that of the workforce, year by year."""
    series = {
        "bme": year_by_year(report.rows("9", "percentage", ethnicity="bme", category=""), report),
        "white": year_by_year(
            report.rows("1", "percentage", ethnicity="bme", staff_group="all", category=""), report
        ),
    }
    if series["bme"]["value"].isna().all():
        return None
    labels = {"bme": "Board", "white": "Workforce"}
    return _lines(report, series, labels, "board over time")


def senior_over_time(report: Slice) -> Chart | None:
    """BME share of bands 8a to VSM beside that of the whole workforce, year by year."""
    series = {
        "bme": year_by_year(
            report.rows("1", "percentage", ethnicity="bme", staff_group="all", category=SENIOR),
            report,
        ),
        "white": year_by_year(
            report.rows("1", "percentage", ethnicity="bme", staff_group="all", category=""), report
        ),
    }
    if series["bme"]["value"].isna().all():
        return None
    labels = {"bme": "Bands 8a to VSM", "white": "All staff"}
    return _lines(report, series, labels, "senior over time")


def band_shares(report: Slice) -> Chart | None:
    """BME share of every band, clinical and non-clinical, against the whole workforce."""
    set_style()
    known = definitions()
    groups = {"clinical": ("Clinical", BLUE, "o", -0.13), "non_clinical": ("Non-clinical", ORANGE, "s", 0.13)}
    rows = report.rows("1", "percentage", ethnicity="bme")
    rows = rows[rows["year"].eq(report.year) & rows["status"].eq("published")]
    banded = rows[rows["category"].isin(known.bands)]
    if banded["category"].nunique() < 2:
        return None
    shown = (
        {**groups, "all": ("All staff", BLUE, "o", 0.0)} if banded["staff_group"].eq("all").all() else groups
    )
    figure, axes = new_axes((WIDE[0], 3.4))
    position = {band: place for place, band in enumerate(known.bands)}
    for group, (label, colour, marker, shift) in shown.items():
        part = banded[banded["staff_group"].eq(group)].sort_values("category", key=lambda c: c.map(position))
        if part.empty:
            continue
        x = part["category"].map(position) + shift
        axes.vlines(x, part["lower"], part["upper"], color=colour, linewidth=1.4, alpha=0.7)
        axes.plot(x, part["value"], marker, color=colour, markersize=5.5, label=label)
    _workforce_line(axes, report)
    axes.set_xticks(list(position.values()), [short_band(band) for band in position])
    axes.set_xlim(-0.6, len(position) - 0.4)
    percent_axis(axes)
    axes.legend(loc="upper center", ncols=3, fontsize=10, handletextpad=0.2, borderaxespad=0)
    said = "; ".join(
        f"{known.category_label(row['category'])} {known.staff_groups[row['staff_group']].lower()} "
        f"{words.percent(row['value'])}"
        for _, row in banded[banded["staff_group"].isin(list(shown))].iterrows()
    )
    return Chart(figure, say("alternatives", "bands", year=report.year, shares=said))


def groups(rows: pd.DataFrame, indicator: Indicator) -> Chart:
    """Percentages of the detailed ethnic groups with intervals, white and BME groups in their own colours.

    Parameters
    ----------
    rows
        Published percentage rows with the group's ``name``, in the order to draw them.
    indicator
        The survey indicator.
    """
    set_style()
    broad = (
        rows["ethnicity"]
        .map(definitions().ethnic_group)
        .replace({"white": "White groups", "bme": "BME groups"})
    )
    figure, axes = new_axes((6.6, 0.27 * len(rows) + 0.9), names=rows["name"])
    y = np.arange(len(rows))[::-1]
    palette = {"White groups": ORANGE, "BME groups": BLUE}
    axes.hlines(y, rows["lower"], rows["upper"], color=broad.map(palette), linewidth=1.6)
    seaborn.scatterplot(
        x=rows["value"].to_numpy(),
        y=y,
        hue=broad.to_numpy(),
        style=broad.to_numpy(),
        palette=palette,
        markers={"White groups": "s", "BME groups": "o"},
        s=46,
        ax=axes,
        zorder=3,
    )
    axes.set_yticks(y, rows["name"])
    axes.grid(visible=False, axis="y")
    axes.grid(visible=True, axis="x")
    axes.set(xlabel="", ylabel="")
    axes.xaxis.set_major_formatter(lambda value, _: f"{value:g}%")
    axes.legend(loc="best", fontsize=10)
    said = "; ".join(
        f"{name} {words.percent(value)}" for name, value in zip(rows["name"], rows["value"], strict=True)
    )
    return Chart(figure, say("alternatives", "groups", indicator=indicator.name, shares=said))


def _on_axis(number: float, ratio: bool) -> float:
    if not ratio:
        return float(number)
    if math.isnan(number):
        return math.nan
    return math.log2(number) if 0 < number < math.inf else math.copysign(99, number - 1)


def _point_labels(turn: int) -> list[str]:
    return ["−20", "0", "+20"] if turn > 0 else ["+20", "0", "−20"]


def year_by_year(rows: pd.DataFrame, report: Slice) -> pd.DataFrame:
    """One row a year from the first figure to the last; years without a figure stay empty."""
    shown = rows[rows["status"].eq("published") & rows["year"].le(report.year)]
    figures = shown.drop_duplicates("year").set_index("year")[["value", "lower", "upper"]]
    if figures.empty:
        return figures.reset_index()
    return figures.reindex(range(int(figures.index.min()), int(figures.index.max()) + 1)).reset_index()


def _lines(
    report: Slice,
    series: dict[str, pd.DataFrame],
    labels: dict[str, str],
    subject: str,
    breaks: Sequence[int] = (),
    **named: str,
) -> Chart | None:
    """Lines over the years; None of a single year, of which the table says as much."""
    years = sorted({int(year) for rows in series.values() for year in rows["year"]})
    if len(years) < 2:
        return None
    set_style()
    looks = {"white": (ORANGE, ORANGE_TEXT, "s"), "bme": (BLUE, BLUE, "o")}
    figure, axes = new_axes(WIDE)
    ends: list[tuple[float, int, str, str]] = []
    for group, rows in series.items():
        colour, text, marker = looks[group]
        for part in unbroken(rows, breaks):
            axes.plot(part["year"], part["value"], marker=marker, color=colour, markersize=5)
            axes.vlines(part["year"], part["lower"], part["upper"], color=colour, linewidth=1.3, alpha=0.6)
        last = rows.dropna(subset=["value"])
        if len(last):
            ends.append((float(last["value"].iloc[-1]), int(last["year"].iloc[-1]), labels[group], text))
    for year in breaks:
        if years[0] < year <= years[-1]:
            axes.axvline(year - 0.5, color=GREY, linewidth=0.8, linestyle=":")
            axes.annotate(
                "new definition",
                (year - 0.5, 1),
                (3, -2),
                xycoords=("data", "axes fraction"),
                textcoords="offset points",
                fontsize=9,
                color=GREY,
                va="top",
            )
    year_axis(axes, years)
    room = 0.02 * len(years) * max((len(f"{label} 00.0%") for _, _, label, _ in ends), default=0)
    axes.set_xlim(years[0] - 0.4, years[-1] + max(1.6, room))
    percent_axis(axes)
    _label_ends(axes, ends)
    said = "; ".join(f"{labels[group]} {_first_and_last(rows)}" for group, rows in series.items())
    return Chart(figure, say("alternatives", subject, series=said, **named))


def unbroken(rows: pd.DataFrame, breaks: Sequence[int] = ()) -> list[pd.DataFrame]:
    """Split a series at changes of definition and at missing years."""
    edges = np.cumsum(rows["year"].isin(breaks) | rows["value"].isna())
    return [part.dropna(subset=["value"]) for _, part in rows.groupby(edges)]


def _label_ends(axes: Axes, ends: list[tuple[float, int, str, str]]) -> None:
    """Label lines where they end, moved apart where they would overlap."""
    low, high = axes.get_ylim()
    apart = 0.085 * (high - low)
    lowest = -math.inf
    for value, year, label, colour in sorted(ends):
        height = max(value, lowest + apart)
        lowest = height
        axes.annotate(
            f"{label} {words.percent(value)}",
            (year, height),
            (9, 0),
            textcoords="offset points",
            color=colour,
            weight="bold",
            va="center",
        )


def _first_and_last(rows: pd.DataFrame) -> str:
    figures = rows.dropna(subset=["value"])
    if figures.empty:
        return say("alternatives", "no figures")
    first, last = figures.iloc[0], figures.iloc[-1]
    if first["year"] == last["year"]:
        return _in_year(last)
    return f"{_in_year(first)} and {_in_year(last)}"


def _in_year(row: pd.Series) -> str:
    return f"{words.percent(row['value'])} in {row['year']:.0f}"


def _workforce_line(axes: Axes, report: Slice) -> None:
    row = report.percentage("1", "bme", category="")
    if row is None:
        return
    axes.axhline(row["value"], color=GREY, linewidth=1.2)
    axes.annotate(
        f"All staff {words.percent(row['value'])}",
        (0.0, row["value"]),
        (2, 3),
        xycoords=("axes fraction", "data"),
        textcoords="offset points",
        color="#505A5F",
        fontsize=9.5,
        weight="bold",
        bbox=ON_LINES,
    )
