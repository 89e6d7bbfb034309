from pathlib import Path

import numpy as np
import pandas as pd

from small_england import collection, organisation, publication, rates
from small_report import gap_row, report_of, share_row
from wres import pipeline
from wres.report.slices import first, open_slice, where


def test_rows_are_picked_by_what_they_hold() -> None:
    rows = pd.DataFrame({"code": ["A", "B", "B"], "year": [2024, 2024, 2025]})
    assert where(rows, code="B")["year"].tolist() == [2024, 2025]
    assert first(rows, code="B", year=2025).name == 2  # type: ignore[union-attr]
    assert first(rows, code="C") is None


def test_the_headline_is_the_indicators_own_gap_in_the_reports_year() -> None:
    report = report_of(
        gap_row("1", -5.0),
        gap_row("1", -9.0, category="8a"),
        gap_row("1", -4.0, year=2024),
        gap_row("2", 1.5),
        gap_row("2", 5.0, statistic="difference"),
    )
    assert report.headline("1")["value"] == -5  # type: ignore[index]
    assert report.headline("1", year=2024)["value"] == -4  # type: ignore[index]
    assert report.headline("2")["value"] == 1.5  # type: ignore[index]
    assert report.headline("3") is None


def test_a_report_is_about_the_latest_year_with_figures() -> None:
    rows = [gap_row("2", 1.5, year=2023), gap_row("2", np.nan, status="not_submitted", verdict="")]
    assert report_of(*rows).year == 2023
    assert report_of(rows[1]).year == 2025


def test_a_percentage_of_a_later_year_does_not_push_the_indicators_aside() -> None:
    rows = [gap_row("2", 1.5, year=2021), gap_row("1", -5.0, category="8a", year=2022)]
    assert report_of(*rows, share_row("1", "bme", 20.0, category="", year=2023)).year == 2021
    assert report_of(*rows[1:], share_row("1", "bme", 20.0, category="", year=2023)).year == 2023
    assert report_of(*rows, share_row("1", "bme", 20.0, category="")).year == 2025


def test_an_icbs_own_code_is_not_the_places() -> None:
    report = report_of(gap_row("2", 1.5), gap_row("2", 9.0, level="icb"))
    assert report.headline("2")["value"] == 1.5  # type: ignore[index]
    assert set(report.own["level"]) == {"organisation"}


def test_percentages_are_those_that_are_published() -> None:
    report = report_of(
        share_row("5", "bme", 28.0), share_row("5", "white", np.nan, status="suppressed"), gap_row("5", 5)
    )
    assert report.percentage("5", "bme")["value"] == 28  # type: ignore[index]
    assert report.percentage("5", "white") is None


def test_names_and_kinds() -> None:
    assert (report_of(gap_row("2", 1.5)).name, report_of(gap_row("2", 1.5)).kind) == ("Trust A", "trust")
    assert report_of(gap_row("2", 1.5), kind="icb").kind == "organisation"
    national = report_of(gap_row("2", 1.5, level="national", code="ENG"), code="ENG")
    assert national.name == "England"
    assert national.headline("2")["value"] == 1.5  # type: ignore[index]


def test_a_slice_of_a_store_holds_its_organisation_alone(tmp_path: Path) -> None:
    places = [organisation("A"), organisation("B")]
    given = collection(places, [row for code in "AB" for row in rates(code, "2", (30, 100), (20, 100))])
    made = publication(first_year=2025)
    pipeline.save_computed(pipeline.compute(given, made), given, tmp_path / "store")
    params = tmp_path / "small.yml"
    params.write_text("publication: small\nyear: 2025\nfirst_year: 2025\nsources: [{example: published}]\n")
    report = open_slice(str(tmp_path / "store"), str(params), "A")
    assert set(report.indicators["code"]) == {"A"}
    assert not report.synthetic
    assert report.headline("2")["value"] == 1.5  # type: ignore[index]
    everything = open_slice(str(tmp_path / "store"), str(params), "ENG")
    assert {"A", "B", "ENG", "Y56", "acute"} <= set(everything.indicators["code"])
