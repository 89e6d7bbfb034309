import numpy as np
import pandas as pd
import pytest
from scipy.stats import chi2, chi2_contingency
from statsmodels.stats.contingency_tables import Table

from small_england import chosen, collection, only, organisation, publication, staff
from wres import pipeline
from wres.analysis.bands import band_rows
from wres.analysis.counts import count_table
from wres.statistics import stratified_trend

TRUST = [organisation("A")]
CLINICAL = {"4": (85, 15), "5": (240, 160), "6": (230, 70), "7": (170, 30)}
NON_CLINICAL = {"4": (90, 30), "5": (70, 20), "8a": (55, 5)}


def returned(bands: dict[str, tuple[int, int]], group: str, code: str = "A", year: int = 2025) -> list:
    return [
        row
        for band, (white, bme) in bands.items()
        for row in staff(code, white, bme, 7, group=group, category=band, year=year)
    ]


def rows_over_bands(returns: list, organisations: list = TRUST, **settings: object) -> pd.DataFrame:
    given = collection(organisations, returns)
    return band_rows(count_table(given), given.organisations, publication(**settings).statistics)


@pytest.fixture(scope="module")
def rows() -> pd.DataFrame:
    return rows_over_bands([*returned(CLINICAL, "clinical"), *returned(NON_CLINICAL, "non_clinical")])


def test_bands_differ_by_chi_squared_of_those_of_known_ethnicity(rows: pd.DataFrame) -> None:
    table = np.array(list(CLINICAL.values()))
    chi = chi2_contingency(table, correction=False).statistic
    row = only(rows, statistic="band_homogeneity", staff_group="clinical")
    assert row["p_value"] == pytest.approx(chi2.sf(chi * 999 / 1000, 3), rel=1e-9)
    assert row["value"] == pytest.approx(np.sqrt(chi / 1000))
    assert row["test"] == "chi-squared test times (N-1)/N"
    assert row["note"] == f"chi-squared {chi * 0.999:.1f} on 3 degrees of freedom"
    assert (row["numerator"], row["denominator"]) == (275, 1000)


def test_trend_is_cochran_armitages_and_what_it_leaves_is_tested_beside_it(rows: pd.DataFrame) -> None:
    """Bands 4 to 7: the share peaks in band 5."""
    table = np.array(list(CLINICAL.values()))
    z = Table(table, shift_zeros=False).test_ordinal_association().zscore * np.sqrt(1000 / 999)
    trend = only(rows, statistic="band_trend", staff_group="clinical")
    assert trend["p_value"] == pytest.approx(chi2.sf(z**2, 1), rel=1e-6)
    assert trend["lower"] < trend["value"] < trend["upper"]
    left = chi2_contingency(table, correction=False).statistic - z**2
    bent = only(rows, statistic="band_nonlinearity", staff_group="clinical")
    assert bent["p_value"] == pytest.approx(chi2.sf(left, 2), rel=1e-6)
    assert bent["value"] == pytest.approx(np.sqrt(left / 1000))


def test_empty_bands_keep_their_place_in_the_order(rows: pd.DataFrame) -> None:
    """Non-clinical bands 4, 5 and 8a are 0, 1 and 4 steps along."""
    x, n = np.array([30, 20, 5]), np.array([120, 90, 60])
    expected = stratified_trend(x[None], n[None], [0, 1, 4])
    row = only(rows, statistic="band_trend", staff_group="non_clinical")
    np.testing.assert_allclose([row["value"], row["p_value"]], [expected.odds_ratio, expected.p_value])


def test_one_answer_for_clinical_and_non_clinical_staff_is_found_within_them(rows: pd.DataFrame) -> None:
    row = only(rows, statistic="band_trend", staff_group="all")
    assert row["test"] == "Cochran-Armitage trend within staff groups (Mantel)"
    assert row["denominator"] == 1000 + 270
    each = [
        only(rows, statistic="band_trend", staff_group=group)["value"]
        for group in ("clinical", "non_clinical")
    ]
    assert min(each) < row["value"] < max(each)
    assert chosen(rows, statistic="band_homogeneity", staff_group="all").empty


def test_medical_grades_have_no_order() -> None:
    grades = {"consultant": (60, 40), "trainee": (40, 60)}
    rows = rows_over_bands(returned(grades, "medical_dental"))
    assert rows[["staff_group", "statistic"]].to_numpy().tolist() == [["medical_dental", "band_homogeneity"]]


def test_sparse_bands_are_resampled() -> None:
    """One BME person of 20, in the band of two: found in 1 of 10 deals."""
    rows = rows_over_bands(returned({"5": (18, 0), "vsm": (1, 1)}, "clinical"))
    row = only(rows, statistic="band_homogeneity", staff_group="clinical")
    assert row["test"] == "chi-squared test, 9,999 resamples with the same margins"
    assert row["p_value"] == pytest.approx(0.1, abs=0.01)


def test_one_band_alone_has_nothing_to_be_compared_with() -> None:
    assert rows_over_bands(returned({"5": (18, 4)}, "clinical")).empty


def test_organisations_of_one_type_are_one_family() -> None:
    places = [organisation("A"), organisation("B"), organisation("C", kind="ambulance")]
    rows = rows_over_bands([row for code in "ABC" for row in returned(CLINICAL, "clinical", code)], places)
    trends = chosen(rows, statistic="band_trend", staff_group="clinical").set_index("code")
    np.testing.assert_allclose(trends["q_value"], trends["p_value"])
    assert trends["name"].tolist() == ["Trust A", "Trust B", "Trust C"]


def test_confidence_can_be_chosen(rows: pd.DataFrame) -> None:
    wider = only(
        rows_over_bands(returned(CLINICAL, "clinical"), statistics={"confidence": 0.99}),
        statistic="band_trend",
        staff_group="clinical",
    )
    row = only(rows, statistic="band_trend", staff_group="clinical")
    assert np.log(wider["upper"] / wider["lower"]) / np.log(row["upper"] / row["lower"]) == pytest.approx(
        2.5758293035489 / 1.9599639845401
    )


def test_only_the_publications_year_is_tested_and_a_hidden_band_hides_the_tests() -> None:
    small = {**NON_CLINICAL, "9": (40, 3)}
    returns = [*returned(CLINICAL, "clinical"), *returned(CLINICAL, "clinical", year=2024)]
    returns += returned(small, "non_clinical")
    given = collection(TRUST, returns)
    table = pipeline.compute(given, publication(first_year=2024)).indicators
    over_bands = table[table["statistic"].str.startswith("band_")]
    assert set(over_bands["year"]) == {2025}
    status = over_bands.groupby("staff_group")["status"].agg(set).to_dict()
    assert status == {"all": {"suppressed"}, "clinical": {"published"}, "non_clinical": {"suppressed"}}
    hidden = over_bands[over_bands["status"].eq("suppressed")]
    assert hidden[["value", "p_value", "numerator", "denominator"]].isna().all(axis=None)
    assert set(hidden["note"]) == {""}
