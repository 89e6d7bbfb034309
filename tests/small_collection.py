"""Collections of a few rows for tests of the rules, and what the rules say of them."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from wres.collect import Collection
from wres.collect.tables import PRINTED
from wres.params import Publication
from wres.problems import Problem
from wres.validate import RULES, validate
from wres.validate.rules import Figures, Rule, counted, problems_of

PUBLICATION = Publication.model_validate(
    {"publication": "test", "year": 2025, "first_year": 2024, "sources": [{"example": "published"}]}
)
PLACE = ["year", "organisation_code", "indicator", "measure", "staff_group", "category", "ethnicity"]
Row = tuple[object, ...]


def organisations(**columns: str) -> pd.DataFrame:
    """The organisations table of RXX, an acute trust in London."""
    row = {
        "organisation_code": "RXX",
        "organisation": "Example NHS Trust",
        "type": "acute",
        "region": "Y56",
        **dict.fromkeys(("icb_code", "icb", "opened", "closed", "successor", "note", "source"), ""),
    }
    return pd.DataFrame([{**row, **columns, "file": "organisations.csv", "row": 2}])


def figures(rows: list[Row], file: str, values: dict[str, str]) -> pd.DataFrame:
    """Rows of year, organisation, indicator, measure, staff group, category, ethnicity and values."""
    table = pd.DataFrame(rows, columns=[*PLACE, *values])
    text = dict.fromkeys([*PLACE[1:], "file"], "str")
    table = table.assign(note="", source="", file=file, row=range(2, len(rows) + 2))
    return table.astype({"year": "int64", "row": "int64", **text, **values})


def collection(
    returns: list[Row] | None = None,
    percentages: list[Row] | None = None,
    printed: list[Row] | None = None,
    **organisation: str,
) -> Collection:
    """Returns, percentages and printed results of one organisation."""
    shares = {"percentage": "float64", "count": "Int64", "base": "Int64", "decimals": "int64"}
    results = pd.DataFrame(printed or [], columns=[*PRINTED, "value", "decimals"])
    results = results.assign(note="", source="", file="printed.csv", row=range(2, len(results) + 2))
    words = dict.fromkeys([*PRINTED[1:], "file"], "str")
    return Collection(
        organisations(**organisation),
        figures(returns or [], "returns.csv", {"count": "int64"}),
        figures(percentages or [], "percentages.csv", shares),
        (),
        synthetic=False,
        printed=results.astype({"year": "int64", "value": "float64", "decimals": "int64", **words}),
    )


def returned(indicator: str, measure: str, count: int, **place: str) -> Row:
    """A count of BME people of all staff in 2025, unless the place says otherwise."""
    where = {"staff_group": "all", "category": "", "ethnicity": "bme", **place}
    return (2025, "RXX", indicator, measure, *(where[n] for n in PLACE[4:]), count)


def staff(count: int, **place: str) -> Row:
    """A headcount of indicator 1."""
    return returned("1", "headcount", count, **place)


def board(count: int, category: str) -> Row:
    """Members of the board."""
    return returned("9", "board_members", count, category=category)


def share(percentage: float, count: int | None, base: int | None, decimals: int = 1) -> Row:
    """A published percentage of indicator 5."""
    return (2025, "RXX", "5", "answered_yes", "all", "", "bme", percentage, count, base, decimals)


def lines(received: Collection) -> list[str]:
    """Every problem as a line, its severity first."""
    return [f"{p.severity}: {p.line()}" for p in _problems_of_cases(received)]


def rules(received: Collection) -> list[str]:
    """The rule of every problem."""
    return [problem.rule for problem in _problems_of_cases(received)]


def _problems_of_cases(received: Collection) -> list[Problem]:
    """Every problem, but that white people are missing: most cases are of BME people alone."""
    found = validate(received, PUBLICATION).problems
    return [problem for problem in found if not problem.found.startswith("BME people but no white people")]


def printed(
    indicator: str, statistic: str, value: str, ethnicity: str = "", place: str = "", staff_group: str = "all"
) -> Row:
    """A result as it was printed."""
    decimals = len(value.partition(".")[2])
    return (2025, "RXX", indicator, staff_group, "", ethnicity, statistic, place, float(value), decimals)


def problems(received: Collection, looked_at: Sequence[Rule] = RULES) -> list[Problem]:
    """What some rules find, without the others."""
    figures = Figures(received, PUBLICATION, counted(received))
    return [problem for rule in looked_at for problem in problems_of(rule, figures)]


def broken(name: str, received: Collection) -> list[str]:
    """What one rule finds, in words."""
    return [problem.found for problem in problems(received, [rule for rule in RULES if rule.name == name])]


def last_year(rows: list[Row]) -> list[Row]:
    """The same figures for 2024."""
    return [(2024, *row[1:]) for row in rows]


def groups(indicator: str, measure: str, white: int, bme: int, unknown: int = 0, **place: str) -> list[Row]:
    """A measure of all three ethnic groups."""
    counts = {"white": white, "bme": bme, "unknown": unknown}
    return [
        returned(indicator, measure, count, **{**place, "ethnicity": name}) for name, count in counts.items()
    ]
