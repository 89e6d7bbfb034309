"""The RO-Crate beside the manifest, held against what RO-Crate 1.1 requires of it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from wres.params import load_publication
from wres.publish.crate import CRATE
from wres.publish.manifest import checksum, write_manifest

PUBLISHED = Path(__file__).parents[2] / "params" / "published.yml"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    made = tmp_path_factory.mktemp("publication")
    (made / "data").mkdir()
    (made / "data" / "a b.csv").write_bytes(b"x\n")
    (made / "index.html").write_bytes(b"<p>")
    write_manifest(made, PUBLISHED, load_publication(PUBLISHED), "embedded 1", {})
    return made


@pytest.fixture(scope="module")
def graph(folder):
    crate = json.loads((folder / CRATE).read_text(encoding="utf-8"))
    assert crate["@context"][0] == "https://w3id.org/ro/crate/1.1/context"
    return crate["@graph"]


def entity(graph, name):
    (found,) = [each for each in graph if each["@id"] == name]
    return found


def references(value):
    """Every reference within an entity."""
    if isinstance(value, dict):
        return [value["@id"]] if set(value) == {"@id"} else [r for v in value.values() for r in references(v)]
    return [r for each in value for r in references(each)] if isinstance(value, list) else []


def test_graph_is_flat_and_every_entity_has_its_own_identifier_and_a_type(graph):
    """RO-Crate 1.1, Metadata of the RO-Crate."""
    identifiers = [each["@id"] for each in graph]
    assert len(set(identifiers)) == len(identifiers)
    assert all(each["@type"] for each in graph)


def test_every_reference_is_to_an_entity_of_the_graph_or_to_the_web(graph):
    identifiers = {each["@id"] for each in graph}
    wanted = {r for each in graph for key, value in each.items() if key != "@id" for r in references(value)}
    assert {r for r in wanted - identifiers if not r.startswith("https://")} == set()


def test_descriptor_is_about_the_root(graph):
    """RO-Crate 1.1, RO-Crate Metadata File Descriptor."""
    descriptor = entity(graph, "ro-crate-metadata.json")
    assert descriptor["@type"] == "CreativeWork"
    assert descriptor["conformsTo"] == {"@id": "https://w3id.org/ro/crate/1.1"}
    assert descriptor["about"] == {"@id": "./"}


def test_root_has_what_a_root_must_have(graph):
    """RO-Crate 1.1, Direct properties of the Root Data Entity."""
    root = entity(graph, "./")
    assert root["@type"] == "Dataset"
    assert all(root[name] for name in ("name", "description", "datePublished", "license"))
    assert len(root["datePublished"]) == len("2026-07-01")


def test_every_file_is_part_of_the_root_by_an_encoded_path_with_its_checksum(graph, folder):
    parts = {each["@id"] for each in entity(graph, "./")["hasPart"]}
    files = {each["@id"]: each for each in graph if each["@type"] == "File"}
    assert parts == set(files) == {"data/a%20b.csv", "index.html", "manifest.json"}
    assert files["data/a%20b.csv"]["sha256"] == checksum(folder / "data" / "a b.csv")
    assert files["index.html"]["encodingFormat"] == "text/html"


def test_run_names_who_made_what_from_which_inputs_with_which_programs(graph):
    run = entity(graph, "#run")
    assert run["@type"] == "CreateAction"
    assert run["result"] == {"@id": "./"}
    assert entity(graph, run["agent"]["@id"])["name"]
    inputs = [entity(graph, each["@id"]) for each in run["object"]]
    assert inputs[0]["sha256"] == checksum(PUBLISHED)
    programs = {entity(graph, each["@id"])["name"] for each in run["instrument"]}
    assert programs >= {"wres", "pandas", "python", "renderer"}
