"""Figures as their publishers printed them, found again through the whole path from file to results."""

from pathlib import Path

import pandas as pd
import pytest

from small_england import chosen, only
from wres import pipeline
from wres.params import Publication
from wres.report import narrative
from wres.report.slices import Slice

PUBLISHED = Path(__file__).parents[2] / "params" / "published.yml"


@pytest.fixture(scope="module")
def computed() -> pipeline.Computed:
    publication, collection = pipeline.load(PUBLISHED)
    return pipeline.compute(collection, publication)


@pytest.fixture(scope="module")
def rows(computed: pipeline.Computed) -> pd.DataFrame:
    return computed.indicators


def senior(rows: pd.DataFrame, year: int, category: str = "bands_8a_to_vsm") -> pd.Series:
    return only(
        rows,
        year=year,
        code="ENG",
        indicator="1",
        staff_group="all",
        category=category,
        statistic="percentage",
        ethnicity="bme",
    )


@pytest.mark.parametrize(
    ("year", "everyone", "top", "gap"),
    [(2016, 17.40, 9.74, 7.65), (2017, 18.09, 10.40, 7.69), (2018, 18.94, 11.20, 7.74)],
)
def test_table_1_of_the_policy(
    rows: pd.DataFrame, year: int, everyone: float, top: float, gap: float
) -> None:
    """A Model Employer (NHS England, 2019), Table 1; gaps of unrounded shares, hence 0.015 of play."""
    assert senior(rows, year, "")["value"] == everyone
    assert senior(rows, year)["value"] == top
    row = only(
        rows,
        year=year,
        code="ENG",
        indicator="1",
        staff_group="all",
        category="bands_8a_to_vsm",
        statistic="difference",
    )
    assert row["value"] == pytest.approx(-gap, abs=0.015)
    assert (row["level"], row["status"]) == ("national", "published")
    assert "NHS trusts and CCGs" in row["note"]


@pytest.mark.parametrize(("category", "increase"), [("", 25_812), ("bands_8a_to_vsm", 1_699)])
def test_increases_of_the_policy(rows: pd.DataFrame, category: str, increase: int) -> None:
    """A Model Employer (NHS England, 2019): BME staff in 2018 against 2016."""
    assert senior(rows, 2018, category)["numerator"] - senior(rows, 2016, category)["numerator"] == increase


def test_kent_and_medway_published_18_times_on_nine_people() -> None:
    """9 of 725 against 17 of 2,505: 1.83, log interval 0.82 to 4.09, not a finding."""
    publication, collection = pipeline.load(PUBLISHED, {"statistics": {"ratio_method": "katz_log"}})
    found = pipeline.compute(collection, publication).indicators
    row = only(found, year=2020, code="RXY", indicator="3", statistic="relative_likelihood")
    assert (round(row["value"], 2), round(row["lower"], 2), round(row["upper"], 2)) == (1.83, 0.82, 4.09)
    counted = [f"{g}_{part}" for g in ("bme", "white") for part in ("numerator", "denominator")]
    assert row[counted].tolist() == [9, 725, 17, 2505]
    assert row["verdict"] == "inconclusive"
    assert row["p_value"] > 0.05


def test_kent_and_medway_by_the_default_method(rows: pd.DataFrame) -> None:
    row = only(rows, year=2020, code="RXY", indicator="3", statistic="relative_likelihood")
    assert round(row["value"], 2) == 1.83
    assert row["lower"] < 1 < row["upper"]
    assert row["verdict"] == "inconclusive"


def test_the_christie(rows: pd.DataFrame) -> None:
    """46.99 / 14.65 = 3.21, published as 3.2, without counts."""
    row = only(rows, year=2022, code="RBV", indicator="2", statistic="relative_likelihood")
    assert round(row["value"], 2) == 3.21
    assert row[["lower", "upper", "p_value"]].isna().all()
    assert row["verdict"] == "not_tested"
    assert "no interval: published as a percentage without its base" in row["note"]


def test_leeds_and_york(rows: pd.DataFrame) -> None:
    """2 of 13 board members against 23.1 % of the workforce."""
    row = only(rows, year=2025, code="RGD", indicator="9", statistic="difference")
    assert round(row["value"], 1) == -7.7
    assert (row["numerator"], row["denominator"]) == (2, 13)
    assert row["verdict"] == "inconclusive"


def test_survey_of_2024(rows: pd.DataFrame) -> None:
    at = {"year": 2025, "code": "ENG", "indicator": "7"}
    shares = chosen(rows, statistic="percentage", **at).set_index("ethnicity")["value"]
    assert round(shares["white"] + 1e-9, 1) == 58.9
    assert round(shares["bme"], 1) == 49.5
    row = only(rows, statistic="difference", **at)
    assert row["value"] == pytest.approx(49.51 - 58.85)
    assert row["verdict"] == "adverse"
    assert row["lower"] < row["value"] < row["upper"] < 0


@pytest.mark.parametrize("year", [2019, 2020])
def test_no_disciplinary_cases_give_an_undefined_ratio(rows: pd.DataFrame, year: int) -> None:
    row = only(rows, year=year, code="11M", indicator="3", statistic="relative_likelihood")
    assert (row["status"], row["verdict"]) == ("insufficient", "not_tested")
    assert pd.isna(row["value"])
    assert (row["white_numerator"], row["bme_numerator"]) == (0, 0)


def test_the_undefined_ratio_is_said_in_words(computed: pipeline.Computed) -> None:
    publication, collection = pipeline.load(PUBLISHED)
    report = slice_of(computed, publication, collection.organisations, "11M")
    assert report.year == 2020
    assert narrative.meaning(report, "3") == (
        "Nobody was counted, white or BME, so there is no ratio: it is undefined, not equal."
    )


def slice_of(
    computed: pipeline.Computed, publication: Publication, organisations: pd.DataFrame, code: str
) -> Slice:
    return Slice(publication, computed.indicators, computed.goals, organisations, code, synthetic=False)


def test_the_definition_of_indicator_7_is_not_crossed(rows: pd.DataFrame) -> None:
    """The Christie has indicator 7 on the old basis in 2021 and on the new one in 2022."""
    shares = chosen(rows, code="RBV", indicator="7", statistic="percentage")
    assert set(shares["year"]) == {2021, 2022}
    assert chosen(rows, code="RBV", indicator="7", statistic="change").empty


def test_most_is_not_submitted_and_nothing_is_hidden(rows: pd.DataFrame) -> None:
    assert not rows["status"].eq("suppressed").any()
    own = chosen(rows, code="RGD", year=2025, status="not_submitted")
    assert set(own["indicator"]) == {"2", "3", "4", "5", "6", "7", "8"}
    assert own["value"].isna().all()
