"""What a worker does: a shard of pages, from its notebooks' inputs to finished files, bytes in and bytes out.

A worker needs this package and no disk that others see. Which pages there are belongs in
:mod:`wres.publish.jobs`; where workers are, in :mod:`wres.publish.workers`.
"""

from __future__ import annotations

import io
import pickle
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Lock
from time import perf_counter
from typing import Literal

import nbformat
from nbformat import NotebookNode

from wres.project import project_path
from wres.publish.checks import checked
from wres.publish.execute import NotebookError, execute
from wres.publish.jobs import Job
from wres.publish.pages import PreparedPage, Rendered, prepare
from wres.publish.recipe import digest, files_digest, recipe
from wres.publish.render import Renderer, choose_renderer

NOTEBOOKS = "notebooks"
_ONE_AT_A_TIME = (
    Lock()
)  # Papermill changes the folder of the whole process, and a cluster's workers may be threads


class MismatchError(Exception):
    """A worker has another version of the package, of a library or of the renderer."""


@dataclass(frozen=True)
class Order:
    """A page to make and the files that its notebook reads."""

    job: Job
    files: Mapping[str, bytes]

    def key(self, recipe: str) -> str:
        """The checksum of all that the finished page depends on."""
        notebook = project_path(f"notebooks/{self.job.notebook}.ipynb").read_bytes()
        return digest(recipe, asdict(self.job), files_digest({**self.files, "notebook": notebook}))


@dataclass(frozen=True)
class Made:
    """A finished page, or the reason why there is none.

    Attributes
    ----------
    stem : str
        The page's.
    archive : bytes
        Its files as a ZIP archive, by their paths under the publication's folder; empty after a failure.
    failure : str
        The reason.
    seconds : float
        How long it took, its share of what was done for several pages at once included.
    """

    stem: str
    archive: bytes = b""
    failure: str = ""
    seconds: float = 0.0


def shard_of(orders: Sequence[Order], renderer: str, recipe: str) -> bytes:
    """Wrap up some pages for a worker."""
    return pickle.dumps((list(orders), renderer, recipe))


def finished(made: bytes) -> list[Made]:
    """Unwrap what a worker gave back."""
    pages: list[Made] = pickle.loads(made)  # noqa: S301  (from our own workers)
    return pages


def make(shard: bytes) -> bytes:
    """Make a shard of pages; a page that fails doesn't stop the others.

    Raises
    ------
    MismatchError
        If this worker would not make the same pages as the one that asks for them.
    """
    orders, name, expected = pickle.loads(shard)  # noqa: S301  (from our own coordinator)
    renderer, own = _renderer_and_recipe(name)
    if own != expected:
        raise MismatchError(
            "a worker has another version of wres, of a library, of Python or of the renderer than the computer "
            "that publishes; install the same on all of them"
        )
    with _ONE_AT_A_TIME, TemporaryDirectory(ignore_cleanup_errors=True) as scratch:
        return pickle.dumps(_made(orders, renderer, Path(scratch) / "work", Path(scratch) / "output"))


def _made(orders: Sequence[Order], renderer: Renderer, work: Path, output: Path) -> list[Made]:
    """Execute the notebooks of a shard one after another, then render their pages together."""
    pages, seconds = [], {}
    for order in orders:
        start = perf_counter()
        pages.append(_prepared(order, work, output))
        seconds[order.job.page.stem] = perf_counter() - start
    ready = [page for page in pages if isinstance(page, PreparedPage)]
    start = perf_counter()
    ended = [page for page in pages if isinstance(page, Rendered)]
    ended += checked(renderer.render(ready, output), output)
    share = (perf_counter() - start) / max(1, len(ready))
    failures = {page.page.stem: page.failure for page in ended}
    made = []
    for job in (order.job for order in orders):
        failure = failures[job.page.stem]
        archive = b"" if failure else packed({name: (output / name).read_bytes() for name in _files(job)})
        made.append(Made(job.page.stem, archive, failure, seconds[job.page.stem] + share))
    return made


@cache
def _renderer_and_recipe(name: Literal["quarto", "embedded"]) -> tuple[Renderer, str]:
    renderer = choose_renderer(name)
    return renderer, recipe(renderer)


def _prepared(order: Order, work: Path, output: Path) -> PreparedPage | Rendered:
    """Execute a notebook, keep its executed copy, and prepare its page beside those of the shard."""
    job = order.job
    with TemporaryDirectory(ignore_cleanup_errors=True) as own:
        place(order.files, Path(own))
        try:
            notebook = execute(job.notebook, job.parameters, Path(own))
            page = prepare(notebook, job.page, work)
        except (NotebookError, ValueError) as error:
            return Rendered(job.page, str(error))
    keep_copy(notebook, job.copy, output)
    return page


def keep_copy(notebook: NotebookNode, name: str, folder: Path) -> Path:
    """Write the executed copy of a notebook under a publication's folder."""
    path = folder / NOTEBOOKS / f"{name}.ipynb"
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(notebook, path)
    return path


def place(files: Mapping[str, bytes], folder: Path) -> None:
    """Write files under a folder."""
    for name, data in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)


def packed(files: Mapping[str, bytes]) -> bytes:
    """The files of a finished page as a ZIP archive, the same bytes whenever they are packed."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as opened:
        for name in sorted(files):
            opened.writestr(zipfile.ZipInfo(name), files[name])
    return archive.getvalue()


def unpacked(archive: bytes) -> dict[str, bytes]:
    """The files of a finished page, by their paths under the publication's folder.

    Raises
    ------
    zipfile.BadZipFile
        If the archive is damaged.
    """
    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        return {name: opened.read(name) for name in opened.namelist()}


def _files(job: Job) -> list[str]:
    return [f"{NOTEBOOKS}/{job.copy}.ipynb", *job.page.targets.values()]
