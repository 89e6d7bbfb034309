"""Who is in which quarter of pay: all staff in the order of their pay, cut into four of the same size.

As for the statutory gender pay gap, people paid the same on both sides of a cut are divided in proportion, so that
no quarter has more of an ethnic group than their pay explains.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from wres.analysis.counts import CELLS, GROUPS
from wres.definitions import definitions

Floats = npt.NDArray[np.float64]
QUARTERS = tuple(definitions().pay_quarters)


def quarters(staff: pd.DataFrame) -> pd.DataFrame:
    """Count the ethnic groups in each quarter of one entity's pay, and in all of them.

    Parameters
    ----------
    staff
        ``organisation``, ``group`` (white, bme, unknown), ``amount`` and ``count``.

    Returns
    -------
    DataFrame
        ``organisation``, ``category`` (a quarter, or blank for all) and ``CELLS``, whole numbers of people: those
        of the quarter and, as the base, those of the organisation.
    """
    organisations = np.unique(staff["organisation"])
    counts = people_by(staff["amount"].to_numpy(), staff).reshape(-1, len(organisations) * len(GROUPS))
    below = np.vstack([_below(counts, part / 4) for part in range(5)])
    inside = np.vstack([*np.diff(below, axis=0), below[4]]).reshape(-1, len(GROUPS))
    everybody = np.tile(below[4], len(QUARTERS) + 1).reshape(-1, len(GROUPS))
    return with_base(inside, everybody).assign(
        organisation=np.tile(organisations, len(QUARTERS) + 1),
        category=np.repeat([*QUARTERS, ""], len(organisations)),
    )


def with_base(people: Floats, base: Floats) -> pd.DataFrame:
    """People counted and those who could have been, a row each with a column an ethnic group, as ``CELLS``."""
    return pd.DataFrame(np.stack([people, base], axis=-1).reshape(-1, len(CELLS)), columns=CELLS)


def people_by(what: npt.NDArray[Any], staff: pd.DataFrame) -> Floats:
    """People by what they have, organisation and ethnic group, each in rising order.

    Parameters
    ----------
    what
        An element a row of the staff.
    staff
        ``organisation``, ``group`` and ``count``.

    Returns
    -------
    ndarray
        Three dimensions; the last in the order of ``GROUPS``.
    """
    kinds, kind = np.unique(what, return_inverse=True)
    organisations, organisation = np.unique(staff["organisation"], return_inverse=True)
    group = pd.Categorical(staff["group"], GROUPS).codes
    shape = len(kinds), len(organisations), len(GROUPS)
    place = np.ravel_multi_index((kind, organisation, group), shape)
    return np.bincount(place, staff["count"], int(np.prod(shape))).astype(float).reshape(shape)


def _below(counts: Floats, share: float) -> Floats:
    """How many of each column are among the lowest-paid share of everybody."""
    total = counts.sum(axis=1)
    cut = share * total.sum()
    before = np.concatenate([[0.0], np.cumsum(total)])
    at = min(int(np.searchsorted(before, cut, side="right")) - 1, len(total) - 1)
    part = (cut - before[at]) / total[at]
    return np.asarray(counts[:at].sum(axis=0) + np.rint(part * counts[at]))
