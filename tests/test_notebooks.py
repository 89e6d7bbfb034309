"""Each notebook runs from top to bottom with its default parameters, as a researcher would step through it."""

from pathlib import Path

import nbformat
import papermill
import pytest

NOTEBOOKS = Path(__file__).parents[1] / "notebooks"


@pytest.mark.parametrize(
    "name",  # one of those that compute the whole demonstration is enough for every day
    [
        "organisation",
        *(pytest.param(name, marks=pytest.mark.slow) for name in ("collection", "indicators", "national")),
    ],
)
def test_notebook_runs_with_its_defaults(name, tmp_path):
    done = papermill.execute_notebook(
        NOTEBOOKS / f"{name}.ipynb", tmp_path / "done.ipynb", cwd=NOTEBOOKS, progress_bar=False
    )
    outputs = [output for cell in done.cells if cell.cell_type == "code" for output in cell.outputs]
    assert [output for output in outputs if "text/markdown" in output.get("data", {})]
    assert not [output for output in outputs if output.output_type in ("error", "stream")]


@pytest.mark.parametrize("path", sorted(NOTEBOOKS.glob("*.ipynb")), ids=lambda path: path.stem)
def test_notebook_is_kept_without_outputs_and_without_algorithms(path):
    cells = [cell for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code"]
    assert not [cell for cell in cells if cell.outputs or cell.execution_count]
    assert not [cell for cell in cells if "\nclass " in f"\n{cell.source}"]
