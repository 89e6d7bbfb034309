from small_england import organisation, staff
from small_report import computed_report
from wres.report.leadership import disparity_ratios, pipeline, where_it_drops


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
