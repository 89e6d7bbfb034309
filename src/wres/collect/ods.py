"""Reader of lists of NHS trusts by the Organisation Data Service (ODS), such as ``etr.csv``.

The list has no head and 27 columns. It tells names, regions, integrated care boards (ICBs) and dates, but neither
types nor successors. What it means for organisations of other sources belongs in :mod:`wres.collect.organisations`.
"""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd

from wres.collect.faults import Rejecter, of_file
from wres.collect.tables import ORGANISATION_CODE, Tables, read_tables, text_table
from wres.collect.text import first_record, read_text
from wres.definitions import definitions
from wres.params import OdsList
from wres.problems import Problem

READ = {0: "organisation_code", 1: "organisation", 2: "region", 3: "icb_code", 10: "opened", 11: "closed"}
COLUMNS = [READ.get(number, f"not_read_{number + 1}") for number in range(27)]
OUTSIDE_ENGLAND = ("", "W00")
DAY = "[0-9]{8}"
SMALL_WORDS = ("and", "at", "for", "in", "of", "on", "the", "upon", "with")
ABBREVIATIONS = ("NHS", "UK", "CSU", "ICB")
MEND = "send the list as ODS published it; the row was not read"


def read_ods(source: OdsList, folder: Path, last_year: int) -> Tables:
    """Read a list of trusts.

    Parameters
    ----------
    source
        The file, and the day that it is of.
    folder
        Where relative paths start.
    last_year
        The publication's year.

    Returns
    -------
    Tables
        Organisations of England without types. A list that can't be read is an error among the problems.
    """
    nothing = read_tables({}, last_year)
    problems: list[Problem] = []
    table = _text(source.path, (folder / source.path).read_bytes(), problems)
    good = _checked(table, problems)
    rows = good.assign(
        organisation=good["organisation"].map(in_title_case),
        opened=_as_dates(good["opened"]),
        closed=_as_dates(good["closed"]),
        source=f"ODS list of {source.snapshot:%-d %B %Y}",
    )
    organisations = text_table("organisations", rows.to_dict("records"))
    return Tables(organisations, nothing.returns, nothing.percentages, tuple(problems))


def _text(file: str, content: bytes, problems: list[Problem]) -> pd.DataFrame:
    """The list under a head of its own, rows counted as the file has them."""
    width = len(first_record(content.decode("utf-8-sig", errors="replace")))
    if width != len(COLUMNS):
        found, expected = f"{width} columns", f"{len(COLUMNS)} columns and no head, as in etr.csv of ODS"
        problems.append(of_file(file, found, expected, "send the list as ODS published it", rule="ods-list"))
        return text_table("organisations", [])
    head = f"{','.join(COLUMNS)}\n".encode()
    wrong: list[Problem] = []
    table = read_text(file, head + content.removeprefix(b"\xef\xbb\xbf"), COLUMNS, [], wrong)
    problems += [_in_its_row(problem) for problem in wrong]
    return table.assign(row=table["row"] - 1)


def _in_its_row(problem: Problem) -> Problem:
    row = problem.row - 1 if problem.row is not None else None
    return Problem(**{**vars(problem), "row": row})


def _checked(table: pd.DataFrame, problems: list[Problem]) -> pd.DataFrame:
    """Good rows of trusts of England."""
    reject = Rejecter(table[~table["region"].isin(OUTSIDE_ENGLAND)].reset_index(drop=True), problems)
    code = reject.table["organisation_code"]
    wanted = "an ODS code in capital letters and digits"
    reject.where(
        ~code.str.fullmatch(ORGANISATION_CODE), "organisation-code", "organisation_code", wanted, MEND
    )
    reject.where(reject.table["organisation"].eq(""), "no-name", "organisation", "its name", MEND)
    reject.unknown("region", definitions().regions, "the code of a region of NHS England", MEND)
    for name in ("opened", "closed"):
        faulty = reject.table[name].ne("") & _as_dates(reject.table[name]).eq("")
        reject.where(faulty, "not-a-date", name, "a date as 20250331, or nothing", MEND)
    reject.repeated(["organisation_code"], "the same organisation", "each organisation once")
    return reject.good()


def _as_dates(text: pd.Series) -> pd.Series:
    """Days such as 20250331 as 2025-03-31; blank where the text is none."""
    days = pd.to_datetime(text.where(text.str.fullmatch(DAY)), format="%Y%m%d", errors="coerce")
    return days.dt.strftime("%Y-%m-%d").fillna("").astype("str")


def in_title_case(name: str) -> str:
    """A name that ODS has in capitals, as it would be written."""
    words = re.split("([ -])", name)
    return "".join(_word(word, first=not n) for n, word in enumerate(words))


def _word(word: str, *, first: bool) -> str:
    if word in ABBREVIATIONS:
        return word
    if word.lower() in SMALL_WORDS and not first:
        return word.lower()
    return word.capitalize()
