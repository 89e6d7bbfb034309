"""Rules of plausibility: a case that breaks each, and one that doesn't."""

from __future__ import annotations

import pandas as pd
import pytest

from small_collection import Row, broken, collection, figures, groups, last_year, organisations
from wres.collect import Collection


def of(*tables: list[Row]) -> Collection:
    return collection([row for rows in tables for row in rows])


@pytest.mark.parametrize(
    ("now", "before", "found"),
    [
        (1_260, 1_000, ["a headcount of 1,260 after 1,000"]),
        (1_250, 1_000, []),
        (790, 1_000, ["a headcount of 790 after 1,000"]),
        (800, 1_000, []),
        (80, 50, []),
        (81, 50, ["a headcount of 81 after 50"]),
    ],
)
def test_a_headcount_that_jumps(now: int, before: int, found: list[str]) -> None:
    received = of(groups("1", "headcount", now - 9, 9), last_year(groups("1", "headcount", before - 9, 9)))
    assert broken("headcount-jump", received) == found


@pytest.mark.parametrize(
    ("closed", "found"),
    [
        ("2024-03-30", ["a headcount of 2,000 after 1,000"]),
        ("2024-03-31", []),
        ("2025-03-30", []),
        ("2025-03-31", ["a headcount of 2,000 after 1,000"]),
    ],
)
def test_a_headcount_that_jumps_because_another_organisation_came(closed: str, found: list[str]) -> None:
    """Who closed on 31 March 2024 was counted on its own that day, and with its successor a year later."""
    received = of(groups("1", "headcount", 1_900, 100), last_year(groups("1", "headcount", 950, 50)))
    joined = organisations(organisation_code="RYY", closed=closed, successor="RXX")
    table = pd.concat([received.organisations, joined], ignore_index=True)
    merged = Collection(table, received.returns, received.percentages, (), False)
    assert broken("headcount-jump", merged) == found


@pytest.mark.parametrize(
    ("rows", "found"),
    [
        (groups("1", "headcount", 800, 90, 110), ["11.0% of unknown ethnicity"]),
        (groups("1", "headcount", 800, 100, 100), []),
        (groups("1", "headcount", 80, 10, 20), []),
        (
            groups("2", "shortlisted", 80, 10, 21) + groups("2", "appointed", 9, 1, 2),
            ["18.9% of unknown ethnicity"],
        ),
        (groups("5", "respondents", 80, 10, 21) + groups("5", "answered_yes", 9, 1, 2), []),
    ],
    ids=["above", "at the limit", "few people", "applicants", "a survey is not the organisation's"],
)
def test_many_of_unknown_ethnicity(rows: list[Row], found: list[str]) -> None:
    assert broken("unknown-share", collection(rows)) == found


@pytest.mark.parametrize(
    ("now", "before", "found"),
    [
        (groups("4", "accessed_training", 150, 50), None, ["exactly the figures of 2024"]),
        (groups("4", "accessed_training", 150, 49), None, []),
        (groups("4", "accessed_training", 150, 50), groups("4", "accessed_training", 150, 50, 1), []),
        (groups("4", "accessed_training", 150, 50), groups("4", "accessed_training", 150, 50)[:2], []),
    ],
    ids=["the same", "few people", "one more", "one fewer row"],
)
def test_last_years_figures_again(now: list[Row], before: list[Row] | None, found: list[str]) -> None:
    assert broken("repeat-of-last-year", of(now, last_year(before or now))) == found


@pytest.mark.parametrize(
    ("now", "before", "found"),
    [
        ((200, 800), (790, 210), ["80% BME people after 21%"]),
        ((780, 220), (790, 210), []),
        ((490, 510), (510, 490), []),
        ((20, 80), (79, 21), []),
        ((500, 500), (790, 210), []),
    ],
    ids=["swapped", "as before", "half and half", "few people", "another share"],
)
def test_white_and_bme_people_change_places(
    now: tuple[int, int], before: tuple[int, int], found: list[str]
) -> None:
    received = of(groups("1", "headcount", *now), last_year(groups("1", "headcount", *before)))
    assert broken("groups-swapped", received) == found


class TestRatioOfItsType:
    """Six trusts where white people are 1.5 times as likely to be appointed, and a seventh."""

    def received(self, bme_appointed: int, bme_shortlisted: int = 400, kind: str = "acute") -> Collection:
        rows: list[Row] = []
        names = ["RAA", "RBB", "RCC", "RDD", "REE", "RFF", "RXX"]
        for name in names:
            x, n = (bme_appointed, bme_shortlisted) if name == "RXX" else (40, 400)
            one = groups("2", "shortlisted", 1_000, n) + groups("2", "appointed", 150, x)
            rows += [(row[0], name, *row[2:]) for row in one]
        table = pd.concat(
            [organisations(organisation_code=name, type=kind if name == "RXX" else "acute") for name in names]
        )
        nothing = collection().percentages
        return Collection(table, figures(rows, "returns.csv", {"count": "int64"}), nothing, (), False)

    def test_far_away(self) -> None:
        found = broken("ratio-out-of-range", self.received(4))
        assert found == ["a ratio of 15.00 where 1.50 is typical of acute trusts"]

    def test_far_to_the_other_side(self) -> None:
        found = broken("ratio-out-of-range", self.received(300))
        assert found == ["a ratio of 0.20 where 1.50 is typical of acute trusts"]

    def test_near(self) -> None:
        assert broken("ratio-out-of-range", self.received(20)) == []

    def test_chance_could_have_done_it(self) -> None:
        assert broken("ratio-out-of-range", self.received(0, 30)) == []

    def test_the_only_one_of_its_type(self) -> None:
        assert broken("ratio-out-of-range", self.received(4, kind="ambulance")) == []
