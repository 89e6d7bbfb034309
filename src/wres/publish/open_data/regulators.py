"""The table for regulators: one line an organisation and indicator, with where it stands among its peers."""

from __future__ import annotations

import pandas as pd

from wres.definitions import definitions
from wres.report.slices import headlines


def regulators_table(indicators: pd.DataFrame, organisations: pd.DataFrame, year: int) -> pd.DataFrame:
    """Every organisation's headline figure of every indicator, for one year.

    Parameters
    ----------
    indicators
        Protected results.
    organisations
        The organisations table.
    year
        Reporting year.

    Returns
    -------
    DataFrame
        A figure that isn't published is blank; ``status`` says why.
    """
    rows = headlines(indicators[indicators["year"].eq(year) & indicators["level"].eq("organisation")])
    about = organisations[["organisation_code", "organisation", "type", "region", "icb_code"]]
    found = rows.merge(about, left_on="code", right_on="organisation_code", how="left")
    known = definitions().indicators
    found["indicator_name"] = found["indicator"].map({code: i.name for code, i in known.items()})
    columns = {
        "year": "year",
        "organisation_code": "organisation_code",
        "organisation": "organisation",
        "type": "type",
        "region": "region",
        "icb_code": "icb_code",
        "indicator": "indicator",
        "indicator_name": "indicator_name",
        "statistic": "measure",
        "value": "value",
        "lower": "lower",
        "upper": "upper",
        "confidence": "confidence",
        "verdict": "verdict",
        "status": "status",
        "note": "note",
    }
    ordered = found.sort_values(["organisation_code", "indicator"], kind="stable", ignore_index=True)
    return ordered[list(columns)].rename(columns=columns)
