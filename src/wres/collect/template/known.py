"""What is known of an organisation before it fills in its return."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from wres.collect import collect
from wres.collect.faults import nearest
from wres.definitions import definitions
from wres.params import ParamsError, Publication


@dataclass(frozen=True)
class Known:
    """An organisation's row of the organisations table, and its returns of the year before."""

    organisation: dict[str, str]
    last_year: pd.DataFrame | None


def known(publication: Publication, code: str, year: int) -> Known:
    """Look an organisation up in the sources of a publication file.

    Parameters
    ----------
    publication
        Whose sources are read.
    code
        Organisation code.
    year
        Reporting year of the return to fill in.

    Raises
    ------
    wres.params.ParamsError
        If no source has such an organisation; the message names the nearest code.
    wres.problems.CollectionError
        If a source can't be read at all.
    """
    collection = collect(publication)
    organisations = collection.organisations.set_index("organisation_code", drop=False)
    if code not in organisations.index:
        near = nearest(code, organisations.index)
        hint = f"; did you mean '{near}'?" if near else ""
        raise ParamsError(f"unknown organisation {code}: not in the organisations table{hint}")
    returns = collection.returns
    before = returns["organisation_code"].eq(code) & returns["year"].eq(year - 1)
    in_groups = returns["ethnicity"].isin(definitions().ethnic_groups)
    last_year = returns[before & in_groups]
    organisation = {str(name): str(value) for name, value in organisations.loc[code].items()}
    return Known(organisation, last_year if len(last_year) else None)
