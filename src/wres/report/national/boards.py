"""Indicator 9: boards by region and by role."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.ticker import MaxNLocator

from wres.definitions import definitions
from wres.report import tables, words
from wres.report.display import cards, escape, pipe_table, show
from wres.report.drawing import BLUE, GREY, ORANGE, Chart, new_axes, set_style, show_chart
from wres.report.narrative.texts import heads, say
from wres.report.slices import Slice, first, where

POINTS_SHOWN = 40.0
LOOKS = {"": ("Whole board", BLUE, "o", 0.22), "voting": ("Voting", ORANGE, "s", 0.0)}
LOOKS["executive"] = ("Executive", GREY, "D", -0.22)
PARTS = {"": "Whole board"} | {code: group.label for code, group in definitions().board_groups.items()}


def show_boards(report: Slice) -> None:
    """Show board members against the workforce: England over the years, then each region by role."""
    show(tables.board(report))
    rows = where(report.indicators, level="region", status="published")
    boards = rows[rows["indicator"].eq("9") & rows["year"].le(report.year)]
    if boards.empty:
        return
    year = int(boards["year"].max())
    rows, boards = where(rows, year=year), where(boards, year=year)
    gaps = boards[boards["statistic"].eq("difference")].sort_values("name", kind="stable")
    if gaps.empty:
        return
    if gaps["lower"].notna().any():
        behind = gaps[gaps["category"].eq("") & gaps["verdict"].eq("adverse")]["name"].nunique()
        regions = gaps["name"].nunique()
        some = "all" if behind == regions else f"{words.count_word(behind) if behind else 'none'} of"
        finding = say("national", "boards", some=some, regions=words.count_word(regions))
        show_chart(report, _by_region(gaps), finding, say("national", "caption boards", year=year))
    shares = boards[boards["statistic"].eq("percentage") & boards["ethnicity"].eq("bme")]
    staff = where(
        rows, indicator="1", statistic="percentage", ethnicity="bme", staff_group="all", category=""
    )
    lines = [_line(name, category, own, shares, staff) for (name, category), own in _ordered(gaps)]
    show(cards(pipe_table(heads("boards"), lines, say("tables", "boards", year=year))))


def _ordered(gaps: pd.DataFrame) -> list[tuple[tuple[str, str], pd.Series]]:
    names = dict.fromkeys(gaps["name"])
    found = [((n, c), first(gaps, name=n, category=c)) for n in names for c in PARTS]
    return [(key, row) for key, row in found if row is not None]


def _line(name: str, category: str, gap: pd.Series, shares: pd.DataFrame, staff: pd.DataFrame) -> list[str]:
    share, workforce = first(shares, name=name, category=category), first(staff, name=name)
    counted = "–"
    if share is not None and pd.notna(share["numerator"]):
        counted = f"{share['numerator']:,.0f} of {share['denominator']:,.0f}"
    figure = f"{words.signed(gap['value'])} ({words.interval(gap)})"
    of_staff = "–" if workforce is None else words.percent(workforce["value"])
    place = f"{escape(name)}: {PARTS[category].lower()}"
    return [place, counted, tables.estimate(share), of_staff, figure]


def _by_region(gaps: pd.DataFrame) -> Chart:
    set_style()
    names = pd.Series(list(dict.fromkeys(gaps["name"])))
    figure, axes = new_axes((6.6, 0.5 * len(names) + 0.9), names=names)
    place = {name: len(names) - 1 - position for position, name in enumerate(names)}
    axes.axvline(0, color="#333333", linewidth=0.9)
    for category, (label, colour, marker, shift) in LOOKS.items():
        rows = gaps[gaps["category"].eq(category)]
        y = rows["name"].map(place).to_numpy(float) + shift
        axes.hlines(y, rows["lower"], rows["upper"], color=colour, linewidth=1.6)
        axes.plot(rows["value"], y, marker, color=colour, markersize=5, label=label)
    axes.set_yticks(list(place.values()), list(place))
    axes.set_ylim(-0.6, len(names) - 0.1)
    axes.grid(visible=False, axis="y")
    axes.grid(visible=True, axis="x")
    edges = np.clip([min(0, gaps["lower"].min()), max(0, gaps["upper"].max())], -POINTS_SHOWN, POINTS_SHOWN)
    axes.set_xlim(*edges + np.array([-2, 2]))
    axes.xaxis.set_major_locator(MaxNLocator(6, prune="both"))
    axes.xaxis.set_major_formatter(lambda value, _: f"{words.signed(value).removesuffix('.0')} pts")
    axes.legend(loc="upper center", ncols=3, fontsize=10, handletextpad=0.2, borderaxespad=0)
    whole = gaps[gaps["category"].eq("")]
    said = "; ".join(f"{row['name']} {words.gap(row)}" for _, row in whole.iterrows())
    parts = ", ".join(label.lower() for label, *_ in LOOKS.values())
    return Chart(figure, say("alternatives", "boards", parts=parts, gaps=said))
