"""Figures written out, also where a count is missing; whole journeys stand in ``journeys/test_questions.py``."""

from __future__ import annotations

from pathlib import Path

from small_england import collection, organisation, publication, staff
from wres.pipeline import load
from wres.verify.explain import Asked, explained

PUBLISHED = Path(__file__).parents[2] / "params" / "published.yml"


def test_a_percentage_that_was_published_without_its_count() -> None:
    publication, collection = load(PUBLISHED)
    said = explained(collection, publication, Asked("RXY", "5", 2020))
    at = said.index("Percentage, BME: 44.3000 %")
    assert said[at + 1] == "  = as it was published, without its count"


def test_a_gap_of_a_nation_has_no_counts_of_white_people_beside_it() -> None:
    places = {"group": "clinical", "category": "8b"}
    everybody = [
        row
        for code, bme in (("A", 40), ("B", 60))
        for row in (*staff(code, 500, 200, 0), *staff(code, 100, bme, 0, **places))
    ]
    given = collection([organisation("A"), organisation("B")], everybody)
    said = explained(given, publication(), Asked("ENG", "1", 2025, "clinical", "8b"))
    # 100 BME of 300 in the band against 400 of 1,400: 33.3333 - 28.5714
    at = said.index("Difference: 4.7619 percentage points")
    assert said[at + 1] == "  = 100 × (100 / 300 − 400 / 1,400)"
