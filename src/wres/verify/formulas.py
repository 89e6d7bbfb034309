"""The formulas of the method, one table at a time, in plain Python.

Written from the papers and not from :mod:`wres.statistics`, of which nothing is used here: maximum likelihood fits
and limits are found by halving intervals, exact tests by adding up every table, Student's t from its finite series.
Slow and obvious on purpose: it is what the engine's figures are held against.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from statistics import NormalDist
from typing import NamedTuple

NORMAL = NormalDist()
HALVINGS = 55
LOG_RANGE = 46.0
POWER = 0.8
NAN, INF = math.nan, math.inf


class Table(NamedTuple):
    """People counted and people who could have been, of two groups."""

    x1: float
    n1: float
    x2: float
    n2: float

    @property
    def usable(self) -> bool:
        """Whether both groups have members and each count lies within its base."""
        return 0 <= self.x1 <= self.n1 and 0 <= self.x2 <= self.n2 and self.n1 > 0 and self.n2 > 0

    @property
    def swapped(self) -> Table:
        """The groups in the other order."""
        return Table(self.x2, self.n2, self.x1, self.n1)


class Found(NamedTuple):
    """An estimate with its interval and p-value."""

    value: float
    lower: float
    upper: float
    p_value: float = NAN

    def on_scale(self, scale: Callable[[float], float]) -> Found:
        """The same on another scale, such as percentage points or logarithms."""
        return Found(scale(self.value), scale(self.lower), scale(self.upper), self.p_value)


NOTHING = Found(NAN, NAN, NAN)


def normal_quantile(confidence: float) -> float:
    """The two-sided normal quantile of a confidence level."""
    return NORMAL.inv_cdf((1 + confidence) / 2)


def normal_p(z: float) -> float:
    """The two-sided p-value of a normal deviate."""
    return math.erfc(abs(z) / math.sqrt(2))


def student_inside(t: float, degrees: int) -> float:
    """Probability that Student's t lies within -t and t: the finite series of Abramowitz & Stegun 26.7.3 and 4."""
    angle = math.atan(abs(t) / math.sqrt(degrees))
    sine, cosine = math.sin(angle), math.cos(angle)
    odd = degrees % 2
    term = cosine if odd else 1.0
    total = term if degrees > 1 else 0.0
    for step in range(2 if not odd else 3, degrees - 1, 2):
        term *= cosine**2 * (step - 1) / step
        total += term
    return 2 / math.pi * (angle + sine * total) if odd else sine * total


def student_quantile(degrees: int, confidence: float) -> float:
    """The two-sided quantile of Student's t."""
    return halved(lambda t: confidence - student_inside(t, degrees), 0.0, 1e6)


def halved(falling: Callable[[float], float], low: float, high: float, halvings: int = 80) -> float:
    """Where a falling function passes zero; the end that it points to where it does not."""
    for _ in range(halvings):
        middle = (low + high) / 2
        if falling(middle) > 0:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def wilson(x: float, n: float, confidence: float) -> tuple[float, float]:
    """Limits of a proportion (Wilson 1927)."""
    if not (0 <= x <= n and n > 0):
        return NAN, NAN
    z = normal_quantile(confidence)
    middle, spread = 2 * x + z * z, z * math.sqrt(z * z + 4 * x * (n - x) / n)
    lower = 0.0 if x == 0 else (middle - spread) / (2 * (n + z * z))
    upper = 1.0 if x == n else (middle + spread) / (2 * (n + z * z))
    return lower, upper


# The score family: the fit under a supposed contrast, and how far the data are from it (Miettinen & Nurminen 1985).


def fitted_under_difference(difference: float, table: Table) -> tuple[float, float]:
    """Maximum likelihood fit of p1 and p2 = p1 - difference: the score of p2 falls, and is halved to zero."""
    x1, n1, x2, n2 = table

    def score(p2: float) -> float:
        p1 = p2 + difference
        return (x1 - n1 * p1) * p2 * (1 - p2) + (x2 - n2 * p2) * p1 * (1 - p1)

    p2 = halved(score, max(0.0, -difference), min(1.0, 1 - difference), HALVINGS)
    return p2 + difference, p2


def fitted_under_ratio(ratio: float, table: Table) -> tuple[float, float]:
    """Maximum likelihood fit of p2 and p1 = ratio * p2."""
    x1, n1, x2, n2 = table

    def score(p2: float) -> float:
        p1 = ratio * p2
        others = ratio * (n1 - x1) * p2 * (1 - p2) + (n2 - x2) * p2 * (1 - p1)
        return (x1 + x2) * (1 - p1) * (1 - p2) - others

    p2 = halved(score, 0.0, min(1.0, 1 / ratio), HALVINGS)
    return ratio * p2, p2


def standardised(distance: float, variance: float, third: float, table: Table, method: str) -> float:
    """The score statistic: variance times N / (N - 1), skewness taken out (Gart & Nam 1988; Laud 2017)."""
    n = table.n1 + table.n2
    if method in ("scas", "miettinen_nurminen"):
        variance = variance * n / (n - 1)
    if variance <= 0:
        return 0.0 if abs(distance) < 1e-12 else math.copysign(INF, distance)
    z = distance / math.sqrt(variance)
    if method != "scas":
        return z
    skew = third / (6 * variance * math.sqrt(variance))
    square = 1 + 4 * skew * (z + skew)
    return -1 / (2 * skew) if square < 0 else 2 * (z + skew) / (1 + math.sqrt(square))


def difference_score(difference: float, table: Table, method: str) -> float:
    """How many standard errors the data are from a supposed difference."""
    x1, n1, x2, n2 = table
    p1, p2 = fitted_under_difference(difference, table)
    v1, v2 = p1 * (1 - p1) / n1, p2 * (1 - p2) / n2
    third = v1 * (1 - 2 * p1) / n1 - v2 * (1 - 2 * p2) / n2
    return standardised(x1 / n1 - x2 / n2 - difference, v1 + v2, third, table, method)


def ratio_score(log_ratio: float, table: Table, method: str) -> float:
    """How many standard errors the data are from a supposed ratio."""
    x1, n1, x2, n2 = table
    ratio = math.exp(log_ratio)
    p1, p2 = fitted_under_ratio(ratio, table)
    v1, v2 = p1 * (1 - p1) / n1, ratio**2 * p2 * (1 - p2) / n2
    third = v1 * (1 - 2 * p1) / n1 - ratio * v2 * (1 - 2 * p2) / n2
    return standardised(x1 / n1 - ratio * x2 / n2, v1 + v2, third, table, method)


def odds_ratio_score(log_odds_ratio: float, table: Table) -> float:
    """How many standard errors the data are from a supposed odds ratio (Miettinen & Nurminen 1985)."""
    x1, n1, x2, n2 = table
    odds = math.exp(log_odds_ratio)

    def first(p2: float) -> float:
        return odds * p2 / (1 - p2 + odds * p2)

    p2 = halved(lambda p: x1 + x2 - n1 * first(p) - n2 * p, 0.0, 1.0, HALVINGS)
    w1, w2 = n1 * first(p2) * (1 - first(p2)), n2 * p2 * (1 - p2)
    if not (w1 > 0 and w2 > 0):
        return math.copysign(INF, x1 * (n2 - x2) - odds * x2 * (n1 - x1))
    distance = (x1 - n1 * first(p2)) / w1 - (x2 - n2 * p2) / w2
    n = n1 + n2
    return distance / math.sqrt(n / (n - 1) * (1 / w1 + 1 / w2))


def equality_p(table: Table, method: str) -> float:
    """P-value of the score statistic at equality, which all three contrasts share."""
    x1, n1, x2, n2 = table
    p = (x1 + x2) / (n1 + n2)
    third = p * (1 - p) * (1 - 2 * p) * (1 / n1**2 - 1 / n2**2)
    z = standardised(x1 / n1 - x2 / n2, p * (1 - p) * (1 / n1 + 1 / n2), third, table, method)
    return min(1.0, normal_p(z))


def difference(table: Table, method: str, confidence: float) -> Found:
    """Difference of two proportions with its interval and its own p-value."""
    if not table.usable:
        return NOTHING
    x1, n1, x2, n2 = table
    gap, z = x1 / n1 - x2 / n2, normal_quantile(confidence)
    if method == "newcombe":
        below, above = _newcombe(table, z)
        return Found(gap, gap - below, gap + above, _newcombe_p(table))
    lower = halved(lambda d: difference_score(d, table, method) - z, -1.0, 1.0, HALVINGS)
    upper = halved(lambda d: difference_score(d, table, method) + z, -1.0, 1.0, HALVINGS)
    return Found(gap, lower, upper, equality_p(table, method))


def _newcombe(table: Table, z: float) -> tuple[float, float]:
    """Distances to the limits of Newcombe's hybrid of Wilson limits (1998, method 10)."""
    x1, n1, x2, n2 = table
    p1, p2, level = x1 / n1, x2 / n2, 1 - normal_p(z)
    if level <= 0:
        return 0.0, 0.0
    if level >= 1:
        return INF, INF
    (l1, u1), (l2, u2) = wilson(x1, n1, level), wilson(x2, n2, level)
    return math.hypot(p1 - l1, u2 - p2), math.hypot(u1 - p1, p2 - l2)


def _newcombe_p(table: Table) -> float:
    """P-value at which Newcombe's interval just touches no difference."""
    gap = table.x1 / table.n1 - table.x2 / table.n2
    if table.x1 * table.n2 == table.x2 * table.n1:
        return 1.0

    def excludes(z: float) -> float:
        below, above = _newcombe(table, z)
        return (gap - below) if gap > 0 else -(gap + above)

    return normal_p(halved(excludes, 0.0, 8.0))


def ratio(table: Table, method: str, confidence: float) -> Found:
    """Ratio of two proportions with its interval and its own p-value."""
    if not table.usable:
        return NOTHING
    x1, n1, x2, n2 = table
    z = normal_quantile(confidence)
    if method == "katz_log":
        if not x1 or not x2:
            return NOTHING
        log, error = math.log(x1 * n2 / (x2 * n1)), math.sqrt(1 / x1 - 1 / n1 + 1 / x2 - 1 / n2)
        deviate = 0.0 if log == 0 else log / error if error else INF
        return Found(math.exp(log), math.exp(log - z * error), math.exp(log + z * error), normal_p(deviate))
    if not x1 and not x2:
        return Found(NAN, 0.0, INF, 1.0)
    value = x1 * n2 / (x2 * n1) if x2 else INF
    lower = 0.0 if not x1 else _lowest_ratio(table, method, z)
    upper = INF if not x2 else 1 / _lowest_ratio(table.swapped, method, z)
    return Found(value, lower, upper, equality_p(table, method))


def _lowest_ratio(table: Table, method: str, z: float) -> float:
    return math.exp(
        halved(lambda log: ratio_score(log, table, method) - z, -LOG_RANGE, LOG_RANGE, HALVINGS + 5)
    )


def odds_ratio(table: Table, confidence: float) -> Found:
    """Odds ratio with Miettinen & Nurminen's interval and the N-1 chi-squared test."""
    x1, n1, x2, n2 = table
    if not table.usable:
        return NOTHING
    if x1 + x2 in (0, n1 + n2):
        return Found(NAN, 0.0, INF, 1.0)
    z = normal_quantile(confidence)
    top, bottom = x1 * (n2 - x2), x2 * (n1 - x1)
    if not top or not bottom:
        return _gart(table, z, top, bottom)

    def limit(shift: float) -> float:
        return math.exp(halved(lambda log: odds_ratio_score(log, table) - shift, -LOG_RANGE, LOG_RANGE))

    return Found(
        top / bottom,
        limit(z),
        limit(-z),
        equality_p(table, "miettinen_nurminen"),
    )


def _gart(table: Table, z: float, top: float, bottom: float) -> Found:
    """A cell is empty: Gart's logit interval, a half added to every cell, for the limit that there is (1966)."""
    x1, n1, x2, n2 = table
    cells = [cell + 0.5 for cell in (x1, n1 - x1, x2, n2 - x2)]
    log = math.log(cells[0] * cells[3] / (cells[1] * cells[2]))
    error = math.sqrt(sum(1 / cell for cell in cells))
    return Found(
        top / bottom if bottom else INF,
        math.exp(log - z * error) if top else 0.0,
        math.exp(log + z * error) if bottom else INF,
        equality_p(table, "miettinen_nurminen"),
    )


# Exact tests: every table with the same margins.


def hypergeometric(k: float, table: Table) -> float:
    """Probability of k in the first group, given all totals."""
    m = table.x1 + table.x2
    return math.exp(_choices(table.n1, k) + _choices(table.n2, m - k) - _choices(table.n1 + table.n2, m))


def _choices(n: float, k: float) -> float:
    return math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1)


def possible(table: Table) -> range:
    """Every count that the first group can have, given all totals."""
    m = table.x1 + table.x2
    return range(int(max(0, m - table.n2)), int(min(table.n1, m)) + 1)


def midp(table: Table) -> float:
    """Twice the smaller tail, with half of the observed table's probability (Lancaster 1961)."""
    counts = possible(table)
    half = hypergeometric(table.x1, table) / 2
    below = sum(hypergeometric(k, table) for k in counts if k < table.x1) + half
    above = sum(hypergeometric(k, table) for k in counts if k > table.x1) + half
    return min(1.0, 2 * min(below, above))


def binomial_midp(x: float, n: float, p: float) -> float:
    """Mid-p of a proportion against a known one, twice the smaller tail."""
    chance = [math.comb(int(n), k) * p**k * (1 - p) ** (int(n) - k) for k in range(int(n) + 1)]
    half = chance[int(x)] / 2
    return min(1.0, 2 * min(sum(chance[: int(x)]) + half, sum(chance[int(x) + 1 :]) + half))


class Test(NamedTuple):
    """The p-value to go by, and what the counts allow."""

    p_value: float
    sparse: bool
    cannot_be_significant: bool
    undefined: bool


def decide(table: Table, alpha: float, own_p: float | None = None) -> Test:
    """The p-value of the interval; no less than mid-p where the smallest expected count is below 5 (Campbell 2007)."""
    if not table.usable:
        return Test(NAN, False, False, True)
    m, n = table.x1 + table.x2, table.n1 + table.n2
    sparse = min(m, n - m) * min(table.n1, table.n2) / n < 5
    p = equality_p(table, "scas") if own_p is None else own_p
    if sparse:
        p = max(midp(table), p)
    ends = possible(table)
    smallest = min(1.0, hypergeometric(ends[0], table), hypergeometric(ends[-1], table))
    return Test(p, sparse, smallest > alpha, m in (0, n))


def power(p1: float, p2: float, n1: float, n2: float, alpha: float) -> float:
    """Probability that the test of two proportions finds a true difference, by the normal approximation."""
    pooled = (n1 * p1 + n2 * p2) / (n1 + n2)
    at_null = math.sqrt(pooled * (1 - pooled) * (1 / n1 + 1 / n2))
    in_truth = math.sqrt(p1 * (1 - p1) / n1 + p2 * (1 - p2) / n2)
    if in_truth == 0:
        return alpha if p1 == p2 else 1.0
    reach = normal_quantile(1 - alpha) * at_null
    above = NORMAL.cdf((p1 - p2 - reach) / in_truth)
    return above + NORMAL.cdf((-reach - (p1 - p2)) / in_truth)


def detectable(p2: float, n1: float, n2: float, alpha: float, direction: str) -> float:
    """The proportion p1 nearest to p2 that is told apart from it with 80 % power; NaN where none is."""
    if not (0 <= p2 <= 1 and n1 > 0 and n2 > 0):
        return NAN
    end = 1.0 if direction == "up" else 0.0
    if not power(end, p2, n1, n2, alpha) >= POWER:
        return NAN
    way = halved(lambda part: POWER - power(p2 + part * (end - p2), p2, n1, n2, alpha), 0.0, 1.0)
    return p2 + way * (end - p2)


# What people of unknown ethnicity could do to a gap (Manski 2003).


def greatest(table: Table, unknown: float, counted: float | None, kind: str) -> float:
    """Greatest contrast over every allocation of the unknown: those counted join group 1, the others group 2.

    Where it is not recorded how many of them were counted, every number is looked at, by halving where the
    contrast, which has one peak, still rises.
    """
    x1, n1, x2, n2 = table

    def contrast(e: float) -> float:
        p1, p2 = (x1 + e) / (n1 + e), x2 / (n2 + unknown - e)
        if kind == "difference":
            return p1 - p2
        return p1 / p2 if p2 else INF if p1 else NAN

    if counted is not None:
        return contrast(counted)
    low, high = 0.0, unknown
    for _ in range(200):
        first, second = low + (high - low) / 3, high - (high - low) / 3
        if contrast(first) < contrast(second):
            low = first
        else:
            high = second
    return max(contrast(0.0), contrast(unknown), contrast((low + high) / 2))


# Many organisations together: how they differ from each other gives the interval (Cochran 1977; Binder 1983).


def clustered_proportion(parts: Sequence[tuple[float, float]], confidence: float) -> Found:
    """Proportion over several organisations."""
    parts = [(x, n) for x, n in parts if 0 <= x <= n and n > 0]
    k, x_all, n_all = len(parts), sum(x for x, _ in parts), sum(n for _, n in parts)
    if not k:
        return NOTHING
    p = x_all / n_all
    plain = p * (1 - p) / n_all
    between = k / (k - 1) * sum((x - p * n) ** 2 for x, n in parts) / n_all**2 if k > 1 else 0.0
    variance = _wider(between, plain, k)
    if k == 1 or variance <= 1e-12 * plain:
        return Found(p, *wilson(x_all, n_all, confidence))
    margin = student_quantile(k - 1, confidence) * math.sqrt(variance)
    return Found(p, max(0.0, p - margin), min(1.0, p + margin))


def _wider(between: float, plain: float, k: int) -> float:
    return max(between, plain) if k < 10 else between


def _together(tables: Sequence[Table]) -> Table:
    return Table(*(sum(column) for column in zip(*tables, strict=True)))


def clustered_difference(tables: Sequence[Table], confidence: float) -> Found:
    """Crude difference over several organisations."""
    whole = _together(tables)
    k = len(tables)
    if not whole.usable:
        return NOTHING
    p1, p2 = whole.x1 / whole.n1, whole.x2 / whole.n2
    moved = [(t.x1 - p1 * t.n1) / whole.n1 - (t.x2 - p2 * t.n2) / whole.n2 for t in tables]
    plain = p1 * (1 - p1) / whole.n1 + p2 * (1 - p2) / whole.n2
    variance = _wider(k / (k - 1) * sum(d * d for d in moved) if k > 1 else 0.0, plain, k)
    if k == 1 or variance <= 1e-12 * plain:
        return difference(whole, "scas", confidence)
    gap, error = p1 - p2, math.sqrt(variance)
    margin = student_quantile(k - 1, confidence) * error
    return Found(gap, max(-1.0, gap - margin), min(1.0, gap + margin), 1 - student_inside(gap / error, k - 1))


def clustered_ratio(tables: Sequence[Table], confidence: float) -> Found:
    """Crude ratio over several organisations."""
    whole = _together(tables)
    k = len(tables)
    if not whole.usable:
        return NOTHING
    if k == 1 or not whole.x1 or not whole.x2:
        return ratio(whole, "scas", confidence)
    p1, p2 = whole.x1 / whole.n1, whole.x2 / whole.n2
    moved = [(t.x1 - p1 * t.n1) / whole.x1 - (t.x2 - p2 * t.n2) / whole.x2 for t in tables]
    plain = 1 / whole.x1 - 1 / whole.n1 + 1 / whole.x2 - 1 / whole.n2
    variance = _wider(k / (k - 1) * sum(d * d for d in moved), plain, k)
    if variance <= 1e-12 * plain:
        return ratio(whole, "scas", confidence)
    return _log_found(math.log(p1 / p2), variance, k, confidence)


def mantel_haenszel(tables: Sequence[Table], confidence: float) -> Found:
    """Ratio within organisations (Mantel & Haenszel 1959), with the variance between organisations."""
    tables = [t for t in tables if t.n1 > 0 and t.n2 > 0]
    k = len(tables)
    if not k:
        return NOTHING
    whole = _together(tables)
    if k == 1 or not whole.x1 or not whole.x2:
        return ratio(whole, "scas", confidence)
    first = [t.x1 * t.n2 / (t.n1 + t.n2) for t in tables]
    second = [t.x2 * t.n1 / (t.n1 + t.n2) for t in tables]
    if not sum(first) or not sum(second):
        return Found(sum(first) / sum(second) if sum(second) else INF, NAN, NAN)
    between = (
        k / (k - 1) * sum((a / sum(first) - b / sum(second)) ** 2 for a, b in zip(first, second, strict=True))
    )
    greenland_robins = sum(
        ((t.x1 + t.x2) * t.n1 * t.n2 - t.x1 * t.x2 * (t.n1 + t.n2)) / (t.n1 + t.n2) ** 2 for t in tables
    ) / (sum(first) * sum(second))
    variance = _wider(between, greenland_robins, k)
    if variance <= 1e-12 * greenland_robins:
        variance = greenland_robins
    return _log_found(math.log(sum(first) / sum(second)), variance, k, confidence)


def _log_found(log: float, variance: float, k: int, confidence: float) -> Found:
    error = math.sqrt(variance)
    margin = student_quantile(k - 1, confidence) * error
    p = 1 - student_inside(log / error, k - 1)
    return Found(math.exp(log), math.exp(log - margin), math.exp(log + margin), p)


def changed(now: Found, before: Found, retained: float, confidence: float) -> Found:
    """Later minus earlier, by MOVER (Zou & Donner 2008); those counted in both years can't change it."""
    change = now.value - before.value
    shrink = math.sqrt(1 - retained)
    below = shrink * math.hypot(now.value - now.lower, before.upper - before.value)
    above = shrink * math.hypot(now.upper - now.value, before.value - before.lower)
    towards = below if change > 0 else above
    z = 0.0 if change == 0 else INF if towards == 0 else normal_quantile(confidence) * change / towards
    return Found(change, change - below, change + above, normal_p(z))


def discoveries(p_values: Sequence[float]) -> list[float]:
    """Each p-value's smallest false discovery rate (Benjamini & Hochberg 1995)."""
    size = len(p_values)
    ordered = sorted(p_values)
    steps = [min(1.0, size * p / rank) for rank, p in enumerate(ordered, 1)]
    lowest = dict[float, float]()
    for position, p in enumerate(ordered):
        lowest.setdefault(p, min(steps[position:]))
    return [lowest[p] for p in p_values]
