"""Organisations of several sources: who goes first, what a list of ODS tells of the others."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest

from small_england import publication
from wres.collect.organisations import named_but_unknown, together, with_types
from wres.collect.tables import Tables, read_tables, text_table
from wres.params import OdsList
from wres.problems import Problem

LIST = OdsList.model_construct(path="etr.csv", snapshot=date(2025, 7, 1))
OLD_LIST = OdsList.model_construct(path="old.csv", snapshot=date(2022, 8, 1))
TRUST = {"organisation_code": "RXX", "organisation": "Example NHS Trust", "type": "acute", "region": "Y56"}
LISTED = {**TRUST, "organisation": "EXAMPLE NHS TRUST", "type": "", "icb_code": "QMF", "opened": "2010-04-01"}


def source(*rows: dict[str, str]) -> Tables:
    table = text_table("organisations", [{**row, "file": "f", "row": n} for n, row in enumerate(rows, 2)])
    nothing = read_tables({}, 2025)
    return Tables(table.astype({"row": "int64"}), nothing.returns, nothing.percentages)


def joined(*sources: tuple[OdsList | None, Tables]) -> tuple[pd.DataFrame, list[Problem]]:
    problems: list[Problem] = []
    return together(sources, 2025, problems), problems


class TestTogether:
    def test_a_later_source_fills_in_what_was_left_blank(self) -> None:
        table, problems = joined((None, source(TRUST)), (LIST, source(LISTED)))
        assert table[["organisation", "type", "icb_code", "icb", "opened"]].to_numpy().tolist() == [
            ["Example NHS Trust", "acute", "QMF", "North East London", "2010-04-01"]
        ]
        assert problems == []

    def test_a_difference_is_named_with_both_and_the_first_goes(self) -> None:
        table, (problem,) = joined((None, source(TRUST)), (None, source({**TRUST, "region": "Y58"})))
        assert table["region"].to_list() == ["Y56"]
        assert (problem.rule, problem.found) == ("sources-differ", "region Y58 where f, row 2 has Y56")

    @pytest.mark.parametrize("name", ["EXAMPLE NHS TRUST", "The Example N.H.S. Trust"])
    def test_a_name_that_is_only_written_otherwise_is_no_difference(self, name: str) -> None:
        _, problems = joined((None, source(TRUST)), (None, source({**TRUST, "organisation": name})))
        assert problems == []

    def test_lists_of_two_days_may_differ_and_one_that_agrees_is_enough(self) -> None:
        renamed = {**LISTED, "organisation": "Sample NHS Trust", "icb_code": "QMJ"}
        table, problems = joined((None, source(TRUST)), (LIST, source(LISTED)), (OLD_LIST, source(renamed)))
        assert problems == []
        assert table["icb_code"].to_list() == ["QMF"]

    def test_a_board_that_nobody_named_goes_by_its_code(self) -> None:
        table, _ = joined((None, source(TRUST)), (LIST, source({**LISTED, "icb_code": "Z9B2Z"})))
        assert table["icb"].to_list() == ["Z9B2Z"]


class TestOdsLists:
    def test_who_is_listed(self) -> None:
        other = {**TRUST, "organisation_code": "RYY"}
        table, problems = joined((None, source(TRUST, other)), (LIST, source(LISTED)))
        assert table["listed"].to_list() == [True, False]
        assert problems == []

    def test_boards_of_another_day_are_told(self) -> None:
        _, (problem,) = joined((None, source(TRUST)), (OLD_LIST, source(LISTED)))
        assert (problem.rule, problem.found) == (
            "ods-day",
            "integrated care boards as they were on 1 August 2022",
        )

    def test_a_trust_with_figures_needs_a_type(self) -> None:
        problems: list[Problem] = []
        table, _ = joined((LIST, source(LISTED)))
        known, register = with_types(table, {"RXX"}, problems)
        assert known.empty
        assert register.empty
        assert [p.rule for p in problems] == ["no-type"]

    def test_a_trust_on_the_list_alone_stays_there(self) -> None:
        problems: list[Problem] = []
        table, _ = joined((LIST, source(LISTED)))
        known, register = with_types(table, set(), problems)
        assert known.empty
        assert register["organisation_code"].to_list() == ["RXX"]
        assert problems == []


def test_organisations_that_only_the_publication_file_names() -> None:
    named = publication(
        organisations=["T1", "XYZ"], peer_groups={"own": ("T1", "X1", "X2"), "known": ("T1",)}
    )
    assert [problem.line() for problem in named_but_unknown(named, {"T1"})] == [
        f"publication file: found {found}; expected codes of the organisations table; "
        "correct the code, or give the organisation"
        for found in ("peer_groups.own: X1, X2", "organisations: XYZ")
    ]
