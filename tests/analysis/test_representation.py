from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from statsmodels.stats.contingency_tables import Table2x2

from small_england import chosen, only, organisation, rows_of, staff

VECTORS = Path(__file__).parents[1] / "known_answers" / "vectors"
TRUST = [organisation("A")]


def two_bands(x: int, n: int, x_all: int, n_all: int, code: str = "A") -> list:
    """Band 8a with x BME of n, and band 5 with the rest of the workforce."""
    return [
        *staff(code, n - x, x, 0, group="clinical", category="8a"),
        *staff(code, n_all - n - (x_all - x), x_all - x, 0, group="clinical", category="5"),
    ]


@pytest.mark.parametrize("case", pd.read_csv(VECTORS / "indicator1_overlap.csv").to_dict("records"), ids=str)
def test_gap_is_that_of_the_band_against_the_rest_mapped_exactly(case: dict[str, float]) -> None:
    returns = two_bands(case["x_band"], case["n_band"], case["x_all"], case["n_all"])
    row = only(rows_of(TRUST, returns), staff_group="all", category="8a", statistic="difference")
    for column, reference in (("value", "gap"), ("lower", "gap_low"), ("upper", "gap_high")):
        assert row[column] == pytest.approx(100 * case[reference], rel=1e-8), column
    sparse = min(case["x_all"], case["n_all"] - case["x_all"]) * case["n_band"] / case["n_all"] < 5
    expected = max(case["p_scas"], case["p_midp_hypergeom"]) if sparse else case["p_scas"]
    assert row["p_value"] == pytest.approx(expected)
    assert (row["numerator"], row["denominator"]) == (case["x_band"], case["n_band"])
    share = case["x_all"] / case["n_all"]
    assert row["people_equivalent"] == pytest.approx(case["x_band"] - case["n_band"] * share)


def test_fewer_bme_staff_in_a_band_is_adverse() -> None:
    rows = rows_of(TRUST, two_bands(12, 140, 760, 4000))
    at = {"staff_group": "all", "statistic": "difference"}
    assert only(rows, category="bands_8a_to_vsm", **at)["verdict"] == "adverse"
    turned = rows_of(TRUST, two_bands(140 - 12, 140, 4000 - 760, 4000))
    assert only(turned, category="bands_8a_to_vsm", **at)["verdict"] == "favourable"


def test_minimum_detectable_gap_is_below_the_workforce() -> None:
    row = only(
        rows_of(TRUST, two_bands(12, 140, 760, 4000)),
        category="8a",
        staff_group="all",
        statistic="difference",
    )
    assert -19 < row["minimum_detectable"] < 0


def test_the_whole_workforce_has_no_gap_to_itself() -> None:
    rows = rows_of(TRUST, two_bands(12, 140, 760, 4000))
    assert chosen(rows, indicator="1", staff_group="all", category="", statistic="difference").empty
    clinical = only(rows, staff_group="clinical", category="", statistic="difference")
    assert (clinical["status"], clinical["verdict"]) == ("insufficient", "not_tested")
    assert clinical["note"] == "the part is the whole"


def test_gap_is_the_difference_of_the_shares_that_are_printed_at_every_level() -> None:
    returns = [*two_bands(12, 140, 760, 4000), *two_bands(30, 90, 300, 900, "B")]
    rows = rows_of([*TRUST, organisation("B")], returns)
    assert set(rows["level"]) >= {"organisation", "region", "national", "type"}
    at = {"year": 2025, "indicator": "1", "staff_group": "all"}
    for (level, code), own in chosen(rows, **at).groupby(["level", "code"]):
        shares = chosen(own, statistic="percentage", ethnicity="bme").set_index("category")["value"]
        gap = only(own, statistic="difference", category="bands_8a_to_vsm")
        assert gap["value"] == pytest.approx(shares["bands_8a_to_vsm"] - shares[""]), (level, code)


def test_single_bands_are_summed_at_every_level_but_icbs() -> None:
    places = [organisation(code, icb_code="Q1", icb="One") for code in "AB"]
    rows = rows_of(places, [*two_bands(12, 140, 760, 4000), *two_bands(30, 90, 300, 900, "B")])
    assert set(chosen(rows, category="8a")["level"]) == {"organisation", "region", "type", "national"}
    assert set(chosen(rows, category="bands_8a_to_vsm")["level"]) == set(rows["level"]) >= {"icb"}


TIERS = {"5": (600, 300), "6": (250, 80), "8a": (90, 12)}


def test_race_disparity_ratios_are_odds_ratios_of_two_tiers() -> None:
    """Expected: the odds ratio and the N-1 chi-squared test by statsmodels."""
    returns = [
        row
        for band, (white, bme) in TIERS.items()
        for row in staff("A", white, bme, 0, group="clinical", category=band)
    ]
    rows = chosen(rows_of(TRUST, returns), statistic="disparity_ratio", staff_group="all")
    expected = {"lower_to_middle": ("5", "6"), "middle_to_upper": ("6", "8a"), "lower_to_upper": ("5", "8a")}
    for category, (low, high) in expected.items():
        row = only(rows, category=category)
        table = np.array([[TIERS[high][0], TIERS[low][0]], [TIERS[high][1], TIERS[low][1]]], dtype=float)
        reference = Table2x2(table, shift_zeros=False)
        assert row["value"] == pytest.approx(reference.oddsratio)
        total = table.sum()
        chi = reference.test_nominal_association().statistic  # Pearson's
        assert row["test"] == "N-1 chi-squared test"
        assert row["p_value"] == pytest.approx(_upper_tail(chi * (total - 1) / total))
        assert row["lower"] < row["value"] < row["upper"]
    assert only(rows, category="lower_to_upper")["verdict"] == "adverse"
    product = rows.set_index("category")["value"]
    assert product["lower_to_upper"] == pytest.approx(product["lower_to_middle"] * product["middle_to_upper"])


def _upper_tail(chi: float) -> float:
    from scipy.stats import chi2  # noqa: PLC0415

    return float(chi2.sf(chi, 1))


def test_an_upper_tier_without_bme_staff_gives_an_infinite_disparity_with_a_lower_limit() -> None:
    returns = [
        *staff("A", 600, 300, 0, group="clinical", category="5"),
        *staff("A", 90, 0, 0, group="clinical", category="8a"),
    ]
    row = only(rows_of(TRUST, returns), statistic="disparity_ratio", staff_group="all")
    assert np.isinf(row["value"])
    assert np.isinf(row["upper"])
    cells = np.array(
        [90.5, 0.5, 600.5, 300.5]
    )  # with a half added: white and BME in the upper, then the lower
    log_odds = np.log(cells[0] * cells[3] / cells[1] / cells[2])
    error = np.sqrt((1 / cells).sum())
    assert row["lower"] == pytest.approx(np.exp(log_odds - 1.959963984540054 * error))
    assert row["method"].startswith("Gart's logit interval")


@pytest.mark.parametrize("method", ["miettinen_nurminen", "newcombe"])
def test_the_test_named_is_the_test_made(method: str) -> None:
    rows = rows_of(TRUST, two_bands(12, 140, 760, 4000), statistics={"difference_method": method})
    row = only(rows, staff_group="all", category="8a", statistic="difference")
    assert row["test"] == "test of the same interval"
    assert (row["p_value"] < 0.05) == (row["upper"] < 0)
