"""All comparisons of one publication: every indicator within every peer group, and over the years.

Puts :mod:`~wres.analysis.peers`, :mod:`~wres.analysis.benchmark`, :mod:`~wres.analysis.trends` and
:mod:`~wres.analysis.priorities` together. Which figures are shown is read from the protected results.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from wres.analysis.benchmark import Organisations, Shares, benchmark, gaps_of
from wres.analysis.counts import memberships, people
from wres.analysis.peers import peer_groups
from wres.analysis.pool import Pool
from wres.analysis.priorities import priority_rows
from wres.analysis.trends import trend_rows
from wres.comparisons import Comparisons, conform
from wres.definitions import EVERYBODY, Indicator, definitions
from wres.params import Publication

SUMS = ["level", "code"]


def comparisons(
    protected: pd.DataFrame, everybody: Pool, organisations: pd.DataFrame, publication: Publication
) -> Comparisons:
    """Compare every organisation with its peers and with its own past.

    Parameters
    ----------
    protected
        Protected results: whose figures are shown.
    everybody
        Counts at every level in all years of the publication, unprotected.
    organisations
        The organisations table.
    publication
        Its year, its methods, its own peer groups.
    """
    known, year = definitions().indicators, publication.year
    heads = {code: everybody.where(_at_headline(everybody.entities, code, known[code])) for code in known}
    peers = peer_groups(organisations, _staff(everybody, year), publication)
    of_year = protected[protected["year"].eq(year)]
    compared = [
        _labelled(benchmark(given, peers, totals, sign, publication.statistics), year, code, statistic)
        for code, statistic, given, totals, sign in _figures(heads, of_year, organisations, publication)
    ]
    types = organisations.set_index("organisation_code")["type"]
    trends = [
        _trends(heads[code], protected, code, indicator, types, publication)
        for code, indicator in known.items()
        if len(heads[code].entities)
    ]
    standings = _stacked("standings", [members for _, members in compared])
    return Comparisons(
        peers,
        _stacked("peer_figures", [group for group, _ in compared]),
        standings,
        _stacked("trends", trends),
        priority_rows(protected, standings, year),
    )


def _figures(
    heads: dict[str, Pool], of_year: pd.DataFrame, organisations: pd.DataFrame, publication: Publication
) -> Iterator[tuple[str, str, Organisations, list[pd.Index], int]]:
    """Every kind of figure that organisations are compared by."""
    for code, indicator in definitions().indicators.items():
        own = of_year[of_year["indicator"].eq(code)]
        head = own[_at_headline(own, code, indicator)]
        public = head[head["status"].eq("published")]
        pool = heads[code]
        entities = pool.entities
        kept = (
            entities["year"].eq(publication.year)
            & entities["level"].eq("organisation")
            & _has_base(pool, indicator)
        )
        if kept.any():
            given = pool.where(kept)
            codes = given.entities["code"].to_numpy(dtype=object)
            gaps = public[public["statistic"].eq(indicator.gap) & public["level"].eq("organisation")]
            figures = gaps_of(given, indicator, publication.statistics)
            shown = np.isin(codes, gaps["code"]) & np.isfinite(figures.value)
            totals = _totals(public[public["statistic"].eq(indicator.gap)], organisations)
            yield code, indicator.gap, Organisations(codes, figures, shown), totals, indicator.adverse_sign
        share = public["statistic"].eq("percentage") & public["ethnicity"].eq(EVERYBODY)
        told = public[share & public["level"].eq("organisation") & public["denominator"].gt(0)]
        if len(told):
            n = told["denominator"].to_numpy(float)
            shares = Shares(told["value"].to_numpy(float) / 100 * n, n)
            everyone = np.ones(len(told), dtype=bool)
            yield (
                code,
                "percentage",
                Organisations(told["code"].to_numpy(dtype=object), shares, everyone),
                [],
                indicator.adverse_sign,
            )


def _at_headline(rows: pd.DataFrame, code: str, indicator: Indicator) -> pd.Series:
    place = {"indicator": code, **indicator.headline.model_dump()}
    return rows[list(place)].astype("str").eq(list(place.values())).all(axis=1)


def _has_base(pool: Pool, indicator: Indicator) -> pd.Series:
    """Whether there is anybody to be compared with anybody."""
    if indicator.denominator == "group":
        return pool.entities[["white_n", "bme_n"]].gt(0).all(axis=1)
    return pd.Series((people(pool.entities) > 0) & (people(pool.entities, part="n") > 0), pool.entities.index)


def _staff(everybody: Pool, year: int) -> pd.Series:
    """Headcount of every organisation in the publication's year."""
    entities = everybody.entities
    workforce = {"indicator": "1", "staff_group": "all", "category": "", "level": "organisation"}
    own = entities["year"].eq(year) & entities[list(workforce)].astype("str").eq(
        list(workforce.values())
    ).all(axis=1)
    return pd.Series(people(entities[own]), index=entities.loc[own, "code"].astype("str").to_numpy())


def _totals(public: pd.DataFrame, organisations: pd.DataFrame) -> list[pd.Index]:
    """The organisations in each sum that is published."""
    members = memberships(organisations).set_index(SUMS)["organisation_code"]
    sums = pd.MultiIndex.from_frame(public.loc[public["level"].ne("organisation"), SUMS]).unique()
    return [pd.Index(codes) for _, codes in members[members.index.isin(sums)].groupby(level=SUMS)]


def _trends(
    pool: Pool,
    protected: pd.DataFrame,
    code: str,
    indicator: Indicator,
    types: pd.Series,
    publication: Publication,
) -> pd.DataFrame:
    own = protected[protected["indicator"].eq(code) & protected["statistic"].eq(indicator.gap)]
    told = own[_at_headline(own, code, indicator) & own["status"].isin(["published", "insufficient"])]
    public = pd.MultiIndex.from_frame(told[["year", *SUMS]])
    rows = trend_rows(pool, public, indicator, types, publication.year, publication.statistics)
    return rows.assign(indicator=code)


def _labelled(
    tables: tuple[pd.DataFrame, pd.DataFrame], year: int, code: str, statistic: str
) -> tuple[pd.DataFrame, pd.DataFrame]:
    groups, members = (table.assign(year=year, indicator=code, statistic=statistic) for table in tables)
    return groups, members


def _stacked(name: str, tables: list[pd.DataFrame]) -> pd.DataFrame:
    return conform(name, pd.concat(tables, ignore_index=True) if tables else pd.DataFrame())
