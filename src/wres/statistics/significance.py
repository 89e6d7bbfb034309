"""Tests of two proportions, and of one proportion against a known value, from scores and from exact tails.

Intervals belong in :mod:`wres.statistics.two_groups` and :mod:`wres.statistics.proportions`; the choice
between these tests belongs in :mod:`wres.statistics.decision`.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.special import betainc, betaincc
from scipy.stats import binom, binomtest

from wres.statistics._arrays import (
    Bools,
    Floats,
    Texts,
    count_rules,
    floats,
    quiet,
    reasons,
    table_rules,
    two_sided,
)
from wres.statistics._score import Family, Table, null_moments, statistic

FRACTION = "an exact test needs whole numbers"
NEGLIGIBLE = 1e-17
TIE = 1 + 1e-7


class PValue(NamedTuple):
    """Two-sided p-values, and why they are missing."""

    p_value: Floats
    reason: Texts


def pearson(x1: npt.ArrayLike, n1: npt.ArrayLike, x2: npt.ArrayLike, n2: npt.ArrayLike) -> PValue:
    """Pearson's chi-squared test without continuity correction, the test of Koopman's and Mee's intervals.

    Parameters
    ----------
    x1, n1, x2, n2
        Counts and bases of the two groups; shapes that broadcast.

    Returns
    -------
    PValue
        1 where neither, or both, groups consist of events; NaN with a reason for an empty group, a missing
        count or a count outside its base.
    """
    return _score_test(x1, n1, x2, n2, Family(corrected=False, skewed=False))


def n_minus_1(x1: npt.ArrayLike, n1: npt.ArrayLike, x2: npt.ArrayLike, n2: npt.ArrayLike) -> PValue:
    """E. Pearson's "N-1" chi-squared test (Campbell 2007, Statistics in Medicine 26:3661).

    The test of Miettinen & Nurminen's intervals. Parameters and returns as in :func:`pearson`.
    """
    return _score_test(x1, n1, x2, n2, Family(corrected=True, skewed=False))


def scas_p(x1: npt.ArrayLike, n1: npt.ArrayLike, x2: npt.ArrayLike, n2: npt.ArrayLike) -> PValue:
    """Skewness-corrected score test, the test of the SCAS intervals (Laud 2017).

    Equal to the N-1 test only if the groups are of one size. Parameters and returns as in :func:`pearson`.
    """
    return _score_test(x1, n1, x2, n2, Family(corrected=True, skewed=True))


def midp_central(x1: npt.ArrayLike, n1: npt.ArrayLike, x2: npt.ArrayLike, n2: npt.ArrayLike) -> PValue:
    """Fisher's exact test with mid-p, twice the smaller tail (Lancaster 1961; Hirji, Tan & Elashoff 1991).

    Parameters
    ----------
    x1, n1, x2, n2
        Counts and bases of the two groups, whole numbers; shapes that broadcast.

    Returns
    -------
    PValue
        1 where the margins allow one table only; NaN with a reason as in :func:`pearson` and for fractions.
    """
    table, reason = _whole_table(x1, n1, x2, n2)
    point = hypergeometric_point(table)
    tail = _outward_tail(table, table.x1, point) - point / 2
    return PValue(_capped(2 * np.minimum(tail, 1 - tail), reason), reason)


def fisher_central(x1: npt.ArrayLike, n1: npt.ArrayLike, x2: npt.ArrayLike, n2: npt.ArrayLike) -> PValue:
    """Fisher's exact test, twice the smaller tail. Parameters and returns as in :func:`midp_central`."""
    table, reason = _whole_table(x1, n1, x2, n2)
    point = hypergeometric_point(table)
    tail = _outward_tail(table, table.x1, point)
    return PValue(_capped(2 * np.minimum(tail, 1 - tail + point), reason), reason)


def fisher_minlike(x1: npt.ArrayLike, n1: npt.ArrayLike, x2: npt.ArrayLike, n2: npt.ArrayLike) -> PValue:
    """Fisher's exact test, all tables no more probable than the one seen (Irwin 1935; R's ``fisher.test``).

    Parameters and returns as in :func:`midp_central`.
    """
    table, reason = _whole_table(x1, n1, x2, n2)
    total, _ = _no_more_probable(table)
    return PValue(_capped(total, reason), reason)


def midp_minlike(x1: npt.ArrayLike, n1: npt.ArrayLike, x2: npt.ArrayLike, n2: npt.ArrayLike) -> PValue:
    """Fisher's exact test, tables less probable and half of those as probable as the one seen.

    Fagerland, Lydersen & Laake (2017), Statistical Analysis of Contingency Tables, section 4.4. Parameters
    and returns as in :func:`midp_central`, but half where the margins allow one table only.
    """
    table, reason = _whole_table(x1, n1, x2, n2)
    total, ties = _no_more_probable(table)
    return PValue(_capped(total - ties / 2, reason), reason)


@quiet
def hypergeometric_midp(
    x_part: npt.ArrayLike, n_part: npt.ArrayLike, x_whole: npt.ArrayLike, n_whole: npt.ArrayLike
) -> PValue:
    """Mid-p of a part that was drawn from a whole without replacement.

    Parameters
    ----------
    x_part, n_part, x_whole, n_whole
        Counts and bases of the part and of the whole that contains it.

    Returns
    -------
    PValue
        As :func:`midp_central` of the part against the rest.
    """
    xp, n_p, xw, nw = floats(x_part, n_part, x_whole, n_whole)
    return midp_central(xp, n_p, xw - xp, nw - n_p)


@quiet
def binomial_midp(x: npt.ArrayLike, n: npt.ArrayLike, p0: npt.ArrayLike) -> PValue:
    """Mid-p of a proportion against a known one, twice the smaller tail (Lancaster 1961).

    Parameters
    ----------
    x, n
        Counts and bases, whole numbers.
    p0
        Known proportions, 0 to 1.

    Returns
    -------
    PValue
        NaN with a reason for an empty base, a missing or fractional count, or p0 outside 0 to 1.
    """
    x, n, p0, reason = _one_sample(x, n, p0)
    below = (_at_most(x - 1, n, p0) + _at_most(x, n, p0)) / 2
    above = (_at_least(x + 1, n, p0) + _at_least(x, n, p0)) / 2
    return PValue(_capped(2 * np.minimum(below, above), reason), reason)


@quiet
def binomial_central(x: npt.ArrayLike, n: npt.ArrayLike, p0: npt.ArrayLike) -> PValue:
    """Exact test of a proportion against a known one, twice the smaller tail (Clopper & Pearson 1934).

    Parameters and returns as in :func:`binomial_midp`.
    """
    x, n, p0, reason = _one_sample(x, n, p0)
    return PValue(_capped(2 * np.minimum(_at_most(x, n, p0), _at_least(x, n, p0)), reason), reason)


@quiet
def binomial_minlike(x: npt.ArrayLike, n: npt.ArrayLike, p0: npt.ArrayLike) -> PValue:
    """Exact test of a proportion against a known one, all counts no more probable than the one seen.

    It is scipy's ``binomtest``, one element at a time. Parameters and returns as in :func:`binomial_midp`.
    """
    x, n, p0, reason = _one_sample(x, n, p0)
    p = np.full(x.shape, np.nan)
    for index in np.ndindex(x.shape):
        if reason[index] == "":
            p[index] = binomtest(int(x[index]), int(n[index]), float(p0[index])).pvalue
    return PValue(p, reason)


def hypergeometric_point(table: Table) -> Floats:
    """Probability of each table given its margins, from three binomials so that nothing cancels or overflows."""
    x1, n1, x2, n2 = table
    m, n = x1 + x2, n1 + n2
    p = m / n
    return np.asarray(binom.pmf(x1, n1, p) * binom.pmf(x2, n2, p) / binom.pmf(m, n, p))


@quiet
def _score_test(
    x1: npt.ArrayLike, n1: npt.ArrayLike, x2: npt.ArrayLike, n2: npt.ArrayLike, family: Family
) -> PValue:
    table = Table(*floats(x1, n1, x2, n2))
    reason = reasons(*table_rules(*table))
    return PValue(_capped(two_sided(statistic(null_moments(table), table, family)), reason), reason)


def _capped(p: Floats, reason: Texts) -> Floats:
    return np.where(reason == "", np.clip(p, 0, 1), np.nan)


@quiet
def _whole_table(
    x1: npt.ArrayLike, n1: npt.ArrayLike, x2: npt.ArrayLike, n2: npt.ArrayLike
) -> tuple[Table, Texts]:
    """Tables to test, with a harmless one in the place of each that can't be."""
    table = Table(*floats(x1, n1, x2, n2))
    reason = reasons(*table_rules(*table), (_fractional(*table), FRACTION))
    return Table(*(np.where(reason == "", count, 1.0) for count in table)), reason


def _fractional(*counts: Floats) -> Bools:
    return np.asarray(np.any([np.rint(count) != count for count in counts], axis=0))


@quiet
def _outward_tail(table: Table, x: Floats, point: Floats) -> Floats:
    """Probability of x and of all counts beyond it, seen from the mode."""
    total, ratio = np.ones(x.size), np.ones(x.size)
    flat = Table(*(np.ravel(count) for count in table))
    upward = np.ravel(x) >= _mode(flat)
    # Downwards is upwards in the table with its groups exchanged.
    k = np.where(upward, np.ravel(x), flat.x1 + flat.x2 - np.ravel(x))
    n_up, n_down = np.where(upward, flat.n1, flat.n2), np.where(upward, flat.n2, flat.n1)
    m = flat.x1 + flat.x2
    at = np.arange(x.size)
    while at.size:
        ratio = ratio * (n_up - k) * (m - k) / ((k + 1) * (n_down - m + k + 1))
        total[at] += ratio
        k = k + 1
        going = ratio > NEGLIGIBLE * total[at]
        at, ratio, k, m, n_up, n_down = (a[going] for a in (at, ratio, k, m, n_up, n_down))
    return point * total.reshape(x.shape)


def _mode(table: Table) -> Floats:
    x1, n1, x2, n2 = table
    return np.asarray(np.floor((n1 + 1) * (x1 + x2 + 1) / (n1 + n2 + 2)))


@quiet
def _no_more_probable(table: Table) -> tuple[Floats, Floats]:
    """Probability of all tables no more probable than those seen, and of those as probable."""
    x1, n1, x2, n2 = table
    m = x1 + x2
    point = hypergeometric_point(table)

    def point_at(k: Floats) -> Floats:
        inside = (k >= 0) & (k >= m - n2) & (k <= n1) & (k <= m)
        return np.where(inside, hypergeometric_point(Table(k, n1, m - k, n2)), 0.0)

    mode = _mode(table)
    upward = x1 >= mode
    step = np.where(upward, -1.0, 1.0)
    # Halve between a count on the other side that is still more probable and one that no longer is.
    near = np.where(upward, np.minimum(mode, x1 - 1) + 1, mode - 1)
    far = np.where(upward, np.maximum(0, m - n2) - 1, np.minimum(n1, m) + 1)
    while np.any(np.abs(far - near) > 1):
        middle = np.rint((near + far) / 2 - step * 0.25)
        rare = point_at(middle) <= point * TIE
        moving = np.abs(far - near) > 1
        far = np.where(moving & rare, middle, far)
        near = np.where(moving & ~rare, middle, near)
    other_point = point_at(far)
    possible = other_point > 0
    safe = np.where(possible, far, x1)
    other = np.where(possible, _tail_beyond(table, safe, np.where(possible, other_point, point), step), 0.0)
    ties = point + np.where(other_point * TIE >= point, other_point, 0.0)
    return _outward_tail(table, x1, point) + other, ties


def _tail_beyond(table: Table, k: Floats, point: Floats, step: Floats) -> Floats:
    """Probability of k and of all counts beyond it in the direction of step."""
    tail = _outward_tail(table, k, point)
    outward = (k >= _mode(table)) == (step > 0)
    return np.where(outward, tail, 1 - tail + point)


def _one_sample(
    x: npt.ArrayLike, n: npt.ArrayLike, p0: npt.ArrayLike
) -> tuple[Floats, Floats, Floats, Texts]:
    x, n, p0 = floats(x, n, p0)
    known = (p0 >= 0) & (p0 <= 1)
    reason = reasons(
        *count_rules(x, n),
        (_fractional(x, n), FRACTION),
        (~known, "the known proportion is not between 0 and 1"),
    )
    return x, n, p0, reason


def _at_most(x: Floats, n: Floats, p: Floats) -> Floats:
    """P(X <= x) of a binomial X."""
    inside = (x >= 0) & (x < n)
    return np.where(inside, betaincc(np.where(inside, x + 1, 1), np.where(inside, n - x, 1), p), x >= n)


def _at_least(x: Floats, n: Floats, p: Floats) -> Floats:
    """P(X >= x) of a binomial X."""
    inside = (x > 0) & (x <= n)
    return np.where(inside, betainc(np.where(inside, x, 1), np.where(inside, n - x + 1, 1), p), x <= 0)
