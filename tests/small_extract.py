"""Small extracts for tests: people by hand, and a larger file with everything that occurs."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from wres.collect.staff_extract import read_extract
from wres.collect.tables import Tables
from wres.params import StaffExtract

NURSE = {
    "Organisation Code": "RXY",
    "Employee Number": "1",
    "Pay Grade": "Band 5",
    "Staff Group": "Nursing and Midwifery Registered",
    "Ethnic Origin": "A",
    "Board Role": "",
    "Assignment Status": "Active Assignment",
    "Contract Type": "Permanent",
    "Primary Assignment": "Y",
    "FTE": "1.0",
    "Hourly Pay": "18.10",
    "Bonus": "",
}
NAMES = {
    "code": "Organisation Code",
    "band": "Pay Grade",
    "group": "Staff Group",
    "ethnicity": "Ethnic Origin",
    "role": "Board Role",
    "status": "Assignment Status",
    "contract": "Contract Type",
    "primary": "Primary Assignment",
    "fte": "FTE",
    "pay": "Hourly Pay",
    "bonus": "Bonus",
}


def assignment(employee: int | str, **other: str) -> dict[str, str]:
    """A nurse in band 5, but for what is said to be otherwise."""
    return NURSE | {"Employee Number": str(employee)} | {NAMES[name]: value for name, value in other.items()}


def staff_file(path: Path, *rows: dict[str, str]) -> Path:
    """An extract of these assignments, as CSV or Parquet."""
    return written(pd.DataFrame(rows), path)


def written(table: pd.DataFrame, path: Path) -> Path:
    if path.suffix == ".parquet":
        table.to_parquet(path, index=False)
    else:
        table.to_csv(path, index=False)
    return path


def read(folder: Path, **files: object) -> Tables:
    """What is read from files in a folder."""
    return read_extract(StaffExtract.model_validate({"year": 2025, **files}, context=folder), folder)


def people(tables: Tables, *columns: str) -> dict[object, int]:
    """Counts above 0 by the columns."""
    above = tables.returns[tables.returns["count"] > 0]
    keys = [tuple(row) if len(columns) > 1 else row[0] for row in above[list(columns)].to_numpy()]
    return dict(zip(keys, above["count"], strict=True))


def lines(tables: Tables) -> list[str]:
    return [f"{problem.severity}: {problem.line()}" for problem in tables.problems]


def many(rows: int, seed: int) -> pd.DataFrame:
    """Assignments at random in three organisations: bank staff, leavers, second jobs, boards, faulty words."""
    rng = np.random.default_rng(seed)

    def drawn(*words: str) -> np.ndarray:
        return rng.choice(words, rows)

    medical = rng.random(rows) < 0.2
    return pd.DataFrame(
        {
            "Organisation Code": drawn("RXX", "RXY", "RXZ"),
            "Employee Number": rng.integers(1, rows, rows).astype(str),
            "Pay Grade": np.where(
                medical, "Consultant", drawn("Band 2", "5", "8a", "VSM", "BAND 7", "band 9x")
            ),
            "Staff Group": np.where(
                medical, "Medical and Dental", drawn("Administrative and Clerical", "clinical")
            ),
            "Ethnic Origin": drawn("A", "B", "C", "GF", "H", "J", "Z", "99", "", " P ", "Q"),
            "Board Role": rng.choice(
                ["", "voting_executive", "Voting Non-Executive"], rows, p=[0.96, 0.02, 0.02]
            ),
            "Assignment Status": drawn("Active Assignment", "Career Break", "Inactive Not Worked", ""),
            "Contract Type": drawn("Permanent", "Permanent", "Fixed Term", "Bank", ""),
            "Primary Assignment": drawn("Y", "N", ""),
            "FTE": drawn("1", "0.5", "0.8", "", "-1"),
        }
    )
