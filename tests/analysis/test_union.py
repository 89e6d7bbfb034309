"""Bounds of a share who said yes to either of two questions: the larger share, and the sum."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wres.analysis.union import union_rows
from wres.definitions import definitions

INDICATOR = definitions().indicators["6"]


def rows(*shares: tuple[str, float]) -> pd.DataFrame:
    """Shares of one organisation by category, each with limits one point either way and a base of its own."""
    return pd.DataFrame(
        [
            {
                **{"year": 2025, "organisation_code": "RXX", "indicator": "6", "staff_group": "all"},
                **{"category": category, "ethnicity": "bme", "statistic": "percentage", "value": value},
                **{"lower": value - 1, "upper": value + 1, "numerator": 5.0, "denominator": 100.0 + n},
                **{"method": "Wilson interval", "note": "", "status": "published"},
            }
            for n, (category, value) in enumerate(shares)
        ]
    )


def bounds(*shares: tuple[str, float]) -> dict[str, tuple[float, float, float]]:
    found = union_rows(rows(*shares), INDICATOR)
    return {row["statistic"]: (row["value"], row["lower"], row["upper"]) for _, row in found.iterrows()}


def test_the_larger_share_and_the_sum() -> None:
    """England in 2024: 10.13 % by managers and 20.86 % by colleagues of BME staff."""
    found = bounds(("managers", 10.13), ("colleagues", 20.86))
    assert found["percentage_at_least"] == pytest.approx((20.86, 19.86, 21.86))
    assert found["percentage_at_most"] == pytest.approx((30.99, 28.99, 32.99))


def test_the_sum_is_no_more_than_everybody() -> None:
    assert bounds(("managers", 60), ("colleagues", 70))["percentage_at_most"] == (100, 100, 100)


def test_they_are_the_indicators_own_rows_without_counts() -> None:
    found = union_rows(rows(("managers", 10), ("colleagues", 20)), INDICATOR).set_index("statistic")
    assert set(found["category"]) == {""}
    assert found["numerator"].isna().all()
    assert found["denominator"].to_dict() == {"percentage_at_least": 101, "percentage_at_most": 100}
    assert found["note"].str.startswith("bounds: the two questions were published apart").all()


@pytest.mark.parametrize(
    "shares", [[("managers", 10.0)], [("managers", 10.0), ("colleagues", 20.0), ("", 25.0)]]
)
def test_no_bounds_where_a_part_is_missing_or_the_whole_is_known(shares: list[tuple[str, float]]) -> None:
    assert bounds(*shares) == {}


def test_no_bounds_for_an_indicator_of_one_question() -> None:
    assert union_rows(rows(("", 10)), definitions().indicators["5"]).empty


@settings(deadline=None, max_examples=40)
@given(st.lists(st.booleans(), min_size=1, max_size=60), st.randoms(use_true_random=False))
def test_the_true_share_lies_between_the_bounds(by_managers: list[bool], random) -> None:  # type: ignore[no-untyped-def]
    by_colleagues = [random.random() < 0.4 for _ in by_managers]
    n = len(by_managers)
    either = 100 * sum(a or b for a, b in zip(by_managers, by_colleagues, strict=True)) / n
    found = bounds(("managers", 100 * sum(by_managers) / n), ("colleagues", 100 * sum(by_colleagues) / n))
    assert found["percentage_at_least"][0] - 1e-9 <= either <= found["percentage_at_most"][0] + 1e-9
