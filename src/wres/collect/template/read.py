"""Reader of filled return templates: a folder of workbooks becomes the tidy tables.

What a cell of a workbook means is told here, and that it was changed in ways that it mustn't be. What a count
may be is told in :mod:`wres.collect.tables`, for every source alike.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import product
from pathlib import Path

import pandas as pd

from wres.collect.aspiration import read_actions
from wres.collect.faults import Row, nearest, of_file, of_row
from wres.collect.tables import (
    NUMBER,
    ORGANISATION_CODE,
    Tables,
    checked_organisations,
    checked_returns,
    read_tables,
    text_table,
)
from wres.collect.template.find import BLANK, Area, areas, plain
from wres.collect.template.layout import (
    PLACE,
    Counts,
    Fields,
    Input,
    Layout,
    Records,
    layout,
)
from wres.collect.workbook import Cell, Value, Workbook, WorkbookError, read_workbook, workbook_problem
from wres.problems import Problem, quoted

SPREADSHEETS = (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods", ".numbers", ".csv")
GROUPED = re.compile(r"[+-]?[0-9]{1,3}([,\u00a0\u202f ][0-9]{3})+(\.[0-9]*)?")
WAYS_TO_WRITE_A_DATE = ("%Y-%m-%d", "%d/%m/%Y", "%d.%m.%Y", "%d %B %Y", "%d %b %Y")
LAST_DAY = 73_050
MOST_STRAYS = 20
LONGEST_NOTE = 1_000
SOURCE = "return"
RESTORE = "put it back as it was in the template, or fill in a new template"


@dataclass
class Received:
    """What one workbook holds.

    Attributes
    ----------
    file
        Its name.
    changed
        When the file was last changed, in nanoseconds.
    fields
        Values of the layout's fields as text.
    counts, actions, notes
        Rows of text, each with its place.
    problems
        What is wrong with it.
    """

    file: str
    changed: int
    fields: Row = field(default_factory=dict)
    counts: list[Row] = field(default_factory=list)
    actions: list[Row] = field(default_factory=list)
    notes: list[Row] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    @property
    def code(self) -> str:
        """Organisation code."""
        return str(self.fields["organisation_code"])

    @property
    def year(self) -> int:
        """Reporting year."""
        return int(self.fields["year"])

    @property
    def submitted(self) -> str:
        """Date of submission as 2025-08-31, or blank."""
        return str(self.fields.get("submitted", ""))

    def at(self, place: str, **words: str) -> Row:
        """A row of text at a place in the workbook."""
        whose: Row = {"year": self.fields["year"], "organisation_code": self.code}
        return whose | words | {"file": place, "row": 0}


def read_returns(folder: Path, last_year: int, prefix: str = "", declared: Layout | None = None) -> Tables:
    """Read every return template in a folder, whatever else people did to them.

    Parameters
    ----------
    folder
        With a workbook for each organisation and year.
    last_year
        The publication's year: returns of later years are left out, and it is said.
    prefix
        Set before the file names in problems, to tell sources apart.
    declared
        Another layout than the package's.

    Returns
    -------
    Tables
        A workbook that can't be read is an error that names it, and the others are read. Of two returns of one
        organisation and year the later is used.
    """
    plan = declared or layout()
    paths = [path for path in sorted(folder.iterdir()) if _is_spreadsheet(path)]
    problems: list[Problem] = []
    received = [each for path in paths if (each := _received(path, prefix, plan, problems)) is not None]
    if not received:
        found = f"no return that can be read among {len(paths)} workbooks"
        problems.append(of_file(prefix or str(folder), found, "filled return templates", "add them"))
    in_time = [each for each in received if not _is_later(each, last_year, problems)]
    used = _latest(in_time, problems)
    problems += [problem for each in used for problem in each.problems]
    newest = {each.code: each for each in sorted(used, key=lambda each: each.year)}
    whose = text_table("organisations", [_organisation(each) for each in newest.values()])
    organisations = checked_organisations(whose, problems)
    counts = text_table("returns", [row for each in used for row in _with_notes(each)])
    returns = checked_returns(counts, last_year, problems)
    percentages = read_tables({}, last_year).percentages
    refused = frozenset(newest) - frozenset(organisations["organisation_code"])
    plans = text_table("actions", [row for each in used for row in each.actions])
    actions = read_actions(plans, last_year, problems)
    return Tables(organisations, returns, percentages, tuple(problems), refused, actions=actions)


def read_return(path: Path, file: str = "", declared: Layout | None = None) -> Received:
    """Read one return template.

    Parameters
    ----------
    path
        The workbook.
    file
        What it is called in problems; its name, if nothing else is said.
    declared
        Another layout than the package's.

    Raises
    ------
    wres.collect.workbook.WorkbookError
        If it can't be read, or isn't a return template.
    """
    plan, file = declared or layout(), file or path.name
    book = read_workbook(path)
    received = Received(file, path.stat().st_mtime_ns)
    found = areas(file, book, plan)
    reader = _Reader(book, plan, received)
    blocks = [(block, found[block.title]) for block in plan.blocks]
    for block, places in blocks:
        if isinstance(block, Fields) and places:
            reader.read_fields(block, places[0])
    _check_whose(received)
    if book.macros:
        said = ("macros", "a workbook without", "they were not run and the figures were read")
        received.problems.append(workbook_problem(file, *said, "warning"))
    for block, places in blocks:
        if len(places) != 1:
            reader.report_block(block, places)
        elif isinstance(block, Counts):
            reader.read_counts(block, places[0])
        elif isinstance(block, Records):
            reader.read_records(block, places[0])
    return received


class _Reader:
    """Reads the blocks of one workbook into what was received."""

    def __init__(self, book: Workbook, plan: Layout, received: Received) -> None:
        self._first_day = "1904-01-01" if book.mac_dates else "1899-12-30"
        self._plan, self._received = plan, received

    def read_fields(self, block: Fields, area: Area) -> None:
        """Read values beside their labels."""
        rows = {area.label(row): row for row in reversed(area.rows)}
        for each in block.fields:
            row = rows.get(plain(each.label))
            value = area.cell(row, area.column + 1).value if row is not None else ""
            self._received.fields[each.field] = self._text(each, value)
            if row is not None and each.field == "organisation_code":
                self._received.fields["file"] = area.place(row, area.column + 1)

    def read_counts(self, block: Counts, area: Area) -> None:
        """Read counts, and look whether totals are still those of their parts."""
        head, columns = area.head([entry.label for entry in block.columns])
        body = area.below(head)
        rows = self._rows_of_entries(block, body, sorted(columns.values()))
        for kind, axis, labels in (("column", block.columns, columns), ("row", block.rows, rows)):
            self._report_missing(block, area, kind, [e.label for e in axis if not e.is_total], labels)
        found = {
            (r, c): (rows[row.label], columns[column.label])
            for (r, row), (c, column) in product(enumerate(block.rows), enumerate(block.columns))
            if row.label in rows and column.label in columns
        }
        for cell in block.cells:
            at = found.get((cell.row, cell.column))
            given = body.cell(*at) if at else BLANK
            if not at or given == BLANK:
                continue
            figure = self._received.at(body.place(*at), **dict(zip(PLACE, cell.place, strict=True)))
            if cell.is_total:
                parts = [body.cell(*found[part]) for part in cell.parts if part in found]
                self._check_total(figure, given, parts)
            elif given.formula:
                what, expected = "a formula in place of a number", "a whole number that was typed"
                self._report(figure, "formula", what, expected, "type the number that the formula gives")
            else:
                self._received.counts.append({**figure, "count": typed(given.value), "source": SOURCE})

    def read_records(self, block: Records, area: Area) -> None:
        """Read as many rows as there are."""
        head, columns = area.head([each.label for each in block.columns])
        body = area.below(head)
        self._report_missing(block, area, "column", [each.label for each in block.columns], columns)
        table = self._received.actions if block.table == "actions" else self._received.notes
        for row in sorted(body.rows):
            words = {
                each.field: self._text(each, body.cell(row, columns[each.label]).value)
                for each in block.columns
                if each.label in columns
            }
            if any(words.values()):
                first = min(columns.values())
                table.append(self._received.at(body.place(row, first), **block.words, **words))

    def report_block(self, block: Fields | Counts | Records, places: Sequence[Area]) -> None:
        """Report a block that is not there, or there more than once."""
        sheets = " and ".join(f"sheet {area.sheet}" for area in places)
        title = quoted(block.title)
        found = f"the block {title} in {sheets}" if places else f"no block {title}"
        at = self._received.at(self._received.file, indicator=_indicator(block))
        self._report(at, "block", found, "each block once", RESTORE)

    def _rows_of_entries(self, block: Counts, body: Area, columns: Sequence[int]) -> dict[str, int]:
        """The row of each label; figures beside any other label are reported."""
        labels = {plain(entry.label): entry for entry in block.rows}
        rows: dict[str, int] = {}
        strays: list[tuple[int, int]] = []
        for row in sorted(body.rows):
            label = body.label(row)
            entry = labels.get(label)
            if entry is not None and entry.label not in rows:
                rows[entry.label] = row
                continue
            filled = [column for column in columns if body.cell(row, column).value != ""]
            if filled:
                strays.append((row, filled[0]))
        for row, column in strays[:MOST_STRAYS]:
            self._report_stray(block, body, row, column)
        return rows

    def _report_stray(self, block: Counts, body: Area, row: int, column: int) -> None:
        label = str(body.cell(row, body.column).value)
        near = nearest(label, [entry.label for entry in block.rows])
        hint = f" (did you mean '{near}'?)" if near else ""
        at = self._received.at(body.place(row, column), indicator=_indicator(block))
        found = f"figures beside {quoted(label)}" if label else "figures in a row without a label"
        expected = f"figures beside each label of {quoted(block.title)} once{hint}"
        self._report(at, "stray-figures", found, expected, "move them to the row that they belong to")

    def _report_missing(
        self, block: Counts | Records, area: Area, kind: str, labels: Iterable[str], found: Iterable[str]
    ) -> None:
        """Report the labels without which figures can't be placed."""
        at = self._received.at(f"{area.file}, sheet {area.sheet}", indicator=_indicator(block))
        for label in labels:
            if label not in found:
                what = f"no {kind} {quoted(label)} in {quoted(block.title)}"
                self._report(at, "label", what, f"every {kind} of the template", RESTORE)

    def _check_total(self, row: Row, given: Cell, parts: Sequence[Cell]) -> None:
        """Report a total that its parts don't add up to.

        A formula leaves out numbers that were typed as text, and has no value until a spreadsheet calculated
        it; neither is the sender's fault.
        """
        numbers = [_number(part.value) for part in parts if part.value != ""]
        if any(number is None for number in numbers):
            return
        as_text = any(isinstance(part.value, str) and part.value for part in parts)
        if given.formula and (as_text or not isinstance(given.value, float)):
            return
        total, parts_sum = _number(given.value), sum(number or 0 for number in numbers)
        if total != parts_sum:
            found = f"{quoted(typed(given.value))} in a total whose cells add up to {parts_sum:g}"
            mend = "correct the cells that it adds up, and put its formula back"
            self._report(row, "total-not-sum", found, "the sum of the parts", mend)

    def _text(self, each: Input, value: Value) -> str:
        """A typed value as text: a date as 2025-08-31, a choice by its code."""
        if each.kind == "date":
            return _date(value, self._first_day)
        text = typed(value)
        if not each.list:
            return text
        codes = {plain(label): code for code, label in self._plan.choices(each).items()}
        return codes.get(plain(text), text)

    def _report(self, row: Row, rule: str, found: str, expected: str, mend: str) -> None:
        self._received.problems.append(of_row(row, rule, found, expected, mend))


def typed(value: Value) -> str:
    """What stands in a cell as text in one line: a whole number without a point or marks of thousands."""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, float):
        return f"{value:.0f}" if value.is_integer() else repr(value)
    text = " ".join(value.split())
    return re.sub(r"[,\s]", "", text) if GROUPED.fullmatch(text) else text


def _number(value: Value) -> float | None:
    text = typed(value)
    return float(text) if re.fullmatch(NUMBER, text) else None


def _date(value: Value, first_day: str) -> str:
    """A date as 2025-08-31; text that is none as it is."""
    if isinstance(value, float) and 1 <= value <= LAST_DAY:
        return str(pd.to_datetime(int(value), unit="D", origin=first_day).date())
    text = typed(value)
    for way in WAYS_TO_WRITE_A_DATE:
        try:
            return datetime.strptime(text, way).date().isoformat()
        except ValueError:
            continue
    return text


def _is_spreadsheet(path: Path) -> bool:
    """Whether a file may be a return; those that a spreadsheet program leaves open are not."""
    return path.suffix.casefold() in SPREADSHEETS and not path.name.startswith((".", "~$"))


def _received(path: Path, prefix: str, plan: Layout, problems: list[Problem]) -> Received | None:
    try:
        return read_return(path, prefix + path.name, plan)
    except WorkbookError as error:
        problems.append(error.problem(prefix + path.name))
        return None


def _check_whose(received: Received) -> None:
    """Raise if it can't be told whose return a workbook is, and for which year."""
    expected = "a return template with the organisation's code and a year"
    mend = "fill in the template that was sent to you, and leave its titles as they are"
    if not received.fields:
        raise WorkbookError("a workbook that is no return template", mend, expected)
    code, year = (received.fields.get(name, "") for name in ("organisation_code", "year"))
    if not re.fullmatch(ORGANISATION_CODE, code):
        raise WorkbookError(f"the code {quoted(code)}" if code else "no code", mend, expected)
    if not re.fullmatch("20[0-9]{2}", year):
        raise WorkbookError(f"the year {quoted(year)}" if year else "no year", mend, expected)


def _is_later(received: Received, last_year: int, problems: list[Problem]) -> bool:
    if received.year <= last_year:
        return False
    found, mend = f"a return for {received.year}", "it was left out; correct the year if it is a slip"
    problems.append(workbook_problem(received.file, found, f"years up to {last_year}", mend, "warning"))
    return True


def _latest(received: Sequence[Received], problems: list[Problem]) -> list[Received]:
    """The return that counts for each organisation and year; those that it replaces are named."""
    groups: dict[tuple[str, int], list[Received]] = defaultdict(list)
    for each in received:
        groups[each.code, each.year].append(each)
    latest = []
    for group in groups.values():
        *earlier, last = _in_order_of_submission(group)
        latest.append(last)
        problems += [_replaced(each, last) for each in earlier]
    return latest


def _in_order_of_submission(group: Sequence[Received]) -> list[Received]:
    """By date of submission where all have one, else by the date of the file, else by its name."""
    dated = all(_is_date(each.submitted) for each in group)
    return sorted(group, key=lambda each: (each.submitted if dated else "", each.changed, each.file))


def _is_date(text: str) -> bool:
    try:
        return bool(date.fromisoformat(text))
    except ValueError:
        return False


def _replaced(earlier: Received, last: Received) -> Problem:
    found = f"a return that was sent twice: {last.file} is the later one"
    row = earlier.at(earlier.file)
    expected, mend = "one return an organisation and year", "the later one was used"
    return of_row(row, "sent-twice", found, expected, mend, "warning")


def _organisation(received: Received) -> Row:
    note = _notes(received).get("", "")
    return {**received.fields, "row": 0, "note": note, "source": SOURCE}


def _with_notes(received: Received) -> Iterator[Row]:
    """Counts with the data notes of their indicator."""
    notes = _notes(received)
    for row in received.counts:
        yield {**row, "note": notes.get(row["indicator"], "")}


def _notes(received: Received) -> dict[str, str]:
    """Data notes by indicator; those without one are of the organisation."""
    notes: dict[str, list[str]] = defaultdict(list)
    for row in received.notes:
        notes[str(row.get("indicator", ""))].append(str(row.get("note", "")))
    together = {indicator: "; ".join(filter(None, texts)) for indicator, texts in notes.items()}
    return {
        indicator: text if len(text) <= LONGEST_NOTE else f"{text[:LONGEST_NOTE]}…"
        for indicator, text in together.items()
    }


def _indicator(block: Fields | Counts | Records) -> str:
    """The one indicator of a block, or blank if it holds several or none."""
    found = {place[0] for place in block.places()} if isinstance(block, Counts) else set()
    return found.pop() if len(found) == 1 else ""
