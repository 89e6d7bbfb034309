"""Static checks of every page that a publication makes: a page that fails one isn't published.

Each format is checked in a module of its own. What only a browser can judge belongs in the tests.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from wres.publish.checks.links import dead_links
from wres.publish.checks.pdf import check_pdf
from wres.publish.checks.web import check_html
from wres.publish.checks.whose import strangers
from wres.publish.checks.word import check_word
from wres.publish.pages import Page, Rendered

__all__ = ["check_page", "checked", "dead_links", "strangers"]

CHECKS = {"html": check_html, "pdf": check_pdf, "summary": check_pdf, "docx": check_word}


def checked(pages: Iterable[Rendered], folder: Path) -> list[Rendered]:
    """Check what a renderer made; the files of a page that fails are taken away, and it says why.

    Parameters
    ----------
    pages
        What became of each page.
    folder
        The publication's folder.
    """
    return [page if page.failure else _checked(page.page, folder) for page in pages]


def _checked(page: Page, folder: Path) -> Rendered:
    problems = check_page(page, folder)
    if problems:
        for target in page.targets.values():
            (folder / target).unlink()
    return Rendered(page, "; ".join(problems))


def check_page(page: Page, folder: Path) -> list[str]:
    """Say what is wrong with the finished files of one page.

    Parameters
    ----------
    page
        The page; its targets lie under ``folder``.
    folder
        The publication's folder.

    Returns
    -------
    list of str
        One line a problem, with the file it is in; none if all is well.
    """
    return [
        f"{target}: {problem}"
        for extension, target in page.targets.items()
        for problem in CHECKS[extension](folder / target, page)
    ]
