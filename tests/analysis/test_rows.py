import numpy as np
import pandas as pd
import pytest
from scipy.stats import false_discovery_control
from statsmodels.stats.proportion import proportion_confint

from small_england import chosen, counts, only, organisation, rates, rows_of, staff
from wres.analysis.rows import practical_range, with_verdicts
from wres.params import StatisticsSettings

SETTINGS = StatisticsSettings()
TRUSTS = [organisation("A"), organisation("B"), organisation("C"), organisation("M", "mental_health")]


def gap_rows(p: list[float], codes: list[str], levels: list[str] | None = None) -> pd.DataFrame:
    """Rows that are clear of 1, each with its p-value."""
    size = len(p)
    return pd.DataFrame(
        {
            "year": 2025,
            "level": levels or ["organisation"] * size,
            "code": codes,
            "indicator": "3",
            "staff_group": "all",
            "category": "",
            "statistic": "relative_likelihood",
            "value": 2.0,
            "lower": 1.5,
            "upper": 3.0,
            "p_value": p,
            "note": "",
            "sparse": False,
            "cannot_be_significant": False,
        }
    )


def test_q_values_are_of_the_organisations_of_one_type() -> None:
    p = [0.001, 0.02, 0.03, 0.04]
    types = pd.Series({"A": "acute", "B": "acute", "C": "acute", "M": "mental_health"})
    found = with_verdicts(gap_rows(p, ["A", "B", "C", "M"]), types, 1, SETTINGS)
    assert found["q_value"].tolist() == pytest.approx([0.003, 0.03, 0.03, 0.04])
    np.testing.assert_allclose(found["q_value"][:3], false_discovery_control(p[:3]))


def test_levels_above_are_unadjusted_and_no_part_of_a_family() -> None:
    types = pd.Series({"A": "acute", "B": "acute"})
    rows = gap_rows([0.03, 0.04, 0.04], ["A", "B", "ENG"], ["organisation", "organisation", "national"])
    found = with_verdicts(rows, types, 1, SETTINGS)
    assert found["q_value"][:2].tolist() == pytest.approx([0.04, 0.04])
    assert np.isnan(found["q_value"][2])
    assert found["verdict"].tolist() == ["adverse"] * 3


def test_what_cannot_be_significant_is_left_out_of_its_family() -> None:
    types = pd.Series({"A": "acute", "B": "acute"})
    rows = gap_rows([0.03, 0.6], ["A", "B"])
    rows["cannot_be_significant"] = [False, True]
    found = with_verdicts(rows, types, 1, SETTINGS)
    assert found["q_value"][0] == pytest.approx(0.03)
    assert np.isnan(found["q_value"][1])


def test_years_places_and_statistics_are_families_of_their_own() -> None:
    types = pd.Series({"A": "acute", "B": "acute"})
    rows = gap_rows([0.03, 0.8], ["A", "B"])
    for column, other in [("year", 2024), ("staff_group", "clinical"), ("category", "5")]:
        changed = rows.copy()
        changed.loc[1, column] = other
        assert with_verdicts(changed, types, 1, SETTINGS)["q_value"][0] == pytest.approx(0.03), column


def test_practical_ranges() -> None:
    settings = StatisticsSettings(practical_ratio=(0.9, 1.2), practical_points=3.0)
    assert practical_range("relative_likelihood", settings) == (0.9, 1.0, 1.2)
    assert practical_range("relative_likelihood_mh", settings) == (0.9, 1.0, 1.2)
    assert practical_range("disparity_ratio", settings) == (0.9, 1.0, 1.2)
    assert practical_range("difference", settings) == (-3.0, 0.0, 3.0)


def test_shares_of_a_workforce_have_the_unknown_in_their_base_and_those_of_known_ethnicity_beside() -> None:
    rows = rows_of(TRUSTS[:1], staff("A", 70, 20, 10))
    at = {"indicator": "1", "category": "", "staff_group": "all"}
    for ethnicity, count in (("white", 70), ("bme", 20), ("unknown", 10)):
        row = only(rows, statistic="percentage", ethnicity=ethnicity, **at)
        assert (row["value"], row["numerator"], row["denominator"]) == (count, count, 100)
        limits = proportion_confint(count, 100, method="wilson")
        assert (row["lower"], row["upper"]) == pytest.approx([100 * limit for limit in limits])
        assert row["method"] == "Wilson interval"
    known = only(rows, statistic="percentage_of_known", **at)
    assert (known["value"], known["denominator"], known["ethnicity"]) == (
        pytest.approx(100 * 20 / 90),
        90,
        "bme",
    )


def test_unknown_ethnicity_that_was_not_submitted_is_no_row_and_not_0_per_cent() -> None:
    rows = rows_of(TRUSTS[:1], [*staff("A", 70, 20), *counts("A", "4", "accessed_training", 7, 2)])
    assert not rows["ethnicity"].eq("unknown").any()


def test_percentages_of_the_other_indicators_are_of_each_group() -> None:
    rows = rows_of(TRUSTS[:1], rates("A", "2", (12, 80), (0, 30)))
    white, bme = (only(rows, statistic="percentage", ethnicity=e) for e in ("white", "bme"))
    assert (white["value"], white["numerator"], white["denominator"]) == (15, 12, 80)
    assert (bme["value"], bme["lower"], bme["numerator"]) == (0, 0, 0)
    assert bme["upper"] == pytest.approx(100 * proportion_confint(0, 30, method="wilson")[1])


def test_pooled_percentages_have_an_interval_of_how_organisations_differ() -> None:
    """Variance K/(K-1) times the sum of (x - pn)^2 over (sum of n)^2, t(K-1) (Cochran 1977, section 11.8)."""
    shares = {"A": (100, 900), "B": (300, 700), "C": (150, 850)}
    rows = rows_of(
        TRUSTS[:3],
        [row for code, (bme, white) in shares.items() for row in staff(code, white, bme, 0)],
    )
    row = only(rows, level="national", statistic="percentage", ethnicity="bme", indicator="1", category="")
    p = 550 / 3000
    spread = np.sqrt(1.5 * sum((bme - p * 1000) ** 2 for bme, _ in shares.values())) / 3000
    t = 4.302652729911275
    assert row["value"] == pytest.approx(100 * p)
    assert row["upper"] == pytest.approx(100 * (p + t * spread))
    assert row["lower"] == pytest.approx(max(0, 100 * (p - t * spread)))
    assert row["numerator"] == 550
    assert len(chosen(rows, level="type", code="acute", ethnicity="bme", statistic="percentage")) == 1
