"""What a page is made with: the package, its libraries, Python and the renderer, as one checksum.

Two computers with the same recipe make the same page of the same inputs.
"""

from __future__ import annotations

import hashlib
import json
import platform
import re
from collections.abc import Mapping
from functools import cache
from importlib.metadata import requires, version
from pathlib import Path

from wres.project import PACKAGE, project_path
from wres.publish.render import Renderer


def digest(*parts: object) -> str:
    """SHA-256 of values that JSON can hold, however they are ordered in mappings."""
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def files_digest(files: Mapping[str, bytes]) -> str:
    """SHA-256 of files and their names."""
    return digest({name: hashlib.sha256(data).hexdigest() for name, data in files.items()})


def recipe(renderer: Renderer) -> str:
    """The checksum of all that makes pages what they are, but for their notebook and its inputs."""
    return digest(_package(), renderer.name, renderer.version)


@cache
def _package() -> str:
    """Checksum of this package's files, the libraries that it stands on, and Python."""
    files = [path for path in _sources(PACKAGE) if "_project" not in path.relative_to(PACKAGE).parts]
    content = {path.relative_to(PACKAGE).as_posix(): path.read_bytes() for path in files}
    content["_quarto.yml"] = project_path("_quarto.yml").read_bytes()
    needed = [need for need in requires("wres") or () if "extra ==" not in need]
    names = [re.split(r"[^\w.-]", need, maxsplit=1)[0] for need in needed]
    return digest(files_digest(content), {name: version(name) for name in names}, platform.python_version())


def _sources(package: Path) -> list[Path]:
    return sorted(path for path in package.rglob("*") if path.is_file() and path.suffix != ".pyc")
