"""What the explorer can show: the gap of every indicator, and all staff's percentage where that is published."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from wres.definitions import EVERYBODY, Indicator, definitions
from wres.report.slices import Slice, headlines, place, where


@dataclass(frozen=True)
class Measure:
    """One kind of figure of organisations.

    Attributes
    ----------
    code, statistic
        Indicator and statistic, as in the results table.
    name, question
        What it is called, and the question that it answers.
    unit
        ``times``, ``points`` or ``percent``.
    breaks
        Years in which the definition changed.
    organisations, nation
        Its rows of all years.
    of_year
        The organisations' rows of the report's year.
    """

    code: str
    statistic: str
    name: str
    question: str
    unit: str
    breaks: list[int]
    organisations: pd.DataFrame
    nation: pd.DataFrame
    of_year: pd.DataFrame

    @property
    def decimals(self) -> int:
        """Decimals in print."""
        return 2 if self.unit == "times" else 1

    @property
    def adverse_sign(self) -> int:
        """+1 where a figure above others is worse for BME staff, -1 where one below them is."""
        return definitions().indicators[self.code].adverse_sign


def measures(report: Slice) -> list[Measure]:
    """Every kind of figure that any organisation has published for the report's year, gaps first."""
    gaps = headlines(report.indicators)
    shares = report.indicators[report.indicators["statistic"].eq("percentage")]
    shares = where(shares, ethnicity=EVERYBODY)
    found = []
    for rows, statistic in ((gaps, None), (shares, "percentage")):
        for code, indicator in definitions().indicators.items():
            own = where(rows, indicator=code, **place(indicator))
            measure = _measure(report, own, code, indicator, statistic or indicator.gap)
            if measure.of_year["status"].eq("published").any():
                found.append(measure)
    return found


def _measure(report: Slice, rows: pd.DataFrame, code: str, indicator: Indicator, statistic: str) -> Measure:
    organisations = where(rows, level="organisation")
    share = statistic == "percentage"
    return Measure(
        code,
        statistic,
        f"{code} {indicator.name}{', all staff' if share else ''}",
        "What all who answered said, white and BME staff together; this is no gap."
        if share
        else indicator.question,
        "percent" if share else "times" if statistic == "relative_likelihood" else "points",
        [b.year for b in indicator.breaks if b.breaks_trend],
        organisations,
        where(rows, level="national"),
        where(organisations, year=report.year).sort_values("name", kind="stable"),
    )
