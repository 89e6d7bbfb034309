"""Numbers in words that people use: percentages, points, ratios, intervals, "1 in 4".

Which sentence they stand in belongs in :mod:`wres.report.narrative` and with each subject.
"""

from __future__ import annotations

import math

import pandas as pd

RATIOS = ("relative_likelihood", "relative_likelihood_mh", "disparity_ratio")
SMALL_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")


def count_word(number: int) -> str:
    """Spell out a small number."""
    return SMALL_NUMBERS[number] if 0 <= number < len(SMALL_NUMBERS) else f"{number:,}"


def percent(value: float) -> str:
    """A percentage with one decimal."""
    return f"{value:.1f}%"


def signed(value: float) -> str:
    """A number of points with one decimal and its sign, a true minus among them."""
    text = f"{abs(value):.1f}"
    if float(text) == 0:
        return "0.0"
    return f"{'+' if value > 0 else '−'}{text}"


def ratio(value: float) -> str:
    """A ratio with two decimals."""
    return "∞" if math.isinf(value) else f"{value:.2f}"


def times(value: float) -> str:
    """A ratio in a sentence: one decimal, and two where one would say that there is none."""
    return f"{value:.1f}" if f"{value:.1f}" != "1.0" else ratio(value)


def gap(row: pd.Series) -> str:
    """The gap in figures: points or times."""
    if row["statistic"] in RATIOS:
        return f"{ratio(row['value'])} times"
    return f"{signed(row['value'])} points"


def interval(row: pd.Series) -> str:
    """The interval in figures, or that there is none."""
    if pd.isna(row["lower"]):
        return "no interval"
    if row["statistic"] in RATIOS:
        upper = "no upper limit" if math.isinf(row["upper"]) else ratio(row["upper"])
        return f"{ratio(row['lower'])} to {upper}"
    return f"{signed(row['lower'])} to {signed(row['upper'])}"


def one_in(share: float) -> str:
    """A share in the policy's own words: 1 in 4, 6 in 10."""
    if share <= 0:
        return "none of the"
    if share > 0.95:
        return "all"
    if share > 0.36:
        return f"{round(10 * share)} in 10" if round(10 * share) != 5 else "1 in 2"
    return f"1 in {round(1 / share)}"


def points(value: float) -> str:
    """The size of a gap in points, without its sign."""
    size = abs(value)
    return f"{size:.0f} points" if size >= 2 else f"{size:.1f} points"


def p_value(value: float) -> str:
    """A p-value with three decimals."""
    return "below 0.001" if value < 0.001 else f"{value:.3f}"


def chance(probability: float) -> str:
    """A probability in words, without more digits than it has."""
    if probability < 0.01:
        return "less than 1 in 100"
    if probability > 0.99:
        return "more than 99 in 100"
    return f"about {100 * probability:.0f} in 100"


def in_sentence(name: str) -> str:
    """A name as it stands within a sentence, its abbreviations as they are."""
    return " ".join(word if word.isupper() else word.lower() for word in name.split())


def listed(parts: list[str]) -> str:
    """Join words as a list in a sentence."""
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"
