"""What a row shows, decided in one place from its interval, its tests and the practical range.

The rules are those at the head of the method: a gap is *adverse* or *favourable* only when the interval
excludes no gap and the false discovery rate allows it; it is *equivalent* only when the whole interval lies
inside the practical range; everything else is *inconclusive*, which is never the same as "no gap". How a
verdict is worded in a report belongs in :mod:`wres.report.narrative`.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from wres.analysis.texts import Texts
from wres.results import VERDICTS

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
CANNOT = "cannot be significant"


class Evidence(NamedTuple):
    """What a verdict rests on; arrays of one length, limits and range on the scale of the gap."""

    estimate: Floats
    lower: Floats
    upper: Floats
    p_value: Floats
    q_value: Floats
    sparse: Bools
    cannot_be_significant: Bools


class PracticalRange(NamedTuple):
    """The gaps that are too small to matter in practice, around the value that means no gap."""

    low: float
    none: float
    high: float


def decide_verdicts(
    evidence: Evidence, practical: PracticalRange, adverse_sign: int, alpha: float, fdr: float
) -> tuple[Texts, Texts]:
    """Give each row its verdict and the notes that qualify it.

    Parameters
    ----------
    evidence
        Estimates, intervals, p-values and flags.
    practical
        Range of gaps that do not matter in practice.
    adverse_sign
        +1 where a gap above "no gap" is adverse to BME staff, -1 where one below it is.
    alpha
        1 - confidence.
    fdr
        False discovery rate that q-values are held to.

    Returns
    -------
    verdicts, notes
        Two columns of words; notes are joined by "; ".
    """
    above = evidence.lower > practical.none
    below = evidence.upper < practical.none
    tested = np.isfinite(evidence.p_value) & ~np.isnan(evidence.lower)
    significant = tested & (above | below) & (evidence.p_value < alpha) & (evidence.q_value <= fdr)
    adverse = above if adverse_sign > 0 else below
    inside = (evidence.lower >= practical.low) & (evidence.upper <= practical.high)
    verdicts = np.select(
        [~tested, significant & adverse, significant, inside],
        [VERDICTS.index(name) for name in ("not_tested", "adverse", "favourable", "equivalent")],
        VERDICTS.index("inconclusive"),
    )
    small = significant & (evidence.estimate >= practical.low) & (evidence.estimate <= practical.high)
    notes = _joined(
        {
            "sparse": tested & evidence.sparse,
            "borderline": tested & (above | below) & ~significant,
            CANNOT: tested & evidence.cannot_be_significant,
            "small but clear": small,
        }
    )
    return pd.Categorical.from_codes(verdicts, categories=pd.Index(VERDICTS)), notes


def _joined(flags: dict[str, Bools]) -> Texts:
    """The words of the flags that each row has."""
    codes = sum((flag.astype(np.int8) << place for place, flag in enumerate(flags.values())), np.int8(0))
    said = [
        "; ".join(word for place, word in enumerate(flags) if code >> place & 1)
        for code in range(2 ** len(flags))
    ]
    return pd.Categorical.from_codes(np.asarray(codes), categories=pd.Index(said))
