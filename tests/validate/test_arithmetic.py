"""Rules of arithmetic: a case that breaks each, the nearest case that doesn't, and what it says."""

from __future__ import annotations

import pytest

from small_collection import PUBLICATION, Row, board, collection, lines, returned, rules, share, staff
from wres.collect import Collection
from wres.definitions import definitions
from wres.problems import Problem
from wres.validate import validate


def test_more_appointed_than_shortlisted() -> None:
    rows = [returned("2", "shortlisted", 20), returned("2", "appointed", 21)]
    assert lines(collection(rows)) == [
        "error: returns.csv, row 3 (RXX, 2025, indicator 2): found appointed 21 above shortlisted 20; expected "
        "no more people appointed than shortlisted; check that both are of the same period and posts"
    ]


def test_as_many_appointed_as_shortlisted() -> None:
    assert lines(collection([returned("2", "shortlisted", 20), returned("2", "appointed", 20)])) == []


def test_each_staff_group_has_its_own_shortlist() -> None:
    rows = [
        returned("2", "shortlisted", 20),
        returned("2", "appointed", 15),
        returned("2", "shortlisted", 10, staff_group="clinical"),
        returned("2", "appointed", 11, staff_group="clinical"),
    ]
    assert rules(collection(rows)) == ["appointed-above-shortlisted"]


@pytest.mark.parametrize(
    ("indicator", "measure", "rule"),
    [
        ("3", "entered_disciplinary", "disciplinary-above-headcount"),
        ("4", "accessed_training", "training-above-headcount"),
    ],
)
class TestAboveHeadcount:
    def test_given_headcount(self, indicator: str, measure: str, rule: str) -> None:
        assert rules(collection([staff(30), returned(indicator, measure, 31)])) == [rule]
        assert rules(collection([staff(30), returned(indicator, measure, 30)])) == []

    def test_headcount_of_other_ethnicity(self, indicator: str, measure: str, rule: str) -> None:
        rows = [staff(30, ethnicity="white"), staff(5), returned(indicator, measure, 6)]
        assert rules(collection(rows)) == [rule]

    def test_headcount_in_bands_alone(self, indicator: str, measure: str, rule: str) -> None:
        bands = [
            staff(10, staff_group="clinical", category="5"),
            staff(10, staff_group="non_clinical", category="8a"),
            staff(10, staff_group="medical_dental", category="consultant"),
        ]
        assert rules(collection([*bands, returned(indicator, measure, 31)])) == [rule]
        assert rules(collection([*bands, returned(indicator, measure, 30)])) == []

    def test_runs_of_bands_are_not_counted_again(self, indicator: str, measure: str, rule: str) -> None:
        bands = [
            staff(10, staff_group="clinical", category="5"),
            staff(10, staff_group="clinical", category="bands_1_to_5"),
        ]
        assert rules(collection([*bands, returned(indicator, measure, 11)])) == [rule]

    def test_headcount_in_staff_groups_alone(self, indicator: str, measure: str, rule: str) -> None:
        groups = [staff(10, staff_group="clinical"), staff(20, staff_group="non_clinical")]
        assert rules(collection([*groups, returned(indicator, measure, 31)])) == [rule]

    def test_headcount_in_detailed_categories_alone(self, indicator: str, measure: str, rule: str) -> None:
        detailed = [staff(10, ethnicity="J"), staff(20, ethnicity="N")]
        assert rules(collection([*detailed, returned(indicator, measure, 31)])) == [rule]
        assert rules(collection([*detailed, returned(indicator, measure, 30)])) == []


@pytest.mark.parametrize("indicator", ["5", "6", "7", "8"])
def test_more_answers_than_respondents(indicator: str) -> None:
    asked = returned(indicator, "respondents", 100)
    assert rules(collection([asked, returned(indicator, "answered_yes", 101)])) == [
        "answered-above-respondents"
    ]
    assert rules(collection([asked, returned(indicator, "answered_yes", 100)])) == []


def test_a_board_above_the_workforce() -> None:
    assert lines(collection([staff(9), staff(1, ethnicity="white"), board(6, ""), board_of_white(5)])) == [
        "error: returns.csv, row 4 (RXX, 2025, indicator 9): found a board of 11 above a headcount of 10; expected "
        "a board smaller than the workforce; check that both count people, and that neither is of another "
        "organisation"
    ]
    assert rules(collection([staff(9), staff(1, ethnicity="white"), board(6, ""), board_of_white(4)])) == []


def board_of_white(count: int) -> Row:
    return returned("9", "board_members", count, ethnicity="white")


def test_respondents_of_another_question_do_not_count() -> None:
    rows = [returned("5", "respondents", 10), returned("6", "answered_yes", 11)]
    assert rules(collection(rows)) == ["no-base"]


class TestTotals:
    bands = tuple(definitions().bands)

    def clinical(self, total: int, bands: tuple[str, ...]) -> list[Row]:
        parts = [staff(2, staff_group="clinical", category=band) for band in bands]
        return [staff(total, staff_group="clinical"), *parts]

    def test_some_bands_are_more_than_the_total(self) -> None:
        assert lines(collection(self.clinical(9, self.bands[:5]))) == [
            "error: returns.csv, row 2 (RXX, 2025, indicator 1): found headcount 9 for the total where its parts "
            "add up to 10; expected the sum of the parts; correct the total or its parts"
        ]

    def test_a_missing_band_is_not_zero(self) -> None:
        assert lines(collection(self.clinical(29, self.bands))) == [
            "warning: returns.csv, row 2 (RXX, 2025, indicator 1): found headcount 29 for the total where the "
            "parts sent add up to 28; expected parts that add up to the total; send the parts that are missing, "
            "with 0 where there is nobody"
        ]

    def test_bands_that_are_the_total(self) -> None:
        assert rules(collection(self.clinical(28, self.bands))) == []

    def test_a_total_without_parts(self) -> None:
        assert rules(collection([staff(9), staff(3, category="bands_8a_to_vsm")])) == []

    def test_staff_groups(self) -> None:
        groups = [staff(3, staff_group=group) for group in ("clinical", "non_clinical", "medical_dental")]
        assert rules(collection([staff(10), *groups])) == ["total-not-sum"]
        assert rules(collection([staff(9), *groups])) == []
        assert rules(collection([staff(10), *groups[:2]])) == ["parts-missing"]

    def test_bands_under_all_staff(self) -> None:
        rows = [staff(3, staff_group="medical_dental", category="consultant"), staff(2)]
        assert rules(collection(rows)) == ["total-not-sum"]

    def test_a_staff_group_in_bands_alone(self) -> None:
        groups = [staff(3, staff_group="clinical"), staff(3, staff_group="medical_dental")]
        bands = [staff(1, staff_group="non_clinical", category=band) for band in ("2", "3")]
        assert rules(collection([staff(8), *groups, *bands])) == []
        assert rules(collection([staff(7), *groups, *bands])) == ["total-not-sum"]
        assert rules(collection([staff(9), *groups, *bands])) == ["parts-missing"]

    def test_a_band_of_all_staff(self) -> None:
        groups = [staff(3, staff_group=group, category="5") for group in ("clinical", "non_clinical")]
        assert rules(collection([staff(5, category="5"), *groups])) == ["total-not-sum"]
        assert rules(collection([staff(6, category="5"), *groups])) == []

    def test_run_of_bands(self) -> None:
        upper = definitions().clusters["bands_8a_to_vsm"].bands
        parts = [staff(1, staff_group="clinical", category=band) for band in upper]
        run = {"staff_group": "clinical", "category": "bands_8a_to_vsm"}
        assert rules(collection([staff(7, **run), *parts])) == ["total-not-sum"]
        assert rules(collection([staff(6, **run), *parts])) == []

    def test_board(self) -> None:
        members = [staff(9), *(board(1, role) for role in definitions().board_roles)]
        assert rules(collection([*members, board(5, "")])) == ["total-not-sum"]
        assert rules(collection([*members, board(4, ""), board(2, "voting")])) == []
        assert rules(collection([*members, board(4, ""), board(3, "executive")])) == ["total-not-sum"]

    def test_a_board_of_which_one_role_was_sent(self) -> None:
        rows = [staff(9), board(13, ""), board(4, "voting_executive")]
        assert rules(collection(rows)) == ["parts-missing"]


class TestEthnicGroups:
    def test_categories_above_their_group(self) -> None:
        rows = [staff(5), staff(4, ethnicity="J"), staff(2, ethnicity="N")]
        assert lines(collection(rows)) == [
            "error: returns.csv, row 2 (RXX, 2025, indicator 1): found headcount 5 for bme where its parts add "
            "up to 6; expected the sum of the parts; correct the total or its parts"
        ]

    def test_a_missing_category_is_not_zero(self) -> None:
        rows = [staff(7), staff(4, ethnicity="J"), staff(2, ethnicity="N")]
        assert rules(collection(rows)) == ["parts-missing"]

    def test_all_categories(self) -> None:
        bme = returned("5", "respondents", 3)
        white = [returned("5", "respondents", 2, ethnicity=code) for code in ("A", "B", "C", "traveller")]
        white.append(bme)
        assert rules(collection([returned("5", "respondents", 9, ethnicity="white"), *white])) == [
            "total-not-sum"
        ]
        assert rules(collection([returned("5", "respondents", 8, ethnicity="white"), *white])) == []

    def test_groups_alone(self) -> None:
        assert rules(collection([staff(5), staff(4, ethnicity="white")])) == []

    def test_more_of_a_category_than_could_be(self) -> None:
        rows = [
            returned("2", "shortlisted", 5, ethnicity="J"),
            returned("2", "shortlisted", 9, ethnicity="N"),
            returned("2", "appointed", 6, ethnicity="J"),
        ]
        assert [line.partition(";")[0] for line in lines(collection(rows))] == [
            "error: returns.csv, row 4 (RXX, 2025, indicator 2): found appointed 6 above shortlisted 5"
        ]

    def test_categories_against_a_base_of_their_group(self) -> None:
        rows = [
            returned("2", "shortlisted", 5),
            returned("2", "appointed", 3, ethnicity="J"),
            returned("2", "appointed", 3, ethnicity="N"),
        ]
        assert rules(collection(rows)) == ["appointed-above-shortlisted"]


class TestWithoutBase:
    def test_disciplinary_without_headcount(self) -> None:
        rows = [
            returned("3", "entered_disciplinary", 2),
            returned("3", "entered_disciplinary", 1, ethnicity="white"),
        ]
        assert lines(collection(rows)) == [
            "warning: returns.csv, row 2 (RXX, 2025, indicator 3): found no headcount; expected the counts that "
            "these are out of or compared with; send them too; the indicator can't be computed without"
        ]
        assert rules(collection([*rows, staff(9), staff(9, ethnicity="white")])) == []

    @pytest.mark.parametrize(
        ("indicator", "measure", "base"),
        [("2", "appointed", "shortlisted"), ("5", "answered_yes", "respondents")],
    )
    def test_events_without_their_base(self, indicator: str, measure: str, base: str) -> None:
        row = returned(indicator, measure, 2)
        assert rules(collection([row])) == ["no-base"]
        assert rules(collection([row, returned(indicator, base, 4)])) == []

    def test_a_board_with_nothing_to_compare_it_with(self) -> None:
        assert rules(collection([board(2, "")])) == ["no-base"]
        assert rules(collection([board(2, ""), staff(9)])) == []

    def test_a_board_beside_a_published_share_of_the_workforce(self) -> None:
        """Leeds and York published its board as counts and its workforce as 23.1 %."""
        workforce = (2025, "RXX", "1", "headcount", "all", "", "bme", 23.1, None, None, 1)
        assert rules(collection([board(2, "")], [workforce])) == []

    def test_headcount_of_another_year(self) -> None:
        rows = [returned("3", "entered_disciplinary", 2), (2024, *staff(9)[1:])]
        assert rules(collection(rows)) == ["no-base"]


def test_count_above_base() -> None:
    assert rules(collection(percentages=[share(100, 11, 10)])) == ["count-above-base"]
    assert rules(collection(percentages=[share(100, 10, 10)])) == []
    assert rules(collection(percentages=[share(50, None, 10), share(50, 11, None)])) == []


def test_years_that_are_not_published_are_not_weighed() -> None:
    rows = [returned("2", "shortlisted", 1), returned("2", "appointed", 2)]
    earlier = [(2023, *row[1:]) for row in rows]
    assert rules(collection(earlier)) == []


class TestWithheld:
    fault = Problem("returns.csv", 9, "RXX", 2025, "1", "error", "count-negative", "count '-3'", "", "")

    def withheld(self, received: Collection) -> list[str]:
        validated = validate(received, PUBLICATION)
        assert validated.withheld["organisation_code"].isin(["RXX"]).all()
        assert validated.withheld["year"].isin([2025]).all()
        return list(validated.withheld["indicator"])

    def test_what_rests_on_a_faulty_headcount(self) -> None:
        rows = [
            staff(30),
            returned("2", "shortlisted", 3),
            returned("3", "entered_disciplinary", 1),
            returned("4", "accessed_training", 1),
            board(2, ""),
        ]
        received = collection(rows).with_problems([self.fault])
        assert self.withheld(received) == ["1", "3", "4", "9"]
        assert [line for line in lines(received) if "indicator 3" in line] == [
            "error: returns.csv, row 4 (RXX, 2025, indicator 3): found a headcount of indicator 1 with errors; "
            "expected a headcount without errors; mend indicator 1; this indicator rests on it and is withheld "
            "until then"
        ]

    def test_an_error_that_a_rule_finds_counts_too(self) -> None:
        rows = [staff(1), staff(3, staff_group="clinical"), board(2, "")]
        assert self.withheld(collection(rows)) == ["1", "9"]

    def test_what_was_not_submitted_is_not_withheld(self) -> None:
        assert self.withheld(collection([staff(30)]).with_problems([self.fault])) == ["1"]

    def test_percentages_have_bases_of_their_own(self) -> None:
        rows = [
            (2025, "RXX", "3", "entered_disciplinary", "all", "", "bme", 1.2, None, None, 1),
            (2025, "RXX", "9", "board_members", "all", "", "bme", 15.0, None, None, 1),
        ]
        assert self.withheld(collection(percentages=rows).with_problems([self.fault])) == ["1", "9"]

    def test_warnings_withhold_nothing(self) -> None:
        assert self.withheld(collection([returned("3", "entered_disciplinary", 2)])) == []

    @pytest.mark.parametrize("unplaced", [{"organisation_code": ""}, {"year": None}, {"indicator": ""}])
    def test_an_error_without_a_place_withholds_nothing(self, unplaced: dict[str, object]) -> None:
        fault = Problem(**{**vars(self.fault), **unplaced})
        assert self.withheld(collection([staff(30), board(2, "")]).with_problems([fault])) == []


def test_problems_come_in_the_order_of_the_file() -> None:
    rows = [
        returned("2", "shortlisted", 1),
        returned("5", "answered_yes", 3),
        returned("5", "respondents", 2),
        returned("2", "appointed", 2),
    ]
    assert [p.row for p in validate(collection(rows), PUBLICATION).problems] == [3, 5]
