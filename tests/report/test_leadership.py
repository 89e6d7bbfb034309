import numpy as np
import pytest

from small_england import organisation, staff
from small_report import computed_report, gap_row, report_of, share_row
from wres.report.leadership import across_bands, disparity_ratios, pipeline, where_it_drops


def england(*shares: tuple[str, int, int]) -> list:
    return [
        row
        for band, white, bme in shares
        for group in ("clinical",)
        for row in staff("A", white, bme, 0, group=group, category=band)
    ]


def test_pipeline_says_every_band_and_where_the_share_drops() -> None:
    report = computed_report(
        [organisation("A")], england(("5", 600, 400), ("6", 600, 250), ("7", 350, 150), ("8a", 900, 50))
    )
    chart = pipeline(report)
    assert chart is not None
    assert "Band 5 40.0%" in chart.alt
    assert "Band 8a 5.3%" in chart.alt
    drops = "The BME share drops clearly from bands 1–5 to 6–7 and again from bands 6–7 to 8a–VSM"
    assert where_it_drops(report) == drops


def test_ratio_by_hand() -> None:
    """Bands 6 and 7 to 8a to VSM: (900 / 600) / (50 / 400) = 12."""
    report = computed_report([organisation("A")], england(("6", 600, 400), ("8a", 900, 50)))
    assert "12.00 (" in disparity_ratios(report)
    assert "Bands 6 and 7 to bands 8a to VSM" in disparity_ratios(report)


def test_too_few_to_tell_is_not_called_equal() -> None:
    report = computed_report(
        [organisation("A")], england(("5", 60, 40), ("6", 58, 41), ("7", 30, 20), ("8a", 33, 22))
    )
    assert where_it_drops(report) == "Too few to tell between which bands the BME share drops"


def over_bands(
    group: str, q: dict[str, float], odds: float = 0.8, **changes: object
) -> list[dict[str, object]]:
    """The tests over the bands of one staff group, by their adjusted p-values."""
    place = {"staff_group": group, "category": "", "verdict": ""} | changes
    return [
        gap_row(
            "1", odds, statistic=f"band_{name}", q_value=value, lower=odds - 0.05, upper=odds + 0.05, **place
        )
        for name, value in q.items()
    ]


CLEAR, UNCLEAR = 0.01, 0.4


@pytest.mark.parametrize(
    ("q", "odds", "said"),
    [
        (
            {"trend": CLEAR, "homogeneity": CLEAR, "nonlinearity": UNCLEAR},
            0.8,
            "- Among clinical staff the BME share **falls with seniority**: with each band up, the odds that a post is "
            "held by BME staff are 0.80 times what they were (0.75 to 0.85).\n",
        ),
        ({"trend": CLEAR, "nonlinearity": CLEAR}, 0.8, "The change is not even from band to band.\n"),
        ({"trend": CLEAR}, 1.2, "**rises with seniority**"),
        (
            {"trend": UNCLEAR, "homogeneity": CLEAR, "nonlinearity": CLEAR},
            0.98,
            "**differs between bands**, but neither a fall nor a rise with seniority is clear (odds 0.98 times",
        ),
        (
            {"trend": UNCLEAR, "homogeneity": UNCLEAR},
            0.98,
            "**too few to tell** whether the BME share differs",
        ),
        ({"trend": UNCLEAR}, 0.98, "**too few to tell**"),
    ],
)
def test_shares_over_all_bands_in_a_sentence(q: dict[str, float], odds: float, said: str) -> None:
    text = across_bands(report_of(*over_bands("clinical", q, odds)))
    assert said in text
    assert ("not even" in text) == ("not even" in said)


def test_grades_have_no_order_and_stand_with_their_shares() -> None:
    shares = [
        share_row("1", "bme", share, staff_group="medical_dental", category=grade)
        for grade, share in (("consultant", 40.0), ("trainee", 55.5))
    ]
    clear = across_bands(report_of(*over_bands("medical_dental", {"homogeneity": CLEAR}), *shares))
    assert "**differs between grades**: consultants 40.0% and trainee grades 55.5%." in clear
    unclear = across_bands(report_of(*over_bands("medical_dental", {"homogeneity": UNCLEAR}), *shares))
    assert "**too few to tell**" in unclear


def test_tests_over_bands_that_are_hidden_are_said_to_be() -> None:
    rows = over_bands("clinical", {"trend": np.nan}, np.nan, status="suppressed")
    assert across_bands(report_of(*rows)).startswith(
        "Whether the BME share falls with seniority over all bands is hidden"
    )
    assert across_bands(report_of()) == ""


def test_a_whole_computation_says_the_fall() -> None:
    report = computed_report(
        [organisation("A")], england(("5", 600, 400), ("6", 600, 250), ("7", 350, 150), ("8a", 900, 50))
    )
    assert "- Among clinical staff the BME share **falls with seniority**" in across_bands(report)
