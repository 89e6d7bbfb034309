import re
import subprocess
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import nbformat
import pypandoc
import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from nbformat import NotebookNode
from nbformat.v4 import new_notebook, new_output

from wres.publish.pages import Page, markdown, prepare

MakePage = Callable[..., Page]


@pytest.fixture
def text(notebook: NotebookNode, page: MakePage, tmp_path: Path) -> str:
    return markdown(prepare(notebook, page(), tmp_path).notebook)


def body(shown: list[NotebookNode], about: Page, folder: Path) -> str:
    prepared = prepare(new_notebook(cells=shown), about, folder)
    return markdown(prepared.notebook).split("---\n", 2)[2].strip()


def test_front_matter_says_whose_page_it_is(text: str) -> None:
    assert yaml.safe_load(text.split("---\n")[1]) == {
        "title": "Race equality at Example Valley & Coast NHS Trust",
        "subtitle": "Reporting year 2025: snapshot of 31 March 2025",
        "date": "2025-03-31",
        "lang": "en-GB",
        "publication": "Workforce Race Equality Standard 2025",
        "running-head": "Example Valley & Coast NHS Trust (RXX) · 2025",
        "synthetic": "Synthetic data: no real organisation",
        "root": "../../",
        "downloads": [
            {"text": "PDF", "href": "report.pdf"},
            {"text": "Word", "href": "report.docx"},
            {"text": "Spreadsheet", "href": "data.xlsx"},
        ],
    }


def test_a_page_with_real_figures_says_nothing_of_synthetic_ones(
    notebook: NotebookNode, page: MakePage, tmp_path: Path
) -> None:
    assert "ynthetic" not in markdown(prepare(notebook, page(synthetic=False), tmp_path).notebook)


def test_the_index_page_has_no_way_back(page: MakePage) -> None:
    assert page(targets={"html": "index.html"}).root == ""


def test_parameters_and_lab_cells_are_left_out_and_code_only_shown_where_asked(text: str) -> None:
    assert "secret" not in text
    assert "JupyterLab" not in text
    assert "show()" not in text
    assert "````\n1 + 1\n````\n\n````\n4 rows\n````" in text


def test_figures_become_files_without_extension_in_the_text(
    notebook: NotebookNode, page: MakePage, cells: Any, tmp_path: Path
) -> None:
    text = markdown(prepare(notebook, page(), tmp_path).notebook)
    sources = re.findall(r"\]\((organisation-RXX_figures/[^)]*)\)", text)
    assert sources == [f"organisation-RXX_figures/{name}" for name in ("5/gap-1", "5/gap-3", "8/2")]
    for source in sources:
        assert (tmp_path / f"{source}.svg").read_text() == cells.svg
        assert (tmp_path / f"{source}.png").read_bytes()[1:4] == b"PNG"


def test_two_organisations_keep_their_figures_apart(
    notebook: NotebookNode, page: MakePage, tmp_path: Path
) -> None:
    for code in ("RXX", "RYY"):
        prepare(notebook, page(code), tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {
        f"organisation-{code}{end}" for code in ("RXX", "RYY") for end in (".ipynb", "_figures")
    }


def test_a_figure_without_vectors_is_a_png_in_every_format(
    page: MakePage, cells: Any, tmp_path: Path
) -> None:
    picture = new_output("display_data", data={"image/png": cells.png}, metadata={"wres": {"alt": "Map"}})
    assert (
        body([cells.code(picture)], page(), tmp_path)
        == '![](organisation-RXX_figures/1/1.png){fig-alt="Map"}'
    )


def test_links_between_pages_start_at_the_publication(text: str) -> None:
    assert "[methods](../../methods/index.html)" in text


def test_the_same_notebook_gives_the_same_bytes(
    notebook: NotebookNode, page: MakePage, tmp_path: Path
) -> None:
    first, second = (prepare(notebook, page(), tmp_path / name).notebook.read_bytes() for name in "ab")
    assert first == second
    assert b"papermill" not in first
    nbformat.validate(nbformat.reads(first.decode(), as_version=4))


def test_a_failed_cell_is_named(page: MakePage, cells: Any, tmp_path: Path) -> None:
    failed = new_output("error", ename="KeyError", evalue="'RXX'", traceback=[])
    with pytest.raises(ValueError, match=r"a cell failed with KeyError: 'RXX'"):
        body([cells.code(failed)], page(), tmp_path)


def test_a_figure_needs_alternative_text(page: MakePage, cells: Any, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="figure 'gap-2' has no alternative text"):
        body([cells.code(cells.figure(name="gap-2"))], page(), tmp_path)


def test_a_table_that_names_an_unknown_figure_is_told_the_known_ones(
    page: MakePage, cells: Any, tmp_path: Path
) -> None:
    cell = cells.code(
        cells.markdown("![](wres-figure:gap-2)"), cells.figure(name="gap-1", alt="Gap", hidden=True)
    )
    with pytest.raises(ValueError, match=r"no figure is named 'gap-2' in this cell; its figures: gap-1"):
        body([cell], page(), tmp_path)


class _AlternativeTexts(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str | None] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        if tag == "img":
            self.found.append(dict(attributes)["data-fig-alt"])


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1), min_size=1, max_size=40))
def test_any_alternative_text_arrives_as_it_was(
    page: MakePage, cells: Any, tmp_path: Path, alts: list[str]
) -> None:
    figures = [cells.figure(name=f"gap-{n}", alt=alt, hidden=True) for n, alt in enumerate(alts)]
    rows = "\n".join(f"| ![](wres-figure:gap-{n}) | {n} |" for n in range(len(alts)))
    cell = cells.code(cells.markdown(f"| Gap | Number |\n|---|---|\n{rows}"), *figures)
    text = body([cell], page(), tmp_path)
    html = subprocess.run(  # noqa: S603
        [pypandoc.get_pandoc_path(), "--from=markdown", "--to=html"],
        input=text, capture_output=True, check=True, text=True, encoding="utf-8",
    ).stdout  # fmt: skip
    images = _AlternativeTexts()
    images.feed(html)
    assert images.found == alts


def test_a_cell_that_prints_megabytes_is_refused(cells, page, tmp_path):
    loud = new_notebook(cells=[cells.code(new_output("stream", name="stdout", text="x" * 2_500_000))])
    with pytest.raises(ValueError, match=r"a cell printed 2\.5 MB of text; expected at most 1 MB"):
        prepare(loud, page(), tmp_path)


def test_a_summary_holds_its_own_cells_alone(
    notebook: NotebookNode, page: Callable[..., Page], tmp_path: Path
) -> None:
    targets = {"html": "a/index.html", "summary": "a/summary.pdf"}
    prepared = prepare(notebook, page(targets=targets), tmp_path)
    whole, short = markdown(prepared.notebook), markdown(prepared.summary)
    assert "BME staff are **20.0%**" in whole
    assert "BME staff are **20.0%**" in short
    assert "## Indicators" in whole
    assert "## Indicators" not in short
    assert "## To reach" not in whole
    assert "## To reach" in short
    assert "one-page: true" in short
