"""False discovery rate over families of tests. Which tests form a family is for the caller to say."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

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
    return _adjusted(p, family, dependence=False)


def benjamini_yekutieli(p: npt.ArrayLike, family: npt.ArrayLike | None = None) -> Floats:
    """Return q-values that hold under any dependence (Benjamini & Yekutieli 2001, Annals of Statistics 29:1165).

    Parameters and returns as in :func:`benjamini_hochberg`.
    """
    return _adjusted(p, family, dependence=True)


def _adjusted(p: npt.ArrayLike, family: npt.ArrayLike | None, dependence: bool) -> Floats:
    """Step up from the largest p-value of each family, all families at once."""
    values = np.asarray(p, dtype=np.float64)
    labels = np.zeros(values.shape, dtype=np.int64) if family is None else np.asarray(family)
    q = np.full(values.size, np.nan)
    tested = np.flatnonzero(~np.isnan(values.ravel()))
    if tested.size == 0:
        return q.reshape(values.shape)
    _, codes, sizes = np.unique(labels.ravel()[tested], return_inverse=True, return_counts=True)
    order = np.lexsort((values.ravel()[tested], codes))
    codes, tested = codes[order], tested[order]
    rank = np.arange(1, tested.size + 1) - (np.cumsum(sizes) - sizes)[codes]
    factor = (
        np.array([np.sum(1 / np.arange(1, size + 1)) for size in sizes])
        if dependence
        else np.ones(sizes.size)
    )
    raw = np.minimum(values.ravel()[tested] * (sizes * factor)[codes] / rank, 1.0)
    q[tested] = pd.Series(raw[::-1]).groupby(codes[::-1]).cummin().to_numpy()[::-1]
    return q.reshape(values.shape)
