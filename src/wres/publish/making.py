"""Making pages: each is taken as it was, or ordered from the workers, and put in its place in the folder.

Which pages there are belongs in :mod:`wres.publish.jobs`; how one is made, in :mod:`wres.publish.work`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import TypeVar

from wres.publish.inputs import Inputs
from wres.publish.jobs import Job
from wres.publish.kept import Kept
from wres.publish.progress import Tally
from wres.publish.recipe import recipe
from wres.publish.render import Renderer
from wres.publish.work import Made, Order, finished, make, place, shard_of, unpacked
from wres.publish.workers import TRIES, Workers

Shard = dict[str, tuple[Job, str]]  # jobs and keys of pages that are made together, by stem
T = TypeVar("T")
DIED = f"the process that made it died {TRIES} times; it may need more memory than there is"


class Making:
    """Makes the pages of one publication.

    Attributes
    ----------
    pages : dict
        Of each finished page, by its stem, its key and the names of its files.
    failures : dict
        Of each page that could not be made, by its stem, the reason.
    """

    def __init__(
        self, crew: Workers, inputs: Inputs, kept: Kept, renderer: Renderer, folder: Path, tally: Tally
    ) -> None:
        self.pages: dict[str, dict[str, object]] = {}
        self.failures: dict[str, str] = {}
        self._crew, self._inputs, self._kept = crew, inputs, kept
        self._renderer, self._recipe = renderer, recipe(renderer)
        self._folder, self._tally = folder, tally

    def make(self, jobs: Iterable[Job]) -> None:
        """Make the pages of these jobs; one that fails doesn't stop the others."""
        handed_out: list[Shard] = []
        for number, result in self._crew.run(make, self._orders(jobs, handed_out)):
            shard = handed_out[number]
            done = finished(result) if result else [Made(stem, failure=DIED) for stem in shard]
            for page in done:
                self._end(*shard[page.stem], page)

    def _orders(self, jobs: Iterable[Job], handed_out: list[Shard]) -> Iterator[bytes]:
        """Wrap up the pages that have to be made; those that don't are put in place on the way."""
        for batch in _batched(self._changed(jobs), self._renderer.pages_at_once):
            handed_out.append({order.job.page.stem: (order.job, key) for order, key in batch})
            yield shard_of([order for order, _ in batch], self._renderer.name, self._recipe)

    def _changed(self, jobs: Iterable[Job]) -> Iterator[tuple[Order, str]]:
        for job in jobs:
            order = Order(job, self._inputs.of(job.parameters, job.code))
            key = order.key(self._recipe)
            files = self._kept.files(key)
            if files is None:
                yield order, key
                continue
            self._put(job, key, files)
            if job.code:
                self._tally.took_unchanged(job.page.title)

    def _end(self, job: Job, key: str, page: Made) -> None:
        if page.failure:
            self.failures[page.stem] = page.failure
        else:
            self._kept.keep(key, page.archive)
            self._put(job, key, unpacked(page.archive))
        if not job.code:
            self._tally.step(f"{job.page.title}{f': FAILED: {page.failure}' if page.failure else ''}")
        elif page.failure:
            self._tally.failed_at(job.page.title, page.failure)
        else:
            self._tally.made(job.page.title, page.seconds)

    def _put(self, job: Job, key: str, files: Mapping[str, bytes]) -> None:
        place(files, self._folder)
        self.pages[job.page.stem] = {"key": key, "files": sorted(files)}


def _batched(items: Iterable[T], size: int) -> Iterator[list[T]]:
    """Items in lists of ``size``, the last as long as what is left."""
    rest = iter(items)
    while batch := list(islice(rest, size)):
        yield batch
