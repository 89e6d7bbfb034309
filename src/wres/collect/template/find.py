"""Finding the blocks of a layout in a workbook that people have worked in.

A block is found by its title, on whatever sheet, and a cell by the labels of its row and column, so that sheets
may be reordered and rows and columns inserted. What a cell means belongs in :mod:`.read`.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from wres.collect.template.layout import Layout
from wres.collect.workbook import Cell, Rows, Value, Workbook, place

BLANK = Cell("")
ENOUGH = 2  # places of a block, to say that it is there twice


@dataclass(frozen=True)
class Area:
    """The rows of a block, from below its title to the next title.

    Attributes
    ----------
    file, sheet
        Where it is.
    column
        That of the title, and so of the labels of rows.
    rows
        Its rows, as in :class:`wres.collect.workbook.Workbook`.
    """

    file: str
    sheet: str
    column: int
    rows: Rows

    def label(self, row: int) -> str:
        """The label of a row, as it is compared."""
        return plain(self.rows[row].get(self.column, BLANK).value)

    def cell(self, row: int, column: int) -> Cell:
        """A cell, blank if there is nothing in it."""
        return self.rows[row].get(column, BLANK)

    def place(self, row: int, column: int) -> str:
        """A cell in words."""
        return place(self.file, self.sheet, row, column)

    def head(self, labels: Sequence[str]) -> tuple[int, dict[str, int]]:
        """The row that holds the labels of the columns, or most of them, and the column of each that it holds."""
        found = {row: _columns(cells, labels) for row, cells in self.rows.items()}
        best = max(found, key=lambda row: len(found[row]), default=0)
        return best, found.get(best, {})

    def below(self, head: int) -> Area:
        """The same without the head and what is above it."""
        rows = {row: cells for row, cells in self.rows.items() if row > head}
        return Area(self.file, self.sheet, self.column, rows)


def areas(file: str, book: Workbook, plan: Layout) -> dict[str, list[Area]]:
    """Every place of every block of a layout, by title; a block that isn't there has none."""
    titles = {plain(block.title): block.title for block in plan.blocks}
    found: dict[str, list[Area]] = {block.title: [] for block in plan.blocks}
    for sheet, rows in book.sheets.items():
        anchors = [
            (titles[plain(cell.value)], row, column)
            for row, cells in rows.items()
            for column, cell in cells.items()
            if isinstance(cell.value, str) and plain(cell.value) in titles
        ]
        starts = sorted({row for _, row, _ in anchors})
        for title, top, column in anchors:
            if len(found[title]) < ENOUGH:
                end = next(iter(starts[bisect_right(starts, top) :]), math.inf)
                within = {row: cells for row, cells in rows.items() if top < row < end}
                found[title].append(Area(file, sheet, column, within))
    return found


def plain(value: Value) -> str:
    """Text as it is compared: whatever its case and spaces."""
    return " ".join(str(value).split()).casefold()


def _columns(cells: Mapping[int, Cell], labels: Sequence[str]) -> dict[str, int]:
    wanted = {plain(label): label for label in labels}
    found = {wanted.get(plain(cell.value), ""): column for column, cell in cells.items()}
    return {label: column for label, column in found.items() if label}
