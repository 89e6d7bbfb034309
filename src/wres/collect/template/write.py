"""Writes the return that an organisation fills in, empty or with its figures.

How the workbook looks belongs here; what is on it, in ``layout.yml``.
"""

from __future__ import annotations

import io
import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pandas as pd
import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_range, xl_range_abs, xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from wres.collect.tables import MOST_PEOPLE
from wres.collect.template.layout import (
    PLACE,
    CountCell,
    Counts,
    Fields,
    Input,
    Layout,
    Place,
    Records,
    Sheet,
    layout,
    parts_of,
)
from wres.examples.simulator import CODE_PREFIX
from wres.spreadsheets import AS_TEXT

Figures = Mapping[Place, object]

WIDTHS = {"fields": (34, 48), "counts": (46, 13), "list": (60, 36, 14, 16)}
GUIDANCE_WIDTH = 52
LETTERS_A_LINE = 56
LISTS = "Lists"
A4 = 9
SYNTHETIC = "Synthetic data: this organisation doesn't exist and the figures are made up"
PEOPLE = {
    "validate": "integer",
    "criteria": "between",
    "minimum": 0,
    "maximum": MOST_PEOPLE,
    "error_title": "A whole number, please",
    "error_message": "Count people: 0 or more, no fractions. Leave the cell blank if it is not submitted.",
}
A_DATE = {
    "validate": "date",
    "criteria": ">",
    "value": date(2000, 1, 1),
    "error_title": "A date, please",
    "error_message": "Type a date, such as 31/08/2025.",
}
FONT = {"font_name": "Arial", "font_size": 10, "valign": "vcenter"}
BOXED = {**FONT, "border": 1, "border_color": "#AEB7BD"}
STYLES: dict[str, dict[str, Any]] = {
    "title": {**FONT, "bold": True, "font_size": 16, "font_color": "#003087"},
    "whose": {**FONT, "font_color": "#425563"},
    "synthetic": {**FONT, "bold": True, "font_color": "#8A1538"},
    "block": {**FONT, "bold": True, "font_size": 12, "font_color": "#003087"},
    "head": {**BOXED, "bold": True, "text_wrap": True, "align": "center", "bg_color": "#E8EDEE"},
    "corner": {**BOXED, "bold": True, "text_wrap": True, "bg_color": "#E8EDEE"},
    "label": {**BOXED, "text_wrap": True},
    "count": {**BOXED, "num_format": "#,##0", "bg_color": "#FFF9DB", "locked": False},
    "text": {**BOXED, "text_wrap": True, "align": "left", "bg_color": "#FFF9DB", "locked": False},
    "date": {
        **BOXED,
        "num_format": "dd/mm/yyyy",
        "align": "left",
        "bg_color": "#FFF9DB",
        "locked": False,
    },
    "locked": {**BOXED, "align": "left", "bg_color": "#F4F6F7"},
    "total_label": {**BOXED, "bold": True, "bg_color": "#F4F6F7"},
    "total": {**BOXED, "bold": True, "num_format": "#,##0", "bg_color": "#F4F6F7"},
    "last_head": {
        **BOXED,
        "italic": True,
        "text_wrap": True,
        "align": "center",
        "font_color": "#5B6770",
        "bg_color": "#F4F6F7",
    },
    "last": {**BOXED, "italic": True, "num_format": "#,##0", "font_color": "#5B6770", "bg_color": "#F4F6F7"},
    "guidance": {**FONT, "text_wrap": True, "valign": "top", "font_color": "#425563"},
    "wrong": {"bg_color": "#F7C7CE", "font_color": "#8A1538"},
}
NO_COUNT = "OR(ISTEXT({0}),AND(ISNUMBER({0}),OR({0}<0,{0}<>INT({0}))))"


def write_return(
    path: Path,
    organisation: Mapping[str, object],
    year: int,
    returns: pd.DataFrame | None = None,
    last_year: pd.DataFrame | None = None,
    fields: Mapping[str, object] = MappingProxyType({}),
    declared: Layout | None = None,
) -> None:
    """Write one organisation's return for one year.

    Parameters
    ----------
    path
        The file to write; must not exist, so that nobody's figures are overwritten.
    organisation
        A row of the organisations table: ``organisation_code`` and whatever else is known.
    year
        Reporting year.
    returns
        Rows of the tidy returns of that organisation and year, to be filled in. Figures that the layout has no
        cell for are left out; a count that is text is typed as text.
    last_year
        Those of the year before, shown beside; without them there are no such columns.
    fields
        Other fields of the layout to be filled in, such as ``submitted``.
    declared
        Another layout than the package's.

    Raises
    ------
    FileExistsError
        If there is such a file already.
    """
    content = io.BytesIO()
    plan = declared or layout()
    with xlsxwriter.Workbook(content, {**AS_TEXT, "in_memory": True}) as book:
        given = {**organisation, "year": year, **fields}
        paper = _Paper(book, plan, given, _figures(returns), _figures(last_year))
        for number, sheet in enumerate(plan.sheets):
            paper.write_sheet(sheet, first=number == 0)
        paper.write_lists()
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with path.open("xb") as file:
            file.write(content.getvalue())
    except FileExistsError:
        raise FileExistsError(f"{path} exists already; name a new file") from None


def _figures(returns: pd.DataFrame | None) -> dict[Place, object]:
    if returns is None:
        return {}
    keys = zip(*(returns[name] for name in PLACE), strict=True)
    return dict(zip(keys, returns["count"].tolist(), strict=True))


@dataclass
class _Cursor:
    """Where on a sheet is written: the next row, and the column of the guidance."""

    sheet: Worksheet
    row: int
    guidance: int


class _Paper:
    """A workbook in the making."""

    def __init__(
        self,
        book: xlsxwriter.Workbook,
        plan: Layout,
        given: Mapping[str, object],
        figures: Figures,
        last_year: Figures,
    ) -> None:
        self._book, self._plan, self._given = book, plan, given
        self._figures, self._last_year = figures, last_year
        self._year = int(str(given["year"]))
        self._styles: dict[str, Format] = {
            name: book.add_format(properties) for name, properties in STYLES.items()
        }
        self._lists = list(dict.fromkeys(self._labels(each) for each in plan.inputs if each.list))
        book.set_size(2400, 1500)
        book.set_properties(
            {"title": self._said(plan.title), "created": datetime(self._year, 3, 31, tzinfo=UTC)}
        )

    def write_sheet(self, declared: Sheet, *, first: bool) -> None:
        """Write one sheet, ready to be filled in and printed."""
        sheet = self._book.add_worksheet(declared.name)
        widths = self._widths(declared)
        for column, width in enumerate(widths):
            sheet.set_column(column, column, width)
        guidance = len(widths) + 1
        sheet.set_column(guidance - 1, guidance - 1, 3)
        sheet.set_column(guidance, guidance, GUIDANCE_WIDTH)
        at = _Cursor(sheet, self._write_head(sheet, declared.name), guidance)
        if first:
            self._write_guidance_lines(at)
        for block in declared.blocks:
            top = at.row
            sheet.write_string(at.row, 0, block.title, self._styles["block"])
            at.row += 1
            match block:
                case Fields():
                    self._write_fields(at, block)
                case Counts():
                    self._write_counts(at, block)
                case Records():
                    self._write_records(at, block)
            at.row = self._write_guidance(at, top + 1, block.guidance) + 1
        self._set_up(sheet, at)

    def write_lists(self) -> None:
        """Write the choices of the drop-down lists on a hidden sheet."""
        sheet = self._book.add_worksheet(LISTS)
        for column, labels in enumerate(self._lists):
            sheet.write_column(0, column, labels)
        sheet.protect()
        sheet.very_hidden()

    def _widths(self, declared: Sheet) -> list[int]:
        """Widths of the columns that the blocks of a sheet need; the last one given goes on."""
        needed = [[*WIDTHS[block.form], *[WIDTHS[block.form][-1]] * 20] for block in declared.blocks]
        columns = max(self._columns(block) for block in declared.blocks)
        return [max(widths[n] for widths in needed) for n in range(columns)]

    def _columns(self, block: Fields | Counts | Records) -> int:
        match block:
            case Fields():
                return 2
            case Counts():
                return 1 + len(block.columns) * (2 if self._last_year else 1)
            case Records():
                return len(block.columns)

    def _write_head(self, sheet: Worksheet, name: str) -> int:
        """Title, whose return it is, and whether it is made up; return the row after."""
        code = str(self._given["organisation_code"])
        whose = " – ".join(str(part) for part in (self._given.get("organisation"), code) if part)
        sheet.write_string(0, 0, f"{self._said(self._plan.title)}: {name}", self._styles["title"])
        sheet.set_row(0, 26)
        sheet.write_string(1, 0, whose, self._styles["whose"])
        sheet.freeze_panes(2, 0)
        if not code.startswith(CODE_PREFIX):
            return 3
        sheet.write_string(2, 0, SYNTHETIC, self._styles["synthetic"])
        return 4

    def _write_guidance_lines(self, at: _Cursor) -> None:
        for line in self._plan.guidance:
            at.sheet.write_string(at.row, 0, f"•  {self._said(line)}", self._styles["whose"])
            at.row += 1
        at.row += 1

    def _write_guidance(self, at: _Cursor, top: int, guidance: str) -> int:
        """Write guidance beside a block, and return the row after both."""
        if not guidance:
            return at.row
        text = self._said(guidance)
        bottom = max(at.row - 1, top + math.ceil(len(text) / LETTERS_A_LINE))
        at.sheet.merge_range(top, at.guidance, bottom, at.guidance, text, self._styles["guidance"])
        return bottom + 1

    def _write_fields(self, at: _Cursor, block: Fields) -> None:
        for each in block.fields:
            at.sheet.write_string(at.row, 0, each.label, self._styles["label"])
            self._write_input(at.sheet, at.row, 1, each, self._given.get(each.field, ""))
            at.row += 1

    def _write_records(self, at: _Cursor, block: Records) -> None:
        for column, each in enumerate(block.columns):
            at.sheet.write_string(at.row, column, each.label, self._styles["corner"])
        for row in range(at.row + 1, at.row + 1 + block.blank_rows):
            at.sheet.set_row(row, 30)
            for column, each in enumerate(block.columns):
                self._write_input(at.sheet, row, column, each, "")
        at.row += 1 + block.blank_rows

    def _write_input(self, sheet: Worksheet, row: int, column: int, each: Input, value: object) -> None:
        style = self._styles["locked" if each.locked else "date" if each.kind == "date" else "text"]
        shown = self._plan.choices(each).get(str(value), value) if each.list else value
        match shown:
            case date():
                sheet.write_datetime(row, column, shown, style)
            case int():
                sheet.write_number(row, column, shown, style)
            case _ if shown:
                sheet.write_string(row, column, str(shown), style)
            case _:
                sheet.write_blank(row, column, None, style)
        if each.list:
            sheet.data_validation(row, column, row, column, self._choice(each))
        elif each.kind == "date":
            sheet.data_validation(row, column, row, column, A_DATE)

    def _choice(self, each: Input) -> dict[str, Any]:
        labels = self._labels(each)
        column = self._lists.index(labels)
        return {
            "validate": "list",
            "source": f"={LISTS}!{xl_range_abs(0, column, len(labels) - 1, column)}",
            "error_title": "Please choose from the list",
            "error_message": "Choose one of the list, or leave the cell blank.",
        }

    def _labels(self, each: Input) -> tuple[str, ...]:
        return tuple(self._plan.choices(each).values())

    def _write_counts(self, at: _Cursor, block: Counts) -> None:
        self._write_count_heads(at, block)
        top = at.row + 1
        for cell in block.cells:
            self._write_count(at.sheet, top, block, cell)
        bottom, right = top + len(block.rows) - 1, len(block.columns)
        at.sheet.data_validation(top, 1, bottom, right, PEOPLE)
        wrong = {"type": "formula", "criteria": "=" + NO_COUNT.format(xl_rowcol_to_cell(top, 1))}
        at.sheet.conditional_format(top, 1, bottom, right, {**wrong, "format": self._styles["wrong"]})
        at.row = bottom + 1

    def _write_count_heads(self, at: _Cursor, block: Counts) -> None:
        at.sheet.set_row(at.row, 30)
        at.sheet.write_string(at.row, 0, block.corner, self._styles["corner"])
        columns = len(block.columns)
        for number, column in enumerate(block.columns, start=1):
            at.sheet.write_string(at.row, number, column.label, self._styles["head"])
            if self._last_year:
                words = f"{column.label}, {self._year - 1}"
                at.sheet.write_string(at.row, columns + number, words, self._styles["last_head"])
        for number, row in enumerate(block.rows, start=1):
            style = self._styles["total_label" if row.is_total else "label"]
            at.sheet.write_string(at.row + number, 0, row.label, style)

    def _write_count(self, sheet: Worksheet, top: int, block: Counts, cell: CountCell) -> None:
        """Write a count or the formula of a total, and last year's beside."""
        at = (top + cell.row, 1 + cell.column)
        if cell.is_total:
            self._write_total(sheet, at, _added_up(top, block, cell), cell)
        else:
            _write_figure(sheet, at, self._figures.get(cell.place), self._styles["count"])
        if self._last_year:
            beside = (at[0], at[1] + len(block.columns))
            _write_figure(sheet, beside, _sum(self._last_year, cell), self._styles["last"])

    def _write_total(self, sheet: Worksheet, at: tuple[int, int], cells: str, cell: CountCell) -> None:
        formula = f'=IF(COUNT({cells})=0,"",SUM({cells}))'
        total = _sum(self._figures, cell)
        sheet.write_formula(*at, formula, self._styles["total"], "" if total is None else total)

    def _set_up(self, sheet: Worksheet, at: _Cursor) -> None:
        """Lock what is not filled in, and fit the sheet to a page's width."""
        sheet.protect("", {"format_columns": True, "format_rows": True, "insert_rows": True})
        sheet.hide_gridlines(2)
        sheet.set_landscape()
        sheet.set_paper(A4)
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(0, 1)
        sheet.print_area(0, 0, at.row, at.guidance)
        whose = str(self._given["organisation_code"]).replace("&", "&&")
        sheet.set_footer(f"&L{whose} {self._year}&C&A&RPage &P of &N")

    def _said(self, text: str) -> str:
        return text.replace("{year}", str(self._year)).replace("{last_year}", str(self._year - 1))


def _write_figure(sheet: Worksheet, at: tuple[int, int], figure: object, style: Format) -> None:
    if figure is None:
        sheet.write_blank(*at, None, style)
    elif isinstance(figure, str):
        sheet.write_string(*at, figure, style)
    else:
        sheet.write_number(*at, figure, style)


def _added_up(top: int, block: Counts, cell: CountCell) -> str:
    """The cells that the formula of a total adds up: those beside it, or else those above."""
    row, column = top + cell.row, 1 + cell.column
    if block.columns[cell.column].is_total:
        columns = parts_of(block.columns, cell.column)
        return str(xl_range(row, 1 + columns[0], row, 1 + columns[-1]))
    rows = parts_of(block.rows, cell.row)
    return str(xl_range(top + rows[0], column, top + rows[-1], column))


def _sum(figures: Figures, cell: CountCell) -> float | None:
    """The sum of the numbers in a cell's parts, as a spreadsheet has it; None where there are none."""
    numbers = [n for n in map(figures.get, cell.places) if isinstance(n, int | float)]
    return sum(numbers) if numbers else None
