"""The data quality page: what ``collection.ipynb`` calls.

It says what was received and what is wrong with it. No count of people is shown here, because nothing on this
page has gone through disclosure control.
"""

from __future__ import annotations

import pandas as pd

from wres.collect import Collection
from wres.definitions import definitions
from wres.params import Publication
from wres.problems import problems_table
from wres.report.display import cards, escape, pipe_table, show
from wres.report.narrative.texts import heads, say
from wres.validate import completeness

SHOWN = 500
YEARS_SHOWN = 5


def show_summary(collection: Collection, publication: Publication) -> None:
    """Show how many organisations returned what, and how many problems there are."""
    complete = completeness(collection, publication)
    latest = complete[complete["year"].eq(publication.year)]
    returned = latest.groupby("organisation_code")["submitted"].agg(["any", "all"])
    errors = sum(problem.severity == "error" for problem in collection.problems)
    warnings = len(collection.problems) - errors
    said = say(
        "quality",
        "summary",
        first=publication.first_year,
        year=publication.year,
        returned=int(returned["any"].sum()),
        whole=int(returned["all"].sum()),
        all=len(returned),
        errors=errors,
        warnings=warnings,
    )
    show(f"::: {{.summary}}\n{said}\n:::")


def show_by_organisation(collection: Collection) -> None:
    """Show how many errors and warnings each organisation has, with the workbook that says what to mend."""
    table = problems_table(collection.problems)
    names = collection.organisations.set_index("organisation_code")["organisation"]
    own = table[table["organisation_code"].isin(names.index)]
    counts = pd.crosstab(own["organisation_code"], own["severity"]).reindex(
        columns=["error", "warning"], fill_value=0
    )
    ordered = counts.sort_values(["error", "warning"], ascending=False, kind="stable")
    lines = [
        [
            f"{escape(names[code])} ({code})",
            f"[{say('quality', 'what to mend')}](wres-page:quality/organisations/{code}.xlsx)",
            f"{errors:,}",
            f"{warnings:,}",
        ]
        for code, errors, warnings in ordered.itertuples(name=None)
    ]
    if lines:
        caption = say("tables", "mend", some=len(lines), all=len(names))
        show(cards(pipe_table(heads("mend"), lines, caption, 2)))
        show(f"[{say('quality', 'every problem')}](wres-page:quality/problems.csv)\n")


def show_problems(collection: Collection) -> None:
    """Show every problem with the file and row it is in and how to mend it; never the counts themselves."""
    table = problems_table(collection.problems)
    show(f"{say('quality', 'errors and warnings')}\n")
    if table.empty:
        show(say("quality", "nothing wrong"))
        return
    lines = [
        [
            escape(row["organisation_code"]) or "–",
            "–" if pd.isna(row["year"]) else f"{row['year']}",
            escape(row["indicator"]) or "–",
            row["severity"],
            _where(row),
            f"expected {escape(row['expected'])}; {escape(row['mend'])}",
        ]
        for _, row in table.head(SHOWN).iterrows()
    ]
    caption = say("tables", "problems", shown=len(lines), all=len(table))
    head = heads("problems")
    show(cards(pipe_table(head, lines, caption, len(head))))


def show_completeness(collection: Collection, publication: Publication) -> None:
    """Show which indicators each organisation returned for the publication's year."""
    complete = completeness(collection, publication)
    latest = complete[complete["year"].eq(publication.year)]
    names = collection.organisations.set_index("organisation_code")["organisation"]
    wide = latest.pivot(index="organisation_code", columns="indicator", values="submitted")
    codes = list(definitions().indicators)
    lines = [
        [f"{escape(names[str(code)])} ({code})", *("yes" if row.get(i, False) else "no" for i in codes)]
        for code, row in wide.iterrows()
    ]
    caption = say("tables", "returned", year=publication.year)
    show(pipe_table([*heads("returned"), *codes], lines, caption, len(codes) + 1))


def show_completeness_over_years(collection: Collection, publication: Publication) -> None:
    """Show of how many organisations each indicator came, a year a column."""
    complete = completeness(collection, publication)
    years = sorted(complete["year"].unique())[-YEARS_SHOWN:]
    units = complete.groupby(["indicator", "year"])["submitted"]
    sent = (units.sum().map("{:,}".format) + " of " + units.size().map("{:,}".format)).unstack(fill_value="–")
    known = definitions().indicators
    lines = [[f"{code} {known[code].name}", *sent.loc[code, years]] for code in known if code in sent.index]
    head = [*heads("returned over years"), *(str(year) for year in years)]
    show(pipe_table(head, lines, say("tables", "returned over years")))


def _where(problem: pd.Series) -> str:
    row = "" if pd.isna(problem["row"]) else f", row {problem['row']:.0f}"
    return f"{escape(problem['file'])}{row}"
