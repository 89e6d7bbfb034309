"""The questions that reports must answer, asked of the demonstration.

The first five are Roger Kline's questions for boards; the others come from critics of the standard and from the
history of the four-fifths rule.
"""

import html
import re
from pathlib import Path

import pandas as pd
import pytest

from wres import results
from wres.definitions import NATION, definitions
from wres.publish.run import publish
from wres.report.slices import headlines

pytestmark = pytest.mark.slow

PUBLISHED = Path(__file__).parents[2] / "params" / "published.yml"
CAUSAL = (
    r"\b(because of (?:race|ethnicity|racism)|caused by|due to|leads to|results in|explained by|driven by)\b"
)


def words_of(path):
    text = re.sub(r"<(script|style)\b.*?</\1>", " ", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", text)))


@pytest.fixture(scope="module")
def table(demo):
    return results.read(demo / "data" / "indicators.parquet")


@pytest.fixture(scope="module")
def largest(table):
    """The organisation whose report has most to say: most people in its workforce."""
    own = table[table["level"].eq("organisation") & table["indicator"].eq("1") & table["year"].eq(2025)]
    return own.loc[own["denominator"].idxmax(), "code"]


@pytest.fixture(scope="module")
def report(demo, largest):
    return words_of(demo / "organisations" / largest / "index.html")


@pytest.fixture(scope="module")
def nation(demo):
    return words_of(demo / "index.html")


@pytest.mark.parametrize("band", definitions().bands.values())
@pytest.mark.parametrize("page", ["report", "nation"])
def test_indicator_1_stands_by_individual_band(page, band, request, table, largest):
    """With its figures, or named among the hidden."""
    code = largest if page == "report" else NATION
    own = table[table["code"].eq(code) & table["year"].eq(2025) & table["indicator"].eq("1")]
    label = own["category"].map(definitions().bands.get)
    here = own[own["staff_group"].eq("all") & label.eq(band) & own["statistic"].eq("percentage")]
    text = request.getfixturevalue(page)
    if here["status"].eq("published").any():
        assert f"All staff: {band} " in text
    else:
        hidden = re.search(r"Hidden, so that nobody can be recognised: [^.]*", text)
        assert hidden
        assert band in hidden[0]


@pytest.mark.parametrize("page", ["report", "nation"])
def test_indicator_2_stands_clinical_beside_non_clinical(page, request):
    text = request.getfixturevalue(page)
    table = text[text.index("Appointment from shortlisting by staff group") :][:1500]
    assert re.search(r"Clinical [\d,]+ of [\d,]+ .* Non-clinical [\d,]+ of [\d,]+", table)


def hidden_in_every_year(table, code, indicator):
    """Whether no percentage of an indicator may be shown of an organisation."""
    own = table[table["code"].eq(code) & table["indicator"].eq(indicator)]
    return own.loc[own["statistic"].eq("percentage"), "status"].eq("suppressed").all()


@pytest.mark.parametrize("page", ["report", "nation"])
def test_indicators_2_to_8_stand_with_two_earlier_years(page, request, table, largest):
    text = request.getfixturevalue(page)
    for number, indicator in definitions().indicators.items():
        if indicator.kind in ("likelihood", "survey"):
            heading = f"{indicator.name}: people counted, percentages and gap"
            if heading not in text:
                assert hidden_in_every_year(table, largest if page == "report" else NATION, number)
                continue
            own = text[text.index(heading) :][:1500]
            assert all(f" {year} " in own for year in (2023, 2024, 2025)), indicator.name


def test_experience_is_compared_between_similar_trusts(nation):
    """Types of trust and their spread in the overview; every trust beside its peers in the explorer."""
    assert "Experience by type of trust, 2025" in nation
    spread = nation[nation.index("How much trusts differ") :][:1500]
    assert all(definitions().indicators[code].name in spread for code in "5678")


def test_an_organisation_stands_beside_similar_ones_and_over_time(report):
    """Indicators 5 to 8 among peers and by trend, in the organisation's own report; never a rank without its limits."""
    similar = report[report.rindex("Similar organisations") : report.rindex("Over the years")]
    assert "Group together Middle half Likely true gap Place Standing" in similar
    years = report[report.rindex("Gaps over the years") :][:3000]
    for code in "5678":
        name = definitions().indicators[code].name
        assert name in years
    assert re.search(r"\d+ to \d+ of \d+ (Like|Worse than|Better than) most", similar)


def test_survey_workforce_and_board_stand_in_one_place(report):
    glance = report[
        report.rindex("The nine indicators at a glance") : report.rindex("What parity would take")
    ]
    for indicator in definitions().indicators.values():
        assert indicator.question in glance


def test_both_points_and_ratio_are_printed_with_people(demo, table, nation):
    """A large absolute gap is not hidden by a small ratio, nor a small one dramatised by a large ratio."""
    own = table[table["level"].eq("national") & table["year"].eq(2025) & table["status"].eq("published")]
    for code in "234":
        row = own[own["indicator"].eq(code) & own["staff_group"].eq("all") & own["category"].eq("")]
        ratio = row[row["statistic"].eq("relative_likelihood")].iloc[0]
        points = row[row["statistic"].eq("difference")].iloc[0]
        name = definitions().indicators[code].name
        within = nation[nation.index("Relative likelihoods of England, 2025") :]
        line = within[within.index(f"{code} {name}") :][:200]
        assert f"{ratio['value']:.2f} (" in line
        assert f"{abs(points['value']):.1f} (" in line
        assert f"{abs(round(ratio['people_equivalent'])):,}" in line
    tables = pd.read_excel(demo / "data" / "tables.xlsx", sheet_name="Indicator_2", header=4)
    assert {"Relative likelihood", "Difference in points", "BME people-equivalent"} <= set(tables.columns)


def test_four_fifths_counts_stand_beside_those_expected_by_chance(table, nation):
    trusts = table["name"].str.contains("Trust") & table["level"].eq("organisation") & table["year"].eq(2025)
    rows = headlines(table[trusts & table["status"].eq("published")])
    own = rows[rows["indicator"].eq("3")]
    inside = int(own["value"].between(0.8, 1.25).sum())
    assert "Expected if all were equal" in nation
    said = nation[nation.index("How many trusts lie inside 0.80 to 1.25") :]
    found = re.search(r"(\d+) of (\d+) on indicator 3 where chance would put (\d+)", said)
    assert (int(found[1]), int(found[2])) == (inside, len(own))
    assert int(found[3]) < len(own)


def test_number_of_clear_gaps_stands_beside_the_number_expected(nation):
    assert re.search(
        r"Clear gaps .* in trusts, over nine indicators: \d+; "
        r"if nothing were wrong, (about \d+|fewer than one) would show by chance",
        nation,
    )


def test_totals_of_trusts_leave_others_out(nation):
    others = nation[nation.rindex("Bodies that are not trusts They are in no total above.") :]
    assert "Integrated care boards, 2025" in others
    assert "National arm’s-length bodies" in others


def test_no_page_words_a_cause(demo):
    for path in demo.rglob("*.html"):
        found = re.search(CAUSAL, words_of(path), flags=re.IGNORECASE)
        assert not found, (path, found)


def test_an_inconclusive_result_is_never_worded_as_no_gap(demo):
    for path in demo.rglob("*.html"):
        text = words_of(path)
        assert "no gap was found" not in text.lower(), path
        assert "no significant" not in text.lower(), path


def test_groups_inside_bme_are_shown_where_numbers_allow(tmp_path):
    """The demonstration has no detailed categories; the published staff survey of 2024 has."""
    outcome = publish(PUBLISHED, tmp_path, overrides={"formats": ["html"], "renderer": "embedded"})
    text = words_of(outcome.folder / "index.html")
    assert re.search(r"Groups inside BME lie further apart than .* on (all )?\w+", text)
    groups = text[text.index("by ethnic group") :]
    for label in ("Black - African", "Asian - Indian", "White - Gypsy or Irish Traveller"):
        assert label in groups
