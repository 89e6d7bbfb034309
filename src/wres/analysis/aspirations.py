"""What parity would take: the recruitment behind the aspiration of *A Model Employer* (NHS England, 2019).

Parity for a run of bands: its BME share of known ethnicity equals the organisation's. The model, a constant
share of hires, reproduces the examples of the policy's Tables 2 and 3 with a turnover of 12.0 to 13.3 %; it is
inferred from those examples and was not published.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

Floats = npt.NDArray[np.float64]

GOAL_CATEGORY = "bands_8a_to_vsm"
GOAL_COLUMNS = (
    "year",
    "level",
    "code",
    "name",
    "category",
    "posts",
    "share",
    "target",
    "target_year",
    "turnover",
    "share_of_recruits",
    "recruits",
    "bme_recruits",
    "outcome",
)


def share_of_recruits(
    share: npt.ArrayLike, target: npt.ArrayLike, turnover: npt.ArrayLike, years: npt.ArrayLike
) -> Floats:
    """Share of recruits who must be BME for parity after some years.

    s = (target - share (1 - t)^Y) / (1 - (1 - t)^Y), with joiners = leavers = t x posts each year; inferred
    from *A Model Employer*, Tables 2 and 3.

    Parameters
    ----------
    share, target
        Present and aimed-for BME share, 0-1.
    turnover
        Share of posts that change hands in a year, above 0 and up to 1.
    years
        Whole years to the target, 1 or more.

    Returns
    -------
    ndarray
        Below the target's share where parity is met already; above 1 where it can't be reached in that time.

    Raises
    ------
    ValueError
        For shares outside 0-1, a turnover outside (0, 1], or fewer than one year.
    """
    p0, goal, t, horizon = (np.asarray(v, dtype=float) for v in (share, target, turnover, years))
    if np.any((p0 < 0) | (p0 > 1) | (goal < 0) | (goal > 1)):
        raise ValueError("shares must lie between 0 and 1")
    if np.any((t <= 0) | (t > 1)):
        raise ValueError("turnover must lie above 0 and not above 1")
    if np.any(horizon < 1):
        raise ValueError("the target year must come after the year of the data")
    kept = (1 - t) ** horizon
    return np.asarray((goal - p0 * kept) / (1 - kept))


def goals(results: pd.DataFrame, year: int, target_year: int, turnover: float) -> pd.DataFrame:
    """Recruits a year to parity in bands 8a to VSM, for every entity whose shares are published.

    Parameters
    ----------
    results
        Results after disclosure control.
    year
        Year of the data.
    target_year
        Year by which parity is aimed for, after ``year``.
    turnover
        As in :func:`share_of_recruits`.

    Returns
    -------
    DataFrame
        ``GOAL_COLUMNS``; ``outcome`` is ``recruit``, ``met`` or ``impossible``.
    """
    known = results[
        results["indicator"].eq("1")
        & results["statistic"].eq("percentage_of_known")
        & results["year"].eq(year)
        & results["status"].eq("published")
        & results["staff_group"].eq("all")
    ]
    on = ["year", "level", "code", "name"]
    band = known.loc[known["category"].eq(GOAL_CATEGORY), [*on, "category", "value", "denominator"]]
    whole = known.loc[known["category"].eq(""), [*on, "value"]]
    both = band.merge(whole, on=on, suffixes=("", "_whole"))
    share, target = both["value"] / 100, both["value_whole"] / 100
    needed = share_of_recruits(share, target, turnover, target_year - year) if len(both) else share
    outcome = np.select([share >= target, np.asarray(needed) > 1], ["met", "impossible"], "recruit")
    recruits = turnover * both["denominator"]
    return both.assign(
        posts=both["denominator"],
        share=share,
        target=target,
        target_year=target_year,
        turnover=turnover,
        share_of_recruits=needed,
        recruits=recruits,
        bme_recruits=needed * recruits,
        outcome=outcome,
    )[list(GOAL_COLUMNS)]
