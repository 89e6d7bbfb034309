"""The reports' sentences on their way to Word and back.

Pandoc does the conversion. What the sentences are and how they are read belongs in
:mod:`wres.report.narrative.texts`.
"""

from __future__ import annotations

import difflib
import re
import subprocess
import zipfile
from collections.abc import Iterator, Mapping
from io import BytesIO
from pathlib import Path

import pypandoc

from wres.publish.theme import THEME
from wres.report.narrative.texts import FOLDER, Section, read_section, sections

INTRODUCTION = (
    "These are the sentences of the reports. Change the words; Word keeps track of what you change. Leave the headings "
    "and the quoted lines, which say when a sentence is used, as they are. Words in braces, such as {bme}, are filled "
    "in from the figures: move them where you like, but keep each of them. Bars, as in Year | Share, stand between the "
    "heads of a table's columns: keep the columns as many as they are, and in their order."
)
_TRACK, _AFTER = b"<w:trackRevisions/>", b"<w:doNotTrackMoves"  # the order of settings is fixed
_ONE_LINE = ("heads", "headings")  # a second line would break a table, or be text below a heading
_ESCAPED = re.compile(r"\\([^\w\s])")


class TextsError(Exception):
    """An edited document can't be taken back; the message lists every reason."""


def export_texts(path: Path) -> None:
    """Write all sentences to a Word file that keeps track of changes.

    Parameters
    ----------
    path
        The file to write.
    """
    text = "\n".join([INTRODUCTION, "", *(section.markdown() for section in sections().values())])
    made = _pandoc(
        text.encode(), "--from=commonmark", "--to=docx", f"--reference-doc={THEME / 'reference.docx'}"
    )
    with zipfile.ZipFile(BytesIO(made)) as parts, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as tracked:
        for part in parts.infolist():
            data = parts.read(part)
            if part.filename == "word/settings.xml":
                data = data.replace(_AFTER, _TRACK + _AFTER)
            tracked.writestr(part, data)


def import_texts(path: Path) -> dict[str, Section]:
    """Read sentences back from an edited Word file, all its tracked changes accepted.

    Parameters
    ----------
    path
        A file that :func:`export_texts` wrote and somebody edited.

    Returns
    -------
    dict
        The edited sections by the names of their files.

    Raises
    ------
    TextsError
        If a sentence or a placeholder is missing or unknown, a table would have more or fewer columns, or the file was
        made from other texts than these.
    """
    known = {section.title: name for name, section in sections().items()}
    before, after = (_sections(path, how, known) for how in ("reject", "accept"))
    problems = [
        *_outdated(before),
        *(line for name in known.values() for line in _problems(name, after.get(name))),
    ]
    if problems:
        raise TextsError("\n".join(problems))
    return after


def changes(edited: Mapping[str, Section]) -> str:
    """What an edit changes, as a unified diff; blank if nothing."""
    lines = [
        line
        for name, section in edited.items()
        for line in difflib.unified_diff(
            sections()[name].markdown().splitlines(),
            section.markdown().splitlines(),
            f"{name}.md",
            f"{name}.md, edited",
            lineterm="",
            n=3,
        )
    ]
    return "\n".join(lines)


def write_texts(edited: Mapping[str, Section], folder: Path = FOLDER) -> None:
    """Write edited sections over the files that they came from."""
    for name, section in edited.items():
        (folder / f"{name}.md").write_text(section.markdown(), encoding="utf-8")


def _sections(path: Path, how: str, known: Mapping[str, str]) -> dict[str, Section]:
    text = _pandoc(
        path.read_bytes(), "--from=docx", "--to=commonmark", "--wrap=none", f"--track-changes={how}"
    ).decode()
    parts = re.split(r"^(?=# )", _ESCAPED.sub(r"\1", text), flags=re.MULTILINE)
    found = [read_section(part) for part in parts if part.startswith("# ")]
    return {known[section.title]: section for section in found if section.title in known}


def _outdated(before: Mapping[str, Section]) -> Iterator[str]:
    """An edit of sentences that have changed since they were exported would undo those changes."""
    for name, section in sections().items():
        for heading, sentence in section.sentences.items():
            was = before[name].sentences.get(heading) if name in before else None
            if was is not None and was.text != sentence.text:
                yield (
                    f"{section.title}, {heading}: the document was made from {was.text!r}; the text is now "
                    f"{sentence.text!r}. Export again and edit that file, with its changes tracked"
                )


def _problems(name: str, edited: Section | None) -> Iterator[str]:
    section = sections()[name]
    if edited is None:
        yield f"section {section.title!r} is missing; its heading must stay as it is"
        return
    for heading in edited.sentences.keys() - section.sentences.keys():
        yield f"{section.title}: there is no sentence {heading!r}; headings must stay as they are"
    for heading, sentence in section.sentences.items():
        new = edited.sentences.get(heading)
        if new is None or not new.text:
            yield f"{section.title}, {heading}: the sentence is missing; give it words again"
            continue
        if lost := sentence.placeholders - new.placeholders:
            yield f"{section.title}, {heading}: {_braces(lost)} is missing; found {new.text!r}"
        if strange := new.placeholders - sentence.placeholders:
            allowed = _braces(sentence.placeholders) or "none"
            yield f"{section.title}, {heading}: {_braces(strange)} is not known here; expected {allowed}"
        if re.search(r"[{}]", re.sub(r"\{[^{}]*\}", "", new.text)):
            yield f"{section.title}, {heading}: a brace has no partner; found {new.text!r}"
        if not all(new.columns) or len(new.columns) != len(sentence.columns):
            yield (
                f"{section.title}, {heading}: bars (|) part the columns of a table; expected {len(sentence.columns)}, "
                f"none of them blank, found {new.text!r}"
            )
        if name in _ONE_LINE and "\n" in new.text:
            yield f"{section.title}, {heading}: the words must stay in one line; found {new.text!r}"


def _braces(names: set[str]) -> str:
    return ", ".join(f"{{{name}}}" for name in sorted(names))


def _pandoc(data: bytes, *arguments: str) -> bytes:
    command = [pypandoc.get_pandoc_path(), *arguments, "--output=-"]
    done = subprocess.run(command, input=data, capture_output=True, check=False)  # noqa: S603 (pandoc's own wheel)
    if done.returncode:
        raise TextsError(f"not a Word file that can be read: {done.stderr.decode().strip()}")
    return done.stdout
