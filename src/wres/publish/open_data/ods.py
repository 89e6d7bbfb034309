"""The open data tables as an OpenDocument spreadsheet."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

from odfdo import Document, Element, Style
from xlsxwriter.utility import xl_rowcol_to_cell

from wres.publish.open_data.tables import Sheet, Workbook

BODY = b"<office:spreadsheet>"
EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest date that a ZIP archive can hold
CENTIMETRES = 0.24  # a character of Arial 12
WRAPPED = {"fo:wrap-option": "wrap", "style:vertical-align": "top"}
STYLES: dict[str, tuple[bool, str, dict[str, str]]] = {
    "title": (True, "16pt", {}),
    "line": (False, "12pt", {}),
}
STYLES |= {"head": (True, "12pt", WRAPPED), "text": (False, "12pt", WRAPPED)}


def write_ods(workbook: Workbook, path: Path) -> None:
    """Write a workbook; every text is written as text, whatever it begins with.

    Parameters
    ----------
    workbook
        Cover and sheets.
    path
        The file to write; two runs give the same bytes.
    """
    document = Document("spreadsheet")
    document.body.clear()
    for name, (bold, size, cell) in STYLES.items():
        style = Style("table-cell", name=name, area="text", font_name="Arial", bold=bold, size=size)
        style.set_properties(cell, area="table-cell")
        document.insert_style(style, automatic=True)
    for width in sorted({100, *(width for sheet in workbook.sheets for width in sheet.widths)}):
        column = Style("table-column", name=f"wide-{width}", width=f"{CENTIMETRES * width:.2f}cm")
        document.insert_style(column, automatic=True)
    document.body.append(_marked_up(workbook.sheets))
    _describe(document, workbook)
    _save(document, _tables(workbook), path)


def _tables(workbook: Workbook) -> str:
    """All sheets as the text of the file's content: as objects their tens of thousands of cells would take seconds."""
    cover = [_row([line], "text" if number else "title") for number, line in enumerate(workbook.cover)]
    return _table("Cover", [100], cover) + "".join(_sheet(sheet) for sheet in workbook.sheets)


def _sheet(sheet: Sheet) -> str:
    lines = enumerate((sheet.title, *sheet.about))
    rows = [_row([line], "line" if number else "title") for number, line in lines]
    rows.append(f"<table:table-header-rows>{_row(sheet.table.columns, 'head')}</table:table-header-rows>")
    rows += [_row(cells, "text", sheet.links) for cells in sheet.table.itertuples(index=False)]
    return _table(sheet.name, sheet.widths, rows)


def _table(name: str, wide: Iterable[int], rows: Iterable[str]) -> str:
    columns = [f'<table:table-column table:style-name="wide-{width}"/>' for width in wide]
    return f"<table:table table:name={quoteattr(name)}>{''.join((*columns, *rows))}</table:table>"


def _row(cells: Iterable[object], style: str, leads: bool = False) -> str:
    written = [_cell(cell, style, leads and position == 0) for position, cell in enumerate(cells)]
    return f"<table:table-row>{''.join(written)}</table:table-row>"


def _cell(cell: object, style: str, leads: bool) -> str:
    shown = escape(str(cell))
    if isinstance(cell, str):
        value = 'office:value-type="string"'
    else:
        value = f'office:value-type="float" office:value="{shown}"'
    if leads:
        shown = f'<text:a xlink:type="simple" xlink:href="#{shown}.A1">{shown}</text:a>'
    return f'<table:table-cell table:style-name="{style}" {value}><text:p>{shown}</text:p></table:table-cell>'


def _marked_up(sheets: tuple[Sheet, ...]) -> Element:
    """Database ranges: how a spreadsheet says where a table is and that it has a head."""
    ranges = Element.from_tag("table:database-ranges")
    for sheet in sheets:
        top = 1 + len(sheet.about)
        first = xl_rowcol_to_cell(top, 0)
        last = xl_rowcol_to_cell(top + len(sheet.table), len(sheet.table.columns) - 1)
        marked = Element.from_tag("table:database-range")
        marked.set_attribute("table:name", sheet.name)
        marked.set_attribute("table:target-range-address", f"{sheet.name}.{first}:{sheet.name}.{last}")
        marked.set_attribute("table:contains-header", "true")
        ranges.append(marked)
    return ranges


def _describe(document: Document, workbook: Workbook) -> None:
    made = datetime(workbook.year, 3, 31)  # without a time zone, which the format does not hold
    document.set_language("en-GB")
    document.meta.title = workbook.title
    document.meta.description = workbook.cover[1] if workbook.synthetic or workbook.internal else ""
    document.meta.creation_date = made
    document.meta.date = made


def _save(document: Document, tables: str, path: Path) -> None:
    """Save with the tables, and the same dates inside the archive at each run."""
    made = io.BytesIO()
    document.save(made)
    with zipfile.ZipFile(made) as dated, zipfile.ZipFile(path, "w") as fixed:
        for entry in dated.infolist():
            undated = zipfile.ZipInfo(entry.filename, EPOCH)
            undated.compress_type = entry.compress_type
            content = dated.read(entry)
            if entry.filename == "content.xml":
                content = content.replace(BODY, BODY + tables.encode())
            fixed.writestr(undated, content)
