"""Reader of the NHS Staff Survey's detailed spreadsheets, as they are published.

Of England it reads indicators 5 to 8 by white and BME staff and by every detailed ethnic group, of regions and of
each organisation the result of all staff. What stands where is declared in ``staff_survey.yml``, and which
question is behind which indicator in ``definitions.yml``.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from pathlib import Path
from typing import NamedTuple

import yaml

from wres.collect.faults import Row, of_file, of_row
from wres.collect.tables import (
    Tables,
    checked_organisations,
    checked_percentages,
    read_tables,
    text_table,
)
from wres.collect.workbook import Cell, Rows, Workbook, WorkbookError, place, read_workbook
from wres.definitions import EVERYBODY, NATION, Strict, definitions
from wres.params import StaffSurvey
from wres.problems import Problem, quoted

RULE = "staff-survey"
QUESTION = re.compile(r"(Q[0-9]+[a-z]?)\b")
SURVEY_OF = re.compile(r"NHS Staff Survey ([0-9]{4})")
DIGITS = 8
WHOLE_PEOPLE = 1e-4
NATIONAL_COVERAGE = "NHS trusts"
NOT_READ = "send the published file as it is; it was not read"


class OrganisationHeads(Strict):
    """Heads of the columns that say which organisation a row is of."""

    code: str
    organisation: str
    group: str
    region: str
    weighting: str


class NationalHeads(Strict):
    """Heads of the columns that say which part of all staff a row is of."""

    breakdown: str
    subgroup: str
    weighting: str


class Layout(Strict):
    """Everything in ``staff_survey.yml``."""

    organisation_heads: OrganisationHeads
    national_heads: NationalHeads
    base: str
    hidden: str
    unweighted: str
    answers: dict[str, tuple[str, ...]]
    benchmarking_groups: dict[str, str]
    region_breakdown: str
    ethnic_breakdowns: dict[str, dict[str, str]]


class Block(NamedTuple):
    """Where a question's answers stand: its sheet, the columns that count, and that of the base."""

    sheet: str
    question: str
    indicator: str
    category: str
    head_row: int
    answers: tuple[int, ...]
    base: int


@dataclass
class File:
    """One of the published files, and what was found in it."""

    name: str
    year: int
    workbook: Workbook
    problems: list[Problem]
    organisations: list[Row] = field(default_factory=list)
    percentages: list[Row] = field(default_factory=list)


@cache
def layout() -> Layout:
    """Read and check the declared layout."""
    text = resources.files("wres.collect").joinpath("staff_survey.yml").read_text(encoding="utf-8")
    return Layout.model_validate(yaml.safe_load(text))


def read_staff_survey(source: StaffSurvey, folder: Path) -> Tables:
    """Read the results of one survey.

    Parameters
    ----------
    source
        The files and the year of the survey, whose results belong to the reporting year after it.
    folder
        Where relative paths start.

    Returns
    -------
    Tables
        Organisations and percentages, each with its sheet and cell. A file that can't be read is an error among
        the problems, and the other is read.
    """
    year = source.survey_year + 1
    nothing = read_tables({}, year)
    problems: list[Problem] = []
    organisations: list[Row] = []
    percentages: list[Row] = []
    for name, heads in (
        (source.organisations, layout().organisation_heads),
        (source.national, layout().national_heads),
    ):
        if name is None:
            continue
        try:
            file = File(name, year, read_workbook(folder / name), problems)
        except WorkbookError as error:
            problems.append(error.problem(name))
            continue
        _read_file(file, heads, source.survey_year)
        organisations += file.organisations
        percentages += file.percentages
    return Tables(
        checked_organisations(text_table("organisations", organisations), problems),
        nothing.returns,
        checked_percentages(text_table("percentages", percentages), year, problems),
        tuple(problems),
    )


def _read_file(file: File, heads: OrganisationHeads | NationalHeads, survey_year: int) -> None:
    wrong = list(_another_survey(file, survey_year))
    blocks = [] if wrong else list(_blocks(file, heads, survey_year))
    file.problems += wrong
    for block in blocks:
        if isinstance(heads, OrganisationHeads):
            _read_organisations(file, block, heads)
        else:
            _read_nation(file, block, heads)
    if blocks and not file.percentages:
        file.problems.append(_of_file(file, "no results", "a row of results or more"))


def _another_survey(file: File, survey_year: int) -> Iterator[Problem]:
    """The title of every sheet names the survey that it is of."""
    titles = (_texts(rows.get(1, {})) for rows in file.workbook.sheets.values())
    years = {found[1] for title in titles for text in title.values() if (found := SURVEY_OF.match(text))}
    others = sorted(years - {str(survey_year)})
    if others:
        expected = f"that of {survey_year} (survey_year)"
        yield _of_file(file, f"the survey of {' and '.join(others)}", expected)


def _blocks(file: File, heads: OrganisationHeads | NationalHeads, survey_year: int) -> Iterator[Block]:
    """The block of every question that an indicator is made from; what can't be found is reported."""
    for indicator, question, category in _questions(file, survey_year):
        for sheet, rows in file.workbook.sheets.items():
            head_row = _head_row(rows, heads)
            first = _column_of(rows, head_row, question)
            if first is not None:
                block = _block(rows, head_row, first, (sheet, question, indicator, category))
                if block is not None:
                    yield block
                else:
                    wanted = ", ".join([*layout().answers[indicator], layout().base])
                    found = f"{question} on the sheet {sheet} without its answers"
                    file.problems.append(_of_file(file, found, f"columns {wanted}", indicator))
                break
        else:
            of_whom = f"{question} above the head of a sheet with {', '.join(_heads(heads))}"
            file.problems.append(_of_file(file, f"no question {question}", of_whom, indicator))


def _questions(file: File, survey_year: int) -> Iterator[tuple[str, str, str]]:
    """Indicator, question and category: a question of its own, or one of those that an indicator joins."""
    for code, indicator in definitions().indicators.items():
        if indicator.kind != "survey":
            continue
        asked = indicator.survey_question(survey_year)
        if asked is None:
            expected = f"the question of indicator {code} in definitions.yml"
            file.problems.append(_of_file(file, f"the survey of {survey_year}", expected, code))
            continue
        questions = asked.question.split(" or ")
        categories = tuple(indicator.union_of) if len(questions) > 1 else ("",)
        for question, category in zip(questions, categories, strict=True):
            yield code, question, category


def _heads(heads: OrganisationHeads | NationalHeads) -> tuple[str, ...]:
    return tuple(heads.model_dump().values())


def _head_row(rows: Rows, heads: OrganisationHeads | NationalHeads) -> int:
    """The row with all heads; 0 if there is none."""
    wanted = set(_heads(heads))
    return next((n for n, cells in rows.items() if wanted <= set(_texts(cells).values())), 0)


def _column_of(rows: Rows, head_row: int, question: str) -> int | None:
    """The first column under a question that stands above the head."""
    above = (cells for n, cells in rows.items() if n < head_row)
    for cells in above:
        for column, text in _texts(cells).items():
            asked = QUESTION.match(text)
            if asked and asked[1] == question:
                return column
    return None


def _block(rows: Rows, head_row: int, first: int, about: tuple[str, str, str, str]) -> Block | None:
    heads = _texts(rows[head_row])
    base = next((column for column in sorted(heads) if column >= first and heads[column] == layout().base), 0)
    columns = {heads[column]: column for column in range(first, base) if column in heads}
    answers = layout().answers[about[2]]
    if not base or not set(answers) <= set(columns):
        return None
    return Block(*about, head_row, tuple(columns[answer] for answer in answers), base)


def _read_organisations(file: File, block: Block, heads: OrganisationHeads) -> None:
    """All staff of each organisation; who it is, is taken from the first sheet."""
    known = {row["organisation_code"] for row in file.organisations}
    for number, whose, cells in _rows(file, block, heads):
        code = whose["code"]
        if code not in known:
            file.organisations.append(
                {
                    "organisation_code": code,
                    "organisation": whose["organisation"],
                    "type": layout().benchmarking_groups.get(whose["group"], whose["group"]),
                    "region": "" if whose["region"] == layout().hidden else whose["region"],
                    "source": f"NHS Staff Survey {file.year - 1}",
                    "file": f"{file.name}, sheet {block.sheet}",
                    "row": number,
                }
            )
        coverage = "all staff of the organisation"
        _add_percentage(file, block, (code, EVERYBODY, coverage, whose["weighting"]), (number, cells))


def _read_nation(file: File, block: Block, heads: NationalHeads) -> None:
    """England: all staff, the ethnic breakdowns and the regions."""
    regions = {name: code for code, name in definitions().regions.items()}
    for number, whose, cells in _rows(file, block, heads):
        code, ethnicity = NATION, EVERYBODY
        breakdown, subgroup = whose["breakdown"], whose["subgroup"]
        if breakdown == layout().region_breakdown:
            code = regions.get(subgroup, "")
        elif breakdown:
            groups = layout().ethnic_breakdowns.get(breakdown)
            if groups is None:
                continue
            ethnicity = groups.get(subgroup, "")
        if not code or not ethnicity:
            at = place(file.name, block.sheet, number, 1)
            row: Row = {"file": at, "row": 0, "indicator": block.indicator, "year": file.year}
            mend = "add the label to staff_survey.yml; the row was not read"
            found = f"{breakdown} {quoted(subgroup)}"
            file.problems.append(of_row(row, RULE, found, "a subgroup of the declared layout", mend))
            continue
        _add_percentage(
            file, block, (code, ethnicity, NATIONAL_COVERAGE, whose["weighting"]), (number, cells)
        )


def _rows(
    file: File, block: Block, heads: OrganisationHeads | NationalHeads
) -> Iterator[tuple[int, dict[str, str], dict[int, Cell]]]:
    """Rows below the head that hold any answer, with what they say of whose results they are."""
    rows = file.workbook.sheets[block.sheet]
    columns = {
        text: column for column, text in _texts(rows[block.head_row]).items() if column < block.answers[0]
    }
    names = {name: columns[head] for name, head in heads.model_dump().items()}
    for number, cells in rows.items():
        if number > block.head_row and any(column in cells for column in (*block.answers, block.base)):
            texts = _texts(cells)
            yield number, {name: texts.get(column, "") for name, column in names.items()}, cells


def _add_percentage(
    file: File, block: Block, whose: tuple[str, str, str, str], placed: tuple[int, dict[int, Cell]]
) -> None:
    """A percentage with its base, if it was published, as a row of text that is still to be checked."""
    (code, ethnicity, coverage, weighting), (number, cells) = whose, placed
    row: Row = {
        "year": str(file.year),
        "organisation_code": code,
        "indicator": block.indicator,
        "measure": definitions().indicators[block.indicator].measures.count,
        "staff_group": "all",
        "category": block.category,
        "ethnicity": ethnicity,
        "source": f"NHS Staff Survey {file.year - 1}, {block.question}",
        "file": place(file.name, block.sheet, number, block.answers[0]),
        "row": 0,
    }
    values = [cells.get(column, Cell("")) for column in (*block.answers, block.base)]
    if any(value.formula for value in values):
        mend = "send the published file as it is; this result was not read"
        file.problems.append(of_row(row, RULE, "a formula", "the number that was published", mend))
        return
    *answers, base = (value.value for value in values)
    if layout().hidden in (*answers, base):
        mend = "nothing; it stays unknown"
        found = "a result that is not displayed"
        file.problems.append(of_row(row, RULE, found, "ten answers or more", mend, "warning"))
        return
    weighted = weighting != layout().unweighted
    note = f"weighted by {weighting.lower()}, base unweighted" if weighted else "not weighted"
    percentage, base_text = _total(answers), _as_text(base)
    count = "" if weighted else _people(percentage, base_text)
    shown: Row = {"percentage": percentage, "count": count, "base": base_text, "note": f"{coverage}; {note}"}
    file.percentages.append({**row, **shown})


def _total(values: Iterable[object]) -> str:
    """The sum of shares in full; the first value that is no number if there is one."""
    values = list(values)
    strange = [value for value in values if isinstance(value, bool) or not isinstance(value, float)]
    return str(strange[0]) if strange else f"{sum(float(str(value)) for value in values):.{DIGITS}f}"


def _as_text(value: object) -> str:
    return f"{value:.{DIGITS}f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)


def _people(percentage: str, base: str) -> str:
    """The people behind a share that was not weighted; blank where no whole number of them gives it."""
    try:
        people = float(percentage) * float(base) / 100
    except ValueError:
        return ""
    whole = math.isfinite(people) and abs(people - round(people)) < WHOLE_PEOPLE
    return f"{people:.0f}" if whole else ""


def _texts(cells: dict[int, Cell]) -> dict[int, str]:
    """The texts of a row by column; numbers are none."""
    return {column: cell.value.strip() for column, cell in cells.items() if isinstance(cell.value, str)}


def _of_file(file: File, found: str, expected: str, indicator: str = "") -> Problem:
    whole = of_file(file.name, found, expected, NOT_READ, rule=RULE)
    return Problem(**{**vars(whole), "indicator": indicator})
