"""What synthetic organisations say beside their counts: turnover, and action plans of the last two years.

They have random numbers of their own, so that no count depends on them.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from wres.examples.simulator.planted import random_numbers
from wres.examples.simulator.roster import Organisation

PURPOSE = 9
ACTIONS = {
    "leadership": (
        "Each board member sponsors a BME colleague in bands 7 to 8b",
        "The board hears a staff story about race at every second meeting",
    ),
    "positive_action": (
        "Interview panels for bands 8a and above have a trained BME member",
        "Stretch assignments are offered first to staff groups that are under-represented",
    ),
    "accountability": (
        "The chief executive answers to the board for the goals to parity twice a year",
        "Race equality goals are part of every executive's appraisal",
    ),
    "monitoring": (
        "Shortlisting and appointment are reported by ethnicity every quarter",
        "Results are compared with those of similar organisations each autumn",
    ),
}
OWNERS = ("Chief executive", "Director of people", "Chief nurse", "Chair of the board")
SENT = 0.8


def turnover_table(members: list[Organisation], seed: int) -> pd.DataFrame:
    """Turnover of every other organisation, as ``turnover.csv`` holds it."""
    rows = [
        (member.code, "", round(random_numbers(seed, member.number, PURPOSE, 0).uniform(0.08, 0.18), 3))
        for member in members
        if member.number % 2 == 0
    ]
    return pd.DataFrame(rows, columns=["organisation_code", "category", "turnover"])


def actions_table(members: list[Organisation], last: int, seed: int) -> pd.DataFrame:
    """Action plans of the last two years, as ``actions.csv`` holds them; some send none."""
    columns = ["year", "organisation_code", "component", "action", "owner", "due", "status"]
    rows = [row for member in members for row in _plans(member, last, seed)]
    return pd.DataFrame(rows, columns=columns)


def _plans(member: Organisation, last: int, seed: int) -> Iterator[tuple[int | str, ...]]:
    rng = random_numbers(seed, member.number, PURPOSE, 1)
    for year, statuses in ((last - 1, ("done", "under_way", "stopped")), (last, ("planned", "under_way"))):
        sent = rng.random() < SENT
        for component, actions in ACTIONS.items():
            action, owner = rng.choice(actions), rng.choice(OWNERS)
            status = rng.choice(np.array(statuses))
            if sent and member.existed(f"{year}-03-31"):
                yield year, member.code, component, str(action), str(owner), f"{year + 1}-03-31", str(status)
