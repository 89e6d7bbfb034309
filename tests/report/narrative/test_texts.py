"""Every sentence of the reports as it was agreed, and filled in whole."""

import pytest
from syrupy.assertion import SnapshotAssertion

from wres.report.narrative.texts import Section, Sentence, read_section, say, sections

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


def test_a_section_is_read_as_it_is_written() -> None:
    section = Section(
        "Title", {"one": Sentence("First.\n\nSecond {count}.", "Always."), "two": Sentence("*x*", "y")}
    )
    assert read_section(section.markdown()) == section
    assert section.sentences["one"].placeholders == {"count"}


def test_files_are_in_their_plainest_form() -> None:
    """So that an import changes nothing but words."""
    from wres.report.narrative.texts import FOLDER  # noqa: PLC0415

    assert all(
        section.markdown() == (FOLDER / f"{name}.md").read_text() for name, section in sections().items()
    )
