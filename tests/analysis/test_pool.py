import pandas as pd
import pytest

from small_england import chosen, collection, counts, only, organisation, rates, rows_of, staff
from wres.analysis.counts import count_table
from wres.analysis.pool import pool

PLACES = [
    organisation("A", region="Y56", icb_code="Q1", icb="One"),
    organisation("B", region="Y56", icb_code="Q1", icb="One"),
    organisation("C", "community", region="Y58", icb_code="Q2", icb="Two"),
    organisation("I", "icb", region="Y56", icb_code="Q1", icb="One"),
    organisation("J", "icb", region="Y58", icb_code="Q2", icb="Two"),
]
STAFF = {"A": (80, 20), "B": (60, 40), "C": (90, 10), "I": (30, 30), "J": (10, 30)}
RETURNS = [row for code, (white, bme) in STAFF.items() for row in staff(code, white, bme, 0)]


def workforce(rows: pd.DataFrame) -> dict[tuple[str, str], tuple[float, float]]:
    at = {"indicator": "1", "statistic": "percentage", "ethnicity": "bme", "staff_group": "all"}
    own = chosen(rows, category="", **at)
    keys = zip(own["level"], own["code"], strict=True)
    return dict(zip(keys, zip(own["numerator"], own["denominator"], strict=True), strict=True))


def test_levels_above_sum_trusts_and_each_type_by_itself() -> None:
    """One trust alone is no region or ICB of its own, and ICBs are in no total but their type's."""
    found = workforce(rows_of(PLACES, RETURNS))
    above = {key: value for key, value in found.items() if key[0] != "organisation"}
    assert above == {
        ("region", "Y56"): (60, 200),
        ("icb", "Q1"): (60, 200),
        ("type", "acute"): (60, 200),
        ("type", "icb"): (60, 100),
        ("national", "ENG"): (70, 300),
    }


def test_parts_of_a_pool_belong_to_their_entities() -> None:
    given = collection(PLACES, RETURNS)
    whole = pool(count_table(given), given.organisations)
    national = whole.where(whole.entities["level"].eq("national"))
    assert national.sizes.tolist() == [3]
    assert sorted(national.parts["bme_x"]) == [10, 20, 40]
    assert national.entities["bme_x"].tolist() == [70]


def test_a_published_aggregate_is_reported_as_given_and_never_summed() -> None:
    printed = [*staff("ENG", 900, 100, 0), *rates("Y56", "2", (30, 100), (20, 100))]
    own = [row for code in "AB" for row in rates(code, "2", (10, 50), (5, 50))]
    rows = rows_of(PLACES, [*RETURNS, *printed, *own])
    found = workforce(rows)
    assert found["national", "ENG"] == (100, 1000)
    assert found["region", "Y56"] == (60, 200)
    region = only(rows, level="region", code="Y56", statistic="relative_likelihood")
    assert (region["value"], region["bme_denominator"]) == (1.5, 100)
    national = only(rows, level="national", statistic="relative_likelihood")
    assert (national["value"], national["bme_denominator"]) == (2, 100)
    assert (
        only(rows, level="national", statistic="percentage", indicator="1", ethnicity="bme")["name"]
        == "England"
    )


def test_merged_organisations_have_their_earlier_years_and_regions_are_not_counted_twice() -> None:
    places = [
        organisation("A", closed="2023-03-31", successor="C"),
        organisation("B", closed="2023-03-31", successor="C"),
        organisation("C", opened="2023-04-01"),
        organisation("D"),
    ]
    returns = [
        row
        for code, year, white, bme in [
            ("A", 2023, 80, 20),
            ("B", 2023, 60, 40),
            ("D", 2023, 50, 50),
            ("C", 2024, 150, 50),
            ("D", 2024, 50, 50),
        ]
        for row in staff(code, white, bme, 0, year=year)
    ]
    rows = rows_of(places, returns)
    before, after = (workforce(rows[rows["year"].eq(year)]) for year in (2023, 2024))
    assert before["organisation", "C"] == (60, 200)
    assert before["organisation", "A"] == (20, 100)
    assert before["national", "ENG"] == (110, 300)
    assert after["national", "ENG"] == (100, 300)


def test_counts_that_lack_one_group_are_left_out_of_sums_with_their_bases() -> None:
    """Otherwise a region's numerator would be of fewer trusts than its denominator."""
    returns = [
        *rates("A", "2", (10, 50), (5, 50)),
        *rates("B", "2", (10, 50), (5, 50)),
        *rates("C", "2", (10, 50), (0, 5000))[:2][:1],
        *counts("C", "2", "shortlisted", 50, 5000),
    ]
    rows = rows_of(PLACES, returns)
    national = only(rows, level="national", statistic="relative_likelihood")
    assert (national["bme_numerator"], national["bme_denominator"]) == (10, 100)
    assert national["value"] == pytest.approx(2)
