import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.proportion import confint_proportions_2indep
from tables import KNOWN, every_small_table, half_unit, random_tables, vectors

from wres.statistics import difference, feasible_difference, odds_ratio, ratio
from wres.statistics.two_groups import DIFFERENCE_FAMILIES, ODDS_FAMILIES, RATIO_FAMILIES

CONTRASTS = {"risk_ratio": ratio, "risk_difference": difference, "odds_ratio": odds_ratio}
SCORES = [
    *[(ratio, method) for method in RATIO_FAMILIES],
    *[(difference, method) for method in DIFFERENCE_FAMILIES],
    *[(odds_ratio, method) for method in ODDS_FAMILIES],
]
EXACT_TESTS = [*SCORES, (difference, "newcombe"), (ratio, "mover_r_wilson")]


def _null(contrast):
    return 0 if contrast is difference else 1


@pytest.mark.parametrize("name", CONTRASTS)
def test_limits_match_the_60_digit_references(name):
    rows = vectors(name)
    for (method, confidence), group in rows.groupby(["method", "conf"]):
        found = CONTRASTS[name](group.x1, group.n1, group.x2, group.n2, method, confidence)
        np.testing.assert_allclose(found.lower, group.low, rtol=1e-8)
        np.testing.assert_allclose(found.upper, group.high, rtol=1e-8)


@pytest.mark.parametrize("name", CONTRASTS)
def test_limits_match_published_figures_to_their_rounding(name):
    rows = pd.read_csv(KNOWN / "vectors" / f"{name}.csv", dtype={"published_low": str, "published_high": str})
    printed = rows[rows.check_low.eq("ok") & rows.check_high.eq("ok") & rows.method.ne("agresti_caffo")]
    assert len(printed) >= 4
    for row in printed.itertuples():
        found = CONTRASTS[name](row.x1, row.n1, row.x2, row.n2, row.method, row.conf)
        assert abs(float(row.published_low) - found.lower) <= half_unit(row.published_low), row
        assert abs(float(row.published_high) - found.upper) <= half_unit(row.published_high), row


def test_lower_limits_match_50_digit_bisection_on_tiny_huge_and_extreme_tables():
    rows = pd.read_csv(KNOWN / "score_limits.csv")
    for (name, method), group in rows.groupby(["contrast", "method"]):
        contrast = {"ratio": ratio, "difference": difference}[name]
        found = contrast(group.x1, group.n1, group.x2, group.n2, method)
        np.testing.assert_allclose(found.lower, group.low, rtol=1e-8)


@pytest.mark.parametrize(("contrast", "method"), SCORES)
@pytest.mark.parametrize("tables", [every_small_table(), random_tables(200_000)], ids=["small", "random"])
def test_interval_excludes_the_null_exactly_when_the_test_is_significant(contrast, method, tables):
    for confidence in (0.8, 0.95, 0.998):
        found = contrast(*tables, method, confidence)
        excludes = (found.lower > _null(contrast)) | (found.upper < _null(contrast))
        borderline = np.isclose(found.p_value, 1 - confidence, rtol=1e-9)
        np.testing.assert_array_equal((found.p_value < 1 - confidence) | borderline, excludes | borderline)


@pytest.mark.parametrize(
    ("contrast", "method"),
    [(difference, "newcombe"), (ratio, "mover_r_wilson"), (difference, "wald"), (ratio, "katz_log")],
)
def test_formula_methods_agree_with_their_own_test(contrast, method):
    found = contrast(*random_tables(200_000), method)
    excludes = (found.lower > _null(contrast)) | (found.upper < _null(contrast))
    decided = ~np.isnan(found.p_value) & (np.abs(found.p_value - 0.05) > 1e-9)
    np.testing.assert_array_equal(found.p_value[decided] < 0.05, excludes[decided])


def test_all_three_contrasts_decide_alike():
    tables = np.concatenate([every_small_table(), random_tables(200_000)], axis=1)
    for method in ("scas", "miettinen_nurminen"):
        p = [contrast(*tables, method).p_value for contrast in (ratio, difference, odds_ratio)]
        np.testing.assert_array_equal(p[0], p[1])
        np.testing.assert_array_equal(p[0], p[2])


@pytest.mark.parametrize("contrast", [ratio, odds_ratio])
@pytest.mark.parametrize("method", ["scas", "miettinen_nurminen"])
def test_swapping_the_groups_gives_exactly_the_reciprocal(contrast, method):
    x1, n1, x2, n2 = np.concatenate([every_small_table(), random_tables(200_000)], axis=1)
    one, other = contrast(x1, n1, x2, n2, method), contrast(x2, n2, x1, n1, method)
    with np.errstate(divide="ignore"):
        np.testing.assert_array_equal(one.upper, 1 / other.lower)
        np.testing.assert_array_equal(other.upper, 1 / one.lower)
        np.testing.assert_allclose(one.estimate, 1 / other.estimate, rtol=1e-14)
    np.testing.assert_array_equal(one.p_value, other.p_value)


@pytest.mark.parametrize("method", DIFFERENCE_FAMILIES)
def test_swapping_the_groups_gives_exactly_the_negative(method):
    x1, n1, x2, n2 = np.concatenate([every_small_table(), random_tables(200_000)], axis=1)
    one, other = difference(x1, n1, x2, n2, method), difference(x2, n2, x1, n1, method)
    np.testing.assert_array_equal(one.estimate, -other.estimate)
    np.testing.assert_array_equal(one.upper, -other.lower)
    np.testing.assert_array_equal(one.lower, -other.upper)
    np.testing.assert_array_equal(one.p_value, other.p_value)


@pytest.mark.parametrize(("contrast", "method"), EXACT_TESTS)
def test_intervals_widen_with_confidence_and_stay_in_their_space(contrast, method):
    tables = np.concatenate([every_small_table(), random_tables(200_000)], axis=1)
    low, high = (-1, 1) if contrast is difference else (0, np.inf)
    inner = None
    for confidence in (0.5, 0.8, 0.9, 0.95, 0.99, 0.999):
        found = contrast(*tables, method, confidence)
        assert np.all((low <= found.lower) & (found.lower <= found.upper) & (found.upper <= high))
        if inner is not None:
            slack = 1e-10 * (1 + np.abs(np.nan_to_num(inner.upper, posinf=0)))
            assert np.all((found.lower <= inner.lower + slack) & (found.upper >= inner.upper - slack))
        inner = found


@pytest.mark.parametrize(("contrast", "method"), [*EXACT_TESTS, (ratio, "katz_log"), (ratio, "adjusted_log")])
def test_nothing_is_missing_without_a_reason(contrast, method):
    spoilt = np.array([[0, 0, 1, 2], [np.nan, 5, 1, 5], [6, 5, 1, 5], [-1, 5, 1, 5], [1, np.inf, 1, 5]]).T
    tables = np.concatenate([every_small_table(), spoilt, spoilt[[2, 3, 0, 1]]], axis=1)
    found = contrast(*tables, method)
    missing = np.any(np.isnan(np.stack(found[:4])), axis=0)
    assert np.all(found.reason[missing] != "")
    assert np.all(np.isnan(found.estimate[-10:]))


def test_special_tables_of_the_ratio():
    found = ratio([0, 0, 3, 12, 0], [12, 150, 60, 12, 0], [0, 29, 0, 48, 4], [48, 4850, 240, 48, 9])
    np.testing.assert_array_equal(found.estimate, [np.nan, 0, np.inf, 1, np.nan])
    np.testing.assert_array_equal(found.lower[:2], [0, 0])
    np.testing.assert_array_equal(found.upper[[0, 2]], [np.inf, np.inf])
    np.testing.assert_array_equal(found.p_value[[0, 3]], [1, 1])
    assert list(found.reason) == ["no events in either group", "", "", "", "a base is 0"]


def test_closed_form_of_both_groups_at_100_percent():
    n1, n2, z = 50.0, 200.0, 1.959963984540054
    inflation = (n1 + n2) / (n1 + n2 - 1) * z**2
    found = ratio(n1, n1, n2, n2, "miettinen_nurminen")
    assert found.lower == pytest.approx(n1 / (n1 + inflation), rel=1e-10)
    assert found.upper == pytest.approx(1 + inflation / n2, rel=1e-10)


def test_worked_examples_of_the_method():
    board = ratio([1, 0], 14, 760, 4000)
    np.testing.assert_allclose(np.round(board.lower, 3), [0.022, 0])
    np.testing.assert_allclose(np.round(board.upper, 2), [1.57, 0.94])
    np.testing.assert_allclose(np.round(board.p_value, 3), [0.249, 0.042])
    gap = difference(1, 14, 760, 4000)
    np.testing.assert_allclose(np.round([gap.lower, gap.upper], 3), [-0.191, 0.107])
    katz = ratio(5, 800, 12, 3200, "katz_log")
    np.testing.assert_allclose(np.round([katz.lower, katz.upper], 3), [0.589, 4.717])


def test_katz_has_no_interval_without_events_and_the_others_do():
    tables = (np.array([0, 3]), 10, np.array([4, 0]), 20)
    katz = ratio(*tables, "katz_log")
    assert np.all(np.isnan(katz.lower) & np.isnan(katz.p_value) & (katz.reason != ""))
    assert np.all(ratio(*tables).reason == "")


def test_koopman_and_newcombe_agree_with_statsmodels_inside_the_table():
    rng = np.random.default_rng(1)
    n1, n2 = rng.integers(10, 3000, 200), rng.integers(10, 3000, 200)
    x1, x2 = rng.integers(1, n1), rng.integers(1, n2)
    koopman = ratio(x1, n1, x2, n2, "koopman")
    for i in range(200):
        low, high = confint_proportions_2indep(
            x1[i], n1[i], x2[i], n2[i], compare="ratio", method="score", correction=False
        )
        # statsmodels' closed form loses up to seven digits when one group is close to 100 %.
        np.testing.assert_allclose([koopman.lower[i], koopman.upper[i]], [low, high], rtol=1e-6)
    newcombe = difference(x1, n1, x2, n2, "newcombe")
    low, high = confint_proportions_2indep(x1, n1, x2, n2, compare="diff", method="newcomb")
    np.testing.assert_allclose([newcombe.lower, newcombe.upper], [low, high], rtol=1e-9)


def test_difference_is_right_where_statsmodels_is_wrong():
    # PropCIs diffscoreci(7, 34, 1, 34), quoted in statsmodels' own tests, and the 100 % case.
    found = difference([7, 50], [34, 50], [1, 150], [34, 200], "miettinen_nurminen")
    np.testing.assert_allclose(found.lower, [0.0270416, 0.175344], atol=5e-7)
    np.testing.assert_allclose(found.upper, [0.3452912, 0.314478], atol=5e-7)


def test_odds_ratio_without_and_with_nothing_but_events():
    found = odds_ratio([0, 5, 0, 5], 5, [0, 7, 7, 0], 7)
    np.testing.assert_array_equal(found.estimate, [np.nan, np.nan, 0, np.inf])
    np.testing.assert_array_equal(found.lower[:3], 0)
    np.testing.assert_array_equal(found.upper[[0, 1, 3]], np.inf)
    assert found.reason[1] == "nothing but events in both groups"


def test_gart_interval_ends_where_the_estimate_does():
    # With a half added to every cell the other limit is finite.
    found = odds_ratio([0, 5, 3], 5, [3, 3, 0], 7, "gart_adjusted")
    np.testing.assert_array_equal(found.lower[0], 0)
    np.testing.assert_array_equal(found.upper[1:], [np.inf, np.inf])
    assert np.all(np.isfinite([found.upper[0], *found.lower[1:]]))


def test_half_added_gives_statsmodels_interval_without_any_events():
    found = ratio(0, 50, 0, 200, "adjusted_log")
    low, high = confint_proportions_2indep(0, 50, 0, 200, compare="ratio", method="log-adjusted")
    np.testing.assert_allclose([found.lower, found.upper], [low, high], rtol=1e-10)
    assert found.reason == "no events in either group"


def test_scalars_and_broadcasting():
    assert ratio(5, 800, 12, 3200).estimate.shape == ()
    assert ratio(np.arange(3)[:, None], 10, np.arange(4), 20).lower.shape == (3, 4)


@pytest.mark.parametrize("contrast", [ratio, difference, odds_ratio])
def test_unknown_method_and_impossible_confidence_are_refused(contrast):
    with pytest.raises(ValueError, match="no method 'mn'"):
        contrast(1, 2, 1, 2, "mn")
    with pytest.raises(ValueError, match="confidence is 95"):
        contrast(1, 2, 1, 2, confidence=95)


def test_feasible_difference_holds_for_every_count_that_rounds_to_the_percentages():
    found = feasible_difference(25.0, 2000, 20.0, 3000, 0)
    for x1 in range(490, 511):
        for x2 in range(585, 616, 5):
            if round(100 * x1 / 2000) == 25 and round(100 * x2 / 3000) == 20:
                exact = difference(x1, 2000, x2, 3000)
                assert found.lower <= exact.lower + 1e-12
                assert found.upper >= exact.upper - 1e-12
                assert found.p_value >= exact.p_value
    assert found.estimate == pytest.approx(0.05)


def test_feasible_difference_of_percentages_that_could_be_equal_is_never_significant():
    assert feasible_difference(20, 5000, 20, 9000, 0).p_value == 1


def test_feasible_difference_passes_reasons_on():
    found = feasible_difference([20, 33], [np.nan, 10], 20, 10, 0)
    assert list(found.reason) == [
        "the base is missing",
        "no count gives this percentage of this base: it is weighted or the base is wrong",
    ]


@given(
    st.integers(1, 10**6).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))),
    st.integers(1, 10**6).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))),
)
def test_interval_and_test_agree_on_any_table(first, second):
    found = ratio(*first, *second)
    excludes = bool((found.lower > 1) | (found.upper < 1))
    assert excludes == bool(found.p_value < 0.05) or abs(found.p_value - 0.05) < 1e-9
