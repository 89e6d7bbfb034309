"""One run at a time on one publication. The lock ends with the process that holds it, whatever ends that."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

if sys.platform == "win32":
    import msvcrt

    def _take(file: IO[str]) -> None:
        file.seek(0)
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _take(file: IO[str]) -> None:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold the lock of a publication.

    Parameters
    ----------
    path
        The lock's file, in a folder that exists; it is there as long as the lock is held.

    Raises
    ------
    BlockingIOError
        If another process holds it; the message says which.
    """
    with path.open("a+", encoding="utf-8") as file:
        try:
            _take(file)
        except OSError:
            raise BlockingIOError(_held(path)) from None
        if not path.exists() or not os.path.samestat(path.stat(), os.fstat(file.fileno())):
            raise BlockingIOError(_held(path))  # it was released and removed just now
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        try:
            yield
        finally:
            with suppress(PermissionError):  # Windows keeps an open file
                path.unlink()


def _held(path: Path) -> str:
    process = path.read_text(encoding="utf-8") if path.exists() else ""
    who = f"process {process}" if process else "another process"
    return f"{who} is publishing to this folder ({path}); wait until it is done, or name another --output"
