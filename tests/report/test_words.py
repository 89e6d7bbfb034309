import numpy as np
import pandas as pd
import pytest

from small_report import gap_row
from wres.report import words


@pytest.mark.parametrize(
    ("value", "text"), [(0, "0.0"), (0.04, "0.0"), (-0.04, "0.0"), (-7.72, "−7.7"), (5.12, "+5.1")]
)
def test_points_have_a_sign_and_a_true_minus(value: float, text: str) -> None:
    assert words.signed(value) == text


def test_numbers_in_words_and_figures() -> None:
    assert [words.count_word(n) for n in (0, 1, 9, 10, 1234)] == ["no", "one", "nine", "10", "1,234"]
    assert words.percent(18.94) == "18.9%"
    assert (words.ratio(1.834), words.ratio(np.inf)) == ("1.83", "∞")
    assert words.one_in(0.26) == "1 in 4"
    assert words.one_in(0.58) == "6 in 10"
    assert words.one_in(0.5) == "1 in 2"
    assert words.one_in(0.99) == "all"
    assert words.one_in(-0.1) == "none of the"


@pytest.mark.parametrize(
    ("value", "text"), [(1.31, "1.3"), (1.04, "1.04"), (0.96, "0.96"), (1.06, "1.1"), (2, "2.0")]
)
def test_a_ratio_in_a_sentence_never_looks_like_none(value: float, text: str) -> None:
    assert words.times(value) == text


def test_a_gap_and_its_interval_in_figures() -> None:
    ratio = pd.Series(gap_row("2", 1.834, lower=0.82, upper=np.inf))
    assert (words.gap(ratio), words.interval(ratio)) == ("1.83 times", "0.82 to no upper limit")
    points = pd.Series(gap_row("5", -7.72, lower=-10.04, upper=0.01))
    assert (words.gap(points), words.interval(points)) == ("−7.7 points", "−10.0 to 0.0")
    assert words.interval(pd.Series(gap_row("2", 3.2))) == "no interval"


def test_a_name_within_a_sentence_keeps_its_abbreviations() -> None:
    assert words.in_sentence("Non-mandatory training and CPD") == "non-mandatory training and CPD"
