"""Where trusts stand: a funnel of every indicator, and how many lie outside its limits beside chance.

Limits are widened by over-dispersion, so that trusts which differ in ordinary ways are not pointed at.
"""

from __future__ import annotations

import math
import textwrap

import numpy as np
import pandas as pd
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.ticker import FixedLocator, MaxNLocator, NullLocator
from scipy.stats import norm

from wres.comparisons import ALARM, WARNING
from wres.definitions import definitions
from wres.report import words
from wres.report.display import cards, pipe_table, show
from wres.report.drawing import BLUE, GREY, ORANGE, Chart, set_style, show_chart
from wres.report.narrative.texts import heads, say
from wres.report.national.explorer.measures import Measure, measures
from wres.report.slices import Slice, first, where

ABREAST, HIGH = 2, 2.0
SHARP = 160  # dots are drawn as pixels: two thousand of them as shapes would weigh half a page
MARKED = {  # ratios marked on an axis that reaches so far in logarithms from its middle
    0.25: (0.8, 0.9, 1, 1.1, 1.2, 1.3),
    1.0: (0.5, 0.67, 0.8, 1, 1.25, 1.5, 2, 3),
    math.inf: (0.125, 0.25, 0.5, 1, 2, 4, 8),
}


def show_funnels(report: Slice) -> None:
    """Show a funnel of every measure over all trusts, and a table of those outside its limits."""
    drawn = [
        (m, figures) for m in measures(report) if (figures := _figures(report, m, kind="nation")) is not None
    ]
    if not drawn:
        show(say("national", "no funnels", year=report.year))
        return
    caption = say("national", "caption funnels")
    show_chart(report, _funnels(report, drawn), _finding(report, drawn), caption)
    show(_outside(report, [*((m, "Trusts", f) for m, f in drawn), *_others(report)]))
    show(f"::: {{.note}}\n{say('national', 'how funnels are read')}\n:::")


def _figures(report: Slice, measure: Measure, **group: str) -> pd.Series | None:
    """The figures of a peer group, the target and limits of its funnel."""
    keys = {"indicator": measure.code, "statistic": measure.statistic, **group}
    return first(report.comparisons.peer_figures, year=report.year, **keys)


def _finding(report: Slice, drawn: list[tuple[Measure, pd.Series]]) -> str:
    outside = sum(int(figures["outside"]) for _, figures in drawn)
    of = sum(int(figures["published"]) for _, figures in drawn)
    return say("national", "funnels", outside=f"{outside:,}", all=f"{of:,}", year=report.year)


def _others(report: Slice) -> list[tuple[Measure, str, pd.Series]]:
    """Every measure of organisations that are not trusts, a type at a time: they are compared among themselves."""
    known = definitions().organisation_types
    kinds = {
        code: f"{kind.plural[0].upper()}{kind.plural[1:]}" for code, kind in known.items() if not kind.trust
    }
    return [
        (measure, name, figures)
        for code, name in kinds.items()
        for measure in measures(report)
        if (figures := _figures(report, measure, kind="type", group=code)) is not None
    ]


def _outside(report: Slice, compared: list[tuple[Measure, str, pd.Series]]) -> str:
    """How many organisations lie outside the wide limits of each measure, and how many would by chance."""
    lines = [
        [
            measure.name,
            who,
            f"{figures['published']:,.0f}",
            _in_figures(measure, figures["pooled"]),
            f"{_in_figures(measure, figures['lower_quartile'])} to {_in_figures(measure, figures['upper_quartile'])}",
            f"{figures['outside']:,.0f}",
            f"{(1 - ALARM) * figures['published']:.1f}",
            f"{figures['outside_by_chance_alone']:,.0f}",
        ]
        for measure, who, figures in compared
    ]
    head = heads("funnels", limits=f"{ALARM:.1%}")
    table = pipe_table(head, lines, say("tables", "funnels", year=report.year), 2)
    return cards(table)


def _in_figures(measure: Measure, value: float) -> str:
    if measure.unit == "percent":
        return words.percent(value)
    return words.ratio(value) if measure.unit == "times" else words.signed(value)


def _funnels(report: Slice, drawn: list[tuple[Measure, pd.Series]]) -> Chart:
    """A funnel a measure, on the precision of its figures."""
    set_style()
    deep = math.ceil(len(drawn) / ABREAST)
    wide = min(ABREAST, len(drawn))
    size = (6.6, HIGH * deep + 0.2)
    figure, panels = plt.subplots(deep, wide, figsize=size, dpi=SHARP, squeeze=False)
    figure.subplots_adjust(0.075, 0.05 / deep + 0.02, 0.985, 1 - 0.42 / (HIGH * deep + 0.2), 0.32, 0.42)
    for axes in panels.flat[len(drawn) :]:
        axes.set_visible(False)
    said = []
    trusts = where(report.comparisons.peers, kind="nation")["organisation_code"]
    for axes, (measure, figures) in zip(panels.flat, drawn, strict=False):
        rows = measure.of_year[
            measure.of_year["code"].isin(trusts) & measure.of_year["status"].eq("published")
        ]
        standing = where(
            report.comparisons.standings,
            year=report.year,
            indicator=measure.code,
            statistic=measure.statistic,
            kind="nation",
        ).set_index("code")["standing"]
        far = rows["code"].map(standing).isin(["clearly_worse", "clearly_better"]).to_numpy()
        _funnel(axes, measure, rows, figures, far, report.publication.statistics.confidence)
        said.append(
            say(
                "alternatives",
                "funnel",
                indicator=measure.name,
                trusts=figures["published"],
                together=_in_figures(measure, figures["pooled"]),
                outside=figures["outside"],
            )
        )
    return Chart(figure, say("alternatives", "funnels", funnels="; ".join(said)))


def _funnel(
    axes: Axes, measure: Measure, rows: pd.DataFrame, figures: pd.Series, far: np.ndarray, confidence: float
) -> None:
    ratio = measure.unit == "times"
    with np.errstate(divide="ignore"):
        values = rows[["value", "lower", "upper"]].to_numpy(float)
        value, lower, upper = (np.log(values) if ratio else values).T
    error = (upper - lower) / (2 * norm.ppf((1 + confidence) / 2))
    told = np.isfinite(value) & np.isfinite(error) & (error > 0)
    value, precision, far = value[told], 1 / error[told], far[told]
    middle, spread = math.log(figures["pooled"]) if ratio else figures["pooled"], figures["spread"]
    most = precision.max(initial=1.0)
    x = np.linspace(most / 40, 1.05 * most, 50)
    for level, style in ((WARNING, "-"), (ALARM, "--")):
        away = norm.ppf((1 + level) / 2) * np.hypot(1 / x, spread)
        for way in (-1, 1):
            axes.plot(x, middle + way * away, style, color=GREY, linewidth=0.8)
    axes.axhline(middle, color=ORANGE, linewidth=1.2)
    axes.plot(
        precision[~far],
        value[~far],
        "o",
        color=BLUE,
        markersize=3,
        markerfacecolor="none",
        markeredgewidth=0.7,
        rasterized=True,
    )
    axes.plot(precision[far], value[far], "D", color=BLUE, markersize=3.6)
    reach = 1.15 * max(np.abs(value - middle).max(initial=0.1), 0.1)
    ends = (middle - reach, middle + reach)
    axes.set_ylim(*(ends if measure.adverse_sign > 0 else ends[::-1]))
    axes.set_xlim(0, x[-1])
    axes.set_xticks([])
    axes.yaxis.set_major_locator(FixedLocator(_marks(reach)) if ratio else MaxNLocator(5))
    axes.yaxis.set_minor_locator(NullLocator())
    axes.yaxis.set_major_formatter(lambda v, _: _tick(measure, float(np.exp(v)) if ratio else v))
    axes.tick_params(axis="y", labelsize=9, pad=1)
    axes.set_title(textwrap.fill(measure.name, 38), fontsize=10, loc="left", pad=4, linespacing=1)


def _marks(reach: float) -> list[float]:
    """Logarithms of the ratios that an axis marks, so that none stands on another."""
    return [math.log(ratio) for ratio in next(marks for far, marks in MARKED.items() if reach <= far)]


def _tick(measure: Measure, value: float) -> str:
    if measure.unit == "times":
        return f"{value:.3g}×"
    return f"{value:g}%" if measure.unit == "percent" else words.signed(value).removesuffix(".0")
