"""The renderer made of wheels alone: pandoc writes HTML, DOCX and Typst, and Typst the tagged PDF.

How a page looks belongs to ``theme``; what it says, to the notebook.
"""

import os
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pypandoc
import typst

from wres.publish.pages import Format, PreparedPage, Rendered, fixed_time, markdown, place
from wres.publish.theme import FONTS, THEME, project_settings

_THEME_FILES = ("template", "reference-doc")
_SWITCHES = ("toc", "section-divs")
_VALUES = ("wrap", "toc-depth", "shift-heading-level-by", "default-image-extension")


class Embedded:
    """Pandoc and Typst, as their wheels bring them."""

    name = "embedded"

    @property
    def version(self) -> str:
        """Versions of both programs."""
        return f"pandoc {pypandoc.get_pandoc_version()}, Typst {version('typst')}"

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
        with tempfile.TemporaryDirectory(dir=prepared.notebook.parent) as made:
            try:
                for extension in prepared.page.targets:
                    _convert(extension, Path(made) / f"{prepared.page.stem}.{extension}", prepared)
            except (RuntimeError, OSError) as error:
                return Rendered(prepared.page, failure=str(error))
            place(prepared.page, Path(made), output)
        return Rendered(prepared.page)


def _convert(extension: Format, made: Path, prepared: PreparedPage) -> None:
    notebook = prepared.summary if extension == "summary" else prepared.notebook
    if extension in ("pdf", "summary"):
        source = notebook.with_suffix(".typ")
        _pandoc(markdown(notebook), "typst", source, prepared)
        _typst(source, made, prepared)
    else:
        _pandoc(markdown(notebook), extension, made, prepared)


def _pandoc(text: str, writer: str, made: Path, prepared: PreparedPage) -> None:
    """Run pandoc where the figures lie, with any warning taken for a failure."""
    command = [pypandoc.get_pandoc_path(), "--from=markdown", f"--to={writer}", f"--output={made}"]
    command += ["--standalone", "--fail-if-warnings", *_arguments(writer)]
    environment = os.environ | {"SOURCE_DATE_EPOCH": str(int(fixed_time(prepared.page).timestamp()))}
    done = subprocess.run(  # noqa: S603 (pandoc's own wheel)
        command, input=text, cwd=prepared.notebook.parent, env=environment,
        capture_output=True, text=True, encoding="utf-8", check=False,
    )  # fmt: skip
    if done.returncode:
        raise RuntimeError(f"pandoc could not write {writer}: {done.stderr.strip()}")


def _arguments(writer: str) -> Iterator[str]:
    settings = project_settings()
    options: dict[str, Any] = settings | settings["format"][writer]
    yield from (f"--lua-filter={THEME / Path(name).name}" for name in settings["filters"])
    yield from (f"--{key}={THEME / Path(options[key]).name}" for key in _THEME_FILES if key in options)
    yield from (f"--{key}" for key in _SWITCHES if options.get(key))
    yield from (f"--{key}={options[key]}" for key in _VALUES if key in options)


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
