"""Indicators 5 to 8: what white and BME staff answered in the NHS Staff Survey.

Respondents are a self-selected part of the staff, and the interval does not cover that. No finite-population
correction is made.
"""

from __future__ import annotations

import pandas as pd

from wres.analysis.pool import Pool
from wres.analysis.rows import percentage_rows
from wres.analysis.two_groups import difference_rows
from wres.definitions import Indicator
from wres.params import StatisticsSettings


def survey_rows(
    pool: Pool, indicator: Indicator, types: pd.Series, settings: StatisticsSettings
) -> list[pd.DataFrame]:
    """Percentages by ethnicity and the difference BME minus white of one survey indicator."""
    return [
        *percentage_rows(pool, indicator, settings),
        difference_rows(pool, indicator, types, settings),
    ]
