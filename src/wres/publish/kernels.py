"""Warm kernels: each notebook gets a fresh kernel, forked from a process that has done the imports.

A kernel provisioner is jupyter_client's official way to say how kernels come to life; this one stands in
``pyproject.toml`` as an entry point, and stock Papermill uses it unchanged. Where processes can't be forked,
kernels start the ordinary way.
"""

from __future__ import annotations

import importlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from multiprocessing import current_process, get_all_start_methods, get_context, parent_process
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerContext, ForkServerProcess, SpawnContext
from multiprocessing.process import BaseProcess
from pathlib import Path
from queue import Empty
from types import ModuleType
from typing import Any

from jupyter_client.asynchronous.client import AsyncKernelClient
from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager
from jupyter_client.provisioning.local_provisioner import LocalProvisioner

if sys.platform == "linux":
    import resource

PROVISIONER = "wres-warm"
KERNEL_LOG = "kernels.log"
PRELOAD = "wres.publish.warm"
TRIES, PAUSE = 3, 0.2
# Seconds to wait: for an answer, and for what shows with it, before asking again; for a killed kernel to be gone.
ANSWER, SHOWN, KILLED = 1.0, 0.2, 5.0


def _half_the_memory() -> int:
    return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") // 2 if sys.platform == "linux" else 0


# Bytes that a notebook may take beyond what its kernel starts with: indicators of thousands of organisations need some.
MEMORY = max(4 * 2**30, _half_the_memory())


class WarmProcess(ForkServerProcess):
    """A process that starts even if the server it is forked from was killed: the next try starts a new server."""

    def start(self) -> None:
        """Start the process."""
        for _ in range(TRIES - 1):
            try:
                return super().start()
            except (EOFError, OSError):
                time.sleep(PAUSE)  # until the system has taken notice of the server's end
        return super().start()


class WarmContext(ForkServerContext):
    """Starts processes warm."""

    Process = WarmProcess


def can_fork() -> bool:
    """Whether processes can be forked here from a server that has done the imports."""
    return "forkserver" in get_all_start_methods()


def process_context() -> ForkServerContext | SpawnContext:
    """The way to start a process here: forked from the warm server, or anew where that can't be done."""
    # Or the kernel's debugger, which nobody uses here, warns on standard error.
    os.environ.setdefault("PYDEVD_DISABLE_FILE_VALIDATION", "1")
    if not can_fork():
        return get_context("spawn")
    context = WarmContext()
    context.set_forkserver_preload([PRELOAD])
    return context


def preload_failure() -> str:
    """Why kernels don't start warm, in words; blank if they do. Starts the server that they are forked from."""
    if not can_fork():
        return "processes can't be forked here"
    found, said = get_context("forkserver").Pipe(duplex=False)
    asked = process_context().Process(target=_say_whether_warm, args=(PRELOAD, said))
    asked.start()
    said.close()
    try:
        return str(found.recv())
    except EOFError:
        return "the process that kernels are forked from ended"
    finally:
        asked.join()


def _say_whether_warm(preload: str, said: Connection) -> None:
    if preload in sys.modules:
        said.send("")
        return
    try:
        importlib.import_module(preload)
        said.send(f"{preload} was not imported before")
    except ImportError as error:
        said.send(str(error))


def end_with_parent() -> None:
    """End this process as soon as the one that started it is gone, however that ended.

    Also when the server that it was forked from is gone: then it is taken for dead, and another does its work.
    """
    parent, server = parent_process(), os.getppid()
    if parent is None:
        return

    def watch() -> None:
        while parent.is_alive() and os.getppid() == server:
            parent.join(1)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


class PromptClient(AsyncKernelClient):
    """Takes a kernel for ready as soon as it answers, and doesn't wait until it has been silent for a while."""

    async def wait_for_ready(self, timeout: float | None = None) -> None:
        """Wait until the kernel answers, and what it shows arrives here.

        Parameters
        ----------
        timeout
            Seconds at most; without it there is no end but the kernel's.

        Raises
        ------
        RuntimeError
            If the kernel dies, or doesn't answer in time.
        """
        start = time.monotonic()
        while timeout is None or time.monotonic() - start < timeout:
            self.kernel_info()
            with suppress(Empty):
                await self.get_shell_msg(timeout=ANSWER)
                await self.get_iopub_msg(timeout=SHOWN)
                return
            if not await self.is_alive():
                raise RuntimeError("the kernel died before it answered")
        raise RuntimeError(f"the kernel did not answer in {timeout} seconds")


class WarmKernelManager(AsyncKernelManager):
    """Starts kernels warm, on a socket that only this machine can reach."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(transport="ipc", client_factory=PromptClient, **kwargs)

    @property
    def kernel_spec(self) -> KernelSpec | None:
        """The kernel's specification, with the warm provisioner named in it where processes can be forked."""
        found: KernelSpec | None = super().kernel_spec
        if found is not None and can_fork():
            found.metadata = {**found.metadata, "kernel_provisioner": {"provisioner_name": PROVISIONER}}
        return found


class WarmProvisioner(LocalProvisioner):
    """Provisions kernels by forking a server process that has imported what notebooks import."""

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:
        """Fork a kernel; ``cmd`` is the ordinary command, of which only the connection file is needed."""
        kernel = ForkedKernel(cmd[cmd.index("-f") + 1], Path(kwargs.get("cwd") or Path.cwd()))
        self.process, self.pid = kernel, kernel.pid  # type: ignore[assignment]
        self.pgid = kernel.pid  # a kernel leads the group of what its notebook starts
        return self.connection_info

    async def send_signal(self, signum: int) -> None:
        """Send a signal to the kernel and what its notebook started; a kernel that has ended is left alone."""
        if self.process and self.process.poll() is None:
            await super().send_signal(signum)

    async def kill(self, restart: bool = False) -> None:
        """Kill the kernel and what its notebook started, and wait until it is gone: asking again takes longer."""
        await super().kill(restart)
        if self.process:
            with suppress(subprocess.TimeoutExpired):
                self.process.wait(KILLED)


class ForkedKernel:
    """A kernel's process, with the part of :class:`subprocess.Popen` that a provisioner uses."""

    stdin = stdout = stderr = None

    def __init__(self, connection_file: str, folder: Path) -> None:
        # Workers of a cluster may be daemons, which must not start processes; a kernel ends with them all the same.
        current_process().daemon = False
        self._process = _started(connection_file, folder)
        self.pid = self._process.pid

    @property
    def returncode(self) -> int | None:
        """The exit code, or None while the kernel runs."""
        return self._process.exitcode

    def poll(self) -> int | None:
        """Like :meth:`subprocess.Popen.poll`."""
        return self._process.exitcode

    def wait(self, timeout: float | None = None) -> int | None:
        """Like :meth:`subprocess.Popen.wait`."""
        self._process.join(timeout)
        if self._process.exitcode is None:
            raise subprocess.TimeoutExpired("kernel", timeout or 0)
        return self._process.exitcode

    def send_signal(self, number: int) -> None:
        """Like :meth:`subprocess.Popen.send_signal`; a kernel that has ended is left alone."""
        if self._process.exitcode is None:
            os.kill(int(self._process.pid or 0), number)

    def terminate(self) -> None:
        """Ask the kernel to end."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """End the kernel."""
        self.send_signal(signal.SIGKILL)


def _started(connection_file: str, folder: Path) -> BaseProcess:
    # As a daemon a hung kernel doesn't keep the process that started it from ending.
    process = process_context().Process(
        target=run_kernel, args=(connection_file, str(folder), MEMORY), daemon=True
    )
    with _without_main():
        process.start()
    return process


@contextmanager
def _without_main() -> Iterator[None]:
    """Keep a new process from running the program that this process runs: a kernel has no use for it."""
    program = sys.modules["__main__"]
    sys.modules["__main__"] = ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = program


def run_kernel(connection_file: str, folder: str, memory: int) -> None:
    """Be a kernel until it is shut down; what it logs goes to a file in its folder.

    Parameters
    ----------
    connection_file
        Says how to reach it.
    folder
        Where it works.
    memory
        How many bytes it may take beyond what it has.
    """
    from ipykernel.kernelapp import IPKernelApp  # noqa: PLC0415  (imported before the fork)

    current_process().daemon = False  # a notebook may start processes
    os.setsid()  # Ctrl-C in a terminal is for the process that publishes
    end_with_parent()
    os.chdir(folder)
    with Path(KERNEL_LOG).open("ab") as log:
        os.dup2(log.fileno(), 1)
        os.dup2(log.fileno(), 2)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    app: Any = IPKernelApp.instance()
    sys.argv = ["kernel", "-f", connection_file]
    app.initialize()
    if sys.platform == "linux":
        _bound_memory(memory)
        app.shell.set_custom_exc((MemoryError,), _out_of_memory)
    app.start()


def _bound_memory(more: int) -> None:
    """Make it an error to ask for much more memory than this process has."""
    data_pages = int(Path("/proc/self/statm").read_text().split()[5])
    allowed = data_pages * resource.getpagesize() + more
    _, most = resource.getrlimit(resource.RLIMIT_DATA)
    if most == resource.RLIM_INFINITY or allowed < most:
        resource.setrlimit(resource.RLIMIT_DATA, (allowed, most))


def _out_of_memory(
    shell: Any, kind: type[BaseException], error: BaseException, trace: Any, tb_offset: int | None = None
) -> None:
    """Tell of the error as ever; that takes memory, too, of which nothing is left under the bound."""
    _, most = resource.getrlimit(resource.RLIMIT_DATA)
    resource.setrlimit(resource.RLIMIT_DATA, (most, most))
    shell.showtraceback((kind, error, trace), tb_offset=tb_offset)
