"""What a publication was made from, by whom, with what, and what it holds, by checksum.

The same for archives, in the form that they read, belongs in :mod:`wres.publish.crate`.
"""

from __future__ import annotations

import getpass
import hashlib
import json
import os
import platform
import re
import shutil
import subprocess
from collections.abc import Mapping
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path
from types import MappingProxyType
from typing import Any

from wres.analysis import variation
from wres.params import Publication
from wres.problems import InputsChangedError
from wres.project import PACKAGE
from wres.publish.crate import CRATE, write_crate
from wres.statistics import overlap

MANIFEST = "manifest.json"
ABOUT_ITSELF = (MANIFEST, CRATE)


def checksum(path: Path) -> str:
    """SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def checksum_of(data: bytes) -> str:
    """SHA-256 of bytes."""
    return hashlib.sha256(data).hexdigest()


def input_checksums(params: Path, publication: Publication) -> dict[str, str]:
    """SHA-256 of the publication file and of every file of its sources, named as seen from its folder."""
    named = {
        Path(os.path.relpath(path, params.parent)).as_posix(): path
        for path in [params, *publication.input_files()]
    }
    return {name: checksum(path) for name, path in named.items()}


def check_unchanged(before: Mapping[str, str], now: Mapping[str, str]) -> None:
    """Check that the inputs are still those that a run began with.

    Raises
    ------
    InputsChangedError
        If one was changed, added or taken away; the message names every one.
    """
    changed = sorted(name for name in {*before, *now} if before.get(name) != now.get(name))
    if changed:
        raise InputsChangedError(
            f"{', '.join(changed)}: found other bytes than at the start of the run; expected inputs that nobody "
            "changes while they are read; publish again"
        )


def output_checksums(folder: Path) -> dict[str, str]:
    """SHA-256 of every file of a publication but those that hold the checksums."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    names = {path.relative_to(folder).as_posix(): path for path in files}
    return {name: checksum(path) for name, path in names.items() if name not in ABOUT_ITSELF}


def write_manifest(
    folder: Path,
    params: Path,
    publication: Publication,
    renderer: str,
    failures: dict[str, str],
    inputs: Mapping[str, str] | None = None,
    pages: Mapping[str, Mapping[str, object]] = MappingProxyType({}),
) -> Path:
    """Write ``manifest.json`` and, beside it, ``ro-crate-metadata.json``.

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
    inputs
        Checksums of the inputs as they were when the run began; as they are now if left out.
    pages
        Of each finished page its key, the checksum of all that it depends on, and its files.

    Raises
    ------
    InputsChangedError
        If an input has changed since the run began.
    """
    now = input_checksums(params, publication)
    if inputs is not None:
        check_unchanged(inputs, now)
    manifest: dict[str, Any] = {
        "publication": publication.publication,
        "title": publication.title,
        "made": {"at": made_at().isoformat(), "by": _user()},
        "parameters": publication.model_dump(mode="json", exclude_none=True),
        "inputs": now,
        "outputs": output_checksums(folder),
        "renderer": renderer,
        "versions": _versions(),
        "python": platform.python_version(),
        "commit": _commit(),
        "seeds": _seeds(publication),
        "failures": failures,
        "pages": {stem: pages[stem] for stem in sorted(pages)},
    }
    path = folder / MANIFEST
    path.write_text(json.dumps(manifest, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    write_crate(folder, manifest)
    return path


def made_at() -> datetime:
    """The time of the run, or the one that reproducible builds agree on (``SOURCE_DATE_EPOCH``)."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    return datetime.fromtimestamp(int(epoch), UTC) if epoch else datetime.now(UTC).replace(microsecond=0)


def _user() -> str:
    """Who ran it; unknown where the account has no name, as in a container."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "unknown"


def _versions() -> dict[str, str]:
    """Versions of this package and of all that it needs."""
    found = {"wres": version("wres")}
    for requirement in requires("wres") or ():
        name = re.split(r"[^A-Za-z0-9._-]", requirement, maxsplit=1)[0]
        try:
            found[name] = version(name)
        except PackageNotFoundError:  # an extra that is not installed
            continue
    return found


def _commit() -> str:
    """The commit of the checkout that ran, marked where files were changed since; blank outside of one."""
    git = shutil.which("git")
    if git is None or not (PACKAGE.parents[1] / ".git").exists():
        return ""
    command = [
        git,
        "-C",
        str(PACKAGE.parents[1]),
        "describe",
        "--always",
        "--dirty",
        "--abbrev=40",
        "--exclude=*",
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603  (git, found above)
    return done.stdout.strip()


def _seeds(publication: Publication) -> dict[str, int | list[int]]:
    """Every seed that a random number came from."""
    simulated = [source.simulate.seed for source in publication.sources if source.simulate]
    return {
        "simulate": simulated,
        "variation": variation.SEED,
        "homogeneity": overlap.SEED,
    }
