"""The pipeline to leadership: the BME share from band to band, and where it drops.

Goals to parity belong in :mod:`wres.report.goals`.
"""

from __future__ import annotations

import pandas as pd

from wres.definitions import TIER_PAIRS, definitions
from wres.report import narrative, words
from wres.report.display import cards, pipe_table, show
from wres.report.drawing import (
    BLUE,
    GREY,
    WIDE,
    Chart,
    new_axes,
    percent_axis,
    set_style,
    short_band,
    show_chart,
)
from wres.report.narrative.texts import heads, say
from wres.report.slices import Slice, first

NOT_IN_THE_PIPELINE = ("under_1", "1")
STEPS = ("lower_to_middle", "middle_to_upper")
BANDED = ("clinical", "non_clinical")
GRADED = "medical_dental"


def show_pipeline(report: Slice) -> None:
    """Show the BME share from band 2 to VSM, whether it falls with seniority, and the race disparity ratios."""
    chart = pipeline(report)
    if chart is not None:
        show_chart(report, chart, where_it_drops(report), say("bands", "caption", year=report.year))
    parts = [part for part in (across_bands(report), disparity_ratios(report)) if part]
    for part in parts:
        show(part)
    if chart is None and not parts:
        show(say("meaning", "no bands", year=report.year))


def pipeline(report: Slice) -> Chart | None:
    """BME share of every band from 2 to VSM with its interval, all staff together."""
    rows = _bands(report, "percentage")
    rows = rows[rows["ethnicity"].eq("bme")]
    if len(rows) < 2:
        return None
    set_style()
    known = definitions()
    bands = [band for band in known.bands if band not in NOT_IN_THE_PIPELINE]
    position = {band: place for place, band in enumerate(bands)}
    x = rows["category"].map(position).astype(float)
    figure, axes = new_axes(WIDE)
    axes.vlines(x, rows["lower"], rows["upper"], color=BLUE, linewidth=1.6, alpha=0.7)
    drawn = rows.set_index("category")["value"].reindex(bands)  # a hidden band breaks the line
    axes.plot(list(position.values()), drawn, "o-", color=BLUE, markersize=5.5, linewidth=1)
    whole = report.percentage("1", "bme", category="")
    if whole is not None:
        axes.axhline(whole["value"], color=GREY, linewidth=1.2)
        axes.annotate(
            f"All staff {words.percent(whole['value'])}",
            (1.0, whole["value"]),
            (-2, 3),
            xycoords=("axes fraction", "data"),
            textcoords="offset points",
            color=GREY,
            weight="bold",
            ha="right",
        )
    axes.set_xticks(list(position.values()), [short_band(band) for band in bands])
    axes.set_xlim(-0.6, len(bands) - 0.4)
    percent_axis(axes)
    said = "; ".join(
        f"{known.category_label(r['category'])} {words.percent(r['value'])}" for _, r in rows.iterrows()
    )
    return Chart(figure, say("alternatives", "pipeline", year=report.year, shares=said))


def where_it_drops(report: Slice) -> str:
    """Where along the pipeline the BME share drops, said only where intervals show it."""
    found = {step: _ratio(report, step) for step in STEPS}
    clear = [
        say("bands", step.replace("_", " "))
        for step, row in found.items()
        if row is not None and row["verdict"] == "adverse"
    ]
    below = _below_from(report)
    if clear:
        steps = clear[0] if len(clear) == 1 else say("bands", "again", first=clear[0], second=clear[1])
        drop = say("bands", "drop", steps=steps)
    elif all(row is not None and row["status"] == "published" for row in found.values()):
        drop = say("bands", "drop unclear")
    else:
        drop = say("bands", "drop unknown", year=report.year)
    return say("bands", "below from", title=drop, band=below) if below else drop


def across_bands(report: Slice) -> str:
    """Whether the BME share differs between bands and falls with seniority, a point for each part of the staff."""
    said = [*(_banded(report, group) for group in BANDED), _graded(report)]
    if any(said):
        return "\n".join(f"- {point}" for point in said if point) + "\n"
    hidden = first(report.rows("1", "band_trend"), year=report.year, status="suppressed")
    return "" if hidden is None else f"{say('bands', 'hidden')}\n"


def disparity_ratios(report: Slice) -> str:
    """The race disparity ratios between lower, middle and upper bands; blank where there is none."""
    known: dict[str, str] = {
        cluster.tier: cluster.label for cluster in definitions().clusters.values() if cluster.tier
    }
    lines = []
    for step, (low, high) in TIER_PAIRS.items():
        row = _ratio(report, step)
        if row is None:
            continue
        figures = (
            f"{words.ratio(row['value'])} ({words.interval(row)})" if row["status"] == "published" else "–"
        )
        lines.append([f"{known[low]} to {_inside(known[high])}", figures, narrative.verdict_words(row)])
    if not lines:
        return ""
    caption = say("tables", "disparity", year=report.year)
    note = f"::: {{.note}}\n{say('bands', 'ratios')}\n:::\n"
    table = pipe_table(heads("disparity"), lines, caption)
    return f"{cards(table)}\n{note}"


def _banded(report: Slice, staff_group: str) -> str:
    """One staff group whose bands have an order; blank where nothing could be tested or it is hidden."""
    trend = _over_bands(report, "band_trend", staff_group)
    if trend is None or pd.isna(trend["value"]):
        return ""
    name = "unclear"
    if _is_clear(report, trend):
        name = "falls" if trend["value"] < 1 else "rises"
    elif _is_clear(report, _over_bands(report, "band_homogeneity", staff_group)):
        name = "differs"
    staff = say("bands", staff_group.replace("_", " "))
    limits = f"{words.ratio(trend['lower'])} to {words.ratio(trend['upper'])}"
    said = say("bands", name, staff=staff, odds=words.ratio(trend["value"]), interval=limits)
    bent = _is_clear(report, _over_bands(report, "band_nonlinearity", staff_group))
    return f"{said} {say('bands', 'uneven')}" if bent and name in ("falls", "rises") else said


def _graded(report: Slice) -> str:
    """Doctors and dentists, whose grades have no order."""
    found = _over_bands(report, "band_homogeneity", GRADED)
    grades = definitions().medical_grades
    shares = [report.percentage("1", "bme", staff_group=GRADED, category=grade) for grade in grades]
    shown = [row for row in shares if row is not None]
    if found is None or len(shown) < 2:
        return ""
    listed = words.listed([f"{grades[r['category']].lower()} {words.percent(r['value'])}" for r in shown])
    return say("bands", "grades differ" if _is_clear(report, found) else "grades unclear", shares=listed)


def _over_bands(report: Slice, statistic: str, staff_group: str) -> pd.Series | None:
    rows = report.rows("1", statistic, staff_group=staff_group)
    return first(rows, year=report.year, status="published")


def _is_clear(report: Slice, row: pd.Series | None) -> bool:
    return row is not None and bool(row["q_value"] <= report.publication.statistics.fdr)


def _ratio(report: Slice, step: str) -> pd.Series | None:
    rows = report.rows("1", "disparity_ratio", staff_group="all", category=step)
    return first(rows, year=report.year)


def _bands(report: Slice, statistic: str) -> pd.DataFrame:
    """Published rows of all staff in the bands of the pipeline, from the lowest to the highest."""
    order = {band: place for place, band in enumerate(definitions().bands) if band not in NOT_IN_THE_PIPELINE}
    rows = report.rows("1", statistic, staff_group="all")
    rows = rows[rows["year"].eq(report.year) & rows["status"].eq("published") & rows["category"].isin(order)]
    return rows.sort_values("category", key=lambda category: category.astype(str).map(order))


def _below_from(report: Slice) -> str:
    """The lowest band from which on every band's gap to all staff is clearly adverse."""
    gaps = _bands(report, "difference")
    adverse = gaps["verdict"].eq("adverse").to_numpy()
    run = len(adverse) - (adverse[::-1].cumprod().sum() if len(adverse) else 0)
    if run >= len(adverse) - 1:
        return ""
    return _inside(definitions().category_label(str(gaps["category"].iloc[run])))


def _inside(label: str) -> str:
    """A label of bands as it stands inside a sentence."""
    return label.replace("Band", "band")
