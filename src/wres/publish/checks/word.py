"""What every Word file must have: heading styles, described pictures, table heads that repeat, nothing from afar."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from lxml import etree

from wres.publish.checks.whose import letters, named
from wres.publish.pages import SYNTHETIC, Page

NAMES = {
    "w": "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
    "wp": "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing",
    "dc": "http://purl.org/dc/elements/1.1/",
    "r": "http://schemas.openxmlformats.org/package/2006/relationships",
}
VALUE = f"{{{NAMES['w']}}}val"


def check_word(path: Path, page: Page) -> list[str]:
    """Say what is wrong with a Word file.

    Parameters
    ----------
    path
        The file.
    page
        What should stand around its words.
    """
    with zipfile.ZipFile(path) as parts:
        body, styles, core, links = (
            etree.fromstring(parts.read(part))
            for part in (
                "word/document.xml",
                "word/styles.xml",
                "docProps/core.xml",
                "word/_rels/document.xml.rels",
            )
        )
    text = " ".join("".join(found) for found in _paragraphs(body))
    return [
        *_about(core, styles, page),
        *_headings(body),
        *_pictures_and_tables(body),
        *_links(links),
        *_whose(core, text, page),
        *named(page.others, text),
    ]


def _about(core: Any, styles: Any, page: Page) -> Iterator[str]:
    title = _find(core, "//dc:title/text()")
    if [letters(each) for each in title] != [letters(page.title)]:
        yield f"its title is {title}; expected {page.title!r}"
    language = _find(styles, "//w:docDefaults//w:lang/@w:val")
    if language != ["en-GB"]:
        yield f"its language is {language}; expected 'en-GB'"


def _headings(body: Any) -> Iterator[str]:
    styled = [str(name) for name in _find(body, "//w:pStyle/@w:val")]
    levels = [int(name[-1]) for name in styled if name.startswith("Heading")]
    if "Title" not in styled:
        yield "it has no paragraph in the style Title"
    before = 0
    for level in levels:
        if level > before + 1:
            yield f"a heading of level {level} follows one of level {before}"
        before = level


def _pictures_and_tables(body: Any) -> Iterator[str]:
    bare = _find(body, "//wp:docPr[not(normalize-space(@descr))]")
    if bare:
        yield f"{len(bare)} pictures have no alternative text"
    headless = _find(body, "//w:tbl[not(w:tr[1]/w:trPr/w:tblHeader)]")
    if headless:
        yield f"the heads of {len(headless)} tables don't repeat on the next page"


def _links(links: Any) -> Iterator[str]:
    for link in _find(
        links, "//r:Relationship[@TargetMode='External' and not(contains(@Type, 'hyperlink'))]/@Target"
    ):
        yield f"it loads {link!r}; expected everything inside the file"


def _whose(core: Any, text: str, page: Page) -> Iterator[str]:
    said = " ".join(str(words) for words in _find(core, "//text()"))
    if letters(page.running_head) not in letters(said):
        yield f"it doesn't say whose it is and which year: expected {page.running_head!r}"
    if page.synthetic and SYNTHETIC not in text:
        yield f"its figures are made up and it doesn't say {SYNTHETIC!r}"


def _paragraphs(body: Any) -> Iterator[list[str]]:
    for paragraph in _find(body, "//w:p"):
        yield [str(text) for text in _find(paragraph, ".//w:t/text()")]


def _find(element: Any, path: str) -> list[Any]:
    found: list[Any] = element.xpath(path, namespaces=NAMES)
    return found
