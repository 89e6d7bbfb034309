"""A synthetic England: fictitious organisations whose true gaps are known.

The simulation as a whole belongs here. Who is in it belongs in :mod:`.roster`, what is true there in
:mod:`.planted`, how staff and boards change over the years in :mod:`.people`, what happens to them in
:mod:`.events`, what they are paid in :mod:`.pay`, what they plan in :mod:`.plans`, the shape of a return in
:mod:`.form` and the files in :mod:`.folder`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from wres.examples.simulator.events import appointments, disciplinaries, survey, training
from wres.examples.simulator.folder import write
from wres.examples.simulator.form import Returned, returns_table, truths_table
from wres.examples.simulator.pay import pay_table
from wres.examples.simulator.people import Staff, closing_workforce, staff_over_years
from wres.examples.simulator.plans import actions_table, turnover_table
from wres.examples.simulator.planted import Counts, Planted, planted, random_numbers
from wres.examples.simulator.roster import (
    CODE_PREFIX,
    MOST_ORGANISATIONS,
    Organisation,
    organisations_table,
    roster,
)

__all__ = ["CODE_PREFIX", "SimulatedEngland", "simulate", "write"]

FIRST_YEAR, LAST_YEAR = 2015, 2035
LEFT_OUT = 0.015
FEW_UNKNOWN = 0.04


@dataclass(frozen=True)
class SimulatedEngland:
    """Tidy tables of fictitious organisations, and what is true of them.

    Attributes
    ----------
    organisations, returns, turnover, actions, pay
        The tidy tables that anyone could have sent in.
    truths
        Columns ``organisation_code``, ``year``, ``indicator``, ``quantity`` (``relative_likelihood`` or
        ``difference``, in percentage points), ``value`` and ``null``: whether there is truly no gap. One row
        for each indicator that was returned.
    years, seed
        First and last reporting year, and the seed of the random numbers.
    """

    organisations: pd.DataFrame
    returns: pd.DataFrame
    turnover: pd.DataFrame
    actions: pd.DataFrame
    pay: pd.DataFrame
    truths: pd.DataFrame
    years: tuple[int, int]
    seed: int


def simulate(
    organisations: int = 24,
    years: tuple[int, int] = (2017, 2025),
    seed: int = 2025,
    *,
    complete: bool = False,
) -> SimulatedEngland:
    """Simulate the returns of fictitious organisations.

    An organisation has random numbers of its own, so that a larger England contains the smaller one.

    Parameters
    ----------
    organisations
        How many, closed ones among them. The first 24 hold every type, every region and every special case.
    years
        First and last reporting year.
    seed
        The same seed gives the same England.
    complete
        Whether every organisation sends everything and few people's ethnicity is unknown, so that there is nothing
        to find fault with.

    Raises
    ------
    ValueError
        If there are too few or too many organisations, or the years are out of order or of range.
    """
    _check(organisations, years)
    members = roster(organisations)
    closing: dict[int, Counts] = {}
    returned, paid = [], []
    for member in members:
        existing = _reporting_years(member, years)
        if not existing.size:
            continue
        rng, traits = random_numbers(seed, member.number), planted(member, seed)
        if complete:
            traits = replace(traits, unknown=min(traits.unknown, FEW_UNKNOWN))
        staff = staff_over_years(rng, member, traits, existing, closing.get(member.number))
        if member.joins:
            merged = closing.get(member.merged_number, np.int64(0))
            closing[member.merged_number] = merged + closing_workforce(staff)
        sent = _returned(rng, member, traits, staff, last=years[1])
        returned.append(replace(sent, submitted=sent.submitted | complete))
        if returned[-1].submitted[-1, 0]:
            paid.append(pay_table(member, traits, staff, years[1], seed))
    return SimulatedEngland(
        organisations_table(members),
        returns_table(returned),
        turnover_table(members, seed),
        actions_table(members, years[1], seed),
        pd.concat(paid, ignore_index=True),
        truths_table(returned),
        years,
        seed,
    )


def _check(organisations: int, years: tuple[int, int]) -> None:
    first, last = years
    if not 1 <= organisations <= MOST_ORGANISATIONS:
        message = f"{organisations} organisations can't be simulated; choose 1 to {MOST_ORGANISATIONS}"
        raise ValueError(message)
    if not FIRST_YEAR <= first <= last <= LAST_YEAR:
        message = (
            f"{first} to {last} can't be simulated; the first year must not be after the last, and both lie "
            f"between {FIRST_YEAR} and {LAST_YEAR}"
        )
        raise ValueError(message)


def _reporting_years(member: Organisation, years: tuple[int, int]) -> Counts:
    """The years on whose 31 March the organisation existed."""
    return np.array(
        [y for y in range(years[0], years[1] + 1) if member.existed(f"{y}-03-31")], dtype=np.int64
    )


def _returned(
    rng: np.random.Generator, member: Organisation, traits: Planted, staff: Staff, last: int
) -> Returned:
    headcount = staff.headcount.sum(axis=1)
    answers, survey_gaps = survey(rng, member.type, traits, staff.years, headcount)
    blocks = [
        staff.headcount,
        appointments(rng, traits, staff),
        disciplinaries(rng, traits, staff.years, headcount),
        training(rng, traits, headcount),
        answers,
        staff.board,
    ]
    years = staff.years.size
    likelihoods = np.tile(traits.likelihoods, (years, 1))
    return Returned(
        code=member.code,
        years=staff.years,
        submitted=_submitted(rng, member, staff.years, last),
        counts=np.hstack([block.reshape(years, -1) for block in blocks]),
        truths=np.column_stack([staff.senior_gap, likelihoods, survey_gaps, staff.board_gap]),
    )


def _submitted(
    rng: np.random.Generator, member: Organisation, years: Counts, last: int
) -> npt.NDArray[np.bool_]:
    """Which of the nine indicators were sent, by year; now and then one but the first is left out."""
    sent = rng.random((years.size, 9)) >= LEFT_OUT
    sent[:, 0] = True
    silent = {"": years < 0, "last year": years == last, "always": years > 0}[member.silent]
    return np.asarray(sent & ~silent[:, np.newaxis])
