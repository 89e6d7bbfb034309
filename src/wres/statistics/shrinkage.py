"""How much strata truly differ, and estimates of each that borrow strength from the others.

Every stratum's own figure is drawn towards the common one by as much as chance blurs it. Intervals take the
fitted distribution of the strata as known (empirical Bayes). Pooled figures belong in
:mod:`wres.statistics.pooling`.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize
from scipy.special import betaincinv, betaln, expit, log_expit, psi, roots_hermite, stdtrit

from wres.statistics._arrays import (
    MISSING,
    Floats,
    Integers,
    Texts,
    blanked,
    count_rules,
    floats,
    normal_quantile,
    quiet,
    reasons,
    table_rules,
)
from wres.statistics._roots import bisect
from wres.statistics._score import Table
from wres.statistics.two_groups import NO_EVENTS

NODES, WEIGHTS = roots_hermite(25)
LOG_TAU = (-7.0, 2.0)
LOG_PRECISION = (-3.0, 16.0)
FEW = "fewer than three strata with events"


class RatioModel(NamedTuple):
    """Distribution of the ratio over strata, one element a group.

    Attributes
    ----------
    mean
        Ratio of the median stratum, exp(mu).
    lower, upper
        Interval of it.
    tau, error
        Standard deviation of the log ratio over strata, and standard error of mu.
    prediction_lower, prediction_upper
        Range of the true ratio of a further stratum.
    strata
        Number of strata with events.
    reason
        Why there is none.
    """

    mean: Floats
    lower: Floats
    upper: Floats
    tau: Floats
    error: Floats
    prediction_lower: Floats
    prediction_upper: Floats
    strata: Integers
    reason: Texts


class ProportionModel(NamedTuple):
    """Beta distribution of the proportion over strata, one element a group."""

    mean: Floats
    precision: Floats
    strata: Integers
    reason: Texts


class Shrunken(NamedTuple):
    """Posterior estimates and intervals, one element a stratum."""

    estimate: Floats
    lower: Floats
    upper: Floats
    reason: Texts


class RandomEffects(NamedTuple):
    """Mean of estimates that differ, its standard error, that of Hartung and Knapp, and tau."""

    estimate: Floats
    error: Floats
    error_hartung_knapp: Floats
    tau: Floats
    units: Integers
    reason: Texts


@quiet
def ratio_model(
    x1: npt.ArrayLike,
    n1: npt.ArrayLike,
    x2: npt.ArrayLike,
    n2: npt.ArrayLike,
    group: npt.ArrayLike | None = None,
    confidence: float = 0.95,
) -> RatioModel:
    """Fit the conditional binomial-normal model of ratios (Stijnen, Hamza & Ozdemir 2010, Stat Med 29:3046).

    Given its x1 + x2 events, stratum j has x1 ~ binomial with log odds log(n1 / n2) + theta_j, where
    theta_j is normal with mean mu and standard deviation tau. Maximum likelihood by adaptive Gauss-Hermite
    quadrature; it is metafor's ``rma.glmm(model="CM.AL")`` and needs no correction for groups without
    events.

    Parameters
    ----------
    x1, n1, x2, n2
        Counts and bases of the two groups compared, one element a stratum; strata without events say
        nothing and are left out, as are those that can't be counted.
    group
        Codes 0 … G-1 of the strata's groups; one group if left out.
    confidence
        Confidence level.

    Returns
    -------
    RatioModel
        The prediction range is exp(mu -/+ t sqrt(tau^2 + error^2)) with t on K - 2 degrees of freedom. NaN
        with a reason for fewer than three strata with events, and where all events are in one group.
    """
    counts, codes = _strata(group, x1, n1, x2, n2)
    table = Table._make(counts)
    size = int(codes.max(initial=0)) + 1
    kept = reasons(*table_rules(*table), (table.x1 + table.x2 == 0, NO_EVENTS)) == ""
    strata = np.bincount(codes[kept], minlength=size)
    fits = np.full((3, size), np.nan)
    one_sided = np.zeros(size, dtype=bool)
    for code in np.flatnonzero(strata >= 3):
        of_group = table.where(kept & (codes == code))
        one_sided[code] = of_group.x1.sum() == 0 or of_group.x2.sum() == 0
        if not one_sided[code]:
            fits[:, code] = _fit_ratios(_conditional(of_group))
    mu, tau, error = fits
    z, t = normal_quantile(confidence), stdtrit(strata - 2.0, (1 + confidence) / 2)
    spread = t * np.sqrt(tau**2 + error**2)
    return RatioModel(
        np.exp(mu),
        np.exp(mu - z * error),
        np.exp(mu + z * error),
        tau,
        error,
        np.exp(mu - spread),
        np.exp(mu + spread),
        strata,
        reasons((strata < 3, FEW), (one_sided, "all events are in one group")),
    )


@quiet
def shrunken_ratios(
    x1: npt.ArrayLike,
    n1: npt.ArrayLike,
    x2: npt.ArrayLike,
    n2: npt.ArrayLike,
    group: npt.ArrayLike | None = None,
    confidence: float = 0.95,
    mean_known: bool = True,
) -> Shrunken:
    """Estimate each stratum's ratio with the strength of all, by the model of :func:`ratio_model`.

    Parameters as in :func:`ratio_model`, and ``mean_known``: whether the common mean is taken as known; if not,
    the interval is widened on the log scale by its error, as far as the stratum leans on it (Morris 1983, JASA
    78:47).

    Returns
    -------
    Shrunken
        Posterior median of the ratio and equal-tailed posterior interval. A stratum without events keeps
        the common distribution. NaN with a reason where the stratum can't be counted or its group has no
        model.
    """
    counts, codes = _strata(group, x1, n1, x2, n2)
    table = Table._make(counts)
    model = ratio_model(*table, codes, confidence)
    reason = reasons(*table_rules(*table))
    reason = np.where(reason == "", model.reason[codes], reason)
    usable = reason == ""
    limits = np.full((3, codes.size), np.nan)
    chosen = codes[usable]
    data = _conditional(table.where(usable))
    tails = [0.5, (1 - confidence) / 2, (1 + confidence) / 2]
    mu, tau = np.log(model.mean[chosen]), model.tau[chosen]
    logs = _posterior_quantiles(data, mu, tau, tails)
    if not mean_known:
        logs = _widened(logs, tau, model.error[chosen], normal_quantile(confidence))
    limits[:, usable] = np.exp(logs)
    return Shrunken._make([*limits, reason])


@quiet
def proportion_model(
    x: npt.ArrayLike, n: npt.ArrayLike, group: npt.ArrayLike | None = None
) -> ProportionModel:
    """Fit the beta-binomial model of proportions by maximum likelihood (Skellam 1948).

    Parameters
    ----------
    x, n
        Counts and bases, one element a stratum; strata that can't be counted are left out.
    group
        Codes 0 … G-1 of the strata's groups; one group if left out.

    Returns
    -------
    ProportionModel
        Mean and precision (alpha + beta) of the beta distribution; the precision stops at e^16, which is no
        difference between strata. NaN with a reason for fewer than three strata, and where nobody or
        everybody is counted.
    """
    (xs, ns), codes = _strata(group, x, n)
    size = int(codes.max(initial=0)) + 1
    kept = reasons(*count_rules(xs, ns)) == ""
    strata = np.bincount(codes[kept], minlength=size)
    fits = np.full((2, size), np.nan)
    flat = np.zeros(size, dtype=bool)
    for code in np.flatnonzero(strata >= 3):
        of_group = kept & (codes == code)
        flat[code] = xs[of_group].sum() in (0, ns[of_group].sum())
        if not flat[code]:
            fits[:, code] = _fit_proportions(xs[of_group], ns[of_group])
    reason = reasons((strata < 3, "fewer than three strata"), (flat, "nobody or everybody is counted"))
    return ProportionModel._make([*fits, strata, reason])


@quiet
def shrunken_proportions(
    x: npt.ArrayLike, n: npt.ArrayLike, group: npt.ArrayLike | None = None, confidence: float = 0.95
) -> Shrunken:
    """Estimate each stratum's proportion with the strength of all, by the model of :func:`proportion_model`.

    Parameters as there.

    Returns
    -------
    Shrunken
        Posterior mean and equal-tailed posterior interval. NaN with a reason where the stratum can't be
        counted or its group has no model.
    """
    (xs, ns), codes = _strata(group, x, n)
    normal_quantile(confidence)
    model = proportion_model(xs, ns, codes)
    reason = reasons(*count_rules(xs, ns))
    reason = np.where(reason == "", model.reason[codes], reason)
    a = xs + (model.mean * model.precision)[codes]
    b = ns - xs + ((1 - model.mean) * model.precision)[codes]
    values = a / (a + b), betaincinv(a, b, (1 - confidence) / 2), betaincinv(a, b, (1 + confidence) / 2)
    return Shrunken._make([*blanked(reason, *values), reason])


@quiet
def random_effects(
    estimate: npt.ArrayLike, variance: npt.ArrayLike, method: str = "paule_mandel"
) -> RandomEffects:
    """Combine estimates that differ by more than chance, each with a known variance.

    Not for ratios of rare events: halves added to empty cells bias it, see :func:`ratio_model`.

    Parameters
    ----------
    estimate, variance
        Estimates on a scale without ends and their variances, units along the last axis, NaN where missing.
    method
        ``paule_mandel`` (Paule & Mandel 1982; DerSimonian & Kacker 2007) or ``dersimonian_laird`` (1986).

    Returns
    -------
    RandomEffects
        NaN with a reason for fewer than two units.
    """
    y, v = floats(estimate, variance)
    absent = ~(np.isfinite(y) & np.isfinite(v) & (v > 0))
    y, v = np.where(absent, 0.0, y), np.where(absent, np.inf, v)
    units = (~absent).sum(axis=-1)

    def excess(tau2: Floats) -> Floats:
        return np.asarray(_scatter(y, v + tau2[..., None])[1] - (units - 1))

    zero = np.zeros(units.shape)
    if method == "paule_mandel":
        spread = np.where(
            absent, 0.0, y - np.where(absent, 0.0, y).sum(axis=-1, keepdims=True) / units[..., None]
        )
        tau2 = np.where(excess(zero) > 0, bisect(excess, zero, 1 + (spread**2).sum(axis=-1) * 2, 80), 0.0)
    elif method == "dersimonian_laird":
        weight = 1 / v
        scale = weight.sum(axis=-1) - (weight**2).sum(axis=-1) / weight.sum(axis=-1)
        tau2 = np.maximum(0, excess(zero) / scale)
    else:
        raise ValueError(f"no method {method!r}; there are paule_mandel, dersimonian_laird")
    mean, scatter = _scatter(y, v + tau2[..., None])
    error = np.sqrt(1 / (1 / (v + tau2[..., None])).sum(axis=-1))
    results = mean, error, error * np.sqrt(scatter / (units - 1)), np.sqrt(tau2)
    reason = reasons((np.asarray(units < 2), "fewer than two units"))
    return RandomEffects._make([*blanked(reason, *results), np.asarray(units), reason])


@quiet
def shrunken_estimates(
    estimate: npt.ArrayLike, variance: npt.ArrayLike, confidence: float = 0.95
) -> Shrunken:
    """Draw estimates towards their common mean by as much as chance blurs them (Efron & Morris 1975, JASA 70:311).

    The normal model of :func:`random_effects`: each true value is normal about the mean with standard deviation
    tau. The interval covers the error of the mean too (Morris 1983, JASA 78:47), so that it does not vanish
    where units don't differ.

    Parameters
    ----------
    estimate, variance
        Estimates on a scale without ends and their variances, one element a unit, NaN where missing.
    confidence
        Confidence level.

    Returns
    -------
    Shrunken
        Posterior mean and interval. NaN with a reason where the estimate or its variance is missing, and for
        fewer than two units.
    """
    y, v = (np.ravel(value) for value in floats(estimate, variance))
    model = random_effects(y, v)
    told = np.isfinite(y) & np.isfinite(v) & (v > 0)
    reason = np.where(told, model.reason, MISSING)
    kept = model.tau**2 / (model.tau**2 + v)
    centre = kept * y + (1 - kept) * model.estimate
    reach = normal_quantile(confidence) * np.hypot(np.sqrt(kept * v), (1 - kept) * model.error)
    return Shrunken._make([*blanked(reason, centre, centre - reach, centre + reach), reason])


class Conditional(NamedTuple):
    """Events of group 1 out of all events, and the log odds of one when the ratio is 1."""

    x: Floats
    m: Floats
    offset: Floats


def _scatter(y: Floats, variance: Floats) -> tuple[Floats, Floats]:
    """Weighted mean, and weighted sum of squares about it."""
    weight = 1 / variance
    mean = (weight * y).sum(axis=-1) / weight.sum(axis=-1)
    return np.asarray(mean), np.asarray((weight * (y - mean[..., None]) ** 2).sum(axis=-1))


def _strata(group: npt.ArrayLike | None, *values: npt.ArrayLike) -> tuple[list[Floats], Integers]:
    counts = [np.ravel(count) for count in floats(*values)]
    codes = np.zeros(counts[0].size, dtype=np.int64) if group is None else np.asarray(group, dtype=np.int64)
    return counts, np.ravel(codes)


def _conditional(table: Table) -> Conditional:
    return Conditional(table.x1, table.x1 + table.x2, np.log(table.n1 / table.n2))


def _fit_ratios(data: Conditional) -> tuple[float, float, float]:
    """Mu, tau and the standard error of mu."""
    x, m, offset = data
    start = np.log(x.sum() + 0.5) - np.log((m - x).sum() + 0.5) - np.average(offset, weights=m)
    found = minimize(
        _ratio_likelihood,
        [start, -1.0],
        args=(data,),
        jac=True,
        method="L-BFGS-B",
        bounds=[(None, None), LOG_TAU],
        options={"ftol": 1e-15, "gtol": 1e-9},
    )
    at, step = found.x, 1e-4
    curvature = np.array(
        [
            (_ratio_likelihood(at + step * unit, data)[1] - _ratio_likelihood(at - step * unit, data)[1])
            / (2 * step)
            for unit in np.eye(2)
        ]
    )
    homogeneous = at[1] <= LOG_TAU[0] + 1e-6
    variance = 1 / curvature[0, 0] if homogeneous else np.linalg.inv(curvature)[0, 0]
    return float(at[0]), 0.0 if homogeneous else float(np.exp(at[1])), float(np.sqrt(variance))


def _ratio_likelihood(parameters: Floats, data: Conditional) -> tuple[float, Floats]:
    """Minus the log likelihood and its gradient in mu and log tau."""
    mu, tau = parameters[:1], np.exp(parameters[1:])
    centre, scale = _posterior_mode(data, mu, tau)
    theta = centre[:, None] + np.sqrt(2) * scale[:, None] * NODES
    logs = _log_density(data, theta, mu, tau) + NODES**2 + np.log(WEIGHTS)
    top = logs.max(axis=1, keepdims=True)
    weights = np.exp(logs - top)
    total = weights.sum(axis=1)
    value = np.sum(np.log(total) + top[:, 0] + np.log(scale / tau))
    share = weights / total[:, None]
    first = (share * (theta - mu)).sum(axis=1) / tau**2
    second = (share * (theta - mu) ** 2).sum(axis=1) / tau**2 - 1
    return -float(value), -np.array([first.sum(), second.sum()])


def _log_density(data: Conditional, theta: Floats, mu: Floats, tau: Floats) -> Floats:
    """Log of likelihood and prior of theta, strata along the first axis, but for constants."""
    x, m, offset = (value[:, None] for value in data)
    eta = theta + offset
    return np.asarray(x * log_expit(eta) + (m - x) * log_expit(-eta) - ((theta - mu) / tau) ** 2 / 2)


def _posterior_mode(data: Conditional, mu: Floats, tau: Floats) -> tuple[Floats, Floats]:
    """Mode of theta in each stratum, and the standard deviation that its curvature there implies."""
    x, m, offset = data
    precision = 1 / tau**2
    theta = mu + np.zeros_like(x)
    for _ in range(50):
        p = expit(theta + offset)
        curvature = m * p * (1 - p) + precision
        step = np.clip((x - m * p - precision * (theta - mu)) / curvature, -2, 2)
        theta = theta + step
        if np.max(np.abs(step), initial=0) < 1e-10:
            break
    return theta, 1 / np.sqrt(curvature)


def _posterior_quantiles(data: Conditional, mu: Floats, tau: Floats, tails: list[float]) -> Floats:
    """Quantiles of theta in each stratum, from its density on a fine grid around the mode."""
    tau = np.maximum(tau, np.exp(LOG_TAU[0]))
    centre, scale = _posterior_mode(data, mu, tau)
    grid = centre[:, None] + scale[:, None] * np.linspace(-10, 10, 801)
    logs = _log_density(data, grid, mu[:, None], tau[:, None])
    density = np.exp(logs - logs.max(axis=1, keepdims=True))
    below = np.cumsum((density[:, 1:] + density[:, :-1]) / 2, axis=1)
    below = np.concatenate([np.zeros_like(below[:, :1]), below], axis=1) / below[:, -1:]
    rows = [[np.interp(tail, b, g) for b, g in zip(below, grid, strict=True)] for tail in tails]
    return np.array(rows).reshape(len(tails), -1)


def _widened(logs: Floats, tau: Floats, error: Floats, z: float) -> Floats:
    """Widen posterior limits by the error of the mean; a stratum leans on it by its posterior variance over tau^2."""
    middle, lower, upper = logs
    variance = ((upper - lower) / (2 * z)) ** 2
    leaning = np.minimum(variance / np.maximum(tau, np.exp(LOG_TAU[0])) ** 2, 1) * error * z
    return np.array(
        [middle, middle - np.hypot(middle - lower, leaning), middle + np.hypot(upper - middle, leaning)]
    )


def _fit_proportions(x: Floats, n: Floats) -> tuple[float, float]:
    """Mean and precision of the beta distribution."""

    def likelihood(parameters: Floats) -> tuple[float, Floats]:
        mean, precision = expit(parameters[0]), np.exp(parameters[1])
        a, b = mean * precision, (1 - mean) * precision
        value = np.sum(betaln(x + a, n - x + b) - betaln(a, b))
        common = psi(a + b) - psi(n + a + b)
        by_a, by_b = np.sum(psi(x + a) - psi(a) + common), np.sum(psi(n - x + b) - psi(b) + common)
        return -float(value), -np.array([mean * (1 - mean) * precision * (by_a - by_b), a * by_a + b * by_b])

    share = x.sum() / n.sum()
    found = minimize(
        likelihood,
        [np.log(share / (1 - share)), 4.0],
        jac=True,
        method="L-BFGS-B",
        bounds=[(None, None), LOG_PRECISION],
        options={"ftol": 1e-15, "gtol": 1e-9},
    )
    return float(expit(found.x[0])), float(np.exp(found.x[1]))
