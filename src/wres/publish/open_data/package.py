"""The data package: what describes the CSV files of a publication to a machine.

It follows the Data Package and Table Schema specifications of Frictionless; the schema of the results comes from
:data:`wres.results.COLUMNS`, those of comparisons from :data:`wres.comparisons.TABLES`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from wres import comparisons
from wres.params import Publication
from wres.pipeline import INTERNAL_MARK, SYNTHETIC_MARK
from wres.publish.manifest import checksum
from wres.publish.pages import INTERNAL, SYNTHETIC
from wres.results import COLUMNS, KEYS, Column

TITLES = {
    "indicators": "Every estimate, with interval, counts, test and verdict",
    "goals": "What parity would take, band by band",
    "paths": "Paths to parity year by year, and the actual shares against them",
    "regulators": "Headline figure of each organisation and indicator, with its place among its peers",
    "peers": "Peer groups and their members",
    "peer_figures": "Every indicator in every peer group: pooled figure, quartiles, limits",
    "standings": "Where every organisation stands in its peer groups",
    "trends": "How every gap moved over the years",
    "priorities": "What stands out for every organisation",
}


def write_package(data: Path, publication: Publication, tables: Mapping[str, pd.DataFrame]) -> Path:
    """Write ``datapackage.json`` for the CSV files of a data folder.

    Parameters
    ----------
    data
        The folder, with all its files.
    publication
        Says what the package is called.
    tables
        What the files without a declaration of their columns hold, by name.
    """
    schemas = {"indicators": results_schema()} | {name: plain_schema(t) for name, t in tables.items()}
    schemas |= {name: declared_schema(columns) for name, columns in comparisons.TABLES.items()}
    package: dict[str, Any] = {
        "profile": "tabular-data-package",
        "name": publication.publication.lower(),
        "title": publication.title,
        "description": _description(publication, data),
        "resources": [_resource(data / f"{name}.csv", schema) for name, schema in schemas.items()],
    }
    path = data / "datapackage.json"
    path.write_text(json.dumps(package, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return path


def results_schema() -> dict[str, Any]:
    """The Table Schema of the results table."""
    return {**declared_schema(COLUMNS), "primaryKey": list(KEYS)}


def declared_schema(columns: tuple[Column, ...]) -> dict[str, Any]:
    """The Table Schema of a table whose columns are declared."""
    return {"fields": [_field(column) for column in columns], "missingValues": [""]}


def plain_schema(table: pd.DataFrame) -> dict[str, Any]:
    """The Table Schema of a table that has no declaration of its own: names and types."""
    kinds = {"i": "integer", "f": "number"}
    fields = [
        {"name": str(name), "type": kinds.get(dtype.kind, "string")} for name, dtype in table.dtypes.items()
    ]
    return {"fields": fields, "missingValues": [""]}


def _field(column: Column) -> dict[str, Any]:
    field = {"name": column.name, "type": column.kind, "description": column.description}
    allowed = [value for value in column.allowed if value]
    return {**field, "constraints": {"enum": allowed}} if allowed else field


def _resource(path: Path, schema: dict[str, Any]) -> dict[str, Any]:
    return {
        "name": path.stem,
        "title": TITLES[path.stem],
        "path": path.name,
        "profile": "tabular-data-resource",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": path.stat().st_size,
        "hash": f"sha256:{checksum(path)}",
        "schema": schema,
    }


def _description(publication: Publication, data: Path) -> str:
    years = f"{publication.first_year} to {publication.year}"
    about = f"Workforce Race Equality Standard, reporting years {years}."
    warnings = {INTERNAL_MARK: INTERNAL, SYNTHETIC_MARK: SYNTHETIC}
    said = [f"{text}. " for mark, text in warnings.items() if (data / mark).exists()]
    return "".join([*said, about])
