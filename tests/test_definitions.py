import pytest
from pydantic import ValidationError

from wres.definitions import Definitions, definitions

KNOWN = definitions()


def test_the_nine_indicators_and_what_is_adverse() -> None:
    """7 and the shares of 1 and 9 are better when higher; everything else is better when lower."""
    adverse = {code: indicator.adverse for code, indicator in KNOWN.indicators.items()}
    below = {"1", "7", "9"}
    assert list(adverse) == list("123456789")
    assert {code for code, side in adverse.items() if side == "below"} == below
    assert {code: i.adverse_sign for code, i in KNOWN.indicators.items()} == {
        code: -1 if code in below else 1 for code in adverse
    }


def test_orientations_and_kinds_of_gap() -> None:
    ratios = {c: i.orientation for c, i in KNOWN.indicators.items() if i.gap == "relative_likelihood"}
    assert ratios == {"2": "white_over_bme", "3": "bme_over_white", "4": "white_over_bme"}
    assert {c for c, i in KNOWN.indicators.items() if i.denominator == "all"} == {"1", "9"}


def test_measures_of_a_return() -> None:
    assert KNOWN.measures("1") == ("headcount",)
    assert KNOWN.measures("2") == ("shortlisted", "appointed")
    assert KNOWN.measures("3") == ("entered_disciplinary",)
    assert KNOWN.measures("4") == ("accessed_training",)
    assert KNOWN.measures("7") == ("respondents", "answered_yes")
    assert KNOWN.measures("9") == ("board_members",)


@pytest.mark.parametrize(
    ("code", "year", "earlier", "comparable"),
    [
        ("7", 2022, 2021, False),
        ("7", 2025, 2021, False),
        ("7", 2021, 2020, True),
        ("7", 2023, 2022, True),
        ("6", 2022, 2021, True),
        ("3", 2021, 2020, True),
    ],
)
def test_figures_on_two_sides_of_a_new_definition_are_not_comparable(
    code: str, year: int, earlier: int, comparable: bool
) -> None:
    assert KNOWN.indicators[code].comparable(year, earlier) is comparable


@pytest.mark.parametrize(
    ("code", "survey", "question"),
    [
        ("5", 2024, "Q14a"),
        ("6", 2024, "Q14b or Q14c"),
        ("7", 2024, "Q15"),
        ("8", 2024, "Q16b"),
        ("5", 2014, "KF18"),
        ("7", 2014, "KF27"),
    ],
)
def test_survey_questions_of_the_confirmed_years(code: str, survey: int, question: str) -> None:
    found = KNOWN.indicators[code].survey_question(survey)
    assert found is not None
    assert (found.question, found.confirmed) == (question, True)
    assert KNOWN.indicators[code].survey_question(2030) is None
    assert KNOWN.indicators["1"].survey_question(survey) is None


def test_every_survey_year_has_one_question() -> None:
    for code in "5678":
        for year in range(2014, 2025):
            asked = [
                q for q in KNOWN.indicators[code].survey_questions if q.first_survey <= year <= q.last_survey
            ]
            assert len(asked) == 1, (code, year)


def test_clusters_are_runs_of_bands_and_the_tiers_hold_each_band_once() -> None:
    bands = list(KNOWN.bands)
    assert bands == ["under_1", "1", "2", "3", "4", "5", "6", "7", "8a", "8b", "8c", "8d", "9", "vsm"]
    for cluster in KNOWN.clusters.values():
        first = bands.index(cluster.bands[0])
        assert list(cluster.bands) == bands[first : first + len(cluster.bands)]
    tiers = [cluster.bands for cluster in KNOWN.clusters.values() if cluster.tier]
    assert [band for tier in tiers for band in tier] == bands


@pytest.mark.parametrize(
    ("code", "group"),
    [
        ("A", "white"),
        ("B", "white"),
        ("C", "white"),
        ("D", "bme"),
        ("H", "bme"),
        ("J", "bme"),
        ("N", "bme"),
        ("P", "bme"),
        ("R", "bme"),
        ("S", "bme"),
        ("Z", "unknown"),
        ("99", "unknown"),
        ("traveller", "white"),
        ("arab", "bme"),
        ("white", "white"),
        ("bme", "bme"),
        ("unknown", "unknown"),
    ],
)
def test_ethnic_categories_belong_to_their_groups(code: str, group: str) -> None:
    assert KNOWN.ethnic_group(code) == group


def test_categories_and_their_words() -> None:
    assert KNOWN.categories("9")[:2] == ("", "voting_executive")
    assert {"8a", "consultant", "bands_8a_to_vsm", ""} <= set(KNOWN.categories("1"))
    assert KNOWN.category_label("8a") == "Band 8a"
    assert KNOWN.category_label("bands_8a_to_vsm") == "Bands 8a to VSM"
    assert KNOWN.category_label("") == "All bands"
    assert KNOWN.category_label("", total="all") == "all"
    assert KNOWN.category_label("voting") == "Voting members"


def test_only_trusts_are_trusts() -> None:
    assert KNOWN.trust_types == ("acute", "acute_specialist", "ambulance", "community", "mental_health")


def test_a_misspelt_key_is_an_error() -> None:
    data = KNOWN.model_dump(by_alias=True)
    data["indicators"]["1"]["advrse"] = "below"
    with pytest.raises(ValidationError, match="advrse"):
        Definitions.model_validate(data)


def test_an_indicator_that_joins_questions_names_each() -> None:
    for indicator in definitions().indicators.values():
        asked = {len(each.question.split(" or ")) for each in indicator.survey_questions} - {1}
        assert asked == ({len(indicator.union_of)} if indicator.union_of else set())


def test_integrated_care_boards_of_2022() -> None:
    """42 were formed on 1 July 2022; RAL is in North Central London."""
    boards = definitions().integrated_care_boards
    assert len(boards) == len(set(boards.values())) == 42
    assert boards["QMJ"] == "North Central London"
