"""The faults that a rehearsal plants in a complete collection, as data: which rule must find each, and how it is made.

What an organisation sends belongs in :mod:`.sent`; who gets which fault, in :mod:`wres.examples.rehearsal`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from wres.definitions import definitions
from wres.examples.rehearsal.sent import ANNUAL_REPORT, Sent

FEWEST_STAFF, FEWEST_BME = 1_000, 100
FEWEST_REPEATED, FEWEST_LAST_YEAR = 200, 10
HEADCOUNT = ("1", "headcount")
ON_HEADCOUNT = ("3", "4", "9")
RATIO_OF_2 = ("2", "all", "", "relative_likelihood")


@dataclass(frozen=True)
class Fault:
    """A fault.

    Attributes
    ----------
    rule
        The rule that must find it.
    indicator
        The indicator that it is reported for; blank for the whole return.
    plant
        Makes it; False if this return doesn't lend itself, which is then as it was.
    after_printing
        Whether it is made in what was printed, and not in what was counted.
    withholds
        Further indicators that are withheld because of it.
    touches
        Further indicators that it changes.
    """

    rule: str
    indicator: str
    plant: Callable[[Sent], bool]
    after_printing: bool = False
    withholds: tuple[str, ...] = ()
    touches: tuple[str, ...] = ()

    @property
    def all_touched(self) -> frozenset[str]:
        """Every indicator that another fault in the same return must leave alone."""
        if not self.indicator:
            return frozenset(definitions().indicators)
        return frozenset({self.indicator, *self.withholds, *self.touches})


def is_ordinary(sent: Sent) -> bool:
    """Whether a return is large enough for any fault to stand out."""
    staff = {group: sent.people(*HEADCOUNT, group) for group in definitions().ethnic_groups}
    return sum(staff.values()) >= FEWEST_STAFF and FEWEST_BME <= staff["bme"] <= 0.38 * sum(staff.values())


def _above(indicator: str, base: tuple[str, str]) -> Callable[[Sent], bool]:
    """One person more of an ethnic group than there could be."""

    def plant(sent: Sent) -> bool:
        measure = definitions().indicators[indicator].measures.count
        sent.counts[indicator, measure, "all", "", "bme"] = sent.people(*base, "bme") + 1
        return True

    return plant


def _swap_groups(sent: Sent) -> bool:
    swapped = {"white": "bme", "bme": "white"}
    sent.counts.update(
        {
            (*place, swapped[ethnicity]): count
            for (*place, ethnicity), count in list(sent.counts.items())
            if tuple(place[:2]) == HEADCOUNT and ethnicity in swapped
        }
    )
    return True


def _total_too_small(sent: Sent) -> bool:
    sent.counts[*HEADCOUNT, "all", "", "white"] = sent.people(*HEADCOUNT, "white") - 7
    return True


def _fractions(sent: Sent) -> bool:
    place = (*HEADCOUNT, "clinical", "6", "white")
    sent.counts[place] = f"{int(str(sent.counts[place])) - 0.4:.1f}"
    return True


def _board_of_thousands(sent: Sent) -> bool:
    staff = sum(sent.people(*HEADCOUNT, group) for group in definitions().ethnic_groups)
    sent.counts["9", "board_members", "all", "voting_non_executive", "white"] = staff + 1
    return True


def _part_of_the_board(sent: Sent) -> bool:
    place = ("9", "board_members", "all")
    for group in definitions().ethnic_groups:
        members = sent.people("9", "board_members", group)
        del sent.counts[*place, "voting_executive", group]
        sent.counts[*place, "", group] = members
    return True


def _without(*beginning: str, ethnicity: str = "") -> Callable[[Sent], bool]:
    """Take out the counts whose place begins so; those of one ethnic group if it is named."""

    def plant(sent: Sent) -> bool:
        places = [p for p in sent.counts if p[: len(beginning)] == beginning and ethnicity in ("", p[4])]
        for place in places:
            del sent.counts[place]
        return bool(places)

    return plant


def _band_left_out(sent: Sent) -> bool:
    """Take a band out in which there were people last year, too few of all staff to be missed in the total."""
    place = (*HEADCOUNT, "clinical", "8b")
    last_year = sum(count for where, count in sent.before.items() if where[:4] == place)
    return last_year >= FEWEST_LAST_YEAR and _without(*place)(sent)


def _count_above_base(sent: Sent) -> bool:
    sent.percentages.append(_share(sent, 100, 12, 10))
    return True


def _share_of_other_counts(sent: Sent) -> bool:
    """As Gloucestershire CCG printed in 2019: 11 of 220 as 4.4 %."""
    sent.percentages.append(_share(sent, 4.4, 11, 220))
    return True


def _share(sent: Sent, percentage: float, count: int, base: int) -> dict[str, object]:
    place = {
        "indicator": "5",
        "measure": "answered_yes",
        "staff_group": "clinical",
        "category": "",
        "ethnicity": "bme",
    }
    values = {"percentage": percentage, "count": count, "base": base}
    return {"year": sent.year, "organisation_code": sent.code, **place, **values}


def _more_staff(sent: Sent) -> bool:
    for place, count in sent.counts.items():
        if place[:2] == HEADCOUNT:
            sent.counts[place] = round(1.6 * int(str(count)))
    return True


def _many_unknown(sent: Sent) -> bool:
    sent.counts["2", "shortlisted", "all", "", "unknown"] = sent.people("2", "shortlisted", "white")
    return True


def _last_year_again(sent: Sent) -> bool:
    last = {place: count for place, count in sent.before.items() if place[0] == "2"}
    if sum(last.values()) < FEWEST_REPEATED:
        return False
    sent.counts.update(last)
    return True


def _hardly_any_training(sent: Sent) -> bool:
    place = ("4", "accessed_training", "all", "", "bme")
    if sent.type != "acute":
        return False
    sent.counts[place] = sent.people(*place[:2], "bme") // 20
    return True


def _nothing(sent: Sent) -> bool:
    sent.counts.clear()
    return True


def _after_closing(sent: Sent) -> bool:
    sent.counts.update({place: count for place, count in sent.before.items() if place[0] == "2"})
    return True


def _twice(sent: Sent) -> bool:
    sent.twice = True
    return True


def _swap_printed(sent: Sent) -> bool:
    """As Kent and Medway printed indicators 5 to 8 in 2020."""
    white, bme = ((ANNUAL_REPORT, "5", "all", group, "percentage") for group in ("white", "bme"))
    if abs(float(sent.printed[white]) - float(sent.printed[bme])) < 1:
        return False
    sent.printed[white], sent.printed[bme] = sent.printed[bme], sent.printed[white]
    return True


def _misprint(
    key: tuple[str, str, str, str], wrongly: Callable[[float], str], fewest: float = 0.0
) -> Callable[[Sent], bool]:
    """Print a result wrongly where it is at least so far from 1 or, of a difference, from 0."""
    place = (ANNUAL_REPORT, *key)
    none = 1 if key[3] == "relative_likelihood" else 0

    def plant(sent: Sent) -> bool:
        if place not in sent.printed or abs(float(sent.printed[place]) - none) < fewest:
            return False
        sent.printed[place] = wrongly(float(sent.printed[place]))
        return True

    return plant


def _without_sign(sent: Sent) -> bool:
    """As Leeds and York printed the difference of its board in 2025."""
    place = (ANNUAL_REPORT, "7", "all", "", "difference")
    if float(sent.printed[place]) > -1:
        return False
    sent.printed[place] = sent.printed[place].removeprefix("-")
    return True


def _cut_off(sent: Sent) -> bool:
    """Cut a percentage off after its first decimal, as Gloucestershire CCG did in 2019."""
    base, count = (sent.people("6", measure, "bme") for measure in ("respondents", "answered_yes"))
    tenths, rest = divmod(1000 * count, base)
    if rest <= 0.6 * base:
        return False
    sent.printed[ANNUAL_REPORT, "6", "all", "bme", "percentage"] = f"{tenths / 10:.1f}"
    return True


def _two_places(sent: Sent) -> bool:
    """As Kent and Medway printed indicator 3 in 2020; of staff who weren't counted apart."""
    for place, ratio in ((ANNUAL_REPORT, "1.80"), ("website", "1.70")):
        sent.printed[place, "2", "medical_dental", "", "relative_likelihood"] = ratio
    return True


FAULTS = (
    Fault("groups-swapped", "1", _swap_groups, withholds=ON_HEADCOUNT),
    Fault("total-not-sum", "1", _total_too_small, withholds=ON_HEADCOUNT),
    Fault("count-fraction", "1", _fractions, withholds=ON_HEADCOUNT),
    Fault("appointed-above-shortlisted", "2", _above("2", ("2", "shortlisted"))),
    Fault("disciplinary-above-headcount", "3", _above("3", HEADCOUNT)),
    Fault("training-above-headcount", "4", _above("4", HEADCOUNT)),
    Fault("answered-above-respondents", "8", _above("8", ("8", "respondents"))),
    Fault("board-above-workforce", "9", _board_of_thousands),
    Fault("parts-missing", "9", _part_of_the_board),
    Fault("no-base", "2", _without("2", "shortlisted")),
    Fault("count-above-base", "5", _count_above_base),
    Fault("percentage-not-from-counts", "5", _share_of_other_counts),
    Fault("headcount-jump", "1", _more_staff, touches=ON_HEADCOUNT),
    Fault("unknown-share", "2", _many_unknown),
    Fault("repeat-of-last-year", "2", _last_year_again),
    Fault("ratio-out-of-range", "4", _hardly_any_training),
    Fault(
        "group-missing", "1", _without(*HEADCOUNT, "clinical", "8c", ethnicity="bme"), touches=ON_HEADCOUNT
    ),
    Fault("band-missing", "1", _band_left_out, touches=ON_HEADCOUNT),
    Fault("indicator-missing", "4", _without("4")),
    Fault("columns-swapped", "5", _swap_printed, after_printing=True),
    Fault(
        "ratio-as-percentage",
        "2",
        _misprint(RATIO_OF_2, lambda ratio: f"{100 * ratio:.0f}"),
        after_printing=True,
    ),
    Fault(
        "ratio-upside-down",
        "2",
        _misprint(RATIO_OF_2, lambda ratio: f"{1 / ratio:.2f}", 0.2),
        after_printing=True,
    ),
    Fault("difference-without-sign", "7", _without_sign, after_printing=True),
    Fault("truncated", "6", _cut_off, after_printing=True),
    Fault(
        "another-workforce-share",
        "9",
        _misprint(("9", "all", "bme", "workforce_percentage"), lambda share: f"{share + 2:.1f}"),
        after_printing=True,
    ),
    Fault(
        "result-not-from-shares",
        "3",
        _misprint(("3", "all", "", "relative_likelihood"), lambda ratio: f"{ratio + 5:.2f}"),
        after_printing=True,
    ),
    Fault("places-contradict", "2", _two_places, after_printing=True),
)
NOT_SENT = Fault("year-missing", "", _nothing)
AFTER_CLOSING = Fault("after-closure", "2", _after_closing)
TWICE = Fault("sent-twice", "", _twice)
