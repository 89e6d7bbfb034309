import re
import sys
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path

import docx
import pypdf
import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_markdown_cell, new_notebook

from wres.publish.embedded import Embedded
from wres.publish.pages import Page, prepare
from wres.publish.quarto import Quarto, find

MakePage = Callable[..., Page]
FOLDER = "organisations/RXX"
PROGRAM = find()
needs_quarto = pytest.mark.skipif(
    PROGRAM is None, reason="no Quarto on the PATH or in QUARTO_PATH: NOT TESTED"
)

STAND_IN = """import pathlib, sys
here = pathlib.Path.cwd()
notebooks = sorted(here.glob("*.ipynb"))
settings = (here / "_quarto.yml").read_text()
formats = [name for name in ("html", "typst", "docx") if f"\\n  {{name}}:" in settings]
(pathlib.Path(__file__).parent / "calls.txt").open("a").write(
    " ".join([*sys.argv[1:], *formats, *(path.stem for path in notebooks)]) + "\\n"
)
if any("organisation-BAD" in path.name for path in notebooks):
    sys.exit("ERROR: YAML is bad")
for notebook in notebooks:
    for extension in ("html", "pdf", "docx")[: 2 if "LAZY" in notebook.name else 3]:
        notebook.with_suffix("." + extension).write_text(notebook.stem)
print("{says}")
"""


@pytest.fixture
def stand_in(tmp_path: Path) -> Callable[[str], Quarto]:
    """A program that behaves as Quarto does towards its callers, for what must hold without Quarto too."""

    def make(says: str = "Output created") -> Quarto:
        script, program = tmp_path / "stand-in.py", tmp_path / "stand-in"
        script.write_text(STAND_IN.format(says=says))
        program.write_text(f'#!/bin/sh\nexec "{sys.executable}" "{script}" "$@"\n')
        program.chmod(0o755)
        return Quarto(program)

    return make


def test_a_shard_is_one_render(
    notebook: NotebookNode, page: MakePage, stand_in: Callable[..., Quarto], tmp_path: Path
) -> None:
    pages = [prepare(notebook, page(code), tmp_path / "pages") for code in ("RXX", "RYY")]
    assert [done.failure for done in stand_in().render(pages, tmp_path / "output")] == ["", ""]
    calls = (tmp_path / "calls.txt").read_text().splitlines()
    assert calls == ["render html typst docx organisation-RXX organisation-RYY"]
    assert (tmp_path / "output/organisations/RYY/report.pdf").read_text() == "organisation-RYY"


def test_one_bad_page_stops_no_other(
    notebook: NotebookNode, page: MakePage, stand_in: Callable[..., Quarto], tmp_path: Path
) -> None:
    codes = ("RXX", "BAD", "RYY")
    pages = [prepare(notebook, page(code), tmp_path / "pages") for code in codes]
    done = stand_in().render(pages, tmp_path / "output")
    assert [rendered.page.stem.removeprefix("organisation-") for rendered in done] == list(codes)
    assert [bool(rendered.failure) for rendered in done] == [False, True, False]
    assert "ERROR: YAML is bad" in done[1].failure
    made = sorted(path.name for path in (tmp_path / "output/organisations").iterdir())
    assert made == ["RXX", "RYY"]


def test_a_warning_is_a_failure(
    notebook: NotebookNode, page: MakePage, stand_in: Callable[[str], Quarto], tmp_path: Path
) -> None:
    pages = [prepare(notebook, page(), tmp_path / "pages")]
    done = stand_in("[WARNING] Could not fetch resource x.png").render(pages, tmp_path / "output")
    assert done[0].failure == "Quarto complains: [WARNING] Could not fetch resource x.png"
    assert not (tmp_path / "output").exists()


def test_a_file_that_was_not_made_is_a_failure(
    notebook: NotebookNode, page: MakePage, stand_in: Callable[..., Quarto], tmp_path: Path
) -> None:
    done = stand_in().render([prepare(notebook, page("LAZY"), tmp_path / "pages")], tmp_path / "output")
    assert done[0].failure.startswith("Quarto made no organisation-LAZY.docx; it said:")
    assert not (tmp_path / "output").exists()


@pytest.mark.parametrize(
    "says",
    [
        "WARN: PDF standard validation requested but verapdf is not installed.",
        "WARN: typst-gather analyze failed; staging all packages as fallback",
        "  title: Race equality at Error and Warning NHS Trust",
    ],
)
def test_what_is_no_fault_of_a_page_is_no_failure(
    says: str, notebook: NotebookNode, page: MakePage, stand_in: Callable[[str], Quarto], tmp_path: Path
) -> None:
    pages = [prepare(notebook, page(), tmp_path / "pages")]
    assert stand_in(says).render(pages, tmp_path / "output")[0].failure == ""


def test_a_summary_is_a_render_of_its_own(
    notebook: NotebookNode, page: MakePage, stand_in: Callable[..., Quarto], tmp_path: Path
) -> None:
    targets = {"html": "a/index.html", "summary": "a/summary.pdf"}
    pages = [prepare(notebook, page(targets=targets), tmp_path / "pages")]
    assert [done.failure for done in stand_in().render(pages, tmp_path / "output")] == [""]
    calls = (tmp_path / "calls.txt").read_text().splitlines()
    assert calls == ["render html organisation-RXX", "render typst organisation-RXX-summary"]
    assert (tmp_path / "output/a/summary.pdf").read_text() == "organisation-RXX-summary"


def test_pages_that_want_other_formats_are_rendered_apart(
    notebook: NotebookNode, page: MakePage, stand_in: Callable[..., Quarto], tmp_path: Path
) -> None:
    screen = page("RYY", targets={"html": "methods/index.html"})
    pages = [prepare(notebook, about, tmp_path / "pages") for about in (page(), screen)]
    assert [done.failure for done in stand_in().render(pages, tmp_path / "output")] == ["", ""]
    calls = (tmp_path / "calls.txt").read_text().splitlines()
    assert calls == ["render html typst docx organisation-RXX", "render html organisation-RYY"]


class Words(HTMLParser):
    """The words of a page, and its elements with what accessibility hangs on."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self.elements: list[tuple[str, str | None, str | None, str | None]] = []
        self.feed(re.sub(r"<style>.*?</style>", "", source, flags=re.DOTALL))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        about = dict(attrs)
        if tag in {"h1", "h2", "h3", "table", "th", "img", "a", "main", "nav", "header", "footer"}:
            self.elements.append((tag, about.get("alt"), about.get("scope"), about.get("href")))

    def handle_data(self, data: str) -> None:
        self.words += data.split()


# Quarto has ways of its own with both, unless it is told not to.
LINKED = "| Organisation | To send |\n|:--|:--|\n| RXX | [What to mend](wres-page:quality/RXX.xlsx) |\n\n: Workbooks"
ON_SCREEN = "```{=html}\n<table><caption>Only on screen</caption></table>\n```"


@pytest.fixture(scope="module")
def both(
    notebook: NotebookNode, page: MakePage, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, Path]:
    """The same two pages as Quarto and as the embedded renderer make them."""
    assert PROGRAM is not None
    added = [new_markdown_cell(text) for text in (LINKED, ON_SCREEN)]
    notebook = new_notebook(metadata=notebook.metadata, cells=[*notebook.cells, *added])
    outputs = []
    names = {"html": "index.html", "pdf": "report.pdf", "summary": "summary.pdf", "docx": "report.docx"}
    for renderer in (Quarto(PROGRAM), Embedded()):
        folder = tmp_path_factory.mktemp(renderer.name)
        pages = [
            prepare(
                notebook,
                page(code, targets={f: f"organisations/{code}/{name}" for f, name in names.items()}),
                folder / "pages",
            )
            for code in ("RXX", "RYY")
        ]
        assert [done.failure for done in renderer.render(pages, folder)] == ["", ""]
        outputs.append(folder / FOLDER)
    return outputs[0], outputs[1]


@pytest.mark.quarto
@needs_quarto
def test_quarto_gives_the_same_html(both: tuple[Path, Path]) -> None:
    quarto, embedded = (Words((folder / "index.html").read_text("utf-8")) for folder in both)
    assert quarto.words == embedded.words
    assert quarto.elements == embedded.elements


@pytest.mark.quarto
@needs_quarto
def test_quarto_html_needs_nothing_from_elsewhere(both: tuple[Path, Path]) -> None:
    source = (both[0] / "index.html").read_text("utf-8")
    assert not re.findall(r'(?:src|href)="(?:https?:)?//', source)
    assert "<script" not in source


@pytest.mark.quarto
@needs_quarto
@pytest.mark.parametrize("name", ["report.pdf", "summary.pdf"])
def test_quarto_gives_the_same_pdf(both: tuple[Path, Path], name: str) -> None:
    quarto, embedded = (pypdf.PdfReader(folder / name) for folder in both)
    assert [sheet.extract_text() for sheet in quarto.pages] == [
        sheet.extract_text() for sheet in embedded.pages
    ]
    assert quarto.metadata is not None
    assert quarto.metadata == embedded.metadata
    catalogues = [pdf.trailer["/Root"] for pdf in (quarto, embedded)]
    assert [catalogue["/Lang"] for catalogue in catalogues] == ["en-GB", "en-GB"]
    assert b"<pdfuaid:part>1</pdfuaid:part>" in catalogues[0]["/Metadata"].get_object().get_data()


@pytest.mark.quarto
@needs_quarto
def test_quarto_gives_the_same_word_file(both: tuple[Path, Path]) -> None:
    quarto, embedded = (docx.Document(str(folder / "report.docx")) for folder in both)
    written = [
        [(p.style.name, p.text) for p in document.paragraphs if p.text.strip()]
        for document in (quarto, embedded)
    ]
    assert written[0] == written[1]
    assert [[cell.text for row in table.rows for cell in row.cells] for table in quarto.tables] == [
        [cell.text for row in table.rows for cell in row.cells] for table in embedded.tables
    ]
    assert re.findall(r'descr="[^"]*"', quarto.element.xml) == re.findall(
        r'descr="[^"]*"', embedded.element.xml
    )
