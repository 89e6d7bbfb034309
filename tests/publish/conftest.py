"""A small report with everything that pages are made of."""

import base64
from collections.abc import Callable

import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from wres.publish.pages import Page

SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="80" height="20"><rect width="80" height="20"/></svg>'
PNG = base64.b64encode(
    base64.b64decode(
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
    )
).decode()


class Cells:
    """Executed cells and their outputs, as notebooks give them."""

    svg, png = SVG, PNG

    @staticmethod
    def markdown(text: str) -> NotebookNode:
        return new_output("display_data", data={"text/markdown": text, "text/plain": "<Markdown object>"})

    @staticmethod
    def figure(**about: object) -> NotebookNode:
        return new_output(
            "display_data",
            data={"image/svg+xml": SVG, "image/png": PNG, "text/plain": "<Figure>"},
            metadata={"wres": about},
        )

    @staticmethod
    def code(*outputs: NotebookNode, source: str = "show()", tags: tuple[str, ...] = ()) -> NotebookNode:
        return new_code_cell(source, outputs=list(outputs), metadata={"tags": list(tags)})


GLANCE = """::: {.glance .cards}

| Indicator | Gap | What it means | Similar trusts |
|----------------|--------------|------------------|--------|
| **1** Senior roles | ![](wres-figure:gap-1) **−10.8 points** [(−13.5 to −7.4)]{.quiet} | [Clear gap]{.verdict .adverse} 44 more senior staff would be BME. | Wider |
| **3** Disciplinary process | ![](wres-figure:gap-3) **1.59 times** | [Too few to tell]{.verdict .inconclusive} 9 of 1,040 staff. | Typical |
| **9** Board | [not submitted]{.quiet} | [Not tested]{.verdict .not-tested} No figures. | – |

: Gaps between white and BME staff, 2025

:::"""  # noqa: E501
LONG_ROWS = "\n".join(f"| Group {n:02d} | {n} | {2 * n} |" for n in range(1, 81))
LONG_TABLE = f"| Group | White (n) | BME (n) |\n|:--|--:|--:|\n{LONG_ROWS}\n\n: Staff in post, by group"
WIDE_HEADS = [f"Measurement {n:02d}" for n in range(1, 13)]
WIDE_TABLE = f"| {' | '.join(WIDE_HEADS)} |\n|{'--|' * 12}\n| {' | '.join(['1,234.5'] * 12)} |\n\n: Twelve measurements"


NOTEBOOK = new_notebook(
    metadata={"papermill": {"duration": 3.2, "start_time": "2026-11-23T08:00:00"}},
    cells=[
        new_markdown_cell("# A title for JupyterLab", metadata={"tags": ["lab-only"]}),
        Cells.code(Cells.markdown("secret"), source="code = 'RXX'", tags=("injected-parameters",)),
        Cells.code(
            Cells.markdown("::: {.summary}\nBME staff are **20.0%** of the workforce.\n:::"),
            tags=("summary",),
        ),
        new_markdown_cell(
            "## At a glance\n\n::: {.note}\nDots are gaps. See [methods](wres-page:methods/index.html).\n:::"
        ),
        Cells.code(
            Cells.markdown(GLANCE),
            Cells.figure(name="gap-1", hidden=True, alt="Gap of −10.8 points, worse for BME staff"),
            Cells.figure(name="gap-3", hidden=True, alt="Gap of 1.59 times, too few to tell"),
            tags=("summary",),
        ),
        Cells.code(Cells.markdown("## To reach 20.0% by 2028\n\n- Nearly 1 in 2."), tags=("summary-only",)),
        new_markdown_cell("## Indicators\n\n### Indicator 1"),
        Cells.code(
            Cells.markdown("**Bands 8a to VSM lag behind**"),
            Cells.figure(alt='The trust\'s "path" [8a] | 9.2%', caption="38 of 412 posts in *2025*"),
            Cells.markdown(LONG_TABLE),
        ),
        Cells.code(Cells.markdown(WIDE_TABLE)),
        new_markdown_cell("## Data and method\n\n```{=html}\n<p>Only on screen</p>\n```"),
        Cells.code(new_output("stream", name="stdout", text="4 rows\n"), source="1 + 1", tags=("show-code",)),
    ],
)


@pytest.fixture(scope="session")
def cells() -> type[Cells]:
    return Cells


@pytest.fixture(scope="session")
def notebook() -> NotebookNode:
    return NOTEBOOK


@pytest.fixture(scope="session")
def page() -> Callable[..., Page]:
    return make_page


def make_page(code: str = "RXX", **changes: object) -> Page:
    folder = f"organisations/{code}"
    about: dict[str, object] = {
        "stem": f"organisation-{code}",
        "targets": {
            "html": f"{folder}/index.html",
            "pdf": f"{folder}/report.pdf",
            "docx": f"{folder}/report.docx",
        },
        "title": "Race equality at Example Valley & Coast NHS Trust",
        "subtitle": "Reporting year 2025: snapshot of 31 March 2025",
        "publication": "Workforce Race Equality Standard 2025",
        "running_head": f"Example Valley & Coast NHS Trust ({code}) · 2025",
        "year": 2025,
        "synthetic": True,
        "links": (("Spreadsheet", "data.xlsx"),),
    }
    return Page(**(about | changes))  # type: ignore[arg-type]
