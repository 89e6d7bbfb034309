"""How fast the indicator engine is: 260 organisations and nine years from counts to judged rows.

``python benchmarks/indicator_engine.py`` prints the seconds of one run, and how many times as long a loop over
statsmodels would take for the same intervals. It is measured on a sample of the engine's own rows and scaled up;
the loop makes closed-form intervals and tests alone, without levels, power, verdicts
or notes. It fails above ``MOST_SECONDS``.
"""

from __future__ import annotations

import sys
import warnings
from collections.abc import Callable
from pathlib import Path
from time import perf_counter

import pandas as pd
from statsmodels.stats.proportion import (
    confint_proportions_2indep,
    proportion_confint,
    test_proportions_2indep,
)

from wres import pipeline

ENGLAND = Path(__file__).parents[1] / "params" / "england.yml"
MOST_SECONDS = 3.0
SAMPLE = 300
FEWEST = 10


def seconds(function: Callable[[], object]) -> float:
    """How long one call takes."""
    start = perf_counter()
    function()
    return perf_counter() - start


def looped(rows: pd.DataFrame) -> None:
    """Intervals of a sample of rows, one after another."""
    for row in rows[rows["statistic"].eq("percentage")].itertuples():
        proportion_confint(row.numerator, row.denominator, method="wilson")
    for row in rows[rows["statistic"].isin(["difference", "relative_likelihood"])].itertuples():
        compare, closed = ("diff", "newcomb") if row.statistic == "difference" else ("ratio", "log")
        table = (row.bme_numerator, row.bme_denominator, row.white_numerator, row.white_denominator)
        confint_proportions_2indep(*table, compare=compare, method=closed)
        test_proportions_2indep(*table, compare=compare, method="score")


def main() -> int:
    warnings.simplefilter("ignore")  # statsmodels warns of tables that the engine treats on purpose
    publication, collection = pipeline.load(ENGLAND)
    times = [seconds(lambda: pipeline.indicators(collection, publication)) for _ in range(3)]
    rows = pipeline.indicators(collection, publication)
    counted = rows[["white_numerator", "bme_numerator"]].min(axis=1).gt(FEWEST)
    own = rows[rows["level"].eq("organisation") & (counted | rows["statistic"].eq("percentage"))]
    sample = own.sample(SAMPLE, random_state=1)
    factor = seconds(lambda: looped(sample)) * len(own) / SAMPLE / min(times)
    sys.stdout.write(f"{len(rows):,} rows of 260 organisations and 9 years, best of three runs\n")
    sys.stdout.write(f"  engine {min(times):6.2f} s, at most {MOST_SECONDS:g} wanted\n")
    over_bands = seconds(lambda: pipeline.over_bands(collection, publication))
    sys.stdout.write(f"  beside it the tests over the bands of one year, resampled: {over_bands:.2f} s\n")
    sys.stdout.write(
        f"  the loop over statsmodels would take {factor:.0f} times as long for the intervals alone\n"
    )
    return 0 if min(times) <= MOST_SECONDS else 1


if __name__ == "__main__":
    raise SystemExit(main())
