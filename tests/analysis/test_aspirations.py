from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wres.analysis.aspirations import GOAL_COLUMNS, goals, share_of_recruits

GOALS = Path(__file__).parents[1] / "known_answers" / "model_employer_goals.csv"


def test_recruits_of_the_policys_tables() -> None:
    """A Model Employer (NHS England, 2019), Table 2, its shares of 1 in 18 and 18.09 %."""
    share, posts, target = 1 / 18, 1438, 0.1809
    for years, printed in ((15, 36), (10, 41), (5, 56)):
        needed = share_of_recruits(share, target, 0.125, years)
        assert float(needed) * 0.125 * posts == pytest.approx(printed, abs=0.5)


@given(st.floats(0, 1), st.floats(0, 1), st.floats(0.01, 1), st.integers(1, 30))
def test_hiring_at_that_share_arrives_at_the_target(
    share: float, target: float, turnover: float, years: int
) -> None:
    needed = float(share_of_recruits(share, target, turnover, years))
    for _ in range(years):
        share = (1 - turnover) * share + turnover * needed
    assert share == pytest.approx(target, abs=1e-9)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((1.2, 0.5, 0.1, 3), "shares must lie between 0 and 1"),
        ((0.2, -0.1, 0.1, 3), "shares must lie between 0 and 1"),
        ((0.2, 0.5, 0.0, 3), "turnover must lie above 0"),
        ((0.2, 0.5, 1.1, 3), "turnover must lie above 0"),
        ((0.2, 0.5, 0.1, 0), "the target year must come after"),
    ],
)
def test_mistakes_are_named(arguments: tuple[float, ...], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        share_of_recruits(*arguments)


def known_shares(
    senior: float, everybody: float, posts: int = 400, status: str = "published"
) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "year": 2025,
            "level": "organisation",
            "code": "A",
            "name": "Trust A",
            "indicator": "1",
            "statistic": "percentage_of_known",
            "staff_group": "all",
            "status": ["published", status],
            "category": ["", "bands_8a_to_vsm"],
            "value": [everybody, senior],
            "denominator": [4000, posts],
        }
    )


@pytest.mark.parametrize(
    ("senior", "everybody", "outcome"),
    [(10, 20, "recruit"), (20, 20, "met"), (25, 20, "met"), (1, 60, "impossible"), (0, 20, "recruit")],
)
def test_outcomes(senior: float, everybody: float, outcome: str) -> None:
    found = goals(known_shares(senior, everybody), 2025, 2028, 0.125)
    assert tuple(found.columns) == GOAL_COLUMNS
    assert found["outcome"].tolist() == [outcome]


def test_numbers_of_a_goal_by_hand() -> None:
    """10 % of 400 posts, target 20 %, turnover 12.5 %, three years: s = (0.2 - 0.1 k) / (1 - k), k = 0.875^3."""
    row = goals(known_shares(10, 20), 2025, 2028, 0.125).iloc[0]
    kept = 0.875**3
    needed = (0.2 - 0.1 * kept) / (1 - kept)
    assert (row["share"], row["target"], row["posts"], row["recruits"]) == (0.1, 0.2, 400, 50)
    assert row["share_of_recruits"] == pytest.approx(needed)
    assert row["bme_recruits"] == pytest.approx(50 * needed)


def test_hidden_shares_give_no_goal() -> None:
    assert goals(known_shares(np.nan, 20, status="suppressed"), 2025, 2028, 0.125).empty
    assert goals(known_shares(10, 20), 2024, 2028, 0.125).empty
