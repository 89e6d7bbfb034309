"""Every sentence of the reports as it was agreed, and filled in whole."""

import ast
import re
from collections.abc import Iterator

import pytest
from syrupy.assertion import SnapshotAssertion

from wres.report.narrative.texts import FOLDER, Section, Sentence, heads, read_section, say, sections

EVERY = [(name, heading) for name, section in sections().items() for heading in section.sentences]


@pytest.mark.parametrize(("name", "heading"), EVERY, ids=[" ".join(pair) for pair in EVERY])
def test_sentence_is_as_it_was_agreed(name: str, heading: str, snapshot: SnapshotAssertion) -> None:
    sentence = sections()[name].sentences[heading]
    assert sentence.text == snapshot
    assert sentence.when.endswith(".")


@pytest.mark.parametrize(("name", "heading"), EVERY, ids=[" ".join(pair) for pair in EVERY])
def test_sentence_is_filled_in_whole(name: str, heading: str) -> None:
    names = sections()[name].sentences[heading].placeholders
    said = say(name, heading, **{placeholder: f"<{placeholder}>" for placeholder in names})
    assert "{" not in said
    assert all(f"<{placeholder}>" in said for placeholder in names)


@pytest.mark.parametrize(("name", "heading"), EVERY, ids=[" ".join(pair) for pair in EVERY])
def test_no_sentence_is_taken_for_the_target_of_a_link(name: str, heading: str) -> None:
    """Markdown takes a paragraph that begins like "[c]: hidden" for what [c] links to, and shows none of it."""
    assert not re.search(r"^\[[^\]]+\]:", sections()[name].sentences[heading].text, re.MULTILINE)


def test_a_section_is_read_as_it_is_written() -> None:
    section = Section(
        "Title", {"one": Sentence("First.\n\nSecond {count}.", "Always."), "two": Sentence("*x*", "y")}
    )
    assert read_section(section.markdown()) == section
    assert section.sentences["one"].placeholders == {"count"}


def test_files_are_in_their_plainest_form() -> None:
    """So that an import changes nothing but words."""
    assert all(
        section.markdown() == (FOLDER / f"{name}.md").read_text() for name, section in sections().items()
    )


@pytest.mark.parametrize("name", sections()["heads"].sentences)
def test_heads_are_as_many_when_they_are_filled_in(name: str) -> None:
    sentence = sections()["heads"].sentences[name]
    filled = heads(name, **dict.fromkeys(sentence.placeholders, "one | two"))
    assert len(filled) == sentence.text.count(" | ") + 1
    assert all(filled)
    assert not any("{" in head for head in filled)


def test_heads_stand_in_the_order_of_their_columns() -> None:
    named = ["Staff", "Goal of 2019", "Path in 2025", "Actual 2025", "Progress", "Goal from 2025"]
    assert heads("goals again", base=2019, year=2025) == named


def calls_of_say() -> Iterator[tuple[str, str, set[str], bool]]:
    """Section, sentence and values of every call that names its sentence outright, and whether it gives more.

    Calls of ``heads`` are among them: their section goes without saying.
    """
    for path in sorted((FOLDER.parent).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            called = getattr(node.func, "id", "") if isinstance(node, ast.Call) else ""
            if isinstance(node, ast.Call) and called in ("say", "heads"):
                names = [argument.value for argument in node.args if isinstance(argument, ast.Constant)]
                names = ["heads", *names] if called == "heads" else names
                if len(names) == 2:
                    given = {keyword.arg for keyword in node.keywords if keyword.arg}
                    more = any(keyword.arg is None for keyword in node.keywords)
                    yield str(names[0]), str(names[1]), given, more


@pytest.mark.parametrize("call", list(calls_of_say()), ids=lambda call: " ".join(call[:2]))
def test_every_call_names_a_sentence_and_fills_it(call: tuple[str, str, set[str], bool]) -> None:
    section, heading, given, more = call
    wanted = sections()[section].sentences[heading].placeholders
    assert given <= wanted
    assert more or given == wanted
