"""Who is in which quarter of pay: all staff in the order of their pay, cut into four of the same size.

As for the statutory gender pay gap, people paid the same on both sides of a cut are divided in proportion, so that
no quarter has more of an ethnic group than their pay explains.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from wres.analysis.counts import CELLS, GROUPS

Floats = npt.NDArray[np.float64]
QUARTERS = ("lower_quarter", "lower_middle_quarter", "upper_middle_quarter", "upper_quarter")


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
    table = staff.pivot_table(
        index="amount", columns=["organisation", "group"], values="count", aggfunc="sum", fill_value=0
    )
    every = pd.MultiIndex.from_product([sorted(staff["organisation"].unique()), GROUPS])
    counts = table.sort_index().reindex(columns=every, fill_value=0).to_numpy(float)
    below = np.vstack([_below(counts, part / 4) for part in range(5)])
    inside = {name: below[n + 1] - below[n] for n, name in enumerate(QUARTERS)} | {"": below[4]}
    tables = []
    for name, people in inside.items():
        wide = np.hstack([people.reshape(-1, len(GROUPS)), below[4].reshape(-1, len(GROUPS))])
        columns = [*(f"{group}_x" for group in GROUPS), *(f"{group}_n" for group in GROUPS)]
        counted = pd.DataFrame(wide, columns=columns)[list(CELLS)]
        tables.append(counted.assign(organisation=sorted(staff["organisation"].unique()), category=name))
    return pd.concat(tables, ignore_index=True)


def _below(counts: Floats, share: float) -> Floats:
    """How many of each column are among the lowest-paid share of everybody."""
    total = counts.sum(axis=1)
    cut = share * total.sum()
    before = np.concatenate([[0.0], np.cumsum(total)])
    at = min(int(np.searchsorted(before, cut, side="right")) - 1, len(total) - 1)
    part = (cut - before[at]) / total[at]
    return np.asarray(counts[:at].sum(axis=0) + np.rint(part * counts[at]))
