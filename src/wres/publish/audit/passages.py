"""What is written in the files of a publication, as a reader would find it: passages of text, and tables.

Every kind of file that a publication may hold has its reader here; a kind without one is an error, so that nothing
goes out unread. What must not be written belongs in :mod:`wres.publish.audit.leaks`.
"""

from __future__ import annotations

import base64
import ctypes
import json
import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pandas as pd
import pypdfium2 as pdfium
from lxml import etree, html
from pypdfium2 import raw as pdfium_c

BLOCKS = [
    "p",
    "li",
    "dt",
    "dd",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "caption",
    "figcaption",
    "title",
    "summary",
    "text",
    "desc",
    "label",
    "option",
]
LINES_BEFORE = 6
LINES_AFTER = 3
MACHINERY = ("kernelspec", "language_info")
SCALE = re.compile(r"[xy]tick_\d+")
AXIS_NUMBER = re.compile(r"[-−+]?[\d,.]+(%|×| pts)?")
WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"
SHEET = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
SPREADSHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
PARSER = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True, recover=True)
PICTURES = (".png", ".jpg", ".ico", ".woff", ".woff2", ".ttf")
EXPLORER = "explorer-data"


class UnknownKindError(Exception):
    """A publication holds a file that nothing here can read."""


@dataclass(frozen=True)
class Passage:
    """Some text, what stands around it, and what runs on from one to the other where lines are broken.

    Attributes
    ----------
    text
        The text itself.
    around
        A line each: headings, the heads of its row and column, a caption.
    before, after
        What a phrase that is broken over lines may begin or end with.
    """

    text: str
    around: str = ""
    before: str = ""
    after: str = ""


@dataclass(frozen=True)
class Table:
    """A table whose first row are its heads, and what it is called."""

    frame: pd.DataFrame
    name: str = ""


Found = Passage | Table


def read(path: Path) -> Iterator[Found]:
    """Read everything that a file says.

    Raises
    ------
    UnknownKindError
        If no reader knows files of this kind.
    """
    reader = READERS.get(path.suffix.casefold())
    if reader is None:
        known = ", ".join(sorted(READERS))
        raise UnknownKindError(
            f"{path.name} is of a kind that the disclosure audit can't read; it reads {known}"
        )
    yield from reader(path)


def _csv(path: Path) -> Iterator[Found]:
    yield Table(pd.read_csv(path, dtype="str", keep_default_na=False, encoding="utf-8-sig"), path.stem)


def _parquet(path: Path) -> Iterator[Found]:
    yield Table(pd.read_parquet(path), path.stem)


def _text(path: Path) -> Iterator[Found]:
    yield from _lines(path.read_text(encoding="utf-8"))


def _lines(text: str) -> Iterator[Passage]:
    """Lines of plain text; a sentence may begin, and a row have its label, some lines before."""
    lines = [line for line in text.splitlines() if line.strip()]
    for number, line in enumerate(lines):
        before = lines[max(0, number - LINES_BEFORE) : number]
        after = lines[number + 1 : number + 1 + LINES_AFTER]
        yield Passage(line, " ".join(before), "".join(before[-1:]), " ".join(after))


def _pdf(path: Path) -> Iterator[Found]:
    with pdfium.PdfDocument(path) as document:
        for number, page in enumerate(document, 1):
            footer = rf"\b{number} of {len(document)}\r?$"
            yield from _lines(re.sub(footer, "", page.get_textpage().get_text_range(), flags=re.MULTILINE))
            yield from (Passage(text) for text in _alternative_texts(page))
        for name, value in document.get_metadata_dict().items():
            if not name.endswith("Date"):
                yield Passage(value)


def _alternative_texts(page: pdfium.PdfPage) -> Iterator[str]:
    """What stands for the pictures of a page; the library has no Python of its own for it."""
    tree = pdfium_c.FPDF_StructTree_GetForPage(page)
    try:
        count = pdfium_c.FPDF_StructTree_CountChildren(tree)
        elements = [pdfium_c.FPDF_StructTree_GetChildAtIndex(tree, number) for number in range(count)]
        while elements:
            element = elements.pop()
            length = pdfium_c.FPDF_StructElement_GetAltText(element, None, 0)
            if length:
                text = ctypes.create_string_buffer(length)
                pdfium_c.FPDF_StructElement_GetAltText(element, text, length)
                yield text.raw.decode("utf-16-le").rstrip("\0")
            count = pdfium_c.FPDF_StructElement_CountChildren(element)
            children = (pdfium_c.FPDF_StructElement_GetChildAtIndex(element, n) for n in range(count))
            elements += [child for child in children if child]
    finally:
        pdfium_c.FPDF_StructTree_Close(tree)


def _html(path: Path) -> Iterator[Found]:
    yield from _page(html.parse(path, html.HTMLParser(encoding="utf-8")).getroot())


def _page(root: Any) -> Iterator[Found]:
    heading = ""
    for element in root.iter():
        tag = element.tag if isinstance(element.tag, str) else ""
        if tag in ("h1", "h2", "h3", "h4"):
            heading = element.text_content()
        if tag == "table":
            yield from _html_table(element, heading)
        elif tag in BLOCKS and not _in_table(element):
            yield Passage(" ".join(element.text_content().split()), heading)
        elif tag == "script":
            yield from _script(element)
        for name in ("alt", "title", "aria-label", "data-label", "content"):
            if element.get(name):
                yield Passage(element.get(name), f"{heading}\n{_row_of(element)}")
        for name in ("src", "href"):
            yield from _embedded(element.get(name) or "", heading)


def _in_table(element: Any) -> bool:
    return any(above.tag == "table" for above in element.iterancestors())


def _row_of(element: Any) -> str:
    row = next((above for above in element.iterancestors("tr")), None)
    return "" if row is None else row[0].text_content()


def _html_table(table: Any, heading: str) -> Iterator[Passage]:
    caption = " ".join(each.text_content() for each in table.iter("caption"))
    heads: list[str] = []
    for row in table.iter("tr"):
        cells = [" ".join(cell.text_content().split()) for cell in row if cell.tag in ("td", "th")]
        if not heads:
            heads = cells
        yield from _row(cells, heads, f"{heading}\n{caption}")


def _row(cells: list[str], heads: list[str], around: str) -> Iterator[Passage]:
    """Each cell of a row, with the label of the row, the head of the column and the cells beside it.

    A bare number at the head of a column is the name of an indicator.
    """
    if not cells:
        return
    for number, cell in enumerate(cells):
        if cells is heads and cell.isdigit():
            continue
        head = heads[number] if number < len(heads) and cells is not heads else ""
        yield Passage(cell, "\n".join([around, cells[0], cells[1] if number > 1 else "", head]))


def _script(element: Any) -> Iterator[Found]:
    if element.get("type") != "application/json":
        return
    data = json.loads(element.text)
    if element.get("id") == EXPLORER:
        yield Table(explorer_table(data), EXPLORER)
    else:
        yield from _json_values(data, "")


def explorer_table(data: dict[str, Any]) -> pd.DataFrame:
    """The figures of the explorer, a row an organisation, indicator and year."""
    codes = [each["code"] for each in data["organisations"]]
    rows = []
    for indicator in data["indicators"]:
        decimals = 2 if indicator["unit"] == "times" else 1
        for code, figures in [*zip(codes, indicator["figures"], strict=True), ("ENG", indicator["national"])]:
            for year, figure in zip(data["years"], figures.split(";"), strict=True):
                rows.append((year, code, indicator["code"], *_explorer_numbers(figure[:-1], decimals)))
    return pd.DataFrame(rows, columns=["year", "code", "indicator", "value", "lower", "upper"])


def _explorer_numbers(packed: str, decimals: int) -> tuple[str, str, str]:
    """Value and limits as they are printed, blank where there is none: they come in units of the last decimal."""
    numbers = [f"{int(n) / 10**decimals:.{decimals}f}" if n else "" for n in packed.split(",")]
    value, lower, upper = (*numbers, "", "")[:3]
    return value, lower, upper


def _embedded(source: str, around: str) -> Iterator[Found]:
    """Pictures that stand in the page itself."""
    found = re.match(r"data:image/svg\+xml(;base64)?[^,]*,(.*)", source, re.DOTALL)
    if found:
        data = base64.b64decode(found[2]) if found[1] else unquote(found[2]).encode()
        yield from _picture(data, around)


def _picture(data: bytes, around: str = "") -> Iterator[Found]:
    """What is written in an SVG: its texts, and in comments what texts were before they became outlines.

    The bare numbers of a scale are left out: they are round numbers of the axis, and no figures.
    """
    for element in etree.fromstring(data, PARSER).iter():
        for text in (element.text, element.tail):
            said = (text or "").strip()
            if said and not str(element.tag).endswith("style") and not _on_scale(said, element):
                yield Passage(said, around)


def _on_scale(text: str, element: Any) -> bool:
    return AXIS_NUMBER.fullmatch(text) is not None and any(
        SCALE.fullmatch(above.get("id", "")) for above in element.iterancestors()
    )


def _svg(path: Path) -> Iterator[Found]:
    yield from _picture(path.read_bytes())


def _json(path: Path) -> Iterator[Found]:
    yield from _json_values(json.loads(path.read_text(encoding="utf-8")), "")


def _json_values(data: object, around: str) -> Iterator[Passage]:
    if isinstance(data, dict):
        beside = " ".join(str(value) for value in data.values() if isinstance(value, str | int | float))
        for name, value in data.items():
            yield from _json_values(
                value, f"{around}\n{name}\n{beside}" if not isinstance(value, dict) else name
            )
    elif isinstance(data, list):
        for value in data:
            yield from _json_values(value, around)
    elif data is not None and not isinstance(data, bool) and not _is_checksum(str(data)):
        yield Passage(str(data), around)


def _is_checksum(text: str) -> bool:
    return re.fullmatch(r"(sha256:)?[0-9a-f]{40,64}", text) is not None


def _notebook(path: Path) -> Iterator[Found]:
    notebook = json.loads(path.read_text(encoding="utf-8"))
    heading = ""
    said = {name: value for name, value in notebook["metadata"].items() if name not in MACHINERY}
    yield from _json_values(said, "")
    for cell in notebook["cells"]:
        source = "".join(cell["source"])
        if cell["cell_type"] == "markdown":
            heading = next((line for line in source.splitlines() if line.startswith("#")), heading)
        yield from _markdown(source, heading)
        for output in cell.get("outputs", ()):
            yield from _json_values(output.get("metadata", {}), heading)
            yield from _json_values(output.get("traceback", []), heading)
            for kind, data in {**output.get("data", {}), "stream": output.get("text", "")}.items():
                text = "".join(data) if isinstance(data, list) else data
                if kind == "image/svg+xml":
                    yield from _picture(text.encode(), heading)
                elif isinstance(text, str) and not kind.startswith("image/"):
                    titled = [line for line in text.splitlines() if line.startswith("#")]
                    heading = titled[-1] if titled else heading
                    yield from _markdown(text, heading)


def _markdown(text: str, heading: str) -> Iterator[Found]:
    if EXPLORER in text:
        yield from _page(html.fromstring(f"<div>{text}</div>"))
        return
    head: list[str] = []
    caption = " ".join(line for line in text.splitlines() if line.startswith(": "))
    for line in text.splitlines():
        cells = [cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]]
        if cells:
            head = head or cells
            yield from _row(cells, head, f"{heading}\n{caption}")
        elif line.strip():
            yield Passage(line, heading)
            head = []


def _docx(path: Path) -> Iterator[Found]:
    heading = ""
    with zipfile.ZipFile(path) as archive:
        for name in sorted(archive.namelist()):
            if name.startswith("word/media/") and name.endswith(".svg"):
                yield from _picture(archive.read(name))
            if not name.endswith(".xml"):
                continue
            for block in etree.fromstring(archive.read(name), PARSER).iter(
                f"{WORD}p", f"{WORD}tbl", f"{DRAWING}docPr"
            ):
                if block.tag == f"{DRAWING}docPr":
                    yield Passage(f"{block.get('descr', '')} {block.get('title', '')}", heading)
                elif block.tag == f"{WORD}tbl":
                    rows = [
                        [_words(cell) for cell in row.iter(f"{WORD}tc")] for row in block.iter(f"{WORD}tr")
                    ]
                    for row in rows:
                        yield from _row(row, rows[0], heading)
                elif not any(above.tag == f"{WORD}tbl" for above in block.iterancestors()):
                    text = _words(block)
                    style = block.find(f"{WORD}pPr/{WORD}pStyle")
                    if style is not None and "Heading" in style.get(f"{WORD}val", ""):
                        heading = text
                    yield Passage(text, heading)


def _words(block: Any) -> str:
    return "".join(text.text or "" for text in block.iter(f"{WORD}t"))


def _ods(path: Path) -> Iterator[Found]:
    with zipfile.ZipFile(path) as archive:
        content = etree.fromstring(archive.read("content.xml"), PARSER)
        yield from _about(archive.read("meta.xml"))
    for sheet in content.iter(f"{SHEET}table"):
        rows = []
        for row in sheet.iter(f"{SHEET}table-row"):
            cells = []
            for cell in row.iter(f"{SHEET}table-cell"):
                shown = "".join(cell.itertext())
                cells += [cell.get(f"{OFFICE}value") or shown] * min(
                    int(cell.get(f"{SHEET}number-columns-repeated", 1)), 100
                )
            rows.append(cells)
        yield from _sheet(rows, sheet.get(f"{SHEET}name", ""))


def _about(properties: bytes) -> Iterator[Passage]:
    """What a document says of itself; not when and by which program it was written."""
    for element in etree.fromstring(properties, PARSER).iter():
        if etree.QName(element).localname.casefold() in (
            "title",
            "subject",
            "description",
            "keywords",
            "keyword",
        ):
            yield Passage(element.text or "")


def _xlsx(path: Path) -> Iterator[Found]:
    with zipfile.ZipFile(path) as archive:
        names = archive.namelist()
        shared = []
        if "xl/sharedStrings.xml" in names:
            strings = etree.fromstring(archive.read("xl/sharedStrings.xml"), PARSER)
            shared = ["".join(each.itertext()) for each in strings.iter(f"{SPREADSHEET}si")]
        book = etree.fromstring(archive.read("xl/workbook.xml"), PARSER)
        titles = [sheet.get("name", "") for sheet in book.iter(f"{SPREADSHEET}sheet")]
        yield from (
            found for name in names if name.startswith("docProps/") for found in _about(archive.read(name))
        )
        for name in sorted(name for name in names if "/comments" in name):
            yield from (Passage(text) for text in etree.fromstring(archive.read(name), PARSER).itertext())
        for number, title in enumerate(titles, 1):
            sheet = etree.fromstring(archive.read(f"xl/worksheets/sheet{number}.xml"), PARSER)
            rows = [
                [_value(cell, shared) for cell in row.iter(f"{SPREADSHEET}c")]
                for row in sheet.iter(f"{SPREADSHEET}row")
            ]
            yield from _sheet(rows, title)


def _value(cell: Any, shared: list[str]) -> str:
    value = cell.findtext(f"{SPREADSHEET}v")
    if value is None:
        return "".join(cell.itertext())
    return shared[int(value)] if cell.get("t") == "s" else str(value)


def _sheet(rows: list[list[str]], name: str) -> Iterator[Found]:
    """Lines of one cell come before the table; its first row holds its heads."""
    widths = [len([cell for cell in row if cell]) for row in rows]
    top = next((number for number, width in enumerate(widths) if width > 1), len(rows))
    for row in rows[:top]:
        yield from (Passage(cell, name) for cell in row if cell)
    if top < len(rows):
        width = max(len(row) for row in rows[top:])
        cells = [[*row, *[""] * (width - len(row))] for row in rows[top:]]
        heads = [head or f"column {number}" for number, head in enumerate(cells[0])]
        yield Table(pd.DataFrame(cells[1:], columns=heads, dtype="str"), name)


def _nothing(path: Path) -> Iterator[Found]:
    """Pictures are of the same figures as the drawings and texts beside them; fonts say nothing."""
    yield from ()


READERS: dict[str, Callable[[Path], Iterator[Found]]] = {
    ".csv": _csv,
    ".parquet": _parquet,
    ".txt": _text,
    ".md": _text,
    ".css": _text,
    ".js": _text,
    ".pdf": _pdf,
    ".html": _html,
    ".svg": _svg,
    ".json": _json,
    ".jsonld": _json,
    ".ipynb": _notebook,
    ".docx": _docx,
    ".ods": _ods,
    ".xlsx": _xlsx,
    **dict.fromkeys(PICTURES, _nothing),
}
