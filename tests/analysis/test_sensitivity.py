import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from small_england import chosen, counts, only, organisation, rows_of, staff
from wres import statistics
from wres.analysis.sensitivity import DEPENDS

TRUST = [organisation("A")]
SCENARIOS = ["if_unknown_white", "if_unknown_bme", "unknown_lower", "unknown_upper"]


def disciplinary(white: tuple[int, int], bme: tuple[int, int], unknown: tuple[int | None, int]) -> dict:
    """The ratio of indicator 3 of one trust."""
    returns = [
        *staff("A", white[1], bme[1], unknown[1]),
        *counts("A", "3", "entered_disciplinary", white[0], bme[0], unknown[0]),
    ]
    rows = chosen(rows_of(TRUST, returns), level="organisation", indicator="3")
    return only(rows, statistic="relative_likelihood")


def test_kent_and_medway_2020_by_hand() -> None:
    """9 of 725 BME and 17 of 2,505 white staff, and 66 unknown of whom one entered the process."""
    row = disciplinary((17, 2505), (9, 725), (1, 66))
    assert row["value"] == pytest.approx((9 / 725) / (17 / 2505))
    assert row["if_unknown_white"] == pytest.approx((9 / 725) / (18 / 2571))
    assert row["if_unknown_bme"] == pytest.approx((10 / 791) / (17 / 2505))
    assert row["unknown_upper"] == pytest.approx((10 / 726) / (17 / 2570))
    assert row["unknown_lower"] == pytest.approx((9 / 790) / (18 / 2506))
    assert DEPENDS not in row["note"]


def test_a_conclusion_that_hangs_on_the_unknown_is_marked() -> None:
    """8 % of BME and 5 % of white staff differ clearly; with 500 more BME staff and no case more, not at all."""
    row = disciplinary((200, 4000), (80, 1000), (0, 500))
    assert row["lower"] > 1
    assert DEPENDS in row["note"]
    assert row["if_unknown_bme"] == pytest.approx((80 / 1500) / (200 / 4000))


def test_the_unknown_of_a_band_and_of_the_rest_are_set_apart() -> None:
    returns = [
        *staff("A", 600, 200, 100, group="clinical", category="5"),
        *staff("A", 80, 15, 5, group="clinical", category="8a"),
    ]
    rows = chosen(rows_of(TRUST, returns), level="organisation", indicator="1", staff_group="all")
    row = only(rows, statistic="difference", category="bands_8a_to_vsm")
    assert row["value"] == pytest.approx(100 * (15 / 100 - 215 / 1000))
    assert row["if_unknown_white"] == row["value"]
    assert row["if_unknown_bme"] == pytest.approx(100 * (20 / 100 - 320 / 1000))
    assert row["unknown_lower"] == pytest.approx(100 * (15 / 100 - 315 / 1000))
    assert row["unknown_upper"] == pytest.approx(100 * (20 / 100 - 220 / 1000))


def test_a_board_whose_members_did_not_say() -> None:
    returns = [*staff("A", 700, 200, 100), *counts("A", "9", "board_members", 10, 1, 3)]
    row = only(chosen(rows_of(TRUST, returns), level="organisation", indicator="9"), statistic="difference")
    assert row["value"] == pytest.approx(100 * (1 / 14 - 0.2))
    assert row["if_unknown_bme"] == pytest.approx(100 * (4 / 14 - 0.3))
    assert row["unknown_lower"] == pytest.approx(100 * (1 / 14 - 0.3))
    assert row["unknown_upper"] == pytest.approx(100 * (4 / 14 - 0.2))


def test_nothing_is_said_where_the_unknown_were_not_submitted() -> None:
    row = disciplinary((17, 2505), (9, 725), (None, None))  # type: ignore[arg-type]
    assert np.isnan([row[name] for name in SCENARIOS]).all()
    assert DEPENDS not in row["note"]


def test_with_nobody_unknown_all_scenarios_are_the_estimate() -> None:
    row = disciplinary((17, 2505), (9, 725), (0, 0))
    assert [row[name] for name in SCENARIOS] == pytest.approx([row["value"]] * 4)


def test_a_region_is_recomputed_from_its_organisations() -> None:
    places = [organisation("A"), organisation("B")]
    returns = [
        row
        for code in ("A", "B")
        for row in [
            *counts(code, "2", "shortlisted", 400, 100, 50),
            *counts(code, "2", "appointed", 80, 15, 10),
        ]
    ]
    row = only(
        chosen(rows_of(places, returns), level="region", indicator="2"), statistic="relative_likelihood"
    )
    assert row["if_unknown_white"] == pytest.approx((180 / 900) / (30 / 200))
    assert row["if_unknown_bme"] == pytest.approx((160 / 800) / (50 / 300))


@given(st.tuples(*[st.integers(0, 40) for _ in range(6)]))
def test_bounds_hold_every_allocation(drawn: tuple[int, ...]) -> None:
    """Every way of splitting the unknown lies inside the bounds, and some way reaches them (Manski 2003)."""
    white, bme, unknown = ((min(drawn[i], drawn[i + 1]), max(drawn[i], drawn[i + 1])) for i in (0, 2, 4))
    if not white[1] or not bme[1]:
        return
    found = statistics.unknown_bounds(*bme, *white, *unknown, kind="difference")
    with_event, without = np.meshgrid(np.arange(unknown[0] + 1), np.arange(unknown[1] - unknown[0] + 1))
    gap = (bme[0] + with_event) / (bme[1] + with_event + without) - (white[0] + unknown[0] - with_event) / (
        white[1] + unknown[1] - with_event - without
    )
    assert found.lower - 1e-12 <= gap.min()
    assert gap.max() <= found.upper + 1e-12
