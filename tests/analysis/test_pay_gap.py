"""Pay gaps by hand, and against resampling people one by one."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from wres import disclosure, results
from wres.analysis.pay_gap import pay_gap_rows, told_apart
from wres.analysis.texts import stacked
from wres.collect import Collection
from wres.collect.tables import read_tables
from wres.params import DisclosureSettings, StatisticsSettings
from wres.problems import Problem

ORGANISATIONS = (
    "organisation_code,organisation,type,region\nRXX,Example NHS Trust,acute,Y56\nRYY,Other,acute,Y56\n"
)
HEAD = "year,organisation_code,measure,staff_group,category,ethnicity,amount,count\n"
Row = tuple[str, str, str, str, float, int]


def rows_of(*pay: Row, code: str = "RXX") -> str:
    """Lines of pay.csv: measure, staff group, category, ethnicity, amount, count."""
    return "".join(f"2025,{code},{','.join(str(cell) for cell in row)}\n" for row in pay)


def collection(text: str, problems: Sequence[Problem] = ()) -> Collection:
    files = {"organisations.csv": ORGANISATIONS.encode()} | (
        {"pay.csv": (HEAD + text).encode()} if text else {}
    )
    tables = read_tables(files, 2025)
    assert tables.problems == ()
    return Collection(
        tables.organisations, tables.returns, tables.percentages, tuple(problems), False, pay=tables.pay
    )


def computed(collection: Collection) -> pd.DataFrame:
    types = collection.organisations.set_index("organisation_code")["type"]
    rows = pay_gap_rows(collection, types, StatisticsSettings())
    return results.check(results.conform(stacked(rows) if rows else pd.DataFrame()))


def row(table: pd.DataFrame, statistic: str, **keys: str) -> pd.Series:
    keys = {"code": "RXX", "staff_group": "all", "category": "", "ethnicity": ""} | keys
    found = table[table["statistic"].eq(statistic)]
    for name, value in keys.items():
        found = found[found[name].eq(value)]
    (only,) = found.index
    return found.loc[only]


# White: 50 nurses at 20 and 50 managers at 40, mean 30. BME: 75 nurses at 20, 25 managers at 36, mean 24.
# Gap 20 %. Between (0.5 - 0.75) 20 + (0.5 - 0.25) 38 = 4.5, within 0.375 x 4 = 1.5; in per cent of 30: 15 and 5.
BY_HAND = (
    ("hourly_pay", "clinical", "5", "A", 20.0, 50),
    ("hourly_pay", "non_clinical", "8a", "A", 40.0, 50),
    ("hourly_pay", "clinical", "5", "N", 20.0, 75),
    ("hourly_pay", "non_clinical", "8a", "N", 36.0, 25),
)


@pytest.fixture(scope="module")
def by_hand() -> pd.DataFrame:
    return computed(collection(rows_of(*BY_HAND)))


def test_mean_gap_and_its_parts(by_hand: pd.DataFrame) -> None:
    mean = row(by_hand, "mean_pay_gap")
    assert mean["value"] == pytest.approx(20)
    assert (mean["white_numerator"], mean["bme_numerator"]) == (100, 100)
    assert row(by_hand, "pay_gap_between_bands")["value"] == pytest.approx(15)
    assert row(by_hand, "pay_gap_within_bands")["value"] == pytest.approx(5)


def test_interval_and_test_are_those_of_the_people(by_hand: pd.DataFrame) -> None:
    white, bme = np.repeat([20.0, 40.0], 50), np.repeat([20.0, 36.0], [75, 25])

    def gap(w: np.ndarray, b: np.ndarray, axis: int = -1) -> np.ndarray:
        return np.asarray(100 * (1 - b.mean(axis=axis) / w.mean(axis=axis)))

    theirs = stats.bootstrap((white, bme), gap, n_resamples=20_000, vectorized=True, batch=2_000, rng=1)
    mean = row(by_hand, "mean_pay_gap")
    limits = (theirs.confidence_interval.low, theirs.confidence_interval.high)
    assert (mean["lower"], mean["upper"]) == pytest.approx(limits, abs=1)
    assert mean["p_value"] < 0.001
    assert mean["verdict"] == "adverse"


def test_a_band_without_variation_has_no_interval(by_hand: pd.DataFrame) -> None:
    nurses, managers = (row(by_hand, "mean_pay_gap", category=band) for band in ("5", "8a"))
    assert nurses["value"] == 0
    assert managers["value"] == pytest.approx(10)
    assert np.isnan(managers["lower"])
    assert managers["verdict"] == "not_tested"


def test_median_is_of_people_and_is_never_tested(by_hand: pd.DataFrame) -> None:
    # Half of the white staff at 20, half at 40: median 30; of BME staff 20.
    median = row(by_hand, "median_pay_gap")
    assert median["value"] == pytest.approx(100 / 3)
    assert np.isnan(median["p_value"])
    assert median["verdict"] == "not_tested"


def test_the_same_seed_gives_the_same_limits(by_hand: pd.DataFrame) -> None:
    pd.testing.assert_frame_equal(by_hand, computed(collection(rows_of(*reversed(BY_HAND)))))


def test_fewer_than_thirty_have_welchs_interval_and_no_median() -> None:
    table = computed(collection(rows_of(
        ("hourly_pay", "clinical", "5", "A", 20.0, 15), ("hourly_pay", "clinical", "5", "A", 24.0, 15),
        ("hourly_pay", "clinical", "5", "N", 20.0, 6), ("hourly_pay", "clinical", "5", "N", 24.0, 4),
    )))  # fmt: skip
    mean = row(table, "mean_pay_gap")
    relative = np.repeat([20, 24], [6, 4]) / 21.6, np.repeat([20, 24], [15, 15]) / 22
    welch = stats.ttest_ind(relative[0] + np.log(21.6 / 22), relative[1], equal_var=False)
    low, high = welch.confidence_interval()
    assert mean["value"] == pytest.approx(100 * (1 - 21.6 / 22))
    assert (mean["lower"], mean["upper"]) == pytest.approx(
        (100 * (1 - np.exp(high)), 100 * (1 - np.exp(low)))
    )
    assert mean["p_value"] == pytest.approx(welch.pvalue)
    assert not table["statistic"].eq("median_pay_gap").any()


def test_fewer_than_ten_give_no_gap() -> None:
    table = computed(collection(rows_of(*BY_HAND[:2], ("hourly_pay", "clinical", "5", "N", 20.0, 9))))
    mean = row(table, "mean_pay_gap")
    assert np.isnan(mean["value"])
    assert (mean["status"], mean["note"]) == ("insufficient", "fewer than 10 people in a group")


def test_means_alone_give_a_gap_without_interval() -> None:
    means = [("mean_hourly_pay", *line[1:]) for line in BY_HAND]
    table = computed(collection(rows_of(*means)))
    mean = row(table, "mean_pay_gap")
    assert mean["value"] == pytest.approx(20)
    assert np.isnan(mean["lower"])
    assert mean["note"] == "from mean pay by band and ethnicity alone: no interval and no median"
    assert row(table, "pay_gap_within_bands")["value"] == pytest.approx(5)
    assert not table["statistic"].isin(["median_pay_gap", "percentage"]).any()


def test_several_organisations_are_resampled_whole() -> None:
    # Both organisations alike: no spread between them, but never less than that of people.
    text = rows_of(*BY_HAND) + rows_of(*BY_HAND, code="RYY")
    table = computed(collection(text))
    nation = row(table, "mean_pay_gap", code="ENG")
    assert nation["value"] == pytest.approx(20)
    assert nation["method"] == "bootstrap of organisations, t(K-1) interval of the log ratio"
    white, bme = np.repeat([20.0, 40.0], 100), np.repeat([20.0, 36.0], [150, 50])
    error = np.sqrt(sum(x.var(ddof=1) / x.size / x.mean() ** 2 for x in (white, bme)))
    margin = stats.t.ppf(0.975, 1) * error
    limits = [100 * (1 - 0.8 * np.exp(sign * margin)) for sign in (1, -1)]
    assert (nation["lower"], nation["upper"]) == pytest.approx(limits)


def test_bonuses_are_of_those_who_got_one() -> None:
    table = computed(collection(rows_of(
        *BY_HAND,
        ("bonus", "non_clinical", "8a", "A", 4000.0, 10), ("bonus", "non_clinical", "8a", "A", 6000.0, 10),
        ("bonus", "non_clinical", "8a", "N", 4000.0, 10),
    )))  # fmt: skip
    got = row(table, "percentage", category="bonus", ethnicity="white")
    assert (got["numerator"], got["denominator"], got["value"]) == (20, 100, 20)
    assert row(table, "mean_pay_gap", category="bonus")["value"] == pytest.approx(20)


def test_ethnic_categories_are_told_apart_only_if_the_rest_is_nobody_or_thirty() -> None:
    def sizes(**people: int) -> list[str]:
        table = pd.DataFrame({"ethnicity": list(people), "count": list(people.values())})
        return told_apart(table)

    assert sizes(N=40, H=50) == ["H", "N"]
    assert sizes(N=40, H=50, J=30) == ["H", "J", "N"]
    assert sizes(N=40, H=50, J=3) == ["H"]  # of 3 left over all could be learned; of 43 nothing
    assert sizes(N=40, J=3) == []
    assert sizes(N=40, bme=35) == ["N"]


def test_errors_keep_the_pay_gap_out() -> None:
    wrong = Problem("esr.csv", 2, "RXX", 2025, "pay", "error", "hourly-pay", "x", "y", "z")
    assert computed(collection(rows_of(*BY_HAND), [wrong])).empty


def test_no_pay_no_rows() -> None:
    assert computed(collection("")).empty


def test_a_band_hidden_in_the_headcount_is_hidden_in_pay() -> None:
    """Its people would otherwise be told by the pay gap."""
    known = collection(rows_of(*BY_HAND))
    pay = computed(known)
    small = pay.head(1).assign(
        indicator="1", category="8a", statistic="percentage", ethnicity="bme", numerator=3.0, denominator=75.0,
        white_numerator=np.nan, bme_numerator=np.nan,
    )  # fmt: skip
    both = results.conform(pd.concat([pay, small], ignore_index=True))
    shown = disclosure.protect(both, known.organisations, DisclosureSettings())
    mean = row(shown[shown["indicator"].eq("pay")], "mean_pay_gap", category="8a")
    assert mean["status"] == "suppressed"
    assert np.isnan(mean[["value", "white_numerator", "bme_numerator"]].astype(float)).all()
