"""What the explorer carries, and what stands in its place, from a small England."""

import pytest

from small_england import collection, organisation, publication, rates, share
from wres import pipeline
from wres.definitions import NATION
from wres.report.national import funnels
from wres.report.national.explorer import explorer_data, still
from wres.report.national.explorer.measures import measures
from wres.report.slices import Slice

NAMES = [f"T{number}" for number in range(6)]
PLACES = [organisation(name, opened="2001-04-01") for name in [*NAMES, "H"]]
BOARDS = [organisation(f"I{number}", "icb", region="Y58", opened="2022-07-01") for number in range(5)]


def national(places, returns=(), percentages=(), **settings):
    given = collection(places, returns, percentages)
    made = publication(first_year=2024, **settings)
    computed = pipeline.compute(given, made)
    return Slice(
        made,
        computed.indicators,
        computed.goals,
        given.organisations,
        NATION,
        synthetic=False,
        comparisons=computed.comparisons,
    )


@pytest.fixture(scope="module")
def report():
    """Six trusts and a seventh whose figure is hidden, and with it the smallest of the others."""
    returns = [
        row for n, name in enumerate(NAMES) for row in rates(name, "2", (200, 1000), (60 + 9 * n, 600))
    ]
    returns += rates("H", "2", (200, 1000), (3, 40)) + rates("T5", "2", (210, 1000), (70, 600), year=2024)
    return national(PLACES, returns, peer_groups={"mine": tuple(NAMES)})


@pytest.fixture(scope="module")
def data(report):
    return explorer_data(report, measures(report), ["T5"])


@pytest.fixture
def shown(monkeypatch):
    said = []
    for module in (funnels, still):
        monkeypatch.setattr(module, "show", said.append)
    monkeypatch.setattr(
        funnels, "show_chart", lambda _report, chart, finding, caption: said.extend([finding, chart.alt])
    )
    return said


def test_figures_are_packed_as_they_are_printed(data):
    """T5: 0.2 over 105 / 600 is 1.142..."""
    place = [one["code"] for one in data["organisations"]].index("T5")
    before, now = data["indicators"][0]["figures"][place].split(";")
    assert now.startswith("114,")
    assert before.startswith("180,")  # 0.21 over 70 / 600
    assert now[-1] in "aefin"


def test_hidden_figures_are_a_letter_and_nothing_else(data):
    place = [one["code"] for one in data["organisations"]].index("H")
    measure = data["indicators"][0]
    assert measure["figures"][place] == "x;h"
    assert data["reasons"]["h"] == "Hidden"
    assert {letters[place] for letters in measure["standings"].values()} == {"-"}


def test_groups_are_offered_with_their_members(data):
    names = {number: group["name"] for number, group in enumerate(data["groups"])}
    own = next(one for one in data["organisations"] if one["code"] == "T5")
    assert {names[number] for number in own["groups"]} >= {"All NHS trusts", "Acute trusts", "mine"}
    assert own["report"]
    compared = {names[number] for number in data["indicators"][0]["peers"]}
    assert compared == {"All NHS trusts", "Acute trusts", "Trusts in London", "mine"}


def test_tables_without_a_script_hold_every_organisation(report, shown):
    still.show_still(report, measures(report))
    (table,) = shown
    assert "Likelihoods, 2025" in table
    assert table.count("| Acute trust |") == 7
    assert "| Trust H | Acute trust | Hidden |" in table
    assert "1.14 (" in table


def test_funnels_count_who_is_outside(report, shown):
    funnels.show_funnels(report)
    assert shown[0] == "0 of 5 figures of trusts lie outside the wide limits in 2025"
    assert "2 Appointment from shortlisting: 5 trusts around" in shown[1]
    assert "| 2 Appointment from shortlisting | Trusts | 5 |" in shown[2]


def test_all_staffs_percentages_have_funnels_trusts_and_boards_apart(shown):
    made = [share(name, "5", "all", str(20 + n), base=1000) for n, name in enumerate(NAMES)]
    made += [share(f"I{n}", "5", "all", str(6 + n), base=300) for n in range(5)]
    report = national([*PLACES, *BOARDS], (), made, disclosure={"already_public": "a table"})
    funnels.show_funnels(report)
    name = "5 Harassment, bullying or abuse by patients or the public, all staff"
    assert f"| {name} | Trusts | 6 | 22.5% | 21.2% to 23.8% |" in shown[2]
    assert f"| {name} | Integrated care boards | 5 | 8.0% | 7.0% to 9.0% |" in shown[2]
    (measure,) = explorer_data(report, measures(report), [])["indicators"]
    assert measure["unit"] == "percent"
    assert measure["figures"][0].endswith("s")


def test_where_nobody_has_figures_nothing_is_drawn(shown):
    funnels.show_funnels(national(PLACES))
    assert shown == ["Too few trusts have published figures for 2025 to be compared."]
