"""Notebooks run with their parameters, fail with a reason, and leave no trace of the run."""

import sys

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from wres.publish import execute as module
from wres.publish import kernels
from wres.publish.execute import NotebookError, execute


@pytest.fixture
def notebooks(tmp_path, monkeypatch):
    """A folder of notebooks that stand in for the project's."""
    monkeypatch.setattr(module, "project_path", lambda name: tmp_path / name)
    (tmp_path / "notebooks").mkdir()

    def write(*sources: str) -> None:
        cells = [new_code_cell("size = 1", metadata={"tags": ["parameters"]})]
        cells += [new_code_cell(source) for source in sources]
        kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
        nbformat.write(new_notebook(cells=cells, metadata=kernel), tmp_path / "notebooks" / "small.ipynb")

    return write


def output(notebook):
    return notebook.cells[-1].outputs[0]["data"]["text/plain"]


def test_parameters_reach_the_notebook(notebooks, tmp_path):
    notebooks("size * 2")
    assert output(execute("small", {"size": 21}, tmp_path)) == "42"


def test_text_of_a_parameter_is_data_and_never_code(notebooks, tmp_path):
    notebooks("size")
    nasty = "'); import os; os._exit(1) #\n<script>"
    assert output(execute("small", {"size": nasty}, tmp_path)) == repr(nasty)


def test_misspelt_parameter_is_an_error(notebooks, tmp_path):
    notebooks("size")
    with pytest.raises(NotebookError, match=r"small\.ipynb has no parameter named sise"):
        execute("small", {"sise": 2}, tmp_path)


def test_failing_cell_names_notebook_cell_and_error(notebooks, tmp_path):
    notebooks("1 / 0")
    with pytest.raises(NotebookError, match=r"small\.ipynb, cell 2: ZeroDivisionError: division by zero"):
        execute("small", {}, tmp_path)


def test_two_runs_give_the_same_bytes(notebooks, tmp_path):
    notebooks("size")
    texts = {nbformat.writes(execute("small", {"size": 3}, tmp_path)) for _ in range(2)}
    assert len(texts) == 1
    assert "papermill" not in texts.pop()


def test_hanging_cell_is_stopped(notebooks, tmp_path, monkeypatch):
    monkeypatch.setattr(module, "CELL_TIMEOUT", 2)
    notebooks("while True: pass")
    with pytest.raises(NotebookError, match=r"small\.ipynb: A cell timed out"):
        execute("small", {}, tmp_path)


@pytest.mark.parametrize(
    "leak",
    ["bytearray(2**22)", "np.ones(2**19)", "[str(n) for n in range(2**16)]"],
    ids=["bytes", "array", "objects"],
)
@pytest.mark.skipif(sys.platform != "linux", reason="SKIPPED: memory is bounded on Linux alone")
def test_leaking_notebook_ends_with_its_name(notebooks, tmp_path, monkeypatch, leak):
    monkeypatch.setattr(kernels, "MEMORY", 2**28)
    notebooks("import numpy as np; kept = []", f"while True: kept.append({leak})")
    with pytest.raises(
        NotebookError,
        match=r"small\.ipynb, cell 3: .*MemoryError: (it asks for more than 0.25 GiB|Unable to)",
    ):
        execute("small", {}, tmp_path)


def test_dying_kernel_is_a_failure_with_a_reason(notebooks, tmp_path):
    notebooks("import os; os._exit(1)")
    with pytest.raises(NotebookError, match=r"small\.ipynb: Kernel died"):
        execute("small", {}, tmp_path)


def test_kernel_that_was_killed_once_is_replaced(notebooks, tmp_path):
    notebooks(
        "from pathlib import Path; import os",
        "first = not Path('seen').exists(); Path('seen').touch(); first and os.kill(os.getpid(), 9)",
        "first",
    )
    assert output(execute("small", {}, tmp_path)) == "False"


def test_notebook_finds_its_inputs_beside_it(notebooks, tmp_path):
    notebooks("open('input.txt').read()")
    (tmp_path / "input.txt").write_text("here")
    assert output(execute("small", {}, tmp_path)) == "'here'"
