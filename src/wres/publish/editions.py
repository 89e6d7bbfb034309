"""What changed between two editions of a publication, number by number.

Both are read as they were published, so nothing is told here that they do not tell themselves. Why a figure
changed, as reports say it, belongs in :mod:`wres.revisions`.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd

from wres.params import ParamsError
from wres.results import COLUMNS, KEYS

COMPARED = [column.name for column in COLUMNS if column.name not in KEYS]
NUMBERS = [column.name for column in COLUMNS if column.kind == "number"]
CHANGE_COLUMNS = (*KEYS, "column", "before", "after")
ADDED, TAKEN_AWAY = "row added", "row taken away"


def differences(before: Path, after: Path) -> pd.DataFrame:
    """Every cell of the results that is not what it was.

    Parameters
    ----------
    before, after
        Folders of two publications.

    Returns
    -------
    DataFrame
        ``CHANGE_COLUMNS``, one row a changed cell, in the order of the results table; a row that only one edition
        has is one row with ``column`` "row added" or "row taken away". Numbers are compared to twelve digits.

    Raises
    ------
    wres.params.ParamsError
        If a folder holds no results.
    """
    old, new = (_results(folder) for folder in (before, after))
    both = old.merge(new, on=list(KEYS), how="outer", suffixes=("_before", "_after"), indicator="edition")
    parts = [
        _rows(both[both["edition"].eq("right_only")], ADDED, "value"),
        _rows(both[both["edition"].eq("left_only")], TAKEN_AWAY, "value"),
        *_changed_cells(both[both["edition"].eq("both")]),
    ]
    changed = pd.concat(parts, ignore_index=True)
    order = {name: position for position, name in enumerate([ADDED, TAKEN_AWAY, *COMPARED])}
    changed = changed.assign(order=changed["column"].map(order))
    changed = changed.sort_values([*KEYS, "order"], kind="stable", ignore_index=True)
    return changed[list(CHANGE_COLUMNS)]


def in_words(changes: pd.DataFrame) -> Iterator[str]:
    """Every change as one line."""
    for row in changes.to_dict("records"):
        place = ", ".join(str(row[name]) for name in ("staff_group", "category", "ethnicity") if row[name])
        what = f"{row['code']} {row['year']}, indicator {row['indicator']} ({place}), {row['statistic']}"
        yield f"{what}: {row['column']} {_shown(row['before'])} → {_shown(row['after'])}"


def _results(folder: Path) -> pd.DataFrame:
    path = folder / "data" / "indicators.parquet"
    if not path.is_file():
        raise ParamsError(f"{path}: is not there; expected the folder of a publication, such as outputs/demo")
    return pd.read_parquet(path).reindex(columns=[*KEYS, *COMPARED])


def _changed_cells(both: pd.DataFrame) -> Iterator[pd.DataFrame]:
    for name in COMPARED:
        old, new = both[f"{name}_before"], both[f"{name}_after"]
        if name in NUMBERS:
            differs = ~np.isclose(old.astype(float), new.astype(float), rtol=1e-12, atol=0, equal_nan=True)
        else:
            differs = old.fillna("").ne(new.fillna("")).to_numpy()
        yield _rows(both[differs], name, name)


def _rows(rows: pd.DataFrame, column: str, shown: str) -> pd.DataFrame:
    before, after = (rows[f"{shown}_{edition}"].astype(object) for edition in ("before", "after"))
    return rows[list(KEYS)].assign(column=column, before=before, after=after)


def _shown(value: object) -> str:
    if value is None or value != value or value == "":  # noqa: PLR0124  (NaN is not itself)
        return "blank"
    return f"{value:.10g}" if isinstance(value, float) else str(value)
