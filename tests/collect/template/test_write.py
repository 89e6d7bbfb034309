"""The workbook that an organisation fills in, as another library reads it."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from small_return import RXY, filled, returns
from wres.collect.template.write import write_return

SHEETS = ["Organisation", "Workforce", "Recruitment", "Disciplinary", "Training", "Board", "Narrative"]


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Workbook:
    return openpyxl.load_workbook(filled(tmp_path_factory.mktemp("one") / "RXY.xlsx"))


def words(sheet: Worksheet) -> list[str]:
    return [str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value is not None]


def cell_of(sheet: Worksheet, title: str, label: str, column: int = 2):
    """The cell beside a label below a title."""
    texts = [str(cell.value) for cell in sheet["A"]]
    top = texts.index(title)
    return sheet.cell(top + 1 + texts[top:].index(label), column)


class TestSheets:
    def test_sheets_are_in_order_and_lists_are_hidden(self, book: Workbook) -> None:
        assert [sheet.title for sheet in book if sheet.sheet_state == "visible"] == SHEETS
        assert book["Lists"].sheet_state == "veryHidden"

    def test_sheets_are_protected_and_inputs_are_not(self, book: Workbook) -> None:
        assert all(sheet.protection.sheet for sheet in book)
        board = book["Board"]
        title = "Members of the board (indicator 9)"
        assert not cell_of(board, title, "Voting executives").protection.locked
        assert cell_of(board, title, "Voting executives", 5).protection.locked
        assert cell_of(board, title, "All members").protection.locked
        assert cell_of(book["Organisation"], "About the organisation", "ODS code").protection.locked

    def test_totals_are_formulas_that_stay_blank_until_there_is_something(self, book: Workbook) -> None:
        total = cell_of(book["Board"], "Members of the board (indicator 9)", "All members")
        assert total.value == '=IF(COUNT(B6:B9)=0,"",SUM(B6:B9))'
        across = cell_of(book["Board"], "Members of the board (indicator 9)", "Voting executives", 5)
        assert across.value == '=IF(COUNT(B6:D6)=0,"",SUM(B6:D6))'

    def test_totals_carry_their_sum(self, tmp_path: Path) -> None:
        values = openpyxl.load_workbook(filled(tmp_path / "RXY.xlsx"), data_only=True)["Board"]
        sent = returns().query("indicator == '9'")
        assert (
            cell_of(values, "Members of the board (indicator 9)", "All members", 5).value
            == sent["count"].sum()
        )

    def test_drop_downs_and_whole_numbers(self, book: Workbook) -> None:
        rules = {rule.type for sheet in book for rule in sheet.data_validations.dataValidation}
        assert rules == {"list", "whole", "date"}
        (whole,) = [r for r in book["Board"].data_validations.dataValidation if r.type == "whole"]
        assert str(whole.sqref) == "B6:E10"

    def test_guidance_stands_beside_each_block(self, book: Workbook) -> None:
        board = book["Board"]
        guidance = next(str(cell.value) for cell in board["G"] if cell.value)
        assert guidance.startswith("Members on 31 March 2025")
        assert not any("{year}" in text or "{last_year}" in text for sheet in book for text in words(sheet))

    def test_ready_to_print(self, book: Workbook) -> None:
        for sheet in book:
            if sheet.sheet_state == "visible":
                assert (sheet.page_setup.orientation, sheet.page_setup.fitToHeight) == ("landscape", 0)
                assert sheet.freeze_panes == "A3"


class TestContent:
    def test_real_organisations_are_not_called_synthetic(self, book: Workbook) -> None:
        assert not any("ynthetic" in text for sheet in book for text in words(sheet))

    def test_synthetic_ones_are_on_every_sheet(self, tmp_path: Path) -> None:
        write_return(tmp_path / "a.xlsx", {"organisation_code": "SYN001"}, 2025)
        book = openpyxl.load_workbook(tmp_path / "a.xlsx")
        assert all("Synthetic data" in " ".join(words(book[name])) for name in SHEETS)

    def test_last_year_is_shown_where_it_is_known(self, book: Workbook, tmp_path: Path) -> None:
        assert "BME, 2024" not in words(book["Board"])
        path = filled(tmp_path / "RXY.xlsx", returns=None, last_year=returns())
        board = openpyxl.load_workbook(path)["Board"]
        title = "Members of the board (indicator 9)"
        last = returns().query("indicator == '9'")["count"].tolist()
        assert cell_of(board, title, "Voting executives").value is None
        assert cell_of(board, title, "Voting executives", 7).value == last[1]
        assert cell_of(board, title, "All members", 9).value == sum(last)
        assert cell_of(board, title, "Voting executives", 7).protection.locked

    def test_what_is_not_known_is_blank(self, tmp_path: Path) -> None:
        write_return(tmp_path / "a.xlsx", {"organisation_code": "RXY"}, 2025)
        book = openpyxl.load_workbook(tmp_path / "a.xlsx")
        counts = [c.value for row in book["Workforce"]["B5:D60"] for c in row if not isinstance(c.value, str)]
        assert set(counts) == {None}
        assert cell_of(book["Organisation"], "About the organisation", "Name").value is None

    def test_text_can_not_run(self, tmp_path: Path) -> None:
        evil = {**RXY, "organisation": '=HYPERLINK("http://192.0.2.1","x")', "icb": "@SUM(1)"}
        counts = pd.DataFrame(
            [("9", "board_members", "all", "voting_executive", "bme", "=1+1")], columns=returns().columns
        )
        write_return(tmp_path / "a.xlsx", evil, 2025, counts)
        sheets = openpyxl.load_workbook(tmp_path / "a.xlsx")
        name = cell_of(sheets["Organisation"], "About the organisation", "Name")
        count = cell_of(sheets["Board"], "Members of the board (indicator 9)", "Voting executives", 3)
        assert (name.data_type, count.data_type, count.value) == ("s", "s", "=1+1")

    def test_the_same_return_is_the_same_file(self, tmp_path: Path) -> None:
        one, other = filled(tmp_path / "a.xlsx"), filled(tmp_path / "b.xlsx")
        assert one.read_bytes() == other.read_bytes()

    def test_nothing_is_overwritten(self, tmp_path: Path) -> None:
        path = filled(tmp_path / "RXY.xlsx")
        before = path.read_bytes()
        with pytest.raises(FileExistsError, match="exists already; name a new file"):
            filled(path)
        assert path.read_bytes() == before
