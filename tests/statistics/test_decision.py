import numpy as np
import pytest
from tables import every_small_table, random_tables

from wres.statistics import decide, midp_central, pearson, ratio, scas_p


def test_rule_takes_the_score_where_counts_suffice_and_the_larger_where_sparse():
    tables = np.concatenate([every_small_table(), random_tables(200_000)], axis=1)
    x1, n1, x2, n2 = tables
    m, n = x1 + x2, n1 + n2
    expected = np.minimum(m, n - m) * np.minimum(n1, n2) / n
    score, midp = scas_p(*tables).p_value, midp_central(*tables).p_value
    found = decide(*tables)
    np.testing.assert_array_equal(found.sparse, expected < 5)
    np.testing.assert_array_equal(found.very_sparse, expected < 1)
    np.testing.assert_array_equal(found.p_value, np.where(expected < 5, np.maximum(score, midp), score))
    assert set(found.test[found.sparse]) == {"larger of SCAS and mid-p"}
    assert set(found.test[~found.sparse]) == {"SCAS score test"}


def test_significant_always_means_that_the_interval_excludes_1():
    tables = np.concatenate([every_small_table(), random_tables(200_000)], axis=1)
    found, interval = decide(*tables), ratio(*tables)
    significant = found.p_value < 0.05 - 1e-9
    assert np.all((interval.lower > 1) | (interval.upper < 1) | ~significant)


def test_smallest_p_is_the_least_over_all_tables_with_the_margins():
    tables = every_small_table()
    smallest = decide(*tables).smallest_p
    for n1 in range(1, 9):
        for n2 in range(1, 9):
            for m in range(n1 + n2 + 1):
                same = (tables[1] == n1) & (tables[3] == n2) & (tables[0] + tables[2] == m)
                least = midp_central(*tables[:, same]).p_value.min()
                np.testing.assert_allclose(smallest[same], least, rtol=1e-12)


@pytest.mark.parametrize("alpha", [0.05, 1e-6])
def test_a_bound_stands_for_the_smallest_p_only_where_both_are_below_alpha(alpha):
    """The smallest p is that of one of the outermost tables."""
    x1, n1, x2, n2 = random_tables(20_000)
    m = x1 + x2
    found = decide(x1, n1, x2, n2, alpha=alpha)
    ends = [np.maximum(0, m - n2), np.minimum(n1, m)]
    least = np.minimum(*(midp_central(k, n1, m - k, n2).p_value for k in ends))
    bound = found.smallest_p > least * (1 + 1e-9)
    assert bound.any()
    assert np.all(found.smallest_p[bound] <= alpha)
    np.testing.assert_allclose(found.smallest_p[~bound], least[~bound], rtol=1e-9, atol=1e-300)
    np.testing.assert_array_equal(found.cannot_be_significant, least > alpha)


def test_worked_examples_of_the_method():
    found = decide([1, 0, 5], [14, 14, 800], [760, 760, 12], [4000, 4000, 3200])
    np.testing.assert_allclose(np.round(found.p_value, 3), [0.277, 0.053, 0.347])
    assert found.sparse.all()


def test_margins_that_can_never_be_significant():
    found = decide([0, 1, 0], [5, 5, 5], [1, 0, 0], [5, 5, 5])
    assert found.cannot_be_significant.all()
    np.testing.assert_allclose(found.smallest_p, [0.5, 0.5, 1])
    assert decide(0, 5, 1, 5, alpha=0.6).cannot_be_significant == np.False_


def test_no_events_and_nothing_but_events_are_told_apart():
    found = decide([0, 5], 5, [0, 9], 9)
    np.testing.assert_array_equal(found.p_value, [1, 1])
    assert list(found.reason) == ["no events in either group", "nothing but events in both groups"]


def test_failures_have_reasons_and_no_test():
    found = decide([1, np.nan, 6], [0, 5, 5], 1, 5)
    assert np.all(np.isnan(found.p_value) & np.isnan(found.smallest_p))
    assert np.all(found.reason != "")
    assert np.all(found.test == "")
    assert not (found.sparse | found.cannot_be_significant).any()


def test_effective_counts_are_rounded_for_the_mid_p():
    found = decide(0.4, 14.2, 3.3, 40.1)
    assert found.p_value == max(scas_p(0.4, 14.2, 3.3, 40.1).p_value, midp_central(0, 14, 3, 40).p_value)


def test_the_p_value_of_another_interval_can_decide():
    tables = np.array([[5, 12, 300, 150], [800, 14, 1500, 1100], [12, 40, 150, 300], [3200, 48, 1100, 1500]])
    own = pearson(*tables).p_value
    found = decide(*tables, own_p=own)
    larger = np.maximum(own, midp_central(*tables).p_value)
    np.testing.assert_array_equal(found.p_value, np.where(found.sparse, larger, own))
    assert list(found.sparse) == [True, True, False, False]
    named = ["larger of the same interval's test and mid-p", "test of the same interval"]
    assert list(found.test) == [named[0], named[0], named[1], named[1]]
    assert np.isnan(decide(0, 5, 3, 5, own_p=np.nan).p_value)
