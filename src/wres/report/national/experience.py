"""Indicators over time, and the staff survey's answers of each detailed ethnic group."""

from __future__ import annotations

from wres.definitions import definitions
from wres.report import charts, narrative, survey, tables
from wres.report.display import pipe_table, show
from wres.report.drawing import show_chart
from wres.report.narrative.texts import heads, say
from wres.report.national.unlike import show_unlike
from wres.report.slices import Slice


def show_detailed_groups(report: Slice) -> None:
    """Show the survey answers of each detailed ethnic group, where the source has them."""
    known = definitions()
    rows = report.own[report.own["year"].eq(report.year) & report.own["statistic"].eq("percentage")]
    rows = rows[rows["ethnicity"].isin(known.ethnic_categories)]
    if len(rows):
        show(f"## {say('headings', 'ethnic groups')}\n")
        show_unlike(report, rows[rows["status"].eq("published")])
    for (code, question), part in rows.groupby(["indicator", "category"]):
        labels = [known.ethnic_categories[c].label for c in part["ethnicity"]]
        groups = part.assign(name=labels).sort_values("value", ascending=False)
        indicator = known.indicators[str(code)]
        asked = indicator.union_of.get(str(question), "").lower()
        name = f"{indicator.name}: {asked}" if asked else indicator.name
        show(f"### {name}\n")
        chart = charts.groups(groups, indicator)
        lowest, highest = f"{groups['value'].min():.0f}", f"{groups['value'].max():.0f}"
        spread = say("national", "groups", lowest=lowest, highest=highest)
        show_chart(report, chart, spread, say("national", "caption groups", year=report.year))
        lines = [
            [r["name"], tables.estimate(r), tables.number(r["denominator"])] for _, r in groups.iterrows()
        ]
        caption = say("tables", "ethnic groups", indicator=name)
        show(pipe_table(heads("ethnic groups"), lines, caption))


def show_years(report: Slice) -> None:
    """Show every indicator year by year, nationally."""
    for code, indicator in definitions().indicators.items():
        if not len(report.rows(code, "percentage")) or indicator.kind in ("representation", "board"):
            continue
        show(f"### {indicator.name}\n")
        chart = charts.rates_over_time(report, code)
        if chart is not None:
            show_chart(report, chart, narrative.finding(report, code), narrative.chart_caption(report, code))
        show(tables.rates_by_year(report, code))
        if indicator.kind == "survey":
            survey.show_bounds(report, code)
