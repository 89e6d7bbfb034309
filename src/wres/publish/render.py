"""The small interface that both renderers stand behind, and the choice between them."""

from collections.abc import Sequence
from pathlib import Path
from typing import Literal, Protocol

from wres.publish import quarto
from wres.publish.embedded import Embedded
from wres.publish.pages import PreparedPage, Rendered


class Renderer(Protocol):
    """Converts prepared pages; never executes anything."""

    @property
    def name(self) -> str:
        """``quarto`` or ``embedded``."""

    @property
    def version(self) -> str:
        """Versions of the programs behind it."""

    @property
    def pages_at_once(self) -> int:
        """How many pages are best rendered together."""

    def render(self, pages: Sequence[PreparedPage], output: Path) -> list[Rendered]:
        """Make the files of every page under the publication's folder; say what became of each."""


def choose_renderer(name: Literal["auto", "quarto", "embedded"]) -> Renderer:
    """Return the renderer asked for; ``auto`` takes Quarto wherever it is found.

    Raises
    ------
    FileNotFoundError
        When Quarto is asked for by name and isn't there.
    """
    program = None if name == "embedded" else quarto.find()
    if program:
        return quarto.Quarto(program)
    if name == "quarto":
        raise FileNotFoundError(
            "Quarto was asked for and is not on the PATH; install it, set QUARTO_PATH, "
            "or choose the renderer auto or embedded"
        )
    return Embedded()
