"""The open data tables: one tidy table a sheet, with a cover, contents and notes before them.

They follow the Government Analysis Function's *Releasing statistics in spreadsheets*: a table starts in column A
under its title, has one row of unique heads and no blank or merged cell, and says by a shorthand why a cell holds
no figure. How the sheets become a file belongs in the module of each format.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pandas as pd

from wres.definitions import Indicator, definitions
from wres.params import Publication
from wres.publish.pages import INTERNAL, SYNTHETIC
from wres.report.narrative import VERDICT_WORDS, verdict_words
from wres.report.slices import headlines

HIDDEN, UNAVAILABLE, NOT_APPLICABLE = "[c]", "[x]", "[z]"
SHORTHAND = {
    HIDDEN: "Confidential: hidden, so that nobody can be recognised.",
    UNAVAILABLE: "Not available: not submitted, withheld because of errors, or published without counts.",
    NOT_APPLICABLE: "Not applicable: there can be no such figure, or the data set no limit to an interval.",
}
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Texts = npt.NDArray[np.str_]
WIDEST = 60
PLACE = ["year", "level", "code", "indicator", "staff_group", "category"]
COUNTED = {
    "bme_numerator": "BME people counted",
    "bme_denominator": "BME people who could have been counted",
    "white_numerator": "White people counted",
    "white_denominator": "White people who could have been counted",
}
LEVELS = {
    "Regions": ("region", "Region"),
    "ICB_areas": ("icb", "Integrated care board area"),
    "Types": ("type", "Type of organisation"),
}


@dataclass(frozen=True)
class Sheet:
    """One sheet: its tab, its title, the lines before its table, the table, and whether it leads to the others."""

    name: str
    title: str
    about: tuple[str, ...]
    table: pd.DataFrame
    links: bool = False

    @cached_property
    def widths(self) -> list[int]:
        """How many characters wide each column is: room for its longest cell or word of its head, within reason."""
        longest = [max(map(len, map(str, self.table[head])), default=0) for head in self.table.columns]
        words = [max(len(word) for word in str(head).split()) for head in self.table.columns]
        return [min(WIDEST, 3 + max(cell, word)) for cell, word in zip(longest, words, strict=True)]


@dataclass(frozen=True)
class Workbook:
    """What both formats of the open data tables are written from."""

    title: str
    year: int
    synthetic: bool
    tables: tuple[Sheet, ...]
    internal: bool = False

    @property
    def cover(self) -> tuple[str, ...]:
        """The lines of the cover, its title first."""
        lines = (
            f"Open data tables of the Workforce Race Equality Standard, reporting year {self.year}: snapshot of "
            f"31 March {self.year}, NHS Staff Survey of autumn {self.year - 1}.",
            f"This workbook has {len(self.tables)} tables, one a sheet. The Contents sheet lists them; the Notes "
            "sheet says what the words and shorthands in them mean.",
            "Percentages and points are rounded to one decimal, ratios to two. The unrounded results, every band, "
            "staff group and year among them, are in the publication's data/indicators.csv and indicators.parquet.",
            "None of these figures shows a cause. Where there are too few people to tell, nothing has been found, "
            "which is not a finding of equality.",
        )
        return (self.title, *self._warning, *lines)

    @property
    def _warning(self) -> tuple[str, ...]:
        return (*[f"{INTERNAL}."] * self.internal, *[f"{SYNTHETIC}."] * self.synthetic)

    @cached_property
    def sheets(self) -> tuple[Sheet, ...]:
        """Contents, notes and all tables, in their order."""
        listed = [(sheet.name, sheet.title) for sheet in self.tables]
        contents = pd.DataFrame(listed, columns=["Sheet", "Title"])
        front = (
            Sheet("Contents", "Contents", ("This sheet lists the tables.",), contents, links=True),
            Sheet("Notes", "Notes", ("This sheet says how to read the tables.",), notes()),
        )
        one = "This sheet holds one table. Shorthands such as [c] are explained in the Notes sheet."
        return front + tuple(
            Sheet(s.name, s.title, (*self._warning, one, *s.about), s.table) for s in self.tables
        )


def notes() -> pd.DataFrame:
    """What the shorthands and the words of the tables mean."""
    known = {
        **SHORTHAND,
        "Verdict: Clear gap": "The interval excludes no gap, to the disadvantage of BME staff, and the test holds "
        "after allowing for the many organisations tested.",
        "Verdict: Clear gap in favour": "As a clear gap, in favour of BME staff.",
        "Verdict: No material gap": "The whole interval lies inside the range that does not matter in practice.",
        "Verdict: Too few to tell": "None of the above. It is not a finding of equality.",
        "Verdict: Not tested": "Published without the counts that a test needs.",
        "Limits": "Lower and upper limit of the interval: how far chance alone could have moved the figure.",
        "Relative likelihood": "Indicators 2 and 4: white over BME. Indicator 3: BME over white. Above 1 is to the "
        "disadvantage of BME people.",
        "Difference": "BME minus white in percentage points. Indicators 1 and 9: BME share of bands 8a to VSM, or "
        "of the board, minus BME share of all staff.",
        "Compared with": "The white percentage. Indicators 1 and 9: the BME percentage of all staff.",
        "BME people-equivalent": "How many more (+) or fewer BME people there are than at the rate compared with.",
        "Integrated care board area": "The NHS trusts of an integrated care system, without the board itself.",
        "BME": "Black and minority ethnic: all ethnic categories but the white ones.",
        "VSM": "Very senior managers, above band 9 of Agenda for Change.",
    }
    return pd.DataFrame({"Word": list(known), "Meaning": list(known.values())})


def open_tables(
    indicators: pd.DataFrame, organisations: pd.DataFrame, goals: pd.DataFrame, publication: Publication
) -> tuple[Sheet, ...]:
    """Choose and lay out the tables of the workbook.

    Parameters
    ----------
    indicators, goals
        Protected results and goals.
    organisations
        The organisations table.
    publication
        Says which year the tables of organisations and places are about.
    """
    year = publication.year
    of_year = indicators[indicators["year"].eq(year)]
    nation = indicators[indicators["level"].eq("national")]
    sheets = [
        Sheet("England", f"England year by year, {publication.first_year} to {year}",
              ("NHS trusts taken together, or figures published for England as such.",), gaps(nation, "Year")),
        Sheet("Bands", "BME staff of England by staff group and band, year by year",
              ("Everybody is counted in the base, those of unknown ethnicity too.",), bands(nation)),
        Sheet("Verdicts", f"Organisations by verdict and type, {year}", (), verdicts(of_year, organisations)),
        *(
            Sheet(f"Indicator_{code}", f"Indicator {code}: {indicator.name}, every organisation, {year}",
                  (indicator.question,), _described(gaps(rows, "Code", "Organisation"), organisations))
            for code, indicator, rows in _by_indicator(of_year[of_year["level"].eq("organisation")])
        ),
        *(
            Sheet(name, f"{label}: every indicator, {year}",
                  ("NHS trusts are summed; integrated care boards and national bodies are in the table of types.",),
                  gaps(of_year[of_year["level"].eq(level)], "Code", label))
            for name, (level, label) in LEVELS.items()
        ),
        Sheet("Goals", f"Recruitment to parity, from {year}",
              ("Outcome met: as diverse as all staff already. Outcome impossible: not in the time at this turnover.",
               "The model is inferred from the examples of A Model Employer (NHS England, 2019)."),
              goals_table(goals[goals["year"].eq(year)])),
    ]  # fmt: skip
    return tuple(sheet for sheet in sheets if len(sheet.table))


def gaps(rows: pd.DataFrame, *first: str) -> pd.DataFrame:
    """Lay out the headline of every indicator: percentages, gap as points and as ratio, limits, counts.

    Parameters
    ----------
    rows
        Protected results of one level, all statistics.
    first
        The heads that say what a line is about: Year, or Code and the word for a place.
    """
    gap = headlines(rows).sort_values(["year", "indicator", "name", "code"], kind="stable")
    whole = gap["indicator"].map(lambda code: definitions().indicators[code].denominator == "all").to_numpy()
    ratio = gap["statistic"].eq("relative_likelihood").to_numpy()
    table = pd.DataFrame({
        **{head: gap[{"Year": "year", "Code": "code"}.get(head, "name")].to_numpy() for head in first},
        "Indicator": gap["indicator"].to_numpy(),
        "Indicator name": gap["indicator"].map(lambda code: definitions().indicators[code].name).to_numpy(),
        "Verdict": [verdict_words(row) for _, row in gap[["status", "verdict"]].iterrows()],
        **_percentages(gap, rows, whole),
        **_limits("Difference in points", _at(rows, gap, "difference", ""), 1),
        **_limits("Relative likelihood", _at(rows, gap, "relative_likelihood", ""), 2),
        "BME people-equivalent": gap["people_equivalent"].round().to_numpy(),
        "Smallest gap detectable": gap["minimum_detectable"].round(2).to_numpy(),
        **_counts(gap, whole),
        "Note": gap["note"].replace("", "None").to_numpy(),
    })  # fmt: skip
    without = {"Relative likelihood": ~ratio, "White people": whole}
    missing = np.where(gap["status"].eq("suppressed"), HIDDEN, UNAVAILABLE)
    return _with_shorthand(table, missing, without)


def bands(nation: pd.DataFrame) -> pd.DataFrame:
    """BME headcount and share of every band and staff group, with the gap to all staff, year by year."""
    known = definitions()
    own = nation[nation["indicator"].eq("1")]
    share = own[own["statistic"].eq("percentage") & own["ethnicity"].eq("bme")]
    order = {c: n for n, c in enumerate(["", *known.clusters, *known.bands, *known.medical_grades])}
    groups = {group: n for n, group in enumerate(known.staff_groups)}
    share = share.sort_values(
        ["year", "staff_group", "category"], kind="stable",
        key=lambda column: column.map({"staff_group": groups, "category": order}.get(str(column.name), lambda y: y)),
    )  # fmt: skip
    points = _at(own, share, "difference", "")
    table = pd.DataFrame({
        "Year": share["year"].to_numpy(),
        "Staff group": share["staff_group"].map(known.staff_groups).to_numpy(),
        "Band": [known.category_label(c) for c in share["category"]],
        "BME headcount": share["numerator"].to_numpy(),
        "Headcount": share["denominator"].to_numpy(),
        **_limits("BME percentage", share, 1),
        **_limits("Difference from all staff in points", points, 1),
    })  # fmt: skip
    everybody = (share["staff_group"].eq("all") & share["category"].eq("")).to_numpy()
    missing = np.where(share["status"].eq("suppressed"), HIDDEN, UNAVAILABLE)
    return _with_shorthand(table, missing, {"Difference": everybody})


def verdicts(of_year: pd.DataFrame, organisations: pd.DataFrame) -> pd.DataFrame:
    """How many organisations of each type have which verdict on each indicator."""
    known = definitions()
    rows = headlines(of_year[of_year["level"].eq("organisation")])
    types = organisations.set_index("organisation_code")["type"]
    found = rows["verdict"].map(VERDICT_WORDS).where(rows["status"].eq("published"), "No figure")
    counted = pd.crosstab([rows["indicator"], rows["code"].map(types)], found.to_numpy())
    counted = counted.reindex(columns=[*VERDICT_WORDS.values(), "No figure"], fill_value=0).reset_index()
    labels = {code: kind.plural.capitalize() for code, kind in known.organisation_types.items()}
    heads = {"indicator": "Indicator", "code": "Type of organisation"}
    return counted.assign(code=counted["code"].map(labels)).rename(columns=heads).rename_axis(columns=None)


def goals_table(goals: pd.DataFrame) -> pd.DataFrame:
    """What parity would take in every organisation, region and type, band by band."""
    ordered = goals[~goals["outcome"].isin(["no_posts", "hidden"])]
    ordered = ordered.sort_values(["level", "name", "code"], kind="stable")
    label = definitions().category_label
    table = pd.DataFrame({
        "Level": ordered["level"].to_numpy(),
        "Code": ordered["code"].to_numpy(),
        "Name": ordered["name"].to_numpy(),
        "Band or grade": ordered["category"].map(label).to_numpy(),
        "BME people": ordered["bme"].to_numpy(),
        "Posts": ordered["posts"].to_numpy(),
        "BME percentage of known ethnicity": (100 * ordered["share"]).round(1).to_numpy(),
        "Lower limit": (100 * ordered["share_lower"]).round(1).to_numpy(),
        "Upper limit": (100 * ordered["share_upper"]).round(1).to_numpy(),
        "Percentage aimed for": (100 * ordered["target"]).round(1).to_numpy(),
        "Year aimed for": ordered["target_year"].to_numpy(),
        "Turnover assumed, percentage a year": (100 * ordered["turnover"]).round(1).to_numpy(),
        "Percentage of recruits to be BME": (100 * ordered["share_of_recruits"]).round(1).to_numpy(),
        "Recruits a year": ordered["recruits"].round(1).to_numpy(),
        "Outcome": ordered["outcome"].to_numpy(),
    })  # fmt: skip
    return _with_shorthand(table, np.full(len(table), UNAVAILABLE), {})


def _by_indicator(rows: pd.DataFrame) -> Iterator[tuple[str, Indicator, pd.DataFrame]]:
    """Rows of each indicator, with indicator 1's workforce for those that are compared with it."""
    workforce = rows["indicator"].eq("1") & rows["staff_group"].eq("all") & rows["category"].eq("")
    for code, indicator in definitions().indicators.items():
        yield code, indicator, rows[rows["indicator"].eq(code) | workforce]


def _described(table: pd.DataFrame, organisations: pd.DataFrame) -> pd.DataFrame:
    """Say of each organisation its type, region and integrated care board; the sheet is of one indicator."""
    known = definitions()
    table = table.drop(columns=["Indicator", "Indicator name"])
    about = organisations.set_index("organisation_code").reindex(table["Code"])
    columns = {
        "Type": about["type"].map({code: kind.label for code, kind in known.organisation_types.items()}),
        "Region": about["region"].map(known.regions),
        "Integrated care board": about["icb"],
    }
    for position, (head, column) in enumerate(columns.items(), 2):
        table.insert(position, head, column.replace("", None).fillna(UNAVAILABLE).to_numpy())
    return table


def _at(rows: pd.DataFrame, gap: pd.DataFrame, statistic: str, ethnicity: str, **place: str) -> pd.DataFrame:
    """The rows of another statistic at the places of these gaps, line by line; blank where there is none."""
    found = rows[rows["statistic"].eq(statistic) & rows["ethnicity"].eq(ethnicity)].set_index(PLACE)
    return found.reindex(pd.MultiIndex.from_frame(gap[PLACE].assign(**place)))


def _percentages(gap: pd.DataFrame, rows: pd.DataFrame, whole: Bools) -> dict[str, Floats]:
    bme, white = (_at(rows, gap, "percentage", group)["value"].to_numpy() for group in ("bme", "white"))
    workforce = {"indicator": "1", "staff_group": "all", "category": ""}
    everybody = _at(rows, gap, "percentage", "bme", **workforce)["value"].to_numpy()
    return {
        "BME percentage": np.round(bme, 1),
        "Compared with percentage": np.round(np.where(whole, everybody, white), 1),
    }


def _limits(head: str, rows: pd.DataFrame, decimals: int) -> dict[str, Floats]:
    columns = {"": "value", " lower limit": "lower", " upper limit": "upper"}
    return {f"{head}{which}": rows[name].to_numpy(float).round(decimals) for which, name in columns.items()}


def _counts(gap: pd.DataFrame, whole: Bools) -> dict[str, Floats]:
    """Counts behind a gap; of indicators 1 and 9 the BME people among all in the band or on the board."""
    of_all = {"bme_numerator": gap["numerator"], "bme_denominator": gap["denominator"]}
    return {head: np.where(whole, of_all.get(name, np.nan), gap[name]) for name, head in COUNTED.items()}


def _with_shorthand(table: pd.DataFrame, missing: Texts, without: dict[str, Bools]) -> pd.DataFrame:
    """Say in every empty cell why it is empty, and leave out columns that apply to no line.

    Parameters
    ----------
    table
        Numbers and text; NaN and infinity are empty cells.
    missing
        The shorthand of each line for a figure that there might have been.
    without
        By the beginning of a head: the lines to which such columns can't apply.
    """
    filled = {}
    for head, column in table.items():
        cells = column.astype(object)
        empty = column.isna()
        if column.dtype.kind == "f":
            endless = np.isinf(column.to_numpy())
            cells[endless] = NOT_APPLICABLE
        cells[empty] = missing[empty]
        for start, lines in without.items():
            if str(head).startswith(start):
                cells[empty & lines] = NOT_APPLICABLE
        filled[head] = cells
    full = pd.DataFrame(filled)
    return full.loc[:, [not column.eq(NOT_APPLICABLE).all() for _, column in full.items()]]
