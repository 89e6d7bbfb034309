"""Where an organisation stands among its peers: funnel, shrunken estimate, rank with its interval, peers' range.

No league tables: a bare rank says more than is known. What is computed here rests on unsuppressed counts, and what
leaves has gone through disclosure control by three rules. An organisation whose own figure is hidden appears in no
row. Ranges and ranks are of published figures alone, and a group needs ``FEWEST_PEERS`` of them. Pooled figures hold
hidden members too, because the small would otherwise be missing from them, unless one could be worked out
(:mod:`wres.analysis.hidden_members`); then they are of published members alone and the note says so.

Who is whose peer belongs in :mod:`wres.analysis.peers`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.stats import norm

from wres import statistics
from wres.analysis.board import with_executives
from wres.analysis.counts import people
from wres.analysis.hidden_members import with_hidden
from wres.analysis.pool import Bools, Floats, Pool
from wres.analysis.two_groups import cells, oriented
from wres.comparisons import ALARM, FEWEST_PEERS, WARNING, conform
from wres.definitions import Indicator
from wres.params import StatisticsSettings

OF_PUBLISHED = "of members with a published figure alone: a hidden one could be worked out otherwise"
ORDER = ("nation", "type", "region", "size", "icb", "named")

Index = npt.NDArray[np.int64]


class Figures(Protocol):
    """Figures of organisations that can be pooled, compared with a target and drawn together."""

    @property
    def value(self) -> Floats:
        """The figures as they are published."""
        ...

    def at(self, index: Index) -> Figures:
        """The figures of some of the organisations."""
        ...

    def line(self, values: Floats) -> Floats:
        """Values on a scale without ends."""
        ...

    def pooled(self, confidence: float) -> tuple[float, float, float]:
        """All of them together, with the limits of an interval."""
        ...

    def deviation(self, target: float) -> tuple[Floats, Floats]:
        """Distance from a target in standard errors, and the standard errors on the line."""
        ...

    def shrunken(self, confidence: float) -> statistics.Shrunken:
        """Estimates that borrow strength from all."""
        ...


@dataclass(frozen=True)
class Ratios:
    """Relative likelihoods, from tables in the indicator's orientation."""

    table: tuple[Floats, Floats, Floats, Floats]

    @property
    def value(self) -> Floats:
        """The relative likelihoods."""
        x1, n1, x2, n2 = self.table
        with np.errstate(all="ignore"):
            return np.asarray((x1 / n1) / (x2 / n2))

    def at(self, index: Index) -> Ratios:
        """Some of them."""
        x1, n1, x2, n2 = (count[index] for count in self.table)
        return Ratios((x1, n1, x2, n2))

    def line(self, values: Floats) -> Floats:
        """Logarithms."""
        with np.errstate(all="ignore"):
            return np.log(values)

    def pooled(self, confidence: float) -> tuple[float, float, float]:
        """The ratio within organisations (Mantel-Haenszel)."""
        one = np.zeros(len(self.table[0]), dtype=np.int64)
        found = statistics.mantel_haenszel_ratio(*self.table, one, confidence, spread="wider")
        return float(found.estimate[0]), float(found.lower[0]), float(found.upper[0])

    def deviation(self, target: float) -> tuple[Floats, Floats]:
        """The score statistic at the target, which needs no correction for groups without events."""
        found = statistics.ratio_deviation(*self.table, target)
        return found.z, found.error

    def shrunken(self, confidence: float) -> statistics.Shrunken:
        """The conditional binomial-normal model."""
        return statistics.shrunken_ratios(*self.table, confidence=confidence, mean_known=False)


@dataclass(frozen=True)
class Gaps:
    """Differences in percentage points with their standard errors and Mantel-Haenszel weights."""

    value: Floats
    error: Floats
    weight: Floats

    def at(self, index: Index) -> Gaps:
        """Some of them."""
        return Gaps(self.value[index], self.error[index], self.weight[index])

    def line(self, values: Floats) -> Floats:
        """Points as they are."""
        return values

    def pooled(self, confidence: float) -> tuple[float, float, float]:
        """The mean gap (Mantel-Haenszel weights)."""
        found = statistics.weighted_mean(self.value, self.weight, confidence)
        return float(found.estimate), float(found.lower), float(found.upper)

    def deviation(self, target: float) -> tuple[Floats, Floats]:
        """In standard errors, each from the organisation's own interval."""
        return (self.value - target) / self.error, self.error

    def shrunken(self, confidence: float) -> statistics.Shrunken:
        """The normal model."""
        return statistics.shrunken_estimates(self.value, self.error**2, confidence)


@dataclass(frozen=True)
class Shares:
    """Percentages of one group of people, such as all who answered a survey."""

    x: Floats
    n: Floats

    @property
    def value(self) -> Floats:
        """The percentages."""
        return 100 * self.x / self.n

    def at(self, index: Index) -> Shares:
        """Some of them."""
        return Shares(self.x[index], self.n[index])

    def line(self, values: Floats) -> Floats:
        """Percentages as they are."""
        return values

    def pooled(self, confidence: float) -> tuple[float, float, float]:
        """Everybody taken together."""
        one = np.zeros(len(self.x), dtype=np.int64)
        found = statistics.crude_proportion(self.x, self.n, one, confidence, spread="wider")
        return 100 * float(found.estimate[0]), 100 * float(found.lower[0]), 100 * float(found.upper[0])

    def deviation(self, target: float) -> tuple[Floats, Floats]:
        """In standard errors at the target."""
        found = statistics.proportion_deviation(self.x, self.n, target / 100)
        return found.z, 100 * found.error

    def shrunken(self, confidence: float) -> statistics.Shrunken:
        """The beta-binomial model."""
        found = statistics.shrunken_proportions(self.x, self.n, confidence=confidence)
        return statistics.Shrunken(100 * found.estimate, 100 * found.lower, 100 * found.upper, found.reason)


@dataclass(frozen=True)
class Organisations:
    """One kind of figure of every organisation that has one.

    Attributes
    ----------
    code
        Organisation codes.
    figures
        Their figures.
    shown
        Whose figure is published.
    """

    code: npt.NDArray[np.object_]
    figures: Figures
    shown: Bools


def gaps_of(pool: Pool, indicator: Indicator, settings: StatisticsSettings) -> Figures:
    """An indicator's gaps, an element an entity of the pool, each of one organisation."""
    if indicator.gap == "relative_likelihood":
        return Ratios(oriented(pool.entities, indicator))
    (x1, n1, x2, n2), scale, shift = _compared(pool, indicator)
    found = statistics.difference(x1, n1, x2, n2, settings.difference_method, settings.confidence)
    half = _reach(settings.confidence)
    with np.errstate(all="ignore"):
        error = 100 * scale * (found.upper - found.lower) / (2 * half)
        return Gaps(100 * (scale * found.estimate + shift), error, n1 * n2 / (n1 + n2))


def _compared(
    pool: Pool, indicator: Indicator
) -> tuple[tuple[Floats, Floats, Floats, Floats], Floats | float, Floats | float]:
    """Two groups of people, and the scale and shift that make the gap of the difference between them.

    Indicators 1 and 9 compare with the rest of the workforce what is part of it.
    """
    entities = pool.entities
    if indicator.denominator == "group":
        return (*cells(entities, "bme"), *cells(entities, "white")), 1.0, 0.0
    staff, bme_staff = people(entities, part="n"), people(entities, ("bme",), "n")
    part, bme = people(entities), people(entities, ("bme",))
    inside, bme_inside = part, bme
    if indicator.kind == "board":
        within = with_executives(pool).entities
        inside, bme_inside = within["inside_x"].to_numpy(float), within["inside_bme_x"].to_numpy(float)
    with np.errstate(all="ignore"):
        overlap = inside / staff
        shift = overlap * (bme / part - bme_inside / np.maximum(inside, 1))
    return (bme, part, bme_staff - bme_inside, staff - inside), 1 - overlap, shift


def benchmark(
    given: Organisations,
    peers: pd.DataFrame,
    totals: list[pd.Index],
    adverse_sign: int,
    settings: StatisticsSettings,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Compare one kind of figure within every peer group.

    Parameters
    ----------
    given
        The figures.
    peers
        The comparison table ``peers``.
    totals
        The codes of the organisations in each sum of such figures that is published elsewhere.
    adverse_sign
        +1 where a figure above others is worse for BME staff, -1 where one below them is.
    settings
        Confidence of the publication.

    Returns
    -------
    peer_figures, standings
        Two comparison tables but for what is the same in every row: year, indicator, statistic.
    """
    groups = [
        (kind, group, np.flatnonzero(np.isin(given.code, members["organisation_code"])))
        for kind, of_kind in _by_kind(peers)
        for group, members in of_kind.groupby("group", sort=True)
    ]
    hidden = given.code[~given.shown]
    allowed = with_hidden(
        [np.isin(hidden, given.code[index]) for *_, index in groups],
        [np.isin(hidden, codes) for codes in totals],
    )
    figures, standings = [], []
    for (kind, group, index), whole in zip(groups, allowed, strict=True):
        summed = index if whole else index[given.shown[index]]
        if given.shown[index].sum() < FEWEST_PEERS:
            continue
        place = {"kind": kind, "group": group, "note": "" if whole else OF_PUBLISHED}
        of_group, of_members = _within(given, summed, adverse_sign, settings)
        figures.append(place | of_group)
        standings.append(of_members.assign(**place))
    every = pd.concat(standings, ignore_index=True) if standings else pd.DataFrame()
    return conform("peer_figures", pd.DataFrame(figures)), conform("standings", every)


def _by_kind(peers: pd.DataFrame) -> Iterator[tuple[str, pd.DataFrame]]:
    for kind in ORDER:
        yield kind, peers[peers["kind"].eq(kind)]


def _within(
    given: Organisations, index: Index, adverse_sign: int, settings: StatisticsSettings
) -> tuple[dict[str, object], pd.DataFrame]:
    """One group's figures, and the standings of its published members."""
    members, shown = given.figures.at(index), given.shown[index]
    target, lower, upper = members.pooled(settings.confidence)
    z, error = members.deviation(target)
    tau2 = float(statistics.overdispersion(z, error, rescaled=True).tau2[0])
    widened = statistics.dispersed_z(z, error, tau2)
    shrunken = members.shrunken(settings.confidence)
    ranks = _ranks(members, shrunken, shown, adverse_sign, settings)
    alarm = _reach(ALARM)
    published = members.value[shown]
    quartiles = np.quantile(published[np.isfinite(published)], [0.25, 0.5, 0.75])
    of_group = {
        "organisations": len(index),
        "published": int(shown.sum()),
        "pooled": target,
        "lower": lower,
        "upper": upper,
        "spread": np.sqrt(tau2),
        **dict(zip(("lower_quartile", "median", "upper_quartile"), quartiles, strict=True)),
        "outside": int((np.abs(widened[shown]) > alarm).sum()),
        "outside_by_chance_alone": int((np.abs(z[shown]) > alarm).sum()),
    }
    table = pd.DataFrame(
        {
            "code": given.code[index],
            "value": members.value,
            "z": widened,
            "standing": _standing(adverse_sign * widened),
            "shrunken": shrunken.estimate,
            "shrunken_lower": shrunken.lower,
            "shrunken_upper": shrunken.upper,
            "rank_lower": ranks.lower,
            "rank_upper": ranks.upper,
            "ranked": np.isfinite(ranks.lower).sum(),
        }
    )
    return of_group, table[shown]


def _ranks(
    members: Figures,
    shrunken: statistics.Shrunken,
    shown: Bools,
    adverse_sign: int,
    settings: StatisticsSettings,
) -> statistics.Ranks:
    """Ranks among published members, 1 for the best."""
    middle, low, high = (members.line(values) for values in shrunken[:3])
    error = (high - low) / (2 * _reach(settings.confidence))
    return statistics.rank_intervals(
        np.where(shown, adverse_sign * middle, np.nan), error, settings.confidence
    )


def _standing(worse: Floats) -> npt.NDArray[np.object_]:
    """Where a deviation lies in the funnel, from how far to the worse it is."""
    warning, alarm = _reach(WARNING), _reach(ALARM)
    return np.select(
        [np.isnan(worse), worse > alarm, worse > warning, worse < -alarm, worse < -warning],
        ["", "clearly_worse", "worse", "clearly_better", "better"],
        "alike",
    ).astype(object)


def _reach(confidence: float) -> float:
    """Two-sided normal quantile of a confidence level."""
    return float(norm.ppf((1 + confidence) / 2))
