"""Rehearsals: every planted fault is found, nothing else is reported, and a clean collection raises nothing."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from wres.collect import Collection, collect
from wres.examples.rehearsal import NOBODY, UNKNOWN
from wres.examples.rehearsal.faults import AFTER_CLOSING, FAULTS, NOT_SENT, TWICE
from wres.examples.rehearsal.folder import write_rehearsal
from wres.examples.rehearsal.register import NO_RETURN, NOT_LISTED
from wres.examples.simulator import simulate
from wres.params import load_publication
from wres.validate import RULES, validate

YEARS = (2023, 2025)
PLANTED = {fault.rule for fault in (*FAULTS, NOT_SENT, AFTER_CLOSING)} | {
    *(UNKNOWN, NOT_LISTED, NO_RETURN, "headcount-withheld")
}


def validated(folder: Path) -> Collection:
    publication = load_publication(folder / "publication.yml")
    return validate(collect(publication), publication)


def found(collection: Collection) -> set[tuple[object, ...]]:
    return {(p.rule, p.organisation_code, p.year, p.indicator) for p in collection.problems}


def planted(folder: Path) -> set[tuple[object, ...]]:
    table = pd.read_csv(folder / "planted.csv", dtype={"indicator": "str"}, keep_default_na=False)
    return set(table.itertuples(index=False, name=None))


@pytest.mark.parametrize("templates", [False, True], ids=["tables", "templates"])
class TestRehearsal:
    def test_every_planted_fault_is_found_and_nothing_else(self, templates: bool, tmp_path: Path) -> None:
        made = write_rehearsal(tmp_path / "r", 36, (2021, 2025), 2025, faults=True, templates=templates)
        assert found(validated(tmp_path / "r")) == planted(tmp_path / "r")
        assert set(made.planted["rule"]) == PLANTED | ({TWICE.rule} if templates else set())

    def test_a_clean_collection_raises_nothing(self, templates: bool, tmp_path: Path) -> None:
        write_rehearsal(tmp_path / "r", 12, YEARS, 7, faults=False, templates=templates)
        assert found(validated(tmp_path / "r")) == planted(tmp_path / "r") == set()


def test_faults_of_a_whole_england(tmp_path: Path) -> None:
    write_rehearsal(tmp_path / "r", 260, (2024, 2025), 11, faults=True, templates=False)
    collection = validated(tmp_path / "r")
    assert found(collection) == planted(tmp_path / "r")
    assert len(planted(tmp_path / "r")) > 300


def test_every_rule_is_planted() -> None:
    assert {rule.name for rule in RULES} <= PLANTED


def test_a_simulated_england_lacks_only_what_it_was_made_to_lack() -> None:
    """Without ``complete`` some send nothing, and one in 25 doesn't know the ethnicity of 15 % of its staff."""
    england = simulate(24, YEARS, seed=7)
    blank = {"note": "", "source": "", "file": "simulated", "row": 0}
    params = Path(__file__).parents[2] / "params" / "demo.yml"
    publication = load_publication(params, {"first_year": YEARS[0]})
    nothing = collect(load_publication(params.parent / "published.yml")).percentages.head(0)
    tables = (england.organisations.assign(**blank), england.returns.assign(**blank), nothing)
    reported = found(validate(Collection(*tables, (), synthetic=True), publication))
    assert {rule for rule, *_ in reported} == {"year-missing", "indicator-missing", "unknown-share"}
    assert {code for rule, code, *_ in reported if rule == "unknown-share"} == {"SYN012"}


def test_what_is_written(tmp_path: Path) -> None:
    write_rehearsal(tmp_path / "r", 12, YEARS, 7, faults=True, templates=True)
    names = {path.name for path in (tmp_path / "r").iterdir()}
    tables = {"organisations.csv", "returns.csv", "printed.csv", "percentages.csv", "planted.csv", "etr.csv"}
    assert names == {*tables, "publication.yml", "README.txt", "returns"}
    returns = pd.read_csv(tmp_path / "r" / "returns.csv", dtype=str)
    left = returns[returns["year"].eq("2025") & returns["organisation_code"].ne(NOBODY)]
    assert not left["indicator"].eq("4").any()
    assert "synthetic" in (tmp_path / "r" / "README.txt").read_text(encoding="utf-8")


def test_the_same_seed_makes_the_same_rehearsal(tmp_path: Path) -> None:
    for name in ("a", "b"):
        write_rehearsal(tmp_path / name, 12, YEARS, 7, faults=True, templates=False)
    for path in (tmp_path / "a").iterdir():
        assert path.read_bytes() == (tmp_path / "b" / path.name).read_bytes()
