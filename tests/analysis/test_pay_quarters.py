"""Quarters of pay by hand."""

from __future__ import annotations

import pandas as pd

from wres.analysis.pay_quarters import quarters


def staff(*rows: tuple[int, str, float, int]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["organisation", "group", "amount", "count"])


def counted(table: pd.DataFrame, organisation: int = 0) -> dict[str, list[float]]:
    own = table[table["organisation"].eq(organisation)].set_index("category")
    return {str(name): row[["white_x", "bme_x", "unknown_x"]].tolist() for name, row in own.iterrows()}


def test_four_quarters_of_the_same_size() -> None:
    found = counted(quarters(staff((0, "white", 10, 1), (0, "bme", 10, 1), (0, "white", 20, 2),
                                   (0, "bme", 30, 2), (0, "white", 40, 1), (0, "unknown", 40, 1))))  # fmt: skip
    assert found == {
        "lower_quarter": [1, 1, 0],
        "lower_middle_quarter": [2, 0, 0],
        "upper_middle_quarter": [0, 2, 0],
        "upper_quarter": [1, 0, 1],
        "": [4, 2 + 1, 1],
    }


def test_people_paid_the_same_are_divided_in_proportion() -> None:
    # Everybody is paid the same: each quarter holds a quarter of each group.
    found = counted(quarters(staff((0, "white", 15, 80), (0, "bme", 15, 40), (0, "unknown", 15, 8))))
    assert [found[name] for name in list(found)[:4]] == [[20, 10, 2]] * 4


def test_several_organisations_are_cut_as_one() -> None:
    table = quarters(staff((0, "white", 10, 4), (1, "bme", 20, 4)))
    assert counted(table, 0)["upper_quarter"] == [0, 0, 0]
    assert counted(table, 1)["upper_quarter"] == [0, 2, 0]
    assert counted(table, 1)[""] == [0, 4, 0]
