"""What synthetic staff are paid: a few pay points a band or grade, and bonuses, in the last year.

Points are rounded from national pay scales. Where careers are fair, BME staff stand on the same points as white staff
of their band; elsewhere fewer have reached the top, and fewer consultants and managers get a bonus. Pay has random
numbers of its own, so that no count depends on it.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from wres.definitions import definitions
from wres.examples.simulator.bands import WORKFORCE
from wres.examples.simulator.people import Staff
from wres.examples.simulator.planted import Counts, Floats, Planted, random_numbers
from wres.examples.simulator.roster import Organisation

PURPOSE = 10
COLUMNS = ["year", "organisation_code", "measure", "staff_group", "category", "ethnicity", "amount", "count"]
POINTS = {
    "under_1": (11.45, 11.45, 11.45),
    "1": (12.08, 12.08, 12.08),
    "2": (12.08, 12.08, 12.31),
    "3": (12.31, 12.72, 13.13),
    "4": (13.57, 14.23, 14.89),
    "5": (15.33, 16.52, 18.66),
    "6": (19.10, 20.12, 23.00),
    "7": (23.60, 24.77, 27.01),
    "8a": (27.49, 28.93, 30.94),
    "8b": (31.82, 34.00, 36.97),
    "8c": (37.99, 40.50, 43.78),
    "8d": (45.09, 48.20, 52.00),
    "9": (53.90, 57.90, 62.02),
    "vsm": (61.50, 69.10, 84.40),
    "consultant": (53.94, 61.20, 71.50),
    "senior_medical_manager": (66.00, 74.00, 82.00),
    "non_consultant_career_grade": (27.10, 36.40, 43.90),
    "trainee": (18.70, 25.60, 33.20),
    "other": (21.00, 30.00, 45.00),
}
ON_POINTS = {"white": np.array([0.25, 0.30, 0.45]), "bme": np.array([0.35, 0.32, 0.33])}
# Rounded national shares of the detailed categories in each group.
CATEGORIES = {
    "white": {"A": 0.86, "B": 0.02, "C": 0.12},
    "bme": {
        **{"D": 0.02, "E": 0.015, "F": 0.02, "G": 0.025, "H": 0.19, "J": 0.075, "K": 0.025, "L": 0.16},
        **{"M": 0.06, "N": 0.235, "P": 0.03, "R": 0.025, "S": 0.12},
    },
    "unknown": {"Z": 0.7, "99": 0.3},
}
BONUSES = {
    "consultant": ((0.25, 0.15), (3_092.0, 6_180.0, 12_360.0)),
    "vsm": ((0.2, 0.15), (5_000.0, 10_000.0)),
}


def pay_table(member: Organisation, traits: Planted, staff: Staff, last: int, seed: int) -> pd.DataFrame:
    """Hourly pay and bonuses of an organisation's staff of the last year, as ``pay.csv`` holds them."""
    nothing = pd.DataFrame(columns=COLUMNS)
    if staff.years[-1] != last:
        return nothing
    rng = random_numbers(seed, member.number, PURPOSE)
    fair = traits.ceiling == 0
    tables = [nothing]
    for position, group in enumerate(definitions().ethnic_groups):
        people = staff.headcount[-1, :, position]
        points = ON_POINTS["bme" if group == "bme" and not fair else "white"]
        tables.append(_hourly(rng, people, group, points))
        tables.append(_bonuses(rng, people, group, favoured=fair or group == "white"))
    every = pd.concat([table for table in tables if len(table)], ignore_index=True)
    summed = every.groupby(COLUMNS[2:-1], sort=False)["count"].sum().reset_index()
    return summed.assign(year=last, organisation_code=member.code)[COLUMNS]


def _hourly(rng: np.random.Generator, people: Counts, group: str, points: Floats) -> pd.DataFrame:
    shares = CATEGORIES[group]
    cells = np.outer(list(shares.values()), points).ravel()
    counts = rng.multinomial(people, cells / cells.sum())
    place, cell = np.nonzero(counts)
    category = [WORKFORCE[at][1] for at in place]
    return pd.DataFrame({
        "measure": "hourly_pay",
        "staff_group": [WORKFORCE[at][0] for at in place],
        "category": category,
        "ethnicity": np.array(list(shares))[cell // len(points)],
        "amount": [POINTS[band][at] for band, at in zip(category, cell % len(points), strict=True)],
        "count": counts[place, cell],
    })  # fmt: skip


def _bonuses(rng: np.random.Generator, people: Counts, group: str, *, favoured: bool) -> pd.DataFrame:
    rows = []
    for (staff_group, category), staff in zip(WORKFORCE, people, strict=True):
        if category not in BONUSES:
            continue
        (better, worse), amounts = BONUSES[category]
        paid = rng.binomial(staff, better if favoured else worse)
        shares = list(CATEGORIES[group].values())
        cells = np.outer(shares, np.full(len(amounts), 1 / len(amounts))).ravel()
        for cell, count in enumerate(rng.multinomial(paid, cells / cells.sum())):
            if count:
                code, amount = list(CATEGORIES[group])[cell // len(amounts)], amounts[cell % len(amounts)]
                rows.append(("bonus", staff_group, category, code, amount, count))
    return pd.DataFrame(rows, columns=COLUMNS[2:])
