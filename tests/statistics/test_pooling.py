import numpy as np
import pytest
from scipy.stats import t as student
from statsmodels.stats.contingency_tables import StratifiedTable
from tables import vectors

from wres.statistics import (
    Contrast,
    crude_difference,
    crude_proportion,
    crude_ratio,
    difference,
    equal_ratios,
    mantel_haenszel_ratio,
    ratio,
    simpson,
    weighted_mean,
    wilson,
)


def _strata(name):
    rows = vectors("mantel_haenszel_strata").query("set == @name")
    return rows.x1, rows.n1, rows.x2, rows.n2, np.zeros(len(rows), dtype=int)


@pytest.fixture
def many():
    rng = np.random.default_rng(11)
    group = rng.integers(0, 5, 200)
    n1, n2 = rng.integers(20, 900, 200), rng.integers(50, 4000, 200)
    return rng.binomial(n1, 0.05), n1, rng.binomial(n2, 0.04), n2, group


@pytest.mark.parametrize("row", list(vectors("mantel_haenszel").itertuples()), ids=lambda row: row.set)
def test_pooled_ratios_match_rothman_and_the_references(row):
    strata = _strata(row.set)
    found, crude = mantel_haenszel_ratio(*strata, row.conf), crude_ratio(*strata, row.conf)
    for value, expected in (
        (found.estimate, row.rr_mh),
        (found.homogeneous_lower, row.low_gr),
        (found.homogeneous_upper, row.high_gr),
        (found.cmh_p_value, row.cmh_p),
        (found.lower, row.low_cluster),
        (found.upper, row.high_cluster),
        (crude.estimate, row.rr_crude),
        (crude.lower, row.crude_low_cluster),
        (crude.upper, row.crude_high_cluster),
    ):
        np.testing.assert_allclose(value, expected, rtol=1e-8)


def test_rothman_table_15_1_as_printed():
    found = mantel_haenszel_ratio(*_strata("rothman_15_1"), 0.9)
    printed = found.estimate, found.homogeneous_lower, found.homogeneous_upper, found.cmh_p_value
    np.testing.assert_allclose(np.round(np.concatenate(printed), 4), [1.3256, 0.8658, 2.0296, 0.2750])


def test_cmh_and_risk_ratio_equal_statsmodels(many):
    found = mantel_haenszel_ratio(*many)
    for code in range(5):
        x1, n1, x2, n2 = (count[many[4] == code] for count in many[:4])
        tables = StratifiedTable(
            [np.array([[a, b - a], [c, d - c]]) for a, b, c, d in zip(x1, n1, x2, n2, strict=True)]
        )
        assert found.estimate[code] == pytest.approx(tables.riskratio_pooled, rel=1e-12)
        assert found.cmh_p_value[code] == pytest.approx(
            tables.test_null_odds(correction=False).pvalue, rel=1e-9
        )


@pytest.mark.parametrize("pooled", [crude_ratio, crude_difference, mantel_haenszel_ratio])
def test_groups_are_independent_of_each_other(many, pooled):
    together = pooled(*many)
    for code in range(5):
        own = many[4] == code
        alone = pooled(*(count[own] for count in many[:4]), np.zeros(own.sum(), dtype=int))
        np.testing.assert_array_equal(together.lower[code], alone.lower[0])


@pytest.mark.parametrize("pooled", [crude_ratio, mantel_haenszel_ratio])
def test_swapping_gives_the_reciprocal_and_the_same_p(many, pooled):
    x1, n1, x2, n2, group = many
    one, other = pooled(x1, n1, x2, n2, group), pooled(x2, n2, x1, n1, group)
    np.testing.assert_allclose(one.estimate, 1 / other.estimate, rtol=1e-12)
    np.testing.assert_allclose(one.lower, 1 / other.upper, rtol=1e-12)
    np.testing.assert_allclose(one.p_value, other.p_value, rtol=1e-9)


@pytest.mark.parametrize(
    ("pooled", "null"), [(crude_ratio, 1), (crude_difference, 0), (mantel_haenszel_ratio, 1)]
)
@pytest.mark.parametrize("spread", ["between", "wider"])
def test_interval_and_test_agree(pooled, null, spread):
    rng = np.random.default_rng(12)
    group = np.repeat(np.arange(500), 4)
    n1, n2 = rng.integers(50, 400, 2000), rng.integers(50, 400, 2000)
    x1, x2 = rng.binomial(n1, 0.25), rng.binomial(n2, 0.2)
    found = pooled(x1, n1, x2, n2, group, spread=spread)
    excludes = (found.lower > null) | (found.upper < null)
    np.testing.assert_array_equal(found.p_value < 0.05, excludes)
    assert 20 < excludes.sum() < 480


def test_wider_is_never_narrower(many):
    x1, n1, x2, n2, group = (count[:30] for count in many)
    for pooled in (crude_ratio, crude_difference, mantel_haenszel_ratio):
        plain, wide = pooled(x1, n1, x2, n2, group), pooled(x1, n1, x2, n2, group, spread="wider")
        assert np.all(wide.upper - wide.lower >= plain.upper - plain.lower - 1e-15)
    with pytest.raises(ValueError, match="'between' or 'wider'"):
        crude_ratio(x1, n1, x2, n2, group, spread="both")


def test_crude_proportion_by_hand():
    x, n = np.array([10, 30, 20]), np.array([100, 150, 250])
    found = crude_proportion(x, n, [0, 0, 0])
    p = 60 / 500
    error = np.sqrt(3 / 2 * np.sum((x - p * n) ** 2)) / 500
    assert found.upper[0] == pytest.approx(p + student.ppf(0.975, 2) * error, rel=1e-12)
    assert found.lower[0] == 0
    assert found.estimate[0] == p


def test_one_stratum_falls_back_to_a_single_table():
    x1, n1, x2, n2 = 5, 800, 12, 3200
    for pooled, single in (
        (crude_ratio, ratio),
        (mantel_haenszel_ratio, ratio),
        (crude_difference, difference),
    ):
        found, alone = pooled(x1, n1, x2, n2, 0), single(x1, n1, x2, n2)
        assert (found.lower[0], found.upper[0], found.p_value[0]) == (alone.lower, alone.upper, alone.p_value)
        assert found.reason[0] == "one stratum: the interval is that of a single table"
    assert crude_proportion(3, 14, 0).lower[0] == wilson(3, 14).lower


def test_fallbacks_and_gaps_say_so():
    group = [0, 0, 1, 1, 3, 3, 4, 4]
    x1, n1 = [0, 0, 0, 0, 5, 5, 1, np.nan], [10, 20, 10, 20, 50, 50, 0, 10]
    x2, n2 = [0, 0, 2, 3, 5, 5, 1, 1], [10, 20, 10, 20, 40, 40, 5, 5]
    found = mantel_haenszel_ratio(x1, n1, x2, n2, group)
    assert list(found.reason) == [
        "no events in either group",
        "a group has no events: the interval is that of the pooled table",
        "no stratum with members",
        "the strata do not differ: the interval is that of one ratio in all of them",
        "no stratum with members",
    ]
    np.testing.assert_array_equal(found.strata, [2, 2, 0, 2, 0])
    missing = np.isnan(found.lower)
    np.testing.assert_array_equal(missing, [False, False, True, False, True])
    assert found.lower[1] == 0


def test_simpson_flags_a_reversal_and_leaves_agreement_alone():
    strata = _strata("simpson_reversal")
    assert simpson(crude_ratio(*strata), mantel_haenszel_ratio(*strata).estimate).all()
    blank = np.array([""])
    agreeing = Contrast(np.array([1.5]), np.array([1.2]), np.array([1.9]), np.array([0.01]), blank)
    assert not simpson(agreeing, [1.55]).any()
    assert simpson(agreeing, [1.7]).all()
    assert simpson(agreeing, [0.95]).all()
    assert not simpson(agreeing._replace(estimate=np.array([np.nan])), [1.5]).any()


def test_equal_ratios_finds_difference_and_keeps_its_size():
    same = equal_ratios([10, 20, 30], [100, 200, 300], [20, 40, 60], [400, 800, 1200], [0, 0, 0])
    assert same.statistic[0] == pytest.approx(0, abs=1e-15)
    unlike = equal_ratios([40, 20], 200, [20, 40], 200, [0, 0])
    assert unlike.p_value[0] < 0.001
    rng = np.random.default_rng(13)
    group = np.repeat(np.arange(2000), 3)
    n1, n2 = rng.integers(100, 500, 6000), rng.integers(300, 2000, 6000)
    found = equal_ratios(rng.binomial(n1, 0.15), n1, rng.binomial(n2, 0.1), n2, group)
    assert 0.035 < np.mean(found.p_value < 0.05) < 0.065
    assert equal_ratios([1, 0], 9, [1, 0], 9, [0, 0]).reason[0] != ""


def test_coverage_when_base_rates_and_ratios_differ():
    # Nominal 95 %; the plain Katz interval of the pooled table covers 62.5 % in such a setting.
    rng = np.random.default_rng(14)
    groups, strata, sd = 400, 40, 0.3
    group = np.repeat(np.arange(groups), strata)
    n1, n2 = rng.integers(100, 1500, group.size), rng.integers(1000, 5000, group.size)
    base = 0.02 * np.exp(rng.normal(0, 0.4, group.size))
    own = np.exp(rng.normal(-(sd**2) / 2, sd, group.size))
    found = mantel_haenszel_ratio(rng.binomial(n1, base * 1.2 * own), n1, rng.binomial(n2, base), n2, group)
    covered = np.mean((found.lower <= 1.2) & (found.upper >= 1.2))
    plain = np.mean((found.homogeneous_lower <= 1.2) & (found.homogeneous_upper >= 1.2))
    assert covered > 0.9
    assert plain < 0.87


def test_mantel_haenszel_of_strata_with_one_ratio_is_not_the_crude_ratio():
    """Both strata have ratio 1 at unlike rates and sizes; pooled as one table the ratio would be 1.69."""
    found = mantel_haenszel_ratio([40, 2], [2000, 400], [40, 18], [2000, 3600], [0, 0])
    assert found.estimate == pytest.approx(1.0)
    assert found.lower < 1 < found.upper
    assert found.reason == "the strata do not differ: the interval is that of one ratio in all of them"


def test_weighted_mean_is_the_mantel_haenszel_difference():
    """Two strata by hand: differences 0.1 and 0.3 with weights 50 and 25 give 12.5 / 75."""
    found = weighted_mean([0.1, 0.3], [50, 25])
    assert found.estimate == pytest.approx(12.5 / 75)
    off = [0.1 - 12.5 / 75, 0.3 - 12.5 / 75]
    error = np.sqrt(2 * ((50 * off[0]) ** 2 + (25 * off[1]) ** 2)) / 75
    assert found.upper - found.estimate == pytest.approx(student.ppf(0.975, 1) * error)


def test_weighted_mean_of_one_stratum_has_no_interval():
    found = weighted_mean([0.1, np.nan], [50, 25])
    assert found.estimate == pytest.approx(0.1)
    assert np.isnan(found.lower)
    assert found.reason == "one stratum: the interval is that of a single table"
