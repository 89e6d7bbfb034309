"""Staff-level extracts and event files become counts, and nothing else of anybody."""

from __future__ import annotations

import random
import shutil
from pathlib import Path

import pandas as pd
import pytest

from small_extract import assignment, lines, many, people, read, staff_file, written
from wres.collect import collect
from wres.collect.tables import checked_returns
from wres.params import load_publication

BANDS = {"Band 2": "2", "5": "5", "8a": "8a", "VSM": "vsm", "BAND 7": "7", "Consultant": "consultant"}
RANKS = {band: rank for rank, band in enumerate(["2", "5", "7", "8a", "vsm", "consultant"])}
GROUPS = {
    "Administrative and Clerical": "non_clinical",
    "clinical": "clinical",
    "Medical and Dental": "medical_dental",
}
ETHNICITIES = {code: code for code in ("A", "B", "C", "H", "J", "Z", "99")} | {
    "GF": "G",
    "": "99",
    " P ": "P",
}
NON_EXECUTIVE = assignment(
    9, role="Voting Non-Executive", band="", group="", contract="Non-Exec Director/Chair", ethnicity="M"
)
EXECUTIVE = assignment(8, role="Voting Executive", band="VSM", group="Administrative and Clerical")
WHOLE = ["staff_group", "category", "ethnicity"]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "staff.csv"


@pytest.fixture(params=["staff.csv", "staff.parquet"])
def either(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    return tmp_path / str(request.param)


class TestHeadcount:
    def test_counted_by_hand(self, either: Path) -> None:
        staff_file(
            either,
            assignment(1),
            assignment(2),
            assignment(3, ethnicity="J"),
            assignment(4, ethnicity=""),
            assignment(5, band="Consultant", group="Medical and Dental", ethnicity="H"),
            assignment(6, band="8a", group="Administrative and Clerical", ethnicity="GF"),
        )
        tables = read(either.parent, staff=either.name)
        assert lines(tables) == []
        assert people(tables, "measure", *WHOLE) == {
            ("headcount", "clinical", "5", "A"): 2,
            ("headcount", "clinical", "5", "J"): 1,
            ("headcount", "clinical", "5", "99"): 1,
            ("headcount", "medical_dental", "consultant", "H"): 1,
            ("headcount", "non_clinical", "8a", "G"): 1,
        }

    def test_the_documented_example(self, file: Path) -> None:
        office = "Administrative and Clerical"
        staff_file(
            file,
            assignment(1, primary="", fte="0.6"),
            assignment(1, band="Band 6", primary="", fte="0.4"),
            assignment(2, ethnicity="J"),
            assignment(2, band="Band 8a", group=office, ethnicity="J", contract="Bank", primary="N", fte=""),
            assignment(3, band="Consultant", group="Medical and Dental", ethnicity=""),
        )
        assert people(read(file.parent, staff=file.name), *WHOLE) == {
            ("clinical", "5", "A"): 1,
            ("clinical", "5", "J"): 1,
            ("medical_dental", "consultant", "99"): 1,
        }

    def test_nobody_in_a_band_is_nobody_and_not_missing(self, file: Path) -> None:
        returns = read(file.parent, staff=staff_file(file, assignment(1)).name).returns
        assert len(returns) == (2 * 14 + 5) * 18
        assert returns["count"].sum() == 1

    def test_every_row_is_one_of_the_tidy_table(self, file: Path) -> None:
        staff_file(file, assignment(1), NON_EXECUTIVE, EXECUTIVE)
        returns = read(file.parent, staff=file.name).returns
        text = returns.astype({"year": "str", "count": "str"})
        again = checked_returns(text, 2025, problems := [])
        assert problems == []
        pd.testing.assert_frame_equal(again, returns)

    def test_each_value_says_where_it_is_from(self, file: Path) -> None:
        returns = read(file.parent, staff=staff_file(file, assignment(1), assignment(2)).name).returns
        assert set(returns["file"]) == {file.name}
        assert set(returns["source"]) == {"staff extract, aggregated from 2 rows"}

    def test_bank_staff_count_where_they_are_asked_for(self, file: Path) -> None:
        staff_file(file, assignment(1), assignment(2, contract="Bank", band="6"))
        assert people(read(file.parent, staff=file.name), "category") == {"5": 1}
        assert people(read(file.parent, staff=file.name, include_bank=True), "category") == {"5": 1, "6": 1}

    def test_only_who_is_in_post_and_employed_counts(self, file: Path) -> None:
        staff_file(
            file,
            assignment(1, status="Career Break"),
            assignment(2, status="Inactive Not Worked"),
            assignment(3, contract="Honorary"),
            assignment(4, status="", contract="", band="6"),
        )
        assert people(read(file.parent, staff=file.name), "category") == {"5": 1, "6": 1}

    def test_columns_that_needn_t_be_there(self, file: Path) -> None:
        row = {
            "organisation_code": "RXY",
            "employee": 1,
            "band": 5,
            "staff_group": "clinical",
            "ethnicity": "A",
        }
        written(pd.DataFrame([row]), file)
        tables = read(file.parent, staff=file.name)
        assert lines(tables) == []
        assert people(tables, *WHOLE) == {("clinical", "5", "A"): 1}


class TestSeveralAssignments:
    def counted_as(self, file: Path, *rows: dict[str, str]) -> dict[object, int]:
        straight = people(read(file.parent, staff=staff_file(file, *rows).name), "category")
        assert people(read(file.parent, staff=staff_file(file, *rows[::-1]).name), "category") == straight
        return straight

    def test_the_primary_one_counts(self, file: Path) -> None:
        second = assignment(1, band="7", primary="N", fte="2")
        assert self.counted_as(file, assignment(1, fte="0.1"), second) == {"5": 1}

    def test_else_the_one_of_the_greatest_fte(self, file: Path) -> None:
        rows = [
            assignment(1, band=band, primary="", fte=fte)
            for band, fte in [("9", "0.3"), ("4", "0.5"), ("7", "")]
        ]
        assert self.counted_as(file, *rows) == {"4": 1}

    def test_else_the_one_in_the_highest_band(self, file: Path) -> None:
        rows = [assignment(1, band=band) for band in ("4", "8a", "7")]
        assert self.counted_as(file, *rows) == {"8a": 1}

    def test_one_that_does_not_count_goes_before_none(self, file: Path) -> None:
        assert self.counted_as(
            file, assignment(1, contract="Bank"), assignment(1, band="4", primary="N")
        ) == {"4": 1}

    def test_columns_filled_up_with_spaces(self, file: Path) -> None:
        assert self.counted_as(file, assignment(1), assignment(1, code="RXY  ", band="Band 7   ")) == {"7": 1}

    def test_a_person_counts_in_each_organisation(self, file: Path) -> None:
        staff_file(file, assignment(1), assignment(1, code="RXX"))
        assert people(read(file.parent, staff=file.name), "organisation_code") == {"RXY": 1, "RXX": 1}


class TestBoard:
    def test_executives_are_staff_and_non_executives_are_not(self, file: Path) -> None:
        tables = read(file.parent, staff=staff_file(file, EXECUTIVE, NON_EXECUTIVE).name)
        assert lines(tables) == []
        assert people(tables, "indicator", "category", "ethnicity") == {
            ("1", "vsm", "A"): 1,
            ("9", "voting_executive", "A"): 1,
            ("9", "voting_non_executive", "M"): 1,
        }

    def test_half_a_board_is_no_board(self, file: Path) -> None:
        assert lines(read(file.parent, staff=staff_file(file, EXECUTIVE).name)) == [
            f"error: {file.name} (RXY, 2025, indicator 9): found executives or non-executives alone on the "
            "board; expected both, as on every board; add the others with their board roles, or send the board "
            "in a return"
        ]

    def test_no_roles_no_board(self, file: Path) -> None:
        assert set(read(file.parent, staff=staff_file(file, assignment(1)).name).returns["indicator"]) == {
            "1"
        }


class TestEvents:
    def test_applicants(self, tmp_path: Path) -> None:
        head = "Organisation Code,Ethnicity,Shortlisted,Appointed,Staff Group\n"
        rows = "RXY,A,yes,yes,clinical\nRXY,A,Y,N,\nRXY,J,1,0,clinical\nRXY,,no,,clinical\n"
        (tmp_path / "jobs.csv").write_text(head + rows)
        tables = read(tmp_path, recruitment="jobs.csv")
        assert lines(tables) == []
        assert people(tables, "indicator", "measure", "staff_group", "ethnicity") == {
            ("2", "shortlisted", "all", "A"): 2,
            ("2", "shortlisted", "all", "J"): 1,
            ("2", "appointed", "all", "A"): 1,
            ("2", "shortlisted", "clinical", "A"): 1,
            ("2", "shortlisted", "clinical", "J"): 1,
            ("2", "appointed", "clinical", "A"): 1,
        }
        assert len(tables.returns) == 2 * 2 * 18

    def test_people_with_several_cases_count_once(self, tmp_path: Path) -> None:
        head = "Organisation Code,Employee Number,Ethnicity,Contract Type\n"
        rows = "RXY,1,A,\nRXY,1,A,\nRXY,2,99,\nRXY,2,H,\nRXY,3,J,Bank\nRXX,1,B,\n"
        (tmp_path / "cases.csv").write_text(head + rows)
        tables = read(tmp_path, disciplinary="cases.csv", training="cases.csv")
        assert lines(tables) == []
        assert people(tables, "indicator", "measure", "organisation_code", "ethnicity") == {
            ("3", "entered_disciplinary", "RXX", "B"): 1,
            ("3", "entered_disciplinary", "RXY", "A"): 1,
            ("3", "entered_disciplinary", "RXY", "H"): 1,
            ("4", "accessed_training", "RXX", "B"): 1,
            ("4", "accessed_training", "RXY", "A"): 1,
            ("4", "accessed_training", "RXY", "H"): 1,
        }

    def test_appointed_without_being_shortlisted(self, tmp_path: Path) -> None:
        (tmp_path / "jobs.csv").write_text("ODS Code,Ethnicity,Shortlisted,Appointed\nRXY,A,no,yes\n")
        assert [line.partition(";")[0] for line in lines(read(tmp_path, recruitment="jobs.csv"))] == [
            "error: jobs.csv, row 2 (RXY, 2025, indicator 2): found appointed but not shortlisted in 1 of 1 rows (2)"
        ]


class TestFaults:
    def test_each_fault(self, either: Path) -> None:
        faulty = [
            ("organisation-code", "1", {"code": ""}),
            ("no-employee", "1", {"employee": " "}),
            ("unknown-band", "1", {"band": "Band 10"}),
            ("unknown-band", "1", {"band": ""}),
            ("unknown-staff-group", "1", {"group": "Wizards"}),
            ("grade-of-other-staff", "1", {"band": "Consultant"}),
            ("grade-of-other-staff", "1", {"group": "Medical and Dental"}),
            ("unknown-ethnicity", "1", {"ethnicity": "Q"}),
            ("unknown-ethnicity", "1", {"ethnicity": "arab"}),
            ("unknown-status", "1", {"status": "?"}),
            ("unknown-contract", "1", {"contract": "?"}),
            ("unknown-primary", "1", {"primary": "?"}),
            ("fte", "1", {"fte": "full"}),
            ("fte", "1", {"fte": "-0.5"}),
            ("fte", "1", {"fte": "nan"}),
            ("unknown-board-role", "9", {"role": "Wizard"}),
            ("hourly-pay", "pay", {"pay": "-18.10"}),
            ("hourly-pay", "pay", {"pay": "0"}),
            ("hourly-pay", "pay", {"pay": "inf"}),
            ("bonus", "pay", {"bonus": "-1"}),
        ]
        codes = [f"R{number:02}" for number in range(len(faulty))]
        rows = [
            assignment(**{"employee": "1", "code": code, **change})
            for code, (_, _, change) in zip(codes, faulty, strict=True)
        ]
        tables = read(either.parent, staff=staff_file(either, assignment(2), *rows).name)
        expected = [
            (number, "" if rule == "organisation-code" else code, rule, indicator)
            for number, (code, (rule, indicator, _)) in enumerate(zip(codes, faulty, strict=True), start=3)
        ]
        assert sorted((p.row, p.organisation_code, p.rule, p.indicator) for p in tables.problems) == expected
        assert {p.severity for p in tables.problems} == {"error"}
        counted = {code for code, (_, indicator, _) in zip(codes, faulty, strict=True) if indicator != "1"}
        assert people(tables, "organisation_code") == dict.fromkeys({"RXY", *counted}, 1)

    def test_said_by_organisation_with_the_first_rows_and_nothing_of_anybody(self, either: Path) -> None:
        secret = assignment(987654, band="O'Brien", pay="-77.77")
        rows = [assignment(n) for n in range(300)] + [secret] + [secret | {"Employee Number": "5550"}] * 3
        found = lines(read(either.parent, staff=staff_file(either, *rows).name))
        assert found == [
            f"error: {either.name}, row 302 (RXY, 2025, indicator 1): found no known band or grade in 4 of 304 rows "
            "(302, 303, 304 …); expected a band or medical grade that is declared; they were left out; correct "
            "them and export the file again",
            f"error: {either.name}, row 302 (RXY, 2025, indicator pay): found an hourly pay that is no amount in 4 of "
            "304 rows (302, 303, 304 …); expected pounds an hour above 0, or blank; they were left out; correct "
            "them and export the file again",
        ]

    def test_one_row_in_a_hundred_is_a_warning(self, file: Path) -> None:
        rows = [assignment(n) for n in range(99)]
        tables = read(file.parent, staff=staff_file(file, *rows, assignment(99, band="?")).name)
        assert [p.severity for p in tables.problems] == ["warning"]
        assert tables.returns["count"].sum() == 99

    def test_what_does_not_count_needn_t_be_right(self, file: Path) -> None:
        left = assignment(1, status="Inactive Not Worked", band="?", ethnicity="?", fte="?")
        assert lines(read(file.parent, staff=staff_file(file, left, assignment(2)).name)) == []

    def test_lines_that_are_no_rows(self, tmp_path: Path) -> None:
        path = staff_file(tmp_path / "staff.csv", *(assignment(n) for n in range(6)))
        text = path.read_text().splitlines()
        text[2] = text[2].rsplit(",", 3)[0]
        text[5] = text[5].replace("Band 5", "Band ?")
        path.write_text("\n".join(text)[:-9])
        tables = read(tmp_path, staff="staff.csv")
        assert [(p.rule, p.row, p.found) for p in tables.problems] == [
            ("row-length", 3, "lines that are no rows, 2 in all (3, 7)"),
            ("unknown-band", 6, "no known band or grade in 1 of 4 rows (6)"),
        ]
        assert tables.returns["count"].sum() == 3


class TestFiles:
    @pytest.mark.parametrize(
        ("name", "content", "found"),
        [
            ("staff.csv", b"", "an empty file"),
            ("staff.csv", b"\n \n", "an empty file"),
            ("staff.csv", b"PK\x03\x04\0", "no plain text"),
            ("staff.csv", b"Organisation Code;Band\nRXY;5\n", "semicolons between the columns"),
            ("staff.csv", b"Employee Number,Band,Band\n", "no column"),
            ("staff.parquet", b"", "a damaged file"),
            ("staff.parquet", b"PAR1" + bytes(80) + b"PAR1", "a damaged file"),
        ],
    )
    def test_unreadable_files_are_said_and_the_others_read(
        self, tmp_path: Path, name: str, content: bytes, found: str
    ) -> None:
        (tmp_path / name).write_bytes(content)
        (tmp_path / "cases.csv").write_text("ODS Code,Employee ID,Ethnicity\nRXY,1,A\n")
        tables = read(tmp_path, staff=name, disciplinary="cases.csv")
        (line,) = lines(tables)
        assert line.startswith(f"error: {name}: found {found}")
        assert people(tables, "indicator") == {"3": 1}

    def test_every_missing_column_is_said_at_once(self, tmp_path: Path) -> None:
        (tmp_path / "staff.csv").write_text("Employee Number,Band,AfC Band,Ethnicity\n1,5,5,A\n")
        (problem,) = read(tmp_path, staff="staff.csv").problems
        assert [part.partition("'")[0] for part in problem.found.split("; ")] == [
            "no column ",
            "2 columns among ",
            "no column ",
        ]

    def test_odd_names_of_files_and_columns(self, tmp_path: Path) -> None:
        table = pd.DataFrame([assignment(1)]).rename(columns={"Bonus": 'x"; drop table words; --'})
        for name in ("staff [1]*?'.csv", "staff [1]*?'.parquet"):
            written(table, tmp_path / name)
            tables = read(tmp_path, staff=name)
            assert lines(tables) == []
            assert tables.returns["count"].sum() == 1

    def test_nothing_stays_behind(self, file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        spill = tmp_path / "spill"
        spill.mkdir()
        monkeypatch.setenv("TMPDIR", str(spill))
        monkeypatch.setattr("tempfile.tempdir", None)
        read(file.parent, staff=staff_file(file, assignment(1, band="?")).name)
        assert list(spill.iterdir()) == []

    def test_hung_and_crashing_readers_are_said(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        staff_file(tmp_path / "staff.csv", assignment(1))
        monkeypatch.setattr("wres.collect.extract.run.SECONDS", 0.01)
        assert "could not be read in" in lines(read(tmp_path, staff="staff.csv"))[0]
        monkeypatch.setattr("wres.collect.extract.run.SECONDS", 60)
        monkeypatch.setattr("sys.executable", shutil.which("false"))
        assert "brings the reader down" in lines(read(tmp_path, staff="staff.csv"))[0]

    @pytest.mark.parametrize("name", ["staff.csv", "staff.parquet"])
    def test_changed_bytes(self, tmp_path: Path, name: str) -> None:
        """However a file is damaged, it is read or one line says that it can't be."""
        whole = staff_file(
            tmp_path / name, *(assignment(n) for n in range(40)), NON_EXECUTIVE, EXECUTIVE
        ).read_bytes()
        rng = random.Random(2025)  # noqa: S311  (nothing secret)
        for _ in range(8):
            damaged = bytearray(whole)
            for _ in range(rng.choice([1, 5])):
                damaged[rng.randrange(len(damaged))] = rng.choice([0, 10, 34, 44, 255, rng.randrange(256)])
            (tmp_path / name).write_bytes(damaged[: rng.choice([len(damaged), rng.randrange(len(damaged))])])
            tables = read(tmp_path, staff=name)
            assert all(problem.line().isprintable() for problem in tables.problems)
            assert tables.returns["count"].sum() <= 43


def in_pandas(table: pd.DataFrame) -> dict[object, int]:
    """The same rules, another implementation."""
    rows = table.assign(
        band=table["Pay Grade"].map(BANDS),
        group=table["Staff Group"].map(GROUPS),
        ethnicity=table["Ethnic Origin"].map(ETHNICITIES),
        primary=table["Primary Assignment"].eq("Y"),
        fte=pd.to_numeric(table["FTE"]),
    )
    there = rows["Assignment Status"].ne("Inactive Not Worked") & rows["Contract Type"].ne("Bank")
    there &= rows["Board Role"].ne("Voting Non-Executive")
    right = rows["ethnicity"].notna() & rows["band"].notna() & ~rows["fte"].lt(0)
    staff = rows[there & right].assign(rank=lambda t: t["band"].map(RANKS), none=lambda t: t["fte"].isna())
    staff["group_rank"] = staff["group"].map({"non_clinical": 0, "clinical": 1, "medical_dental": 2})
    staff["code_rank"] = staff["ethnicity"].map({code: n for n, code in enumerate("ABCGHJPZ")} | {"99": 9})
    order = {
        "primary": False,
        "none": True,
        "fte": False,
        "rank": False,
        "group_rank": True,
        "code_rank": True,
    }
    ranked = staff.sort_values(list(order), ascending=list(order.values()))
    people = ranked.drop_duplicates(["Organisation Code", "Employee Number"])
    counted = people.groupby(["Organisation Code", "group", "band", "ethnicity"]).size()
    return {tuple(key): int(count) for key, count in counted.items()}


@pytest.mark.parametrize("seed", [1, 2])
def test_the_same_as_in_pandas(either: Path, seed: int) -> None:
    table = many(5_000, seed)
    tables = read(either.parent, staff=written(table, either).name)
    staff = tables.returns[tables.returns["indicator"].eq("1")]
    headcounts = people(
        type(tables)(tables.organisations, staff, tables.percentages), "organisation_code", *WHOLE
    )
    assert headcounts == in_pandas(table)
    found = {(p.organisation_code, p.rule) for p in tables.problems if p.rule != "board-in-part"}
    assert found == {
        (code, rule)
        for code in ("RXX", "RXY", "RXZ")
        for rule in ("unknown-band", "unknown-ethnicity", "fte")
    } | {(code, "unknown-ethnicity") for code in ("RXX", "RXY", "RXZ")}


def test_the_order_of_rows_does_not_matter(either: Path) -> None:
    table = many(2_000, 3)
    straight = read(either.parent, staff=written(table, either).name).returns
    turned = read(either.parent, staff=written(table.iloc[::-1], either).name).returns
    pd.testing.assert_frame_equal(straight, turned)


class TestPay:
    def test_of_the_assignment_that_counts(self, file: Path) -> None:
        staff_file(
            file,
            assignment(1, pay="20.5", bonus="1000"),
            assignment(1, pay="99", primary="N"),
            assignment(2, pay="-1"),
            assignment(3, pay=""),
            assignment(4, band="Consultant", group="Medical and Dental", ethnicity="H", pay="55"),
        )
        pay = read(file.parent, staff=file.name).pay
        columns = [
            "year",
            "organisation_code",
            "measure",
            "staff_group",
            "category",
            "ethnicity",
            "amount",
            "count",
        ]
        assert pay[columns].to_numpy().tolist() == [
            [2025, "RXY", "bonus", "clinical", "5", "A", 1000.0, 1],
            [2025, "RXY", "hourly_pay", "clinical", "5", "A", 20.5, 1],
            [2025, "RXY", "hourly_pay", "medical_dental", "consultant", "H", 55.0, 1],
        ]

    def test_people_paid_the_same_are_one_row(self, either: Path) -> None:
        staff_file(either, *(assignment(number, pay=f"18.100{number}") for number in range(4)))
        pay = read(either.parent, staff=either.name).pay
        assert pay[["amount", "count"]].to_numpy().tolist() == [[18.1, 4.0]]

    def test_nothing_where_there_is_no_pay(self, tmp_path: Path) -> None:
        (tmp_path / "broken.parquet").write_bytes(b"PAR1")
        (tmp_path / "cases.csv").write_text("ODS Code,Employee ID,Ethnicity\nRXY,1,A\n")
        staff_file(tmp_path / "whole.csv", assignment(1, pay=""))
        for files in ({"staff": "broken.parquet"}, {"training": "cases.csv"}, {"staff": "whole.csv"}):
            assert read(tmp_path, **files).pay.empty


class TestSource:
    def publication(self, folder: Path, more: str = "") -> Path:
        (folder / "organisations.csv").write_text(
            "organisation_code,organisation,type,region\nRXY,Example NHS Trust,acute,Y56\n"
        )
        params = folder / "params.yml"
        extract = f"{{year: 2025, staff: staff.csv{more}}}"
        params.write_text(
            f"publication: test\nyear: 2025\nsources:\n  - tables: .\n  - staff_extract: {extract}\n"
        )
        return params

    def test_among_the_sources_of_a_publication(self, tmp_path: Path) -> None:
        staff_file(tmp_path / "staff.csv", assignment(1), assignment(2, code="RZZ"))
        publication = load_publication(self.publication(tmp_path))
        collection = collect(publication)
        assert set(collection.returns["organisation_code"]) == {"RXY"}
        assert {(p.found, p.indicator) for p in collection.problems} == {
            ("organisation_code 'RZZ'", "1"),
            ("organisation_code 'RZZ'", "pay"),
        }
        assert tmp_path / "staff.csv" in publication.input_files()

    def test_headings_of_another_system(self, tmp_path: Path) -> None:
        text = (Path(__file__).parents[2] / "src/wres/collect/extract/headings.yml").read_text()
        (tmp_path / "ours.yml").write_text(text.replace("Employee Number", "Payroll Ref"))
        table = pd.DataFrame([assignment(1)]).rename(columns={"Employee Number": "Payroll Ref"})
        written(table, tmp_path / "staff.csv")
        collection = collect(load_publication(self.publication(tmp_path, ", headings: ours.yml")))
        assert collection.problems == ()
        assert collection.returns["count"].sum() == 1

    @pytest.mark.parametrize("text", ["files: {}\nwords: {}\n", "files: [\n", "nothing"])
    def test_headings_that_are_no_declaration(self, tmp_path: Path, text: str) -> None:
        (tmp_path / "ours.yml").write_text(text)
        staff_file(tmp_path / "staff.csv", assignment(1))
        collection = collect(load_publication(self.publication(tmp_path, ", headings: ours.yml")))
        (problem,) = collection.problems
        assert problem.line().startswith("ours.yml: found ")
