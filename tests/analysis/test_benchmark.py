"""Organisations among their peers, from counts written by hand: pooled figures, limits, quartiles, who is hidden."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm

from small_england import collection, counts, only, organisation, publication, rates, share, staff
from wres import pipeline
from wres.analysis.benchmark import Gaps, Organisations, Ratios, Shares, benchmark
from wres.comparisons import conform
from wres.params import StatisticsSettings
from wres.statistics import mantel_haenszel_ratio, ratio_deviation, weighted_mean

SETTINGS = StatisticsSettings()
NAMES = [f"T{number:02d}" for number in range(12)]
PLACES = [organisation(name, opened="2001-04-01") for name in NAMES]


def peers_of(codes, kind="nation", group="ENG"):
    return conform(
        "peers", pd.DataFrame({"kind": kind, "group": group, "name": "Peers", "organisation_code": codes})
    )


def compared(returns, places=PLACES, percentages=(), **settings):
    given = collection(places, returns, percentages)
    return pipeline.compute(given, publication(first_year=2025, **settings))


@pytest.fixture(scope="module")
def appointed():
    """Twelve trusts appoint 20 % of white and 10 to 21 % of BME applicants; the last has just three BME people."""
    returns = [
        row for n, name in enumerate(NAMES[:-1]) for row in rates(name, "2", (200, 1000), (60 + 6 * n, 600))
    ]
    return compared([*returns, *rates(NAMES[-1], "2", (200, 1000), (3, 40))])


def test_pooled_ratio_is_mantel_haenszels_over_all_and_hidden_members_too(appointed):
    bme = np.array([60 + 6 * n for n in range(11)] + [3.0])
    tables = np.full(12, 200), np.full(12, 1000), bme, np.array([600] * 11 + [40])
    hidden = appointed.indicators.query(
        "indicator == '2' and status == 'suppressed' and level == 'organisation'"
    )
    assert len(hidden["code"].unique()) == 2  # the small one, and one with which it is summed
    row = only(appointed.comparisons.peer_figures, kind="nation")
    expected = mantel_haenszel_ratio(*tables, np.zeros(12, dtype=int), spread="wider")
    assert row["pooled"] == pytest.approx(expected.estimate[0])
    assert (row["organisations"], row["published"], row["note"]) == (12, 10, "")
    z = ratio_deviation(*tables, expected.estimate[0]).z
    shown = ~np.isin(NAMES, hidden["code"])
    assert row["outside_by_chance_alone"] == (np.abs(z[shown]) > norm.ppf(0.999)).sum()


def test_quartiles_are_of_published_figures(appointed):
    row = only(appointed.comparisons.peer_figures, kind="nation")
    rows = appointed.indicators.query(
        "indicator == '2' and status == 'published' and level == 'organisation' and statistic == 'relative_likelihood'"
    )
    expected = np.quantile(rows["value"], [0.25, 0.5, 0.75])
    np.testing.assert_allclose(row[["lower_quartile", "median", "upper_quartile"]].to_numpy(float), expected)


def test_hidden_organisations_are_in_no_row(appointed):
    rows = appointed.indicators.query("indicator == '2' and level == 'organisation'")
    hidden = set(rows.loc[rows["status"].eq("suppressed"), "code"])
    standings = appointed.comparisons.standings
    assert hidden
    assert hidden.isdisjoint(standings["code"])
    assert hidden.isdisjoint(appointed.comparisons.priorities["code"])
    assert set(standings["ranked"]) == {12.0 - len(hidden)}


def test_standings_repeat_the_published_figures(appointed):
    for code in ("T03", "T07"):
        own = only(appointed.comparisons.standings, code=code, kind="nation")
        row = only(
            appointed.indicators,
            code=code,
            indicator="2",
            statistic="relative_likelihood",
            level="organisation",
        )
        assert own["value"] == pytest.approx(row["value"])
        assert own["shrunken_lower"] < own["shrunken"] < own["shrunken_upper"]


def test_ranks_of_the_best_and_the_worst_reach_the_ends(appointed):
    standings = appointed.comparisons.standings.query("kind == 'nation'").set_index("code")
    worst, best = standings["value"].idxmax(), standings["value"].idxmin()
    assert standings.loc[worst, "rank_upper"] == 10
    assert standings.loc[best, "rank_lower"] == 1
    assert 1 < standings.loc[worst, "rank_lower"] < 10


def test_a_named_group_with_one_hidden_member_is_of_published_members_alone():
    returns = [row for name in NAMES for row in rates(name, "2", (200, 1000), (90, 600))]
    small = rates("S1", "2", (200, 1000), (3, 40)) + rates("S2", "2", (200, 1000), (4, 40))
    places = [*PLACES, *(organisation(name, opened="2001-04-01") for name in ("S1", "S2"))]
    groups = {"one": (*NAMES[:5], "S1"), "none": tuple(NAMES[:5]), "few": tuple(NAMES[:4])}
    figures = compared([*returns, *small], places, peer_groups=groups).comparisons.peer_figures
    named = figures[figures["kind"].eq("named")].set_index("group")
    assert set(named.index) == {"one", "none"}  # four are too few to be compared
    assert named.loc["one", "organisations"] == 5
    assert named.loc["one", "pooled"] == named.loc["none", "pooled"]
    assert "could be worked out" in named.loc["one", "note"]
    assert only(figures, kind="nation")["organisations"] == 14


def test_bands_and_boards_are_pooled_as_gaps():
    returns = [
        row
        for n, name in enumerate(NAMES)
        for row in [
            *staff(name, 800, 200 + n),
            *staff(name, 80, 10 + n, group="non_clinical", category="8a"),
            *counts(name, "9", "board_members", 10, 2, 0, category="voting_executive"),
        ]
    ]
    computed = compared(returns)
    rows = computed.indicators.query("level == 'organisation' and statistic == 'difference'")
    for indicator, category in (("1", "bands_8a_to_vsm"), ("9", "")):
        own = rows[rows["indicator"].eq(indicator) & rows["category"].eq(category)]
        own = own[own["staff_group"].eq("all")].sort_values("code")
        standing = computed.comparisons.standings.query(f"indicator == '{indicator}' and kind == 'nation'")
        np.testing.assert_allclose(standing.sort_values("code")["value"], own["value"])
    weight = np.array([(90 + n) * (910.0) / (1000 + n) for n in range(12)])
    band = rows[
        rows["indicator"].eq("1") & rows["category"].eq("bands_8a_to_vsm") & rows["staff_group"].eq("all")
    ]
    figure = only(computed.comparisons.peer_figures, indicator="1", kind="nation")
    assert figure["pooled"] == pytest.approx(
        float(weighted_mean(band.sort_values("code")["value"], weight).estimate)
    )


def test_published_percentages_of_all_staff_have_a_funnel_of_their_own():
    """Twelve trusts of 1,000 respondents each, 20 to 31 %: pooled they are their mean."""
    made = [share(name, "6", "all", str(20 + n), base=1000) for n, name in enumerate(NAMES)]
    computed = compared([], PLACES, made, disclosure={"already_public": "a table"})
    row = only(computed.comparisons.peer_figures, statistic="percentage", kind="nation")
    assert row["pooled"] == pytest.approx(25.5)
    assert row["organisations"] == 12
    standings = computed.comparisons.standings.query("kind == 'nation'").set_index("code")
    assert standings.loc["T11", "rank_upper"] == 12
    assert standings.loc["T11", "z"] > 0 > standings.loc["T00", "z"]


def figures_of(kind, rng, size):
    """Figures of many organisations, unequal in size, that nothing but chance makes differ."""
    n1, n2 = rng.integers(200, 4000, size), rng.integers(600, 12_000, size)
    if kind == "ratio":
        return Ratios((rng.binomial(n1, 0.012), n1, rng.binomial(n2, 0.008), n2))
    if kind == "share":
        return Shares(rng.binomial(n1, 0.2).astype(float), n1.astype(float))
    p1, p2 = rng.binomial(n1, 0.3) / n1, rng.binomial(n2, 0.25) / n2
    error = 100 * np.sqrt(p1 * (1 - p1) / n1 + p2 * (1 - p2) / n2)
    return Gaps(100 * (p1 - p2), error, n1 * n2 / (n1 + n2))


def outside(kind, seeds, differ=0.0):
    """Shares of organisations outside the 95 % and the 99.8 % limits."""
    codes = np.array([f"T{n}" for n in range(200)], dtype=object)
    found = []
    for seed in seeds:
        rng = np.random.default_rng(seed)
        figures = figures_of(kind, rng, 200)
        if differ and isinstance(figures, Gaps):
            figures = Gaps(figures.value + rng.normal(0, differ, 200), figures.error, figures.weight)
        given = Organisations(codes, figures, np.ones(200, dtype=bool))
        _, standings = benchmark(given, peers_of(codes), [], 1, SETTINGS)
        found.append(standings["standing"])
    every = pd.concat(found)
    return every.ne("alike").mean(), every.str.startswith("clearly").mean()


@pytest.mark.parametrize(("kind", "differ"), [("ratio", 0), ("gap", 0), ("share", 0), ("gap", 4.0)])
def test_funnels_flag_about_as_many_as_they_should_where_nothing_is_wrong(kind, differ):
    """Of 2,000 organisations 100 outside 95 % and 4 outside 99.8 %, ordinary differences between them or not."""
    wide, far = outside(kind, range(10), differ)
    assert wide == pytest.approx(0.05, abs=0.015)
    assert far <= 0.005


def test_without_over_dispersion_ordinary_differences_would_look_like_alarms():
    codes = np.array([f"T{n}" for n in range(200)], dtype=object)
    rng = np.random.default_rng(3)
    gaps = figures_of("gap", rng, 200)
    gaps = Gaps(gaps.value + rng.normal(0, 4, 200), gaps.error, gaps.weight)
    figures, _ = benchmark(
        Organisations(codes, gaps, np.ones(200, dtype=bool)), peers_of(codes), [], 1, SETTINGS
    )
    row = figures.iloc[0]
    assert row["outside_by_chance_alone"] > 60
    assert row["outside"] <= 2
    assert row["spread"] == pytest.approx(4, rel=0.15)
