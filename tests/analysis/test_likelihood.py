from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from small_england import chosen, counts, only, organisation, rates, rows_of, staff
from wres import statistics
from wres.results import conform

VECTORS = Path(__file__).parents[1] / "known_answers" / "vectors"
TRUST = [organisation("A")]
RATIOS = {"2": "appointed", "3": "entered_disciplinary", "4": "accessed_training"}


def ratio_rows(
    indicator: str, white: tuple[int, int], bme: tuple[int, int], **settings: object
) -> pd.DataFrame:
    """All rows of one indicator of one trust."""
    if indicator == "2":
        returns = rates("A", "2", white, bme)
    else:
        counted = counts("A", indicator, RATIOS[indicator], white[0], bme[0])
        returns = [*staff("A", white[1], bme[1]), *counted]
    rows = rows_of(TRUST, returns, statistics=settings)
    return chosen(rows, level="organisation", indicator=indicator, year=2025)


@pytest.mark.parametrize(("indicator", "expected"), [("2", 0.3 / 0.2), ("3", 0.2 / 0.3), ("4", 0.3 / 0.2)])
def test_orientation(indicator: str, expected: float) -> None:
    """White over BME for 2 and 4, BME over white for 3."""
    rows = ratio_rows(indicator, white=(30, 100), bme=(20, 100))
    row = only(rows, statistic="relative_likelihood")
    assert row["value"] == pytest.approx(expected)
    counted = [f"{group}_{part}" for group in ("white", "bme") for part in ("numerator", "denominator")]
    assert row[counted].tolist() == [30, 100, 20, 100]


@pytest.mark.parametrize("indicator", RATIOS)
def test_above_1_is_adverse_and_a_difference_stands_beside_the_ratio(indicator: str) -> None:
    better, worse = (400, 1000), (200, 1000)
    white, bme = (worse, better) if indicator == "3" else (better, worse)
    rows = ratio_rows(indicator, white, bme)
    ratio, difference = (only(rows, statistic=name) for name in ("relative_likelihood", "difference"))
    assert (ratio["value"], ratio["verdict"]) == (2, "adverse")
    assert (difference["value"], difference["verdict"]) == (20 if indicator == "3" else -20, "adverse")
    turned = ratio_rows(indicator, bme, white)
    ratio, difference = (only(turned, statistic=name) for name in ("relative_likelihood", "difference"))
    assert (ratio["value"], ratio["verdict"]) == (0.5, "favourable")
    assert (difference["value"], difference["verdict"]) == (-20 if indicator == "3" else 20, "favourable")


def test_disciplinary_example_of_the_method() -> None:
    """5 of 800 BME and 12 of 3,200 white: 1.67, SCAS 0.541 to 4.552, p 0.330; not a finding."""
    row = only(ratio_rows("3", (12, 3200), (5, 800)), statistic="relative_likelihood")
    assert row["value"] == pytest.approx(5 / 3)
    assert (row["lower"], row["upper"]) == pytest.approx((0.541, 4.552), abs=5e-4)
    assert row["method"] == "SCAS interval (skewness-corrected score)"
    assert row["people_equivalent"] == 5 - 800 * 12 / 3200 == 2
    assert row["minimum_detectable"] == pytest.approx(3.6, abs=0.3)
    assert row["verdict"] == "inconclusive"
    sparse = 17 * 800 / 4000
    assert sparse < 5
    assert row["p_value"] == pytest.approx(0.347, abs=5e-4)  # mid-p is the larger where counts are sparse
    assert row["test"] == "larger of SCAS and mid-p"
    assert row["note"] == "sparse"


@pytest.mark.parametrize(
    ("method", "limits"),
    [("miettinen_nurminen", (0.613, 4.517)), ("katz_log", (0.589, 4.717)), ("scas", (0.541, 4.552))],
)
def test_ratio_methods_can_be_chosen(method: str, limits: tuple[float, float]) -> None:
    row = only(ratio_rows("3", (12, 3200), (5, 800), ratio_method=method), statistic="relative_likelihood")
    assert (row["lower"], row["upper"]) == pytest.approx(limits, abs=5e-4)


def test_confidence_can_be_chosen() -> None:
    row = only(ratio_rows("2", (30, 100), (20, 100), confidence=0.9), statistic="relative_likelihood")
    reference = statistics.ratio(30, 100, 20, 100, confidence=0.9)
    assert row["lower"] == pytest.approx(float(reference.lower))
    assert row["upper"] == pytest.approx(float(reference.upper))
    assert row["confidence"] == 0.9


@pytest.mark.parametrize("indicator", ["2", "4"])
def test_people_equivalent_is_how_many_bme_people_the_white_rate_would_give(indicator: str) -> None:
    row = only(ratio_rows(indicator, (90, 300), (20, 200)), statistic="relative_likelihood")
    assert row["people_equivalent"] == 20 - 200 * 0.3 == -40


@pytest.mark.parametrize(("indicator", "direction"), [("2", "down"), ("3", "up"), ("4", "down")])
def test_minimum_detectable_ratio_lies_on_the_adverse_side(indicator: str, direction: str) -> None:
    """80 % power at the observed white rate, in the orientation of the ratio that is printed."""
    row = only(ratio_rows(indicator, (640, 3200), (150, 800)), statistic="relative_likelihood")
    effect = row["minimum_detectable"]
    assert effect > 1
    bme = 0.2 * effect if direction == "up" else 0.2 / effect
    power = statistics.power_two_proportions(bme, 0.2, 800, 3200).power
    assert power == pytest.approx(0.8, abs=1e-6)


def test_no_cases_give_an_undefined_ratio_and_not_an_equal_one() -> None:
    rows = ratio_rows("3", (0, 340), (0, 23))
    row = only(rows, statistic="relative_likelihood")
    assert np.isnan(row["value"])
    assert np.isnan(row["p_value"])
    assert (row["status"], row["verdict"]) == ("insufficient", "not_tested")
    assert row["note"] == "no events in either group"
    assert chosen(rows, statistic="percentage")["value"].tolist() == [0, 0]


def test_cases_of_one_group_only() -> None:
    none_white = only(ratio_rows("3", (0, 340), (3, 23)), statistic="relative_likelihood")
    assert np.isinf(none_white["value"])
    assert np.isinf(none_white["upper"])
    assert none_white["lower"] > 1
    none_bme = only(ratio_rows("3", (5, 340), (0, 23)), statistic="relative_likelihood")
    assert (none_bme["value"], none_bme["lower"]) == (0, 0)
    assert np.isfinite(none_bme["upper"])


def test_swapping_white_and_bme_turns_everything_round() -> None:
    rng = np.random.default_rng(7)
    n = np.round(10 ** rng.uniform(0, 3.5, (150, 2))).astype(int)
    x = rng.binomial(n, rng.choice([0, 0.02, 0.3, 0.9, 1], (150, 2)))
    codes = [f"T{number}" for number in range(150)]
    found = []
    for white, bme in ((0, 1), (1, 0)):
        returns = [
            row
            for code, count, base in zip(codes, x, n, strict=True)
            for row in rates(code, "2", (count[white], base[white]), (count[bme], base[bme]))
        ]
        rows = rows_of([organisation(code) for code in codes], returns)
        own = chosen(rows, level="organisation", statistic="relative_likelihood", indicator="2")
        found.append(own[own["status"].ne("not_submitted")].set_index("code").loc[codes])
    one, other = found
    swap = {"adverse": "favourable", "favourable": "adverse"}
    assert other["verdict"].tolist() == [swap.get(verdict, verdict) for verdict in one["verdict"]]
    assert {"adverse", "favourable", "inconclusive", "not_tested"} <= set(one["verdict"])
    with np.errstate(divide="ignore"):
        for there, back in (("value", "value"), ("lower", "upper"), ("upper", "lower")):
            np.testing.assert_allclose(1 / other[back], one[there], rtol=1e-6)
    np.testing.assert_allclose(one["p_value"], other["p_value"], rtol=1e-9)


def strata(name: str) -> tuple[list, list]:
    """The strata of a published example as the disciplinary counts of trusts: first group BME."""
    table = pd.read_csv(VECTORS / "mantel_haenszel_strata.csv").query("set == @name")
    codes = [f"T{row.stratum}" for row in table.itertuples()]
    returns = [
        row
        for code, s in zip(codes, table.itertuples(), strict=True)
        for row in [
            *staff(code, s.n2, s.n1),
            *counts(code, "3", "entered_disciplinary", s.x2, s.x1),
        ]
    ]
    return [organisation(code) for code in codes], returns


@pytest.mark.parametrize("name", ["rothman_15_1", "simpson_reversal"])
def test_crude_and_mantel_haenszel_ratios_match_the_references(name: str) -> None:
    """Greenland & Robins' example as printed by Rothman et al. (2008), and a constructed reversal."""
    reference = pd.read_csv(VECTORS / "mantel_haenszel.csv").set_index("set").loc[name]
    rows = rows_of(*strata(name), statistics={"confidence": float(reference["conf"])})
    national = chosen(rows, level="national", indicator="3")
    crude = only(national, statistic="relative_likelihood")
    weighted = only(national, statistic="relative_likelihood_mh")
    assert crude["value"] == pytest.approx(reference["rr_crude"])
    assert weighted["value"] == pytest.approx(reference["rr_mh"])
    assert weighted["lower"] <= reference["low_cluster"] * (1 + 1e-9)
    assert weighted["upper"] >= reference["high_cluster"] * (1 - 1e-9)
    assert "Mantel-Haenszel across organisations" in weighted["method"]
    assert "crude ratio" in crude["method"]


def test_pooled_intervals_are_those_of_organisations_that_differ() -> None:
    codes = [f"T{number}" for number in range(12)]
    rng = np.random.default_rng(1)
    table = [(int(rng.integers(20, 60)), 2000, int(rng.integers(10, 40)), 500) for _ in codes]
    returns = [
        row
        for code, (x2, n2, x1, n1) in zip(codes, table, strict=True)
        for row in [*staff(code, n2, n1), *counts(code, "3", "entered_disciplinary", x2, x1)]
    ]
    rows = rows_of([organisation(code) for code in codes], returns)
    row = only(rows, level="national", indicator="3", statistic="relative_likelihood")
    x2, n2, x1, n1 = (np.array(column, dtype=float) for column in zip(*table, strict=True))
    deviations = (x1 - x1.sum() / n1.sum() * n1) / x1.sum() - (x2 - x2.sum() / n2.sum() * n2) / x2.sum()
    error = np.sqrt(12 / 11 * (deviations**2).sum())
    estimate = (x1.sum() / n1.sum()) / (x2.sum() / n2.sum())
    t = 2.200985160082949
    assert row["value"] == pytest.approx(estimate)
    assert (row["lower"], row["upper"]) == pytest.approx(
        (estimate * np.exp(-t * error), estimate * np.exp(t * error)), rel=1e-9
    )
    assert (row["bme_numerator"], row["bme_denominator"]) == (x1.sum(), n1.sum())
    assert np.isnan(row["q_value"])


def test_one_organisation_is_not_repeated_as_its_region() -> None:
    rows = ratio_rows("2", (30, 100), (20, 100))
    every = rows_of(TRUST, rates("A", "2", (30, 100), (20, 100)))
    assert set(every["level"]) == {"organisation"}
    assert not rows["statistic"].eq("relative_likelihood_mh").any()


def test_an_organisation_without_rows_changes_nothing() -> None:
    given = strata("rothman_15_1")
    rows = rows_of(*given)
    more = rows_of([*given[0], organisation("SILENT")], given[1])
    silent = more["code"].eq("SILENT")
    assert set(more.loc[silent, "status"]) == {"not_submitted"}
    pd.testing.assert_frame_equal(conform(more[~silent]), conform(rows))


def test_a_base_of_nobody_was_submitted_all_the_same() -> None:
    """No BME applicant was shortlisted: there is nothing to compare, but the return did come."""
    rows = rows_of(TRUST, rates("A", "2", (10, 100), (0, 0)))
    assert set(chosen(rows, indicator="2")["status"]) <= {"published", "insufficient", "not_applicable"}


def test_a_paradox_is_marked() -> None:
    """Simpson 1951: within each trust the rates are equal; together BME applicants look worse off."""
    places = [organisation("A"), organisation("B")]
    returns = [*rates("A", "2", (400, 500), (80, 100)), *rates("B", "2", (20, 100), (100, 500))]
    rows = chosen(rows_of(places, returns), level="region", indicator="2")
    crude = only(rows, statistic="relative_likelihood")
    assert crude["value"] == pytest.approx((420 / 600) / (180 / 600))
    assert crude["note"] == "few organisations; the ratio within organisations differs"
    assert only(rows, statistic="relative_likelihood_mh")["value"] == pytest.approx(1)


def test_sparse_counts_are_held_to_the_exact_test_whatever_the_interval() -> None:
    row = only(
        ratio_rows("3", (12, 3200), (5, 800), ratio_method="miettinen_nurminen"),
        statistic="relative_likelihood",
    )
    assert row["p_value"] == pytest.approx(0.347, abs=5e-4)  # N-1 alone: 0.331
    assert row["test"] == "larger of the same interval's test and mid-p"


def test_everybody_trained_in_both_groups_is_no_gap_that_matters() -> None:
    """Both at 100 %: the interval is n1 / (n1 + z2) to 1 + z2 / n2 with z2 = N / (N - 1) * 1.96^2, p 1."""
    rows = ratio_rows("4", (300, 300), (200, 200), ratio_method="miettinen_nurminen")
    row = only(rows, statistic="relative_likelihood")
    z2 = 500 / 499 * 1.959963984540054**2
    limits = [300 / (300 + z2), 1 + z2 / 200]
    np.testing.assert_allclose(row[["value", "lower", "upper"]].astype(float), [1, *limits], rtol=1e-9)
    assert (row["p_value"], row["verdict"], row["status"]) == (1, "equivalent", "published")
    assert "nothing but events in both groups" in row["note"]
