"""The results table: one tidy table, one row an estimate.

The schema is declared once here, and the check on write, the check on read and the data dictionary all come
from it. How a row is computed belongs in :mod:`wres.analysis`; what may be shown, in :mod:`wres.disclosure`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from wres.spreadsheets import write_csv

if TYPE_CHECKING:
    import pandera.pandas as pa

LEVELS = ("organisation", "icb", "region", "type", "national")
STATISTICS = (
    "percentage",
    "percentage_of_known",
    "percentage_at_least",
    "percentage_at_most",
    "difference",
    "relative_likelihood",
    "relative_likelihood_mh",
    "disparity_ratio",
    "band_homogeneity",
    "band_trend",
    "band_nonlinearity",
    "change",
    "change_over_years",
    "mean_pay_gap",
    "median_pay_gap",
    "pay_gap_between_bands",
    "pay_gap_within_bands",
)
VERDICTS = ("adverse", "favourable", "equivalent", "inconclusive", "not_tested")
STATUSES = ("published", "suppressed", "not_submitted", "withheld", "insufficient", "not_applicable")


@dataclass(frozen=True)
class Column:
    """A column of the results table: its type, what it holds, and the values that it may take."""

    name: str
    kind: str
    description: str
    allowed: tuple[str, ...] = ()


COLUMNS = (
    Column("year", "integer", "Reporting year: snapshot of 31 March, staff survey of the autumn before"),
    Column("level", "string", "What the row is about", LEVELS),
    Column("code", "string", "ODS code, ICB code, region code, organisation type, or ENG"),
    Column("name", "string", "Name of the organisation, ICB, region, type or nation"),
    Column("indicator", "string", "WRES indicator, 1 to 9, or pay for the ethnicity pay gap"),
    Column("staff_group", "string", "Staff group"),
    Column(
        "category",
        "string",
        "Band, run of bands, medical grade, part of the board or of pay, or who harassed (indicator 6); blank for all",
    ),
    Column("statistic", "string", "What was estimated", STATISTICS),
    Column(
        "ethnicity",
        "string",
        "Whose percentage it is, `all` for a survey result of all staff, or whose pay gap; else blank",
    ),
    Column(
        "value",
        "number",
        "Percentages 0-100, differences in points, ratios, pay gaps in per cent of white pay; of bands Cramer's V, 0-1",
    ),
    Column("lower", "number", "Lower limit of the interval"),
    Column("upper", "number", "Upper limit of the interval; infinite where the data set no limit"),
    Column("confidence", "number", "Confidence level of the interval"),
    Column("numerator", "number", "People counted in the estimate's numerator"),
    Column("denominator", "number", "People who could have been counted"),
    Column("white_numerator", "number", "White people counted"),
    Column("white_denominator", "number", "White people who could have been counted"),
    Column("bme_numerator", "number", "BME people counted"),
    Column("bme_denominator", "number", "BME people who could have been counted"),
    Column("method", "string", "How the interval was made"),
    Column("test", "string", "How the p-value was made"),
    Column("p_value", "number", "Two-sided p-value against no gap, or no change"),
    Column("q_value", "number", "p-value adjusted for the many organisations of the type (false discovery)"),
    Column("verdict", "string", "What the row shows", VERDICTS),
    Column("minimum_detectable", "number", "Smallest gap in the adverse direction found with 80 % power"),
    Column("people_equivalent", "number", "BME people by which the outcome differs from the white rate's"),
    Column("if_unknown_white", "number", "The estimate if all people of unknown ethnicity were white"),
    Column("if_unknown_bme", "number", "The estimate if all people of unknown ethnicity were BME"),
    Column("unknown_lower", "number", "Least estimate that any allocation of the unknown gives"),
    Column("unknown_upper", "number", "Greatest estimate that any allocation of the unknown gives"),
    Column(
        "basis", "string", "Made from counts, or from published percentages", ("counts", "percentages", "")
    ),
    Column("status", "string", "Whether there is a figure, and if not, why", STATUSES),
    Column("note", "string", "What a reader must know to read the row rightly"),
)
NAMES = tuple(column.name for column in COLUMNS)
KEYS = ("year", "level", "code", "indicator", "staff_group", "category", "statistic", "ethnicity")
_AIM = ("level", "code", "name", "staff_group", "category", "target_year")
GOAL_COLUMNS = (
    "year",
    *_AIM,
    "outcome",
    "bme",
    "posts",
    "share",
    "share_lower",
    "share_upper",
    "target",
    "target_basis",
    "path",
    "turnover",
    "turnover_basis",
    "share_of_recruits",
    "recruits",
    "bme_recruits",
    "reached_lower",
    "reached_upper",
    "present_share_of_recruits",
    "chance",
    "note",
)
PATH_COLUMNS = (
    "base_year",
    "year",
    *_AIM,
    "expected",
    "expected_lower",
    "expected_upper",
    "bme",
    "posts",
    "share",
    "share_lower",
    "share_upper",
    "progress",
    "note",
)
COUNTS = (
    "numerator",
    "denominator",
    "white_numerator",
    "white_denominator",
    "bme_numerator",
    "bme_denominator",
)
_DTYPES = {"integer": "int64", "number": "float64", "string": "str"}


def conform(rows: pd.DataFrame) -> pd.DataFrame:
    """Give computed rows every column of the schema, in its order and type, sorted by key.

    Parameters
    ----------
    rows
        Rows with any subset of the schema's columns; what is missing becomes blank.
    """
    table = rows.reindex(columns=list(NAMES))
    text = [column.name for column in COLUMNS if column.kind == "string"]
    table = table.astype(dict.fromkeys(text, "category"))
    ranks = [_ranks(table[name]) for name in reversed(KEYS)]
    table = table.iloc[np.lexsort(ranks)].reset_index(drop=True)
    table = table.assign(**{name: _spelt_out(table[name]) for name in text})
    return table.astype({column.name: _DTYPES[column.kind] for column in COLUMNS})


def _ranks(column: pd.Series) -> npt.NDArray[np.int64]:
    """Numbers that sort as a key does: comparing millions of words is slow."""
    if column.dtype != "category":
        return column.to_numpy()
    blank_first = [*column.cat.categories.argsort().argsort(), -1]
    return np.array(blank_first)[column.cat.codes]


def _spelt_out(column: pd.Series) -> pd.Series:
    """Categories as plain text, blank where there is none."""
    words = [*column.cat.categories, ""]
    return pd.Series(pd.array(words, dtype="str").take(column.cat.codes.to_numpy()), index=column.index)


@cache
def schema() -> pa.DataFrameSchema:
    """Build the pandera schema that every results table is checked against."""
    import pandera.pandas as pa  # noqa: PLC0415  (slow to import, and only writers and readers need it)

    def column(spec: Column) -> pa.Column:
        allowed: Any = pa.Check.isin([*spec.allowed, ""]) if spec.allowed else None
        return pa.Column(_DTYPES[spec.kind], allowed, nullable=spec.kind == "number")

    return pa.DataFrameSchema(
        {spec.name: column(spec) for spec in COLUMNS},
        checks=[
            pa.Check(lambda t: t["value"].isna() | t["status"].eq("published"), name="value_needs_status"),
            pa.Check(lambda t: ~(t["lower"] > t["upper"]), name="interval_in_order"),
        ],
        unique=list(KEYS),
        strict=True,
        ordered=True,
    )


def check(table: pd.DataFrame) -> pd.DataFrame:
    """Return the table unchanged if it fits the schema.

    Raises
    ------
    pandera.errors.SchemaErrors
        With every cell that does not fit.
    """
    return schema().validate(table, lazy=True)


def write(table: pd.DataFrame, folder: Path, stem: str = "indicators") -> tuple[Path, Path]:
    """Check the table and write it as ``stem.csv`` and ``stem.parquet`` in a folder."""
    check(table)
    folder.mkdir(parents=True, exist_ok=True)
    csv, parquet = folder / f"{stem}.csv", folder / f"{stem}.parquet"
    write_csv(table, csv)
    table.to_parquet(parquet, index=False)
    return csv, parquet


def read(parquet: Path, codes: Sequence[str] | None = None) -> pd.DataFrame:
    """Read a results table and check it.

    Parameters
    ----------
    parquet
        The file that :func:`write` wrote.
    codes
        Read only the rows of these organisations, regions or nation; all by default.
    """
    filters = [("code", "in", list(codes))] if codes is not None else None
    return check(pd.read_parquet(parquet, filters=filters))


def data_dictionary() -> pd.DataFrame:
    """Describe every column: name, type, description, allowed values."""
    return pd.DataFrame(
        [
            {"column": c.name, "type": c.kind, "description": c.description, "values": ", ".join(c.allowed)}
            for c in COLUMNS
        ]
    )
