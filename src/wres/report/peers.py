"""An organisation beside others like it: its place in the funnel, and its rank with the interval that it has.

Nothing here is a league table: a standing is a reason to look, and a rank never stands without its interval. How the
comparison is made belongs in :mod:`wres.analysis.benchmark`, what stands out in :mod:`wres.report.priorities`.
"""

from __future__ import annotations

import textwrap

import numpy as np
import pandas as pd
from scipy.stats import norm

from wres.comparisons import ALARM, FEWEST_PEERS, TABLES, WARNING, main_standings
from wres.definitions import definitions
from wres.report import words
from wres.report.display import cards, escape, pipe_table, show
from wres.report.drawing import BAND, BLUE, GREY, Chart, new_axes, set_style, show_chart
from wres.report.narrative.texts import heads, say
from wres.report.slices import Slice, first, where

MARKS = {"clearly_worse": "▲▲", "worse": "▲", "alike": "=", "better": "▼", "clearly_better": "▼▼"}
TOLD = {
    "peer_figures": ("pooled", "lower_quartile", "upper_quartile"),
    "standings": ("z", "shrunken", "shrunken_lower", "shrunken_upper", "rank_lower", "rank_upper", "ranked"),
}
Z_SHOWN = 4.5
WIDEST_NAME = 34


def as_told(name: str, table: pd.DataFrame) -> pd.DataFrame:
    """Standings, or figures of groups, with what a report says of them and no more, as it prints them.

    A report that is made from them depends on no digit that nobody reads, so that a correction of one organisation's
    return leaves the reports of its peers as they are.

    Parameters
    ----------
    name
        ``standings`` or ``peer_figures``.
    table
        All of its columns.
    """
    gaps = table[table["statistic"].ne("percentage")]
    decimals = np.where(gaps["statistic"].eq("relative_likelihood"), 2, 1)
    in_pictures = np.full(len(gaps), 2)
    printed = {
        column: [
            float(f"{value:.{places}f}")
            for value, places in zip(gaps[column], in_pictures if column == "z" else decimals, strict=True)
        ]
        for column in TOLD[name]
    }
    about = [column.name for column in TABLES[name] if column.kind == "string" or column.name == "year"]
    told = gaps[about].assign(**printed)
    if name == "standings":
        told.loc[~told.index.isin(main_standings(gaps).index), list(TOLD[name])] = np.nan
    return told


def standing(report: Slice, code: str) -> pd.Series | None:
    """Where the organisation's gap stands among those most like it; None where it is not compared."""
    return first(report.standings, indicator=code)


def compared_with_peers(report: Slice, code: str) -> str:
    """The standing of an indicator in a word or two, for a table cell."""
    found = standing(report, code)
    return words_of("not_compared" if found is None or not found["standing"] else found["standing"])


def words_of(name: str) -> str:
    """A standing in words."""
    return say("comparisons", name.replace("_", " "))


def show_peers(report: Slice) -> None:
    """Show where the organisation stands among similar ones: a picture, a table, and its other peer groups."""
    rows = report.standings[report.standings["standing"].ne("")]
    if rows.empty:
        show(f"{say('comparisons', 'no group', fewest=words.count_word(FEWEST_PEERS))}\n")
        return
    show_chart(report, _picture(rows), _finding(report, rows), say("comparisons", "caption"))
    show(_table(report, rows))
    others = _other_groups(report)
    if others:
        show(others)
    show(f"::: {{.note}}\n{say('comparisons', 'how to read', fewest=words.count_word(FEWEST_PEERS))}\n:::")


def group_name(report: Slice, kind: str, group: str) -> str:
    """The name of a peer group."""
    found = first(report.comparisons.peers, kind=kind, group=group)
    return group if found is None else str(found["name"])


def group_in_sentence(report: Slice, row: pd.Series) -> str:
    """The name of the group that a standing is in, within a sentence."""
    name = group_name(report, row["kind"], row["group"]).removeprefix("All ")
    return name if name.startswith("NHS") else f"{name[:1].lower()}{name[1:]}"


def group_figure(report: Slice, row: pd.Series) -> pd.Series:
    """The figures of the group that a standing is in."""
    keys = {name: row[name] for name in ("year", "indicator", "statistic", "kind", "group")}
    found = first(report.comparisons.peer_figures, **keys)
    assert found is not None  # noqa: S101  (a standing is made with its group's figures)
    return found


def figure(code: str, statistic: str, value: float) -> str:
    """A figure of an indicator in its unit."""
    if statistic == "percentage":
        return words.percent(value)
    return (
        f"{words.ratio(value)} times"
        if statistic == "relative_likelihood"
        else f"{words.signed(value)} points"
    )


def _finding(report: Slice, rows: pd.DataFrame) -> str:
    worse = int(rows["standing"].isin(["worse", "clearly_worse"]).sum())
    better = int(rows["standing"].isin(["better", "clearly_better"]).sum())
    group = group_in_sentence(report, rows.iloc[0])
    one = " one" if len(rows) == 1 else ""
    compared = {"group": group} if one else {"group": group, "count": words.count_word(len(rows))}
    if not worse and not better:
        return say("comparisons", f"like most{one}", **compared)
    worse_word, better_word = (words.count_word(n) if n else "none" for n in (worse, better))
    return say("comparisons", f"some differ{one}", worse=worse_word, better=better_word, **compared)


def _picture(rows: pd.DataFrame) -> Chart:
    set_style()
    known = definitions().indicators
    names = rows["indicator"].map(lambda code: f"{code} {known[code].name}")
    labels = names.map(lambda name: textwrap.fill(name, WIDEST_NAME))
    height = 0.36 * len(rows) + 0.65
    figure_, axes = new_axes((6.6, height), names=labels.str.split("\n").explode())
    figure_.subplots_adjust(bottom=0.32 / height, top=1 - 0.2 / height)
    worse = rows["z"].to_numpy() * rows["indicator"].map(lambda code: known[code].adverse_sign).to_numpy()
    y = np.arange(len(rows))[::-1]
    warning, alarm = (float(norm.ppf((1 + level) / 2)) for level in (WARNING, ALARM))
    axes.axvspan(-warning, warning, color=BAND, linewidth=0)
    for way in (-1, 1):
        axes.axvline(way * alarm, color=GREY, linewidth=1, linestyle="--")
    axes.axvline(0, color="#333333", linewidth=0.9)
    shown = np.clip(worse, -Z_SHOWN, Z_SHOWN)
    inside = rows["standing"].eq("alike").to_numpy()
    axes.plot(
        shown[inside], y[inside], "o", color=BLUE, markersize=7, markerfacecolor="white", markeredgewidth=1.6
    )
    axes.plot(shown[~inside], y[~inside], "D", color=BLUE, markersize=7)
    axes.set_xlim(-Z_SHOWN - 0.3, Z_SHOWN + 0.3)
    axes.set_ylim(-0.6, len(rows) - 0.4)
    axes.set_yticks(y, labels, linespacing=0.95)
    axes.set_xticks([-Z_SHOWN + 0.5, 0, Z_SHOWN - 0.5], ["← better", "the group", "worse →"])
    axes.grid(visible=False)
    said = "; ".join(
        f"{name}: {words_of(row['standing']).lower()}"
        for name, (_, row) in zip(names, rows.iterrows(), strict=True)
    )
    return Chart(figure_, say("alternatives", "peers", count=len(rows), standings=said))


def _table(report: Slice, rows: pd.DataFrame) -> str:
    lines = []
    for _, row in rows.iterrows():
        code, statistic = str(row["indicator"]), str(row["statistic"])
        together = group_figure(report, row)
        own = report.headline(code)
        own_figure = "–" if own is None else f"{words.gap(own)} ({words.interval(own)})"
        lines.append(
            [
                f"{code} {definitions().indicators[code].name}",
                own_figure,
                figure(code, statistic, together["pooled"]),
                _range(statistic, together["lower_quartile"], together["upper_quartile"]),
                _likely(row),
                f"{row['rank_lower']:.0f} to {row['rank_upper']:.0f} of {row['ranked']:.0f}",
                words_of(row["standing"]),
            ]
        )
    group = escape(group_in_sentence(report, rows.iloc[0]))
    caption = say("tables", "peers", group=group, year=report.year)
    return cards(pipe_table(heads("peers"), lines, caption))


def _other_groups(report: Slice) -> str:
    """A line for each peer group, with a mark for each indicator."""
    own = where(report.comparisons.standings, code=report.code, year=report.year)
    own = own[own["statistic"].ne("percentage") & own["standing"].ne("")]
    codes = list(definitions().indicators)
    lines = []
    for (kind, group), part in own.groupby(["kind", "group"], sort=False):
        marks = [first(part, indicator=code) for code in codes]
        cells = ["–" if mark is None else MARKS[mark["standing"]] for mark in marks]
        lines.append([escape(group_name(report, str(kind), str(group))), *cells])
    if len(lines) < 2:
        return ""
    caption = say("comparisons", "marks", year=report.year)
    return pipe_table([*heads("marks"), *codes], lines, caption)


def _number(statistic: str, value: float) -> str:
    return words.ratio(value) if statistic == "relative_likelihood" else words.signed(value)


def _range(statistic: str, lower: float, upper: float) -> str:
    return f"{_number(statistic, lower)} to {_number(statistic, upper)}"


def _likely(row: pd.Series) -> str:
    statistic = str(row["statistic"])
    limits = _range(statistic, row["shrunken_lower"], row["shrunken_upper"])
    return f"{_number(statistic, row['shrunken'])} ({limits})"
