"""How closely hidden counts can be worked out from everything that is shown: linear programming.

The counts of hidden cells are unknowns; that published sums add up, and that nobody is counted who could not have
been, are what a reader knows of them. For each unknown, the smallest and the largest value that fits is what can be
learned. Which cells are hidden is decided in :mod:`wres.disclosure.secondary`.

References
----------
Fischetti & Salazar (2001), Solving the cell suppression problem on tabular data with linear constraints,
*Management Science* 47(7), 1008-1027: the attacker's problem, and protection by a change that fits all sums.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import block_diag, coo_array, csr_array, eye_array, hstack, vstack
from scipy.sparse.csgraph import connected_components

from wres.disclosure.cells import BASES, COUNTED, surveys
from wres.params import DisclosureSettings

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
GROUPS = ("white", "bme")
CLOSE = 1e-6
MANY = 1e8
AT_ONCE = 3_000


class DoesNotAddUpError(Exception):
    """The figures contradict each other: no counts at all fit them."""


@dataclass(frozen=True)
class System:
    """The counts of all cells, an element a count, and what is known of them together.

    Attributes
    ----------
    cell, group
        The cell of each count, and its ethnic group's position in ``GROUPS``.
    base
        Whether it counts those who could have been counted.
    count
        The true counts; NaN where there is none.
    exists
        Whether there is such a count.
    need
        Of a small count, the largest that is small: 4 where counts below 5 are hidden. 0 of all others: nobody
        and many need no protection of their own, only to protect others.
    sums
        Each row adds up to 0: parts less their total.
    within
        Each row is at most 0: people counted less those who could have been.
    """

    cell: Ints
    group: Ints
    base: Bools
    count: Floats
    exists: Bools
    need: Floats
    sums: csr_array
    within: csr_array


def system_of(
    cells: pd.DataFrame, sums: pd.DataFrame, bases: pd.DataFrame, settings: DisclosureSettings
) -> System:
    """Put everything that adds up into one system.

    Parameters
    ----------
    cells, sums, bases
        As :mod:`wres.disclosure.cells` and :mod:`wres.disclosure.sums` give them. A sum that doesn't hold is left
        out, such as that of a total which was published as such.
    settings
        Thresholds.
    """
    size, total = len(cells), 4 * len(cells)
    count = cells[[*COUNTED, *BASES]].to_numpy(float).T.ravel()
    exists = ~np.isnan(count)
    aliases = np.arange(total).reshape(4, size)
    printed = bases[cells["level"].to_numpy()[bases["cell"]] == "organisation"]
    for group in range(2):  # the base of indicators 3 and 4 is the headcount itself, not a count of its own
        aliases[2 + group, printed["cell"]] = aliases[group, printed["base"]]
    number = aliases.ravel()
    member = np.concatenate([part * size + sums["cell"].to_numpy() for part in range(4)])
    row = np.concatenate([4 * sums["sum"].to_numpy() + part for part in range(4)])
    sign = np.tile(sums["sign"].to_numpy(float), 4)
    complete = np.bincount(row, weights=~exists[member]) == 0
    off = np.bincount(row, weights=np.nan_to_num(count[member]) * sign)
    holds = complete & (np.abs(off) < CLOSE)
    kept = holds[row] if len(row) else np.zeros(0, dtype=bool)
    position = np.cumsum(holds) - 1
    equal = coo_array(
        (sign[kept], (position[row[kept]], number[member[kept]])), shape=(int(holds.sum()), total)
    ).tocsr()
    few = cells["indicator"].isin(surveys()).to_numpy()
    largest = np.full((4, size), settings.threshold - 1.0)
    largest[2:] = np.where(few, settings.survey_threshold - 1, 0)  # how many were shortlisted tells of nobody
    need = largest.ravel()
    with np.errstate(invalid="ignore"):
        need[~((count > 0) & (count <= need))] = 0
    return System(
        cell=np.tile(np.arange(size), 4),
        group=np.repeat([0, 1, 0, 1], size),
        base=np.repeat([False, False, True, True], size),
        count=count,
        exists=exists & (number == np.arange(total)),
        need=need,
        sums=equal,
        within=_within(number, exists, size),
    )


def _within(number: Ints, exists: Bools, size: int) -> csr_array:
    counted = np.flatnonzero(exists[: 2 * size] & exists[2 * size :])
    rows = np.arange(len(counted))
    ones = np.ones(len(counted))
    places = (np.concatenate([rows, rows]), np.concatenate([counted, number[counted + 2 * size]]))
    return coo_array((np.concatenate([ones, -ones]), places), shape=(len(counted), 4 * size)).tocsr()


def intervals(system: System, hidden: Bools, *, exact: bool = True) -> pd.DataFrame:
    """What can be learned of every hidden count.

    Parameters
    ----------
    system
        Everything that adds up.
    hidden
        Whether each cell is hidden; the counts of all others are known.
    exact
        Make sure of each count that seems to be pinned down. Without it, ``pinned`` is a suspicion.

    Returns
    -------
    DataFrame
        One row a hidden count: ``position`` in the system, ``cell``, ``group``, ``base``, ``lower`` and
        ``upper``. Both values are possible, and where the count is ``pinned`` nothing beyond them is; elsewhere
        more may be, for it is solved only until it is clear that the count isn't pinned.

    Raises
    ------
    DoesNotAddUpError
        If nothing fits all figures.
    """
    unknown = np.flatnonzero(system.exists & hidden[system.cell])
    with ThreadPoolExecutor(os.cpu_count()) as threads:  # the solver doesn't hold the interpreter's lock
        learned = partial(_learned, system=system, exact=exact)
        found = list(threads.map(learned, _batches(_components(system, unknown))))
    columns = {"position": unknown[:0], "lower": np.zeros(0), "upper": np.zeros(0)}
    table = pd.concat(found, ignore_index=True) if found else pd.DataFrame(columns)
    table = table.sort_values("position", ignore_index=True)
    position = table["position"].to_numpy()
    limits = table["lower"].to_numpy(), table["upper"].to_numpy()
    return table.assign(
        cell=system.cell[position],
        group=system.group[position],
        base=system.base[position],
        pinned=pinned(*limits, system.need[position]),
    )


def pinned(lower: Floats, upper: Floats, need: Floats) -> Bools:
    """Whether a small count is known too closely: it isn't if it could be any from 1 to ``need``."""
    return (need > 0) & ((lower > 1 + CLOSE) | (upper < need - CLOSE))


@dataclass(frozen=True)
class Component:
    """Unknown counts and the rows of constraints on them; whole connected parts of a system."""

    unknown: Ints
    rows: csr_array
    lower: Floats
    upper: Floats

    def best(self, gain: Floats, cap: Floats | None = None, floor: Floats | None = None) -> Floats:
        """The counts that fit and have the largest gain.

        Parameters
        ----------
        gain
            What one more of each count is worth. With ``cap``, only up to there; with ``floor``, only from there.
        """
        size = len(self.unknown)
        if cap is None and floor is None:
            constraint = LinearConstraint(self.rows, self.lower, self.upper)
            return _solved(-gain, constraint, np.zeros(size), np.full(size, MANY))
        limits = np.full(size, np.inf)
        counted = np.flatnonzero(gain)
        picked = coo_array(
            (np.ones(len(counted)), (np.arange(len(counted)), counted)), shape=(len(counted), size)
        )
        rows = csr_array(
            vstack(
                [
                    hstack([self.rows, csr_array((self.rows.shape[0], len(counted)))]),
                    hstack([picked, -eye_array(len(counted))]),
                ]
            )
        )
        beyond = np.zeros(len(counted)), np.full(len(counted), np.inf)
        if cap is not None:  # what counts is the least of the count and the cap
            own = np.zeros(len(counted)), cap[counted]
        elif floor is not None:  # the greatest of the count and the floor
            beyond = -beyond[1], beyond[0]
            own = floor[counted], np.full(len(counted), np.inf)
        constraint = LinearConstraint(
            rows, np.concatenate([self.lower, beyond[0]]), np.concatenate([self.upper, beyond[1]])
        )
        weights = np.concatenate([np.zeros(size), -gain[counted]])
        bounds = np.concatenate([np.zeros(size), own[0]]), np.concatenate([limits, own[1]])
        return _solved(weights, constraint, *bounds)[:size]


def _solved(weights: Floats, constraint: LinearConstraint, lower: Floats, upper: Floats) -> Floats:
    found = milp(weights, constraints=constraint, bounds=Bounds(lower, upper))
    if found.x is None:
        raise DoesNotAddUpError(found.message)
    return np.asarray(found.x)


def _components(system: System, unknown: Ints) -> Iterator[Component]:
    """The parts of the system in which hidden counts hang together."""
    known = np.where(system.exists, np.nan_to_num(system.count), 0.0)
    known[unknown] = 0.0
    sums, within = system.sums[:, unknown], system.within[:, unknown]
    rest, room = -(system.sums @ known), -(system.within @ known)
    rows = vstack([sums, within]).tocsr()
    lower = np.concatenate([rest, np.full(len(room), -np.inf)])
    upper = np.concatenate([rest, room])
    used = np.flatnonzero(np.diff(rows.indptr))
    rows, lower, upper = rows[used], lower[used], upper[used]
    label, row_label = parts_of(rows)
    count = int(label.max(initial=-1)) + 1
    by_unknown, by_row = np.argsort(label, kind="stable"), np.argsort(row_label, kind="stable")
    ends = np.searchsorted(label[by_unknown], np.arange(count + 1))
    row_ends = np.searchsorted(row_label[by_row], np.arange(count + 1))
    ordered = rows[by_row][:, by_unknown]
    for n in range(count):
        own, its = slice(ends[n], ends[n + 1]), slice(row_ends[n], row_ends[n + 1])
        yield Component(unknown[by_unknown[own]], ordered[its, own], lower[by_row[its]], upper[by_row[its]])


def parts_of(rows: csr_array) -> tuple[Ints, Ints]:
    """Number the parts of a system that hang together: the part of each unknown, and of each row.

    The first unknown is in part 0, the first that is not in it in part 1, and so on.
    """
    sums, unknowns = rows.shape
    entries = rows.tocoo()
    links = coo_array(
        (np.ones(entries.nnz), (unknowns + entries.coords[0], entries.coords[1])),
        shape=(sums + unknowns, sums + unknowns),
    )
    label = connected_components(links, directed=False)[1].astype(np.int64)
    return label[:unknowns], label[unknowns:]


def _batches(parts: Iterable[Component]) -> Iterator[list[Component]]:
    """Components in groups that are solved at once, because a call for each small one takes long."""
    batch: list[Component] = []
    size = 0
    for part in parts:
        if batch and size + len(part.unknown) > AT_ONCE:
            yield batch
            batch, size = [], 0
        batch.append(part)
        size += len(part.unknown)
    if batch:
        yield batch


class Seen:
    """The least and the greatest value of each count among solutions that fit.

    Between two values that fit, everything fits, so that they prove how little is known of a count.
    """

    def __init__(self, need: Floats) -> None:
        self.need = need
        self.lower, self.upper = np.full(len(need), np.inf), np.full(len(need), -np.inf)

    def add(self, values: Floats, where: Ints | slice = slice(None)) -> None:
        """Take note of a solution, or of its part."""
        values = np.round(values, 6)
        self.lower[where] = np.minimum(self.lower[where], values)
        self.upper[where] = np.maximum(self.upper[where], values)

    def pinned(self, where: Ints | slice = slice(None)) -> Bools:
        """The counts that no two solutions show to be free yet."""
        return pinned(self.lower[where], self.upper[where], self.need[where])

    def too_low(self) -> Bools:
        """The small counts that no solution brought up to the greatest small one."""
        return self.upper < self.need - CLOSE

    def too_high(self) -> Bools:
        """The small counts that no solution brought down to 1."""
        return (self.need > 0) & (self.lower > 1 + CLOSE)


def _learned(batch: list[Component], system: System, exact: bool) -> pd.DataFrame:
    """Limits that can be had of each count of a batch, and the true limits of those that are pinned."""
    unknown = np.concatenate([part.unknown for part in batch])
    ends = np.cumsum([0, *(len(part.unknown) for part in batch)])
    places = [np.arange(start, end) for start, end in pairwise(ends)]
    seen = Seen(system.need[unknown])
    seen.add(system.count[unknown])
    _raise_to_need(batch, places, seen)
    _lower_to_one(batch, places, seen)
    for part, own in zip(batch, places, strict=True) if exact else ():
        for position in np.flatnonzero(seen.pinned(own)):
            if seen.pinned(own)[position]:  # unless another's solution has told
                one = np.zeros(len(own))
                one[position] = 1
                seen.add(part.best(one), own)
                seen.add(part.best(-one), own)
    return pd.DataFrame({"position": unknown, "lower": seen.lower, "upper": seen.upper})


def _raise_to_need(batch: list[Component], places: list[Ints], seen: Seen) -> None:
    """Solve for the greatest small values until no more of the counts can be brought there together."""
    before = np.inf
    while before > (before := seen.too_low().sum()) > 0:
        part, own = _unsettled(batch, places, seen.too_low())
        seen.add(part.best(seen.too_low()[own].astype(float), cap=seen.need[own]), own)


def _lower_to_one(batch: list[Component], places: list[Ints], seen: Seen) -> None:
    """Solve for 1 until no more of the counts can be brought there together."""
    before = np.inf
    while before > (before := seen.too_high().sum()) > 0:
        part, own = _unsettled(batch, places, seen.too_high())
        seen.add(part.best(-seen.too_high()[own].astype(float), floor=np.ones(len(own))), own)


def _unsettled(batch: list[Component], places: list[Ints], unsettled: Bools) -> tuple[Component, Ints]:
    """The components with a count that isn't settled, as one, and where their counts are in the batch."""
    wanted = [number for number, own in enumerate(places) if unsettled[own].any()]
    parts = [batch[number] for number in wanted]
    whole = Component(
        np.concatenate([part.unknown for part in parts]),
        block_diag([part.rows for part in parts], format="csr"),
        np.concatenate([part.lower for part in parts]),
        np.concatenate([part.upper for part in parts]),
    )
    return whole, np.concatenate([places[number] for number in wanted])
