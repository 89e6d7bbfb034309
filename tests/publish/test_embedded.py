import pickle
import re
import shutil
import subprocess
import zipfile
from collections import Counter
from collections.abc import Callable
from html import escape
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import docx
import nbformat
import pypdf
import pytest
from docx.oxml.ns import qn
from nbformat import NotebookNode
from nbformat.v4 import new_markdown_cell, new_notebook

from wres.publish.embedded import Embedded
from wres.publish.pages import Page, prepare
from wres.publish.render import choose_renderer

MakePage = Callable[..., Page]
A4_WIDTH = 595.3
FOLDER = "organisations/RXX"
ALTS = [
    "Gap of −10.8 points, worse for BME staff",
    "Gap of 1.59 times, too few to tell",
    'The trust\'s "path" [8a] | 9.2%',
]


class Html(HTMLParser):
    """Elements in their order, as (tag, attributes, text directly inside)."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str], list[str]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {key: value or "" for key, value in attrs}, []))

    def handle_data(self, data: str) -> None:
        if self.elements and data.strip():
            self.elements[-1][2].append(" ".join(data.split()))

    def all(self, tag: str) -> list[dict[str, str]]:
        return [attributes for name, attributes, _ in self.elements if name == tag]

    def texts(self, tag: str) -> list[str]:
        return ["".join(text) for name, _, text in self.elements if name == tag]


@pytest.fixture(scope="module")
def output(notebook: NotebookNode, page: MakePage, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("output")
    prepared = prepare(notebook, page(), tmp_path_factory.mktemp("pages"))
    assert [done.failure for done in Embedded().render([prepared], folder)] == [""]
    return folder


@pytest.fixture(scope="module")
def source(output: Path) -> str:
    return (output / FOLDER / "index.html").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def html(source: str) -> Html:
    return Html(source)


@pytest.fixture(scope="module")
def pdf(output: Path) -> pypdf.PdfReader:
    return pypdf.PdfReader(output / FOLDER / "report.pdf")


@pytest.fixture(scope="module")
def word(output: Path) -> Any:
    return docx.Document(str(output / FOLDER / "report.docx"))


def test_html_names_its_language_title_and_owner(html: Html) -> None:
    assert html.all("html") == [{"lang": "en-GB"}]
    assert html.texts("title") == ["Race equality at Example Valley & Coast NHS Trust (synthetic)"]
    assert html.texts("h1") == ["Race equality at Example Valley & Coast NHS Trust"]
    assert html.texts("h2") == ["At a glance", "Indicators", "Data and method"]
    assert html.texts("h3") == ["Indicator 1"]


def test_html_starts_with_a_skip_link_and_has_its_landmarks_once(html: Html) -> None:
    assert html.all("a")[0] == {"class": "skip", "href": "#content"}
    tags = Counter(tag for tag, _, _ in html.elements)
    assert [tags[tag] for tag in ("header", "main", "nav", "footer", "h1")] == [1] * 5
    assert html.all("main") == [{"id": "content"}]


def test_html_links_lead_somewhere(html: Html) -> None:
    ids = [attributes["id"] for _, attributes, _ in html.elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    links = [link["href"] for link in html.all("a")]
    assert {link[1:] for link in links if link.startswith("#")} <= set(ids)
    assert [link for link in links if not link.startswith("#")] == [
        "../../index.html",
        "report.pdf",
        "report.docx",
        "data.xlsx",
        "../../methods/index.html",
        "../../index.html",
        "../../methods/index.html",
        "../../quality/index.html",
        "../../data/tables.xlsx",
        "../../data/indicators.csv",
    ]


def test_html_needs_nothing_from_elsewhere(source: str, html: Html) -> None:
    sources = [attributes["src"] for _, attributes, _ in html.elements if "src" in attributes]
    assert len(sources) == 3
    assert all(source.startswith("data:image/svg+xml;base64,") for source in sources)
    assert not html.all("script")
    assert [link["href"] for link in html.all("link")] == ["data:,"]
    assert "url(" not in source
    assert "@import" not in source


def test_html_describes_its_pictures(html: Html) -> None:
    assert [image["alt"] for image in html.all("img")] == ALTS
    assert html.texts("figcaption") == ["38 of 412 posts in"]


def test_html_tables_have_captions_and_heads(html: Html) -> None:
    assert html.texts("caption") == [
        "Gaps between white and BME staff, 2025",
        "Staff in post, by group",
        "Twelve measurements",
    ]
    scopes = Counter(head["scope"] for head in html.all("th"))
    assert scopes == {"col": 4 + 3 + 12, "row": 3 + 80 + 1}
    labels = [cell.get("data-label") for cell in html.all("td")]
    assert labels[:3] == ["Gap", "What it means", "Similar trusts"]
    assert labels[-1] is None  # only where rows become cards on a narrow screen


@pytest.mark.parametrize(
    ("rows", "figure", "cards"),
    [
        (20, "1,234", True),
        (21, "1,234", False),
        (21, "a sentence that is too long to be read sideways", True),
    ],
)
def test_a_long_table_of_figures_scrolls_where_others_become_cards(
    rows: int, figure: str, cards: bool, page: MakePage, tmp_path: Path
) -> None:
    lines = "\n".join(f"| Group {n} | {figure} |" for n in range(rows))
    table = f"::: {{.cards}}\n\n| Group | People |\n|:--|--:|\n{lines}\n\n: Staff in post\n\n:::"
    notebook = new_notebook(cells=[new_markdown_cell(f"## Staff\n\n{table}")])
    about = page(targets={"html": "index.html"})
    assert Embedded().render([prepare(notebook, about, tmp_path)], tmp_path)[0].failure == ""
    html = Html((tmp_path / "index.html").read_text("utf-8"))
    boxes = [box.get("class") for box in html.all("div") if box.get("class") in {"cards", "scroll"}]
    assert boxes == ["cards" if cards else "scroll"]
    assert [cell.get("data-label") for cell in html.all("td")] == ["People" if cards else None] * rows


def test_html_says_synthetic_where_it_is(source: str) -> None:
    assert '<p class="synthetic">Synthetic data: no real organisation</p>' in source


def test_html_keeps_the_summary_above_the_navigation(source: str) -> None:
    assert source.index("<strong>20.0%</strong>") < source.index("<nav") < source.index("<h2>At a glance")


def test_real_figures_are_not_called_synthetic(
    notebook: NotebookNode, page: MakePage, tmp_path: Path
) -> None:
    real = page(synthetic=False, publication="", targets={"html": "index.html", "docx": "national.docx"})
    assert Embedded().render([prepare(notebook, real, tmp_path)], tmp_path)[0].failure == ""
    html = re.sub(r"<style>.*</style>", "", (tmp_path / "index.html").read_text("utf-8"), flags=re.DOTALL)
    assert "synthetic" not in html.lower()
    assert "publication" not in html
    with zipfile.ZipFile(tmp_path / "national.docx") as parts:
        assert b"ynthetic" not in parts.read("word/document.xml") + parts.read("docProps/core.xml")


def test_names_are_never_read_as_markup(notebook: NotebookNode, page: MakePage, tmp_path: Path) -> None:
    name = "Ash_Elm *& Oak* <b>[NHS]</b> $5 Trust #2 {x} a\\b"
    odd = page(title=name, running_head=name, publication=name, synthetic=False)
    assert Embedded().render([prepare(notebook, odd, tmp_path)], tmp_path)[0].failure == ""
    assert f"<h1>{escape(name)}</h1>" in (tmp_path / FOLDER / "index.html").read_text("utf-8")
    pdf = pypdf.PdfReader(tmp_path / FOLDER / "report.pdf")
    assert pdf.metadata is not None
    assert pdf.metadata.title == name
    assert name in pdf.pages[0].extract_text()
    assert docx.Document(str(tmp_path / FOLDER / "report.docx")).core_properties.title == name


def tagged(pdf: pypdf.PdfReader, key: str) -> list[str]:
    def walk(element: Any) -> list[str]:
        element = element.get_object()
        if isinstance(element, list):
            return [found for part in element for found in walk(part)]
        if not isinstance(element, dict):
            return []
        own = [str(element[key])] if key in element else []
        return own + (walk(element["/K"]) if "/K" in element else [])

    root: Any = pdf.trailer["/Root"]
    return walk(root["/StructTreeRoot"]["/K"])


def test_pdf_is_tagged_and_says_what_it_is(pdf: pypdf.PdfReader) -> None:
    catalogue: Any = pdf.trailer["/Root"]
    assert catalogue["/Lang"] == "en-GB"
    assert catalogue["/MarkInfo"]["/Marked"]
    assert b"<pdfuaid:part>1</pdfuaid:part>" in catalogue["/Metadata"].get_object().get_data()
    assert pdf.metadata is not None
    assert pdf.metadata.title == "Race equality at Example Valley & Coast NHS Trust"
    assert pdf.metadata["/CreationDate"] == "D:20250331000000Z"
    assert tagged(pdf, "/Alt") == ALTS
    tags = Counter(tagged(pdf, "/S"))
    assert (tags["/Table"], tags["/TH"], tags["/H1"], tags["/H2"]) == (3, 4 + 3 + 12, 3, 1)


def test_pdf_has_bookmarks(pdf: pypdf.PdfReader) -> None:
    titles = [entry["/Title"] if isinstance(entry, dict) else entry[0]["/Title"] for entry in pdf.outline]
    assert titles == ["At a glance", "Indicators", "Indicator 1", "Data and method"]


def test_every_pdf_page_says_whose_it_is(pdf: pypdf.PdfReader) -> None:
    assert len(pdf.pages) >= 3
    for number, sheet in enumerate(pdf.pages, 1):
        text = sheet.extract_text()
        assert "Example Valley & Coast NHS Trust (RXX) · 2025" in text
        assert "Synthetic data: no real organisation" in text
        assert f"{number} of {len(pdf.pages)}" in text


def test_pdf_tables_break_with_their_heads_and_lose_no_row(pdf: pypdf.PdfReader) -> None:
    texts = [sheet.extract_text() for sheet in pdf.pages]
    rows = [re.findall(r"Group (\d\d) \d+ \d+", text) for text in texts]
    assert [row for page_rows in rows for row in page_rows] == [f"{n:02d}" for n in range(1, 81)]
    assert all("White (n)" in text for text, page_rows in zip(texts, rows, strict=True) if page_rows)
    assert sum(bool(page_rows) for page_rows in rows) >= 2


def test_pdf_wide_tables_stay_on_the_paper(pdf: pypdf.PdfReader) -> None:
    ends: list[float] = []

    def note(text: str, _: Any, matrix: list[float], __: Any, size: float) -> None:
        if text.strip():
            ends.append(matrix[4])

    words = " ".join(sheet.extract_text(visitor_text=note) for sheet in pdf.pages)
    assert max(ends) < A4_WIDTH - 50
    assert words.count("Measurement") == 12


def test_pdf_carries_its_fonts(pdf: pypdf.PdfReader) -> None:
    resources: list[Any] = [sheet["/Resources"] for sheet in pdf.pages]
    fonts = [font.get_object() for resource in resources for font in resource["/Font"].values()]
    families = {font["/BaseFont"].split("+")[1].split("-")[0] for font in fonts}
    assert families == {"SourceSansPro", "DejaVuSansMono"}


def test_word_has_real_headings_and_properties(word: Any) -> None:
    headings = [(p.style.name, p.text) for p in word.paragraphs if p.style.name.startswith(("Title", "Head"))]
    assert headings == [
        ("Title", "Race equality at Example Valley & Coast NHS Trust"),
        ("Heading 1", "At a glance"),
        ("Heading 1", "Indicators"),
        ("Heading 2", "Indicator 1"),
        ("Heading 1", "Data and method"),
    ]
    properties = word.core_properties
    assert properties.title == "Race equality at Example Valley & Coast NHS Trust"
    assert properties.subject == "Example Valley & Coast NHS Trust (RXX) · 2025"
    assert properties.comments == "Synthetic data: no real organisation"
    assert properties.language == "en-GB"


def test_word_describes_pictures_and_repeats_table_heads(word: Any) -> None:
    body = word.element.body
    assert [picture.get("descr") for picture in body.iter(qn("wp:docPr"))] == ALTS
    assert [len(table.rows) for table in word.tables] == [4, 81, 2]
    assert all(table.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None for table in word.tables)


def test_word_tables_are_as_wide_as_their_contents(word: Any) -> None:
    """Of 98 characters across the page: "Group 01" and 2, and the heads "White (n)" and "BME (n)" and 4 each."""
    glance, table, _ = word.tables
    across = sum(column.width for column in glance.columns)
    shares = [column.width / across for column in table.columns]
    assert shares == pytest.approx([10 / 98, 13 / 98, 11 / 98], abs=0.001)


def test_a_finding_stays_with_its_chart(source: str, word: Any) -> None:
    assert '<div class="finding">\n<p><strong>Bands 8a to VSM lag behind</strong></p>' in source
    styles = {paragraph.text: paragraph.style for paragraph in word.paragraphs}
    assert styles["Bands 8a to VSM lag behind"].name == "Finding"
    assert styles["Bands 8a to VSM lag behind"].paragraph_format.keep_with_next


def test_word_says_synthetic_and_shows_verdicts_with_their_shapes(word: Any) -> None:
    assert "Synthetic data: no real organisation" in [paragraph.text for paragraph in word.paragraphs]
    cells = [cell.text.replace("\xa0", " ").strip() for cell in word.tables[0].columns[2].cells]
    assert cells == [
        "What it means",
        "▲ Clear gap \n44 more senior staff would be BME.",
        "◌ Too few to tell \n9 of 1,040 staff.",
        "– Not tested \nNo figures.",
    ]


def test_the_same_page_gives_the_same_bytes(
    notebook: NotebookNode, page: MakePage, output: Path, tmp_path: Path
) -> None:
    Embedded().render([prepare(notebook, page(), tmp_path / "again")], tmp_path)
    for name in ("index.html", "report.pdf", "report.docx"):
        assert (tmp_path / FOLDER / name).read_bytes() == (output / FOLDER / name).read_bytes(), name


def test_a_page_that_fails_says_why_leaves_nothing_and_stops_no_other(
    notebook: NotebookNode, page: MakePage, tmp_path: Path
) -> None:
    broken, sound = (prepare(notebook, page(code), tmp_path / "pages") for code in ("RYY", "RXX"))
    (tmp_path / "pages/organisation-RYY_figures/8/2.png").unlink()
    first, second = Embedded().render([broken, sound], tmp_path / "output")
    assert "pandoc could not write the page" in first.failure
    assert "8/2.png" in first.failure
    assert second.failure == ""
    assert [path.name for path in (tmp_path / "output/organisations").iterdir()] == ["RXX"]


def test_a_page_that_pandoc_warns_of_is_not_made(
    notebook: NotebookNode, page: MakePage, tmp_path: Path
) -> None:
    prepared = prepare(notebook, page(), tmp_path / "pages")
    unclosed = nbformat.read(prepared.notebook, as_version=4)
    unclosed.cells.append(nbformat.v4.new_markdown_cell("::: {.note}\nNobody closes this."))
    nbformat.write(unclosed, prepared.notebook)
    (done,) = Embedded().render([prepared], tmp_path / "output")
    assert re.search(r"could not write the page: \[WARNING\] Div at .* unclosed", done.failure)
    assert not (tmp_path / "output").exists()


def test_the_renderer_travels_to_worker_processes() -> None:
    renderer = pickle.loads(pickle.dumps(choose_renderer("embedded")))  # noqa: S301
    assert renderer.name == "embedded"
    assert re.fullmatch(r"pandoc \d[\d.]+, Typst \d[\d.]+", renderer.version)


@pytest.mark.slow
def test_word_file_opens_in_libreoffice(output: Path, tmp_path: Path) -> None:
    office = shutil.which("soffice")
    if office is None:
        pytest.skip("NO LIBREOFFICE: the Word file was opened by nothing but python-docx")
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    command = [office, "--headless", profile, "--convert-to", "pdf", "--outdir", str(tmp_path)]
    command.append(str(output / FOLDER / "report.docx"))
    subprocess.run(command, check=True, capture_output=True, timeout=300)  # noqa: S603
    text = " ".join(pypdf.PdfReader(tmp_path / "report.pdf").pages[0].extract_text().split())
    assert "Race equality at Example Valley & Coast NHS Trust" in text
    assert "BME staff are 20.0% of the workforce." in text
