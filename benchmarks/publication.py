"""How fast a publication is: against the usual loop, against its own size, and when one return was corrected.

``python benchmarks/publication.py`` publishes synthetic Englands of ``--organisations`` in all formats and compares
their local reports with the usual loop on the same notebooks: the ``papermill`` command, then a process that renders,
organisation by organisation, as many at a time as ``--jobs``. Both make the same ``--sample`` of reports in turn,
``--runs`` times; medians count. Without a sample, nothing is compared and no return corrected. What a publication
needs once (indicators, national overview) counts for both. Memory is the largest sum over all processes of a
publication, shared pages counted once, while reports are made. ``--save FILE`` keeps the figures as JSON, step by
step, so that a run that is cut off was not for nothing. It fails below ``FASTER``, ``FASTER_EXECUTION``, ``CORRECTED``
(the full time over that after one correction), ``LINEAR`` or ``FLAT``.
"""

from __future__ import annotations

import argparse
import json
import pickle
import re
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import chdir, contextmanager, redirect_stdout
from dataclasses import asdict, dataclass
from io import StringIO
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from threading import Event, Thread
from time import perf_counter
from typing import Any

import nbformat
import pandas as pd
import psutil

from wres import pipeline
from wres.examples import simulator
from wres.project import project_path
from wres.publish.execute import execute
from wres.publish.inputs import COLLECTION, PUBLICATION, STORE, Inputs
from wres.publish.jobs import Job, Jobs, reported, reported_years
from wres.publish.pages import Format, prepare
from wres.publish.quarto import find
from wres.publish.recipe import recipe
from wres.publish.render import Renderer, choose_renderer
from wres.publish.work import Order, finished, make, place, shard_of
from wres.publish.workers import Workers, workers

FASTER, FASTER_EXECUTION, CORRECTED = 6.0, 10.0, 20.0
LINEAR, FLAT = 0.9, 0.8
SEED, YEAR = 2025, 2025
WRES, PAPERMILL = (str(Path(sys.executable).with_name(name)) for name in ("wres", "papermill"))


class LoopError(Exception):
    """A command of the usual loop failed; the message is what it said."""


@dataclass(frozen=True)
class Run:
    """A publication: its size, its seconds, and megabytes at most while reports were made.

    ``before`` are the seconds until the first report was finished, ``after`` those since the last one.
    """

    organisations: int
    unchanged: int
    seconds: float
    before: float
    after: float
    megabytes: float


@dataclass(frozen=True)
class Reports:
    """A sample of local reports made both ways: seconds an organisation.

    ``code`` is what the notebooks' own code takes without any kernel: no way to execute them is faster.
    """

    formats: str
    renderer: str
    ours: float
    loop: float
    ours_execution: float
    loop_execution: float
    code: float


def england(folder: Path, organisations: int, first_year: int) -> Path:
    """Write a synthetic England as tables, and a publication file of it."""
    name = f"england-{organisations}"
    simulator.write(simulator.simulate(organisations, (first_year, YEAR), SEED), folder / name)
    params = folder / f"{name}.yml"
    params.write_text(
        f"publication: {name}\nyear: {YEAR}\nfirst_year: {first_year}\nsources: [{{tables: {name}}}]\n"
    )
    return params


def corrected(params: Path) -> None:
    """Add one to a count of one organisation's return, as a correction would."""
    path = params.with_suffix("") / "returns.csv"
    returns = pd.read_csv(path, dtype=str, keep_default_na=False)
    number = pd.to_numeric(returns["count"])
    of_this_year = (
        returns["year"].eq(str(YEAR)) & returns["measure"].eq("entered_disciplinary") & number.gt(20)
    )
    row = returns.index[of_this_year][0]
    returns.loc[row, "count"] = str(number[row] + 1)
    returns.to_csv(path, index=False)


def published(params: Path, output: Path, jobs: int, *options: str) -> Run:
    """Run ``wres publish`` and watch its time and memory."""
    command = [WRES, "publish", str(params), "--output", str(output), "--jobs", str(jobs), *options]
    start = perf_counter()
    with (
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as run,  # noqa: S603
        watched(run.pid) as memory,
    ):
        lines = [(perf_counter(), line) for line in run.stderr or ()]
        said = run.stdout.read() if run.stdout else ""
    seconds = perf_counter() - start
    counted = re.search(r"(\d+) local reports, (\d+) unchanged", said)
    assert counted, "".join(line for _, line in lines)
    first, *_, last = [at for at, line in lines if "Race equality at" in line]
    most = max((megabytes for at, megabytes in memory if first <= at <= last), default=0.0)
    sizes = int(counted[1]), int(counted[2])
    return Run(*sizes, seconds, first - start, start + seconds - last, most)


@contextmanager
def watched(pid: int) -> Iterator[list[tuple[float, float]]]:
    """Times, and megabytes of a process and all its descendants, twice a second."""
    memory: list[tuple[float, float]] = []
    ended = Event()

    def watch() -> None:
        while not ended.wait(0.5):
            memory.append((perf_counter(), family_megabytes(pid)))

    watcher = Thread(target=watch)
    watcher.start()
    try:
        yield memory
    finally:
        ended.set()
        watcher.join()


def family_megabytes(pid: int) -> float:
    """Megabytes that a process and its descendants hold, shared pages counted once in all."""
    total = 0
    try:
        process = psutil.Process(pid)
        family = [process, *process.children(recursive=True)]
    except psutil.NoSuchProcess:
        return 0.0
    for member in family:
        try:
            held = member.memory_full_info()
            total += getattr(held, "pss", held.rss)
        except psutil.Error:
            continue  # it has just ended
    return total / 1e6


def compared(params: Path, work: Path, options: Options) -> Iterator[Reports]:
    """Make a sample of local reports both ways, for each renderer and set of formats."""
    jobs = options.jobs
    publication, collection = pipeline.load(params)
    work.mkdir()
    inputs = Inputs(work, publication, collection)
    read = {"params_file": PUBLICATION, "collection_store": COLLECTION, "store": STORE}
    execute("indicators", read, work)
    organisations = reported(collection, publication)
    step = max(1, len(organisations) // options.sample)
    chosen, years = organisations[::step][: options.sample], reported_years(inputs.store, YEAR)
    for renderer, formats in options.ways:
        about = publication.model_copy(update={"formats": formats})
        pages = Jobs(about, collection.synthetic, collection.organisations)
        sample = [pages.local(code, name, years[code]) for code, name in chosen]
        with TemporaryDirectory(dir=work) as scratch, workers(jobs, Path(scratch)) as crew:
            orders = [Order(job, inputs.of(job.parameters, job.code)) for job in sample]
            ours, ours_execution, loop, loop_execution, code = [], [], [], [], []
            for run in range(options.runs + 1):  # the first warms up both
                folder = Path(scratch) / f"run-{run}"
                folder.mkdir()
                ours.append(with_crew(crew, orders, renderer))
                ours_execution.append(executed_by_crew(crew, orders, execute_alone))
                code.append(executed_by_crew(crew, orders, run_code))
                executed, rendered = with_loop_again(sample, work, folder, jobs, renderer)
                loop_execution.append(executed)
                loop.append(executed + rendered)
        measured = (ours, loop, ours_execution, loop_execution, code)
        times = [median(each[1:]) / len(sample) for each in measured]
        yield Reports(",".join(formats), renderer.name, *times)


def with_crew(crew: Workers, orders: Sequence[Order], renderer: Renderer) -> float:
    """Seconds that our workers take for finished reports."""
    size, own = renderer.pages_at_once, recipe(renderer)
    shards = [orders[at : at + size] for at in range(0, len(orders), size)]
    start = perf_counter()
    for _, result in crew.run(make, (shard_of(shard, renderer.name, own) for shard in shards)):
        assert not [page.failure for page in finished(result) if page.failure]
    return perf_counter() - start


def executed_by_crew(crew: Workers, orders: Sequence[Order], way: Callable[[bytes], bytes]) -> float:
    """Seconds that our workers take to execute notebooks in one way."""
    start = perf_counter()
    assert {result for _, result in crew.run(way, map(pickle.dumps, orders))} == {b"done"}
    return perf_counter() - start


def execute_alone(order: bytes) -> bytes:
    """Execute one notebook, as a worker's task."""
    wanted: Order = pickle.loads(order)  # noqa: S301  (our own)
    with TemporaryDirectory() as own:
        place(wanted.files, Path(own))
        execute(wanted.job.notebook, wanted.job.parameters, Path(own))
    return b"done"


def run_code(order: bytes) -> bytes:
    """Run the code of one notebook in the worker itself, as a task."""
    wanted: Order = pickle.loads(order)  # noqa: S301  (our own)
    notebook = nbformat.read(project_path(f"notebooks/{wanted.job.notebook}.ipynb"), as_version=4)
    names: dict[str, object] = {}
    with TemporaryDirectory() as own, chdir(own), redirect_stdout(StringIO()), main_kept():
        place(wanted.files, Path(own))
        for cell in notebook.cells:
            if cell.cell_type == "code":
                exec(cell.source, names)  # noqa: S102  (our own)
            if "parameters" in cell.metadata.get("tags", ()):
                names |= wanted.job.parameters
    return b"done"


@contextmanager
def main_kept() -> Iterator[None]:
    """Keep this program the main module of the worker; the shell that shows what a notebook says takes its place."""
    program = sys.modules["__main__"]
    try:
        yield
    finally:
        sys.modules["__main__"] = program


def with_loop_again(*loop: Any) -> tuple[float, float]:
    """What :func:`with_loop` gives, once more if it fails: two ordinary kernels may choose one port."""
    try:
        return with_loop(*loop)
    except LoopError as error:
        sys.stderr.write(f"the usual loop failed and is run again: {error}\n")
        return with_loop(*loop)


def with_loop(
    jobs_to_do: Sequence[Job], inputs: Path, folder: Path, jobs: int, renderer: Renderer
) -> tuple[float, float]:
    """Seconds that the usual loop takes: to execute notebooks, and to render their pages."""
    seconds = []
    for step in (papermill_command, render_command):
        commands = [step(job, inputs, folder, renderer) for job in jobs_to_do]
        start = perf_counter()
        with ThreadPoolExecutor(jobs) as pool:
            list(pool.map(run_quietly, commands))
        seconds.append(perf_counter() - start)
    return seconds[0], seconds[1]


def papermill_command(job: Job, inputs: Path, folder: Path, _: Renderer) -> list[str]:
    """Papermill's own command, with an ordinary kernel."""
    notebook = str(project_path(f"notebooks/{job.notebook}.ipynb"))
    given = [part for name, value in job.parameters.items() for part in ("-r", name, str(value))]
    return [
        PAPERMILL,
        notebook,
        str(executed_path(job, folder)),
        "--cwd",
        str(inputs),
        "-k",
        "python3",
        *given,
    ]


def render_command(job: Job, _: Path, folder: Path, renderer: Renderer) -> list[str]:
    """A process that renders one page."""
    page = folder / f"{job.page.stem}.pickle"
    page.write_bytes(
        pickle.dumps((job.page, executed_path(job, folder), renderer.name, folder / job.page.stem))
    )
    return [sys.executable, __file__, "--render", str(page)]


def render_alone(path: Path) -> None:
    """Render the page of an executed notebook, in a process of its own."""
    page, executed, renderer, folder = pickle.loads(path.read_bytes())  # noqa: S301  (our own)
    prepared = prepare(nbformat.read(executed, as_version=4), page, folder / "work")
    (done,) = choose_renderer(renderer).render([prepared], folder / "output")
    assert not done.failure, done.failure


def executed_path(job: Job, folder: Path) -> Path:
    """Where the loop keeps an executed notebook."""
    return folder / f"{job.page.stem}-executed.ipynb"


def run_quietly(command: list[str]) -> None:
    """Run a command whose output nobody reads unless it fails."""
    done = subprocess.run(command, check=False, capture_output=True, text=True)  # noqa: S603  (the usual loop's)
    if done.returncode:
        raise LoopError(done.stderr)


@dataclass(frozen=True)
class Options:
    """What is measured."""

    organisations: tuple[int, ...]
    first_year: int
    jobs: int
    sample: int
    runs: int

    @property
    def ways(self) -> list[tuple[Renderer, tuple[Format, ...]]]:
        """Renderers found here, each with the sets of formats that are compared."""
        renderers = [choose_renderer("embedded"), *([choose_renderer("quarto")] if find() else [])]
        formats: tuple[tuple[Format, ...], ...] = (("html",), ("html", "pdf", "docx"))
        return [(renderer, each) for renderer in renderers for each in formats]


def measure(options: Options, folder: Path) -> Iterator[dict[str, Any]]:
    """Publish every England, compare the largest one's reports with the loop, correct one of its returns.

    Gives all that is known after each step.
    """
    found: dict[str, Any] = {"jobs": options.jobs, "first_year": options.first_year, "runs": []}
    for size in options.organisations:
        params = england(folder, size, options.first_year)
        run = published(params, folder / "outputs", options.jobs, "--renderer", "embedded")
        found["runs"].append(asdict(run))
        yield found
    if options.sample:
        corrected(params)
        again = published(params, folder / "outputs", options.jobs, "--renderer", "embedded")
        found["corrected"] = asdict(again)
        yield found
        found["reports"] = []
        for each in compared(params, folder / "work", options):
            found["reports"].append(asdict(each))
            yield found


def ratios(found: dict[str, Any]) -> Iterator[tuple[str, float, float]]:
    """What is wanted of this program: in words, as it was found, and the least that it must be."""
    smallest, largest = found["runs"][0], found["runs"][-1]
    pace = [run["seconds"] / run["organisations"] for run in (smallest, largest)]
    yield "pace of the smallest publication over the largest's", pace[0] / pace[1], LINEAR
    yield (
        "memory of the smallest publication over the largest's",
        smallest["megabytes"] / largest["megabytes"],
        FLAT,
    )
    whole = [each for each in found.get("reports", ()) if "pdf" in each["formats"]]
    if whole:
        each = whole[0]
        saved = largest["organisations"] * (each["loop"] - each["ours"])
        yield "times as fast in all", 1 + saved / largest["seconds"], FASTER
        yield "times as fast in execution", each["loop_execution"] / each["ours_execution"], FASTER_EXECUTION
        yield (
            "full time over that after one correction",
            largest["seconds"] / found["corrected"]["seconds"],
            CORRECTED,
        )


def printed(found: dict[str, Any]) -> Iterator[str]:
    """The figures in lines."""
    for run in found["runs"]:
        each = run["seconds"] / run["organisations"]
        once = f"{run['before']:.0f} s before the first, {run['after']:.0f} s after the last"
        size = f"{run['organisations']:6,} reports {run['seconds']:8.0f} s {each:6.2f} s each"
        yield f"{size} {run['megabytes']:6.0f} MB, {once}"
    for each in found.get("reports", ()):
        yield f"  {each['renderer']} {each['formats']}, seconds a report, the loop's, times as fast:"
        for what in ("", "_execution"):
            ours, loop = each[f"ours{what}"], each[f"loop{what}"]
            yield f"    {what.strip('_') or 'in all':10} {ours:6.2f} {loop:6.2f} {loop / ours:6.1f}"
        most = each["loop_execution"] / each["code"]
        yield f"    code alone {each['code']:6.2f} {'':6} {most:6.1f}, the most that execution could be"
    if again := found.get("corrected"):
        made = again["organisations"] - again["unchanged"]
        yield f"  one return corrected: {again['seconds']:.0f} s, {made} of {again['organisations']} reports made again"
    for words, ratio, least in ratios(found):
        yield f"  {ratio:.2f} {words}, at least {least:g} wanted"


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--organisations", type=int, nargs="+", default=[24, 260])
    parser.add_argument("--first-year", type=int, default=2017)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--sample", type=int, default=8, help="reports that are made both ways")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--save", type=Path, help="JSON file of the figures")
    parser.add_argument("--render", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.render:
        render_alone(given.render)
        return 0
    options = Options(tuple(given.organisations), given.first_year, given.jobs, given.sample, given.runs)
    with TemporaryDirectory() as folder:
        for found in measure(options, Path(folder)):
            if given.save:
                given.save.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    sys.stdout.write("\n".join(printed(found)) + "\n")
    return 0 if all(ratio >= least for _, ratio, least in ratios(found)) else 1


if __name__ == "__main__":
    raise SystemExit(main())
