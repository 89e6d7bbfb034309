"""Finished pages are taken only if nothing they depend on changed and no byte of them did."""

import json

import pytest

from wres.publish.kept import Kept
from wres.publish.manifest import checksum_of
from wres.publish.work import packed

FILES = {"organisations/RXX/index.html": b"<p>RXX", "notebooks/organisations/RXX.ipynb": b"{}"}


@pytest.fixture
def published(tmp_path):
    """The folder of a last publication with one page."""
    folder = tmp_path / "demo"
    for name, data in FILES.items():
        (folder / name).parent.mkdir(parents=True)
        (folder / name).write_bytes(data)
    outputs = {name: checksum_of(data) for name, data in FILES.items()}
    pages = {"organisation-RXX": {"key": "k1", "files": sorted(FILES)}}
    (folder / "manifest.json").write_text(json.dumps({"outputs": outputs, "pages": pages}))
    return folder


def test_page_of_the_last_publication_is_taken_by_its_key(published, tmp_path):
    kept = Kept(tmp_path / "pages", published)
    assert kept.files("k1") == FILES
    assert kept.files("k2") is None


@pytest.mark.parametrize("damaged", FILES)
def test_page_with_a_changed_file_is_not_taken(published, tmp_path, damaged):
    (published / damaged).write_bytes(b"tampered")
    assert Kept(tmp_path / "pages", published).files("k1") is None


@pytest.mark.parametrize("missing", FILES)
def test_page_with_a_missing_file_is_not_taken(published, tmp_path, missing):
    (published / missing).unlink()
    assert Kept(tmp_path / "pages", published).files("k1") is None


@pytest.mark.parametrize(
    "manifest", ["", "[]", "{}", '{"outputs": {}, "pages": {"a": {"key": "k1", "files": ["b"]}}}']
)
def test_manifest_that_says_nothing_of_pages_gives_none(published, tmp_path, manifest):
    (published / "manifest.json").write_text(manifest)
    assert Kept(tmp_path / "pages", published).files("k1") is None


def test_finished_page_is_found_by_the_next_run(tmp_path):
    Kept(tmp_path / "pages", None).keep("k1", packed(FILES))
    assert Kept(tmp_path / "pages", None).files("k1") == FILES
    assert [path.name for path in (tmp_path / "pages").iterdir()] == ["k1.zip"]


def test_damaged_archive_of_a_finished_page_is_not_taken(tmp_path):
    archive = packed(FILES)
    kept = Kept(tmp_path / "pages", None)
    kept.keep("short", archive[:-20])
    kept.keep("changed", archive.replace(b"<p>RXX", b"<p>RYY"))
    assert kept.files("short") is None
    assert kept.files("changed") is None


def test_same_files_are_packed_into_the_same_bytes():
    assert packed(FILES) == packed(dict(reversed(FILES.items())))
