import pytest
from statsmodels.stats.proportion import confint_proportions_2indep

from small_england import only, organisation, rates, rows_of
from wres import statistics

TRUST = [organisation("A")]


def difference(method: str = "scas", **settings: object) -> dict[str, object]:
    returns = rates("A", "5", white=(400, 1600), bme=(110, 350))
    rows = rows_of(TRUST, returns, statistics={"difference_method": method, **settings})
    return only(rows, statistic="difference", year=2025, indicator="5", level="organisation").to_dict()


def test_difference_is_bme_minus_white_in_points_with_its_interval() -> None:
    row = difference()
    assert row["value"] == pytest.approx(100 * (110 / 350 - 0.25))
    reference = statistics.difference(110, 350, 400, 1600)
    assert (row["lower"], row["upper"]) == pytest.approx((100 * reference.lower, 100 * reference.upper))
    assert row["p_value"] == pytest.approx(statistics.scas_p(110, 350, 400, 1600).p_value)
    assert row["test"] == "SCAS score test"


def test_newcombe_interval_as_statsmodels_has_it() -> None:
    row = difference("newcombe")
    limits = confint_proportions_2indep(110, 350, 400, 1600, compare="diff", method="newcomb")
    assert (row["lower"], row["upper"]) == pytest.approx([100 * limit for limit in limits])
    assert row["method"] == "Newcombe hybrid interval"


def test_people_equivalent_and_minimum_detectable() -> None:
    row = difference()
    assert row["people_equivalent"] == 110 - 350 * 0.25 == 22.5
    found = statistics.power_two_proportions(0.25 + row["minimum_detectable"] / 100, 0.25, 350, 1600)
    assert found.power == pytest.approx(0.8, abs=1e-6)


def test_what_is_detectable_follows_the_confidence_that_was_chosen() -> None:
    assert difference(confidence=0.99)["minimum_detectable"] > difference()["minimum_detectable"]
