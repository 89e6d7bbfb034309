"""What every PDF must have: tags, title, language, embedded fonts, and text that can be taken out of it.

Its words are those of the HTML page, which is searched for the names of others; taking them out of a PDF again is
slow.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pypdf import PageObject, PdfReader

from wres.publish.checks.whose import letters, named
from wres.publish.pages import SYNTHETIC, Page

FONT_FILES = ("/FontFile", "/FontFile2", "/FontFile3")


def check_pdf(path: Path, page: Page) -> list[str]:
    """Say what is wrong with a PDF.

    Parameters
    ----------
    path
        The file.
    page
        What should stand around its words.
    """
    pdf = PdfReader(path)
    about = " ".join(str(value) for value in (pdf.metadata or {}).values())
    return [*_catalogue(pdf, page), *_fonts(pdf), *_whose(about, page), *named(page.others, about)]


def _catalogue(pdf: PdfReader, page: Page) -> Iterator[str]:
    root: Any = pdf.trailer["/Root"]
    if not root.get("/MarkInfo", {}).get("/Marked") or "/StructTreeRoot" not in root:
        yield "it isn't tagged"
    if root.get("/Lang") != "en-GB":
        yield f"its language is {root.get('/Lang')!r}; expected 'en-GB'"
    if not root.get("/ViewerPreferences", {}).get("/DisplayDocTitle"):
        yield "a reader would show its file name in place of its title"
    title = pdf.metadata.title if pdf.metadata else None
    if letters(title or "") != letters(page.title):
        yield f"its title is {title!r}; expected {page.title!r}"
    if "/Metadata" not in root or b"pdfuaid:part" not in root["/Metadata"].get_object().get_data():
        yield "it doesn't say that it follows PDF/UA"


def _fonts(pdf: PdfReader) -> Iterator[str]:
    for name, font in {name: font for sheet in pdf.pages for name, font in _fonts_of(sheet)}.items():
        described = font.get("/DescendantFonts", [font])[0].get_object()
        descriptor = described.get("/FontDescriptor", {})
        if not any(key in descriptor for key in FONT_FILES):
            yield f"font {name} isn't embedded"
        if "/ToUnicode" not in font:
            yield f"text in font {name} can't be taken out"


def _fonts_of(sheet: PageObject) -> Iterator[tuple[str, Any]]:
    fonts: Any = sheet.get("/Resources", {}).get("/Font", {})
    for reference in fonts.values():
        font = reference.get_object()
        yield str(font["/BaseFont"]), font


def _whose(about: str, page: Page) -> Iterator[str]:
    if letters(page.running_head) not in letters(about):
        yield f"it doesn't say whose it is and which year: expected {page.running_head!r}"
    if page.synthetic and SYNTHETIC not in about:
        yield f"its figures are made up and it doesn't say {SYNTHETIC!r}"
