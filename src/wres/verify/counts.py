"""From the rows of the returns to the counts of every organisation, area and the nation, in plain Python.

Sums are made here a second time, without :mod:`wres.analysis`. What is computed from the counts belongs in
:mod:`wres.verify.figures`.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import NamedTuple

from wres.collect import Collection
from wres.definitions import NATION, definitions

GROUPS = ("white", "bme", "unknown")
Number = float | None


class Place(NamedTuple):
    """What a count is about."""

    year: int
    code: str
    indicator: str
    staff_group: str
    category: str


class Groups(NamedTuple):
    """A count of white people, of BME people and of people of unknown ethnicity; None was not submitted."""

    white: Number
    bme: Number
    unknown: Number


class Pair(NamedTuple):
    """People counted, and people who could have been."""

    counted: Groups
    base: Groups


Counts = dict[Place, Pair]


@dataclass(frozen=True)
class Entity:
    """An organisation, ICB, region, type or nation at one place, with the organisations that it is summed from."""

    level: str
    place: Place
    parts: tuple[Pair, ...]

    @property
    def whole(self) -> Pair:
        """Everything together; a group that no part submitted is None."""
        return Pair(
            *(Groups(*map(_sum, zip(*groups, strict=True))) for groups in zip(*self.parts, strict=True))
        )


def everybody(groups: Groups, among: Iterable[str] = GROUPS) -> float:
    """People of some groups together; a group that was not submitted is nobody."""
    return sum(getattr(groups, name) or 0.0 for name in among)


def counts_of(collection: Collection, first_year: int, last_year: int) -> Counts:
    """People counted and people who could have been, of every organisation that returned both.

    Parameters
    ----------
    collection
        Validated collection; what it withholds is left out.
    first_year, last_year
        Years of the publication.
    """
    known = definitions()
    withheld = set(collection.withheld.itertuples(index=False, name=None))
    measures = _measures(collection, withheld)
    headcount = _headcount(measures["headcount"])
    found: Counts = {}
    for code, indicator in known.indicators.items():
        counted, base = indicator.measures.count, indicator.measures.base
        own = {place: groups for place, groups in measures[counted].items() if place.indicator == code}
        if indicator.kind == "representation":
            own = headcount
        elif indicator.kind == "board":
            own = _board(own)
        for place, groups in own.items():
            if indicator.denominator == "all":
                beside = headcount.get(Place(place.year, place.code, "1", "all", ""))
            elif base == "headcount":
                beside = headcount.get(place._replace(indicator="1"))
            else:
                beside = measures[str(base)].get(place)
            if _told(groups) and first_year <= place.year <= last_year:
                found[place] = Pair(groups, beside if beside and _told(beside) else Groups(None, None, None))
    return found


def _told(groups: Groups) -> bool:
    """Whether white and BME people were both submitted: the ones would be taken for all."""
    return groups.white is not None and groups.bme is not None


def rounded(counts: Counts, to: int) -> Counts:
    """Every count to the nearest multiple, halves upwards: what is published where counts are rounded."""

    def near(groups: Groups) -> Groups:
        return Groups(*(None if number is None else math.floor(number / to + 0.5) * to for number in groups))

    return {place: Pair(near(pair.counted), near(pair.base)) for place, pair in counts.items()}


def entities_of(counts: Counts, collection: Collection) -> list[Entity]:
    """Every organisation and every level above it, at every place."""
    known = definitions()
    of_groups = {code for code, i in known.indicators.items() if i.denominator == "group"}
    based = {
        place: pair
        for place, pair in counts.items()
        if place.indicator not in of_groups or ((pair.base.white or 0) > 0 and (pair.base.bme or 0) > 0)
    }
    aggregates = {NATION, *known.regions}
    given = {place: pair for place, pair in based.items() if place.code in aggregates}
    own = {place: pair for place, pair in based.items() if place.code not in aggregates}
    parts: dict[tuple[str, Place], list[Pair]] = defaultdict(list)
    for place, pair in [*own.items(), *_carried_back(own, collection).items()]:
        parts["organisation", place].append(pair)
    above: dict[tuple[str, Place], list[Pair]] = defaultdict(list)
    members = _memberships(collection)
    for place, pair in own.items():
        levels = members.get(place.code, []) if _told(pair.base) else []
        for level, code in levels:
            if not (level == "icb" and place.category in known.bands):
                above[level, place._replace(code=code)].append(pair)
    published = {("national" if p.code == NATION else "region", p): [pair] for p, pair in given.items()}
    parts |= {key: pairs for key, pairs in above.items() if len(pairs) > 1} | published
    return [Entity(level, place, tuple(pairs)) for (level, place), pairs in parts.items()]


def _measures(collection: Collection, withheld: set[tuple[str, int, str]]) -> dict[str, dict[Place, Groups]]:
    """Each measure's counts by ethnic group: as given, else added up from the detailed categories."""
    broad: dict[tuple[str, Place, str], float] = {}
    detailed: dict[tuple[str, Place, str], float] = defaultdict(float)
    group_of = definitions().ethnic_group
    for row in collection.returns.to_dict("records"):
        if (row["organisation_code"], row["year"], row["indicator"]) in withheld:
            continue
        about = (row[name] for name in ("organisation_code", "indicator", "staff_group", "category"))
        place, count = Place(int(row["year"]), *about), float(row["count"])
        if row["ethnicity"] in GROUPS:
            broad[row["measure"], place, row["ethnicity"]] = count
        else:
            detailed[row["measure"], place, group_of(row["ethnicity"])] += count
    measures: dict[str, dict[Place, Groups]] = defaultdict(dict)
    for (measure, place, group), count in [*detailed.items(), *broad.items()]:
        before = measures[measure].get(place, Groups(None, None, None))
        measures[measure][place] = before._replace(**{group: count})
    return measures


def _sum(numbers: Iterable[Number]) -> Number:
    known = [number for number in numbers if number is not None]
    return sum(known) if known else None


def _total(parts: Iterable[tuple[Place, Groups]], move: Callable[[Place], Place]) -> dict[Place, Groups]:
    """Parts added up at the place that each moves to; white or BME people missing in one part are missing."""
    gathered: dict[Place, list[Groups]] = defaultdict(list)
    for place, groups in parts:
        gathered[move(place)].append(groups)
    summed = {}
    for place, several in gathered.items():
        white, bme, unknown = (list(column) for column in zip(*several, strict=True))
        summed[place] = Groups(
            None if None in white else _sum(white), None if None in bme else _sum(bme), _sum(unknown)
        )
    return summed


def _headcount(given: dict[Place, Groups]) -> dict[Place, Groups]:
    """Headcounts with the totals that were not given: of staff groups, of all staff, across them, of runs of bands."""
    known = definitions()
    banded = [
        (place, groups)
        for place, groups in given.items()
        if place.staff_group != "all" and place.category and place.category not in known.clusters
    ]
    totals = _total(banded, lambda place: place._replace(category=""))
    totals |= {place: groups for place, groups in given.items() if not place.category}
    of_groups = [(place, groups) for place, groups in totals.items() if place.staff_group != "all"]
    overall = _total(of_groups, lambda place: place._replace(staff_group="all"))
    in_bands = [(place, groups) for place, groups in banded if place.category in known.bands]
    across = _total(in_bands, lambda place: place._replace(staff_group="all"))
    single = across | overall | totals | given
    runs: dict[Place, Groups] = {}
    for code, cluster in known.clusters.items():
        inside = [(place, groups) for place, groups in single.items() if place.category in cluster.bands]
        runs |= _total(inside, lambda place, code=code: place._replace(category=code))  # type: ignore[misc]
    return runs | single


def _board(given: dict[Place, Groups]) -> dict[Place, Groups]:
    """The board, and its parts, added up from the four roles where they were not given."""
    known = definitions()
    roles = [(place, groups) for place, groups in given.items() if place.category in known.board_roles]
    summed = _total(roles, lambda place: place._replace(category=""))
    for code, group in known.board_groups.items():
        inside = [(place, groups) for place, groups in roles if place.category in group.roles]
        summed |= _total(inside, lambda place, code=code: place._replace(category=code))  # type: ignore[misc]
    return summed | given


def successors(collection: Collection) -> dict[str, str]:
    """The last organisation in each line of successors."""
    table = collection.organisations
    followed = dict(zip(table["organisation_code"], table["successor"], strict=True))
    last = {}
    for code in followed:
        at = code
        while followed.get(followed[at]) is not None and followed[at] != code:
            at = followed[at]
        if at != code:
            last[code] = at
    return last


def _carried_back(own: Counts, collection: Collection) -> Counts:
    """Years before a merger: the predecessors' counts added up under the successor's code."""
    last = successors(collection)
    opened = dict(
        zip(collection.organisations["organisation_code"], collection.organisations["opened"], strict=True)
    )
    returned = {(place.year, place.code) for place in own}
    gathered: dict[Place, list[Pair]] = defaultdict(list)
    for place, pair in own.items():
        after = last.get(place.code)
        if after is None or (place.year, after) in returned or not _told(pair.base):
            continue
        if not opened[after] or opened[after] > f"{place.year}-03-31":
            gathered[place._replace(code=after)].append(pair)
    return {place: Entity("", place, tuple(pairs)).whole for place, pairs in gathered.items()}


def _memberships(collection: Collection) -> dict[str, list[tuple[str, str]]]:
    """The levels above each organisation: areas and the nation are of NHS trusts, types are of all."""
    trust_types = definitions().trust_types
    above: dict[str, list[tuple[str, str]]] = {}
    for row in collection.organisations.to_dict("records"):
        levels = [("type", row["type"])]
        if row["type"] in trust_types:
            levels += [("icb", row["icb_code"]), ("region", row["region"]), ("national", NATION)]
        above[row["organisation_code"]] = [(level, code) for level, code in levels if code]
    return above
