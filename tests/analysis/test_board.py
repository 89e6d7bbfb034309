import numpy as np
import pytest
from scipy.stats import binom

from small_england import chosen, counts, only, organisation, rows_of, staff
from wres import statistics

TRUST = [organisation("A")]
ROLES = {
    "voting_executive": (4, 1),
    "voting_non_executive": (6, 0),
    "non_voting_executive": (2, 1),
    "non_voting_non_executive": (1, 0),
}


def board(roles: dict[str, tuple[int, int]], code: str = "A") -> list:
    return [
        row
        for role, (white, bme) in roles.items()
        for row in counts(code, "9", "board_members", white, bme, 0, category=role)
    ]


def gaps(returns: list) -> dict[str, dict[str, object]]:
    rows = chosen(rows_of(TRUST, returns), indicator="9", statistic="difference", year=2025)
    return {row["category"]: row for row in rows.to_dict("records")}


def test_whole_voting_and_executive_against_the_workforce() -> None:
    found = gaps([*staff("A", 800, 200, 0), *board(ROLES)])
    members = {
        "": (2, 15),
        "voting": (1, 11),
        "executive": (2, 8),
        "non_voting": (1, 4),
        "non_executive": (0, 7),
    }
    assert set(found) == set(members)
    for category, (bme, size) in members.items():
        row = found[category]
        assert row["value"] == pytest.approx(100 * (bme / size - 0.2)), category
        assert (row["numerator"], row["denominator"]) == (bme, size)
        assert row["people_equivalent"] == pytest.approx(bme - 0.2 * size)
        assert row["lower"] < row["value"] < row["upper"]


def test_executives_are_taken_out_of_the_workforce_they_are_compared_with() -> None:
    """A body of 60 staff, 8 of them executives: the rest are 52, of whom 12 - 2 are BME."""
    found = gaps([*staff("A", 48, 12, 0), *board(ROLES)])
    for category, (bme, size, bme_inside, inside) in {
        "": (2, 15, 2, 8),
        "voting": (1, 11, 1, 5),
        "executive": (2, 8, 2, 8),
    }.items():
        rest, bme_rest = 60 - inside, 12 - bme_inside
        expected = statistics.hypergeometric_midp(bme, size, bme + bme_rest, size + rest)
        assert found[category]["p_value"] == pytest.approx(float(expected.p_value)), category
        contrast = statistics.difference(bme, size, bme_rest, rest)
        g = inside / 60
        shift = g * (bme / size - bme_inside / inside)
        for limit in ("lower", "upper"):
            mapped = 100 * ((1 - g) * float(getattr(contrast, limit)) + shift)
            assert found[category][limit] == pytest.approx(mapped), (category, limit)
        assert found[category]["value"] == pytest.approx(100 * (bme / size - 0.2))


def test_a_board_of_14_without_a_bme_member_cannot_be_told_from_19_per_cent() -> None:
    """P(no BME member) is 5.2 %: the interval just excludes no gap, the exact test does not."""
    row = gaps([*staff("A", 3240, 760, 0), *counts("A", "9", "board_members", 14, 0, 0)])[""]
    assert binom.pmf(0, 14, 0.19) == pytest.approx(0.052, abs=5e-4)
    assert row["p_value"] == pytest.approx(0.053, abs=1e-3)
    assert row["upper"] < 0
    assert row["verdict"] == "inconclusive"
    assert row["note"] == "cannot be significant; sparse; borderline"


def test_a_board_says_when_even_nobody_would_not_be_too_few() -> None:
    """Mid-p of none of 7 at 20 % is 0.8^7 = 21 %; of none of 15 it is 3.5 %."""
    workforce = staff("A", 8000, 2000, 0)
    notes = {
        (white, bme): gaps([*workforce, *counts("A", "9", "board_members", white, bme, 0)])[""]["note"]
        for white, bme in ((6, 1), (14, 1), (4, 3))
    }
    marked = {board for board, note in notes.items() if "cannot be significant" in note}
    assert marked == {(6, 1)}  # and not 3 of 7, which are more than would match


@pytest.mark.parametrize(("percent", "verdict"), [(19, "inconclusive"), (20, "adverse"), (25, "adverse")])
def test_smallest_workforce_share_at_which_none_of_14_can_be_a_finding(percent: int, verdict: str) -> None:
    """19.3 % by mid-p."""
    workforce = staff("A", (100 - percent) * 1000, percent * 1000, 0)
    row = gaps([*workforce, *counts("A", "9", "board_members", 14, 0, 0)])[""]
    assert row["verdict"] == verdict


def test_one_bme_member_of_14_as_worked_out_in_the_method() -> None:
    """1 of 14 against 760 of 4,000: -11.9 points, SCAS -19.1 to +10.7, mid-p 0.277."""
    row = gaps([*staff("A", 3240, 760, 0), *counts("A", "9", "board_members", 13, 1, 0)])[""]
    assert row["value"] == pytest.approx(-11.9, abs=0.05)
    assert (row["lower"], row["upper"]) == pytest.approx((-19.1, 10.7), abs=0.05)
    assert row["p_value"] == pytest.approx(0.277, abs=5e-4)
    assert row["test"] == "hypergeometric mid-p test"
    assert row["verdict"] == "inconclusive"


def test_unknown_ethnicity_stays_in_the_base_of_board_and_workforce() -> None:
    row = gaps([*staff("A", 70, 20, 10), *counts("A", "9", "board_members", 7, 1, 2)])[""]
    assert row["value"] == pytest.approx(100 * (1 / 10 - 20 / 100))


def test_a_board_without_a_workforce_has_shares_and_no_gap() -> None:
    rows = rows_of(TRUST, counts("A", "9", "board_members", 11, 2, 0))
    shares = chosen(rows, indicator="9", statistic="percentage", year=2025)
    assert shares.set_index("ethnicity")["value"]["bme"] == pytest.approx(100 * 2 / 13)
    assert list(chosen(rows, indicator="9", statistic="difference", year=2025)["status"]) == ["insufficient"]


@pytest.mark.parametrize("missing", ["white", "bme"])
def test_a_headcount_without_one_of_the_groups_is_no_workforce(missing: str) -> None:
    """The people who were sent would be taken for all: 760 BME of 760, and a board 94 points below."""
    heads = [row for row in staff("A", 3240, 760, 0) if row["ethnicity"] != missing]
    rows = rows_of(TRUST, [*heads, *counts("A", "9", "board_members", 13, 1, 0)])
    assert list(chosen(rows, indicator="9", statistic="difference", year=2025)["status"]) == ["insufficient"]


def test_boards_together() -> None:
    """Observed against expected by Cochran's linearisation, t(K-1); statistics.crude_difference has vectors."""
    codes = ["A", "B", "C"]
    returns = []
    for code, bme in zip(codes, (0, 1, 3), strict=True):
        returns += [*staff(code, 800, 200, 0), *counts(code, "9", "board_members", 14 - bme, bme, 0)]
    rows = rows_of([organisation(code) for code in codes], returns)
    row = only(rows, level="national", indicator="9", statistic="difference")
    assert row["value"] == pytest.approx(100 * (4 / 42 - 0.2))
    shares = np.array([0, 1, 3]) - 4 / 42 * 14
    error = np.sqrt(1.5 * (shares**2).sum()) / 42
    binomial = np.sqrt(4 / 42 * 38 / 42 / 42 + 0.2 * 0.8 / 3000)
    t = 4.302652729911275
    assert row["upper"] - row["value"] == pytest.approx(100 * t * max(error, binomial), rel=1e-6)


def test_boards_together_are_held_to_their_own_workforces() -> None:
    """Mantel-Haenszel ratio of three boards to three workforces, and members observed and expected."""
    shares, on_board = {"A": 100, "B": 300, "C": 50}, {"A": 1, "B": 2, "C": 0}
    returns = []
    for code, bme in shares.items():
        returns += staff(code, 1000 - bme, bme, 0)
        returns += counts(code, "9", "board_members", 14 - on_board[code], on_board[code], 0)
    rows = rows_of([organisation(code) for code in shares], returns)
    row = only(rows, level="national", indicator="9", statistic="relative_likelihood_mh")
    above = sum(x * 1000 / 1014 for x in on_board.values())
    below = sum(n * 14 / 1014 for n in shares.values())
    assert row["value"] == pytest.approx(above / below)
    assert row["people_equivalent"] == pytest.approx(3 - 14 * 0.45)
    assert row["note"] == "few organisations; 3 observed, 6.3 expected"
    assert (row["numerator"], row["denominator"]) == (3, 42)
    assert row["lower"] < row["value"] < row["upper"]
    assert row["verdict"] == "inconclusive"


def test_observed_over_expected_below_1_is_adverse() -> None:
    returns = []
    codes = [f"T{i:02}" for i in range(30)]
    for i, code in enumerate(codes):
        returns += [*staff(code, 800, 200, 0), *counts(code, "9", "board_members", 13 + i % 2, 1 - i % 2, 0)]
    rows = rows_of([organisation(code) for code in codes], returns)
    row = only(rows, level="national", indicator="9", statistic="relative_likelihood_mh")
    assert row["value"] == pytest.approx(15 / (30 * 14 * 0.2), rel=0.02)
    assert row["verdict"] == "adverse"
    assert row["note"] == "15 observed, 84.0 expected"
