"""Text that can't run: how the tables and workbooks that we write are kept from being read as formulas.

A spreadsheet takes a cell that begins with = + - or @ for a formula, wherever the text came from. What is written
belongs to the writers; this is what each of them uses.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Final

import duckdb
import pandas as pd

# Full-width signs too: some programs take them for the plain ones.
RUNS = re.compile(r"[=+\-@＝＋－＠\t\r\n]")
NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?")
AS_TEXT: Final[dict[str, Any]] = {
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
"""Options of every ``xlsxwriter.Workbook``: text stays text."""


def safe_text(text: str) -> str:
    """Text as it may stand in a CSV file: with an apostrophe before it if a spreadsheet would run it.

    Numbers can't run and stay as they are. The rule is OWASP's for CSV injection, without its loss of signs.
    """
    return f"'{text}" if RUNS.match(text) and not NUMBER.fullmatch(text) else text


def safe_table(table: pd.DataFrame) -> pd.DataFrame:
    """A table whose text, in cells and in heads, can't run in a spreadsheet; numbers are left alone."""
    text = _text_of(table)
    return table.assign(**{name: _safe_column(table[name]) for name in text}).rename(columns=_safe)


def write_csv(table: pd.DataFrame, path: Path) -> None:
    """Write a table as CSV, so that its text can't run in a spreadsheet.

    Numbers have all their digits; text that is not there and numbers that are not there are left blank. DuckDB writes
    it, because pandas takes ten times as long, which counts for the million rows of England.
    """
    safe = safe_table(table)
    text = _text_of(safe)
    columns = []
    for name in map(str, safe):
        column, blank = duckdb.ColumnExpression(name), duckdb.ConstantExpression("")
        columns.append(
            duckdb.FunctionExpression("nullif", column, blank).alias(name) if name in text else column
        )
    with duckdb.connect() as database:
        rows = database.from_df(safe.astype(dict.fromkeys(text, "str")))
        rows.select(*columns).write_csv(str(path), header=True)


def _text_of(table: pd.DataFrame) -> list[str]:
    return list(table.select_dtypes(["object", "string", "str", "category"]).columns)


def _safe_column(column: pd.Series) -> pd.Series:
    """A column in which few values come often; only what would run is changed."""
    changed = {value: safe for value in column.unique() if (safe := _safe(value)) is not value}
    return column.astype("object").map(lambda value: changed.get(value, value)) if changed else column


def _safe(value: Any) -> Any:
    return safe_text(value) if isinstance(value, str) else value
