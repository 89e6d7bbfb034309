from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binom

from small_england import chosen, collection, counts, only, organisation, publication, rates, rows_of, staff
from small_survey import ANSWERS, BME, WHITE, write_national, write_organisations
from wres import pipeline, results
from wres.examples.simulator import simulate
from wres.problems import Problem

TRUST = [organisation("A")]


def test_every_open_organisation_has_a_row_for_every_indicator_that_was_due() -> None:
    places = [
        organisation("A"),
        organisation("OLD", closed="2024-12-31"),
        organisation("NEW", opened="2025-01-01"),
    ]
    returns = [row for year in (2024, 2025) for row in rates("A", "2", (30, 100), (20, 100), year=year)]
    rows = chosen(rows_of(places, returns), status="not_submitted")
    missing = rows.groupby(["code", "year"])["indicator"].agg("".join).to_dict()
    every = "123456789"
    assert {key: "".join(sorted(found)) for key, found in missing.items()} == {
        ("A", 2024): "13456789",
        ("A", 2025): "13456789",
        ("OLD", 2024): every,
        ("NEW", 2025): every,
    }
    assert rows[["value", "lower", "upper"]].isna().all(axis=None)


def test_missing_rows_stand_at_the_headline_of_their_indicator() -> None:
    rows = chosen(rows_of(TRUST, rates("A", "2", (30, 100), (20, 100))), status="not_submitted")
    found = rows.set_index("indicator")[["category", "statistic"]]
    assert found.loc["1"].tolist() == ["bands_8a_to_vsm", "difference"]
    assert found.loc["3"].tolist() == ["", "relative_likelihood"]


def test_what_errors_keep_out_is_withheld_and_not_missing() -> None:
    given = collection(TRUST, rates("A", "2", (30, 100), (20, 100)))
    wrong = Problem("r.csv", 2, "A", 2025, "2", "error", "rule", "found", "expected", "mend")
    computed = pipeline.compute(given.with_problems([wrong]), publication(first_year=2025)).indicators
    assert only(computed, indicator="2")["status"] == "withheld"
    warning = Problem("r.csv", 2, "A", 2025, "2", "warning", "rule", "found", "expected", "mend")
    computed = pipeline.compute(given.with_problems([warning]), publication(first_year=2025)).indicators
    assert set(chosen(computed, indicator="2")["status"]) == {"published"}


def test_only_the_publications_years_are_computed() -> None:
    returns = [
        row for year in (2022, 2023, 2024, 2025) for row in rates("A", "2", (30, 100), (20, 100), year=year)
    ]
    given = collection(TRUST, returns)
    rows = pipeline.indicators(given, publication(first_year=2023, year=2024))
    assert set(rows["year"]) == {2023, 2024}


def test_results_have_one_row_a_key_and_fit_the_schema() -> None:
    returns = [
        *staff("A", 800, 200, 9),
        *counts("A", "9", "board_members", 9, 1, 0),
        *rates("A", "5", (30, 90), (20, 70)),
    ]
    computed = pipeline.compute(collection(TRUST, returns), publication(first_year=2025))
    results.check(computed.indicators)
    assert not computed.indicators.duplicated(list(results.KEYS)).any()


def test_internal_results_are_unprotected_and_named_so(tmp_path: Path) -> None:
    given, made = collection(TRUST, rates("A", "2", (30, 100), (3, 100))), publication(first_year=2025)
    _, open_table = pipeline.write_indicators(given, made, tmp_path)
    _, internal = pipeline.write_indicators(given, made, tmp_path, internal=True)
    assert open_table.name == "indicators.parquet"
    assert "INTERNAL-not-for-release" in internal.name
    assert set(chosen(results.read(open_table), indicator="2")["status"]) == {"suppressed"}
    assert set(chosen(results.read(internal), indicator="2")["status"]) == {"published"}


def test_a_store_of_made_up_figures_says_so(tmp_path: Path) -> None:
    given, made = collection(TRUST, rates("A", "2", (30, 100), (20, 100))), publication(first_year=2025)
    computed = pipeline.compute(given, made)
    pipeline.save_computed(computed, given, tmp_path)
    assert not (tmp_path / pipeline.SYNTHETIC_MARK).exists()
    made_up = type(given)(given.organisations, given.returns, given.percentages, (), synthetic=True)
    pipeline.save_computed(computed, made_up, tmp_path)
    assert (tmp_path / pipeline.SYNTHETIC_MARK).exists()
    stored = results.read(tmp_path / "indicators.parquet")
    assert stored["note"].str.startswith("synthetic data").all()
    pd.testing.assert_frame_equal(stored.drop(columns="note"), computed.indicators.drop(columns="note"))


def test_a_saved_collection_is_opened_again(tmp_path: Path) -> None:
    given = collection(TRUST, rates("A", "2", (30, 100), (20, 100)))
    given.write(tmp_path / "store")
    params = tmp_path / "small.yml"
    params.write_text("publication: small\nyear: 2025\nsources: [{example: published}]\n")
    _, found = pipeline.open_collection(params, str(tmp_path / "store"))
    pd.testing.assert_frame_equal(found.returns, given.returns)


@pytest.fixture(scope="module")
def judged() -> pd.DataFrame:
    """Verdicts of a simulated England of 40 organisations beside what was planted there."""
    england = simulate(40, (2023, 2025), seed=2025)
    rows = chosen(
        rows_of(england.organisations.to_dict("records"), england.returns.to_dict("records")),
        level="organisation",
    )
    keys = ["organisation_code", "year", "indicator"]
    rows = rows.rename(columns={"code": "organisation_code"})
    headline = rows[rows["category"].eq("") & rows["staff_group"].eq("all") & rows["verdict"].notna()]
    own = headline[["statistic", "verdict", "minimum_detectable", "lower", "upper", *keys]]
    truths = england.truths.rename(columns={"quantity": "statistic", "value": "truth"})
    found = truths.merge(own, on=[*keys, "statistic"])
    return found[found["indicator"].isin(list("2345678"))]


def test_planted_nulls_are_flagged_no_more_often_than_the_false_discovery_rate_allows(
    judged: pd.DataFrame,
) -> None:
    """Of everything flagged at most 5 % may truly be nothing; a binomial count has 99.9 % room above that."""
    flagged = judged[judged["verdict"].isin(["adverse", "favourable"])]
    assert len(flagged) > 100
    assert flagged["null"].sum() <= binom.ppf(0.999, len(flagged), 0.05)


def test_planted_gaps_that_could_be_detected_are_mostly_found(judged: pd.DataFrame) -> None:
    """Those beyond the minimum detectable gap are found with 80 % power at least by a test alone.

    The false discovery rate costs some of that; 70 % leaves room for it and for chance.
    """
    ratio = judged["statistic"].eq("relative_likelihood")
    size, reach = (
        judged[name].mask(ratio, np.log(judged[name].where(ratio, 1.0)))
        for name in ("truth", "minimum_detectable")
    )
    detectable = judged[~judged["null"] & (np.sign(size) == np.sign(reach)) & (np.abs(size) > np.abs(reach))]
    assert len(detectable) > 100
    assert detectable["verdict"].eq("adverse").mean() > 0.7
    assert not detectable["verdict"].eq("favourable").any()


def test_intervals_cover_what_was_planted(judged: pd.DataFrame) -> None:
    """95 % of them, give or take four standard errors of the share that was counted."""
    known = judged.dropna(subset=["lower"])
    covered = ((known["lower"] <= known["truth"]) & (known["truth"] <= known["upper"])).mean()
    assert covered == pytest.approx(0.95, abs=4 * np.sqrt(0.95 * 0.05 / len(known)))


def test_survey_spreadsheets_alone(tmp_path: Path) -> None:
    """All staff of a trust are no figure of the WRES; England has gaps, and bounds where questions came apart."""
    write_organisations(tmp_path / "org.xlsx")
    white, bme = {**ANSWERS, "Q15": (60, 20, 20, 9000)}, {**ANSWERS, "Q15": (50, 20, 30, 4000)}
    write_national(tmp_path / "n.xlsx", (WHITE, white), (BME, bme))
    files = "{survey_year: 2024, organisations: org.xlsx, national: n.xlsx}"
    text = f"publication: t\nyear: 2025\nfirst_year: 2025\nsources:\n  - staff_survey: {files}\n"
    (tmp_path / "t.yml").write_text(text, encoding="utf-8")
    settings, received = pipeline.load(tmp_path / "t.yml")
    rows = pipeline.compute(received, settings).indicators
    trust = rows[rows["code"].eq("RXX") & rows["indicator"].eq("7")].set_index("statistic")
    assert trust.loc["percentage", ["ethnicity", "value", "denominator"]].to_list() == ["all", 55, 995]
    assert trust.loc["difference", "status"] == "not_submitted"
    england = rows[rows["code"].eq("ENG")]
    gap = england[england["indicator"].eq("7") & england["statistic"].eq("difference")].iloc[0]
    assert (gap["value"], gap["verdict"]) == (-10, "adverse")
    bounds = england[england["indicator"].eq("6") & england["category"].eq("")]
    found = set(bounds[["statistic", "ethnicity", "value"]].itertuples(index=False, name=None))
    assert found == {
        (f"percentage_at_{end}", group, value)
        for end, value in (("least", 18.0), ("most", 28.0))
        for group in ("white", "bme")
    }
    assert bounds["status"].eq("published").all()
