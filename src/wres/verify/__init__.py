"""Checking a publication: its files by their checksums, and its figures by computing them a second time.

The second computation is plain Python (:mod:`~wres.verify.formulas`, :mod:`~wres.verify.counts`,
:mod:`~wres.verify.figures`, :mod:`~wres.verify.goals`), written from the method and apart from the engine: of
:mod:`wres.analysis` and :mod:`wres.statistics` nothing is used. Readers and definitions are shared, so a value that
was read wrongly is wrong in both; what a reader must do is tested where readers are.
"""

from __future__ import annotations

import filecmp
import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pandas as pd

from wres.collect import Collection, collect
from wres.params import ParamsError, Publication, load_publication
from wres.publish.manifest import MANIFEST, checksum, input_checksums, output_checksums
from wres.publish.release import SUMS, read_sums
from wres.spreadsheets import write_csv
from wres.validate import validate
from wres.verify.counts import counts_of, entities_of, rounded
from wres.verify.figures import Figures, figures_of
from wres.verify.goals import compare_goals
from wres.verify.table import compare, read_rows

INDICATORS, GOALS = "data/indicators", "data/goals.csv"


@dataclass
class Verified:
    """What came of checking a publication.

    Attributes
    ----------
    files
        How many files were checked by checksum.
    figures
        How many numbers and verdicts agree with the second computation.
    wrong
        A line for everything that is not as it should be.
    unverified
        A line for everything that was not checked, with the reason.
    """

    files: int = 0
    figures: int = 0
    wrong: list[str] = field(default_factory=list)
    unverified: list[str] = field(default_factory=list)


def verify(folder: Path, params: Path | None = None) -> Verified:
    """Check a publication, a release or a copy of one.

    Parameters
    ----------
    folder
        The publication, with its ``manifest.json``.
    params
        The publication file, beside which its inputs lie. Not needed where the publication rests on no file.

    Raises
    ------
    wres.params.ParamsError
        If the folder is no publication.
    wres.problems.CollectionError
        If an input can't be read.
    """
    manifest = read_manifest(folder)
    found = Verified()
    _check_files(folder, manifest, found)
    _check_parquet(folder, found)
    if params is None and len(manifest["inputs"]) > 1:
        found.unverified.append(
            "no figure was computed again: the publication rests on files; name its publication file with --params"
        )
        return found
    parameters = manifest["parameters"]
    publication = load_publication(params) if params else Publication.model_validate(parameters)
    if not _inputs_are_those(manifest, params, publication, found):
        return found
    collection = validate(collect(publication), publication)
    _check_figures(folder, collection, publication, found)
    return found


def read_manifest(folder: Path) -> dict[str, Any]:
    """What stands in a publication's manifest.

    Raises
    ------
    wres.params.ParamsError
        If there is none.
    """
    path = folder / MANIFEST
    if not path.is_file():
        raise ParamsError(f"{path}: is not there; expected the folder of a publication, such as outputs/demo")
    manifest: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return manifest


def again(collection: Collection, publication: Publication) -> Figures:
    """Every figure that rests on counts, computed a second time."""
    counts = counts_of(collection, publication.first_year, publication.year)
    if publication.disclosure.round_to:
        counts = rounded(counts, publication.disclosure.round_to)
    organisations = collection.organisations
    types = dict(zip(organisations["organisation_code"], organisations["type"], strict=True))
    return figures_of(entities_of(counts, collection), types, publication)


def _check_files(folder: Path, manifest: Mapping[str, Any], found: Verified) -> None:
    """Every file is there, is what it was, and none was added."""
    expected = dict(manifest["outputs"])
    there = {
        name: sha for name, sha in output_checksums(folder).items() if name not in (SUMS, "release.json")
    }
    found.wrong += [f"{name}: is missing" for name in sorted(expected.keys() - there.keys())]
    found.wrong += [f"{name}: is not named in {MANIFEST}" for name in sorted(there.keys() - expected.keys())]
    both = sorted(expected.keys() & there.keys())
    found.wrong += [
        f"{name}: was changed since it was published" for name in both if expected[name] != there[name]
    ]
    found.files += len(both)
    if (folder / SUMS).is_file():
        found.wrong += list(_changed_since_release(folder))


def _changed_since_release(folder: Path) -> Iterator[str]:
    for name, sha in read_sums(folder / SUMS).items():
        path = folder / name
        if not path.is_file():
            yield f"{name}: is named in {SUMS} and missing"
        elif checksum(path) != sha:
            yield f"{name}: was changed since it was released"


def _check_parquet(folder: Path, found: Verified) -> None:
    """The results are the same in both of their formats."""
    table = pd.read_parquet(folder / f"{INDICATORS}.parquet")
    with TemporaryDirectory() as scratch:
        again = Path(scratch) / "again.csv"
        write_csv(table, again)
        same = filecmp.cmp(again, folder / f"{INDICATORS}.csv", shallow=False)
    if not same:
        found.wrong.append(f"{INDICATORS}.parquet: does not hold the table of {INDICATORS}.csv")


def _inputs_are_those(
    manifest: Mapping[str, Any], params: Path | None, publication: Publication, found: Verified
) -> bool:
    """Whether the inputs are, byte for byte, those that it was made from."""
    if params is None:
        return True
    now = input_checksums(params, publication)
    then = manifest["inputs"]
    wrong = [f"{name}: is an input and missing here" for name in sorted(then.keys() - now.keys())]
    wrong += [f"{name}: is no input of this publication" for name in sorted(now.keys() - then.keys())]
    changed = [name for name in sorted(then) if now.get(name, then[name]) != then[name]]
    wrong += [f"{name}: was changed since the publication was made" for name in changed]
    found.wrong += wrong
    if wrong:
        found.unverified.append("no figure was computed again: the inputs are not those it was made from")
    return not wrong


def _check_figures(folder: Path, collection: Collection, publication: Publication, found: Verified) -> None:
    rows = list(read_rows(folder / f"{INDICATORS}.csv"))
    compared = [compare(iter(rows), again(collection, publication))]
    if (folder / GOALS).is_file():
        compared.append(compare_goals(read_rows(folder / GOALS), rows, collection, publication))
    found.figures = sum(each.agreeing for each in compared)
    found.wrong += [line for each in compared for line in each.wrong]
    left_out = sum((each.left_out for each in compared), Counter[str]())
    found.unverified += [f"{count:,} numbers: {reason}" for reason, count in left_out.items() if count]
