"""What is true in each simulated organisation: shares, rates and gaps, planted for tests to find again.

National levels follow the published WRES. No count is drawn here; that belongs in :mod:`.people` and
:mod:`.events`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import expit, logit

from wres.examples.simulator.roster import Organisation

Floats = npt.NDArray[np.float64]
Counts = npt.NDArray[np.int64]

# BME share of staff in 2017 by region; all of them have grown alike since.
REGION_SHARE = {"Y56": 0.40, "Y58": 0.08, "Y59": 0.17, "Y60": 0.16, "Y61": 0.16, "Y62": 0.10, "Y63": 0.08}
POINTS_A_YEAR = 0.0125
# Log odds of a BME share against the region's.
TYPE_DIVERSITY = {"ambulance": -1.2, "community": -0.4}

STAFF = {
    "acute": (3_000, 19_000),
    "acute_specialist": (800, 5_000),
    "ambulance": (2_000, 4_700),
    "community": (800, 5_000),
    "mental_health": (1_500, 8_000),
    "icb": (50, 550),
    "ccg": (50, 400),
    "alb": (100, 4_000),
    "other": (50, 1_500),
}

APPOINTMENT_RATIO, DISCIPLINARY_RATIO, TRAINING_RATIO = 1.5, 2.0, 1.15
BOARD_LOG_ODDS = -1.1


@dataclass(frozen=True)
class Planted:
    """What is true in an organisation over all its years.

    Attributes
    ----------
    staff
        At its first return.
    growth
        Of posts, a year.
    diversity
        Log odds of a BME share of staff against the region's.
    unknown
        Share of staff whose ethnicity is not known.
    ceiling
        0 where BME staff are as present in every band, 1 where as unevenly as nationally.
    board
        Log odds of a BME share of the board against that of the workforce.
    appointment_rate, disciplinary_rate, training_rate
        Of white people: of the shortlisted, and of staff a year.
    likelihoods
        True relative likelihoods of indicators 2, 3 and 4, in their own orientation.
    response
        Share of white staff who answer the staff survey.
    survey_levels
        Log odds of white staff's answers to indicators 5 to 8 against the national level.
    survey_gaps
        Gaps of indicators 5 to 8 as multiples of the national ones.
    """

    staff: int
    growth: float
    diversity: float
    unknown: float
    ceiling: float
    board: float
    appointment_rate: float
    disciplinary_rate: float
    training_rate: float
    likelihoods: tuple[float, float, float]
    response: float
    survey_levels: Floats
    survey_gaps: Floats

    def workforce_share(self, region: str, years: Counts) -> Floats:
        """BME share of staff of known ethnicity, a value a year."""
        regional = REGION_SHARE[region] + POINTS_A_YEAR * (years - 2017)
        return np.asarray(expit(logit(regional) + self.diversity))


def random_numbers(seed: int, *key: int) -> np.random.Generator:
    """Random numbers that belong to one purpose, whatever else is drawn."""
    return np.random.default_rng(np.random.SeedSequence(seed, spawn_key=key))


def planted(organisation: Organisation, seed: int) -> Planted:
    """What is true in an organisation; a merged one and those that became it share it.

    Where there is no gap follows from its number in the roster, and not from the seed.
    """
    number = organisation.merged_number
    rng = random_numbers(seed, number, 0)
    drawn_staff = round(np.exp(rng.uniform(*np.log(STAFF[organisation.type]))))
    # Executives are senior staff, so that careers are fair only where boards are.
    fair_board = number % 4 == 0
    fair_careers = number % 8 == 4
    fair_survey = (number + np.arange(4)) % 6 == 0
    return Planted(
        staff=organisation.staff or drawn_staff,
        growth=rng.uniform(0.0, 0.03),
        diversity=TYPE_DIVERSITY.get(organisation.type, 0.0) + rng.normal(0.0, 0.25),
        unknown=0.15 if number % 25 == 12 else rng.uniform(0.02, 0.08),
        ceiling=0.0 if fair_careers else rng.uniform(0.8, 1.2),
        board=0.0 if fair_board else BOARD_LOG_ODDS,
        appointment_rate=rng.uniform(0.15, 0.25),
        disciplinary_rate=0.006 * np.exp(rng.normal(0.0, 0.3)),
        training_rate=rng.uniform(0.5, 0.7),
        likelihoods=(
            1.0 if number % 4 == 2 else APPOINTMENT_RATIO * np.exp(rng.normal(0.0, 0.1)),
            DISCIPLINARY_RATIO if number % 10 == 1 else 1.0,
            TRAINING_RATIO if number % 5 == 3 else 1.0,
        ),
        response=rng.uniform(0.35, 0.55),
        survey_levels=rng.normal(0.0, 0.15, 4),
        survey_gaps=np.where(fair_survey, 0.0, np.exp(rng.normal(0.1, 0.2, 4))),
    )
