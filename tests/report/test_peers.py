"""An organisation beside its peers, in words: standings, trends and what stands out, from computed reports."""

from dataclasses import replace

import pandas as pd
import pytest

from small_england import counts, organisation, rates, staff
from small_report import computed_report, report_of
from wres.comparisons import conform
from wres.report import peers, priorities, trends

NAMES = [f"T{number:02d}" for number in range(8)]
YEARS = range(2021, 2026)


@pytest.fixture(scope="module")
def returns():
    """Eight trusts; the first reports far more harassment of BME staff, more so every year, and trains all alike."""
    made = []
    for n, name in enumerate(NAMES):
        for year in YEARS:
            worse = 0 if n else 100 + 60 * (year - 2021)
            made += rates(name, "6", (400, 2000), (230 + 2 * n + worse, 1000), year=year)
            made += staff(name, 4000, 1000, year=year)
            made += counts(name, "4", "accessed_training", 2400, 600, year=year)
    return made


@pytest.fixture(scope="module")
def report(returns):
    return computed_report([organisation(n, opened="2001-04-01") for n in NAMES], returns, NAMES[0])


@pytest.fixture
def shown(monkeypatch):
    said = []
    for module in (peers, priorities, trends):
        monkeypatch.setattr(module, "show", said.append)
    monkeypatch.setattr(
        peers, "show_chart", lambda _report, chart, finding, caption: said.extend([finding, chart.alt])
    )
    return said


def test_words_of_a_cell(report):
    assert peers.compared_with_peers(report, "6") in ("Worse than most", "Clearly worse")
    assert peers.compared_with_peers(report, "4") == "Like most"
    assert peers.compared_with_peers(report, "2") == "Not compared"
    assert trends.over_the_years(report, "6") == "Getting worse"
    assert trends.over_the_years(report, "4") == "No clear change"
    assert trends.over_the_years(report, "2") == "Too few years"


def test_a_report_says_the_same_of_peers_rounded_as_it_prints_them(report, shown):
    told = {
        name: peers.as_told(name, getattr(report.comparisons, name)) for name in ("standings", "peer_figures")
    }
    assert not told["peer_figures"]["pooled"].equals(report.comparisons.peer_figures["pooled"])
    rounded = replace(report, comparisons=replace(report.comparisons, **told))
    said = []
    for each in (report, rounded):
        shown.clear()
        peers.show_peers(each)
        priorities.show_priorities(each)
        said.append("\n".join(shown))
    assert said[0] == said[1]


def test_figures_are_rounded_as_they_are_printed_and_what_nobody_reads_is_left_out():
    ties = pd.DataFrame(
        {"statistic": ["difference", "relative_likelihood", "percentage"], "pooled": [0.35, 1.115, 9]}
    )
    told = peers.as_told("peer_figures", conform("peer_figures", ties.assign(spread=0.123)))
    assert told["pooled"].tolist() == [0.3, 1.11]  # f"{0.35:.1f}" is 0.3: it is a little less than it looks
    assert not {"spread", "lower", "organisations"} & set(told.columns)


def test_of_groups_less_like_it_only_the_marks_are_told(report):
    told = peers.as_told("standings", report.comparisons.standings)
    own = told[told["code"].eq(NAMES[0]) & told["indicator"].eq("6")].set_index("kind")
    assert own["standing"].ne("").all()
    assert own["rank_lower"].notna().to_dict() == {kind: kind == "type" for kind in own.index}


def test_similar_organisations_stand_with_intervals_and_never_a_bare_rank(report, shown):
    peers.show_peers(report)
    text = "\n".join(shown)
    assert "gaps compared with those of acute trusts, one worse than most, none better" in text
    assert "8 of 8" in text
    assert "Group together | Middle half | Likely true gap | Place | Standing" in text
    row = next(line for line in text.splitlines() if line.startswith("| 6 "))
    own = report.headline("6")
    assert f"{own['value']:+.1f} points" in row
    assert row.count(" to ") == 4  # own interval, middle half, likely gap, place


def test_labels_of_the_picture_are_whole(report, monkeypatch):
    drawn = []
    monkeypatch.setattr(peers, "show", lambda _: None)
    monkeypatch.setattr(peers, "show_chart", lambda _report, chart, *_: drawn.append(chart.figure.axes[0]))
    peers.show_peers(report)
    labels = [label.get_text().replace("\n", " ") for label in drawn[0].get_yticklabels()]
    assert "6 Harassment, bullying or abuse by staff" in labels
    assert not any("…" in label for label in labels)


def test_where_nothing_has_a_figure_nothing_stands_out_and_no_trend_is_drawn(shown):
    priorities.show_priorities(report_of())
    trends.show_trends(report_of())
    assert shown == [
        "No indicator has a figure for 2025, so nothing can stand out, for worse or for better.\n",
        "No indicator has figures from which a trend could be told.\n",
    ]


def test_what_stands_out_has_its_reasons_in_words(report, shown):
    priorities.show_priorities(report)
    text = "\n".join(shown)
    worse, better = text.split("**Where it does well**")
    assert "1. **Harassment, bullying or abuse by staff**" in worse
    assert "A clear gap to the disadvantage of BME staff; worse than most acute trusts (together" in worse
    assert "worse than in 2024" in worse
    assert "1. **Non-mandatory training and CPD**" in better
    assert "No material gap" in better


def test_trends_stand_with_their_years_and_intervals(report, shown):
    trends.show_trends(report)
    row = next(line for line in shown[0].splitlines() if line.startswith("| 6 "))
    assert "2021–2025" in row
    assert "× 1." in row
    assert "Getting worse" in row


def test_too_few_peers_are_said_to_be_too_few(returns, shown):
    own = [row for row in returns if row["organisation_code"] in NAMES[:4]]
    report = computed_report([organisation(n, opened="2001-04-01") for n in NAMES[:4]], own, NAMES[0])
    peers.show_peers(report)
    assert "a group of at least five similar organisations" in shown[0]
    priorities.show_priorities(report)
    assert "worse than most" not in "\n".join(shown)


def over_the_years(bme: dict[int, int], shown: list[str]) -> str:
    """Trends of one trust whose BME appointments of 100 shortlisted differ by year."""
    returns = [
        row for year, count in bme.items() for row in rates("A", "2", (30, 100), (count, 100), year=year)
    ]
    trends.show_trends(computed_report([organisation("A")], returns))
    return "\n".join(shown)


def test_a_hidden_end_of_a_trend_is_marked_and_the_mark_explained(shown):
    text = over_the_years({2022: 20, 2023: 20, 2024: 20, 2025: 3}, shown)
    assert "| 2 Appointment from shortlisting | 2022–2025 | 1.50 → [c] times |" in text
    assert "Figures marked [c] are hidden, so that nobody can be recognised." in text


def test_a_trend_of_which_neither_end_is_shown_is_marked(shown):
    text = over_the_years({2022: 3, 2023: 20, 2024: 20, 2025: 3}, shown)
    assert "| 2 Appointment from shortlisting | 2022–2025 | [c] | – | Hidden |" in text


def test_an_end_that_was_not_hidden_but_not_sent_is_not_called_hidden():
    report = computed_report([organisation("A")], rates("A", "2", (30, 100), (20, 100)))
    absent = report.headline("2").copy()
    absent["status"] = "withheld"
    assert trends._end(absent) == trends._end(None) == "–"


def test_a_trend_of_one_year_has_one_year_and_one_figure(shown):
    returns = rates("A", "2", (300, 1000), (80, 400))
    trends.show_trends(computed_report([organisation("A")], returns))
    assert "| 2 Appointment from shortlisting | 2025 | 1.50 times |" in shown[0]
