"""A file opened for DuckDB, with nothing else in its reach.

Headings and damaged files belong here; what is asked of the rows, in :mod:`.staff` and :mod:`.events`.
"""

from __future__ import annotations

import csv
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb
from duckdb import (
    CoalesceOperator,
    ColumnExpression,
    ConstantExpression,
    DuckDBPyConnection,
    DuckDBPyRelation,
    Expression,
    SQLExpression,
)

MEMORY = "150MB"
CORES, SMALL = os.cpu_count() or 1, 10_000_000
BYTES_AT_A_TIME = 4_000_000
LONGEST_HEAD = 100_000
SEND_AGAIN = "export the file again"
BLANK = ConstantExpression("")

Job = Mapping[str, Any]

WORDS = """
create table words as
select unnest($lists) as list, unnest($words) as word, unnest($codes) as code
"""
# In the order of the definitions, so that bands can be compared.
CODES = """
create type code as enum (
    select code from (select code, min(rowid) as place from words group by code union all select 'all', -1)
    order by place
)
"""
WORDS_OF = """
create macro words_of(wanted) as table
    select word, code::code as code from words where list = wanted
"""
# Some systems fill columns up with spaces; trimming every cell would take as long as all the rest.
PLAIN = """
create macro plain(text) as
    case when ends_with(text, ' ') then trim(text) else text end
"""
# Employee numbers become hashes as they are read: nothing later can show one.
PERSON = """
create macro person(organisation_code, employee) as
    case when plain(employee) <> '' then hash(plain(organisation_code), plain(employee)) end
"""
# What is no number is negative, so that it is told apart from what is blank.
AMOUNT = """
create macro amount(text) as
    case when text <> '' then coalesce(try_cast(text as double), -1) end
"""
ETHNIC_CODES = "create view ethnic_codes as select distinct code as ethnicity from words_of('ethnicity')"
NOTHING_REJECTED = "create temp table reject_errors (line bigint)"


class FileError(Exception):
    """A file can't be read: what was found, what was expected, and how to mend it."""

    def __init__(self, found: str, expected: str, mend: str = SEND_AGAIN) -> None:
        self.found, self.expected, self.mend = found, expected, mend
        super().__init__(f"found {found}; expected {expected}; {mend}")


@contextmanager
def opened(job: Job, *, numbered: bool) -> Iterator[DuckDBPyConnection]:
    """Open a file as the view ``rows``: every declared column as text, blank where it is missing.

    Once they were read, ``reject_errors`` has the lines of a CSV file that are no rows.

    Parameters
    ----------
    job
        ``path`` of a CSV or Parquet file; ``columns``: by field its plain headings and whether it is required;
        ``words``: lists, words and the codes that they stand for; ``folder``: where to write.
    numbered
        Whether ``file_row`` numbers the rows as a spreadsheet does; else it is 0, and a large file is read by
        all cores at once.

    Raises
    ------
    FileError
        If it can't be read, at once or while it is queried.
    """
    path = Path(job["path"])
    try:
        with _alone_with(path, job["folder"], numbered=numbered) as database:
            _know_words(database, job["words"])
            make_view = _view_of_parquet if path.suffix.casefold() == ".parquet" else _view_of_csv
            make_view(database, path, job["columns"], numbered=numbered)
            yield database
    except duckdb.OutOfMemoryException:
        smaller = "split it by organisation, or save it as CSV"
        raise FileError("more than fits into memory at once", f"parts within {MEMORY}", smaller) from None
    except (duckdb.Error, UnicodeDecodeError):
        raise FileError("a damaged file", "a whole CSV or Parquet file") from None
    except OSError as error:
        raise FileError(f"a file that can't be opened ({error.strerror})", "a file", "check it") from None


@contextmanager
def _alone_with(path: Path, folder: str, *, numbered: bool) -> Iterator[DuckDBPyConnection]:
    """A database in memory that can read one file, write into one folder, and reach nothing else.

    Joins hold what is on their right in memory, as they are written: how long a CSV file is can't be guessed.
    """
    with duckdb.connect(
        config={
            "memory_limit": MEMORY,
            "disabled_optimizers": "join_order,build_side_probe_side",
            "preserve_insertion_order": numbered,
            "threads": CORES if path.stat().st_size > SMALL else 1,
            "temp_directory": folder,
            "autoload_known_extensions": False,
            "autoinstall_known_extensions": False,
            "allow_community_extensions": False,
            "python_enable_replacements": False,
        }
    ) as database:
        database.execute("set allowed_paths = [$path]", {"path": str(path)})
        database.execute("set allowed_directories = [$folder]", {"folder": folder})
        database.execute("set enable_external_access = false")
        database.execute("set lock_configuration = true")
        yield database


def _know_words(database: DuckDBPyConnection, words: Sequence[Sequence[str]]) -> None:
    lists, plain_words, codes = zip(*words, strict=True)
    database.execute(WORDS, {"lists": lists, "words": plain_words, "codes": codes})
    for statement in (CODES, WORDS_OF, PLAIN, PERSON, AMOUNT, ETHNIC_CODES):
        database.execute(statement)


def _view_of_csv(database: DuckDBPyConnection, path: Path, columns: Job, *, numbered: bool) -> None:
    head = _head(path)
    fields = {position: field for field, position in _positions(head, columns).items()}
    names = [fields.get(position, f"not_read_{position}") for position in range(len(head))]
    file = database.read_csv(
        str(path),
        columns=dict.fromkeys(names, "VARCHAR"),
        header=True,
        auto_detect=False,
        delimiter=",",
        quotechar='"',
        escapechar='"',
        ignore_errors=True,
        store_rejects=True,
        buffer_size=BYTES_AT_A_TIME,
    )
    number = "row_number() over () + 1" if numbered else "0"
    _make_view(file, number, {field: field for field in fields.values()}, columns)


def _view_of_parquet(database: DuckDBPyConnection, path: Path, columns: Job, *, numbered: bool) -> None:
    head = database.read_parquet(str(path)).columns
    names = {field: head[position] for field, position in _positions(head, columns).items()}
    file = database.read_parquet(str(path), file_row_number=True)
    _make_view(file, "file_row_number + 2" if numbered else "0", names, columns)
    database.execute(NOTHING_REJECTED)


def _make_view(file: DuckDBPyRelation, number: str, names: Mapping[str, str], columns: Job) -> None:
    """Name columns as they are declared; no word of the file becomes part of a query."""
    texts = [(_text(names[field]) if field in names else BLANK).alias(field) for field in columns]
    row = SQLExpression(number).cast("INTEGER").alias("file_row")
    file.select(row, *texts).create_view("rows")


def _text(column: str) -> Expression:
    return CoalesceOperator(ColumnExpression(column).cast("VARCHAR"), BLANK)


def _positions(head: Sequence[str], columns: Job) -> dict[str, int]:
    """Where each declared column stands in the head of a file."""
    found = [" ".join(heading.replace("_", " ").casefold().split()) for heading in head]
    wrong, positions = [], {}
    for field, column in columns.items():
        places = [place for place, heading in enumerate(found) if heading in column["headings"]]
        names = " or ".join(f"'{heading}'" for heading in column["headings"])
        if len(places) > 1:
            wrong.append(f"{len(places)} columns among {names}")
        elif places:
            positions[field] = places[0]
        elif column["required"]:
            wrong.append(f"no column {names}")
    if wrong:
        expected = "each column once, under a heading that is declared"
        raise FileError("; ".join(wrong), expected, "correct the head, or declare the headings")
    return positions


def _head(path: Path) -> list[str]:
    with path.open("rb") as file:
        content = file.read(LONGEST_HEAD)
    if not content.strip():
        raise FileError("an empty file", "a head and rows")
    if b"\0" in content:
        raise FileError("no plain text", "comma-separated values in UTF-8", "save it as 'CSV UTF-8'")
    try:
        head = next(csv.reader(content.decode("utf-8-sig", errors="replace").splitlines()), [])
    except csv.Error:
        raise FileError("a head that can't be read", "headings with commas between them") from None
    if len(head) == 1 and (";" in head[0] or "\t" in head[0]):
        mark = "semicolons" if ";" in head[0] else "tabs"
        raise FileError(f"{mark} between the columns", "commas", "save it as comma-separated values")
    return head
