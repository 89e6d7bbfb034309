"""One job: a file is read, what was counted is written as Parquet, and what is wrong with the file is said."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path

from duckdb import DuckDBPyConnection, DuckDBPyRelation

from wres.aggregate import events, faults, staff
from wres.aggregate.database import FileError, Job, opened


def run(job: Job) -> None:
    """Read a file and write what was counted, of staff their pay too, with the faults of its rows.

    Parameters
    ----------
    job
        As :func:`wres.aggregate.database.opened`, :mod:`.staff` and :mod:`.events` read it.

    Raises
    ------
    FileError
        If the file can't be read.
    """
    with opened(job, numbered=False) as database:
        tables = {
            **_read(database, job),
            "faults": faults.summary(database),
            "received": faults.received(database),
            "rejected": faults.rejected(database),
        }
        _write(tables, job)
        point_at_rows = faults.any_faults(database)
    if point_at_rows:
        with opened(job, numbered=True) as database:
            _read(database, job)
            _write({"faults": faults.summary(database)}, job)


def _read(database: DuckDBPyConnection, job: Job) -> dict[str, DuckDBPyRelation]:
    if job["kind"] != "staff":
        events.read(database, job)
        return {"counts": events.counts(database, job)}
    staff.read(database, job)
    return {"counts": staff.counts(database), "pay": staff.pay(database)}


def _write(tables: Mapping[str, DuckDBPyRelation], job: Job) -> None:
    for name, table in tables.items():
        table.write_parquet(str(Path(job["folder"]) / f"{name}.parquet"))


def main() -> None:
    """Run the job on standard input; say on standard output, in JSON, why it can't be done."""
    problem = None
    try:
        run(json.load(sys.stdin))
    except FileError as error:
        problem = {"found": error.found, "expected": error.expected, "mend": error.mend}
    json.dump(problem, sys.stdout)


if __name__ == "__main__":
    main()
