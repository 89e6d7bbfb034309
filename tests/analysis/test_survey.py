import pytest

from small_england import chosen, only, organisation, rates, rows_of

TRUST = [organisation("A")]
MORE, FEWER = (450, 1000), (250, 1000)


@pytest.mark.parametrize(
    ("indicator", "bme_more", "bme_fewer"),
    [
        ("5", "adverse", "favourable"),
        ("6", "adverse", "favourable"),
        ("7", "favourable", "adverse"),
        ("8", "adverse", "favourable"),
    ],
)
def test_direction(indicator: str, bme_more: str, bme_fewer: str) -> None:
    """More harassment or discrimination is adverse; so is less belief that promotion is fair."""
    for white, bme, points, verdict in ((FEWER, MORE, 20, bme_more), (MORE, FEWER, -20, bme_fewer)):
        rows = rows_of(TRUST, rates("A", indicator, white, bme))
        row = only(rows, indicator=indicator, statistic="difference", year=2025)
        assert (row["value"], row["verdict"]) == (pytest.approx(points), verdict)
        sign = -1 if indicator == "7" else 1
        assert row["minimum_detectable"] * sign > 0


def test_percentages_of_three_groups_and_no_ratio() -> None:
    rows = chosen(rows_of(TRUST, rates("A", "8", (30, 400), (20, 100))), indicator="8", year=2025)
    assert set(rows["statistic"]) == {"percentage", "difference"}
    shares = chosen(rows, statistic="percentage").set_index("ethnicity")["value"]
    assert shares.to_dict() == {"white": 7.5, "bme": 20.0}


def test_equal_answers_of_many_are_equivalent_and_of_few_are_inconclusive() -> None:
    for size, verdict in ((100_000, "equivalent"), (100, "inconclusive")):
        returns = rates("A", "5", (size // 4, size), (size // 4, size))
        row = only(rows_of(TRUST, returns), indicator="5", statistic="difference", year=2025)
        assert (row["value"], row["verdict"]) == (0, verdict)
