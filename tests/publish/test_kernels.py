"""Kernels are forked with the imports done, each fresh, and the ordinary way still works."""

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from importlib.metadata import entry_points
from pathlib import Path

import nbformat
import papermill
import psutil
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from wres.publish.kernels import (
    PROVISIONER,
    ForkedKernel,
    WarmKernelManager,
    WarmProvisioner,
    preload_failure,
    process_context,
)


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
    assert process_context().get_start_method() == "spawn"
    assert preload_failure() == "processes can't be forked here"


def test_imports_are_shared_and_if_they_fail_the_reason_is_known():
    assert preload_failure() == ""
    command = "from wres.publish import kernels; kernels.PRELOAD = 'no_such_module'; print(kernels.preload_failure())"
    said = subprocess.run([sys.executable, "-c", command], capture_output=True, text=True, check=True)  # noqa: S603
    assert said.stdout == "No module named 'no_such_module'\n"
    assert said.stderr == ""


def servers():
    return [
        child
        for child in psutil.Process().children()
        if "forkserver import main" in " ".join(child.cmdline())
    ]


def gone(pid):
    for _ in range(100):
        if not Path(f"/proc/{pid}").exists():
            return True
        time.sleep(0.1)
    return False


def test_server_that_was_killed_is_started_again(tmp_path):
    assert preload_failure() == ""
    for server in servers():
        server.kill()
    assert preload_failure() == ""
    assert run(tmp_path, "1 + 1", kernel_manager_class=WarmKernelManager) == "2"


def test_kernel_ends_with_the_server_that_it_was_forked_from(tmp_path):
    """It is taken for dead then, and another does its work."""
    kernel = ForkedKernel(str(tmp_path / "connection.json"), tmp_path)
    time.sleep(1)  # until it watches
    for server in servers():
        server.kill()
    assert kernel.wait(10)
    assert gone(kernel.pid)


def test_kernel_ends_with_the_process_that_started_it(tmp_path):
    command = (
        "import sys, time; from pathlib import Path; from wres.publish.kernels import ForkedKernel\n"
        "print(ForkedKernel(sys.argv[1], Path(sys.argv[2])).pid, flush=True); time.sleep(60)"
    )
    arguments = [sys.executable, "-c", command, str(tmp_path / "connection.json"), str(tmp_path)]
    with subprocess.Popen(arguments, stdout=subprocess.PIPE) as worker:  # noqa: S603  (this test)
        pid = int(worker.stdout.readline())
        os.kill(pid, 0)
        worker.kill()
    assert gone(pid)


def test_what_a_notebook_started_ends_with_its_kernel(tmp_path):
    start = "import subprocess; subprocess.Popen(['sleep', '600']).pid"
    pid = run(tmp_path, start, kernel_manager_class=WarmKernelManager, shutdown_kernel="immediate")
    assert gone(int(pid))


@pytest.mark.parametrize(
    ("number", "says"), [(signal.SIGKILL, "died before it answered"), (signal.SIGSTOP, "did not answer in 2")]
)
def test_kernel_that_will_never_answer_is_told(number, says):
    async def ask():
        kernel = WarmKernelManager(kernel_name="python3")
        await kernel.start_kernel()
        try:
            await kernel.provisioner.send_signal(number)
            client = kernel.client()
            client.start_channels()
            await client.wait_for_ready(timeout=2)
        finally:
            client.stop_channels()
            await kernel.shutdown_kernel(now=True)

    with pytest.raises(RuntimeError, match=says):
        asyncio.run(ask())


def test_stock_papermill_runs_on_the_provisioner_by_a_kernel_specification_alone(tmp_path, monkeypatch):
    """As its users would: a kernel's specification names the provisioner, Papermill knows nothing of it."""
    spec = tmp_path / "kernels" / "warm"
    spec.mkdir(parents=True)
    about = {
        "argv": [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"],
        "display_name": "Warm",
        "language": "python",
        "metadata": {"kernel_provisioner": {"provisioner_name": PROVISIONER}},
    }
    (spec / "kernel.json").write_text(json.dumps(about))
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path))
    assert run(tmp_path, "import sys; 'wres.report.local' in sys.modules", kernel_name="warm") == "True"


def test_process_can_be_asked_waited_for_and_killed(tmp_path):
    kernel = ForkedKernel(str(tmp_path / "connection.json"), tmp_path)
    assert kernel.poll() is None
    with pytest.raises(subprocess.TimeoutExpired):
        kernel.wait(0.1)
    kernel.kill()
    assert kernel.wait(10) == -9
    assert kernel.returncode == kernel.poll() == -9
    kernel.terminate()
