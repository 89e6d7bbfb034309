"""Spelling of everything that is read: codespell's dictionaries, and the words of the field with their right form."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from lxml import html

ROOT = Path(__file__).parents[1]
FIELD = Path(__file__).parent / "words_of_the_field.txt"
NAMES = "nam,humber,wight"  # of authors and places
READ = [
    *ROOT.glob("*.md"),
    *(ROOT / "docs").rglob("*.md"),
    *(ROOT / "src/wres/report/narrative").glob("*.md"),
    ROOT / "src/wres/definitions.yml",
]


def misspelt(paths: list[Path]) -> str:
    command = [
        sys.executable,
        "-m",
        "codespell_lib",
        "--builtin",
        "clear,rare",
        "-L",
        NAMES,
        "-D",
        "-",
        "-D",
        str(FIELD),
    ]
    done = subprocess.run(  # noqa: S603
        [*command, *map(str, paths)], capture_output=True, text=True, check=False
    )
    return done.stdout + done.stderr


def test_texts_are_spelt_right() -> None:
    assert misspelt(READ) == ""


def test_notebooks_are_spelt_right(tmp_path: Path) -> None:
    for path in (ROOT / "notebooks").glob("*.ipynb"):
        cells = json.loads(path.read_text("utf-8"))["cells"]
        prose = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown"]
        (tmp_path / f"{path.stem}.md").write_text("\n\n".join(prose), "utf-8")
    assert misspelt([tmp_path]) == ""


@pytest.mark.slow
def test_finished_pages_are_spelt_right(demo: Path, tmp_path: Path) -> None:
    for number, path in enumerate(sorted(demo.rglob("*.html"))):
        root = html.document_fromstring(path.read_bytes(), parser=html.HTMLParser(huge_tree=True))
        said = root.xpath("//body//text()[not(ancestor::script or ancestor::pre or ancestor::code)]")
        (tmp_path / f"{number}.txt").write_text("\n".join(said), "utf-8")
    assert misspelt([tmp_path]) == ""


def test_a_slip_is_found(tmp_path: Path) -> None:
    (tmp_path / "x.md").write_text("The organization recieved the work-force figures.")
    said = misspelt([tmp_path / "x.md"])
    assert "organization ==> organisation" in said
    assert "recieved ==> received" in said
    assert "work-force ==> workforce" in said
