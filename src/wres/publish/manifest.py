"""What a publication was made from and what it holds, by checksum."""

from __future__ import annotations

import hashlib
import json
import platform
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path
from types import MappingProxyType
from typing import Any

from wres.params import Publication

PACKAGES = ("wres", "numpy", "pandas", "scipy", "statsmodels", "matplotlib", "papermill")


def checksum(path: Path) -> str:
    """SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def checksum_of(data: bytes) -> str:
    """SHA-256 of bytes."""
    return hashlib.sha256(data).hexdigest()


def write_manifest(
    folder: Path,
    params: Path,
    publication: Publication,
    renderer: str,
    failures: dict[str, str],
    pages: Mapping[str, Mapping[str, object]] = MappingProxyType({}),
) -> Path:
    """Write ``manifest.json``: inputs and outputs by SHA-256, parameters, versions, failures.

    Parameters
    ----------
    folder
        The finished publication.
    params
        Its publication file.
    publication
        The same as a model.
    renderer
        Name and version of the renderer.
    failures
        Pages that could not be made, with the reason.
    pages
        Of each finished page its key, the checksum of all that it depends on, and its files.
    """
    outputs = sorted(path for path in folder.rglob("*") if path.is_file() and path.name != "manifest.json")
    manifest: dict[str, Any] = {
        "publication": publication.publication,
        "parameters": publication.model_dump(mode="json"),
        "inputs": {path.name: checksum(path) for path in [params, *publication.input_files()]},
        "outputs": {path.relative_to(folder).as_posix(): checksum(path) for path in outputs},
        "renderer": renderer,
        "versions": {name: version(name) for name in PACKAGES},
        "python": platform.python_version(),
        "failures": failures,
        "pages": {stem: pages[stem] for stem in sorted(pages)},
    }
    path = folder / "manifest.json"
    path.write_text(json.dumps(manifest, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return path
