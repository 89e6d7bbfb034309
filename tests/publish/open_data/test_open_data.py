"""The data folder of a publication, written from a small results store."""

import re
import zipfile
from datetime import datetime

import frictionless
import odfdo
import openpyxl
import pandas as pd
import pytest

from small_england import collection, organisation, publication, rates, staff
from small_report import gap_row
from wres import comparisons, pipeline
from wres.publish.open_data import write_open_data
from wres.publish.open_data.regulators import regulators_table
from wres.results import conform

RETURNS = [
    *staff("A", 8000, 2000, 300),
    *staff("A", 900, 100, group="clinical", category="8a"),
    *rates("A", "2", (200, 1000), (60, 600)),
    *rates("B", "2", (1000, 5000), (3, 40)),
    *rates("C", "2", (40, 200), (20, 100)),  # hidden too: B could be learned from it and the sum of all
    *rates("A", "6", (250, 1000), (100, 300)),
    *staff("A", 8000, 1900, 300, year=2024),
    *rates("A", "2", (200, 1000), (60, 600), year=2024),
]


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    folder = tmp_path_factory.mktemp("store")
    places = [
        organisation("A", organisation="=HYPERLINK(A1)", icb="+Health", icb_code="QAA"),
        organisation("B", organisation="@Trust & <B>", icb="+Health", icb_code="QAA"),
        organisation("C", icb="+Health", icb_code="QAA"),
    ]
    given = collection(places, RETURNS)
    pipeline.save_computed(pipeline.compute(given, publication(first_year=2024)), given, folder)
    (folder / pipeline.SYNTHETIC_MARK).write_text("Synthetic data: no real organisation.\n")
    return folder


@pytest.fixture(scope="module")
def data(store, tmp_path_factory):
    folder = tmp_path_factory.mktemp("publication") / "data"
    write_open_data(store, folder, publication(title="Race equality", first_year=2024))
    return folder


@pytest.fixture(scope="module")
def excel(data):
    return openpyxl.load_workbook(data / "tables.xlsx")


def table_of(sheet):
    """The marked-up table of a sheet, as its head and its lines."""
    (marked,) = sheet.tables.values()
    head, *lines = [[cell.value for cell in row] for row in sheet[marked.ref]]
    return pd.DataFrame(lines, columns=head)


def test_folder_holds_every_file(data):
    assert {path.name for path in data.iterdir()} == {
        "indicators.csv",
        "indicators.parquet",
        "goals.csv",
        "paths.csv",
        "regulators.csv",
        *(f"{name}.csv" for name in comparisons.TABLES),
        "tables.xlsx",
        "tables.ods",
        "datapackage.json",
        "SYNTHETIC.txt",
    }


def test_two_runs_give_the_same_bytes(store, data, tmp_path):
    write_open_data(store, tmp_path / "data", publication(title="Race equality", first_year=2024))
    for path in data.iterdir():
        assert path.read_bytes() == (tmp_path / "data" / path.name).read_bytes(), path.name


def test_data_package_is_valid(data):
    report = frictionless.validate(str(data / "datapackage.json"))
    assert report.valid, report.flatten(["rowNumber", "fieldName", "type", "note"])
    names = [task.name for task in report.tasks]
    assert names == ["indicators", "goals", "paths", "regulators", *comparisons.TABLES]


def test_damaged_figure_makes_the_data_package_invalid(data, tmp_path):
    for path in data.glob("*.*"):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    text = (tmp_path / "indicators.csv").read_text()
    (tmp_path / "indicators.csv").write_text(text.replace("published", "invented", 1))
    report = frictionless.validate(str(tmp_path / "datapackage.json"))
    assert "constraint-error" in {error.type for task in report.tasks for error in task.errors}


def test_every_sheet_is_laid_out_as_the_guidance_asks(excel):
    """Analysis Function, *Releasing statistics in spreadsheets*: checklist of the basics."""
    assert excel.sheetnames[:3] == ["Cover", "Contents", "Notes"]
    for sheet in excel.worksheets[1:]:
        (marked,) = sheet.tables.values()
        assert marked.name == sheet.title
        assert marked.autoFilter is None
        assert not sheet.merged_cells.ranges
        assert sheet.freeze_panes is None
        assert sheet.min_column == 1
        table = table_of(sheet)
        assert table.notna().all(axis=None), sheet.title
        assert table.columns.is_unique
        assert sheet["A1"].value
        assert all(sheet.cell(row, 1).value for row in range(1, sheet.max_row + 1)), "a blank row"


def test_contents_name_every_table_and_lead_to_it(excel):
    contents = table_of(excel["Contents"])
    assert list(contents["Sheet"]) == excel.sheetnames[3:]
    links = [link.location for row in excel["Contents"].iter_rows() for link in [row[0].hyperlink] if link]
    assert links == [f"'{name}'!A1" for name in excel.sheetnames[3:]]


def test_cover_and_every_table_say_synthetic(excel):
    for sheet in [excel["Cover"], *excel.worksheets[3:]]:
        assert sheet["A2"].value == "Synthetic data: no real organisation.", sheet.title


def test_text_that_looks_like_a_formula_stays_text(excel, data):
    names = excel["Indicator_2"]
    cells = [cell for row in names.iter_rows() for cell in row if cell.value == "=HYPERLINK(A1)"]
    assert [cell.data_type for cell in cells] == ["s"]
    content = zipfile.ZipFile(data / "tables.ods").read("content.xml").decode()
    assert "table:formula" not in content
    assert "@Trust &amp; &lt;B&gt;" in content


def test_figures_are_those_of_the_counts(excel):
    """200 of 1,000 white and 60 of 600 BME: 20 % and 10 %, ten points and twice as likely."""
    table = table_of(excel["Indicator_2"]).set_index("Code")
    own = table.loc["A"]
    assert own["BME percentage"] == 10
    assert own["Compared with percentage"] == 20
    assert own["Difference in points"] == -10
    assert own["Relative likelihood"] == 2
    assert own["BME people-equivalent"] == -60
    assert own["Verdict"] == "Clear gap"


def test_small_numbers_and_missing_returns_are_told_apart(excel):
    assert table_of(excel["Indicator_2"]).set_index("Code").loc["B", "BME percentage"] == "[c]"
    missing = table_of(excel["Indicator_6"]).set_index("Code").loc["B"]
    assert missing["BME percentage"] == "[x]"
    assert missing["Verdict"] == "Not submitted"
    assert "Relative likelihood" not in table_of(excel["Indicator_6"])


def test_properties_are_the_publications_own(excel, data):
    assert excel.properties.title == "Race equality"
    assert excel.properties.created == datetime(2025, 3, 31)
    meta = odfdo.Document(data / "tables.ods").meta
    assert (meta.title, meta.language) == ("Race equality", "en-GB")
    assert meta.creation_date == datetime(2025, 3, 31)


def test_both_formats_hold_the_same(excel, data):
    document = odfdo.Document(data / "tables.ods")
    assert [table.name for table in document.body.tables] == excel.sheetnames
    for sheet in excel.worksheets:
        opened = document.body.get_table(name=sheet.title)
        rows = [[plain(c) for c in row if c is not None] for row in opened.iter_values()]
        expected = [[plain(c) for c in row if c is not None] for row in sheet.iter_rows(values_only=True)]
        assert rows == expected, sheet.title


def plain(cell):
    """A cell as text without its link, or as a number."""
    return re.sub(r"^\[(\w+)\]\(#.*", r"\1", cell) if isinstance(cell, str) else float(cell)


def test_regulators_get_one_line_an_organisation_and_indicator(data):
    table = pd.read_csv(data / "regulators.csv", dtype={"indicator": "str"})
    assert not table.duplicated(["organisation_code", "indicator"]).any()
    row = table[table["organisation_code"].eq("A") & table["indicator"].eq("2")].iloc[0]
    assert (row["value"], row["verdict"]) == (2, "adverse")
    hidden = table[table["organisation_code"].eq("B") & table["indicator"].eq("2")].iloc[0]
    assert pd.isna(hidden["value"])
    assert hidden["status"] == "suppressed"
    assert pd.isna(row["percentile_band"])  # of three trusts two are hidden: nobody to be compared with


def test_regulators_see_the_place_among_peers_as_the_range_that_is_known():
    rows = conform(pd.DataFrame([gap_row("2", 1.5, verdict="adverse"), gap_row("3", 1.2)]))
    standing = {"year": 2025, "code": "A", "statistic": "relative_likelihood", "standing": "worse"}
    of_type = standing | {"indicator": "2", "kind": "type", "group": "acute"}
    beside = comparisons.conform(
        "standings",
        pd.DataFrame(
            [
                of_type | {"rank_lower": 31, "rank_upper": 50, "ranked": 50},
                of_type | {"kind": "nation", "group": "ENG", "rank_lower": 1, "rank_upper": 9, "ranked": 200},
            ]
        ),
    )
    table = regulators_table(rows, collection([organisation("A")]).organisations, beside, 2025)
    assert table["percentile_band"].tolist() == ["60 to 100", ""]
    assert table["peers"].tolist() == ["type acute", ""]
    assert table["standing"].tolist() == ["worse", ""]
