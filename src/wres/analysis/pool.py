"""Counts of every organisation and every level above, ready to be estimated from.

An *entity* is one organisation, ICB, region, type or nation in one year for one indicator, staff group and
category. It keeps its summed counts and those of each organisation in it, because the uncertainty of a
regional or national figure comes from how its organisations differ.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple, TypeVar

import numpy as np
import numpy.typing as npt
import pandas as pd

from wres.analysis.counts import CELLS, carried_back, memberships, with_base
from wres.analysis.texts import Texts, stacked, stacked_texts
from wres.definitions import NATION, definitions

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
PLACE = ["year", "level", "code", "name", "indicator", "staff_group", "category"]
KEY = [name for name in PLACE if name != "name"]
LEVELS_WITHOUT_BANDS = ("icb",)


class Estimate(NamedTuple):
    """Estimates of one statistic, an element an entity."""

    value: Floats
    lower: Floats
    upper: Floats
    p_value: Floats
    sparse: Bools
    cannot_be_significant: Bools
    method: Texts
    test: Texts
    note: Texts


class Interval(NamedTuple):
    """Percentages with their limits, an element an entity."""

    value: Floats
    lower: Floats
    upper: Floats
    method: Texts


Found = TypeVar("Found", Estimate, Interval)


@dataclass(frozen=True)
class Pool:
    """Entities with their counts.

    Attributes
    ----------
    entities
        One row an entity: ``PLACE`` and the summed ``CELLS``.
    parts
        One row an organisation within an entity: ``CELLS``.
    entity
        For each part, the position of its entity.
    """

    entities: pd.DataFrame
    parts: pd.DataFrame
    entity: npt.NDArray[np.int64]

    @cached_property
    def sizes(self) -> npt.NDArray[np.int64]:
        """Number of organisations in each entity."""
        return np.bincount(self.entity, minlength=len(self.entities)).astype(np.int64)

    @cached_property
    def single(self) -> Pool:
        """The entities of one organisation."""
        return self.where(self.sizes == 1)

    @cached_property
    def several(self) -> Pool:
        """The entities of several organisations."""
        return self.where(self.sizes != 1)

    def where(self, mask: pd.Series | npt.NDArray[np.bool_]) -> Pool:
        """Keep the entities that the mask marks."""
        kept = np.asarray(mask, dtype=bool)
        if kept.all():
            return self
        position = np.cumsum(kept) - 1
        of_kept = kept[self.entity]
        return Pool(
            self.entities[kept].reset_index(drop=True),
            self.parts[of_kept].reset_index(drop=True),
            position[self.entity[of_kept]],
        )

    def estimate(self, single: Callable[[Pool], Found], pooled: Callable[[Pool], Found]) -> Found:
        """Estimate entities of one organisation by one method and entities of several by another.

        Both give a named tuple of arrays, an element an entity.
        """
        alone = self.sizes == 1
        if alone.all() or not alone.any():
            return single(self) if alone.all() else pooled(self)
        of_one, of_several = single(self.single), pooled(self.several)
        order = np.argsort(np.argsort(~alone, kind="stable"))
        return type(of_one)(
            *(_put_under(one, several)[order] for one, several in zip(of_one, of_several, strict=True))
        )


def _put_under(first: Any, second: Any) -> Any:
    if isinstance(first, pd.Categorical):
        return stacked_texts([first, second])
    return np.concatenate([first, second])


def together(pools: Sequence[Pool]) -> Pool:
    """The entities of several pools as one, to be estimated at once."""
    before = np.cumsum([0, *(len(each.entities) for each in pools[:-1])])
    return Pool(
        pd.concat([each.entities for each in pools], ignore_index=True),
        pd.concat([each.parts for each in pools], ignore_index=True),
        np.concatenate([each.entity + offset for each, offset in zip(pools, before, strict=True)]),
    )


def pool(counts: pd.DataFrame, organisations: pd.DataFrame) -> Pool:
    """Lift a count table to every level.

    Parameters
    ----------
    counts
        Count table of :mod:`wres.analysis.counts`. Rows of published aggregates (``ENG`` or a region code)
        stay as given at their level and are not summed with organisations. A level above needs two at
        least, and single bands are not summed for integrated care systems.
    organisations
        The organisations table. A merged organisation has the years before its merger too, summed from its
        predecessors; levels above it are summed from the organisations of the time.
    """
    regions = {NATION: "England", **definitions().regions}
    aggregate = counts["organisation_code"].isin(regions)
    given = counts[aggregate]
    level = given["organisation_code"].map(lambda code: "national" if code == NATION else "region")
    published = given.assign(level=level.astype("str"), code=given["organisation_code"])
    of_organisations = counts[~aggregate]
    own = pd.concat([of_organisations, carried_back(of_organisations, organisations)], ignore_index=True)
    own = own.assign(level="organisation", code=own["organisation_code"])
    members = memberships(organisations)
    lifted = with_base(of_organisations).merge(
        members[["level", "code", "organisation_code"]].astype("category"), on="organisation_code"
    )
    too_fine = lifted["level"].isin(LEVELS_WITHOUT_BANDS) & lifted["category"].isin(definitions().bands)
    tables = (own, _without_published(lifted[~too_fine], published), published)
    words = dict.fromkeys(KEY[1:], "category")
    parts = stacked([table[[*KEY, *CELLS]].astype(words) for table in tables])
    entity = np.asarray(parts.groupby(KEY, sort=True, observed=True).ngroup(), dtype=np.int64)
    # A sum is of two organisations at least; of one alone it would only repeat that organisation.
    repeats = np.repeat([False, True, False], [len(table) for table in tables]) & (
        np.bincount(entity)[entity] == 1
    )
    parts = parts[~repeats].reset_index(drop=True)
    _, first, entity = np.unique(entity[~repeats], return_index=True, return_inverse=True)
    entities = parts.loc[first, KEY].reset_index(drop=True).assign(**_sums(parts, entity))
    names = _names(entities, organisations, members)
    as_published = entity[len(parts) - len(published) :]
    names[as_published] = entities["code"].iloc[as_published].map(regions)
    entities.insert(PLACE.index("name"), "name", pd.Series(names, dtype="category"))
    return Pool(entities, parts[list(CELLS)], entity)


def _sums(parts: pd.DataFrame, entity: npt.NDArray[np.int64]) -> dict[str, Floats]:
    """The cells of entities: the sums of what was submitted, missing where nothing was."""
    sums = {}
    for cell in CELLS:
        count = parts[cell].to_numpy(float)
        given = ~np.isnan(count)
        total = np.bincount(entity, np.where(given, count, 0))
        sums[cell] = np.where(np.bincount(entity, given) > 0, total, np.nan)
    return sums


def _without_published(lifted: pd.DataFrame, published: pd.DataFrame) -> pd.DataFrame:
    """A total that was published as such is reported as given, not summed again from organisations."""
    if published.empty:
        return lifted
    marked = lifted.merge(published[KEY].drop_duplicates(), on=KEY, how="left", indicator="kept")
    return marked[marked["kept"].eq("left_only")].drop(columns="kept")


def _names(
    entities: pd.DataFrame, organisations: pd.DataFrame, members: pd.DataFrame
) -> npt.NDArray[np.object_]:
    """The name of each entity."""
    own = organisations.assign(
        level="organisation", code=organisations["organisation_code"], name=organisations["organisation"]
    )
    known = pd.concat([own, members])[["level", "code", "name"]].drop_duplicates(["level", "code"])
    names = known.set_index(["level", "code"])["name"]
    wanted = pd.MultiIndex.from_frame(entities[["level", "code"]])
    return names.reindex(wanted).to_numpy(dtype=object, copy=True)
