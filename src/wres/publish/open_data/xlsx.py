"""The open data tables as an Excel workbook."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from wres.publish.open_data.tables import Sheet, Workbook

FONT = {"font_name": "Arial", "font_size": 12, "valign": "top"}


@dataclass(frozen=True)
class _Formats:
    title: Format
    line: Format
    head: Format
    text: Format
    number: Format


def write_xlsx(workbook: Workbook, path: Path) -> None:
    """Write a workbook; every text is written as text, whatever it begins with.

    Parameters
    ----------
    workbook
        Cover and sheets.
    path
        The file to write; two runs give the same bytes.
    """
    with xlsxwriter.Workbook(path, {"in_memory": True}) as book:
        formats = _Formats(
            title=book.add_format({**FONT, "font_size": 16, "bold": True}),
            line=book.add_format(FONT),
            head=book.add_format({**FONT, "bold": True, "text_wrap": True, "bottom": 1}),
            text=book.add_format({**FONT, "text_wrap": True}),
            number=book.add_format({**FONT, "align": "right"}),
        )
        warning = workbook.cover[1] if workbook.synthetic or workbook.internal else ""
        made = datetime(workbook.year, 3, 31)  # without a time zone, which the format does not hold
        book.set_properties({"title": workbook.title, "comments": warning, "created": made})
        book.set_custom_property("Language", "en-GB")
        cover = book.add_worksheet("Cover")
        cover.set_column(0, 0, 100)
        for row, line in enumerate(workbook.cover):
            cover.write_string(row, 0, line, formats.text if row else formats.title)
        for sheet in workbook.sheets:
            _write_sheet(book.add_worksheet(sheet.name), sheet, formats)


def _write_sheet(page: Worksheet, sheet: Sheet, formats: _Formats) -> None:
    page.write_string(0, 0, sheet.title, formats.title)
    for row, line in enumerate(sheet.about, 1):
        page.write_string(row, 0, line, formats.line)
    top = 1 + len(sheet.about)
    for column, width in enumerate(sheet.widths):
        page.set_column(column, column, width)
    for row, cells in enumerate(sheet.table.itertuples(index=False), top + 1):
        for column, cell in enumerate(cells):
            if isinstance(cell, str):
                page.write_string(row, column, cell, formats.text)
            else:
                page.write_number(row, column, cell, formats.number)
    if sheet.links:
        for row, name in enumerate(sheet.table.iloc[:, 0], top + 1):
            page.write_url(row, 0, f"internal:'{name}'!A1", string=name)
    heads = [{"header": head, "header_format": formats.head} for head in sheet.table.columns]
    marked_up = {"name": sheet.name, "columns": heads, "autofilter": False, "style": None}
    page.add_table(top, 0, top + len(sheet.table), len(heads) - 1, marked_up)
