"""How each gap moved over the years.

Events and surveys (2 to 8) follow a quasi-binomial regression of the odds ratio on the year; stocks (1 and 9), whose
members are counted again and again, a random walk of the gap. A trend never crosses a change of definition, and an
organisation that merged has one series, its earlier years summed from its predecessors. The change from one year to
the next belongs in :mod:`wres.analysis.change`.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from wres import statistics
from wres.analysis.benchmark import Gaps, gaps_of
from wres.analysis.pool import Bools, Floats, Pool
from wres.analysis.two_groups import oriented
from wres.comparisons import conform
from wres.definitions import Indicator
from wres.params import StatisticsSettings

ENTITY = ["level", "code"]
ODDS = "quasi-binomial regression of the odds ratio on the year, t interval (McCullagh & Nelder 1989)"
WALK = "random walk with drift of the gap, t interval; the same people are counted every year"


def trend_rows(
    pool: Pool,
    public: pd.MultiIndex,
    indicator: Indicator,
    types: pd.Series,
    last_year: int,
    settings: StatisticsSettings,
) -> pd.DataFrame:
    """The trend of one indicator's headline for every entity.

    Parameters
    ----------
    pool
        The headline's entities of all years and levels.
    public
        Year, level and code of the figures that are published; a trend is shown only where all its years are.
    indicator
        Its definition.
    types
        Organisation type by organisation code: the organisations of one type are one family of tests.
    last_year
        The publication's year.
    settings
        Methods and thresholds of the publication.

    Returns
    -------
    DataFrame
        The comparison table ``trends``, but for the indicator.
    """
    comparable = [
        year for year in sorted(set(pool.entities["year"])) if indicator.comparable(last_year, year)
    ]
    run = pool.where(pool.entities["year"].isin(comparable))
    if run.entities.empty:
        return conform("trends", pd.DataFrame())
    entities = run.entities.assign(
        level=run.entities["level"].astype("str"), code=run.entities["code"].astype("str")
    )
    series = entities.groupby(ENTITY, sort=True)
    at = (series.ngroup().to_numpy(), entities["year"].to_numpy() - comparable[0])
    shape = (series.ngroups, comparable[-1] - comparable[0] + 1)
    found, measure, told = _moved(run, indicator, at, shape, settings)
    shown = pd.MultiIndex.from_frame(entities[["year", *ENTITY]]).isin(public)
    rows = _named(pd.DataFrame(list(series.groups), columns=ENTITY), told, comparable[0]).assign(
        measure=measure,
        **found,
        method=WALK if indicator.trend == "stock" else ODDS,
        status=np.where(_all_of(shown, at[0], shape[0]), "published", "suppressed"),
    )
    return conform("trends", _protected(_judged(rows, indicator, types, settings)))


def _moved(
    run: Pool,
    indicator: Indicator,
    at: tuple[np.ndarray, np.ndarray],
    shape: tuple[int, int],
    settings: StatisticsSettings,
) -> tuple[dict[str, Floats], str, Bools]:
    """Change a year with limits and p-value for each series, what it is measured in, and which years have a figure."""

    def laid_out(values: Floats) -> Floats:
        table = np.full(shape, np.nan)
        table[at] = values
        return table

    if indicator.trend == "stock":
        gaps = gaps_of(run, indicator, settings)
        assert isinstance(gaps, Gaps)  # noqa: S101  (tells the type checker)
        values = laid_out(gaps.value)
        walk = statistics.random_walk(values, confidence=settings.confidence)
        found = {"value": walk.drift, "lower": walk.lower, "upper": walk.upper, "p_value": walk.p_value}
        return found, "points a year", np.isfinite(values)
    x1, n1, x2, n2 = (laid_out(count) for count in oriented(run.entities, indicator))
    trend = statistics.odds_ratio_trend(x1, n1, x2, n2, confidence=settings.confidence)
    found = {"value": trend.estimate, "lower": trend.lower, "upper": trend.upper, "p_value": trend.p_value}
    return found, "odds ratio a year", np.isfinite(x1) & (n1 > 0) & (n2 > 0)


def _named(names: pd.DataFrame, told: Bools, first: int) -> pd.DataFrame:
    """Who each series is about, and its first and last year and number of years with a figure."""
    years, some = np.arange(told.shape[1]) + first, told.any(axis=1)
    return names.assign(
        first_year=np.where(some, years[told.argmax(axis=1)], first),
        last_year=np.where(some, years[::-1][told[:, ::-1].argmax(axis=1)], first),
        years=told.sum(axis=1),
        note="",
    )


def _all_of(shown: Bools, of_series: np.ndarray, size: int) -> Bools:
    return np.asarray(np.bincount(of_series, weights=~shown, minlength=size) == 0)


def _judged(
    rows: pd.DataFrame, indicator: Indicator, types: pd.Series, settings: StatisticsSettings
) -> pd.DataFrame:
    """Add q-values and verdicts: a trend is one only if the false discovery rate allows it."""
    organisation = rows["level"].eq("organisation")
    family = rows["code"].map(types).where(organisation, rows["level"]).fillna("").to_numpy()
    p = rows["p_value"].to_numpy(float)
    q = statistics.benjamini_hochberg(np.where(organisation, p, np.nan), family)
    none = 0.0 if indicator.trend == "stock" else 1.0
    clear = (p < 1 - settings.confidence) & (~organisation.to_numpy() | (q <= settings.fdr))
    up = indicator.adverse_sign * (rows["value"].to_numpy(float) - none) > 0
    verdict = np.select(
        [np.isnan(p), clear & up, clear], ["too_few_years", "worse", "better"], "no_clear_change"
    )
    return rows.assign(q_value=q, verdict=verdict)


def _protected(rows: pd.DataFrame) -> pd.DataFrame:
    hidden = rows["status"].eq("suppressed")
    rows.loc[hidden, ["value", "lower", "upper", "p_value", "q_value"]] = np.nan
    return rows.assign(verdict=rows["verdict"].mask(hidden, ""))
