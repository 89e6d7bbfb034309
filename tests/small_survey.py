"""Small files in the layouts of the NHS Staff Survey's spreadsheets and of ODS lists, for tests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import xlsxwriter

FREQUENCY = ("% Never", "% 1 to 2", "% 3 to 5", "% 6 to 10", "% More than 10")
QUESTIONS: dict[str, dict[str, tuple[str, ...]]] = {
    "HEALTH WELLBEING SAFETY Q13-14": {
        "Q13a": FREQUENCY,
        "Q14a": FREQUENCY,
        "Q14b": FREQUENCY,
        "Q14c": FREQUENCY,
        "Q14d": ("% Yes, I reported it", "% No"),
    },
    "HEALTH WELLBEING SAFETY Q15-17": {
        "Q15": ("% Yes", "% No", "% Don't know"),
        "Q16a": ("% Yes", "% No"),
        "Q16b": ("% Yes", "% No"),
        "Q16c_1": ("% Ethnic background",),
    },
}
BASE = "Base (number of responses)"
ORGANISATION_HEADS = ("ODS code", "Organisation name", "Benchmarking group", "Region", "ICS", "Weighting")
NATIONAL_HEADS = ("Base", "Breakdown", "Breakdown subgroup", "Weighting")
ACUTE = ("RXX", "Example NHS Trust", "Acute and Acute & Community Trusts", "London", "-", "Occupation Group")
BOARD = ("QXX", "Example ICB", "ICBs", "-", "-", "Unweighted")
NATION = ("National", None, None, "Organisation Size and Occupation Group")
WHITE = ("National", "Ethnic background (summary)", "White staff", "Organisation Size")
BME = (
    "National",
    "Ethnic background (summary)",
    "Staff from all other ethnic groups combined",
    "Organisation Size",
)
IRISH = ("National", "Ethnic background (detailed)", "White - Irish", "Organisation Size")
LONDON = ("National", "Region", "London", "Organisation Size")
WOMEN = ("National", "Gender", "Female", "Organisation Size")

Answers = Mapping[str, Sequence[object]]
NEVER = (75, 15, 5.5, 2, 2.5)
ANSWERS: Answers = {
    "Q13a": (*NEVER, 900),
    "Q14a": (75, 15, 5.5, 2, 2.5, 1000),
    "Q14b": (90, 6, 2, 1, 1, 990),
    "Q14c": (82, 12, 3, 1.5, 1.5, 980),
    "Q14d": (40, 60, 300),
    "Q15": (55, 15, 30, 995),
    "Q16a": (9, 91, 997),
    "Q16b": (8, 92, 996),
    "Q16c_1": (54, 80),
}


def write_survey(
    path: Path,
    heads: Sequence[str],
    rows: Sequence[tuple[Sequence[object], Answers]],
    year: int = 2024,
    formula: tuple[str, str, str] | None = None,
) -> Path:
    """Write a workbook; ``formula`` puts one in a cell of a sheet."""
    with xlsxwriter.Workbook(path) as book:
        book.add_worksheet("Notes").write(1, 1, f"NHS Staff Survey {year} - Detailed Spreadsheets")
        for name, questions in QUESTIONS.items():
            sheet = book.add_worksheet(name)
            sheet.write(0, 0, f"NHS Staff Survey {year} - WEIGHTED Results")
            sheet.write_row(4, 0, heads)
            column = len(heads)
            for question, answers in questions.items():
                sheet.write(0, column, f"{question} - In the last 12 months …?")
                sheet.write_row(4, column, [*answers, BASE])
                for number, (whose, given) in enumerate(rows, 5):
                    sheet.write_row(number, 0, whose)
                    sheet.write_row(number, column, given[question])
                column += len(answers) + 1
            if formula and formula[0] == name:
                sheet.write_formula(formula[1], formula[2])
    return path


def write_organisations(path: Path, *rows: tuple[Sequence[object], Answers], year: int = 2024) -> Path:
    """Write the file of organisations: by default a trust and an integrated care board."""
    return write_survey(path, ORGANISATION_HEADS, rows or [(ACUTE, ANSWERS), (BOARD, COUNTED)], year)


def write_national(path: Path, *rows: tuple[Sequence[object], Answers], year: int = 2024) -> Path:
    """Write the national file: by default all staff, white, BME and Irish staff, London and women."""
    given = [(whose, ANSWERS) for whose in (NATION, LONDON, WOMEN, IRISH, WHITE, BME)]
    return write_survey(path, NATIONAL_HEADS, rows or given, year)


COUNTED: Answers = {
    **ANSWERS,
    "Q14a": (100 * 43 / 50, 100 * 5 / 50, 100 * 1 / 50, 100 * 1 / 50, 0, 50),
    "Q14b": (100 * 47 / 49, 100 * 2 / 49, 0, 0, 0, 49),
    "Q14c": (100 * 37 / 48, 100 * 11 / 48, 0, 0, 0, 48),
    "Q15": (100 * 31 / 50, 100 * 4 / 50, 100 * 15 / 50, 50),
    "Q16b": (100 * 3 / 47, 100 * 44 / 47, 47),
}


def trust_line(
    code: str,
    name: str,
    region: str = "Y56",
    icb: str = "QMF",
    opened: str = "20100401",
    closed: str = "",
) -> str:
    """A line of an ODS list of trusts."""
    cells = [code, name, region, icb, *["ADDRESS"] * 6, opened, closed, *[""] * 15]
    return ",".join(f'"{cell}"' for cell in cells) + "\r\n"
