"""Lists of trusts by ODS: no head, dates without dashes, names in capitals."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from small_survey import trust_line
from wres.collect.ods import in_title_case, read_ods
from wres.collect.tables import Tables
from wres.params import OdsList

SHARED = Path(__file__).parents[3] / "shared" / "data"


def read(folder: Path, *lines: str) -> Tables:
    (folder / "etr.csv").write_text("".join(lines), encoding="utf-8", newline="")
    return read_list(folder, "etr.csv")


def read_list(folder: Path, file: str) -> Tables:
    source = OdsList.model_validate({"path": file, "snapshot": date(2026, 7, 1)}, context=folder)
    return read_ods(source, folder, 2025)


class TestLists:
    def test_codes_names_regions_boards_and_dates(self, tmp_path: Path) -> None:
        tables = read(tmp_path, trust_line("RXX", "EXAMPLE AND SAMPLE NHS TRUST", closed="20241031"))
        row = tables.organisations.iloc[0]
        assert tables.problems == ()
        assert row[["organisation_code", "region", "icb_code", "opened", "closed"]].to_list() == [
            *("RXX", "Y56", "QMF", "2010-04-01", "2024-10-31")
        ]
        assert row[["organisation", "type", "source"]].to_list() == [
            *("Example and Sample NHS Trust", "", "ODS list of 1 July 2026")
        ]

    def test_the_first_line_is_a_trust_and_row_1(self, tmp_path: Path) -> None:
        tables = read(tmp_path, trust_line("RXX", "EXAMPLE NHS TRUST"), trust_line("RYY", "SAMPLE NHS TRUST"))
        assert tables.organisations["row"].to_list() == [1, 2]

    @pytest.mark.parametrize("region", ["", "W00"])
    def test_trusts_outside_england_are_left_out(self, tmp_path: Path, region: str) -> None:
        tables = read(
            tmp_path,
            trust_line("RQF", "VELINDRE NHS TRUST", region=region),
            trust_line("RXX", "EXAMPLE NHS TRUST"),
        )
        assert tables.organisations["organisation_code"].to_list() == ["RXX"]
        assert tables.problems == ()


class TestFaults:
    @pytest.mark.parametrize(
        ("faulty", "rule"),
        [
            (trust_line("rxx", "EXAMPLE NHS TRUST"), "organisation-code"),
            (trust_line("RXX", ""), "no-name"),
            (trust_line("RXX", "EXAMPLE NHS TRUST", region="Y99"), "unknown-region"),
            (trust_line("RXX", "EXAMPLE NHS TRUST", opened="2010-04-01"), "not-a-date"),
            (trust_line("RXX", "EXAMPLE NHS TRUST", closed="20240231"), "not-a-date"),
            (trust_line("RYY", "SAMPLE NHS TRUST"), "repeated"),
            ('"RXX","EXAMPLE"\r\n', "row-length"),
        ],
    )
    def test_a_faulty_row_is_named_and_the_others_are_read(
        self, tmp_path: Path, faulty: str, rule: str
    ) -> None:
        tables = read(tmp_path, trust_line("RYY", "SAMPLE NHS TRUST"), faulty)
        assert [(p.rule, p.row) for p in tables.problems] == [(rule, 2)]
        assert tables.organisations["organisation_code"].to_list() == ["RYY"]

    def test_another_file_is_told_by_its_columns(self, tmp_path: Path) -> None:
        tables = read(tmp_path, "organisation_code,organisation\nRXX,Example NHS Trust\n")
        assert [(p.rule, p.found) for p in tables.problems] == [("ods-list", "2 columns")]

    @pytest.mark.parametrize("content", [b"", b"PK\x03\x04\x00", b"\xff\xfe\x00R", b'"' * 27, b"\rR"])
    def test_what_is_no_list_is_an_error_and_no_traceback(self, tmp_path: Path, content: bytes) -> None:
        (tmp_path / "etr.csv").write_bytes(content)
        tables = read_list(tmp_path, "etr.csv")
        assert tables.problems
        assert tables.organisations.empty


@settings(deadline=None, max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_changed_bytes(tmp_path: Path, data: st.DataObject) -> None:
    """However a list is damaged, it is read or a line says what is wrong with it."""
    damaged = bytearray((trust_line("RXX", "EXAMPLE NHS TRUST") + trust_line("RYY", "SAMPLE")).encode())
    for _ in range(data.draw(st.integers(1, 6))):
        damaged[data.draw(st.integers(0, len(damaged) - 1))] = data.draw(st.integers(0, 255))
    (tmp_path / "etr.csv").write_bytes(damaged[: data.draw(st.integers(0, len(damaged)))])
    tables = read_list(tmp_path, "etr.csv")
    assert all(problem.line().isprintable() for problem in tables.problems)
    assert tables.organisations["organisation_code"].str.fullmatch("[A-Z0-9]+").all()


@pytest.mark.parametrize(
    ("capitals", "written"),
    [
        ("MANCHESTER UNIVERSITY NHS FOUNDATION TRUST", "Manchester University NHS Foundation Trust"),
        ("GUY'S AND ST THOMAS' NHS FOUNDATION TRUST", "Guy's and St Thomas' NHS Foundation Trust"),
        (
            "ROYAL BROMPTON & HAREFIELD NHS FOUNDATION TRUST",
            "Royal Brompton & Harefield NHS Foundation Trust",
        ),
        ("STOKE-ON-TRENT NHS TRUST", "Stoke-on-Trent NHS Trust"),
        ("THE CHRISTIE NHS FOUNDATION TRUST", "The Christie NHS Foundation Trust"),
    ],
)
def test_names_are_written_as_names(capitals: str, written: str) -> None:
    assert in_title_case(capitals) == written


@pytest.mark.skipif(not SHARED.is_dir(), reason="needs the published lists")
@pytest.mark.parametrize(
    ("file", "trusts", "closed", "board"),
    [("etr_2022.csv", 215, 6, "QMJ"), ("etr_2026b.csv", 271, 72, "Z9B2Z")],
)
def test_published_lists_are_read_as_they_are(file: str, trusts: int, closed: int, board: str) -> None:
    """218 and 274 lines, of which three are trusts of Wales; boards as they were on either day."""
    tables = read_list(SHARED, file)
    assert tables.problems == ()
    table = tables.organisations.set_index("organisation_code")
    assert (len(table), table["closed"].ne("").sum()) == (trusts, closed)
    assert table.loc["RAL", "icb_code"] == board
