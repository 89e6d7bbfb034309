"""Which peer groups may be summed with their hidden members.

A figure of a group would give a hidden member away if, with the figures of the other groups, it left one hidden
organisation alone: two groups that differ by it, or one group in which it is the only one hidden. Whoever reads them
all can add and subtract groups as he likes, so the test is one of linear algebra: no hidden organisation may lie in
the span of the groups shown. What is hidden in the first place is decided in :mod:`wres.disclosure`.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

Bools = npt.NDArray[np.bool_]
ALONE = 1 - 1e-9


class ShownSums:
    """The sums that are shown already, as far as hidden members are in them.

    Parameters
    ----------
    hidden
        How many hidden members there are.
    """

    def __init__(self, hidden: int) -> None:
        self._basis = np.empty((0, hidden))

    def show(self, members: Bools) -> None:
        """Count a sum among those that are shown: which hidden members are in it."""
        new = self._new_direction(members)
        if new is not None:
            self._basis = np.vstack([self._basis, new])

    def may_show(self, members: Bools) -> bool:
        """Whether a sum over these hidden members, with all that are shown, leaves no further one alone."""
        new = self._new_direction(members)
        if new is None:
            return True
        before = (self._basis**2).sum(axis=0)
        return not bool(((before + new**2 >= ALONE) & (before < ALONE)).any())

    def _new_direction(self, members: Bools) -> npt.NDArray[np.float64] | None:
        """What a sum adds to the span of the others, as a unit vector; None where that is nothing."""
        row = members.astype(float)
        for _ in range(2):  # once more against rounding
            row = row - self._basis.T @ (self._basis @ row)
        length = float(np.linalg.norm(row))
        return None if length < 1e-9 else row / length


def with_hidden(groups: Iterable[Bools], shown_already: Iterable[Bools]) -> list[bool]:
    """For each group in turn, whether it may be summed with its hidden members.

    Parameters
    ----------
    groups
        Which hidden members are in each group, in the order in which groups go before others.
    shown_already
        The same of sums that are published elsewhere.

    Returns
    -------
    list of bool
        Where False, only members whose own figures are published may be summed.
    """
    groups, shown_already = list(groups), list(shown_already)
    sums = ShownSums(len(groups[0]) if groups else 0)
    for members in shown_already:
        sums.show(members)
    allowed = []
    for members in groups:
        allowed.append(sums.may_show(members))
        if allowed[-1]:
            sums.show(members)
    return allowed
