"""Open data: the figures of a publication in files that others can work with.

Which tables there are belongs in :mod:`~wres.publish.open_data.tables`; how a workbook is written, in the module
of its format; what describes the files to a machine, in :mod:`~wres.publish.open_data.package`.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import pandas as pd

from wres import comparisons, pipeline, results
from wres.params import Publication
from wres.publish.open_data.ods import write_ods
from wres.publish.open_data.package import write_package
from wres.publish.open_data.regulators import regulators_table
from wres.publish.open_data.tables import Workbook, open_tables
from wres.publish.open_data.xlsx import write_xlsx
from wres.spreadsheets import write_csv

KEPT = (
    "indicators.csv",
    "indicators.parquet",
    "goals.csv",
    "paths.csv",
    "revisions.csv",
    *(f"{name}.csv" for name in comparisons.TABLES),
    pipeline.SYNTHETIC_MARK,
    pipeline.INTERNAL_MARK,
)


def write_open_data(store: Path, data: Path, publication: Publication) -> None:
    """Fill the data folder of a publication from its results store.

    Parameters
    ----------
    store
        Folder of the results store; everything in it has gone through disclosure control.
    data
        Folder to make: results as CSV and Parquet, one workbook of tables as XLSX and ODS, a table for
        regulators, and ``datapackage.json``, which describes the CSV files.
    publication
        Says what it is called and which year it is about.
    """
    data.mkdir(parents=True)
    for name in KEPT:
        if (store / name).exists():
            shutil.copy(store / name, data / name)
    indicators = results.read(store / "indicators.parquet")
    organisations = pd.read_parquet(store / "organisations.parquet")
    goals, paths = (pd.read_parquet(store / f"{name}.parquet") for name in ("goals", "paths"))
    standings = pd.read_parquet(store / "standings.parquet")
    regulators = regulators_table(indicators, organisations, standings, publication.year)
    write_csv(regulators, data / "regulators.csv")
    synthetic, internal = (
        (store / mark).exists() for mark in (pipeline.SYNTHETIC_MARK, pipeline.INTERNAL_MARK)
    )
    workbook = Workbook(
        publication.title,
        publication.year,
        synthetic,
        open_tables(indicators, organisations, goals, publication),
        internal,
    )
    write_xlsx(workbook, data / "tables.xlsx")
    write_ods(workbook, data / "tables.ods")
    write_package(data, publication, {"goals": goals, "paths": paths, "regulators": regulators})
