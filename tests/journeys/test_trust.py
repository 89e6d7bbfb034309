"""Trust from the command line: explain, verify, release and diff, on a small publication and on copies of it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner, Result

from small_publication import ROWS, write_inputs, write_publication
from wres import results
from wres.cli import app
from wres.publish.manifest import checksum

DEMO = Path(__file__).parents[2] / "params" / "demo.yml"
ONE_REPORT = """\
publication: small
year: 2025
first_year: 2024
sources:
  - simulate: {organisations: 8, seed: 7}
organisations: [SYN001]
formats: [html, pdf, docx]
renderer: embedded
"""


def run(*arguments: object) -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


@pytest.fixture(scope="module")
def params(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_inputs(tmp_path_factory.mktemp("inputs"))


@pytest.fixture(scope="module")
def original(params: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_publication(params, tmp_path_factory.mktemp("outputs") / "small")


@pytest.fixture
def copy(original: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(original, tmp_path / "copy"))


def rewrite(folder: Path, change: object) -> None:
    """Change the results as somebody would who also mends the checksums."""
    data = folder / "data"
    table = change(results.read(data / "indicators.parquet"))  # type: ignore[operator]
    results.write(table, data)
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    for name in ("data/indicators.csv", "data/indicators.parquet"):
        manifest["outputs"][name] = checksum(folder / name)
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")


class TestVerify:
    def test_a_publication(self, original: Path, params: Path) -> None:
        done = run("verify", original, "--params", params)
        assert (done.exit_code, done.stderr) == (0, "")
        assert done.stdout.splitlines()[-1].endswith("figures agree; 0 do not")

    def test_without_its_inputs_it_says_what_was_not_verified(self, copy: Path) -> None:
        done = run("verify", copy)
        assert done.exit_code == 1
        assert "not verified: no figure was computed again: the publication rests on files" in done.stdout

    def test_a_changed_figure_is_named_though_every_checksum_fits(self, copy: Path, params: Path) -> None:
        def change(table: pd.DataFrame) -> pd.DataFrame:
            headline = table["indicator"].eq("3") & table["statistic"].eq("relative_likelihood")
            return table.assign(value=table["value"].mask(headline & table["code"].eq("RBB"), 1.0))

        rewrite(copy, change)
        done = run("verify", copy, "--params", params)
        assert done.exit_code == 1
        assert (
            "error: RBB 2025, indicator 3 (all), relative_likelihood: value is 1 in the table and"
            in done.stderr
        )

    def test_changed_missing_and_added_files_are_named(self, copy: Path) -> None:
        (copy / "data" / "goals.csv").write_text("", encoding="utf-8")
        (copy / "data" / "tables.ods").unlink()
        (copy / "more.txt").touch()
        errors = run("verify", copy).stderr
        for line in (
            "data/goals.csv: was changed since it was published",
            "data/tables.ods: is missing",
            "more.txt: is not named in manifest.json",
        ):
            assert f"error: {line}\n" in errors

    def test_changed_inputs_are_named(self, copy: Path, tmp_path: Path) -> None:
        changed = write_inputs(tmp_path / "inputs", ROWS[:-1])
        done = run("verify", copy, "--params", changed)
        assert done.exit_code == 1
        assert "error: tables/returns.csv: was changed since the publication was made\n" in done.stderr

    def test_a_folder_that_is_no_publication(self, tmp_path: Path) -> None:
        done = run("verify", tmp_path)
        assert done.exit_code == 2
        assert "expected the folder of a publication" in done.stderr


class TestRelease:
    def test_it_is_frozen_and_a_copy_of_it_can_be_verified(
        self, copy: Path, params: Path, tmp_path: Path
    ) -> None:
        done = run("release", copy)
        assert (done.exit_code, done.stderr) == (0, "")
        assert not [path for path in copy.rglob("*") if path.stat().st_mode & 0o222]
        check = ["sha256sum", "--quiet", "-c", "SHA256SUMS"]
        assert subprocess.run(check, cwd=copy, check=True).returncode == 0  # noqa: S603
        elsewhere = Path(shutil.copytree(copy, tmp_path / "elsewhere"))
        assert run("verify", elsewhere, "--params", params).exit_code == 0

    def test_a_file_changed_after_the_release_is_named(self, copy: Path) -> None:
        run("release", copy)
        record = copy / "manifest.json"
        record.chmod(0o644)
        record.write_text(record.read_text(encoding="utf-8").replace('"none"', '"other"'), encoding="utf-8")
        assert "error: manifest.json: was changed since it was released\n" in run("verify", copy).stderr

    def test_it_is_released_once(self, copy: Path) -> None:
        run("release", copy)
        done = run("release", copy)
        assert done.exit_code == 2
        assert "is released; publish a new edition" in done.stderr

    def test_every_reason_against_it_is_said_at_once(self, copy: Path) -> None:
        manifest = json.loads((copy / "manifest.json").read_text(encoding="utf-8"))
        manifest["failures"] = {"organisation-RAA": "its kernel died"}
        (copy / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
        (copy / "data" / "disclosure.json").write_text('{"passed": false}', encoding="utf-8")
        with (copy / "quality" / "problems.csv").open("a", encoding="utf-8") as file:
            file.write("returns.csv,2,RAA,2025,3,error,some-rule,expected,mend\n")
        done = run("release", copy, "--despite-errors", "")
        assert done.exit_code == 1
        for reason in (
            "organisation-RAA: was not made (its kernel died)",
            "quality/problems.csv: is not what manifest.json says",
            "data/disclosure.json: the audit of disclosure control did not pass",
            "1 error in returns stands open",
            "Nothing was released.",
        ):
            assert reason in done.stderr
        assert not (copy / "SHA256SUMS").exists()

    def test_without_an_audit_there_is_no_release(self, copy: Path) -> None:
        (copy / "data" / "disclosure.json").unlink()
        assert "data/disclosure.json: is missing; no audit says" in run("release", copy).stderr

    def test_a_release_is_never_published_over(self, copy: Path, params: Path) -> None:
        run("release", copy.rename(copy.parent / "small"))
        done = run("publish", params, "--output", copy.parent)
        assert done.exit_code == 2
        assert "is released; publish a new edition under another --output" in done.stderr


class TestDiff:
    def test_an_edition_and_itself(self, original: Path, copy: Path) -> None:
        done = run("diff", original, copy)
        assert (done.exit_code, done.stdout) == (0, "0 changes\n")

    def test_number_by_number(self, original: Path, copy: Path, tmp_path: Path) -> None:
        def change(table: pd.DataFrame) -> pd.DataFrame:
            own = table["code"].eq("RAA") & table["year"].eq(2025) & table["indicator"].eq("2")
            white = own & table["statistic"].eq("percentage") & table["ethnicity"].eq("white")
            bme = own & table["statistic"].eq("percentage") & table["ethnicity"].eq("bme")
            return table.assign(value=table["value"].mask(white, 21.5))[~bme].reset_index(drop=True)

        rewrite(copy, change)
        done = run("diff", original, copy, "--output", tmp_path / "changes.csv")
        assert done.exit_code == 1
        bme, white, count = done.stdout.splitlines()
        assert bme == "RAA 2025, indicator 2 (all, bme), percentage: row taken away 14.28571429 → blank"
        assert white == "RAA 2025, indicator 2 (all, white), percentage: value 20 → 21.5"
        assert count == "2 changes"
        assert list(pd.read_csv(tmp_path / "changes.csv")["column"]) == ["row taken away", "value"]


class TestExplain:
    def test_a_figure_in_its_own_numbers_and_its_rows(self, params: Path) -> None:
        done = run("explain", params, "RAA", "2", "--internal")
        assert (done.exit_code, done.stderr) == (0, "")
        lines = done.stdout.splitlines()
        for line in (
            "INTERNAL, not for release: shows what stands in returns, before disclosure control",
            "Trust RAA (RAA, organisation), reporting year 2025",
            "Relative likelihood: 1.4000",
            "  = (120 / 600) / (60 / 420)",
            "  RAA appointed (all, white): 120, returns.csv, row 31",
            "  RAA shortlisted (all, bme): 420, returns.csv, row 34",
        ):
            assert line in lines
        limits = [line for line in lines if line.startswith("    the score statistic at")]
        assert {line.split(" is ")[1].split(";")[0] for line in limits} == {"+1.9600", "-1.9600"}

    def test_a_hidden_figure_is_not_told_and_no_count_of_a_return_is(self, params: Path) -> None:
        few = [{**row, "count": 3} if row["count"] == 12 else row for row in ROWS]
        hidden = write_inputs(params.parent / "hidden", few)
        told = run("explain", hidden, "RAA", "1", "--category", "8a").stdout
        assert "hidden, so that nobody can be recognised" in told
        assert "Source" not in told
        assert "= 100 ×" not in told
        internal = run("explain", hidden, "RAA", "1", "--category", "8a", "--internal").stdout
        assert "  RAA headcount (non_clinical, 8a, bme): 3, returns.csv, row 29" in internal.splitlines()

    def test_a_published_figure_names_the_rows_of_its_sum_and_not_what_stands_there(
        self, params: Path
    ) -> None:
        lines = run("explain", params, "RAA", "3").stdout.splitlines()
        assert "  RAA headcount: returns.csv, rows 25–30" in lines

    @pytest.mark.parametrize(
        ("arguments", "words"),
        [
            (("RAA", "10"), "found indicator '10'; expected one from 1, 2"),
            (("RZZ", "2"), "found no figure of 'RZZ'; expected one of ENG, RAA, RBB, RCC"),
            (("RAA", "1", "--category", "9"), "there are 2024 all, 2024 all 5"),
        ],
    )
    def test_what_there_is_not(self, params: Path, arguments: tuple[str, ...], words: str) -> None:
        done = run("explain", params, *arguments, "--internal")
        assert done.exit_code == 2
        assert words in done.stderr


def publish(folder: Path, jobs: int, **environment: str) -> Path:
    """Publish one report in a process of its own; the folder's name, time zone, locale and hashes are the world's."""
    folder.mkdir()
    (folder / "small.yml").write_text(ONE_REPORT, encoding="utf-8")
    command = [
        sys.executable,
        "-c",
        "from wres.cli import main; main()",
        "publish",
        "small.yml",
        "--output",
        "out",
    ]
    done = subprocess.run(  # noqa: S603  (our own command)
        [*command, "--jobs", str(jobs)],
        cwd=folder,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return folder / "out" / "small"


@pytest.fixture(scope="module")
def two_runs(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("runs")
    here = publish(folder / "here", 1, TZ="Pacific/Auckland", LC_ALL="C", PYTHONHASHSEED="1")
    there = publish(
        folder / "there ü é", 2, TZ="America/New_York", LC_ALL="C.UTF-8", PYTHONHASHSEED="2", PYTHONUTF8="1"
    )
    return here, there


@pytest.mark.slow
def test_same_inputs_same_bytes(two_runs: tuple[Path, Path]) -> None:
    """Folders, time zones, locales, hash seeds and numbers of jobs differ; one path has letters beyond ASCII."""
    here, there = (
        {p.relative_to(run).as_posix(): p for p in run.rglob("*") if p.is_file()} for run in two_runs
    )
    assert set(here) == set(there)
    kinds = {Path(name).suffix for name in here}
    assert kinds >= {".html", ".pdf", ".docx", ".xlsx", ".ods", ".csv", ".parquet", ".ipynb"}
    different = {name for name in here if here[name].read_bytes() != there[name].read_bytes()}
    assert different <= {"manifest.json", "ro-crate-metadata.json"}


@pytest.mark.slow
def test_but_for_the_clock_the_manifests_are_the_same(two_runs: tuple[Path, Path]) -> None:
    here, there = (json.loads((run / "manifest.json").read_text(encoding="utf-8")) for run in two_runs)
    assert here.pop("made").keys() == there.pop("made").keys() == {"at", "by"}
    assert here == there


@pytest.mark.slow
def test_no_folder_of_the_machine_is_told(two_runs: tuple[Path, Path]) -> None:
    run_folder = str(two_runs[0].parents[2]).encode()
    telling = [p for p in two_runs[0].rglob("*") if p.is_file() and run_folder in p.read_bytes()]
    assert telling == []


@pytest.mark.slow
def test_whole_demonstration_is_verified(demo: Path) -> None:
    done = run("verify", demo, "--params", DEMO)
    assert (done.exit_code, done.stderr) == (0, "")
