"""The renderer made of wheels alone: pandoc writes HTML, DOCX and Typst, and Typst the tagged PDF.

How a page looks belongs to ``theme``; what it says, to the notebook.
"""

import json
import os
import tempfile
from collections.abc import Mapping, Sequence
from functools import cache, cached_property
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pypandoc
import typst

from wres.publish.pages import Format, PreparedPage, Rendered, fixed_time, markdown, place
from wres.publish.programs import persistently, run_program
from wres.publish.theme import FONTS, THEME, project_settings

_PDFS: tuple[Format, ...] = ("pdf", "summary")
_OPTIONS = ("toc", "toc-depth", "section-divs", "wrap", "shift-heading-level-by", "default-image-extension")
_THEME_FILES = ("template", "reference-doc")


class Embedded:
    """Pandoc and Typst, as their wheels bring them."""

    name = "embedded"
    pages_at_once = 1

    @cached_property
    def version(self) -> str:
        """Versions of both programs."""
        return f"pandoc {persistently(pypandoc.get_pandoc_version)}, Typst {version('typst')}"

    def render(self, pages: Sequence[PreparedPage], output: Path) -> list[Rendered]:
        """Make every page's files; a page that fails leaves none and doesn't stop the others.

        Parameters
        ----------
        pages : sequence of PreparedPage
            Pages, each with its notebook and figures in one folder.
        output : Path
            The publication's folder.

        Returns
        -------
        list of Rendered
            One a page, in their order.
        """
        return [self._render_page(prepared, output) for prepared in pages]

    def _render_page(self, prepared: PreparedPage, output: Path) -> Rendered:
        with tempfile.TemporaryDirectory(dir=prepared.notebook.parent) as folder:
            files = {each: Path(folder) / f"{prepared.page.stem}.{each}" for each in prepared.page.targets}
            try:
                if summary := files.pop("summary", None):
                    _make(prepared.summary, {"summary": summary}, prepared)
                _make(prepared.notebook, files, prepared)
            except (RuntimeError, OSError) as error:
                return Rendered(prepared.page, failure=str(error))
            place(prepared.page, Path(folder), output)
        return Rendered(prepared.page)


def _make(notebook: Path, files: Mapping[Format, Path], prepared: PreparedPage) -> None:
    """Make these files of a notebook: pandoc writes HTML, Word and, beside the figures, what Typst makes a PDF of."""
    pdfs = [file for each, file in files.items() if each in _PDFS]
    source = notebook.with_suffix(".typ")
    written: dict[str, Path] = {each: file for each, file in files.items() if each not in _PDFS}
    _pandoc(notebook, written | ({"typst": source} if pdfs else {}), prepared)
    for pdf in pdfs:
        _typst(source, pdf, prepared)


def _pandoc(notebook: Path, files: Mapping[str, Path], prepared: PreparedPage) -> None:
    """Let pandoc write a notebook, file by writer, where its figures lie; any warning is a failure."""
    formats = [
        {"writer": writer, "file": str(file), "options": _options(writer)} for writer, file in files.items()
    ]
    asked = json.dumps({"text": markdown(notebook), "formats": formats})
    environment = os.environ | {"SOURCE_DATE_EPOCH": str(int(fixed_time(prepared.page).timestamp()))}
    command = [pypandoc.get_pandoc_path(), "lua", THEME / "write.lua"]
    done = run_program(command, notebook.parent, environment, asked)
    if done.returncode or "[WARNING]" in done.stdout:
        raise RuntimeError(f"pandoc could not write the page: {done.stdout.strip() or 'it says no more'}")


def _options(writer: str) -> dict[str, Any]:
    """What ``_quarto.yml`` says of a format and pandoc knows, with the theme's files where they are."""
    settings = project_settings()
    said: dict[str, Any] = settings | settings["format"][writer]
    options = {name: said[name] for name in _OPTIONS if name in said}
    options |= {name: str(THEME / Path(said[name]).name) for name in _THEME_FILES if name in said}
    return options | {"filters": [str(THEME / Path(name).name) for name in said["filters"]]}


def _typst(source: Path, made: Path, prepared: PreparedPage) -> None:
    standard = project_settings()["format"]["typst"]["pdf-standard"]
    try:
        pdf, found = typst.compile_with_warnings(
            source, font_paths=_fonts(), pdf_standards=standard, timestamp=fixed_time(prepared.page)
        )
    except typst.TypstError as error:
        raise RuntimeError(f"Typst could not write the PDF: {error.diagnostic}") from error
    if found:
        raise RuntimeError(f"Typst warns: {'; '.join(warning.diagnostic for warning in found)}")
    made.write_bytes(pdf)


@cache
def _fonts() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=[FONTS])
