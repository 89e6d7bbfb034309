"""Reader of the tidy tables ``organisations.csv``, ``returns.csv`` and ``percentages.csv``.

Everything that can be told from one row, or from a row and the tables' own keys, is checked here, and every
faulty row is reported and left out. Rules that weigh rows against each other belong in :mod:`wres.validate`.
"""

from __future__ import annotations

import csv
import difflib
import io
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from wres.definitions import NATION, definitions
from wres.params import FIRST_WRES_YEAR
from wres.problems import CollectionError, Problem

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
MOST_ROWS_NAMED = 1000


@dataclass(frozen=True)
class Tables:
    """The tidy tables of one source and what is wrong with them."""

    organisations: pd.DataFrame
    returns: pd.DataFrame
    percentages: pd.DataFrame
    problems: tuple[Problem, ...]


def read_tables(folder: Path, last_year: int) -> Tables:
    """Read the tidy tables in a folder; returns and percentages may each be missing.

    Parameters
    ----------
    folder
        Folder with ``organisations.csv`` and any of the others.
    last_year
        The publication's year: no row may be later.

    Raises
    ------
    CollectionError
        If a table can't be read at all.
    """
    return read_text_tables(
        {f"{name}.csv": path.read_bytes() for name in KEYS if (path := folder / f"{name}.csv").is_file()},
        last_year,
    )


def read_text_tables(files: Mapping[str, bytes], last_year: int) -> Tables:
    """Read the tidy tables from the bytes of their files, by file name; as :func:`read_tables`."""
    problems: list[Problem] = []
    texts = {name: _text(name, files, problems) for name in KEYS}
    unreadable = [problem for problem in problems if problem.row is None and problem.severity == "error"]
    if unreadable:
        raise CollectionError(unreadable)
    organisations = _organisations(texts["organisations"], problems)
    codes = set(organisations["organisation_code"])
    returns = _returns(texts["returns"], codes, last_year, problems)
    percentages = _percentages(texts["percentages"], codes, last_year, problems)
    return Tables(organisations, returns, percentages, tuple(problems))


def _text(name: str, files: Mapping[str, bytes], problems: list[Problem]) -> pd.DataFrame:
    """The table as text, with the file and row of each value; empty where there is no such file."""
    columns = [*REQUIRED[name], *OPTIONAL[name], "file", "row"]
    file = f"{name}.csv"
    if file not in files:
        if name == "organisations" and files:
            problems.append(_of_file(file, "no such file", "organisations.csv beside the returns", "add it"))
        return pd.DataFrame(columns=columns, dtype="str").astype({"row": "int64"})
    rows = _csv_rows(file, files[file], problems)
    if rows is None:
        return pd.DataFrame(columns=columns, dtype="str")
    head = [cell.strip() for cell in rows[0][1]]
    problems += _head_problems(file, name, head)
    if any(p.file == file and p.row is None and p.severity == "error" for p in problems):
        return pd.DataFrame(columns=columns, dtype="str")
    whole = [
        (line, [cell.strip() for cell in cells]) for line, cells in rows[1:] if any(c.strip() for c in cells)
    ]
    ragged = [(line, cells) for line, cells in whole if len(cells) != len(head)]
    for line, cells in ragged:
        problems.append(
            _of_row(
                file,
                line,
                "row-length",
                f"{len(cells)} cells",
                f"{len(head)}, as in the head",
                "add or remove commas; quote names that hold a comma",
            )
        )
    good = [(line, cells) for line, cells in whole if len(cells) == len(head)]
    table = pd.DataFrame([cells for _, cells in good], columns=head, dtype="str")
    table = table.reindex(columns=columns[:-2], fill_value="")
    return table.assign(file=file, row=[line for line, _ in good])


def _csv_rows(file: str, content: bytes, problems: list[Problem]) -> list[tuple[int, list[str]]] | None:
    """Every row with the number of its first line; None if the file can't be read."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", errors="replace")
        problems.append(
            _of_file(
                file,
                "text that is not UTF-8",
                "UTF-8",
                "it was read as Windows-1252; check names with accents",
                "warning",
            )
        )
    reader = csv.reader(io.StringIO(text, newline=""))
    rows: list[tuple[int, list[str]]] = []
    line = 1
    try:
        for cells in reader:
            rows.append((line, cells))
            line = reader.line_num + 1
    except csv.Error as error:
        problems.append(
            _of_file(file, f"{error} in line {line}", "comma-separated values", "save it as CSV again")
        )
        return None
    if not any(cell.strip() for _, cells in rows for cell in cells):
        problems.append(_of_file(file, "an empty file", "a head and rows", "send the file again"))
        return None
    return rows


def _head_problems(file: str, name: str, head: list[str]) -> Iterable[Problem]:
    known = [*REQUIRED[name], *OPTIONAL[name]]
    unknown = [column for column in head if column not in known]
    for column in sorted({column for column in head if head.count(column) > 1}):
        yield _of_file(file, f"the column '{column}' twice", "each column once", "remove one of them")
    for column in REQUIRED[name]:
        if column in head:
            continue
        near = difflib.get_close_matches(column, unknown, 1)
        found = f"the column '{near[0]}'" if near else f"no column '{column}'"
        yield _of_file(file, found, f"the column '{column}'", "correct the head and send the file again")
    for column in unknown:
        if not difflib.get_close_matches(column, [c for c in REQUIRED[name] if c not in head], 1):
            yield _of_file(
                file,
                f"the unknown column '{column}'",
                f"columns {', '.join(known)}",
                "it is not read",
                "warning",
            )


def _organisations(table: pd.DataFrame, problems: list[Problem]) -> pd.DataFrame:
    known = definitions()
    by_name = {name: code for code, name in known.regions.items()}
    table = table.assign(region=table["region"].replace(by_name))
    reject = _Rejecter(table, problems)
    reject.where(table["organisation_code"].eq(""), "no-code", "organisation_code", "an ODS code", "add it")
    reject.unknown("type", known.organisation_types)
    reject.unknown("region", ["", *known.regions], "a region of NHS England, by code or name")
    for column in ("opened", "closed"):
        day = pd.to_datetime(table[column], format="%Y-%m-%d", errors="coerce")
        reject.where(
            table[column].ne("") & day.isna(),
            "not-a-date",
            column,
            "a date as 2025-03-31, or blank",
            "correct it",
        )
    reject.repeated(["organisation_code"])
    return reject.good()


def _returns(table: pd.DataFrame, codes: set[str], last_year: int, problems: list[Problem]) -> pd.DataFrame:
    reject = _placed(table, codes, last_year, problems)
    number = pd.to_numeric(reject.table["count"], errors="coerce")
    whole = "a whole number of people, 0 or more"
    reject.where(number.isna(), "count-not-a-number", "count", whole, "correct the count")
    reject.where(number < 0, "count-negative", "count", whole, "correct the count")
    reject.where(
        number.mod(1).gt(0), "count-fraction", "count", whole, "give headcount, not full-time equivalents"
    )
    reject.where(
        number > 5_000_000,
        "count-too-large",
        "count",
        "no more people than the NHS employs",
        "correct the count",
    )
    reject.repeated(PLACE)
    good = reject.good()
    return good.assign(count=pd.to_numeric(good["count"]).astype("int64"), year=good["year"].astype("int64"))


def _percentages(
    table: pd.DataFrame, codes: set[str], last_year: int, problems: list[Problem]
) -> pd.DataFrame:
    reject = _placed(table, codes, last_year, problems)
    value = pd.to_numeric(reject.table["percentage"], errors="coerce")
    reject.where(
        ~value.between(0, 100), "percentage-range", "percentage", "a number from 0 to 100", "correct it"
    )
    for column in ("count", "base"):
        text = reject.table[column]
        number = pd.to_numeric(text, errors="coerce")
        wrong = text.ne("") & ~(number.ge(0) & number.mod(1).eq(0))
        reject.where(wrong, f"{column}-not-whole", column, "a whole number of people, or blank", "correct it")
    reject.repeated(PLACE)
    good = reject.good()
    decimals = good["percentage"].str.partition(".")[2].str.len() if len(good) else pd.Series(dtype="int64")
    return good.assign(
        year=good["year"].astype("int64"),
        decimals=decimals.astype("int64"),
        percentage=pd.to_numeric(good["percentage"]).astype("float64"),
        count=pd.to_numeric(good["count"].replace("", None)).astype("Int64"),
        base=pd.to_numeric(good["base"].replace("", None)).astype("Int64"),
    )


def _placed(table: pd.DataFrame, codes: set[str], last_year: int, problems: list[Problem]) -> _Rejecter:
    """Check what places a figure: year, organisation, indicator and its vocabulary."""
    known = definitions()
    table = table.assign(
        staff_group=table["staff_group"].replace("", "all"),
        ethnicity=table["ethnicity"].replace("", "unknown"),
    )
    reject = _Rejecter(table, problems)
    years = [str(year) for year in range(FIRST_WRES_YEAR, last_year + 1)]
    reject.unknown("year", years, f"a year from {FIRST_WRES_YEAR} to {last_year}")
    places = {NATION, *known.regions}
    reject.unknown("organisation_code", codes | places, "a code of organisations.csv, ENG or a region")
    reject.unknown("indicator", known.indicators, "an indicator from 1 to 9")
    reject.unknown("staff_group", known.staff_groups)
    reject.unknown("ethnicity", {**known.ethnic_groups, **known.ethnic_categories})
    pair = table["indicator"] + "\t" + table["measure"]
    measures = {f"{i}\t{m}" for i in known.indicators for m in known.measures(i)}
    wrong = table["indicator"].isin(known.indicators) & ~pair.isin(measures)
    reject.where(
        wrong,
        "unknown-measure",
        "measure",
        lambda row: " or ".join(known.measures(row["indicator"])),
        "correct it",
    )
    pair = table["indicator"] + "\t" + table["category"]
    categories = {f"{i}\t{c}" for i in known.indicators for c in known.categories(i)}
    wrong = table["indicator"].isin(known.indicators) & ~pair.isin(categories)
    reject.where(wrong, "unknown-category", "category", _categories_expected, "correct it")
    return reject


def _categories_expected(row: pd.Series) -> str:
    board = row["indicator"] == "9"
    return (
        "a role on the board, or blank"
        if board
        else "a band (under_1, 1 to 9, 8a to 8d, vsm), a medical grade, or blank"
    )


class _Rejecter:
    """Reports faulty rows, one problem a fault, and leaves them out."""

    def __init__(self, table: pd.DataFrame, problems: list[Problem]) -> None:
        self.table = table
        self._problems = problems
        self._faulty = pd.Series(data=False, index=table.index)

    def where(
        self, faulty: pd.Series, rule: str, column: str, expected: str | Callable[[pd.Series], str], mend: str
    ) -> None:
        """Report the rows marked, with what stands in the column."""
        faulty = faulty.fillna(value=False)
        for _, row in self.table[faulty & ~self._faulty].head(MOST_ROWS_NAMED).iterrows():
            wanted = expected if isinstance(expected, str) else expected(row)
            found = f"{column} '{row[column]}'" if row[column] else f"no {column}"
            self._problems.append(_of_row(row["file"], row["row"], rule, found, wanted, mend, row))
        self._faulty |= faulty

    def unknown(self, column: str, known: Iterable[str], expected: str = "") -> None:
        """Report rows whose value is not in the vocabulary, with the nearest word of it."""
        words = list(known)

        def wanted(row: pd.Series) -> str:
            near = difflib.get_close_matches(row[column], words, 1)
            text = expected or f"one of {', '.join(word for word in words if word)}"
            return f"{text} (did you mean '{near[0]}'?)" if near else text

        self.where(
            ~self.table[column].isin(words),
            f"unknown-{column.replace('_', '-')}",
            column,
            wanted,
            "correct it",
        )

    def repeated(self, key: list[str]) -> None:
        """Report rows that repeat the key of an earlier good row."""
        good = self.table[~self._faulty]
        first = good.drop_duplicates(key).set_index(key)["row"]
        again = good[good.duplicated(key)].head(MOST_ROWS_NAMED)
        for _, row in again.iterrows():
            where = tuple(row[name] for name in key)
            found = f"the same figure as in row {first.loc[where if len(where) > 1 else where[0]]}"
            self._problems.append(
                _of_row(
                    row["file"],
                    row["row"],
                    "repeated",
                    found,
                    "each figure once",
                    "remove one of the two",
                    row,
                )
            )
        self._faulty |= good.duplicated(key).reindex(self.table.index, fill_value=False)

    def good(self) -> pd.DataFrame:
        """The rows that are not faulty."""
        return self.table[~self._faulty].reset_index(drop=True)


def _of_file(file: str, found: str, expected: str, mend: str, severity: str = "error") -> Problem:
    return Problem(file, None, "", None, "", severity, "file", found, expected, mend)  # type: ignore[arg-type]


def _of_row(
    file: str, line: int, rule: str, found: str, expected: str, mend: str, row: pd.Series | None = None
) -> Problem:
    about = {} if row is None else row.to_dict()
    year = str(about.get("year", ""))
    return Problem(
        file,
        int(line),
        str(about.get("organisation_code", "")),
        int(year) if year.isascii() and year.isdigit() and len(year) == 4 else None,
        str(about.get("indicator", "")),
        "error",
        rule,
        found,
        expected,
        mend,
    )
