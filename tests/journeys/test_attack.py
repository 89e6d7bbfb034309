"""An attacker tries to recover small counts from two years' editions of a demonstration, and can't.

Its code is its own and plain: whatever the files print is known; sums whose members are known but for one give that
one; and limits are carried from sum to sum until they stop moving. Nothing of the package's own control is used.
"""

from __future__ import annotations

import math
from collections import defaultdict
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

from wres.cli import app

pytestmark = pytest.mark.slow
BANDS = ["under_1", "1", "2", "3", "4", "5", "6", "7", "8a", "8b", "8c", "8d", "9", "vsm"]
GRADES = ["consultant", "senior_medical_manager", "non_consultant_career_grade", "trainee", "other"]
RUNS = {
    "bands_1_to_5": BANDS[:6],
    "bands_6_to_7": BANDS[6:8],
    "bands_8a_to_vsm": BANDS[8:],
    "bands_8c_to_vsm": BANDS[10:],
}
GROUPS = ["non_clinical", "clinical", "medical_dental"]
TRUSTS = ["acute", "acute_specialist", "ambulance", "community", "mental_health"]
THRESHOLD = 5
Key = tuple[
    int, str, str, str, str, str, str
]  # year, level, code, indicator, staff group, category, ethnicity


def run(*arguments: object) -> None:
    done = CliRunner().invoke(app, [str(argument) for argument in arguments])
    assert done.exit_code in (0, 1), done.output


@pytest.fixture(scope="module")
def editions(tmp_path_factory: pytest.TempPathFactory) -> dict[str, pd.DataFrame]:
    """The results of 2024, and of 2025 which repeat 2024, as published; and the truth."""
    folder = tmp_path_factory.mktemp("attack")
    run("simulate", folder / "returns", "--organisations", 20, "--years", "2024-2025")
    for name, year, before in (("first", 2024, ""), ("second", 2025, "previous: first/indicators.csv\n")):
        params = folder / f"{name}.yml"
        text = (
            f"publication: {name}\nyear: {year}\nfirst_year: 2024\nsources: [{{tables: returns}}]\n{before}"
        )
        params.write_text(text, encoding="utf-8")
        run("indicators", params, "--output", folder / name)
    run("indicators", folder / "second.yml", "--output", folder / "truth", "--internal")
    return {
        "organisations": pd.read_csv(
            folder / "returns" / "organisations.csv", keep_default_na=False, dtype="str"
        ),
        "first": table(folder / "first" / "indicators.csv"),
        "second": table(folder / "second" / "indicators.csv"),
        "truth": table(next((folder / "truth").glob("*.csv"))),
    }


def table(path: Path) -> pd.DataFrame:
    text = dict.fromkeys(["code", "indicator", "staff_group", "category", "ethnicity", "status"], "str")
    blanks = ["value", "numerator", "denominator", "white_numerator", "bme_numerator"]
    wanted = ["year", "level", "statistic", *text, *blanks]
    return pd.read_csv(
        path, dtype=text, usecols=wanted, keep_default_na=False, na_values={name: [""] for name in blanks}
    )


def counts(rows: pd.DataFrame) -> dict[Key, float]:
    """Every count that a table prints, or gives by a percentage of a base that it prints."""
    found: dict[Key, float] = {}
    shares = rows[rows["statistic"].eq("percentage") & rows["ethnicity"].isin(["white", "bme"])]
    names = ["year", "level", "code", "indicator", "staff_group", "category", "ethnicity"]
    for row in shares.to_dict("records"):
        key = tuple(row[name] for name in names)
        if not math.isnan(row["numerator"]):
            found[key] = row["numerator"]
        elif not math.isnan(row["value"]) and not math.isnan(row["denominator"]):
            found[key] = round(row["value"] * row["denominator"] / 100)
    gaps = rows[rows["statistic"].isin(["difference", "relative_likelihood"])]
    for row in gaps.to_dict("records"):
        for group in ("white", "bme"):
            if not math.isnan(row[f"{group}_numerator"]):
                found[(*(row[name] for name in names[:-1]), group)] = row[f"{group}_numerator"]
    return found


def sums(cells: set[Key], organisations: pd.DataFrame) -> list[tuple[Key, list[Key]]]:
    """Totals and their parts, from what the words mean."""
    by_total: dict[tuple[str, Key], list[Key]] = defaultdict(list)
    places = organisations.set_index("organisation_code")[["type", "region", "icb_code"]].to_dict("index")
    for key in cells:
        _year, level, code, indicator, group, category, _ethnicity = key

        def at(group: str, category: str, level: str = level, code: str = code, key: Key = key) -> Key:
            return (key[0], level, code, key[3], group, category, key[6])

        if group != "all":
            by_total["groups", at("all", category)].append(key)
        if indicator == "1" and level != "icb":
            if category in BANDS + GRADES and group != "all":
                by_total["bands", at(group, "")].append(key)
            for run_, bands in RUNS.items():
                if category in bands:
                    by_total["run", at(group, run_)].append(key)
        if level == "organisation" and code in places:
            place = places[code]
            by_total["type", at(group, category, "type", place["type"])].append(key)
            if place["type"] in TRUSTS:
                by_total["region", at(group, category, "region", place["region"])].append(key)
                by_total["icb", at(group, category, "icb", place["icb_code"])].append(key)
                by_total["national", at(group, category, "national", "ENG")].append(key)
        if level == "region":
            by_total["regions", at(group, category, "national", "ENG")].append(key)
        if level == "type" and code in TRUSTS:
            by_total["types", at(group, category, "national", "ENG")].append(key)
    return [(total, parts) for (_, total), parts in by_total.items() if total in cells]


def limits(
    known: dict[Key, float], cells: set[Key], relations: list[tuple[Key, list[Key]]]
) -> dict[Key, tuple[float, float]]:
    """What can be said of each cell, carried from sum to sum until nothing moves."""
    low = {key: known.get(key, 0.0) for key in cells}
    high = {key: known.get(key, math.inf) for key in cells}
    moved = True
    while moved:
        moved = False
        for total, parts in relations:
            if all(low[key] == high[key] for key in (total, *parts)):
                continue
            least, most = sum(low[part] for part in parts), sum(high[part] for part in parts)
            bounds = {total: (least, most)}
            for part in parts:
                others = sum(high[other] for other in parts if other != part)
                bounds[part] = (low[total] - others, high[total] - (least - low[part]))
            for key, (lower, upper) in bounds.items():
                if lower > low[key]:
                    low[key], moved = lower, True
                if upper < high[key]:
                    high[key], moved = upper, True
    return {key: (low[key], high[key]) for key in cells}


def consistent(
    truth: dict[Key, float], relations: list[tuple[Key, list[Key]]]
) -> list[tuple[Key, list[Key]]]:
    """Sums that hold: the attacker is given even that."""
    return [
        (total, parts) for total, parts in relations if truth[total] == sum(truth[part] for part in parts)
    ]


@pytest.mark.parametrize("given", [("first",), ("second",), ("first", "second")], ids=" and ".join)
def test_no_small_count_can_be_recovered(given: tuple[str, ...], editions: dict[str, pd.DataFrame]) -> None:
    truth = {key: count for key, count in counts(editions["truth"]).items() if key[3] != "9"}
    known: dict[Key, float] = {}
    for name in given:
        known |= {key: count for key, count in counts(editions[name]).items() if key in truth}
    assert not [key for key, count in known.items() if 0 < count < THRESHOLD]
    years = {key[0] for key in known}
    cells = {key for key in truth if key[0] in years}
    relations = consistent(truth, sums(cells, editions["organisations"]))
    found = limits(known, cells, relations)
    small = [key for key in cells if 0 < truth[key] < THRESHOLD]
    told = {key: found[key] for key in small if found[key][0] > 1 or found[key][1] < THRESHOLD - 1}
    assert len(small) > 300
    assert told == {}


def test_the_attack_works_on_what_is_not_protected(editions: dict[str, pd.DataFrame]) -> None:
    """Blanking the small counts alone isn't enough: the attacker recovers many of them."""
    truth = {key: count for key, count in counts(editions["truth"]).items() if key[3] != "9"}
    known = {key: count for key, count in truth.items() if not 0 < count < THRESHOLD}
    cells = set(truth)
    relations = consistent(truth, sums(cells, editions["organisations"]))
    found = limits(known, cells, relations)
    recovered = [key for key in cells - set(known) if found[key][0] == found[key][1] == truth[key]]
    assert len(recovered) > 50
