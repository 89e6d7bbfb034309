"""Shortlisted and appointed applicants, disciplinary cases and training from event files.

What is counted is told here, in SQL that reads from top to bottom. How the file was opened belongs in
:mod:`.database`.
"""

from __future__ import annotations

from duckdb import DuckDBPyConnection, DuckDBPyRelation

from wres.aggregate.database import Job
from wres.aggregate.faults import mark_organisations

# A row that names no staff group counts among all staff alone.
APPLICANTS = """
create temp table given as
select
    file_row,
    plain(organisation_code) as organisation_code,
    case when plain(rows.staff_group) = '' then 'all'::code else staff_groups.code end as staff_group,
    ethnicities.code as ethnicity,
    shortlisted.code as shortlisted,
    appointed.code as appointed
from rows
left join words_of('staff_group') as staff_groups on staff_groups.word = plain(rows.staff_group)
left join words_of('ethnicity') as ethnicities on ethnicities.word = plain(rows.ethnicity)
left join words_of('flag') as shortlisted on shortlisted.word = plain(rows.shortlisted)
left join words_of('flag') as appointed on appointed.word = plain(rows.appointed)
"""
APPLICANTS_FAULTS = """
create temp table faults as
select rowid as id, file_row, organisation_code, '2' as indicator, 'organisation-code' as rule from given
    where organisation_code in (select organisation_code from bad_codes)
union all select rowid, file_row, organisation_code, '2', 'unknown-staff-group' from given where staff_group is null
union all select rowid, file_row, organisation_code, '2', 'unknown-ethnicity' from given where ethnicity is null
union all select rowid, file_row, organisation_code, '2', 'unknown-shortlisted' from given where shortlisted is null
union all select rowid, file_row, organisation_code, '2', 'unknown-appointed' from given where appointed is null
union all select rowid, file_row, organisation_code, '2', 'appointed-not-shortlisted' from given
    where appointed = 'yes' and shortlisted = 'no'
"""
APPLICANTS_COUNTED = """
create temp view counted as
select organisation_code, staff_group, ethnicity, 'shortlisted' as measure, shortlisted = 'yes' as happened
from (select rowid as id, * from given) anti join faults using (id)
union all
select organisation_code, staff_group, ethnicity, 'appointed', appointed = 'yes'
from (select rowid as id, * from given) anti join faults using (id)
"""

PEOPLE = """
create temp table given as
select
    file_row,
    plain(organisation_code) as organisation_code,
    person(organisation_code, employee) as person,
    case when plain(rows.staff_group) = '' then 'all'::code else staff_groups.code end as staff_group,
    ethnicities.code as ethnicity,
    contracts.code as contract
from rows
left join words_of('staff_group') as staff_groups on staff_groups.word = plain(rows.staff_group)
left join words_of('ethnicity') as ethnicities on ethnicities.word = plain(rows.ethnicity)
left join words_of('contract') as contracts on contracts.word = plain(rows.contract)
"""
PEOPLE_FAULTS = """
create temp table faults as
with wrong as (
    select rowid as id, file_row, organisation_code, 'organisation-code' as rule from given
        where organisation_code in (select organisation_code from bad_codes)
    union all select rowid, file_row, organisation_code, 'no-employee' from given where person is null
    union all select rowid, file_row, organisation_code, 'unknown-contract' from given where contract is null
    union all select rowid, file_row, organisation_code, 'unknown-staff-group' from given
        where contract = 'employed' and staff_group is null
    union all select rowid, file_row, organisation_code, 'unknown-ethnicity' from given
        where contract = 'employed' and ethnicity is null
)
select *, $indicator as indicator from wrong
"""
# A person with several cases or courses counts once in an organisation; where they were recorded under several
# ethnic categories, under the first in the order of the definitions, in which those not known come last.
PEOPLE_COUNTED = """
create temp table counted as
select organisation_code, staff_group, ethnicity, $measure as measure, true as happened
from (select rowid as id, * from given) anti join faults using (id)
where contract = 'employed'
qualify row_number() over (partition by organisation_code, person order by ethnicity, staff_group) = 1
"""

# Where anything came from an organisation, a category without anybody is nobody, not missing.
COUNTS = """
with cells as (
    select organisation_code, staff_group, measure, ethnicity, happened from counted
    union all
    select organisation_code, 'all'::code, measure, ethnicity, happened from counted where staff_group <> 'all'
)
select
    organisation_code,
    $indicator as indicator,
    measure,
    staff_group::varchar as staff_group,
    '' as category,
    ethnicity::varchar as ethnicity,
    count(*) filter (where happened) as count
from (select distinct organisation_code, staff_group, measure from cells)
    cross join ethnic_codes
    left join cells using (organisation_code, staff_group, measure, ethnicity)
group by all
order by all
"""

INDICATORS = {"recruitment": "2", "disciplinary": "3", "training": "4"}
MEASURES = {"disciplinary": "entered_disciplinary", "training": "accessed_training"}


def read(database: DuckDBPyConnection, job: Job) -> None:
    """Read the rows once, mark the faulty ones and keep those that count.

    Parameters
    ----------
    database
        An event file, opened.
    job
        ``kind``: recruitment, disciplinary or training; ``organisation_code``: what a code looks like.
    """
    kind = job["kind"]
    if kind == "recruitment":
        database.execute(APPLICANTS)
        mark_organisations(database, job)
        database.execute(APPLICANTS_FAULTS)
        database.execute(APPLICANTS_COUNTED)
    else:
        database.execute(PEOPLE)
        mark_organisations(database, job)
        database.execute(PEOPLE_FAULTS, {"indicator": INDICATORS[kind]})
        database.execute(PEOPLE_COUNTED, {"measure": MEASURES[kind]})


def counts(database: DuckDBPyConnection, job: Job) -> DuckDBPyRelation:
    """Applicants or people by staff group and ethnic category."""
    return database.sql(COUNTS, params={"indicator": INDICATORS[job["kind"]]})
