"""The results that one report shows, looked up by indicator.

Read from the results store alone; nothing is computed here beyond picking rows.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import numpy.typing as npt
import pandas as pd

from wres import comparisons, pipeline, results
from wres.collect.aspiration import no_actions
from wres.definitions import NATION, SENIOR, Indicator, definitions
from wres.params import Publication, load_publication
from wres.problems import problems_table


@dataclass(frozen=True)
class Slice:
    """The results of one organisation, region or nation and those that it is compared with.

    Attributes
    ----------
    publication
        The publication file.
    indicators, goals
        Protected results and goals, all entities that the report needs.
    organisations
        The organisations table.
    code
        The entity that the report is about.
    synthetic
        Whether the figures are made up.
    variation
        How trusts differ and what chance alone would give.
    revisions
        Published figures that changed since the last publication; None where none is known.
    paths
        Paths to parity year by year, with what became of them.
    actions
        Action plans of organisations.
    problems
        What was wrong with the returns, without what was found there.
    comparisons
        Peer groups, standings in them, trends and what stands out.
    """

    publication: Publication
    indicators: pd.DataFrame
    goals: pd.DataFrame
    organisations: pd.DataFrame
    code: str
    synthetic: bool
    variation: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=["indicator", "measure"]))
    revisions: pd.DataFrame | None = None
    paths: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=list(results.PATH_COLUMNS)))
    actions: pd.DataFrame = field(default_factory=no_actions)
    problems: pd.DataFrame = field(default_factory=lambda: problems_table([]))
    comparisons: comparisons.Comparisons = field(default_factory=comparisons.none)
    _headlines: dict[tuple[str, str, int], pd.Series | None] = field(
        default_factory=dict, init=False, repr=False
    )

    @property
    def level(self) -> str:
        """The level of the entity; an integrated care board's code is also a place's."""
        return "national" if self.code == NATION else "organisation"

    @cached_property
    def own(self) -> pd.DataFrame:
        """Rows of the entity that the report is about."""
        return where(self.indicators, code=self.code, level=self.level)

    @cached_property
    def year(self) -> int:
        """The year that the report is about."""
        return reported_year(self.own, self.publication.year)

    @cached_property
    def own_goals(self) -> pd.DataFrame:
        """Goals of the entity, from the base year and from the latest year."""
        return where(self.goals, code=self.code, level=self.level)

    @cached_property
    def own_paths(self) -> pd.DataFrame:
        """Paths of the entity, year by year."""
        return where(self.paths, code=self.code, level=self.level)

    @property
    def goal(self) -> pd.Series | None:
        """What parity in bands 8a to VSM would take from the report's year to the next target year."""
        return first(
            self.own_goals,
            year=self.year,
            category=SENIOR,
            target_year=self.publication.target_year,
        )

    def varies(self, code: str, measure: str) -> pd.Series | None:
        """How trusts differ on one indicator, or what chance alone would give, where it is known."""
        return first(self.variation, indicator=code, measure=measure)

    @cached_property
    def organisation(self) -> pd.Series | None:
        """The entity's row of the organisations table; None of a region, a type or the nation."""
        return first(self.organisations, organisation_code=self.code)

    @property
    def name(self) -> str:
        """The entity's name."""
        if self.organisation is None:
            return "England" if self.code == NATION else self.code
        return str(self.organisation["organisation"])

    @property
    def kind(self) -> str:
        """The words for the entity in a sentence: trust, board, group, organisation."""
        code = "other" if self.organisation is None else str(self.organisation["type"])
        return "trust" if code in definitions().trust_types else "organisation"

    @cached_property
    def standings(self) -> pd.DataFrame:
        """Where the entity's gaps of the report's year stand among those most like it, in the order of indicators."""
        own = where(self.comparisons.standings, code=self.code, year=self.year)
        order = {code: place for place, code in enumerate(definitions().indicators)}
        return comparisons.main_standings(own).sort_values("indicator", key=lambda code: code.map(order))

    def rows(self, indicator: str, statistic: str | None = None, **keys: str) -> pd.DataFrame:
        """Rows of one indicator in all years; ``keys`` narrow staff group, category, ethnicity."""
        if statistic is not None:
            keys["statistic"] = statistic
        return where(self._by_indicator.get(indicator, self.own.head(0)), **keys)

    @cached_property
    def _by_indicator(self) -> dict[str, pd.DataFrame]:
        ordered = self.own.sort_values("year", kind="stable")
        return {str(code): rows for code, rows in ordered.groupby("indicator")}

    def headline(self, code: str, statistic: str | None = None, year: int | None = None) -> pd.Series | None:
        """The row that stands for an indicator in one year, or None where there is none at all."""
        indicator = definitions().indicators[code]
        asked = code, statistic or indicator.gap, year or self.year
        if asked not in self._headlines:  # a report asks for each of them four times and more
            rows = self.rows(*asked[:2], **place(indicator))
            self._headlines[asked] = first(rows, year=asked[2])
        return self._headlines[asked]

    def percentage(self, code: str, ethnicity: str, **keys: str) -> pd.Series | None:
        """One percentage of the report's year; of the indicator's headline unless ``keys`` say otherwise."""
        wanted = {**place(definitions().indicators[code]), **keys, "ethnicity": ethnicity}
        return first(self.rows(code, "percentage", **wanted), year=self.year, status="published")


def place(indicator: Indicator) -> dict[str, str]:
    """The staff group and category of an indicator's headline."""
    return indicator.headline.model_dump()


def headlines(rows: pd.DataFrame) -> pd.DataFrame:
    """The rows that stand for their indicator: its own gap at its headline's staff group and category."""
    columns = ["indicator", "statistic", "staff_group", "category"]
    stand = {(code, i.gap, *place(i).values()) for code, i in definitions().indicators.items()}
    gaps = rows[rows["statistic"].isin({statistic for _, statistic, *_ in stand})]
    return gaps[pd.MultiIndex.from_frame(gaps[columns]).isin(stand)]


def reported_year(own: pd.DataFrame, year: int) -> int:
    """The year that a report is about.

    The publication's where there is any figure of it, else the latest before it with an indicator, or with any figure
    at all: one percentage of a later year must not push aside the indicators of an earlier one.

    Parameters
    ----------
    own
        Rows of the entity, of all years.
    year
        The publication's year.
    """
    figures = own[own["status"].isin(["published", "suppressed", "insufficient"])]
    if figures.empty or figures["year"].eq(year).any():
        return year
    indicators = headlines(figures)
    return int((indicators if len(indicators) else figures)["year"].max())


def reported_years(rows: pd.DataFrame, year: int) -> dict[str, int]:
    """The year that each entity's report is about, by code, in a publication of a year."""
    return {str(code): reported_year(own, year) for code, own in rows.groupby("code", observed=True)}


def where(rows: pd.DataFrame, **keys: str | int) -> pd.DataFrame:
    """The rows that hold these values in these columns."""
    return rows[_holds(rows, keys)]


def first(rows: pd.DataFrame, **keys: str | int) -> pd.Series | None:
    """The first row that holds these values in these columns, or None."""
    found = np.flatnonzero(_holds(rows, keys))
    return rows.iloc[found[0]] if len(found) else None


def _holds(rows: pd.DataFrame, keys: Mapping[str, str | int]) -> npt.NDArray[np.bool_]:
    kept = np.ones(len(rows), dtype=bool)
    for column, value in keys.items():
        kept &= rows[column].to_numpy() == value
    return kept


def open_slice(store: str, params: str, code: str) -> Slice:
    """Read from a results store what the report on one entity needs.

    Parameters
    ----------
    store
        Folder that :func:`wres.pipeline.save_computed` wrote; if blank, the results are computed from the
        publication file first.
    params
        The publication file.
    code
        ODS code of the organisation, or ``ENG`` for the national overview, which needs every row.
    """
    if not store:
        with TemporaryDirectory() as folder:
            publication, collection = pipeline.load(Path(params))
            computed = pipeline.compute(collection, publication)
            pipeline.save_computed(computed, collection, Path(folder))
            return _read(Path(folder), Path(params), code)
    return _read(Path(store), Path(params), code)


def _read(store: Path, params: Path, code: str) -> Slice:
    organisations = pd.read_parquet(store / "organisations.parquet")
    publication = load_publication(params)
    return Slice(
        publication,
        _indicators(store / "indicators.parquet", code),
        pd.read_parquet(store / "goals.parquet"),
        organisations,
        code,
        (store / pipeline.SYNTHETIC_MARK).exists(),
        pd.read_parquet(store / "variation.parquet"),
        pd.read_parquet(store / "revisions.parquet") if publication.previous else None,
        pd.read_parquet(store / "paths.parquet"),
        pd.read_parquet(store / "actions.parquet"),
        pd.read_parquet(store / "problems.parquet"),
        comparisons.read(store, None if code == NATION else [code]),
    )


def _indicators(parquet: Path, code: str) -> pd.DataFrame:
    """The nation's report needs every row; an organisation's its own, in words that are quick to pick from."""
    if code == NATION:
        return results.read(parquet)
    own = pd.read_parquet(parquet, filters=[("code", "==", code)])  # checked when they were written
    text = [column.name for column in results.COLUMNS if column.kind == "string"]
    return own.astype(
        dict.fromkeys(text, "object")
    ).copy()  # the copy lies together, so that rows are quick to pick
