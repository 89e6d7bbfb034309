"""Solving many equations of one unknown at once. What the equations mean belongs elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from wres.statistics._arrays import Floats

SECANT_STEPS = 20
ALL_STEPS = 100
SECANT_SETTLED = 1e-7
HALVING_SETTLED = 1e-15


def bisect(positive: Callable[[Floats], Floats], low: Floats, high: Floats, steps: int = 62) -> Floats:
    """Find where functions change sign, each within its bracket.

    Parameters
    ----------
    positive
        Functions of one array; above zero left of the root, not above zero right of it.
    low, high
        Ends of the brackets. A function without a change of sign gives the end that it points to.
    steps
        Halvings; 62 exhaust double precision on a bracket of length 100.
    """
    for _ in range(steps):
        middle = (low + high) / 2
        left = positive(middle) > 0
        low, high = np.where(left, middle, low), np.where(left, high, middle)
    return np.asarray((low + high) / 2)


def falling_roots(
    height: Callable[..., Floats],
    parameters: Sequence[Floats],
    bracket: tuple[float, float],
    guess: Floats,
    scale: Floats,
) -> Floats:
    """Find the roots of smooth falling functions by secant steps, halving the bracket where one leads out of it.

    Parameters
    ----------
    height
        Functions ``height(value, *parameters)``.
    parameters
        Arrays of one dimension, an element a function.
    bracket
        Ends that hold every root. A function without one gives the end that it points to.
    guess, scale
        First guesses, and distances over which the functions fall by about 1.

    Returns
    -------
    ndarray
        Roots to about 13 digits: a last secant step below 1e-7 of the scale leaves an error far below that.
    """
    roots = np.empty(guess.size)
    at = np.arange(guess.size)
    here, inputs = np.clip(guess, *bracket), list(parameters)
    low, high = (np.full(guess.size, end) for end in bracket)
    before, value_before = here, np.zeros(guess.size)
    for step in range(ALL_STEPS):
        value = height(here, *inputs)
        left = value > 0
        low, high = np.where(left, here, low), np.where(left, high, here)
        slope = -1 / scale if step == 0 else (value - value_before) / (here - before)
        ahead = here - value / slope
        inside = (ahead >= low) & (ahead <= high) & np.isfinite(slope) & (step < SECANT_STEPS)
        ahead = np.where(inside, ahead, (low + high) / 2)
        moving = np.abs(ahead - here) > np.where(inside, SECANT_SETTLED * scale, HALVING_SETTLED)
        roots[at] = ahead
        if not moving.any():
            break
        before, value_before, here = here, value, ahead
        if not moving.all():
            at, low, high, before, value_before, here, scale, *inputs = (
                array[moving] for array in (at, low, high, before, value_before, here, scale, *inputs)
            )
    return roots
