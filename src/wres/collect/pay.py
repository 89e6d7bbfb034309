"""Reader of ``pay.csv``: how many people of a band and an ethnic category are paid how much.

Every person stands in it once, in the row of their pay, and nobody is told apart from others paid the same. A
staff-level extract becomes the same table as it is read. Every faulty row is reported and left out; nothing here
is needed for the indicators 1 to 9.
"""

from __future__ import annotations

import pandas as pd

from wres.collect.faults import Rejecter
from wres.collect.text import no_text
from wres.definitions import NATION, PAY, definitions
from wres.params import FIRST_WRES_YEAR
from wres.problems import Problem

UNIT = ["year", "organisation_code"]
PLACE = [*UNIT, "measure", "staff_group", "category", "ethnicity"]
KEYS = {"pay": [*PLACE, "amount"]}
REQUIRED = {"pay": [*PLACE, "amount", "count"]}
OPTIONAL = {"pay": ["note", "source"]}
MEASURES = ("hourly_pay", "mean_hourly_pay", "bonus")
MOST_POUNDS = {"hourly_pay": 10_000, "mean_hourly_pay": 10_000, "bonus": 10_000_000}
MEND = "correct it"


def no_pay() -> pd.DataFrame:
    """The table of pay without rows."""
    text = no_text([*REQUIRED["pay"], *OPTIONAL["pay"]]).assign(indicator=PAY)
    return text.astype({"year": "int64", "amount": "float64", "count": "int64"})


def read_pay(table: pd.DataFrame, last_year: int, problems: list[Problem]) -> pd.DataFrame:
    """Check how many people are paid how much.

    Parameters
    ----------
    table
        Text of ``pay.csv``: ``measure`` is ``hourly_pay``, of people who are each paid this amount;
        ``mean_hourly_pay``, of people whose mean it is; or ``bonus``, of people who each got this in the year.
        ``amount`` is in pounds.
    last_year
        The publication's year: rows of later years are left out.
    problems
        Where problems are added.

    Returns
    -------
    DataFrame
        Good rows; ``indicator`` is ``pay`` in all of them.
    """
    known = definitions()
    group = table["staff_group"].replace("", "all")
    reject = Rejecter(table.assign(staff_group=group, indicator=PAY), problems)
    years = [str(year) for year in range(FIRST_WRES_YEAR, last_year + 1)]
    reject.unknown("year", years, f"a year from {FIRST_WRES_YEAR} to {last_year}")
    of_many = table["organisation_code"].isin([NATION, *known.regions])
    whole = "one organisation: regions and the nation are worked out from their organisations"
    reject.where(of_many, "pay-of-many", "organisation_code", whole, "take the row out")
    reject.unknown("measure", MEASURES)
    reject.unknown("staff_group", known.staff_groups)
    reject.unknown("category", ["", *known.bands, *known.medical_grades])
    ethnicities = "white, bme, unknown or an ethnic category of the NHS data dictionary, such as A or 99"
    reject.unknown("ethnicity", [*known.ethnic_groups, *known.ethnic_categories], ethnicities)
    amount = pd.to_numeric(table["amount"], errors="coerce").astype("float64")
    most = table["measure"].map(MOST_POUNDS).astype("float64").fillna(max(MOST_POUNDS.values()))
    reject.where(~((amount > 0) & (amount < most)), "pay-amount", "amount", "pounds, such as 18.25", MEND)
    count = pd.to_numeric(table["count"], errors="coerce").astype("float64")
    people = "a whole number of people, 1 or more"
    reject.where(~((count >= 1) & (count % 1).eq(0)), "pay-count", "count", people, MEND)
    for column, part, total in (("staff_group", group, "all"), ("category", table["category"], "")):
        beside = part.eq(total) & part.ne(total).groupby([table[name] for name in PLACE[:3]]).transform("any")
        once = "every person once: each in a staff group and a band, or all without"
        reject.where(
            beside, "pay-total", column, once, "take totals out", lambda _: "a total beside its parts"
        )
    reject.repeated(KEYS["pay"], "the same pay", "each amount once, with the number of people")
    good = reject.good()
    return good.assign(
        year=good["year"].astype("int64"),
        amount=pd.to_numeric(good["amount"]).astype("float64"),
        count=pd.to_numeric(good["count"]).astype("int64"),
    )
