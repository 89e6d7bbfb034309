import numpy as np
import pytest
from scipy.stats import binom
from statsmodels.stats.proportion import proportion_confint

from small_england import chosen, counts, only, organisation, rates, rows_of, share, staff
from wres import statistics

TRUST = [organisation("A")]


def test_a_percentage_without_a_base_has_no_interval_and_says_why() -> None:
    shares = [share("A", "2", "white", "46.99"), share("A", "2", "bme", "14.65")]
    rows = chosen(rows_of(TRUST, (), shares), indicator="2", year=2025)
    row = only(rows, statistic="relative_likelihood")
    assert row["value"] == pytest.approx(46.99 / 14.65)
    assert row[["lower", "upper", "p_value"]].isna().all()
    assert (row["verdict"], row["basis"], row["status"]) == ("not_tested", "percentages", "published")
    assert row["note"] == "no interval: published as a percentage without its base"
    for shown in chosen(rows, statistic="percentage").to_dict("records"):
        assert np.isnan(shown["lower"])
        assert shown["note"].startswith("no interval")
        assert (shown["method"], shown["basis"]) == ("", "percentages")


def test_a_percentage_with_its_base_has_the_widest_interval_that_its_rounding_allows() -> None:
    """12.3 % of 2,000 is 245 to 247 people."""
    shares = [share("A", "5", "white", "20.0", base=1000), share("A", "5", "bme", "12.3", base=2000)]
    rows = chosen(rows_of(TRUST, (), shares), indicator="5", year=2025)
    bme = only(rows, statistic="percentage", ethnicity="bme")
    assert bme["value"] == 12.3
    assert bme["lower"] == pytest.approx(100 * proportion_confint(245, 2000, method="wilson")[0])
    assert bme["upper"] == pytest.approx(100 * proportion_confint(246, 2000, method="wilson")[1], abs=0.06)
    assert bme["upper"] > 100 * proportion_confint(246, 2000, method="wilson")[1] - 1e-9
    assert np.isnan(bme["numerator"])
    assert bme["method"] == "widest feasible Wilson interval"
    row = only(rows, statistic="difference")
    plain = statistics.difference(246, 2000, 200, 1000)
    assert row["value"] == pytest.approx(-7.7)
    assert row["lower"] <= 100 * float(plain.lower)
    assert row["upper"] >= 100 * float(plain.upper)
    assert row["p_value"] >= float(plain.p_value)
    assert row["verdict"] == "favourable"
    assert row["test"] == "score test; largest p-value that the rounding allows"


def test_a_base_small_enough_gives_the_count_back() -> None:
    """One decimal, 1,000 people at most: one count only."""
    row = only(
        rows_of(TRUST, (), [share("A", "5", "bme", "12.3", base=900)]), indicator="5", statistic="percentage"
    )
    assert row["numerator"] == 111
    assert row["method"] == "Wilson interval"


def test_a_percentage_that_no_count_gives_is_weighted() -> None:
    """33.0 % of 10 people is no count: weighted, and said so."""
    row = only(
        rows_of(TRUST, (), [share("A", "5", "bme", "33.0", base=10)]), indicator="5", statistic="percentage"
    )
    assert row["note"] == "weighted percentage, interval from its unweighted base and so somewhat too narrow"
    reference = proportion_confint(3.3, 10, method="wilson")
    assert (row["lower"], row["upper"]) == pytest.approx([100 * limit for limit in reference])
    assert np.isnan(row["numerator"])


def test_count_and_base_go_before_the_rounded_percentage() -> None:
    shares = [
        share("A", "3", "white", "0.7", count=17, base=2505),
        share("A", "3", "bme", "1.2", count=9, base=725),
    ]
    row = only(rows_of(TRUST, (), shares), statistic="relative_likelihood", indicator="3", year=2025)
    assert row["value"] == pytest.approx((9 / 725) / (17 / 2505))
    counted = [f"{g}_{part}" for g in ("white", "bme") for part in ("numerator", "denominator")]
    assert row[counted].tolist() == [17, 2505, 9, 725]
    assert row["people_equivalent"] == pytest.approx(9 - 725 * 17 / 2505)
    reference = statistics.ratio(9, 725, 17, 2505)
    assert row["lower"] == pytest.approx(float(reference.lower))


def test_a_base_is_derived_from_a_count_and_its_rounded_percentage() -> None:
    row = only(
        rows_of(TRUST, (), [share("A", "1", "bme", "24.7", count=908)]), indicator="1", statistic="percentage"
    )
    assert row["denominator"] == round(908 / 0.247)
    assert row["note"] == "base derived from the count and the rounded percentage"


def test_a_counted_board_against_a_share_published_without_base() -> None:
    """2 of 13 against 23.1 %: -7.7 points, Wilson limits of the board moved by the share."""
    rows = rows_of(TRUST, counts("A", "9", "board_members", 11, 2, 0), [share("A", "1", "bme", "23.1")])
    row = only(rows, indicator="9", statistic="difference", year=2025)
    lower, upper = proportion_confint(2, 13, method="wilson")
    assert row["value"] == pytest.approx(100 * 2 / 13 - 23.1)
    assert (row["lower"], row["upper"]) == pytest.approx((100 * lower - 23.1, 100 * upper - 23.1))
    tail = binom.cdf(2, 13, 0.231) - 0.5 * binom.pmf(2, 13, 0.231)
    assert row["p_value"] == pytest.approx(2 * tail)
    assert row["people_equivalent"] == pytest.approx(2 - 13 * 0.231)
    assert "taken as exact" in row["note"]
    assert "no interval" not in row["note"]
    assert row["verdict"] == "inconclusive"


def test_bands_against_the_workforce_without_bases() -> None:
    shares = [share("A", "1", "bme", "23.5"), share("A", "1", "bme", "9.0", category="vsm")]
    rows = rows_of(TRUST, (), shares)
    row = only(rows, indicator="1", statistic="difference", year=2025, status="published")
    assert (row["category"], row["value"]) == ("vsm", pytest.approx(-14.5))
    assert row["verdict"] == "not_tested"


def test_an_organisations_counts_go_before_its_percentages() -> None:
    shares = [share("A", "2", "white", "99.0"), share("A", "2", "bme", "1.0")]
    rows = rows_of(TRUST, rates("A", "2", (30, 100), (20, 100)), shares)
    row = only(rows, indicator="2", statistic="relative_likelihood", year=2025)
    assert (row["value"], row["basis"]) == (1.5, "counts")


def test_published_percentages_are_never_summed() -> None:
    shares = [
        share(code, "5", ethnicity, "20.0", base=1000)
        for code in ("A", "B", "ENG")
        for ethnicity in ("white", "bme")
    ]
    rows = rows_of([*TRUST, organisation("B")], (), shares)
    levels = chosen(rows, indicator="5", status="published").groupby("level")["code"].unique()
    assert {level: sorted(codes) for level, codes in levels.items()} == {
        "organisation": ["A", "B"],
        "national": ["ENG"],
    }
    assert chosen(rows, level="national")["name"].unique().tolist() == ["England"]


def test_a_percentage_of_zero_keeps_its_zero() -> None:
    rows = rows_of(
        TRUST,
        staff("A", 340, 23, 0),
        [share("A", "3", "white", "0", count=0), share("A", "3", "bme", "0", count=0, base=23)],
    )
    row = only(rows, indicator="3", statistic="relative_likelihood", year=2025)
    assert (row["status"], row["verdict"]) == ("insufficient", "not_tested")
    assert np.isnan(row["value"])
    assert (row["white_numerator"], row["bme_numerator"]) == (0, 0)


def test_detailed_ethnic_groups_keep_their_own_percentages() -> None:
    shares = [share("ENG", "5", "N", "33.18", base=42337), share("ENG", "5", "bme", "28.63", base=200354)]
    rows = chosen(rows_of(TRUST, (), shares), statistic="percentage", indicator="5")
    assert rows.set_index("ethnicity")["value"].to_dict() == {"N": 33.18, "bme": 28.63}


@pytest.mark.parametrize(
    ("white", "bme", "verdict"), [("58.85", "49.51", "adverse"), ("49.51", "58.85", "favourable")]
)
def test_swapping_white_and_bme_turns_a_published_gap_round(white: str, bme: str, verdict: str) -> None:
    shares = [share("ENG", "7", "white", white, base=500_000), share("ENG", "7", "bme", bme, base=200_000)]
    row = only(rows_of(TRUST, (), shares), indicator="7", statistic="difference", level="national")
    assert row["verdict"] == verdict
    assert np.isnan(row["q_value"])
