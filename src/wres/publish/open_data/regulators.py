"""The table for regulators: one line an organisation and indicator, with where it stands among its peers."""

from __future__ import annotations

import pandas as pd

from wres.comparisons import main_standings
from wres.definitions import definitions
from wres.report.slices import headlines


def regulators_table(
    indicators: pd.DataFrame, organisations: pd.DataFrame, standings: pd.DataFrame, year: int
) -> pd.DataFrame:
    """Every organisation's headline figure of every indicator, for one year.

    Parameters
    ----------
    indicators
        Protected results.
    organisations
        The organisations table.
    standings
        The comparison table of standings.
    year
        Reporting year.

    Returns
    -------
    DataFrame
        A figure that isn't published is blank; ``status`` says why. ``standing`` is where it lies in the funnel of
        its peers, organisations of its type or else all trusts. ``percentile_band`` is its place among them as the
        range that the interval of its rank leaves, 0 for the best for BME staff and 100 for the worst; blank where
        there are too few peers.
    """
    rows = headlines(indicators[indicators["year"].eq(year) & indicators["level"].eq("organisation")])
    about = organisations[["organisation_code", "organisation", "type", "region", "icb_code"]]
    found = rows.merge(about, left_on="code", right_on="organisation_code", how="left")
    found = found.merge(_places(standings), on=["code", "indicator"], how="left")
    words = ["peers", "standing", "percentile_band"]
    found[words] = found[words].astype("object").fillna("")
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
        "peers": "peers",
        "standing": "standing",
        "percentile_band": "percentile_band",
        "status": "status",
        "note": "note",
    }
    ordered = found.sort_values(["organisation_code", "indicator"], kind="stable", ignore_index=True)
    return ordered[list(columns)].rename(columns=columns)


def _places(standings: pd.DataFrame) -> pd.DataFrame:
    """Standing and percentile band of every organisation and indicator among its peers."""
    beside = main_standings(standings)
    ends = [
        (100 * (beside["rank_lower"] - 1) / beside["ranked"]).round(),
        (100 * beside["rank_upper"] / beside["ranked"]).round(),
    ]
    band = [f"{low:.0f} to {high:.0f}" if pd.notna(low) else "" for low, high in zip(*ends, strict=True)]
    return beside[["code", "indicator", "standing"]].assign(
        peers=beside["kind"] + " " + beside["group"], percentile_band=band
    )
