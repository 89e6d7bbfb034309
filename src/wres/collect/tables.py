"""Reader of the tidy tables ``organisations.csv``, ``returns.csv``, ``percentages.csv``, and those beside them.

What their columns may hold is checked here; every faulty row is reported and left out. How a file becomes text
belongs in :mod:`wres.collect.text`; rules that weigh figures against each other, in :mod:`wres.validate`.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from wres.collect import aspiration, pay
from wres.collect.faults import Rejecter, Row, of_file
from wres.collect.text import no_text, read_text
from wres.definitions import EVERYBODY, NATION, definitions
from wres.params import FIRST_WRES_YEAR
from wres.problems import Problem

PLACE = ["year", "organisation_code", "indicator", "measure", "staff_group", "category", "ethnicity"]
PRINTED = [
    "year",
    "organisation_code",
    "indicator",
    "staff_group",
    "category",
    "ethnicity",
    "statistic",
    "place",
]
PRINTED_STATISTICS = ("percentage", "difference", "relative_likelihood", "workforce_percentage")
KEYS = {
    "organisations": ["organisation_code"],
    "returns": PLACE,
    "percentages": PLACE,
    "printed": PRINTED,
    **aspiration.KEYS,
    **pay.KEYS,
}
REQUIRED = {
    "organisations": ["organisation_code", "organisation", "type", "region"],
    "returns": [*PLACE, "count"],
    "percentages": [*PLACE, "percentage"],
    "printed": [*PRINTED[:-1], "value"],
    **aspiration.REQUIRED,
    **pay.REQUIRED,
}
OPTIONAL = {
    "organisations": ["icb_code", "icb", "opened", "closed", "successor", "note", "source"],
    "returns": ["note", "source"],
    "percentages": ["count", "base", "note", "source"],
    "printed": ["place", "note", "source"],
    **aspiration.OPTIONAL,
    **pay.OPTIONAL,
}
FILES = {name: f"{name}.csv" for name in KEYS}
LAST_YEAR = 2099
MOST_PEOPLE = 5_000_000
NOT_KNOWN = "99"
NUMBER = r"[+-]?[0-9]+(\.[0-9]*)?"
ORGANISATION_CODE = "[A-Z0-9]{2,12}"
WHOLE = "a whole number of people, 0 or more, in digits alone"
MEND = "correct it"
MEND_ORGANISATION = "correct it; the organisation's returns are left out until then"


@dataclass(frozen=True)
class Tables:
    """The tidy tables of one source.

    Attributes
    ----------
    organisations, returns, percentages
        Good rows, with the file and row that each came from.
    problems
        What is wrong with the others.
    refused
        Codes of organisations whose own row is faulty.
    turnover, actions
        Good rows of the tables that :mod:`wres.collect.aspiration` reads.
    pay
        How many people are paid how much: good rows of the table that :mod:`wres.collect.pay` reads.
    printed
        Results that organisations printed themselves: good rows. Nothing is computed from them.
    """

    organisations: pd.DataFrame
    returns: pd.DataFrame
    percentages: pd.DataFrame
    problems: tuple[Problem, ...] = ()
    refused: frozenset[str] = frozenset()
    turnover: pd.DataFrame = field(default_factory=aspiration.no_turnover)
    actions: pd.DataFrame = field(default_factory=aspiration.no_actions)
    printed: pd.DataFrame = field(default_factory=lambda: nothing_printed())  # noqa: PLW0108  (defined below)
    pay: pd.DataFrame = field(default_factory=pay.no_pay)


def nothing_printed() -> pd.DataFrame:
    """The table of printed results without a row."""
    return checked_printed(text_table("printed", []), FIRST_WRES_YEAR, [])


def text_table(name: str, rows: Sequence[Row]) -> pd.DataFrame:
    """Rows of text as the tidy table of that name, before they are checked; what is not given is blank."""
    nothing = no_text([*REQUIRED[name], *OPTIONAL[name]])
    columns = {column: [row.get(column, "") for row in rows] for column in nothing.columns}
    return pd.DataFrame(columns).astype(nothing.dtypes.to_dict())


def read_folder(folder: Path, last_year: int, prefix: str = "") -> Tables:
    """Read the tidy tables in a folder, as :func:`read_tables`."""
    paths = [*sorted(folder.glob("*.csv")), folder / aspiration.ACTIONS_IN_YAML]
    files = {path.name: path.read_bytes() for path in paths if path.is_file()}
    return read_tables(files, last_year, prefix)


def read_tables(files: Mapping[str, bytes], last_year: int, prefix: str = "") -> Tables:
    """Read the tidy tables from the bytes of their files.

    Parameters
    ----------
    files
        Contents by file name; any of the tables may be missing, and other files are not read.
    last_year
        The publication's year: rows of later years are left out.
    prefix
        Set before the file names in problems, to tell sources apart.

    Returns
    -------
    Tables
        A file that can't be read at all is an empty table, and an error without a row among the problems.
    """
    problems = list(_misnamed(files, prefix))
    wrong: list[Problem] = []
    text = {
        name: read_text(prefix + file, files[file], REQUIRED[name], OPTIONAL[name], wrong)
        if file in files
        else no_text([*REQUIRED[name], *OPTIONAL[name]])
        for name, file in FILES.items()
    }
    organisations = checked_organisations(text["organisations"], wrong)
    faulty = {p.organisation_code for p in wrong if p.file == prefix + FILES["organisations"]}
    refused = faulty - {"", *organisations["organisation_code"]}
    problems += wrong
    returns = checked_returns(text["returns"], last_year, problems)
    percentages = checked_percentages(text["percentages"], last_year, problems)
    turnover = aspiration.read_turnover(text["turnover"], problems)
    if aspiration.ACTIONS_IN_YAML in files:
        file = prefix + aspiration.ACTIONS_IN_YAML
        listed = aspiration.actions_of_yaml(file, files[aspiration.ACTIONS_IN_YAML], problems)
        text["actions"] = pd.concat([text["actions"], listed], ignore_index=True)
    actions = aspiration.read_actions(text["actions"], last_year, problems)
    printed = checked_printed(text["printed"], last_year, problems)
    paid = pay.read_pay(text["pay"], last_year, problems)
    beside = {"turnover": turnover, "actions": actions, "printed": printed, "pay": paid}
    return Tables(organisations, returns, percentages, tuple(problems), frozenset(refused), **beside)


def of_known_organisations(
    table: pd.DataFrame, codes: Collection[str], refused: Collection[str], problems: list[Problem]
) -> pd.DataFrame:
    """Rows whose organisation is known; the others are reported and left out.

    Rows of organisations in ``refused`` are left out without a word: the organisation's own row was reported.
    """
    known = [NATION, *definitions().regions, *codes]
    reject = Rejecter(table, problems)
    reject.unknown("organisation_code", [*known, *refused], "a code of organisations.csv, ENG or a region")
    good = reject.good()
    return good[good["organisation_code"].isin(known)].reset_index(drop=True)


def without_circles(organisations: pd.DataFrame, problems: list[Problem]) -> pd.DataFrame:
    """Organisations whose successors don't lead back to themselves; the others are reported and left out."""
    successors = dict(zip(organisations["organisation_code"], organisations["successor"], strict=True))
    circular = [code for code in successors if _leads_back(code, successors)]
    reject = Rejecter(organisations, problems)
    reject.where(
        organisations["organisation_code"].isin(circular),
        "successor-circle",
        "successor",
        "an organisation that this one has not taken over itself",
        MEND_ORGANISATION,
    )
    return reject.good()


def _leads_back(code: str, successors: Mapping[str, str]) -> bool:
    passed: set[str] = set()
    after = successors[code]
    while after in successors and after not in passed:
        passed.add(after)
        after = successors[after]
    return code in passed


def _misnamed(files: Mapping[str, bytes], prefix: str) -> Iterator[Problem]:
    others = [name for name in files if name not in FILES.values()]
    absent = [file for file in FILES.values() if file not in files]
    meant = {file: difflib.get_close_matches(file, others, 1, cutoff=0.8) for file in absent}
    for file, names in meant.items():
        for name in names:
            yield of_file(prefix + name, "this file name", file, "rename it, or take it out of the folder")
    if len(absent) == len(FILES) and not any(meant.values()):
        yield of_file(prefix or "tables", "no tables", f"any of {', '.join(absent)}", "add what there is")


def checked_organisations(table: pd.DataFrame, problems: list[Problem]) -> pd.DataFrame:
    """Good rows of a table of organisations that is text still; the others are reported."""
    known = definitions()
    reject = Rejecter(table, problems)
    _check_lines(reject)
    code = table["organisation_code"]
    reject.where(
        ~code.str.fullmatch(ORGANISATION_CODE) | code.isin([NATION, *known.regions]),
        "organisation-code",
        "organisation_code",
        "the ODS code of an organisation, in capital letters and digits",
        MEND_ORGANISATION,
    )
    reject.where(table["organisation"].eq(""), "no-name", "organisation", "its name", MEND_ORGANISATION)
    reject.unknown("type", known.organisation_types, mend=MEND_ORGANISATION)
    names = {name: region for region, name in known.regions.items()}
    regions = ["", *known.regions, *names]
    reject.unknown("region", regions, "a region of NHS England, by code or name", MEND_ORGANISATION)
    opened, closed = _dates(table["opened"]), _dates(table["closed"])
    for name, day in (("opened", opened), ("closed", closed)):
        faulty = table[name].ne("") & day.isna()
        reject.where(faulty, "not-a-date", name, "a date as 2025-03-31, or blank", MEND_ORGANISATION)
    later = "a date after that of opening"
    reject.where(closed < opened, "closed-before-opened", "closed", later, MEND_ORGANISATION)
    reject.repeated(["organisation_code"], "the same organisation", "each organisation once")
    good = reject.good()
    return good.assign(region=good["region"].replace(names))


def checked_returns(table: pd.DataFrame, last_year: int, problems: list[Problem]) -> pd.DataFrame:
    """Good rows of a table of returns that is text still, counts as numbers; the others are reported."""
    reject = _placed(_counted(table), definitions().measures, last_year, problems)
    number = _numbers(reject.table["count"])
    mend = "correct the count, or take the row out if it was not submitted"
    reject.where(number.isna(), "count-not-a-number", "count", WHOLE, mend)
    reject.where(number < 0, "count-negative", "count", WHOLE, mend)
    fraction = (number > 0) & (number % 1 > 0)
    reject.where(fraction, "count-fraction", "count", WHOLE, "give headcount, not full-time equivalents")
    reject.where(number > MOST_PEOPLE, "count-too-large", "count", f"at most {MOST_PEOPLE:,} people", mend)
    reject.repeated(PLACE, "a second figure for the same place", "each figure once")
    good = reject.good()
    return good.assign(count=_numbers(good["count"]).astype("int64"), year=good["year"].astype("int64"))


def checked_percentages(table: pd.DataFrame, last_year: int, problems: list[Problem]) -> pd.DataFrame:
    """Good rows of a table of percentages that is text still; the others are reported.

    A survey result may be that of all staff, whose ethnicity is ``all``.
    """
    indicators = definitions().indicators
    reject = _placed(
        _counted(table),
        lambda code: [indicators[code].measures.count],
        last_year,
        problems,
        of_everybody=[code for code, each in indicators.items() if each.kind == "survey"],
    )
    outside = ~_numbers(reject.table["percentage"]).between(0, 100)
    reject.where(outside, "percentage-range", "percentage", "a number from 0 to 100", MEND)
    for name in ("count", "base"):
        number = _numbers(reject.table[name])
        faulty = reject.table[name].ne("") & ~(number.between(0, MOST_PEOPLE) & (number % 1).eq(0))
        reject.where(faulty, f"{name}-not-whole", name, f"{WHOLE}, or blank", MEND)
    reject.repeated(PLACE, "a second figure for the same place", "each figure once")
    good = reject.good()
    return good.assign(
        year=good["year"].astype("int64"),
        decimals=_decimals(good["percentage"]),
        percentage=_numbers(good["percentage"]),
        count=_numbers(good["count"]).astype("Int64"),
        base=_numbers(good["base"]).astype("Int64"),
    )


def checked_printed(table: pd.DataFrame, last_year: int, problems: list[Problem]) -> pd.DataFrame:
    """Good rows of a table of printed results that is text still; the others are reported."""
    table = table.assign(value=table["value"].str.removesuffix("%").str.strip())
    reject = _placed(table, None, last_year, problems)
    reject.unknown("statistic", PRINTED_STATISTICS)
    wrong = _numbers(reject.table["value"]).isna()
    reject.where(wrong, "printed-not-a-number", "value", "a number as it was printed", MEND)
    reject.repeated(PRINTED, "the same result", "each printed result once")
    good = reject.good()
    return good.assign(
        year=good["year"].astype("int64"), decimals=_decimals(good["value"]), value=_numbers(good["value"])
    )


def _counted(table: pd.DataFrame) -> pd.DataFrame:
    """Rows of counts, of which those of no stated ethnicity are of people whose ethnicity is not known."""
    return table.assign(ethnicity=table["ethnicity"].replace("", NOT_KNOWN))


def _placed(
    table: pd.DataFrame,
    measures: Callable[[str], Iterable[str]] | None,
    last_year: int,
    problems: list[Problem],
    of_everybody: Sequence[str] = (),
) -> Rejecter:
    """Check what places a figure: its year, its indicator and the vocabulary of the indicator."""
    known = definitions()
    table = _without_later_years(table, last_year, problems)
    reject = Rejecter(table.assign(staff_group=table["staff_group"].replace("", "all")), problems)
    _check_lines(reject)
    years = [str(year) for year in range(FIRST_WRES_YEAR, last_year + 1)]
    reject.unknown("year", years, f"a year from {FIRST_WRES_YEAR} to {last_year}")
    reject.unknown("indicator", known.indicators, "an indicator from 1 to 9")
    for code in known.indicators:
        among = reject.table["indicator"].eq(code)
        if measures is not None:
            reject.unknown("measure", measures(code), among=among)
        reject.unknown("category", known.categories(code), among=among)
    reject.unknown("staff_group", known.staff_groups)
    ethnicities = "white, bme, unknown or an ethnic category of the NHS data dictionary, such as A or 99"
    whole = reject.table["ethnicity"].eq(EVERYBODY) & reject.table["indicator"].isin(of_everybody)
    words = ["", *known.ethnic_groups, *known.ethnic_categories]
    reject.unknown("ethnicity", words, ethnicities, among=~whole)
    return reject


def _without_later_years(table: pd.DataFrame, last_year: int, problems: list[Problem]) -> pd.DataFrame:
    """Rows up to the publication's year: an earlier year can be published from the same files again."""
    later = table["year"].isin([str(year) for year in range(last_year + 1, LAST_YEAR + 1)])
    mend = "they were left out; correct the year if it is a slip"
    for year, rows in table[later].groupby("year"):
        file, row = rows["file"].iloc[0], rows["row"].iloc[0]
        found = f"{len(rows):,} rows of {year}, the first in row {row}"
        problems.append(of_file(file, found, f"years up to {last_year}", mend, "warning"))
    return table[~later].reset_index(drop=True)


def _check_lines(reject: Rejecter) -> None:
    """Report line breaks in cells: most come from quotation marks that swallow the rows after them."""
    mend = "close the quotation mark before it, or take the line break out"
    for name in reject.table.columns.drop("row"):
        broken = reject.table[name].str.contains(r"[\r\n]", regex=True)
        reject.where(broken, "line-break", name, "each cell on one line", mend)


def _decimals(text: pd.Series) -> pd.Series:
    """How many digits after the point were printed."""
    return text.str.replace(r"^[^.]*\.?", "", regex=True).str.len().astype("int64")


def _dates(text: pd.Series) -> pd.Series:
    """Dates in full; NaT where the text is none."""
    written = text.where(text.str.fullmatch("[0-9]{4}-[0-9]{2}-[0-9]{2}"))
    return pd.to_datetime(written, format="%Y-%m-%d", errors="coerce")


def _numbers(text: pd.Series) -> pd.Series:
    """Plain decimal numbers; NaN where the text is none."""
    return pd.to_numeric(text.where(text.str.fullmatch(NUMBER))).astype("float64")
