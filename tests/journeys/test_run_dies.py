"""Whatever dies while a publication is made, the folder is the same in the end, and nothing is left running."""

import json
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil
import pytest

pytestmark = pytest.mark.slow

WRES = Path(sys.executable).with_name("wres")
PUBLISHED = Path(__file__).parents[2] / "params" / "published.yml"
OPTIONS = ["--formats", "html,docx", "--renderer", "embedded"]
PATIENCE = 1200
LONGEST_WAIT = 5.0  # seconds after the run has said something


@contextmanager
def running(*command: object) -> Iterator[subprocess.Popen[str]]:
    command, pipe = list(map(str, command)), subprocess.PIPE
    process = subprocess.Popen(command, stderr=pipe, stdout=pipe, text=True)  # noqa: S603  (this test's)
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def publish(output: Path, *options: object) -> list[object]:
    return [WRES, "publish", PUBLISHED, "--output", output, *OPTIONS, *options]


def files(output: Path) -> dict[str, bytes]:
    assert [path.name for path in output.iterdir()] == ["published"]
    return {
        path.relative_to(output).as_posix(): path.read_bytes() for path in output.rglob("*") if path.is_file()
    }


def until(condition, patience=PATIENCE):
    for _ in range(patience * 20):
        if found := condition():
            return found
        time.sleep(0.05)
    raise AssertionError("it did not happen in time")


@pytest.fixture(scope="module", autouse=True)
def stopped_clock():
    """The time that reproducible builds agree on: the manifest says when it was made."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SOURCE_DATE_EPOCH", "1750000000")
        yield


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory):
    output = tmp_path_factory.mktemp("undisturbed")
    done = subprocess.run(publish(output, "--jobs", "2"), capture_output=True, text=True, check=False)  # noqa: S603
    assert "4 local reports, 0 unchanged" in done.stdout, done.stderr
    return files(output)


def descendants(process):
    with suppress(psutil.NoSuchProcess):
        return psutil.Process(process.pid).children(recursive=True)
    return []


def test_run_that_was_killed_leaves_nothing_running_and_the_next_goes_on_from_its_pages(
    tmp_path, undisturbed, chance
):
    pages = tmp_path / ".published.unfinished" / "pages"
    with running(*publish(tmp_path, "--jobs", "2")) as process:
        until(lambda: pages.exists() and [*pages.glob("*.zip")])
        time.sleep(chance.uniform(0, LONGEST_WAIT))
        family = descendants(process)
        process.kill()
    until(lambda: not any(member.is_running() for member in family), patience=30)
    kept = len([*pages.glob("*.zip")])
    assert kept >= 1
    done = subprocess.run(publish(tmp_path, "--jobs", "2"), capture_output=True, text=True, check=False)  # noqa: S603
    unchanged = re.search(r"4 local reports, (\d) unchanged", done.stdout)
    assert unchanged, done.stderr
    assert int(unchanged[1]) >= kept - 2  # the pages that are no organisation's may be among them
    assert files(tmp_path) == undisturbed


def named(process, name):
    """The descendants with this in their command lines."""
    found = []
    for each in descendants(process):
        with suppress(psutil.Error):
            found += [each] if name in " ".join(each.cmdline()) else []
    return found


def killed(process, name, chance):
    """Kill any one of this name, as soon as there is one, and say whether it was still alive."""
    prey = until(lambda: named(process, name) or (process.poll() is not None and "none"))
    with suppress(psutil.NoSuchProcess):
        if prey != "none":
            chance.choice(prey).kill()
            return True
    return False


@pytest.mark.parametrize("name", ["forkserver import main", "pandoc"])
def test_processes_that_are_killed_on_the_way_change_nothing(tmp_path, undisturbed, name, chance):
    """Workers, kernels and the servers that they are forked from are all called after the fork server.

    One is killed at random whenever the run has come a step further, so that nothing dies too often at one task.
    """
    with running(*publish(tmp_path, "--jobs", "2")) as process:
        deaths, said = 0, ""
        for line in process.stderr:
            said += line
            if line.startswith("["):
                time.sleep(chance.uniform(0, LONGEST_WAIT))
                deaths += killed(process, name, chance)
        done, _ = process.communicate(timeout=PATIENCE)
    assert deaths >= 1, said  # a fast run has little left to kill after its last pages
    assert "4 local reports" in done, said
    assert files(tmp_path) == undisturbed


@pytest.fixture
def cluster(tmp_path_factory):
    """A scheduler with two worker processes, all of this computer and seen by nobody else."""
    about = tmp_path_factory.mktemp("cluster") / "scheduler.json"
    dask, host = WRES.with_name("dask"), ["--host", "127.0.0.1", "--no-dashboard", "--scheduler-file", about]
    worker = [dask, "worker", *host, "--nthreads", 1, "--local-directory", about.parent]
    with running(dask, "scheduler", *host), running(*worker) as first, running(*worker):
        until(about.exists)
        yield json.loads(about.read_text())["address"], first


def test_a_cluster_that_loses_a_worker_makes_the_same_folder(tmp_path, undisturbed, cluster):
    address, first = cluster
    pages = tmp_path / ".published.unfinished" / "pages"
    with running(*publish(tmp_path, "--scheduler", address)) as process:
        until(lambda: process.poll() is not None or (pages.exists() and [*pages.glob("*.zip")]))
        for member in [first, *descendants(first)]:
            with suppress(psutil.NoSuchProcess):
                member.kill()
        said, lines = process.communicate(timeout=PATIENCE)
    assert "4 local reports" in said, lines
    assert files(tmp_path) == undisturbed
