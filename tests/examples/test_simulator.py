"""The synthetic England: its shape, its rules, and whether what was planted can be found again."""

import dataclasses
import hashlib
import re

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binom

from wres.definitions import definitions
from wres.examples.simulator import SimulatedEngland, simulate, write
from wres.examples.simulator.roster import organisations_table, roster

UNIT = ["year", "organisation_code"]
TABLES = ("organisations", "returns", "truths")
FINGERPRINT = "6f4821a276671f2bd27fb8095a5258dc6e60b3ed1d182d9dd87e96517e95d47b"


@pytest.fixture(scope="module")
def small() -> SimulatedEngland:
    return simulate()


@pytest.fixture(scope="module")
def nation() -> SimulatedEngland:
    return simulate(260)


@pytest.fixture(scope="module")
def headcount(nation: SimulatedEngland) -> pd.DataFrame:
    """Indicator 1 with the organisations' types and regions."""
    rows = nation.returns.query("indicator == '1'")
    return rows.merge(nation.organisations, on="organisation_code")


def by_ethnicity(rows: pd.DataFrame, *keys: str) -> pd.DataFrame:
    return rows.pivot_table(index=list(keys), columns="ethnicity", values="count", aggfunc="sum")


def bme_share(rows: pd.DataFrame, *keys: str) -> pd.Series:
    counts = by_ethnicity(rows, *keys)
    return 100 * counts["bme"] / counts.sum(axis=1)


def measure(england: SimulatedEngland, indicator: str, name: str, staff_group: str = "all") -> pd.DataFrame:
    """Counts by year and organisation, ethnic groups as columns."""
    found = england.returns["indicator"].eq(indicator) & england.returns["measure"].eq(name)
    if indicator != "1":
        found &= england.returns["staff_group"].eq(staff_group)
    return by_ethnicity(england.returns[found], *UNIT)


def years_of(england: SimulatedEngland, code: str) -> list[int]:
    return sorted(
        england.returns.loc[england.returns["organisation_code"].eq(code), "year"].unique().tolist()
    )


def fingerprint(england: SimulatedEngland) -> str:
    text = "".join(getattr(england, name).to_csv(index=False, lineterminator="\n") for name in TABLES)
    return hashlib.sha256(text.encode()).hexdigest()


class TestRepeatable:
    def test_the_same_seed_gives_the_same_england(self, small):
        assert fingerprint(small) == FINGERPRINT

    def test_another_seed_gives_other_counts_for_the_same_organisations(self, small):
        other = simulate(seed=1)
        pd.testing.assert_frame_equal(other.organisations, small.organisations)
        assert not other.returns["count"].equals(small.returns["count"])

    def test_a_larger_england_contains_the_smaller(self, small, nation):
        for name in TABLES:
            smaller, larger = getattr(small, name), getattr(nation, name)
            common = larger[larger["organisation_code"].isin(small.organisations["organisation_code"])]
            pd.testing.assert_frame_equal(common.reset_index(drop=True), smaller)


class TestShape:
    def test_columns(self, nation):
        assert list(nation.organisations) == [
            *("organisation_code", "organisation", "type", "region", "icb_code", "icb"),
            *("opened", "closed", "successor"),
        ]
        assert list(nation.returns) == [
            *("year", "organisation_code", "indicator", "measure", "staff_group", "category"),
            *("ethnicity", "count"),
        ]
        assert list(nation.truths) == [
            *("organisation_code", "year", "indicator", "quantity", "value", "null"),
        ]

    def test_words_are_those_of_the_definitions(self, nation):
        known, returns, organisations = definitions(), nation.returns, nation.organisations
        assert set(returns["indicator"]) == set(known.indicators)
        assert set(returns["staff_group"]) == set(known.staff_groups)
        assert set(returns["ethnicity"]) == set(known.ethnic_groups)
        assert set(organisations["type"]) == set(known.organisation_types)
        assert set(organisations["region"]) == {"Y56", "Y58", "Y59", "Y60", "Y61", "Y62", "Y63"}
        for indicator, rows in returns.groupby("indicator"):
            assert set(rows["measure"]) == set(known.measures(indicator))
            assert set(rows["category"]) <= set(known.categories(indicator))

    def test_a_return_asks_for_every_count_once(self, nation):
        returns = nation.returns
        assert not returns.duplicated(list(returns.columns[:-1])).any()
        # 14 bands twice and 5 grades; two measures in three groups; 3, 4; two measures of four; four roles.
        asked = {"1": 33, "2": 6, "3": 1, "4": 1, "5": 2, "6": 2, "7": 2, "8": 2, "9": 4}
        sizes = returns.groupby([*UNIT, "indicator"]).size()
        assert sizes.groupby("indicator").unique().map(list).to_dict() == {
            indicator: [3 * rows] for indicator, rows in asked.items()
        }

    def test_counts_are_whole_and_zero_is_written(self, nation):
        assert nation.returns["count"].dtype == np.int64
        assert nation.returns["count"].min() == 0

    def test_truths_stand_beside_every_indicator_returned(self, nation):
        keys = [*UNIT, "indicator"]
        returned = nation.returns[keys].drop_duplicates().sort_values(keys, ignore_index=True)
        planted = nation.truths[keys].sort_values(keys, ignore_index=True)
        pd.testing.assert_frame_equal(planted, returned)
        gaps = {code: indicator.gap for code, indicator in definitions().indicators.items()}
        assert nation.truths["quantity"].equals(nation.truths["indicator"].map(gaps))

    def test_single_indicators_but_the_first_are_missing_now_and_then(self, nation):
        sent = nation.returns.groupby(UNIT)["indicator"].unique()
        assert 0.02 < (sent.map(len) < 9).mean() < 0.25
        assert sent.map(lambda indicators: "1" in indicators).all()


class TestOrganisations:
    def test_names_and_codes_cannot_be_taken_for_real_ones(self):
        everybody = organisations_table(roster(2600))
        assert everybody["organisation_code"].is_unique
        assert everybody["organisation"].is_unique
        # ODS codes of trusts and ICBs have three characters, those of sites five.
        assert everybody["organisation_code"].str.fullmatch(r"SYN\d{3,4}|SYNI\d{2,3}").all()
        invented = "Example|Sample|Fiction|Specimen|Fable|Pretend|Imaginary|Invented|Notional|Mythical"
        assert everybody["organisation"].str.contains(invented).all()

    def test_names_follow_the_type(self, nation):
        ends = {
            "acute": "NHS (Foundation )?Trust",
            "acute_specialist": "(Hospital|Centre) NHS Foundation Trust",
            "ambulance": "Ambulance Service NHS Trust",
            "community": "Community Health(care)? NHS (Foundation )?Trust",
            "mental_health": "(Partnership|Mental Health) NHS Foundation Trust",
            "icb": "Integrated Care Board",
            "ccg": "Clinical Commissioning Group",
            "alb": "Special Health Authority",
            "other": "Community Interest Company",
        }
        named = zip(nation.organisations["organisation"], nation.organisations["type"], strict=True)
        assert all(re.search(f"{ends[kind]}$", name) for name, kind in named)

    def test_260_are_of_the_types_of_england(self, nation):
        assert nation.organisations["type"].value_counts().to_dict() == {
            **{"acute": 120, "mental_health": 50, "icb": 42, "acute_specialist": 17, "community": 16},
            **{"ambulance": 10, "alb": 3, "ccg": 1, "other": 1},
        }

    def test_24_hold_every_type_and_region(self, small):
        assert set(small.organisations["type"]) == set(definitions().organisation_types)
        assert small.organisations["region"].nunique() == 7

    def test_boards_of_trusts_lie_in_the_trusts_own_region(self, nation):
        organisations = nation.organisations
        of_boards = organisations[organisations["type"].eq("icb")].set_index("organisation_code")
        trusts = organisations[organisations["icb_code"].isin(of_boards.index)]
        assert (trusts["icb_code"].map(of_boards["region"]) == trusts["region"]).all()
        assert (trusts["icb_code"].map(of_boards["organisation"]) == trusts["icb"]).all()

    @pytest.mark.parametrize(
        ("kind", "fewest", "most"),
        [("acute", 3_000, 25_000), ("ambulance", 2_000, 6_000), ("icb", 50, 600)],
    )
    def test_sizes(self, headcount, kind, fewest, most):
        staff = headcount[headcount["type"].eq(kind)].groupby(UNIT)["count"].sum()
        assert fewest <= staff.min() < staff.max() <= most

    def test_a_large_acute_trust_in_london_and_a_small_icb(self, small):
        staff = measure(small, "1", "headcount").sum(axis=1).groupby("organisation_code").max()
        assert staff["SYN001"] > 15_000
        assert staff["SYNI01"] < 120


class TestHistory:
    def test_a_merged_trust_follows_its_predecessors(self, small):
        organisations = small.organisations.set_index("organisation_code")
        predecessors = organisations.index[organisations["successor"].eq("SYN009")]
        assert list(predecessors) == ["SYN007", "SYN008"]
        assert organisations.loc[predecessors, "closed"].eq("2020-03-31").all()
        assert organisations.loc["SYN009", "opened"] == "2020-04-01"
        assert max(years_of(small, "SYN007") + years_of(small, "SYN008")) == 2020
        assert min(years_of(small, "SYN009")) == 2021
        staff = measure(small, "1", "headcount").sum(axis=1).unstack("organisation_code")
        before = staff.loc[2020, ["SYN007", "SYN008"]].sum()
        assert before <= staff.loc[2021, "SYN009"] <= 1.04 * before

    def test_integrated_care_boards_first_return_in_2023(self, nation):
        organisations = nation.organisations.set_index("organisation_code")
        boards = organisations.index[organisations["type"].eq("icb")]
        of_boards = nation.returns["organisation_code"].isin(boards)
        assert nation.returns.loc[of_boards, "year"].unique().tolist() == [2023, 2024, 2025]
        assert nation.returns.query("organisation_code == 'SYN003'")["year"].max() == 2022

    def test_silences(self, small):
        assert max(years_of(small, "SYN013")) == 2024
        assert years_of(small, "SYN014") == []
        # It opened on 1 April 2021, a day after that year's snapshot.
        assert min(years_of(small, "SYN015")) == 2022

    def test_other_years(self):
        england = simulate(24, (2019, 2021))
        assert england.returns["year"].agg(["min", "max"]).tolist() == [2019, 2021]
        assert not england.returns["organisation_code"].str.startswith("SYNI").any()

    def test_a_successor_that_is_not_there_is_not_named(self):
        assert simulate(8, (2025, 2025)).organisations["successor"].isin(["", "SYNI01"]).all()


class TestPeople:
    def test_events_are_no_more_than_those_they_can_happen_to(self, nation):
        staff = measure(nation, "1", "headcount")
        pairs = [
            (measure(nation, "3", "entered_disciplinary"), staff),
            (measure(nation, "4", "accessed_training"), staff),
        ]
        for group in ("all", "clinical", "non_clinical"):
            appointed, shortlisted = (measure(nation, "2", m, group) for m in ("appointed", "shortlisted"))
            pairs.append((appointed, shortlisted))
        for indicator in "5678":
            respondents = measure(nation, indicator, "respondents")
            pairs += [(measure(nation, indicator, "answered_yes"), respondents), (respondents, staff)]
        for counted, base in pairs:
            both = counted.index.intersection(base.index)
            assert len(both) > 1000
            assert (counted.loc[both] <= base.loc[both]).all(axis=None)

    def test_all_applicants_are_clinical_or_not(self, nation):
        for name in ("shortlisted", "appointed"):
            parts = measure(nation, "2", name, "clinical") + measure(nation, "2", name, "non_clinical")
            pd.testing.assert_frame_equal(measure(nation, "2", name), parts)

    def test_executives_are_among_the_vsm(self, nation):
        executive = definitions().board_groups["executive"].roles
        board = nation.returns[nation.returns["category"].isin(executive)]
        vsm = nation.returns.query("category == 'vsm' and staff_group == 'non_clinical'")
        board, vsm = by_ethnicity(board, *UNIT), by_ethnicity(vsm, *UNIT)
        both = board.index.intersection(vsm.index)
        assert (board.loc[both] <= vsm.loc[both]).all(axis=None)

    def test_boards_have_10_to_16_members(self, nation):
        members = measure(nation, "9", "board_members").sum(axis=1)
        assert members.between(10, 16).all()

    def test_no_doctors_in_commissioning(self, headcount):
        offices = headcount[headcount["type"].isin(["icb", "ccg"])]
        assert offices.loc[offices["staff_group"].eq("medical_dental"), "count"].sum() == 0

    def test_most_people_of_one_year_are_those_of_the_year_before(self, headcount):
        counts = by_ethnicity(headcount[headcount["type"].eq("acute")], "organisation_code", "year")
        known = counts["white"] + counts["bme"]
        share = (counts["bme"] / known).unstack("year")
        change = share.diff(axis=1)
        independent = 2 * share * (1 - share) / known.unstack("year")
        # With one post in eight filled anew, and growth, about a seventh of the variance of new people each year.
        ratio = ((change - change.mean()) ** 2 / independent).mean(axis=None)
        assert 0.07 < ratio < 0.3

    def test_unknown_ethnicity(self, headcount):
        counts = by_ethnicity(headcount[headcount["type"].eq("acute")], *UNIT)
        unknown = (counts["unknown"] / counts.sum(axis=1)).groupby("organisation_code").mean()
        assert unknown.between(0.015, 0.16).all()
        assert 0.8 < unknown.between(0.015, 0.085).mean() < 1


class TestNationalPattern:
    """Levels of the published WRES, which the simulation is made to resemble."""

    def test_bme_share_grows_from_19_to_29_percent(self, headcount):
        share = bme_share(headcount, "year")
        assert share[2017] == pytest.approx(19, abs=1.5)
        assert share[2025] == pytest.approx(29, abs=1.5)

    def test_regions(self, headcount):
        share = bme_share(headcount, "region", "year").groupby("region").mean()
        assert share["Y56"] == pytest.approx(42, abs=4)
        assert share["Y63"] == pytest.approx(12, abs=3)

    def test_bands(self, headcount):
        clinical = bme_share(headcount.query("staff_group == 'clinical'"), "category")
        named = clinical.drop(["under_1", "1"])
        assert named.idxmax() == "5"
        senior = bme_share(headcount.query("category in ['8c', '8d', '9', 'vsm']"), "year")
        ratio = (senior / bme_share(headcount, "year")).mean()
        assert 0.33 < ratio < 0.6

    def test_boards(self, nation):
        share = bme_share(nation.returns.query("indicator == '9'"), "indicator")
        assert share["9"] == pytest.approx(13, abs=2)

    @pytest.mark.parametrize(
        ("indicator", "year", "white", "bme"),
        [
            ("5", 2025, 23.5, 28.6),
            ("6", 2025, 20.7, 24.9),
            ("7", 2025, 58.9, 49.5),
            ("7", 2021, 87.0, 70.0),
            ("8", 2025, 6.8, 15.2),
        ],
    )
    def test_staff_survey(self, nation, indicator, year, white, bme):
        answered = measure(nation, indicator, "answered_yes").loc[year].sum()
        share = 100 * answered / measure(nation, indicator, "respondents").loc[year].sum()
        assert share["white"] == pytest.approx(white, abs=2)
        assert share["bme"] == pytest.approx(bme, abs=2)

    def test_rates(self, nation):
        staff = measure(nation, "1", "headcount")
        disciplinary = measure(nation, "3", "entered_disciplinary")
        trained = measure(nation, "4", "accessed_training")
        both = staff.index.intersection(disciplinary.index).intersection(trained.index)
        assert 0.4 < 100 * disciplinary.loc[both, "white"].sum() / staff.loc[both, "white"].sum() < 0.7
        assert 55 < 100 * trained.loc[both, "white"].sum() / staff.loc[both, "white"].sum() < 65


class TestTruths:
    def test_few_gaps_in_disciplinary_cases_and_many_in_appointments(self, nation):
        constant = nation.truths.groupby(["indicator", "organisation_code"])["value"].first()
        assert (constant["3"] == 2).mean() == pytest.approx(0.1, abs=0.04)
        assert (constant["3"] == 1).mean() == pytest.approx(0.9, abs=0.04)
        assert (constant["2"] == 1).mean() == pytest.approx(0.25, abs=0.06)
        assert constant["2"][constant["2"] > 1].median() == pytest.approx(1.5, abs=0.05)

    def test_null_says_where_there_is_no_gap(self, nation):
        no_gap = nation.truths["quantity"].map({"difference": 0.0, "relative_likelihood": 1.0})
        assert nation.truths["null"].equals(nation.truths["value"].eq(no_gap))
        assert (nation.truths.groupby("indicator")["null"].mean() > 0.05).all()

    @pytest.mark.parametrize("indicator", list("2345678"))
    def test_counts_scatter_about_the_truth_by_chance_alone(self, nation, indicator):
        z = standard_scores(nation, indicator)
        assert len(z) > 300
        assert z.abs().max() < 5
        assert z.abs().lt(1.96).mean() == pytest.approx(0.95, abs=0.02)
        assert z.mean() == pytest.approx(0, abs=0.15)

    @pytest.mark.parametrize("indicator", list("19"))
    def test_stocks_stay_near_the_truth(self, nation, indicator):
        bme, size, expected = stocks(nation, indicator)
        tail = np.minimum(binom.cdf(bme, size, expected), binom.sf(bme - 1, size, expected))
        assert len(tail) > 1500
        assert tail.min() > 1e-6
        assert (tail < 0.025).mean() < 0.07
        # Nine years of a board are mostly the same people, so that few independent ones stand behind the sum.
        assert bme.sum() == pytest.approx((size * expected).sum(), rel=0.1)


def standard_scores(england: SimulatedEngland, code: str) -> pd.Series:
    """(estimate - truth) / standard error wherever ten events or more are to be expected."""
    indicator = definitions().indicators[code]
    x = measure(england, code, indicator.measures.count)
    base_of = "1" if indicator.measures.base == "headcount" else code
    n = measure(england, base_of, indicator.measures.base).reindex(x.index)
    enough = (n * x.sum() / n.sum() >= 10)[["white", "bme"]].all(axis=1)
    x, n = x[enough], n[enough]
    p = x / n
    truth = england.truths.query("indicator == @code").set_index(UNIT)["value"].reindex(x.index)
    if indicator.gap == "difference":
        error = 100 * (p * (1 - p) / n)[["white", "bme"]].sum(axis=1) ** 0.5
        return (100 * (p["bme"] - p["white"]) - truth) / error
    sign = 1 if indicator.orientation == "white_over_bme" else -1
    error = (1 / x - 1 / n)[["white", "bme"]].sum(axis=1) ** 0.5
    return (sign * np.log(p["white"] / p["bme"]) - np.log(truth)) / error


def stocks(england: SimulatedEngland, code: str) -> tuple[pd.Series, pd.Series, pd.Series]:
    """BME staff in the senior bands or on the board, everybody there, and the share to be expected.

    From organisations whose workforce is large enough to be taken as given.
    """
    staff = measure(england, "1", "headcount")
    if code == "1":
        senior = definitions().clusters["bands_8a_to_vsm"].bands
        part = by_ethnicity(england.returns[england.returns["category"].isin(senior)], *UNIT)
    else:
        part = measure(england, "9", "board_members")
    both = part.index.intersection(staff.index[staff.sum(axis=1) > 1000])
    part, staff = part.loc[both], staff.loc[both]
    truth = england.truths.query("indicator == @code").set_index(UNIT)["value"].reindex(both)
    expected = staff["bme"] / staff.sum(axis=1) + truth / 100
    return part["bme"], part.sum(axis=1), expected.clip(lower=0.002)


class TestWrite:
    def test_files(self, small, tmp_path):
        folder = tmp_path / "new" / "england"
        write(small, folder)
        assert sorted(path.name for path in folder.iterdir()) == [
            *("README.txt", "actions.csv", "organisations.csv", "pay.csv", "returns.csv", "truths.csv"),
            "turnover.csv",
        ]
        assert "synthetic" in (folder / "README.txt").read_text(encoding="utf-8")
        assert "--organisations 24 --years 2017-2025 --seed 2025" in (folder / "README.txt").read_text()
        for name in TABLES:
            table = getattr(small, name)
            as_text = {column: str for column in table if table[column].dtype == "str"}
            read = pd.read_csv(folder / f"{name}.csv", dtype=as_text, keep_default_na=False)
            pd.testing.assert_frame_equal(read, table)

    def test_an_empty_folder_is_filled(self, small, tmp_path):
        (tmp_path / "empty").mkdir()
        write(small, tmp_path / "empty")
        assert len(list((tmp_path / "empty").iterdir())) == 7

    def test_a_folder_in_use_is_left_as_it_is(self, small, tmp_path):
        kept = tmp_path / "mine.txt"
        kept.write_text("mine")
        with pytest.raises(FileExistsError, match="holds files already; name a folder that does not exist"):
            write(small, tmp_path)
        with pytest.raises(FileExistsError, match="is a file"):
            write(small, kept)
        assert list(tmp_path.iterdir()) == [kept]
        assert kept.read_text() == "mine"

    @pytest.mark.parametrize("empty", [True, False])
    def test_nothing_is_left_of_a_failure(self, small, tmp_path, empty):
        class Broken(pd.DataFrame):
            def to_csv(self, *_: object, **__: object) -> None:
                message = "disk full"
                raise OSError(message)

        folder = tmp_path / "england"
        if empty:
            folder.mkdir()
        with pytest.raises(OSError, match="disk full"):
            write(dataclasses.replace(small, truths=Broken()), folder)
        assert list(tmp_path.iterdir()) == ([folder] if empty else [])
        assert not empty or not list(folder.iterdir())


class TestMistakes:
    @pytest.mark.parametrize("organisations", [0, 2601])
    def test_number_of_organisations(self, organisations):
        with pytest.raises(ValueError, match=f"{organisations} organisations .* choose 1 to 2600"):
            simulate(organisations)

    @pytest.mark.parametrize("years", [(2025, 2017), (2014, 2020), (2020, 2036)])
    def test_years(self, years):
        with pytest.raises(ValueError, match="both lie between 2015 and 2035"):
            simulate(years=years)


class TestPay:
    def test_everybody_of_the_last_year_is_paid_once(self, small):
        hourly = small.pay[small.pay["measure"].eq("hourly_pay")]
        last = small.returns[small.returns["year"].eq(2025) & small.returns["indicator"].eq("1")]
        paid = hourly.groupby(["organisation_code", "staff_group", "category"])["count"].sum()
        counted = last.groupby(["organisation_code", "staff_group", "category"])["count"].sum()
        assert set(hourly["year"]) == {2025}
        assert paid.to_dict() == counted[counted > 0].to_dict()

    def test_within_bands_there_is_a_gap_but_where_careers_are_fair(self):
        england = simulate(12, (2025, 2025), 3)
        pay = england.pay[england.pay["measure"].eq("hourly_pay")]
        nurses = pay[pay["category"].eq("5") & pay["staff_group"].eq("clinical")]
        nurses = nurses.assign(bme=~nurses["ethnicity"].isin([*"ABCZ", "99"]), top=nurses["amount"].eq(18.66))
        nurses = nurses[~nurses["ethnicity"].isin(["Z", "99"])]
        people = nurses.groupby(["organisation_code", "bme"])["count"].sum()
        top = nurses[nurses["top"]].groupby(["organisation_code", "bme"])["count"].sum()
        share = (top / people).unstack()
        assert share.loc["SYN001"].tolist() == pytest.approx([0.45, 0.33], abs=0.04)
        assert share.loc["SYN012"].tolist() == pytest.approx([0.45, 0.45], abs=0.08)
