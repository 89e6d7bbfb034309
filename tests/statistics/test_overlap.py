import numpy as np
import pytest
import statsmodels.api as sm
from scipy.stats import chi2, chi2_contingency
from statsmodels.stats.contingency_tables import Table
from tables import vectors

from wres.statistics import (
    homogeneity,
    hypergeometric_midp,
    n_minus_1,
    ordered_trend,
    part_of_whole,
    ratio,
    stratified_trend,
)


def test_part_against_whole_matches_the_references():
    rows = vectors("indicator1_overlap")
    counts = (rows.x_band, rows.n_band, rows.x_all, rows.n_all)
    found = part_of_whole(*counts)
    for values, column in (
        (found.gap.estimate, "gap"),
        (found.gap.lower, "gap_low"),
        (found.gap.upper, "gap_high"),
        (found.ratio.estimate, "ratio"),
        (found.ratio.lower, "ratio_low"),
        (found.ratio.upper, "ratio_high"),
        (found.gap.p_value, "p_scas"),
        (hypergeometric_midp(*counts).p_value, "p_midp_hypergeom"),
        (
            n_minus_1(rows.x_band, rows.n_band, rows.x_all - rows.x_band, rows.n_all - rows.n_band).p_value,
            "p_n_minus_1",
        ),
    ):
        np.testing.assert_allclose(values, rows[column], rtol=1e-8)


def test_part_against_rest_is_the_draw_without_replacement():
    # z^2 = (p - P)^2 / [P (1 - P) / n * (N - n) / (N - 1)]
    x, n, x_all, n_all = 12, 140, 760, 4000
    share = x_all / n_all
    z2 = (x / n - share) ** 2 / (share * (1 - share) / n * (n_all - n) / (n_all - 1))
    assert n_minus_1(x, n, x_all - x, n_all - n).p_value == pytest.approx(chi2.sf(z2, 1), rel=1e-10)


def test_gap_and_ratio_exclude_no_difference_together():
    rng = np.random.default_rng(4)
    n_all = rng.integers(20, 3000, 3000)
    n = rng.integers(1, n_all)
    x, rest = rng.binomial(n, 0.2), rng.binomial(n_all - n, 0.3)
    found = part_of_whole(x, n, x + rest, n_all)
    gap = (found.gap.lower > 0) | (found.gap.upper < 0)
    relative = (found.ratio.lower > 1) | (found.ratio.upper < 1)
    np.testing.assert_array_equal(gap, relative)
    np.testing.assert_array_equal(gap, found.gap.p_value < 0.05)
    assert np.nanmax(found.ratio.upper * n / n_all) <= 1 + 1e-9


def test_parts_that_cannot_be_compared_say_why():
    found = part_of_whole(
        [5, 0, 6, 3, 5, np.nan], [10, 0, 10, 10, 10, 10], [5, 5, 5, 9, 9, 9], [10, 10, 20, 14, 9, 20]
    )
    assert np.all(np.isnan(found.gap.estimate) & np.isnan(found.ratio.estimate) & np.isnan(found.gap.lower))
    assert list(found.gap.reason) == [
        "the part is the whole",
        "a base is 0",
        "the part is not contained in the whole",
        "the part is not contained in the whole",
        "the part is not contained in the whole",
        "a count is missing",
    ]
    assert list(found.decision.reason) == list(found.gap.reason)


def test_nobody_and_everybody_counted():
    found = part_of_whole([0, 10], 10, [0, 100], 100)
    np.testing.assert_array_equal(found.gap.estimate, [0, 0])
    np.testing.assert_array_equal(found.gap.p_value, [1, 1])
    np.testing.assert_allclose(found.ratio.upper[0], 10)


def test_rest_without_events_gives_the_largest_ratio():
    found = part_of_whole(4, 10, 4, 100)
    assert found.ratio.estimate == pytest.approx(10)
    assert found.ratio.upper == pytest.approx(10)
    lower = ratio(4, 10, 0, 90).lower
    assert found.ratio.lower == pytest.approx(lower / (0.1 * lower + 0.9))


def test_homogeneity_equals_scipy_but_for_the_finite_correction():
    x, n = np.array([30, 60, 50, 10]), np.array([100, 300, 400, 200])
    found = homogeneity(x, n)
    expected = chi2_contingency([x, n - x], correction=False).statistic
    assert found.statistic == pytest.approx(expected * 999 / 1000, rel=1e-12)
    assert found.cramers_v == pytest.approx(np.sqrt(expected / 1000), rel=1e-12)
    assert found.degrees == 3
    assert not found.resampled


def test_sparse_homogeneity_is_resampled_and_close_to_the_exact_answer():
    # Fisher-Freeman-Halton by likelihood differs; here chi-squared over all tables: two parts are a 2 x 2 table.
    found = homogeneity([[3, 0]], [[4, 5]])
    assert found.resampled[0]
    assert found.p_value[0] == pytest.approx(10 / 210 * 1, abs=0.01) or found.p_value[0] < 0.06
    again = homogeneity([[3, 0]], [[4, 5]])
    assert again.p_value[0] == found.p_value[0]


def test_resamples_of_one_table_do_not_depend_on_the_others():
    x, n = np.array([[3, 0, 1], [1, 1, 0], [2, 5, 1]]), np.array([[9, 8, 2], [7, 3, 4], [6, 7, 5]])
    together, reversed_ = homogeneity(x, n).p_value, homogeneity(x[::-1], n[::-1]).p_value
    np.testing.assert_array_equal(together, reversed_[::-1])


def test_empty_parts_are_left_out():
    one = homogeneity([30, 0, 60, np.nan], [100, 0, 300, np.nan])
    other = homogeneity([30, 60], [100, 300])
    assert one.statistic == other.statistic
    assert one.degrees == 1


def test_homogeneity_says_why_there_is_none():
    found = homogeneity([[1, 0], [0, 0], [5, 1], [np.nan, 1]], [[4, 0], [0, 0], [4, 4], [4, 4]])
    assert np.all(np.isnan(found.p_value))
    assert list(found.reason) == [
        "fewer than two parts have members",
        "a base is 0",
        "a count is not between 0 and its base",
        "a count is missing",
    ]
    assert homogeneity([0, 0], [30, 40]).p_value == 1


def test_ordered_trend_matches_the_reference_and_statsmodels():
    x, n = np.array([30, 60, 50, 10]), np.array([100, 300, 400, 200])
    found = ordered_trend(x, n)
    reference = vectors("trend").query("quantity.str.startswith('Cochran')").value.iloc[0]
    assert found.z == pytest.approx(reference, rel=1e-8)
    association = Table(np.array([n - x, x]), shift_zeros=False).test_ordinal_association()
    assert found.z * np.sqrt(999 / 1000) == pytest.approx(association.zscore, rel=1e-10)


def test_lack_of_linearity_is_what_the_line_leaves():
    straight = ordered_trend([10, 20, 30, 40], 100)
    assert straight.lack_of_linearity == pytest.approx(0, abs=1e-10)
    bent = ordered_trend([10, 40, 40, 10], 100)
    assert bent.z == pytest.approx(0, abs=1e-12)
    assert bent.lack_p_value < 1e-6
    chi = chi2_contingency([[10, 40, 40, 10], [90, 60, 60, 90]]).statistic
    assert bent.lack_of_linearity == pytest.approx(chi, rel=1e-10)


def test_trend_edges():
    found = ordered_trend([[1, 2, 0], [0, 0, 0], [1, 0, 0]], [[4, 4, 0], [5, 5, 5], [4, 0, 0]])
    assert list(found.reason) == [
        "fewer than three parts have members",
        "",
        "fewer than two parts have members",
    ]
    np.testing.assert_array_equal(np.isnan(found.p_value), [False, False, True])
    assert found.p_value[1] == 1


def test_stratified_trend_of_one_stratum_is_the_ordered_trend_with_the_slope_of_statsmodels():
    x, n = np.array([30, 60, 0, 50, 10]), np.array([100, 300, 0, 400, 200])
    found, plain = stratified_trend(x[None], n[None], confidence=0.9), ordered_trend(x, n)
    np.testing.assert_allclose([found.z, found.p_value], [plain.z, plain.p_value], rtol=1e-12)
    there = n > 0
    counts = np.column_stack([x, n - x])[there]
    fit = sm.GLM(counts, sm.add_constant(np.arange(5.0)[there]), sm.families.Binomial()).fit()
    low, high = fit.conf_int(0.1)[1]
    slopes = [found.odds_ratio, found.lower, found.upper]
    np.testing.assert_allclose(slopes, np.exp([fit.params[1], low, high]), rtol=1e-7)
    assert found.reason == ""


def test_strata_of_different_level_and_make_up_have_no_common_trend():
    x, n = np.array([[50, 25, 5], [1, 5, 10]]), np.array([[100, 50, 10], [10, 50, 100]])
    assert ordered_trend(x.sum(axis=0), n.sum(axis=0)).p_value < 1e-6
    found = stratified_trend(x, n)
    assert found.z == pytest.approx(0, abs=1e-12)
    assert found.odds_ratio == pytest.approx(1, abs=1e-9)


def test_strata_add_up_their_distances_and_their_variances():
    x, n = np.array([[10, 20, 30], [5, 9, 12]]), np.array([[100, 100, 90], [40, 50, 45]])
    each = ordered_trend(x, n)
    p = x.sum(axis=1) / n.sum(axis=1)
    scores = np.arange(3)
    spread = (n * scores**2).sum(axis=1) - (n * scores).sum(axis=1) ** 2 / n.sum(axis=1)
    deviation = np.sqrt(p * (1 - p) * spread)
    expected = (each.z * deviation).sum() / np.sqrt((deviation**2).sum())
    assert stratified_trend(x, n).z == pytest.approx(expected, rel=1e-12)
    with_an_empty_one = stratified_trend(np.vstack([x, [0, 0, 0]]), np.vstack([n, [0, 7, 0]]))
    assert with_an_empty_one.z == pytest.approx(expected, rel=1e-12)


def test_stratified_trend_says_why_there_is_none():
    x = [[[0, 5]], [[0, 0]], [[1, 0]], [[5, 1]], [[np.nan, 1]]]
    n = [[[4, 5]], [[4, 5]], [[4, 0]], [[4, 4]], [[4, 4]]]
    found = stratified_trend(x, n)
    assert list(found.reason) == [
        "the slope has no finite estimate",
        "the slope has no finite estimate",
        "fewer than two parts have members",
        "a count is not between 0 and its base",
        "a count is missing",
    ]
    np.testing.assert_array_equal(np.isnan(found.p_value), [False, False, True, True, True])
    assert np.all(np.isnan(found.odds_ratio))
