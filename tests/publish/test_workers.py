"""Tasks are done by processes here or by a Dask cluster, and all the same when workers die."""

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor

import pytest

from small_tasks import die_of_poison, die_once, fail, have_one_die, shout
from wres.publish.workers import AHEAD, Workers, aside, workers


@pytest.fixture(scope="module")
def crew(tmp_path_factory) -> Iterator[Workers]:
    with workers(2, tmp_path_factory.mktemp("scratch")) as crew:
        yield crew


def test_every_task_is_done_and_numbered(crew):
    assert dict(crew.run(shout, [b"a", b"b", b"c", b"d", b"e"])) == dict(
        enumerate([b"A", b"B", b"C", b"D", b"E"])
    )


def test_only_a_few_tasks_are_in_memory_at_a_time(crew):
    taken: list[int] = []
    tasks = (taken.append(number) or b"x" for number in range(40))
    for done, _ in enumerate(crew.run(shout, tasks), 1):
        assert len(taken) <= done + AHEAD * 2


def test_tasks_are_done_while_workers_come_and_go():
    there = iter([3, 1, 0, 2])
    crew = Workers(lambda: ThreadPoolExecutor(1), lambda: next(there, 1))
    assert sorted(crew.run(shout, [b"x"] * 9)) == [(number, b"X") for number in range(9)]
    crew.stop()


def test_task_whose_worker_died_is_done_again(crew, tmp_path):
    markers = [str(tmp_path / name).encode() for name in "ab"]
    assert dict(crew.run(die_once, markers)) == {0: b"alive", 1: b"alive"}


def test_task_that_kills_every_worker_is_given_up_and_no_other_with_it(crew):
    tasks = [b"a", b"poison", b"b", b"c", b"d", b"e"]
    assert dict(crew.run(die_of_poison, tasks)) == {0: b"A", 1: b"", 2: b"B", 3: b"C", 4: b"D", 5: b"E"}


class Forgetful(ThreadPoolExecutor):
    """Cancels the first task that it is given, as a cluster does that has lost it with a worker."""

    forgot = False

    def submit(self, function, /, *arguments):
        if Forgetful.forgot:
            return super().submit(function, *arguments)
        Forgetful.forgot = True
        lost = Future()
        lost.cancel()
        lost.set_running_or_notify_cancel()
        return lost


def test_task_that_a_cluster_cancelled_is_done_again():
    crew = Workers(lambda: Forgetful(1), lambda: 1)
    assert dict(crew.run(shout, [b"a", b"b", b"c"])) == {0: b"A", 1: b"B", 2: b"C"}
    assert Forgetful.forgot
    crew.stop()


def test_error_of_a_task_is_not_hidden(crew):
    with pytest.raises(ValueError, match="wrong"):
        list(crew.run(fail, [b"wrong"]))


def test_what_is_done_aside_is_begun_again_when_its_process_dies(tmp_path):
    marker = tmp_path / "died"
    with aside(die_once, str(marker).encode()):
        pass
    assert marker.exists()


def test_what_is_done_aside_is_begun_again_when_a_process_of_its_own_dies(tmp_path):
    """As the audit's do, which read files."""
    marker = tmp_path / "died"
    with aside(have_one_die, str(marker).encode()):
        pass
    assert marker.exists()


def test_what_kills_every_process_aside_is_given_up():
    with pytest.raises(ChildProcessError, match="died 3 times"), aside(die_of_poison, b"poison"):
        pass


def test_error_aside_is_not_hidden():
    with pytest.raises(ValueError, match="wrong"), aside(fail, b"wrong"):
        pass


def test_missing_scheduler_is_named(tmp_path, monkeypatch):
    monkeypatch.setattr("wres.publish.workers.CONNECT_SECONDS", 1)
    with (
        pytest.raises(ConnectionError, match=r"no Dask scheduler answers at tcp://127\.0\.0\.1:9"),
        workers(2, tmp_path, "tcp://127.0.0.1:9"),
    ):
        pass
