import numpy as np
import pytest
import statsmodels.api as sm
from scipy.stats import t as student
from scipy.stats import ttest_1samp
from tables import vectors

from wres.statistics import (
    clustered_trend,
    logistic_trend,
    odds_ratio_trend,
    probability_above,
    proportion_walk,
    random_walk,
)


@pytest.fixture
def series():
    rng = np.random.default_rng(7)
    n = rng.integers(200, 900, (40, 9))
    rate = 0.1 * np.exp(0.05 * np.arange(9) + rng.normal(0, 0.2, (40, 9)))
    return rng.binomial(n, rate), n


def _glm(x, n, time):
    model = sm.GLM(x / n, sm.add_constant(time), family=sm.families.Binomial(), var_weights=n)
    return model.fit(scale="X2")


def test_trend_equals_statsmodels_with_var_weights(series):
    x, n = series
    found = logistic_trend(x, n)
    for i in range(len(x)):
        fit = _glm(x[i], n[i], np.arange(9.0))
        assert np.log(found.estimate[i]) == pytest.approx(fit.params[1], rel=1e-8)
        dispersion = max(1, fit.scale)
        assert found.dispersion[i] == pytest.approx(dispersion, rel=1e-8)
        assert found.error[i] == pytest.approx(fit.bse[1] * np.sqrt(dispersion / fit.scale), rel=1e-8)
        margin = student.ppf(0.975, 7) * found.error[i]
        assert found.upper[i] == pytest.approx(np.exp(fit.params[1] + margin), rel=1e-8)


def test_quasi_binomial_slopes_match_the_references():
    rows = vectors("trend").dropna(subset="se_quasi")
    for row in rows.itertuples():
        x, n = (np.array(part.split("=")[1].split(","), float) for part in row.data.split(";")[:2])
        found = logistic_trend(x, n)
        np.testing.assert_allclose(np.log(found.estimate), row.value, rtol=1e-8)
        np.testing.assert_allclose(found.error, row.se_quasi, rtol=1e-8)


def test_trend_interval_and_test_agree_and_missing_periods_are_left_out(series):
    x, n = series
    found = logistic_trend(x, n)
    np.testing.assert_array_equal(found.p_value < 0.05, (found.lower > 1) | (found.upper < 1))
    gap = n.astype(float)
    gap[:, 3] = np.nan
    gap[:, 5] = 0
    kept = [0, 1, 2, 4, 6, 7, 8]
    shorter = logistic_trend(x[:, kept], n[:, kept], time=np.array(kept) + 2017)
    np.testing.assert_allclose(logistic_trend(x, gap).estimate, shorter.estimate, rtol=1e-10)
    np.testing.assert_array_equal(logistic_trend(x, gap).periods, 7)


def test_size_with_more_than_binomial_scatter():
    rng = np.random.default_rng(8)
    n = np.full((4000, 10), 2000)
    rate = 1 / (1 + np.exp(-(-1.1 + rng.normal(0, 0.1, (4000, 10)))))
    p = logistic_trend(rng.binomial(n, rate), n).p_value
    assert 0.04 < np.mean(p < 0.05) < 0.06


def test_trends_that_have_none_say_why():
    found = logistic_trend(
        [[0, 0, 0], [5, 5, 5], [0, 0, 5], [1, 2, 9], [1, np.nan, 2], [9, 1, 2]],
        [[5, 5, 5], [5, 5, 5], [5, 5, 5], [9, 9, 0], [5, 5, 5], [5, 5, 5]],
    )
    assert np.all(np.isnan(found.estimate) & np.isnan(found.p_value))
    assert list(found.reason) == [
        "nobody or everybody is counted in all periods",
        "nobody or everybody is counted in all periods",
        "the slope has no finite estimate",
        "fewer than three periods",
        "a count is missing",
        "a count is not between 0 and its base",
    ]


def test_odds_ratio_trend_is_the_interaction_of_one_regression(series):
    x, n = series
    found = odds_ratio_trend(x[0], n[0], x[1], n[1])
    group, time = np.repeat([1.0, 0], 9), np.tile(np.arange(9.0), 2)
    design = np.column_stack([np.ones(18), group, time, group * time])
    y, w = np.concatenate([x[0], x[1]]), np.concatenate([n[0], n[1]])
    fit = sm.GLM(y / w, design, family=sm.families.Binomial(), var_weights=w).fit(scale="X2")
    assert np.log(found.estimate) == pytest.approx(fit.params[3], rel=1e-8)
    assert found.dispersion == pytest.approx(fit.scale, rel=1e-8)
    assert found.error == pytest.approx(fit.bse[3], rel=1e-8)
    assert found.p_value == pytest.approx(2 * student.sf(abs(fit.params[3] / fit.bse[3]), 14), rel=1e-8)
    assert odds_ratio_trend([0, 0, 0], 5, [1, 2, 3], 5).reason != ""


def test_clustered_trend_by_hand(series):
    x, n = series
    unit, time = np.meshgrid(np.arange(40), np.arange(9), indexing="ij")
    found = clustered_trend(x, n, time, unit)
    design = np.column_stack([np.ones(360), time.ravel() - time.mean()])
    fit = sm.GLM(x.ravel() / n.ravel(), design, family=sm.families.Binomial(), var_weights=n.ravel()).fit()
    residual = (x.ravel() - n.ravel() * fit.fittedvalues)[:, None] * design
    meat = sum(np.outer(s, s) for s in (residual[unit.ravel() == u].sum(axis=0) for u in range(40)))
    covariance = fit.cov_params() @ meat @ fit.cov_params() * (40 / 39) * (359 / 358)
    assert np.log(found.estimate) == pytest.approx(fit.params[1], rel=1e-8)
    assert found.error == pytest.approx(np.sqrt(covariance[1, 1]), rel=1e-6)
    assert found.periods == 9
    assert found.p_value == pytest.approx(2 * student.sf(abs(fit.params[1] / found.error), 39), rel=1e-6)


def test_clustered_trend_says_why_there_is_none():
    assert clustered_trend([1, 2], 5, [0, 1], ["a", "a"]).reason == "fewer than two units"
    assert clustered_trend([1, 2], 5, [1, 1], ["a", "b"]).reason == "fewer than two periods"
    empty = clustered_trend([0, 0, np.nan], 5, [0, 1, 1], ["a", "b", "c"])
    assert empty.reason == "nobody or everybody is counted in all periods"
    assert np.isnan(empty.estimate)


def test_random_walk_is_the_t_test_of_the_changes():
    level = np.array([1.0, 1.4, 1.3, 1.9, 2.2, 2.3])
    found, changes = random_walk(level, ahead=3), np.diff(level)
    assert found.drift == pytest.approx(changes.mean(), rel=1e-12)
    assert found.p_value == pytest.approx(ttest_1samp(changes, 0).pvalue, rel=1e-10)
    assert found.degrees == 4
    error = changes.std(ddof=1) * np.sqrt(3 + 9 / 5)
    assert found.forecast == pytest.approx(2.3 + 3 * changes.mean(), rel=1e-12)
    assert found.forecast_upper == pytest.approx(found.forecast + student.ppf(0.975, 4) * error, rel=1e-12)
    assert probability_above(found, found.forecast) == pytest.approx(0.5)
    assert probability_above(found, found.forecast_lower) == pytest.approx(0.975)


def test_a_gap_counts_as_one_longer_change():
    found = random_walk([[0, 1, np.nan, 5, np.nan], [0, 1, 2, np.nan, np.nan]], time=[0, 1, 2, 3, 4])
    np.testing.assert_allclose(found.drift, [5 / 3, 1])
    squares = (1 - 5 / 3) ** 2 + (4 - 10 / 3) ** 2 / 2
    assert found.forecast_error[0] == pytest.approx(np.sqrt(squares) * np.sqrt(1 + 1 / 3))
    assert found.forecast_error[1] == pytest.approx(0, abs=1e-12)
    short = random_walk([[1, 2, np.nan], [np.nan, np.nan, np.nan]])
    assert list(short.reason) == ["fewer than three periods"] * 2
    assert np.all(np.isnan(short.forecast))


def test_prediction_interval_of_a_walk_covers_and_its_test_keeps_its_size():
    rng = np.random.default_rng(10)
    walk = np.cumsum(rng.normal(0, 0.05, (6000, 13)), axis=1)
    found = random_walk(walk[:, :10], ahead=3)
    covered = (found.forecast_lower <= walk[:, -1]) & (walk[:, -1] <= found.forecast_upper)
    assert 0.94 < covered.mean() < 0.96
    assert 0.04 < np.mean(found.p_value < 0.05) < 0.06


def test_proportion_walk_stays_within_0_and_1():
    found = proportion_walk(
        [[80, 90, 93, 97], [0, 1, 2, 3], [5, 6, 7, 8]], [[100] * 4, [100] * 4, [50, 50, 0, 50]], ahead=9
    )
    assert 0 < found.forecast_lower[0] < found.forecast[0] < found.forecast_upper[0] < 1
    assert list(found.reason) == ["", "a proportion is 0 or 1 and has no logit", ""]
    assert np.isnan(found.drift[1])
    logits = np.log(np.array([80, 97]) / np.array([20, 3]))
    assert np.log(found.drift[0]) == pytest.approx((logits[1] - logits[0]) / 3)
