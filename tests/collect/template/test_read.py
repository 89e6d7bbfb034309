"""Filled templates become tidy tables, however they were saved, and every fault names its cell."""

from __future__ import annotations

import os
import shutil
import zipfile
from collections.abc import Callable
from datetime import date
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl.workbook import Workbook

from small_return import RXY, as_libreoffice_saves_it, edited, filled, returns, with_xml
from wres.collect.tables import Tables
from wres.collect.template.layout import PLACE, load_layout
from wres.collect.template.read import read_return, read_returns, typed
from wres.collect.template.write import write_return
from wres.collect.workbook import WorkbookError
from wres.examples import simulator

Change = Callable[[Workbook], None]
ALL = returns()
TINY = """
title: A smaller return {year}
guidance: [Fill it in.]
sheets:
  - name: All
    blocks:
      - form: fields
        title: Who
        fields:
          - {field: organisation_code, label: Code}
          - {field: year, label: Year, kind: year}
          - {field: organisation, label: Name}
          - {field: type, label: Type, list: organisation_types}
      - form: counts
        title: The board
        corner: Group
        words: {indicator: "9", measure: board_members, staff_group: all}
        rows: [{each: ethnic_groups}]
        columns:
          - {label: Voting, category: voting_executive}
          - {total: All}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "returns").mkdir()
    return tmp_path / "returns"


def read(folder: Path) -> Tables:
    return read_returns(folder, 2025)


def lines(tables: Tables) -> list[str]:
    return [f"{problem.severity}: {problem.line()}" for problem in tables.problems]


def counts(tables: Tables) -> pd.DataFrame:
    """Places and counts, in the order of the layout."""
    return tables.returns[[*PLACE, "count"]]


def as_sent(tables: Tables) -> bool:
    key = ALL[[*PLACE]].astype("str").agg(" ".join, axis=1)
    found = counts(tables)[[*PLACE]].astype("str").agg(" ".join, axis=1)
    return dict(zip(found, tables.returns["count"], strict=True)) == dict(zip(key, ALL["count"], strict=True))


def after(folder: Path, change: Change) -> Tables:
    """The return of RXY, after somebody changed it."""
    edited(filled(folder / "RXY.xlsx"), change)
    return read(folder)


class TestRoundTrip:
    def test_every_count_comes_back_with_its_cell(self, folder: Path) -> None:
        filled(folder / "RXY.xlsx")
        tables = read(folder)
        assert lines(tables) == []
        assert as_sent(tables)
        assert tables.returns["file"].iloc[0] == "RXY.xlsx, sheet Workforce, cell B6"
        assert tables.returns["file"].iloc[-1] == "RXY.xlsx, sheet Board, cell D9"
        (whose,) = tables.organisations.to_dict("records")
        assert {name: whose[name] for name in RXY} == RXY

    def test_synthetic_england_comes_back(self, folder: Path) -> None:
        england = simulator.simulate(10, (2024, 2025), 3)
        organisations = england.organisations.set_index("organisation_code", drop=False)
        sent = dict(tuple(england.returns.groupby(["organisation_code", "year"])))
        for (code, year), rows in sent.items():
            path, before = folder / f"{code}-{year}.xlsx", sent.get((code, year - 1))
            write_return(path, organisations.loc[code].to_dict(), year, rows, before)
        tables = read(folder)
        assert lines(tables) == []
        asked = england.returns[england.returns["indicator"].isin(ALL["indicator"])]
        columns = list(asked.columns)
        pd.testing.assert_frame_equal(
            tables.returns[columns].sort_values(columns, ignore_index=True),
            asked.sort_values(columns, ignore_index=True),
            check_dtype=False,
        )
        named = ["organisation", "type", "region", "icb_code", "icb"]
        codes = tables.organisations["organisation_code"]
        assert (
            tables.organisations[named].to_numpy().tolist()
            == organisations.loc[codes, named].to_numpy().tolist()
        )

    def test_blank_is_not_submitted_and_never_zero(self, folder: Path) -> None:
        filled(folder / "RXY.xlsx", returns=ALL[ALL["indicator"].ne("9")])
        tables = read(folder)
        assert lines(tables) == []
        assert set(tables.returns["indicator"]) == {"1", "2", "3", "4"}

    def test_another_layout_is_another_declaration(self, folder: Path) -> None:
        plan = load_layout(TINY)
        board = ALL[ALL["category"].eq("voting_executive")]
        write_return(folder / "RXY.xlsx", RXY, 2025, board, declared=plan)
        tables = read_returns(folder, 2025, declared=plan)
        assert counts(tables).to_numpy().tolist() == board.to_numpy().tolist()
        assert tables.returns["file"].iloc[0] == "RXY.xlsx, sheet All, cell B14"


class TestResaved:
    def test_by_openpyxl(self, folder: Path) -> None:
        assert as_sent(after(folder, lambda book: None))

    def test_as_libreoffice_does(self, folder: Path) -> None:
        with_xml(filled(folder / "RXY.xlsx"), as_libreoffice_saves_it)
        tables = read(folder)
        assert lines(tables) == []
        assert as_sent(tables)

    @pytest.mark.parametrize(
        "change",
        [
            pytest.param(lambda book: book.move_sheet("Board", -5), id="sheets in another order"),
            pytest.param(lambda book: setattr(book["Board"], "title", "Members"), id="a sheet renamed"),
            pytest.param(lambda book: book["Board"].insert_rows(1, 4), id="rows above"),
            pytest.param(lambda book: book["Board"].insert_rows(7, 2), id="rows between"),
            pytest.param(lambda book: book["Workforce"].insert_rows(21, 3), id="rows below"),
            pytest.param(lambda book: book["Board"].insert_cols(1), id="a column before"),
            pytest.param(lambda book: book["Board"].insert_cols(3), id="a column between"),
            pytest.param(lambda book: book["Board"].cell(40, 30, "x"), id="something far away"),
            pytest.param(lambda book: book.create_sheet("Working").cell(1, 1, "x"), id="a sheet more"),
            pytest.param(lambda book: book["Board"].cell(5, 2, " WHITE "), id="labels retyped"),
        ],
    )
    def test_with_things_inserted_and_moved(self, folder: Path, change: Change) -> None:
        tables = after(folder, change)
        assert lines(tables) == []
        assert as_sent(tables)

    @pytest.mark.parametrize(
        ("value", "count"),
        [
            ("1,234", 1234),
            (" 12 ", 12),
            ("12.0", 12),
            (12.0, 12),
            ("1\u00a0234", 1234),
            ("0", 0),
            (0, 0),
            ("12,345,678", None),
        ],
    )
    def test_numbers_typed_as_text(self, folder: Path, value: object, count: int | None) -> None:
        tables = after(folder, lambda book: book["Board"].cell(6, 2, value))
        found = tables.returns.loc[tables.returns["file"].eq("RXY.xlsx, sheet Board, cell B6"), "count"]
        assert found.to_list() == ([] if count is None else [count])


class TestFaults:
    @pytest.mark.parametrize(
        ("value", "line"),
        [
            (
                12.5,
                "found count '12.5'; expected a whole number of people, 0 or more, in digits alone; "
                "give headcount, not full-time equivalents",
            ),
            (
                "n/a",
                "found count 'n/a'; expected a whole number of people, 0 or more, in digits alone; "
                "correct the count, or take the row out if it was not submitted",
            ),
            (
                -3,
                "found count '-3'; expected a whole number of people, 0 or more, in digits alone; "
                "correct the count, or take the row out if it was not submitted",
            ),
            (
                "=B7+1",
                "found a formula in place of a number; expected a whole number that was typed; "
                "type the number that the formula gives",
            ),
        ],
    )
    def test_count_that_is_none(self, folder: Path, value: object, line: str) -> None:
        tables = after(folder, lambda book: book["Workforce"].cell(14, 4, value))
        assert lines(tables) == [
            f"error: RXY.xlsx, sheet Workforce, cell D14 (RXY, 2025, indicator 1): {line}"
        ]
        assert len(tables.returns) == len(ALL) - 1

    @pytest.mark.parametrize("value", [999, "999", "n/a"])
    def test_total_that_was_overwritten(self, folder: Path, value: object) -> None:
        tables = after(folder, lambda book: book["Board"].cell(6, 5, value))
        total = ALL.loc[ALL["category"].eq("voting_executive"), "count"].sum()
        assert lines(tables) == [
            f"error: RXY.xlsx, sheet Board, cell E6 (RXY, 2025, indicator 9): found '{value}' in a total whose "
            f"cells add up to {total}; expected the sum of the parts; "
            "correct the cells that it adds up, and put its formula back"
        ]
        assert as_sent(tables)

    def test_total_that_was_overwritten_with_its_sum(self, folder: Path) -> None:
        total = ALL.loc[ALL["category"].eq("voting_executive"), "count"].sum()
        assert lines(after(folder, lambda book: book["Board"].cell(6, 5, int(total)))) == []

    def test_formula_whose_last_value_does_not_add_up(self, folder: Path) -> None:
        def change(name: str, text: str) -> str:
            return text.replace("SUM(B6:B9))</f><v>", "SUM(B6:B8))</f><v>9") if "sheet6" in name else text

        with_xml(filled(folder / "RXY.xlsx"), change)
        (line,) = lines(read(folder))
        assert line.startswith("error: RXY.xlsx, sheet Board, cell B10 (RXY, 2025, indicator 9): found '9")

    def test_formula_leaves_out_what_was_typed_as_text(self, folder: Path) -> None:
        board = ALL[ALL["indicator"].eq("9")].astype({"count": "object"})
        board.iloc[0, -1] = " 12 "
        filled(folder / "RXY.xlsx", returns=board)
        assert lines(read(folder)) == []

    def test_figures_beside_a_label_that_is_not_known(self, folder: Path) -> None:
        def change(book: Workbook) -> None:
            book["Board"].insert_rows(7)
            for column, value in enumerate(["Voting executive", 1, 2, 3], start=1):
                book["Board"].cell(7, column, value)

        (line,) = lines(after(folder, change))
        assert line == (
            "error: RXY.xlsx, sheet Board, cell B7 (RXY, 2025, indicator 9): found figures beside 'Voting "
            "executive'; expected figures beside each label of 'Members of the board (indicator 9)' once (did you "
            "mean 'Voting executives'?); move them to the row that they belong to"
        )

    @pytest.mark.parametrize(
        ("row", "column", "what"),
        [(6, 1, "row 'Voting executives'"), (5, 3, "column 'BME'")],
    )
    def test_label_that_is_gone(self, folder: Path, row: int, column: int, what: str) -> None:
        tables = after(folder, lambda book: book["Board"].cell(row, column, "Something"))
        assert any(
            line.startswith(
                f"error: RXY.xlsx, sheet Board (RXY, 2025, indicator 9): found no {what} in 'Members"
            )
            for line in lines(tables)
        )

    def test_block_that_is_gone_or_there_twice(self, folder: Path) -> None:
        tables = after(folder, lambda book: book.remove(book["Board"]))
        assert lines(tables) == [
            "error: RXY.xlsx (RXY, 2025, indicator 9): found no block 'Members of the board (indicator 9)'; expected "
            "each block once; put it back as it was in the template, or fill in a new template"
        ]
        (folder / "RXY.xlsx").unlink()
        tables = after(folder, lambda book: book.copy_worksheet(book["Board"]))
        assert "(indicator 9)' in sheet Board and sheet Board Copy" in lines(tables)[0]
        assert "9" not in set(tables.returns["indicator"])

    def test_organisation_of_unknown_type(self, folder: Path) -> None:
        filled(folder / "RXY.xlsx")
        edited(folder / "RXY.xlsx", lambda book: book["Organisation"].cell(15, 2, "Acute trsut"))
        tables = read(folder)
        assert lines(tables)[0].startswith(
            "error: RXY.xlsx, sheet Organisation, cell B12 (RXY): found type 'Acute trsut'"
        )
        assert tables.refused == {"RXY"}


class TestNarrative:
    def test_action_plan(self, folder: Path) -> None:
        def change(book: Workbook) -> None:
            for column, value in enumerate(["Mentor\nall", "Chair", date(2026, 3, 31), "Under way"], start=1):
                book["Narrative"].cell(6, column, value)
            book["Narrative"].cell(15, 1, "Fair shortlisting")
            book["Narrative"].cell(15, 3, "autumn")

        tables = after(folder, change)
        assert lines(tables) == []
        columns = ["component", "action", "owner", "due", "status", "file"]
        assert tables.actions[columns].to_numpy().tolist() == [
            [
                "leadership",
                "Mentor all",
                "Chair",
                "2026-03-31",
                "under_way",
                "RXY.xlsx, sheet Narrative, cell A6",
            ],
            ["positive_action", "Fair shortlisting", "", "autumn", "", "RXY.xlsx, sheet Narrative, cell A15"],
        ]

    def test_data_notes_stand_beside_their_indicator(self, folder: Path) -> None:
        def change(book: Workbook) -> None:
            sheet = book["Narrative"]
            top = next(cell.row for cell in sheet["A"] if cell.value == "Data notes") + 2
            sheet.cell(top, 1, "A new system")
            sheet.cell(top, 2, "3 Entering the formal disciplinary process")
            sheet.cell(top + 1, 1, "We merged with RXZ")

        tables = after(folder, change)
        notes = tables.returns.groupby("indicator")["note"].unique().map(list).to_dict()
        assert notes["3"] == ["A new system"]
        assert notes["1"] == [""]
        assert tables.organisations["note"].to_list() == ["We merged with RXZ"]


class TestFolder:
    def test_the_later_of_two_returns_counts(self, folder: Path) -> None:
        filled(folder / "a.xlsx", fields={"submitted": "30/09/2025"})
        filled(folder / "b.xlsx", fields={"submitted": "31/08/2025"}, returns=ALL.assign(count=1))
        tables = read(folder)
        assert as_sent(tables)
        assert lines(tables) == [
            "warning: b.xlsx (RXY, 2025): found a return that was sent twice: a.xlsx is the later one; expected one "
            "return an organisation and year; the later one was used"
        ]

    def test_without_dates_the_file_changed_last_counts(self, folder: Path) -> None:
        filled(folder / "a.xlsx", fields={})
        filled(folder / "b.xlsx", returns=ALL.assign(count=1))
        os.utime(folder / "a.xlsx", (2_000_000_000, 2_000_000_000))
        os.utime(folder / "b.xlsx", (1_900_000_000, 1_900_000_000))
        assert as_sent(read(folder))
        os.utime(folder / "b.xlsx", (2_000_000_000, 2_000_000_000))
        assert set(read(folder).returns["count"]) == {1}

    def test_other_years_are_for_their_own_year_and_later_ones_left_out(self, folder: Path) -> None:
        filled(folder / "new.xlsx")
        write_return(folder / "old.xlsx", {**RXY, "organisation": "Old name"}, 2024, ALL)
        write_return(folder / "next.xlsx", RXY, 2026, ALL)
        tables = read(folder)
        assert tables.returns["year"].value_counts().to_dict() == {2024: len(ALL), 2025: len(ALL)}
        assert tables.organisations["organisation"].to_list() == ["Example NHS Trust"]
        assert lines(tables) == [
            "warning: next.xlsx: found a return for 2026; expected years up to 2025; "
            "it was left out; correct the year if it is a slip"
        ]

    def test_files_that_can_not_be_read_are_named_and_the_others_are_read(self, folder: Path) -> None:
        filled(folder / "RXY.xlsx")
        shutil.copy(folder / "RXY.xlsx", folder / "cut.xlsx")
        (folder / "cut.xlsx").write_bytes((folder / "RXY.xlsx").read_bytes()[:5_000])
        (folder / "figures.csv").write_text("code,count\n", encoding="utf-8")
        (folder / "~$RXY.xlsx").write_bytes(b"left open")
        (folder / "README.txt").write_text("not a return", encoding="utf-8")
        Workbook().save(folder / "other.xlsx")
        tables = read(folder)
        assert as_sent(tables)
        assert [problem.file for problem in tables.problems] == ["cut.xlsx", "figures.csv", "other.xlsx"]
        assert not any(problem.unreadable for problem in tables.problems)

    def test_macros_are_told(self, folder: Path) -> None:
        filled(folder / "RXY.xlsm")
        with zipfile.ZipFile(folder / "RXY.xlsm", "a") as archive:
            archive.writestr("xl/vbaProject.bin", b"Sub")
        tables = read(folder)
        assert as_sent(tables)
        assert lines(tables) == [
            "warning: RXY.xlsm: found macros; expected a workbook without; they were not run and the figures were read"
        ]

    def test_folder_without_a_return_is_an_error_of_the_source(self, folder: Path) -> None:
        tables = read(folder)
        assert tables.problems[0].unreadable
        assert "found no return that can be read among 0 workbooks" in lines(tables)[0]

    @pytest.mark.parametrize(
        ("row", "value", "found"),
        [(12, None, "no code"), (12, "not a code", "the code 'not a code'"), (13, "soon", "the year 'soon'")],
    )
    def test_return_of_nobody(self, folder: Path, row: int, value: object, found: str) -> None:
        path = edited(
            filled(folder / "RXY.xlsx"),
            lambda book: book["Organisation"].__setitem__(f"B{row}", value),
        )
        with pytest.raises(WorkbookError) as caught:
            read_return(path)
        assert caught.value.found == found


class TestBounds:
    """A workbook made to keep the reader busy costs no more than its cells."""

    def test_titles_without_end(self, folder: Path) -> None:
        def change(name: str, text: str) -> str:
            title = "<c t='inlineStr'><is><t>Members of the board (indicator 9)</t></is></c>"
            rows = f"<row>{title * 100}</row>" * 200
            return text.replace("</sheetData>", f"{rows}</sheetData>") if "sheet6" in name else text

        with_xml(filled(folder / "RXY.xlsx"), change)
        assert "in sheet Board and sheet Board" in lines(read(folder))[0]

    def test_stray_rows_without_end(self, folder: Path) -> None:
        def change(name: str, text: str) -> str:
            rows = "<row><c r='B{0}'><v>1</v></c></row>"
            more = "".join(rows.format(row) for row in range(100, 5_000))
            return text.replace("</sheetData>", f"{more}</sheetData>") if "sheet6" in name else text

        with_xml(filled(folder / "RXY.xlsx"), change)
        assert len(lines(read(folder))) == 20

    def test_notes_without_end(self, folder: Path) -> None:
        def change(book: Workbook) -> None:
            sheet = book["Narrative"]
            top = next(cell.row for cell in sheet["A"] if cell.value == "Data notes") + 2
            for row in range(top, top + 5):
                sheet.cell(row, 1, "x" * 30_000)
                sheet.cell(row, 2, "3 Entering the formal disciplinary process")

        assert after(folder, change).returns["note"].str.len().max() == 1_001


def test_return_without_its_line_for_the_code(tmp_path: Path) -> None:
    filled(tmp_path / "RXY.xlsx")
    with_xml(tmp_path / "RXY.xlsx", lambda name, text: text.replace("ODS code", "0DS code"))
    given = read_returns(tmp_path, 2025)
    assert given.returns.empty
    assert "found no code" in given.problems[0].line()


@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_garbled_parts(tmp_path: Path, data: st.DataObject) -> None:
    """A sound archive whose sheets are garbled: a table and lines, never a traceback."""
    (tmp_path / "RXY.xlsx").write_bytes(content())
    wanted = data.draw(st.sampled_from(["sheet1", "sheet2", "sheet6", "sheet7", "sharedStrings", "workbook"]))

    def change(name: str, text: str) -> str:
        if f"{wanted}.xml" not in name:
            return text
        for _ in range(data.draw(st.integers(1, 8))):
            at = data.draw(st.integers(0, len(text) - 1))
            text = text[:at] + data.draw(st.characters(codec="utf-8", min_codepoint=32)) + text[at + 1 :]
        return text

    with_xml(tmp_path / "RXY.xlsx", change)
    assert all(problem.line().isprintable() for problem in read_returns(tmp_path, 2025).problems)


@cache
def content() -> bytes:
    with TemporaryDirectory() as folder:
        return filled(Path(folder) / "RXY.xlsx").read_bytes()


@settings(deadline=None, max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_whatever_is_typed(tmp_path: Path, data: st.DataObject) -> None:
    """Any text in any cell: a table and lines, never a traceback."""
    cells = st.one_of(
        st.text(max_size=12),
        st.floats(allow_nan=False, allow_infinity=False),
        st.integers(-(2**40), 2**40),
        st.sampled_from(["BME", "=1", "1e5"]),
    )
    (tmp_path / "RXY.xlsx").unlink(missing_ok=True)
    garbled = ALL.astype({"count": "object"})
    for _ in range(5):
        value = data.draw(cells)
        garbled.iloc[data.draw(st.integers(0, len(ALL) - 1)), -1] = (
            value if str(value) not in ("nan", "inf", "-inf") else 0
        )
    filled(tmp_path / "RXY.xlsx", returns=garbled, fields={"submitted": data.draw(st.text(max_size=8))})
    tables = read_returns(tmp_path, 2025)
    assert all(problem.line().isprintable() for problem in tables.problems)
    assert tables.returns["count"].ge(0).all()


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (12.0, "12"),
        (12.5, "12.5"),
        ("a \n b", "a b"),
        ("1,234.0", "1234.0"),
        ("1,23", "1,23"),
        (True, "TRUE"),
        (1e20, "1" + "0" * 20),
    ],
)
def test_what_stands_in_a_cell_as_text(value: object, text: str) -> None:
    assert typed(value) == text
