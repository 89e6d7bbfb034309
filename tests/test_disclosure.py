from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from small_england import chosen, collection, counts, only, organisation, publication, rates, rows_of, staff
from wres import results
from wres.definitions import definitions
from wres.disclosure import CELL, NUMBERS, protect, rounded
from wres.params import DisclosureSettings

SETTINGS = DisclosureSettings()
BANDS = ("5", "6", "8a", "8b")
NUMERATORS = ["numerator", "white_numerator", "bme_numerator"]


def protected(organisations: list, returns: list, **disclosure: object) -> pd.DataFrame:
    places = collection(organisations).organisations
    return protect(rows_of(organisations, returns), places, DisclosureSettings(**disclosure))


def statuses(rows: pd.DataFrame, **keys: object) -> set[str]:
    return set(chosen(rows, year=2025, **keys)["status"])


def figures(rows: pd.DataFrame) -> pd.DataFrame:
    return rows[~rows["indicator"].eq("9") & rows["ethnicity"].ne("unknown")]


@pytest.mark.parametrize(
    ("count", "status"), [(0, "published"), (1, "suppressed"), (4, "suppressed"), (5, "published")]
)
def test_counts_of_1_to_4_are_small(count: int, status: str) -> None:
    rows = protected([organisation("A")], rates("A", "2", (50, 300), (count, 100)))
    assert statuses(rows, indicator="2") == {status}


def test_the_threshold_can_be_chosen() -> None:
    given_rows = [organisation("A")], rates("A", "2", (50, 300), (6, 100))
    assert statuses(protected(*given_rows, threshold=7), indicator="2") == {"suppressed"}
    assert statuses(protected(*given_rows, threshold=6), indicator="2") == {"published"}


@pytest.mark.parametrize(("respondents", "status"), [(10, "suppressed"), (11, "published")])
def test_surveys_need_respondents(respondents: int, status: str) -> None:
    rows = protected([organisation("A")], rates("A", "5", (50, 300), (5, respondents)))
    assert statuses(rows, indicator="5") == {status}


def test_a_hidden_row_is_blank_and_never_0() -> None:
    rows = protected([organisation("A")], rates("A", "2", (50, 300), (3, 100)))
    hidden = rows[rows["status"].eq("suppressed")]
    assert set(hidden["statistic"]) == {"percentage", "relative_likelihood", "difference"}
    assert hidden[NUMBERS].isna().all(axis=None)
    assert hidden[["verdict", "note"]].eq("").all(axis=None)
    checked = results.check(results.conform(rows))
    assert not checked.loc[checked["status"].eq("suppressed"), "value"].eq(0).any()


def test_boards_are_never_hidden() -> None:
    returns = [*staff("A", 800, 200, 0), *counts("A", "9", "board_members", 11, 2, 1)]
    rows = protected([organisation("A")], returns)
    assert statuses(rows, indicator="9") == {"published"}


def test_figures_that_are_public_already_are_left_as_they_are() -> None:
    given_rows = [organisation("A")], rates("A", "2", (50, 300), (3, 100))
    rows = protected(*given_rows, already_public="in the trust's report")
    pd.testing.assert_frame_equal(rows, rows_of(*given_rows))


WORKFORCE = {
    ("non_clinical", "5"): (60, 20),
    ("non_clinical", "6"): (30, 9),
    ("non_clinical", "8a"): (12, 3),
    ("non_clinical", "8b"): (9, 7),
    ("clinical", "5"): (80, 40),
    ("clinical", "6"): (50, 20),
    ("clinical", "8a"): (14, 8),
    ("clinical", "8b"): (11, 6),
}


def workforce(code: str, change: dict | None = None) -> list:
    cells = {**WORKFORCE, **(change or {})}
    return [
        row
        for (group, band), (white, bme) in cells.items()
        for row in staff(code, white, bme, 0, group=group, category=band)
    ]


def test_a_second_band_is_hidden_in_the_group_and_across_the_groups() -> None:
    rows = protected([organisation("A")], workforce("A"))
    hidden = chosen(
        rows, year=2025, indicator="1", statistic="percentage", ethnicity="bme", status="suppressed"
    )
    places = set(zip(hidden["staff_group"], hidden["category"], strict=True))
    assert ("non_clinical", "8a") in places
    assert ("non_clinical", "8b") in places
    assert {("clinical", "8a"), ("all", "8a")} & places
    assert {("clinical", "8b"), ("all", "8b")} & places
    assert statuses(rows, indicator="1", staff_group="all", category="bands_8a_to_vsm") == {"published"}


def test_ratios_changes_and_shares_of_hidden_cells_are_hidden_with_them() -> None:
    """The upper tier of 2024 holds 3 BME staff."""
    few = {("clinical", "8a"): (14, 2), ("clinical", "8b"): (11, 1), ("non_clinical", "8a"): (12, 0)}
    few[("non_clinical", "8b")] = (9, 0)
    before = [row | {"year": 2024} for row in workforce("A", few)]
    raw = rows_of([organisation("A")], [*before, *workforce("A")])
    rows = protect(raw, collection([organisation("A")]).organisations, SETTINGS)
    at = {"indicator": "1", "staff_group": "all", "category": "bands_8a_to_vsm"}
    assert only(raw, statistic="change", year=2025, **at)["status"] == "published"
    assert only(rows, statistic="change", year=2025, **at)["status"] == "suppressed"
    assert only(rows, statistic="difference", year=2025, **at)["status"] == "published"
    ratios = chosen(rows, year=2024, statistic="disparity_ratio", staff_group="all").set_index("category")
    assert ratios.loc[["middle_to_upper", "lower_to_upper"], "status"].eq("suppressed").all()


def test_what_was_not_submitted_hides_nobody() -> None:
    """A trust without figures is no second hidden part of its region."""
    places = [organisation(code) for code in "ABC"]
    returns = [*rates("A", "2", (50, 300), (3, 100)), *rates("B", "2", (50, 300), (30, 100))]
    rows = protected(places, returns)
    assert statuses(rows, code="C", indicator="2") == {"not_submitted"}
    assert statuses(rows, code="B", indicator="2") == {"suppressed"}


def test_an_organisation_that_is_in_no_sum_protects_no_part_of_it() -> None:
    """The ICB's own small number is not in the region's total, so a second trust must be hidden."""
    places = [organisation("A"), organisation("B"), organisation("I", "icb")]
    returns = [
        *rates("A", "2", (50, 300), (3, 100)),
        *rates("B", "2", (50, 300), (30, 100)),
        *rates("I", "2", (50, 300), (2, 100)),
    ]
    rows = protected(places, returns)
    assert statuses(rows, code="B", indicator="2") == {"suppressed"}


def test_a_region_can_not_be_taken_from_the_nation() -> None:
    """Both trusts of one region are small, the region too; the other regions and England must not give it away."""
    places = [organisation(f"{region}{n}", region=region) for region in ("Y56", "Y58", "Y59") for n in "12"]
    returns = [
        row
        for place in places
        for row in rates(
            place["organisation_code"], "2", (50, 300), ((2 if place["region"] == "Y58" else 30), 100)
        )
    ]
    rows = protect(
        rows_of(places, returns), collection(places).organisations, DisclosureSettings(threshold=6)
    )
    levels = chosen(rows, year=2025, indicator="2", statistic="relative_likelihood")
    regions = levels[levels["level"].eq("region")].set_index("code")["status"]
    assert regions["Y58"] == "suppressed"
    assert regions.eq("suppressed").sum() == 2


def test_predecessors_can_not_be_taken_from_the_merged_trust() -> None:
    places = [
        organisation("A", closed="2025-03-31", successor="C"),
        organisation("B", closed="2025-03-31", successor="C"),
        organisation("C", opened="2025-04-01"),
        organisation("D"),
        organisation("E"),
    ]
    returns = [
        row
        for code, bme in {"A": 3, "B": 30, "D": 40, "E": 2}.items()
        for row in rates(code, "2", (50, 300), (bme, 100))
    ]
    rows = protected(places, returns)
    shown = chosen(rows, year=2025, indicator="2", level="organisation", status="published")
    assert {"B", "C"} - set(shown["code"])


def test_a_small_workforce_is_not_told_by_the_bases_and_gaps_of_other_indicators() -> None:
    """3 BME staff: the base of indicators 3 and 4, and what bands and the board are compared with."""
    returns = [
        *staff("A", 200, 3, 0, group="clinical", category="5"),
        *staff("A", 60, 0, 0, group="clinical", category="8a"),
        *counts("A", "4", "accessed_training", 90, 0),
        *counts("A", "9", "board_members", 9, 0, 0),
    ]
    rows = protected([organisation("A")], returns)
    numbers = rows.loc[rows["status"].eq("published"), ["numerator", "denominator", "bme_denominator"]]
    assert not numbers.eq(3).any(axis=None)
    assert statuses(rows, indicator="4") == {"suppressed"}
    assert statuses(rows, indicator="9", statistic="difference") == {"suppressed"}
    assert statuses(rows, indicator="9", statistic="percentage") == {"published"}


def test_parts_of_other_indicators_are_protected_too() -> None:
    """Appointments by staff group add up to all appointments."""
    returns = [
        *rates("A", "2", (90, 600), (33, 200)),
        *rates("A", "2", (50, 300), (30, 100), group="clinical"),
        *rates("A", "2", (40, 300), (3, 100), group="non_clinical"),
    ]
    rows = protected([organisation("A")], returns)
    assert statuses(rows, indicator="2", staff_group="non_clinical") == {"suppressed"}
    assert statuses(rows, indicator="2", staff_group="clinical") == {"suppressed"}
    assert statuses(rows, indicator="2", staff_group="all") == {"published"}


COUNT = st.one_of(st.integers(0, 7), st.integers(0, 60))
PLACES = [
    organisation("A", region="Y56", icb_code="Q1"),
    organisation("B", region="Y56", icb_code="Q1"),
    organisation("C", "mental_health", region="Y58", icb_code="Q2"),
    organisation("D", "mental_health", region="Y58", icb_code="Q2"),
    organisation("I", "icb", region="Y58", icb_code="Q2"),
]
CODES = [place["organisation_code"] for place in PLACES]
GROUPS = ("non_clinical", "clinical")
DRAWN = st.lists(st.tuples(COUNT, COUNT), min_size=40, max_size=40)
SLOW = settings(
    max_examples=10,
    deadline=None,
    phases=(Phase.explicit, Phase.generate),  # an England takes too long to shrink
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def random_england(drawn: list[tuple[int, int]]) -> pd.DataFrame:
    places = [(code, group, band) for code in CODES for group in GROUPS for band in BANDS]
    returns = [
        row
        for (code, group, band), (white, bme) in zip(places, drawn, strict=True)
        for row in staff(code, white, bme, 0, group=group, category=band)
    ]
    return results.conform(rows_of(PLACES, returns))


def published_bme(rows: pd.DataFrame) -> dict[tuple, float]:
    """BME headcount of every cell of indicator 1 that is there; NaN where it is hidden."""
    shares = chosen(rows, indicator="1", statistic="percentage", ethnicity="bme", year=2025)
    keys = shares[["level", "code", "staff_group", "category"]].itertuples(index=False, name=None)
    return dict(zip(keys, shares["numerator"], strict=True))


def relations() -> list[tuple[tuple, list[tuple]]]:
    """Every sum and its parts, written down anew here from what the categories and levels mean."""
    known = definitions()
    found = []
    entities = [("organisation", code) for code in CODES] + [("region", r) for r in ("Y56", "Y58")]
    entities += [("icb", "Q1"), ("icb", "Q2"), ("type", "acute"), ("type", "mental_health")]
    entities += [("national", "ENG")]
    clusters = {code: [b for b in cluster.bands if b in BANDS] for code, cluster in known.clusters.items()}
    for entity in entities:
        for group in ("all", *GROUPS):
            if entity[0] not in ("icb", "type"):
                found.append(((*entity, group, ""), [(*entity, group, band) for band in BANDS]))
                found += [
                    ((*entity, group, code), [(*entity, group, band) for band in bands])
                    for code, bands in clusters.items()
                    if bands
                ]
            tiers = ("bands_1_to_5", "bands_6_to_7", "bands_8a_to_vsm")
            found.append(((*entity, group, ""), [(*entity, group, tier) for tier in tiers]))
        for category in ("", *BANDS, *clusters):
            found.append(((*entity, "all", category), [(*entity, group, category) for group in GROUPS]))
    members = {
        ("region", "Y56"): "AB",
        ("region", "Y58"): "CD",
        ("icb", "Q1"): "AB",
        ("icb", "Q2"): "CD",
        ("type", "acute"): "AB",
        ("type", "mental_health"): "CD",
        ("national", "ENG"): "ABCD",
    }
    for group in ("all", *GROUPS):
        for category in ("", *BANDS, *clusters):
            place = (group, category)
            found += [
                ((*total, *place), [("organisation", code, *place) for code in codes])
                for total, codes in members.items()
            ]
            found.append((("national", "ENG", *place), [("region", r, *place) for r in ("Y56", "Y58")]))
            kinds = ("acute", "mental_health")
            found.append((("national", "ENG", *place), [("type", kind, *place) for kind in kinds]))
    return found


RELATIONS = relations()


@SLOW
@given(DRAWN)
def test_no_hidden_number_can_be_had_by_one_subtraction(drawn: list[tuple[int, int]]) -> None:
    raw = random_england(drawn)
    truth = published_bme(raw)
    shown = published_bme(protect(raw, collection(PLACES).organisations, SETTINGS))
    for total, parts in RELATIONS:
        members = [key for key in (total, *parts) if key in truth]
        if total not in truth or not any(part in truth for part in parts):
            continue
        assert truth[total] == sum(truth.get(part, 0) for part in parts), total
        hidden = [key for key in members if np.isnan(shown[key])]
        assert len(hidden) != 1, (hidden, total, parts)


@SLOW
@given(DRAWN, st.randoms(use_true_random=False))
def test_small_counts_are_gone_whatever_the_order_of_the_rows(drawn: list, random: object) -> None:
    raw = random_england(drawn)
    places = collection(PLACES).organisations
    rows = protect(raw, places, SETTINGS)
    kept = figures(rows)[NUMERATORS]
    assert not ((kept > 0) & (kept < SETTINGS.threshold)).any(axis=None)
    untouched = rows["status"].ne("suppressed")
    pd.testing.assert_frame_equal(rows[untouched], raw[untouched])
    order = list(range(len(raw)))
    random.shuffle(order)  # type: ignore[attr-defined]
    shuffled = protect(raw.iloc[order], places, SETTINGS)
    pd.testing.assert_frame_equal(shuffled.sort_index(), rows)


def test_years_solved_side_by_side_hide_what_they_would_one_after_another(tmp_path, monkeypatch) -> None:
    from wres import pipeline  # noqa: PLC0415  (slow to import, and two tests need it)

    params = tmp_path / "small.yml"
    params.write_text(
        "publication: small\nyear: 2025\nfirst_year: 2023\nsources: [{simulate: {organisations: 12, seed: 2}}]\n"
    )
    settings, whole = pipeline.load(params)
    rows = pipeline.indicators(whole, settings)
    hidden = []
    for threads in (1, 4):
        monkeypatch.setattr("os.cpu_count", lambda threads=threads: threads)
        hidden.append(protect(rows, whole.organisations, SETTINGS))
    pd.testing.assert_frame_equal(*hidden)
    assert hidden[0].query("status == 'suppressed'")["year"].nunique() == 3


@SLOW
@given(DRAWN)
def test_a_hidden_total_is_not_told_by_what_is_compared_with_it(drawn: list[tuple[int, int]]) -> None:
    rows = protect(random_england(drawn), collection(PLACES).organisations, SETTINGS)
    whole = chosen(
        rows, indicator="1", staff_group="all", category="", statistic="percentage", ethnicity="bme"
    )
    for entity in whole.loc[whole["status"].eq("suppressed"), ["level", "code"]].itertuples(index=False):
        own = chosen(rows, level=entity.level, code=entity.code, year=2025)
        assert set(chosen(own, statistic="difference")["status"]) <= {"suppressed", "not_submitted"}


def test_all_rows_of_a_cell_are_hidden_or_shown_together() -> None:
    rows = protected(PLACES, [row for code in CODES for row in workforce(code)])
    cells = (
        rows[rows["statistic"].isin(["percentage", "percentage_of_known"])].groupby(CELL)["status"].nunique()
    )
    assert cells.max() == 1


def test_the_pipeline_protects_what_it_computes() -> None:
    from wres import pipeline  # noqa: PLC0415  (slow to import, and one test needs it)

    given_collection = collection([organisation("A")], rates("A", "2", (50, 300), (3, 100)))
    computed = pipeline.compute(given_collection, publication(first_year=2025))
    assert statuses(computed.indicators, indicator="2") == {"suppressed"}


def test_every_pair_of_statistics_of_a_hidden_cell_is_hidden() -> None:
    rows = protected([organisation("A")], rates("A", "5", (50, 300), (3, 100)))
    hidden = chosen(rows, indicator="5", year=2025)
    for one, other in combinations(hidden["status"], 2):
        assert one == other == "suppressed"


def test_bounds_are_hidden_with_either_of_their_parts() -> None:
    """Bounds of 10 and 13 people would tell the 3 of the hidden part."""
    share = {"year": 2025, "level": "organisation", "code": "A", "indicator": "6", "staff_group": "all"}
    share |= {"ethnicity": "all", "status": "published", "denominator": 50.0}
    parts = [
        share | {"statistic": "percentage", "category": category, "value": 2 * count, "numerator": count}
        for category, count in (("managers", 3.0), ("colleagues", 10.0))
    ]
    bounds = [
        share | {"statistic": f"percentage_at_{end}", "category": "", "value": value}
        for end, value in (("least", 20.0), ("most", 26.0))
    ]
    rows = results.conform(pd.DataFrame([*parts, *bounds]))
    organisations = collection([organisation("A")]).organisations
    hidden = protect(rows, organisations, SETTINGS)
    assert hidden.loc[hidden["statistic"].ne("percentage"), "status"].eq("suppressed").all()
    parts[0]["numerator"] = 6.0
    shown = protect(results.conform(pd.DataFrame([*parts, *bounds])), organisations, SETTINGS)
    assert shown["status"].eq("published").all()


def test_parts_that_together_are_a_small_number_are_no_protection() -> None:
    """2 and 1 of 53: without a third, both would be known to be 3 together."""
    returns = [
        *staff("A", 90, 2, 0, group="clinical", category="5"),
        *staff("A", 80, 1, 0, group="clinical", category="6"),
        *staff("A", 70, 24, 0, group="clinical", category="7"),
        *staff("A", 60, 26, 0, group="clinical", category="8a"),
    ]
    rows = protected([organisation("A")], returns)
    bands = chosen(
        rows, year=2025, indicator="1", staff_group="clinical", statistic="percentage", ethnicity="bme"
    ).set_index("category")["status"]
    assert bands[["5", "6"]].eq("suppressed").all()
    assert bands[["7", "8a"]].eq("suppressed").any()


def editions(before: tuple[int, int], now: tuple[int, int]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Last time's protected rows of two trusts' indicator 2, and this time's beside them."""
    places = [organisation(code) for code in "ABC"]
    found = []
    for a, b in (before, now):
        returns = [
            *rates("A", "2", (50, 300), (a, 100)),
            *rates("B", "2", (50, 300), (b, 100)),
            *rates("C", "2", (50, 300), (60, 100)),
        ]
        previous = found[0] if found else None
        raw = rows_of(places, returns)
        found.append(results.conform(protect(raw, collection(places).organisations, SETTINGS, previous)))
    return found[0], found[1]


def test_what_was_hidden_stays_hidden() -> None:
    """B was hidden beside A. Shown now that A is mended, it would give last time's A away."""
    before, now = editions((3, 30), (9, 30))
    assert statuses(before, code="B", indicator="2") == {"suppressed"}
    assert statuses(now, code="B", indicator="2") == {"suppressed"}


def test_what_was_shown_protects_nothing() -> None:
    """Everybody knows B's 30 and C's 60 from last time: now that A is 3, only the totals can be hidden."""
    before, now = editions((9, 30), (3, 30))
    assert statuses(before, indicator="2") == {"published"}
    assert statuses(now, code="A", indicator="2") == {"suppressed"}
    assert statuses(now, code="B", indicator="2") == {"published"}
    assert statuses(now, code="C", indicator="2") == {"published"}
    for level in ("region", "type", "national"):
        assert statuses(now, level=level, indicator="2") == {"suppressed"}


def test_rounding_is_to_the_nearest_and_halves_go_up() -> None:
    table = pd.DataFrame({"bme_x": [0.0, 2, 3, 7, 8, 12], "kept": [1] * 6})
    assert rounded(table, ["bme_x"], 5)["bme_x"].tolist() == [0, 0, 5, 5, 10, 10]
    assert rounded(table, ["bme_x"], 2)["bme_x"].tolist() == [0, 2, 4, 8, 8, 12]


def test_figures_are_made_from_rounded_counts() -> None:
    from wres import pipeline  # noqa: PLC0415  (slow to import)

    given_collection = collection([organisation("A")], rates("A", "2", (52, 304), (13, 98)))
    about = publication(first_year=2025, disclosure={"round_to": 5})
    rows = pipeline.compute(given_collection, about).indicators
    bme = only(rows, indicator="2", statistic="percentage", ethnicity="bme")
    assert (bme["numerator"], bme["denominator"], bme["value"]) == (15, 100, 15)


def test_whether_a_count_is_small_is_decided_before_it_is_rounded() -> None:
    """4 is rounded to 5 and is hidden all the same."""
    from wres import pipeline  # noqa: PLC0415

    given_collection = collection([organisation("A")], rates("A", "2", (52, 304), (4, 98)))
    about = publication(first_year=2025, disclosure={"round_to": 5})
    assert statuses(pipeline.compute(given_collection, about).indicators, indicator="2") == {"suppressed"}
