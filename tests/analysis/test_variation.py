"""What chance alone would give, against hand-worked cases; how trusts differ, against trusts made alike."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as some
from scipy.stats import binom, hypergeom

from small_england import collection, organisation, publication, rates
from wres import pipeline
from wres.analysis.variation import redealt
from wres.statistics.enumeration import outcomes, probability_of_ratio_inside

NAMES = [f"T{number}" for number in range(30)]


def variation(returns, **settings):
    given_ = collection([organisation(name) for name in NAMES], returns)
    made = publication(first_year=2025, **settings)
    rows = pipeline.indicators(given_, made)
    table = pipeline.variation(rows, given_, made)
    return table.set_index(["indicator", "measure"])


def test_probability_inside_is_that_of_the_counts_that_fit():
    """Four events in 10 and 10: the ratios are 0/4, 1/3, 2/2, 3/1, 4/0, of which 2/2 alone is inside."""
    assert probability_of_ratio_inside(4, 10, 10, 0.8, 1.25) == pytest.approx(hypergeom(20, 10, 4).pmf(2))


def test_ends_of_the_range_are_inside():
    """Nine events in 100 and 100: five and four are a ratio of 1.25 or of 0.8."""
    expected = hypergeom(200, 100, 9).pmf([4, 5]).sum()
    assert probability_of_ratio_inside(9, 100, 100, 0.8, 1.25) == pytest.approx(expected)


def test_without_events_there_is_no_ratio():
    assert probability_of_ratio_inside(0, 100, 100, 0.8, 1.25) == 0


def test_median_trust_is_seldom_inside_the_four_fifths_range():
    """800 and 3,200 staff at a disciplinary rate of 0.6 %: a third; an ICB of 75 staff: next to never.

    The same chance, found from every pair of two independent counts; ends of the range are inside.
    """
    events = np.arange(1, 80)
    chances = probability_of_ratio_inside(events, 800, 3200, 0.8, 1.25)
    pairs = outcomes(800, 0.006, 3200, 0.006)
    inside = (pairs.x1 * 3200 >= 0.8 * 800 * pairs.x2 - 1e-6) & (
        pairs.x1 * 3200 <= 1.25 * 800 * pairs.x2 + 1e-6
    )
    expected = pairs.probability[inside & (pairs.x2 > 0)].sum()
    assert expected == pytest.approx(0.35, abs=0.005)
    assert (chances * binom(4000, 0.006).pmf(events)).sum() == pytest.approx(expected, abs=1e-6)
    assert probability_of_ratio_inside(1, 15, 60, 0.8, 1.25) < 0.01


@given(some.integers(1, 30), some.integers(1, 60), some.integers(1, 60))
def test_turning_the_ratio_over_changes_nothing(events, first, second):
    events = min(events, first + second)
    there = probability_of_ratio_inside(events, first, second, 0.8, 1.25)
    assert there == pytest.approx(probability_of_ratio_inside(events, second, first, 0.8, 1.25), abs=1e-9)


def test_dealing_anew_keeps_all_totals_and_forgets_ethnicity():
    returns = rates("A", "2", (900, 1000), (0, 1000))
    given_ = collection([organisation("A")], returns)
    made = pipeline.entities(pipeline.count_table(given_), given_.organisations)
    dealt = redealt(made, 400).entities
    assert set(dealt["white_x"] + dealt["bme_x"]) == {900}
    assert dealt["bme_x"].mean() == pytest.approx(450, abs=2)
    assert sorted(dealt["year"]) == list(range(1, 401))
    pd.testing.assert_frame_equal(dealt, redealt(made, 400).entities)


def test_where_nothing_is_wrong_hardly_any_clear_gap_is_expected():
    table = variation([row for name in NAMES for row in rates(name, "2", (200, 1000), (120, 600))])
    verdicts = table.loc["2"]["value"].filter(like="expected_").drop("expected_inside")
    assert verdicts.sum() == pytest.approx(len(NAMES))
    assert verdicts["expected_adverse"] < 1
    assert verdicts["expected_favourable"] < 1
    assert table.loc[("2", "expected_inside"), "value"] > 25


def test_trusts_that_are_alike_have_no_spread_and_those_that_differ_have_one():
    alike = variation([row for name in NAMES for row in rates(name, "2", (400, 1000), (200, 1000))])
    spread = alike.loc[("2", "spread")]
    assert spread["value"] == pytest.approx(2, rel=0.01)
    assert spread["upper"] / spread["lower"] < 1.1
    each = [400 if number % 2 else 200 for number in range(30)]
    unlike = variation(
        [row for name, x in zip(NAMES, each, strict=True) for row in rates(name, "2", (x, 1000), (200, 1000))]
    )
    spread = unlike.loc[("2", "spread")]
    assert spread["lower"] < 1
    assert spread["upper"] > 2


def test_spread_of_a_survey_gap_is_in_points():
    table = variation([row for name in NAMES for row in rates(name, "6", (200, 1000), (300, 1000))])
    assert table.loc[("6", "spread"), "value"] == pytest.approx(10)
    assert ("6", "expected_inside") not in table.index


def test_organisations_that_are_no_trusts_are_not_counted():
    given_ = collection([organisation("A", "icb")], rates("A", "2", (200, 1000), (120, 600)))
    made = publication(first_year=2025)
    assert pipeline.variation(pipeline.indicators(given_, made), given_, made).empty
