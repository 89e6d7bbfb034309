"""Bounds of an indicator that joins two questions, where each question was published apart.

Somebody who said yes to either question is counted once, and how many said yes to both isn't published. The share
who said yes to either lies between the larger of the two shares, if the fewer are all among the more, and their
sum, if nobody said yes to both (Fréchet, 1935). Nothing narrower can be known from the two shares alone.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from wres.analysis.counts import KEY
from wres.definitions import Indicator

NOTE = (
    "bounds: the two questions were published apart, and those who said yes to both can't be told from them; the "
    "share lies between the larger and the sum"
)
WHOSE = [*(name for name in KEY if name != "category"), "ethnicity"]


def union_rows(percentages: pd.DataFrame, indicator: Indicator) -> pd.DataFrame:
    """Least and greatest share who said yes to any question of an indicator.

    Parameters
    ----------
    percentages
        Rows ``percentage`` of this indicator: of its questions by category, and of the indicator itself where
        that was published, which then needs no bounds.
    indicator
        The indicator, with the questions that it joins.

    Returns
    -------
    DataFrame
        Rows ``percentage_at_least`` and ``percentage_at_most``, 0 to 100. The lower limit of the first is that of
        the larger share; the upper limit of the second is the sum of the shares' upper limits, which is careful.
    """
    of_questions = percentages[percentages["category"].isin(list(indicator.union_of))]
    whole = pd.MultiIndex.from_frame(percentages.loc[percentages["category"].eq(""), WHOSE])
    apart = of_questions[~pd.MultiIndex.from_frame(of_questions[WHOSE]).isin(whole)]
    complete = apart.groupby(WHOSE)["category"].transform("nunique").eq(len(indicator.union_of))
    both = apart[complete & bool(indicator.union_of)]
    if both.empty:
        return both
    largest = both.loc[both.groupby(WHOSE)["value"].idxmax()]
    least = largest.assign(statistic="percentage_at_least", numerator=np.nan)
    sums = both.groupby(WHOSE)[["value", "lower", "upper"]].sum(min_count=len(indicator.union_of))
    smaller_base = both.groupby(WHOSE)["denominator"].min()
    summed = sums.clip(upper=100).assign(denominator=smaller_base)
    first = both.drop_duplicates(WHOSE).drop(columns=list(summed.columns))
    most = first.merge(summed.reset_index(), on=WHOSE).assign(
        statistic="percentage_at_most", numerator=np.nan, method="sum of the limits of both shares"
    )
    bounds = pd.concat([least, most], ignore_index=True)
    notes = bounds["note"].where(bounds["note"].eq(""), bounds["note"] + "; ")
    return bounds.assign(category="", note=notes + NOTE)
