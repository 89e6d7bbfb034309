import re
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from small_england import collection, organisation
from small_report import counted, gap_row, report_of, share_row
from wres.definitions import definitions
from wres.report import narrative

CODES = list(definitions().indicators)
CAUSES = re.compile(
    r"because of race|due to|caused by|as a result of|leads to|discriminat\w+ against", re.IGNORECASE
)


MEANINGS = {
    "disciplinary in figures": (
        [gap_row("3", 1.67, lower=0.54, upper=4.55, minimum_detectable=3.6, **counted((12, 3200), (5, 800)))],
        "3",
        "5 of 800 BME and 12 of 3,200 white staff. Only a ratio above 3.6 could have been relied on to show.",
    ),
    "no split could show": (
        [
            gap_row(
                "3",
                4.0,
                lower=0.4,
                upper=40,
                note="sparse; cannot be significant",
                **counted((1, 60), (1, 15)),
            )
        ],
        "3",
        "1 of 15 BME and 1 of 60 white staff. With so few people no split could be told from chance.",
    ),
    "no cases": (
        [gap_row("3", np.nan, status="insufficient", verdict="not_tested", **counted((0, 340), (0, 23)))],
        "3",
        "Nobody was counted, white or BME, so there is no ratio: it is undefined, not equal.",
    ),
    "appointments in people": (
        [
            gap_row(
                "2",
                1.5,
                lower=1.2,
                upper=1.9,
                verdict="adverse",
                people_equivalent=-40.2,
                **counted((300, 1000), (80, 400)),
            )
        ],
        "2",
        "White 30.0%, BME 20.0% of those shortlisted. "
        "At the white rate, about 40 more BME applicants would have been appointed.",
    ),
    "equal rates of many": (
        [
            gap_row(
                "4",
                1.0,
                lower=0.95,
                upper=1.05,
                verdict="equivalent",
                people_equivalent=0.0,
                **counted((600, 1000), (300, 500)),
            )
        ],
        "4",
        "White 60.0%, BME 60.0%. The interval lies inside 0.80–1.25.",
    ),
    "survey": (
        [gap_row("5", 5.1, lower=2.2, upper=8.0, verdict="adverse", **counted((235, 1000), (143, 500)))],
        "5",
        "White 23.5%, BME 28.6% (143 of 500 BME and 235 of 1,000 white who answered).",
    ),
    "published percentages": (
        [
            gap_row("2", 3.21, verdict="not_tested", basis="percentages"),
            share_row("2", "white", 46.99),
            share_row("2", "bme", 14.65),
        ],
        "2",
        "White 47.0%, BME 14.7%, as published. Published without its counts, so there is no interval and no test.",
    ),
    "one board member": (
        [
            gap_row(
                "9",
                100 / 14 - 19,
                lower=-19.1,
                upper=10.7,
                numerator=1,
                denominator=14,
                minimum_detectable=np.nan,
            )
        ],
        "9",
        "1 of 14 board members is BME (7.1%); the workforce is 19.0%. Three would match it. "
        "The gap may be anything from −19.1 to +10.7 points.",
    ),
    "senior bands": (
        [
            gap_row(
                "1",
                -8.1,
                lower=-12.9,
                upper=-1.4,
                verdict="adverse",
                people_equivalent=-9.0,
                numerator=12,
                denominator=112,
            )
        ],
        "1",
        "12 of 112 staff in these bands are BME. A share equal to the workforce's would be about 9 more.",
    ),
    "hidden": (
        [gap_row("3", np.nan, status="suppressed", verdict="")],
        "3",
        "Too few people are counted to show a figure without revealing who they are.",
    ),
    "withheld": (
        [gap_row("3", np.nan, status="withheld", verdict="")],
        "3",
        "The figures that were sent have errors; they are listed on the data quality page.",
    ),
    "not submitted": (
        [gap_row("3", np.nan, status="not_submitted", verdict=""), share_row("5", "bme", 20)],
        "3",
        f"The trust sent no figures for this indicator in {2025}.",
    ),
    "not submitted this year": (
        [
            gap_row("3", np.nan, status="not_submitted", verdict=""),
            share_row("5", "bme", 20),
            gap_row("3", 1.5, lower=0.8, upper=2.7, year=2023),
        ],
        "3",
        "The trust sent no figures for this indicator in 2025. "
        "Latest figure: 1.50 times (0.80 to 2.70) in 2023, too few to tell.",
    ),
}


@pytest.mark.parametrize(("rows", "code", "text"), MEANINGS.values(), ids=MEANINGS.keys())
def test_what_an_indicator_means(rows: list[dict[str, object]], code: str, text: str) -> None:
    assert " ".join(narrative.meaning(report_of(*rows), code).split()) == text


def test_an_icb_is_an_organisation_and_no_trust() -> None:
    report = report_of(gap_row("3", np.nan, status="not_submitted", verdict=""), kind="icb")
    assert narrative.meaning(report, "3").startswith("The organisation sent no figures")


def test_public_figures_were_published_and_not_sent() -> None:
    missing = gap_row("1", np.nan, status="not_submitted", verdict="")
    report = report_of(missing, disclosure={"already_public": "in reports"})
    assert narrative.meaning(report, "1") == "The trust published no figures for bands 8a to VSM in 2025."


@pytest.mark.parametrize(
    ("now", "before", "verdict", "text"),
    [
        (15.7, 30.6, "adverse", "Nearer parity (was +30.6)"),
        (30.6, 15.7, "favourable", "Further from parity (was +15.7)"),
        (-5.0, 30.6, "adverse", "Worse (was +30.6)"),
        (-5.0, -30.6, "favourable", "Better (was −30.6)"),
    ],
)
def test_change_of_an_advantage_since_last_year(now: float, before: float, verdict: str, text: str) -> None:
    rows = [
        gap_row("9", now),
        gap_row("9", before, year=2024),
        gap_row("9", now - before, statistic="change", verdict=verdict),
    ]
    assert narrative.since(report_of(*rows), "9") == text


@pytest.mark.parametrize(
    ("code", "verdict", "text"),
    [
        ("3", "adverse", "Worse (was 1.20)"),
        ("3", "favourable", "Better (was 1.20)"),
        ("3", "inconclusive", "No clear change"),
    ],
)
def test_change_since_last_year(code: str, verdict: str, text: str) -> None:
    rows = [
        gap_row(code, 1.5, lower=1.1, upper=2),
        gap_row(code, 1.2, lower=1.1, upper=2, year=2024),
        gap_row(code, 1.25, statistic="change", verdict=verdict),
    ]
    assert narrative.since(report_of(*rows), code) == text


def test_a_change_of_definition_is_named() -> None:
    rows = [gap_row("7", -10, year=2022), gap_row("7", -9, year=2021)]
    assert narrative.since(report_of(*rows, year=2022), "7") == "Not comparable: the definition changed"
    assert narrative.since(report_of(gap_row("7", -10)), "7") == "Not known"


def test_a_summary_counts_every_indicator_once() -> None:
    rows = [
        gap_row("1", -8, lower=-9, upper=-7, verdict="adverse"),
        gap_row("2", 1.5, lower=1.2, upper=1.9, verdict="adverse"),
        gap_row("3", 1.5, lower=0.5, upper=3.9),
        gap_row("5", 0, lower=-1, upper=1, verdict="equivalent"),
        gap_row("6", np.nan, status="suppressed", verdict=""),
        gap_row("9", np.nan, status="withheld", verdict=""),
    ]
    assert narrative.verdict_count(report_of(*rows)) == (
        "Of nine indicators, two show a clear gap to the disadvantage of BME staff, "
        "one shows no material gap, for one there are too few people to tell, "
        "one is hidden to protect people, one is withheld because of errors, and three were not submitted."
    )


def test_a_summary_says_what_is_clear_and_nothing_else() -> None:
    rows = [
        share_row("1", "bme", 20.0, category=""),
        share_row("1", "bme", 9.0),
        gap_row("1", -11, lower=-12, upper=-9, verdict="adverse"),
        gap_row("2", 1.52, lower=1.2, upper=1.9, verdict="adverse"),
        gap_row("3", 2.5, lower=0.9, upper=4.9),
        gap_row("5", 5, lower=2, upper=8, verdict="adverse"),
        gap_row("8", 8, lower=5, upper=9, verdict="adverse"),
        gap_row("9", -11, lower=-12, upper=-9, verdict="adverse", numerator=1, denominator=12),
    ]
    first = narrative.summary(report_of(*rows)).partition("\n\n")[0]
    assert first == (
        "Black and minority ethnic (BME) staff are **20.0% of the workforce but 9.0% of bands 8a and above**. "
        "Shortlisted white applicants are **1.5 times as likely to be appointed**. "
        "BME staff report **more harassment or abuse by patients or the public and "
        "more discrimination by a manager or colleague** than white staff. "
        "The BME share of the board is **11.0 points below** that of the workforce."
    )


def test_a_clear_change_stands_beside_the_gap_it_changed() -> None:
    rows = [
        gap_row("2", 1.6, lower=1.3, upper=1.9, verdict="adverse"),
        gap_row("2", 0.8, statistic="change", verdict="favourable"),
        gap_row("6", 7, lower=5, upper=9, verdict="adverse"),
        gap_row("6", 3, statistic="change", verdict="adverse"),
        gap_row("7", -9, lower=-12, upper=-5, verdict="adverse"),
        gap_row("7", 3, statistic="change", verdict="favourable"),
    ]
    said = narrative.summary(report_of(*rows))
    assert (
        "Shortlisted white applicants are still **1.6 times as likely to be appointed**, "
        "though the gap has grown smaller since 2024." in said
    )
    assert (
        "Since 2024, the gap has grown in bullying or abuse by other staff and "
        "the gap has grown smaller in belief in fair promotion." in said
    )


def test_nothing_clear_is_not_called_equal() -> None:
    said = narrative.summary(report_of(gap_row("3", 1.6, lower=0.5, upper=3.9)))
    assert (
        "No indicator that has a figure shows a clear gap to the disadvantage of black and minority ethnic (BME) "
        "staff." in said
    )
    assert "that is not a finding of equality" in said


def test_a_difference_that_is_not_clear_is_not_set_against_the_workforce() -> None:
    shares = [share_row("1", "bme", 15.4, category=""), share_row("1", "bme", 15.0)]
    said = narrative.summary(report_of(*shares, gap_row("1", -0.4, lower=-9, upper=10)))
    assert "**15.4% of the workforce and 15.0% of bands 8a and above**" in said


@pytest.mark.parametrize(
    ("codes", "text"),
    [
        (("3",), "The latest figure is of one indicator, from 2023."),
        (("3", "4"), "The latest figures are of two indicators, from 2023."),
    ],
)
def test_a_year_without_indicators_leads_to_the_latest(codes: tuple[str, ...], text: str) -> None:
    earlier = [gap_row(code, 1.5, lower=0.8, upper=2.7, year=2023) for code in codes]
    said = narrative.summary(report_of(share_row("1", "bme", 20.0, category=""), *earlier))
    assert said.endswith(f"Not one of the nine indicators was submitted for 2025. {text}")


def test_a_later_share_of_the_workforce_is_said_first() -> None:
    later = share_row("1", "bme", 23.5, category="", year=2024)
    said = narrative.summary(report_of(gap_row("2", 1.5, lower=0.8, upper=2.7, year=2022), later))
    assert said.startswith(
        "**No figures were received for 2025.** What follows is from 2022, the latest year with an indicator; "
        "in 2024 the black and minority ethnic (BME) share of the workforce was **23.5%**.\n\n"
    )


def test_an_organisation_without_any_figure_says_so_first() -> None:
    assert narrative.summary(report_of()) == (
        "**No figures were received for 2025 or for any year before it.** This report shows what was asked for.\n\n"
        "Not one of the nine indicators was submitted for 2025."
    )


def test_a_chart_that_ends_before_the_year_says_which_figure_it_ends_with() -> None:
    rows = [gap_row("3", 1.83, lower=0.79, upper=4.02, year=2023), share_row("5", "bme", 20)]
    assert narrative.finding(report_of(*rows), "3") == (
        "Entering the formal disciplinary process: 1.83 times in 2023, the latest figure"
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("**BME** staff and BME applicants", "**Black and minority ethnic (BME)** staff and BME applicants"),
        ("No gap. BME staff", "No gap. Black and minority ethnic (BME) staff"),
        ("White staff and BME staff", "White staff and black and minority ethnic (BME) staff"),
        ("Nothing", "Nothing"),
    ],
)
def test_bme_is_written_out_once(text: str, said: str) -> None:
    assert narrative.explained(text) == said


def test_disciplinary_cases_are_said_in_people() -> None:
    row = gap_row(
        "3",
        2.0,
        lower=1.3,
        upper=3,
        verdict="adverse",
        people_equivalent=12.3,
        **counted((40, 4000), (24, 1200)),
    )
    assert narrative.meaning(report_of(row), "3") == (
        "24 of 1,200 BME and 40 of 4,000 white staff. "
        "At the white rate, about 12 fewer BME staff would have entered it."
    )


def test_a_merger_and_a_new_organisation_are_told() -> None:
    places = [
        organisation("A", opened="2024-10-01"),
        organisation("B", successor="A", closed="2024-09-30"),
        organisation("C", successor="A", closed="2024-09-30"),
    ]
    given = collection(places)
    report = replace(report_of(gap_row("3", 1.6, lower=0.5, upper=3.9)), organisations=given.organisations)
    notes = narrative.data_notes(report)
    assert "Trust A opened on 1 October 2024; there are no figures of its own before." in notes
    assert "Trust B (B, closed on 30 September 2024) and Trust C (C, closed on 30 September 2024)." in notes
    assert narrative.since(report, "3") == "New: no earlier year"
    assert "It closed on 30 September 2024." in narrative.data_notes(replace(report, code="B"))


VALUES = st.floats(-60, 60).map(lambda value: round(value, 3))
COUNTS = st.tuples(st.integers(0, 30), st.integers(1, 3000)).map(lambda n: (min(n), n[1]))


@st.composite
def rows(draw: st.DrawFn) -> dict[str, object]:
    code = draw(st.sampled_from(CODES))
    numbers = sorted(draw(st.tuples(VALUES, VALUES, VALUES)))
    if definitions().indicators[code].gap == "relative_likelihood":
        numbers = [float(np.exp(number / 20)) for number in numbers]
    lower, value, upper = numbers
    status = draw(st.sampled_from(["published", "insufficient", "suppressed", "withheld", "not_submitted"]))
    verdict = draw(st.sampled_from(list(narrative.VERDICT_WORDS)))
    changes: dict[str, object] = {
        "status": status,
        "verdict": verdict if status == "published" else "",
        "lower": np.nan if verdict == "not_tested" else lower,
        "upper": np.nan if verdict == "not_tested" else upper,
        "note": draw(st.sampled_from(["", "sparse", "cannot be significant"])),
        "minimum_detectable": draw(st.sampled_from([np.nan, value])),
        "people_equivalent": draw(VALUES),
        "numerator": 3,
        "denominator": 14,
    }
    if status in ("published", "insufficient"):
        changes |= counted(draw(COUNTS), draw(COUNTS))
    else:
        changes |= {"numerator": np.nan, "denominator": np.nan}
    return gap_row(code, value if status == "published" else np.nan, **changes)


@settings(max_examples=60, deadline=None, phases=(Phase.explicit, Phase.generate))
@given(rows())
def test_whatever_the_row_its_sentences_hold(row: dict[str, object]) -> None:
    report = report_of(row)
    code = str(row["indicator"])
    said = [
        narrative.meaning(report, code),
        narrative.finding(report, code),
        narrative.since(report, code),
        narrative.summary(report),
        narrative.chart_caption(report, code),
        narrative.about_indicator(report, code),
        narrative.data_notes(report),
    ]
    own = " ".join(said[:4])
    assert not CAUSES.search(own), own
    assert not re.search(r"\bnan\b|None|\bNaN\b|\.\.|\{\}", own), own
    assert said[0]
    assert said[0][0].isupper() or said[0][0].isdigit()
    assert said[0].rstrip().endswith(".")
    if row["verdict"] == "inconclusive":
        for text in said[:4]:
            unnamed = text.replace(definitions().indicators[code].name, "")  # 7 is of equal opportunities
            unnamed = unnamed.replace("that is not a finding of equality", "")
            assert not re.search(r"\bno (material |clear )?gap\b|\bequal(ity)?\b", unnamed, re.IGNORECASE), (
                text
            )


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("verdict", ["adverse", "favourable", "equivalent", "inconclusive", "not_tested"])
def test_every_finding_is_a_title(code: str, verdict: str) -> None:
    ratio = definitions().indicators[code].gap == "relative_likelihood"
    row = gap_row(code, 1.5 if ratio else 5.0, lower=1.1, upper=9.0, verdict=verdict)
    title = narrative.finding(report_of(row), code)
    assert title[0].isupper() or title[0].isdigit()
    assert not title.endswith(".")
    if verdict == "inconclusive":
        assert "too few to tell" in title
    if verdict in ("adverse", "favourable"):
        assert ("1.50 times as likely" in title) if ratio else ("5.0" in title)


def test_notes_of_the_data_name_what_is_missing_hidden_and_withheld() -> None:
    rows = [
        gap_row("1", -8, lower=-9, upper=-7),
        share_row("1", "unknown", 4.2, category=""),
        gap_row("2", np.nan, status="suppressed", verdict=""),
        gap_row("3", np.nan, status="withheld", verdict=""),
        share_row("4", "white", 50),
    ]
    text = narrative.data_notes(report_of(*rows))
    assert "Not submitted: indicators 5, 6, 7, 8 and 9." in text
    assert "Submitted in part: indicator 4." in text
    assert "Withheld because of errors in the return: indicator 3." in text
    assert "Hidden because few people are counted: indicator 2." in text
    assert "The ethnicity of 4.2% of staff is not known." in text
    assert "Counts of 1 to 4 people" in text


def test_the_fewest_people_are_said_in_grammar() -> None:
    one = gap_row(
        "2",
        1.5,
        lower=1.2,
        upper=1.9,
        verdict="adverse",
        people_equivalent=-1.0,
        **counted((300, 1000), (2, 10)),
    )
    assert "about 1 more BME applicant would have been appointed" in narrative.meaning(report_of(one), "2")


def test_a_board_that_nobody_would_match_is_no_riddle() -> None:
    """2 % of 14 members is less than half a person."""
    row = gap_row(
        "9", -2.0, lower=-3, upper=18, numerator=0, denominator=14, **counted((980, 1000), (20, 1000))
    )
    text = narrative.meaning(report_of(row), "9")
    assert text.startswith("0 of 14 board members are BME (0.0%); the workforce is 2.0%.")
    assert "No would match" not in text


def test_a_gap_that_could_have_shown_is_never_rounded_to_nothing() -> None:
    row = gap_row(
        "5", 0.1, lower=-0.2, upper=2.4, minimum_detectable=0.3, **counted((5000, 100_000), (5000, 90_000))
    )
    assert "0 points" not in narrative.meaning(report_of(row), "5")


def test_what_many_organisations_together_could_have_shown_is_not_said() -> None:
    """The detectable gap leaves out how much they differ, which their interval has in it."""
    row = gap_row(
        "3", 1.4, lower=0.7, upper=2.7, minimum_detectable=1.2, level="national", code="ENG",
        **counted((12, 3200), (5, 800)),
    )  # fmt: skip
    report = replace(report_of(row), code="ENG")
    assert narrative.meaning(report, "3").endswith("The gap may be anything from 0.70 to 2.70 times.")


@pytest.mark.parametrize("note", ["borderline", "sparse; borderline"])
def test_a_borderline_row_is_not_said_to_have_no_gap(note: str) -> None:
    row = gap_row(
        "5", 5, lower=0.2, upper=9, note=note, q_value=0.2, p_value=0.04, **counted((20, 90), (9, 30))
    )
    assert not re.search(r"\bno gap\b", narrative.meaning(report_of(row), "5"))


def test_notes_of_a_return_can_not_change_the_page() -> None:
    row = gap_row("2", 1.5, lower=1.2, upper=1.9, verdict="adverse", note="<script>x</script> | *bold*")
    text = narrative.about_indicator(report_of(row), "2")
    assert "<script>" not in text.replace("\\<", "")


@pytest.mark.parametrize(
    ("lower", "words"),
    [
        (27.0, "Lines: 95% intervals."),
        (np.nan, "There are no intervals, because the counts were not published."),
    ],
)
def test_a_caption_speaks_of_intervals_only_where_one_is_drawn(lower: float, words: str) -> None:
    shares = [share_row("5", group, 28.0, lower=lower, upper=lower + 2) for group in ("white", "bme")]
    assert narrative.chart_caption(report_of(*shares), "5") == f"Percentage of each group. {words}"
