"""Several sources become one collection."""

from __future__ import annotations

from dataclasses import replace
from importlib import resources
from pathlib import Path

import pandas as pd
import pytest

from small_return import edited, filled
from small_survey import trust_line, write_national, write_organisations
from wres.collect import Collection, collect
from wres.collect.tables import KEYS
from wres.examples import simulator
from wres.params import Publication, load_publication
from wres.problems import CollectionError, Problem

ORGANISATIONS = "organisation_code,organisation,type,region,successor\n"
RETURNS = "year,organisation_code,indicator,measure,staff_group,category,ethnicity,count\n"
PERCENTAGES = (
    "year,organisation_code,indicator,measure,staff_group,category,ethnicity,percentage,count,base\n"
)
RXX = "RXX,Example NHS Trust,acute,Y56,\n"
STAFF = "2025,RXX,1,headcount,all,,bme,30\n"


class Sources:
    """Folders of tables in the order in which they are read."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.names: list[str] = []

    def add(self, organisations: str = "", returns: str = "", percentages: str = "") -> Sources:
        name = f"source{len(self.names) + 1}"
        (self.folder / name).mkdir()
        for table, head, rows in (
            ("organisations", ORGANISATIONS, organisations),
            ("returns", RETURNS, returns),
            ("percentages", PERCENTAGES, percentages),
        ):
            if rows:
                (self.folder / name / f"{table}.csv").write_text(head + rows, encoding="utf-8")
        self.names.append(name)
        return self

    def publication(self, more: str = "") -> Publication:
        path = self.folder / "test.yml"
        sources = "".join(f"  - tables: {name}\n" for name in self.names)
        path.write_text(f"publication: test\nyear: 2025\nsources:\n{more}{sources}", encoding="utf-8")
        return load_publication(path)

    def collect(self) -> Collection:
        return collect(self.publication())


@pytest.fixture
def sources(tmp_path: Path) -> Sources:
    return Sources(tmp_path)


def lines(collection: Collection) -> list[str]:
    return [f"{problem.severity}: {problem.line()}" for problem in collection.problems]


def unreadable(sources: Sources) -> list[str]:
    with pytest.raises(CollectionError) as caught:
        sources.collect()
    return str(caught.value).splitlines()


class TestSources:
    def test_one_folder(self, sources: Sources) -> None:
        collection = sources.add(RXX, STAFF).collect()
        assert lines(collection) == []
        assert collection.returns["count"].to_list() == [30]
        assert collection.returns["file"].to_list() == ["returns.csv"]
        assert not collection.synthetic

    def test_tables_may_come_from_different_folders(self, sources: Sources) -> None:
        collection = sources.add(RXX).add(returns=STAFF).collect()
        assert lines(collection) == []
        assert collection.returns["file"].to_list() == ["source2/returns.csv"]

    def test_first_source_wins_and_a_difference_is_said(self, sources: Sources) -> None:
        collection = sources.add(RXX, STAFF).add(returns=STAFF.replace("30", "31")).collect()
        assert collection.returns["count"].to_list() == [30]
        assert lines(collection) == [
            "warning: source2/returns.csv, row 2 (RXX, 2025, indicator 1): found count 31 where "
            "source1/returns.csv, row 2 has 30; expected the same in every source; the first source is used; "
            "change the order of the sources if it is the wrong one"
        ]

    def test_the_same_value_twice_is_no_difference(self, sources: Sources) -> None:
        collection = sources.add(RXX, STAFF).add(RXX, STAFF).collect()
        assert lines(collection) == []
        assert len(collection.returns) == len(collection.organisations) == 1

    def test_organisations_that_differ(self, sources: Sources) -> None:
        collection = sources.add(RXX).add(RXX.replace("Y56", "Y58")).collect()
        assert collection.organisations["region"].to_list() == ["Y56"]
        assert [line.partition(";")[0] for line in lines(collection)] == [
            "warning: source2/organisations.csv, row 2 (RXX): found region Y58 where "
            "source1/organisations.csv, row 2 has Y56"
        ]

    def test_percentages_that_differ_where_both_are_known(self, sources: Sources) -> None:
        row = "2025,RXX,5,answered_yes,all,,bme,{},{},\n"
        sources.add(RXX, percentages=row.format(20, 4)).add(percentages=row.format("20.0", 5))
        assert [problem.found.partition(" where")[0] for problem in sources.collect().problems] == ["count 5"]
        sources.add(percentages=row.format(20, ""))
        assert len(sources.collect().problems) == 1

    def test_a_percentage_with_fewer_digits_stands_for_all_that_round_to_it(self, sources: Sources) -> None:
        row = "2025,RXX,5,answered_yes,all,,bme,{},,\n"
        sources.add(RXX, percentages=row.format("23.51")).add(percentages=row.format("23.5079"))
        assert sources.collect().problems == ()
        sources.add(percentages=row.format("23.5151"))
        assert [p.found.partition(" where")[0] for p in sources.collect().problems] == ["percentage 23.5151"]

    def test_survey_and_ods_list_beside_tables(self, sources: Sources) -> None:
        """The survey brings the type, the list the board and dates; who is on the list alone sent nothing."""
        write_organisations(sources.folder / "org.xlsx")
        write_national(sources.folder / "national.xlsx")
        listed = trust_line("RXX", "EXAMPLE NHS TRUST") + trust_line("RYY", "SAMPLE NHS TRUST")
        (sources.folder / "etr.csv").write_text(listed, encoding="utf-8")
        more = (
            "  - staff_survey: {organisations: org.xlsx, national: national.xlsx, survey_year: 2024}\n"
            "  - ods: {path: etr.csv, snapshot: 2025-04-01}\n"
        )
        collection = collect(sources.publication(more))
        table = collection.organisations.set_index("organisation_code")
        assert table["type"].to_dict() == {"RXX": "acute", "QXX": "icb"}
        assert table.loc["RXX", ["icb", "opened"]].to_list() == ["North East London", "2010-04-01"]
        assert collection.problems == ()
        assert collection.register["organisation_code"].to_list() == ["RXX", "RYY"]
        assert len(collection.percentages) == 5 * (2 + 5)

    def test_published_example(self) -> None:
        source = {"publication": "test", "year": 2025, "sources": [{"example": "published"}]}
        collection = collect(Publication.model_validate(source))
        assert collection.problems == ()
        assert not collection.synthetic
        for name in ("organisations", "returns", "percentages"):
            text = (resources.files("wres.examples") / "published" / f"{name}.csv").read_bytes()
            assert len(getattr(collection, name)) == text.count(b"\n") - 1

    def test_simulation_covers_the_years_of_the_publication(self, sources: Sources) -> None:
        collection = collect(sources.publication("  - simulate: {organisations: 8}\n"))
        assert collection.synthetic
        assert collection.problems == ()
        assert (collection.returns["year"].min(), collection.returns["year"].max()) == (2017, 2025)
        assert collection.percentages.empty

    def test_simulation_of_years_of_its_own(self, sources: Sources) -> None:
        simulate = "  - simulate: {organisations: 8, years: [2024, 2025]}\n"
        assert set(collect(sources.publication(simulate)).returns["year"]) == {2024, 2025}

    def test_simulated_tables_stay_synthetic_when_they_are_read_back(self, sources: Sources) -> None:
        england = simulator.simulate(8, (2024, 2025))
        simulator.write(england, sources.folder / "source1")
        sources.names.append("source1")
        collection = sources.collect()
        assert collection.synthetic
        assert collection.problems == ()
        columns = list(england.returns.columns)
        pd.testing.assert_frame_equal(collection.returns[columns], england.returns, check_dtype=False)


class TestOrganisations:
    def test_unknown_organisation(self, sources: Sources) -> None:
        collection = sources.add(RXX, STAFF + STAFF.replace("RXX", "RXY")).collect()
        assert lines(collection) == [
            "error: returns.csv, row 3 (RXY, 2025, indicator 1): found organisation_code 'RXY'; expected a code of "
            "organisations.csv, ENG or a region (did you mean 'RXX'?); correct it"
        ]
        assert collection.returns["organisation_code"].to_list() == ["RXX"]

    def test_published_aggregates_need_no_organisation(self, sources: Sources) -> None:
        rows = STAFF.replace("RXX", "ENG") + STAFF.replace("RXX", "Y56")
        collection = sources.add(returns=rows).collect()
        assert lines(collection) == []
        assert collection.returns["organisation_code"].to_list() == ["ENG", "Y56"]

    def test_returns_of_a_faulty_organisation_are_left_out_without_more_words(self, sources: Sources) -> None:
        collection = sources.add(RXX.replace("acute", "acut"), STAFF).collect()
        assert [problem.rule for problem in collection.problems] == ["unknown-type"]
        assert collection.returns.empty

    def test_an_organisation_that_is_right_in_another_source(self, sources: Sources) -> None:
        collection = sources.add(RXX.replace("acute", "acut"), STAFF).add(RXX).collect()
        assert collection.returns["count"].to_list() == [30]

    @pytest.mark.parametrize(
        ("successors", "circle"),
        [
            ({"RXX": "RXX"}, ["RXX"]),
            ({"RXX": "RYY", "RYY": "RXX"}, ["RXX", "RYY"]),
            ({"RZZ": "RXX", "RXX": "RYY", "RYY": "RXX"}, ["RXX", "RYY"]),
            ({"RXX": "RYY", "RYY": "RZZ", "RZZ": ""}, []),
            ({"RXX": "QR1"}, []),
        ],
    )
    def test_successors_in_a_circle(
        self, sources: Sources, successors: dict[str, str], circle: list[str]
    ) -> None:
        rows = "".join(f"{code},{code} NHS Trust,acute,Y56,{after}\n" for code, after in successors.items())
        collection = sources.add(rows).collect()
        assert sorted(problem.organisation_code for problem in collection.problems) == circle
        assert set(collection.organisations["organisation_code"]) == set(successors) - set(circle)

    def test_a_circle_across_sources_is_said_of_each(self, sources: Sources) -> None:
        sources.add(RXX.replace("Y56,", "Y56,RYY")).add("RYY,Sample NHS Trust,icb,Y56,RXX\n")
        assert lines(sources.collect()) == [
            f"error: source{n}/organisations.csv, row 2 ({code}): found successor '{after}'; expected an "
            "organisation that this one has not taken over itself; correct it; "
            "the organisation's returns are left out until then"
            for n, code, after in ((1, "RXX", "RYY"), (2, "RYY", "RXX"))
        ]


class TestUnreadable:
    def test_returns_without_organisations(self, sources: Sources) -> None:
        assert unreadable(sources.add(returns=STAFF)) == [
            "organisations.csv: found no organisations in any source; expected each organisation of the returns; "
            "add organisations.csv"
        ]

    def test_all_files_of_all_sources_at_once(self, sources: Sources) -> None:
        sources.add(RXX, "2025\n").add(RXX, STAFF.replace("30", "-3"))
        (sources.folder / "source1" / "percentages.csv").write_text("")
        (sources.folder / "source2" / "percentages.csv").write_text("Year,x\n2025,1\n")
        found = unreadable(sources)
        assert [line.partition(":")[0].partition(" (")[0] for line in found[:3]] == [
            "source1/percentages.csv",
            "source1/returns.csv, row 2",
            "source2/percentages.csv",
        ]
        assert found[-1].startswith("source2/returns.csv, row 2 (RXX, 2025, indicator 1): found count '-3'")

    def test_warnings_are_not_among_the_errors(self, sources: Sources) -> None:
        sources.add(RXX, STAFF.replace("2025", "2026"))
        (sources.folder / "source1" / "percentages.csv").write_text("")
        assert [line.partition(":")[0] for line in unreadable(sources)] == ["percentages.csv"]

    def test_empty_folder(self, sources: Sources) -> None:
        assert unreadable(sources.add()) == [
            "tables: found no tables; expected any of organisations.csv, returns.csv, percentages.csv, "
            "printed.csv, turnover.csv, actions.csv, pay.csv; add what there is"
        ]


FAULT = Problem("returns.csv", 2, "RXX", 2025, "1", "error", "count-negative", "count '-3'", "", "")


class TestWithheld:
    def withheld(self, sources: Sources, *problems: Problem) -> list[tuple[object, ...]]:
        table = sources.add(RXX, STAFF).collect().with_problems(problems).withheld
        return list(table.itertuples(index=False, name=None))

    def test_a_faulty_row_withholds_its_indicator(self, sources: Sources) -> None:
        rows = STAFF + STAFF.replace("bme,30", "white,-3") + STAFF.replace("2025", "2024")
        withheld = sources.add(RXX, rows).collect().withheld
        assert list(withheld.itertuples(index=False, name=None)) == [("RXX", 2025, "1")]

    def test_each_indicator_once(self, sources: Sources) -> None:
        assert self.withheld(sources, FAULT, replace(FAULT, row=3)) == [("RXX", 2025, "1")]

    @pytest.mark.parametrize(
        "harmless",
        [{"severity": "warning"}, {"organisation_code": ""}, {"year": None}, {"indicator": ""}],
        ids=str,
    )
    def test_what_withholds_nothing(self, sources: Sources, harmless: dict[str, object]) -> None:
        assert self.withheld(sources, replace(FAULT, **harmless)) == []

    def test_types_are_those_of_the_tables(self, sources: Sources) -> None:
        collection = sources.add(RXX, STAFF).collect()
        columns = ["organisation_code", "year", "indicator"]
        assert list(collection.withheld.columns) == columns
        assert collection.withheld.dtypes.to_dict() == collection.returns[columns].dtypes.to_dict()


def test_problems_are_in_order_however_they_were_added(sources: Sources) -> None:
    first, second = replace(FAULT, row=1), replace(FAULT, row=2)
    collection = sources.add(RXX, STAFF).collect()
    assert collection.with_problems([second]).with_problems([first]).problems == (first, second)


def test_a_collection_is_kept_as_it_is(sources: Sources) -> None:
    rows = "2025,RXX,5,answered_yes,all,,bme,20,4,\n"
    collection = sources.add(RXX, STAFF, rows).collect().with_problems([FAULT, replace(FAULT, row=None)])
    collection.write(sources.folder / "kept")
    again = Collection.read(sources.folder / "kept")
    for name in KEYS:
        pd.testing.assert_frame_equal(getattr(again, name), getattr(collection, name))
    assert (again.problems, again.synthetic) == (collection.problems, collection.synthetic)


class TestTemplates:
    """Return templates are a source like the others."""

    @staticmethod
    def publication(folder: Path, tables: str = "") -> Publication:
        (folder / "returns").mkdir()
        filled(folder / "returns" / "RXY.xlsx")
        path = folder / "test.yml"
        source = f"publication: test\nyear: 2025\nsources:\n{tables}  - templates: returns\n"
        path.write_text(source, encoding="utf-8")
        return load_publication(path)

    def test_alone(self, tmp_path: Path) -> None:
        collection = collect(self.publication(tmp_path))
        assert lines(collection) == []
        assert collection.organisations["organisation"].to_list() == ["Example NHS Trust"]
        assert collection.returns["file"].iloc[0] == "RXY.xlsx, sheet Workforce, cell B6"

    def test_with_tables_that_differ(self, tmp_path: Path) -> None:
        (tmp_path / "tables").mkdir()
        row = "2025,RXY,3,entered_disciplinary,all,,bme,7\n"
        (tmp_path / "tables" / "returns.csv").write_text(RETURNS + row, encoding="utf-8")
        collection = collect(self.publication(tmp_path, "  - tables: tables\n"))
        (line,) = lines(collection)
        assert line.startswith(
            "warning: RXY.xlsx, sheet Disciplinary, cell C6 (RXY, 2025, indicator 3): found count "
        )
        assert "where returns.csv, row 2 has 7" in line

    def test_what_is_wrong_with_a_cell_withholds_its_indicator(self, tmp_path: Path) -> None:
        publication = self.publication(tmp_path)
        edited(tmp_path / "returns" / "RXY.xlsx", lambda book: book["Board"].__setitem__("B6", 2.5))
        assert collect(publication).withheld.to_numpy().tolist() == [["RXY", 2025, "9"]]

    def test_action_plans_are_kept(self, tmp_path: Path) -> None:
        publication = self.publication(tmp_path)
        edited(tmp_path / "returns" / "RXY.xlsx", lambda book: book["Narrative"].__setitem__("A6", "Mentor"))
        collection = collect(publication)
        collection.write(tmp_path / "store")
        again = Collection.read(tmp_path / "store")
        assert again.actions["action"].to_list() == ["Mentor"]
        pd.testing.assert_frame_equal(again.actions, collection.actions)
