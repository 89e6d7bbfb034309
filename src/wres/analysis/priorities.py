"""What stands out for an organisation: where it most clearly does worse, and where it does better.

Three comparisons are made, each by an interval: with parity (the verdict of the gap, false discovery rate and all),
with the peer group (outside the funnel's 95 % limits, over-dispersion and all) and with the year before (the interval
of the change, unless BME staff are at an advantage in both years: then a gap that shrinks is nearer parity). An
indicator stands out for the worse if any says worse, for the better if any says better and none worse. Most comparisons
first, parity before peers before last year, then the smaller p-value of the gap; three at most of either side, and
fewer where fewer stand out. Everything here comes from protected figures.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from wres.comparisons import MOST_STANDING_OUT, conform, main_standings
from wres.definitions import definitions

SIDES = ("worse", "better")
COMPARED = ["parity", "peers", "last_year"]
OF_VERDICT = {"adverse": "worse", "favourable": "better", "equivalent": "better"}
OF_STANDING = {"clearly_worse": "worse", "worse": "worse", "better": "better", "clearly_better": "better"}
OF_CHANGE = {"adverse": "worse", "favourable": "better"}


def priority_rows(protected: pd.DataFrame, standings: pd.DataFrame, year: int) -> pd.DataFrame:
    """What stands out for every organisation.

    Parameters
    ----------
    protected
        Protected results.
    standings
        The comparison table of standings.
    year
        The publication's year.

    Returns
    -------
    DataFrame
        The comparison table ``priorities``.
    """
    own = protected[protected["year"].eq(year) & protected["level"].eq("organisation")]
    own = own[own["status"].eq("published") & _at_headline(own)]
    gaps = own[_is_gap(own)]
    key = ["code", "indicator"]
    changes = own[own["statistic"].eq("change")].set_index(key)
    beside = main_standings(standings).set_index(key)
    index = pd.MultiIndex.from_frame(gaps[key])
    table = gaps[key].assign(
        p_value=gaps["p_value"],
        parity=gaps["verdict"].map(OF_VERDICT),
        peers=beside["standing"].map(OF_STANDING).reindex(index).to_numpy(),
        last_year=_of_changes(gaps, changes.reindex(index)),
        kind=beside["kind"].reindex(index).to_numpy(),
        group=beside["group"].reindex(index).to_numpy(),
    )
    words = [*COMPARED, "kind", "group"]
    table[words] = table[words].astype("object").fillna("")
    sides = [_of_side(table, side) for side in SIDES]
    return conform("priorities", pd.concat(sides, ignore_index=True).assign(year=year, note=""))


def _of_side(table: pd.DataFrame, side: str) -> pd.DataFrame:
    """The indicators that stand out on one side, in their order."""
    says = table[COMPARED].isin([side])
    standing_out = says.any(axis=1)
    if side == "better":
        standing_out &= ~table[COMPARED].isin(["worse"]).any(axis=1)
    found = table[standing_out].assign(
        number=says.sum(axis=1), **{f"by_{name}": says[name] for name in COMPARED}
    )
    ways = ["number", *(f"by_{name}" for name in COMPARED)]
    found = found.sort_values(
        ["code", *ways, "p_value", "indicator"],
        ascending=[True, *[False] * len(ways), True, True],
        kind="stable",
    )
    place = found.groupby("code").cumcount() + 1
    return found.assign(side=side, place=place)[place <= MOST_STANDING_OUT]


def _of_changes(gaps: pd.DataFrame, changes: pd.DataFrame) -> list[str]:
    """What the change of each gap says; nothing where BME staff are at an advantage in both years."""
    known = definitions().indicators
    sides = []
    rows = zip(gaps["indicator"], gaps["value"], changes["value"], changes["verdict"], strict=True)
    for code, gap, change, verdict in rows:
        before = gap / change if known[code].gap == "relative_likelihood" else gap - change
        ahead = known[code].favours_bme(gap) and known[code].favours_bme(before)
        sides.append("" if ahead else OF_CHANGE.get(verdict, ""))
    return sides


def _at_headline(rows: pd.DataFrame) -> np.ndarray:
    stand = {(code, *i.headline.model_dump().values()) for code, i in definitions().indicators.items()}
    return pd.MultiIndex.from_frame(rows[["indicator", "staff_group", "category"]]).isin(stand)


def _is_gap(rows: pd.DataFrame) -> np.ndarray:
    own = rows["indicator"].map({code: indicator.gap for code, indicator in definitions().indicators.items()})
    return rows["statistic"].eq(own).to_numpy()
