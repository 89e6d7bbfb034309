"""The manifest names every input and output by checksum."""

import hashlib
import json
from pathlib import Path

from wres.params import load_publication
from wres.publish.manifest import checksum, write_manifest

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
