import numpy as np
import pandas as pd
import pytest

from small_england import publication
from wres.analysis.aspirations import goals, known_shares, paths
from wres.collect.aspiration import no_turnover
from wres.results import GOAL_COLUMNS, PATH_COLUMNS

SENIOR = "bands_8a_to_vsm"
KEPT = 0.875**3


def results(
    senior: dict[int, float], everybody: dict[int, float], posts: int = 400, status: str = "published"
) -> pd.DataFrame:
    """Shares of known ethnicity of bands 8a to VSM and of all staff, year by year, in percent."""
    rows = [
        {
            "year": year,
            "category": category,
            "value": value,
            "lower": value - 2,
            "upper": value + 2,
            "numerator": value * size / 100,
            "denominator": size,
            "status": status if category else "published",
        }
        for category, shares, size in (("", everybody, 4000), (SENIOR, senior, posts))
        for year, value in shares.items()
    ]
    same = {"level": "organisation", "code": "A", "name": "Trust A", "indicator": "1"}
    return pd.DataFrame(rows).assign(statistic="percentage_of_known", staff_group="all", **same)


def turnover(*rows: tuple[str, str, float]) -> pd.DataFrame:
    columns = ["organisation_code", "category", "turnover"]
    return pd.DataFrame(list(rows), columns=columns) if rows else no_turnover()


def goal(
    table: pd.DataFrame, turnovers: pd.DataFrame | None = None, year: int = 2025, **aspiration
) -> pd.Series:
    given = publication(first_year=2017, aspiration={"target_years": [2028], **aspiration})
    found = goals(table, turnover() if turnovers is None else turnovers, given)
    assert tuple(found.columns) == GOAL_COLUMNS
    return found[found["category"].eq(SENIOR) & found["year"].eq(year)].iloc[0]


@pytest.mark.parametrize(
    ("senior", "everybody", "outcome"),
    [(10, 20, "recruit"), (20, 20, "met"), (25, 20, "met"), (1, 60, "impossible"), (0, 20, "recruit")],
)
def test_outcomes(senior: float, everybody: float, outcome: str) -> None:
    assert goal(results({2025: senior}, {2025: everybody}))["outcome"] == outcome


def test_numbers_of_a_goal_by_hand() -> None:
    """10 % of 400 posts, target 20 %, turnover 12.5 %, three years: s = (0.2 - 0.1 k) / (1 - k), k = 0.875^3."""
    row = goal(results({2025: 10}, {2025: 20}))
    needed = (0.2 - 0.1 * KEPT) / (1 - KEPT)
    assert (row["share"], row["target"], row["posts"], row["recruits"]) == (0.1, 0.2, 400, 50)
    assert row["share_of_recruits"] == pytest.approx(needed)
    assert row["bme_recruits"] == pytest.approx(50 * needed)
    assert row["reached_lower"] < 0.2 < row["reached_upper"]
    assert row["turnover_basis"] == "inferred"


def test_a_tiny_band_and_a_hidden_share_have_no_goal() -> None:
    tiny = goal(results({2025: 10}, {2025: 20}, posts=19))
    hidden = goal(results({2025: np.nan}, {2025: 20}, status="suppressed"))
    assert (tiny["outcome"], hidden["outcome"]) == ("too_few_posts", "hidden")
    for row in (tiny, hidden):
        assert np.isnan(
            row[["share_of_recruits", "bme_recruits", "recruits", "chance"]].to_numpy(float)
        ).all()


def test_a_band_without_posts_is_said_to_have_none() -> None:
    found = goals(
        results({2025: 10}, {2025: 20}), turnover(), publication(aspiration={"target_years": [2028]})
    )
    assert found.set_index("category").loc["8b", "outcome"] == "no_posts"


def test_turnover_of_the_band_goes_before_that_of_the_organisation() -> None:
    table = results({2025: 10}, {2025: 20})
    own = turnover(("A", "", 0.2), ("B", "", 0.3))
    assert goal(table, own)["turnover"] == 0.2
    assert goal(table, turnover(("A", "", 0.2), ("A", SENIOR, 0.1)))["turnover"] == 0.1
    assert goal(table, own)["turnover_basis"] == "given"
    assert goal(table, turnover=0.14)["turnover_basis"] == "given"


def test_linear_path_asks_for_its_steepest_year() -> None:
    row = goal(results({2025: 10}, {2025: 20}), path="linear")
    assert row["share_of_recruits"] == pytest.approx((0.1 / 3 + 0.125 * 0.2) / 0.125)


def test_the_target_may_move_as_the_workforce_does() -> None:
    everybody = {year: 10 + year - 2017 for year in range(2017, 2026)}
    fixed = goal(results({2025: 10}, everybody))
    moving = goal(results({2025: 10}, everybody), target="projected")
    assert (fixed["target"], fixed["target_basis"]) == (0.18, "fixed")
    assert moving["target_basis"] == "projected"
    assert 0.205 < moving["target"] < 0.225


def test_chance_of_parity_at_present_change() -> None:
    everybody = dict.fromkeys(range(2017, 2026), 20.0)
    rising = {year: 10 + (year - 2017) + 0.3 * (year % 2) for year in everybody}
    still = {year: 10 + 0.2 * (year % 2) for year in everybody}
    assert goal(results(rising, everybody))["chance"] > 0.9
    assert goal(results(still, everybody))["chance"] < 0.01
    assert np.isnan(goal(results({2024: 10, 2025: 11}, {2024: 20, 2025: 20}))["chance"])


def test_present_recruitment_is_what_the_change_implies() -> None:
    row = goal(results({2018: 10, 2025: 14}, {2018: 20, 2025: 20}))
    kept = 0.875**7
    assert row["present_share_of_recruits"] == pytest.approx((0.14 - 0.10 * kept) / (1 - kept))


class TestPaths:
    @staticmethod
    def path(senior: dict[int, float], posts: int = 4000, target: float = 20) -> pd.Series:
        everybody = dict.fromkeys(range(2018, 2026), target)
        table = results(senior, everybody, posts)
        given = publication(first_year=2018, aspiration={"target_years": [2028]})
        found = paths(goals(table, turnover(), given), table, given)
        assert tuple(found.columns) == PATH_COLUMNS
        return found[found["base_year"].eq(2018) & found["year"].eq(2025)].iloc[0]

    def test_expected_share_is_that_of_the_closed_form(self) -> None:
        kept = 0.875**10
        needed = (0.2 - 0.1 * kept) / (1 - kept)
        row = self.path({2018: 10, 2025: 15})
        assert row["expected"] == pytest.approx(0.1 * 0.875**7 + (1 - 0.875**7) * needed)

    @pytest.mark.parametrize(
        ("now", "posts", "progress"),
        [(10.5, 4000, "behind"), (18.0, 4000, "on_track"), (25.0, 4000, "ahead"), (10.0, 30, "too_few")],
    )
    def test_progress(self, now: float, posts: int, progress: str) -> None:
        assert self.path({2018: 10, 2025: now}, posts)["progress"] == progress


def test_shares_carry_their_counts_and_intervals() -> None:
    row = known_shares(results({2025: 10}, {2025: 20})).set_index("category").loc[SENIOR]
    assert row[["share", "share_lower", "share_upper", "bme", "posts"]].tolist() == [0.1, 0.08, 0.12, 40, 400]


def test_nothing_to_aim_at_gives_no_rows() -> None:
    nothing = results({2025: 10}, {2025: 20}).head(0)
    given = publication()
    assert goals(nothing, turnover(), given).empty
    assert paths(goals(nothing, turnover(), given), nothing, given).empty
