"""A publication without pages: its inputs as files, its data, its record and its manifest, made in a second or two."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

import pandas as pd

from small_england import ORGANISATIONS, PLACE, organisation, rates, staff
from wres import pipeline
from wres.publish.manifest import write_manifest
from wres.publish.open_data import write_open_data
from wres.publish.quality import write_quality
from wres.publish.release import RECORD

PARAMS = """\
publication: small
title: Workforce Race Equality Standard
year: 2025
first_year: 2024
sources:
  - tables: tables
"""
TRUSTS = [organisation(code, region="Y56") for code in ("RAA", "RBB", "RCC")]


def trust_rows(code: str, year: int, step: int = 0) -> list[dict[str, object]]:
    """One trust's return: two bands of staff, recruitment, disciplinary, the board and a survey question."""
    when = {"year": year}
    return [
        *staff(code, 900 + step, 300 + 2 * step, 20, group="non_clinical", category="5", **when),
        *staff(code, 150 + step, 12 + step, 6, group="non_clinical", category="8a", **when),
        *rates(code, "2", (120 + step, 600), (60, 420 + step), **when),
        *[
            {**row, "indicator": "3", "measure": "entered_disciplinary"}
            for row in staff(code, 9, 8 + step, 0, **when)
        ],
        *rates(code, "5", (200, 700 + step), (70 + step, 210), **when),
        *[
            {**row, "indicator": "9", "measure": "board_members", "category": role}
            for role in ("voting_executive", "voting_non_executive")
            for row in staff(code, 6, 1, 0, **when)
        ],
    ]


ROWS = [
    row
    for n, code in enumerate(("RAA", "RBB", "RCC"))
    for y in (2024, 2025)
    for row in trust_rows(code, y, 7 * n)
]


def write_inputs(folder: Path, rows: Iterable[dict[str, object]] = ROWS) -> Path:
    """The publication file, beside tables of three trusts over two years."""
    tables = folder / "tables"
    tables.mkdir(parents=True)
    pd.DataFrame(TRUSTS, columns=ORGANISATIONS).to_csv(tables / "organisations.csv", index=False)
    pd.DataFrame(list(rows), columns=[*PLACE, "count"]).to_csv(tables / "returns.csv", index=False)
    params = folder / "small.yml"
    params.write_text(PARAMS, encoding="utf-8")
    return params


def write_publication(params: Path, folder: Path, *, audited: bool = True) -> Path:
    """All of a publication but its pages."""
    publication, collection = pipeline.load(params)
    store = folder.parent / f"{folder.name}-store"
    pipeline.save_computed(pipeline.compute(collection, publication), collection, store)
    write_open_data(store, folder / "data", publication)
    write_quality(collection, publication, folder / "quality")
    (folder / RECORD).write_text(json.dumps({"passed": audited}), encoding="utf-8")
    write_manifest(folder, params, publication, "none", {})
    return folder
