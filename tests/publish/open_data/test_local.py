"""One organisation's workbook: its own figures, its peers', nothing that disclosure control took out."""

import odfdo
import openpyxl
import pandas as pd
import pytest

from small_england import collection, organisation, publication, rates, staff
from wres import pipeline
from wres.publish.open_data.local import write_local_data

RETURNS = [
    *staff("A", 8000, 2000, 300),
    *rates("A", "2", (200, 1000), (60, 600)),
    *rates("B", "2", (1000, 5000), (300, 4000)),
    *rates("D", "2", (90, 400), (80, 400)),
    *rates("C", "2", (40, 200), (20, 100)),
    *rates("A", "2", (190, 1000), (60, 600), year=2024),
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    store, folder = tmp_path_factory.mktemp("store"), tmp_path_factory.mktemp("organisations")
    places = [organisation("A"), organisation("B"), organisation("D"), organisation("C", "mental_health")]
    given = collection(places, RETURNS)
    pipeline.save_computed(pipeline.compute(given, publication(first_year=2024)), given, store)
    write_local_data(store, folder, publication(title="Race equality", first_year=2024), ["A", "C"])
    return folder


def rows(folder, code, sheet):
    (marked,) = folder[sheet].tables.values()
    head, *lines = [[cell.value for cell in row] for row in folder[sheet][marked.ref]]
    return pd.DataFrame(lines, columns=head)


@pytest.fixture(scope="module")
def excel(folder):
    return openpyxl.load_workbook(folder / "A/data.xlsx")


def test_each_organisation_has_its_two_files(folder):
    assert sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*.*")) == [
        "A/data.ods", "A/data.xlsx", "C/data.ods", "C/data.xlsx",
    ]  # fmt: skip


def test_own_figures_are_of_every_year(excel):
    own = rows(excel, "A", "Own_figures")
    own = own[own["Indicator"].eq("2")].set_index("Year")
    assert own["BME percentage"].to_dict() == {2024: 10, 2025: 10}
    assert own["Relative likelihood"].to_dict() == {2024: 1.9, 2025: 2}


def test_peers_are_organisations_of_the_same_type(excel):
    peers = rows(excel, "A", "Peers")
    appointed = peers[peers["Indicator"].eq("2")]
    assert list(appointed["Code"]) == ["A", "B", "D"]
    assert list(appointed["Relative likelihood"]) == [2, 2.67, 1.12]


def test_title_says_whose_it_is(folder, excel):
    assert excel["Cover"]["A1"].value == "Trust A (A): Race equality"
    assert odfdo.Document(str(folder / "A/data.ods")).meta.title == "Trust A (A): Race equality"
    assert excel["Wider"]["A1"].value == "England, the region and acute trusts taken together, 2025"
