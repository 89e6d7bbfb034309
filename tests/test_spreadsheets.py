"""Nothing that we write can run in a spreadsheet."""

from __future__ import annotations

import csv
import io
import math
from pathlib import Path
from tempfile import TemporaryDirectory

import openpyxl
import pandas as pd
import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from wres.spreadsheets import AS_TEXT, safe_table, safe_text, write_csv

# The signs that OWASP names: https://owasp.org/www-community/attacks/CSV_Injection
DANGEROUS = [
    "=1+1",
    "+cmd|' /C calc'!A0",
    "-2+3",
    "@SUM(1)",
    "\t=1",
    "\r=1",
    "\n=1",
    "＝1+1",
    "=HYPERLINK(1)",
]


@pytest.mark.parametrize("text", DANGEROUS)
def test_text_that_would_run(text: str) -> None:
    assert safe_text(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "RXY", "-3", "+0.5", "-12.75", "a=b", "– not known", "'=1"])
def test_text_and_numbers_that_can_not_run(text: str) -> None:
    assert safe_text(text) == text


@given(st.text())
def test_law(text: str) -> None:
    """What comes out is a number or begins harmlessly, holds all of the text, and is safe already."""
    safe = safe_text(text)
    assert safe.endswith(text)
    assert safe_text(safe) == safe
    assert not safe or safe[0] not in "=+-@＝＋－＠\t\r\n" or float(safe) is not None


def test_table_as_csv() -> None:
    table = pd.DataFrame({"=name": ["=1+1", None], "count": [-3, 4], "kind": pd.Categorical(["@x", "y"])})
    rows = list(csv.reader(io.StringIO(safe_table(table).to_csv(index=False))))
    assert rows == [["'=name", "count", "kind"], ["'=1+1", "-3", "'@x"], ["", "4", "y"]]


CELLS = [
    "=1+1",
    "@SUM(1)",
    "\t=1",
    "\n=1",
    "-3",
    "",
    "a,b",
    'say "so"',
    "two\nlines",
    " before",
    "after ",
    "NULL",
    "nan",
    "é – 你",
    "a;b|c\\d",
]
NUMBERS = [1e-5, 1e-16, 1.0, math.nan, math.inf, -math.inf, 1e16, 1e15, 0.1, 1 / 3, 5e-324, -0.0, 1e22]


@given(
    st.lists(st.tuples(st.sampled_from(CELLS), st.one_of(st.sampled_from(NUMBERS), st.floats())), min_size=1)
)
def test_a_table_is_written_as_pandas_writes_it(rows: list[tuple[str, float]]) -> None:
    table = pd.DataFrame(rows, columns=["=name", "number"])
    table["kind"] = table["=name"].astype("category")
    table["whole"] = pd.array([None, *range(1, len(rows))], dtype="Int64")
    with TemporaryDirectory() as folder:
        path = Path(folder) / "table.csv"
        write_csv(table, path)
        written = path.read_bytes()
    assert written == safe_table(table).to_csv(index=False, lineterminator="\n").encode()


def test_workbook() -> None:
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {**AS_TEXT, "in_memory": True}) as book:
        book.add_worksheet().write_column(0, 0, [*DANGEROUS, "http://example.org", "12"])
    cells = [cell.value for (cell,) in openpyxl.load_workbook(content).active.iter_rows()]
    kinds = [cell.data_type for (cell,) in openpyxl.load_workbook(content).active.iter_rows()]
    assert set(kinds) == {"s"}
    assert cells[0] == "=1+1"
