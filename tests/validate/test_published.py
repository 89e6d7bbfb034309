"""Rules of published faults: the cases that were really published, the nearest that aren't faults, and digits."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from small_collection import Row, collection, groups, lines, printed, problems, rules, share
from wres.collect import collect
from wres.params import load_publication
from wres.validate import validate
from wres.validate.published import RULES

PARAMS = Path(__file__).parents[2] / "params"
RATIO = "relative_likelihood"
APPOINTED = groups("2", "shortlisted", 1_000, 400) + groups("2", "appointed", 150, 40)  # 15 % and 10 %: 1.5
SURVEY = groups("5", "respondents", 1_000, 400) + groups("5", "answered_yes", 221, 130)  # 22.1 % and 32.5 %
STAFF = groups("1", "headcount", 700, 250, 50)
BOARD = groups("9", "board_members", 12, 2)  # 14.29 % of 14; 25 % of the workforce


@pytest.mark.parametrize(
    ("rows", "result", "rule"),
    [
        (APPOINTED, printed("2", RATIO, "1.50"), ""),
        (APPOINTED, printed("2", RATIO, "1.5"), ""),
        (APPOINTED, printed("2", RATIO, "150"), "ratio-as-percentage"),
        (APPOINTED, printed("2", RATIO, "0.67"), "ratio-upside-down"),
        (APPOINTED, printed("2", RATIO, "1.51"), "result-not-from-shares"),
        (APPOINTED, printed("2", "percentage", "15.0", "white"), ""),
        (APPOINTED, printed("2", "percentage", "10", "white"), "columns-swapped"),
        (APPOINTED, printed("2", "percentage", "12", "white"), "percentage-not-from-counts"),
        (SURVEY, printed("5", "difference", "10.4"), ""),
        (SURVEY, printed("5", "difference", "-10.4"), "difference-without-sign"),
        (SURVEY, printed("5", "difference", "9.0"), "result-not-from-shares"),
        (SURVEY, printed("5", "percentage", "32", "bme"), ""),
        (SURVEY, printed("5", "percentage", "22", "bme"), "columns-swapped"),
        (STAFF + BOARD, printed("9", "difference", "-10.7"), ""),
        (STAFF + BOARD, printed("9", "difference", "10.7"), "difference-without-sign"),
        (STAFF + BOARD, printed("9", "percentage", "14.3", "bme"), ""),
        (STAFF + BOARD, printed("9", "percentage", "14.2", "bme"), "truncated"),
        (STAFF + BOARD, printed("9", "workforce_percentage", "25.0", "bme"), ""),
        (STAFF + BOARD, printed("9", "workforce_percentage", "24", "bme"), "another-workforce-share"),
        ([], printed("2", RATIO, "150"), "ratio-as-percentage"),
        ([], printed("2", RATIO, "15"), ""),
    ],
)
def test_what_was_printed_against_counts(rows: list[Row], result: Row, rule: str) -> None:
    received = collection(rows, printed=[result])
    assert [each for each in rules(received) if each in {known.name for known in RULES}] == [rule] * bool(
        rule
    )


def test_the_words_of_a_printed_fault() -> None:
    received = collection(APPOINTED, printed=[printed("2", RATIO, "0.67", place="page 4")])
    assert lines(received) == [
        "warning: printed.csv, row 2 (RXX, 2025, indicator 2): found a ratio of 0.67 (page 4) where what was counted "
        "gives 1.5; expected white over BME for indicators 2 and 4, BME over white for 3; turn the ratio over where "
        "it was printed"
    ]


def test_both_groups_swapped_is_one_fault() -> None:
    swapped = [printed("5", "percentage", "32.5", "white"), printed("5", "percentage", "22.1", "bme")]
    assert rules(collection(SURVEY, printed=swapped)) == ["columns-swapped"]


def test_places_that_contradict_each_other() -> None:
    places = [
        printed("3", RATIO, ratio, place=name) for ratio, name in (("1.8", "summary"), ("1.7", "page 3"))
    ]
    assert rules(collection(printed=places)) == ["places-contradict"]
    assert rules(collection(printed=[places[0], (*places[0][:7], "page 3", *places[0][8:])])) == []


def test_a_ratio_of_two_published_percentages_is_known_as_far_as_its_digits() -> None:
    """The Christie printed 46.99 % and 14.65 % appointed, and a ratio of 3.2."""
    shares = [
        (2025, "RXX", "2", "appointed", "all", "", group, percentage, None, None, 2)
        for group, percentage in (("white", 46.99), ("bme", 14.65))
    ]
    assert rules(collection(percentages=shares, printed=[printed("2", RATIO, "3.2")])) == []
    assert rules(collection(percentages=shares, printed=[printed("2", RATIO, "3.3")])) == [
        "result-not-from-shares"
    ]


def test_percentage_that_its_counts_do_not_give() -> None:
    """Gloucestershire CCG printed 11 of 220 as 4.4 %."""
    assert lines(collection(percentages=[share(4.4, 11, 220)])) == [
        "warning: percentages.csv, row 2 (RXX, 2025, indicator 5): found a percentage of BME people of 4.4 where the "
        "published percentage gives 5; expected the percentage that the counts give; check the percentage and the "
        "counts; the counts are used"
    ]


@pytest.mark.parametrize(("percentage", "expected"), [(12.2, []), (12.1, ["truncated"])])
def test_percentage_to_the_digits_that_are_printed(percentage: float, expected: list[str]) -> None:
    """5 of 41 is 12.195 %."""
    assert rules(collection(percentages=[share(percentage, 5, 41)])) == expected


def test_faults_in_what_four_organisations_published() -> None:
    """Kent and Medway, Gloucestershire and Leeds and York; each fault can be seen in the sources named there."""
    published = load_publication(PARAMS / "published.yml")
    every = validate(collect(published), published).problems
    names = {rule.name for rule in RULES}
    found = {(p.rule, p.organisation_code, p.year, p.indicator) for p in every if p.rule in names}
    assert found == {
        *(("columns-swapped", "RXY", 2020, indicator) for indicator in "5678"),
        ("result-not-from-shares", "RXY", 2020, "3"),
        ("another-workforce-share", "RXY", 2020, "9"),
        ("difference-without-sign", "RGD", 2025, "9"),
        ("truncated", "11M", 2019, "1"),
        ("truncated", "11M", 2020, "1"),
    }


@settings(max_examples=25, deadline=None)
@given(
    white=st.tuples(st.integers(1, 400), st.integers(400, 5_000)),
    bme=st.tuples(st.integers(1, 400), st.integers(400, 5_000)),
    decimals=st.integers(0, 3),
)
def test_what_is_rounded_rightly_is_never_a_fault(
    white: tuple[int, int], bme: tuple[int, int], decimals: int
) -> None:
    rows = groups("2", "shortlisted", white[1], bme[1]) + groups("2", "appointed", white[0], bme[0])
    rates = [x / n for x, n in (white, bme)]
    results = [
        printed("2", RATIO, f"{rates[0] / rates[1]:.{decimals}f}"),
        printed("2", "percentage", f"{100 * rates[0]:.{decimals}f}", "white"),
        printed("2", "percentage", f"{100 * rates[1]:.{decimals}f}", "bme"),
    ]
    received = collection(rows, printed=results)
    assert problems(received, RULES) == []
