"""Reader of the tidy tables ``organisations.csv``, ``returns.csv`` and ``percentages.csv``.

Everything that can be told from one file is checked here; every faulty row is reported and left out. Whether
its organisation is known is told from all sources together in :mod:`wres.collect`; rules that weigh figures
against each other belong in :mod:`wres.validate`.
"""

from __future__ import annotations

import csv
import difflib
import io
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv as arrow_csv

from wres.definitions import NATION, definitions
from wres.params import FIRST_WRES_YEAR
from wres.problems import LONGEST_QUOTE, Problem, Severity, quoted

PLACE = ["year", "organisation_code", "indicator", "measure", "staff_group", "category", "ethnicity"]
KEYS = {"organisations": ["organisation_code"], "returns": PLACE, "percentages": PLACE}
REQUIRED = {
    "organisations": ["organisation_code", "organisation", "type", "region"],
    "returns": [*PLACE, "count"],
    "percentages": [*PLACE, "percentage"],
}
OPTIONAL = {
    "organisations": ["icb_code", "icb", "opened", "closed", "successor", "note", "source"],
    "returns": ["note", "source"],
    "percentages": ["count", "base", "note", "source"],
}
FILES = {name: f"{name}.csv" for name in KEYS}
MOST_PEOPLE = 5_000_000
MOST_HINTS = 100
NUMBER = r"[+-]?[0-9]+(\.[0-9]*)?"
ORGANISATION_CODE = "[A-Z0-9]{2,12}"
WORKBOOK = b"PK\x03\x04"
WHOLE = "a whole number of people, 0 or more"

Row = dict[Hashable, Any]


@dataclass(frozen=True)
class Tables:
    """The tidy tables of one source.

    Attributes
    ----------
    organisations, returns, percentages
        Good rows, with the file and row that each came from.
    problems
        What is wrong with the others.
    refused
        Codes of organisations whose own row is faulty.
    """

    organisations: pd.DataFrame
    returns: pd.DataFrame
    percentages: pd.DataFrame
    problems: tuple[Problem, ...] = ()
    refused: frozenset[str] = frozenset()


def read_folder(folder: Path, last_year: int, prefix: str = "") -> Tables:
    """Read the tidy tables in a folder, as :func:`read_tables`."""
    files = {path.name: path.read_bytes() for path in sorted(folder.glob("*.csv")) if path.is_file()}
    return read_tables(files, last_year, prefix)


def read_tables(files: Mapping[str, bytes], last_year: int, prefix: str = "") -> Tables:
    """Read the tidy tables from the bytes of their files.

    Parameters
    ----------
    files
        Contents by file name; any of the three tables may be missing, and other files are not read.
    last_year
        The publication's year: no row may be later.
    prefix
        Set before the file names in problems, to tell sources apart.

    Returns
    -------
    Tables
        A file that can't be read at all is an empty table, and an error without a row among the problems.
    """
    wrong: list[Problem] = []
    organisations = _organisations(_text("organisations", files, prefix, wrong), wrong)
    refused = {problem.organisation_code for problem in wrong} - {"", *organisations["organisation_code"]}
    problems = [*_misnamed(files, prefix), *wrong]
    returns = _returns(_text("returns", files, prefix, problems), last_year, problems)
    percentages = _percentages(_text("percentages", files, prefix, problems), last_year, problems)
    return Tables(organisations, returns, percentages, tuple(problems), frozenset(refused))


def of_known_organisations(
    table: pd.DataFrame, codes: Collection[str], refused: Collection[str], problems: list[Problem]
) -> pd.DataFrame:
    """Rows whose organisation is known; the others are reported and left out.

    Rows of organisations in ``refused`` are left out without a word: the organisation's own row was reported.
    """
    known = [NATION, *definitions().regions, *codes]
    reject = _Rejecter(table, problems)
    reject.unknown("organisation_code", [*known, *refused], "a code of organisations.csv, ENG or a region")
    good = reject.good()
    return good[good["organisation_code"].isin(known)].reset_index(drop=True)


def _misnamed(files: Mapping[str, bytes], prefix: str) -> Iterator[Problem]:
    others = [name for name in files if name not in FILES.values()]
    absent = [file for file in FILES.values() if file not in files]
    near = {file: difflib.get_close_matches(file, others, 1, cutoff=0.8) for file in absent}
    for file, names in near.items():
        for name in names:
            yield _of_file(prefix + name, "this file name", file, "rename it, or take it out of the folder")
    if len(absent) == len(FILES) and not any(near.values()):
        yield _of_file(prefix or "tables", "no tables", f"any of {', '.join(absent)}", "add what there is")


def _text(name: str, files: Mapping[str, bytes], prefix: str, problems: list[Problem]) -> pd.DataFrame:
    """The table as text, with the file and row of each value; empty where there is nothing to read."""
    columns = [*REQUIRED[name], *OPTIONAL[name]]
    nothing = pd.DataFrame(columns=[*columns, "file"], dtype="str").assign(row=pd.Series(dtype="int64"))
    if FILES[name] not in files:
        return nothing
    file = prefix + FILES[name]
    text = _decoded(file, files[FILES[name]], problems)
    if text is None:
        return nothing
    head = [cell.strip() for cell in _first_record(text)]
    wrong = list(_head_problems(file, name, head))
    problems += wrong
    if any(problem.unreadable for problem in wrong):
        return nothing
    rows = _rows(file, head, text, problems)
    return nothing if rows is None else rows.reindex(columns=nothing.columns, fill_value="")


def _decoded(file: str, content: bytes, problems: list[Problem]) -> str | None:
    if b"\0" in content or content.startswith(WORKBOOK):
        save = "save a workbook as 'CSV UTF-8'"
        problems.append(_of_file(file, "no plain text", "comma-separated values in UTF-8", save))
        return None
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", errors="replace")
        read_as = "it was read as Windows-1252; check names with accents"
        problems.append(_of_file(file, "text that is not UTF-8", "UTF-8", read_as, "warning"))
    if not text.strip():
        problems.append(_of_file(file, "an empty file", "a head and rows", "send the file again"))
        return None
    return text


def _first_record(text: str) -> list[str]:
    try:
        return next(csv.reader(io.StringIO(text, newline="")), [])
    except csv.Error:
        return []


def _head_problems(file: str, name: str, head: list[str]) -> Iterator[Problem]:
    known = [*REQUIRED[name], *OPTIONAL[name]]
    if len(head) == 1 and (";" in head[0] or "\t" in head[0]):
        mark = "semicolons" if ";" in head[0] else "tabs"
        yield _of_file(file, f"{mark} between the columns", "commas", "save it as comma-separated values")
        return
    for column in sorted({column for column in head if column and head.count(column) > 1}):
        yield _of_file(file, f"the column {quoted(column)} twice", "each column once", "remove one of them")
    missing = [column for column in REQUIRED[name] if column not in head]
    unknown = [column for column in dict.fromkeys(head) if column not in known]
    for column in missing:
        near = _nearest(column, unknown)
        found = f"the column {quoted(near)}" if near else f"no column '{column}'"
        yield _of_file(file, found, f"the column '{column}'", "correct the head and send the file again")
    for column in unknown:
        if not _nearest(column, missing):
            found = f"the unknown column {quoted(column)}" if column else "a column without a name"
            yield _of_file(file, found, f"columns {', '.join(known)}", "it was not read", "warning")


def _rows(file: str, head: list[str], text: str, problems: list[Problem]) -> pd.DataFrame | None:
    """Every row with as many cells as the head; the others are reported."""
    ragged = []

    def skip(row: Any) -> str:
        ragged.append(row)
        return "skip"

    content = f"{text}\n".encode()
    positions = [str(position) for position in range(len(head))]
    try:
        table = arrow_csv.read_csv(
            pa.BufferReader(content),
            arrow_csv.ReadOptions(
                column_names=positions,
                skip_rows_after_names=1,
                use_threads=False,
                block_size=len(content) + 1,
            ),
            arrow_csv.ParseOptions(
                newlines_in_values=True, ignore_empty_lines=False, invalid_row_handler=skip
            ),
            arrow_csv.ConvertOptions(column_types=dict.fromkeys(positions, pa.string())),
        )
    except pa.ArrowInvalid as error:
        mend = "save it as CSV again"
        problems.append(_of_file(file, f"text that breaks off ({error})", "comma-separated values", mend))
        return None
    numbers = np.arange(2, table.num_rows + len(ragged) + 2)
    columns = {name: pc.utf8_trim_whitespace(table.column(n)) for n, name in enumerate(head) if name}
    rows: pd.DataFrame = pa.table(columns).to_pandas().assign(file=file)
    rows["row"] = np.setdiff1d(numbers, [row.number for row in ragged])
    rows = rows[(rows[list(columns)] != "").any(axis=1)]
    faulty = [row for row in ragged if row.text.strip()]
    for row in faulty:
        cells = [cell.strip() for cell in _first_record(row.text)]
        placed: Row = dict(zip(head, cells, strict=False))
        found, expected = f"{row.actual_columns} cells", f"{len(head)}, as in the head"
        mend = "add or remove commas; put names that hold a comma in quotation marks"
        problems.append(
            _of_row({**placed, "file": file, "row": row.number}, "row-length", found, expected, mend)
        )
    if rows.empty and not faulty:
        problems.append(_of_file(file, "a head without rows", "a row or more", "send the file again"))
    return rows


def _organisations(table: pd.DataFrame, problems: list[Problem]) -> pd.DataFrame:
    known = definitions()
    reject = _Rejecter(table, problems)
    code = table["organisation_code"]
    reject.where(
        ~code.str.fullmatch(ORGANISATION_CODE) | code.isin([NATION, *known.regions]),
        "organisation-code",
        "organisation_code",
        "the ODS code of an organisation, in capital letters and digits",
        "correct it; its returns are left out until then",
    )
    mend = "correct it; the organisation's returns are left out until then"
    reject.where(table["organisation"].eq(""), "no-name", "organisation", "its name", mend)
    reject.unknown("type", known.organisation_types, mend=mend)
    regions = {name: region for region, name in known.regions.items()}
    reject.unknown(
        "region", ["", *known.regions, *regions], "a region of NHS England, by code or name", mend=mend
    )
    opened, closed = _dates(table["opened"]), _dates(table["closed"])
    for name, day in (("opened", opened), ("closed", closed)):
        faulty = table[name].ne("") & day.isna()
        reject.where(faulty, "not-a-date", name, "a date as 2025-03-31, or blank", mend)
    reject.where(closed < opened, "closed-before-opened", "closed", "a date after that of opening", mend)
    reject.repeated(["organisation_code"], "the same organisation", "each organisation once")
    good = reject.good()
    return good.assign(region=good["region"].replace(regions))


def _returns(table: pd.DataFrame, last_year: int, problems: list[Problem]) -> pd.DataFrame:
    reject = _placed(table, last_year, problems)
    number = _numbers(table["count"])
    mend = "correct the count, or take the row out if it was not submitted"
    reject.where(number.isna(), "count-not-a-number", "count", WHOLE, mend)
    reject.where(number < 0, "count-negative", "count", WHOLE, mend)
    people = "give headcount, not full-time equivalents"
    reject.where(number % 1 > 0, "count-fraction", "count", WHOLE, people)
    reject.where(number > MOST_PEOPLE, "count-too-large", "count", f"at most {MOST_PEOPLE:,} people", mend)
    reject.repeated(PLACE, "the same figure", "each figure once")
    good = reject.good()
    return good.assign(count=_numbers(good["count"]).astype("int64"), year=good["year"].astype("int64"))


def _percentages(table: pd.DataFrame, last_year: int, problems: list[Problem]) -> pd.DataFrame:
    reject = _placed(table, last_year, problems)
    value = _numbers(table["percentage"])
    reject.where(
        ~value.between(0, 100), "percentage-range", "percentage", "a number from 0 to 100", "correct it"
    )
    for name in ("count", "base"):
        number = _numbers(table[name])
        faulty = table[name].ne("") & ~(number.between(0, MOST_PEOPLE) & (number % 1).eq(0))
        reject.where(faulty, f"{name}-not-whole", name, f"{WHOLE}, or blank", "correct it")
    reject.repeated(PLACE, "the same figure", "each figure once")
    good = reject.good()
    return good.assign(
        year=good["year"].astype("int64"),
        decimals=good["percentage"].str.replace(r"^[^.]*\.?", "", regex=True).str.len().astype("int64"),
        percentage=_numbers(good["percentage"]),
        count=_numbers(good["count"]).astype("Int64"),
        base=_numbers(good["base"]).astype("Int64"),
    )


def _dates(text: pd.Series) -> pd.Series:
    """Dates in full; NaT where the text is none."""
    written = text.where(text.str.fullmatch("[0-9]{4}-[0-9]{2}-[0-9]{2}"))
    return pd.to_datetime(written, format="%Y-%m-%d", errors="coerce")


def _numbers(text: pd.Series) -> pd.Series:
    """Plain decimal numbers; NaN where the text is none."""
    return pd.to_numeric(text.where(text.str.fullmatch(NUMBER))).astype("float64")


def _placed(table: pd.DataFrame, last_year: int, problems: list[Problem]) -> _Rejecter:
    """Check what places a figure: its year, its indicator and the vocabulary of the indicator."""
    known = definitions()
    table = table.assign(
        staff_group=table["staff_group"].replace("", "all"),
        ethnicity=table["ethnicity"].replace("", "unknown"),
    )
    reject = _Rejecter(table, problems)
    years = [str(year) for year in range(FIRST_WRES_YEAR, last_year + 1)]
    reject.unknown("year", years, f"a year from {FIRST_WRES_YEAR} to {last_year}")
    reject.unknown("indicator", known.indicators, "an indicator from 1 to 9")
    for name, words in (("measure", known.measures), ("category", known.categories)):
        for code in known.indicators:
            reject.unknown(name, words(code), among=table["indicator"].eq(code))
    reject.unknown("staff_group", known.staff_groups)
    ethnicities = "white, bme, unknown or an ethnic category of the NHS data dictionary, such as A or 99"
    reject.unknown("ethnicity", [*known.ethnic_groups, *known.ethnic_categories], ethnicities)
    return reject


class _Rejecter:
    """Reports each faulty row, by the first of its faults, and leaves it out."""

    def __init__(self, table: pd.DataFrame, problems: list[Problem]) -> None:
        self._table = table
        self._problems = problems
        self._faulty = pd.Series(data=False, index=table.index)

    def where(
        self,
        faulty: pd.Series,
        rule: str,
        column: str,
        expected: str | Callable[[Row], str],
        mend: str,
        found: Callable[[Row], str] | None = None,
    ) -> None:
        """Report the rows marked, with what stands in the column."""
        for row in self._table[faulty & ~self._faulty].to_dict("records"):
            value = str(row[column])
            stands = f"{column} {quoted(value)}" if value else f"no {column}"
            self._problems.append(
                _of_row(
                    row,
                    rule,
                    found(row) if found else stands,
                    expected if isinstance(expected, str) else expected(row),
                    mend,
                )
            )
        self._faulty |= faulty

    def unknown(
        self,
        column: str,
        words: Iterable[str],
        expected: str = "",
        mend: str = "correct it",
        among: pd.Series | None = None,
    ) -> None:
        """Report rows whose value is not one of the words, with the nearest of them."""
        vocabulary = list(words)
        faulty = ~self._table[column].isin(vocabulary)
        if among is not None:
            faulty &= among
        strange = self._table.loc[faulty, column].unique()[:MOST_HINTS]
        nearest = {value: _nearest(value, vocabulary) for value in strange}
        wanted = expected or f"one of {', '.join(word or 'blank' for word in vocabulary)}"

        def with_hint(row: Row) -> str:
            near = nearest.get(row[column])
            return f"{wanted} (did you mean '{near}'?)" if near else wanted

        self.where(faulty, f"unknown-{column.replace('_', '-')}", column, with_hint, mend)

    def repeated(self, key: list[str], found: str, expected: str) -> None:
        """Report rows that repeat the key of an earlier good row."""
        good = self._table[~self._faulty]
        several = good[good.duplicated(key, keep=False)]
        first = several.groupby(key)["row"].transform("min")
        first_row = dict(zip(several["row"], first, strict=True))
        self.where(
            good.duplicated(key).reindex(self._table.index, fill_value=False),
            "repeated",
            key[0],
            expected,
            "take one of the two out",
            lambda row: f"{found} as in row {first_row[row['row']]}",
        )

    def good(self) -> pd.DataFrame:
        """The rows that are not faulty."""
        return self._table[~self._faulty].reset_index(drop=True)


def _nearest(word: str, vocabulary: Iterable[str]) -> str:
    """The word of a vocabulary that was probably meant, whatever its case; blank if there is none."""
    folded = {known.casefold(): known for known in vocabulary}
    near = difflib.get_close_matches(word[:LONGEST_QUOTE].casefold(), folded, 1)
    return folded[near[0]] if near else ""


def _of_file(file: str, found: str, expected: str, mend: str, severity: Severity = "error") -> Problem:
    return Problem(file, None, "", None, "", severity, "file", found, expected, mend)


def _of_row(row: Row, rule: str, found: str, expected: str, mend: str) -> Problem:
    year = str(row.get("year", ""))
    return Problem(
        str(row["file"]),
        int(row["row"]),
        str(row.get("organisation_code", "")),
        int(year) if year.isascii() and year.isdigit() and len(year) == 4 else None,
        str(row.get("indicator", "")),
        "error",
        rule,
        found,
        expected,
        mend,
    )
