"""The sentences of reports, kept in Markdown for a policy colleague to edit.

Each section is a file: a title, then for each sentence a heading with its name, a quoted line that says when it is
used, and its words. Words in braces, such as ``{bme}``, are filled in. The heads of a table's columns are a sentence of
``heads.md``, with bars between them. Which sentence is chosen belongs in :mod:`wres.report.narrative` and with each
subject.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent
_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True)
class Sentence:
    """The words of one sentence, with placeholders in braces, and when it is used."""

    text: str
    when: str

    @property
    def placeholders(self) -> set[str]:
        """The names in braces."""
        return set(_PLACEHOLDER.findall(self.text))

    @property
    def columns(self) -> list[str]:
        """What stands between bars: the heads of a table's columns."""
        return [column.strip() for column in self.text.split("|")]


@dataclass(frozen=True)
class Section:
    """The sentences of one file, by name."""

    title: str
    sentences: Mapping[str, Sentence]

    def markdown(self) -> str:
        """The section as its file holds it."""
        parts = [f"# {self.title}"]
        for name, sentence in self.sentences.items():
            parts += [f"## {name}", f"> {sentence.when}", sentence.text]
        return "\n\n".join(parts) + "\n"


def say(section: str, name: str, /, **values: object) -> str:
    """Fill in a sentence.

    Parameters
    ----------
    section
        Name of the section's file without its extension.
    name
        The sentence's heading.
    values
        What to put in place of each name in braces.
    """
    return sections()[section].sentences[name].text.format(**values)


def heads(name: str, /, **values: object) -> list[str]:
    """Fill in the heads of a table's columns.

    They are told apart before they are filled in, so no value adds a column. A value stands in a cell of a Markdown
    table: a bar in it must be escaped, as :func:`wres.report.display.escape` does.

    Parameters
    ----------
    name
        The heads' name in ``heads.md``.
    values
        What to put in place of each name in braces.

    Returns
    -------
    list
        A head for each column, in their order.
    """
    return [column.format(**values) for column in sections()["heads"].sentences[name].columns]


@cache
def sections() -> dict[str, Section]:
    """All sections by the names of their files."""
    return {path.stem: read_section(path.read_text(encoding="utf-8")) for path in sorted(FOLDER.glob("*.md"))}


def read_section(markdown: str) -> Section:
    """Read a section from Markdown: the reverse of :meth:`Section.markdown`."""
    title, *parts = re.split(r"^## ", markdown.strip(), flags=re.MULTILINE)
    sentences = {}
    for part in parts:
        name, _, body = part.partition("\n")
        paragraphs = [paragraph.strip() for paragraph in body.strip().split("\n\n")]
        when = " ".join(p.removeprefix(">").strip() for p in paragraphs if p.startswith(">"))
        text = "\n\n".join(p for p in paragraphs if p and not p.startswith(">"))
        sentences[name.strip()] = Sentence(text, when)
    return Section(title.strip().removeprefix("#").strip(), sentences)
