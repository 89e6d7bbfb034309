import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from small_england import collection, counts, only, organisation, staff
from wres.analysis.counts import (
    before_opening,
    carried_back,
    count_table,
    final_successors,
    long_counts,
    memberships,
    people,
    predecessors,
)


def table_of(*returns: list, organisations: list | None = None) -> pd.DataFrame:
    rows = [row for group in returns for row in group]
    codes = dict.fromkeys(row["organisation_code"] for row in rows)
    return count_table(collection(organisations or [organisation(code) for code in codes], rows))


def cells(table: pd.DataFrame, indicator: str, group: str, category: str, part: str = "x") -> list[float]:
    row = only(table, indicator=indicator, staff_group=group, category=category)
    return [row[f"{ethnicity}_{part}"] for ethnicity in ("white", "bme", "unknown")]


WORKFORCE = [
    *staff("A", 20, 10, 1, group="non_clinical", category="3"),
    *staff("A", 30, 5, 0, group="non_clinical", category="8a"),
    *staff("A", 40, 20, 2, group="clinical", category="3"),
    *staff("A", 6, 1, 0, group="clinical", category="8c"),
    *staff("A", 7, 9, 3, group="medical_dental", category="consultant"),
]


def test_bands_add_up_to_staff_groups_clusters_and_everybody() -> None:
    table = table_of(WORKFORCE)
    assert cells(table, "1", "non_clinical", "") == [50, 15, 1]
    assert cells(table, "1", "clinical", "") == [46, 21, 2]
    assert cells(table, "1", "medical_dental", "") == [7, 9, 3]
    assert cells(table, "1", "all", "") == [103, 45, 6]
    assert cells(table, "1", "all", "3") == [60, 30, 3]
    assert cells(table, "1", "all", "bands_1_to_5") == [60, 30, 3]
    assert cells(table, "1", "all", "bands_8a_to_vsm") == [36, 6, 0]
    assert cells(table, "1", "clinical", "bands_8a_to_vsm") == [6, 1, 0]
    assert cells(table, "1", "all", "bands_8c_to_vsm") == [6, 1, 0]


def test_doctors_are_in_no_band_but_in_the_workforce_that_every_band_is_compared_with() -> None:
    table = table_of(WORKFORCE)
    assert cells(table, "1", "all", "8a", part="n") == [103, 45, 6]
    assert cells(table, "1", "medical_dental", "consultant", part="n") == [103, 45, 6]


def test_explicit_totals_win() -> None:
    given = [
        *staff("A", 105, 44, 0),
        *staff("A", 52, 15, 0, group="non_clinical"),
        *staff("A", 35, 7, 0, category="bands_8a_to_vsm"),
    ]
    table = table_of(WORKFORCE, given)
    assert cells(table, "1", "all", "") == [105, 44, 0]
    assert cells(table, "1", "non_clinical", "") == [52, 15, 0]
    assert cells(table, "1", "all", "bands_8a_to_vsm") == [35, 7, 0]
    assert cells(table, "1", "clinical", "") == [46, 21, 2]


def test_a_given_staff_group_counts_in_the_total_beside_one_that_is_summed() -> None:
    table = table_of(WORKFORCE, staff("A", 52, 15, 1, group="non_clinical"))
    assert cells(table, "1", "all", "") == [52 + 46 + 7, 15 + 21 + 9, 1 + 2 + 3]


def test_detailed_categories_add_up_to_their_groups_and_a_given_group_wins() -> None:
    rows = pd.DataFrame(
        [
            (2025, "A", "5", "respondents", "all", "", ethnicity, count)
            for ethnicity, count in {"A": 50, "C": 7, "D": 3, "S": 4, "Z": 2, "99": 1, "bme": 8}.items()
        ],
        columns=[
            "year",
            "organisation_code",
            "indicator",
            "measure",
            "staff_group",
            "category",
            "ethnicity",
            "count",
        ],
    )
    found = long_counts(rows).set_index("ethnicity")["count"].to_dict()
    assert found == {"bme": 8, "white": 57, "unknown": 3, "A": 50, "C": 7, "D": 3, "S": 4, "Z": 2, "99": 1}


def test_a_missing_row_is_not_submitted_and_never_zero() -> None:
    given = [
        *staff("A", 90, 10, group="clinical", category="5"),
        *counts("A", "1", "headcount", 30, None, group="clinical", category="6"),
        *counts("A", "3", "entered_disciplinary", 4, None),
        *counts("A", "5", "respondents", 40, 10),
        *counts("A", "5", "answered_yes", None, 3),
    ]
    table = table_of(given)
    assert set(table.loc[table["indicator"].eq("1"), "category"]) == {"5", "bands_1_to_5"}
    assert not table["indicator"].isin(["3", "5"]).any()


def test_what_one_part_lacks_its_sum_lacks_too() -> None:
    """A total of the BME staff of some bands and the white staff of all would understate the BME share."""
    missing = counts("A", "1", "headcount", 30, None, 0, group="clinical", category="6")
    table = table_of(WORKFORCE, missing)
    sums = table[table["indicator"].eq("1") & table["staff_group"].isin(["clinical", "all"])]
    assert not sums["category"].isin(["", "6", "bands_6_to_7"]).any()
    assert cells(table, "1", "clinical", "bands_8a_to_vsm") == [6, 1, 0]


def test_unknown_ethnicity_may_be_left_out() -> None:
    table = table_of(staff("A", 90, 10, group="clinical", category="5"))
    row = only(table, staff_group="all", category="")
    assert pd.isna(row["unknown_x"])
    assert people(table.loc[[row.name]]).tolist() == [100.0]


def test_boards_are_summed_from_roles() -> None:
    roles = {
        "voting_executive": (4, 1, 0),
        "voting_non_executive": (5, 2, 1),
        "non_voting_executive": (2, 0, 0),
        "non_voting_non_executive": (1, 1, 0),
    }
    given = [row for role, n in roles.items() for row in counts("A", "9", "board_members", *n, category=role)]
    table = table_of(WORKFORCE, given)
    assert cells(table, "9", "all", "") == [12, 4, 1]
    assert cells(table, "9", "all", "voting") == [9, 3, 1]
    assert cells(table, "9", "all", "executive") == [6, 1, 0]
    assert cells(table, "9", "all", "", part="n") == [103, 45, 6]
    whole = counts("A", "9", "board_members", 13, 4, 0)
    assert cells(table_of(WORKFORCE, given, whole), "9", "all", "") == [13, 4, 0]


def test_bases_of_3_and_4_are_the_headcounts_of_indicator_1() -> None:
    table = table_of(WORKFORCE, counts("A", "3", "entered_disciplinary", 2, 1, 0))
    assert cells(table, "3", "all", "") == [2, 1, 0]
    assert cells(table, "3", "all", "", part="n") == [103, 45, 6]


COUNT = st.integers(0, 200)


@settings(max_examples=10, deadline=None)
@given(st.lists(st.tuples(st.sampled_from("AB"), COUNT, COUNT), min_size=1, max_size=12))
def test_total_is_the_sum_of_all_bands_whatever_they_hold(drawn: list[tuple[str, int, int]]) -> None:
    bands = ["2", "3", "4", "5", "6", "7", "8a", "8b", "8c", "8d", "9", "vsm"]
    given = [
        row
        for band, (code, white, bme) in zip(bands, drawn, strict=False)
        for row in staff(code, white, bme, 0, group="clinical", category=band)
    ]
    table = table_of(given)
    for code in {code for code, _, _ in drawn}:
        row = only(table, organisation_code=code, staff_group="all", category="")
        assert row["white_x"] == sum(white for c, white, _ in drawn if c == code)
        assert row["bme_x"] == sum(bme for c, _, bme in drawn if c == code)


MERGED = [
    organisation("A", closed="2022-03-31", successor="C"),
    organisation("B", closed="2022-03-31", successor="C"),
    organisation("C", opened="2022-04-01"),
]


def test_mergers_are_carried_back_to_the_years_before_the_successor_existed() -> None:
    given = [
        *staff("A", 50, 10, 1, year=2021),
        *staff("B", 30, 20, 2, year=2021),
        *staff("C", 85, 35, 2, year=2023),
    ]
    found = carried_back(table_of(given, organisations=MERGED), collection(MERGED).organisations)
    row = only(found, year=2021, category="")
    assert (row["organisation_code"], row["white_x"], row["bme_x"]) == ("C", 80, 30)
    assert predecessors(
        table_of(given, organisations=MERGED), collection(MERGED).organisations
    ).to_dict() == {(2021, "C"): "A and B"}
    assert set(found["year"]) == {2021}


def test_a_trust_that_took_another_over_is_not_given_its_figures_alone() -> None:
    """The acquirer existed and sent nothing that year; the other's headcount is not the acquirer's."""
    acquired = [organisation("A", closed="2022-03-31", successor="C"), organisation("C", opened="1994-04-01")]
    table = table_of(staff("A", 50, 10, year=2021), organisations=acquired)
    assert carried_back(table, collection(acquired).organisations).empty


def test_lines_of_successors_are_followed_to_their_end_even_in_a_circle() -> None:
    line = [
        organisation("A", successor="B"),
        organisation("B", successor="C"),
        organisation("C"),
        organisation("D", successor="E"),
        organisation("E", successor="D"),
        organisation("F", successor="elsewhere"),
    ]
    found = final_successors(collection(line).organisations)
    assert found[["A", "B"]].tolist() == ["C", "C"]
    assert set(found.index) == {"A", "B", "D", "E"}


@pytest.mark.parametrize(("year", "expected"), [(2021, True), (2022, True), (2023, False)])
def test_a_successor_has_figures_of_its_own_from_its_first_snapshot(year: int, expected: bool) -> None:
    organisations = collection(MERGED).organisations
    found = before_opening(pd.Series(["C", "A"]), pd.Series([year, year]), organisations)
    assert found.tolist() == [expected, False]


def test_only_trusts_are_members_of_regions_icbs_and_the_nation() -> None:
    places = [
        organisation("A", region="Y56", icb_code="Q1", icb="One"),
        organisation("I", "icb", region="Y56", icb_code="Q1", icb="One"),
        organisation("N", "alb", region=""),
    ]
    found = memberships(collection(places).organisations)
    by_level = found.groupby(["level", "code"])["organisation_code"].agg(list).to_dict()
    assert by_level == {
        ("icb", "Q1"): ["A"],
        ("region", "Y56"): ["A"],
        ("national", "ENG"): ["A"],
        ("type", "acute"): ["A"],
        ("type", "icb"): ["I"],
        ("type", "alb"): ["N"],
    }
