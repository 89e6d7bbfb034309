"""Tables that several test modules go through, and the comparison of numbers to a relative tolerance."""

import itertools
from pathlib import Path

import numpy as np
import pandas as pd

KNOWN = Path(__file__).parents[1] / "known_answers"


def vectors(name):
    return pd.read_csv(KNOWN / "vectors" / f"{name}.csv")


def every_small_table(most=8):
    rows = [
        (x1, n1, x2, n2)
        for n1, n2 in itertools.product(range(1, most + 1), repeat=2)
        for x1, x2 in itertools.product(range(n1 + 1), range(n2 + 1))
    ]
    return np.array(rows, dtype=float).T


def random_tables(count, seed=0):
    rng = np.random.default_rng(seed)
    n1, n2 = (np.round(10 ** rng.uniform(0, 5.5, count)) for _ in range(2))
    p = rng.choice([0, 0.001, 0.01, 0.2, 0.5, 0.9, 0.999, 1], count)
    q = np.clip(p * np.exp(rng.normal(0, 0.7, count)), 0, 1)
    return np.array([rng.binomial(n1.astype(int), p), n1, rng.binomial(n2.astype(int), q), n2], dtype=float)


def half_unit(printed):
    """Half a unit of the last digit that a figure was printed with."""
    decimals = len(str(printed).partition(".")[2])
    return 0.5 * 10.0**-decimals * (1 + 1e-9)
