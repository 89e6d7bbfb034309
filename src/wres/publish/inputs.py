"""What a notebook reads, as bytes: the settings of the publication, and its part of the results.

A notebook finds its inputs beside it, under the same names wherever it runs, so that a page depends on nothing
else. An organisation's part of a table is its own rows, and those of the groups that its report puts it beside, rounded
as they are printed: what it shows of others must stand there. The list of organisations goes to all. The results are
read once and cut, organisation by organisation.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from wres.collect import Collection
from wres.comparisons import main_standings, none
from wres.params import Publication
from wres.publish.workers import aside
from wres.report.peers import TOLD, as_told

PUBLICATION, STORE, COLLECTION, PREVIOUS = "publication.yml", "store", "collection", "previous.csv"
OF_ALL = "organisations.parquet"  # predecessors and successors are told from it
WHOSE, NOBODY = ("code", "organisation_code"), "-"
STANDINGS, OF_GROUP = "standings.parquet", ["year", "indicator", "statistic", "kind", "group"]
SOURCES = "sources"
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
        for name, data in self._settings.items():
            (folder / name).parent.mkdir(exist_ok=True)
            (folder / name).write_bytes(data)
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
        files = dict(self._settings)
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
        known = {f"{STORE}/{OF_ALL}": (self.store / OF_ALL).read_bytes()}
        return marks | self._tables(NOBODY) | self._tables(code) | known

    def _tables(self, code: str) -> dict[str, bytes]:
        paths = sorted((self._parts / code).glob("*.parquet"))
        return {f"{STORE}/{path.name}": path.read_bytes() for path in paths}

    @cached_property
    def _parts(self) -> Path:
        """Folder of every organisation's tables, cut in a process of its own, whose memory ends with it."""
        folder = self.folder / "parts"
        with aside(cut, self.store, folder):
            return folder


def cut(store: Path, parts: Path) -> None:
    """Write the rows of each code as tables in a folder of its own, and tables without rows for whoever has none.

    Parameters
    ----------
    store
        Folder of the results store.
    parts
        Folder to make.
    """
    beside = _groups_beside(store / STANDINGS)
    for path in sorted(store.glob("*.parquet")):
        table = _table(path)
        rows = {NOBODY: np.array([], dtype=np.int64), **_rows_by_code(table, beside)}
        for code, of_code in rows.items():
            (parts / code).mkdir(parents=True, exist_ok=True)
            pq.write_table(table.take(pa.array(of_code)), parts / code / path.name)


def _table(path: Path) -> pa.Table:
    table = pq.read_table(path)
    if path.stem in TOLD:
        table = pa.Table.from_pandas(as_told(path.stem, table.to_pandas()), preserve_index=False)
    return table.replace_schema_metadata(None)


def _groups_beside(standings: Path) -> pd.DataFrame:
    """Whose report names which group's figures: those of the organisations most like it, indicator by indicator."""
    rows = pd.read_parquet(standings) if standings.exists() else none().standings
    return main_standings(rows)[["code", *OF_GROUP]]


def _rows_by_code(table: pa.Table, beside: pd.DataFrame) -> dict[str, npt.NDArray[np.int64]]:
    """Numbers of the rows of each code; none of a table that says nothing of organisations or their groups."""
    named = next((name for name in WHOSE if name in table.column_names), None)
    if named is not None:
        codes = table.select([named]).to_pandas()[named]
    elif {*OF_GROUP} <= {*table.column_names}:
        groups = table.select(OF_GROUP).to_pandas().reset_index()
        codes = groups.merge(beside, on=OF_GROUP).set_index("index")["code"].sort_index()
    else:
        return {}
    return {str(code): of_code.index.to_numpy() for code, of_code in codes.groupby(codes)}


def _settings(publication: Publication) -> dict[str, bytes]:
    """The publication file as notebooks read it (JSON, which is YAML, too), and stand-ins for files that it names.

    A publication file may name only what is there. What those files say stands in the collection and the results.
    """
    settings = publication.model_dump(mode="json", exclude_unset=True, exclude=NOT_OF_A_PAGE)
    without_files = [
        source for source in settings["sources"] if source.get("simulate") or source.get("example")
    ]
    stand_ins: dict[str, bytes] = {}
    if len(without_files) < len(settings["sources"]):
        settings["sources"] = [*without_files, {"tables": SOURCES}]
        stand_ins[f"{SOURCES}/organisations.csv"] = b""
    if publication.previous_file:
        settings["previous"] = PREVIOUS
        stand_ins[PREVIOUS] = b""
    return {PUBLICATION: (json.dumps(settings, indent=1, ensure_ascii=False) + "\n").encode(), **stand_ins}
