"""Tables of a report, as Markdown: each figure with its interval and its counts.

A cell that holds no figure says why: *hidden* (a small number of people), *not submitted*, or a dash where
nothing was counted.
"""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from wres.definitions import SENIOR, definitions
from wres.report import narrative, words
from wres.report.display import cards, pipe_table
from wres.report.narrative.texts import heads, say
from wres.report.slices import Slice, first, where

HIDDEN = "[c]"


def number(value: float) -> str:
    """A count with thousands separators."""
    return "–" if pd.isna(value) else f"{value:,.0f}"


def estimate(row: pd.Series | None) -> str:
    """A percentage with its interval, or why there is none."""
    if row is None:
        return "–"
    if row["status"] == "suppressed":
        return HIDDEN
    if pd.isna(row["value"]):
        return "–"
    text = words.percent(row["value"])
    return text if pd.isna(row["lower"]) else f"{text} ({row['lower']:.1f} to {row['upper']:.1f})"


def explained(table: str) -> str:
    """A table, and below it what the shorthand for hidden figures means where it is used."""
    return table if HIDDEN not in table else f"{table}\n::: {{.note}}\n{say('charts', 'hidden')}\n:::\n"


def rates_by_year(report: Slice, code: str) -> str:
    """Counts and percentages of white and BME people for one of the indicators 2 to 8, year by year."""
    indicator = definitions().indicators[code]
    where = indicator.headline.model_dump()
    rows = report.rows(code, "percentage", **where)
    gaps = report.rows(code, indicator.gap, **where)
    ratio = indicator.gap == "relative_likelihood"
    of_ratio = "white over bme" if indicator.orientation == "white_over_bme" else "bme over white"
    head = heads("rates", gap=say("heads", of_ratio if ratio else "points"))
    lines = []
    for year in _years(gaps, rows, report):
        cells = [first(rows, year=year, ethnicity=group) for group in ("white", "bme")]
        gap = first(gaps, year=year)
        white, bme = cells
        lines.append([str(year), _counted(white), estimate(white), _counted(bme), estimate(bme), _gap(gap)])
    caption = say("tables", "rates", indicator=indicator.name)
    return explained(pipe_table(head, lines, caption))


def parts_of_staff(report: Slice, code: str) -> str:
    """Counts, percentages and gaps of one of the indicators 2 to 4 by staff group and band, where they were given."""
    known = definitions()
    rows = where(report.rows(code, "relative_likelihood"), year=report.year)
    points = where(report.rows(code, "difference"), year=report.year)
    shares = where(report.rows(code, "percentage"), year=report.year)
    if len(rows) < 2:
        return ""
    lines = []
    for group, category in rows[["staff_group", "category"]].itertuples(index=False):
        cell = {"staff_group": group, "category": category}
        white, bme = (first(shares, ethnicity=ethnicity, **cell) for ethnicity in ("white", "bme"))
        place = known.staff_groups[group] if not category else f"{known.staff_groups[group]}: {category}"
        gaps = [_gap(first(rows, **cell)), _gap(first(points, **cell))]
        lines.append([place, _counted(white), estimate(white), _counted(bme), estimate(bme), *gaps])
    caption = say("tables", "staff groups", indicator=known.indicators[code].name, year=report.year)
    return explained(pipe_table(heads("staff groups"), lines, caption))


def bands(report: Slice) -> str:
    """Headcount, BME share and gap of every band in the report's year."""
    known = definitions()
    rows = report.own[report.own["indicator"].eq("1") & report.own["year"].eq(report.year)]
    shares = rows[rows["statistic"].eq("percentage") & rows["ethnicity"].eq("bme")]
    gaps = rows[rows["statistic"].eq("difference")]
    order = [*known.bands, *known.clusters, *known.medical_grades, ""]
    lines: list[list[str]] = []
    hidden: dict[str, list[str]] = {}
    for group, label in known.staff_groups.items():
        given = set(shares.loc[shares["staff_group"].eq(group), "category"])
        total = "all grades" if group == "medical_dental" else "all bands"
        for category in [c for c in order if c in given]:
            share = first(shares, staff_group=group, category=category)
            gap = first(gaps, staff_group=group, category=category)
            place = known.category_label(category, total=total)
            if share is not None and share["status"] == "suppressed":
                hidden.setdefault(label, []).append(place)
                continue
            lines.append(
                [
                    f"{label}: {place}",
                    _counted(share),
                    estimate(share),
                    _gap(gap),
                    narrative.verdict_words(gap) if gap is not None else "–",
                ]
            )
    caption = say("tables", "bands", year=report.year)
    table = explained(cards(pipe_table(heads("bands"), lines, caption)))
    if not hidden:
        return table
    listed = "; ".join(f"{label}: {words.listed(places)}" for label, places in hidden.items())
    note = say("charts", "hidden bands", list=listed)
    return f"{table}\n::: {{.note}}\n{note}\n:::\n"


def senior_by_year(report: Slice, printed: Mapping[int, float] | None = None) -> str:
    """BME headcount and share of all staff and of bands 8a to VSM, and the gap, year by year.

    The form of Table 1 of *A Model Employer* (NHS England, 2019).

    Parameters
    ----------
    report
        The slice of one entity.
    printed
        Gaps in points that were printed elsewhere, by year, to stand beside those of the same years alone.
    """
    shares = report.rows("1", "percentage", ethnicity="bme", staff_group="all")
    gaps = report.rows("1", "difference", staff_group="all", category=SENIOR)
    changes = report.rows("1", "change", staff_group="all", category=SENIOR)
    lines = []
    for year in printed or _years(gaps, shares, report):
        whole = first(shares, year=year, category="")
        senior = first(shares, year=year, category=SENIOR)
        cells = [
            _counted(whole),
            estimate(whole),
            _counted(senior),
            estimate(senior),
            _gap(first(gaps, year=year)),
            _change(first(changes, year=year)),
        ]
        lines.append([str(year), *cells, *([f"−{printed[year]:.2f}"] if printed else [])])
    head = heads("senior") + (heads("senior printed") if printed else [])
    return explained(cards(pipe_table(head, lines, say("tables", "senior"))))


def board(report: Slice) -> str:
    """Board members and the gap to the workforce: the whole board year by year, its parts in the latest year."""
    known = definitions()
    labels = {"": "Whole board"} | {code: group.label for code, group in known.board_groups.items()}
    lines = []
    for category, label in labels.items():
        gaps = report.rows("9", "difference", category=category)
        shares = report.rows("9", "percentage", category=category)
        years = _years(gaps, shares, report)
        for year in years[-1:] if category else years:
            share, gap = first(shares, year=year, ethnicity="bme"), first(gaps, year=year)
            lines.append([f"{label}, {year}", _counted(share), estimate(share), _gap(gap)])
    return explained(cards(pipe_table(heads("board"), lines, say("tables", "board"))))


def _years(gaps: pd.DataFrame, rows: pd.DataFrame, report: Slice) -> list[int]:
    """Years from the first to the last with any figure; those between are kept to show what is missing."""
    every = pd.concat([gaps[["year", "status"]], rows[["year", "status"]]])
    some = every.loc[every["status"].ne("not_submitted") & every["year"].le(report.year), "year"]
    return list(range(int(some.min()), int(some.max()) + 1)) if len(some) else []


def _counted(row: pd.Series | None) -> str:
    if row is None:
        return "–"
    if row["status"] == "suppressed":
        return HIDDEN
    if pd.isna(row["numerator"]):
        return f"– of {number(row['denominator'])}" if pd.notna(row["denominator"]) else "–"
    return f"{number(row['numerator'])} of {number(row['denominator'])}"


def _change(row: pd.Series | None) -> str:
    """How a gap changed; whether for worse or better only where that is clear."""
    if row is None or row["status"] != "published":
        return "–"
    word = {"adverse": ", worse", "favourable": ", better"}.get(row["verdict"], "")
    return f"{words.signed(row['value'])} ({words.interval(row)}){word}"


def _gap(row: pd.Series | None) -> str:
    if row is None:
        return "–"
    if row["status"] == "suppressed":
        return HIDDEN
    if pd.isna(row["value"]):
        return narrative.verdict_words(row).lower()
    figure = (
        words.ratio(row["value"]) if row["statistic"] == "relative_likelihood" else words.signed(row["value"])
    )
    return f"{figure} ({words.interval(row)})"
