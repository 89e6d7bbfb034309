"""What one organisation sends in a year: its counts, and the results that it prints beside them.

The results are worked out here on their own, so that the rules which weigh them have something to be held against.
How they go wrong belongs in :mod:`.faults`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import pandas as pd

from wres.definitions import definitions
from wres.examples.simulator.form import ROW

Place = tuple[str, ...]
Printed = tuple[str, str, str, str]

ANNUAL_REPORT = "annual report"
PRINTED = ["indicator", "staff_group", "ethnicity", "statistic"]


@dataclass
class Sent:
    """One organisation's return for one year, to be changed at will.

    Attributes
    ----------
    code, type, year
        Whose return it is, and for when.
    counts
        Count by indicator, measure, staff group, category and ethnicity; a text where no whole number was sent.
    before
        Its last counts before that year.
    printed
        Results as printed, by place, indicator, staff group, ethnicity and statistic.
    percentages
        Published percentages, rows of ``percentages.csv``.
    twice
        Whether the return is sent twice.
    """

    code: str
    type: str
    year: int
    counts: dict[Place, object]
    before: dict[Place, int]
    printed: dict[Place, str] = field(default_factory=dict)
    percentages: list[dict[str, object]] = field(default_factory=list)
    twice: bool = False

    def people(self, indicator: str, measure: str, ethnicity: str) -> int:
        """People of an ethnic group: the total where there is one, else the sum of its parts."""
        total = self.counts.get((indicator, measure, "all", "", ethnicity))
        parts = [
            count
            for place, count in self.counts.items()
            if (*place[:2], place[4]) == (indicator, measure, ethnicity)
        ]
        return sum(round(float(str(count))) for count in (parts if total is None else [total]))

    def print_results(self) -> None:
        """Print what the counts give, as an annual report would."""
        for key, text in _results(self):
            self.printed[(ANNUAL_REPORT, *key)] = text


def _results(sent: Sent) -> Iterator[tuple[Printed, str]]:
    workforce = {group: sent.people("1", "headcount", group) for group in definitions().ethnic_groups}
    staff = sum(workforce.values())
    if not staff:
        return
    for group, number in workforce.items():
        yield ("1", "all", group, "percentage"), f"{100 * number / staff:.1f}"
    for code, indicator in definitions().indicators.items():
        if indicator.kind == "likelihood":
            yield from _ratio(sent, code, workforce)
        elif indicator.kind == "survey":
            yield from _survey(sent, code)
    yield from _board(sent, 100 * workforce["bme"] / staff)


def _rates(sent: Sent, code: str, workforce: dict[str, int]) -> dict[str, float]:
    measures = definitions().indicators[code].measures
    rates = {}
    for group in ("white", "bme"):
        of_headcount = measures.base == "headcount"
        base = workforce[group] if of_headcount else sent.people(code, str(measures.base), group)
        rates[group] = sent.people(code, measures.count, group) / base if base else 0.0
    return rates


def _ratio(sent: Sent, code: str, workforce: dict[str, int]) -> Iterator[tuple[Printed, str]]:
    rates = _rates(sent, code, workforce)
    over, under = definitions().indicators[code].orientation.split("_over_")
    if rates[over] and rates[under]:
        yield (code, "all", "", "relative_likelihood"), f"{rates[over] / rates[under]:.2f}"


def _survey(sent: Sent, code: str) -> Iterator[tuple[Printed, str]]:
    rates = _rates(sent, code, {})
    if all(rates.values()):
        yield from (
            ((code, "all", group, "percentage"), f"{100 * rate:.1f}") for group, rate in rates.items()
        )
        yield (code, "all", "", "difference"), f"{100 * (rates['bme'] - rates['white']):.1f}"


def _board(sent: Sent, of_workforce: float) -> Iterator[tuple[Printed, str]]:
    members = sum(sent.people("9", "board_members", group) for group in definitions().ethnic_groups)
    if members:
        share = 100 * sent.people("9", "board_members", "bme") / members
        yield ("9", "all", "bme", "percentage"), f"{share:.1f}"
        yield ("9", "all", "bme", "workforce_percentage"), f"{of_workforce:.1f}"
        yield ("9", "all", "", "difference"), f"{share - of_workforce:.1f}"


def printed_table(sent: list[Sent]) -> pd.DataFrame:
    """Everything that was printed, as rows of ``printed.csv``."""
    rows = [
        [each.year, each.code, *key[:2], "", *key[2:], text, place]
        for each in sent
        for (place, *key), text in each.printed.items()
    ]
    columns = ["year", "organisation_code", *PRINTED[:2], "category", *PRINTED[2:], "value", "place"]
    return pd.DataFrame(rows, columns=columns)


def returns_table(sent: list[Sent]) -> pd.DataFrame:
    """Everything that was counted, as rows of ``returns.csv``."""
    rows = [[each.year, each.code, *place, count] for each in sent for place, count in each.counts.items()]
    return pd.DataFrame(rows, columns=["year", "organisation_code", *ROW, "count"])
