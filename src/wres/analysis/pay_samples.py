"""Staff of one ethnic group with their pay, and the same staff resampled.

Of a single organisation people are drawn again, within each ethnic group, as many as there are; of several
organisations whole organisations are drawn, because people of one organisation are alike. The gap of two such
samples, with its interval, belongs here; which gaps are published, in :mod:`wres.analysis.pay_gap`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from wres.statistics import bootstrap
from wres.statistics.decomposition import Decomposition, decompose

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Words = npt.NDArray[np.object_]
Integers = npt.NDArray[np.int64]

FEWEST_RESAMPLED = 30  # in each group: below it resamples are too coarse
AT_A_TIME = 250
PLACES = 10  # of decimals: what is left of rounding is no gap
BCA = "BCa bootstrap interval, people resampled within each ethnic group"
WELCH = "t interval of the log ratio of means (Welch)"
PERCENTILE = "percentile bootstrap interval, people resampled within each ethnic group"
CLUSTERED = "bootstrap of organisations, t(K-1) interval of the log ratio"
CLUSTERED_POINTS = "bootstrap of organisations, t(K-1) interval"
WELCH_TEST = "Welch test of the log ratio of means"
CLUSTERED_TEST = "t(K-1) test on the same standard error"


class Figure(NamedTuple):
    """A gap in per cent of white pay, its limits, p-value, and how they were made."""

    value: float
    lower: float = np.nan
    upper: float = np.nan
    p_value: float = np.nan
    method: str = ""
    test: str = ""


@dataclass(frozen=True)
class Grid:
    """The staff of one entity on a grid of organisations, places and amounts, and which organisations are drawn.

    Attributes
    ----------
    groups, categories
        Staff group, and band or grade, of each place.
    amounts
        Every amount that is paid, in rising order.
    organisations
        How many there are.
    cell, people
        For each row of the staff its position on the grid, and how many people it is.
    drawn
        How often each organisation is drawn, a row a resample; empty for a single one.
    rng
        Seeded random numbers.
    """

    groups: Words
    categories: Words
    amounts: Floats
    organisations: int
    cell: Integers
    people: Floats
    drawn: Floats
    rng: np.random.Generator

    @classmethod
    def of(cls, staff: pd.DataFrame, seed: list[int]) -> Grid:
        """The grid of staff whose ``organisation`` is numbered from 0."""
        names = list(zip(staff["staff_group"], staff["category"], strict=True))
        places = sorted(set(names))
        number = {name: position for position, name in enumerate(places)}
        place = np.array([number[name] for name in names], dtype=np.int64)
        amounts, amount = np.unique(staff["amount"].to_numpy(float), return_inverse=True)
        organisation = staff["organisation"].to_numpy(np.int64)
        size = int(organisation.max()) + 1
        cell = np.ravel_multi_index((organisation, place, amount), (size, len(places), len(amounts)))
        rng = np.random.default_rng(seed)
        drawn = bootstrap.resampled(np.ones(size), rng) if size > 1 else np.empty((0, 1))
        groups, categories = (np.array([name[part] for name in places], dtype=object) for part in (0, 1))
        return cls(groups, categories, amounts, size, cell, staff["count"].to_numpy(float), drawn, rng)

    def sample(self, rows: Bools) -> Sample:
        """The people in some rows of the staff; those of one place who are paid the same are one element."""
        cells, element = np.unique(self.cell[rows], return_inverse=True)
        people = np.bincount(element, self.people[rows], len(cells)).astype(float)
        shape = (self.organisations, len(self.groups), len(self.amounts))
        organisation, place, amount = np.unravel_index(cells, shape)
        return Sample(self, organisation, place, amount, people)


@dataclass(frozen=True)
class Sample:
    """Some of an entity's staff: one element for each organisation, place and amount, in this order.

    Attributes
    ----------
    grid
        What the samples of the entity share.
    organisation, place, amount
        Positions in the grid.
    people
        How many people each element is.
    whole, inside
        The sample that this one is the part of, and which places are: both are resampled as one.
    """

    grid: Grid
    organisation: Integers
    place: Integers
    amount: Integers
    people: Floats
    whole: Sample | None = None
    inside: Bools | None = None

    @cached_property
    def values(self) -> Floats:
        """Pounds of each element."""
        return np.asarray(self.grid.amounts[self.amount])

    @cached_property
    def size(self) -> int:
        """How many people there are."""
        return int(self.people.sum())

    @cached_property
    def totals(self) -> tuple[Floats, Floats]:
        """People and the sum of their pay, by organisation and place."""
        at, shape = (self.organisation, self.place), (self.grid.organisations, len(self.grid.groups))
        return _summed(self.people, at, shape), _summed(self.people * self.values, at, shape)

    @cached_property
    def resampled(self) -> tuple[Floats, Floats]:
        """People and the sum of their pay, by place and resample."""
        if self.grid.organisations > 1:
            people, sums = self.totals
            return people.T @ self.grid.drawn.T, sums.T @ self.grid.drawn.T
        draws = bootstrap.resampled(self.people, self.grid.rng)
        places, first = np.unique(self.place, return_index=True)
        tables = np.zeros((2, len(self.grid.groups), len(draws)))
        tables[0][places] = np.add.reduceat(draws, first, axis=1).T
        draws *= self.values
        tables[1][places] = np.add.reduceat(draws, first, axis=1).T
        return tables[0], tables[1]

    @cached_property
    def resampled_means(self) -> Floats:
        """Mean pay of each resample; NaN where it holds nobody."""
        inside = slice(None) if self.inside is None else self.inside
        people, sums = (table[inside].sum(axis=0) for table in (self.whole or self).resampled)
        return np.asarray(np.divide(sums, people, out=np.full(len(people), np.nan), where=people > 0))

    @cached_property
    def by_amount(self) -> tuple[Floats, Floats]:
        """Amounts that any of the people are paid, and people by organisation and amount."""
        paid, amount = np.unique(self.amount, return_inverse=True)
        shape = self.grid.organisations, len(paid)
        return self.grid.amounts[paid], _summed(self.people, (self.organisation, amount), shape)

    @cached_property
    def median(self) -> float:
        """The pay that half of the people are paid less than."""
        amounts, people = self.by_amount
        return float(bootstrap.median(amounts, people.sum(axis=0)))

    @property
    def medians_of_people(self) -> Floats:
        """Medians of people resampled, whatever their organisation."""
        amounts, people = self.by_amount
        return bootstrap.resampled_medians(amounts, people.sum(axis=0), self.grid.rng)

    @cached_property
    def medians_of_organisations(self) -> Floats:
        """Medians of organisations resampled."""
        amounts, people = self.by_amount
        parts = range(0, len(self.grid.drawn), AT_A_TIME)
        drawn = (self.grid.drawn[first : first + AT_A_TIME] @ people for first in parts)
        return np.concatenate([bootstrap.median(amounts, counts) for counts in drawn])

    def within(self, places: Bools) -> Sample:
        """The people in some of the places."""
        here = places[self.place]
        return Sample(
            self.grid,
            self.organisation[here],
            self.place[here],
            self.amount[here],
            self.people[here],
            self,
            places,
        )


def mean_gap(white: Sample, other: Sample, confidence: float, *, resample: bool = True) -> Figure:
    """Gap of mean pay between white staff and others, ten of each at least.

    Parameters
    ----------
    white, other
        Samples of one grid.
    confidence
        Confidence level.
    resample
        Whether people of a single organisation are resampled; if not, the interval is Welch's.

    Returns
    -------
    Figure
        Positive where white staff are paid more.
    """
    welch = bootstrap.mean_ratio(other.values, other.people, white.values, white.people, confidence)
    value = _gap(welch.estimate)
    resample &= min(white.size, other.size) >= FEWEST_RESAMPLED and white.grid.organisations == 1
    here = _organisations(white, other)
    if here > 1 and welch.error > 0:
        logs = np.log(other.resampled_means) - np.log(white.resampled_means)
        found = bootstrap.clustered_limits(welch.estimate, _known(logs), here, welch.error, confidence)
        limits = _gap(found.upper), _gap(found.lower)
        return Figure(value, limits[0], limits[1], found.p_value, CLUSTERED, CLUSTERED_TEST)
    if not resample or welch.error == 0:
        return Figure(value, _gap(welch.upper), _gap(welch.lower), welch.p_value, WELCH, WELCH_TEST)
    gaps = 100 * (1 - other.resampled_means / white.resampled_means)
    left_out = [
        (100 * (1 - _mean(other) / _without_one(white)), white.people),
        (100 * (1 - _without_one(other) / _mean(white)), other.people),
    ]
    bca = bootstrap.bca_limits(value, gaps, bootstrap.acceleration(left_out), confidence)
    return Figure(value, bca.lower, bca.upper, welch.p_value, BCA, WELCH_TEST)


def median_gap(white: Sample, other: Sample, confidence: float) -> Figure:
    """Gap of median pay, thirty of each at least; never tested, because pay points make its law coarse."""
    log = np.log(other.median) - np.log(white.median)
    of_people = np.log(other.medians_of_people) - np.log(white.medians_of_people)
    here = _organisations(white, other)
    if here == 1:
        limits = bootstrap.percentile_limits(of_people, confidence)
        return Figure(_gap(log), _gap(limits.upper), _gap(limits.lower), method=PERCENTILE)
    logs = np.log(other.medians_of_organisations) - np.log(white.medians_of_organisations)
    least = float(np.std(of_people, ddof=1))
    found = bootstrap.clustered_limits(log, _known(logs), here, least, confidence)
    return Figure(_gap(log), _gap(found.upper), _gap(found.lower), method=CLUSTERED)


def gap_between_and_within(white: Sample, other: Sample, confidence: float) -> Iterator[tuple[str, Figure]]:
    """The parts of the gap of means that lie between and within bands, staff groups and grades."""
    found = composition(white, other)
    drawn = decompose(*(table.T for sample in (white, other) for table in sample.resampled))
    for part in ("between", "within"):
        value, resamples = float(getattr(found, part)), getattr(drawn, part)
        if white.grid.organisations == 1:
            yield (
                part,
                Figure(value, *bootstrap.percentile_limits(resamples, confidence), method=PERCENTILE),
            )
        else:
            limits = bootstrap.clustered_limits(value, resamples, white.grid.organisations, 0.0, confidence)
            yield part, Figure(value, limits.lower, limits.upper, method=CLUSTERED_POINTS)


def composition(white: Sample, other: Sample) -> Decomposition:
    """The gap of means and its parts, from people and sums by place."""
    return decompose(*(table.sum(axis=0) for sample in (white, other) for table in sample.totals))


def _gap(log_ratio: float) -> float:
    return round(float(100 * (1 - np.exp(log_ratio))), PLACES)


def _organisations(white: Sample, other: Sample) -> int:
    """In how many organisations any of them work."""
    return int(np.count_nonzero(np.bincount(np.concatenate([white.organisation, other.organisation]))))


def _known(figures: Floats) -> Floats:
    """Without resamples in which one of the groups has nobody."""
    return figures[np.isfinite(figures)]


def _mean(sample: Sample) -> float:
    return float(np.average(sample.values, weights=sample.people))


def _without_one(sample: Sample) -> Floats:
    """The mean without one person of each element."""
    return (_mean(sample) * sample.size - sample.values) / (sample.size - 1)


def _summed(weights: Floats, at: tuple[Integers, ...], shape: tuple[int, int]) -> Floats:
    flat = np.ravel_multi_index(at, shape)
    return np.bincount(flat, weights, shape[0] * shape[1]).astype(float).reshape(shape)
