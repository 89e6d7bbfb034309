"""What each organisation is asked to mend: one table of all problems, and a workbook an organisation.

What stands in a published folder names places and never counts, because no problem has gone through disclosure
control. What is written for the senders alone says what was found, too.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from textwrap import wrap

import pandas as pd
import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from wres.collect import Collection
from wres.params import Publication
from wres.problems import problems_table
from wres.spreadsheets import AS_TEXT, write_csv

WORKBOOKS = "organisations"
FONT = {"font_name": "Arial", "font_size": 11, "valign": "top"}
COLUMNS = {
    "severity": ("Severity", 11),
    "year": ("Year", 8),
    "indicator": ("Indicator", 11),
    "where": ("Where", 42),
    "found": ("Found", 38),
    "expected": ("Expected", 42),
    "mend": ("What to do", 48),
    "rule": ("Rule", 26),
}
TITLE_HEIGHT, LINE_HEIGHT = 22, 15
SAID = (
    "An error keeps the indicator of that year out of publication until it is mended.",
    "A warning is a figure to look at again; it is printed beside the indicator.",
    "Mend the return, or say in its data notes why the figure is right, and send it again.",
)
SYNTHETIC = "Synthetic data: this organisation doesn't exist and the figures are made up"


def write_quality(
    collection: Collection, publication: Publication, folder: Path, *, found: bool = False
) -> None:
    """Write ``problems.csv``, and ``organisations/CODE.xlsx`` for each organisation that has any.

    Parameters
    ----------
    collection
        As it was validated.
    publication
        Says what it is called and which year it is about.
    folder
        Where they are written; must not exist, so that no workbook of an earlier run stays in it.
    found
        Whether to say what was found, counts of people among it: not for release.

    Raises
    ------
    FileExistsError
        If there is such a folder already.
    """
    if folder.exists():
        raise FileExistsError(f"{folder} exists already; name a new folder")
    table = problems_table(collection.problems)
    if not found:
        table = table.drop(columns="found")
    folder.mkdir(parents=True)
    write_csv(table, folder / "problems.csv")
    names = collection.organisations.set_index("organisation_code")["organisation"]
    for code, rows in table[table["organisation_code"].isin(names.index)].groupby("organisation_code"):
        (folder / WORKBOOKS).mkdir(exist_ok=True)
        title = f"What to mend: {names[code]} ({code})"
        lines = [publication.title, *SAID, *([SYNTHETIC] if collection.synthetic else [])]
        _write_workbook(folder / WORKBOOKS / f"{code}.xlsx", title, lines, _worded(rows), publication.year)


def _worded(rows: pd.DataFrame) -> pd.DataFrame:
    """Problems as they are read: errors first, the latest year first."""
    row = rows["row"].map(lambda number: f", row {number}", na_action="ignore")
    worded = rows.assign(where=rows["file"].str.cat(row.astype("object").fillna("").astype("str")))
    worded = worded.sort_values(
        ["severity", "year", "indicator"], ascending=[True, False, True], kind="stable"
    )
    return worded[[name for name in COLUMNS if name in worded]]


def _write_workbook(path: Path, title: str, lines: list[str], table: pd.DataFrame, year: int) -> None:
    with xlsxwriter.Workbook(path, AS_TEXT) as book:
        book.set_properties({"title": title, "created": datetime(year, 3, 31)})
        page = book.add_worksheet("To mend")
        large, plain = book.add_format({**FONT, "font_size": 15, "bold": True}), book.add_format(FONT)
        wrapped = book.add_format({**FONT, "text_wrap": True, "border": 1, "border_color": "#AEB7BD"})
        head = book.add_format({**FONT, "bold": True, "bottom": 1, "bg_color": "#E8EDEE"})
        page.write_string(0, 0, title, large)
        page.set_row(0, TITLE_HEIGHT)
        for row, line in enumerate(lines, 1):
            page.write_string(row, 0, line, plain)
        top = len(lines) + 2
        for column, name in enumerate(table):
            label, width = COLUMNS[str(name)]
            page.set_column(column, column, width)
            page.write_string(top, column, label, head)
        widths = [COLUMNS[str(name)][1] for name in table]
        for row, cells in enumerate(table.itertuples(index=False), top + 1):
            texts = ["" if pd.isna(cell) else str(cell) for cell in cells]
            page.set_row(row, LINE_HEIGHT * _lines(texts, widths))
            for column, text in enumerate(texts):
                page.write_string(row, column, text, wrapped)
        _set_up(page, top, *table.shape)


def _lines(texts: Sequence[str], widths: Sequence[int]) -> int:
    """How many lines the fullest cell of a row takes; not every program fits rows to wrapped text by itself."""
    return max(len(wrap(text, width)) or 1 for text, width in zip(texts, widths, strict=True))


def _set_up(page: Worksheet, top: int, rows: int, columns: int) -> None:
    """Keep the heads in sight, and fit the sheet to a page's width."""
    page.freeze_panes(top + 1, 0)
    page.autofilter(top, 0, top + rows, columns - 1)
    page.set_landscape()
    page.set_paper(9)
    page.fit_to_pages(1, 0)
    page.repeat_rows(top)
    page.hide_gridlines(2)
