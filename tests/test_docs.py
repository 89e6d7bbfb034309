"""The reference pages say what the code says, and every command is documented."""

import importlib.util
from pathlib import Path

import pytest

from wres import results

ROOT = Path(__file__).parents[1]


def _generator():
    spec = importlib.util.spec_from_file_location("generate", ROOT / "docs" / "generate.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


PAGES = _generator().pages()


@pytest.mark.parametrize("name", PAGES)
def test_reference_page_is_up_to_date(name):
    written = (ROOT / "docs" / "reference" / name).read_text(encoding="utf-8")
    assert written == PAGES[name], "run: .venv/bin/python docs/generate.py"


@pytest.mark.parametrize("command", ["publish", "validate", "indicators", "simulate"])
def test_command_and_its_options_are_explained(command):
    section = PAGES["command-line.md"].split(f"## `wres {command}`")[1].split("\n## ")[0]
    bullets = [line for line in section.splitlines() if line.startswith("- `")]
    assert bullets
    assert all(line.partition(": ")[2] for line in bullets)


def test_every_column_of_the_results_is_explained():
    rows = [line for line in PAGES["results-table.md"].splitlines() if line.startswith("| `")]
    assert len(rows) == len(results.COLUMNS)
    assert all(line.split("|")[3].strip() for line in rows)
