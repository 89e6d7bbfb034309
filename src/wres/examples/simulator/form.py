"""The shape of a return: which counts it asks for, and how simulated counts become tidy tables.

No number is made up here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from wres.definitions import definitions
from wres.examples.simulator.bands import WORKFORCE
from wres.examples.simulator.planted import Counts, Floats

ROW = ["indicator", "measure", "staff_group", "category", "ethnicity"]
RETURNS = ["year", "organisation_code", *ROW, "count"]
APPOINTED_GROUPS = ("all", "clinical", "non_clinical")


@dataclass(frozen=True)
class Returned:
    """What one organisation returned.

    Attributes
    ----------
    code
        Organisation code.
    years
        Reporting years.
    submitted
        By year and indicator.
    counts
        By year and row of the return form.
    truths
        By year and indicator: true relative likelihoods, and differences in percentage points.
    """

    code: str
    years: Counts
    submitted: npt.NDArray[np.bool_]
    counts: Counts
    truths: Floats


def return_form() -> pd.DataFrame:
    """Every count of one organisation and year: columns ``ROW``."""
    rows = [(*place, ethnicity) for place in _places() for ethnicity in definitions().ethnic_groups]
    return pd.DataFrame(rows, columns=ROW)


def returns_table(returned: list[Returned]) -> pd.DataFrame:
    """The tidy table of returns; what was not submitted has no row."""
    form = return_form()
    code, year, submitted = _stacked(returned)
    counts = np.concatenate([each.counts for each in returned])
    unit, row = np.nonzero(submitted[:, form["indicator"].astype(int) - 1])
    table = form.iloc[row].reset_index(drop=True)
    return table.assign(year=year[unit], organisation_code=code[unit], count=counts[unit, row])[RETURNS]


def truths_table(returned: list[Returned]) -> pd.DataFrame:
    """What is true of everything that was submitted."""
    known = definitions().indicators
    quantities = np.array([indicator.gap for indicator in known.values()], dtype=object)
    code, year, submitted = _stacked(returned)
    truths = np.concatenate([each.truths for each in returned]).round(6) + 0.0
    unit, indicator = np.nonzero(submitted)
    value, quantity = truths[unit, indicator], quantities[indicator]
    table = {
        "organisation_code": code[unit],
        "year": year[unit],
        "indicator": np.array(list(known), dtype=object)[indicator],
        "quantity": quantity,
        "value": value,
        "null": value == np.where(quantity == "difference", 0.0, 1.0),
    }
    return pd.DataFrame(table)


def _places() -> Iterator[tuple[str, str, str, str]]:
    """Indicator, measure, staff group and category in the order of a return."""
    known = definitions()
    yield from (("1", "headcount", *band) for band in WORKFORCE)
    yield from (("2", measure, group, "") for measure in known.measures("2") for group in APPOINTED_GROUPS)
    yield from ((code, measure, "all", "") for code in "345678" for measure in known.measures(code))
    yield from (("9", "board_members", "all", role) for role in known.board_roles)


def _stacked(returned: list[Returned]) -> tuple[npt.NDArray[np.object_], Counts, npt.NDArray[np.bool_]]:
    """Code and year of each organisation and year, and which indicators were submitted."""
    codes = np.array([each.code for each in returned], dtype=object)
    return (
        np.repeat(codes, [each.years.size for each in returned]),
        np.concatenate([each.years for each in returned]),
        np.concatenate([each.submitted for each in returned]),
    )
