"""Rules of plausibility: figures that add up and yet are hardly true, against last year and against peers.

A warning here says "look again", not "wrong". What an organisation printed beside its counts belongs in
:mod:`.published`.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from wres.analysis.counts import people
from wres.definitions import definitions
from wres.statistics import two_groups
from wres.validate.rules import FIGURE, KEY, REPRESENTATION, Figures, Rule, base_indicators

LARGEST_JUMP, FEWEST_MORE = 0.25, 30
LARGEST_UNKNOWN, FEWEST_UNKNOWN = 0.10, 20
FEWEST_REPEATED = 200
FEWEST_SWAPPED, ALIKE, APART = 200, 0.08, 0.20
TIMES_TYPICAL, FEWEST_RATIOS, CONFIDENCE = 2.5, 5, 0.999


def _based(figures: Figures) -> pd.DataFrame:
    """Who could have been counted, where an indicator has people of its own."""
    rows = figures.headlines[figures.headlines["indicator"].isin(base_indicators())]
    known = rows["white_n"] + rows["bme_n"]
    return rows.assign(
        everybody=people(rows, part="n"), known=known, bme_share=rows["bme_n"] / known.where(known > 0)
    )


def _jumps(figures: Figures) -> pd.DataFrame:
    """Headcounts far from last year's, where no other organisation was taken over in between."""
    staff = _based(figures)
    both = figures.with_last_year(staff[staff["indicator"].eq(REPRESENTATION)], ["everybody"])
    both = both[~_took_over(both, figures.organisations)]
    low, high = (
        both[["everybody", "everybody_before"]].min(axis=1),
        both[["everybody", "everybody_before"]].max(axis=1),
    )
    wrong = both[(high > low * (1 + LARGEST_JUMP)) & (high - low > FEWEST_MORE)]
    counts = zip(wrong["everybody"], wrong["everybody_before"], strict=True)
    return figures.placed(wrong.assign(found=[f"a headcount of {n:,.0f} after {m:,.0f}" for n, m in counts]))


def _took_over(rows: pd.DataFrame, organisations: pd.DataFrame) -> pd.Series:
    """Whether another organisation closed into this one since the snapshot of the year before."""
    closed = organisations[organisations["successor"].ne("") & organisations["closed"].ne("")]
    day = pd.to_datetime(closed["closed"])
    first_year = day.dt.year + (day >= pd.to_datetime(day.dt.year.astype("str") + "-03-31"))
    found = pd.MultiIndex.from_arrays([closed["successor"], first_year])
    return pd.Series(
        pd.MultiIndex.from_frame(rows[["organisation_code", "year"]]).isin(found), index=rows.index
    )


def _many_unknown(figures: Figures) -> pd.DataFrame:
    """Shares of unknown among those whom the organisation counts itself, which are its own to mend."""
    kinds = {code: each.kind for code, each in definitions().indicators.items()}
    rows = _based(figures)
    rows = rows[rows["indicator"].map(kinds).ne("survey")]
    share = rows["unknown_n"] / rows["everybody"]
    wrong = rows.assign(share=share)[(share > LARGEST_UNKNOWN) & (rows["unknown_n"] > FEWEST_UNKNOWN)]
    return figures.placed(
        wrong.assign(found=[f"{share:.1%} of unknown ethnicity" for share in wrong["share"]])
    )


def _repeats(figures: Figures) -> pd.DataFrame:
    """Indicators of which every count is that of the year before."""
    now = figures.returns[[*KEY, "count"]]
    last = now.assign(year=now["year"] + 1)
    both = now.merge(last, on=KEY, how="outer", suffixes=("", "_before"))
    same = both.assign(differs=both["count"].ne(both["count_before"]))
    units = same.groupby(FIGURE, as_index=False).agg(differs=("differs", "any"), people=("count", "sum"))
    wrong = units[~units["differs"] & (units["people"] >= FEWEST_REPEATED)]
    return figures.placed(
        wrong.assign(found=[f"exactly the figures of {year - 1}" for year in wrong["year"]])
    )


def _out_of_range(figures: Figures) -> pd.DataFrame:
    """Ratios whose interval lies wholly beyond what is typical of the organisation's type."""
    known = definitions().indicators
    tables = [
        _ratios(figures.headlines, code, each.orientation.split("_over_"))
        for code, each in known.items()
        if each.kind == "likelihood"
    ]
    types = figures.organisations[["organisation_code", "type"]]
    ratios = pd.concat(tables, ignore_index=True).merge(types, on="organisation_code")
    finite = ratios[ratios["ratio"].gt(0) & np.isfinite(ratios["ratio"])]
    of_type = finite.groupby(["indicator", "type"])["ratio"]
    typical = of_type.agg(["median", "size"]).reset_index()
    both = ratios.merge(typical[typical["size"] >= FEWEST_RATIOS], on=["indicator", "type"])
    far = (both["lower"] > both["median"] * TIMES_TYPICAL) | (both["upper"] * TIMES_TYPICAL < both["median"])
    wrong = both[far]
    labels = {code: kind.plural for code, kind in definitions().organisation_types.items()}
    given = zip(wrong["ratio"], wrong["median"], wrong["type"].map(labels), strict=True)
    words = [
        f"a ratio of {ratio:.2f} where {median:.2f} is typical of {kind}" for ratio, median, kind in given
    ]
    return figures.placed(wrong.assign(found=words))


def _ratios(headlines: pd.DataFrame, code: str, groups: list[str]) -> pd.DataFrame:
    over, under = groups
    rows = headlines[headlines["indicator"].eq(code)]
    found = two_groups.ratio(
        rows[f"{over}_x"], rows[f"{over}_n"], rows[f"{under}_x"], rows[f"{under}_n"], confidence=CONFIDENCE
    )
    return rows[FIGURE].assign(ratio=found.estimate, lower=found.lower, upper=found.upper)


def _groups_swapped(figures: Figures) -> pd.DataFrame:
    """Indicators of which the white and BME people seem to have changed places since the year before."""
    both = figures.with_last_year(_based(figures), ["bme_share", "known"])
    now, before = both["bme_share"], both["bme_share_before"]
    swapped = ((now + before - 1).abs() < ALIKE) & ((now - before).abs() > APART)
    wrong = both[swapped & (both[["known", "known_before"]].min(axis=1) >= FEWEST_SWAPPED)]
    shares = zip(wrong["bme_share"], wrong["bme_share_before"], strict=True)
    return figures.placed(wrong.assign(found=[f"{now:.0%} BME people after {m:.0%}" for now, m in shares]))


ERRORS = (
    Rule(
        "groups-swapped",
        "error",
        "white and BME people who could have been counted, against the year before",
        "a BME share near last year's, not near last year's white share",
        "check whether the columns of white and BME people were swapped",
        _groups_swapped,
    ),
)
RULES = (
    Rule(
        "headcount-jump",
        "warning",
        "the headcount against the year before, where no organisation was taken over",
        f"a headcount within {LARGEST_JUMP:.0%} of last year's",
        "check what was counted; if it is right, say why in a data note",
        _jumps,
    ),
    Rule(
        "unknown-share",
        "warning",
        "people of unknown ethnicity among staff and among the shortlisted",
        f"at most {LARGEST_UNKNOWN:.0%} of unknown ethnicity",
        "ask people to state their ethnicity; the report prints what the unknown could change",
        _many_unknown,
    ),
    Rule(
        "repeat-of-last-year",
        "warning",
        "all counts of an indicator against the year before",
        "figures of this year",
        "check that this year's figures were sent",
        _repeats,
    ),
    Rule(
        "ratio-out-of-range",
        "warning",
        "the relative likelihoods of indicators 2 to 4 against organisations of the same type",
        f"a ratio within {TIMES_TYPICAL:g} times what is typical of the type, as far as chance can tell",
        "check the counts of both ethnic groups",
        _out_of_range,
    ),
)
