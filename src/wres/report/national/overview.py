"""The year in one page: how many trusts have which verdict, beside chance, and what changed most."""

from __future__ import annotations

import numpy as np
import pandas as pd

from wres.definitions import definitions
from wres.report import words
from wres.report.display import cards, pipe_table, show
from wres.report.narrative import VERDICT_WORDS
from wres.report.narrative.texts import heads, say
from wres.report.slices import Slice, headlines, where


def show_verdicts(report: Slice) -> None:
    """Show how many trusts have which verdict, beside the number expected if nothing were wrong."""
    rows = of_types(report, definitions().trust_types)
    show(f"**{_finding(report, rows)}**\n")
    lines = []
    for code, indicator in definitions().indicators.items():
        own = where(rows, indicator=code)
        found = own.loc[own["status"].eq("published"), "verdict"].value_counts()
        cells = [_beside_chance(report, code, v, int(found.get(v, 0))) for v in VERDICT_WORDS]
        lines.append([f"{code} {indicator.name}", *cells, f"{len(own) - int(found.sum()):,}"])
    caption = say("tables", "verdicts", year=report.year)
    indicator_head, none_head = heads("verdicts")
    show(cards(pipe_table([indicator_head, *VERDICT_WORDS.values(), none_head], lines, caption)))
    fdr = f"{report.publication.statistics.fdr:.0%}"
    show(f"::: {{.note}}\n{say('national', 'how verdicts are counted', fdr=fdr)}\n:::")


def show_changes(report: Slice) -> None:
    """Show which national gaps changed clearly since the year before, the clearest first."""
    rows = where(report.own, year=report.year, statistic="change", status="published")
    place = {code: tuple(i.headline.model_dump().values()) for code, i in definitions().indicators.items()}
    keys = rows[["indicator", "staff_group", "category"]].astype("str").itertuples(index=False)
    told = rows[np.array([place[code] == (group, category) for code, group, category in keys], dtype=bool)]
    clear = told[told["verdict"].isin(["adverse", "favourable"])].sort_values("p_value", kind="stable")
    lines = [_change(report, str(row["indicator"]), str(row["verdict"])) for _, row in clear.iterrows()]
    still, before = len(told) - len(lines), report.year - 1
    if told.empty:
        lines = [say("national", "no change known", before=before)]
    elif not lines:
        lines = [say("national", "no change at all", all=words.count_word(len(told)), before=before)]
    elif still:
        count, every = words.count_word(still), words.count_word(len(told))
        lines.append(say("national", "no clear change", count=count, all=every, before=before))
    show("\n".join(f"- {line}" for line in lines))


def of_types(report: Slice, types: tuple[str, ...], level: str = "organisation") -> pd.DataFrame:
    """Headline rows of the report's year for all organisations of these types."""
    kinds = report.organisations.set_index("organisation_code")["type"]
    rows = headlines(where(report.indicators, level=level, year=report.year))
    return rows[rows["code"].map(kinds).isin(types)]


def _finding(report: Slice, rows: pd.DataFrame) -> str:
    verdicts = rows.loc[rows["status"].eq("published"), "verdict"]
    clear, tested = int(verdicts.eq("adverse").sum()), int(verdicts.ne("not_tested").sum())
    if not tested:
        return say("national", "no gaps tested")
    if not clear:
        return say("national", f"no clear gap{'s' if tested > 1 else ''}", tested=f"{tested:,}")
    chance = report.variation.loc[report.variation["measure"].eq("expected_adverse"), "value"].sum()
    number = f"{chance:,.0f}"
    by_chance = say("national", "about", number=number) if chance >= 1 else say("national", "fewer than one")
    return say("national", "clear gaps", clear=f"{clear:,}", chance=by_chance)


def _beside_chance(report: Slice, code: str, verdict: str, found: int) -> str:
    expected = report.varies(code, f"expected_{verdict}")
    return f"{found:,}" if expected is None else f"{found:,} ({expected['value']:.1f})"


def _change(report: Slice, code: str, verdict: str) -> str:
    name = definitions().indicators[code].name
    now, before = report.headline(code), report.headline(code, year=report.year - 1)
    if now is None or before is None:
        return name
    return say(
        "national",
        "changed better" if verdict == "favourable" else "changed worse",
        indicator=name,
        was=words.gap(before),
        before=report.year - 1,
        now=words.gap(now),
        year=report.year,
    )
