"""What happens to staff and applicants in a year: indicators 2 to 4, and the staff survey's 5 to 8.

Events of one year are independent of those of another. People themselves belong in :mod:`.people`, true
relative likelihoods in :mod:`.planted`.
"""

from __future__ import annotations

import numpy as np
from scipy.special import expit, logit

from wres.definitions import definitions
from wres.examples.simulator.bands import WORKFORCE
from wres.examples.simulator.people import Staff, by_ethnicity
from wres.examples.simulator.planted import Counts, Floats, Planted

SHORTLISTED_FOR_EACH_MEMBER_OF_STAFF = 0.9
APPLICANTS_LOG_ODDS = 0.5
APPLICANTS_UNKNOWN = 0.03
DISCIPLINARY_DECLINE = 0.97

# National levels and gaps of indicators 5 to 8, as shares: staff survey of 2024, reported as WRES 2025.
WHITE_LEVELS = np.array([0.235, 0.207, 0.589, 0.068])
GAPS = np.array([0.051, 0.042, -0.094, 0.084])
# Indicator 7 while "don't know" was left out of the denominator.
WHITE_LEVEL_7_BEFORE, GAP_7_BEFORE, DO_NOT_KNOW = 0.87, -0.17, 0.32
YEARLY_LOG_ODDS = 0.05
ANSWERED = 0.98
RESPONSE_OF_GROUPS = np.array([1.0, 0.9, 0.8])
# Log odds of being harassed by the public against an acute trust's.
PUBLIC_CONTACT = {"ambulance": 0.9, "mental_health": 0.3, "icb": -1.3, "ccg": -1.3, "alb": -1.5}


def appointments(rng: np.random.Generator, traits: Planted, staff: Staff) -> Counts:
    """Shortlisted and appointed (indicator 2).

    Returns
    -------
    array
        By year, measure, staff group (all, clinical with medical, non-clinical) and ethnic group.
    """
    is_clinical = np.array([group != "non_clinical" for group, _ in WORKFORCE])
    staff_by_group = staff.headcount.sum(axis=2) @ np.stack([is_clinical, ~is_clinical], axis=1)
    applicants = rng.poisson(SHORTLISTED_FOR_EACH_MEMBER_OF_STAFF * staff_by_group)
    bme = expit(logit(staff.share) + APPLICANTS_LOG_ODDS)[:, np.newaxis]
    shortlisted = by_ethnicity(rng, applicants, bme, APPLICANTS_UNKNOWN)
    appointed = rng.binomial(shortlisted, traits.appointment_rate * _white_over_bme(traits.likelihoods[0]))
    measures = np.stack([shortlisted, appointed], axis=1)
    return np.concatenate([measures.sum(axis=2, keepdims=True), measures], axis=2)


def disciplinaries(rng: np.random.Generator, traits: Planted, years: Counts, headcount: Counts) -> Counts:
    """Staff who entered the formal disciplinary process (indicator 3), by year and ethnic group."""
    of_white = traits.disciplinary_rate * DISCIPLINARY_DECLINE ** (years - 2017)
    ratios = np.array([1.0, traits.likelihoods[1], 1.0])
    return rng.binomial(headcount, of_white[:, np.newaxis] * ratios)


def training(rng: np.random.Generator, traits: Planted, headcount: Counts) -> Counts:
    """Staff who had non-mandatory training (indicator 4), by year and ethnic group."""
    return rng.binomial(headcount, traits.training_rate * _white_over_bme(traits.likelihoods[2]))


def survey(
    rng: np.random.Generator, kind: str, traits: Planted, years: Counts, headcount: Counts
) -> tuple[Counts, Floats]:
    """Answers to the staff survey (indicators 5 to 8).

    Parameters
    ----------
    rng
        The organisation's own random numbers.
    kind
        Type of organisation.
    traits
        What is true there.
    years
        Reporting years.
    headcount
        Staff by year and ethnic group.

    Returns
    -------
    answers
        By year, indicator, measure (respondents, answered yes) and ethnic group.
    gaps
        True differences by year and indicator, in percentage points.
    """
    levels, national_gaps, answering = _national_survey(years)
    contact = np.array([PUBLIC_CONTACT.get(kind, 0.0), 0.0, 0.0, 0.0])
    noise = rng.normal(0.0, YEARLY_LOG_ODDS, levels.shape)
    white = expit(logit(levels) + traits.survey_levels + contact + noise)
    bme = np.clip(white + national_gaps * traits.survey_gaps, 0.0, 1.0)
    replied = rng.binomial(headcount, traits.response * RESPONSE_OF_GROUPS)[:, np.newaxis]
    respondents = rng.binomial(replied, answering[..., np.newaxis])
    answered_yes = rng.binomial(respondents, np.stack([white, bme, white], axis=-1))
    return np.stack([respondents, answered_yes], axis=2), 100 * (bme - white)


def _national_survey(years: Counts) -> tuple[Floats, Floats, Floats]:
    """White staff's level, the gap and the share of respondents in the denominator, by year and indicator."""
    (change,) = [found.year for found in definitions().indicators["7"].breaks if found.breaks_trend]
    before = (years[:, np.newaxis] < change) & (np.arange(5, 9) == 7)
    return (
        np.where(before, WHITE_LEVEL_7_BEFORE, WHITE_LEVELS),
        np.where(before, GAP_7_BEFORE, GAPS),
        np.where(before, ANSWERED * (1 - DO_NOT_KNOW), ANSWERED),
    )


def _white_over_bme(likelihood: float) -> Floats:
    """Rates of white, BME and unknown as multiples of the white rate."""
    return np.array([1.0, 1.0 / likelihood, 1.0])
