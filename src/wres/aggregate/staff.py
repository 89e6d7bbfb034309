"""Headcounts, boards and pay from a staff-level extract: one row an assignment.

Who is staff, who sits on the board and which of a person's assignments counts is told here, in SQL that reads
from top to bottom. How the file was opened belongs in :mod:`.database`.
"""

from __future__ import annotations

from duckdb import DuckDBPyConnection, DuckDBPyRelation

from wres.aggregate.database import Job
from wres.aggregate.faults import mark_organisations

GIVEN = """
create temp table given as
select
    file_row,
    plain(organisation_code) as organisation_code,
    person(organisation_code, employee) as person,
    bands.code as band,
    staff_groups.code as staff_group,
    ethnicities.code as ethnicity,
    board_roles.code as board_role,
    statuses.code as status,
    contracts.code as contract,
    primaries.code as is_primary,
    amount(fte)::float as fte,
    amount(hourly_pay) as hourly_pay,
    amount(bonus) as bonus
from rows
left join words_of('band') as bands on bands.word = plain(rows.band)
left join words_of('staff_group') as staff_groups on staff_groups.word = plain(rows.staff_group)
left join words_of('ethnicity') as ethnicities on ethnicities.word = plain(rows.ethnicity)
left join words_of('board_role') as board_roles on board_roles.word = plain(rows.board_role)
left join words_of('status') as statuses on statuses.word = plain(rows.status)
left join words_of('contract') as contracts on contracts.word = plain(rows.contract)
left join words_of('flag') as primaries on primaries.word = plain(rows.is_primary)
"""

# Non-executives sit on the board and are not employed, whatever their contract says.
EMPLOYED = """
create temp view employed as
select rowid as id, * from given
where status = 'in_post'
    and contract = 'employed'
    and coalesce(board_role, 'none') not in ('voting_non_executive', 'non_voting_non_executive')
"""
BOARD = """
create temp view board as
select rowid as id, * from given where status = 'in_post' and board_role <> 'none'
"""

FAULTS = """
create temp table faults as
select rowid as id, file_row, organisation_code, '1' as indicator, 'organisation-code' as rule from given
    where organisation_code in (select organisation_code from bad_codes)
union all select rowid as id, file_row, organisation_code, '1', 'no-employee' from given where person is null
union all select rowid as id, file_row, organisation_code, '1', 'unknown-status' from given where status is null
union all select rowid as id, file_row, organisation_code, '1', 'unknown-contract' from given where contract is null
union all select id, file_row, organisation_code, '1', 'unknown-primary' from employed where is_primary is null
union all select id, file_row, organisation_code, '1', 'unknown-ethnicity' from employed where ethnicity is null
union all select id, file_row, organisation_code, '1', 'unknown-band' from employed where band is null
union all select id, file_row, organisation_code, '1', 'unknown-staff-group' from employed where staff_group is null
union all select id, file_row, organisation_code, '1', 'grade-of-other-staff' from employed
    where band is not null and staff_group is not null
    and (staff_group, band) not in (select (staff_group, band) from places)
union all select id, file_row, organisation_code, '1', 'fte' from employed where fte not between 0 and 10
union all select rowid as id, file_row, organisation_code, '9', 'unknown-board-role' from given where board_role is null
union all select id, file_row, organisation_code, '9', 'unknown-ethnicity' from board where ethnicity is null
union all select id, file_row, organisation_code, 'pay', 'hourly-pay' from employed
    where not (hourly_pay > 0 and hourly_pay < 10_000)
union all select id, file_row, organisation_code, 'pay', 'bonus' from employed where bonus not between 0 and 10_000_000
"""

COUNTABLE = """
create temp view countable as
from employed anti join (from faults where indicator = '1') using (id)
"""

# A person counts once in an organisation: by the assignment marked as primary, else the one of the greatest
# full-time equivalent, else the one in the highest band. The rest is there so that the order of rows never matters.
SEVERAL = """
create temp table several as
select person from countable group by person having count(*) > 1
"""
SECONDARY = """
create temp table secondary as
select id from countable semi join several using (person)
qualify row_number() over (
    partition by organisation_code, person
    order by is_primary = 'yes' desc, fte desc nulls last, band desc, staff_group, ethnicity, hourly_pay, bonus
) > 1
"""
PEOPLE = """
create temp view people as
from countable anti join secondary using (id)
"""
MEMBERS = """
create temp table members as
from board anti join (from faults where indicator = '9' or rule in ('organisation-code', 'no-employee'))
    using (id)
qualify row_number() over (partition by organisation_code, person order by board_role, ethnicity) = 1
"""

# An extract is complete: where it has an organisation's staff, a band without anybody is empty, not missing.
HEADCOUNTS = """
with cells as (
    select organisation_code, staff_group, band, ethnicity, count(*) as people
    from people
    group by all
)
select
    organisation_code,
    '1' as indicator,
    'headcount' as measure,
    staff_group::varchar as staff_group,
    band::varchar as category,
    ethnicity::varchar as ethnicity,
    coalesce(people, 0) as count
from (select distinct organisation_code from cells)
    cross join places
    cross join ethnic_codes
    left join cells using (organisation_code, staff_group, band, ethnicity)
"""
BOARD_MEMBERS = """
with cells as (
    select organisation_code, board_role, ethnicity, count(*) as people
    from members
    group by all
)
select
    organisation_code,
    '9' as indicator,
    'board_members' as measure,
    'all' as staff_group,
    board_role::varchar as category,
    ethnicity::varchar as ethnicity,
    coalesce(people, 0) as count
from (select distinct organisation_code, board_role from cells)
    cross join ethnic_codes
    left join cells using (organisation_code, board_role, ethnicity)
"""
# People of one place who are paid the same, to the penny, are one row: no row of a person leaves this process.
PAY = """
with paid as (
    from people anti join (from faults where indicator = 'pay') using (id)
    where hourly_pay is not null
), amounts as (
    select organisation_code, 'hourly_pay' as measure, staff_group, band, ethnicity, hourly_pay as amount from paid
    union all
    select organisation_code, 'bonus', staff_group, band, ethnicity, bonus from paid where bonus > 0
)
select
    organisation_code,
    measure,
    staff_group::varchar as staff_group,
    band::varchar as category,
    ethnicity::varchar as ethnicity,
    round(amount, 2) as amount,
    count(*) as count
from amounts
group by all
order by all
"""


PLACES = """
create table places as
select unnest($staff_groups)::code as staff_group, unnest($bands)::code as band
"""
STATEMENTS = (EMPLOYED, BOARD, FAULTS, COUNTABLE, SEVERAL, SECONDARY, PEOPLE, MEMBERS)


def read(database: DuckDBPyConnection, job: Job) -> None:
    """Read the rows once; mark the faulty ones and the assignments that don't count.

    Parameters
    ----------
    database
        An extract of staff, opened.
    job
        ``places``: staff groups with their bands or grades; ``organisation_code``: what a code looks like.
    """
    staff_groups, bands = zip(*job["places"], strict=True)
    database.execute(PLACES, {"staff_groups": staff_groups, "bands": bands})
    database.execute(GIVEN)
    mark_organisations(database, job)
    for statement in STATEMENTS:
        database.execute(statement)


def counts(database: DuckDBPyConnection) -> DuckDBPyRelation:
    """Headcounts by staff group, band or grade and ethnic category; members of boards by role."""
    return database.sql(HEADCOUNTS).union(database.sql(BOARD_MEMBERS)).order("all")


def pay(database: DuckDBPyConnection) -> DuckDBPyRelation:
    """How many people of each place and ethnic category are paid how much an hour, or got how large a bonus."""
    return database.sql(PAY)
