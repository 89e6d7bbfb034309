"""The way to every local report: a list, and a box to find one in it."""

from __future__ import annotations

import html

from wres.definitions import definitions
from wres.report.display import escape, pipe_table, show
from wres.report.narrative.texts import heads, say
from wres.report.slices import Slice

FINDER_SCRIPT = """
const box = document.getElementById("finder-text");
const list = document.getElementById("finder-list");
const said = document.getElementById("finder-count");
box.addEventListener("input", () => {
  const words = box.value.toLowerCase().split(/\\s+/).filter(Boolean);
  let found = 0;
  for (const item of list.children) {
    const text = item.textContent.toLowerCase();
    const hit = words.every(word => text.includes(word));
    item.hidden = !hit;
    found += hit;
  }
  said.textContent = found + " of " + list.children.length + " reports";
});
"""


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
        items.append(
            f'<li><a href="{html.escape(href, quote=True)}">'
            f'{html.escape(row["organisation"])}</a> <span class="quiet">{html.escape(about)}</span></li>'
        )
        lines.append([escape(row["organisation"]), row["organisation_code"], kind, region])
    show(
        "```{=html}\n"
        f'<div class="finder"><label for="finder-text">{say("national", "find")}</label>'
        '<input id="finder-text" type="search" autocomplete="off">'
        f'<p id="finder-count" role="status">{len(items)} of {len(items)} reports</p>'
        f'<ul id="finder-list">{"".join(items)}</ul></div>\n<script>{FINDER_SCRIPT}</script>\n```\n'
    )
    head = heads("finder")
    show("::: {.print-only}\n" + pipe_table(head, lines, say("tables", "finder"), len(head)) + "\n:::")
