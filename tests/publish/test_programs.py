"""A renderer's program that something killed is run again; one that fails by itself is not."""

import os
import sys

import pytest

from wres.publish import programs
from wres.publish.programs import TRIES, persistently, run_program

COUNT = (
    "from pathlib import Path; tries = Path('tries'); tries.open('a').write('x'); n = len(tries.read_text())"
)
KILLED = "import os; os.kill(os.getpid(), 9)"


def ran(folder, code):
    done = run_program([sys.executable, "-c", f"{COUNT}\n{code}"], folder, os.environ)
    return done.returncode, done.stdout, len((folder / "tries").read_text())


def test_program_that_was_killed_is_run_again(tmp_path):
    assert ran(tmp_path, f"if n < {TRIES}: {KILLED}\nprint('done')") == (0, "done\n", TRIES)


def test_program_that_is_always_killed_is_given_up(tmp_path):
    assert ran(tmp_path, KILLED) == (-9, "", TRIES)


def test_program_that_fails_is_not_run_again(tmp_path):
    assert ran(tmp_path, "raise SystemExit('no such font')") == (1, "no such font\n", 1)


def test_script_whose_program_was_killed_is_run_again(tmp_path):
    """A shell says so by 128 and the number of the signal."""
    assert ran(tmp_path, f"raise SystemExit(137 if n < {TRIES} else 0)") == (0, "", TRIES)


def test_program_that_hangs_is_ended(tmp_path, monkeypatch):
    monkeypatch.setattr(programs, "TIMEOUT", 1)
    with pytest.raises(RuntimeError, match="did not end in 1 seconds"):
        ran(tmp_path, "import time; time.sleep(60)")


def test_answer_of_a_program_that_was_killed_is_asked_for_again():
    answers = iter([OSError("no pandoc was found"), "3.9"])

    def ask():
        answer = next(answers)
        if isinstance(answer, OSError):
            raise answer
        return answer

    assert persistently(ask) == "3.9"


def test_program_that_never_answers_is_an_error():
    with pytest.raises(OSError, match="no pandoc"):
        persistently(lambda: (_ for _ in ()).throw(OSError("no pandoc")))
