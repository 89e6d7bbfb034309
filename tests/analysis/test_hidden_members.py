"""Which groups may be summed with their hidden members: small sets of groups worked out by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some

from wres.analysis.hidden_members import with_hidden


def masks(*groups):
    """Members of each group among the hidden organisations a, b, c, d."""
    return [np.array([name in group for name in "abcd"]) for group in groups]


@pytest.mark.parametrize(
    ("groups", "allowed"),
    [
        (["a"], [False]),  # the only one hidden
        (["ab"], [True]),
        (["ab", "abc"], [True, False]),  # they differ by c
        (["ab", "cd"], [True, True]),
        (["abcd", "ab"], [True, True]),
        (["ab", "bc", "ac"], [True, True, False]),  # all three together leave each alone
        (["", "ab"], [True, True]),  # nobody hidden in the first
        (["ab", "ab"], [True, True]),
        (["abc", "bcd", "ad"], [True, True, False]),  # a - d and a + d
    ],
)
def test_a_group_that_would_leave_one_alone_is_not_allowed(groups, allowed):
    assert with_hidden(masks(*groups), []) == allowed


def test_sums_that_are_published_elsewhere_count():
    assert with_hidden(masks("ab"), masks("abc")) == [False]
    assert with_hidden(masks("ab"), masks("abcd")) == [True]


def test_what_others_publish_is_not_held_against_a_group():
    """An organisation that stands alone already is no reason against a group that adds nothing to that."""
    assert with_hidden(masks("ab", "bcd"), masks("a")) == [False, True]


@given(some.lists(some.sets(some.integers(0, 5)), max_size=8))
def test_no_hidden_organisation_lies_in_the_span_of_what_is_shown(groups):
    """The same by ranks of matrices: adding the organisation's own row to the groups shown must add something."""
    rows = [np.isin(np.arange(6), list(group)) for group in groups]
    shown = [row for row, whole in zip(rows, with_hidden(rows, []), strict=True) if whole]
    matrix = np.array(shown, dtype=float).reshape(-1, 6)
    for unit in np.eye(6):
        assert np.linalg.matrix_rank(np.vstack([matrix, unit])) == np.linalg.matrix_rank(matrix) + 1
