"""From bytes to text: encodings, heads and rows as people really save them."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wres.collect.text import no_text, read_text
from wres.problems import Problem

HEAD = "year,organisation_code,count\n"
ROWS = HEAD + "2025,RXX,3\n2025,RYY,4\n"


def read(content: str | bytes) -> tuple[list[list[str]], list[Problem]]:
    """Cells and rows of a file, and what is wrong with it."""
    problems: list[Problem] = []
    content = content.encode() if isinstance(content, str) else content
    table = read_text("returns.csv", content, ["year", "organisation_code", "count"], ["note"], problems)
    assert list(table.columns) == ["year", "organisation_code", "count", "note", "file", "row"]
    assert table["file"].eq("returns.csv").all()
    return table.drop(columns="file").to_numpy().tolist(), problems


def lines(content: str | bytes) -> list[str]:
    return [f"{problem.severity}: {problem.line()}" for problem in read(content)[1]]


GOOD = [["2025", "RXX", "3", "", 2], ["2025", "RYY", "4", "", 3]]


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(ROWS.encode(), id="plain"),
        pytest.param(ROWS.encode("utf-8-sig"), id="byte-order mark"),
        pytest.param(ROWS.replace("\n", "\r\n").encode(), id="Windows line ends"),
        pytest.param(ROWS.replace("\n", "\r").encode(), id="old Macintosh line ends"),
        pytest.param(ROWS.strip().encode(), id="no line end at the end"),
        pytest.param(ROWS.replace(",", " , ").encode(), id="spaces around values"),
        pytest.param(ROWS.replace("RXX", '"RXX"').encode(), id="quotation marks"),
        pytest.param((ROWS + "\n,,\n  \n").encode(), id="blank rows at the end"),
        pytest.param(
            b"count,organisation_code,year\n3,RXX,2025\n4,RYY,2025\n", id="columns in another order"
        ),
    ],
)
def test_read_as_it_is(content: bytes) -> None:
    assert read(content) == (GOOD, [])


def test_latin_1_is_read_with_a_warning() -> None:
    rows, problems = read((HEAD.strip() + ",note\n2025,RXX,3,Café – naïve\n").encode("cp1252"))
    assert rows == [["2025", "RXX", "3", "Café – naïve", 2]]
    assert [f"{problem.severity}: {problem.line()}" for problem in problems] == [
        "warning: returns.csv: found text that is not UTF-8; expected UTF-8; it was read as Windows-1252; check "
        "names with accents"
    ]


def test_rows_are_counted_as_a_spreadsheet_counts_them() -> None:
    rows, _ = read(HEAD + '\n2025,RXX,3\n"2025\n",RYY,4\n\n2025,RZZ,5\n')
    assert [(row[1], row[-1]) for row in rows] == [("RXX", 3), ("RYY", 4), ("RZZ", 6)]


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (
            b"",
            "error: returns.csv: found an empty file; expected a head and rows; send the file again",
        ),
        (
            b"\xef\xbb\xbf \r\n",
            "error: returns.csv: found an empty file; expected a head and rows; send the file again",
        ),
        (
            HEAD.encode(),
            "error: returns.csv: found a head without rows; expected a row or more; send the file again",
        ),
        (
            HEAD.strip().encode() + b"\n\n,,\n",
            "error: returns.csv: found a head without rows; expected a row or more; send the file again",
        ),
        (
            ROWS.replace("organisation_code", "organisaton_code").encode(),
            "error: returns.csv: found the column 'organisaton_code'; expected the column 'organisation_code'; "
            "correct the head and send the file again",
        ),
        (
            ROWS.replace("year", "Year").encode(),
            "error: returns.csv: found the column 'Year'; expected the column 'year'; "
            "correct the head and send the file again",
        ),
        (
            b"year,organisation_code\n2025,RXX\n",
            "error: returns.csv: found no column 'count'; expected the column 'count'; "
            "correct the head and send the file again",
        ),
        (
            b"year,organisation_code,count,count\n2025,RXX,3,4\n",
            "error: returns.csv: found the column 'count' twice; expected each column once; remove one of them",
        ),
        (
            ROWS.replace(",", ";").encode(),
            "error: returns.csv: found semicolons between the columns; expected commas; "
            "save it as comma-separated values",
        ),
        (
            ROWS.replace(",", "\t").encode(),
            "error: returns.csv: found tabs between the columns; expected commas; "
            "save it as comma-separated values",
        ),
        (
            ROWS.encode("utf-16"),
            "error: returns.csv: found no plain text; expected comma-separated values in UTF-8; "
            "save a workbook as 'CSV UTF-8'",
        ),
        (
            b"PK\x03\x04 an Excel workbook",
            "error: returns.csv: found no plain text; expected comma-separated values in UTF-8; "
            "save a workbook as 'CSV UTF-8'",
        ),
        (
            (HEAD + '2025,"RXX,3\n2025,RYY,4\n').encode(),
            "error: returns.csv: found a quotation mark in line 2 that is not closed; expected quotation marks in "
            "pairs; close it, or take it out",
        ),
    ],
)
def test_file_that_cannot_be_read(content: bytes, line: str) -> None:
    assert lines(content) == [line]
    assert read(content)[0] == []


def test_every_missing_column_is_named() -> None:
    assert [line.partition(";")[0] for line in lines("colour,taste\nred,sweet\n")] == [
        "error: returns.csv: found no column 'year'",
        "error: returns.csv: found no column 'organisation_code'",
        "error: returns.csv: found no column 'count'",
        "warning: returns.csv: found the unknown column 'colour'",
        "warning: returns.csv: found the unknown column 'taste'",
    ]


def test_further_columns_are_not_read() -> None:
    rows, problems = read("year,organisation_code,colour,count,\n2025,RXX,red,3,\n")
    assert rows == [["2025", "RXX", "3", "", 2]]
    assert [problem.line() for problem in problems] == [
        f"returns.csv: found {found}; expected columns year, organisation_code, count, note; it was not read"
        for found in ("the unknown column 'colour'", "a column without a name")
    ]
    assert {problem.severity for problem in problems} == {"warning"}


@pytest.mark.parametrize(
    ("row", "cells"), [("2025,RXX", 2), ("2025,RXX,1,234", 4), ('"2025",RXX,3,"a,b"', 4)]
)
def test_row_of_another_length_is_left_out_and_placed(row: str, cells: int) -> None:
    rows, problems = read(f"{HEAD}{row}\n2025,RYY,4\n")
    assert rows == [["2025", "RYY", "4", "", 3]]
    assert [problem.line() for problem in problems] == [
        f"returns.csv, row 2 (RXX, 2025): found {cells} cells; expected 3, as in the head; "
        "add or remove commas; put names that hold a comma in quotation marks"
    ]


def test_no_text_is_what_an_unreadable_file_gives() -> None:
    columns = ["year", "organisation_code", "count", "note"]
    unreadable = read_text("returns.csv", b"", columns[:3], columns[3:], [])
    assert unreadable.dtypes.to_dict() == no_text(columns).dtypes.to_dict()


CELLS = st.text(st.characters(codec="utf-8", exclude_characters="\0", exclude_categories=["Cs"]), max_size=6)


@given(st.lists(st.tuples(CELLS, CELLS, CELLS), min_size=1, max_size=5))
def test_reads_what_the_csv_module_writes(cells: list[tuple[str, str, str]]) -> None:
    """The same rows as another reader, blank ones apart, and numbered as it counts them."""
    file = io.StringIO(newline="")
    csv.writer(file).writerows([HEAD.strip().split(","), *cells])
    rows, _ = read(file.getvalue())
    parsed = csv.reader(io.StringIO(file.getvalue(), newline=""))
    stripped = [[*(cell.strip() for cell in row), "", number] for number, row in enumerate(parsed, 1)]
    assert rows == [row for row in stripped[1:] if any(row[:3])]
