"""Kernels are forked with the imports done, each fresh, and the ordinary way still works."""

import subprocess
from importlib.metadata import entry_points

import nbformat
import papermill
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from wres.publish.kernels import PROVISIONER, ForkedKernel, WarmKernelManager, WarmProvisioner


def run(folder, source, **kwargs):
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    path = folder / "small.ipynb"
    nbformat.write(new_notebook(cells=[new_code_cell(source)], metadata=kernel), path)
    done = papermill.execute_notebook(path, None, progress_bar=False, cwd=folder, **kwargs)
    return done.cells[0].outputs[0]["data"]["text/plain"]


def test_provisioner_is_an_entry_point_of_jupyter_client():
    points = entry_points(group="jupyter_client.kernel_provisioners", name=PROVISIONER)
    assert [point.load() for point in points] == [WarmProvisioner]


def test_warm_kernel_has_the_imports_before_its_first_cell(tmp_path):
    loaded = run(
        tmp_path,
        "import sys; {'pandas', 'matplotlib', 'wres.report.local'} <= set(sys.modules)",
        kernel_manager_class=WarmKernelManager,
    )
    assert loaded == "True"


def test_nothing_is_left_over_from_the_kernel_before(tmp_path):
    set_it = "import matplotlib as m, wres; m.rcParams['font.size'] = 99; wres.leftover = True; 'leftover' in dir(wres)"
    assert run(tmp_path, set_it, kernel_manager_class=WarmKernelManager) == "True"
    look = "import matplotlib as m, wres; (m.rcParams['font.size'] == 99, 'leftover' in dir(wres))"
    assert run(tmp_path, look, kernel_manager_class=WarmKernelManager) == "(False, False)"


def test_kernel_works_in_the_folder_given(tmp_path):
    where = run(tmp_path, "import os; os.getcwd()", kernel_manager_class=WarmKernelManager)
    assert where == repr(str(tmp_path))


def test_ordinary_kernels_still_work_where_processes_cannot_be_forked(tmp_path, monkeypatch):
    monkeypatch.setattr("wres.publish.kernels.get_all_start_methods", lambda: ["spawn"])
    assert run(tmp_path, "1 + 1", kernel_manager_class=WarmKernelManager) == "2"


def test_process_can_be_asked_waited_for_and_killed(tmp_path):
    kernel = ForkedKernel(str(tmp_path / "connection.json"), tmp_path)
    assert kernel.poll() is None
    with pytest.raises(subprocess.TimeoutExpired):
        kernel.wait(0.1)
    kernel.kill()
    assert kernel.wait(10) == -9
    assert kernel.returncode == kernel.poll() == -9
    kernel.terminate()
