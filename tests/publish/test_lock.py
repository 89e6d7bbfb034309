"""One run at a time on a publication, and a lock that nothing outlives."""

import os
import signal
import subprocess
import sys

import pytest

from wres.publish.lock import locked

HOLD = (
    "import sys, time; from pathlib import Path; from wres.publish.lock import locked\n"
    "with locked(Path(sys.argv[1])): print('held', flush=True); time.sleep(60)"
)


def test_second_run_is_refused_and_told_who_is_first(tmp_path):
    path = tmp_path / ".demo.lock"
    with (
        locked(path),
        pytest.raises(BlockingIOError, match=f"process {os.getpid()} is publishing"),
        locked(path),
    ):
        pass


def test_nothing_is_left_of_a_lock_that_was_given_back(tmp_path):
    for _ in range(2):
        with locked(tmp_path / ".demo.lock"):
            pass
    assert list(tmp_path.iterdir()) == []


def test_lock_ends_with_the_process_that_holds_it(tmp_path):
    path = tmp_path / ".demo.lock"
    command = [sys.executable, "-c", HOLD, str(path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as holder:  # noqa: S603  (this test)
        assert holder.stdout.readline() == b"held\n"
        with pytest.raises(BlockingIOError), locked(path):
            pass
        holder.send_signal(signal.SIGKILL)
    with locked(path):
        assert path.exists()
