"""Parts of a whole compared with it, and all parts with each other.

A part shares its members with the whole, so the two are not independent groups; the part is compared with
the rest and the answer is carried over exactly.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.special import chdtrc

from wres.statistics._arrays import (
    EMPTY,
    MISSING,
    OUTSIDE,
    Bools,
    Floats,
    Texts,
    blanked,
    count_rules,
    floats,
    normal_quantile,
    quiet,
    reasons,
    two_sided,
)
from wres.statistics._score import Table
from wres.statistics.decision import Decision, decide
from wres.statistics.trend import NO_SLOPE, Series, logistic_fit
from wres.statistics.two_groups import Contrast, difference, ratio

RESAMPLES = 9_999
SEED = 2025
WHOLE = "the part is the whole"
NOT_A_PART = "the part is not contained in the whole"
ONE_PART = "fewer than two parts have members"
TWO_PARTS = "fewer than three parts have members"


class PartOfWhole(NamedTuple):
    """How a part differs from the whole that contains it."""

    gap: Contrast
    ratio: Contrast
    decision: Decision


class GapOfPart(NamedTuple):
    """The difference between a part and the whole that contains it, and its test."""

    gap: Contrast
    decision: Decision


class Homogeneity(NamedTuple):
    """Whether parts differ among each other: chi-squared, its test, and Cramer's V from 0 to 1."""

    statistic: Floats
    degrees: Floats
    p_value: Floats
    cramers_v: Floats
    resampled: Bools
    reason: Texts


class OrderedTrend(NamedTuple):
    """Whether a proportion rises or falls over ordered parts, and whether it does so along a straight line."""

    z: Floats
    p_value: Floats
    lack_of_linearity: Floats
    lack_p_value: Floats
    reason: Texts


class StratifiedTrend(NamedTuple):
    """Trend over ordered parts within strata, with the factor by which the odds change from part to part."""

    z: Floats
    p_value: Floats
    odds_ratio: Floats
    lower: Floats
    upper: Floats
    reason: Texts


@quiet
def part_of_whole(
    x_part: npt.ArrayLike,
    n_part: npt.ArrayLike,
    x_whole: npt.ArrayLike,
    n_whole: npt.ArrayLike,
    method: str = "scas",
    confidence: float = 0.95,
    ratio_method: str | None = None,
) -> PartOfWhole:
    """Compare the proportion in a part with that in the whole, members of the part included.

    With f the share of the part in the whole, p_part - p_whole = (1 - f)(p_part - p_rest), and the ratio is
    r / (f r + 1 - f) where r = p_part / p_rest. Both are monotone, so intervals for part and rest carry
    over exactly, and so does every test. The N-1 test of part and rest is the test of drawing the part from
    the whole without replacement.

    Parameters
    ----------
    x_part, n_part, x_whole, n_whole
        Counts and bases of the part and of the whole that contains it.
    method, confidence
        As in :func:`wres.statistics.two_groups.difference`.
    ratio_method
        As ``method`` in :func:`wres.statistics.two_groups.ratio`; the same as ``method`` if left out.

    Returns
    -------
    PartOfWhole
        Gap (proportions, part minus whole), ratio and the decision of part against rest. Nobody, or
        everybody, in the whole counted: gap 0 and p 1. NaN with a reason where the part is empty, is the
        whole, or does not fit into it.
    """
    gap = gap_of_part(x_part, n_part, x_whole, n_whole, method, confidence)
    xp, n_p, xw, nw = floats(x_part, n_part, x_whole, n_whole)
    beside, reason = _beside(xp, n_p, xw, nw)
    relative = ratio(*beside, ratio_method or method, confidence)
    (ratio_now,) = blanked(reason, (xp / n_p) / (xw / nw))
    f = n_p / nw
    return PartOfWhole(
        gap.gap,
        Contrast(
            ratio_now,
            _against_whole(relative.lower, f),
            _against_whole(relative.upper, f),
            relative.p_value,
            np.where(reason == "", relative.reason, reason),
        ),
        gap.decision,
    )


@quiet
def gap_of_part(
    x_part: npt.ArrayLike,
    n_part: npt.ArrayLike,
    x_whole: npt.ArrayLike,
    n_whole: npt.ArrayLike,
    method: str = "scas",
    confidence: float = 0.95,
) -> GapOfPart:
    """Compare a part with the whole where the ratio is not wanted.

    Parameters, edge cases, gap and decision are as there, in :func:`part_of_whole`.
    """
    xp, n_p, xw, nw = floats(x_part, n_part, x_whole, n_whole)
    beside, reason = _beside(xp, n_p, xw, nw)
    gap = difference(*beside, method, confidence)
    decision = decide(*beside, 1 - confidence, None if method == "scas" else gap.p_value)
    (now,) = blanked(reason, xp / n_p - xw / nw)
    other = 1 - n_p / nw

    def merged(own: Texts) -> Texts:
        return np.where(reason == "", own, reason)

    return GapOfPart(
        Contrast(now, gap.lower * other, gap.upper * other, gap.p_value, merged(gap.reason)),
        decision._replace(reason=merged(decision.reason)),
    )


def _beside(xp: Floats, n_p: Floats, xw: Floats, nw: Floats) -> tuple[Table, Texts]:
    """The part beside the rest of the whole, and why they can't be compared."""
    misfit = (xp > xw) | (n_p > nw) | (xp - n_p < xw - nw)
    reason = reasons(*count_rules(xp, n_p), (misfit, NOT_A_PART), (n_p == nw, WHOLE))
    return Table._make(blanked(reason, xp, n_p, xw - xp, nw - n_p)), reason


@quiet
def homogeneity(
    x: npt.ArrayLike, n: npt.ArrayLike, resamples: int = RESAMPLES, seed: int = SEED
) -> Homogeneity:
    """Test whether a proportion is the same in all parts: chi-squared times (N - 1) / N.

    Parameters
    ----------
    x, n
        Counts and bases, parts along the last axis; parts with a base of 0 or NaN are left out.
    resamples, seed
        Where an expected count is below 1, or more than a fifth of them below 5, the p-value is the share
        of tables with the same margins, drawn at random, that are as far from homogeneous (Hope 1968).

    Returns
    -------
    Homogeneity
        One element for each set of parts. Nobody, or everybody, counted: statistic 0, p 1. NaN with a
        reason for fewer than two parts with members and for counts outside their bases.
    """
    x, n = _parts(x, n)
    reason = _part_rules(x, n, 2, ONE_PART)
    chi, expected = _pearson_chi(x, n)
    total = n.sum(axis=-1)
    degrees = (n > 0).sum(axis=-1) - 1.0
    statistic = chi * (total - 1) / total
    p = np.array(chdtrc(degrees, statistic))
    usable = reason == ""
    resampled = usable & _too_sparse(expected, n)
    for index in np.ndindex(p.shape):
        if resampled[index]:
            p[index] = _resampled_p(x[index], n[index], chi[index], resamples, seed)
    return Homogeneity._make(
        [*blanked(reason, statistic, degrees, p, np.sqrt(chi / total)), resampled, reason]
    )


@quiet
def ordered_trend(x: npt.ArrayLike, n: npt.ArrayLike, scores: npt.ArrayLike | None = None) -> OrderedTrend:
    """Cochran-Armitage test of a trend over ordered parts (Armitage 1955, Biometrics 11:375).

    Parameters
    ----------
    x, n
        Counts and bases, parts in order along the last axis; parts with a base of 0 or NaN are left out.
    scores
        Scores of the parts; 0, 1, 2, … if left out.

    Returns
    -------
    OrderedTrend
        z above 0 where the proportion rises. ``lack_of_linearity`` is what chi-squared leaves beside the
        trend, on two degrees of freedom fewer than there are parts; NaN for two parts, which always lie on
        a line. Nobody, or everybody, counted: z 0, p 1. NaN with a reason for fewer than two parts with
        members and for counts outside their bases.
    """
    x, n = _parts(x, n)
    reason = _part_rules(x, n, 2, ONE_PART)
    distance, variance = _trend_score(x, n, _scores(scores, x))
    z = np.where(variance <= 0, 0.0, distance / np.sqrt(variance))
    chi, _ = _pearson_chi(x, n)
    lack = np.maximum(chi - z**2, 0)
    degrees = (n > 0).sum(axis=-1) - 2.0
    usable, bent = reason == "", (reason == "") & (degrees > 0)
    return OrderedTrend(
        np.where(usable, z, np.nan),
        np.where(usable, two_sided(z), np.nan),
        np.where(bent, lack, np.nan),
        np.where(bent, chdtrc(np.maximum(degrees, 1), lack), np.nan),
        np.where(usable & ~bent, TWO_PARTS, reason),
    )


@quiet
def stratified_trend(
    x: npt.ArrayLike, n: npt.ArrayLike, scores: npt.ArrayLike | None = None, confidence: float = 0.95
) -> StratifiedTrend:
    """Test one trend over ordered parts in several strata (Mantel 1963, JASA 58:690).

    The distances from "no trend" and their variances, as in :func:`ordered_trend`, are summed over the
    strata, so differences between strata do not count. The odds ratio from a part to the next is the
    precision-weighted mean of the strata's logistic slopes.

    Parameters
    ----------
    x, n
        Counts and bases, parts in order along the last axis and strata along the one before; parts with a
        base of 0 or NaN are left out, as are strata with fewer than two parts.
    scores, confidence
        Scores of the parts as in :func:`ordered_trend`; confidence level of Wald's interval.

    Returns
    -------
    StratifiedTrend
        z above 0 where the proportion rises; of one stratum that of :func:`ordered_trend`. No odds ratio,
        with a reason, where a line separates everybody counted from all others, or nobody or everybody is
        counted. NaN with a reason where no stratum has two parts with members, and for counts outside their
        bases.
    """
    x, n = _parts(x, n)
    score = _scores(scores, x)
    of_stratum = _part_rules(x, n, 2, ONE_PART)
    told = of_stratum == ""
    wrong = np.isin(of_stratum, [MISSING, OUTSIDE])
    distance, variance = (np.where(told, part, 0).sum(axis=-1) for part in _trend_score(x, n, score))
    z = np.where(variance <= 0, 0.0, distance / np.sqrt(variance))
    centre = (score * n).sum(axis=-1, keepdims=True) / n.sum(axis=-1, keepdims=True)
    fit = logistic_fit(Series(x, n, score - centre))
    weight = np.where(told & np.isfinite(fit.slope + fit.variance), 1 / fit.variance, 0.0)
    slope = np.where(weight > 0, weight * fit.slope, 0.0).sum(axis=-1) / weight.sum(axis=-1)
    margin = normal_quantile(confidence) / np.sqrt(weight.sum(axis=-1))
    unusable = reasons(
        (np.any(wrong & (of_stratum == MISSING), axis=-1), MISSING),
        (np.any(wrong, axis=-1), OUTSIDE),
        (~np.any(told, axis=-1), ONE_PART),
    )
    reason = np.where((unusable == "") & ~np.isfinite(slope), NO_SLOPE, unusable)
    tests = blanked(unusable, z, two_sided(z))
    slopes = blanked(reason, np.exp(slope), np.exp(slope - margin), np.exp(slope + margin))
    return StratifiedTrend._make([*tests, *slopes, reason])


def _scores(scores: npt.ArrayLike | None, x: Floats) -> Floats:
    given = np.arange(x.shape[-1]) if scores is None else np.asarray(scores, np.float64)
    return np.asarray(np.broadcast_to(given, x.shape), dtype=np.float64)


def _trend_score(x: Floats, n: Floats, score: Floats) -> tuple[Floats, Floats]:
    """Sum of scores beyond what no trend would give, and its variance."""
    total = n.sum(axis=-1)
    p = x.sum(axis=-1) / total
    distance = (score * (x - n * p[..., None])).sum(axis=-1)
    spread = (n * score**2).sum(axis=-1) - (n * score).sum(axis=-1) ** 2 / total
    return distance, p * (1 - p) * spread


def _against_whole(relative: Floats, f: Floats) -> Floats:
    return np.where(np.isposinf(relative), 1 / f, relative / (f * relative + 1 - f))


def _parts(x: npt.ArrayLike, n: npt.ArrayLike) -> tuple[Floats, Floats]:
    x, n = floats(x, n)
    absent = np.isnan(n) | (n == 0)
    return np.where(absent, 0.0, x), np.where(absent, 0.0, n)


def _part_rules(x: Floats, n: Floats, least: int, too_few: str) -> Texts:
    return reasons(
        (~np.isfinite(x.sum(axis=-1) + n.sum(axis=-1)), MISSING),
        (np.asarray(np.any((x < 0) | (x > n), axis=-1)), OUTSIDE),
        (n.sum(axis=-1) == 0, EMPTY),
        ((n > 0).sum(axis=-1) < least, too_few),
    )


def _pearson_chi(x: Floats, n: Floats) -> tuple[Floats, Floats]:
    """Chi-squared, and the smaller of the two expected counts of each part."""
    p = (x.sum(axis=-1) / n.sum(axis=-1))[..., None]
    terms = np.where(n > 0, (x - n * p) ** 2 / (n * p * (1 - p)), 0.0)
    chi = np.where(np.isnan(terms), 0.0, terms).sum(axis=-1)
    return np.asarray(chi), np.stack([n * p, n * (1 - p)])


def _too_sparse(expected: Floats, n: Floats) -> Bools:
    present = n > 0
    cells = 2 * present.sum(axis=-1)
    below = [((expected < limit) & present).sum(axis=(0, -1)) for limit in (1, 5)]
    return np.asarray((below[0] > 0) | (below[1] > cells / 5))


def _resampled_p(x: Floats, n: Floats, chi: Floats, resamples: int, seed: int) -> float:
    generator = np.random.default_rng(seed)  # of its own, so that no table depends on those before it
    colours = np.rint(n).astype(np.int64)
    drawn = generator.multivariate_hypergeometric(colours, round(float(x.sum())), size=resamples)
    simulated, _ = _pearson_chi(drawn.astype(np.float64), np.broadcast_to(n, drawn.shape))
    return float((1 + np.count_nonzero(simulated >= chi * (1 - 1e-9))) / (resamples + 1))
