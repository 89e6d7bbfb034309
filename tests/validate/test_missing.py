"""Rules of completeness: a case that breaks each, and one that doesn't."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from small_collection import (
    PUBLICATION,
    broken,
    collection,
    figures,
    groups,
    last_year,
    organisations,
    returned,
    rules,
    share,
    staff,
)
from wres.collect import Collection
from wres.validate import completeness, due_returns, validate

BOTH = [staff(3), staff(4, ethnicity="white")]


@pytest.mark.parametrize(
    ("closed", "expected"),
    [("2025-03-30", ["after-closure"]), ("2025-03-31", []), ("2026-01-01", []), ("", [])],
)
def test_return_after_closure(closed: str, expected: list[str]) -> None:
    assert rules(collection([staff(3), staff(4, ethnicity="white")], closed=closed)) == expected


@pytest.mark.parametrize(("closed", "expected"), [("2024-08-31", ["after-closure"]), ("2024-09-01", [])])
def test_survey_of_the_autumn_before_closure(closed: str, expected: list[str]) -> None:
    """The survey of a reporting year is asked from September to November of the year before."""
    assert rules(collection(percentages=[share(50, None, None)], closed=closed)) == expected


@pytest.mark.parametrize(
    ("opened", "closed", "years"),
    [
        ("", "", {2024, 2025}),
        ("2024-04-01", "", {2025}),
        ("2024-03-31", "", {2024, 2025}),
        ("", "2024-03-31", {2024}),
        ("", "2024-03-30", set()),
        ("2025-04-01", "", set()),
    ],
)
def test_returns_are_due_from_who_was_open_on_31_march(opened: str, closed: str, years: set[int]) -> None:
    due = due_returns(organisations(opened=opened, closed=closed), PUBLICATION)
    assert set(due["year"]) == years
    assert len(due) == 9 * len(years)


def test_survey_results_of_all_staff_are_no_return() -> None:
    of_all = (*share(50, None, None)[:6], "all", *share(50, None, None)[7:])
    complete = completeness(collection([staff(3), staff(4, ethnicity="white")], [of_all]), PUBLICATION)
    assert list(complete.loc[complete["submitted"], "indicator"]) == ["1"]


def listed(code: str, **dates: str) -> pd.DataFrame:
    """A list of ODS with one trust."""
    row = {
        "organisation_code": code,
        "organisation": "Example NHS Trust",
        "opened": "2010-04-01",
        "closed": "",
    }
    return pd.DataFrame([{**row, **dates, "file": "etr.csv", "row": 1}])


def held_against(register: pd.DataFrame, **organisation: str) -> list[tuple[str, str, int | None]]:
    received = replace(collection(BOTH, **organisation), register=register)
    return [(p.rule, p.organisation_code, p.year) for p in validate(received, PUBLICATION).problems]


class TestOdsLists:
    """RXX is the collection's only organisation, RYY is on the list alone."""

    def test_a_trust_that_is_listed(self) -> None:
        assert held_against(listed("RXX")) == []

    def test_a_trust_that_is_not(self) -> None:
        assert ("not-in-ods-list", "RXX", 2025) in held_against(listed("RYY", closed="2020-03-31"))

    def test_others_than_trusts_are_not_looked_for(self) -> None:
        assert held_against(listed("RYY", closed="2020-03-31"), type="icb") == []

    @pytest.mark.parametrize(
        ("dates", "due"),
        [
            ({}, True),
            ({"closed": "2025-03-31"}, True),
            ({"closed": "2025-03-30"}, False),
            ({"opened": "2025-04-01"}, False),
        ],
    )
    def test_a_trust_from_which_nothing_came(self, dates: dict[str, str], due: bool) -> None:
        expected = [("no-return", "RYY", 2025)] if due else []
        assert held_against(listed("RYY", **dates), type="icb") == expected


def test_completeness() -> None:
    received = collection([staff(3), staff(4, ethnicity="white")], [share(50, None, None)])
    complete = completeness(received, PUBLICATION)
    assert len(complete) == 18
    submitted = complete[complete["submitted"]]
    assert list(zip(submitted["year"], submitted["indicator"], strict=True)) == [(2025, "1"), (2025, "5")]


def two_organisations(of_first: list[tuple[object, ...]], of_second: list[tuple[object, ...]]) -> Collection:
    """RXX and RYY with rows of their own."""
    rows = [*of_first, *((row[0], "RYY", *row[2:]) for row in of_second)]
    table = pd.concat([organisations(), organisations(organisation_code="RYY")], ignore_index=True)
    received = collection()
    return Collection(
        table, figures(rows, "returns.csv", {"count": "int64"}), received.percentages, (), False
    )


BOARD = [returned("9", "board_members", 3), returned("9", "board_members", 9, ethnicity="white")]


@pytest.mark.parametrize(
    ("of_first", "of_second", "years", "indicators"),
    [
        (BOTH, BOTH, [], []),
        (BOTH, [*BOTH, *BOARD], [], ["no figure"]),
        ([], BOTH, ["no return for 2025"], []),
        (last_year(BOTH), BOTH, ["no return for 2025"], []),
        (BOTH, [*BOTH, *last_year(BOTH)], [], []),
    ],
    ids=["nothing", "an indicator", "all of it", "after the first return", "before the first return"],
)
def test_what_others_sent(
    of_first: list[tuple[object, ...]],
    of_second: list[tuple[object, ...]],
    years: list[str],
    indicators: list[str],
) -> None:
    received = two_organisations(of_first, of_second)
    assert sorted(broken("year-missing", received)) == sorted(years)
    assert broken("indicator-missing", received) == indicators


def test_what_nobody_sent_is_not_missing() -> None:
    assert rules(collection(BOTH)) == []


@pytest.mark.parametrize(
    ("rows", "found"),
    [
        (groups("1", "headcount", 5, 2, staff_group="clinical", category="8c"), []),
        (groups("1", "headcount", 5, 0, staff_group="clinical", category="8c"), []),
        (
            groups("1", "headcount", 5, 2, staff_group="clinical", category="8c")[:1],
            ["white people but no BME people in Band 8c, clinical"],
        ),
        (
            groups("1", "headcount", 5, 2, staff_group="clinical", category="8c")[1:],
            ["BME people but no white people in Band 8c, clinical"],
        ),
        ([staff(5, ethnicity="A"), staff(2, ethnicity="J")], []),
        ([staff(5, ethnicity="A")], ["white people but no BME people among all staff"]),
    ],
)
def test_a_band_without_one_of_the_two_groups(rows: list[tuple[object, ...]], found: list[str]) -> None:
    assert broken("group-missing", collection(rows)) == found


def band(category: str, white: int = 30, bme: int = 9, group: str = "clinical") -> list[tuple[object, ...]]:
    return groups("1", "headcount", white, bme, staff_group=group, category=category)


@pytest.mark.parametrize(
    ("before", "now", "found"),
    [
        ([*band("5"), *band("6")], [*band("5"), *band("6", 0, 0)], []),
        ([*band("5"), *band("6")], band("5"), ["nobody in Band 6, clinical, last year 39"]),
        ([*band("5"), *band("6", 8, 1)], band("5"), []),
        ([*band("5"), *band("6")], band("5", group="non_clinical"), []),
        ([*band("5"), *band("6")], groups("1", "headcount", 60, 18, staff_group="clinical"), []),
    ],
    ids=["sent as nobody", "not sent", "few", "nothing of the staff group", "totals alone"],
)
def test_a_band_that_was_there_last_year(
    before: list[tuple[object, ...]], now: list[tuple[object, ...]], found: list[str]
) -> None:
    assert broken("band-missing", collection([*last_year(before), *now])) == found
