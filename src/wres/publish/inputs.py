"""What a notebook reads, as bytes: the settings of the publication, and its part of the results.

A notebook finds its inputs beside it, under the same names wherever it runs, so that a page depends on nothing
else. An organisation's part of a table is its own rows: what its report shows of others must stand in rows of its
code. The results are read once and cut, organisation by organisation.
"""

from __future__ import annotations

import io
import json
import shutil
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from wres.collect import Collection
from wres.params import Publication

PUBLICATION, STORE, COLLECTION, PREVIOUS = "publication.yml", "store", "collection", "previous.csv"
WHOSE = ("code", "organisation_code")
NOT_OF_A_PAGE = {"formats", "organisations", "renderer"}  # said by the page itself


class Inputs:
    """The inputs of a publication's notebooks, in a folder.

    Parameters
    ----------
    folder
        A folder of its own; ``store`` in it is filled by the notebook of indicators.
    publication
        The settings.
    collection
        What was collected and validated.
    """

    def __init__(self, folder: Path, publication: Publication, collection: Collection) -> None:
        self.folder = folder
        self.store = folder / STORE
        self._settings = _settings(publication)
        (folder / PUBLICATION).write_bytes(self._settings)
        # Settings may name only a file that is there; what it says stands in the results when pages are made.
        self._previous = {PREVIOUS: b""} if publication.previous_file else {}
        if publication.previous_file:
            shutil.copy(publication.previous_file, folder / PREVIOUS)
        collection.write(folder / COLLECTION)

    def of(self, parameters: Mapping[str, object], code: str = "") -> dict[str, bytes]:
        """The files that a notebook with these parameters reads, by their names in its folder.

        Parameters
        ----------
        parameters
            Parameters of the notebook: each folder that they name is given.
        code
            An organisation whose part of the results is enough; blank for all results.
        """
        files = {PUBLICATION: self._settings} | self._previous
        if STORE in parameters:
            files |= self._part(code) if code else self._whole(STORE)
        if "collection_store" in parameters:
            files |= self._whole(COLLECTION)
        return files

    def _whole(self, folder: str) -> dict[str, bytes]:
        paths = (path for path in sorted((self.folder / folder).iterdir()) if path.suffix != ".csv")
        return {f"{folder}/{path.name}": path.read_bytes() for path in paths}

    def _part(self, code: str) -> dict[str, bytes]:
        marks = {f"{STORE}/{path.name}": path.read_bytes() for path in sorted(self.store.glob("*.txt"))}
        return marks | {f"{STORE}/{name}": table.of(code) for name, table in self._tables.items()}

    @cached_property
    def _tables(self) -> dict[str, _Table]:
        return {path.name: _Table(pq.read_table(path)) for path in sorted(self.store.glob("*.parquet"))}


class _Table:
    """A table of the results store, ordered so that an organisation's rows lie together."""

    def __init__(self, table: pa.Table) -> None:
        named = next((name for name in WHOSE if name in table.column_names), None)
        if named is None:
            table, codes = table.slice(0, 0), np.array([], dtype=object)
        else:
            codes = table[named].to_numpy(zero_copy_only=False)
        order = np.argsort(codes, kind="stable")
        found, starts = np.unique(codes[order], return_index=True)
        self._rows = dict(zip(found, np.split(order, starts[1:]), strict=False))
        self._table = table.replace_schema_metadata(None)

    def of(self, code: str) -> bytes:
        """An organisation's rows as a Parquet file; no rows where it has none."""
        rows = self._rows.get(code, np.array([], dtype=np.int64))
        file = io.BytesIO()
        pq.write_table(self._table.take(pa.array(rows)), file)
        return file.getvalue()


def _settings(publication: Publication) -> bytes:
    """The publication file as notebooks read it: JSON, which is YAML, too."""
    settings = publication.model_dump(mode="json", exclude_unset=True, exclude=NOT_OF_A_PAGE)
    if publication.previous_file:
        settings["previous"] = PREVIOUS
    return (json.dumps(settings, indent=1, ensure_ascii=False) + "\n").encode()
