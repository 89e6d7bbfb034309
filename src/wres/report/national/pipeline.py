"""Representation from band to band: the policy's Table 1 continued, every band, doctors and dentists."""

from __future__ import annotations

import numpy as np

from wres.definitions import definitions
from wres.report import charts, leadership, narrative, tables, words
from wres.report.display import show
from wres.report.drawing import BLUE, GREY, Chart, new_axes, set_style, show_chart
from wres.report.narrative.texts import say
from wres.report.slices import Slice


def show_pipeline(report: Slice) -> None:
    """Show the BME share of senior bands year by year, from band to band, and where it drops."""
    over_time = charts.senior_over_time(report)
    if over_time is not None:
        caption = say("national", "caption senior")
        show_chart(report, over_time, narrative.senior_finding(report), caption)
        show(tables.senior_by_year(report))
    leadership.show_pipeline(report)
    chart = charts.band_shares(report)
    if chart is None:
        return
    show_chart(report, chart, narrative.finding(report, "1"), narrative.chart_caption(report, "1"))
    show(tables.bands(report))


def show_medical(report: Slice) -> None:
    """Show the BME share of every medical and dental grade; nothing where none is published."""
    chart = _medical_grades(report)
    if chart is not None:
        show(f"### {say('headings', 'medical')}\n")
        show_chart(
            report, chart, _medical_finding(report), say("national", "caption grades", year=report.year)
        )


def _medical_finding(report: Slice) -> str:
    cells = {"staff_group": "medical_dental"}
    doctors = report.percentage("1", "bme", category="", **cells)
    managers = report.percentage("1", "bme", category="senior_medical_manager", **cells)
    if doctors is None or managers is None:
        return say("national", "grades unknown")
    shares = {"doctors": words.percent(doctors["value"]), "managers": words.percent(managers["value"])}
    return say("national", "grades", **shares)


def _medical_grades(report: Slice) -> Chart | None:
    known = definitions()
    rows = report.rows("1", "percentage", ethnicity="bme", staff_group="medical_dental")
    rows = rows[rows["year"].eq(report.year) & rows["status"].eq("published")]
    rows = rows[rows["category"].isin(known.medical_grades)]
    everybody = report.percentage("1", "bme", category="")
    if rows.empty or everybody is None:
        return None
    order = {grade: place for place, grade in enumerate(known.medical_grades)}
    rows = rows.sort_values("category", key=lambda c: c.map(order))
    names = rows["category"].map(known.medical_grades)
    set_style()
    figure, axes = new_axes((6.6, 0.34 * len(rows) + 0.75), names=names)
    y = np.arange(len(rows))[::-1]
    axes.axvline(everybody["value"], color=GREY, linewidth=1.2)
    axes.hlines(y, rows["lower"], rows["upper"], color=BLUE, linewidth=2)
    axes.plot(rows["value"], y, "o", color=BLUE, markersize=6)
    axes.set_yticks(y, names)
    axes.grid(visible=False, axis="y")
    axes.xaxis.set_major_formatter(lambda value, _: f"{value:g}%")
    said = "; ".join(f"{n} {words.percent(v)}" for n, v in zip(names, rows["value"], strict=True))
    return Chart(figure, say("alternatives", "grades", year=report.year, shares=said))
