"""What stands in the explorer's place without a script and on paper: every organisation's figures in tables."""

from __future__ import annotations

import pandas as pd

from wres.definitions import definitions
from wres.report import narrative, tables, words
from wres.report.display import escape, pipe_table, show
from wres.report.narrative.texts import heads, say
from wres.report.national.explorer.measures import Measure
from wres.report.peers import MARKS
from wres.report.slices import Slice, where

TABLES = {
    "Seniority and boards": ("1", "9"),
    "Likelihoods": ("2", "3", "4"),
    "Experience": ("5", "6", "7", "8"),
}
VERDICTS = {"adverse": "▲", "favourable": "▼", "equivalent": "="}


def show_still(report: Slice, offered: list[Measure]) -> None:
    """Show tables of every organisation's figures, three indicators or so at a time."""
    for share in (False, True):
        for title, codes in TABLES.items():
            chosen = [m for m in offered if m.code in codes and (m.statistic == "percentage") == share]
            if chosen:
                show(_table(report, f"{title}{', all staff' if share else ''}", chosen))


def _table(report: Slice, title: str, chosen: list[Measure]) -> str:
    """Every organisation's figures of a few measures, types of organisation one after another."""
    known = definitions()
    table = report.organisations.set_index("organisation_code")
    about = table[["organisation", "type"]].astype("str").to_dict("index")
    kinds = list(known.organisation_types)
    codes = list(dict.fromkeys(code for measure in chosen for code in measure.of_year["code"]))
    codes.sort(key=lambda code: (kinds.index(about[code]["type"]), about[code]["organisation"]))
    rows = [{str(row["code"]): row for _, row in measure.of_year.iterrows()} for measure in chosen]
    marks = [_marks(report, measure) for measure in chosen]
    lines = [
        [
            escape(about[code]["organisation"]),
            known.organisation_types[about[code]["type"]].label,
            *(_cell(own.get(code), mark.get(code, "")) for own, mark in zip(rows, marks, strict=True)),
        ]
        for code in codes
    ]
    measured = [say("heads", f"in {m.unit.replace('percent', '%')}", indicator=m.name) for m in chosen]
    caption = say("tables", "organisations", title=title, year=report.year)
    return pipe_table([*heads("organisations"), *measured], lines, caption, 2)


def _marks(report: Slice, measure: Measure) -> dict[str, str]:
    """The standing of each organisation within its type, where it is not like most."""
    own = where(
        report.comparisons.standings,
        year=report.year,
        indicator=measure.code,
        statistic=measure.statistic,
        kind="type",
    )
    unlike = own[~own["standing"].isin(["", "alike"])]
    return dict(zip(unlike["code"], "(" + unlike["standing"].map(MARKS) + ")", strict=True))


def _cell(row: pd.Series | None, standing: str) -> str:
    if row is None:
        return "–"
    if row["status"] != "published":
        return narrative.STATUS_WORDS[row["status"]]
    if row["statistic"] == "percentage":
        figure = tables.estimate(row)
    else:
        figure = f"{words.gap(row).split(' ', maxsplit=1)[0]} ({words.interval(row)})"
    return " ".join(filter(None, [figure, VERDICTS.get(row["verdict"], ""), standing]))
