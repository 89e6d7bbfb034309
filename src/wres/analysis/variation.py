"""How much NHS trusts differ from each other, and what chance alone would give.

For the publication's year, an indicator at a time: how many trusts would have which verdict, and how many a
relative likelihood inside the practical range, if nothing were wrong anywhere; and the range of the true figures
of trusts. Only sums over all trusts leave this module.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
from scipy.stats import t as student

from wres import statistics
from wres.analysis.pool import Pool
from wres.analysis.texts import stacked
from wres.analysis.two_groups import cells, oriented
from wres.definitions import Indicator
from wres.params import StatisticsSettings
from wres.results import VERDICTS
from wres.statistics.enumeration import probability_of_ratio_inside

NUMBERS = ("value", "lower", "upper")
COLUMNS = ("indicator", "measure", "value", "lower", "upper", "trusts", "method")
REDEALS = 50
SEED = 2014  # the year in which the standard was agreed; any number would do

ComputeRows = Callable[[Pool], list[pd.DataFrame]]


def variation_rows(
    shown: Pool,
    indicator: Indicator,
    settings: StatisticsSettings,
    compute: ComputeRows,
) -> pd.DataFrame:
    """What one indicator's trusts show together.

    Parameters
    ----------
    shown
        The trusts whose headline figure of one year is published, each an entity of its own: nothing can be
        learned of the others, and what is counted is compared with what is expected of the same trusts.
    indicator
        Its definition.
    settings
        Methods and thresholds of the publication.
    compute
        Makes the indicator's tables of rows, verdicts among them, from such a pool.

    Returns
    -------
    DataFrame
        ``COLUMNS`` but for the indicator. ``expected_<verdict>``: trusts with that verdict if nothing were
        wrong; ``expected_inside``: with a relative likelihood inside the practical range; ``spread``: the
        figure of a typical trust, with the range that holds the true figures of most trusts; ``spread_tau``: the
        standard deviation of the logarithms of their true ratios.
    """
    rows = _expected_verdicts(shown, indicator, compute)
    if indicator.gap == "relative_likelihood":
        rows.append(_expected_inside(shown, indicator, settings))
        rows += _spread_of_ratios(shown, indicator, settings)
    elif indicator.denominator == "group":
        rows.append(_spread_of_differences(shown, settings))
    return pd.DataFrame(rows).astype(dict.fromkeys(NUMBERS, "float64") if rows else {})


def redealt(pool: Pool, times: int, seed: int = SEED) -> Pool:
    """The same trusts in many years in which nothing is wrong.

    The people counted in each trust, such as those disciplined, are dealt out anew among its white and BME
    people without regard to ethnicity (hypergeometric, all totals kept). The years 1, 2, … number the deals.
    """
    once = pool.entities
    entities = pd.concat([once.assign(year=deal) for deal in range(1, times + 1)], ignore_index=True)
    white, bme, counted = (
        entities[names].sum(axis=1).to_numpy().astype(np.int64)
        for names in (["white_n"], ["bme_n"], ["white_x", "bme_x"])
    )
    counted = np.minimum(counted, white + bme)
    dealt = np.random.default_rng(seed).hypergeometric(bme, white, counted)
    entities = entities.assign(bme_x=dealt.astype(float), white_x=(counted - dealt).astype(float))
    return Pool(entities, entities, np.arange(len(entities)))


def _expected_verdicts(pool: Pool, indicator: Indicator, compute: ComputeRows) -> list[dict[str, object]]:
    rows = stacked(compute(redealt(pool, REDEALS)))
    found = rows.loc[rows["statistic"].eq(indicator.gap), "verdict"].value_counts()
    method = f"mean of {REDEALS} random deals of the people counted, white and BME totals kept"
    return [
        _row(f"expected_{verdict}", found.get(verdict, 0) / REDEALS, pool, method) for verdict in VERDICTS
    ]


def _expected_inside(pool: Pool, indicator: Indicator, settings: StatisticsSettings) -> dict[str, object]:
    x1, n1, x2, n2 = oriented(pool.entities, indicator)
    chances = probability_of_ratio_inside(x1 + x2, n1, n2, *settings.practical_ratio)
    return _row("expected_inside", float(chances.sum()), pool, "hypergeometric, exact")


def _spread_of_ratios(
    pool: Pool, indicator: Indicator, settings: StatisticsSettings
) -> list[dict[str, object]]:
    found = statistics.ratio_model(*oriented(pool.entities, indicator), confidence=settings.confidence)
    limits = {"lower": found.prediction_lower[0], "upper": found.prediction_upper[0]}
    model = "conditional binomial-normal model"
    return [
        _row("spread", found.mean[0], pool, model) | limits,
        _row("spread_tau", found.tau[0], pool, f"{model}, on the logarithm of the ratio"),
    ]


def _spread_of_differences(pool: Pool, settings: StatisticsSettings) -> dict[str, object]:
    (white_x, white_n), (bme_x, bme_n) = cells(pool.entities, "white"), cells(pool.entities, "bme")
    white, bme = white_x / white_n, bme_x / bme_n
    variance = white * (1 - white) / white_n + bme * (1 - bme) / bme_n
    found = statistics.random_effects(bme - white, variance)
    mean, reach = float(found.estimate), float(np.hypot(found.tau, found.error_hartung_knapp))
    reach *= student.ppf((1 + settings.confidence) / 2, max(int(found.units) - 2, 1))
    limits = {"lower": 100 * (mean - reach), "upper": 100 * (mean + reach)}
    return _row("spread", 100 * mean, pool, "random effects, Paule-Mandel") | limits


def _row(measure: str, value: float, pool: Pool, method: str) -> dict[str, object]:
    return {
        "measure": measure,
        "value": value,
        "lower": np.nan,
        "upper": np.nan,
        "trusts": len(pool.entities),
        "method": method,
    }
