"""Faults tried for real: after each there is no half-written publication, and the message says what happened."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from random import Random

import pytest
from typer.testing import CliRunner

from wres.cli import app
from wres.verify import verify

PARAMS = """\
publication: small
year: 2025
first_year: 2024
sources: [{tables: tables}]
organisations: [SYN001]
formats: [html]
renderer: embedded
"""
WRES = (sys.executable, "-c", "from wres.cli import main; main()")
LONGEST = 600
BACKWARDS = """\
import time
began, real = time.time(), time.time


def set_back():
    now = real()
    return now if now < began + 3 else now - 10 * 365 * 86400


time.time = set_back
"""
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def simulated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("simulated") / "tables"
    made = ["simulate", str(folder), "--organisations", "8", "--years", "2024-2025", "--seed", "7"]
    assert CliRunner().invoke(app, made).exit_code == 0
    return folder


@pytest.fixture
def inputs(simulated: Path, tmp_path: Path) -> Path:
    """A publication file of its own, in a folder with a space and letters beyond ASCII, with its tables."""
    folder = tmp_path / "eingänge 東"
    shutil.copytree(simulated, folder / "tables")
    (folder / "small.yml").write_text(PARAMS, encoding="utf-8")
    return folder / "small.yml"


def command(params: Path, output: Path) -> list[str]:
    return [*WRES, "publish", str(params), "--output", str(output), "--jobs", "1"]


def published(params: Path, output: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603  (our own command)
        command(params, output),
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=LONGEST,
    )


@contextmanager
def begun(params: Path, output: Path, until: str) -> Iterator[subprocess.Popen[str]]:
    """A run that has just said something; whatever it started ends with the test."""
    run = subprocess.Popen(  # noqa: S603  (our own command)
        command(params, output),
        stderr=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        assert run.stderr is not None
        said = iter(run.stderr.readline, "")
        assert any(until in line for line in said)
        yield run
    finally:
        with suppress(ProcessLookupError):
            os.killpg(run.pid, signal.SIGKILL)
        run.communicate()


def shown(output: Path) -> list[str]:
    """What a reader would see in an output folder."""
    return (
        sorted(path.name for path in output.iterdir() if not path.name.startswith("."))
        if output.exists()
        else []
    )


def whole(folder: Path, params: Path) -> bool:
    found = verify(folder, params)
    return not found.wrong and found.figures > 0


@contextmanager
def small_disk(folder: Path, options: str) -> Iterator[Path]:
    """A disk of its own in memory; skipped, loudly, where mounting is not allowed."""
    folder.mkdir()
    mount = shutil.which("mount")
    if mount is None or sys.platform != "linux":
        pytest.skip("SKIPPED: no small disk can be mounted on this system")
    asked = [mount, "-t", "tmpfs", "-o", options, "tmpfs", str(folder)]
    done = subprocess.run(asked, capture_output=True, text=True, check=False)  # noqa: S603  (our own arguments)
    if done.returncode:
        pytest.skip(f"SKIPPED: mounting a small disk is not allowed here: {done.stderr.strip()}")
    try:
        yield folder
    finally:
        subprocess.run([str(shutil.which("umount")), folder], check=True)  # noqa: S603


@pytest.mark.parametrize("until", ["computing the indicators", "the disclosure audit"])
def test_a_run_that_is_killed_leaves_nothing_and_the_next_one_finishes(
    inputs: Path, tmp_path: Path, until: str, chance: Random
) -> None:
    output = tmp_path / "out"
    with begun(inputs, output, until) as run:
        time.sleep(chance.uniform(0, 2))
        run.send_signal(signal.SIGKILL)
        run.wait()
        assert shown(output) == []
    done = published(inputs, output)
    assert done.returncode == 0, done.stderr
    assert shown(output) == ["small"]
    assert whole(output / "small", inputs)


def test_a_run_that_is_killed_leaves_the_last_publication_as_it_was(inputs: Path, tmp_path: Path) -> None:
    output = tmp_path / "out"
    (output / "small").mkdir(parents=True)
    (output / "small" / "manifest.json").write_text("{}", encoding="utf-8")
    (output / "small" / "last.txt").write_text("last year's", encoding="utf-8")
    with begun(inputs, output, "computing the indicators") as run:
        run.send_signal(signal.SIGKILL)
        run.wait()
    assert sorted(path.name for path in (output / "small").iterdir()) == ["last.txt", "manifest.json"]


def test_a_full_disk(inputs: Path, tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", "size=200k") as disk:
        done = published(inputs, disk / "out")
        assert done.returncode in (1, 2)
        assert "No space left on device" in done.stderr
        assert "Traceback" not in done.stderr
        assert shown(disk / "out") == []


def test_no_permission_to_write(inputs: Path, tmp_path: Path) -> None:
    """Root may write anywhere but to a disk that is read-only."""
    with small_disk(tmp_path / "disk", "ro") as disk:
        done = published(inputs, disk / "out")
        assert done.returncode == 2
        assert "error: Read-only file system" in done.stderr
        assert "Nothing was written." in done.stderr
        assert "Traceback" not in done.stderr


def test_an_input_that_changes_while_the_run_goes_on(inputs: Path, tmp_path: Path) -> None:
    output = tmp_path / "out"
    with begun(inputs, output, "computing the indicators") as run:
        returns = inputs.parent / "tables" / "returns.csv"
        returns.write_text(returns.read_text(encoding="utf-8") + "\n", encoding="utf-8")
        _, said = run.communicate(timeout=LONGEST)
    assert run.returncode == 1
    assert "error: tables/returns.csv: found other bytes than at the start of the run" in said
    assert "Nothing was written." in said
    assert shown(output) == []


def test_a_clock_that_is_set_back_while_the_run_goes_on(inputs: Path, tmp_path: Path) -> None:
    """The clock loses ten years after three seconds, in every process of the run; the files come from the future."""
    (tmp_path / "sitecustomize.py").write_text(BACKWARDS, encoding="utf-8")
    ahead = time.time() + 10 * 365 * 86400
    os.utime(inputs.parent / "tables" / "returns.csv", (ahead, ahead))
    path = os.pathsep.join([str(tmp_path), os.environ.get("PYTHONPATH", "")])
    done = published(inputs, tmp_path / "out", PYTHONPATH=path)
    assert done.returncode == 0, done.stderr
    assert whole(tmp_path / "out" / "small", inputs)


def test_locale_c(inputs: Path, tmp_path: Path) -> None:
    """The path has a space and letters beyond ASCII."""
    done = published(inputs, tmp_path / "öffentlich aus", LC_ALL="C", LANG="C")
    assert done.returncode == 0, done.stderr
    assert whole(tmp_path / "öffentlich aus" / "small", inputs)
