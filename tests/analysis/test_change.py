import numpy as np
import pandas as pd
import pytest

from small_england import chosen, counts, only, organisation, rates, rows_of, share, staff
from wres import statistics
from wres.analysis.change import change_over_years_rows, change_rows
from wres.params import StatisticsSettings

TRUST = [organisation("A")]
WHITE, EQUAL, WIDE = (300, 1000), (300, 1000), (600, 1000)


def answers(indicator: str, bme: dict[int, tuple[int, int]]) -> pd.DataFrame:
    """Changes of one indicator of one trust, whose BME figure alone moves."""
    returns = [row for year, figure in bme.items() for row in rates("A", indicator, WHITE, figure, year=year)]
    return chosen(rows_of(TRUST, returns), indicator=indicator, statistic="change", level="organisation")


@pytest.mark.parametrize(
    ("indicator", "rise", "fall"), [("5", "adverse", "favourable"), ("7", "favourable", "adverse")]
)
def test_direction_of_a_change_of_a_difference(indicator: str, rise: str, fall: str) -> None:
    found = only(answers(indicator, {2024: EQUAL, 2025: WIDE}), year=2025)
    assert (found["value"], found["verdict"]) == (pytest.approx(30), rise)
    back = only(answers(indicator, {2024: WIDE, 2025: EQUAL}), year=2025)
    assert (back["value"], back["verdict"]) == (pytest.approx(-30), fall)


def test_change_of_a_ratio_is_a_ratio_of_ratios() -> None:
    """White over BME went from 1 to 2: half as likely, and worse."""
    found = only(answers("2", {2024: (300, 1000), 2025: (150, 1000)}), year=2025)
    now, before = statistics.ratio(300, 1000, 150, 1000), statistics.ratio(300, 1000, 300, 1000)
    reference = statistics.ratio_of_ratios(now, before)
    assert found["value"] == pytest.approx(2)
    assert found["lower"] == pytest.approx(reference.lower.item())
    assert found["p_value"] == pytest.approx(reference.p_value.item())
    assert found["verdict"] == "adverse"


def test_a_small_change_is_inconclusive_and_never_equal() -> None:
    found = only(answers("5", {2024: (300, 1000), 2025: (301, 1000)}), year=2025)
    assert found["verdict"] == "inconclusive"


def test_the_new_definition_of_indicator_7_is_never_crossed() -> None:
    """From WRES 2022 "don't know" answers are in its denominator."""
    years = dict.fromkeys(range(2019, 2026), EQUAL)
    assert set(answers("7", years)["year"]) == {2020, 2021, 2023, 2024, 2025}
    assert set(answers("6", years)["year"]) == {2020, 2021, 2022, 2023, 2024, 2025}


def test_the_definition_of_indicator_7_is_not_crossed_for_published_percentages_either() -> None:
    shares = [
        share("A", "7", ethnicity, printed, base=1000, year=year)
        for year in (2021, 2022, 2023)
        for ethnicity, printed in (("white", "80.0"), ("bme", "70.0"))
    ]
    rows = chosen(rows_of(TRUST, (), shares), statistic="change", indicator="7")
    assert rows["year"].tolist() == [2023]


def test_only_the_year_before_is_compared() -> None:
    assert answers("5", {2022: EQUAL, 2024: WIDE}).empty


def test_a_gap_without_an_interval_gives_no_change() -> None:
    """A change whose interval can't be made must not pass for one that was tested."""
    shares = [
        share("A", "5", ethnicity, printed, base=base, year=year)
        for year, base in ((2024, None), (2025, 1000))
        for ethnicity, printed in (("white", "30.0"), ("bme", "60.0"))
    ]
    rows = rows_of(TRUST, (), shares)
    assert not chosen(rows, statistic="difference", indicator="5", year=2025)["lower"].isna().any()
    assert chosen(rows, statistic="change").empty


def test_stocks_count_the_same_people_twice() -> None:
    """The interval is narrowed by the share retained: the square root of 12.5 % of its independent width."""
    returns = [
        row
        for year, senior in ((2024, 12), (2025, 30))
        for row in [
            *staff("A", 3112, 748, 0, group="clinical", category="5", year=year),
            *staff("A", 140 - senior, senior, 0, group="clinical", category="8a", year=year),
        ]
    ]
    rows = rows_of(TRUST, returns)
    at = {"indicator": "1", "staff_group": "all", "category": "bands_8a_to_vsm"}
    found = only(rows, statistic="change", **at)
    gaps = chosen(rows, statistic="difference", **at).set_index("year")
    now, before = gaps.loc[2025], gaps.loc[2024]
    below = np.hypot(now["value"] - now["lower"], before["upper"] - before["value"])
    assert found["value"] == pytest.approx(now["value"] - before["value"])
    assert found["value"] - found["lower"] == pytest.approx(np.sqrt(0.125) * below)
    assert found["note"] == "the same people are counted in both years; 87.5% taken as retained"
    assert found["verdict"] == "favourable"


def test_years_without_events_give_no_change_of_a_ratio() -> None:
    returns = [row for year in (2024, 2025) for row in staff("A", 340, 60, year=year)]
    returns += counts("A", "3", "entered_disciplinary", 0, 0, year=2024)
    returns += counts("A", "3", "entered_disciplinary", 5, 2, year=2025)
    assert chosen(rows_of(TRUST, returns), statistic="change", indicator="3").empty


def test_no_gaps_no_changes() -> None:
    columns = [
        "level",
        "code",
        "name",
        "indicator",
        "staff_group",
        "category",
        "statistic",
        "year",
        "value",
        "lower",
        "upper",
        "p_value",
        "basis",
    ]
    empty = pd.DataFrame(columns=columns).astype(dict.fromkeys(["value", "lower", "upper"], float))
    assert change_rows(empty, 0.125, StatisticsSettings()).empty


class TestOverYears:
    """The policy's Table 1: the leadership gap from its first year to its last."""

    @staticmethod
    def gaps(*rows: tuple[int, float, float, float]) -> pd.DataFrame:
        place = {
            "level": "national",
            "code": "ENG",
            "name": "England",
            "indicator": "1",
            "staff_group": "all",
        }
        place |= {
            "category": "bands_8a_to_vsm",
            "statistic": "difference",
            "basis": "counts",
            "p_value": 0.01,
        }
        return pd.DataFrame(
            [{**place, "year": y, "value": v, "lower": low, "upper": high} for y, v, low, high in rows]
        )

    def test_first_and_last_are_compared(self) -> None:
        given = self.gaps((2016, -7.65, -7.9, -7.4), (2017, -7.7, -7.9, -7.5), (2018, -9.0, -9.2, -8.8))
        (found,) = change_over_years_rows(given, 0.125, StatisticsSettings()).to_dict("records")
        # Limits: -1.35 +- sqrt(1 - 0.875^2) sqrt(0.2^2 + 0.25^2), by MOVER with the share retained for two years.
        margin = np.sqrt(1 - 0.875**2) * np.hypot(0.2, 0.25)
        assert found["value"] == pytest.approx(-1.35)
        assert (found["lower"], found["upper"]) == pytest.approx((-1.35 - margin, -1.35 + margin))
        assert (found["statistic"], found["year"], found["verdict"]) == ("change_over_years", 2018, "adverse")
        assert found["note"].startswith("since 2016; the same people are counted in both years; 76.6%")

    def test_nothing_is_said_of_one_step_or_of_hidden_years(self) -> None:
        step = self.gaps((2017, -7.7, -7.9, -7.5), (2018, -9.0, -9.2, -8.8))
        hidden = self.gaps((2016, np.nan, np.nan, np.nan), (2018, -9.0, -9.2, -8.8))
        for given in (step, hidden):
            assert change_over_years_rows(given, 0.125, StatisticsSettings()).empty
