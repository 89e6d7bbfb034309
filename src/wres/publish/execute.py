"""Running a notebook with parameters, each in a fresh kernel.

What a notebook computes belongs in the notebook and in :mod:`wres.pipeline`; how its result becomes a page, in
:mod:`wres.publish.pages`.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

import papermill
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbformat import NotebookNode
from papermill.exceptions import PapermillExecutionError
from papermill.translators import PythonTranslator

from wres.project import project_path
from wres.publish.kernels import KERNEL_LOG, WarmKernelManager

START_TIMEOUT, CELL_TIMEOUT = 60, 900


class NotebookError(Exception):
    """A notebook failed; the message says which, where and why."""


class KernelStartError(NotebookError):
    """A kernel did not start."""


def execute(name: str, parameters: Mapping[str, object], folder: Path) -> NotebookNode:
    """Run one of the project's notebooks and return it with its outputs, without a trace of when or where.

    Parameters
    ----------
    name
        File name of the notebook without its extension.
    parameters
        Values for its parameters cell; an unknown name is an error.
    folder
        Where the kernel gets a folder of its own to work in.

    Raises
    ------
    NotebookError
        If a cell fails or hangs, the kernel dies, or a parameter is unknown to the notebook.
    """
    source = project_path(f"notebooks/{name}.ipynb")
    _check_parameters(source, name, parameters)
    logging.getLogger("papermill").setLevel(logging.ERROR)
    os.environ.setdefault("PYDEVD_DISABLE_FILE_VALIDATION", "1")
    try:
        return _clean(_run(source, name, parameters, folder), parameters)
    except KernelStartError:
        # On a machine under load a kernel now and then never answers; a new one does.
        return _clean(_run(source, name, parameters, folder), parameters)


def _run(source: Path, name: str, parameters: Mapping[str, object], folder: Path) -> NotebookNode:
    with TemporaryDirectory(dir=folder, ignore_cleanup_errors=True) as own:
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
                cwd=own,
                kernel_manager_class=WarmKernelManager,
            )
        except PapermillExecutionError as error:
            where = f"{name}.ipynb, cell {error.exec_count}"
            raise NotebookError(f"{where}: {error.ename}: {error.evalue}") from None
        except (CellTimeoutError, DeadKernelError) as error:
            raise NotebookError(f"{name}.ipynb: {error}; its kernel said: {_last_words(Path(own))}") from None
        except RuntimeError as error:
            raise KernelStartError(
                f"{name}.ipynb: {error}; its kernel said: {_last_words(Path(own))}"
            ) from None
    return notebook


def _last_words(folder: Path) -> str:
    log = folder / KERNEL_LOG
    lines = log.read_text(errors="replace").split("\n") if log.exists() else []
    return " ".join(line for line in lines[-6:] if line) or "nothing"


def _check_parameters(source: Path, name: str, parameters: Mapping[str, object]) -> None:
    unknown = set(parameters) - set(papermill.inspect_notebook(source))
    if unknown:
        raise NotebookError(f"{name}.ipynb has no parameter named {', '.join(sorted(unknown))}")


def _clean(notebook: NotebookNode, parameters: Mapping[str, object]) -> NotebookNode:
    """Take out what differs from run to run: times, machines, folders of the executing process."""
    notebook.metadata.pop("papermill", None)
    for cell in notebook.cells:
        for noise in ("papermill", "execution"):
            cell.metadata.pop(noise, None)
        cell.pop("id", None)
    for number, cell in enumerate(notebook.cells, 1):
        cell["id"] = f"cell-{number}"
        if "injected-parameters" in cell.metadata.get("tags", ()):
            cell["source"] = _without_folders(cell["source"], parameters)
    return notebook


def _without_folders(source: str, parameters: Mapping[str, object]) -> str:
    """The parameters as they were given, paths by their last name: where they lay tells of a machine."""
    for value in parameters.values():
        if isinstance(value, str) and Path(value).is_absolute():
            written, name = (PythonTranslator.translate(text) for text in (value, Path(value).name))
            source = source.replace(written, name)
    return source
