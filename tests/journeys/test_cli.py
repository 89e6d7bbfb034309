"""The command line from end to end: what it prints, what it writes, and how it exits."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from typer.testing import CliRunner, Result

from small_return import filled
from wres import results
from wres.cli import app
from wres.collect.template.read import read_return

COMMANDS = ("publish", "validate", "indicators", "goals", "simulate", "template")
TINY = """\
publication: tiny
year: 2025
first_year: 2024
sources:
  - tables: {tables}
formats: [html]
renderer: embedded
"""
NOT_SENT = (
    "warning: organisations.csv, row 5 (SYNI01, 2024, indicator 6): found no figure; expected a figure, as others "
    "sent one; send it; until then the report says that it was not submitted"
)
BROKEN_LINES = [
    "error: returns.csv, row 588 (SYN002, 2025, indicator 2): found appointed 99999 above shortlisted 1304; "
    "expected no more people appointed than shortlisted; check that both are of the same period and posts",
    "error: returns.csv, row 602 (SYN002, 2025, indicator 5): found count '-3'; expected a whole number of "
    "people, 0 or more, in digits alone; correct the count, or take the row out if it was not submitted",
]


def run(*arguments: object) -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def files_in(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def contents(folder: Path) -> dict[str, bytes]:
    return {name: (folder / name).read_bytes() for name in files_in(folder)}


@pytest.fixture(scope="module")
def england(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Tables of eight synthetic organisations."""
    folder = tmp_path_factory.mktemp("england") / "tables"
    done = run("simulate", folder, "--organisations", 8, "--years", "2024-2025", "--seed", 3)
    assert (done.exit_code, done.stdout) == (0, f"1,584 rows of synthetic data in {folder}\n")
    return folder


@pytest.fixture(scope="module")
def tiny(england: Path) -> Path:
    """A publication file that names the tables beside it."""
    params = england.parent / "tiny.yml"
    params.write_text(TINY.format(tables="tables"), encoding="utf-8")
    return params


@pytest.fixture(scope="module")
def broken(england: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same with two faults in the return of SYN002: one row by itself, and one against another."""
    folder = tmp_path_factory.mktemp("broken")
    (folder / "organisations.csv").write_bytes((england / "organisations.csv").read_bytes())
    with (england / "returns.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    rows[588 - 1][-1] = "99999"
    rows[602 - 1][-1] = "-3"
    with (folder / "returns.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    params = folder / "tiny.yml"
    params.write_text(TINY.format(tables="."), encoding="utf-8")
    return params


def wrong(folder: Path, text: str) -> Path:
    params = folder / "wrong.yml"
    params.write_text(text, encoding="utf-8")
    return params


class TestHelp:
    def test_the_commands(self) -> None:
        done = run("--help")
        assert done.exit_code == 0
        assert all(command in done.stdout for command in COMMANDS)

    @pytest.mark.parametrize("command", COMMANDS)
    def test_each_command(self, command: str) -> None:
        done = run(command, "--help")
        assert (done.exit_code, done.stderr) == (0, "")
        assert f"wres {command}".split()[1] in done.stdout

    @pytest.mark.parametrize("arguments", [(), ("nonsense",), ("publish",), ("validate", "a", "b")])
    def test_wrong_usage(self, arguments: Sequence[str]) -> None:
        assert run(*arguments).exit_code == 2

    def test_the_installed_command(self) -> None:
        """In a process of its own, since the other journeys run in this one."""
        command = Path(sys.executable).with_name("wres")
        done = subprocess.run([command, "validate", "no.yml"], capture_output=True, text=True, check=False)  # noqa: S603
        assert (done.returncode, done.stdout) == (2, "")
        assert done.stderr == (
            "error: no.yml: can't be read (No such file or directory); give the path of a publication file\n"
            "Nothing was written.\n"
        )


class TestValidate:
    def test_what_was_not_sent(self, tiny: Path) -> None:
        """Now and then a simulated organisation leaves an indicator out."""
        done = run("validate", tiny)
        assert (done.exit_code, done.stderr) == (0, "")
        assert done.stdout.splitlines() == [NOT_SENT, "0 errors, 1 warning"]

    def test_every_fault_has_its_line(self, broken: Path) -> None:
        done = run("validate", broken)
        assert done.exit_code == 1
        assert done.stdout.splitlines() == [NOT_SENT, *BROKEN_LINES, "2 errors, 1 warning"]

    def test_a_warning_is_no_error(self, england: Path, tmp_path: Path) -> None:
        text = (england / "organisations.csv").read_text(encoding="utf-8")
        coast = text.replace("Sample Coast", "Sample Côte")
        (tmp_path / "organisations.csv").write_bytes(coast.encode("cp1252"))
        (tmp_path / "returns.csv").write_bytes((england / "returns.csv").read_bytes())
        done = run("validate", wrong(tmp_path, TINY.format(tables=".")))
        assert done.exit_code == 0
        assert done.stdout.splitlines() == [
            "warning: organisations.csv: found text that is not UTF-8; expected UTF-8; it was read as "
            "Windows-1252; check names with accents",
            NOT_SENT,
            "0 errors, 2 warnings",
        ]

    def test_files_that_cannot_be_read(self, tmp_path: Path) -> None:
        (tmp_path / "organisations.csv").write_text("", encoding="utf-8")
        head = "year,organisation_code,indicator,measure,staff_group,category,ethnicty,count\n"
        (tmp_path / "returns.csv").write_text(head, encoding="utf-8")
        done = run("validate", wrong(tmp_path, TINY.format(tables=".")))
        assert done.exit_code == 1
        assert done.stderr.splitlines()[:2] == [
            "error: organisations.csv: found an empty file; expected a head and rows; send the file again",
            "error: returns.csv: found the column 'ethnicty'; expected the column 'ethnicity'; correct the "
            "head and send the file again",
        ]

    def test_wrong_parameters(self, tmp_path: Path) -> None:
        params = wrong(
            tmp_path, "publication: x\nyaer: 2025\nsources: [{tables: nowhere}]\nformats: [htlm]\n"
        )
        done = run("validate", params)
        assert done.exit_code == 2
        said = done.stderr.splitlines()
        assert f"error: {params}, line 2: yaer: is not a known key; did you mean 'year'?" in said
        assert any(
            line.startswith(f"error: {params}, line 3: sources.0.tables: found no folder") for line in said
        )
        assert any(line.startswith(f"error: {params}, line 4: formats.0: found 'htlm'") for line in said)
        assert said[-1] == "Nothing was written."


class TestSimulate:
    def test_the_same_seed_gives_the_same_bytes(self, england: Path, tmp_path: Path) -> None:
        again = tmp_path / "again"
        run("simulate", again, "--organisations", 8, "--years", "2024-2025", "--seed", 3)
        other = tmp_path / "other"
        run("simulate", other, "--organisations", 8, "--years", "2024-2025", "--seed", 4)
        assert contents(again) == contents(england)
        assert contents(other)["returns.csv"] != contents(england)["returns.csv"]

    def test_the_folder_says_what_it_is(self, england: Path) -> None:
        assert files_in(england) == {
            *("README.txt", "organisations.csv", "returns.csv", "turnover.csv", "actions.csv", "truths.csv"),
            "pay.csv",
        }
        readme = (england / "README.txt").read_text(encoding="utf-8")
        assert readme.startswith("Synthetic data\n")
        assert "wres simulate FOLDER --organisations 8 --years 2024-2025 --seed 3" in readme

    def test_an_empty_folder_will_do(self, england: Path, tmp_path: Path) -> None:
        done = run("simulate", tmp_path, "--organisations", 8, "--years", "2024-2025", "--seed", 3)
        assert done.exit_code == 0
        assert contents(tmp_path) == contents(england)

    def test_a_folder_that_holds_something_is_left_alone(self, tmp_path: Path) -> None:
        (tmp_path / "mine.txt").write_text("mine", encoding="utf-8")
        done = run("simulate", tmp_path, "--organisations", 8)
        assert done.exit_code == 2
        assert done.stderr.splitlines() == [
            f"error: {tmp_path} holds files already; name a folder that does not exist yet or is empty",
            "Nothing was written.",
        ]
        assert files_in(tmp_path) == {"mine.txt"}

    @pytest.mark.parametrize(
        "arguments",
        [
            ("--organisations", "7"),
            ("--organisations", "2601"),
            ("--seed", "-1"),
            ("--years", "2025-2017"),
            ("--years", "2025"),
            ("--years", "1990-1995"),
            ("--years", "²017-2025"),
        ],
    )
    def test_what_cannot_be_simulated(self, arguments: Sequence[str], tmp_path: Path) -> None:
        done = run("simulate", tmp_path / "england", *arguments)
        assert done.exit_code == 2, done.exception
        assert done.stderr
        assert not (tmp_path / "england").exists()


class TestRehearsal:
    def test_what_is_planted_is_found(self, tmp_path: Path) -> None:
        arguments = ("--organisations", 12, "--years", "2024-2025", "--faults", "--templates")
        done = run("simulate", tmp_path / "r", *arguments)
        assert done.exit_code == 0
        planted = (tmp_path / "r" / "planted.csv").read_text(encoding="utf-8").splitlines()[1:]
        said = f"{len(planted)} problems planted in a synthetic collection in {tmp_path / 'r'}\n"
        assert done.stdout == said
        found = run("validate", tmp_path / "r" / "publication.yml", "--output", tmp_path / "sent")
        assert found.exit_code == 1
        problems = pd.read_csv(tmp_path / "sent" / "problems.csv")
        assert {line.split(",")[0] for line in planted} == set(problems["rule"])
        again = run("validate", tmp_path / "r" / "publication.yml", "--output", tmp_path / "sent")
        assert again.exit_code == 2
        assert "exists already; name a new folder" in again.stderr

    def test_a_clean_one(self, tmp_path: Path) -> None:
        run("simulate", tmp_path / "r", "--organisations", 8, "--years", "2024-2025", "--templates")
        done = run("validate", tmp_path / "r" / "publication.yml")
        assert (done.exit_code, done.stdout) == (0, "0 errors, 0 warnings\n")

    def test_a_folder_that_holds_something_is_left_alone(self, tmp_path: Path) -> None:
        (tmp_path / "mine.txt").write_text("mine", encoding="utf-8")
        done = run("simulate", tmp_path, "--organisations", 8, "--faults")
        assert done.exit_code == 2
        assert files_in(tmp_path) == {"mine.txt"}


@pytest.fixture(scope="module")
def written(tiny: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Results for release and for internal use, in one folder."""
    folder = tmp_path_factory.mktemp("results")
    for flags in ((), ("--internal",)):
        done = run("indicators", tiny, "--output", folder, *flags)
        assert (done.exit_code, done.stderr) == (0, "")
    return folder


class TestTemplate:
    def test_a_blank_one(self, tmp_path: Path) -> None:
        done = run("template", "RXY", tmp_path / "new" / "RXY.xlsx", "--year", 2026)
        assert done.exit_code == 0
        assert done.stdout == f"The return of RXY for 2026, to be filled in, is {tmp_path}/new/RXY.xlsx\n"
        received = read_return(tmp_path / "new" / "RXY.xlsx")
        assert (received.code, received.year, received.counts, received.problems) == ("RXY", 2026, [], [])

    def test_with_what_a_publication_file_knows(self, tiny: Path, tmp_path: Path) -> None:
        done = run("template", "SYN001", tmp_path / "a.xlsx", "--params", tiny)
        assert done.exit_code == 0
        board = openpyxl.load_workbook(tmp_path / "a.xlsx")["Board"]
        assert board["A2"].value == "Example Valley University Hospitals NHS Trust – SYN001"
        assert board["F6"].value == "White, 2024"
        assert isinstance(board["F7"].value, int)

    def test_one_that_was_filled_in_is_never_overwritten(self, tmp_path: Path) -> None:
        (tmp_path / "a.xlsx").write_bytes(b"mine")
        done = run("template", "RXY", tmp_path / "a.xlsx")
        assert done.exit_code == 2
        assert done.stderr.startswith(f"error: {tmp_path}/a.xlsx exists already; name a new file")
        assert (tmp_path / "a.xlsx").read_bytes() == b"mine"

    def test_unknown_organisation(self, tiny: Path, tmp_path: Path) -> None:
        done = run("template", "SYN999", tmp_path / "a.xlsx", "--params", tiny)
        assert done.exit_code == 2
        assert done.stderr.startswith("error: unknown organisation SYN999: not in the organisations table")
        assert files_in(tmp_path) == set()

    @pytest.mark.parametrize(("code", "file"), [("rxy", "a.xlsx"), ("RXY", "a.xls"), ("=1+1", "a.xlsx")])
    def test_wrong_usage(self, tmp_path: Path, code: str, file: str) -> None:
        assert run("template", code, tmp_path / file).exit_code == 2
        assert files_in(tmp_path) == set()

    def test_filled_templates_are_validated_and_the_run_goes_on(self, tmp_path: Path) -> None:
        (tmp_path / "returns").mkdir()
        filled(tmp_path / "returns" / "RXY.xlsx")
        (tmp_path / "returns" / "RXZ.xlsx").write_bytes(b"PK")
        params = tmp_path / "t.yml"
        params.write_text("publication: t\nyear: 2025\nsources:\n  - templates: returns\n", encoding="utf-8")
        done = run("validate", params)
        assert done.exit_code == 1
        assert "error: RXZ.xlsx: found a damaged or incomplete file (File is not a zip file)" in done.stdout
        assert "(RXY, 2025, indicator 2): found appointed" in done.stdout


class TestIndicators:
    def test_files(self, written: Path) -> None:
        stem = "indicators-INTERNAL-not-for-release"
        assert files_in(written) == {
            *("indicators.csv", "indicators.parquet"),
            *(f"{stem}.csv", f"{stem}.parquet"),
        }

    def test_results_fit_their_schema(self, written: Path) -> None:
        table = results.read(written / "indicators.parquet")
        assert set(table["year"]) == {2024, 2025}
        assert {"SYN001", "SYN002", "ENG"} <= set(table["code"])
        as_text = pd.read_csv(written / "indicators.csv", dtype={"indicator": str}, keep_default_na=False)
        assert list(as_text.columns) == list(table.columns)
        assert len(as_text) == len(table)

    def test_small_numbers_are_hidden_but_for_internal_use(self, written: Path) -> None:
        protected = results.read(written / "indicators.parquet")
        internal = results.read(written / "indicators-INTERNAL-not-for-release.parquet")
        assert protected["status"].eq("suppressed").any()
        assert not internal["status"].eq("suppressed").any()

    def test_a_fault_withholds_its_indicator_and_no_other(self, broken: Path, tmp_path: Path) -> None:
        done = run("indicators", broken, "--output", tmp_path)
        assert done.exit_code == 1
        assert done.stderr.splitlines() == BROKEN_LINES
        table = results.read(tmp_path / "indicators.parquet")
        withheld = table[table["status"].eq("withheld")]
        assert sorted(zip(withheld["code"], withheld["year"], withheld["indicator"], strict=True)) == [
            ("SYN002", 2025, "2"),
            ("SYN002", 2025, "5"),
        ]

    def test_wrong_parameters_write_nothing(self, tmp_path: Path) -> None:
        params = wrong(tmp_path, "publication: x\nyear: 2025\nsources: []\n")
        done = run("indicators", params, "--output", tmp_path / "results")
        assert done.exit_code == 2
        assert not (tmp_path / "results").exists()


@dataclass(frozen=True)
class Published:
    """What a run of ``wres publish`` said, and where it wrote."""

    done: Result
    output: Path

    @property
    def folder(self) -> Path:
        return self.output / "tiny"


@pytest.fixture(scope="module")
def published(broken: Path, tmp_path_factory: pytest.TempPathFactory) -> Published:
    """Two of eight organisations, one of them with a broken return."""
    output = tmp_path_factory.mktemp("outputs")
    chosen = ("--organisation", "SYN001", "--organisation", "SYN002")
    return Published(run("publish", broken, *chosen, "--output", output), output)


class TestPublish:
    @pytest.mark.slow
    def test_one_organisation(self, tiny: Path, tmp_path: Path) -> None:
        done = run("publish", tiny, "--organisation", "SYN001", "--output", tmp_path)
        assert done.exit_code == 0, done.output
        assert done.stdout.splitlines()[-1] == f"Open {tmp_path / 'tiny' / 'index.html'}"
        assert files_in(tmp_path) >= {
            "tiny/index.html",
            "tiny/organisations/SYN001/index.html",
            "tiny/quality/index.html",
            "tiny/quality/problems.csv",
            "tiny/methods/index.html",
            "tiny/data/indicators.csv",
            "tiny/data/indicators.parquet",
            "tiny/manifest.json",
        }
        assert [path.name for path in (tmp_path / "tiny" / "organisations").iterdir()] == ["SYN001"]

    def test_a_broken_return_is_named_and_stops_nothing(self, published: Published) -> None:
        assert published.done.exit_code == 1
        assert set(BROKEN_LINES) <= set(published.done.stderr.splitlines())
        for code in ("SYN001", "SYN002"):
            assert (published.folder / "organisations" / code / "index.html").is_file()

    def test_the_quality_page_names_the_faults_but_not_the_counts(self, published: Published) -> None:
        page = (published.folder / "quality" / "index.html").read_text(encoding="utf-8")
        assert "returns.csv, row 588" in page
        assert "returns.csv, row 602" in page
        assert "99999" not in page
        assert 'href="../quality/organisations/SYN002.xlsx"' in page
        assert (published.folder / "quality" / "organisations" / "SYN002.xlsx").is_file()
        assert "99999" not in (published.folder / "quality" / "problems.csv").read_text(encoding="utf-8")

    def test_the_report_says_what_is_withheld(self, published: Published) -> None:
        page = (published.folder / "organisations" / "SYN002" / "index.html").read_text(encoding="utf-8")
        assert "Withheld because of errors in the return" in page
        assert "Sample Coast NHS Trust" in page

    def test_tables_of_synthetic_organisations_stay_synthetic(self, published: Published) -> None:
        page = (published.folder / "organisations" / "SYN001" / "index.html").read_text(encoding="utf-8")
        assert "ynthetic" in page

    def test_the_folder_is_whole_and_alone(self, published: Published) -> None:
        assert [path.name for path in published.output.iterdir()] == ["tiny"]
        manifest = json.loads((published.folder / "manifest.json").read_text(encoding="utf-8"))
        assert set(manifest["outputs"]) == files_in(published.folder) - {
            "manifest.json",
            "ro-crate-metadata.json",
        }
        assert {"tiny.yml", "organisations.csv", "returns.csv"} <= set(manifest["inputs"])

    @pytest.mark.parametrize(
        ("arguments", "said"),
        [
            (("--organisation", "XXX"), "unknown organisation XXX"),
            (("--formats", "htlm"), "'htlm'"),
            (("--renderer", "word"), "'word'"),
        ],
    )
    def test_wrong_arguments_write_nothing(
        self, arguments: Sequence[str], said: str, tiny: Path, tmp_path: Path
    ) -> None:
        done = run("publish", tiny, *arguments, "--output", tmp_path / "outputs")
        assert done.exit_code == 2
        assert said in done.stderr
        assert done.stderr.splitlines()[-1] == "Nothing was written."
        assert not (tmp_path / "outputs").exists()

    def test_an_output_that_is_a_file(self, tiny: Path, tmp_path: Path) -> None:
        (tmp_path / "outputs").write_text("mine", encoding="utf-8")
        done = run("publish", tiny, "--output", tmp_path / "outputs")
        assert done.exit_code == 2, done.exception
        assert (tmp_path / "outputs").read_text(encoding="utf-8") == "mine"

    def test_unreadable_tables_write_nothing(self, tmp_path: Path) -> None:
        (tmp_path / "organisations.csv").write_text("organisation\n", encoding="utf-8")
        done = run("publish", wrong(tmp_path, TINY.format(tables=".")), "--output", tmp_path / "outputs")
        assert done.exit_code == 2
        assert "organisations.csv" in done.stderr
        assert not (tmp_path / "outputs").exists()


class TestGoals:
    PARAMS = Path(__file__).parents[2] / "params" / "demo.yml"

    def test_a_what_if_as_a_table(self) -> None:
        done = run("goals", self.PARAMS, "SYN001", "--turnover", 0.14, "--target-year", 2030)
        assert done.exit_code == 0
        assert "Turnover 14.0% a year, as given" in done.stdout
        assert "Bands 8a to VSM" in done.stdout
        assert "Synthetic data" in done.stdout

    def test_the_same_for_other_programs(self) -> None:
        done = run("goals", self.PARAMS, "ENG", "--target-year", 2030, "--format", "json")
        goals = json.loads(done.stdout)
        assert {goal["target_year"] for goal in goals} == {2030}
        assert all("synthetic" in goal["note"] for goal in goals)

    @pytest.mark.parametrize(
        ("options", "words"),
        [
            (("SYN001", "--turnover", 1.4), "aspiration.turnover"),
            (("SYN001", "--target-year", 2020), "expected one after 2025"),
            (("NOBODY",), "no goals for 'NOBODY'"),
            (("SYN001", "--path", "curved"), "aspiration.path"),
        ],
    )
    def test_mistakes_are_lines(self, options: tuple[object, ...], words: str) -> None:
        done = run("goals", self.PARAMS, *options)
        assert done.exit_code == 2
        assert words in done.stderr
