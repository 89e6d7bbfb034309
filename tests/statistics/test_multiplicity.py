import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.multitest import multipletests
from tables import vectors

from wres.statistics import benjamini_hochberg, benjamini_yekutieli


def test_q_values_match_the_references_family_by_family():
    rows = vectors("bh")
    np.testing.assert_allclose(benjamini_hochberg(rows.p, rows["set"]), rows.p_bh, rtol=1e-8)
    np.testing.assert_allclose(benjamini_yekutieli(rows.p, rows["set"]), rows.p_by, rtol=1e-8)


def test_thrombolysis_example_rejects_the_first_four():
    # Benjamini & Hochberg 1995.
    rows = vectors("bh").query("set == 'BH1995'")
    assert list(benjamini_hochberg(rows.p) <= 0.05) == [True] * 4 + [False] * 11


@given(st.lists(st.floats(0, 1, allow_subnormal=False), min_size=1, max_size=40))
def test_equals_statsmodels_and_keeps_missing_in_place_and_out_of_the_count(p):
    spread = np.full(2 * len(p), np.nan)
    spread[::2] = p
    for function, name in ((benjamini_hochberg, "fdr_bh"), (benjamini_yekutieli, "fdr_by")):
        q = function(spread)
        np.testing.assert_allclose(q[::2], multipletests(p, method=name)[1], rtol=1e-12, atol=1e-300)
        assert np.all(np.isnan(q[1::2]))


def test_families_are_separate_and_shape_is_kept():
    p = np.array([[0.01, 0.04], [0.03, 0.5]])
    family = np.array([["a", "b"], ["a", "b"]])
    np.testing.assert_allclose(benjamini_hochberg(p, family), [[0.02, 0.08], [0.03, 0.5]])


@pytest.mark.parametrize("function", [benjamini_hochberg, benjamini_yekutieli])
def test_nothing_tested_gives_nothing(function):
    assert np.all(np.isnan(function([np.nan, np.nan])))
    assert function([]).size == 0
