"""What staff and events share: which organisations sent how many rows, and faults in short.

The rules themselves belong with the rows that they look at, in :mod:`.staff` and :mod:`.events`; how they are
worded, in :mod:`wres.collect.extract.faults`.
"""

from __future__ import annotations

from duckdb import DuckDBPyConnection, DuckDBPyRelation

from wres.aggregate.database import Job

RECEIVED = """
create temp table received as
select organisation_code, count(*) as rows from given group by organisation_code
"""
BAD_CODES = """
create temp table bad_codes as
select organisation_code from received where not regexp_full_match(organisation_code, $pattern)
"""
SUMMARY = """
select organisation_code, indicator, rule, count(*) as rows, min(file_row, 3) as first_rows
from faults
group by all
"""
ANY_FAULTS = "select count(*) > 0 from faults"
REJECTED = "select distinct line from reject_errors"


def mark_organisations(database: DuckDBPyConnection, job: Job) -> None:
    """Make the tables ``received``, rows by organisation, and ``bad_codes``, those that are no codes."""
    database.execute(RECEIVED)
    database.execute(BAD_CODES, {"pattern": job["organisation_code"]})


def summary(database: DuckDBPyConnection) -> DuckDBPyRelation:
    """Faults by organisation, indicator and rule: how many rows, and the first of them."""
    return database.sql(SUMMARY)


def any_faults(database: DuckDBPyConnection) -> bool:
    """Whether any row is faulty."""
    return bool(database.sql(ANY_FAULTS).fetchall()[0][0])


def received(database: DuckDBPyConnection) -> DuckDBPyRelation:
    """How many rows came from each organisation."""
    return database.table("received")


def rejected(database: DuckDBPyConnection) -> DuckDBPyRelation:
    """Lines of a CSV file that are no rows."""
    return database.sql(REJECTED)
