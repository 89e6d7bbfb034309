"""The national overview, section by section: what ``national.ipynb`` calls."""

from __future__ import annotations

import html

import pandas as pd

from wres.definitions import definitions
from wres.report import charts, narrative, tables
from wres.report.display import escape, pipe_table, show
from wres.report.drawing import show_chart
from wres.report.slices import Slice, place

HEADINGS = {"region": "Regions", "type": "Types of organisation"}
FINDER_SCRIPT = """
const box = document.getElementById("finder-text");
const list = document.getElementById("finder-list");
const said = document.getElementById("finder-count");
box.addEventListener("input", () => {
  const words = box.value.toLowerCase().split(/\\s+/).filter(Boolean);
  let found = 0;
  for (const item of list.children) {
    const hit = words.every(word => item.dataset.words.includes(word));
    item.hidden = !hit;
    found += hit;
  }
  said.textContent = found + " of " + list.children.length + " reports";
});
"""


def show_organisations_by_verdict(report: Slice) -> None:
    """Show how many organisations have which verdict on each indicator."""
    rows = headline_rows(report, "organisation")
    trusts = report.organisations[report.organisations["type"].isin(definitions().trust_types)]
    rows = rows[rows["code"].isin(trusts["organisation_code"])]
    show(tables.verdicts_by_indicator(rows, f"NHS trusts by verdict, {report.year}"))
    fdr = report.publication.statistics.fdr
    show(
        "::: {.note}\nA clear gap has an interval that excludes no gap and passes a false discovery rate of "
        f"{fdr:.0%} among trusts of its type. Where there are too few people to tell, nothing has been found, "
        "which is not a finding of equality.\n:::"
    )


def show_pipeline(report: Slice) -> None:
    """Show the BME share of senior bands year by year, and of every band in the report's year."""
    over_time = charts.senior_over_time(report)
    if over_time is not None:
        caption = "BME share of all staff counted. Lines: 95% intervals."
        show_chart(report, over_time, narrative.senior_finding(report), caption)
        show(tables.senior_by_year(report))
    chart = charts.band_shares(report)
    if chart is None:
        show("No figures by band are published for this year.")
        return
    show_chart(report, chart, narrative.finding(report, "1"), narrative.chart_caption(report, "1"))
    show(tables.bands(report))


def show_places(report: Slice, level: str, head: str, introduction: str = "") -> None:
    """Show the gap of every region or type, an indicator at a time; nothing where none is published.

    Parameters
    ----------
    report
        The national slice.
    level
        ``region`` or ``type``.
    head
        What a place is called, in the singular.
    introduction
        Markdown before the first indicator.
    """
    rows = headline_rows(report, level)
    rows = rows[rows["status"].eq("published")].sort_values("name")
    if len(rows):
        show(f"## {HEADINGS[level]}\n\n{introduction}\n")
    for code, indicator in definitions().indicators.items():
        own = rows[rows["indicator"].eq(code)]
        if own.empty:
            continue
        show(f"### {indicator.name}\n")
        nation = report.headline(code)
        published = nation if nation is not None and nation["status"] == "published" else None
        chart = charts.places(own, indicator, published)
        dashed = " Dashed: England." if published is not None else ""
        show_chart(report, chart, "", f"Gap with its 95% interval, {report.year}.{dashed}")
        show(tables.places(own, head, f"{indicator.name} by {head.lower()}, {report.year}"))


def show_detailed_groups(report: Slice) -> None:
    """Show the survey answers of each detailed ethnic group, where the source has them."""
    known = definitions()
    rows = report.own[report.own["year"].eq(report.year) & report.own["statistic"].eq("percentage")]
    rows = rows[rows["ethnicity"].isin(known.ethnic_categories)]
    if len(rows):
        show("## Detailed ethnic groups\n")
    for code, part in rows.groupby("indicator"):
        labels = [known.ethnic_categories[c].label for c in part["ethnicity"]]
        groups = part.assign(name=labels).sort_values("value", ascending=False)
        indicator = known.indicators[str(code)]
        show(f"### {indicator.name}\n")
        chart = charts.groups(groups, indicator)
        spread = f"From {groups['value'].min():.0f}% to {groups['value'].max():.0f}% across ethnic groups"
        caption = f"Percentage of each ethnic group, {report.year}. Lines: 95% intervals."
        show_chart(report, chart, spread, caption)
        lines = [
            [r["name"], tables.estimate(r), tables.number(r["denominator"])] for _, r in groups.iterrows()
        ]
        show(
            pipe_table(["Ethnic group", "Percentage", "Answered"], lines, f"{indicator.name} by ethnic group")
        )


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


def show_finder(report: Slice, made: list[str]) -> None:
    """Show every local report, with a box to find one; without a script it is a plain list.

    Parameters
    ----------
    report
        The national slice.
    made
        Codes of the organisations whose reports were made.
    """
    known = definitions()
    table = report.organisations[report.organisations["organisation_code"].isin(made)].sort_values(
        "organisation"
    )
    items, lines = [], []
    for row in table.to_dict("records"):
        kind = known.organisation_types[row["type"]].label
        region = known.regions.get(row["region"], "")
        href = f"organisations/{row['organisation_code']}/index.html"
        about = f"{row['organisation_code']} · {kind} · {region}"
        words = html.escape(f"{row['organisation']} {about}".lower(), quote=True)
        items.append(
            f'<li data-words="{words}"><a href="{html.escape(href, quote=True)}">'
            f'{html.escape(row["organisation"])}</a> <span class="quiet">{html.escape(about)}</span></li>'
        )
        lines.append([escape(row["organisation"]), row["organisation_code"], kind, region])
    show(
        "```{=html}\n"
        '<div class="finder"><label for="finder-text">Find an organisation by name, code, type or region</label>'
        '<input id="finder-text" type="search" autocomplete="off">'
        f'<p id="finder-count" role="status">{len(items)} of {len(items)} reports</p>'
        f'<ul id="finder-list">{"".join(items)}</ul></div>\n<script>{FINDER_SCRIPT}</script>\n```\n'
    )
    head = ["Organisation", "Code", "Type", "Region"]
    show(
        "::: {.print-only}\n"
        + pipe_table(head, lines, "Organisations with a local report", len(head))
        + "\n:::"
    )


def headline_rows(report: Slice, level: str) -> pd.DataFrame:
    """Every indicator's headline row for all entities of a level in the report's year."""
    rows = report.indicators[report.indicators["level"].eq(level) & report.indicators["year"].eq(report.year)]
    parts = []
    for code, indicator in definitions().indicators.items():
        own = rows[rows["indicator"].eq(code) & rows["statistic"].eq(indicator.gap)]
        for column, value in place(indicator).items():
            own = own[own[column].eq(value)]
        parts.append(own)
    return pd.concat(parts)
