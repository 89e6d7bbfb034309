import numpy as np
import pandas as pd
import pytest
from scipy.stats import betabinom, norm
from tables import KNOWN, vectors

from wres.statistics import (
    proportion_model,
    random_effects,
    ratio,
    ratio_model,
    shrunken_estimates,
    shrunken_proportions,
    shrunken_ratios,
    wilson,
)


@pytest.fixture
def catheters():
    """Niel-Weise et al. 2007, as kept in the R package metadat."""
    rows = pd.read_csv(KNOWN / "catheter_trials.csv")
    return rows.x1, rows.n1, rows.x2, rows.n2


def test_conditional_model_matches_metafor_and_stijnen(catheters):
    # rma.glmm(measure="OR", model="CM.AL"): -1.303 (0.339), tau 0.775; Stijnen et al. 2010, table III.
    found = ratio_model(*catheters)
    assert np.round(np.log(found.mean[0]), 4) == -1.3026
    assert np.round(found.error[0], 4) == 0.3386
    assert np.round(found.tau[0], 4) == 0.7750
    np.testing.assert_allclose(
        np.round([found.mean[0], found.lower[0], found.upper[0]], 2), [0.27, 0.14, 0.53]
    )
    assert found.strata[0] == 17


def test_conditional_model_turns_round_with_the_groups(catheters):
    x1, n1, x2, n2 = catheters
    one, other = ratio_model(x1, n1, x2, n2), ratio_model(x2, n2, x1, n1)
    np.testing.assert_allclose(one.mean, 1 / other.mean, rtol=1e-6)
    np.testing.assert_allclose(one.tau, other.tau, rtol=1e-5)
    np.testing.assert_allclose(one.prediction_lower, 1 / other.prediction_upper, rtol=1e-5)


def test_strata_with_one_true_ratio_show_no_heterogeneity():
    n1, n2 = np.full(50, 400), np.full(50, 1600)
    found = ratio_model(np.full(50, 12), n1, np.full(50, 40), n2)
    assert found.tau[0] == 0
    assert found.mean[0] == pytest.approx(1.2, rel=1e-6)
    # Without heterogeneity the standard error is that of one binomial: 1 / sqrt(m p q).
    assert found.error[0] == pytest.approx(1 / np.sqrt(2600 * 600 / 2600 * 2000 / 2600), rel=1e-4)


def test_model_recovers_the_truth_and_groups_are_independent():
    rng = np.random.default_rng(9)
    group = np.repeat([0, 1], 300)
    n1, n2 = rng.integers(200, 3000, 600), rng.integers(500, 6000, 600)
    own = np.exp(rng.normal(0.3, 0.4, 600))
    x1, x2 = rng.binomial(n1, 0.02 * own), rng.binomial(n2, 0.02)
    found = ratio_model(x1, n1, x2, n2, group)
    np.testing.assert_allclose(np.log(found.mean), 0.3, atol=0.1)
    np.testing.assert_allclose(found.tau, 0.4, atol=0.1)
    alone = ratio_model(*(count[group == 1] for count in (x1, n1, x2, n2)))
    assert alone.mean[0] == found.mean[1]
    shrunken = shrunken_ratios(x1, n1, x2, n2, group)
    covered = (shrunken.lower <= own) & (own <= shrunken.upper)
    assert 0.92 < covered.mean() < 0.98
    crude = ratio(x1, n1, x2, n2).estimate
    error = [np.mean((np.log(np.maximum(e, 0.05)) - np.log(own)) ** 2) for e in (shrunken.estimate, crude)]
    assert error[0] < error[1]


def test_shrunken_ratios_lie_between_their_own_and_the_common_one(catheters):
    found, model, crude = shrunken_ratios(*catheters), ratio_model(*catheters), ratio(*catheters)
    some = np.isfinite(crude.estimate)
    low = np.minimum(crude.estimate, model.mean[0])[some]
    high = np.maximum(crude.estimate, model.mean[0])[some]
    assert np.all((found.estimate[some] >= 0.8 * low) & (found.estimate[some] <= 1.2 * high))
    silent = ~some
    np.testing.assert_allclose(found.estimate[silent], model.mean[0], rtol=1e-4)
    assert np.all((found.lower < found.estimate) & (found.estimate < found.upper))


def test_ratio_models_say_why_there_are_none():
    found = ratio_model([1, 2, 0, 0, 0], 9, [1, 1, 2, 3, 4], 9, [0, 0, 1, 1, 1])
    assert list(found.reason) == ["fewer than three strata with events", "all events are in one group"]
    assert np.all(np.isnan(found.mean))
    shrunken = shrunken_ratios([1, 2, 0, np.nan], 9, 1, 9, [0, 0, 1, 1])
    assert np.all(np.isnan(shrunken.estimate) & (shrunken.reason != ""))


def test_beta_binomial_fit_is_the_maximum_of_scipy_s_likelihood():
    rng = np.random.default_rng(2)
    n = rng.integers(50, 400, 80)
    x = rng.binomial(n, rng.beta(4, 20, 80))
    found = proportion_model(x, n)

    def likelihood(mean, precision):
        return betabinom.logpmf(x, n, mean * precision, (1 - mean) * precision).sum()

    best = likelihood(found.mean[0], found.precision[0])
    for step in (0.98, 1.02):
        assert likelihood(found.mean[0] * step, found.precision[0]) < best
        assert likelihood(found.mean[0], found.precision[0] * step) < best


def test_shrunken_proportions_borrow_most_where_there_is_least():
    rng = np.random.default_rng(5)
    n = np.concatenate([np.full(60, 15), np.full(60, 2000)])
    truth = rng.beta(10, 40, 120)
    x = rng.binomial(n, truth)
    found, model = shrunken_proportions(x, n), proportion_model(x, n)
    pulled = np.abs(found.estimate - x / n)
    assert pulled[:60].mean() > 5 * pulled[60:].mean()
    between = (found.estimate - x / n) * (model.mean - x / n)
    assert np.all(between >= -1e-12)
    covered = (found.lower <= truth) & (truth <= found.upper)
    assert covered.mean() > 0.9
    width = found.upper - found.lower
    assert np.all(width[:60] < (wilson(x, n).upper - wilson(x, n).lower)[:60])


def test_proportion_models_say_why_there_are_none():
    found = proportion_model([1, 2, 0, 0, 0], [5, 5, 9, 9, 9], [0, 0, 1, 1, 1])
    assert list(found.reason) == ["fewer than three strata", "nobody or everybody is counted"]
    shrunken = shrunken_proportions([1, 2, 0, 7], [5, 5, 9, 5], [0, 0, 0, 0])
    np.testing.assert_array_equal(np.isnan(shrunken.estimate), [False, False, False, True])
    alike = proportion_model(np.full(20, 30), np.full(20, 300))
    assert alike.precision[0] > 1e5


def test_random_effects_match_metafor():
    # BCG vaccine trials of Colditz et al. 1994; tau2 0.3088 and mu -0.7141 by DerSimonian & Laird in metafor.
    trials = pd.read_csv(KNOWN / "vaccine_trials.csv")
    log_ratio = np.log(trials.x1 / trials.n1) - np.log(trials.x2 / trials.n2)
    variance = 1 / trials.x1 - 1 / trials.n1 + 1 / trials.x2 - 1 / trials.n2
    methods = {"DL": "dersimonian_laird", "PM": "paule_mandel"}
    for row in vectors("random_effects").itertuples():
        found = random_effects(log_ratio, variance, methods[row.method])
        values = found.tau, found.estimate, found.error, found.error_hartung_knapp
        np.testing.assert_allclose(values, [row.tau, row.mu, row.se, row.se_hksj], rtol=1e-8)


def test_random_effects_of_agreeing_estimates_are_the_weighted_mean():
    for method in ("paule_mandel", "dersimonian_laird"):
        found = random_effects([[1, 1.1, np.nan], [1, np.nan, np.nan]], [1, 4, 1], method)
        np.testing.assert_allclose(found.tau[0], 0)
        assert found.estimate[0] == pytest.approx((1 + 1.1 / 4) / 1.25)
        assert found.reason[1] == "fewer than two units"
    with pytest.raises(ValueError, match="no method"):
        random_effects([1, 2], [1, 1], "REML")


def test_shrunken_estimates_of_eight_schools_are_their_common_mean():
    """Rubin (1981), Journal of Educational Statistics 6:377: no more spread than chance; mean 7.7, error 4.1."""
    effects = np.array([28, 8, -3, 7, -1, 1, 18, 12.0])
    errors = np.array([15, 10, 16, 11, 9, 11, 10, 18.0])
    found = shrunken_estimates(effects, errors**2)
    np.testing.assert_allclose(found.estimate, 7.7, atol=0.05)
    np.testing.assert_allclose(found.upper - found.estimate, 1.96 * 4.1, atol=0.1)


def test_shrunken_estimates_lie_between_their_own_and_the_common_mean():
    """Two units of variance 1 at -3 and 3: tau^2 is 18 - 1 = 17, so 17/18 of each is kept."""
    found = shrunken_estimates([-3.0, 3.0, np.nan], [1.0, 1.0, 1.0])
    np.testing.assert_allclose(found.estimate[:2], [-3 * 17 / 18, 3 * 17 / 18], rtol=1e-6)
    reach = norm.ppf(0.975) * np.hypot(np.sqrt(17 / 18), 1 / 18 * np.sqrt(18 / 2))
    np.testing.assert_allclose(found.upper[1] - found.estimate[1], reach, rtol=1e-6)
    assert found.reason[2] == "a count is missing"


def test_ratios_that_do_not_differ_have_the_interval_of_their_common_ratio_if_it_is_not_known():
    counts = np.full(20, 12), np.full(20, 400), np.full(20, 40), np.full(20, 1600)
    model = ratio_model(*counts)
    found = shrunken_ratios(*counts, mean_known=False)
    np.testing.assert_allclose(found.lower, model.lower[0], rtol=1e-3)
    np.testing.assert_allclose(found.upper, model.upper[0], rtol=1e-3)
