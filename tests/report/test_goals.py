import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from small_england import organisation, staff
from small_report import computed_report, report_of, share_row
from wres.report import goals
from wres.report.slices import Slice
from wres.results import GOAL_COLUMNS

GOAL = {
    "year": 2025,
    "level": "organisation",
    "code": "A",
    "name": "Trust A",
    "staff_group": "all",
    "category": "bands_8a_to_vsm",
    "target_year": 2028,
    "outcome": "recruit",
    "bme": 40,
    "posts": 400,
    "share": 0.1,
    "share_lower": 0.07,
    "share_upper": 0.13,
    "target": 0.2,
    "turnover": 0.125,
    "turnover_basis": "inferred",
    "path": "constant_share",
    "share_of_recruits": 0.41,
    "recruits": 50,
    "bme_recruits": 20.5,
    "reached_lower": 0.16,
    "reached_upper": 0.24,
    "present_share_of_recruits": 0.12,
    "chance": 0.3,
    "note": "",
}
ANY = share_row("1", "bme", 20.0)


def said(**changes: object) -> str:
    return goals.goal(report_of(ANY, goal=GOAL | changes))


def test_three_points_in_plain_english() -> None:
    text = said()
    assert "- Today **10.0% of 400** staff in bands 8a to VSM are BME (7.0 to 13.0)." in text
    assert (
        "- **4 in 10** people recruited to these bands would be BME: about **20 of 50 recruits a year**."
        in text
    )
    assert "Chance would then leave the share in 2028 between 16% and 24%." in text
    assert "the chance of parity in 2028 is **about 30 in 100**" in text
    assert "That figure and the model are inferred from the policy’s own examples" in text.replace("'", "’")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"outcome": "met"}, "**already as diverse as the staff as a whole**"),
        ({"outcome": "impossible"}, "parity **could not be reached by 2028** at this turnover"),
        ({"outcome": "too_few_posts"}, "**too few posts for a goal**"),
        ({"outcome": "hidden"}, "nothing can be said here about parity by 2028"),
        ({"recruits": 6.0}, "There are too few posts to say how many that is in a year."),
        ({"turnover_basis": "given"}, "the turnover that was given"),
        (
            {"chance": np.nan, "present_share_of_recruits": np.nan},
            "can't be told from so few years of figures",
        ),
    ],
)
def test_every_other_case(changes: dict[str, object], words: str) -> None:
    assert words in said(**changes)


def test_without_a_goal_nothing_is_claimed() -> None:
    assert "nothing can be said here about parity by 2028" in goals.goal(report_of(ANY))
    assert goals.path_to_parity(report_of(ANY)) is None


@pytest.fixture(scope="module")
def report() -> Slice:
    returns = [
        row
        for year, senior in ((2023, 20), (2024, 24), (2025, 30))
        for row in (
            *staff("A", 700, 300, 0, group="clinical", category="5", year=year),
            *staff("A", 300 - senior, senior, 0, group="clinical", category="8a", year=year),
        )
    ]
    return computed_report([organisation("A")], returns)


def test_path_and_tables_of_a_whole_computation(report: Slice) -> None:
    chart = goals.path_to_parity(report)
    assert chart is not None
    assert "In 2025 10.0% of staff in bands 8a to VSM were BME against 25.4% of all staff" in chart.alt
    table = goals.goals_by_band(report.own_goals, report, "Goals")
    assert "| Bands 8a to VSM | 30 of 300 | 10.0% (7.1 to 13.9) |" in table
    assert "| Band 5 | 300 of 1,000 |" in table
    assert "Not applicable, nobody counted:" in table


def test_where_all_staff_are_hidden_nothing_is_drawn_or_claimed_of_parity(report: Slice) -> None:
    """A share of a few bands may be shown where that of all staff is hidden."""
    whole = report.indicators["indicator"].eq("1") & report.indicators["category"].eq("")
    shown = report.indicators[~whole]
    aims = report.goals.assign(target=np.nan, outcome="hidden")
    hidden = replace(report, indicators=shown, goals=aims)
    assert hidden.goal["share"] == pytest.approx(0.1)
    assert goals.path_to_parity(hidden) is None
    assert "nothing can be said here about parity" in goals.goal(hidden)
    assert "parity is hidden" in goals.printed_goals(aims, "table")


def test_old_goal_and_new_goal_stand_side_by_side(report: Slice) -> None:
    text = goals.goals_again(report)
    assert "Goal of 2023" in text
    assert "Goal from 2025" in text
    assert "| Band 8a |" in text


class TestPrinted:
    ROWS = pd.DataFrame([GOAL, GOAL | {"category": "8a", "outcome": "met"}], columns=list(GOAL_COLUMNS))

    def test_table(self) -> None:
        text = goals.printed_goals(self.ROWS, "table")
        assert "Trust A (A), 2025: parity is 20.0%" in text
        assert "40 of 400" in text
        assert "4 in 10 (20 a year)" in text
        assert "inferred" in text
        assert "Synthetic" not in text

    def test_synthetic_data_say_so(self) -> None:
        assert "Synthetic data" in goals.printed_goals(self.ROWS.assign(note="synthetic data"), "table")

    def test_csv_and_json_hold_every_column(self) -> None:
        head = goals.printed_goals(self.ROWS, "csv").splitlines()[0]
        assert head == ",".join(GOAL_COLUMNS)
        assert [row["category"] for row in json.loads(goals.printed_goals(self.ROWS, "json"))] == [
            "bands_8a_to_vsm",
            "8a",
        ]
