"""What is wrong with the rows of an extract, in words: by organisation, without anything of a person in them.

Which rows are faulty is told in :mod:`wres.aggregate`. A row's number is said and never its contents: what stands
in the wrong column may be a name.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import pandas as pd

from wres.collect.extract.run import Added
from wres.problems import Problem, Severity

MOST_LEFT_OUT = 0.01
MOST_LISTED = 3
LEFT_OUT = "they were left out; correct them and export the file again"


class Wording(NamedTuple):
    """What is found where a rule is broken, and what was expected."""

    found: str
    expected: str


RULES = {
    "organisation-code": Wording("no organisation code", "the ODS code of an organisation"),
    "no-employee": Wording("no employee number", "the number of the employee, hashed or not"),
    "unknown-status": Wording("an unknown assignment status", "a status that is declared"),
    "unknown-contract": Wording("an unknown type of contract", "a type of contract that is declared"),
    "unknown-primary": Wording("an unknown mark of the primary assignment", "yes, no or blank"),
    "unknown-ethnicity": Wording("an unknown ethnic code", "a code of the NHS data dictionary, or blank"),
    "unknown-band": Wording("no known band or grade", "a band or medical grade that is declared"),
    "unknown-staff-group": Wording("no known staff group", "a staff group that is declared"),
    "grade-of-other-staff": Wording(
        "a band of medical staff or a medical grade of others",
        "medical grades for medical and dental staff, bands for all others",
    ),
    "fte": Wording(
        "a full-time equivalent that is no number from 0 to 10", "a number, such as 0.6, or blank"
    ),
    "unknown-board-role": Wording("an unknown board role", "a board role that is declared, or blank"),
    "hourly-pay": Wording("an hourly pay that is no amount", "pounds an hour above 0, or blank"),
    "bonus": Wording("a bonus that is no amount", "pounds, 0 or more, or blank"),
    "unknown-shortlisted": Wording("neither shortlisted nor not", "yes, no or blank"),
    "unknown-appointed": Wording("neither appointed nor not", "yes, no or blank"),
    "appointed-not-shortlisted": Wording(
        "appointed but not shortlisted", "only shortlisted people appointed"
    ),
}


def problems_of(file: str, year: int, added: Added) -> Iterator[Problem]:
    """Problems of a file's rows: each rule once an organisation.

    Up to one in a hundred of an organisation's rows are left out with a warning; more keep the indicator out of
    publication.

    Parameters
    ----------
    file
        Its name.
    year
        The reporting year.
    added
        What it adds up to.
    """
    if added.rejected:
        yield _of_lines(file, year, added.rejected)
    nobodys = added.faults["rule"].eq("organisation-code")
    strange, known = added.faults[nobodys], added.faults[~nobodys]
    if len(strange):
        rows = sorted(row for first in strange["first_rows"] for row in first)
        whole = strange.iloc[0].copy()
        whole["organisation_code"], whole["rows"], whole["first_rows"] = "", strange["rows"].sum(), rows
        yield _of_rows(file, year, whole, added, "error")
    for _, fault in known[~known["organisation_code"].isin(strange["organisation_code"])].iterrows():
        few = fault["rows"] <= MOST_LEFT_OUT * added.received[fault["organisation_code"]]
        yield _of_rows(file, year, fault, added, "warning" if few else "error")


def _of_lines(file: str, year: int, lines: Sequence[int]) -> Problem:
    found = f"lines that are no rows, {len(lines):,} in all ({_listed(lines, len(lines))})"
    expected = "as many cells in each row as in the head"
    mend = "see whether the file breaks off; export it again"
    return Problem(file, lines[0], "", year, "", "error", "row-length", found, expected, mend)


def _of_rows(file: str, year: int, fault: pd.Series, added: Added, severity: Severity) -> Problem:
    code, wording = fault["organisation_code"], RULES[fault["rule"]]
    received = added.received[code] if code else added.received.sum()
    rows = added.in_file(fault["first_rows"])
    listed = _listed(rows, fault["rows"])
    found = f"{wording.found} in {fault['rows']:,} of {received:,} rows ({listed})"
    place = (file, rows[0], code, year, fault["indicator"])
    return Problem(*place, severity, fault["rule"], found, wording.expected, LEFT_OUT)


def _listed(rows: Sequence[int], faulty: int) -> str:
    first = ", ".join(str(row) for row in rows[:MOST_LISTED])
    return f"{first} …" if faulty > MOST_LISTED else first
