"""What changed since the last publication: every figure that was published then and differs now.

Both tables have gone through disclosure control, and a figure that is hidden now is not repeated here. How it is
shown belongs in :mod:`wres.report`.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq

from wres.params import ParamsError
from wres.results import COUNTS, KEYS, NAMES

COLUMNS = (*KEYS, "name", "before", "now", "status_before", "status_now", "reason")
RECEIVED, CORRECTED, METHOD = "newly received", "corrected return", "new method"
HIDDEN, SHOWN, WITHDRAWN = "hidden now, to protect people", "no longer hidden", "no longer published"
FIGURES = ["value", "lower", "upper"]
ABSENT = ["not_submitted", "withheld", "insufficient", "absent"]
WANTED = [*KEYS, "name", *FIGURES, *COUNTS, "status"]


def check_previous(path: Path) -> None:
    """See that a file has the columns that figures are compared by.

    Raises
    ------
    wres.params.ParamsError
        If it lacks any, or can't be read; the message names them.
    """
    try:
        parquet = path.suffix == ".parquet"
        there = pq.read_schema(path).names if parquet else pd.read_csv(path, nrows=0).columns
    except (OSError, ValueError) as error:  # pandas' and arrow's own errors are among them
        raise ParamsError(f"previous: '{path}' can't be read: {error}") from None
    missing = [name for name in WANTED if name not in there]
    if missing:
        raise ParamsError(
            f"previous: '{path}' has no column {', '.join(missing)}; "
            "expected data/indicators.csv of the last publication"
        )


def read_previous(path: Path) -> pd.DataFrame:
    """Read the results of an earlier publication, ``indicators.csv`` or ``indicators.parquet``.

    Parameters
    ----------
    path
        A file that :func:`check_previous` finds right.
    """
    if path.suffix == ".parquet":
        table = pd.read_parquet(path)
    else:
        text = [name for name in WANTED if name not in ("year", *FIGURES, *COUNTS)]
        table = pd.read_csv(
            path, dtype=dict.fromkeys(text, "str"), keep_default_na=False, na_values=_blanks()
        )
    return table[WANTED]


def revisions(now: pd.DataFrame, before: pd.DataFrame) -> pd.DataFrame:
    """Every figure of the last publication's years that is not what it was, with the reason.

    Parameters
    ----------
    now, before
        Protected results of this publication and the last.

    Returns
    -------
    DataFrame
        ``COLUMNS``. The reason is told from the figures: counts that differ are a corrected return; the same
        counts with another figure or interval, a new method.
    """
    columns = [*KEYS, "name", *FIGURES, *COUNTS, "status"]
    both = before[columns].merge(
        now.loc[now["year"].le(before["year"].max()), columns],
        on=list(KEYS), how="outer", suffixes=("_before", "_now"),
    )  # fmt: skip
    for which in ("before", "now"):
        both[f"status_{which}"] = both[f"status_{which}"].fillna("absent").replace("", "absent")
    both["name"] = both["name_now"].fillna(both["name_before"])
    was, is_now = both["status_before"], both["status_now"]
    published = was.eq("published") & is_now.eq("published")
    recounted = published & _differ(both, COUNTS)
    moved = published & _differ(both, FIGURES)
    both["reason"] = np.select(
        [
            recounted & moved,
            moved,
            was.isin(ABSENT) & is_now.eq("published"),
            was.eq("suppressed") & is_now.eq("published"),
            was.eq("published") & is_now.eq("suppressed"),
            was.eq("published") & is_now.isin(ABSENT),
        ],
        [CORRECTED, METHOD, RECEIVED, SHOWN, HIDDEN, WITHDRAWN],
        "",
    )
    both["now"] = both["value_now"]
    both["before"] = both["value_before"].where(is_now.ne("suppressed"))
    changed = both[both["reason"].ne("")]
    return changed.sort_values(list(KEYS), kind="stable", ignore_index=True)[list(COLUMNS)]


def _differ(both: pd.DataFrame, names: list[str] | tuple[str, ...]) -> pd.Series:
    """Whether any of these numbers differs by more than a CSV file's last digits."""
    found = [
        np.isclose(both[f"{name}_before"], both[f"{name}_now"], rtol=1e-9, atol=1e-9, equal_nan=True)
        for name in names
    ]
    return pd.Series(~np.all(found, axis=0), index=both.index)


def _blanks() -> dict[str, list[str]]:
    return {name: [""] for name in (*FIGURES, *COUNTS) if name in NAMES}
