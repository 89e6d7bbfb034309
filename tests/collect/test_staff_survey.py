"""The detailed spreadsheets of the NHS Staff Survey become percentages with their bases, cell by cell."""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from small_survey import (
    ACUTE,
    ANSWERS,
    BME,
    BOARD,
    COUNTED,
    NATION,
    ORGANISATION_HEADS,
    WHITE,
    write_national,
    write_organisations,
    write_survey,
)
from wres.collect.staff_survey import layout, read_staff_survey
from wres.collect.tables import Tables
from wres.definitions import definitions
from wres.params import StaffSurvey

SHARED = Path(__file__).parents[3] / "shared"
SHEET = "HEALTH WELLBEING SAFETY Q13-14"
KEY = ["organisation_code", "indicator", "category", "ethnicity"]


def read(folder: Path, survey_year: int = 2024, **files: str) -> Tables:
    source = StaffSurvey.model_validate({"survey_year": survey_year, **files}, context=folder)
    return read_staff_survey(source, folder)


def share(tables: Tables, *key: str) -> pd.Series:
    rows = tables.percentages.set_index(KEY)
    return rows.loc[key]


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Tables:
    folder = tmp_path_factory.mktemp("survey")
    write_organisations(folder / "org.xlsx")
    write_national(folder / "national.xlsx")
    return read(folder, organisations="org.xlsx", national="national.xlsx")


@pytest.fixture(scope="module")
def published() -> Tables:
    return read(SHARED / "data", organisations="nss24_org.xlsx", national="nss24_national.xlsx")


class TestFilesAsPublished:
    def test_nothing_is_wrong_with_them(self, small: Tables) -> None:
        assert small.problems == ()

    def test_organisations_with_their_types_and_regions(self, small: Tables) -> None:
        table = small.organisations.set_index("organisation_code")
        assert table["type"].to_dict() == {"RXX": "acute", "QXX": "icb"}
        assert table["region"].to_dict() == {"RXX": "Y56", "QXX": ""}

    @pytest.mark.parametrize(
        ("indicator", "category", "percentage", "base"),
        [
            ("5", "", 25, 1000),
            ("6", "managers", 10, 990),
            ("6", "colleagues", 18, 980),
            ("7", "", 55, 995),
            ("8", "", 8, 996),
        ],
    )
    def test_every_indicator_of_a_trust(
        self, small: Tables, indicator: str, category: str, percentage: float, base: int
    ) -> None:
        row = share(small, "RXX", indicator, category, "all")
        assert (row["percentage"], row["base"]) == (percentage, base)
        assert row["year"] == 2025
        assert pd.isna(row["count"])
        assert row["note"] == "all staff of the organisation; weighted by occupation group, base unweighted"

    def test_a_share_that_was_not_weighted_gives_its_count(self, small: Tables) -> None:
        counts = [
            share(small, "QXX", *key, "all")["count"] for key in (("5", ""), ("6", "managers"), ("8", ""))
        ]
        assert counts == [7, 2, 3]

    def test_england_by_ethnicity_and_regions_of_all_staff(self, small: Tables) -> None:
        found = set(small.percentages[["organisation_code", "ethnicity"]].itertuples(index=False, name=None))
        assert found >= {("ENG", "all"), ("ENG", "white"), ("ENG", "bme"), ("ENG", "B"), ("Y56", "all")}
        assert len(small.percentages) == 5 * (2 + 5)  # other breakdowns are not read

    def test_each_value_names_its_cell_and_question(self, small: Tables) -> None:
        row = share(small, "RXX", "5", "", "all")
        assert row["file"] == f"org.xlsx, sheet {SHEET}, cell N6"
        assert row["source"] == "NHS Staff Survey 2024, Q14a"


class TestQuestionsByYear:
    def test_they_come_from_the_definitions(self, tmp_path: Path) -> None:
        """In 2019 the questions of 2024 had other numbers, so that a file with these lacks Q13a's answers."""
        write_organisations(tmp_path / "org.xlsx", year=2019)
        tables = read(tmp_path, 2019, organisations="org.xlsx")
        assert share(tables, "RXX", "5", "", "all")["base"] == 900  # Q13a
        missing = [problem.found for problem in tables.problems]
        assert missing == ["no question Q13b", "no question Q13c", "no question Q14", "no question Q15b"]

    def test_key_findings_of_before_2018_are_no_questions(self, tmp_path: Path) -> None:
        write_organisations(tmp_path / "org.xlsx", year=2016)
        tables = read(tmp_path, 2016, organisations="org.xlsx")
        assert [problem.found for problem in tables.problems] == [
            *("no question KF25", "no question KF26", "no question KF21", "no question Q17b")
        ]

    def test_a_survey_whose_questions_nobody_declared(self, tmp_path: Path) -> None:
        write_organisations(tmp_path / "org.xlsx", year=2031)
        tables = read(tmp_path, 2031, organisations="org.xlsx")
        assert [p.expected for p in tables.problems] == [
            f"the question of indicator {code} in definitions.yml" for code in ("5", "6", "7", "8")
        ]

    def test_the_file_of_another_year_is_not_read(self, tmp_path: Path) -> None:
        write_organisations(tmp_path / "org.xlsx", year=2023)
        tables = read(tmp_path, 2024, organisations="org.xlsx")
        assert tables.percentages.empty
        assert [(p.found, p.expected) for p in tables.problems] == [
            ("the survey of 2023", "that of 2024 (survey_year)")
        ]

    def test_every_survey_indicator_has_answers(self) -> None:
        survey = [code for code, each in definitions().indicators.items() if each.kind == "survey"]
        assert sorted(layout().answers) == survey


class TestFaults:
    def test_a_hidden_result_stays_unknown(self, tmp_path: Path) -> None:
        hidden = {**ANSWERS, "Q15": ("-", "-", "-", "-")}
        write_organisations(tmp_path / "org.xlsx", (ACUTE, hidden))
        tables = read(tmp_path, organisations="org.xlsx")
        (problem,) = tables.problems
        assert (problem.severity, problem.organisation_code, problem.indicator) == ("warning", "RXX", "7")
        assert "7" not in set(tables.percentages["indicator"])

    @pytest.mark.parametrize(
        ("answers", "rule"),
        [
            ((101, 0, 0, 10), "percentage-range"),
            (("many", 1, 2, 9), "percentage-range"),
            ((5, 1, 1, 9.5), "base-not-whole"),
        ],
    )
    def test_a_value_that_can_not_be(self, tmp_path: Path, answers: tuple[object, ...], rule: str) -> None:
        write_organisations(tmp_path / "org.xlsx", (ACUTE, {**ANSWERS, "Q15": answers}), (BOARD, COUNTED))
        tables = read(tmp_path, organisations="org.xlsx")
        assert [(p.rule, p.organisation_code) for p in tables.problems] == [(rule, "RXX")]
        assert "sheet HEALTH WELLBEING SAFETY Q15-17, cell G6" in tables.problems[0].file
        assert len(tables.percentages) == 9

    def test_a_formula_in_place_of_a_number(self, tmp_path: Path) -> None:
        formula = (SHEET, "N6", "=1+1")
        write_survey(tmp_path / "org.xlsx", ORGANISATION_HEADS, [(ACUTE, ANSWERS)], formula=formula)
        tables = read(tmp_path, organisations="org.xlsx")
        assert [p.found for p in tables.problems] == ["a formula"]
        assert len(tables.percentages) == 4

    def test_a_subgroup_that_nobody_declared(self, tmp_path: Path) -> None:
        strange = ("National", "Ethnic background (detailed)", "White - Roma", "Organisation Size")
        write_national(tmp_path / "n.xlsx", (WHITE, ANSWERS), (BME, ANSWERS), (strange, ANSWERS))
        tables = read(tmp_path, national="n.xlsx")
        assert {p.found for p in tables.problems} == {"Ethnic background (detailed) 'White - Roma'"}
        assert len(tables.percentages) == 10

    def test_a_benchmarking_group_that_nobody_declared(self, tmp_path: Path) -> None:
        write_organisations(tmp_path / "org.xlsx", ((*ACUTE[:2], "Hospices", *ACUTE[3:]), ANSWERS))
        tables = read(tmp_path, organisations="org.xlsx")
        assert [p.rule for p in tables.problems] == ["unknown-type"]

    def test_a_file_that_is_none_lets_the_other_be_read(self, tmp_path: Path) -> None:
        (tmp_path / "org.xlsx").write_bytes(b"PK\x03\x04 and no more")
        write_national(tmp_path / "n.xlsx", (NATION, ANSWERS))
        tables = read(tmp_path, organisations="org.xlsx", national="n.xlsx")
        assert [(p.rule, p.file) for p in tables.problems] == [("workbook", "org.xlsx")]
        assert len(tables.percentages) == 5

    def test_files_that_were_mistaken_for_each_other(self, tmp_path: Path) -> None:
        write_national(tmp_path / "n.xlsx")
        tables = read(tmp_path, organisations="n.xlsx")
        assert len(tables.problems) == 5
        assert "ODS code, Organisation name" in tables.problems[0].expected


class TestFuzz:
    @settings(deadline=None, max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(data=st.data())
    def test_changed_bytes(self, tmp_path: Path, data: st.DataObject) -> None:
        """However a file is damaged, it is read or a line says what is wrong with it."""
        damaged = bytearray(content())
        for _ in range(data.draw(st.integers(1, 4))):
            damaged[data.draw(st.integers(0, len(damaged) - 1))] = data.draw(st.integers(0, 255))
        (tmp_path / "org.xlsx").write_bytes(damaged[: data.draw(st.integers(0, len(damaged)))])
        sound(read(tmp_path, organisations="org.xlsx"))

    @settings(deadline=None, max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(data=st.data())
    def test_whatever_stands_in_the_cells(self, tmp_path: Path, data: st.DataObject) -> None:
        cells = st.one_of(
            st.text(max_size=8),
            st.floats(allow_nan=False, allow_infinity=False),
            st.booleans(),
            st.sampled_from(["-", "", "=1+1", "Unweighted", "٣"]),
        )
        whose = [data.draw(cells) if data.draw(st.booleans()) else cell for cell in BOARD]
        answers = {
            question: [data.draw(cells) if data.draw(st.booleans()) else cell for cell in given]
            for question, given in COUNTED.items()
        }
        write_organisations(tmp_path / "org.xlsx", (whose, answers))
        sound(read(tmp_path, organisations="org.xlsx"))

    @pytest.mark.parametrize(("answer", "base"), [(5.6e306, 100.0), (-1.7e308, 0.0), (1e300, -1.7e308)])
    def test_numbers_beyond_all_measure(self, tmp_path: Path, answer: float, base: float) -> None:
        answers = {question: [answer, *given[1:-1], base] for question, given in COUNTED.items()}
        write_organisations(tmp_path / "org.xlsx", (BOARD, answers))
        sound(read(tmp_path, organisations="org.xlsx"))


@cache
def content() -> bytes:
    with TemporaryDirectory() as folder:
        return write_organisations(Path(folder) / "org.xlsx").read_bytes()


def sound(tables: Tables) -> None:
    assert all(problem.line().isprintable() for problem in tables.problems)
    assert tables.percentages["percentage"].between(0, 100).all()


@pytest.mark.skipif(not (SHARED / "data").is_dir(), reason="needs the published files")
class TestPublishedFiles:
    def test_they_are_read_as_they_are(self, published: Tables) -> None:
        assert published.problems == ()
        assert len(published.organisations) == 263
        assert len(published.percentages) == 5 * (263 + 1 + 7 + 20)

    def test_they_agree_with_the_published_facts(self, published: Tables) -> None:
        labels = {
            label: code for groups in layout().ethnic_breakdowns.values() for label, code in groups.items()
        } | {"white": "white", "BME": "bme", "all staff": "all"}
        places = {"England": "ENG"} | {name: code for code, name in definitions().regions.items()}
        parts = {"6 part: managers": ("6", "managers"), "6 part: colleagues": ("6", "colleagues")}
        compared = 0
        for fact in facts():
            indicator, category = parts.get(fact["indicator"], (fact["indicator"], ""))
            ethnicity = labels[fact["measure"].rpartition(" % (")[0]]
            row = share(published, places[fact["geography"]], indicator, category, ethnicity)
            assert round(row["percentage"], 2) == float(fact["value"])
            assert row["base"] == int(fact["denominator"])
            compared += 1
        assert compared == 5 * 20 + 3 * 7  # ethnic groups of England, all staff of regions


def facts() -> list[dict[str, str]]:
    """What the published facts say of the survey of 2024, on the basis that indicators have now."""
    with (SHARED / "facts" / "published_national.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    return [row for row in rows if "survey 2024" in row["org_type"] and "old basis" not in row["indicator"]]
