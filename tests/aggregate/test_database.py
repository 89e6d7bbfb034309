"""A file is opened for DuckDB with nothing else in its reach."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from wres.aggregate.database import FileError, opened

COLUMNS = {
    "organisation_code": {"headings": ["organisation code", "ods code"], "required": True},
    "employee": {"headings": ["employee number"], "required": False},
}
ROWS = "ODS_Code,Other\nRXY,1\nRXX,2\n"


def job(folder: Path, text: str = ROWS) -> dict[str, object]:
    path = folder / "rows.csv"
    path.write_text(text)
    words = [("flag", "Y", "yes"), ("flag", "N", "no")]
    return {"path": str(path), "folder": str(folder / "spill"), "columns": COLUMNS, "words": words}


@pytest.fixture
def database(tmp_path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    (tmp_path / "spill").mkdir()
    with opened(job(tmp_path), numbered=True) as connection:
        yield connection


def test_columns_as_declared_and_rows_as_a_spreadsheet_numbers_them(
    database: duckdb.DuckDBPyConnection,
) -> None:
    assert database.sql("from rows").fetchall() == [(2, "RXY", ""), (3, "RXX", "")]


@pytest.mark.parametrize(
    "statement",
    [
        "from read_csv('{folder}/other.csv')",
        "from read_text('/etc/passwd')",
        "copy (select 1) to '{folder}/written.csv'",
        "attach '{folder}/other.db'",
        "install httpfs",
        "load httpfs",
        "from read_csv('https://example.org/rows.csv')",
        "set enable_external_access = true",
        "set memory_limit = '1TB'",
        "set allowed_paths = ['/etc/passwd']",
    ],
)
def test_nothing_else_can_be_reached(
    database: duckdb.DuckDBPyConnection, tmp_path: Path, statement: str
) -> None:
    (tmp_path / "other.csv").write_text(ROWS)
    with pytest.raises((duckdb.PermissionException, duckdb.InvalidInputException)):
        database.execute(statement.format(folder=tmp_path))
    assert not (tmp_path / "written.csv").exists()
    assert not (tmp_path / "other.db").exists()


def test_words_lead_to_codes(database: duckdb.DuckDBPyConnection) -> None:
    assert database.sql("select word, code from words_of('flag') order by word").fetchall() == [
        ("N", "no"),
        ("Y", "yes"),
    ]
    assert database.sql("select plain(' Y '), plain('Y')").fetchall() == [("Y", "Y")]


@pytest.mark.parametrize(
    ("text", "amount"), [("1.5", 1.5), (" 2 ", 2.0), ("", None), ("x", -1.0), ("£3", -1.0), ("1,000", -1.0)]
)
def test_amounts(database: duckdb.DuckDBPyConnection, text: str, amount: float | None) -> None:
    assert database.sql("select amount($text)", params={"text": text}).fetchall() == [(amount,)]


def test_employee_numbers_become_hashes(database: duckdb.DuckDBPyConnection) -> None:
    query = "select person('RXY', '1'), person('RXY', '1 '), person('RXX', '1'), person('RXY', ' ')"
    ((one, same, elsewhere, nobody),) = database.sql(query).fetchall()
    assert one == same != elsewhere
    assert nobody is None


def test_errors_while_reading_are_file_errors(tmp_path: Path) -> None:
    (tmp_path / "spill").mkdir()
    with pytest.raises(FileError, match="damaged"), opened(job(tmp_path), numbered=False) as database:
        database.execute("select nothing")
    missing = job(tmp_path) | {"path": str(tmp_path / "none.csv")}
    with pytest.raises(FileError, match="can't be opened"), opened(missing, numbered=False):
        pass
