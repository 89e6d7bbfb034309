"""The renderer made of wheels alone: pandoc writes HTML, DOCX and Typst, and Typst the tagged PDF.

How a page looks belongs to ``theme``; what it says, to the notebook.
"""

import os
import tempfile
from collections.abc import Iterator, Sequence
from functools import cache, cached_property
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pypandoc
import typst

from wres.publish.pages import Format, PreparedPage, Rendered, fixed_time, markdown, place
from wres.publish.programs import persistently, run_program
from wres.publish.theme import FONTS, THEME, project_settings

_THEME_FILES = ("template", "reference-doc")
_SWITCHES = ("toc", "section-divs")
_VALUES = ("wrap", "toc-depth", "shift-heading-level-by")
ANY_IMAGE = "image-of-the-format"  # stands for each format's own until a document is written


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
        with tempfile.TemporaryDirectory(dir=prepared.notebook.parent) as made:
            try:
                document = _parsed(markdown(prepared.notebook), prepared)
                for extension in prepared.page.targets:
                    _convert(document, extension, Path(made) / f"{prepared.page.stem}.{extension}", prepared)
            except (RuntimeError, OSError) as error:
                return Rendered(prepared.page, failure=str(error))
            place(prepared.page, Path(made), output)
        return Rendered(prepared.page)


def _parsed(text: str, prepared: PreparedPage) -> str:
    """The document as pandoc's JSON: reading Markdown takes longer than writing any format."""
    return _pandoc(
        "read the page",
        text,
        ["--from=markdown", "--to=json", f"--default-image-extension={ANY_IMAGE}"],
        prepared,
    )


def _convert(document: str, extension: Format, made: Path, prepared: PreparedPage) -> None:
    if extension == "summary":
        _pdf(_parsed(markdown(prepared.summary), prepared), prepared.summary, made, prepared)
    elif extension == "pdf":
        _pdf(document, prepared.notebook, made, prepared)
    else:
        _write(document, extension, made, prepared)


def _pdf(document: str, notebook: Path, made: Path, prepared: PreparedPage) -> None:
    source = notebook.with_suffix(".typ")
    _write(document, "typst", source, prepared)
    _typst(source, made, prepared)


def _write(document: str, writer: str, made: Path, prepared: PreparedPage) -> None:
    own_figures = document.replace(f'.{ANY_IMAGE}"', f'.{_options(writer)["default-image-extension"]}"')
    command = ["--from=json", f"--to={writer}", f"--output={made}", "--standalone", *_arguments(writer)]
    _pandoc(f"write {writer}", own_figures, command, prepared)


def _pandoc(task: str, text: str, arguments: Sequence[str], prepared: PreparedPage) -> str:
    """Run pandoc where the figures lie, with any warning taken for a failure."""
    command = [pypandoc.get_pandoc_path(), "--fail-if-warnings", *arguments]
    environment = os.environ | {"SOURCE_DATE_EPOCH": str(int(fixed_time(prepared.page).timestamp()))}
    done = run_program(command, prepared.notebook.parent, environment, text)
    if done.returncode:
        raise RuntimeError(f"pandoc could not {task}: {done.stdout.strip()}")
    return done.stdout


def _arguments(writer: str) -> Iterator[str]:
    options = _options(writer)
    yield from (f"--lua-filter={THEME / Path(name).name}" for name in options["filters"])
    yield from (f"--{key}={THEME / Path(options[key]).name}" for key in _THEME_FILES if key in options)
    yield from (f"--{key}" for key in _SWITCHES if options.get(key))
    yield from (f"--{key}={options[key]}" for key in _VALUES if key in options)


def _options(writer: str) -> dict[str, Any]:
    settings = project_settings()
    options: dict[str, Any] = settings["format"][writer]
    return settings | options


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
