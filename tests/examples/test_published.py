"""The published figures: well formed, each with its source, and equal to what was printed."""

from __future__ import annotations

import re
from importlib import resources
from pathlib import Path

import pandas as pd
import pytest

from wres.definitions import NATION, definitions

TABLES = Path(str(resources.files("wres"))) / "examples" / "published"
GOALS = Path(__file__).parents[1] / "known_answers" / "model_employer_goals.csv"
FACTS = Path(__file__).parents[2].parent / "shared" / "facts"
PLACE = ["year", "organisation_code", "indicator"]
KEY = [*PLACE, "measure", "staff_group", "category", "ethnicity"]
COLUMNS = {
    "organisations": [
        *("organisation_code", "organisation", "type", "region", "icb_code", "icb"),
        *("opened", "closed", "successor", "note", "source"),
    ],
    "returns": [*KEY, "count", "note", "source"],
    "percentages": [*KEY, "percentage", "count", "base", "note", "source"],
}


def read(path: Path) -> pd.DataFrame:
    return pd.read_csv(path, dtype=str, keep_default_na=False)


@pytest.fixture(scope="module")
def tables() -> dict[str, pd.DataFrame]:
    return {name: read(TABLES / f"{name}.csv") for name in COLUMNS}


def figures(
    tables: dict[str, pd.DataFrame], code: str, indicator: str, year: int, category: str = ""
) -> pd.DataFrame:
    """Published percentages of all staff, a row an ethnicity."""
    rows = tables["percentages"]
    keys = {
        "organisation_code": code,
        "indicator": indicator,
        "year": str(year),
        "staff_group": "all",
        "category": category,
    }
    return rows[(rows[list(keys)] == keys).all(axis=1)].set_index("ethnicity")


def printed(
    tables: dict[str, pd.DataFrame], code: str, indicator: str, year: int, category: str = ""
) -> dict[str, str]:
    """The same percentages as they were printed, by ethnicity."""
    return figures(tables, code, indicator, year, category)["percentage"].to_dict()


@pytest.mark.parametrize("name", COLUMNS)
def test_every_row_has_its_source(tables: dict[str, pd.DataFrame], name: str) -> None:
    assert list(tables[name].columns) == COLUMNS[name]
    assert tables[name]["source"].str.strip().ne("").all()


def test_every_source_is_described(tables: dict[str, pd.DataFrame]) -> None:
    described = (TABLES / "SOURCES.md").read_text(encoding="utf-8")
    cited = " ".join(table["source"].str.cat(sep=" ") for table in tables.values())
    hosts = set(re.findall(r"https?://([^/\s]+)", cited))
    assert hosts
    assert {host for host in hosts if host not in described} == set()


@pytest.mark.parametrize("name", ["returns", "percentages"])
def test_keys_are_unique(tables: dict[str, pd.DataFrame], name: str) -> None:
    assert not tables[name].duplicated(KEY).any()


def test_no_figure_stands_in_both_tables(tables: dict[str, pd.DataFrame]) -> None:
    assert tables["returns"].merge(tables["percentages"], on=KEY).empty


@pytest.mark.parametrize("name", ["returns", "percentages"])
def test_vocabulary(tables: dict[str, pd.DataFrame], name: str) -> None:
    known = definitions()
    codes = {NATION, *known.regions, *tables["organisations"]["organisation_code"]}
    for row in tables[name].itertuples():
        assert row.organisation_code in codes
        assert row.measure in known.measures(row.indicator)
        assert row.staff_group in known.staff_groups
        assert row.category in known.categories(row.indicator)
        assert row.ethnicity in {*known.ethnic_groups, *known.ethnic_categories}
        assert 2015 <= int(row.year) <= 2025


def test_organisations(tables: dict[str, pd.DataFrame]) -> None:
    known = definitions()
    organisations = tables["organisations"]
    assert organisations["organisation_code"].tolist() == ["RXY", "RBV", "RGD", "11M"]
    assert set(organisations["type"]) <= set(known.organisation_types)
    assert set(organisations["region"]) <= set(known.regions)
    days = pd.concat([organisations["opened"], organisations["closed"]])
    assert days.str.fullmatch(r"(\d{4}-\d\d-\d\d)?").all()


def test_percentages_are_as_printed_and_fit_their_counts(tables: dict[str, pd.DataFrame]) -> None:
    """One unit of the last digit is allowed, because one source cuts digits off instead of rounding."""
    shares = tables["percentages"]
    assert shares["percentage"].str.fullmatch(r"\d{1,2}(\.\d{1,2})?").all()
    assert shares[["count", "base"]].apply(lambda column: column.str.fullmatch(r"\d*")).all(axis=None)
    whole = shares[shares["count"].ne("") & shares["base"].ne("")]
    exact = 100 * whole["count"].astype(int) / whole["base"].astype(int)
    decimals = whole["percentage"].str.partition(".")[2].str.len()
    assert len(whole) == 6
    assert ((exact - whole["percentage"].astype(float)).abs() < 10.0**-decimals).all()


@pytest.mark.parametrize(
    ("year", "everyone", "senior", "gap"),
    [
        (2016, ("17.40", "204377"), ("9.74", "6447"), 7.65),
        (2017, ("18.09", "216644"), ("10.40", "7207"), 7.69),
        (2018, ("18.94", "230189"), ("11.20", "8146"), 7.74),
    ],
)
def test_table_1_of_the_policy(
    tables: dict[str, pd.DataFrame], year: int, everyone: tuple[str, str], senior: tuple[str, str], gap: float
) -> None:
    """A Model Employer (NHS England, 2019), Table 1; its gaps are of unrounded shares."""
    for category, (share, count) in (("", everyone), ("bands_8a_to_vsm", senior)):
        row = figures(tables, NATION, "1", year, category).loc["bme"]
        assert (row["percentage"], row["count"], row["note"]) == (share, count, "NHS trusts and CCGs")
    assert float(everyone[0]) - float(senior[0]) == pytest.approx(gap, abs=0.015)


@pytest.mark.parametrize(("category", "increase"), [("", 25_812), ("bands_8a_to_vsm", 1_699)])
def test_increases_of_the_policy(tables: dict[str, pd.DataFrame], category: str, increase: int) -> None:
    """A Model Employer (NHS England, 2019), below Table 1: BME staff in 2018 against 2016."""
    before, after = (
        int(figures(tables, NATION, "1", year, category).loc["bme", "count"]) for year in (2016, 2018)
    )
    assert after - before == increase


def test_boards_and_regions_of_the_policy(tables: dict[str, pd.DataFrame]) -> None:
    """A Model Employer (NHS England, 2019), section 03."""
    assert printed(tables, NATION, "9", 2018) == {"white": "88", "bme": "7", "unknown": "5"}
    for region, board, workforce in (("Y56", "16", "44"), ("Y57", "4", "14")):
        assert printed(tables, region, "9", 2018) == {"bme": board}
        assert printed(tables, region, "1", 2018) == {"bme": workforce}


@pytest.mark.parametrize(
    ("indicator", "white", "bme"), [("5", "23.51", "28.63"), ("7", "58.85", "49.51"), ("8", "6.77", "15.20")]
)
def test_survey_of_2024(tables: dict[str, pd.DataFrame], indicator: str, white: str, bme: str) -> None:
    """Every ethnic category is there, and the bases of the detailed ones add up to those of their group."""
    known = definitions()
    rows = figures(tables, NATION, indicator, 2025)
    detailed = [code for code, category in known.ethnic_categories.items() if category.group != "unknown"]
    assert set(rows.index) == {"white", "bme", *detailed}
    assert rows.loc[["white", "bme"], "percentage"].tolist() == [white, bme]
    bases = rows["base"].astype(int)
    summed = bases[detailed].groupby(known.ethnic_group).sum()
    assert summed.to_dict() == bases[["white", "bme"]].to_dict()


@pytest.mark.parametrize(
    ("indicator", "white", "bme"),
    [("5", "32.8", "44.3"), ("6", "19.9", "25.5"), ("7", "87.2", "78.5"), ("8", "5.6", "12.0")],
)
def test_swapped_labels_of_kent_and_medway_are_put_right(
    tables: dict[str, pd.DataFrame], indicator: str, white: str, bme: str
) -> None:
    """The pages on indicators 7 and 8 give BME 78.5, and white 5.6 and BME 12.0."""
    rows = figures(tables, "RXY", indicator, 2020)
    assert rows["percentage"].to_dict() == {"white": white, "bme": bme}
    assert rows["note"].str.contains("appear swapped; corrected here").all()


def test_derived_bases_of_kent_and_medway(tables: dict[str, pd.DataFrame]) -> None:
    """76 % and 22 % of 3,296 staff."""
    rows = figures(tables, "RXY", "3", 2020)
    assert rows["count"].to_dict() == {"white": "17", "bme": "9"}
    assert rows["base"].astype(int).to_dict() == {"white": round(0.76 * 3296), "bme": round(0.22 * 3296)}


def test_the_christie(tables: dict[str, pd.DataFrame]) -> None:
    """Indicator 2 as printed; the board from the published differences of -7.5 and -0.64 points."""
    assert printed(tables, "RBV", "2", 2022) == {"white": "46.99", "bme": "14.65"}
    for year, difference in ((2021, -7.5), (2022, -0.64)):
        board, workforce = (float(printed(tables, "RBV", indicator, year)["bme"]) for indicator in ("9", "1"))
        assert board - workforce == pytest.approx(difference)


def test_leeds_and_york(tables: dict[str, pd.DataFrame]) -> None:
    """Annual Report and Accounts 2024/25, table 2.2C."""
    board = tables["returns"].query("organisation_code == 'RGD' and indicator == '9'")
    assert board.set_index("ethnicity")["count"].to_dict() == {"white": "11", "bme": "2", "unknown": "0"}
    assert printed(tables, "RGD", "1", 2025) == {"white": "74", "bme": "23.1", "unknown": "2.9"}


def test_no_disciplinary_cases_in_gloucestershire(tables: dict[str, pd.DataFrame]) -> None:
    for year, staff in ((2019, "23"), (2020, "25")):
        rows = figures(tables, "11M", "3", year)
        assert rows["count"].to_dict() == {"white": "0", "bme": "0"}
        assert rows["base"].to_dict() == {"white": "", "bme": staff}


def test_aspirations_of_the_policy() -> None:
    """A Model Employer (NHS England, 2019), Tables 2 and 3."""
    goals = read(GOALS).set_index(["organisation", "band", "target_year"])
    recruits = goals["bme_recruits_a_year"].astype(int)
    assert recruits["NHS trusts"].tolist() == [56, 41, 36]
    assert recruits["CCGs"].tolist() == [18, 16]
    assert recruits.iloc[-2:].tolist() == [19, 3]
    assert goals["source"].str.startswith("A Model Employer (NHS England, 2019), Table").all()


@pytest.mark.skipif(not FACTS.is_dir(), reason="the collected facts do not lie beside the repository")
@pytest.mark.parametrize("name", ["returns", "percentages"])
def test_every_figure_stands_in_the_collected_facts(tables: dict[str, pd.DataFrame], name: str) -> None:
    """A figure that is not printed anywhere says in its note that it is derived."""
    facts = collected_facts()
    words = {"percentage": "share derived", "count": "count derived", "base": "base derived"}
    for row in tables[name].to_dict("records"):
        stated = {float(row[c]) for c, word in words.items() if row.get(c) and word not in row["note"]}
        assert stated <= facts[tuple(row[c] for c in PLACE)], row


def collected_facts() -> dict[tuple[str, ...], set[float]]:
    """Every number of the facts by year, organisation and indicator."""
    places = {"England": NATION, "London": "Y56", "South": "Y57"}
    national = read(FACTS / "published_national.csv")
    national = national.assign(organisation_code=national["geography"].map(places).fillna(""))
    local = read(FACTS / "published_returns.csv").rename(columns={"org_code": "organisation_code"})
    long = pd.concat(
        [
            national.melt(PLACE, ["value", "numerator", "denominator"], value_name="number"),
            local.melt(PLACE, ["value"], value_name="number"),
        ]
    )
    numbers = long.assign(number=pd.to_numeric(long["number"], errors="coerce")).dropna(subset="number")
    return numbers.groupby(PLACE)["number"].agg(set).to_dict()
