"""Workbooks as anybody may send them: their cells, or one line that says what is wrong; never a traceback."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

import numpy as np
import openpyxl
import pytest
import xlsxwriter
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from wres.collect.workbook import Cell, Limits, Workbook, WorkbookError, place, read_workbook

SURVEYS = Path(__file__).parents[3] / "shared" / "data"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
FUZZ = settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture(scope="module")
def valid(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("valid") / "RXY.xlsx"
    with xlsxwriter.Workbook(path) as book:
        staff = book.add_worksheet("Workforce")
        staff.write_row(0, 0, ["Band", "White", "BME"])
        staff.write_row(2, 0, ["Band 8a", 12, 3.5])
        staff.write_formula(2, 3, "=B3+C3", None, 15.5)
        staff.write_boolean(2, 4, True)
        book.add_worksheet("Board & more").write(0, 0, "Näme <1>")
    return path


@pytest.fixture
def parts(valid: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(valid) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(path: Path, parts: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", method) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return path


def found(path: Path, limits: Limits | None = None) -> str:
    with pytest.raises(WorkbookError) as caught:
        read_workbook(path, limits or Limits())
    problem = caught.value.problem(path.name)
    assert (problem.rule, problem.severity, problem.unreadable) == ("workbook", "error", False)
    assert problem.line().isprintable()
    return problem.found


class TestCells:
    def test_text_numbers_truth_and_formulas_with_their_last_value(self, valid: Path) -> None:
        assert read_workbook(valid) == Workbook(
            {
                "Workforce": {
                    1: {1: Cell("Band"), 2: Cell("White"), 3: Cell("BME")},
                    3: {
                        1: Cell("Band 8a"),
                        2: Cell(12.0),
                        3: Cell(3.5),
                        4: Cell(15.5, formula=True),
                        5: Cell(value=True),
                    },
                },
                "Board & more": {1: {1: Cell("Näme <1>")}},
            }
        )

    def test_a_place_in_words(self) -> None:
        assert place("RXY.xlsx", "Workforce", 14, 4) == "RXY.xlsx, sheet Workforce, cell D14"

    def test_as_openpyxl_writes_it(self, tmp_path: Path) -> None:
        book = openpyxl.Workbook()
        book.active.append(["a", 1, None, "=B1"])
        book.save(tmp_path / "RXY.xlsx")
        cells = read_workbook(tmp_path / "RXY.xlsx").sheets["Sheet"]
        assert cells == {1: {1: Cell("a"), 2: Cell(1.0), 4: Cell("", formula=True)}}

    @pytest.mark.parametrize(
        ("sheet", "cells"),
        [
            pytest.param(
                "<row r='1048576'><c r='XFD1048576'><v>7</v></c></row>",
                {1048576: {16384: Cell(7.0)}},
                id="one cell far away",
            ),
            pytest.param(
                "<row><c><v>7</v></c><c><v>8</v></c></row>",
                {1: {1: Cell(7.0), 2: Cell(8.0)}},
                id="no addresses",
            ),
            pytest.param(
                "<row r='2'><c r='A2' t='inlineStr'><is><r><t>Band </t></r><r><t>8a</t></r>"
                "<rPh sb='0' eb='1'><t>x</t></rPh></is></c></row>",
                {2: {1: Cell("Band 8a")}},
                id="rich text within the cell",
            ),
            pytest.param(
                "<row r='2'><c r='B2' t='e'><v>#REF!</v></c></row>", {2: {2: Cell("#REF!")}}, id="error"
            ),
            pytest.param(
                "<row r='2'><c r='B2'><v>1e999</v></c></row>", {2: {2: Cell("1e999")}}, id="no number"
            ),
            pytest.param("<row r='2'><c r='B2' s='4'/></row>", {}, id="formatted and blank"),
        ],
    )
    @pytest.mark.parametrize("prefix", ["", "x:"])
    def test_as_other_programs_write_it(
        self, tmp_path: Path, parts: dict[str, bytes], sheet: str, cells: object, prefix: str
    ) -> None:
        text = f"<worksheet><sheetData>{sheet}</sheetData></worksheet>"
        text = text.replace("</", "\0").replace("<", f"<{prefix}").replace("\0", f"</{prefix}")
        space = f"xmlns:{prefix[:-1]}" if prefix else "xmlns"
        text = text.replace("worksheet>", f"worksheet {space}='{MAIN}'>", 1)
        path = packed(tmp_path / "a.xlsx", {**parts, "xl/worksheets/sheet1.xml": text.encode()})
        assert read_workbook(path).sheets["Workforce"] == cells

    def test_macros_are_not_read_but_told(self, tmp_path: Path, parts: dict[str, bytes]) -> None:
        book = read_workbook(packed(tmp_path / "a.xlsm", {**parts, "xl/vbaProject.bin": b"Sub"}))
        assert book.macros
        assert list(book.sheets) == ["Workforce", "Board & more"]

    def test_links_to_other_workbooks_are_not_followed(self, tmp_path: Path, parts: dict[str, bytes]) -> None:
        rels = parts["xl/_rels/workbook.xml.rels"].replace(
            b"</Relationships>",
            b"<Relationship Id='rId99' Type='http://x/worksheet' TargetMode='External' "
            b"Target='http://192.0.2.1/x.xlsx'/></Relationships>",
        )
        book = read_workbook(packed(tmp_path / "a.xlsx", {**parts, "xl/_rels/workbook.xml.rels": rels}))
        assert list(book.sheets) == ["Workforce", "Board & more"]


class TestRefused:
    @pytest.mark.parametrize(
        ("content", "words"),
        [
            (b"", "an empty file"),
            (b"code,count\nRXY,3\n", "a file that is no workbook"),
            (b"<html>", "a file that is no workbook"),
            (bytes.fromhex("d0cf11e0a1b11ae1") + bytes(2000), "a workbook in the format of before 2007"),
            (
                bytes.fromhex("d0cf11e0a1b11ae1") + bytes(999) + "EncryptedPackage".encode("utf-16-le"),
                "a password on the file",
            ),
            (b"PK\x03\x04 and no more", "a damaged or incomplete file (File is not a zip file)"),
        ],
    )
    def test_what_is_no_workbook(self, tmp_path: Path, content: bytes, words: str) -> None:
        path = tmp_path / "RXY.xlsx"
        path.write_bytes(content)
        assert found(path) == words

    def test_missing_file_and_folder(self, tmp_path: Path) -> None:
        assert found(tmp_path / "RXY.xlsx") == "a file that can't be opened (No such file or directory)"
        assert found(tmp_path) == "a file that can't be opened (Is a directory)"

    def test_200_megabytes(self, tmp_path: Path) -> None:
        path = tmp_path / "RXY.xlsx"
        with path.open("wb") as file:
            file.write(b"PK\x03\x04")
            file.truncate(200_000_000)
        assert found(path) == "a file of 200 MB"

    def test_other_archives(self, tmp_path: Path) -> None:
        path = packed(tmp_path / "a.xlsx", {"mimetype": b"application/vnd.oasis.opendocument.spreadsheet"})
        assert found(path) == "an archive that is no Excel workbook"

    def test_zip_bomb_by_its_own_account(self, tmp_path: Path, parts: dict[str, bytes]) -> None:
        bomb = packed(tmp_path / "a.xlsx", {**parts, "xl/sharedStrings.xml": bytes(20_000_000)})
        assert found(bomb) == "an archive that swells to 20 MB"
        assert found(bomb, Limits(unpacked_bytes=1_000_000)) == "an archive that swells to 20 MB"

    def test_zip_bomb_that_tells_a_lie(self, tmp_path: Path, parts: dict[str, bytes]) -> None:
        """One part read again and again: the archive says 4 MB, and 400 MB would be read."""
        sheet = b"<worksheet>" + np.random.default_rng(1).bytes(2_000_000).hex().encode() + b"</worksheet>"
        sheets = "".join(f"<sheet name='s{n}' r:id='rId1'/>" for n in range(100))
        book = f"<workbook xmlns:r='r'><sheets>{sheets}</sheets></workbook>".encode()
        more = {"xl/worksheets/sheet1.xml": sheet, "xl/workbook.xml": book}
        path = packed(tmp_path / "a.xlsx", {**parts, **more})
        assert found(path, Limits(unpacked_bytes=10_000_000)) == "an archive that swells as it is read"

    def test_size_that_is_declared_too_small(self, tmp_path: Path, parts: dict[str, bytes]) -> None:
        path = packed(tmp_path / "a.xlsx", {**parts, "xl/sharedStrings.xml": b" " * 5_000_000})
        content = path.read_bytes().replace((5_000_000).to_bytes(4, "little"), (50).to_bytes(4, "little"))
        path.write_bytes(content)
        assert found(path).startswith("a damaged or incomplete file")

    def test_too_many_parts_and_cells(self, tmp_path: Path, parts: dict[str, bytes], valid: Path) -> None:
        many = packed(tmp_path / "a.xlsx", {**parts, **{f"x{n}": b"" for n in range(2_000)}})
        assert found(many).startswith("an archive of 2,0")
        assert found(valid, Limits(cells=5)) == "more than 5 filled cells"

    @pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
    def test_unusual_packing(self, tmp_path: Path, parts: dict[str, bytes], method: int) -> None:
        assert (
            found(packed(tmp_path / "a.xlsx", parts, method)) == "an archive that is packed in an unusual way"
        )

    @pytest.mark.parametrize(
        "doctype",
        [
            b"<!DOCTYPE x [<!ENTITY a 'aaaa'><!ENTITY b '&a;&a;&a;'>]>",
            b"<!DOCTYPE x [<!ENTITY a SYSTEM 'file:///etc/passwd'>]>",
            b"<!DOCTYPE x SYSTEM 'http://192.0.2.1/x.dtd'>",
        ],
    )
    @pytest.mark.parametrize("part", ["xl/sharedStrings.xml", "xl/workbook.xml", "xl/worksheets/sheet1.xml"])
    def test_entities(self, tmp_path: Path, parts: dict[str, bytes], doctype: bytes, part: str) -> None:
        head, _, body = parts[part].partition(b"?>")
        garbled = head + b"?>" + doctype + body.replace(b"<v>", b"<v>&a;", 1).replace(b"<t>", b"<t>&a;", 1)
        assert "DTDForbidden" in found(packed(tmp_path / "a.xlsx", {**parts, part: garbled}))

    def test_sheet_without_its_contents(self, tmp_path: Path, parts: dict[str, bytes]) -> None:
        about = re.sub(rb' r:id="[^"]*"', b"", parts["xl/workbook.xml"], count=1)
        assert about != parts["xl/workbook.xml"]
        path = packed(tmp_path / "without.xlsx", {**parts, "xl/workbook.xml": about})
        assert "a sheet without its contents" in found(path)

    def test_string_that_is_not_there(self, tmp_path: Path, parts: dict[str, bytes]) -> None:
        strings = {**parts, "xl/sharedStrings.xml": b"<sst/>"}
        assert found(packed(tmp_path / "a.xlsx", strings)).startswith("a damaged or incomplete file")


class TestFuzz:
    """Whatever the bytes: a workbook or a line."""

    @staticmethod
    def outcome(path: Path) -> Workbook | str:
        try:
            return read_workbook(path)
        except WorkbookError as error:
            line = error.problem(path.name).line()
            assert line.isprintable()
            return line

    @FUZZ
    @given(st.data())
    def test_bytes_flipped(self, valid: Path, tmp_path: Path, data: st.DataObject) -> None:
        content = bytearray(valid.read_bytes())
        for _ in range(data.draw(st.integers(1, 6))):
            content[data.draw(st.integers(0, len(content) - 1))] ^= data.draw(st.integers(1, 255))
        (tmp_path / "a.xlsx").write_bytes(content)
        assert self.outcome(tmp_path / "a.xlsx")

    @FUZZ
    @given(length=st.integers(0, 10_000))
    def test_cut_short(self, valid: Path, tmp_path: Path, length: int) -> None:
        content = valid.read_bytes()
        (tmp_path / "a.xlsx").write_bytes(content[: length % len(content)])
        assert isinstance(self.outcome(tmp_path / "a.xlsx"), str)

    @FUZZ
    @given(content=st.binary(max_size=500))
    @example(b"PK\x05\x06" + bytes(18))
    def test_any_bytes(self, tmp_path: Path, content: bytes) -> None:
        (tmp_path / "a.xlsx").write_bytes(content)
        assert isinstance(self.outcome(tmp_path / "a.xlsx"), str)

    @FUZZ
    @given(st.data())
    def test_bytes_flipped_within_a_part(self, valid: Path, tmp_path: Path, data: st.DataObject) -> None:
        """The archive is sound, so that the XML itself is what is garbled."""
        with zipfile.ZipFile(valid) as archive:
            parts = {name: archive.read(name) for name in archive.namelist()}
        part = data.draw(st.sampled_from([name for name in parts if "docProps" not in name]))
        content = bytearray(parts[part])
        for _ in range(data.draw(st.integers(1, 4))):
            content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(32, 126))
        assert self.outcome(packed(tmp_path / "a.xlsx", {**parts, part: bytes(content)}))


@pytest.mark.skipif(not SURVEYS.is_dir(), reason="the official survey files are not here")
@pytest.mark.parametrize(("file", "cells"), [("nss24_org.xlsx", 233_589), ("nss24_national.xlsx", 146_745)])
def test_official_survey_files(file: str, cells: int) -> None:
    sheets = read_workbook(SURVEYS / file).sheets
    assert (len(sheets), sum(len(row) for sheet in sheets.values() for row in sheet.values())) == (17, cells)
