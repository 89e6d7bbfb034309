"""Bootstraps of amounts with counts against scipy's bootstrap of the people, one by one."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from wres.statistics import bootstrap

PAY = np.array([12.0, 14.5, 18.1, 22.75, 31.0, 55.0])
WHITE, BME = np.array([20, 35, 80, 60, 40, 25]), np.array([18, 30, 41, 20, 8, 3])


def each(counts: np.ndarray) -> np.ndarray:
    """The people one by one."""
    return np.repeat(PAY, counts)


def gap(white: np.ndarray, bme: np.ndarray, axis: int = -1) -> np.ndarray:
    return np.asarray(100 * (1 - bme.mean(axis=axis) / white.mean(axis=axis)))


def without_one(counts: np.ndarray) -> np.ndarray:
    """The mean without one person of each amount."""
    return np.asarray((counts @ PAY - PAY) / (counts.sum() - 1))


def test_bca_interval_is_scipys() -> None:
    rng = np.random.default_rng(1)
    white, bme = (bootstrap.resampled(counts, rng, 40_000) @ PAY / counts.sum() for counts in (WHITE, BME))
    mean = {"white": WHITE @ PAY / WHITE.sum(), "bme": BME @ PAY / BME.sum()}
    left_out = [
        (100 * (1 - mean["bme"] / without_one(WHITE)), WHITE),
        (100 * (1 - without_one(BME) / mean["white"]), BME),
    ]
    found = bootstrap.bca_limits(
        100 * (1 - mean["bme"] / mean["white"]),
        100 * (1 - bme / white),
        bootstrap.acceleration(left_out),
    )
    theirs = stats.bootstrap(
        (each(WHITE), each(BME)), gap, n_resamples=40_000, vectorized=True, batch=2_000, rng=2
    ).confidence_interval
    assert found == pytest.approx((theirs.low, theirs.high), abs=0.25)


def test_acceleration_of_one_sample_by_hand() -> None:
    # Jackknife values 1, 1, 4 of one sample of three: mean 2, influence 2(1, 1, -2).
    assert bootstrap.acceleration([(np.array([1.0, 4.0]), [2, 1])]) == pytest.approx(
        (8 + 8 - 64) / 27 / (6 * (24 / 9) ** 1.5)
    )
    assert bootstrap.acceleration([(np.array([2.0]), [5])]) == 0


@pytest.mark.parametrize("counts", [WHITE, BME, np.array([1, 0, 0, 1, 0, 2]), np.array([0, 3, 0, 0, 0, 0])])
def test_median_is_numpys(counts: np.ndarray) -> None:
    assert bootstrap.median(PAY, counts) == np.median(each(counts))


@pytest.mark.parametrize("counts", [np.array([3, 2, 4, 0, 1, 1]), np.array([3, 2, 4, 0, 1, 2])])
def test_resampled_medians_have_the_law_of_resampling(counts: np.ndarray) -> None:
    drawn = np.median(np.random.default_rng(3).choice(each(counts), (200_000, counts.sum())), axis=1)
    found = bootstrap.resampled_medians(PAY, counts, np.random.default_rng(4), 200_000)
    for amount in np.unique(drawn):
        assert np.mean(found == amount) == pytest.approx(np.mean(drawn == amount), abs=0.006)


def test_one_seed_gives_one_result() -> None:
    first, again = (bootstrap.resampled_medians(PAY, BME, np.random.default_rng(5)) for _ in range(2))
    assert first.tolist() == again.tolist()


def test_percentile_limits_of_known_numbers() -> None:
    assert bootstrap.percentile_limits(np.arange(1001.0), 0.9) == pytest.approx((50, 950))


def test_bca_without_bias_or_acceleration_is_the_percentile_interval() -> None:
    numbers = np.arange(1001.0)
    assert bootstrap.bca_limits(500, numbers, 0.0) == pytest.approx(bootstrap.percentile_limits(numbers))
    assert bootstrap.bca_limits(-1, numbers, 0.1) == bootstrap.percentile_limits(numbers)


def test_mean_ratio_is_welchs_test_of_centred_logs() -> None:
    # The delta method makes each sample's relative deviations a sample of its own: Welch's test on them.
    found = bootstrap.mean_ratio(PAY, BME, PAY, WHITE)
    relative = [each(c) / each(c).mean() + shift for c, shift in ((BME, found.estimate), (WHITE, 0.0))]
    theirs = stats.ttest_ind(*relative, equal_var=False)
    limits = theirs.confidence_interval()
    expected = (np.log(each(BME).mean() / each(WHITE).mean()), *limits, theirs.pvalue)
    assert found[:4] == pytest.approx(expected)


def test_mean_ratio_of_pay_that_does_not_vary_has_no_interval() -> None:
    same = np.array([20.0])
    found = bootstrap.mean_ratio(same, [12], same, [15])
    assert found.estimate == 0
    assert np.isnan(found[1:4]).all()
    assert found.error == 0


def test_clusters_give_a_t_interval() -> None:
    resamples = np.array([-1.0, 1.0, -1.0, 1.0])
    error = np.std(resamples, ddof=1) * np.sqrt(3 / 2)
    found = bootstrap.clustered_limits(0.5, resamples, 3)
    margin = stats.t.ppf(0.975, 2) * error
    assert found == pytest.approx((0.5, 0.5 - margin, 0.5 + margin, 2 * stats.t.sf(0.5 / error, 2), error))
    assert bootstrap.clustered_limits(0.5, resamples, 3, least=10).upper > found.upper
