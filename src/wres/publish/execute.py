"""Running a notebook with parameters, each in a fresh kernel.

What a notebook computes belongs in the notebook and in :mod:`wres.pipeline`; how its result becomes a page, in
:mod:`wres.publish.pages`.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from pathlib import Path

import papermill
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbformat import NotebookNode
from papermill.exceptions import PapermillExecutionError

from wres.project import project_path
from wres.publish import kernels
from wres.publish.kernels import KERNEL_LOG, WarmKernelManager

START_TIMEOUT, CELL_TIMEOUT = 60, 900
TRIES = 3


class NotebookError(Exception):
    """A notebook failed; the message says which, where and why."""


class KernelLostError(NotebookError):
    """A kernel did not start, or died."""


def execute(name: str, parameters: Mapping[str, object], folder: Path) -> NotebookNode:
    """Run one of the project's notebooks and return it with its outputs, without a trace of when or where.

    Parameters
    ----------
    name
        File name of the notebook without its extension.
    parameters
        Values for its parameters cell; an unknown name is an error.
    folder
        Where the kernel works: a folder of its own, in which the notebook finds what it reads.

    Raises
    ------
    NotebookError
        If a cell fails or hangs, the kernel dies again and again, or a parameter is unknown to the notebook.
    """
    source = project_path(f"notebooks/{name}.ipynb")
    _check_parameters(source, name, parameters)
    logging.getLogger("papermill").setLevel(logging.ERROR)
    for _ in range(TRIES - 1):
        try:
            return _clean(_run(source, name, parameters, folder))
        except KernelLostError:
            # On a machine under load a kernel may never answer, or be killed for its memory; a new one lives.
            continue
    return _clean(_run(source, name, parameters, folder))


def _run(source: Path, name: str, parameters: Mapping[str, object], folder: Path) -> NotebookNode:
    try:
        notebook: NotebookNode = papermill.execute_notebook(
            source,
            None,
            parameters=dict(parameters),
            kernel_name="python3",
            progress_bar=False,
            log_output=False,
            start_timeout=START_TIMEOUT,
            execution_timeout=CELL_TIMEOUT,
            cwd=folder,
            kernel_manager_class=WarmKernelManager,
            shutdown_kernel="immediate",  # its cells have ended; it has nothing left to save
        )
    except PapermillExecutionError as error:
        where = f"{name}.ipynb, cell {error.exec_count}"
        raise NotebookError(f"{where}: {error.ename}: {error.evalue or _in_words(error.ename)}") from None
    except CellTimeoutError as error:
        raise NotebookError(f"{name}.ipynb: {error}; its kernel said: {_last_words(folder)}") from None
    except (DeadKernelError, RuntimeError) as error:
        raise KernelLostError(f"{name}.ipynb: {error}; its kernel said: {_last_words(folder)}") from None
    return notebook


def _in_words(error: str) -> str:
    if error == "MemoryError":
        return f"it asks for more than {kernels.MEMORY / 2**30:.3g} GiB of memory"
    return "it says no more"


def _last_words(folder: Path) -> str:
    log = folder / KERNEL_LOG
    lines = log.read_text(errors="replace").split("\n") if log.exists() else []
    return " ".join(line for line in lines[-6:] if line) or "nothing"


def _check_parameters(source: Path, name: str, parameters: Mapping[str, object]) -> None:
    unknown = set(parameters) - set(papermill.inspect_notebook(source))
    if unknown:
        raise NotebookError(f"{name}.ipynb has no parameter named {', '.join(sorted(unknown))}")


def _clean(notebook: NotebookNode) -> NotebookNode:
    """Take out what differs from run to run: times, machines, paths of the executing process."""
    notebook.metadata.pop("papermill", None)
    for cell in notebook.cells:
        for noise in ("papermill", "execution"):
            cell.metadata.pop(noise, None)
        cell.pop("id", None)
    for number, cell in enumerate(notebook.cells, 1):
        cell["id"] = f"cell-{number}"
    return notebook
