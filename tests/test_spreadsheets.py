"""Nothing that we write can run in a spreadsheet."""

from __future__ import annotations

import csv
import io

import openpyxl
import pandas as pd
import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from wres.spreadsheets import AS_TEXT, safe_table, safe_text

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


def test_workbook() -> None:
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {**AS_TEXT, "in_memory": True}) as book:
        book.add_worksheet().write_column(0, 0, [*DANGEROUS, "http://example.org", "12"])
    cells = [cell.value for (cell,) in openpyxl.load_workbook(content).active.iter_rows()]
    kinds = [cell.data_type for (cell,) in openpyxl.load_workbook(content).active.iter_rows()]
    assert set(kinds) == {"s"}
    assert cells[0] == "=1+1"
