"""Which p-value decides whether two proportions differ, and whether the counts could have shown it at all."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from wres.statistics._arrays import Bools, Floats, Texts, chosen, floats, quiet, reasons, table_rules
from wres.statistics._score import Table
from wres.statistics.significance import hypergeometric_point, midp_central, scas_p
from wres.statistics.two_groups import ALL_EVENTS, NO_EVENTS

SCORE, SPARSE = "SCAS score test", "larger of SCAS and mid-p"
OWN, SPARSE_OWN = "test of the same interval", "larger of the same interval's test and mid-p"


class Decision(NamedTuple):
    """The p-value to go by, the test it is from, and what the counts allow."""

    p_value: Floats
    test: Texts
    sparse: Bools
    very_sparse: Bools
    smallest_p: Floats
    cannot_be_significant: Bools
    reason: Texts


@quiet
def decide(
    x1: npt.ArrayLike,
    n1: npt.ArrayLike,
    x2: npt.ArrayLike,
    n2: npt.ArrayLike,
    alpha: float = 0.05,
    own_p: npt.ArrayLike | None = None,
) -> Decision:
    """Test two proportions by the score where counts suffice, and no bolder than mid-p where they are sparse.

    With E the smallest expected count: the SCAS p-value where E >= 5, else the larger of it and the central
    mid-p. So a p-value below alpha always comes with an interval that excludes no difference; the reverse
    can fail where counts are sparse. The threshold follows Campbell (2007), with E < 5 in the place of
    E < 1.

    Parameters
    ----------
    x1, n1, x2, n2
        Counts and bases of the two groups; shapes that broadcast. Fractions (effective counts) are rounded
        for the mid-p.
    alpha
        Level of significance.
    own_p
        P-values of the interval that the decision goes with, in the place of those of SCAS.

    Returns
    -------
    Decision
        ``sparse``: E < 5; ``very_sparse``: E < 1. ``smallest_p``: the smallest mid-p that the margins allow
        (Tarone 1990), or a bound on it, exp(-E), where E is at least 5 and the bound is below alpha;
        ``cannot_be_significant`` where it exceeds alpha. No events, or nothing but events: p 1 with a reason.
        NaN with a reason, and ``test`` '', for an empty group, a missing count or a count outside its base.
    """
    table = Table(*floats(x1, n1, x2, n2))
    unusable = reasons(*table_rules(*table))
    usable = unusable == ""
    x1, n1, x2, n2 = table = Table(*(np.where(usable, count, 1.0) for count in table))
    m, n = x1 + x2, n1 + n2
    expected = _smallest_expected(table)
    sparse = usable & (expected < 5)
    test, sparse_test = (SCORE, SPARSE) if own_p is None else (OWN, SPARSE_OWN)
    whole = Table(np.rint(x1), np.maximum(np.rint(n1), 1), np.rint(x2), np.maximum(np.rint(n2), 1))
    p = np.array(
        scas_p(*table).p_value if own_p is None else np.broadcast_to(own_p, m.shape), dtype=np.float64
    )
    if sparse.any():
        p[sparse] = np.maximum(p[sparse], midp_central(*whole.where(sparse)).p_value)
    # The outermost table has nobody in its emptiest cell, which has probability exp(-E) at most.
    smallest = np.where(usable, np.exp(-_smallest_expected(whole)), np.nan)
    open_question = sparse | (smallest > alpha)
    smallest[open_question] = _smallest_midp(whole.where(open_question))
    reason = np.where(usable, reasons((m == 0, NO_EVENTS), (m == n, ALL_EVENTS)), unusable)
    return Decision(
        np.where(usable, p, np.nan),
        chosen([test, sparse_test, ""], np.where(usable, sparse.astype(np.int64), 2)),
        sparse,
        usable & (expected < 1),
        smallest,
        usable & (smallest > alpha),
        reason,
    )


def _smallest_expected(table: Table) -> Floats:
    """Count expected in the emptiest cell if the groups do not differ."""
    x1, n1, x2, n2 = table
    m, n = x1 + x2, n1 + n2
    return np.minimum(m, n - m) * np.minimum(n1, n2) / n


def _smallest_midp(table: Table) -> Floats:
    """Mid-p of the more improbable of the two outermost tables, which is the probability of that table."""
    x1, n1, x2, n2 = table
    m = x1 + x2
    lowest, highest = np.maximum(0, m - n2), np.minimum(n1, m)
    ends = [hypergeometric_point(Table(k, n1, m - k, n2)) for k in (lowest, highest)]
    return np.asarray(np.clip(np.minimum(*ends), 0, 1))
