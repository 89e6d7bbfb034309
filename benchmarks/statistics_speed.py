"""How fast the intervals are, side by side with the loop over statsmodels that they replace.

``python benchmarks/statistics_speed.py`` prints the times of one run and fails if 10,000 SCAS intervals of a
ratio take more than a hundredth of what statsmodels' score interval takes, one table after another.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from time import perf_counter

import numpy as np
import numpy.typing as npt
from statsmodels.stats.proportion import confint_proportions_2indep

from wres.statistics import decide, difference, midp_central, odds_ratio, ratio, wilson

TABLES = 10_000
TIMES_FASTER = 100
Counts = npt.NDArray[np.int64]


def tables(count: int) -> tuple[Counts, Counts, Counts, Counts]:
    """Tables inside which statsmodels' interval is right: some events and some non-events in each group."""
    rng = np.random.default_rng(2025)
    n1, n2 = rng.integers(200, 1500, count), rng.integers(1000, 5000, count)
    x1, x2 = rng.binomial(n1, 0.06), rng.binomial(n2, 0.05)
    return np.clip(x1, 1, n1 - 1), n1, np.clip(x2, 1, n2 - 1), n2


def best(function: Callable[[], object], repeats: int) -> float:
    """Shortest of several times in seconds, the one least disturbed by other work on the machine."""
    times = []
    for _ in range(repeats):
        start = perf_counter()
        function()
        times.append(perf_counter() - start)
    return min(times)


def main() -> int:
    counts = tables(TABLES)
    rows = list(zip(*counts, strict=True))

    def loop() -> None:
        for x1, n1, x2, n2 in rows:
            confint_proportions_2indep(x1, n1, x2, n2, compare="ratio", method="score")

    ours = {
        "ratio, SCAS": lambda: ratio(*counts),
        "ratio, Miettinen-Nurminen": lambda: ratio(*counts, method="miettinen_nurminen"),
        "difference, SCAS": lambda: difference(*counts),
        "odds ratio, Miettinen-Nurminen": lambda: odds_ratio(*counts),
        "decision": lambda: decide(*counts),
        "central mid-p": lambda: midp_central(*counts),
        "Wilson": lambda: wilson(*counts[:2]),
    }
    times = {name: best(function, 7) for name, function in ours.items()}
    looped = best(loop, 2)
    factor = looped / times["ratio, SCAS"]
    sys.stdout.write(f"{TABLES:,} tables, best of several runs\n")
    for name, seconds in times.items():
        sys.stdout.write(f"  {name:32} {1000 * seconds:9.1f} ms\n")
    sys.stdout.write(f"  {'statsmodels ratio score, loop':32} {1000 * looped:9.1f} ms\n")
    sys.stdout.write(f"SCAS is {factor:.0f} times as fast as the loop; at least {TIMES_FASTER} wanted\n")
    return 0 if factor >= TIMES_FASTER else 1


if __name__ == "__main__":
    raise SystemExit(main())
