"""Pages ready for a renderer: a clean copy of an executed notebook, and its figures as files.

What a renderer needs to know of a page, and nothing of how it converts one, belongs here.
"""

import base64
import re
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

import nbformat
import yaml
from nbformat import NotebookNode

from wres.publish.pictures import add_pngs

Format = Literal["html", "pdf", "docx", "summary"]  # a summary is a PDF of one page

SYNTHETIC = "Synthetic data: no real organisation"
INTERNAL = "INTERNAL: nothing is hidden; not for release"
_FORMAT_NAMES: dict[Format, str] = {"pdf": "PDF", "docx": "Word", "summary": "One page (PDF)"}
MOST_PRINTED = 1_000_000  # characters: what nobody reads must not fill a page, or memory
_NEVER_SHOWN = {"injected-parameters", "lab-only"}
_IN_SUMMARY, _SUMMARY_ONLY = {"summary", "summary-only"}, "summary-only"
_NAMED_FIGURE = re.compile(r"!\[(?P<alt>(?:\\.|[^\]\\])*)\]\(wres-figure:(?P<name>[\w-]+)\)")


@dataclass(frozen=True)
class Page:
    """What stands around a notebook's own words.

    Attributes
    ----------
    stem : str
        Name of the page's files while it is made; no two pages of a publication share one.
    targets : Mapping[Format, str]
        The files to make, by format, as paths under the publication's folder.
    title, subtitle : str
        The page's heading, and the line above it.
    publication : str
        The publication's title, which leads back to its index.
    running_head : str
        Organisation and year, on every printed page.
    year : int
        Reporting year; pages are dated 31 March of it.
    synthetic : bool
        Whether the figures are made up, which every page then says.
    internal : bool
        Whether nothing was hidden, which every page then says, too.
    author : str
        Who publishes.
    links : tuple of (text, href)
        Further files of this page, such as its spreadsheet, relative to the HTML page.
    others : Mapping[str, str]
        Codes and names of organisations that the page must not name.
    """

    stem: str
    targets: Mapping[Format, str]
    title: str
    subtitle: str
    publication: str
    running_head: str
    year: int
    synthetic: bool = False
    internal: bool = False
    author: str = ""
    links: tuple[tuple[str, str], ...] = ()
    others: Mapping[str, str] = field(default_factory=dict)

    @property
    def root(self) -> str:
        """Way back from the page to the publication's folder: "" or "../../"."""
        return "../" * next(iter(self.targets.values())).count("/")


@dataclass(frozen=True)
class PreparedPage:
    """A page and the notebook, in a folder with its figures, that a renderer reads."""

    page: Page
    notebook: Path

    @property
    def summary(self) -> Path:
        """The notebook of the one-page summary, where the page has one."""
        return self.notebook.with_name(f"{self.page.stem}-summary.ipynb")


@dataclass(frozen=True)
class Rendered:
    """What became of a page: all its files, or the reason why there are none."""

    page: Page
    failure: str = ""


def prepare(notebook: NotebookNode, page: Page, folder: Path) -> PreparedPage:
    """Write a clean copy of an executed notebook, fit for any renderer.

    The copy holds Markdown cells alone, after one raw cell of YAML: outputs take the place of their
    cells, figures become files without an extension in their name, so that each format picks its own.

    Parameters
    ----------
    notebook : NotebookNode
        Executed notebook.
    page : Page
        What stands around it.
    folder : Path
        Where to write ``<stem>.ipynb`` and ``<stem>_figures/``, and ``<stem>-summary.ipynb``, which holds the
        cells tagged ``summary`` or ``summary-only`` alone, for a page that has a summary.

    Returns
    -------
    PreparedPage

    Raises
    ------
    ValueError
        When a cell failed, a figure has no alternative text, or a table names an unknown figure.
    """
    folder.mkdir(parents=True, exist_ok=True)
    figures = folder / f"{page.stem}_figures"
    texts = [
        (
            _tags(cell),
            [text.replace("](wres-page:", f"]({page.root}") for text in _cell_texts(cell, figures / str(n))],
        )
        for n, cell in enumerate(notebook.cells, 1)
    ]
    if "docx" in page.targets:
        add_pngs(figures)
    prepared = PreparedPage(page, folder / f"{page.stem}.ipynb")
    whole = [text for tags, own in texts if _SUMMARY_ONLY not in tags for text in own]
    _write(whole, _front_matter(page), prepared.notebook)
    if "summary" in page.targets:
        short = [text for tags, own in texts if tags & _IN_SUMMARY for text in own]
        _write(short, _front_matter(page, one_page=True), prepared.summary)
    return prepared


def _write(texts: list[str], front_matter: str, path: Path) -> None:
    cells = [nbformat.v4.new_raw_cell(front_matter, id="front-matter")]
    cells += [nbformat.v4.new_markdown_cell(text, id=f"text-{n}") for n, text in enumerate(texts, 1)]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), path)


def markdown(notebook: Path) -> str:
    """Return a prepared notebook as one Markdown text with its YAML in front."""
    return "\n\n".join(cell.source for cell in nbformat.read(notebook, as_version=4).cells) + "\n"


def fixed_time(page: Page) -> datetime:
    """Return the moment all files of a page are dated: 31 March of its reporting year."""
    return datetime(page.year, 3, 31, tzinfo=UTC)


def place(page: Page, made: Path, output: Path) -> None:
    """Move a page's finished files from the folder they were made in to their targets.

    Parameters
    ----------
    page : Page
        The page whose files are all finished.
    made : Path
        Folder with ``<stem>.<format>`` for each target.
    output : Path
        The publication's folder.
    """
    for extension, target in page.targets.items():
        (output / target).parent.mkdir(parents=True, exist_ok=True)
        shutil.move(made / f"{page.stem}.{extension}", output / target)


def _front_matter(page: Page, one_page: bool = False) -> str:
    downloads = [{"text": text, "href": href} for text, href in _downloads(page)]
    metadata = {
        "title": _literal(page.title),
        "subtitle": _literal(page.subtitle),
        "author": _literal(page.author),
        "date": fixed_time(page).date().isoformat(),
        "lang": "en-GB",
        "publication": _literal(page.publication),
        "running-head": _literal(page.running_head),
        "synthetic": " · ".join([INTERNAL] * page.internal + [SYNTHETIC] * page.synthetic),
        "root": page.root,
        "downloads": downloads,
        "one-page": one_page,
    }
    kept = {key: value for key, value in metadata.items() if value}
    return f"---\n{yaml.safe_dump(kept, allow_unicode=True, sort_keys=False, width=1000)}---"


def _literal(text: str) -> str:
    """Return text, such as an organisation's name, with no character left that Markdown would read."""
    return re.sub(r"([\\`*_\[\]<>~^$@#|{}])", r"\\\1", text)


def _downloads(page: Page) -> Iterator[tuple[str, str]]:
    for extension, target in page.targets.items():
        if extension in _FORMAT_NAMES:
            yield _FORMAT_NAMES[extension], Path(target).name
    yield from page.links


def _tags(cell: NotebookNode) -> set[str]:
    return set(cell.metadata.get("tags", ()))


def _cell_texts(cell: NotebookNode, figures: Path) -> Iterator[str]:
    tags = _tags(cell)
    if tags & _NEVER_SHOWN or not cell.source.strip():
        return
    if cell.cell_type == "markdown":
        yield cell.source
    if cell.cell_type == "code":
        if "show-code" in tags:
            yield _verbatim(cell.source)
        yield from _output_texts(cell.outputs, figures)


def _output_texts(outputs: list[NotebookNode], figures: Path) -> Iterator[str]:
    named: dict[str, _Figure] = {}
    shown: list[_Figure | str] = []
    for number, output in enumerate(outputs, 1):
        if not {"image/png", "image/svg+xml"} & set(output.get("data", {})):
            shown.append(_text(output))
            continue
        figure = _Figure.read(output, figures, default_name=str(number))
        figure.write()
        named[figure.name] = figure
        if not figure.hidden:
            shown.append(figure)
    for item in shown:
        yield item.markdown() if isinstance(item, _Figure) else _with_named(item, named)


def _text(output: NotebookNode) -> str:
    if output.output_type == "error":
        raise ValueError(f"a cell failed with {output.ename}: {output.evalue}; run the notebook again")
    if output.output_type == "stream":
        if len(output.text) > MOST_PRINTED:
            raise ValueError(
                f"a cell printed {len(output.text) / 1e6:,.1f} MB of text; expected at most "
                f"{MOST_PRINTED / 1e6:.0f} MB; show a table or a figure instead"
            )
        return _verbatim(output.text)
    if "text/markdown" in output.data:
        return str(output.data["text/markdown"])
    return _verbatim(output.data["text/plain"])


def _verbatim(text: str) -> str:
    return f"````\n{text.rstrip()}\n````"


def _with_named(text: str, named: Mapping[str, "_Figure"]) -> str:
    def image(match: re.Match[str]) -> str:
        figure = named.get(match["name"])
        if figure is None:
            known = ", ".join(named) or "none"
            raise ValueError(f"no figure is named {match['name']!r} in this cell; its figures: {known}")
        return f"![{match['alt']}]({figure.source}){{fig-alt={_quoted(figure.alt)}}}"

    return _NAMED_FIGURE.sub(image, text)


def _quoted(text: str) -> str:
    """Return text as a quoted attribute that no Markdown reader takes for anything else."""
    return (
        '"' + re.sub(r"[^\w ,.;:()%+/–−-]", lambda sign: f"&#{ord(sign[0])};", " ".join(text.split())) + '"'
    )


@dataclass(frozen=True)
class _Figure:
    folder: Path
    name: str
    alt: str
    caption: str
    hidden: bool
    images: Mapping[str, bytes]

    @classmethod
    def read(cls, output: NotebookNode, folder: Path, default_name: str) -> "_Figure":
        about = output.metadata.get("wres", {})
        name = about.get("name", default_name)
        if not about.get("alt"):
            raise ValueError(f"figure {name!r} has no alternative text; give it metadata wres.alt")
        images = {}
        if svg := output.data.get("image/svg+xml"):
            images[".svg"] = svg.encode()
        if png := output.data.get("image/png"):
            images[".png"] = base64.b64decode(png)
        return cls(folder, name, about["alt"], about.get("caption", ""), about.get("hidden", False), images)

    @property
    def source(self) -> str:
        """Path beside the notebook, without extension where each format has its own."""
        extension = "" if ".svg" in self.images else ".png"
        return f"{self.folder.parent.name}/{self.folder.name}/{self.name}{extension}"

    def write(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        for extension, image in self.images.items():
            self.folder.joinpath(self.name + extension).write_bytes(image)

    def markdown(self) -> str:
        return f"![{self.caption}]({self.source}){{fig-alt={_quoted(self.alt)}}}"
