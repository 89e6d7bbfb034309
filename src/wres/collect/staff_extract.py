"""Reader of staff-level extracts and event files: counts and pay for the tidy tables.

What becomes of a source as a whole belongs here; how its files are read and worded, in
:mod:`wres.collect.extract`, and how their rows are added up, in :mod:`wres.aggregate`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pandas as pd

from wres.collect.extract.declared import Declaration, DeclarationError, declaration
from wres.collect.extract.faults import problems_of
from wres.collect.extract.run import Added, ExtractError, added_up
from wres.collect.faults import of_file
from wres.collect.tables import Tables, read_tables
from wres.definitions import PAY, definitions
from wres.params import StaffExtract
from wres.problems import Problem

BOARD = "9"


def read_extract(source: StaffExtract, folder: Path) -> Tables:
    """Read the files of a staff-level extract and add them up.

    Parameters
    ----------
    source
        The files and the year that they are of.
    folder
        Where relative paths start.

    Returns
    -------
    Tables
        Counts by detailed ethnic category, and how many people are paid how much. A file that can't be read is an
        error among the problems, and the others are read. No row of a person is kept.
    """
    nothing = read_tables({}, source.year)
    try:
        declared = _declared(source, folder)
    except DeclarationError as error:
        return replace(nothing, problems=(_undeclared(str(source.headings), error),))
    tables: list[pd.DataFrame] = [nothing.returns]
    pay = nothing.pay
    problems: list[Problem] = []
    for kind, file in source.files.items():
        try:
            added = added_up(folder / file, kind, declared, include_bank=source.include_bank)
        except ExtractError as error:
            problems.append(_unreadable(file, error))
            continue
        tables.append(_returns(file, source.year, added, nothing.returns))
        if len(added.pay):
            pay = _pay(file, source.year, added, nothing.pay)
        problems += problems_of(file, source.year, added)
        problems += _boards_in_part(file, source.year, added.counts)
    returns = pd.concat(tables, ignore_index=True)
    return Tables(nothing.organisations, returns, nothing.percentages, tuple(problems), pay=pay)


def _declared(source: StaffExtract, folder: Path) -> Declaration:
    return declaration(folder / source.headings if source.headings is not None else None)


def _returns(file: str, year: int, added: Added, nothing: pd.DataFrame) -> pd.DataFrame:
    """Counts as rows of the tidy table; each says the file and how many of its rows are the organisation's."""
    told = "staff extract, aggregated from " + added.received.map("{:,}".format) + " rows"
    source = added.counts["organisation_code"].map(told)
    table = added.counts.assign(year=year, note="", source=source, file=file, row=0)
    return table[list(nothing.columns)].astype(nothing.dtypes.to_dict())


def _pay(file: str, year: int, added: Added, nothing: pd.DataFrame) -> pd.DataFrame:
    """Pay as rows of the tidy table."""
    table = added.pay.assign(year=year, indicator=PAY, note="", source="staff extract", file=file, row=0)
    return table[list(nothing.columns)].astype(nothing.dtypes.to_dict())


def _unreadable(file: str, error: ExtractError) -> Problem:
    return of_file(file, error.found, error.expected, error.mend, rule="extract")


def _undeclared(headings: str, error: DeclarationError) -> Problem:
    expected = "a declaration of headings and words, as headings.yml"
    return of_file(headings, str(error), expected, "correct it; the extract was not read", rule="extract")


def _boards_in_part(file: str, year: int, counts: pd.DataFrame) -> Iterator[Problem]:
    """Executives without non-executives, or the other way round: half a board would be taken for the whole."""
    executive = definitions().board_groups["executive"].roles
    members = counts[counts["indicator"].eq(BOARD)].drop_duplicates(["organisation_code", "category"])
    executives = members["category"].isin(executive).groupby(members["organisation_code"])
    for code in executives.any()[executives.any() == executives.all()].index:
        found, expected = "executives or non-executives alone on the board", "both, as on every board"
        mend = "add the others with their board roles, or send the board in a return"
        yield Problem(file, None, str(code), year, BOARD, "error", "board-in-part", found, expected, mend)
