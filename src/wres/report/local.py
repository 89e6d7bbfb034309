"""The local report, section by section: what ``organisation.ipynb`` calls.

Which words, charts and tables make a section belongs here; how each is made, in its own module.
"""

from __future__ import annotations

from collections.abc import Callable

from wres.definitions import EVERYBODY, NATION, definitions
from wres.report import charts, data_quality, narrative, peers, survey, tables, words
from wres.report.display import pipe_table, show, show_table_figure
from wres.report.drawing import Chart, show_chart
from wres.report.narrative.texts import heads, say
from wres.report.slices import Slice


def show_summary(report: Slice) -> None:
    """Show the finding, for a board member with a minute to spare."""
    show(f"::: {{.summary}}\n{narrative.summary(report)}\n:::")


def show_glance(report: Slice) -> None:
    """Show the nine indicators in one table, every gap on an axis whose right side is worse."""
    settings = report.publication.statistics
    rows, pictures = [], []
    for code, indicator in definitions().indicators.items():
        row = report.headline(code)
        figures = "[no figure]{.quiet}"
        if row is not None and row["status"] == "published":
            points = settings.practical_points
            practical = (
                settings.practical_ratio if indicator.gap == "relative_likelihood" else (-points, points)
            )
            pictures.append((f"gap-{code}", charts.gap_picture(row, indicator, practical)))
            figures = f"![](wres-figure:gap-{code}) **{words.gap(row)}** [({words.interval(row)})]{{.quiet}}"
        means = f"{narrative.badge(row)} {narrative.meaning(report, code)}"
        told = [narrative.since(report, code)]
        if report.code != NATION:
            told.append(peers.compared_with_peers(report, code))
        rows.append([f"**{code}** {indicator.question}", figures, means, *told])
    head = heads("glance", before=report.year - 1)
    if report.code != NATION:
        head += heads("glance peers")
    table = pipe_table(head, rows, say("tables", "glance", year=report.year), numbers_from=len(head))
    legend = say("meaning", "glance nationally" if report.code == NATION else "glance")
    show(f"::: {{.note}}\n{legend}\n:::")
    show(f"::: {{.glance .cards}}\n\n{table}\n:::")
    for name, chart in pictures:
        show_table_figure(chart.figure, name, chart.alt)


def show_indicator(report: Slice, code: str) -> None:
    """Show one indicator: its finding, a chart, a table, and the official wording."""
    indicator = definitions().indicators[code]
    row = report.headline(code)
    show(f"### {say('headings', 'indicator', code=code, indicator=indicator.name)}\n")
    show(f"{narrative.badge(row)} {narrative.meaning(report, code)}\n")
    data_quality.show_beside(report, code)
    chart = CHARTS[indicator.kind](report, code)
    if chart is not None:
        show_chart(report, chart, narrative.finding(report, code), narrative.chart_caption(report, code))
    place = {"category": indicator.headline.category} if indicator.kind == "survey" else {}
    told = report.rows(code, "percentage", **place)
    if (told["status"].eq("published") & told["ethnicity"].ne(EVERYBODY)).any():
        show(TABLES[indicator.kind](report, code))
        if indicator.kind == "likelihood":
            show(tables.parts_of_staff(report, code))
    if indicator.kind == "survey":
        survey.show_bounds(report, code)
        survey.show_all_staff(report, code)
    show(narrative.about_indicator(report, code))


def show_notes(report: Slice) -> None:
    """Show where the figures come from, what is missing, and how they were made."""
    show(narrative.data_notes(report))
    data_quality.show_unknown(report)
    show(narrative.method_in_short(report.publication))


CHARTS: dict[str, Callable[[Slice, str], Chart | None]] = {
    "representation": lambda report, _: charts.band_shares(report),
    "likelihood": charts.rates_over_time,
    "survey": charts.rates_over_time,
    "board": lambda report, _: charts.board_over_time(report),
}
TABLES: dict[str, Callable[[Slice, str], str]] = {
    "representation": lambda report, _: tables.bands(report),
    "likelihood": tables.rates_by_year,
    "survey": tables.rates_by_year,
    "board": lambda report, _: tables.board(report),
}
