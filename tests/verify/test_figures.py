"""Two implementations, one method: whatever the counts, the plain figures are those of the engine."""

from __future__ import annotations

import io
import random
from itertools import product

import pytest

from small_england import collection, organisation, publication, rates, staff
from wres import pipeline, results
from wres.verify import again
from wres.verify.table import compare, read_rows

GROUPS = ("non_clinical", "clinical")
BANDS = ("4", "6", "8a", "vsm")
ROLES = ("voting_executive", "voting_non_executive", "non_voting_executive")
PLACES = [
    organisation("RAA", region="Y56", icb_code="QAA", icb="North"),
    organisation("RBB", region="Y56", icb_code="QAA", icb="North", successor="RCC", closed="2024-09-30"),
    organisation("RCC", region="Y56", opened="2024-10-01"),
    organisation("RDD", kind="mental_health", region="Y58"),
]


def compared(tmp_path, rows, **changes):
    made = publication(first_year=2024, **changes)
    received = collection(PLACES, rows)
    path = tmp_path / "indicators.csv"
    results.conform(pipeline.indicators(received, made)).to_csv(path, index=False)
    return compare(read_rows(path), again(received, made))


def returns(chance: random.Random) -> list[dict[str, object]]:
    """Two years of four organisations, of which one takes over another; nobody, everybody, nothing sent are common."""

    def people(most: int) -> int:
        return chance.choice([0, 1, most, chance.randint(0, most)])

    rows = []
    for code, year in (
        ("RAA", 2024),
        ("RAA", 2025),
        ("RBB", 2024),
        ("RCC", 2025),
        ("RDD", 2024),
        ("RDD", 2025),
    ):
        for group, band in product(GROUPS, BANDS):
            numbers = people(60), people(30), chance.choice([None, people(9)])
            rows += staff(code, *numbers, group=group, category=band, year=year)
        if chance.random() < 0.8:
            white, bme = chance.randint(1, 400), chance.randint(1, 200)
            for indicator in ("2", "5", "7"):
                rows += rates(code, indicator, (people(white), white), (people(bme), bme), year=year)
        for role in ROLES:
            members = staff(code, people(6), people(3), 0, category=role, year=year)
            rows += [{**row, "indicator": "9", "measure": "board_members"} for row in members]
    return rows


@pytest.mark.parametrize("seed", range(4))
def test_engine_and_plain_implementation_agree_on_whatever_is_sent(tmp_path, seed):
    found = compared(tmp_path, returns(random.Random(seed)))  # noqa: S311  (no secret)
    assert found.wrong == []
    assert found.agreeing > 10_000


@pytest.mark.parametrize(
    "statistics",
    [
        {"ratio_method": "koopman", "difference_method": "newcombe", "confidence": 0.9},
        {"ratio_method": "katz_log", "difference_method": "miettinen_nurminen", "practical_points": 5.0},
        {"ratio_method": "miettinen_nurminen", "fdr": 0.2, "practical_ratio": (0.5, 2.0)},
    ],
)
def test_they_agree_by_every_method(tmp_path, statistics):
    rows = [
        row
        for n, code in enumerate(("RAA", "RDD", "RCC"))
        for band in BANDS
        for row in staff(code, 200 + 30 * n, 40 + n, 5, group="clinical", category=band)
    ]
    rows += [
        row
        for n, code in enumerate(("RAA", "RDD", "RCC"))
        for row in rates(code, "2", (90, 300), (20 + 9 * n, 110))
    ]
    rows += rates("RAA", "6", (0, 50), (0, 20))
    assert compared(tmp_path, rows, statistics=statistics).wrong == []


def test_detailed_categories_and_given_totals_are_added_up_the_same_way(tmp_path):
    rows = staff("RAA", 500, 100, 10, group="clinical")
    rows += [
        {**row, "ethnicity": code, "count": count}
        for code, count in {"A": 30, "C": 4, "J": 12, "N": 9, "Z": 2}.items()
        for row in staff("RAA", 1, None, None, group="clinical", category="8b")
    ]
    found = compared(tmp_path, rows)
    assert (found.wrong, found.agreeing > 50) == ([], True)


def test_a_figure_that_is_not_what_the_counts_give_is_named(tmp_path):
    received, made = (
        collection(PLACES, staff("RAA", 90, 10, category="5", group="clinical")),
        publication(first_year=2024),
    )
    table = results.conform(pipeline.indicators(received, made))
    table.loc[table["ethnicity"].eq("bme") & table["statistic"].eq("percentage"), "value"] += 0.05
    text = io.StringIO()
    table.to_csv(text, index=False)
    path = tmp_path / "indicators.csv"
    path.write_text(text.getvalue(), encoding="utf-8")
    wrong = compare(read_rows(path), again(received, made)).wrong
    assert (
        "RAA 2025, indicator 1 (clinical, 5, bme), percentage: value is 10.05 in the table and 10 from the inputs"
        in wrong
    )


def test_rows_that_are_added_taken_away_or_hidden_by_half_are_named(tmp_path):
    received, made = (
        collection(PLACES, staff("RAA", 90, 10, category="5", group="clinical")),
        publication(first_year=2024),
    )
    table = results.conform(pipeline.indicators(received, made))
    place = table["category"].eq("5") & table["staff_group"].eq("clinical")
    of_group = place & table["statistic"].eq("percentage")
    table.loc[of_group & table["ethnicity"].eq("white"), "status"] = "suppressed"
    table = table[~(of_group & table["ethnicity"].eq("unknown"))].assign(
        category=lambda t: t["category"].mask(of_group & t["ethnicity"].eq("bme"), "6")
    )
    path = tmp_path / "indicators.csv"
    table.to_csv(path, index=False)
    wrong = " | ".join(compare(read_rows(path), again(received, made)).wrong)
    assert (
        "(clinical, 5, white), percentage: suppressed, but value, lower, upper, numerator, denominator can be read"
        in wrong
    )
    assert "(clinical, 6, bme), percentage: published, but the inputs give no such figure" in wrong
    assert "(clinical, 5, bme), percentage: the inputs give this figure, and it is not in the table" in wrong
