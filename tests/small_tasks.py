"""Tasks that workers can import: some kill the process that does them."""

import os
import signal
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from wres.publish.kernels import process_context


def shout(data: bytes) -> bytes:
    return data.upper()


def fail(data: bytes) -> bytes:
    raise ValueError(data.decode())


def die_of_poison(data: bytes) -> bytes:
    if data == b"poison":
        os.kill(os.getpid(), signal.SIGKILL)
    return data.upper()


def die_once(data: bytes) -> bytes:
    """Kill the process that does this unless the file of this name is there."""
    marker = Path(data.decode())
    if not marker.exists():
        marker.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return b"alive"


def have_one_die(data: bytes) -> None:
    """Let a process of one's own do :func:`die_once`."""
    with ProcessPoolExecutor(1, mp_context=process_context()) as inner:
        inner.submit(die_once, data).result()
