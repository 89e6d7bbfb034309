"""Running a renderer's program: bounded in time, and once more if something killed it."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

TRIES = 3
TIMEOUT = 900
T = TypeVar("T")


def run_program(
    command: Sequence[str | Path], folder: Path, environment: Mapping[str, str], text: str = ""
) -> subprocess.CompletedProcess[str]:
    """Run a program and return how it ended and all that it said.

    Parameters
    ----------
    command
        The program and its arguments.
    folder
        Where it works.
    environment
        All of its environment variables.
    text
        What it reads on its standard input.

    Raises
    ------
    RuntimeError
        If it takes longer than ``TIMEOUT`` seconds.
    """
    for _ in range(TRIES):
        try:
            done = subprocess.run(  # noqa: S603  (a renderer's own program)
                command, input=text, cwd=folder, env=environment, timeout=TIMEOUT,
                stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, encoding="utf-8", check=False,
            )  # fmt: skip
        except subprocess.TimeoutExpired:
            raise RuntimeError(f"{Path(command[0]).name} did not end in {TIMEOUT} seconds") from None
        if not _killed(done.returncode):
            return done
    return done


def _killed(returncode: int) -> bool:
    """Whether a signal ended it: itself, or what a script that starts it had started."""
    return returncode < 0 or returncode > 128


def persistently(ask: Callable[[], T]) -> T:
    """Ask a program something, and again if that fails: it may have been killed as it answered."""
    for _ in range(TRIES - 1):
        with suppress(OSError, RuntimeError):
            return ask()
    return ask()
