"""Who works where, year after year: staff by band (indicator 1) and members of the board (indicator 9).

Stocks belong here: most people of one year are those of the year before. What happens to them within a year
belongs in :mod:`.events`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import expit, logit

from wres.definitions import definitions
from wres.examples.simulator.bands import SENIOR, VSM, WORKFORCE, log_odds, post_shares
from wres.examples.simulator.planted import Counts, Floats, Planted
from wres.examples.simulator.roster import Organisation

STAFF_TURNOVER = 0.125
BOARD_TURNOVER = 0.2

# Fewest and most members of a board.
SEATS = {
    "voting_executive": (5, 6),
    "voting_non_executive": (5, 7),
    "non_voting_executive": (0, 2),
    "non_voting_non_executive": (0, 1),
}

BOARD = list(definitions().board_roles)
EXECUTIVE = [role in definitions().board_groups["executive"].roles for role in BOARD]


@dataclass(frozen=True)
class Staff:
    """An organisation's people over the years; the last axis is white, BME, unknown.

    Attributes
    ----------
    years
        Reporting years.
    share
        True BME share of the workforce of known ethnicity, a value a year.
    headcount
        Staff by year, by band or grade in the order of ``WORKFORCE``; executives are non-clinical VSM.
    board
        Members by year and by role in the order of ``BOARD``.
    senior_gap, board_gap
        True differences of indicators 1 (bands 8a to VSM) and 9 in percentage points, a value a year.
    """

    years: Counts
    share: Floats
    headcount: Counts
    board: Counts
    senior_gap: Floats
    board_gap: Floats


def staff_over_years(
    rng: np.random.Generator,
    organisation: Organisation,
    traits: Planted,
    years: Counts,
    predecessors: Counts | None,
) -> Staff:
    """Simulate an organisation's staff and board.

    Parameters
    ----------
    rng
        The organisation's own random numbers.
    organisation, traits
        Who it is and what is true there.
    years
        Its reporting years, without a gap.
    predecessors
        Closing workforce of the organisations that it grew out of, by band and ethnic group, if there are any.
    """
    with_opening = np.concatenate([years[:1] - 1, years])
    seats = _seats(rng)
    executives = int(seats[EXECUTIVE].sum())
    posts = _posts(rng, organisation, traits, executives, with_opening.size, predecessors)
    shares, board_share = _shares(organisation, traits, with_opening, posts)

    places = np.hstack([posts, np.tile(seats, (with_opening.size, 1))])
    place_shares = np.hstack([shares, np.tile(board_share[:, np.newaxis], seats.size)])
    opening = by_ethnicity(rng, places[0], place_shares[0], traits.unknown)
    if predecessors is not None:
        opening[: len(WORKFORCE)] = predecessors
    stocks = _year_by_year(rng, opening, places, place_shares, traits.unknown)

    headcount, board = stocks[:, : len(WORKFORCE)], stocks[:, len(WORKFORCE) :]
    headcount[:, VSM] += board[:, EXECUTIVE].sum(axis=1)
    gaps = _true_gaps(posts, executives, shares, board_share) * (1 - traits.unknown)
    share = traits.workforce_share(organisation.region, years)
    return Staff(years, share, headcount, board, *gaps[:, 1:])


def closing_workforce(staff: Staff) -> Counts:
    """Staff of the last year by band and ethnic group, whom a successor takes over; executives leave."""
    closing: Counts = staff.headcount[-1].copy()
    closing[VSM] -= staff.board[-1, EXECUTIVE].sum(axis=0)
    return closing


def by_ethnicity(rng: np.random.Generator, people: Counts, bme: Floats, unknown: float) -> Counts:
    """Divide people at random into white, BME and unknown along a new last axis; ``bme`` is of those known."""
    not_known = rng.binomial(people, unknown)
    of_bme = rng.binomial(people - not_known, bme)
    return np.stack([people - not_known - of_bme, of_bme, not_known], axis=-1)


def _seats(rng: np.random.Generator) -> Counts:
    """Ten to sixteen seats, by role."""
    return np.array([rng.integers(*SEATS[role], endpoint=True) for role in BOARD])


def _posts(
    rng: np.random.Generator,
    organisation: Organisation,
    traits: Planted,
    executives: int,
    years: int,
    predecessors: Counts | None,
) -> Counts:
    """Posts by year and band, executives' apart."""
    if predecessors is None:
        first = rng.multinomial(traits.staff - executives, post_shares(organisation.type))
    else:
        first = predecessors.sum(axis=-1)
    growth = (1 + traits.growth) ** np.arange(years)
    return np.rint(first * growth[:, np.newaxis]).astype(np.int64)


def _shares(
    organisation: Organisation, traits: Planted, years: Counts, posts: Counts
) -> tuple[Floats, Floats]:
    """True BME share of each band and of the board, by year."""
    uneven = log_odds() * traits.ceiling
    centred = uneven - (posts @ uneven / posts.sum(axis=1))[:, np.newaxis]
    share = logit(traits.workforce_share(organisation.region, years))
    shares = np.asarray(expit(share[:, np.newaxis] + centred))
    workforce = (posts * shares).sum(axis=1) / posts.sum(axis=1)
    return shares, np.asarray(expit(logit(workforce) + traits.board))


def _year_by_year(
    rng: np.random.Generator, opening: Counts, places: Counts, shares: Floats, unknown: float
) -> Counts:
    """Stocks of each year after the opening one: leavers go at random, joiners bring the share to its target."""
    turnover = np.repeat([STAFF_TURNOVER, BOARD_TURNOVER], [len(WORKFORCE), len(BOARD)])[:, np.newaxis]
    stock, expected, held = opening, shares[0], []
    for filled, target in zip(places[1:], shares[1:], strict=True):
        stayers = stock - rng.binomial(stock, turnover)
        staying = stayers.sum(axis=1)
        joiners = filled - staying
        joining_share = np.clip((filled * target - staying * expected) / np.maximum(joiners, 1), 0, 1)
        expected = (staying * expected + joiners * joining_share) / np.maximum(filled, 1)
        stock = stayers + by_ethnicity(rng, joiners, joining_share, unknown)
        held.append(stock)
    return np.stack(held)


def _true_gaps(posts: Counts, executives: int, shares: Floats, board_share: Floats) -> Floats:
    """Bands 8a to VSM and board against the whole workforce, in points of those of known ethnicity."""
    bme_posts = posts * shares
    bme_executives = executives * board_share
    workforce = (bme_posts.sum(axis=1) + bme_executives) / (posts.sum(axis=1) + executives)
    senior = (bme_posts[:, SENIOR].sum(axis=1) + bme_executives) / (posts[:, SENIOR].sum(axis=1) + executives)
    return 100 * np.stack([senior - workforce, board_share - workforce])
