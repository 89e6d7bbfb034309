from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom

from wres.analysis.parity import course, linear_share_of_recruits, reached, share_of_recruits
from wres.report.words import one_in

PRINTED = pd.read_csv(Path(__file__).parents[1] / "known_answers" / "model_employer_goals.csv")
CCGS = (0.10, 0.137, 830)
TRUSTS = (1 / 18, 0.1809, 1438)
UCLH, NEWCASTLE = (1 / 4, 1 / 2, 255), (1 / 58, 1 / 12, 220)
SHARES = st.floats(0, 1).map(lambda share: round(share, 9))  # scipy's binom overflows at 1e-308


@pytest.mark.parametrize(
    ("row", "example", "years"),
    [
        (0, TRUSTS, 5),
        (1, TRUSTS, 10),
        (2, TRUSTS, 15),
        (3, CCGS, 5),
        (4, CCGS, 10),
        (5, UCLH, 10),
        (6, NEWCASTLE, 10),
    ],
)
def test_goals_that_the_policy_prints(row: int, example: tuple[float, float, int], years: int) -> None:
    """A Model Employer (NHS England, 2019), Tables 2 and 3."""
    share, target, posts = example
    printed = PRINTED.iloc[row]
    needed = float(share_of_recruits(share, target, 0.125, years))
    assert round(needed * 0.125 * posts) == printed["bme_recruits_a_year"]
    assert one_in(needed) == printed["bme_share_of_recruits"]


@given(SHARES, SHARES, st.floats(0.01, 1), st.integers(1, 30))
def test_hiring_at_that_share_arrives_at_the_target(
    share: float, target: float, turnover: float, years: int
) -> None:
    needed = float(share_of_recruits(share, target, turnover, years))
    for _ in range(years):
        share = (1 - turnover) * share + turnover * needed
    assert share == pytest.approx(target, abs=1e-9)


@given(SHARES, SHARES, st.floats(0.05, 1), st.integers(1, 20), st.sampled_from(["constant_share", "linear"]))
def test_paths_end_at_the_target_where_they_are_possible(
    share: float, target: float, turnover: float, years: int, path: str
) -> None:
    line = course(share, target, turnover, years, path)
    rising = np.diff(line.expected(share))
    if line.recruited.min() > 0 and line.recruited.max() < 1:
        assert line.expected(share)[-1] == pytest.approx(target, abs=1e-9)
        if path == "linear":
            assert rising == pytest.approx((target - share) / years, abs=1e-9)


def test_linear_path_by_hand() -> None:
    """10 % to 20 % in five years at a turnover of 10 %: 2 points a year and 2 of the 10 % who leave, of 10 %."""
    assert float(linear_share_of_recruits(0.1, 0.2, 0.1, 5)) == pytest.approx((0.02 + 0.02) / 0.1)
    line = course(0.1, 0.2, 0.1, 5, "linear")
    assert line.expected(0.1) == pytest.approx([0.10, 0.12, 0.14, 0.16, 0.18, 0.20])
    assert line.recruited[0] == pytest.approx((0.02 + 0.1 * 0.1) / 0.1)


def test_paths_agree_with_a_simulation() -> None:
    """Every post of 200 followed for ten years, 20,000 times; bounds are four standard errors."""
    bme, posts, turnover, years = 30, 200, 0.125, 10
    line = course(bme / posts, 0.3, turnover, years)
    rng = np.random.default_rng(1)
    held = np.full(20_000, bme)
    for year in range(years):
        left = rng.binomial(held, turnover), rng.binomial(posts - held, turnover)
        held = held - left[0] + rng.binomial(left[0] + left[1], line.recruited[year])
    expected = posts * line.expected(bme / posts)[-1]
    assert held.mean() == pytest.approx(expected, abs=4 * held.std() / np.sqrt(len(held)))
    found = reached(bme, posts, line.stays[-1], line.joins[-1])
    outside = ((held < found.lower) | (held > found.upper)).mean()
    assert outside < 0.05
    assert np.mean((held <= found.lower) | (held >= found.upper)) > 0.045


@given(st.integers(0, 60), st.integers(0, 60), SHARES, SHARES)
def test_limits_are_those_of_the_sum_of_two_binomials(
    bme: int, others: int, stays: float, joins: float
) -> None:
    law = np.convolve(
        binom.pmf(np.arange(bme + 1), bme, stays), binom.pmf(np.arange(others + 1), others, joins)
    )
    found = reached(bme, bme + others, stays, joins)
    below = np.cumsum(law)
    lower, upper = int(found.lower), int(found.upper)
    assert below[lower] > 0.025 - 1e-9
    assert (below[lower - 1] if lower else 0) <= 0.025 + 1e-9
    assert below[upper] >= 0.975 - 1e-9
    assert (below[upper - 1] if upper else 0) < 0.975 + 1e-9


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
@pytest.mark.parametrize("ask", [share_of_recruits, linear_share_of_recruits, course])
def test_mistakes_are_named(ask, arguments: tuple[float, ...], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        ask(*arguments)
