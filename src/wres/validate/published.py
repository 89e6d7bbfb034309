"""Rules of the faults seen in published returns: what an organisation printed against what its figures give.

Shares are taken from counts, else from published percentages, else from the first place that printed them; ratios
and differences follow from shares. Every figure stands for all values that round to it, so that nothing is called
wrong for its digits alone. Nothing is published from what was printed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np
import numpy.typing as npt
import pandas as pd

from wres.analysis.counts import GROUPS, people
from wres.collect.faults import Row
from wres.definitions import definitions
from wres.validate.rules import CELL, FIGURE, REPRESENTATION, Figures, Rule

Floats = npt.NDArray[np.float64]
Span = tuple[Floats, Floats]

PLACE = [*FIGURE, "staff_group", "category"]
SHARE = [*CELL, "low", "high", "origin"]
COUNTS, PERCENTAGES, PRINTED = "what was counted", "the published percentage", "what was printed first"
LARGEST_RATIO = 20
TOLERANCE = 1e-9
OTHER = {"white": "bme", "bme": "white"}
WORDS = {
    "percentage": "a percentage",
    "difference": "a difference",
    "relative_likelihood": "a ratio",
    "workforce_percentage": "a workforce share",
}


@dataclass(frozen=True)
class Slip:
    """A known way to print a figure wrongly: ``undone`` gives the values that were meant."""

    rule: str
    statistics: tuple[str, ...]
    undone: Callable[[Floats, Floats], Span]


def _around(value: Floats, half: Floats) -> Span:
    return value - half, value + half


def _turned_over(value: Floats, half: Floats) -> Span:
    """What was turned over was often rounded before and after, so that it is known to a whole digit only."""
    least = np.maximum(value - 2 * half, 0)
    return 1 / (value + 2 * half), 1 / least


SLIPS = (
    Slip(
        "ratio-as-percentage", ("relative_likelihood",), lambda value, half: _around(value / 100, half / 100)
    ),
    Slip("ratio-upside-down", ("relative_likelihood",), _turned_over),
    Slip("difference-without-sign", ("difference",), lambda value, half: _around(-value, half)),
)
OTHERWISE = {
    "percentage": "percentage-not-from-counts",
    "workforce_percentage": "another-workforce-share",
    "difference": "result-not-from-shares",
    "relative_likelihood": "result-not-from-shares",
}


def _meets(one: Span, other: Span) -> npt.NDArray[np.bool_]:
    """Whether values lie among others; spans of rounded values that merely touch have none in common."""
    slack = np.where(other[1] > other[0], -TOLERANCE, TOLERANCE)
    return np.asarray((one[0] <= other[1] + slack) & (other[0] <= one[1] + slack))


def _rounded(table: pd.DataFrame, value: str) -> Span:
    half = 0.5 * 10.0 ** -table["decimals"].to_numpy(float)
    return _around(table[value].to_numpy(float), half)


def shares(figures: Figures) -> pd.DataFrame:
    """What each share is known to be.

    Returns
    -------
    DataFrame
        Columns of ``SHARE``: shares from 0 to 100 lie between ``low`` and ``high``.
    """
    printed = figures.printed[figures.printed["statistic"].eq("percentage")]
    low, high = _rounded(printed, "value")
    tables = [
        _counted(figures.counts),
        _published(figures.percentages),
        printed.assign(low=low, high=high, origin=PRINTED),
    ]
    return pd.concat([table[SHARE] for table in tables], ignore_index=True).drop_duplicates(CELL)


def _counted(counts: pd.DataFrame) -> pd.DataFrame:
    """Shares from counts: of the band or the board, or of those who could have been counted."""
    of_all = counts["indicator"].map(
        {code: i.denominator == "all" for code, i in definitions().indicators.items()}
    )
    everybody = people(counts)
    tables = []
    for group in GROUPS:
        base = np.where(of_all, everybody, counts[f"{group}_n"])
        share: pd.Series = 100 * counts[f"{group}_x"] / np.where(base > 0, base, np.nan)
        tables.append(counts[PLACE].assign(ethnicity=group, low=share, high=share, origin=COUNTS))
    return pd.concat(tables).dropna(subset="low")


def _published(percentages: pd.DataFrame) -> pd.DataFrame:
    """Shares from published percentages, exact where their own counts are known."""
    base = percentages["base"].astype(float)
    exact = (100 * percentages["count"].astype(float) / base.where(base > 0)).to_numpy()
    low, high = (np.where(np.isnan(exact), end, exact) for end in _rounded(percentages, "percentage"))
    return percentages.assign(low=low, high=high, origin=PERCENTAGES)


def claims(figures: Figures) -> pd.DataFrame:
    """Everything that was printed or published as a result, beside the values that its figures give.

    Returns
    -------
    DataFrame
        Rows of ``printed`` and ``percentages`` with ``low`` and ``high``, NaN where nothing gives them, and
        ``origin``: what they rest on.
    """
    percentages = figures.percentages.rename(columns={"percentage": "value"})
    columns = [*CELL, "statistic", "place", "value", "decimals", "file", "row"]
    tables = [percentages.assign(statistic="percentage", place="")[columns], figures.printed[columns]]
    table = pd.concat(tables, ignore_index=True)
    known = shares(figures)
    parts = [
        _given(rows.reset_index(drop=True), str(statistic), known)
        for statistic, rows in table.groupby("statistic")
    ]
    return pd.concat(parts, ignore_index=True) if parts else table.assign(low=np.nan, high=np.nan, origin="")


def _given(rows: pd.DataFrame, statistic: str, known: pd.DataFrame) -> pd.DataFrame:
    """Claims of one statistic beside the values that shares give, else those of the first place that printed it."""
    match statistic:
        case "percentage":
            found = _share(rows, known)
        case "workforce_percentage":
            found = _share(_of_workforce(rows), known)
        case "difference":
            found = _difference(rows, known)
        case _:
            found = _ratio(rows, known)
    low, high = _rounded(rows, "value")
    elsewhere = (
        rows.assign(low=low, high=high).groupby([*CELL, "statistic"])[["low", "high"]].transform("first")
    )
    absurd = (statistic == "relative_likelihood") & (elsewhere["low"] > LARGEST_RATIO)
    elsewhere = elsewhere.assign(
        low=elsewhere["low"].mask(absurd, 0), high=elsewhere["high"].mask(absurd, LARGEST_RATIO)
    )
    return rows.assign(
        low=found["low"].fillna(elsewhere["low"]),
        high=found["high"].fillna(elsewhere["high"]),
        origin=found["origin"].where(found["low"].notna(), PRINTED),
    )


def _share(rows: pd.DataFrame, known: pd.DataFrame) -> pd.DataFrame:
    return rows[CELL].merge(known, on=CELL, how="left")[["low", "high", "origin"]]


def _of_workforce(rows: pd.DataFrame) -> pd.DataFrame:
    return rows.assign(indicator=REPRESENTATION, staff_group="all", category="")


def _difference(rows: pd.DataFrame, known: pd.DataFrame) -> pd.DataFrame:
    """BME minus white people's share of a survey's answers; else BME share minus that of the workforce."""
    survey = rows["indicator"].map(
        {code: each.kind == "survey" for code, each in definitions().indicators.items()}
    )
    bme = rows.assign(ethnicity="bme")
    others = pd.concat([rows.assign(ethnicity="white")[survey], _of_workforce(bme)[~survey]]).loc[rows.index]
    one, other = _share(bme, known), _share(others, known)
    return _together(one, other, one["low"] - other["high"], one["high"] - other["low"])


def _ratio(rows: pd.DataFrame, known: pd.DataFrame) -> pd.DataFrame:
    """The share of one ethnic group over that of the other, as the indicator has it."""
    indicators = definitions().indicators
    ways = rows["indicator"].map(
        {code: each.orientation.partition("_over_")[::2] for code, each in indicators.items()}
    )
    over, under = (_share(rows.assign(ethnicity=ways.str[end]), known) for end in (0, 1))
    low = over["low"].clip(lower=0) / under["high"]
    high = over["high"] / under["low"].where(under["low"] > 0)
    high = high.mask(under["low"].le(0) & over["high"].gt(0), np.inf)
    return _together(over, under, low, high)


def _together(one: pd.DataFrame, other: pd.DataFrame, low: pd.Series, high: pd.Series) -> pd.DataFrame:
    """A result of two shares, which rests on the weaker of the two."""
    strength = [COUNTS, PERCENTAGES, PRINTED]
    weaker = np.where(
        one["origin"].map(strength.index, na_action="ignore")
        > other["origin"].map(strength.index, na_action="ignore"),
        one["origin"],
        other["origin"],
    )
    return pd.DataFrame({"low": low, "high": high, "origin": weaker})


def _judged(figures: Figures) -> pd.DataFrame:
    """Claims that don't follow from their figures, each with the rule that it breaks."""
    table = claims(figures)
    value, half = table["value"].to_numpy(), 0.5 * 10.0 ** -table["decimals"].to_numpy(float)
    given = (table["low"].to_numpy(float), table["high"].to_numpy(float))
    rule = (
        table["statistic"]
        .map(OTHERWISE)
        .mask(table["origin"].eq(PRINTED), "places-contradict")
        .to_numpy(object)
    )
    with np.errstate(divide="ignore"):
        for slip in reversed(SLIPS):
            meant = _meets(slip.undone(value, half), given) & table["statistic"].isin(slip.statistics)
            rule = np.where(meant, slip.rule, rule)
    rule = np.where(_swapped(table, (value - half, value + half), figures), "columns-swapped", rule)
    rule = np.where(_cut_off(value, half, given), "truncated", rule)
    wrong = ~_meets(_around(value, half), given) & table["low"].notna().to_numpy()
    judged = table.assign(rule=rule)[wrong]
    return judged.assign(found=[_in_words(row) for row in judged.to_dict("records")])


def _cut_off(value: Floats, half: Floats, given: Span) -> npt.NDArray[np.bool_]:
    """Whether digits were cut off a result that is known exactly."""
    rest = np.abs(given[0]) - np.abs(value)
    toward_zero = (rest > 0) & (rest < 2 * half - TOLERANCE) & (value * given[0] >= 0)
    return np.asarray(toward_zero & (given[0] == given[1]))


def _swapped(table: pd.DataFrame, printed: Span, figures: Figures) -> npt.NDArray[np.bool_]:
    """Whether a percentage is that of the other ethnic group."""
    other = table.assign(ethnicity=table["ethnicity"].map(OTHER).fillna(""))
    theirs = _share(other, shares(figures))
    span = (theirs["low"].to_numpy(float), theirs["high"].to_numpy(float))
    return np.asarray(_meets(printed, span) & table["statistic"].eq("percentage"))


def _in_words(row: Row) -> str:
    whose = {"white": "white people", "bme": "BME people"}.get(row["ethnicity"], "")
    what = WORDS[row["statistic"]] + (f" of {whose}" if whose else "")
    where = f" ({row['place']})" if row["place"] else ""
    digits = row["decimals"] + 2
    ends = dict.fromkeys(f"{row[end]:.{digits}f}".rstrip("0").rstrip(".") for end in ("low", "high"))
    return f"{what} of {row['value']:g}{where} where {row['origin']} gives {' to '.join(ends)}"


def _broken(figures: Figures, rule: str) -> pd.DataFrame:
    """The claims that break a rule; two ethnic groups of one place that were swapped are one fault."""
    wrong = figures.once(_judged)
    wrong = wrong[wrong["rule"].eq(rule)]
    return wrong.drop_duplicates([*PLACE, "place"]) if rule == "columns-swapped" else wrong


def _rule(name: str, looks_at: str, expected: str, mend: str) -> Rule:
    return Rule(name, "warning", looks_at, expected, mend, partial(_broken, rule=name))


RULES = (
    _rule(
        "columns-swapped",
        "printed percentages of white and BME people",
        "each group's own percentage",
        "swap the columns where they were printed, or the counts if it is they that are swapped",
    ),
    _rule(
        "ratio-as-percentage",
        "printed relative likelihoods",
        "a ratio, such as 1.50",
        "divide by 100 where it was printed",
    ),
    _rule(
        "ratio-upside-down",
        "printed relative likelihoods",
        "white over BME for indicators 2 and 4, BME over white for 3",
        "turn the ratio over where it was printed",
    ),
    _rule(
        "difference-without-sign",
        "printed differences",
        "a minus where the BME share is the smaller",
        "print the sign",
    ),
    _rule(
        "truncated",
        "printed ratios, differences and percentages",
        "a rounded figure",
        "round to the nearest digit; nothing was added or lost but that",
    ),
    _rule(
        "percentage-not-from-counts",
        "printed and published percentages, and their counts",
        "the percentage that the counts give",
        "check the percentage and the counts; the counts are used",
    ),
    _rule(
        "another-workforce-share",
        "the workforce share that is printed for indicator 9",
        "the share of indicator 1",
        "use one share of the workforce for both indicators",
    ),
    _rule(
        "result-not-from-shares",
        "printed ratios and differences",
        "the result that the figures give",
        "check the result and the figures; the figures are used",
    ),
    _rule(
        "places-contradict",
        "results that are printed in several places",
        "the same in every place",
        "correct one of the places",
    ),
)
