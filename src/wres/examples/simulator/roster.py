"""Who is in the synthetic England: names, codes, types, regions, openings, mergers and silences.

Names and codes are made so that nobody can take them for real ones. How many staff an organisation has and
how they fare does not belong here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import chain, count, cycle, islice
from typing import Literal, TypeVar

import pandas as pd

CODE_PREFIX = "SYN"
MOST_ORGANISATIONS = 2_600

PLACES = (
    *("Example", "Sample", "Fiction", "Specimen", "Fable"),
    *("Pretend", "Imaginary", "Invented", "Notional", "Mythical"),
)
LANDS = ("Valley", "Coast", "Forest", "Moor", "Heath", "Bridge", "Hills", "Bay", "Fen", "Haven")
COUNTIES = ("Counties", "Shires", "Borders", "Lakes", "Marches", "Levels", "Uplands", "Isles")
QUALIFIERS = (
    *("", "North ", "East ", "South ", "West ", "Upper ", "Lower ", "Great ", "Little ", "Old "),
    *("New ", "Mid ", "Inner ", "Outer ", "Far ", "Near ", "High ", "Low ", "Long ", "Broad "),
    *("Deep ", "Fair ", "Dry ", "Cold ", "Still ", "Wide "),
)

NAMES = {
    "acute": ("{} Hospitals NHS Foundation Trust", "{} University Hospitals NHS Trust", "{} NHS Trust"),
    "acute_specialist": (
        "{} Children's Hospital NHS Foundation Trust",
        "{} Orthopaedic Hospital NHS Foundation Trust",
        "{} Cancer Centre NHS Foundation Trust",
    ),
    "ambulance": ("{} Ambulance Service NHS Trust",),
    "community": ("{} Community Health NHS Trust", "{} Community Healthcare NHS Foundation Trust"),
    "mental_health": ("{} Partnership NHS Foundation Trust", "{} Mental Health NHS Foundation Trust"),
    "icb": ("NHS {} Integrated Care Board",),
    "ccg": ("NHS {} Clinical Commissioning Group",),
    "alb": ("{} Special Health Authority",),
    "other": ("{} Care Community Interest Company",),
}

# The 42 integrated care boards: one a region first, then the rest of London's 5, the South West's 7 and so on.
ICB_REGIONS = (
    *("Y60", "Y56", "Y63", "Y59", "Y58", "Y61", "Y62"),
    *("Y56",) * 4,
    *("Y58",) * 6,
    *("Y59",) * 5,
    *("Y60",) * 10,
    *("Y61",) * 5,
    *("Y62",) * 2,
    *("Y63",) * 3,
)

# A merger stands for three acute trusts. With the first 24 this makes the 260 of England.
FURTHER_TYPES = {
    "acute": 99,
    "mental_health": 46,
    "icb": 39,
    "acute_specialist": 15,
    "community": 14,
    "ambulance": 9,
    "merger": 4,
    "alb": 2,
}
FURTHER_REGIONS = {"Y56": 5, "Y60": 5, "Y63": 5, "Y62": 4, "Y59": 4, "Y58": 3, "Y61": 3}


Silence = Literal["", "last year", "always"]
Word = TypeVar("Word", bound=str)


@dataclass(frozen=True)
class Organisation:
    """One fictitious organisation.

    Attributes
    ----------
    type, region
        As in ``definitions.yml``; an integrated care board's region follows from its number.
    staff
        At its first return; 0 where that is left to chance.
    opened, closed
        Dates, as in 2020-03-31; ``closed`` is blank for those that still exist.
    joins
        How many places further down the roster its successor stands, 0 for those that have none.
    silent
        Whether it sent nothing in the last year, or never sent anything.
    number, icb
        Its place in the roster and the number of its integrated care board, both from 1; 0 for none.
    """

    type: str
    region: str = ""
    staff: int = 0
    opened: str = "2001-04-01"
    closed: str = ""
    joins: int = 0
    silent: Silence = ""
    number: int = 0
    icb: int = 0

    @property
    def code(self) -> str:
        """Fictitious organisation code."""
        return icb_code(self.icb) if self.type == "icb" else f"{CODE_PREFIX}{self.number:03d}"

    @property
    def name(self) -> str:
        """Fictitious name, in the form that is usual for its type."""
        if self.type == "icb":
            return icb_name(self.icb)
        names = NAMES[self.type]
        return names[self.number % len(names)].format(_place(self.number, LANDS))

    @property
    def merged_number(self) -> int:
        """Number of the organisation that it becomes part of, or its own."""
        return self.number + self.joins

    def existed(self, day: str) -> bool:
        """Whether it was open on a day, as in 2025-03-31."""
        return self.opened <= day and (not self.closed or day <= self.closed)


def _merger(region: str, year: int) -> tuple[Organisation, Organisation, Organisation]:
    """Two acute trusts and the one that they became on 1 April."""
    closed = f"{year}-03-31"
    return (
        Organisation("acute", region, 4_000, closed=closed, joins=2),
        Organisation("acute", region, 3_000, closed=closed, joins=1),
        Organisation("acute", region, opened=f"{year}-04-01"),
    )


FIRST_24 = (
    Organisation("acute", "Y56", 19_000),
    Organisation("acute", "Y63", 7_500),
    Organisation("ccg", "Y60", 80, opened="2013-04-01", closed="2022-06-30", joins=1),
    Organisation("icb"),
    Organisation("ambulance", "Y58", 4_000),
    Organisation("mental_health", "Y62", 4_500),
    *_merger("Y59", 2020),
    Organisation("community", "Y61"),
    Organisation("acute_specialist", "Y56"),
    Organisation("acute", "Y60", 9_500),
    Organisation("acute", "Y62", silent="last year"),
    Organisation("mental_health", "Y60", silent="always"),
    Organisation("community", "Y58", opened="2021-04-01"),
    Organisation("alb", "Y56", 1_500),
    Organisation("mental_health", "Y56"),
    Organisation("acute", "Y61"),
    Organisation("icb", staff=450),
    Organisation("acute", "Y58"),
    Organisation("other", "Y59"),
    Organisation("acute_specialist", "Y62"),
    Organisation("mental_health", "Y63"),
    Organisation("icb", staff=120),
)


def roster(organisations: int) -> list[Organisation]:
    """The first so many organisations; each is the same however many are asked for."""
    return list(islice(_numbered(), organisations))


def organisations_table(members: list[Organisation]) -> pd.DataFrame:
    """The tidy table of organisations; a successor that is not among the members is left blank."""
    codes = {member.number: member.code for member in members}
    rows = [
        {
            "organisation_code": member.code,
            "organisation": member.name,
            "type": member.type,
            "region": member.region,
            "icb_code": icb_code(member.icb) if member.icb else "",
            "icb": icb_name(member.icb) if member.icb else "",
            "opened": member.opened,
            "closed": member.closed,
            "successor": codes.get(member.merged_number, "") if member.joins else "",
        }
        for member in members
    ]
    return pd.DataFrame(rows)


def icb_code(icb: int) -> str:
    """Fictitious code of the integrated care board of that number."""
    return f"{CODE_PREFIX}I{icb:02d}"


def icb_name(icb: int) -> str:
    """Fictitious name of the integrated care board of that number."""
    return NAMES["icb"][0].format(_place(icb, COUNTIES))


def _numbered() -> Iterator[Organisation]:
    icbs = count(1)
    for number, member in enumerate(chain(FIRST_24, _further()), start=1):
        if member.type == "icb":
            icb = next(icbs)
            region = ICB_REGIONS[(icb - 1) % len(ICB_REGIONS)]
            yield replace(member, number=number, icb=icb, region=region, opened="2022-07-01")
        else:
            yield replace(member, number=number, icb=_icb_of(number + member.joins, member))


def _further() -> Iterator[Organisation]:
    """Organisations without end, in the proportions of England."""
    regions = cycle(_evenly(FURTHER_REGIONS))
    merger_years = cycle((2018, 2019, 2021, 2023))
    silences: Iterator[Silence] = cycle(_evenly({"": 42, "last year": 2, "always": 1}))
    for kind in cycle(_evenly(FURTHER_TYPES)):
        region = next(regions)
        if kind == "merger":
            yield from _merger(region, next(merger_years))
        else:
            yield Organisation(kind, region, silent=next(silences))


def _evenly(shares: dict[Word, int]) -> list[Word]:
    """Each word as often as it is given, spread evenly over the list."""
    spread = [((k + 0.5) / often, word) for word, often in shares.items() for k in range(often)]
    return [word for _, word in sorted(spread, key=lambda at: at[0])]


def _icb_of(number: int, member: Organisation) -> int:
    """The region's first board for the first organisations, and any of its boards for later ones."""
    if member.type == "alb":
        return 0
    boards = [icb for icb, region in enumerate(ICB_REGIONS, start=1) if region == member.region]
    return boards[0] if number <= len(FIRST_24) else boards[number % len(boards)]


def _place(number: int, lands: tuple[str, ...]) -> str:
    """An invented place, numbered from 1: 2,600 of them with ten lands."""
    block, first = divmod(number - 1, len(PLACES))
    qualifier, shift = divmod(block, len(lands))
    return f"{QUALIFIERS[qualifier]}{PLACES[first]} {lands[(first + shift) % len(lands)]}"
