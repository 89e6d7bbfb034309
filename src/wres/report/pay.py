"""The ethnicity pay gap on a page: how large, where it comes from, and who is in which quarter of pay.

Everything is read from the results store; how a gap is found belongs in :mod:`wres.analysis.pay_gap`.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
import pandas as pd
from matplotlib.ticker import MaxNLocator

from wres.definitions import BONUS, FEWEST_PAID, PAY, definitions
from wres.report import narrative, words
from wres.report.display import cards, escape, pipe_table, show
from wres.report.drawing import BAND, BLUE, GREY, ORANGE, Chart, new_axes, set_style, show_chart
from wres.report.narrative.texts import heads, say
from wres.report.slices import Slice, first, where
from wres.report.tables import HIDDEN, estimate, number

MEAN, MEDIAN = "mean_pay_gap", "median_pay_gap"
MOST_SHOWN = 40.0
DOCTORS = "medical_dental"


def show_pay(report: Slice) -> None:
    """Show the pay gap of one entity: sentences, the parts of the gap, bands, quarters, ethnic groups, bonuses."""
    whole = _gap(report, MEAN)
    if whole is None or whole["status"] != "published":
        show(f"{_without_figure(report, whole)}\n")
        return
    show("\n".join(f"- {point}" for point in _points(report, whole)) + "\n")
    chart = gaps_chart(report)
    if chart is not None:
        show_chart(report, chart, within_finding(report), say("pay", "caption bands"))
    for table in (gaps_table(report), bands_table(report)):
        if table:
            show(cards(table))
    quarters = quarters_chart(report)
    if quarters is not None:
        show(f"### {say('headings', 'pay quarters')}\n")
        show_chart(report, quarters, quarters_finding(report), say("pay", "caption quarters"))
        show(quarters_table(report))
    for title, table in (
        (say("headings", "pay by group"), groups_table(report)),
        (say("headings", "bonuses"), bonus_table(report)),
    ):
        if table:
            show(f"### {title}\n")
            show(cards(table))
    notes = [say("pay", "how to read"), *_hidden(report)]
    show(f"::: {{.note}}\n{' '.join(notes)}\n:::")


def _hidden(report: Slice) -> list[str]:
    """What marks of hidden figures mean, and the bands and ethnic groups that are left out."""
    hidden = where(_of_year(report), status="suppressed")
    bands = [
        label for label, mean in _gaps_in_order(report) if mean["category"] and mean["status"] == "suppressed"
    ]
    means = where(hidden, statistic=MEAN)
    groups = [
        category.label
        for code, category in definitions().ethnic_categories.items()
        if means["ethnicity"].eq(code).any()
    ]
    left_out = [words.listed(labels) for labels in (bands, groups) if labels]
    said = [say("charts", "hidden")] if len(hidden) else []
    return [*said, say("charts", "hidden bands", list="; ".join(left_out))] if left_out else said


def show_pay_of_places(report: Slice, level: Literal["region", "type"], head: str) -> None:
    """Show the pay gap of every region or type with its parts between and within bands; nothing without figures."""
    rows = where(report.indicators, level=level, indicator=PAY, year=report.year, staff_group="all")
    rows = where(rows, category="", ethnicity="")
    means = where(rows, statistic=MEAN, status="published").sort_values("name", kind="stable")
    if means.empty:
        return
    lines = []
    for _, mean in means.iterrows():
        own = where(rows, code=mean["code"])
        parts = [first(own, statistic=f"pay_gap_{part}_bands") for part in ("between", "within")]
        figures = [percent(mean), narrative.verdict_words(mean), percent(first(own, statistic=MEDIAN))]
        lines.append([escape(mean["name"]), *figures, *(percent(part) for part in parts)])
    show(f"### {say('headings', 'pay of places', place=head.lower())}\n")
    caption = say("tables", "pay of places", place=head.lower(), year=report.year)
    show(cards(pipe_table(heads("pay of places", place=head), lines, caption)))


def percent(row: pd.Series | None) -> str:
    """A gap in per cent of white pay with its interval, or why there is none."""
    if row is None:
        return "–"
    if row["status"] == "suppressed":
        return HIDDEN
    if pd.isna(row["value"]):
        return say("pay", "under", fewest=FEWEST_PAID)
    return f"{words.signed(row['value'])}% ({_interval(row)})"


def within_finding(report: Slice) -> str:
    """The title of the chart of gaps by band: in how many the gap is clear."""
    rows = _in_bands(report)
    clear = rows[rows["verdict"].eq("adverse")]
    if rows.empty:
        return say("pay", "bands none", year=report.year)
    if clear.empty:
        return say("pay", "bands unclear")
    practical = report.publication.statistics.practical_points
    large = int(clear["value"].gt(practical).sum())
    counts = {"clear": len(clear), "all": len(rows)}
    if not large:
        return say("pay", "bands clear", **counts)
    return say("pay", "bands clear and large", practical=f"{practical:g}", large=large, **counts)


def quarters_finding(report: Slice) -> str:
    """The title of the chart of quarters."""
    low, high = (_share(report, list(definitions().pay_quarters)[end]) for end in (0, -1))
    if low is None or high is None:
        return say("pay", "quarters unknown")
    lowest, highest = words.percent(low["value"]), words.percent(high["value"])
    return say("pay", "quarters", lowest=lowest, highest=highest)


def gaps_chart(report: Slice) -> Chart | None:
    """The gap of mean pay of all staff, of each staff group, and within every band and grade."""
    rows = _gaps_in_order(report)
    rows = [(label, row) for label, row in rows if row["status"] == "published" and pd.notna(row["lower"])]
    if not rows:
        return None
    set_style()
    names = pd.Series([label for label, _ in rows])
    figures = pd.DataFrame([row for _, row in rows])
    figure, axes = new_axes((6.6, 0.27 * len(rows) + 0.7), names=names)
    y = np.arange(len(rows))[::-1]
    practical = report.publication.statistics.practical_points
    axes.axvspan(-practical, practical, color=BAND, linewidth=0)
    axes.axvline(0, color="#333333", linewidth=0.9)
    figure.subplots_adjust(right=0.96)
    overall = figures["category"].eq("").to_numpy()
    limits = figures[["lower", "upper"]].clip(-MOST_SHOWN, MOST_SHOWN).to_numpy()
    values = figures["value"].clip(-MOST_SHOWN, MOST_SHOWN).to_numpy()
    for mask, colour, marker in ((overall, ORANGE, "s"), (~overall, BLUE, "o")):
        axes.hlines(y[mask], *limits[mask].T, color=colour, linewidth=2)
        axes.plot(values[mask], y[mask], marker, color=colour, markersize=5.5)
    axes.set_yticks(y, names)
    axes.set_ylim(-0.7, len(rows) - 0.3)
    axes.grid(visible=False, axis="y")
    axes.grid(visible=True, axis="x")
    axes.xaxis.set_major_locator(MaxNLocator(7, prune="both"))
    axes.xaxis.set_major_formatter(lambda value, _: f"{words.signed(value).removesuffix('.0')}%")
    said = "; ".join(f"{label} {words.signed(row['value'])}%" for label, row in rows)
    return Chart(figure, say("alternatives", "pay by band", year=report.year, gaps=said))


def quarters_chart(report: Slice) -> Chart | None:
    """BME share of each quarter of pay, the highest at the top, and of all staff."""
    quarters = reversed(definitions().pay_quarters.items())
    rows = [(label, _share(report, quarter)) for quarter, label in quarters]
    shown = [(label, row) for label, row in rows if row is not None]
    if len(shown) < 2:
        return None
    set_style()
    names = pd.Series([label for label, _ in shown])
    figures = pd.DataFrame([row for _, row in shown])
    figure, axes = new_axes((6.6, 0.36 * len(shown) + 0.75), names=names)
    y = np.arange(len(shown))[::-1]
    everybody = _share(report, "")
    if everybody is not None:
        axes.axvline(everybody["value"], color=GREY, linewidth=1.2)
        axes.annotate(
            f"All staff {words.percent(everybody['value'])}",
            (everybody["value"], 0),
            (-3, 2),
            xycoords=("data", "axes fraction"),
            textcoords="offset points",
            color=GREY,
            weight="bold",
            fontsize=9.5,
            ha="right",
            va="bottom",
        )
    axes.hlines(y, figures["lower"], figures["upper"], color=BLUE, linewidth=2)
    axes.plot(figures["value"], y, "o", color=BLUE, markersize=6)
    axes.set_yticks(y, names)
    axes.set_ylim(-0.9, len(shown) - 0.1)
    axes.set_xlim(left=0)
    axes.grid(visible=False, axis="y")
    axes.grid(visible=True, axis="x")
    axes.xaxis.set_major_formatter(lambda value, _: f"{value:g}%")
    said = "; ".join(f"{label} {words.percent(row['value'])}" for label, row in shown)
    return Chart(figure, say("alternatives", "pay quarters", year=report.year, shares=said))


def gaps_table(report: Slice) -> str:
    """Mean and median gaps of all staff and of each staff group."""
    lines = []
    for label, mean in _gaps_in_order(report):
        if not mean["category"]:
            median = _gap(report, MEDIAN, staff_group=mean["staff_group"])
            lines.append([*_line(label, mean), percent(median)])
    return pipe_table(heads("pay"), lines, say("tables", "pay", year=report.year))


def bands_table(report: Slice) -> str:
    """Mean gaps within each band and grade; blank where there are none."""
    lines = [
        _line(label, mean)
        for label, mean in _gaps_in_order(report)
        if mean["category"] and mean["status"] != "suppressed"
    ]
    caption = say("tables", "pay by band", year=report.year)
    return pipe_table(heads("pay by band"), lines, caption) if lines else ""


def quarters_table(report: Slice) -> str:
    """BME people and share of each quarter of pay and of all staff whose pay is known."""
    lines = []
    for quarter, label in (*definitions().pay_quarters.items(), ("", "All staff")):
        row = _share(report, quarter, published=False)
        counted = "–" if row is None else f"{number(row['numerator'])} of {number(row['denominator'])}"
        hidden = row is not None and row["status"] == "suppressed"
        lines.append([label, HIDDEN if hidden else counted, estimate(row)])
    caption = say("tables", "pay quarters", year=report.year)
    return cards(pipe_table(heads("pay quarters"), lines, caption))


def groups_table(report: Slice) -> str:
    """Gaps between each BME ethnic category and all white staff; blank where no group is large enough."""
    rows = _of_year(report)
    rows = rows[rows["ethnicity"].ne("") & rows["statistic"].isin([MEAN, MEDIAN])]
    lines = []
    for code, category in definitions().ethnic_categories.items():
        mean, median = (first(rows, ethnicity=code, statistic=name) for name in (MEAN, MEDIAN))
        if mean is not None and mean["status"] != "suppressed":
            cells = [_people(mean, "bme"), percent(mean), narrative.verdict_words(mean), percent(median)]
            lines.append([category.label, *cells])
    caption = say("tables", "pay by group", year=report.year)
    return pipe_table(heads("pay by group"), lines, caption) if lines else ""


def bonus_table(report: Slice) -> str:
    """Who got a bonus, and the gap between bonuses; blank where none was given."""
    rows = where(_of_year(report), category=BONUS)
    got = [first(rows, statistic="percentage", ethnicity=group) for group in ("white", "bme")]
    if any(row is None for row in got):
        return ""
    cells = [
        HIDDEN
        if row["status"] == "suppressed"
        else f"{number(row['numerator'])} of {number(row['denominator'])}: {estimate(row)}"
        for row in got
        if row is not None
    ]
    gaps = [percent(first(rows, statistic=name)) for name in (MEAN, MEDIAN)]
    caption = say("tables", "bonuses", year=report.year)
    return pipe_table(heads("bonuses"), [["All staff", *cells, *gaps]], caption)


def _points(report: Slice, whole: pd.Series) -> list[str]:
    points = [f"{narrative.badge(whole)} {_on_average(whole)}"]
    median = _gap(report, MEDIAN)
    if median is not None and pd.notna(median["value"]):
        points.append(say("pay", "median", **_figures(median)))
    between, within = (_gap(report, f"pay_gap_{part}_bands") for part in ("between", "within"))
    if between is not None and within is not None and pd.notna(within["value"]):
        parts = say(
            "pay",
            "parts",
            within=words.signed(within["value"]),
            within_interval=words.interval(within),
            between=words.signed(between["value"]),
            between_interval=words.interval(between),
        )
        points.append(f"{parts} {_doctors(report, between)}".strip())
    return points


def _on_average(row: pd.Series) -> str:
    size = f"{abs(row['value']):.1f}%"
    if size == "0.0%":
        return say("pay", "same", **_figures(row))
    return say("pay", "less" if row["value"] > 0 else "more", size=size, **_figures(row))


def _figures(row: pd.Series) -> dict[str, str]:
    return {"gap": words.signed(row["value"]), "interval": words.interval(row)}


def _doctors(report: Slice, between: pd.Series) -> str:
    """That many BME staff are doctors, where the spread over bands is in their favour."""
    inside = where(_of_year(report), staff_group=DOCTORS, category="", statistic=MEAN)
    people = first(inside)
    whole = _gap(report, MEAN)
    if between["value"] >= 0 or people is None or whole is None:
        return ""
    shares = [people[f"{group}_numerator"] / whole[f"{group}_numerator"] for group in ("bme", "white")]
    if not shares[0] > shares[1]:
        return ""
    bme, white = (words.percent(100 * share) for share in shares)
    return say("pay", "doctors", bme=bme, white=white)


def _without_figure(report: Slice, row: pd.Series | None) -> str:
    if row is None:
        if report.level == "national":
            return say("pay", "not sent nationally", year=report.year)
        return say("pay", "not sent", kind=report.kind, year=report.year)
    if row["status"] == "suppressed":
        return say("pay", "hidden")
    return say("pay", "too few", fewest=FEWEST_PAID)


def _gaps_in_order(report: Slice) -> list[tuple[str, pd.Series]]:
    """Gaps of mean pay of all staff, staff groups, bands and grades, with their labels."""
    known = definitions()
    places = [("", "all", "All staff")]
    places += [("", group, label) for group, label in known.staff_groups.items() if group != "all"]
    places += [(band, "all", label) for band, label in known.bands.items()]
    places += [(grade, DOCTORS, label) for grade, label in known.medical_grades.items()]
    found = [(label, _gap(report, MEAN, staff_group=group, category=at)) for at, group, label in places]
    return [(label, row) for label, row in found if row is not None]


def _in_bands(report: Slice) -> pd.DataFrame:
    rows = where(_of_year(report), statistic=MEAN, status="published")
    known = definitions()
    return rows[rows["category"].isin([*known.bands, *known.medical_grades]) & rows["lower"].notna()]


def _gap(report: Slice, statistic: str, staff_group: str = "all", category: str = "") -> pd.Series | None:
    place = {"staff_group": staff_group, "category": category}
    return first(_of_year(report), statistic=statistic, ethnicity="", **place)


def _share(report: Slice, category: str, *, published: bool = True) -> pd.Series | None:
    """BME share of a quarter or of all."""
    rows = where(_of_year(report), statistic="percentage", ethnicity="bme", category=category)
    return first(where(rows, status="published") if published else rows)


def _of_year(report: Slice) -> pd.DataFrame:
    return where(report.rows(PAY), year=report.year)


def _interval(row: pd.Series) -> str:
    """The interval in figures; few organisations can leave it without a lower end that means anything."""
    if row["lower"] < -100:
        return f"below −100 to {words.signed(row['upper'])}"
    return words.interval(row)


def _line(label: str, mean: pd.Series) -> list[str]:
    people = [_people(mean, group) for group in ("white", "bme")]
    return [label, *people, percent(mean), _verdict(mean)]


def _verdict(mean: pd.Series) -> str:
    """The verdict in words; none where there are too few people for a gap."""
    return "–" if mean["status"] == "insufficient" else narrative.verdict_words(mean)


def _people(row: pd.Series, group: str) -> str:
    return HIDDEN if row["status"] == "suppressed" else number(row[f"{group}_numerator"])
