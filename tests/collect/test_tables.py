"""The tidy tables: what their columns may hold, and the line that each mistake gets."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from wres.collect.tables import Tables, read_folder, read_tables
from wres.definitions import definitions

ORGANISATIONS = (
    "organisation_code,organisation,type,region,opened,closed,successor\n"
    "RXX,Example NHS Trust,acute,Y56,,,\n"
    "RYY,Sample NHS Trust,mental_health,London,2001-04-01,2024-09-30,RXX\n"
)
RETURNS_HEAD = "year,organisation_code,indicator,measure,staff_group,category,ethnicity,count\n"
PERCENTAGES_HEAD = (
    "year,organisation_code,indicator,measure,staff_group,category,ethnicity,percentage,count,base\n"
)
GOOD_RETURN = {
    "year": "2025",
    "organisation_code": "RXX",
    "indicator": "1",
    "measure": "headcount",
    "staff_group": "clinical",
    "category": "8a",
    "ethnicity": "bme",
    "count": "3",
}
GOOD_PERCENTAGE = {
    **{name: value for name, value in GOOD_RETURN.items() if name != "count"},
    "percentage": "12.50",
    "count": "1",
    "base": "8",
}


def read(files: dict[str, str]) -> Tables:
    return read_tables({f"{name}.csv": text.encode() for name, text in files.items()}, 2025)


def returned(*rows: dict[str, str]) -> Tables:
    """Tables of returns that differ from a good one as given."""
    return read({"returns": RETURNS_HEAD + "".join(f"{_row({**GOOD_RETURN, **row})}\n" for row in rows)})


def published(**values: str) -> Tables:
    return read({"percentages": f"{PERCENTAGES_HEAD}{_row({**GOOD_PERCENTAGE, **values})}\n"})


def _row(values: dict[str, str]) -> str:
    return ",".join(values.values())


def lines(tables: Tables) -> list[str]:
    return [problem.line() for problem in tables.problems]


class TestReturns:
    def test_good_row(self) -> None:
        tables = returned({})
        assert lines(tables) == []
        assert tables.returns.to_dict("records") == [
            {
                **GOOD_RETURN,
                "year": 2025,
                "count": 3,
                "note": "",
                "source": "",
                "file": "returns.csv",
                "row": 2,
            }
        ]
        assert tables.returns[["year", "count", "row"]].dtypes.eq("int64").all()

    @pytest.mark.parametrize(
        ("column", "value", "line"),
        [
            (
                "count",
                "-3",
                "found count '-3'; expected a whole number of people, 0 or more, in digits alone; "
                "correct the count, or take the row out if it was not submitted",
            ),
            (
                "count",
                "2.5",
                "found count '2.5'; expected a whole number of people, 0 or more, in digits alone; "
                "give headcount, not full-time equivalents",
            ),
            (
                "count",
                "three",
                "found count 'three'; expected a whole number of people, 0 or more, in digits alone; "
                "correct the count, or take the row out if it was not submitted",
            ),
            (
                "count",
                "",
                "found no count; expected a whole number of people, 0 or more, in digits alone; "
                "correct the count, or take the row out if it was not submitted",
            ),
            (
                "count",
                "5000001",
                "found count '5000001'; expected at most 5,000,000 people; "
                "correct the count, or take the row out if it was not submitted",
            ),
            ("year", "2014", "found year '2014'; expected a year from 2015 to 2025; correct it"),
            ("indicator", "10", "found indicator '10'; expected an indicator from 1 to 9; correct it"),
            ("indicator", "pay", "found indicator 'pay'; expected an indicator from 1 to 9; correct it"),
            (
                "measure",
                "headcounts",
                "found measure 'headcounts'; expected one of headcount (did you mean 'headcount'?); correct it",
            ),
            ("measure", "appointed", "found measure 'appointed'; expected one of headcount; correct it"),
            (
                "staff_group",
                "clincal",
                "found staff_group 'clincal'; expected one of all, non_clinical, clinical, medical_dental "
                "(did you mean 'clinical'?); correct it",
            ),
            (
                "ethnicity",
                "Q",
                "found ethnicity 'Q'; expected white, bme, unknown or an ethnic category of the NHS data "
                "dictionary, such as A or 99; correct it",
            ),
            (
                "ethnicity",
                "BME",
                "found ethnicity 'BME'; expected white, bme, unknown or an ethnic category of the NHS data "
                "dictionary, such as A or 99 (did you mean 'bme'?); correct it",
            ),
        ],
    )
    def test_faulty_value(self, column: str, value: str, line: str) -> None:
        tables = returned({column: value})
        year = value if column == "year" else "2025"
        indicator = value if column == "indicator" else "1"
        assert lines(tables) == [f"returns.csv, row 2 (RXX, {year}, indicator {indicator}): {line}"]
        assert tables.problems[0].severity == "error"
        assert tables.returns.empty

    def test_unknown_band(self) -> None:
        known = definitions()
        every = ", ".join(["blank", *known.bands, *known.medical_grades, *known.clusters])
        assert lines(returned({"category": "8e"})) == [
            f"returns.csv, row 2 (RXX, 2025, indicator 1): found category '8e'; expected one of {every}; "
            "correct it"
        ]

    def test_a_band_is_no_role_on_the_board(self) -> None:
        row = {"indicator": "9", "measure": "board_members", "staff_group": "all"}
        assert lines(returned({**row, "category": "8a"})) == [
            "returns.csv, row 2 (RXX, 2025, indicator 9): found category '8a'; expected one of blank, "
            "voting_executive, voting_non_executive, non_voting_executive, non_voting_non_executive, voting, "
            "non_voting, executive, non_executive; correct it"
        ]
        assert lines(returned({**row, "category": "voting_executive"})) == []

    @pytest.mark.parametrize(
        "count", ["-0.5", "-.5", "1e3", "1,000", "0x10", "inf", "nan", "٣", "1_000", "3 4"]
    )
    def test_what_is_no_count(self, count: str) -> None:
        tables = returned({"count": f'"{count}"'})
        assert len(tables.problems) == 1
        assert tables.returns.empty

    @pytest.mark.parametrize(("count", "read_as"), [("0", 0), ("+3", 3), ("3.0", 3), ("3.", 3), ("007", 7)])
    def test_whole_numbers_however_they_were_saved(self, count: str, read_as: int) -> None:
        assert returned({"count": count}).returns["count"].to_list() == [read_as]

    def test_every_fault_of_a_row_at_once(self) -> None:
        found = lines(returned({"ethnicity": "Q", "count": "-3"}))
        assert [line.partition("found ")[2].partition(";")[0] for line in found] == [
            "ethnicity 'Q'",
            "count '-3'",
        ]

    def test_repeated_row(self) -> None:
        tables = returned({}, {"count": "4"}, {"ethnicity": "white"})
        assert lines(tables) == [
            "returns.csv, row 3 (RXX, 2025, indicator 1): found a second figure for the same place as in row 2; "
            "expected each figure once; take one of the two out"
        ]
        assert tables.returns["row"].to_list() == [2, 4]

    def test_blanks(self) -> None:
        row = {"indicator": "2", "measure": "appointed", "staff_group": "", "category": "", "ethnicity": ""}
        good = returned(row).returns.iloc[0]
        assert (good["staff_group"], good["category"], good["ethnicity"]) == ("all", "", "99")
        assert definitions().ethnic_group(good["ethnicity"]) == "unknown"

    def test_blank_ethnicity_beside_other_unknown_categories(self) -> None:
        """Blank, Z and 99 are all unknown: two of the same are a repetition, not one of them lost."""
        tables = returned({"ethnicity": "Z"}, {"ethnicity": "99"}, {"ethnicity": ""})
        assert [problem.rule for problem in tables.problems] == ["repeated"]

    def test_later_years_are_left_out_with_one_warning_each(self) -> None:
        tables = returned({}, {"year": "2026"}, {"year": "2026", "category": "8b"}, {"year": "2027"})
        assert [f"{problem.severity}: {problem.line()}" for problem in tables.problems] == [
            f"warning: returns.csv: found {n} rows of {year}, the first in row {row}; expected years up to 2025; "
            "they were left out; correct the year if it is a slip"
            for n, year, row in ((2, 2026, 3), (1, 2027, 5))
        ]
        assert tables.returns["year"].to_list() == [2025]

    def test_line_break_in_a_cell(self) -> None:
        tables = returned({"category": '"8a\n8b"'}, {})
        assert lines(tables)[0] == (
            "returns.csv, row 2 (RXX, 2025, indicator 1): found category '8a 8b'; expected each cell on one line; "
            "close the quotation mark before it, or take the line break out"
        )
        assert tables.returns["row"].to_list() == [3]

    def test_faults_beyond_a_thousand_rows_are_all_named(self) -> None:
        tables = returned(*({"count": "-1", "year": str(2015 + n % 11)} for n in range(1500)))
        assert len(tables.problems) == 1500


class TestPercentages:
    def test_good_row(self) -> None:
        tables = published()
        assert lines(tables) == []
        row = tables.percentages.iloc[0]
        assert (row["percentage"], row["count"], row["base"], row["decimals"]) == (12.5, 1, 8, 2)

    @pytest.mark.parametrize(
        ("text", "decimals"), [("7", 0), ("7.", 0), ("7.6", 1), ("7.65", 2), ("7.60", 2)]
    )
    def test_printed_digits(self, text: str, decimals: int) -> None:
        assert published(percentage=text).percentages["decimals"].to_list() == [decimals]

    def test_counts_and_bases_need_not_be_known(self) -> None:
        row = published(count="", base="").percentages[["count", "base"]]
        assert row.isna().all(axis=None)
        assert row.dtypes.eq("Int64").all()

    @pytest.mark.parametrize("percentage", ["-0.1", "100.1", "12%", "", "1e1", "nan"])
    def test_outside_0_to_100(self, percentage: str) -> None:
        stands = f"percentage '{percentage}'" if percentage else "no percentage"
        assert lines(published(percentage=percentage)) == [
            f"percentages.csv, row 2 (RXX, 2025, indicator 1): found {stands}; "
            "expected a number from 0 to 100; correct it"
        ]

    @pytest.mark.parametrize("percentage", ["0", "100", "100.0"])
    def test_0_and_100(self, percentage: str) -> None:
        assert lines(published(percentage=percentage)) == []

    @pytest.mark.parametrize("column", ["count", "base"])
    @pytest.mark.parametrize("value", ["-1", "2.5", "many", "9" * 30])
    def test_faulty_count_or_base(self, column: str, value: str) -> None:
        assert lines(published(**{column: value})) == [
            f"percentages.csv, row 2 (RXX, 2025, indicator 1): found {column} '{value}'; "
            "expected a whole number of people, 0 or more, in digits alone, or blank; correct it"
        ]

    def test_percentages_are_of_what_an_indicator_counts(self) -> None:
        assert lines(published(indicator="2", measure="shortlisted")) == [
            "percentages.csv, row 2 (RXX, 2025, indicator 2): found measure 'shortlisted'; "
            "expected one of appointed; correct it"
        ]
        assert lines(published(indicator="2", measure="appointed")) == []


class TestOrganisations:
    def test_good_rows(self) -> None:
        tables = read({"organisations": ORGANISATIONS})
        assert lines(tables) == []
        assert tables.organisations["organisation_code"].to_list() == ["RXX", "RYY"]

    def test_regions_by_code_or_name(self) -> None:
        assert read({"organisations": ORGANISATIONS}).organisations["region"].to_list() == ["Y56", "Y56"]

    @pytest.mark.parametrize(
        ("old", "new", "line"),
        [
            (
                "acute",
                "acut",
                "(RXX): found type 'acut'; expected one of "
                f"{', '.join(definitions().organisation_types)} (did you mean 'acute'?)",
            ),
            (
                "Y56",
                "Londn",
                "(RXX): found region 'Londn'; expected a region of NHS England, by code or name "
                "(did you mean 'London'?)",
            ),
            ("Example NHS Trust", "", "(RXX): found no organisation; expected its name"),
            (
                "Y56,,",
                "Y56,31/03/2025,",
                "(RXX): found opened '31/03/2025'; expected a date as 2025-03-31, or blank",
            ),
            (
                "Y56,,",
                "Y56,,2025-02-30",
                "(RXX): found closed '2025-02-30'; expected a date as 2025-03-31, or blank",
            ),
            (
                "Y56,,",
                "Y56,2025-04-01,2025-03-31",
                "(RXX): found closed '2025-03-31'; expected a date after that of opening",
            ),
            *(
                (
                    "RXX",
                    code,
                    f"({code}): found organisation_code '{code}'; "
                    "expected the ODS code of an organisation, in capital letters and digits",
                )
                for code in ("../RXX", "rxx", "R", "ENG", "Y56")
            ),
        ],
    )
    def test_faulty_value(self, old: str, new: str, line: str) -> None:
        first = ORGANISATIONS.replace(old, new, 1).replace(",,,,", ",,,")
        tables = read({"organisations": first})
        mend = "correct it; the organisation's returns are left out until then"
        assert lines(tables) == [f"organisations.csv, row 2 {line}; {mend}"]
        assert tables.organisations["organisation_code"].to_list() == ["RYY"]
        assert len(tables.refused) == 1

    def test_repeated_organisation(self) -> None:
        tables = read({"organisations": ORGANISATIONS + "RXX,Another,icb,,,,\n"})
        assert lines(tables) == [
            "organisations.csv, row 4 (RXX): found the same organisation as in row 2; "
            "expected each organisation once; take one of the two out"
        ]
        assert tables.refused == frozenset()

    def test_organisation_whose_row_has_too_many_cells_is_refused(self) -> None:
        tables = read({"organisations": ORGANISATIONS.replace("Example NHS", "Example, NHS")})
        assert [problem.rule for problem in tables.problems] == ["row-length"]
        assert tables.refused == {"RXX"}


class TestFiles:
    def test_any_subset_of_the_tables(self) -> None:
        tables = read({"organisations": ORGANISATIONS})
        assert tables.returns.empty
        assert tables.percentages.empty
        assert tables.returns.dtypes.to_dict() == returned({}).returns.dtypes.to_dict()
        assert tables.percentages.dtypes.to_dict() == published().percentages.dtypes.to_dict()

    def test_no_tables_at_all(self) -> None:
        assert lines(read({"truths": "a,b\n1,2\n"})) == [
            "tables: found no tables; expected any of organisations.csv, returns.csv, percentages.csv, "
            "printed.csv, turnover.csv, actions.csv, pay.csv; add what there is"
        ]

    @pytest.mark.parametrize("name", ["return", "Returns", "returns_2025"])
    def test_misspelt_file_name(self, name: str) -> None:
        tables = read({"organisations": ORGANISATIONS, name: RETURNS_HEAD})
        assert lines(tables) == [
            f"{name}.csv: found this file name; expected returns.csv; rename it, or take it out of the folder"
        ]
        assert tables.problems[0].unreadable

    def test_files_for_other_ends_are_not_read(self) -> None:
        assert lines(read({"organisations": ORGANISATIONS, "truths": "", "staff": ""})) == []

    def test_several_unreadable_files_at_once(self) -> None:
        problems = read({"organisations": "", "returns": RETURNS_HEAD, "percentages": "x\n1\n"}).problems
        assert {problem.file for problem in problems if problem.unreadable} == {
            "organisations.csv",
            "returns.csv",
            "percentages.csv",
        }

    def test_folder(self, tmp_path: Path) -> None:
        (tmp_path / "organisations.csv").write_text(ORGANISATIONS, encoding="utf-8-sig")
        (tmp_path / "returns.csv").mkdir()
        tables = read_folder(tmp_path, 2025, "2025/")
        assert tables.problems == ()
        pd.testing.assert_series_equal(
            tables.organisations["file"],
            pd.Series(["2025/organisations.csv"] * 2, name="file", dtype="str"),
        )


PRINTED_HEAD = "year,organisation_code,indicator,staff_group,category,ethnicity,statistic,value,place\n"
GOOD_PRINTED = {
    "year": "2025",
    "organisation_code": "RXX",
    "indicator": "2",
    "staff_group": "",
    "category": "",
    "ethnicity": "",
    "statistic": "relative_likelihood",
    "value": "1.50",
    "place": "summary page",
}


class TestPrinted:
    @staticmethod
    def printed(*rows: dict[str, str]) -> Tables:
        given = "".join(f"{_row({**GOOD_PRINTED, **row})}\n" for row in rows)
        return read({"printed": PRINTED_HEAD + given})

    def test_a_good_row(self) -> None:
        tables = self.printed({})
        assert tables.problems == ()
        row = tables.printed.iloc[0]
        assert (row["staff_group"], row["ethnicity"], row["value"], row["decimals"]) == ("all", "", 1.5, 2)
        assert (row["file"], row["row"], row["place"]) == ("printed.csv", 2, "summary page")

    @pytest.mark.parametrize(
        ("text", "value", "decimals"), [("4.4%", 4.4, 1), ("-7.70 %", -7.7, 2), ("21", 21, 0)]
    )
    def test_numbers_as_they_were_printed(self, text: str, value: float, decimals: int) -> None:
        row = self.printed({"value": text}).printed.iloc[0]
        assert (row["value"], row["decimals"]) == (value, decimals)

    @pytest.mark.parametrize(
        ("column", "value", "rule"),
        [
            ("value", "about 2", "printed-not-a-number"),
            ("value", "", "printed-not-a-number"),
            ("statistic", "ratio", "unknown-statistic"),
            ("indicator", "10", "unknown-indicator"),
            ("ethnicity", "asian", "unknown-ethnicity"),
            ("category", "voting", "unknown-category"),
        ],
    )
    def test_a_faulty_row(self, column: str, value: str, rule: str) -> None:
        tables = self.printed({column: value})
        assert [problem.rule for problem in tables.problems] == [rule]
        assert tables.printed.empty

    def test_the_same_result_in_two_places(self) -> None:
        assert self.printed({}, {"place": "page 9"}).problems == ()
        assert [problem.rule for problem in self.printed({}, {}).problems] == ["repeated"]
