"""Opening a workbook that somebody sent: its cells, or one line that says why it was not read.

What can be wrong with an XLSX file as such belongs here: size, archive, password, macros, XML. What its cells
mean belongs in the reader of its kind. Nothing in a workbook is run, calculated or fetched.

Cells are read with a hardened XML parser and not with openpyxl, which gives a formula or its last value but not
both, and fills every gap between cells, so that one cell in the last row costs a million.
"""

# ruff: noqa: N802  (xml.sax calls its handlers by names like startElement)

from __future__ import annotations

import math
import posixpath
import re
import struct
import zipfile
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple
from xml.sax import ContentHandler, SAXException
from xml.sax.xmlreader import AttributesImpl

from defusedxml import sax
from xlsxwriter.utility import xl_cell_to_rowcol, xl_rowcol_to_cell

from wres.collect.faults import of_file
from wres.problems import Problem, Severity

OLE = bytes.fromhex("d0cf11e0a1b11ae1")
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
WORKBOOK_ENDINGS = (".xlsx", ".xlsm")
READABLE = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
CELL_NAME = re.compile(r"[A-Z]{1,3}[1-9][0-9]{0,6}")
ROOT = "_rels/.rels"
CHUNK = 65_536
HARMLESS = 10_000_000
SAVE_AGAIN = "open it, save it as an Excel workbook (.xlsx) and send it again"
BROKEN = (
    *(zipfile.BadZipFile, zlib.error, struct.error, SAXException, EOFError, OSError),
    *(ValueError, LookupError, OverflowError, NotImplementedError, RuntimeError),
)

Value = str | float | bool


@dataclass(frozen=True)
class Limits:
    """The most that a workbook may hold before it is refused; a large staff survey file takes a tenth of it."""

    file_bytes: int = 30_000_000
    unpacked_bytes: int = 150_000_000
    ratio: int = 200
    parts: int = 2_000
    cells: int = 3_000_000


LIMITS = Limits()


class Cell(NamedTuple):
    """A cell that holds something: text, a number, or the last value of a formula (blank if it has none)."""

    value: Value
    formula: bool = False


Rows = dict[int, dict[int, Cell]]


@dataclass(frozen=True)
class Workbook:
    """What stands in a workbook.

    Attributes
    ----------
    sheets
        By name, in their order: rows by number, and in each its cells by number of column, both from 1. Blank
        cells and rows are left out.
    macros
        Whether it carries macros, which were not read.
    mac_dates
        Whether its dates are counted from 1904.
    """

    sheets: Mapping[str, Rows]
    macros: bool = False
    mac_dates: bool = False


class WorkbookError(Exception):
    """A workbook can't or mustn't be read; ``problem`` is the line to report."""

    def __init__(
        self, found: str, mend: str = SAVE_AGAIN, expected: str = "an Excel workbook (.xlsx)"
    ) -> None:
        self.found, self.expected, self.mend = found, expected, mend
        super().__init__(f"found {found}; expected {expected}; {mend}")

    def problem(self, file: str) -> Problem:
        """The line to report for that file; the rest of the collection goes on."""
        return workbook_problem(file, self.found, self.expected, self.mend)


def workbook_problem(
    file: str, found: str, expected: str, mend: str, severity: Severity = "error"
) -> Problem:
    """A problem of one workbook among others."""
    return of_file(file, found, expected, mend, severity, rule="workbook")


def place(file: str, sheet: str, row: int, column: int) -> str:
    """A cell in words, as in "RXY.xlsx, sheet Workforce, cell D14"."""
    return f"{file}, sheet {sheet}, cell {xl_rowcol_to_cell(row - 1, column - 1)}"


def read_workbook(path: Path, limits: Limits = LIMITS) -> Workbook:
    """Read every cell of a workbook from anybody, within bounds of time and memory.

    Parameters
    ----------
    path
        An XLSX or XLSM file.
    limits
        What it may hold at most.

    Raises
    ------
    WorkbookError
        If it can't be read, whatever is wrong with it.
    """
    try:
        _check_file(path, limits)
        with zipfile.ZipFile(path) as archive:
            _check_archive(archive, limits)
            return _workbook(_Archive(archive, limits))
    except BROKEN as error:
        raise WorkbookError(f"a damaged or incomplete file ({_reason(error)})") from None


def _reason(error: Exception) -> str:
    return (str(error).splitlines() or [""])[0].strip("'\"")[:80] or type(error).__name__


def _check_file(path: Path, limits: Limits) -> None:
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            start = file.read(8)
            is_old = start == OLE
            encrypted = is_old and size <= limits.file_bytes and ENCRYPTED in file.read()
    except OSError as error:
        raise WorkbookError(f"a file that can't be opened ({error.strerror})") from None
    if size > limits.file_bytes:
        found, most = f"a file of {size / 1e6:,.0f} MB", f"at most {limits.file_bytes / 1e6:,.0f} MB"
        raise WorkbookError(found, "take out pictures and empty formatted cells, and send it again", most)
    if not size:
        raise WorkbookError("an empty file")
    if encrypted:
        raise WorkbookError("a password on the file", "take the password off and send it again")
    if is_old:
        raise WorkbookError("a workbook in the format of before 2007")
    if not start.startswith(b"PK"):
        raise WorkbookError("a file that is no workbook")


def _check_archive(archive: zipfile.ZipFile, limits: Limits) -> None:
    parts = archive.infolist()
    if ROOT not in archive.namelist():
        raise WorkbookError("an archive that is no Excel workbook")
    unpacked = sum(part.file_size for part in parts)
    if len(parts) > limits.parts:
        raise WorkbookError(f"an archive of {len(parts):,} parts", expected=f"at most {limits.parts:,}")
    if unpacked > limits.unpacked_bytes or any(_swells(part, limits) for part in parts):
        raise WorkbookError(f"an archive that swells to {unpacked / 1e6:,.0f} MB", expected=_at_most(limits))
    if any(part.flag_bits & 1 for part in parts):
        raise WorkbookError("a password on the file", "take the password off and send it again")
    if any(part.compress_type not in READABLE for part in parts):
        raise WorkbookError("an archive that is packed in an unusual way")


def _swells(part: zipfile.ZipInfo, limits: Limits) -> bool:
    return part.file_size > HARMLESS and part.file_size > limits.ratio * part.compress_size


def _at_most(limits: Limits) -> str:
    return f"at most {limits.unpacked_bytes / 1e6:,.0f} MB, and no more than {limits.ratio} times the packed size"


class _Archive:
    """The parts of an archive, parsed until more was unpacked or more cells found than a workbook may hold."""

    def __init__(self, archive: zipfile.ZipFile, limits: Limits) -> None:
        self._archive, self._limits = archive, limits
        self._unpacked = self._cells = 0
        self.names = frozenset(archive.namelist())

    def parse(self, part: str, handler: ContentHandler) -> None:
        """Parse a part; a document type, and with it every entity, is refused."""
        parser = sax.make_parser()
        parser.forbid_dtd = True
        parser.setContentHandler(handler)
        with self._archive.open(part) as stream:
            while data := stream.read(CHUNK):
                self._count_bytes(len(data))
                parser.feed(data)
        parser.close()

    def count_cell(self) -> None:
        """Count a cell, and stop at too many."""
        self._cells += 1
        if self._cells > self._limits.cells:
            most = f"at most {self._limits.cells:,}"
            raise WorkbookError(f"more than {self._limits.cells:,} filled cells", SAVE_AGAIN, most)

    def related(self, part: str, kinds: Sequence[str]) -> dict[str, _Relation]:
        """What a part refers to, of these kinds, by its identifier; nothing outside of the archive."""
        folder, name = posixpath.split(part)
        found = _Relations(folder)
        self.parse(posixpath.join(folder, "_rels", f"{name}.rels"), found)
        return {key: relation for key, relation in found.relations.items() if relation.kind in kinds}

    def _count_bytes(self, size: int) -> None:
        self._unpacked += size
        if self._unpacked > self._limits.unpacked_bytes:
            raise WorkbookError("an archive that swells as it is read", expected=_at_most(self._limits))


def _workbook(archive: _Archive) -> Workbook:
    main = next((each.part for each in archive.related("", ["officeDocument"]).values()), "")
    if main not in archive.names or not main.endswith(".xml"):
        raise WorkbookError("an archive that is no Excel workbook")
    about = _Contents()
    archive.parse(main, about)
    related = archive.related(main, ["worksheet", "sharedStrings"])
    strings = _Strings()
    for each in related.values():
        if each.kind == "sharedStrings":
            archive.parse(each.part, strings)
    sheets = {}
    for name, key in about.sheets:
        if key in related:
            sheet = _Sheet(strings.texts, archive.count_cell)
            archive.parse(related[key].part, sheet)
            sheets[name] = sheet.rows
    macros = any(name.casefold().endswith("vbaproject.bin") for name in archive.names)
    return Workbook(sheets, macros, about.mac_dates)


class _Relation(NamedTuple):
    kind: str
    part: str


class _Relations(ContentHandler):
    def __init__(self, folder: str) -> None:
        super().__init__()
        self._folder = folder
        self.relations: dict[str, _Relation] = {}

    def startElement(self, name: str, attrs: AttributesImpl) -> None:
        if _local(name) == "Relationship" and attrs.get("TargetMode") != "External":
            part = posixpath.normpath(posixpath.join("/", self._folder, attrs["Target"])).lstrip("/")
            self.relations[attrs["Id"]] = _Relation(attrs["Type"].rpartition("/")[2], part)


class _Contents(ContentHandler):
    """Names and identifiers of the sheets, in their order."""

    def __init__(self) -> None:
        super().__init__()
        self.sheets: list[tuple[str, str]] = []
        self.mac_dates = False

    def startElement(self, name: str, attrs: AttributesImpl) -> None:
        if _local(name) == "sheet":
            keys = [attrs[each] for each in attrs.getNames() if _local(each) == "id"]
            if not keys:
                raise ValueError("a sheet without its contents")
            self.sheets.append((attrs["name"], keys[0]))
        elif _local(name) == "workbookPr":
            self.mac_dates = attrs.get("date1904") in ("1", "true")


class _Texts(ContentHandler):
    """Collects the text within some elements, readings of Japanese characters apart."""

    def __init__(self, *elements: str) -> None:
        super().__init__()
        self._elements = elements
        self._collecting = self._reading = False
        self._pieces: list[str] = []

    def startElement(self, name: str, attrs: AttributesImpl) -> None:
        name = _local(name)
        self._reading |= name == "rPh"
        self._collecting = name in self._elements and not self._reading

    def characters(self, content: str) -> None:
        if self._collecting:
            self._pieces.append(content)

    def endElement(self, name: str) -> None:
        self._reading &= _local(name) != "rPh"
        self._collecting = False

    def taken(self) -> str:
        """The text since it was last taken."""
        text = "".join(self._pieces)
        self._pieces.clear()
        return text


class _Strings(_Texts):
    """The strings that cells refer to by number."""

    def __init__(self) -> None:
        super().__init__("t")
        self.texts: list[str] = []

    def endElement(self, name: str) -> None:
        super().endElement(name)
        if _local(name) == "si":
            self.texts.append(self.taken())


class _Sheet(_Texts):
    """The cells of a sheet."""

    def __init__(self, strings: Sequence[str], count_cell: Callable[[], None]) -> None:
        super().__init__("v", "t")
        self._strings, self._count_cell = strings, count_cell
        self._row = self._column = 0
        self._kind = ""
        self._formula = False
        self.rows: Rows = {}

    def startElement(self, name: str, attrs: AttributesImpl) -> None:
        super().startElement(name, attrs)
        match _local(name):
            case "c":
                self._kind, self._formula = attrs.get("t", "n"), False
                self._column = self._column_of(attrs.get("r"))
            case "row":
                self._row, self._column = int(attrs.get("r") or self._row + 1), 0
            case "f":
                self._formula = True

    def endElement(self, name: str) -> None:
        super().endElement(name)
        if _local(name) == "c":
            value = _value(self._kind, self.taken(), self._strings)
            if value != "" or self._formula:
                self._count_cell()
                self.rows.setdefault(self._row, {})[self._column] = Cell(value, self._formula)

    def _column_of(self, address: str | None) -> int:
        """The column of an address, or the next one; some programs leave addresses out."""
        if address is None:
            return self._column + 1
        if not CELL_NAME.fullmatch(address):
            raise ValueError("a cell without a place")
        row, column = xl_cell_to_rowcol(address)
        self._row = row + 1
        return int(column) + 1


def _value(kind: str, text: str, strings: Sequence[str]) -> Value:
    if kind == "s" and text:
        return strings[int(text)]
    if kind == "b" and text:
        return text == "1"
    if kind == "n" and text:
        number = float(text)
        return number if math.isfinite(number) else text
    return text


def _local(name: str) -> str:
    """A name without its prefix: programs differ in the prefixes that they use."""
    return name.rpartition(":")[2] if ":" in name else name
