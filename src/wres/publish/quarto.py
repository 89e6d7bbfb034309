"""The renderer for publication: Quarto, one project render for a whole shard of pages.

A shard lives in a folder of its own, since two renders in one project disturb each other.
"""

import os
import re
import shutil
import tempfile
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import yaml

from wres.publish.pages import Format, PreparedPage, Rendered, fixed_time, place
from wres.publish.programs import run_program
from wres.publish.theme import FONTS, THEME, project_settings

_FORMATS: dict[Format, str] = {"html": "html", "pdf": "typst", "docx": "docx"}
# An installation may lack these two tools, which is no fault of a page.
_COMPLAINT = re.compile(
    r"^\W*(?:error|warn(?:ing)?)\b(?!.*(?:verapdf|typst-gather)).*$", re.IGNORECASE | re.MULTILINE
)


def find() -> Path | None:
    """Return Quarto's program, ``QUARTO_PATH`` if that is set or else the one on ``PATH``; None without one."""
    found = os.environ.get("QUARTO_PATH") or shutil.which("quarto")
    return Path(found) if found else None


@dataclass(frozen=True)
class Quarto:
    """Quarto's program, wherever it was found."""

    program: Path
    name: str = "quarto"
    pages_at_once: int = 8  # Quarto takes longer to start than to convert a page

    @cached_property
    def version(self) -> str:
        """Quarto's version."""
        return self._run(["--version"], Path.cwd(), {}).strip()

    def render(self, pages: Sequence[PreparedPage], output: Path) -> list[Rendered]:
        """Make the files of a shard of pages, those of one year and the same formats in one render.

        Parameters
        ----------
        pages : sequence of PreparedPage
            Pages with their notebooks and figures.
        output : Path
            The publication's folder.

        Returns
        -------
        list of Rendered
            One a page, in their order; a page that failed has left no file.
        """
        alike = defaultdict(list)
        for prepared in pages:
            alike[prepared.page.year, tuple(prepared.page.targets)].append(prepared)
        done = [rendered for group in alike.values() for rendered in self._render_group(group, output)]
        order = [prepared.page.stem for prepared in pages]
        return sorted(done, key=lambda rendered: order.index(rendered.page.stem))

    def _render_group(self, pages: Sequence[PreparedPage], output: Path) -> list[Rendered]:
        with tempfile.TemporaryDirectory() as folder:
            project = Path(folder)
            try:
                self._render_project(pages, project)
            except RuntimeError as error:
                if len(pages) == 1:
                    return [Rendered(pages[0].page, failure=str(error))]
                # One bad page aborts the whole render: each alone shows which it is.
                return [rendered for page in pages for rendered in self._render_group([page], output)]
            for prepared in pages:
                place(prepared.page, project, output)
        return [Rendered(prepared.page) for prepared in pages]

    def _render_project(self, pages: Sequence[PreparedPage], project: Path) -> None:
        formats = tuple(pages[0].page.targets)
        self._render_notebooks(pages, [page.notebook for page in pages], formats, project)
        if "summary" in formats:
            short = project / "summaries"
            short.mkdir()
            self._render_notebooks(pages, [page.summary for page in pages], ("pdf",), short)
            for page in pages:
                shutil.move(short / f"{page.summary.stem}.pdf", project / f"{page.page.stem}.summary")

    def _render_notebooks(
        self,
        pages: Sequence[PreparedPage],
        notebooks: Sequence[Path],
        formats: Sequence[Format],
        project: Path,
    ) -> None:
        wanted = [extension for extension in formats if extension in _FORMATS]
        _lay_out(pages, notebooks, wanted, project)
        environment = {
            "NO_COLOR": "1",
            "SOURCE_DATE_EPOCH": str(int(fixed_time(pages[0].page).timestamp())),
            "TYPST_FONT_PATHS": str(FONTS),
            "TYPST_IGNORE_SYSTEM_FONTS": "true",
        }
        said = self._run(["render"], project, environment)
        if complaints := _COMPLAINT.findall(said):
            raise RuntimeError(f"Quarto complains: {' '.join(complaints)}")
        names = [f"{notebook.stem}.{extension}" for notebook in notebooks for extension in wanted]
        if missing := [name for name in names if not (project / name).exists()]:
            raise RuntimeError(f"Quarto made no {', '.join(missing)}; it said:\n{said.strip()}")

    def _run(self, arguments: Sequence[str], folder: Path, environment: dict[str, str]) -> str:
        done = run_program([self.program, *arguments], folder, os.environ | environment)
        if done.returncode:
            raise RuntimeError(f"Quarto failed (exit code {done.returncode}):\n{done.stdout.strip()}")
        return done.stdout


def _lay_out(
    pages: Sequence[PreparedPage], notebooks: Sequence[Path], formats: Sequence[Format], project: Path
) -> None:
    """Set up a project folder like the repository's own, with the formats that these pages want."""
    settings = project_settings()
    wanted = {_FORMATS[extension]: settings["format"][_FORMATS[extension]] for extension in formats}
    (project / "_quarto.yml").write_text(yaml.safe_dump(settings | {"format": wanted}), encoding="utf-8")
    shutil.copytree(THEME, project / Path(settings["format"]["html"]["template"]).parent)
    for notebook in notebooks:
        shutil.copy(notebook, project)
    for prepared in pages:
        figures = prepared.notebook.with_name(f"{prepared.page.stem}_figures")
        if figures.exists():
            shutil.copytree(figures, project / figures.name)
