"""Having a file added up by :mod:`wres.aggregate`, which runs in a process of its own."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pandas as pd

from wres.collect.extract.declared import Declaration, plain
from wres.collect.tables import ORGANISATION_CODE
from wres.definitions import definitions
from wres.params import ExtractKind

SECONDS, SECONDS_A_MEGABYTE = 60, 1
SEND_AGAIN = "export the file again"


class ExtractError(Exception):
    """A file can't be read: what was found, what was expected, and how to mend it."""

    def __init__(self, found: str, expected: str, mend: str) -> None:
        self.found, self.expected, self.mend = found, expected, mend
        super().__init__(f"found {found}; expected {expected}; {mend}")


@dataclass(frozen=True)
class Added:
    """What a file adds up to.

    Attributes
    ----------
    counts
        By organisation and place.
    faults
        Columns ``organisation_code``, ``indicator``, ``rule``, ``rows`` and ``first_rows``.
    received
        How many rows came, by organisation.
    rejected
        Lines of the file that are no rows.
    pay
        Of a file of staff, how many people of each place are paid how much; empty where pay was not given.
    """

    counts: pd.DataFrame
    faults: pd.DataFrame
    received: pd.Series
    rejected: list[int]
    pay: pd.DataFrame

    def in_file(self, rows: Sequence[int]) -> list[int]:
        """Numbers of rows as a spreadsheet counts them: lines that are no rows were not counted."""
        found = []
        for row in rows:
            number = int(row)
            for line in self.rejected:
                number += line <= number
            found.append(number)
        return sorted(found)


def added_up(
    path: Path,
    kind: ExtractKind,
    declared: Declaration,
    *,
    include_bank: bool,
) -> Added:
    """Add up a file.

    Parameters
    ----------
    path
        A CSV or Parquet file.
    kind
        Which of the declared files it is.
    declared
        Headings and words.
    include_bank
        Whether bank staff count as employed.

    Raises
    ------
    ExtractError
        If it can't be read.
    """
    with TemporaryDirectory(prefix="wres-extract-") as folder:
        job = {
            "path": str(path.resolve()),
            "kind": kind,
            "folder": folder,
            "columns": _columns(kind, declared),
            "words": _words(declared, include_bank=include_bank),
            "places": _places(),
            "organisation_code": ORGANISATION_CODE,
        }
        problem = _run(job, SECONDS + SECONDS_A_MEGABYTE * path.stat().st_size / 1e6)
        if problem:
            raise ExtractError(**problem)
        tables = {path.stem: pd.read_parquet(path) for path in Path(folder).glob("*.parquet")}
    return Added(
        tables["counts"],
        tables["faults"],
        tables["received"].set_index("organisation_code")["rows"],
        sorted(tables["rejected"]["line"].tolist()),
        tables.get("pay", pd.DataFrame()),
    )


def _run(job: dict[str, Any], seconds: float) -> dict[str, str] | None:
    command = [sys.executable, "-P", "-m", "wres.aggregate"]
    try:
        done = subprocess.run(  # noqa: S603  (our own program; the job goes in as data)
            command, input=json.dumps(job), capture_output=True, text=True, check=True, timeout=seconds
        )
    except subprocess.TimeoutExpired:
        found = f"a file that could not be read in {seconds:.0f} seconds"
        return {"found": found, "expected": "a whole CSV or Parquet file", "mend": SEND_AGAIN}
    except subprocess.CalledProcessError:
        found = "a file that brings the reader down"
        return {"found": found, "expected": "a whole CSV or Parquet file", "mend": SEND_AGAIN}
    problem: dict[str, str] | None = json.loads(done.stdout)
    return problem


def _columns(kind: ExtractKind, declared: Declaration) -> dict[str, dict[str, Any]]:
    return {
        field: {
            "headings": list(dict.fromkeys(plain(heading) for heading in (*column.headings, field))),
            "required": column.required,
        }
        for field, column in declared.files[kind].items()
    }


def _words(declared: Declaration, *, include_bank: bool) -> list[tuple[str, str, str]]:
    counted_as = {"bank": "employed"} if include_bank else {}
    return [
        (name, word, counted_as.get(code, code))
        for name, words in declared.words.items()
        for word, code in dict(words.pairs).items()
    ]


def _places() -> list[tuple[str, str]]:
    """Staff groups with the bands or grades that they have."""
    known = definitions()
    banded = product(("non_clinical", "clinical"), known.bands)
    return [*banded, *product(("medical_dental",), known.medical_grades)]
