"""Reading the collection: every source of a publication file, as one set of tidy tables.

A reader a source; all end in the same tables. Rules that compare rows with each other belong in
:mod:`wres.validate`.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from importlib import resources
from pathlib import Path

import pandas as pd

from wres.collect.tables import KEYS, Tables, read_tables, read_text_tables
from wres.examples import simulator
from wres.params import Publication, Source
from wres.problems import CollectionError, Problem, in_order

TABLES = ("organisations", "returns", "percentages")


@dataclass(frozen=True)
class Collection:
    """Everything that was received.

    Attributes
    ----------
    organisations, returns, percentages
        The tidy tables, with the file and row that each value came from.
    problems
        What is wrong with them.
    synthetic
        Whether any of it is made up.
    """

    organisations: pd.DataFrame
    returns: pd.DataFrame
    percentages: pd.DataFrame
    problems: tuple[Problem, ...]
    synthetic: bool

    @property
    def withheld(self) -> pd.DataFrame:
        """Organisations, years and indicators that errors keep out of publication."""
        wrong = {
            (p.organisation_code, p.year, p.indicator)
            for p in self.problems
            if p.severity == "error" and p.organisation_code and p.year is not None and p.indicator
        }
        table = pd.DataFrame(sorted(wrong), columns=["organisation_code", "year", "indicator"])
        return table.astype({"organisation_code": "str", "year": "int64", "indicator": "str"})

    def with_problems(self, problems: Sequence[Problem]) -> Collection:
        """The same with more problems, all in order."""
        return replace(self, problems=in_order([*self.problems, *problems]))

    def write(self, folder: Path) -> None:
        """Keep the collection in a folder while a publication is made; never published."""
        folder.mkdir(parents=True)
        for name in TABLES:
            getattr(self, name).to_parquet(folder / f"{name}.parquet", index=False)
        about = {"synthetic": self.synthetic, "problems": [asdict(problem) for problem in self.problems]}
        (folder / "about.json").write_text(json.dumps(about), encoding="utf-8")

    @classmethod
    def read(cls, folder: Path) -> Collection:
        """Read back what :meth:`write` wrote."""
        about = json.loads((folder / "about.json").read_text(encoding="utf-8"))
        tables = [pd.read_parquet(folder / f"{name}.parquet") for name in TABLES]
        return cls(*tables, tuple(Problem(**problem) for problem in about["problems"]), about["synthetic"])


def collect(publication: Publication) -> Collection:
    """Read all sources of a publication file in their order.

    The first source to give a value wins; a later one that differs is a warning that names both.

    Raises
    ------
    CollectionError
        If a source can't be read at all; all such problems of all sources at once.
    """
    read, unreadable = [], []
    for source in publication.sources:
        try:
            read.append(_read(source, publication))
        except CollectionError as error:
            unreadable += error.problems
    if unreadable:
        raise CollectionError(in_order(unreadable))
    problems = [problem for tables in read for problem in tables.problems]
    merged = {name: _merged([getattr(tables, name) for tables in read], name, problems) for name in TABLES}
    synthetic = any(source.simulate is not None for source in publication.sources)
    return Collection(**merged, problems=in_order(problems), synthetic=synthetic)


def _read(source: Source, publication: Publication) -> Tables:
    if source.simulate is not None:
        years = (publication.first_year, publication.year)
        england = simulator.simulate(source.simulate.organisations, years, source.simulate.seed)
        blank = {"note": "", "source": "simulated", "file": "simulated", "row": 0}
        return Tables(
            england.organisations.assign(**blank),
            england.returns.assign(**blank),
            read_text_tables({}, publication.year).percentages,
            (),
        )
    if source.example is not None:
        folder = resources.files("wres.examples") / source.example
        texts = {f"{name}.csv": (folder / f"{name}.csv").read_bytes() for name in TABLES}
        return read_text_tables(texts, publication.year)
    return read_tables(publication.folder / str(source.tables), publication.year)


def _merged(tables: list[pd.DataFrame], name: str, problems: list[Problem]) -> pd.DataFrame:
    if len(tables) == 1:
        return tables[0]
    key = KEYS[name]
    stacked = pd.concat(tables, ignore_index=True)
    kept = stacked.drop_duplicates(key, keep="first")
    if name != "organisations":
        value = "count" if name == "returns" else "percentage"
        later = stacked[stacked.duplicated(key, keep="first")]
        both = later.merge(kept[[*key, value, "file", "row"]], on=key, suffixes=("", "_first"))
        for row in both[both[value].ne(both[f"{value}_first"])].to_dict("records"):
            problems.append(_differs(row, value))
    return kept.reset_index(drop=True)


def _differs(row: dict[str, object], value: str) -> Problem:
    return Problem(
        str(row["file"]),
        int(str(row["row"])),
        str(row["organisation_code"]),
        int(str(row["year"])),
        str(row["indicator"]),
        "warning",
        "sources-differ",
        f"{value} {row[value]} where {row['file_first']}, row {row['row_first']} has {row[f'{value}_first']}",
        "the same in every source",
        "the first source is used; change the order of the sources if it is the wrong one",
    )
