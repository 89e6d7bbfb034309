"""Goals to parity on a page: what they ask for, what became of earlier ones, and how likely parity is.

Goals and paths are read from the results store. Where along the bands BME staff are lost belongs in
:mod:`wres.report.leadership`; what an organisation does about it, in :mod:`wres.report.actions`.
"""

from __future__ import annotations

from typing import Literal

import pandas as pd
from matplotlib.axes import Axes

from wres.definitions import SENIOR, definitions
from wres.report import words
from wres.report.charts import unbroken, year_by_year
from wres.report.display import cards, escape, pipe_table, show
from wres.report.drawing import (
    BLUE,
    GREY,
    ON_LINES,
    ORANGE,
    ORANGE_TEXT,
    Chart,
    new_axes,
    percent_axis,
    set_style,
    show_chart,
    year_axis,
)
from wres.report.narrative.texts import heads, say
from wres.report.slices import Slice, first, where
from wres.report.tables import explained
from wres.spreadsheets import safe_table

NO_GOAL = ("hidden", "no_posts")
EXPLAINED = ("impossible", "too_few_posts")


def show_goal(report: Slice) -> None:
    """Show what parity in bands 8a to VSM would take, beside the path to it."""
    chart = path_to_parity(report)
    said = goal(report)
    if chart is None:
        show(said)
        return
    show(":::::: {.beside}\n::: {}\n")
    show_chart(report, chart, goal_finding(report), say("parity", "caption"))
    show(f":::\n::: {{}}\n\n{said}\n:::\n::::::")


def show_goal_in_words(report: Slice) -> None:
    """Show what parity in bands 8a to VSM would take, without the path to it."""
    show(goal(report).replace("### ", "## ", 1))


def show_goals(report: Slice) -> None:
    """Show the goal of every band and medical grade, and the goals of the base year beside today's."""
    own = report.own_goals
    if own.empty:
        return
    show(f"### {say('headings', 'goals')}\n")
    caption = say("tables", "goals", whose=escape(report.name), year=report.year)
    show(goals_by_band(own, report, caption))
    again = goals_again(report)
    if again:
        base = report.publication.base_year
        show(f"### {say('headings', 'goals again', base=base)}\n")
        show(again)
        show(f"::: {{.note}}\n{say('parity', 'progress', base=base)}\n:::")


def show_goals_of_types(report: Slice) -> None:
    """Show the goals of the types of organisation that are not trusts, such as integrated care boards."""
    known = definitions().organisation_types
    types = where(report.goals, level="type")
    for code, rows in types[~types["code"].isin(definitions().trust_types)].groupby("code", observed=True):
        latest = rows[rows["year"].eq(rows["year"].max())]
        if latest["outcome"].isin(NO_GOAL).all():
            continue
        plural = known[str(code)].plural
        show(f"### {say('headings', 'goals of types', types=plural)}\n")
        caption = say("tables", "goals", whose=plural, year=latest["year"].iloc[0])
        show(goals_by_band(latest, report, caption))


def show_goals_of_organisations(report: Slice) -> None:
    """Show the goal of every organisation for bands 8a to VSM, in the form of the policy's Table 3."""
    target_year = report.publication.target_year
    goals = where(report.goals, level="organisation", category=SENIOR, target_year=target_year)
    latest = goals[goals["year"].eq(report.year)].sort_values("name")
    if latest.empty:
        return
    paths = where(report.paths, level="organisation", category=SENIOR, year=report.year)
    progress = paths[paths["base_year"].lt(report.year)].set_index("code")["progress"]
    lines = [
        [
            escape(row["name"]),
            words.percent(100 * row["target"]) if pd.notna(row["target"]) else "–",
            *_now(row),
            _goal_cell(row),
            _progress_cell(str(progress.get(row["code"], ""))),
        ]
        for _, row in latest.iterrows()
    ]
    show(f"### {say('headings', 'goals of organisations')}\n")
    head = heads("goals of organisations", target=target_year)
    table = pipe_table(head, lines, say("tables", "goals of organisations", year=report.year))
    show(f"{explained(cards(table))}\n{say('parity', 'organisations', base=report.publication.base_year)}\n")


def goal(report: Slice) -> str:
    """What parity in bands 8a to VSM would take, as three plain points."""
    aim = report.goal
    target_year = report.publication.target_year
    if aim is None or aim["outcome"] in NO_GOAL:
        return say("parity", "no goal", year=target_year)
    points = [_where_we_are(report, aim), _what_it_takes(aim), _what_is_likely(report, aim)]
    listed = "\n".join(f"- {point}" for point in points if point)
    heading = say("parity", "heading", target=words.percent(100 * aim["target"]), year=target_year)
    return f"### {heading}\n\n{listed}\n\n{assumption(aim)}"


def assumption(aim: pd.Series) -> str:
    """What a goal rests on, and that it is inferred."""
    basis = "inferred" if aim["turnover_basis"] == "inferred" else "given"
    said = say("parity", f"assumption {basis}", share=words.percent(100 * aim["turnover"]))
    return f"[{said}]{{.quiet}} {say('parity', 'assumption link')}"


def goal_finding(report: Slice) -> str:
    """The title of the chart of the path to parity."""
    aim = report.goal
    if aim is None or aim["outcome"] in NO_GOAL:
        return say("parity", "finding unknown")
    if aim["share"] >= aim["target"]:
        return say("parity", "finding met")
    points = f"{100 * (aim['target'] - aim['share']):.1f}"
    return say("parity", "finding behind", points=points, year=report.year)


def path_to_parity(report: Slice) -> Chart | None:
    """BME share of bands 8a to VSM and of all staff, the path set in the base year and the path from today."""
    senior, everyone = _known_share(report, SENIOR), _known_share(report, "")
    aim = report.goal
    if aim is None or aim["outcome"] in NO_GOAL or senior.empty:
        return None
    set_style()
    figure, axes = new_axes((6.0, 3.4))
    paths = where(report.own_paths, category=SENIOR)
    looks = {report.publication.base_year: (GREY, GREY, ":"), report.year: (ORANGE, ORANGE_TEXT, "--")}
    said = []
    for base, (colour, text, style) in looks.items():
        path = where(paths, base_year=base)
        if path.empty:
            continue
        end = path.iloc[-1]
        axes.fill_between(
            path["year"],
            100 * path["expected_lower"],
            100 * path["expected_upper"],
            color=colour,
            alpha=0.16,
            lw=0,
        )
        axes.plot(path["year"], 100 * path["expected"], linestyle=style, color=colour, linewidth=1.8)
        _at_end(axes, end["year"], 100 * end["expected"], f"Path of {base}", text)
        leads_to = words.percent(100 * end["expected"])
        said.append(say("alternatives", "path of", base=base, share=leads_to, year=f"{end['year']:.0f}"))
    for part in unbroken(everyone):
        axes.plot(part["year"], part["value"], color=GREY, linewidth=1.6)
    axes.vlines(senior["year"], senior["lower"], senior["upper"], color=BLUE, linewidth=1.3, alpha=0.6)
    for part in unbroken(senior):
        axes.plot(part["year"], part["value"], "o-", color=BLUE, markersize=4.5)
    for rows, label, colour, offset in (
        (everyone, "All staff", GREY, 6),
        (senior, "Bands 8a–VSM", BLUE, -27),
    ):
        axes.annotate(
            f"{label} {words.percent(rows['value'].iloc[-1])}",
            (rows["year"].iloc[-1], rows["value"].iloc[-1]),
            (0, offset),
            textcoords="offset points",
            color=colour,
            weight="bold",
            ha="right",
            bbox=ON_LINES,
        )
    last = report.publication.target_year if len(paths) else report.year
    year_axis(axes, [*everyone["year"], last])
    axes.set_xlim(everyone["year"].min() - 0.4, last + 2.6)
    percent_axis(axes)
    shares = {
        "senior": words.percent(100 * aim["share"]),
        "all": words.percent(everyone["value"].iloc[-1]),
    }
    alt = say("alternatives", "path", year=report.year, paths=" ".join(said), **shares)
    return Chart(figure, alt.strip())


def goals_by_band(rows: pd.DataFrame, report: Slice, caption: str) -> str:
    """Goals of one entity from its latest year: a band a line, a target year a column."""
    known = definitions()
    latest = rows[rows["year"].eq(rows["year"].max())]
    years = sorted(int(year) for year in latest["target_year"].unique())
    lines, empty, hidden = [], [], []
    for category in (SENIOR, *known.bands, *known.medical_grades):
        own = where(latest, category=category)
        if own.empty:
            continue
        label = known.category_label(category)
        if own["outcome"].eq("no_posts").all():
            empty.append(label)
            continue
        if own["outcome"].eq("hidden").all():
            hidden.append(label)
            continue
        aims = [first(own, target_year=year) for year in years]
        lines.append([label, *_now(own.iloc[0]), *(_goal_cell(aim) for aim in aims)])
    aim = latest.iloc[0]
    head = [*heads("goals"), *(say("heads", "goals by", year=year) for year in years)]
    text = pipe_table(head, lines, caption)
    notes = [_target(aim), *_notes(latest)]
    for name, labels in (("hidden", hidden), ("nobody", empty)):
        if labels:
            notes.append(say("parity", name, list=words.listed(labels)))
    return f"{cards(text)}\n::: {{.note}}\n{' '.join(notes)} {assumption(aim)}\n:::"


def goals_again(report: Slice) -> str:
    """Goals of the base year and of the report's year side by side, with the progress between them."""
    known = definitions()
    base, target_year = report.publication.base_year, report.publication.target_year
    paths = where(report.own_paths, base_year=base, year=report.year)
    lines = []
    for category in (SENIOR, *known.bands, *known.medical_grades):
        path = first(paths, category=category)
        if path is None or base == report.year:
            continue
        old, new = (
            first(report.own_goals, year=year, category=category, target_year=target_year)
            for year in (base, report.year)
        )
        lines.append(
            [
                known.category_label(category),
                _goal_cell(old),
                _range(path["expected"], path["expected_lower"], path["expected_upper"]),
                _range(path["share"], path["share_lower"], path["share_upper"]),
                _progress_cell(str(path["progress"])),
                _goal_cell(new),
            ]
        )
    if not lines:
        return ""
    head = heads("goals again", base=base, year=report.year)
    caption = say("tables", "goals again", target=target_year, base=base, year=report.year)
    return cards(pipe_table(head, lines, caption))


def printed_goals(rows: pd.DataFrame, form: Literal["table", "csv", "json"]) -> str:
    """Goals of one entity as plain text, for a terminal or another program.

    Parameters
    ----------
    rows
        Goals of :func:`wres.analysis.aspirations.goals`, of one year.
    form
        A table to read, or every column as CSV or JSON.
    """
    if form == "csv":
        return safe_table(rows).to_csv(index=False, lineterminator="\n").rstrip("\n")
    if form == "json":
        return str(rows.to_json(orient="records", indent=2))
    known = definitions()
    lines = [
        {
            "Staff": known.category_label(row["category"]),
            "BME people": _now(row)[0],
            "Share (95% interval)": _now(row)[1],
            "By": str(row["target_year"]),
            "Recruits who would be BME": _goal_cell(row),
        }
        for _, row in rows.iterrows()
    ]
    aim = rows.iloc[0]
    basis = "inferred from the policy's examples" if aim["turnover_basis"] == "inferred" else "as given"
    parity = "hidden" if pd.isna(aim["target"]) else words.percent(100 * aim["target"])
    head = f"{aim['name']} ({aim['code']}), {aim['year']}: parity is {parity}"
    foot = (
        f"Turnover {words.percent(100 * aim['turnover'])} a year, {basis}; path: {aim['path']}. The model is inferred "
        "from the policy's examples and not published there."
    )
    synthetic = "\nSynthetic data: no real organisation." if "synthetic" in aim["note"] else ""
    return f"{head}\n\n{pd.DataFrame(lines).to_string(index=False)}\n\n{foot}{synthetic}"


def recruits(number: float) -> str:
    """A number of recruits a year, without more precision than people have."""
    if number >= 0.75:
        return say("parity", "a year", number=f"{max(1, round(number)):,}")
    if number > 0.05:
        return say("parity", "in years", years=max(2, round(1 / number)))
    return say("parity", "hardly any")


def _where_we_are(report: Slice, aim: pd.Series) -> str:
    text = say(
        "parity",
        "today",
        share=words.percent(100 * aim["share"]),
        posts=f"{aim['posts']:,.0f}",
        interval=f"{100 * aim['share_lower']:.1f} to {100 * aim['share_upper']:.1f}",
    )
    base = report.publication.base_year
    path = first(report.own_paths, category=SENIOR, base_year=base, year=report.year)
    if path is None or not path["progress"]:
        return text
    progress = say("parity", _spaced(path["progress"]))
    expected = words.percent(100 * path["expected"])
    return f"{text} {say('parity', 'on the path', base=base, expected=expected, progress=progress)}"


def _what_it_takes(aim: pd.Series) -> str:
    year = f"{aim['target_year']:.0f}"
    if aim["outcome"] in ("met", "too_few_posts", "impossible"):
        return say("parity", _spaced(aim["outcome"]), year=year)
    text = say(
        "parity",
        "recruits" if aim["recruits"] >= 10 else "recruits of few",
        one_in=words.one_in(aim["share_of_recruits"]).capitalize(),
        bme=f"{aim['bme_recruits']:,.0f}",
        all=f"{aim['recruits']:,.0f}",
    )
    low, high = (f"{100 * aim[limit]:.0f}" for limit in ("reached_lower", "reached_upper"))
    return f"{text} {say('parity', 'chance', year=year, low=low, high=high)}"


def _what_is_likely(report: Slice, aim: pd.Series) -> str:
    if aim["outcome"] == "too_few_posts":
        return ""
    parts = []
    if pd.notna(aim["present_share_of_recruits"]) and aim["outcome"] != "met":
        fits = words.one_in(aim["present_share_of_recruits"])
        parts.append(say("parity", "present recruits", base=report.publication.base_year, one_in=fits))
    if pd.notna(aim["chance"]):
        likely = words.chance(aim["chance"])
        parts.append(say("parity", "present chance", year=f"{aim['target_year']:.0f}", likely=likely))
    return " ".join(parts) or say("parity", "not known")


def _now(row: pd.Series) -> list[str]:
    if pd.isna(row["share"]):
        return ["[c]", "[c]"] if row["outcome"] == "hidden" else ["–", "–"]
    return [
        f"{row['bme']:,.0f} of {row['posts']:,.0f}",
        _range(row["share"], row["share_lower"], row["share_upper"]),
    ]


def _range(share: float, lower: float, upper: float) -> str:
    if pd.isna(share):
        return "–"
    return f"{words.percent(100 * share)} ({100 * lower:.1f} to {100 * upper:.1f})"


def _goal_cell(aim: pd.Series | None) -> str:
    if aim is None:
        return "–"
    if aim["outcome"] == "recruit":
        return f"{words.one_in(aim['share_of_recruits'])} ({recruits(aim['bme_recruits'])})"
    return say("parity", f"goal {_spaced(aim['outcome'])}")


def _progress_cell(progress: str) -> str:
    return say("parity", f"progress {_spaced(progress)}") if progress else "–"


def _spaced(key: str) -> str:
    """The key of an outcome as its sentence is named."""
    return str(key).replace("_", " ")


def _target(aim: pd.Series) -> str:
    if pd.isna(aim["target"]):
        return say("parity", "target unknown")
    return say("parity", "target", target=words.percent(100 * aim["target"]))


def _notes(goals: pd.DataFrame) -> list[str]:
    """What outcomes mean, of those that a table holds."""
    return [
        say("parity", f"note {_spaced(outcome)}")
        for outcome in EXPLAINED
        if goals["outcome"].eq(outcome).any()
    ]


def _known_share(report: Slice, category: str) -> pd.DataFrame:
    return year_by_year(report.rows("1", "percentage_of_known", staff_group="all", category=category), report)


def _at_end(axes: Axes, year: float, value: float, label: str, colour: str) -> None:
    axes.annotate(
        f"{label}\n{words.percent(value)}",
        (year, value),
        (5, 0),
        textcoords="offset points",
        color=colour,
        weight="bold",
        va="center",
        fontsize=10,
    )
