"""What is hidden besides what is small, so that nothing hidden can be worked out by a subtraction.

First every sum is looked at by itself, over and over until nothing changes: it must not have just one hidden
member, nor hidden parts that together are a small number. Then linear programming looks at all sums together
(:mod:`wres.disclosure.intervals`), and where a count can still be pinned down, the cells are hidden that a change of
it would have to change with it, at the least loss.

What is lost is told by people: the cells with the fewest people in them are hidden first; cells in which nobody
stands protect least and come after them; the headlines of indicators, which summaries are made of, come last. Ties go
to the first in the order of the keys, so that the result depends neither on the order of the rows nor on chance.
"""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from itertools import chain

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import coo_array, csr_array, eye_array, hstack, vstack

from wres.definitions import definitions
from wres.disclosure.cells import BASES, COUNTED, WORKFORCE, surveys
from wres.disclosure.intervals import CLOSE, DoesNotAddUpError, Seen, System, intervals, parts_of, system_of
from wres.disclosure.sums import bases_of, sums_of
from wres.params import DisclosureSettings

Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
OF_A_HEADLINE = 50.0
OF_NOBODY = 6.0
FREE, WORTH, AT_ANY_COST = 1e-6, 1e3, 1e6


@dataclass(frozen=True)
class Protection:
    """What is hidden, and of what sums it is a part.

    Attributes
    ----------
    cells
        As given, with ``hidden`` and ``out``: hidden, but known from the last publication.
    system
        Everything that adds up.
    """

    cells: pd.DataFrame
    system: System


def secondary(cells: pd.DataFrame, organisations: pd.DataFrame, settings: DisclosureSettings) -> Protection:
    """Choose what is hidden besides what is small.

    Parameters
    ----------
    cells
        Cells of :func:`~wres.disclosure.cells.cells_of`, with ``shown_before`` and ``hidden_before``: whether
        the last publication showed the same counts, or hid the cell.
    organisations
        The organisations table.
    settings
        Thresholds.
    """
    sums, bases = sums_of(cells, organisations), bases_of(cells)
    system = system_of(cells, sums, bases, settings)
    rank = _rank(cells)
    known = cells["shown_before"].to_numpy(bool)
    hidden = (cells["small"] | cells["hidden_before"]).to_numpy(bool, copy=True)
    members = _Members.of(cells, sums, rank, known, settings)
    cost = _costs(cells, rank)
    free = np.zeros(len(system.need), dtype=bool)  # a count that isn't pinned stays so when more is hidden
    while True:
        _hide_by_sums(hidden, members, bases)
        unsettled = replace(system, need=np.where(free, 0, system.need))
        found = intervals(unsettled, hidden & ~known, exact=False)
        free[found.loc[~found["pinned"], "position"]] = True
        before = hidden.sum()
        free[_hide_by_changes(hidden, known, found[found["pinned"]], system, cost)] = True
        if hidden.sum() == before:
            break
    return Protection(cells.assign(hidden=hidden, out=hidden & known), system)


def _rank(cells: pd.DataFrame) -> Ints:
    """The order in which cells would be hidden."""
    preference = cells.assign(nobody=cells["size"].eq(0), headline=_headlines(cells))
    order = preference.sort_values(["nobody", "headline", "size"], kind="stable")["cell"].to_numpy()
    rank = np.empty(len(cells), dtype=np.int64)
    rank[order] = np.arange(len(cells))
    return rank


def _headlines(cells: pd.DataFrame) -> Bools:
    """The cells that summaries are made of."""
    headlines = {(code, *i.headline.model_dump().values()) for code, i in definitions().indicators.items()}
    keys = pd.MultiIndex.from_frame(cells[list(WORKFORCE)])
    found = keys.isin([*headlines, tuple(WORKFORCE.values())]) & cells["detail"].eq("").to_numpy()
    return np.asarray(found, dtype=bool)


def _costs(cells: pd.DataFrame, rank: Ints) -> Floats:
    """What is lost when a cell is hidden; no two are the same."""
    cost = np.log2(2 + cells["size"].to_numpy(float))
    cost[cells["size"].eq(0)] = OF_NOBODY
    cost[_headlines(cells)] *= OF_A_HEADLINE
    return np.asarray(cost + 1e-3 * rank / max(len(rank), 1), dtype=float)


@dataclass(frozen=True)
class _Members:
    """The members of all sums, an element a member, in the order in which they would be hidden."""

    sum: Ints
    cell: Ints
    part: Bools
    counts: Floats
    small: Bools
    least: Floats
    known: Bools

    @classmethod
    def of(
        cls, cells: pd.DataFrame, sums: pd.DataFrame, rank: Ints, known: Bools, settings: DisclosureSettings
    ) -> _Members:
        """Put the members of sums in order, with what is counted in them."""
        order = np.lexsort((rank[sums["cell"]], sums["sum"].to_numpy()))
        sums = sums.iloc[order]
        cell = sums["cell"].to_numpy()
        few = cells["indicator"].isin(surveys()).to_numpy()
        least = np.full((len(cells), 4), float(settings.threshold))
        least[:, 2:] = np.where(few, settings.survey_threshold, 0)[:, None]
        counts = np.nan_to_num(cells[[*COUNTED, *BASES]].to_numpy(float))
        small = (counts > 0) & (counts < least)
        return cls(
            sums["sum"].to_numpy(),
            cell,
            sums["sign"].to_numpy() > 0,
            counts[cell],
            small[cell],
            least[cell],
            known,
        )


def _hide_by_sums(hidden: Bools, members: _Members, bases: pd.DataFrame) -> None:
    """Look at each sum by itself until none gives anything away."""
    before = -1
    number = members.sum
    while hidden.sum() > before:
        before = int(hidden.sum())
        hidden[bases.loc[hidden[bases["base"]], "cell"]] = True
        if not len(number):
            return
        is_hidden = hidden[members.cell]
        unknown = is_hidden & ~members.known[members.cell]
        alone = np.bincount(number, weights=unknown) == 1
        without_total = np.bincount(number, weights=unknown & ~members.part) == 0
        parts = (unknown & members.part)[:, None]
        told = np.zeros(len(alone), dtype=bool)
        for column in range(4):
            together = np.bincount(number, weights=members.counts[:, column] * parts[:, 0])
            any_small = np.bincount(number, weights=members.small[:, column] & parts[:, 0]) > 0
            least = np.zeros(len(alone))
            np.maximum.at(least, number, members.least[:, column])
            told |= any_small & (together < least)
        exposed = alone | (told & without_total)
        candidates = np.flatnonzero(exposed[number] & ~is_hidden & ~members.known[members.cell])
        first = candidates[np.unique(number[candidates], return_index=True)[1]]
        hidden[members.cell[first]] = True


def _hide_by_changes(
    hidden: Bools, known: Bools, suspected: pd.DataFrame, system: System, cost: Floats
) -> Ints:
    """Hide what would have to change if counts that are pinned down were other small ones.

    Returns
    -------
    ndarray
        The positions of those that the changes show to be free now.
    """
    if suspected.empty:
        return np.zeros(0, dtype=np.int64)
    existing = np.flatnonzero(system.exists)
    rows = vstack([system.sums, system.within]).tocsr()[:, existing]
    cells = system.cell[existing]
    of_cells = csr_array((np.ones(len(cells)), (cells, np.arange(len(cells)))))
    table_of, group_of = (np.full(len(system.exists), -1) for _ in range(2))
    table_of[existing], _ = parts_of(rows)
    group_of[existing], _ = parts_of(vstack([rows, of_cells]).tocsr())

    def free(in_group: pd.DataFrame) -> list[Ints]:
        """Tables that share cells, one after another: what one hides costs the next nothing more."""
        freed = []
        for each, of_it in in_group.groupby(table_of[in_group["position"]])["position"]:
            own = np.flatnonzero(table_of == each)
            table = _Table.of(own, system, hidden, known, cost)
            freed.append(own[table.free(np.searchsorted(own, of_it), hidden)])
        return freed

    groups = [in_group for _, in_group in suspected.groupby(group_of[suspected["position"]])]
    with ThreadPoolExecutor(os.cpu_count()) as threads:  # the solver doesn't hold the interpreter's lock
        return np.concatenate(list(chain.from_iterable(threads.map(free, groups))))


@dataclass(frozen=True)
class _Table:
    """Counts that hang together: what a change of some of them costs, and which others change with them."""

    cell: Ints
    count: Floats
    need: Floats
    rows: csr_array
    lower: Floats
    upper: Floats
    known: Bools
    cost: Floats

    @classmethod
    def of(cls, own: Ints, system: System, hidden: Bools, known: Bools, cost: Floats) -> _Table:
        """The part of a system at these positions."""
        cell, count = system.cell[own], system.count[own]
        sums, within = system.sums[:, own], system.within[:, own]
        sums, within = sums[np.diff(sums.indptr) > 0], within[np.diff(within.indptr) > 0]
        return cls(
            cell,
            count,
            system.need[own],
            vstack([hstack([sums, -sums]), hstack([within, -within])]).tocsr(),
            np.concatenate([np.zeros(sums.shape[0]), np.full(within.shape[0], -np.inf)]),
            np.concatenate([np.zeros(sums.shape[0]), -(within @ count)]),
            known[cell],
            cost[cell],
        )

    def free(self, suspected: Ints, hidden: Bools) -> Ints:
        """Hide what must change for each of these counts to be any small one: many at once, then one by one.

        Gives back those that can be any small one now.
        """
        seen = Seen(self.need)
        seen.add(self.count)
        among = np.zeros(len(self.cell), dtype=bool)
        among[suspected] = True
        for still, wanted in ((seen.too_low, self.need - self.count), (seen.too_high, 1 - self.count)):
            before = np.inf
            while before > (before := (still() & among).sum()) > 0:
                self._change(np.flatnonzero(still() & among), wanted, hidden, seen)
            for position in np.flatnonzero(still() & among):
                if still()[position]:
                    self._change(np.array([position]), wanted, hidden, seen, worth=AT_ANY_COST)
        return suspected[~seen.pinned(suspected)]

    def _change(
        self, positions: Ints, wanted: Floats, hidden: Bools, seen: Seen, worth: float = WORTH
    ) -> None:
        """Find the change that costs least, and hide the cells that it changes."""
        size, many = len(self.cell), len(positions)
        price = np.where(hidden[self.cell], FREE, self.cost)
        way = np.sign(wanted[positions])
        picked = coo_array((way, (np.arange(many), positions)), shape=(many, size))
        moved = hstack([picked, -picked, -eye_array(many)])
        rows = csr_array(vstack([hstack([self.rows, csr_array((self.rows.shape[0], many))]), moved]))
        found = milp(
            np.concatenate([price, price, np.full(many, -worth)]),
            constraints=LinearConstraint(
                rows,
                np.concatenate([self.lower, np.zeros(many)]),
                np.concatenate([self.upper, np.full(many, np.inf)]),
            ),
            bounds=Bounds(
                0,
                np.concatenate([
                    np.where(self.known, 0, np.inf),
                    np.where(self.known, 0, self.count),
                    np.abs(wanted[positions]),
                ]),
            ),
        )  # fmt: skip
        if found.x is None:
            raise DoesNotAddUpError(found.message)
        change = found.x[:size] - found.x[size : 2 * size]
        hidden[self.cell[np.abs(change) > CLOSE]] = True
        seen.add(self.count + change)
