"""What every module needs to take arrays in and give arrays out.

Broadcasting, the normal quantile of a confidence level, checks of counts and the reasons that go with
missing results belong here. No statistic does.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from scipy.special import ndtr, ndtri

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
Texts = npt.NDArray[np.str_]

MISSING = "a count is missing"
EMPTY = "a base is 0"
OUTSIDE = "a count is not between 0 and its base"

# Division by zero has an agreed answer in every function here, so numpy need not warn of it.
quiet = np.errstate(all="ignore")


def floats(*values: npt.ArrayLike) -> tuple[Floats, ...]:
    """Broadcast values to one shape, as arrays of floats."""
    return tuple(np.broadcast_arrays(*(np.asarray(value, dtype=np.float64) for value in values)))


def reasons(*rules: tuple[Bools, str]) -> Texts:
    """Give each element the text of the first rule that holds for it, or ''."""
    none = np.full(np.broadcast_shapes(*(mask.shape for mask, _ in rules)), "")
    held = [rule for rule in rules if rule[0].any()]
    if not held:
        return none
    masks, texts = zip(*held, strict=True)
    return chosen(
        ["", *texts], np.select(masks, range(1, len(masks) + 1), np.zeros(none.shape, dtype=np.int64))
    )


def chosen(texts: Sequence[str], which: Integers) -> Texts:
    """Give each element one of a few texts, which they share."""
    return np.array(texts, dtype=object)[which]


def count_rules(x: Floats, n: Floats) -> list[tuple[Bools, str]]:
    """Say why counts out of bases can't be used, for :func:`reasons`."""
    return [
        (~(np.isfinite(x) & np.isfinite(n)), MISSING),
        ((x < 0) | (x > n), OUTSIDE),
        (n == 0, EMPTY),
    ]


def table_rules(x1: Floats, n1: Floats, x2: Floats, n2: Floats) -> list[tuple[Bools, str]]:
    """Say why tables of two groups can't be used, for :func:`reasons`."""
    pairs = zip(count_rules(x1, n1), count_rules(x2, n2), strict=True)
    return [(first | second, text) for (first, text), (second, _) in pairs]


def blanked(reason: Texts, *values: npt.ArrayLike) -> list[Floats]:
    """Put NaN wherever there is a reason."""
    return [np.where(reason == "", value, np.nan) for value in values]


def normal_quantile(confidence: float) -> float:
    """Return the two-sided normal quantile of a confidence level, 1.96 for 0.95."""
    if not 0 < confidence < 1:
        raise ValueError(f"confidence is {confidence}; it must lie between 0 and 1, such as 0.95")
    return float(-ndtri((1 - confidence) / 2))


def two_sided(z: Floats) -> Floats:
    """Return the two-sided normal p-value of z."""
    return np.asarray(2 * ndtr(-np.abs(z)), dtype=np.float64)
