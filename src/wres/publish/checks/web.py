"""What every HTML page must have so that anybody can read it, offline and with any aid."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from lxml import html
from lxml.html import HtmlElement

from wres.publish.checks.palette import check_palette
from wres.publish.checks.whose import letters, named
from wres.publish.pages import SYNTHETIC, Page

LANDMARKS = ("header", "main", "footer")
LOADS = {"src", "srcset", "poster", "data", "action", "background"}
_FETCHED = re.compile(r"""@import|url\(\s*["']?(?!["']?(?:data:|#))""", re.IGNORECASE)


def check_html(path: Path, page: Page) -> list[str]:
    """Say what is wrong with an HTML page.

    Parameters
    ----------
    path
        The file.
    page
        What should stand around its words.
    """
    root = html.document_fromstring(
        path.read_bytes(), parser=html.HTMLParser(encoding="utf-8", huge_tree=True)
    )
    style = "\n".join(root.xpath("//style/text()"))
    text = " ".join(" ".join(root.xpath("//body//text()[not(parent::script)]")).split())
    return [
        *_frame(root, page),
        *_headings(root),
        *_pictures(root),
        *_tables(root),
        *_ids(root),
        *_loaded(root, style),
        *check_palette(style),
        *_whose(root, page, text),
        *named(page.others, text),
    ]


def _frame(root: HtmlElement, page: Page) -> Iterator[str]:
    if root.get("lang") != "en-GB":
        yield f"its language is {root.get('lang')!r}; expected 'en-GB'"
    title = root.findtext(".//title") or ""
    if not letters(title).startswith(letters(page.title)):
        yield f"its title is {title!r}; expected {page.title!r}"
    for landmark in LANDMARKS:
        if len(root.xpath(f"//body//{landmark}")) != 1:
            yield f"expected one <{landmark}>, found {len(root.xpath(f'//body//{landmark}'))}"
    if root.xpath("//nav[not(@aria-label)]"):
        yield "a <nav> has no name"
    first = root.xpath("(//body//a)[1]/@href")
    main = root.xpath("//main/@id")
    if not (first and main and first[0] == f"#{main[0]}"):
        yield "its first link doesn't skip to the content"


def _headings(root: HtmlElement) -> Iterator[str]:
    levels = [
        (int(heading.tag[1]), _words(heading)) for heading in root.xpath("//h1|//h2|//h3|//h4|//h5|//h6")
    ]
    if [level for level, _ in levels].count(1) != 1:
        yield f"expected one main heading, found {[level for level, _ in levels].count(1)}"
    before = 0
    for level, words in levels:
        if not words:
            yield f"a heading of level {level} is blank"
        if level > before + 1:
            yield f"heading {words!r} of level {level} follows one of level {before}"
        before = level


def _pictures(root: HtmlElement) -> Iterator[str]:
    for picture in root.xpath("//img[not(normalize-space(@alt))]"):
        yield f"a picture has no alternative text, near {_near(picture)!r}"
    for picture in root.xpath(
        "//svg[not(@aria-hidden='true') and not(@aria-label) and not(*[local-name()='title'])]"
    ):
        yield f"a drawing has no name, near {_near(picture)!r}"


def _tables(root: HtmlElement) -> Iterator[str]:
    for table in root.xpath("//table"):
        caption = _words(table.find("caption")) if table.find("caption") is not None else ""
        if not caption:
            yield f"a table has no caption, near {_near(table)!r}"
        if table.xpath(".//th[not(@scope)]"):
            yield f"a head of table {caption!r} has no scope"
        if table.xpath(".//tbody/tr[not(th)]"):
            yield f"a row of table {caption!r} has no head"
        if not table.xpath("./thead/tr/th"):
            yield f"table {caption!r} has no column heads"


def _ids(root: HtmlElement) -> Iterator[str]:
    ids = Counter(root.xpath("//@id"))
    for name in (name for name, times in ids.items() if times > 1):
        yield f"id {name!r} stands {ids[name]} times"
    referred = root.xpath("//@aria-labelledby|//@aria-describedby|//@aria-controls|//label/@for")
    for name in {name for names in referred for name in names.split()} - set(ids):
        yield f"nothing has the id {name!r} that a label or description refers to"


def _loaded(root: HtmlElement, style: str) -> Iterator[str]:
    """Anything that a browser would fetch to show the page; a link to follow is no such thing."""
    for element in root.xpath("//*[@src or @srcset or @poster or @data or @action or @background]"):
        for name in LOADS & set(element.keys()):
            if not element.get(name).startswith("data:"):
                yield f"<{element.tag} {name}> loads {element.get(name)[:80]!r}; expected everything inside the page"
    for link in root.xpath("//link/@href[not(starts-with(., 'data:'))]"):
        yield f"<link> loads {link!r}; expected everything inside the page"
    if _FETCHED.search(style) or any(_FETCHED.search(text) for text in root.xpath("//@style")):
        yield "a style loads something; expected everything inside the page"
    if root.xpath("//iframe|//object|//embed|//meta[@http-equiv='refresh']"):
        yield "something foreign is embedded in the page"


def _whose(root: HtmlElement, page: Page, text: str) -> Iterator[str]:
    heading = _words(root.xpath("//h1")[0]) if root.xpath("//h1") else ""
    if letters(heading) != letters(page.title):
        yield f"its main heading is {heading!r}; expected {page.title!r}"
    if letters(page.running_head) not in letters(text):
        yield f"it doesn't say whose it is and which year: expected {page.running_head!r}"
    if letters(page.publication) not in letters(text):
        yield f"it doesn't lead back to {page.publication!r}"
    if page.synthetic and SYNTHETIC not in text:
        yield f"its figures are made up and it doesn't say {SYNTHETIC!r}"


def _words(element: HtmlElement) -> str:
    return " ".join(element.text_content().split())


def _near(element: HtmlElement) -> str:
    """The heading before an element, to find it by."""
    before = element.xpath("(preceding::h1|preceding::h2|preceding::h3|preceding::h4)[last()]")
    return _words(before[0]) if before else "the top"
