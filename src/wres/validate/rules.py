"""What a rule is, and what rules look at.

Each rule is data: what it is called, how grave it is, what it looks at, what it expects, how to mend it, and a
function that finds the rows that break it. The functions belong with their kind of rule.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from wres.analysis.counts import CELLS, count_table, without_withheld
from wres.collect import Collection
from wres.definitions import definitions
from wres.params import Publication
from wres.problems import Problem, Severity

UNIT = ["organisation_code", "year"]
FIGURE = [*UNIT, "indicator"]
CELL = [*FIGURE, "staff_group", "category", "ethnicity"]
KEY = [*CELL, "measure"]
REPRESENTATION, BOARD = "1", "9"


class Figures:
    """What the rules look at: the tidy tables without what is withheld already.

    Attributes
    ----------
    collection
        The tables as they were read.
    publication
        The publication file.
    organisations, returns, percentages, printed
        The tidy tables.
    counts
        The count table of :mod:`wres.analysis.counts`, its words as text.
    withheld
        Organisations, years and indicators that errors keep out of publication.
    """

    def __init__(self, collection: Collection, publication: Publication, counts: pd.DataFrame) -> None:
        self.collection, self.publication = collection, publication
        self.withheld = collection.withheld
        self.organisations = collection.organisations
        self.returns = without_withheld(collection.returns, self.withheld)
        self.percentages = without_withheld(collection.percentages, self.withheld)
        self.printed = without_withheld(collection.printed, self.withheld)
        self.counts = without_withheld(counts, self.withheld)
        self._made: dict[Callable[[Figures], pd.DataFrame], pd.DataFrame] = {}

    def once(self, make: Callable[[Figures], pd.DataFrame]) -> pd.DataFrame:
        """What a function makes of these figures, made once however many rules look at it."""
        if make not in self._made:
            self._made[make] = make(self)
        return self._made[make]

    def returned(self, indicator: str, measure: str) -> pd.DataFrame:
        """Rows of the returns that hold a measure of an indicator."""
        return self.returns[self.returns["indicator"].eq(indicator) & self.returns["measure"].eq(measure)]

    @cached_property
    def headlines(self) -> pd.DataFrame:
        """The rows of the count table of all staff or of the whole board."""
        return self.counts[self.counts["staff_group"].eq("all") & self.counts["category"].eq("")]

    @cached_property
    def places(self) -> pd.DataFrame:
        """File and row of the first figure of each organisation, year and indicator."""
        columns = [*FIGURE, "file", "row"]
        tables = [self.returns[columns], self.percentages[columns]]
        return pd.concat(tables, ignore_index=True).drop_duplicates(FIGURE)

    def placed(self, rows: pd.DataFrame) -> pd.DataFrame:
        """Rows with the file and row of the first figure of their organisation, year and indicator."""
        return rows.merge(self.places, on=FIGURE)

    def with_last_year(self, table: pd.DataFrame, columns: list[str]) -> pd.DataFrame:
        """Rows beside the same ones of the year before, whose names end in ``_before``."""
        key = [name for name in [*FIGURE, "staff_group", "category"] if name in table]
        last = table[[*key, *columns]].assign(year=table["year"] + 1)
        return table.merge(last, on=key, suffixes=("", "_before"))


@dataclass(frozen=True)
class Rule:
    """A rule.

    Attributes
    ----------
    name
        What it is called in problems.
    severity
        An error keeps the indicator of that organisation and year out of publication; a warning does not.
    looks_at
        Which figures it weighs.
    expected, mend
        What should stand there, and what to do where something else does.
    find
        Returns the rows that break it, with file, row and a column ``found`` in words.
    """

    name: str
    severity: Severity
    looks_at: str
    expected: str
    mend: str
    find: Callable[[Figures], pd.DataFrame]


def problems_of(rule: Rule, figures: Figures) -> Iterator[Problem]:
    """Every problem that a rule finds."""
    for row in rule.find(figures).to_dict("records"):
        yield Problem(
            row["file"],
            row["row"] or None,
            row["organisation_code"],
            row["year"],
            row["indicator"],
            rule.severity,
            rule.name,
            row["found"],
            rule.expected,
            rule.mend,
        )


def counted(collection: Collection) -> pd.DataFrame:
    """The count table of a collection, its words as text."""
    table = count_table(collection)
    return table.astype(dict.fromkeys(table.columns.drop(["year", *CELLS]), "str"))


def base_indicators() -> tuple[str, ...]:
    """The indicators that have people of their own who could have been counted: 1, 2 and 5 to 8."""
    known = definitions().indicators.items()
    return tuple(
        code
        for code, each in known
        if each.kind == "representation" or each.measures.base not in (None, "headcount")
    )
