"""False discovery rate over families of tests. Which tests form a family is for the caller to say."""

from __future__ import annotations

from typing import Literal

import numpy as np
import numpy.typing as npt
from scipy.stats import false_discovery_control

from wres.statistics._arrays import Floats


def benjamini_hochberg(p: npt.ArrayLike, family: npt.ArrayLike | None = None) -> Floats:
    """Return q-values of p-values (Benjamini & Hochberg 1995, JRSS B 57:289).

    Parameters
    ----------
    p
        P-values; NaN where no test could be made.
    family
        Labels of the same shape, one for each family of tests; one family if left out.

    Returns
    -------
    ndarray
        q-values in the places of their p-values, the smallest false discovery rate at which each is a
        discovery of its family. NaN stays NaN and does not count as a test.
    """
    return _adjusted(p, family, "bh")


def benjamini_yekutieli(p: npt.ArrayLike, family: npt.ArrayLike | None = None) -> Floats:
    """Return q-values that hold under any dependence (Benjamini & Yekutieli 2001, Annals of Statistics 29:1165).

    Parameters and returns as in :func:`benjamini_hochberg`.
    """
    return _adjusted(p, family, "by")


def _adjusted(p: npt.ArrayLike, family: npt.ArrayLike | None, method: Literal["bh", "by"]) -> Floats:
    values = np.asarray(p, dtype=np.float64)
    labels = np.zeros(values.shape, dtype=np.int64) if family is None else np.asarray(family)
    q = np.full(values.size, np.nan)
    tested = np.flatnonzero(~np.isnan(values.ravel()))
    _, codes, sizes = np.unique(labels.ravel()[tested], return_inverse=True, return_counts=True)
    by_family = tested[np.argsort(codes, kind="stable")]
    for members in np.split(by_family, np.cumsum(sizes)[:-1]):
        q[members] = false_discovery_control(values.ravel()[members], method=method)
    return q.reshape(values.shape)
