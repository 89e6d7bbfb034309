"""A publication described for archives: an RO-Crate 1.1, with the run that made it from its inputs.

``ro-crate-metadata.json`` is JSON-LD of one flat graph (https://w3id.org/ro/crate/1.1). What is known about the
run comes from the manifest and is only put into other words here.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

CRATE = "ro-crate-metadata.json"
PROFILE = "https://w3id.org/ro/crate/1.1"
TERMS = {"sha256": "https://schema.org/sha256"}
KINDS = {
    ".csv": "text/csv",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".html": "text/html",
    ".ipynb": "application/x-ipynb+json",
    ".json": "application/json",
    ".ods": "application/vnd.oasis.opendocument.spreadsheet",
    ".parquet": "application/vnd.apache.parquet",
    ".pdf": "application/pdf",
    ".txt": "text/plain",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
LICENCE = "Not stated in the publication file; ask whoever publishes it."
Entity = dict[str, Any]


def write_crate(folder: Path, manifest: Mapping[str, Any]) -> Path:
    """Write ``ro-crate-metadata.json`` beside a manifest.

    Parameters
    ----------
    folder
        The finished publication.
    manifest
        What stands in its ``manifest.json``.
    """
    files = [_file(folder, name, sha) for name, sha in manifest["outputs"].items()]
    files.append(_file(folder, "manifest.json"))
    inputs, software = list(_inputs(manifest)), list(_software(manifest))
    graph = [
        {
            "@id": CRATE,
            "@type": "CreativeWork",
            "conformsTo": {"@id": PROFILE},
            "about": {"@id": "./"},
        },
        {
            "@id": "./",
            "@type": "Dataset",
            "name": manifest["title"],
            "description": f"Workforce Race Equality Standard, reporting year {manifest['parameters']['year']}: "
            "reports, results and executed notebooks.",
            "datePublished": manifest["made"]["at"][:10],
            "license": LICENCE,
            "hasPart": _named(files),
        },
        {
            "@id": "#run",
            "@type": "CreateAction",
            "name": "wres publish",
            "endTime": manifest["made"]["at"],
            "agent": {"@id": "#publisher"},
            "instrument": _named(software),
            "object": _named(inputs),
            "result": {"@id": "./"},
        },
        {"@id": "#publisher", "@type": "Person", "name": manifest["made"]["by"]},
        *files,
        *inputs,
        *software,
    ]
    crate = {"@context": [f"{PROFILE}/context", TERMS], "@graph": graph}
    path = folder / CRATE
    path.write_text(json.dumps(crate, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return path


def _file(folder: Path, name: str, sha: str = "") -> Entity:
    kind = KINDS.get(Path(name).suffix, "application/octet-stream")
    entity = {"@id": quote(name), "@type": "File", "name": name, "encodingFormat": kind}
    if sha:
        entity |= {"contentSize": str((folder / name).stat().st_size), "sha256": sha}
    return entity


def _inputs(manifest: Mapping[str, Any]) -> Iterator[Entity]:
    """Inputs are described and not carried: returns are not published."""
    for name, sha in manifest["inputs"].items():
        yield {"@id": f"#input/{quote(name)}", "@type": "CreativeWork", "name": name, "sha256": sha}


def _software(manifest: Mapping[str, Any]) -> Iterator[Entity]:
    renderer = ("renderer", manifest["renderer"])
    for name, number in [*manifest["versions"].items(), ("python", manifest["python"]), renderer]:
        yield {
            "@id": f"#software/{quote(name)}",
            "@type": "SoftwareApplication",
            "name": name,
            "softwareVersion": number,
        }


def _named(entities: list[Entity]) -> list[Entity]:
    return [{"@id": entity["@id"]} for entity in entities]
