"""What organisations are asked to mend: who gets a workbook, what it says, and what it never says."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from small_england import collection, organisation, publication
from wres.collect import Collection
from wres.problems import Problem
from wres.publish.quality import write_quality

ERROR = Problem("returns.csv", 7, "A", 2025, "2", "error", "too-many", "appointed 3 above 2", "fewer", "mend")
WARNING = dataclasses.replace(ERROR, severity="warning", row=None, indicator="", rule="year-missing")


def received(*problems: Problem) -> Collection:
    given = collection([organisation("A"), organisation("B")], [])
    return given.with_problems(problems)


def cells(path: Path) -> list[list[object]]:
    sheet = openpyxl.load_workbook(path)["To mend"]
    return [[cell for cell in row if cell is not None] for row in sheet.iter_rows(values_only=True)]


def test_a_workbook_for_each_organisation_with_problems(tmp_path: Path) -> None:
    write_quality(received(ERROR, WARNING), publication(), tmp_path / "quality")
    assert [path.name for path in (tmp_path / "quality" / "organisations").iterdir()] == ["A.xlsx"]
    rows = cells(tmp_path / "quality" / "organisations" / "A.xlsx")
    assert rows[0] == ["What to mend: Trust A (A)"]
    assert rows[-3] == ["Severity", "Year", "Indicator", "Where", "Expected", "What to do", "Rule"]
    assert rows[-2] == ["error", "2025", "2", "returns.csv, row 7", "fewer", "mend", "too-many"]
    assert rows[-1] == ["warning", "2025", "", "returns.csv", "fewer", "mend", "year-missing"]


def test_counts_are_for_the_senders_alone(tmp_path: Path) -> None:
    """No problem has gone through disclosure control."""
    write_quality(received(ERROR), publication(), tmp_path / "published")
    write_quality(received(ERROR), publication(), tmp_path / "sent", found=True)
    said = {
        name: (tmp_path / name / "problems.csv").read_text()
        + str(cells(tmp_path / name / "organisations" / "A.xlsx"))
        for name in ("published", "sent")
    }
    assert "3 above 2" not in said["published"]
    assert said["sent"].count("appointed 3 above 2") == 2


@pytest.mark.parametrize("text", ["=1+1", "+1+1", "-1+1", "@SUM(A1)", "\t=1"])
def test_no_text_can_run(text: str, tmp_path: Path) -> None:
    fault = dataclasses.replace(ERROR, found=text, expected=text, file=text, row=None)
    write_quality(received(fault), publication(), tmp_path / "sent", found=True)
    table = pd.read_csv(tmp_path / "sent" / "problems.csv", dtype=str)
    assert table.loc[0, "found"] == f"'{text}"
    sheet = openpyxl.load_workbook(tmp_path / "sent" / "organisations" / "A.xlsx")["To mend"]
    assert {cell.data_type for row in sheet.iter_rows() for cell in row if cell.value is not None} == {"s"}


@pytest.mark.parametrize("code", ["", "../../evil", "ZZZ"])
def test_only_known_codes_name_a_file(code: str, tmp_path: Path) -> None:
    fault = dataclasses.replace(ERROR, organisation_code=code)
    write_quality(received(fault), publication(), tmp_path / "quality")
    assert [path.name for path in (tmp_path / "quality").iterdir()] == ["problems.csv"]


def test_a_folder_of_an_earlier_run_is_not_added_to(tmp_path: Path) -> None:
    with pytest.raises(FileExistsError, match="exists already; name a new folder"):
        write_quality(received(ERROR), publication(), tmp_path)
