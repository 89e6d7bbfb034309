"""A real page passes every check; each fault, made in a copy of it, is found and named."""

import re
import shutil
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pypdf
import pytest
from nbformat import NotebookNode
from pypdf.generic import NameObject, TextStringObject

from wres.publish.checks import check_page, checked, dead_links
from wres.publish.embedded import Embedded
from wres.publish.pages import Page, Rendered, prepare

FOLDER = "organisations/RXX"


@pytest.fixture(scope="module")
def about(page: Callable[..., Page]) -> Page:
    targets = {
        "html": f"{FOLDER}/index.html",
        "pdf": f"{FOLDER}/report.pdf",
        "summary": f"{FOLDER}/summary.pdf",
        "docx": f"{FOLDER}/report.docx",
    }
    return page(targets=targets, others={"RYY": "Hill NHS Trust"})


@pytest.fixture(scope="module")
def made(notebook: NotebookNode, about: Page, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("made")
    prepared = prepare(notebook, about, tmp_path_factory.mktemp("pages"))
    assert [done.failure for done in Embedded().render([prepared], folder)] == [""]
    return folder


@pytest.fixture
def folder(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(made, tmp_path / "copy"))


def test_a_finished_page_passes(made: Path, about: Page) -> None:
    assert check_page(about, made) == []


FAULTS = {
    "language": ('lang="en-GB"', 'lang="fr"', "its language is 'fr'; expected 'en-GB'"),
    "title": ("<title>Race", "<title>Nothing", "its title is 'Nothing equality"),
    "second h1": ("</main>", "<h1>Again</h1></main>", "expected one main heading, found 2"),
    "level left out": ("</main>", "<h2>A</h2><h4>B</h4></main>", "heading 'B' of level 4 follows one of level 2"),
    "blank heading": ("</main>", "<h2> </h2></main>", "a heading of level 2 is blank"),
    "no alt": ("</main>", '<img src="data:," alt=" "></main>', "a picture has no alternative text, near"),
    "unnamed drawing": ("</main>", "<svg></svg></main>", "a drawing has no name, near"),
    "no caption": (r"<caption>Staff.*?</caption>", "", "a table has no caption, near 'Indicator 1'"),
    "no scope": ('scope="col"', "", "a head of table"),
    "no row heads": ("</main>", "<table><caption>x</caption><thead><tr><th scope=col>a</th></tr></thead>"
                     "<tbody><tr><td>1</td></tr></tbody></table></main>", "a row of table 'x' has no head"),
    "id twice": ("</main>", '<p id="content">x</p></main>', "id 'content' stands 2 times"),
    "label of nothing": ("</main>", '<p aria-labelledby="gone">x</p></main>', "nothing has the id 'gone'"),
    "script from afar": ("</main>", '<script src="https://x.org/a.js"></script></main>', "<script src> loads"),
    "style from afar": ("</style>", "@import 'x.css';</style>", "a style loads something"),
    "font from afar": ("</style>", "a{background:url(x.png)}</style>", "a style loads something"),
    "sheet from afar": ("</head>", '<link rel="stylesheet" href="x.css"></head>', "<link> loads 'x.css'"),
    "frame": ("</main>", '<iframe srcdoc="x"></iframe></main>', "something foreign is embedded"),
    "pale text": ("--ink: #1b2330", "--ink: #cccccc", "contrast of ink on #ffffff is 1.6"),
    "other heading": ("<h1>Race", "<h1>Rage", "its main heading is 'Rage equality"),
    "other organisation": ("</main>", "<p>Hill NHS Trust</p></main>", "names another organisation: Hill NHS Trust"),
    "other code": ("</main>", "<p>RYY</p></main>", "names another organisation: Hill NHS Trust (RYY)"),
    "not called synthetic": ("Synthetic data", "Data", "its figures are made up and it doesn't say"),
    "no way to skip": ('href="#content"', 'href="#other"', "its first link doesn't skip to the content"),
    "unnamed navigation": ("</main>", "<nav>x</nav></main>", "a <nav> has no name"),
    "two footers": ("</body>", "<footer>x</footer></body>", "expected one <footer>, found 2"),
}  # fmt: skip


@pytest.mark.parametrize(("old", "new", "said"), FAULTS.values(), ids=FAULTS.keys())
def test_a_fault_of_a_web_page_is_named(folder: Path, about: Page, old: str, new: str, said: str) -> None:
    path = folder / FOLDER / "index.html"
    source = path.read_text("utf-8")
    broken = re.sub(old, lambda _: new, source, flags=re.DOTALL)
    assert broken != source
    path.write_text(broken, "utf-8")
    found = check_page(replace(about, targets={"html": f"{FOLDER}/index.html"}), folder)
    assert [problem for problem in found if said in problem], found


def test_faults_of_a_pdf_are_named(folder: Path, about: Page) -> None:
    path = folder / FOLDER / "report.pdf"
    writer = pypdf.PdfWriter(clone_from=path)
    root = writer.root_object
    del root["/StructTreeRoot"], root["/ViewerPreferences"], root["/Metadata"]
    root[NameObject("/Lang")] = TextStringObject("de")
    writer.add_metadata({"/Title": "Another", "/Subject": "Hill NHS Trust"})
    for sheet in writer.pages:
        for font in sheet["/Resources"]["/Font"].values():
            font.get_object().pop("/ToUnicode", None)
            for inner in font.get_object().get("/DescendantFonts", []):
                inner.get_object()["/FontDescriptor"].get_object().pop("/FontFile2", None)
                inner.get_object()["/FontDescriptor"].get_object().pop("/FontFile3", None)
    writer.write(path)
    found = "\n".join(check_page(replace(about, targets={"pdf": f"{FOLDER}/report.pdf"}), folder))
    for said in (
        "it isn't tagged",
        "its language is 'de'; expected 'en-GB'",
        "a reader would show its file name",
        "its title is 'Another'; expected 'Race equality",
        "it doesn't say that it follows PDF/UA",
        "isn't embedded",
        "can't be taken out",
        "it doesn't say whose it is and which year",
        "names another organisation: Hill NHS Trust (RYY)",
    ):
        assert said in found


def test_faults_of_a_word_file_are_named(folder: Path, about: Page) -> None:
    path = folder / FOLDER / "report.docx"
    edits = {
        "word/document.xml": [
            (rb'descr="[^"]+"', b'descr=""'),
            (rb"<w:tblHeader[^>]*/>", b""),
            (rb'w:val="Heading1"', b'w:val="Heading3"'),
            (rb'w:val="Title"', b'w:val="Body"'),
            (rb"At a glance", b"Hill NHS Trust"),
            (rb"Synthetic data", b"Data"),
        ],
        "word/styles.xml": [(rb'w:val="en-GB"', b'w:val="en-US"')],
        "docProps/core.xml": [(rb"Race equality", b"Rage equality"), (rb"2025", b"2024")],
        "word/_rels/document.xml.rels": [
            (rb"</Relationships>", b'<Relationship Id="x" Type="image" TargetMode="External" Target="http://x.org/"/>'
                                   b"</Relationships>"),
        ],
    }  # fmt: skip
    with zipfile.ZipFile(path) as parts:
        kept = {part: parts.read(part) for part in parts.namelist()}
    with zipfile.ZipFile(path, "w") as parts:
        for name, data in kept.items():
            for old, new in edits.get(name, []):
                assert re.search(old, data), (name, old)
                data = re.sub(old, new, data)  # noqa: PLW2901
            parts.writestr(name, data)
    found = "\n".join(check_page(replace(about, targets={"docx": f"{FOLDER}/report.docx"}), folder))
    for said in (
        "pictures have no alternative text",
        "tables don't repeat on the next page",
        "a heading of level 3 follows one of level",
        "no paragraph in the style Title",
        "names another organisation: Hill NHS Trust (RYY)",
        "doesn't say 'Synthetic data: no real organisation'",
        "its language is ['en-US']",
        "its title is ['Rage equality",
        "it doesn't say whose it is and which year",
        "it loads 'http://x.org/'",
    ):
        assert said in found, found


def test_a_page_that_fails_is_taken_away_and_no_other(folder: Path, about: Page) -> None:
    path = folder / FOLDER / "index.html"
    path.write_text(path.read_text("utf-8").replace('lang="en-GB"', ""), "utf-8")
    (folder / FOLDER / "data.xlsx").write_text("stays")
    broken, failed = checked([Rendered(about), Rendered(replace(about, stem="x"), "no kernel")], folder)
    assert broken.failure == f"{FOLDER}/index.html: its language is None; expected 'en-GB'"
    assert failed.failure == "no kernel"
    assert [left.name for left in (folder / FOLDER).iterdir()] == ["data.xlsx"]


def test_dead_links_are_named(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a/here.html").write_text("x")
    (tmp_path / "a/index.html").write_text(
        '<p id="x"><a href="#x">1</a><a href="#y">2</a><a href="here.html">3</a><a href="gone%20now.html#x">4</a>'
        '<a href="../later.html">5</a><a href="../../out.html">6</a><a href="https://x.org/">7</a></p>'
    )
    assert dead_links(tmp_path, ["a/index.html"], ["later.html"]) == {
        "a/index.html": [
            "link '#y' leads to no place on the page",
            "link '../../out.html' leads out of the publication",
            "link 'gone%20now.html#x' leads to no file",
        ]
    }
    assert dead_links(tmp_path, ["a/here.html"]) == {}
