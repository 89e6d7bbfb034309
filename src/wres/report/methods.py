"""Numbers and charts of the methods page.

What is computed stands in the notebook, where a reader can follow it; how it looks belongs here.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from matplotlib import pyplot as plt

from wres.report.display import pipe_table, show
from wres.report.drawing import BLUE, GREY, ORANGE, ORANGE_TEXT, Chart, set_style
from wres.statistics import Contrast, Interval
from wres.statistics.enumeration import Coverage

POINTS = 100.0


def show_table(
    head: list[str], rows: Sequence[Sequence[object]], caption: str, numbers_from: int = 1
) -> None:
    """Show a Markdown table; cells are Markdown already, numbers are printed as they are."""
    show(pipe_table(head, [[str(cell) for cell in row] for row in rows], caption, numbers_from))


def fixed(value: float, digits: int = 2) -> str:
    """A number with fixed decimals, a true minus sign, and words where there is none."""
    if np.isnan(value):
        return "none"
    if np.isinf(value):
        return "∞"
    text = f"{abs(value):,.{digits}f}"
    return f"−{text}" if value < 0 and float(text.replace(",", "")) else text


def percent(share: float, digits: int = 1) -> str:
    """A proportion as a percentage."""
    return f"{fixed(POINTS * share, digits)}%"


def interval(found: Contrast | Interval, scale: float = 1.0, digits: int = 2) -> str:
    """The limits of an interval."""
    low, high = (fixed(float(limit) * scale, digits) for limit in (found.lower, found.upper))
    return "none" if low == "none" else f"{low} to {high}"


def p_value(p: float) -> str:
    """A p-value with three decimals, never 0."""
    return "<0.001" if p < 0.0005 else f"{p:.3f}"


def beside(share: float, reference: str) -> str:
    """A percentage with its reference value, marked where the two are not the same to the digit."""
    text = fixed(POINTS * share, 1)
    mark = "" if float(text) == float(reference) else "\\*"
    return f"{text}{mark} [({reference})]{{.quiet}}"


def tails_chart(settings: Sequence[str], misses: dict[str, list[Coverage]]) -> Chart:
    """How often intervals lie wholly above or wholly below the truth, by setting and method.

    Parameters
    ----------
    settings
        Names of the settings, one a row of the chart.
    misses
        For each of at most three methods its coverage in every setting.
    """
    set_style()
    figure, panels = plt.subplots(
        1, 2, sharey=True, figsize=(6.6, 0.36 * len(settings) + 1.1), layout="constrained"
    )
    looks = zip(misses.items(), ((GREY, "D"), (ORANGE, "s"), (BLUE, "o")), (0.22, 0.0, -0.22), strict=True)
    y = np.arange(len(settings))[::-1]
    for (method, found), (colour, marker), shift in looks:
        for axes, side in zip(panels, ("below", "above"), strict=True):
            values = [POINTS * getattr(one, side) for one in found]
            axes.plot(values, y + shift, marker, color=colour, markersize=5.5, label=method)
    for axes, title in zip(panels, ("Interval too high", "Interval too low"), strict=True):
        axes.axvline(2.5, color="#333333", linewidth=0.9)
        axes.set_title(title, loc="left")
        axes.set_xlim(-0.4, 9)
        axes.set_xticks([0, 2.5, 5, 7.5], ["0%", "2.5%", "5%", "7.5%"])
        axes.grid(visible=True, axis="x")
        axes.grid(visible=False, axis="y")
    panels[0].set_yticks(y, settings)
    figure.legend(*panels[0].get_legend_handles_labels(), loc="outside lower center", ncols=3, fontsize=10)
    words = "; ".join(
        f"{method} up to {fixed(POINTS * max(one.below for one in found), 1)}% too high and "
        f"{fixed(POINTS * max(one.above for one in found), 1)}% too low"
        for method, found in misses.items()
    )
    return Chart(figure, f"Misses of nominal 95% intervals, 2.5% being right on each side: {words}")


def board_chart(members: npt.NDArray[np.int64], smallest: dict[str, npt.NDArray[np.float64]]) -> Chart:
    """Smallest workforce share at which a board without BME members can be significant, by board size."""
    set_style()
    figure, axes = plt.subplots(figsize=(6.6, 2.9), layout="constrained")
    for (test, share), (colour, text) in zip(
        smallest.items(), ((BLUE, BLUE), (ORANGE, ORANGE_TEXT)), strict=True
    ):
        axes.plot(members, POINTS * share, color=colour)
        axes.annotate(
            test,
            (members[-1], POINTS * share[-1]),
            (6, 0),
            textcoords="offset points",
            color=text,
            weight="bold",
            va="center",
        )
    axes.axhline(19, color=GREY, linewidth=0.9, linestyle="--")
    axes.annotate(
        "Workforce in 2018, 19%", (members[0], 19), (0, -13), textcoords="offset points", color="#505A5F"
    )
    axes.set_xlim(members[0] - 0.5, members[-1] + 1.6)
    axes.set_xticks(members)
    axes.set_ylim(0, 45)
    axes.set_xlabel("Board members")
    axes.yaxis.set_major_formatter(lambda value, _: f"{value:g}%")
    ends = "; ".join(
        f"{test}: {percent(share[0])} for {members[0]} members, {percent(share[-1])} for {members[-1]}"
        for test, share in smallest.items()
    )
    return Chart(figure, f"Smallest workforce share at which no BME member can be significant. {ends}")


def chance_chart(
    staff: npt.NDArray[np.float64], inside: dict[str, npt.NDArray[np.float64]], goal: float
) -> Chart:
    """Chance that a ratio falls inside the practical range when the true ratio is 1, by size of workforce.

    Parameters
    ----------
    staff
        Sizes of the workforce.
    inside
        Chances, 0 to 1, by name of the line; two, the higher first.
    goal
        The share of organisations that was aimed for, drawn as a line.
    """
    set_style()
    figure, axes = plt.subplots(figsize=(6.6, 3.0), layout="constrained")
    looks = ((BLUE, BLUE, (-8, 6), "right"), (ORANGE, ORANGE_TEXT, (8, -12), "left"))
    middle = int(0.62 * len(staff))
    for (label, chance), (colour, text, away, side) in zip(inside.items(), looks, strict=True):
        axes.plot(staff, POINTS * chance, color=colour)
        place = (staff[middle], POINTS * chance[middle])
        axes.annotate(label, place, away, textcoords="offset points", color=text, weight="bold", ha=side)
    axes.axhline(POINTS * goal, color=GREY, linewidth=0.9, linestyle="--")
    axes.annotate(
        f"Goal for 2022, {percent(goal, 0)}",
        (staff[0], POINTS * goal),
        (0, 4),
        textcoords="offset points",
        color="#505A5F",
    )
    axes.set_xscale("log")
    axes.set_xticks([100, 1_000, 10_000, 100_000], ["100", "1,000", "10,000", "100,000"])
    axes.minorticks_off()
    axes.set_ylim(0, 104)
    axes.set_xlabel("Staff, one in five of them BME")
    axes.yaxis.set_major_formatter(lambda value, _: f"{value:g}%")
    ends = "; ".join(f"{label}: {percent(c[0], 0)} to {percent(c[-1], 0)}" for label, c in inside.items())
    reach = f"from {staff[0]:,.0f} to {staff[-1]:,.0f} staff"
    return Chart(figure, f"Chance of a ratio within 0.80–1.25 when the true ratio is 1, {reach}. {ends}")
