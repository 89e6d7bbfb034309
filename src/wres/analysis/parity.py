"""The arithmetic of parity: arrays in, arrays out, an element a goal.

A band keeps its number of posts; each year the same share of them, the turnover, changes hands, whoever holds
them. The default path, a constant share of hires, reproduces the examples of Tables 2 and 3 of *A Model
Employer* (NHS England, 2019) with a turnover of 12.0 to 13.3 %; it is inferred from those examples and was not
published. Which bands and years have a goal belongs in :mod:`wres.analysis.aspirations`.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.special import xlogy

from wres.params import PathName

Floats = npt.NDArray[np.float64]

WINDOW = 14.0  # standard deviations of the number of BME staff, beyond which nothing is left of its law


class Course(NamedTuple):
    """Expected course of a band, years along the last axis from the year of the data.

    Attributes
    ----------
    recruited
        Share of each year's recruits who are BME; the first element is of the year after the data.
    stays, joins
        Probability that a post is held by a BME person who holds, or does not hold, it at the start.
    """

    recruited: Floats
    stays: Floats
    joins: Floats

    def expected(self, share: npt.ArrayLike) -> Floats:
        """Expected BME share in every year, from the share at the start, 0-1."""
        start = np.asarray(share, dtype=float)[..., None]
        return np.asarray(start * self.stays + (1 - start) * self.joins)


class Reached(NamedTuple):
    """Limits of the number of BME staff that chance alone leaves likely."""

    lower: Floats
    upper: Floats


def share_of_recruits(
    share: npt.ArrayLike, target: npt.ArrayLike, turnover: npt.ArrayLike, years: npt.ArrayLike
) -> Floats:
    """Constant share of recruits that takes a band from one BME share to another in some years.

    s = (target - share (1 - t)^Y) / (1 - (1 - t)^Y), with joiners = leavers = t x posts each year; inferred
    from *A Model Employer*, Tables 2 and 3. Of two shares observed some years apart it is the share of recruits
    that the change implies.

    Parameters
    ----------
    share, target
        Present and aimed-for BME share, 0-1; NaN where not known.
    turnover
        Share of posts that change hands in a year, above 0 and up to 1.
    years
        Whole years to the target, 1 or more.

    Returns
    -------
    ndarray
        Below the target where parity is met already; above 1 where it can't be reached in that time.

    Raises
    ------
    ValueError
        For shares outside 0-1, a turnover outside (0, 1], or fewer than one year.
    """
    p0, goal, t, horizon = (np.asarray(v, dtype=float) for v in (share, target, turnover, years))
    _check(p0, goal, t, horizon)
    kept = (1 - t) ** horizon
    return np.asarray((goal - p0 * kept) / (1 - kept))


def linear_share_of_recruits(
    share: npt.ArrayLike, target: npt.ArrayLike, turnover: npt.ArrayLike, years: npt.ArrayLike
) -> Floats:
    """Share of recruits that a straight line to the target asks for at its steepest, its end.

    s = ((target - share) / Y + t x target) / t: an equal rise every year, and leavers replaced at the target's
    share. Earlier years, in which fewer leavers are BME, ask for less.

    Parameters
    ----------
    share, target, turnover, years
        As in :func:`share_of_recruits`.

    Returns
    -------
    ndarray
        Above 1 where the line can't be kept.

    Raises
    ------
    ValueError
        As :func:`share_of_recruits`.
    """
    p0, goal, t, horizon = (np.asarray(v, dtype=float) for v in (share, target, turnover, years))
    _check(p0, goal, t, horizon)
    return np.asarray(((goal - p0) / horizon + t * goal) / t)


SHARES_OF_RECRUITS = {"constant_share": share_of_recruits, "linear": linear_share_of_recruits}


def course(
    share: npt.ArrayLike,
    target: npt.ArrayLike,
    turnover: npt.ArrayLike,
    years: npt.ArrayLike,
    path: PathName = "constant_share",
) -> Course:
    """Follow bands year by year on the path to their targets.

    Parameters
    ----------
    share, target, turnover, years
        As in :func:`share_of_recruits`, one element a band.
    path
        ``constant_share`` of hires, or ``linear``: an equal rise in the share every year.

    Returns
    -------
    Course
        Up to the longest horizon. Shares of recruits are kept between 0 and 1, so that a band for which the
        path is impossible is followed with nobody but BME recruits.
    """
    p0, goal, t, horizon = np.broadcast_arrays(
        *(np.asarray(v, dtype=float) for v in (share, target, turnover, years))
    )
    _check(p0, goal, t, horizon)
    length = int(horizon.max(initial=0))
    if path == "linear":
        start = p0[..., None] + ((goal - p0) / horizon)[..., None] * np.arange(length)
        recruited = start + ((goal - p0) / horizon / t)[..., None]
    else:
        recruited = np.repeat(share_of_recruits(p0, goal, t, horizon)[..., None], length, axis=-1)
    recruited = np.clip(recruited, 0, 1)
    stays, joins = [np.ones_like(p0)], [np.zeros_like(p0)]
    for year in range(length):
        stays.append((1 - t) * stays[-1] + t * recruited[..., year])
        joins.append((1 - t) * joins[-1] + t * recruited[..., year])
    return Course(recruited, np.stack(stays, axis=-1), np.stack(joins, axis=-1))


def reached(
    bme: npt.ArrayLike,
    posts: npt.ArrayLike,
    stays: npt.ArrayLike,
    joins: npt.ArrayLike,
    confidence: float = 0.95,
) -> Reached:
    """Exact prediction interval of the number of BME staff when leaving and recruitment are left to chance.

    Each post changes hands with the probability of the turnover and is filled from the path's share of
    recruits, independently of the others; the BME staff of a later year are then the sum of two binomial
    numbers, of those who held a post and of those who did not. Its law is found from its characteristic
    function.

    Parameters
    ----------
    bme, posts
        BME staff now, and all posts; whole numbers.
    stays, joins
        As in :class:`Course`, for the year asked about, 0-1.
    confidence
        Confidence level; at most half of the rest lies on each side.

    Returns
    -------
    Reached
        One element a band.
    """
    x, n, a, b = np.broadcast_arrays(*(np.asarray(v, dtype=float) for v in (bme, posts, stays, joins)))
    shape = x.shape
    x, n, a, b = (v.ravel() for v in (x, n, a, b))
    mean = x * a + (n - x) * b
    spread = np.sqrt(x * a * (1 - a) + (n - x) * b * (1 - b))
    window = np.minimum(n, np.ceil(WINDOW * spread) + WINDOW) + 1
    size = 2 ** np.ceil(np.log2(window)).astype(int)
    first = np.clip(np.floor(mean - size / 2), 0, np.maximum(n + 1 - size, 0))
    lower, upper = np.empty_like(mean), np.empty_like(mean)
    for points in np.unique(size):
        same = size == points
        law = _law(x[same], n[same], a[same], b[same], first[same], int(points))
        lower[same], upper[same] = _limits(law, (1 - confidence) / 2)
    return Reached((first + lower).reshape(shape), (first + upper).reshape(shape))


def _law(x: Floats, n: Floats, a: Floats, b: Floats, first: Floats, points: int) -> Floats:
    """Probabilities of ``points`` numbers from ``first`` on, outside which the law is empty."""
    angle = 2 * np.pi * np.arange(points // 2 + 1) / points
    sine, versine = np.sin(angle), 1 - np.cos(angle)
    size, turn = np.zeros((len(x), len(angle))), np.outer(first, angle)
    for count, p in ((x[:, None], a[:, None]), (n[:, None] - x[:, None], b[:, None])):
        size += xlogy(count / 2, np.maximum(1 - 2 * p * (1 - p) * versine, 0))
        turn -= count * np.arctan2(p * sine, 1 - p * versine)
    return np.asarray(np.fft.irfft(np.exp(size + 1j * turn), points, axis=-1))


def _limits(law: Floats, tail: float) -> tuple[Floats, Floats]:
    below = np.cumsum(law, axis=-1)
    rounding = 1e-12
    lower = (below <= tail + rounding).sum(axis=-1)
    return lower.astype(float), (below < 1 - tail - rounding).sum(axis=-1).astype(float)


def _check(share: Floats, target: Floats, turnover: Floats, years: Floats) -> None:
    if np.any((share < 0) | (share > 1) | (target < 0) | (target > 1)):
        raise ValueError("shares must lie between 0 and 1")
    if not np.all((turnover > 0) & (turnover <= 1)):
        raise ValueError("turnover must lie above 0 and not above 1")
    if np.any(years < 1):
        raise ValueError("the target year must come after the year of the data")
