"""A whole publication: execute the notebooks, render their pages, and put the folder in place.

The folder is made beside its final place and moved there when it is whole, so that a folder that exists is a
finished publication.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory
from types import MappingProxyType

import nbformat
import pandas as pd
from nbformat import NotebookNode

from wres import pipeline, results
from wres.collect import Collection
from wres.params import ParamsError, Publication
from wres.problems import Problem
from wres.publish.checks import checked, dead_links, strangers
from wres.publish.execute import NotebookError, execute
from wres.publish.manifest import write_manifest
from wres.publish.open_data import write_open_data
from wres.publish.open_data.local import write_local_data
from wres.publish.pages import Format, Page, PreparedPage, Rendered, prepare
from wres.publish.quality import write_quality
from wres.publish.render import Renderer, choose_renderer

Progress = Callable[[str, int, int], None]
LOCAL_FILES: dict[Format, str] = {
    "html": "index.html",
    "pdf": "report.pdf",
    "summary": "summary.pdf",
    "docx": "report.docx",
}
NATIONAL_FILES: dict[Format, str] = {"html": "index.html", "pdf": "national.pdf", "docx": "national.docx"}

LOCAL_LINKS = (
    ("Own figures (Excel)", "data.xlsx"),
    ("Own figures (OpenDocument)", "data.ods"),
    ("Figures of all organisations (CSV)", "../../data/indicators.csv"),
)
NATIONAL_LINKS = (
    ("Tables (Excel)", "data/tables.xlsx"),
    ("Tables (OpenDocument)", "data/tables.ods"),
    ("Figures (CSV)", "data/indicators.csv"),
    ("How these figures are made", "methods/index.html"),
    ("Data quality", "quality/index.html"),
)


@dataclass(frozen=True)
class Outcome:
    """What came of a publication.

    Attributes
    ----------
    folder
        The finished publication.
    organisations
        How many local reports it holds.
    failures
        Pages that could not be made, with the reason.
    problems
        What was wrong with the collection.
    renderer
        Name and version of the renderer.
    """

    folder: Path
    organisations: int
    failures: dict[str, str]
    problems: tuple[Problem, ...]
    renderer: str


@dataclass(frozen=True)
class Job:
    """One notebook to execute and one page to make from it: all that a worker process needs to know."""

    notebook: str
    parameters: Mapping[str, object]
    page: Page
    copy: str


def publish(
    params: Path,
    output: Path,
    codes: Sequence[str] = (),
    jobs: int = 2,
    progress: Progress = lambda *_: None,
    overrides: Mapping[str, object] | None = None,
) -> Outcome:
    """Make a publication.

    Parameters
    ----------
    params
        The publication file.
    output
        Folder under which the publication's own folder is made.
    codes
        Make local reports for these organisations alone; for all that the publication names by default.
    jobs
        How many notebooks run at a time.
    progress
        Called with a line of text, and how many pages of how many are done.
    overrides
        Settings that go before those of the publication file, such as its formats.

    Raises
    ------
    wres.params.ParamsError, wres.problems.CollectionError
        If the publication can't be begun; nothing is written then.
    """
    publication, collection = pipeline.load(params, overrides or {})
    renderer = choose_renderer(publication.renderer)
    chosen = reported(collection, publication, codes)
    with _whole_or_absent(output, publication.publication) as folder, TemporaryDirectory() as scratch:
        work = Path(scratch)
        collection.write(work / "collection")
        source = {"params_file": str(params.resolve()), "collection_store": str(work / "collection")}
        progress("computing the indicators", 0, len(chosen))
        computed = execute("indicators", {**source, "store": str(work / "store")}, work)
        _keep(computed, folder / "notebooks" / "indicators.ipynb")
        write_open_data(work / "store", folder / "data", publication)
        write_quality(collection, publication, folder / "quality")
        store = {"params_file": source["params_file"], "store": str(work / "store")}
        pages = Pages(publication, collection.synthetic, collection.organisations)
        years = latest_years(work / "store")
        local = [pages.local(code, name, years.get(code, publication.year), store) for code, name in chosen]
        with ProcessPoolExecutor(jobs, mp_context=get_context("spawn")) as executor:
            codes = [code for code, _ in chosen]
            workbooks = [
                executor.submit(
                    write_local_data, work / "store", folder / "organisations", publication, codes[n::jobs]
                )
                for n in range(jobs)
            ]
            make = partial(_make, executor, jobs, folder, work, renderer, progress)
            background = pages.background({**source, **store})
            failures = make([*background, *local])
            made = [code for code, _ in chosen if _stem(code) not in failures]
            national = pages.national(made, store)
            failures |= make([national])
            for written in workbooks:
                written.result()
            promised = [target for job in (*background, national) for target in job.page.targets.values()]
            web_pages = [path.relative_to(folder).as_posix() for path in sorted(folder.rglob("*.html"))]
            failures |= {
                page: "; ".join(dead) for page, dead in dead_links(folder, web_pages, promised).items()
            }
        write_manifest(folder, params, publication, f"{renderer.name} {renderer.version}", failures)
    return Outcome(
        output / publication.publication,
        len(made),
        failures,
        collection.problems,
        f"{renderer.name} ({renderer.version})",
    )


def reported(
    collection: Collection, publication: Publication, codes: Sequence[str] = ()
) -> list[tuple[str, str]]:
    """Codes and names of the organisations that get a report.

    All of them, or those that were named; those merged into another organisation stand in its report.

    Raises
    ------
    ParamsError
        If a code is unknown; the message names it.
    """
    table = collection.organisations
    names = dict(zip(table["organisation_code"], table["organisation"], strict=True))
    wanted = codes or (() if publication.organisations == "all" else publication.organisations)
    unknown = [code for code in wanted if code not in names]
    if unknown:
        raise ParamsError(f"unknown organisation {', '.join(unknown)}: not in the organisations table")
    merged = set(table.loc[table["successor"].isin(list(names)), "organisation_code"])
    return [
        (code, name) for code, name in names.items() if (code in wanted if wanted else code not in merged)
    ]


def latest_years(store: Path) -> dict[str, int]:
    """The latest year for which each organisation has figures."""
    rows = results.read(store / "indicators.parquet")
    rows = rows[rows["status"].isin(["published", "suppressed", "insufficient"])]
    return {str(code): int(year) for code, year in rows.groupby("code")["year"].max().items()}


class Pages:
    """The jobs that a publication's pages are made by."""

    def __init__(self, publication: Publication, synthetic: bool, organisations: pd.DataFrame) -> None:
        self._publication = publication
        self._synthetic = synthetic
        self._organisations = organisations

    def local(self, code: str, name: str, year: int, store: dict[str, str]) -> Job:
        """The report of one organisation."""
        formats = self._publication.formats
        files = {
            f: name
            for f, name in LOCAL_FILES.items()
            if f in formats or (f == "summary" and "pdf" in formats)
        }
        targets = {f: f"organisations/{code}/{name}" for f, name in files.items()}
        page = self._page(
            _stem(code),
            f"Race equality at {name}",
            targets,
            head=f"{name} ({code})",
            year=year,
            links=LOCAL_LINKS,
            others=strangers(self._organisations, code),
        )
        return Job("organisation", {**store, "organisation_code": code}, page, f"organisations/{code}")

    def background(self, source: dict[str, str]) -> list[Job]:
        """The methods page and the data quality page."""
        methods = self._page(
            "methods", "How these figures are made", {"html": "methods/index.html"}, head="Methods"
        )
        quality = self._page("quality", "Data quality", {"html": "quality/index.html"}, head="Data quality")
        return [
            Job("methods", {"params_file": source["params_file"]}, methods, "methods"),
            Job("collection", source, quality, "collection"),
        ]

    def national(self, made: Sequence[str], store: dict[str, str]) -> Job:
        """The national overview, with a way to every local report that was made; HTML among its formats."""
        formats = dict.fromkeys(("html", *self._publication.formats))
        page = self._page(
            "national",
            f"{self._publication.title}: national overview",
            {f: NATIONAL_FILES[f] for f in formats},
            head="England",
            links=NATIONAL_LINKS,
        )
        return Job("national", {**store, "reports": list(made)}, page, "national")

    def _page(
        self,
        stem: str,
        title: str,
        targets: dict[Format, str],
        *,
        head: str,
        year: int | None = None,
        links: tuple[tuple[str, str], ...] = (),
        others: Mapping[str, str] = MappingProxyType({}),
    ) -> Page:
        covered = year or self._publication.year
        subtitle = (
            f"Workforce Race Equality Standard · reporting year {covered} · snapshot of 31 March {covered}, "
            f"staff survey of autumn {covered - 1}"
        )
        return Page(
            stem=stem,
            targets=targets,
            title=title,
            subtitle=subtitle,
            publication=self._publication.title,
            running_head=f"{head} · {covered}",
            year=covered,
            synthetic=self._synthetic,
            links=links,
            others=dict(others),
        )


def make_page(job: Job, shard: Path, notebooks: Path) -> PreparedPage | Rendered:
    """Execute one notebook, keep its executed copy, and prepare its page in the folder of its shard."""
    try:
        notebook = execute(job.notebook, job.parameters, shard.parent)
        _keep(notebook, notebooks / f"{job.copy}.ipynb")
        return prepare(notebook, job.page, shard)
    except (NotebookError, ValueError) as error:
        return Rendered(job.page, str(error))


def _make(
    executor: Executor,
    workers: int,
    folder: Path,
    work: Path,
    renderer: Renderer,
    progress: Progress,
    jobs: Sequence[Job],
) -> dict[str, str]:
    """Execute all notebooks, then render their pages in as many shards as there are workers."""
    futures = [
        executor.submit(
            make_page, job, work / f"{jobs[0].page.stem}-{number % workers}", folder / "notebooks"
        )
        for number, job in enumerate(jobs)
    ]
    for done, future in enumerate(as_completed(futures), 1):
        page = future.result()
        failed = ": FAILED" if isinstance(page, Rendered) else ""
        progress(f"{page.page.title}{failed}", done, len(jobs))
    finished = [future.result() for future in futures]
    prepared = [page for page in finished if isinstance(page, PreparedPage)]
    progress("rendering the pages", len(prepared), len(jobs))
    shards: dict[Path, list[PreparedPage]] = defaultdict(list)
    for ready in prepared:
        shards[ready.notebook.parent].append(ready)
    rendered = [page for page in finished if isinstance(page, Rendered)]
    for made in [executor.submit(_render, renderer, shard, folder) for shard in shards.values()]:
        rendered += made.result()
    return {page.page.stem: page.failure for page in rendered if page.failure}


def _render(renderer: Renderer, shard: Sequence[PreparedPage], folder: Path) -> list[Rendered]:
    return checked(renderer.render(shard, folder), folder)


@contextmanager
def _whole_or_absent(output: Path, name: str) -> Iterator[Path]:
    """Give a folder to fill; it takes its place only if nothing went wrong."""
    output.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix=f".{name}-", dir=output) as scratch:
        folder = Path(scratch) / name
        folder.mkdir()
        yield folder
        final, old = output / name, Path(scratch) / "previous"
        if final.exists():
            final.rename(old)
        folder.rename(final)


def _keep(notebook: NotebookNode, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(notebook, path)


def _stem(code: str) -> str:
    return f"organisation-{code}"
