import numpy as np
import pytest
from scipy.stats import binom
from statsmodels.stats.proportion import power_proportions_2indep

from wres.statistics import (
    minimum_detectable_difference,
    minimum_detectable_ratio,
    power_two_proportions,
    scas_p,
)

# n1, n2, rate of group 2; power at ratio 1.25 and 2 (per cent); detectable ratio upwards and downwards.
SETTINGS = [
    (15, 60, 0.02, 2, 5, 12.9, np.nan),
    (150, 4850, 0.006, 4, 14, 5.2, np.nan),
    (800, 3200, 0.006, 7, 39, 2.8, None),
    (4400, 5600, 0.008, 19, 96, 1.73, 0.47),
    (20_000, 70_000, 0.006, 63, 100, 1.31, 0.73),
    (300_000, 1_000_000, 0.006, 100, 100, 1.08, None),
    (2100, 900, 0.2, 85, 100, 1.23, 0.79),
    (350, 1600, 0.25, 66, 100, 1.30, 0.73),
]


@pytest.mark.parametrize(("n1", "n2", "rate", "small", "double", "up", "down"), SETTINGS)
def test_power_and_detectable_ratios_of_the_method_s_table(n1, n2, rate, small, double, up, down):
    # The table gives the exact power of the SCAS test.
    found = 100 * power_two_proportions(rate * np.array([1.25, 2]), rate, n1, n2).power
    np.testing.assert_allclose(found, [small, double], atol=12 if n1 * rate < 1 else 6)
    assert minimum_detectable_ratio(rate, n1, n2).effect == pytest.approx(up, abs=0.051 if up > 2 else 0.0051)
    if down is not None:
        lower = minimum_detectable_ratio(rate, n1, n2, direction="down").effect
        assert lower == pytest.approx(down, abs=0.015, nan_ok=True)


@pytest.mark.parametrize(("n1", "n2", "rate", "small", "double", "up", "down"), SETTINGS[:4] + SETTINGS[6:])
def test_exact_power_of_the_scas_test_is_that_of_the_method_s_table(n1, n2, rate, small, double, up, down):
    for ratio, expected in ((1.25, small), (2, double)):
        counts = [
            np.arange(binom.ppf(1e-9, n, p), binom.isf(1e-9, n, p) + 1)
            for n, p in ((n1, rate * ratio), (n2, rate))
        ]
        x1, x2 = np.meshgrid(*counts)
        probability = binom.pmf(x1, n1, rate * ratio) * binom.pmf(x2, n2, rate)
        power = 100 * probability[scas_p(x1, n1, x2, n2).p_value < 0.05].sum()
        assert power == pytest.approx(expected, abs=0.8)


def test_power_is_statsmodels():
    expected = power_proportions_2indep(0.05, 0.2, 2100, ratio=900 / 2100, return_results=False)
    assert power_two_proportions(0.25, 0.2, 2100, 900).power == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("direction", ["up", "down"])
def test_power_at_the_detectable_effect_is_the_power_wanted(direction):
    rate, n1, n2 = np.meshgrid([0.01, 0.2, 0.7], [300, 5000], [900, 40_000])
    relative = minimum_detectable_ratio(rate, n1, n2, 0.9, 0.01, direction)
    absolute = minimum_detectable_difference(rate, n1, n2, 0.9, 0.01, direction)
    there = relative.reason == ""
    assert there.any()
    power = power_two_proportions(
        (relative.effect * rate)[there], rate[there], n1[there], n2[there], 0.01
    ).power
    np.testing.assert_allclose(power, 0.9, rtol=1e-9)
    np.testing.assert_allclose(absolute.effect, (relative.effect - 1) * rate, rtol=1e-9)
    assert np.all((relative.effect[there] > 1) == (direction == "up"))


def test_more_people_detect_less():
    effect = minimum_detectable_ratio(0.1, np.array([100, 200, 400, 800]), 1000).effect
    assert np.all(np.diff(effect) < 0)


def test_reasons():
    found = minimum_detectable_ratio([0, 0.5, np.nan, 0.1, 1.5, 1], [900, 1, 9, 0, 9, 900], 900)
    assert np.all(np.isnan(found.effect))
    assert list(found.reason) == [
        "the proportion compared with is 0",
        "no effect is detectable with these numbers",
        "a count is missing",
        "a base is 0",
        "a proportion is not between 0 and 1",
        "no effect is detectable with these numbers",
    ]
    assert minimum_detectable_difference(0, 100, 900).effect > 0
    power = power_two_proportions([0, 0, 1, 2], [0, 1, 1, 0.5], 50, 50)
    np.testing.assert_allclose(power.power, [0.05, 1, 0.05, np.nan])
    assert power.reason[3] == "a proportion is not between 0 and 1"
    with pytest.raises(ValueError, match="'up' or 'down'"):
        minimum_detectable_ratio(0.1, 10, 10, direction="sideways")
