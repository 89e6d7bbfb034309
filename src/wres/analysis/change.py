"""How each gap changed since the year before.

The change of a difference is a difference of differences, in points; the change of a relative likelihood is a
ratio of ratios. Years on two sides of a change of definition are never compared.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from wres import statistics
from wres.analysis.rows import published_where
from wres.analysis.texts import Texts, constant, labelled, stacked
from wres.definitions import definitions
from wres.params import StatisticsSettings
from wres.results import VERDICTS

LEADERSHIP = "1"
SERIES = ["level", "code", "indicator", "staff_group", "category", "statistic"]


def change_rows(gaps: pd.DataFrame, turnover: float, settings: StatisticsSettings) -> pd.DataFrame:
    """Rows of the statistic ``change`` for every gap that has a comparable figure of the year before.

    Parameters
    ----------
    gaps
        Rows of the indicators' own gap statistics with their intervals.
    turnover
        Share of posts that change hands in a year. Indicators 1 and 9 count largely the same people twice, so
        their interval is narrowed by the share retained; the note says so.
    settings
        Confidence of the publication.
    """
    earlier = gaps[[*SERIES, "year", "value", "lower", "upper", "p_value"]].assign(year=gaps["year"] + 1)
    both = gaps.merge(earlier, on=[*SERIES, "year"], suffixes=("", "_before"))
    figures = [f"{name}{suffix}" for name in ("value", "lower", "upper") for suffix in ("", "_before")]
    known = np.isfinite(both[figures].to_numpy()).all(axis=1)
    both = both.loc[known]
    rows = [
        _changes(part.assign(years=1), str(code), turnover, settings)
        for code, part in both.loc[_comparable(both)].groupby("indicator", observed=True)
    ]
    return stacked(rows) if rows else gaps.head(0)


def change_over_years_rows(
    protected: pd.DataFrame, turnover: float, settings: StatisticsSettings
) -> pd.DataFrame:
    """Rows of ``change_over_years``: how the leadership gap of each place changed from its first year to its last.

    Made from protected results, so that no hidden figure can be behind one. The policy's Table 1 covers three years;
    what is taken as retained shrinks with each.

    Parameters
    ----------
    protected
        Results after disclosure control.
    turnover, settings
        As for :func:`change_rows`.
    """
    known = definitions().indicators[LEADERSHIP]
    place = {"indicator": LEADERSHIP, "statistic": known.gap, **known.headline.model_dump()}
    gaps = protected[protected[list(place)].eq(list(place.values())).all(axis=1)]
    known_limits = np.isfinite(gaps[["value", "lower", "upper"]].to_numpy(float)).all(axis=1)
    gaps = gaps.loc[known_limits].sort_values("year")
    first = gaps.drop_duplicates(SERIES)[[*SERIES, "year", "value", "lower", "upper", "p_value"]]
    last = gaps.drop_duplicates(SERIES, keep="last")
    both = last.merge(first, on=SERIES, suffixes=("", "_before"))
    both = both[both["year"] > both["year_before"] + 1]
    both = both.assign(years=both["year"] - both["year_before"])
    rows = _changes(both, LEADERSHIP, turnover, settings)
    since = [f"since {year}; {note}" for year, note in zip(both["year_before"], rows["note"], strict=True)]
    method = "MOVER interval of the change since the first year"
    return labelled(rows.assign(note=since), statistic="change_over_years", method=method)


def _comparable(both: pd.DataFrame) -> pd.Series:
    across = pd.Series(data=False, index=both.index)
    for code, indicator in definitions().indicators.items():
        breaks = [b.year for b in indicator.breaks if b.breaks_trend]
        across |= both["indicator"].eq(code) & both["year"].isin(breaks)
    return ~across


def _changes(both: pd.DataFrame, code: str, turnover: float, settings: StatisticsSettings) -> pd.DataFrame:
    indicator = definitions().indicators[code]
    now, before = _contrast(both, ""), _contrast(both, "_before")
    ratio = indicator.gap == "relative_likelihood"
    stock = indicator.trend == "stock"
    retained = (1 - turnover) ** both["years"].to_numpy(float) if stock else np.zeros(len(both))
    if ratio:
        found = statistics.ratio_of_ratios(now, before, settings.confidence)
    else:
        found = statistics.difference_of_differences(now, before, retained, settings.confidence)
    none = 1.0 if ratio else 0.0
    worse = found.lower > none if indicator.adverse == "above" else found.upper < none
    better = found.upper < none if indicator.adverse == "above" else found.lower > none
    verdicts = np.select(
        [np.isnan(found.estimate), worse, better], ["not_tested", "adverse", "favourable"], "inconclusive"
    )
    rows = both[[*SERIES, "year", "name", "basis"]].assign(
        value=found.estimate,
        lower=found.lower,
        upper=found.upper,
        confidence=settings.confidence,
        p_value=found.p_value,
        verdict=pd.Categorical(verdicts, categories=VERDICTS),
        status=published_where(~np.isnan(found.estimate)),
        note=_retained_note(retained) if stock else constant("", len(both)),
    )
    return labelled(
        rows,
        statistic="change",
        ethnicity="",
        method="MOVER interval of the change since the year before",
        test="normal test of the same interval",
    )


def _contrast(both: pd.DataFrame, suffix: str) -> statistics.Contrast:
    value, lower, upper, p = (
        both[f"{name}{suffix}"].to_numpy(float) for name in ("value", "lower", "upper", "p_value")
    )
    return statistics.Contrast(value, lower, upper, p, np.full(len(both), ""))


def _retained_note(retained: npt.NDArray[np.float64]) -> Texts:
    """What is taken as retained of the people who are counted in both years."""
    shares, which = np.unique(retained, return_inverse=True)
    said = [f"the same people are counted in both years; {share:.1%} taken as retained" for share in shares]
    return pd.Categorical.from_codes(which, categories=pd.Index(said, dtype="str"))
