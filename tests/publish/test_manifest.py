"""The manifest names every input and output by checksum."""

import hashlib
import json
import re
from pathlib import Path

import pytest

from wres.params import load_publication
from wres.problems import InputsChangedError
from wres.publish.manifest import checksum, input_checksums, write_manifest

PUBLISHED = Path(__file__).parents[2] / "params" / "published.yml"


def test_checksum_is_that_of_the_bytes(tmp_path):
    """SHA-256 of "abc" as in FIPS 180-4, example B.1."""
    (tmp_path / "abc").write_bytes(b"abc")
    assert checksum(tmp_path / "abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


def test_manifest_lists_outputs_parameters_and_failures(tmp_path):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "a.csv").write_bytes(b"x\n")
    publication = load_publication(PUBLISHED)
    path = write_manifest(tmp_path, PUBLISHED, publication, "embedded 1", {"organisation-RXY": "why"})
    manifest = json.loads(path.read_text())
    assert manifest["outputs"] == {"data/a.csv": hashlib.sha256(b"x\n").hexdigest()}
    assert manifest["inputs"]["published.yml"] == checksum(PUBLISHED)
    assert manifest["parameters"]["year"] == 2025
    assert manifest["failures"] == {"organisation-RXY": "why"}
    assert set(manifest["versions"]) >= {"wres", "pandas", "statsmodels"}


def test_manifest_says_who_when_from_which_commit_and_with_which_seeds(tmp_path, monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1752105600")
    manifest = json.loads(
        write_manifest(tmp_path, PUBLISHED, load_publication(PUBLISHED), "r", {}).read_text()
    )
    assert manifest["made"]["at"] == "2025-07-10T00:00:00+00:00"
    assert manifest["made"]["by"]
    assert re.fullmatch("([0-9a-f]{40}(-dirty)?)?", manifest["commit"])
    assert manifest["seeds"] == {"simulate": [], "variation": 2014, "homogeneity": 2025}


def test_files_of_one_name_in_two_folders_are_both_inputs(tmp_path):
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "returns.csv").write_text(name, encoding="utf-8")
    params = tmp_path / "p.yml"
    params.write_text("publication: p\nyear: 2025\nsources: [{tables: a}, {tables: b}]\n", encoding="utf-8")
    found = input_checksums(params, load_publication(params))
    assert set(found) == {"p.yml", "a/returns.csv", "b/returns.csv"}


@pytest.mark.parametrize("changed", ["p.yml", "a/returns.csv", "a/organisations.csv"])
def test_an_input_that_changed_while_the_run_went_on_is_named_and_nothing_is_written(tmp_path, changed):
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "returns.csv").write_text("before", encoding="utf-8")
    params = tmp_path / "p.yml"
    params.write_text("publication: p\nyear: 2025\nsources: [{tables: a}]\n", encoding="utf-8")
    publication = load_publication(params)
    before = input_checksums(params, publication)
    (tmp_path / changed).write_text("after", encoding="utf-8")
    (tmp_path / "out").mkdir()
    with pytest.raises(
        InputsChangedError, match=f"{changed}: found other bytes than at the start of the run"
    ):
        write_manifest(tmp_path / "out", params, publication, "r", {}, inputs=before)
    assert list((tmp_path / "out").iterdir()) == []
