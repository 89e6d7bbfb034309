"""How posts are spread over bands and grades, and where BME staff are more or less present than elsewhere.

These are rounded national patterns. How one organisation's staff change over the years belongs in
:mod:`.people`.
"""

from __future__ import annotations

from itertools import product
from typing import NamedTuple

import numpy as np

from wres.definitions import definitions
from wres.examples.simulator.planted import Floats


class Band(NamedTuple):
    """A band's share of the posts of a staff group, and its log odds of a BME share.

    ``office_posts`` are those of boards and bodies that treat nobody.
    """

    non_clinical_posts: float
    clinical_posts: float
    office_posts: float
    non_clinical_log_odds: float
    clinical_log_odds: float


class Grade(NamedTuple):
    """A medical grade's share of doctors' and dentists' posts, and its log odds of a BME share."""

    posts: float
    log_odds: float


BANDS = {
    "under_1": Band(0.001, 0.001, 0.000, 0.20, 0.20),
    "1": Band(0.010, 0.004, 0.000, 0.30, 0.30),
    "2": Band(0.300, 0.160, 0.030, -0.10, 0.25),
    "3": Band(0.200, 0.120, 0.070, -0.20, -0.05),
    "4": Band(0.170, 0.070, 0.120, -0.30, -0.10),
    "5": Band(0.090, 0.270, 0.120, -0.25, 0.70),
    "6": Band(0.070, 0.210, 0.130, -0.25, -0.05),
    "7": Band(0.060, 0.110, 0.160, -0.30, -0.50),
    "8a": Band(0.040, 0.035, 0.140, -0.45, -0.65),
    "8b": Band(0.022, 0.012, 0.090, -0.70, -0.80),
    "8c": Band(0.014, 0.004, 0.060, -1.00, -1.10),
    "8d": Band(0.009, 0.002, 0.040, -1.10, -1.20),
    "9": Band(0.005, 0.001, 0.015, -1.20, -1.20),
    "vsm": Band(0.009, 0.001, 0.025, -1.30, -1.30),
}
GRADES = {
    "consultant": Grade(0.40, 0.9),
    "senior_medical_manager": Grade(0.01, 0.3),
    "non_consultant_career_grade": Grade(0.15, 1.3),
    "trainee": Grade(0.40, 1.0),
    "other": Grade(0.04, 0.6),
}

# Shares of non-clinical, clinical, and medical and dental posts; all other types are offices.
STAFF_GROUPS = {
    "acute": (0.25, 0.62, 0.13),
    "acute_specialist": (0.28, 0.58, 0.14),
    "ambulance": (0.35, 0.64, 0.01),
    "community": (0.22, 0.75, 0.03),
    "mental_health": (0.22, 0.72, 0.06),
    "other": (0.25, 0.73, 0.02),
}
OFFICE_GROUPS = (0.8, 0.2, 0.0)

WORKFORCE = [
    *product(("non_clinical", "clinical"), definitions().bands),
    *product(("medical_dental",), definitions().medical_grades),
]
SENIOR = [category in definitions().clusters["bands_8a_to_vsm"].bands for _, category in WORKFORCE]
VSM = WORKFORCE.index(("non_clinical", "vsm"))


def post_shares(kind: str) -> Floats:
    """Share of each band or grade in the posts of a type of organisation, in the order of ``WORKFORCE``."""
    bands = [BANDS[band] for band in definitions().bands]
    if kind in STAFF_GROUPS:
        non_clinical = [band.non_clinical_posts for band in bands]
        clinical = [band.clinical_posts for band in bands]
    else:
        non_clinical = clinical = [band.office_posts for band in bands]
    medical = [GRADES[grade].posts for grade in definitions().medical_grades]
    groups = zip(STAFF_GROUPS.get(kind, OFFICE_GROUPS), (non_clinical, clinical, medical), strict=True)
    return np.concatenate([share * np.array(posts) / sum(posts) for share, posts in groups])


def log_odds() -> Floats:
    """Log odds of a BME share of each band or grade, in the order of ``WORKFORCE``."""
    bands = [BANDS[band] for band in definitions().bands]
    non_clinical = [band.non_clinical_log_odds for band in bands]
    clinical = [band.clinical_log_odds for band in bands]
    return np.array(non_clinical + clinical + [GRADES[g].log_odds for g in definitions().medical_grades])
