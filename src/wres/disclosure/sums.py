"""Which cells add up to which: everything that is published together and could be subtracted.

Bands, runs of bands and grades add up to runs of bands and staff groups, staff groups to all staff, detailed ethnic
groups to white and BME people, organisations to their ICB, region, type and England, regions and types to England,
and predecessors to the organisation they merged into.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from wres.analysis.counts import before_opening, final_successors, memberships
from wres.analysis.pay_quarters import QUARTERS
from wres.analysis.pool import LEVELS_WITHOUT_BANDS
from wres.definitions import NATION, PAY, definitions
from wres.disclosure.cells import KEY


def sums_of(cells: pd.DataFrame, organisations: pd.DataFrame) -> pd.DataFrame:
    """Every sum and its members.

    Parameters
    ----------
    cells
        Cells of :func:`~wres.disclosure.cells.cells_of`.
    organisations
        The organisations table: which organisations add up to which place, and which followed which.

    Returns
    -------
    DataFrame
        ``sum`` (its number), ``cell`` (a member) and ``sign``: 1 for each part, -1 for the total.
    """
    totals = cells[[*KEY, "cell"]].rename(columns={"cell": "total"})
    found, before = [], 0
    for parts in _parts(cells, organisations):
        members = parts[[*KEY, "cell"]].merge(totals, on=KEY)[["cell", "total"]]
        if members.empty:
            continue
        number, total = pd.factorize(members["total"])
        found.append(pd.DataFrame({"sum": before + number, "cell": members["cell"], "sign": 1}))
        found.append(pd.DataFrame({"sum": before + np.arange(len(total)), "cell": total, "sign": -1}))
        before += len(total)
    if not found:
        return pd.DataFrame({"sum": [], "cell": [], "sign": []}, dtype="int64")
    return pd.concat(found, ignore_index=True)


def bases_of(cells: pd.DataFrame) -> pd.DataFrame:
    """Cells that print the headcount of another: as their base, or as the people whose pay is compared.

    Columns ``cell`` and ``base``.
    """
    out_of = [code for code, i in definitions().indicators.items() if i.measures.base == "headcount"]
    out_of.append(PAY)
    printing = cells.loc[cells["indicator"].isin(out_of), [*KEY, "cell"]].assign(indicator="1")
    return printing.merge(cells[[*KEY, "cell"]].rename(columns={"cell": "base"}), on=KEY)[["cell", "base"]]


def _parts(cells: pd.DataFrame, organisations: pd.DataFrame) -> Iterator[pd.DataFrame]:
    """Cells that are added up to others, a table for each way of adding, under the key of their sum."""
    yield from _parts_of_staff(cells[cells["indicator"].eq("1")])
    yield from _parts_of_staff(cells[cells["indicator"].eq(PAY)])
    yield cells[cells["indicator"].eq(PAY) & cells["category"].isin(QUARTERS)].assign(category="")
    yield cells[cells["staff_group"].ne("all")].assign(staff_group="all")
    known = definitions()
    for group in ("white", "bme"):
        detailed = [code for code, kind in known.ethnic_categories.items() if kind.group == group]
        yield cells[cells["detail"].isin(detailed)].assign(detail="")
    trusts = cells["level"].eq("type") & cells["code"].isin(known.trust_types)
    for below in (cells["level"].eq("region"), trusts):
        yield cells[below].assign(level="national", code=NATION)
    own = cells[cells["level"].eq("organisation")]
    carried_back = before_opening(own["code"], own["year"], organisations)
    places = memberships(organisations).rename(
        columns={"level": "place_level", "code": "place", "organisation_code": "code"}
    )
    for _, place in places.groupby("place_level"):
        inside = own[~carried_back].merge(place, on="code")
        yield inside.assign(level=inside["place_level"], code=inside["place"])
    followed = own["code"].astype("str").map(final_successors(organisations))
    merged = own.assign(code=followed)[followed.notna()]
    yield merged[before_opening(merged["code"], merged["year"], organisations)]


def _parts_of_staff(cells: pd.DataFrame) -> Iterator[pd.DataFrame]:
    """Bands, grades and runs of bands that add up to a run of bands or a staff group, where all are there."""
    known = definitions()
    group, category = cells["staff_group"], cells["category"]
    everybody, doctors = group.eq("all"), group.eq("medical_dental")
    banded = ~cells["level"].isin(LEVELS_WITHOUT_BANDS)
    single = category.isin([*known.bands, *known.medical_grades]) & (banded | doctors)
    tier = category.isin([code for code, cluster in known.clusters.items() if cluster.tier])
    for run, complete in ((single, banded), (tier, True)):
        yield cells[run & ~everybody].assign(category="")
        yield cells[(run & everybody | doctors & category.eq("")) & complete].assign(
            category="", staff_group="all"
        )
    for outer, cluster in known.clusters.items():
        yield cells[category.isin(cluster.bands) & banded].assign(category=outer)
        for inner, other in known.clusters.items():
            if set(other.bands) < set(cluster.bands):
                beside = set(cluster.bands) - set(other.bands)
                yield cells[category.isin([inner, *beside]) & banded].assign(category=outer)
