"""Running a notebook with parameters, each in a fresh kernel.

What a notebook computes belongs in the notebook and in :mod:`wres.pipeline`; how its result becomes a page, in
:mod:`wres.publish.pages`.
"""

from __future__ import annotations

import logging
import os
from pathlib import Path
from typing import Any

import papermill
from nbformat import NotebookNode
from papermill.exceptions import PapermillExecutionError

from wres.project import project_path
from wres.publish.kernels import WarmKernelManager

START_TIMEOUT, CELL_TIMEOUT = 120, 900


class NotebookError(Exception):
    """A notebook failed; the message says which, where and why."""


def execute(name: str, parameters: dict[str, Any], folder: Path) -> NotebookNode:
    """Run one of the project's notebooks and return it with its outputs, without a trace of when or where.

    Parameters
    ----------
    name
        File name of the notebook without its extension.
    parameters
        Values for its parameters cell; an unknown name is an error.
    folder
        Working folder of the kernel.

    Raises
    ------
    NotebookError
        If a cell fails or a parameter is unknown to the notebook.
    """
    source = project_path(f"notebooks/{name}.ipynb")
    _check_parameters(source, name, parameters)
    logging.getLogger("papermill").setLevel(logging.ERROR)
    os.environ.setdefault("PYDEVD_DISABLE_FILE_VALIDATION", "1")
    try:
        notebook = papermill.execute_notebook(
            source,
            None,
            parameters=parameters,
            kernel_name="python3",
            progress_bar=False,
            log_output=False,
            start_timeout=START_TIMEOUT,
            execution_timeout=CELL_TIMEOUT,
            cwd=folder,
            kernel_manager_class=WarmKernelManager,
        )
    except PapermillExecutionError as error:
        raise NotebookError(f"{name}.ipynb, cell {error.exec_count}: {error.ename}: {error.evalue}") from None
    return _clean(notebook)


def _check_parameters(source: Path, name: str, parameters: dict[str, Any]) -> None:
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
