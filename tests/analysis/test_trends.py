"""Trends of gaps, from series written by hand."""

import numpy as np
import pytest
from scipy.stats import t as student

from small_england import collection, counts, only, organisation, publication, rates, staff
from wres import pipeline
from wres.statistics import odds_ratio_trend

YEARS = range(2017, 2026)


def trends(returns, places=None, **settings):
    given = collection(places or [organisation("A", opened="2001-04-01")], returns)
    return pipeline.compute(given, publication(first_year=2017, **settings)).comparisons.trends


def test_gap_of_a_survey_follows_its_odds_ratio():
    """BME answers rise from 30 to 38 % while white ones stay at 20 %."""
    table = trends(
        [row for y in YEARS for row in rates("A", "6", (400, 2000), (300 + 10 * (y - 2017), 1000), year=y)]
    )
    row = only(table, indicator="6", level="organisation")
    bme = np.array([300.0 + 10 * n for n in range(9)])
    expected = odds_ratio_trend(bme, np.full(9, 1000.0), np.full(9, 400.0), np.full(9, 2000.0))
    assert row["value"] == pytest.approx(float(expected.estimate))
    assert (row["verdict"], row["years"], row["measure"]) == ("worse", 9, "odds ratio a year")


def test_a_trend_begins_with_the_definition():
    """Indicator 7 has a new definition from 2022; the leap there is no trend."""
    table = trends(
        [
            row
            for y in YEARS
            for row in rates("A", "7", (1200, 2000), (500 if y < 2022 else 400, 1000), year=y)
        ]
    )
    row = only(table, indicator="7", level="organisation")
    assert (row["first_year"], row["last_year"], row["years"]) == (2022, 2025, 4)
    assert row["verdict"] == "no_clear_change"


def test_a_stock_is_a_random_walk_of_its_gap():
    """Drift is the mean change of the gap, its error that of the changes."""
    senior = [60, 62, 61, 65, 66, 70, 69, 72, 75]
    returns = []
    for year, bme in zip(YEARS, senior, strict=True):
        returns += staff("A", 5000, 2000, group="non_clinical", category="5", year=year)
        returns += staff("A", 500 - bme, bme, group="non_clinical", category="8a", year=year)
    row = only(trends(returns), indicator="1", level="organisation")
    gaps = np.array([100 * bme / 500 - 100 * (2000 + bme) / 7500 for bme in senior])
    change = np.diff(gaps)
    assert row["value"] == pytest.approx(change.mean())
    reach = student.ppf(0.975, 7) * np.sqrt(np.sum((change - change.mean()) ** 2) / 7 / 8)
    assert row["upper"] - row["value"] == pytest.approx(reach)
    assert row["measure"] == "points a year"


def test_a_merged_organisation_has_one_series():
    places = [
        organisation("A", opened="2001-04-01", closed="2020-03-31", successor="C"),
        organisation("B", opened="2001-04-01", closed="2020-03-31", successor="C"),
        organisation("C", opened="2020-04-01"),
    ]
    early = [
        row
        for y in range(2017, 2021)
        for code in "AB"
        for row in rates(code, "2", (100, 500), (30, 300), year=y)
    ]
    late = [row for y in range(2021, 2026) for row in rates("C", "2", (200, 1000), (60, 600), year=y)]
    row = only(trends([*early, *late], places), indicator="2", code="C")
    assert (row["first_year"], row["years"]) == (2017, 9)
    assert row["value"] == pytest.approx(1)


def test_a_hidden_year_hides_the_trend():
    series = [
        row for y in YEARS for row in rates("A", "2", (200, 1000), (3 if y == 2020 else 60, 600), year=y)
    ]
    row = only(trends(series), indicator="2", level="organisation")
    assert row["status"] == "suppressed"
    assert row[["value", "lower", "upper", "p_value", "q_value"]].isna().all()
    assert row["verdict"] == ""


def test_two_years_are_too_few():
    table = trends([row for y in (2024, 2025) for row in rates("A", "2", (200, 1000), (60, 600), year=y)])
    assert only(table, indicator="2", level="organisation")["verdict"] == "too_few_years"


def test_trends_without_any_are_seldom_found():
    """Forty trusts of a constant rate: at a false discovery rate of 5 % hardly any trend is called one."""
    rng = np.random.default_rng(8)
    places = [organisation(f"T{n}", opened="2001-04-01") for n in range(40)]
    returns = [
        row
        for n in range(40)
        for year in YEARS
        for row in [
            *rates(
                f"T{n}",
                "2",
                (int(rng.binomial(2000, 0.2)), 2000),
                (int(rng.binomial(1000, 0.15)), 1000),
                year=year,
            ),
            *counts(f"T{n}", "9", "board_members", 14, 4, 0, year=year),
            *staff(f"T{n}", 3000, int(rng.normal(900, 5)), year=year),
        ]
    ]
    table = trends(returns, places)
    own = table[table["level"].eq("organisation")]
    assert len(own) == 80
    assert own["verdict"].isin(["worse", "better"]).sum() <= 2
