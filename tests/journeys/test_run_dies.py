"""A run that dies leaves nothing running, and the next one goes on from its pages to the same folder."""

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
PATIENCE = 600


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
    tmp_path, undisturbed
):
    pages = tmp_path / ".published.unfinished" / "pages"
    with running(*publish(tmp_path, "--jobs", "2")) as process:
        until(lambda: pages.exists() and [*pages.glob("*.zip")])
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
