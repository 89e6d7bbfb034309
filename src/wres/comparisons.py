"""The comparison tables: peer groups, where each organisation stands in them, trends, and what stands out.

Their columns are declared once here, as those of the results table are in :mod:`wres.results`; writing, reading and
the data package come from that. How a comparison is made belongs in :mod:`wres.analysis`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from pathlib import Path

import pandas as pd

from wres.results import LEVELS, Column
from wres.spreadsheets import write_csv

KINDS = ("type", "region", "icb", "size", "named", "nation")
STANDINGS = ("clearly_worse", "worse", "alike", "better", "clearly_better")
TRENDS = ("worse", "better", "no_clear_change", "too_few_years")
FEWEST_PEERS = 5
WARNING, ALARM = 0.95, 0.998
MOST_STANDING_OUT = 3

_KIND = Column("kind", "string", "What makes the organisations of the group peers", KINDS)
_GROUP = Column("group", "string", "Code of the peer group within its kind")
_YEAR = Column("year", "integer", "Reporting year")
_CODE = Column("code", "string", "ODS code of the organisation")
_INDICATOR = Column("indicator", "string", "WRES indicator")
_STATISTIC = Column("statistic", "string", "What is compared: the indicator's gap, or all staff's percentage")
_NOTE = Column("note", "string", "What a reader must know to read the row rightly")

TABLES = {
    "peers": (
        _KIND,
        _GROUP,
        Column("name", "string", "Name of the peer group"),
        Column("organisation_code", "string", "ODS code of a member"),
        _NOTE,
    ),
    "peer_figures": (
        _YEAR,
        _INDICATOR,
        _STATISTIC,
        _KIND,
        _GROUP,
        Column("organisations", "integer", "Members that the pooled figure is made of"),
        Column("published", "integer", "Members whose own figure is published"),
        Column("pooled", "number", "The members taken together, like with like within each (Mantel-Haenszel)"),
        Column("lower", "number", "Lower limit of the pooled figure's interval"),
        Column("upper", "number", "Upper limit of the pooled figure's interval"),
        Column("spread", "number", "Standard deviation that over-dispersion adds to the funnel's limits"),
        Column("lower_quartile", "number", "A quarter of the published figures lie below"),
        Column("median", "number", "Half of the published figures lie below"),
        Column("upper_quartile", "number", "Three quarters of the published figures lie below"),
        Column("outside", "integer", "Published members outside the funnel's 99.8 % limits"),
        Column("outside_by_chance_alone", "integer", "The same, were the limits not widened by over-dispersion"),
        _NOTE,
    ),
    "standings": (
        _YEAR,
        _CODE,
        _INDICATOR,
        _STATISTIC,
        _KIND,
        _GROUP,
        Column("value", "number", "The organisation's own figure"),
        Column("z", "number", "Its distance from the pooled figure over chance and over-dispersion together"),
        Column("standing", "string", "Where that is in the funnel: outside 99.8 %, outside 95 %, inside", STANDINGS),
        Column("shrunken", "number", "Its figure with the strength of the group's"),
        Column("shrunken_lower", "number", "Lower limit of that"),
        Column("shrunken_upper", "number", "Upper limit of that"),
        Column("rank_lower", "number", "Lower limit of its rank; 1 is best for BME staff"),
        Column("rank_upper", "number", "Upper limit of its rank"),
        Column("ranked", "number", "How many organisations are ranked"),
        _NOTE,
    ),
    "trends": (
        Column("level", "string", "What the row is about", LEVELS),
        Column("code", "string", "ODS code, ICB code, region code, organisation type, or ENG"),
        _INDICATOR,
        Column("first_year", "integer", "First year of the trend: no change of definition lies after it"),
        Column("last_year", "integer", "Last year of the trend"),
        Column("years", "integer", "Years with a figure"),
        Column("measure", "string", "What changes", ("points a year", "odds ratio a year")),
        Column("value", "number", "Change a year: percentage points added, or a factor of the odds ratio"),
        Column("lower", "number", "Lower limit of its interval"),
        Column("upper", "number", "Upper limit of its interval"),
        Column("p_value", "number", "Two-sided p-value against no change"),
        Column("q_value", "number", "p-value adjusted for the many organisations of the type (false discovery)"),
        Column("verdict", "string", "What the trend shows; no clear change is not a finding of none", TRENDS),
        Column("status", "string", "Whether it may be shown", ("published", "suppressed")),
        Column("method", "string", "How it was made"),
        _NOTE,
    ),
    "priorities": (
        _YEAR,
        _CODE,
        Column("side", "string", "Whether it stands out for the worse or for the better", ("worse", "better")),
        Column("place", "integer", "1 for what stands out most"),
        _INDICATOR,
        Column("parity", "string", "Against no gap", ("worse", "better", "")),
        Column("peers", "string", "Against the peer group", ("worse", "better", "")),
        Column("last_year", "string", "Against the year before", ("worse", "better", "")),
        _KIND,
        _GROUP,
        _NOTE,
    ),
}  # fmt: skip
DTYPES = {"integer": "int64", "number": "float64", "string": "str"}


@dataclass(frozen=True)
class Comparisons:
    """The comparison tables of one publication, after disclosure control; the columns are those of ``TABLES``."""

    peers: pd.DataFrame
    peer_figures: pd.DataFrame
    standings: pd.DataFrame
    trends: pd.DataFrame
    priorities: pd.DataFrame

    @property
    def tables(self) -> dict[str, pd.DataFrame]:
        """Every table by its name."""
        return {field.name: getattr(self, field.name) for field in fields(self)}


def conform(name: str, rows: pd.DataFrame) -> pd.DataFrame:
    """Give rows every column of a comparison table, in its order and type; text that is missing is blank."""
    columns = TABLES[name]
    table = rows.reindex(columns=[column.name for column in columns]).reset_index(drop=True)
    text = [column.name for column in columns if column.kind == "string"]
    table[text] = table[text].astype("object").fillna("")
    whole = {column.name: 0 for column in columns if column.kind == "integer"}
    return table.fillna(whole).astype({column.name: DTYPES[column.kind] for column in columns})


def none() -> Comparisons:
    """Comparison tables without a row."""
    return Comparisons(**{name: conform(name, pd.DataFrame()) for name in TABLES})


def main_standings(standings: pd.DataFrame) -> pd.DataFrame:
    """The standings of each organisation's gaps among those most like it: those of its type, else all trusts."""
    gaps = standings[standings["statistic"].ne("percentage")]
    of_type, of_nation = (gaps[gaps["kind"].eq(kind)] for kind in ("type", "nation"))
    return pd.concat([of_type, of_nation[~of_nation["code"].isin(of_type["code"])]])


def write(name: str, table: pd.DataFrame, folder: Path) -> None:
    """Write one table as CSV and Parquet."""
    write_csv(table, folder / f"{name}.csv")
    table.to_parquet(folder / f"{name}.parquet", index=False)


def read(folder: Path, codes: Sequence[str] | None = None) -> Comparisons:
    """Read all tables from a results store.

    Parameters
    ----------
    folder
        Where they were written.
    codes
        Read only the rows that are about these organisations, regions or nation; all by default.
    """
    filters = [("code", "in", list(codes))] if codes is not None else None
    return Comparisons(
        **{
            name: pd.read_parquet(folder / f"{name}.parquet", filters=filters if _of_codes(name) else None)
            for name in TABLES
        }
    )


def _of_codes(name: str) -> bool:
    return any(column.name == "code" for column in TABLES[name])
