import numpy as np
import pytest
from scipy.integrate import quad
from scipy.stats import binom, norm
from tables import half_unit, vectors

from wres.statistics import (
    dispersed_z,
    funnel_limits,
    mantel_haenszel_ratio,
    overdispersion,
    proportion_deviation,
    ratio,
    ratio_deviation,
    ratio_funnel_limits,
    wilson,
)


def test_normal_limits_match_public_health_england():
    rows = vectors("funnel").query("method == 'proportion_normal'")
    for confidence, low, high in ((0.95, "low95", "high95"), (0.998, "low998", "high998")):
        found = funnel_limits(rows.n_or_E, rows.target, confidence, exact_below=0)
        np.testing.assert_allclose(found.lower, rows[low], rtol=1e-8)
        np.testing.assert_allclose(found.upper, rows[high], rtol=1e-8)
    for row in rows.itertuples():
        found = funnel_limits(float(row.n_or_E), row.target, 0.95, exact_below=0)
        printed = [figure.rstrip("%") for figure in row.published.split("/")]
        assert abs(100 * found.lower - float(printed[0])) <= half_unit(printed[0])
        assert abs(100 * found.upper - float(printed[1])) <= half_unit(printed[1])


def test_normal_limits_hold_exactly_those_whose_wilson_interval_holds_the_target():
    n, target = 250, 0.12
    x = np.arange(n + 1)
    limits, interval = funnel_limits(n, target, exact_below=0), wilson(x, n)
    within = (limits.lower <= x / n) & (x / n <= limits.upper)
    np.testing.assert_array_equal(within, (interval.lower <= target) & (target <= interval.upper))


def test_exact_limits_hold_their_share_of_small_units():
    n = np.array([14, 20, 40])
    found = funnel_limits(n, 0.1)
    assert found.exact.all()
    below = binom.cdf(np.ceil(found.lower * n) - 1, n, 0.1)
    above = binom.sf(np.floor(found.upper * n), n, 0.1)
    assert np.all(below <= 0.025)
    assert np.all(above <= 0.025)
    mirrored = funnel_limits(n, 0.9)
    np.testing.assert_allclose(found.lower, 1 - mirrored.upper, rtol=1e-12)
    wide = funnel_limits(n, 0.1, 0.998)
    assert np.all((wide.lower <= found.lower) & (found.upper <= wide.upper))


def test_exact_limits_approach_the_normal_ones():
    exact, normal = funnel_limits(40_000, 0.3, exact_below=1e9), funnel_limits(40_000, 0.3)
    np.testing.assert_allclose([exact.lower, exact.upper], [normal.lower, normal.upper], atol=2e-5)


def test_phi_matches_funnelplotr():
    # FunnelPlotR's tests: 2.948033 for six units on the log scale, where 10 % of six is nobody.
    observed = np.array([100, 150, 180, 80, 120, 225])
    expected = np.array([108, 112, 165, 95, 100, 220])
    error = 1 / np.sqrt(expected)
    found = overdispersion(np.log(observed / expected) / error, error, trim=0)
    assert round(float(found.phi[0]), 6) == 2.948033
    weight = expected.astype(float)
    by_hand = (6 * found.phi[0] - 5) / (weight.sum() - np.sum(weight**2) / weight.sum())
    assert found.tau2[0] == pytest.approx(by_hand, rel=1e-12)


def test_winsorising_pulls_one_outlier_in():
    z = np.concatenate([np.linspace(-1, 1, 39), [50]])
    found, raw = overdispersion(z, np.ones(40)), overdispersion(z, np.ones(40), trim=0)
    assert found.phi[0] < 1 < raw.phi[0]
    assert found.tau2[0] == 0
    assert raw.beyond_chance[0]


def test_overdispersion_by_group_and_with_reasons():
    z = np.array([3.0, -3, 3, -3, 1, np.nan])
    found = overdispersion(z, np.ones(6), [0, 0, 0, 0, 2, 2])
    np.testing.assert_allclose(found.phi[0], 9)
    np.testing.assert_array_equal(found.units, [4, 0, 1])
    assert list(found.reason) == ["", "fewer than two units", "fewer than two units"]
    # With tau2 added the deviations have the spread of chance again.
    assert np.nanmean(dispersed_z(z[:4], 1.0, found.tau2[0]) ** 2) == pytest.approx(1, abs=0.35)


def test_tau2_recovers_the_variance_between_units():
    rng = np.random.default_rng(3)
    error = rng.uniform(0.05, 0.3, 3000)
    y = rng.normal(0, np.sqrt(error**2 + 0.04))
    found = overdispersion(y / error, error, trim=0)
    assert found.tau2[0] == pytest.approx(0.04, rel=0.1)


def test_ratio_deviation_is_the_test_of_the_interval():
    rng = np.random.default_rng(6)
    n1, n2 = rng.integers(20, 900, 2000), rng.integers(50, 4000, 2000)
    x1, x2 = rng.binomial(n1, 0.04), rng.binomial(n2, 0.03)
    target = mantel_haenszel_ratio(x1, n1, x2, n2, np.zeros(2000, dtype=int)).estimate[0]
    for method in ("scas", "miettinen_nurminen"):
        found, interval = ratio_deviation(x1, n1, x2, n2, target, method), ratio(x1, n1, x2, n2, method)
        some = found.reason == ""
        beyond = np.abs(found.z) > 1.959963984540054
        outside = (interval.lower > target) | (interval.upper < target)
        np.testing.assert_array_equal(beyond[some], outside[some])
        assert set(found.reason[~some]) <= {"no events in either group"}


def test_ratio_limits_are_symmetric_on_the_log_scale():
    found = ratio_funnel_limits([0.1, 0.5, np.nan], [1.2, 1.2, 1], tau2=0.01)
    np.testing.assert_allclose(found.lower[:2] * found.upper[:2], 1.44)
    assert found.upper[0] == pytest.approx(1.2 * np.exp(1.959963984540054 * np.sqrt(0.02)))
    assert found.reason[2] != ""
    assert ratio_funnel_limits(0.1, 0).reason == "the target is not one"


def test_deviations_and_limits_say_why_there_are_none():
    assert np.isnan(proportion_deviation(1, 5, 0).z)
    assert proportion_deviation(1, 5, 0).reason == "the target is not one"
    assert proportion_deviation(30, 100, 0.2).z == pytest.approx(2.5)
    assert list(funnel_limits([0, np.nan, 5], [0.1, 0.1, 2]).reason) == [
        "a base is 0",
        "a count is missing",
        "the target is not one",
    ]
    assert ratio_deviation(0, 5, 0, 5, 1).reason == "no events in either group"


def test_rescaled_over_dispersion_is_one_by_chance_and_finds_what_was_put_in():
    """Pulled in at 10 %, the variance of a normal deviate is 0.679; by numerical integration."""
    edge = norm.isf(0.1)
    left = quad(lambda z: min(abs(z), edge) ** 2 * norm.pdf(z), -12, 12, points=[-edge, edge])[0]
    z = norm.ppf((np.arange(20_000) + 0.5) / 20_000)
    plain, rescaled = overdispersion(z, 1.0), overdispersion(z, 1.0, rescaled=True)
    assert plain.phi[0] == pytest.approx(left, abs=1e-4)
    assert rescaled.phi[0] == pytest.approx(1, abs=1e-3)
    assert overdispersion(3 * z, 1.0, rescaled=True).tau2[0] == pytest.approx(8, rel=1e-3)
    assert overdispersion(z, 1.0, trim=0, rescaled=True).phi[0] == pytest.approx(np.mean(z**2))
