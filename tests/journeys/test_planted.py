"""A synthetic England of 260 organisations, over seeds: planted gaps are found, and nulls are not."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binom

from small_england import collection, publication
from wres import pipeline
from wres.examples.simulator import simulate

pytestmark = pytest.mark.slow

SEEDS = (1, 2, 3)
KEYS = ["code", "year", "indicator", "statistic"]


@pytest.fixture(scope="module", params=SEEDS)
def england(request):
    made = simulate(260, (2025, 2025), seed=request.param)
    given = collection(made.organisations.to_dict("records"), made.returns.to_dict("records"))
    return made, pipeline.compute(given, publication(first_year=2025)), given


@pytest.fixture(scope="module")
def judged(england):
    made, _, given = england
    rows = pipeline.indicators(given, publication(first_year=2025))
    truths = made.truths.rename(
        columns={"organisation_code": "code", "quantity": "statistic", "value": "truth"}
    )
    head = rows[rows["level"].eq("organisation") & rows["staff_group"].eq("all")]
    head = head[head["category"].isin(["", "bands_8a_to_vsm"]) & head["verdict"].notna()]
    return truths.merge(head[[*KEYS, "verdict", "minimum_detectable"]].astype({"code": "str"}), on=KEYS)


def test_no_more_nulls_are_flagged_than_the_false_discovery_rate_allows(judged):
    """Of everything flagged 5 % may truly be nothing; a binomial count has 99.9 % room above that."""
    flagged = judged[judged["verdict"].isin(["adverse", "favourable"])]
    assert len(flagged) > 500
    assert flagged["null"].sum() <= binom.ppf(0.999, len(flagged), 0.05)


def test_planted_gaps_that_could_be_detected_are_found(judged):
    """Those beyond the gap that a single test finds with 80 % power; the false discovery rate costs some of that."""
    ratio = judged["statistic"].eq("relative_likelihood")
    size, reach = (
        judged[name].mask(ratio, np.log(judged[name].where(ratio, 1.0)))
        for name in ("truth", "minimum_detectable")
    )
    detectable = judged[~judged["null"] & (np.sign(size) == np.sign(reach)) & (size.abs() > reach.abs())]
    assert len(detectable) > 300
    assert detectable["verdict"].eq("adverse").mean() > 0.75
    assert not detectable["verdict"].eq("favourable").any()


def test_shrunken_likelihoods_hold_the_truth_as_often_as_they_say(england):
    """Intervals of indicators 2 to 4 among all trusts, give or take: the model is normal, the truth is planted."""
    made, computed, _ = england
    own = computed.comparisons.standings
    own = own[own["kind"].eq("nation") & own["indicator"].isin(["2", "3", "4"])]
    truths = made.truths.rename(columns={"organisation_code": "code", "value": "truth"})
    both = own.merge(truths[["code", "indicator", "truth"]], on=["code", "indicator"])
    held = (both["shrunken_lower"] <= both["truth"]) & (both["truth"] <= both["shrunken_upper"])
    assert len(both) > 400
    assert 0.88 <= held.mean() <= 0.99


def test_funnels_point_at_few(england):
    """Ordinary differences between trusts are planted and no outliers: one or two in a hundred at most stand apart."""
    figures = england[1].comparisons.peer_figures
    nation = figures[figures["kind"].eq("nation")]
    assert len(nation) == 9
    assert nation["outside"].sum() <= 0.02 * nation["published"].sum()
    assert nation["outside_by_chance_alone"].sum() > 5 * nation["outside"].sum()


def test_only_published_figures_are_compared(england):
    _, computed, _ = england
    head = computed.indicators[computed.indicators["level"].eq("organisation")]
    head = head[head["staff_group"].eq("all") & head["category"].isin(["", "bands_8a_to_vsm"])]
    keys = ["code", "indicator", "statistic"]
    status = head[head["statistic"].isin(["difference", "relative_likelihood"])].set_index(keys)["status"]
    compared = pd.MultiIndex.from_frame(computed.comparisons.standings[keys].drop_duplicates())
    assert status.eq("suppressed").any()
    assert set(status[status.index.isin(compared)]) == {"published"}
