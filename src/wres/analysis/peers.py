"""Who is compared with whom: the peer groups of organisations.

Trusts are compared within their type, region, integrated care system and size, and with all trusts; other
organisations within their type alone, so that no group mixes trusts with boards or national bodies. Groups of one's
own (``peer_groups`` in the publication file) hold whoever they name. How organisations are compared belongs in
:mod:`wres.analysis.benchmark`.
"""

from __future__ import annotations

import pandas as pd

from wres.comparisons import conform
from wres.definitions import NATION, definitions
from wres.params import Publication

SIZES = {
    "small": "The smallest third of trusts",
    "medium": "The middle third of trusts",
    "large": "The largest third of trusts",
}
FEWEST_SIZED = 9


def peer_groups(organisations: pd.DataFrame, staff: pd.Series, publication: Publication) -> pd.DataFrame:
    """Every peer group with its members; an organisation may be in several.

    Parameters
    ----------
    organisations
        The organisations table.
    staff
        Headcount by organisation code, for thirds of size; trusts without one are in none of them.
    publication
        Names the groups of one's own.

    Returns
    -------
    DataFrame
        The comparison table ``peers``.
    """
    known = definitions()
    labels = {code: kind.plural.capitalize() for code, kind in known.organisation_types.items()}
    organisations = _open(organisations, publication.year)
    trusts = organisations[organisations["type"].isin(known.trust_types)]
    sizes = _thirds(trusts["organisation_code"].map(staff))
    groups = [
        _groups("type", organisations, organisations["type"], organisations["type"].map(labels)),
        _groups("region", trusts, trusts["region"], "Trusts in " + trusts["region"].map(known.regions).fillna("")),
        _groups("icb", trusts, trusts["icb_code"], "Trusts of " + trusts["icb"]),
        _groups("size", trusts, sizes, sizes.map(SIZES)),
        _groups("nation", trusts, NATION, "All NHS trusts"),
    ]  # fmt: skip
    for name, codes in publication.peer_groups.items():
        members = organisations[organisations["organisation_code"].isin(codes)]
        groups.append(_groups("named", members, name, name.replace("_", " ")))
    return conform("peers", pd.concat(groups, ignore_index=True))


def _groups(kind: str, members: pd.DataFrame, group: pd.Series | str, name: pd.Series | str) -> pd.DataFrame:
    table = members[["organisation_code"]].assign(kind=kind, group=group, name=name, note="")
    return table[table["group"].notna() & table["group"].ne("")]


def _open(organisations: pd.DataFrame, year: int) -> pd.DataFrame:
    """Organisations that existed on the year's 31 March."""
    day = f"{year}-03-31"
    closed = organisations["closed"].ne("") & (organisations["closed"] < day)
    return organisations[~closed & (organisations["opened"] <= day)]


def _thirds(staff: pd.Series) -> pd.Series:
    """Small, medium or large by headcount, those without one left out; nothing where too few have one."""
    known = staff.dropna()
    if len(known) < FEWEST_SIZED:
        return pd.Series(index=staff.index, dtype="str")
    return pd.qcut(known.rank(method="first"), 3, labels=list(SIZES)).astype("str").reindex(staff.index)
