"""Rules of completeness: what is missing, and what is there though it shouldn't be.

What was due, and whether it came, is told here too. Returns that were sent twice and organisations that nobody
knows are found where they are read.
"""

from __future__ import annotations

import pandas as pd

from wres.collect import Collection
from wres.collect.faults import Row
from wres.definitions import EVERYBODY, definitions
from wres.params import Publication
from wres.validate.arithmetic import with_ethnic_groups
from wres.validate.rules import CELL, FIGURE, KEY, REPRESENTATION, UNIT, Figures, Rule

FEWEST_LAST_YEAR = 10


def completeness(collection: Collection, publication: Publication) -> pd.DataFrame:
    """Whether each open organisation submitted each indicator in each year, rightly or wrongly.

    What the staff survey publishes of all staff of an organisation is no figure of the WRES.

    Returns
    -------
    DataFrame
        Columns ``organisation_code``, ``year``, ``indicator``, ``submitted``.
    """
    due = due_returns(collection.organisations, publication)
    shares = collection.percentages[collection.percentages["ethnicity"].ne(EVERYBODY)]
    tables = (collection.returns, shares, collection.withheld)
    given = pd.concat([table[FIGURE] for table in tables]).drop_duplicates()
    marked = due.merge(given, on=FIGURE, how="left", indicator="found")
    return marked.assign(submitted=marked["found"].eq("both"))[[*FIGURE, "submitted"]]


def due_returns(organisations: pd.DataFrame, publication: Publication) -> pd.DataFrame:
    """Every organisation, year and indicator for which a return was due.

    A return for a year is due from an organisation that was open on 31 March of that year.
    """
    years = pd.DataFrame({"year": range(publication.first_year, publication.year + 1)})
    codes = pd.DataFrame({"indicator": list(definitions().indicators)})
    every = organisations.merge(years, how="cross").merge(codes, how="cross")
    opened = every["opened"].eq("") | (every["opened"] <= _snapshot(every["year"]))
    closed = every["closed"].ne("") & (every["closed"] < _snapshot(every["year"]))
    return every.loc[opened & ~closed, ["organisation_code", "organisation", "year", "indicator"]]


def _snapshot(year: pd.Series) -> pd.Series:
    return year.astype("str") + "-03-31"


def _survey_begins(year: pd.Series) -> pd.Series:
    return (year - 1).astype("str") + "-09-01"


def _absent(figures: Figures) -> pd.DataFrame:
    """What didn't come from an organisation though it came from others.

    ``none`` tells that nothing of that year came, ``first`` the year of the organisation's first return.
    """
    every = completeness(figures.collection, figures.publication)
    collected = every.groupby(["year", "indicator"])["submitted"].transform("any")
    years_sent = every["year"].where(every["submitted"])
    first = years_sent.groupby(every["organisation_code"]).transform("min")
    due = every.assign(first=first)[collected]
    due = due.assign(none=~due.groupby(UNIT)["submitted"].transform("any"))
    whose = figures.organisations[["organisation_code", "file", "row"]]
    return due[~due["submitted"]].merge(whose, on="organisation_code")


def _years_missing(figures: Figures) -> pd.DataFrame:
    """The publication's year, and any year after an organisation's first return."""
    absent = figures.once(_absent)
    wanted = absent["year"].eq(figures.publication.year) | (absent["year"] > absent["first"])
    years = absent[absent["none"] & wanted].drop_duplicates(UNIT)
    return years.assign(indicator="", found="no return for " + years["year"].astype("str"))


def _indicators_missing(figures: Figures) -> pd.DataFrame:
    absent = figures.once(_absent)
    return absent[~absent["none"]].assign(found="no figure")


def _groups_missing(figures: Figures) -> pd.DataFrame:
    """Counts of white people without those of BME people of the same band, or the other way round."""
    rows = with_ethnic_groups(figures.returns)
    place = [name for name in KEY if name != "ethnicity"]
    tables = []
    for group, other, said in (
        ("white", "bme", "white people but no BME people"),
        ("bme", "white", "BME people but no white people"),
    ):
        wrong = _not_among(rows[rows["ethnicity"].eq(group)], rows.loc[rows["ethnicity"].eq(other), place])
        words = [_place_in_words(row) for row in wrong[CELL].to_dict("records")]
        tables.append(wrong.assign(found=[f"{said} {where}" for where in words]))
    return pd.concat(tables)


def _bands_missing(figures: Figures) -> pd.DataFrame:
    """Bands and grades of which nothing was sent, though last year people were counted there and others were sent."""
    known, place = definitions(), [*FIGURE, "staff_group", "category"]
    rows = with_ethnic_groups(figures.returned(REPRESENTATION, "headcount"))
    banded = rows["category"].isin([*known.bands, *known.medical_grades])
    groups = rows["ethnicity"].isin(known.ethnic_groups)
    sizes = rows[banded & groups].groupby(place)["count"].sum().reset_index()
    last = sizes[sizes["count"].ge(FEWEST_LAST_YEAR)].assign(year=lambda table: table["year"] + 1)
    sent = sizes[[*UNIT, "staff_group"]].drop_duplicates()
    due = last.merge(sent, on=[*UNIT, "staff_group"])
    wrong = figures.placed(_not_among(due, sizes[place]))
    words = [_place_in_words(row) for row in wrong[place].to_dict("records")]
    found = [f"nobody {where}, last year {n:,}" for where, n in zip(words, wrong["count"], strict=True)]
    return wrong.assign(found=found)


def _not_among(rows: pd.DataFrame, places: pd.DataFrame) -> pd.DataFrame:
    """The rows whose place is none of these."""
    beside = rows.merge(places, on=list(places), how="left", indicator="beside")
    return beside[beside["beside"].eq("left_only")]


def _place_in_words(row: Row) -> str:
    known = definitions()
    staff = known.staff_groups[row["staff_group"]].lower()
    return f"in {known.category_label(row['category'])}, {staff}" if row["category"] else f"among {staff}"


def _after_closure(figures: Figures) -> pd.DataFrame:
    """Figures for a year after the organisation closed; one row an indicator."""
    closed = figures.organisations[["organisation_code", "closed"]]
    both = figures.places.merge(closed[closed["closed"].ne("")], on="organisation_code")
    survey = [code for code, each in definitions().indicators.items() if each.kind == "survey"]
    day = _snapshot(both["year"]).mask(both["indicator"].isin(survey), _survey_begins(both["year"]))
    wrong = both[both["closed"] < day]
    return wrong.assign(found="figures although it closed on " + wrong["closed"])


def _not_listed(figures: Figures) -> pd.DataFrame:
    """Trusts that no list of ODS names, where there is one; one row an organisation."""
    register, organisations = figures.collection.register, figures.organisations
    trusts = organisations[organisations["type"].isin(definitions().trust_types)]
    unknown = trusts[~trusts["organisation_code"].isin(register["organisation_code"])]
    if register.empty:
        unknown = unknown.head(0)
    return unknown.assign(year=figures.publication.year, indicator="", found="a trust that ODS does not list")


def _silent(figures: Figures) -> pd.DataFrame:
    """Trusts that ODS lists as open on 31 March and that no other source knows."""
    register, year = figures.collection.register, figures.publication.year
    opened, closed = register["opened"], register["closed"]
    was_open = (opened <= f"{year}-03-31") & (closed.eq("") | (closed >= f"{year}-03-31"))
    known = register["organisation_code"].isin(figures.organisations["organisation_code"])
    return register[was_open & ~known].assign(year=year, indicator="", found="no figure in any source")


RULES = (
    Rule(
        "not-in-ods-list",
        "warning",
        "the codes of trusts and the lists of ODS",
        "a code of an ODS list of trusts",
        "check the code and the type, or add the list that has it; its figures are published as they are",
        _not_listed,
    ),
    Rule(
        "no-return",
        "warning",
        "trusts that ODS lists as open on 31 March, and all other sources",
        "a return from each of them",
        "ask for it; the trust is not in the publication",
        _silent,
    ),
    Rule(
        "year-missing",
        "warning",
        "organisations that were open on 31 March, and their returns",
        "a return for this year, and for each since the first",
        "send the return, or the date of opening or closing if there was none to send",
        _years_missing,
    ),
    Rule(
        "indicator-missing",
        "warning",
        "the indicators of each return",
        "a figure, as others sent one",
        "send it; until then the report says that it was not submitted",
        _indicators_missing,
    ),
    Rule(
        "group-missing",
        "warning",
        "white and BME people of the same band, grade or role",
        "both, as a missing figure is not 0",
        "send the missing one, with 0 where there is nobody",
        _groups_missing,
    ),
    Rule(
        "band-missing",
        "warning",
        "bands and grades, and the same ones a year before",
        f"a figure, as there were {FEWEST_LAST_YEAR} people or more last year and other bands were sent",
        "send it, with 0 where there is nobody: totals that are added up from bands lack it",
        _bands_missing,
    ),
    Rule(
        "after-closure",
        "warning",
        "the year of a return and the date of closing",
        "no figures after closure",
        "check the year and the closing date",
        _after_closure,
    ),
)
