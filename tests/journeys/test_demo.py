"""The whole demonstration: every organisation's report exists in every format, and is its own."""

import re
import zipfile
from pathlib import Path

import nbformat
import pandas as pd
import pypdf
import pytest

from wres import pipeline, results

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def names(demo):
    finder = (demo / "index.html").read_text(encoding="utf-8")
    found = re.findall(r'<a href="organisations/(\w+)/index\.html">([^<]+)</a>', finder)
    assert len(found) >= 20
    return dict(found)


@pytest.fixture(scope="module")
def headline(demo):
    """The figures of indicator 1's headline, by organisation, as they must stand in its report."""
    table = results.read(demo / "data" / "indicators.parquet")
    rows = table[
        table["level"].eq("organisation")
        & table["indicator"].eq("2")
        & table["statistic"].eq("relative_likelihood")
        & table["staff_group"].eq("all")
        & table["category"].eq("")
        & table["year"].eq(2025)
        & table["status"].eq("published")
    ]
    return {code: f"{value:.2f} times" for code, value in zip(rows["code"], rows["value"], strict=True)}


def text_of(path):
    if path.suffix == ".pdf":
        return " ".join(page.extract_text() for page in pypdf.PdfReader(path).pages)
    if path.suffix == ".docx":
        document = zipfile.ZipFile(path).read("word/document.xml").decode("utf-8")
        return re.sub(r"<[^>]+>", "", document.replace("</w:p>", " "))
    return re.sub(r"<[^>]+>", "", path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("file", ["index.html", "report.pdf", "report.docx"])
def test_every_report_is_its_own_and_says_synthetic(demo, names, headline, file):
    for code, name in names.items():
        text = re.sub(r"\s+", " ", text_of(demo / "organisations" / code / file))
        assert name in text, (code, file)
        assert not [other for other in names.values() if other in text and other not in name], (code, file)
        assert "Synthetic data" in text, (code, file)
        if code in headline:
            assert headline[code] in text, (code, file)


def test_every_report_is_small_enough_to_send_and_short_enough_to_print(demo, names):
    table = results.read(demo / "data" / "indicators.parquet")
    told = set(table.loc[table["year"].eq(2025) & table["status"].eq("published"), "code"])
    assert set(names) - told  # who submitted nothing has a shorter report
    for code in names:
        folder = demo / "organisations" / code
        assert (folder / "index.html").stat().st_size < 1_500_000, code
        assert (8 if code in told else 3) <= len(pypdf.PdfReader(folder / "report.pdf").pages) <= 16, code
        assert len(pypdf.PdfReader(folder / "summary.pdf").pages) == 1, code


def test_every_html_page_stands_alone_and_says_synthetic(demo):
    for path in demo.rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        assert "Synthetic data" in text, path
        outside = re.findall(r'(?:src|href)="(https?:[^"]+)"', text)
        assert not outside, (path, outside)
        for link in re.findall(r'href="([^"#:]+)(?:#[^"]*)?"', text):
            assert (path.parent / link).exists(), (path, link)


def test_pdfs_are_tagged_titled_and_in_english(demo):
    for path in demo.rglob("*.pdf"):
        reader = pypdf.PdfReader(path)
        root = reader.trailer["/Root"]
        assert root["/MarkInfo"]["/Marked"], path
        assert str(root["/Lang"]).lower().startswith("en"), path
        assert reader.metadata.title, path


def test_small_numbers_are_in_no_published_table(demo):
    table = results.read(demo / "data" / "indicators.parquet")
    people = table[table["indicator"].ne("9") & table["ethnicity"].ne("unknown")]
    for column in ("numerator", "white_numerator", "bme_numerator"):
        assert not people[column].between(1, 4).any(), column


def test_every_row_of_the_data_says_synthetic(demo):
    for name in ("indicators.csv", "goals.csv"):
        rows = (demo / "data" / name).read_text(encoding="utf-8").splitlines()[1:]
        assert rows
        assert all("synthetic data" in row for row in rows), name


def test_every_chart_says_synthetic_in_the_picture(demo):
    """Text is drawn as glyphs, so the executed notebook's figures are told by the id that matplotlib gives it."""
    notebook = nbformat.read(demo / "notebooks" / "organisations" / "SYN001.ipynb", as_version=4)
    outputs = [o for cell in notebook.cells if cell.cell_type == "code" for o in cell.outputs]
    charts = [o for o in outputs if "image/svg+xml" in o.get("data", {}) and "caption" in o.metadata["wres"]]
    assert len(charts) == 14
    assert all("<!-- Synthetic data -->" in chart["data"]["image/svg+xml"] for chart in charts)


def test_csv_and_parquet_say_the_same(demo):
    parquet = results.read(demo / "data" / "indicators.parquet")
    text = {name: "str" for name, kind in parquet.dtypes.items() if kind == "str"}
    csv = pd.read_csv(
        demo / "data" / "indicators.csv",
        dtype=text,
        keep_default_na=False,
        na_values={name: [""] for name in parquet.columns if name not in text},
    )
    pd.testing.assert_frame_equal(csv, parquet, check_exact=False, rtol=1e-12)


def test_goals_alone_hide_what_the_publication_hides(demo):
    """Two choices of what is hidden would tell together what neither tells."""
    publication, collection = pipeline.load(Path(__file__).parents[2] / "params" / "demo.yml")
    told = ["level", "code", "year", "category", "target_year", "share", "outcome"]
    alone = pipeline.aims(collection, publication)[told].reset_index(drop=True)
    published = pd.read_csv(demo / "data" / "goals.csv", keep_default_na=False, na_values={"share": [""]})
    pd.testing.assert_frame_equal(alone, published[told], check_dtype=False, check_categorical=False)
