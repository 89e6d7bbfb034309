"""Where pages are made: processes of this computer, or the workers of a Dask cluster.

Both are an :class:`concurrent.futures.Executor`; a task takes bytes and returns bytes. What a task does belongs in
:mod:`wres.publish.work`.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import (
    FIRST_COMPLETED,
    BrokenExecutor,
    Executor,
    Future,
    ProcessPoolExecutor,
    ThreadPoolExecutor,
    wait,
)
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from wres.publish.kernels import end_with_parent, process_context

if TYPE_CHECKING:
    from distributed import Client

TRIES = 3
AHEAD = 2  # tasks handed out for each worker, so that none waits for its next
CONNECT_SECONDS = 30


@dataclass(frozen=True)
class _Task:
    number: int
    data: bytes
    deaths: int = 0
    alone: bool = False


class Workers:
    """Workers that are replaced when they die.

    Parameters
    ----------
    start
        Starts them, and starts them anew.
    count
        How many there are now.
    """

    def __init__(self, start: Callable[[], Executor], count: Callable[[], int]) -> None:
        self._start, self._count = start, count
        self._executor = start()

    def stop(self) -> None:
        """Let the workers go; what nobody waits for any more is not begun."""
        self._executor.shutdown(wait=True)

    def run(self, function: Callable[[bytes], bytes], tasks: Iterable[bytes]) -> Iterator[tuple[int, bytes]]:
        """Do all tasks and yield their numbers and results as they come; only a few at a time are in memory.

        When a worker dies, all tasks in hand are lost. They are done again one by one, so that a task which kills
        whoever does it is found out; after ``TRIES`` deaths its result is empty.

        Parameters
        ----------
        function
            What is done; workers must be able to import it.
        tasks
            Taken from as workers become free.
        """
        waiting = (_Task(number, data) for number, data in enumerate(tasks))
        lost: list[_Task] = []
        in_hand: dict[Future[bytes], _Task] = {}
        while True:
            if lost:
                fresh = [] if in_hand else [replace(lost.pop(), alone=True)]
            else:
                room = max(1, AHEAD * self._count()) - len(in_hand)  # less than none when workers were lost
                fresh = list(islice(waiting, max(0, room)))
            in_hand |= {self._submit(function, task): task for task in fresh}
            if not in_hand:
                return
            done, _ = wait(in_hand, return_when=FIRST_COMPLETED)
            for future in done:
                task, error = in_hand.pop(future), _error_of(future)
                if error is None:
                    yield task.number, future.result()
                elif not _is_death(error):
                    raise error
                elif task.deaths + task.alone == TRIES or not isinstance(error, BrokenExecutor):
                    yield task.number, b""
                else:
                    lost.append(replace(task, deaths=task.deaths + task.alone, alone=False))
            if lost and not in_hand:
                self._executor.shutdown(wait=False)
                self._executor = self._start()

    def _submit(self, function: Callable[[bytes], bytes], task: _Task) -> Future[bytes]:
        try:
            return self._executor.submit(function, task.data)
        except BrokenExecutor as error:
            stillborn: Future[bytes] = Future()
            stillborn.set_exception(error)
            return stillborn


def _error_of(future: Future[bytes]) -> BaseException | None:
    """Why a task was not done; a cluster may cancel what it lost with a worker."""
    return BrokenExecutor("cancelled") if future.cancelled() else future.exception()


def _is_death(error: BaseException) -> bool:
    """Whether an error says that a worker is gone; Dask, which tries again by itself, has one of its own."""
    return isinstance(error, BrokenExecutor) or type(error).__name__ == "KilledWorker"


@contextmanager
def workers(jobs: int, scratch: Path, scheduler: str = "") -> Iterator[Workers]:
    """Give workers of this computer, or those of a Dask cluster.

    Parameters
    ----------
    jobs
        How many processes to start here.
    scratch
        Folder for their temporary files; whoever made it removes it, whatever became of the processes.
    scheduler
        Address of a Dask scheduler, such as ``tcp://10.0.0.1:8786``; blank for this computer.

    Raises
    ------
    ConnectionError
        If no scheduler answers at the address, or it has no worker.
    """
    if scheduler:
        with _cluster(scheduler) as client:
            yield Workers(lambda: client.get_executor(pure=False), lambda: sum(client.nthreads().values()))
        return

    def start() -> Executor:
        context = process_context()
        return ProcessPoolExecutor(jobs, mp_context=context, initializer=be_worker, initargs=(str(scratch),))

    crew = Workers(start, lambda: jobs)
    try:
        yield crew
    finally:
        crew.stop()


@contextmanager
def _cluster(address: str) -> Iterator[Client]:
    try:
        import dask  # noqa: PLC0415  (an optional extra)
        from distributed import Client  # noqa: PLC0415
    except ImportError:
        raise ConnectionError("a Dask scheduler needs Dask: pip install 'wres[dask]'") from None
    # A shard carries its results with it, because workers share no disk.
    with dask.config.set({"distributed.admin.large-graph-warning-threshold": "1 GiB"}):
        try:
            client = Client(address, timeout=CONNECT_SECONDS)
        except (OSError, ValueError) as error:
            raise ConnectionError(f"no Dask scheduler answers at {address}: {error}") from None
        with client:
            try:
                client.wait_for_workers(1, timeout=CONNECT_SECONDS)
            except TimeoutError:
                raise ConnectionError(
                    f"the Dask scheduler at {address} has no worker; start one: dask worker {address} --nthreads 1"
                ) from None
            yield client


def be_worker(scratch: str) -> None:
    """Set up a worker: its temporary files go to ``scratch``, and it ends with the process that started it."""
    tempfile.tempdir = scratch
    end_with_parent()


@contextmanager
def aside(function: Callable[..., None], *arguments: object) -> Iterator[None]:
    """Call a function in a process of its own, whose memory ends with it, and wait for it at the end.

    If the process dies it is called again, ``TRIES`` times in all: it must be able to begin anew.

    Raises
    ------
    ChildProcessError
        If the process dies each time.
    """
    with ThreadPoolExecutor(1) as meanwhile:
        called = meanwhile.submit(_to_its_end, function, *arguments)
        yield
        called.result()


def _to_its_end(function: Callable[..., None], *arguments: object) -> None:
    for _ in range(TRIES):
        try:
            return _alone(function, *arguments)
        except BrokenExecutor:
            continue
    raise ChildProcessError(
        f"the process for '{function.__name__}' died {TRIES} times; it may need more memory than there is"
    )


def _alone(function: Callable[..., None], *arguments: object) -> None:
    with ProcessPoolExecutor(1, mp_context=process_context(), initializer=end_with_parent) as executor:
        executor.submit(function, *arguments).result()
