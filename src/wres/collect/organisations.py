"""One table of organisations from several sources.

The first source that names an organisation goes first, and later ones fill in what it left blank. What a list of
the Organisation Data Service (ODS) says of the others is told here; how each source is read, in its reader.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from datetime import date

import pandas as pd

from wres.collect.faults import Rejecter, Row, of_file, of_row
from wres.collect.tables import MEND_ORGANISATION, Tables
from wres.definitions import definitions
from wres.params import OdsList
from wres.problems import Problem

CODE = "organisation_code"
TOLD = (
    "organisation",
    "type",
    "region",
    "icb_code",
    "icb",
    "opened",
    "closed",
    "successor",
    "note",
    "source",
)
WEIGHED = ("organisation", "type", "region", "icb_code", "opened", "closed", "successor")
USE_FIRST = "the first source is used; change the order of the sources if it is the wrong one"
DAYS_THAT_ICBS_HOLD = 366


def together(
    sources: Sequence[tuple[OdsList | None, Tables]], year: int, problems: list[Problem]
) -> pd.DataFrame:
    """The organisations of all sources, each once.

    Parameters
    ----------
    sources
        The tables of each source in their order, with the list of ODS that they come from, if it is one.
    year
        The publication's year: on its 31 March integrated care boards should be true.
    problems
        Where problems are added.
    """
    tables = [tables.organisations.assign(listed=ods is not None) for ods, tables in sources]
    rows = pd.concat([table for table in tables if len(table)] or tables[:1], ignore_index=True)
    problems += _differences(rows)
    blank = rows[list(TOLD)].replace("", pd.NA)
    filled = blank.groupby(rows[CODE], sort=False).transform("first").fillna("").astype("str")
    once = rows.assign(**filled)[~rows.duplicated(CODE)].reset_index(drop=True)
    lists = [(ods, tables) for ods, tables in sources if ods is not None]
    for ods, _ in lists[:1]:
        problems += _of_another_day(ods, year)
    if lists:
        registered = {code for _, tables in lists for code in tables.organisations[CODE]}
        problems += _not_listed(once[~once["listed"]], registered, lists[0][0], year)
    return _named(once).drop(columns="listed")


def _named(organisations: pd.DataFrame) -> pd.DataFrame:
    """Integrated care boards by name; one without a name goes by its code."""
    code = organisations["icb_code"]
    name = code.map(definitions().integrated_care_boards).fillna(code)
    return organisations.assign(
        icb=organisations["icb"].where(organisations["icb"].ne(""), name).astype("str")
    )


def without_untyped(
    organisations: pd.DataFrame, with_figures: Collection[str], year: int, problems: list[Problem]
) -> pd.DataFrame:
    """Organisations of which a source tells the type; an ODS list does not.

    One with figures and without a type is an error. One that is on the list and nowhere else did not return
    anything, which is a warning if it was open on 31 March of the year.
    """
    untyped = organisations["type"].eq("")
    returned = organisations[CODE].isin(list(with_figures))
    reject = Rejecter(organisations, problems)
    types = f"one of {', '.join(definitions().organisation_types)}"
    reject.where(untyped & returned, "no-type", "type", types, MEND_ORGANISATION)
    snapshot = f"{year}-03-31"
    opened, closed = organisations["opened"], organisations["closed"]
    is_open = (opened <= snapshot) & (closed.eq("") | (closed >= snapshot))
    problems += [
        _silent(row, year) for row in organisations[untyped & ~returned & is_open].to_dict("records")
    ]
    good = reject.good()
    return good[good["type"].ne("")].reset_index(drop=True)


def _silent(row: Row, year: int) -> Problem:
    expected = "a return from each NHS trust that was open on 31 March"
    mend = "ask for it; the trust is not in the publication"
    return of_row({**row, "year": year}, "no-return", "no figure in any source", expected, mend, "warning")


def _differences(rows: pd.DataFrame) -> Iterator[Problem]:
    """What a later source tells otherwise; of ODS lists, each true on its own day, one that agrees is enough."""
    later = rows[rows.duplicated(CODE)]
    both = later.merge(rows[~rows.duplicated(CODE)], on=CODE, suffixes=("", "_first"))
    both = both[~(both["listed"] & both["listed_first"])]
    for name in WEIGHED:
        given = both[name].ne("") & both[f"{name}_first"].ne("")
        differs = both[name].map(plain).ne(both[f"{name}_first"].map(plain))
        agreeing = both.loc[given & ~differs & both["listed"], CODE]
        differs &= ~(both["listed"] & both[CODE].isin(agreeing))
        for row in both[given & differs].to_dict("records"):
            at = (
                f"{row['file_first']}, row {row['row_first']}" if row["row_first"] else str(row["file_first"])
            )
            found = f"{name} {row[name]} where {at} has {row[f'{name}_first']}"
            yield of_row(row, "sources-differ", found, "the same in every source", USE_FIRST, "warning")


def plain(text: str) -> str:
    """A name by what it is called, however it is written."""
    words = re.sub(r"[^a-z0-9 ]", "", text.casefold().replace("&", " and ")).split()
    return " ".join(word for word in words if word != "the")


def _of_another_day(ods: OdsList, year: int) -> Iterator[Problem]:
    """Integrated care boards change at mergers: a list far from the snapshot tells those of another day."""
    if abs((ods.snapshot - date(year, 3, 31)).days) > DAYS_THAT_ICBS_HOLD:
        yield of_file(
            ods.path,
            f"integrated care boards as they were on {ods.snapshot:%-d %B %Y}",
            f"those of about 31 March {year}",
            "their figures are of the boards of that day; put a list of the time before this one to have them as "
            "they were",
            "warning",
            rule="ods-day",
        )


def _not_listed(
    others: pd.DataFrame, registered: Collection[str], ods: OdsList, year: int
) -> Iterator[Problem]:
    """Trusts of other sources that no list of ODS knows."""
    trusts = others["type"].isin(definitions().trust_types)
    unknown = others[trusts & ~others[CODE].isin(list(registered))]
    expected = f"a code of the ODS list of trusts ({ods.path})"
    mend = "check the code and the type, or add the list that has it; its figures are published as they are"
    for row in unknown.to_dict("records"):
        found = "a trust that ODS does not list"
        yield of_row({**row, "year": year}, "not-in-ods-list", found, expected, mend, "warning")
