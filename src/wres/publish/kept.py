"""Finished pages that need not be made again: those of the last publication, and those of a run that was cut off.

A page is taken only if its key, the checksum of all that it depends on, is the same, and its files are undamaged.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from wres.publish.manifest import MANIFEST, checksum_of
from wres.publish.work import unpacked


class Kept:
    """Finished pages by their keys.

    Parameters
    ----------
    unfinished
        Folder in which finished pages of this run are kept, and those of one that was cut off are found.
    published
        Folder of the last publication, which need not exist; None if nothing is to be taken from it.
    """

    def __init__(self, unfinished: Path, published: Path | None) -> None:
        self._unfinished = unfinished
        self._published = published or Path()
        self._files = _files_by_key(published / MANIFEST) if published else {}

    def files(self, key: str) -> dict[str, bytes] | None:
        """The files of a finished page, by their paths under the publication's folder; None where there is none."""
        return self._of_unfinished(key) or self._of_published(key)

    def keep(self, key: str, archive: bytes) -> None:
        """Keep a finished page until the publication is in its place."""
        self._unfinished.mkdir(parents=True, exist_ok=True)
        part = self._unfinished / f"{key}.part"
        part.write_bytes(archive)
        part.replace(self._unfinished / f"{key}.zip")

    def _of_unfinished(self, key: str) -> dict[str, bytes] | None:
        path = self._unfinished / f"{key}.zip"
        try:
            return unpacked(path.read_bytes()) if path.exists() else None
        except zipfile.BadZipFile:  # the computer went down while it was written
            return None

    def _of_published(self, key: str) -> dict[str, bytes] | None:
        files = {}
        for name, expected in self._files.get(key, {}).items():
            path = self._published / name
            data = path.read_bytes() if path.is_file() else b""
            if checksum_of(data) != expected:
                return None
            files[name] = data
        return files or None


def _files_by_key(manifest: Path) -> dict[str, dict[str, str]]:
    """Checksums of every page's files by the page's key; nothing where there is no manifest that says so."""
    try:
        said: Mapping[str, Any] = json.loads(manifest.read_text(encoding="utf-8"))
        sums, pages = said["outputs"], said["pages"]
        return {page["key"]: {name: sums[name] for name in page["files"]} for page in pages.values()}
    except (OSError, ValueError, KeyError, TypeError):
        return {}
