"""A whole collection to rehearse with: everybody's returns and printed results, and the faults planted in them.

Which faults there are belongs in :mod:`.faults`; how the files are written, in :mod:`.folder`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

import numpy as np
import pandas as pd

from wres.examples.rehearsal import register
from wres.examples.rehearsal.faults import AFTER_CLOSING, FAULTS, NOT_SENT, TWICE, Fault, is_ordinary
from wres.examples.rehearsal.sent import Place, Sent, printed_table, returns_table
from wres.examples.simulator.form import ROW
from wres.examples.simulator.roster import CODE_PREFIX

ORGANISATIONS_A_FAULT = 24
PLANTED = ["rule", "organisation_code", "year", "indicator"]
UNKNOWN = "unknown-organisation-code"
NOBODY = f"{CODE_PREFIX}X01"


@dataclass(frozen=True)
class Rehearsal:
    """A collection as it is received.

    Attributes
    ----------
    earlier
        Returns of the years before the last.
    sent
        What each organisation sent in the last year.
    planted
        Every problem that is to be found: columns ``PLANTED``.
    listed
        The trusts that the ODS list names.
    """

    earlier: pd.DataFrame
    sent: list[Sent]
    planted: pd.DataFrame
    listed: pd.DataFrame

    @property
    def returns(self) -> pd.DataFrame:
        """Returns of all years, rows of ``returns.csv``."""
        return self.returns_without(frozenset())

    def returns_without(self, places: Collection[Place]) -> pd.DataFrame:
        """The same without the last year's counts of known organisations that are sent elsewhere."""
        table = returns_table(self.sent)
        elsewhere = (
            pd.MultiIndex.from_frame(table[ROW]).isin(list(places)) if places else np.zeros(len(table), bool)
        )
        kept = table[~elsewhere | table["organisation_code"].eq(NOBODY)]
        return pd.concat([self.earlier, kept], ignore_index=True)

    @property
    def printed(self) -> pd.DataFrame:
        """Rows of ``printed.csv``."""
        return printed_table(self.sent)

    @property
    def percentages(self) -> pd.DataFrame:
        """Rows of ``percentages.csv``."""
        columns = ["year", "organisation_code", *ROW, "percentage", "count", "base"]
        return pd.DataFrame(
            list(chain.from_iterable(each.percentages for each in self.sent)), columns=columns
        )


def rehearse(
    organisations: pd.DataFrame, returns: pd.DataFrame, year: int, *, faults: bool, twice: bool
) -> Rehearsal:
    """Make a rehearsal from a complete England.

    Parameters
    ----------
    organisations, returns
        The tidy tables, in which nothing is missing.
    year
        The last year, whose returns are received now.
    faults
        Whether faults are planted: each once for every ``ORGANISATIONS_A_FAULT`` organisations, as far as there are
        returns that lend themselves.
    twice
        Whether returns may also be sent twice, as files can be.
    """
    sent = _sent(organisations, returns, year)
    planted: list[tuple[str, str, int, str]] = []
    if faults:
        planted += _plant(sent, len(organisations), twice=twice)
        planted += register.planted(organisations, year)
    else:
        _print(sent)
    table = pd.DataFrame(planted, columns=PLANTED).sort_values(PLANTED, ignore_index=True)
    earlier = returns[returns["year"] < year]
    listed = register.listed(organisations, faults=faults)
    return Rehearsal(earlier, [each for each in sent if each.counts], table, listed)


def _sent(organisations: pd.DataFrame, returns: pd.DataFrame, year: int) -> list[Sent]:
    """What each organisation sends; those that closed have only what they sent before."""
    types = organisations.set_index("organisation_code")["type"]
    return [
        _sent_by(str(code), types[code], rows, year) for code, rows in returns.groupby("organisation_code")
    ]


def _sent_by(code: str, kind: str, rows: pd.DataFrame, year: int) -> Sent:
    earlier = rows[rows["year"] < year]
    last = earlier[earlier["year"].eq(earlier["year"].max())]
    return Sent(code, kind, year, _counts(rows[rows["year"].eq(year)]), _counts(last))


def _counts(rows: pd.DataFrame) -> dict[Place, Any]:
    return dict(zip(rows[ROW].itertuples(index=False, name=None), rows["count"].tolist(), strict=True))


def _print(sent: list[Sent]) -> None:
    for each in sent:
        each.print_results()


def _plant(sent: list[Sent], organisations: int, *, twice: bool) -> Iterator[tuple[str, str, int, str]]:
    """Plant faults, and tell what is to be found."""
    times = max(1, organisations // ORGANISATIONS_A_FAULT)
    ordinary = [each for each in sent if each.before and is_ordinary(each)]
    small = [each for each in sent if each.before and each.counts and not is_ordinary(each)]
    closed = [each for each in sent if not each.counts]
    yield from _spread([NOT_SENT] * times, small)
    yield from _spread([AFTER_CLOSING] * times, closed)
    touched: dict[str, set[str]] = defaultdict(set)
    yield from _spread(_often(FAULTS, times, after_printing=False), ordinary, touched)
    _print(sent)
    yield from _spread(_often(FAULTS, times, after_printing=True), ordinary, touched)
    if twice:
        yield from _spread([TWICE] * times, ordinary)
    if sent:
        year = sent[0].year
        sent.append(Sent(NOBODY, "", year, {("2", "shortlisted", "all", "", "white"): 40}, {}))
        yield (UNKNOWN, NOBODY, year, "2")


def _often(faults: Sequence[Fault], times: int, *, after_printing: bool) -> list[Fault]:
    return [fault for _ in range(times) for fault in faults if fault.after_printing == after_printing]


def _spread(
    faults: Sequence[Fault], sent: Sequence[Sent], touched: dict[str, set[str]] | None = None
) -> Iterator[tuple[str, str, int, str]]:
    """Plant each fault in the next return that lends itself and whose indicators no other fault has touched."""
    touched = defaultdict(set) if touched is None else touched
    for number, fault in enumerate(faults):
        start = number % len(sent) if sent else 0
        for each in [*sent[start:], *sent[:start]]:
            if touched[each.code].isdisjoint(fault.all_touched) and fault.plant(each):
                touched[each.code] |= fault.all_touched
                yield (fault.rule, each.code, each.year, fault.indicator)
                yield from (("headcount-withheld", each.code, each.year, code) for code in fault.withholds)
                break
