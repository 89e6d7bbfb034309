"""Reading the collection: every source of a publication file, as one set of tidy tables.

A reader a source; all end in the same tables. What is told from several sources together is told here. Rules
that weigh figures against each other belong in :mod:`wres.validate`.
"""

from __future__ import annotations

import json
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import asdict, dataclass, field, replace
from importlib import resources
from pathlib import Path
from typing import Any

import pandas as pd

from wres.collect import aspiration
from wres.collect.ods import read_ods
from wres.collect.organisations import USE_FIRST, named_but_unknown, no_register, together, with_types
from wres.collect.pay import UNIT, no_pay
from wres.collect.plain import in_plain_text
from wres.collect.staff_extract import read_extract
from wres.collect.staff_survey import read_staff_survey
from wres.collect.tables import (
    FILES,
    KEYS,
    Tables,
    nothing_printed,
    of_known_organisations,
    read_folder,
    read_tables,
    without_circles,
)
from wres.collect.template.read import read_returns
from wres.definitions import NATION, PAY, definitions
from wres.examples import simulator
from wres.params import Publication, Source
from wres.problems import CollectionError, Problem, in_order

VALUES = {
    "returns": ["count"],
    "percentages": ["percentage", "count", "base"],
    "turnover": ["turnover"],
    "actions": ["owner", "due", "status"],
    "printed": ["value"],
    "pay": ["count"],
}
STORED = (*KEYS, "register")
TOLERANCE = 1e-9


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
    turnover, actions
        What organisations say of their posts and their action plans, where they do.
    printed
        Results as organisations printed them, to be weighed against their counts; nothing rests on them.
    pay
        How many people are paid how much, by place and ethnic category.
    register
        The trusts that lists of the Organisation Data Service name, with the dates of their opening and closing.
    """

    organisations: pd.DataFrame
    returns: pd.DataFrame
    percentages: pd.DataFrame
    problems: tuple[Problem, ...]
    synthetic: bool
    turnover: pd.DataFrame = field(default_factory=aspiration.no_turnover)
    actions: pd.DataFrame = field(default_factory=aspiration.no_actions)
    printed: pd.DataFrame = field(default_factory=nothing_printed)
    pay: pd.DataFrame = field(default_factory=no_pay)
    register: pd.DataFrame = field(default_factory=no_register)

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
        for name in STORED:
            getattr(self, name).to_parquet(folder / f"{name}.parquet", index=False)
        about = {"synthetic": self.synthetic, "problems": [asdict(problem) for problem in self.problems]}
        (folder / "about.json").write_text(json.dumps(about), encoding="utf-8")

    @classmethod
    def read(cls, folder: Path) -> Collection:
        """Read back what :meth:`write` wrote."""
        about = json.loads((folder / "about.json").read_text(encoding="utf-8"))
        tables = {name: pd.read_parquet(folder / f"{name}.parquet") for name in STORED}
        problems = tuple(Problem(**problem) for problem in about["problems"])
        return cls(**tables, problems=problems, synthetic=about["synthetic"])


def collect(publication: Publication) -> Collection:
    """Read all sources of a publication file in their order.

    The first source to give a value wins; a later one that differs is a warning that names both.

    Raises
    ------
    CollectionError
        If a source can't be read at all, or the publication file names an organisation that no source tells of;
        every error of every source is named at once.
    """
    sources = [_read(source, publication) for source in publication.sources]
    problems = [problem for tables in sources for problem in tables.problems]
    given = {name: [getattr(tables, name) for tables in sources] for name in VALUES}
    given["pay"] = _whole(given["pay"])
    merged = {name: in_plain_text(_merged(tables, name, problems)) for name, tables in given.items()}
    lists = [source.ods for source in publication.sources]
    every = in_plain_text(together(list(zip(lists, sources, strict=True)), publication.year, problems))
    with_figures = {code for name in ("returns", "percentages") for code in merged[name]["organisation_code"]}
    typed, register = with_types(every, with_figures, problems)
    known = without_circles(typed, problems)
    codes = set(known["organisation_code"])
    named = set(every["organisation_code"]).union(*(tables.refused for tables in sources))
    if not named:
        problems += _without_organisations(merged)
    problems += named_but_unknown(publication, codes)
    if any(problem.unreadable for problem in problems):
        raise CollectionError(in_order(problem for problem in problems if problem.severity == "error"))
    figures = {
        name: of_known_organisations(merged[name], codes, named - codes, problems)
        for name in ("returns", "percentages", "turnover", "actions", "printed", "pay")
    }
    synthetic = any(code.startswith(simulator.CODE_PREFIX) for code in named)
    return Collection(known, **figures, problems=in_order(problems), synthetic=synthetic, register=register)


def _read(source: Source, publication: Publication) -> Tables:
    if source.simulate is not None:
        years = source.simulate.years or (publication.first_year, publication.year)
        england = simulator.simulate(source.simulate.organisations, years, source.simulate.seed)
        percentages = read_tables({}, publication.year).percentages
        return Tables(
            _simulated(england.organisations),
            _simulated(england.returns),
            percentages,
            turnover=_simulated(england.turnover),
            actions=england.actions.assign(file="simulated", row=0),
            pay=_simulated(england.pay).assign(indicator=PAY),
        )
    if source.example is not None:
        folder = resources.files("wres.examples") / source.example
        files = {file.name: file.read_bytes() for file in folder.iterdir() if file.name in FILES.values()}
        return read_tables(files, publication.year)
    if source.templates is not None:
        prefix = f"{source.templates}/" if len(publication.template_folders) > 1 else ""
        return read_returns(publication.folder / source.templates, publication.year, prefix)
    if source.staff_extract is not None:
        return read_extract(source.staff_extract, publication.folder)
    if source.staff_survey is not None:
        return read_staff_survey(source.staff_survey, publication.folder)
    if source.ods is not None:
        return read_ods(source.ods, publication.folder, publication.year)
    prefix = f"{source.tables}/" if len(publication.table_folders) > 1 else ""
    return read_folder(publication.folder / str(source.tables), publication.year, prefix)


def _simulated(table: pd.DataFrame) -> pd.DataFrame:
    return table.assign(note="", source="simulated", file="simulated", row=0)


def _without_organisations(merged: dict[str, pd.DataFrame]) -> Iterator[Problem]:
    aggregates = [NATION, *definitions().regions]
    codes = pd.concat([merged[name]["organisation_code"] for name in ("returns", "percentages")])
    if not codes.isin(aggregates).all():
        file, found = FILES["organisations"], "no organisations in any source"
        expected = "each organisation of the returns"
        yield Problem(file, None, "", None, "", "error", "file", found, expected, f"add {file}")


def _whole(tables: list[pd.DataFrame]) -> list[pd.DataFrame]:
    """Pay of each organisation and year from the first source that gives any: each person counts once."""
    taken: set[tuple[int, str]] = set()
    kept = []
    for table in tables:
        units = pd.MultiIndex.from_frame(table[UNIT])
        kept.append(table[~units.isin(taken)])
        taken |= set(units)
    return kept


def _merged(tables: list[pd.DataFrame], name: str, problems: list[Problem]) -> pd.DataFrame:
    """Rows of several sources, each key once, as the first source gives it."""
    key = KEYS[name]
    stacked = pd.concat([table for table in tables if len(table)] or tables[:1], ignore_index=True)
    later = stacked.duplicated(key)
    if not later.any():
        return stacked
    kept = stacked[~later].reset_index(drop=True)
    beside = [*VALUES[name], *(["decimals"] if "decimals" in kept else []), "file", "row"]
    both = stacked[later].merge(kept[[*key, *beside]], on=key, suffixes=("", "_first"))
    for value in VALUES[name]:
        given = both[value].notna() & both[f"{value}_first"].notna()
        given &= both[value].ne("") & both[f"{value}_first"].ne("")
        differs = given & _unlike(both, value)
        problems += [_differing(row, value) for row in both[differs].to_dict("records")]
    return kept


def _unlike(both: pd.DataFrame, value: str) -> pd.Series:
    """Whether two sources differ; a percentage that was printed with fewer digits stands for all that round to it."""
    if value != "percentage":
        return both[value].ne(both[f"{value}_first"])
    digits = both[["decimals", "decimals_first"]].min(axis=1)
    return (both[value] - both[f"{value}_first"]).abs() > 0.5 * 10.0**-digits + TOLERANCE


def _differing(row: dict[Hashable, Any], value: str) -> Problem:
    return Problem(
        row["file"],
        row["row"] or None,
        row["organisation_code"],
        row.get("year"),
        row.get("indicator", ""),
        "warning",
        "sources-differ",
        f"{value} {row[value]} where {_place(row)} has {row[f'{value}_first']}",
        "the same in every source",
        USE_FIRST,
    )


def _place(row: dict[Hashable, Any]) -> str:
    return f"{row['file_first']}, row {row['row_first']}" if row["row_first"] else str(row["file_first"])
