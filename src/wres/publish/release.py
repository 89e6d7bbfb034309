"""Signing off a publication: it is frozen with a checksum list, or refused with every reason why not.

What changed between two editions belongs in :mod:`wres.publish.editions`.
"""

from __future__ import annotations

import csv
import getpass
import json
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from wres.params import ParamsError
from wres.publish.manifest import MANIFEST, checksum, made_at, output_checksums

SUMS = "SHA256SUMS"
RELEASE = "release.json"
RECORD = "data/disclosure.json"
PROBLEMS = "quality/problems.csv"
WRITABLE = stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH


class NotReleasedError(Exception):
    """A publication can't be released; a line for each reason."""


def release(folder: Path, despite_errors: str = "") -> int:
    """Freeze a publication: write who released it and a checksum list, and take away every right to write.

    Parameters
    ----------
    folder
        The finished publication.
    despite_errors
        Why it is released although returns have errors, which keep their indicators out of it. Nothing else can
        be set aside.

    Returns
    -------
    int
        How many files the list names.

    Raises
    ------
    wres.params.ParamsError
        If the folder is no publication, or is released already.
    NotReleasedError
        If anything stands open; nothing is changed then.
    """
    if not (folder / MANIFEST).is_file():
        raise ParamsError(
            f"{folder}: has no {MANIFEST}; expected the folder of a publication, such as outputs/demo"
        )
    check_not_released(folder)
    manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    reasons = list(_open(folder, manifest, despite_errors))
    if reasons:
        raise NotReleasedError("\n".join(reasons))
    about = {
        "publication": manifest["publication"],
        "released": {"at": made_at().isoformat(), "by": getpass.getuser()},
        "despite_errors": despite_errors,
        "manifest": checksum(folder / MANIFEST),
    }
    (folder / RELEASE).write_text(json.dumps(about, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    lines = [f"{checksum(path)}  {path.relative_to(folder).as_posix()}\n" for path in files]
    (folder / SUMS).write_text("".join(lines), encoding="utf-8", newline="\n")
    for path in [*folder.rglob("*"), folder]:
        path.chmod(path.stat().st_mode & ~WRITABLE)
    return len(files)


def check_not_released(folder: Path) -> None:
    """Check that a folder is no release, to which nothing may be written.

    Raises
    ------
    wres.params.ParamsError
        If it is one.
    """
    if (folder / SUMS).is_file():
        raise ParamsError(f"{folder}: is released; publish a new edition under another --output")


def read_sums(path: Path) -> dict[str, str]:
    """A checksum list as ``sha256sum`` writes it: SHA-256 by file name."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return {name: sha for sha, name in (line.split("  ", 1) for line in lines)}


def _open(folder: Path, manifest: dict[str, Any], despite_errors: str) -> Iterator[str]:
    """Every reason against a release."""
    for page, reason in manifest["failures"].items():
        yield f"{page}: was not made ({reason}); publish again"
    now = output_checksums(folder)
    for name in sorted({*now, *manifest["outputs"]}):
        if now.get(name) != manifest["outputs"].get(name):
            yield f"{name}: is not what {MANIFEST} says; publish again"
    yield from _open_audit(folder)
    wrong = _errors(folder / PROBLEMS)
    if wrong and not despite_errors:
        stand = "1 error in returns stands" if wrong == 1 else f"{wrong} errors in returns stand"
        yield (
            f"{stand} open, see {PROBLEMS}; mend them and publish again, or say with --despite-errors why it is "
            "released without what they keep out"
        )


def _open_audit(folder: Path) -> Iterator[str]:
    path = folder / RECORD
    if not path.is_file():
        yield f"{RECORD}: is missing; no audit says that nobody can be recognised; publish again"
        return
    if json.loads(path.read_text(encoding="utf-8")).get("passed") is not True:
        yield f"{RECORD}: the audit of disclosure control did not pass; nothing may be released until it does"


def _errors(path: Path) -> int:
    with path.open(encoding="utf-8", newline="") as file:
        return sum(row["severity"] == "error" for row in csv.DictReader(file))
