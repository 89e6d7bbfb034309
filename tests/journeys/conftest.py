"""What journeys share."""

import sys
import time
from random import Random

import pytest


@pytest.fixture
def chance() -> Random:
    """Another course of events on every run; its seed is shown with a failure, so that it can be tried again."""
    seed = time.time_ns()
    sys.stdout.write(f"chance: Random({seed})\n")
    return Random(seed)  # noqa: S311  (nothing is kept secret by it)
