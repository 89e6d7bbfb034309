"""One table of organisations from several sources.

The first source that names an organisation goes first, and later ones fill in what it left blank. How each source is
read belongs in its reader; who is missing from a list of the Organisation Data Service (ODS), or silent though on it,
in :mod:`wres.validate.missing`.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from datetime import date

import pandas as pd

from wres.collect.faults import Rejecter, of_file, of_row
from wres.collect.tables import MEND_ORGANISATION, Tables
from wres.definitions import definitions
from wres.params import OdsList, Publication
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
REGISTER = [CODE, "organisation", "opened", "closed", "file", "row"]
DAYS_THAT_ICBS_HOLD = 366


def no_register() -> pd.DataFrame:
    """The list of ODS where none is a source."""
    return pd.DataFrame({name: pd.Series(dtype="int64" if name == "row" else "str") for name in REGISTER})


def named_but_unknown(publication: Publication, known: Collection[str]) -> Iterator[Problem]:
    """Organisations that a publication file names, to report on or in a peer group, and no source tells of.

    Parameters
    ----------
    publication
        The publication file.
    known
        Codes of the organisations of all sources.
    """
    named = {f"peer_groups.{name}": codes for name, codes in publication.peer_groups.items()}
    if publication.organisations != "all":
        named["organisations"] = publication.organisations
    for setting, codes in named.items():
        unknown = [code for code in codes if code not in known]
        if unknown:
            found, expected = f"{setting}: {', '.join(unknown)}", "codes of the organisations table"
            yield of_file("publication file", found, expected, "correct the code, or give the organisation")


def together(
    sources: Sequence[tuple[OdsList | None, Tables]], year: int, problems: list[Problem]
) -> pd.DataFrame:
    """The organisations of all sources, each once, and whether a list of ODS names it: ``listed``.

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
    listed = rows["listed"].groupby(rows[CODE]).transform("any")
    once = rows.assign(**filled, listed=listed)[~rows.duplicated(CODE)].reset_index(drop=True)
    first_list = next((ods for ods, _ in sources if ods is not None), None)
    if first_list is not None:
        problems += _of_another_day(first_list, year)
    return _named(once)


def _named(organisations: pd.DataFrame) -> pd.DataFrame:
    """Integrated care boards by name; one without a name goes by its code."""
    code = organisations["icb_code"]
    name = code.map(definitions().integrated_care_boards).fillna(code)
    return organisations.assign(
        icb=organisations["icb"].where(organisations["icb"].ne(""), name).astype("str")
    )


def with_types(
    organisations: pd.DataFrame, with_figures: Collection[str], problems: list[Problem]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Organisations of which a source tells the type, and the list of ODS, which does not.

    One with figures and without a type is reported and left out of both.
    """
    untyped = organisations["type"].eq("")
    returned = organisations[CODE].isin(list(with_figures))
    reject = Rejecter(organisations, problems)
    types = f"one of {', '.join(definitions().organisation_types)}"
    reject.where(untyped & returned, "no-type", "type", types, MEND_ORGANISATION)
    good = reject.good()
    known = good[good["type"].ne("")].drop(columns="listed").reset_index(drop=True)
    return known, good.loc[good["listed"], REGISTER].reset_index(drop=True)


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
