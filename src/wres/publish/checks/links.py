"""Whether every link inside a publication leads somewhere."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath
from posixpath import normpath
from urllib.parse import unquote, urlsplit

from lxml import html


def dead_links(folder: Path, pages: Iterable[str], promised: Iterable[str] = ()) -> dict[str, list[str]]:
    """Say which links of which pages lead nowhere.

    Parameters
    ----------
    folder
        The publication's folder.
    pages
        HTML files in it, as paths under it.
    promised
        Files that are still to be made.

    Returns
    -------
    dict
        One line a dead link, by page; pages without any are left out.
    """
    found = {page: list(_dead_links(folder, page, set(promised))) for page in pages}
    return {page: dead for page, dead in found.items() if dead}


def _dead_links(folder: Path, page: str, promised: set[str]) -> Iterator[str]:
    root = html.document_fromstring((folder / page).read_bytes(), parser=html.HTMLParser(huge_tree=True))
    anchors = set(root.xpath("//@id"))
    for href in sorted(set(root.xpath("//a/@href"))):
        link = urlsplit(href)
        if link.scheme or link.netloc:
            continue
        if not link.path:
            if link.fragment not in anchors:
                yield f"link {href!r} leads to no place on the page"
            continue
        target = normpath(str(PurePosixPath(page).parent / unquote(link.path)))
        if target.startswith(".."):
            yield f"link {href!r} leads out of the publication"
        elif target not in promised and not (folder / target).is_file():
            yield f"link {href!r} leads to no file"
