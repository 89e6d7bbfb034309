"""From the bytes of a CSV file to a table of text.

What can go wrong with a file as such belongs here: encodings, heads, lengths of rows. What its columns may hold
belongs in :mod:`wres.collect.tables`.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv as arrow_csv

from wres.collect.faults import Row, nearest, of_file, of_row
from wres.problems import Problem, quoted

WORKBOOK = b"PK\x03\x04"


def read_text(
    file: str, content: bytes, required: Sequence[str], optional: Sequence[str], problems: list[Problem]
) -> pd.DataFrame:
    """Read a CSV file as text.

    Parameters
    ----------
    file
        Its name, for problems.
    content
        UTF-8, with or without a byte-order mark, or Windows-1252; any line ends.
    required, optional
        Names of the columns that must and may be there, in any order.
    problems
        Where problems are added. A row with too few or too many cells is reported and left out.

    Returns
    -------
    DataFrame
        All columns, stripped of outer spaces, with ``file`` and ``row``; no rows if the file can't be read.
    """
    columns = [*required, *optional]
    nothing = no_text(columns)
    text = _decoded(file, content, problems)
    if text is None:
        return nothing
    head = [cell.strip() for cell in first_record(text)]
    wrong = list(_head_problems(file, head, required, optional))
    problems += wrong
    if any(problem.unreadable for problem in wrong):
        return nothing
    rows = _rows(file, head, text, problems)
    return nothing if rows is None else rows.reindex(columns=nothing.columns, fill_value="")


def no_text(columns: Sequence[str]) -> pd.DataFrame:
    """Make a table as :func:`read_text` returns it, without rows."""
    return pd.DataFrame(columns=[*columns, "file"], dtype="str").assign(row=pd.Series(dtype="int64"))


def _decoded(file: str, content: bytes, problems: list[Problem]) -> str | None:
    if b"\0" in content or content.startswith(WORKBOOK):
        save = "save a workbook as 'CSV UTF-8'"
        problems.append(of_file(file, "no plain text", "comma-separated values in UTF-8", save))
        return None
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", errors="replace")
        read_as = "it was read as Windows-1252; check names with accents"
        problems.append(of_file(file, "text that is not UTF-8", "UTF-8", read_as, "warning"))
    if not text.strip():
        problems.append(of_file(file, "an empty file", "a head and rows", "send the file again"))
        return None
    if text.count('"') % 2:
        line = next(n for n, line in enumerate(text.splitlines(), 1) if line.count('"') % 2)
        found, expected = f"a quotation mark in line {line} that is not closed", "quotation marks in pairs"
        problems.append(of_file(file, found, expected, "close it, or take it out"))
        return None
    return text


def first_record(text: str) -> list[str]:
    """The cells of the first row of comma-separated text; none where it can't be told."""
    try:
        return next(csv.reader(io.StringIO(text, newline="")), [])
    except csv.Error:
        return []


def _head_problems(
    file: str, head: Sequence[str], required: Sequence[str], optional: Sequence[str]
) -> Iterator[Problem]:
    if len(head) == 1 and (";" in head[0] or "\t" in head[0]):
        mark = "semicolons" if ";" in head[0] else "tabs"
        yield of_file(file, f"{mark} between the columns", "commas", "save it as comma-separated values")
        return
    for column in sorted({column for column in head if column and head.count(column) > 1}):
        yield of_file(file, f"the column {quoted(column)} twice", "each column once", "remove one of them")
    known = [*required, *optional]
    missing = [column for column in required if column not in head]
    unknown = [column for column in dict.fromkeys(head) if column not in known]
    for column in missing:
        near = nearest(column, unknown)
        found = f"the column {quoted(near)}" if near else f"no column '{column}'"
        yield of_file(file, found, f"the column '{column}'", "correct the head and send the file again")
    for column in unknown:
        if not nearest(column, missing):
            found = f"the unknown column {quoted(column)}" if column else "a column without a name"
            yield of_file(file, found, f"columns {', '.join(known)}", "it was not read", "warning")


def _rows(file: str, head: Sequence[str], text: str, problems: list[Problem]) -> pd.DataFrame | None:
    """Every row with as many cells as the head; the others are reported."""
    ragged = []

    def skip(row: Any) -> str:
        ragged.append(row)
        return "skip"

    content = f"{text}\n".encode()
    positions = [str(position) for position in range(len(head))]
    one_block = arrow_csv.ReadOptions(
        column_names=positions, skip_rows_after_names=1, use_threads=False, block_size=len(content) + 1
    )
    every_row = arrow_csv.ParseOptions(
        newlines_in_values=True, ignore_empty_lines=False, invalid_row_handler=skip
    )
    as_text = arrow_csv.ConvertOptions(column_types=dict.fromkeys(positions, pa.string()))
    try:
        table = arrow_csv.read_csv(pa.BufferReader(content), one_block, every_row, as_text)
    except pa.ArrowInvalid as error:
        found, mend = f"text that breaks off ({error})", "save it as CSV again"
        problems.append(of_file(file, found, "comma-separated values", mend))
        return None
    columns = {name: pc.utf8_trim_whitespace(table.column(n)) for n, name in enumerate(head) if name}
    rows: pd.DataFrame = pa.table(columns).to_pandas()
    numbers = np.arange(2, len(rows) + len(ragged) + 2)
    blank = (rows == "").all(axis=1)
    rows = rows.assign(file=file, row=np.setdiff1d(numbers, [row.number for row in ragged]))[~blank]
    wrong = [_wrong_length(file, head, row) for row in ragged if row.text.strip()]
    problems += wrong
    if rows.empty and not wrong:
        problems.append(of_file(file, "a head without rows", "a row or more", "send the file again"))
    return rows.reset_index(drop=True)


def _wrong_length(file: str, head: Sequence[str], row: Any) -> Problem:
    cells = [cell.strip() for cell in first_record(row.text)]
    placed: Row = {**dict(zip(head, cells, strict=False)), "file": file, "row": row.number}
    found, expected = f"{row.actual_columns} cells", f"{len(head)}, as in the head"
    mend = "add or remove commas; put names that hold a comma in quotation marks"
    return of_row(placed, "row-length", found, expected, mend)
