"""Indicators from percentages that were published without all their counts.

A percentage with its base allows every count that rounds to it, and the interval printed is the widest over
those counts with the largest p-value. Without a base there is no interval and no test, and the row says why.
Percentages can't be added up, so nothing here is summed over organisations.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from itertools import product

import numpy as np
import pandas as pd

from wres import statistics
from wres.analysis.counts import GROUPS, KEY, people
from wres.analysis.pool import Floats
from wres.analysis.rows import INTERVALS, with_verdicts
from wres.analysis.texts import merge_notes
from wres.analysis.union import union_rows
from wres.definitions import NATION, Indicator, definitions
from wres.params import StatisticsSettings
from wres.results import conform

NO_BASE = "no interval: published as a percentage without its base"
WEIGHTED = "weighted percentage, interval from its unweighted base and so somewhat too narrow"
FIXED_SHARE = "the workforce share was published without its base and is taken as exact"
DERIVED_BASE = "base derived from the count and the rounded percentage"


def published_rows(
    percentages: pd.DataFrame,
    counts: pd.DataFrame,
    organisations: pd.DataFrame,
    settings: StatisticsSettings,
) -> pd.DataFrame:
    """Rows of every indicator that is known from published percentages and not from counts.

    Parameters
    ----------
    percentages
        Tidy percentages without what is withheld.
    counts
        Count table; an organisation's counts go before its percentages.
    organisations
        The organisations table.
    settings
        Methods and thresholds of the publication.
    """
    if percentages.empty:
        return conform(pd.DataFrame())
    every = pd.concat([_shares_of_counts(counts), _shares(percentages)], ignore_index=True)
    every = every.drop_duplicates([*KEY, "ethnicity"], keep="first")
    types = organisations.set_index("organisation_code")["type"]
    of_shares = _percentages(every[every["published"]], settings)
    rows = [of_shares]
    for code, indicator in definitions().indicators.items():
        rows.append(union_rows(of_shares[of_shares["indicator"].eq(code)], indicator))
        shares = every[every["indicator"].eq(code)]
        if indicator.denominator == "all":
            gaps = _workforce_gaps(shares, every, indicator, settings)
        else:
            gaps = _two_group_gaps(shares, indicator, settings)
        rows.append(_judged(gaps[gaps["published"]], indicator, types, organisations, settings))
    return _at_level(pd.concat(rows, ignore_index=True), organisations)


def _judged(
    gaps: pd.DataFrame,
    indicator: Indicator,
    types: pd.Series,
    organisations: pd.DataFrame,
    settings: StatisticsSettings,
) -> pd.DataFrame:
    if gaps.empty:
        return gaps
    return with_verdicts(_at_level(gaps, organisations), types, indicator.adverse_sign, settings)


def _shares(percentages: pd.DataFrame) -> pd.DataFrame:
    """Each percentage with the counts that could have given it."""
    value = percentages["percentage"].to_numpy(float)
    count = percentages["count"].to_numpy(float, na_value=np.nan)
    base = percentages["base"].to_numpy(float, na_value=np.nan)
    counted = ~np.isnan(count)
    derived = counted & np.isnan(base) & (value > 0)
    n = np.where(derived, np.round(100 * count / np.where(value > 0, value, 1)), base)
    feasible = statistics.feasible_interval(value, n, percentages["decimals"].to_numpy(int))
    weighted = ~counted & ~np.isnan(n) & np.isnan(feasible.x_lowest)
    notes = np.select([derived, weighted, np.isnan(n)], [DERIVED_BASE, WEIGHTED, NO_BASE], "")
    exact = counted & ~np.isnan(base)
    lowest, highest = (
        np.where(weighted, n * value / 100, x) for x in (feasible.x_lowest, feasible.x_highest)
    )
    return percentages[[*KEY, "ethnicity"]].assign(
        value=np.where(exact & (n > 0), 100 * count / np.where(n > 0, n, 1), value),
        x_low=np.where(counted, count, lowest),
        x_high=np.where(counted, count, highest),
        n=n,
        note=[merge_notes(own, found) for own, found in zip(percentages["note"], notes, strict=True)],
        published=True,
    )


def _shares_of_counts(counts: pd.DataFrame) -> pd.DataFrame:
    """Shares of the workforce and the board from counts, for gaps between a count and a percentage."""
    known = counts[counts["indicator"].isin(["1", "9"]) & (people(counts) > 0)]
    everybody = people(known)
    shares = [
        known[KEY].assign(
            ethnicity=group,
            value=100 * people(known, (group,)) / everybody,
            x_low=people(known, (group,)),
            x_high=people(known, (group,)),
            n=everybody,
            note="",
            published=False,
        )
        for group in GROUPS
    ]
    return pd.concat(shares, ignore_index=True)


def _percentages(shares: pd.DataFrame, settings: StatisticsSettings) -> pd.DataFrame:
    n, low, high = (shares[name].to_numpy(float) for name in ("n", "x_low", "x_high"))
    exact = (low == high) & (low == np.round(low))
    return shares[[*KEY, "ethnicity"]].assign(
        statistic="percentage",
        value=shares["value"],
        lower=100 * statistics.wilson(low, n, settings.confidence).lower,
        upper=100 * statistics.wilson(high, n, settings.confidence).upper,
        confidence=settings.confidence,
        numerator=np.where(exact, low, np.nan),
        denominator=n,
        method=np.where(
            np.isnan(n), "", np.where(exact, "Wilson interval", "widest feasible Wilson interval")
        ),
        basis="percentages",
        status="published",
        note=shares["note"],
    )


def _two_group_gaps(shares: pd.DataFrame, indicator: Indicator, settings: StatisticsSettings) -> pd.DataFrame:
    """White against BME people: indicators 2 to 8."""
    white, bme = (shares[shares["ethnicity"].eq(group)] for group in ("white", "bme"))
    pairs = white.merge(bme, on=KEY, suffixes=("_white", "_bme"))
    ratio = indicator.gap == "relative_likelihood"
    white_first = indicator.orientation == "white_over_bme"
    first, second = ("white", "bme") if white_first else ("bme", "white")
    method = settings.ratio_method if ratio else settings.difference_method
    compare = statistics.ratio if ratio else statistics.difference
    top, bottom = pairs[f"value_{first}"], pairs[f"value_{second}"]
    counted = {group: _exact(pairs, group) for group in ("white", "bme")}
    return _gaps(
        pairs,
        (first, second),
        partial(compare, method=method, confidence=settings.confidence),
        settings,
        statistic=indicator.gap,
        value=top / bottom if ratio else top - bottom,
        interval=INTERVALS[method],
        scale=1 if ratio else 100,
    ).assign(
        white_numerator=counted["white"],
        white_denominator=pairs["n_white"],
        bme_numerator=counted["bme"],
        bme_denominator=pairs["n_bme"],
        people_equivalent=counted["bme"] - pairs["n_bme"] * counted["white"] / pairs["n_white"],
    )


def _workforce_gaps(
    shares: pd.DataFrame, every: pd.DataFrame, indicator: Indicator, settings: StatisticsSettings
) -> pd.DataFrame:
    """BME share of a band or the board against that of the workforce: indicators 1 and 9."""
    bme = every[every["ethnicity"].eq("bme")]
    whole = bme["indicator"].eq("1") & bme["staff_group"].eq("all") & bme["category"].eq("")
    part = shares[shares["ethnicity"].eq("bme")]
    if indicator.kind == "representation":
        part = part[part["staff_group"].ne("all") | part["category"].ne("")]
    on = ["year", "organisation_code"]
    columns = [*on, "value", "x_low", "x_high", "n", "note", "published"]
    pairs = part.merge(bme.loc[whole, columns], on=on, suffixes=("_part", "_whole"))
    overlapping = indicator.kind == "representation"
    compare = _part_of_whole if overlapping else statistics.difference
    gaps = _gaps(
        pairs,
        ("part", "whole"),
        partial(compare, method=settings.difference_method, confidence=settings.confidence),
        settings,
        statistic="difference",
        value=pairs["value_part"] - pairs["value_whole"],
        interval=INTERVALS[settings.difference_method],
        scale=100,
    ).assign(
        numerator=_exact(pairs, "part"),
        denominator=pairs["n_part"],
        people_equivalent=_exact(pairs, "part") - pairs["n_part"] * pairs["value_whole"] / 100,
    )
    return gaps if overlapping else _against_fixed_share(gaps, pairs, settings)


def _against_fixed_share(
    gaps: pd.DataFrame, pairs: pd.DataFrame, settings: StatisticsSettings
) -> pd.DataFrame:
    """A board that was counted against a workforce share that was published without its base."""
    fixed = (gaps["lower"].isna() & gaps["numerator"].notna() & pairs["n_whole"].isna()).to_numpy()
    x, n = gaps.loc[fixed, "numerator"].to_numpy(float), gaps.loc[fixed, "denominator"].to_numpy(float)
    share = pairs.loc[fixed, "value_whole"].to_numpy(float)
    limits = statistics.wilson(x, n, settings.confidence)
    gaps.loc[fixed, "lower"] = 100 * limits.lower - share
    gaps.loc[fixed, "upper"] = 100 * limits.upper - share
    gaps.loc[fixed, "p_value"] = statistics.binomial_midp(x, n, share / 100).p_value
    gaps.loc[fixed, "method"] = "Wilson interval of the board's share"
    gaps.loc[fixed, "test"] = "binomial mid-p test"
    gaps.loc[fixed, "note"] = FIXED_SHARE
    return gaps


def _part_of_whole(
    x: Floats, n: Floats, x_whole: Floats, n_whole: Floats, method: str, confidence: float
) -> statistics.Contrast:
    found = statistics.part_of_whole(
        x, n, x_whole, n_whole, method=method, confidence=confidence, ratio_method="scas"
    )
    return found.gap


def _gaps(
    pairs: pd.DataFrame,
    sides: tuple[str, str],
    compare: Callable[[Floats, Floats, Floats, Floats], statistics.Contrast],
    settings: StatisticsSettings,
    *,
    statistic: str,
    value: pd.Series,
    interval: str,
    scale: int,
) -> pd.DataFrame:
    lower, upper, p = _widest(pairs, sides, compare)
    known = ~np.isnan(lower)
    notes = zip(pairs[f"note_{sides[0]}"], pairs[f"note_{sides[1]}"], strict=True)
    return pairs[KEY].assign(
        statistic=statistic,
        ethnicity="",
        value=value,
        lower=scale * lower,
        upper=scale * upper,
        confidence=settings.confidence,
        method=np.where(known, interval, ""),
        test=np.where(known, "score test; largest p-value that the rounding allows", ""),
        p_value=p,
        basis="percentages",
        status=np.where(np.isfinite(value), "published", "insufficient"),
        note=[merge_notes(*both) for both in notes],
        sparse=False,
        cannot_be_significant=False,
        published=pairs[f"published_{sides[0]}"] | pairs[f"published_{sides[1]}"],
    )


def _widest(
    pairs: pd.DataFrame,
    sides: tuple[str, str],
    compare: Callable[[Floats, Floats, Floats, Floats], statistics.Contrast],
) -> tuple[Floats, Floats, Floats]:
    """Widest interval and largest p-value over the corners of the counts that rounding allows."""
    bases = [pairs[f"n_{side}"].to_numpy(float) for side in sides]
    corners = [
        compare(
            pairs[f"{low}_{sides[0]}"].to_numpy(float),
            bases[0],
            pairs[f"{high}_{sides[1]}"].to_numpy(float),
            bases[1],
        )
        for low, high in product(("x_low", "x_high"), repeat=2)
    ]
    lower = np.min([corner.lower for corner in corners], axis=0)
    upper = np.max([corner.upper for corner in corners], axis=0)
    return lower, upper, np.max([corner.p_value for corner in corners], axis=0)


def _exact(pairs: pd.DataFrame, side: str) -> pd.Series:
    """The count, where rounding leaves only one possible."""
    low, high = pairs[f"x_low_{side}"], pairs[f"x_high_{side}"]
    return low.where(low.eq(high) & low.eq(low.round()))


def _at_level(rows: pd.DataFrame, organisations: pd.DataFrame) -> pd.DataFrame:
    """Name the organisation, region or nation that each row is about."""
    regions = {NATION: "England", **definitions().regions}
    names = {**organisations.set_index("organisation_code")["organisation"], **regions}
    code = rows["organisation_code"]
    level = np.where(code.eq(NATION), "national", np.where(code.isin(regions), "region", "organisation"))
    return rows.assign(level=level, code=code, name=code.map(names))
