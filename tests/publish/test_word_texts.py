"""The sentences to Word and back: unchanged, changed with tracking, and broken in every way at once."""

import zipfile
from pathlib import Path

import docx
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from typer.testing import CliRunner

from wres.cli import app
from wres.publish.word_texts import TextsError, changes, export_texts, import_texts, write_texts
from wres.report.narrative.texts import read_section, sections


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("word") / "sentences.docx"
    export_texts(path)
    return path


def edited(exported: Path, path: Path, edits: dict[str, str]) -> Path:
    """The document with these paragraphs replaced, untracked."""
    document = docx.Document(str(exported))
    for paragraph in document.paragraphs:
        if paragraph.text in edits:
            new = edits[paragraph.text]
            paragraph.clear().add_run(new)
    document.save(str(path))
    return path


def tracked(exported: Path, path: Path, old: str, new: str) -> Path:
    """The document with one paragraph replaced the way Word does it with changes tracked."""
    document = docx.Document(str(exported))
    (paragraph,) = [paragraph for paragraph in document.paragraphs if paragraph.text == old]
    paragraph.clear()
    who = 'w:id="1" w:author="Policy" w:date="2026-01-05T10:00:00Z"'
    for change in (
        f"<w:del {nsdecls('w')} {who}><w:r><w:delText>{old}</w:delText></w:r></w:del>",
        f"<w:ins {nsdecls('w')} {who}><w:r><w:t>{new}</w:t></w:r></w:ins>",
    ):
        paragraph._p.append(parse_xml(change))
    document.save(str(path))
    return path


def test_word_keeps_track_of_changes(exported: Path) -> None:
    with zipfile.ZipFile(exported) as parts:
        assert b"<w:trackRevisions/>" in parts.read("word/settings.xml")
    headings = [p.text for p in docx.Document(str(exported)).paragraphs if p.style.name == "Heading 2"]
    assert headings == [name for section in sections().values() for name in section.sentences]


def test_nothing_changed_is_nothing_changed(exported: Path) -> None:
    read = import_texts(exported)
    assert read == sections()
    assert changes(read) == ""


def test_a_tracked_change_comes_back_as_a_diff(exported: Path, tmp_path: Path) -> None:
    old, new = "White {white}, BME {bme}.", "BME {bme}, white {white}."
    read = import_texts(tracked(exported, tmp_path / "edited.docx", old, new))
    lines = [line for line in changes(read).splitlines() if line.startswith(("+", "-"))]
    assert lines == ["--- meaning.md", "+++ meaning.md, edited", f"-{old}", f"+{new}"]
    write_texts(read, tmp_path)
    written = read_section((tmp_path / "meaning.md").read_text("utf-8"))
    assert written.sentences["training"].text == new
    assert sections()["meaning"].sentences["training"].text == old


def test_every_problem_is_named_at_once(exported: Path, tmp_path: Path) -> None:
    document = docx.Document(str(exported))
    for paragraph in document.paragraphs:
        edits = {
            "White {white}, BME {bme}.": "White {white}, BME {bme} of {all}.",
            "Only a ratio above {ratio} could have been relied on to show.": "Only a large ratio could show.",
            "The interval lies inside {range}.": "The interval {lies inside {range}.",
            "no ratio": "no relative likelihood",
        }
        if paragraph.text in edits:
            text = edits[paragraph.text]
            old, paragraph_runs = paragraph.text, paragraph
            paragraph_runs.clear()
            who = 'w:id="1" w:author="Policy" w:date="2026-01-05T10:00:00Z"'
            for change in (
                f"<w:del {nsdecls('w')} {who}><w:r><w:delText>{old}</w:delText></w:r></w:del>",
                f"<w:ins {nsdecls('w')} {who}><w:r><w:t>{text}</w:t></w:r></w:ins>",
            ):
                paragraph._p.append(parse_xml(change))
    document.save(str(tmp_path / "edited.docx"))
    with pytest.raises(TextsError) as error:
        import_texts(tmp_path / "edited.docx")
    said = str(error.value)
    assert "training: {all} is not known here; expected {bme}, {white}" in said
    assert "detectable ratio: {ratio} is missing; found 'Only a large ratio could show.'" in said
    assert "inside: a brace has no partner" in said
    assert "there is no sentence 'no relative likelihood'" in said
    assert "no ratio: the sentence is missing" in said


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            "Step | Ratio | Verdict",
            "Step | Ratio",
            "disparity: bars (|) part the columns of a table; expected 3",
        ),
        ("Step | Ratio | Verdict", "Step | | Verdict", "none of them blank, found 'Step | | Verdict'"),
        ("Gap (points)", "Gap | points", "points: bars (|) part the columns of a table; expected 1"),
        ("Clearly worse", "Clear | worse", "clearly worse: bars (|) part the columns of a table; expected 1"),
    ],
)
def test_a_table_keeps_its_columns(exported: Path, tmp_path: Path, old: str, new: str, said: str) -> None:
    with pytest.raises(TextsError) as error:
        import_texts(tracked(exported, tmp_path / "edited.docx", old, new))
    assert said in str(error.value)


def test_heads_and_headings_stay_in_one_line(exported: Path, tmp_path: Path) -> None:
    document = docx.Document(str(exported))
    for paragraph in document.paragraphs:
        if paragraph.text in ("Step | Ratio | Verdict", "Medical and dental staff"):
            paragraph.add_run().add_break()
            paragraph.add_run("and more")
    document.save(str(tmp_path / "edited.docx"))
    with pytest.raises(TextsError) as error:
        import_texts(tmp_path / "edited.docx")
    assert "Heads of columns, disparity: the words must stay in one line" in str(error.value)
    assert "Headings, medical: the words must stay in one line" in str(error.value)


def test_heads_come_back_changed_in_as_many_columns(exported: Path, tmp_path: Path) -> None:
    new = "From tier to tier|Likelihood|Verdict"
    read = import_texts(tracked(exported, tmp_path / "edited.docx", "Step | Ratio | Verdict", new))
    assert read["heads"].sentences["disparity"].columns == ["From tier to tier", "Likelihood", "Verdict"]


def test_texts_that_changed_since_the_export_are_not_undone(exported: Path, tmp_path: Path) -> None:
    path = edited(exported, tmp_path / "old.docx", {"No clear change": "No change"})
    with pytest.raises(
        TextsError, match="since unclear: the document was made from 'No change'; the text is now"
    ):
        import_texts(path)


def test_command_line_shows_the_change_and_writes_nothing_when_it_checks(
    exported: Path, tmp_path: Path
) -> None:
    was, now = "Not comparable: the definition changed", "Defined in another way before"
    path = tracked(exported, tmp_path / "edited.docx", was, now)
    run = CliRunner().invoke(app, ["narrative", "import", "--check", str(path)])
    assert run.exit_code == 0, run.output
    assert f"+{now}" in run.output
    assert sections()["meaning"].sentences["since definition"].text == was


def test_a_file_that_is_no_word_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "x.docx").write_text("not a document")
    run = CliRunner().invoke(app, ["narrative", "import", str(tmp_path / "x.docx")])
    assert run.exit_code == 1
    assert "not a Word file that can be read" in run.output


def test_an_export_overwrites_nothing(exported: Path) -> None:
    run = CliRunner().invoke(app, ["narrative", "export", str(exported)])
    assert run.exit_code == 2
    assert "exists already" in run.output
