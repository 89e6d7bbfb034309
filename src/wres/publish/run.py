"""A whole publication, step by step: compute, make the pages, and put the folder in place.

The folder is made beside its final place and moved there when it is whole, so that a folder that exists is a
finished publication. Finished pages of a run that was cut off are kept, and the next run goes on from them.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from wres import pipeline
from wres.collect import Collection
from wres.params import Publication, load_publication
from wres.problems import Problem
from wres.publish.audit import CELLS, RECORD, audited
from wres.publish.checks import dead_links
from wres.publish.execute import execute
from wres.publish.inputs import COLLECTION, PUBLICATION, STORE, Inputs
from wres.publish.jobs import Job, Jobs, reported, reported_years
from wres.publish.kept import Kept
from wres.publish.kernels import preload_failure
from wres.publish.lock import locked
from wres.publish.making import Making
from wres.publish.manifest import MANIFEST, input_checksums, write_manifest
from wres.publish.open_data import write_open_data
from wres.publish.open_data.local import write_local_data
from wres.publish.progress import Progress, Tally, silent
from wres.publish.quality import write_quality
from wres.publish.release import check_not_released
from wres.publish.render import choose_renderer
from wres.publish.work import keep_copy
from wres.publish.workers import aside, workers


@dataclass(frozen=True)
class Outcome:
    """What came of a publication.

    Attributes
    ----------
    folder
        The finished publication.
    organisations
        How many local reports it holds.
    unchanged
        How many of them were taken from the last publication, or from a run that was cut off.
    failures
        Pages that could not be made, with the reason.
    problems
        What was wrong with the collection.
    renderer
        Name and version of the renderer.
    slowest
        Titles of the reports that took longest, with their seconds.
    """

    folder: Path
    organisations: int
    unchanged: int
    failures: dict[str, str]
    problems: tuple[Problem, ...]
    renderer: str
    slowest: tuple[tuple[str, float], ...]


def publish(
    params: Path,
    output: Path,
    codes: Sequence[str] = (),
    jobs: int = 2,
    progress: Progress = silent,
    overrides: Mapping[str, object] | None = None,
    *,
    scheduler: str = "",
    fresh: bool = False,
    internal: bool = False,
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
        How many pages are made at a time, where there is no scheduler.
    progress
        Told each step.
    overrides
        Settings that go before those of the publication file, such as its formats.
    scheduler
        Address of a Dask scheduler whose workers make the pages; blank for this computer.
    fresh
        Make every page anew.
    internal
        Hide nothing: an edition that is not for release, in a folder of its own, marked on every page and file.

    Raises
    ------
    wres.params.ParamsError, wres.problems.CollectionError
        If the publication can't be begun; nothing is written then.
    ConnectionError
        If there is no such scheduler.
    BlockingIOError
        If another run is making this publication.
    FileExistsError
        If something else than a publication stands in its place.
    """
    received = input_checksums(params, load_publication(params, overrides or {}))
    with ThreadPoolExecutor(1) as meanwhile:
        cold = meanwhile.submit(preload_failure)
        publication, collection = pipeline.load(params, overrides or {})
    if internal:
        publication = publication.model_copy(update=_internal(publication))
    check_not_released(output / publication.publication)
    _check_replaceable(output / publication.publication)
    renderer = choose_renderer(publication.renderer)
    chosen = reported(collection, publication, codes)
    tally = Tally(len(chosen), progress)
    synthetic, problems = collection.synthetic, collection.problems
    if reason := cold.result():
        tally.step(f"each kernel takes seconds to start, because the imports could not be shared: {reason}")
    with _workshop(output, publication, fresh=fresh) as shop, workers(jobs, shop.scratch, scheduler) as crew:
        tally.step("computing the indicators")
        inputs = Inputs(shop.inputs, publication, collection)
        read = {
            "params_file": PUBLICATION,
            "collection_store": COLLECTION,
            "store": STORE,
            "internal": internal,
        }
        keep_copy(execute("indicators", read, shop.inputs), "indicators", shop.folder)
        workbooks = shop.folder / "organisations"
        with (
            aside(write_open_data, inputs.store, shop.folder / "data", publication),
            aside(write_local_data, inputs.store, workbooks, publication, [code for code, _ in chosen]),
        ):
            write_quality(collection, publication, shop.folder / "quality")
            pages = Jobs(publication, synthetic, collection.organisations, internal=internal)
            del collection  # reports are made without it, and it grows with the number of organisations
            years = reported_years(inputs.store, publication.year)
            making = Making(crew, inputs, shop.kept, renderer, shop.folder, tally)
            tally.begin()
            local = [pages.local(code, name, years.get(code, publication.year)) for code, name in chosen]
            background = pages.background()
            making.make([*background, *local])
            made = [job.code for job in local if job.page.stem not in making.failures]
            national = pages.national(made)
            making.make([national])
        making.failures |= _dead_links(shop.folder, [*background, national])
        made_by = f"{renderer.name} {renderer.version}"
        describe = partial(
            write_manifest, shop.folder, params, publication, made_by, making.failures, received, making.pages
        )
        describe()
        if not internal:
            tally.step("the disclosure audit")
            with aside(_audit, shop.folder, shop.inputs / COLLECTION, publication, jobs):
                pass
            describe()  # again, for the record of the audit, which has read the first
    return Outcome(
        output / publication.publication,
        len(made),
        tally.unchanged,
        making.failures,
        problems,
        f"{renderer.name} ({renderer.version})",
        tuple(tally.slowest()),
    )


def _dead_links(folder: Path, always: Sequence[Job]) -> dict[str, str]:
    """Links of pages that lead nowhere, by page; a link to a page that should have been made is no fault."""
    promised = [target for job in always for target in job.page.targets.values()]
    promised += [f"data/{name}" for name in (RECORD, CELLS)]
    pages = [path.relative_to(folder).as_posix() for path in sorted(folder.rglob("*.html"))]
    return {page: "; ".join(dead) for page, dead in dead_links(folder, pages, promised).items()}


def _audit(folder: Path, collection: Path, publication: Publication, jobs: int) -> None:
    """Look through a publication for what it hides, with the collection as it was kept for the notebooks."""
    audited(folder, Collection.read(collection), publication, jobs)


def _internal(publication: Publication) -> dict[str, str]:
    """What the internal edition is called."""
    return {
        "publication": f"{publication.publication}-INTERNAL",
        "title": f"INTERNAL, not for release: {publication.title}",
    }


@dataclass(frozen=True)
class Workshop:
    """The folders that a publication is made in, and the finished pages that there are.

    What hasn't gone through disclosure control stays among the inputs, in a folder that others can't read.
    """

    folder: Path
    inputs: Path
    scratch: Path
    kept: Kept


def _check_replaceable(folder: Path) -> None:
    """A publication takes the place of an earlier one, and of nothing else."""
    if folder.is_dir() and any(folder.iterdir()) and not (folder / MANIFEST).is_file():
        raise FileExistsError(
            f"{folder} holds no publication, for it has no {MANIFEST}, and would be deleted; "
            "name another --output, or move what is there"
        )


@contextmanager
def _workshop(output: Path, publication: Publication, *, fresh: bool) -> Iterator[Workshop]:
    """Give folders to work in; the publication takes its place only if nothing went wrong."""
    name = publication.publication
    final, shop = output / name, output / f".{name}.unfinished"
    output.mkdir(parents=True, exist_ok=True)
    with (
        locked(output / f".{name}.lock"),
        TemporaryDirectory(prefix="wres-", ignore_cleanup_errors=True) as private,
    ):
        pages, previous = shop / "pages", shop / "previous"
        if previous.exists() and not final.exists():  # a run ended in the moment between the two renames
            previous.rename(final)
        _clear(shop, but=None if fresh else pages)
        kept = Kept(pages, None if fresh else final)
        made = Workshop(shop / name, Path(private) / "inputs", Path(private) / "scratch", kept)
        for folder in (made.folder, made.inputs, made.scratch):
            folder.mkdir(parents=True)
        try:
            yield made
            if final.exists():
                final.rename(previous)
            made.folder.rename(final)
            _clear(shop)
        finally:
            _clear(shop, but=pages)


def _clear(shop: Path, but: Path | None = None) -> None:
    """Remove a workshop, but for finished pages if there are any."""
    for path in shop.iterdir() if shop.exists() else ():
        if path != but:
            shutil.rmtree(path, ignore_errors=True)
    if shop.exists() and not any(shop.iterdir()):
        shop.rmdir()
