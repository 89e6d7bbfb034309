"""An organisation whose name, data notes and action plan are written to be run: published whole, and looked through.

Names come from returns and are not to be trusted. Nothing of them may become an element, a link, a picture, a macro,
a field, a formula, a path or code.
"""

from __future__ import annotations

import csv
import json
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

import docx
import lxml.html
import openpyxl
import pandas as pd
import pypdf
import pytest
from lxml import etree
from typer.testing import CliRunner

from wres.cli import app

NAME = (
    '"><script>alert(1)</script> \'Tr\' & <img src=x onerror=alert(1)> #eval("1+1") $\\input{/etc/passwd}$ '
    "\\write18{id} [l](javascript:alert(1)) ![i](http://evil.example/x.png) `<b>`{=html} "
    "{{< include /etc/passwd >}} ::: {.x} \u202elive\u202c @cite ^sup^ ~sub~ *b* _i_ =cmd() |pipe| ${7*7} "
    '#set page() #image("/etc/passwd") </textarea><svg onload=alert(1)> '
)
NAME += "x" * (340 - len(NAME))
FORMULA = '=HYPERLINK("http://evil.example","x")'
RUNS = re.compile(r"[=+@\t\r]|-[^0-9.]")
PARAMS = """\
publication: hostile
year: 2025
first_year: 2024
sources: [{tables: tables}]
organisations: [SYN001]
formats: [html, pdf, docx]
renderer: embedded
"""
pytestmark = pytest.mark.slow


def rewritten(path: Path, **columns: str) -> None:
    """Give the rows of SYN001 other text in some columns."""
    table = pd.read_csv(path, dtype="str", keep_default_na=False)
    own = table["organisation_code"].eq("SYN001")
    for name, text in columns.items():
        table[name] = (
            table[name].mask(own, text) if name in table else pd.Series("", table.index).mask(own, text)
        )
    table.to_csv(path, index=False)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    inputs = tmp_path_factory.mktemp("hostile")
    simulate = [
        "simulate",
        str(inputs / "tables"),
        "--organisations",
        "8",
        "--years",
        "2024-2025",
        "--seed",
        "7",
    ]
    assert CliRunner().invoke(app, simulate).exit_code == 0
    rewritten(inputs / "tables" / "organisations.csv", organisation=NAME, icb=f"{FORMULA}<script>", note=NAME)
    rewritten(inputs / "tables" / "returns.csv", note=NAME)
    rewritten(inputs / "tables" / "actions.csv", action=NAME, owner=FORMULA)
    (inputs / "p.yml").write_text(PARAMS, encoding="utf-8")
    done = CliRunner().invoke(
        app, ["publish", str(inputs / "p.yml"), "--output", str(inputs / "out"), "--jobs", "1"]
    )
    assert done.exit_code == 0, done.stderr
    return inputs / "out" / "hostile"


def files(folder: Path, *suffixes: str) -> Iterator[Path]:
    found = [path for path in sorted(folder.rglob("*")) if path.suffix in suffixes]
    assert found
    yield from found


def test_no_page_has_an_element_a_handler_or_an_address_of_it(folder: Path) -> None:
    for path in files(folder, ".html"):
        page = lxml.html.fromstring(path.read_text(encoding="utf-8"))
        for element in page.iter(etree.Element):
            assert not [name for name in element.attrib if name.startswith("on")], path
            addresses = [
                element.attrib[name] for name in ("src", "href", "action", "data") if name in element.attrib
            ]
            assert not [a for a in addresses if re.match(r"\s*(javascript|vbscript|https?|file|//)", a)], path
        scripts = [script.text or "" for script in page.iter("script")]
        assert not [text for text in scripts if text.strip().startswith("alert")], path


def test_report_prints_it_word_for_word(folder: Path) -> None:
    page = lxml.html.fromstring(
        (folder / "organisations" / "SYN001" / "index.html").read_text(encoding="utf-8")
    )
    head = page.find(".//h1").text_content()
    for piece in (
        "<script>alert(1)</script>",
        "$\\input{/etc/passwd}$",
        "{{< include /etc/passwd >}}",
        "`<b>`{=html}",
    ):
        assert piece in head
    assert "\u202e" not in page.text_content()


def test_no_pdf_has_a_script_or_an_address_of_it(folder: Path) -> None:
    for path in files(folder, ".pdf"):
        reader = pypdf.PdfReader(path)
        assert not {"/OpenAction", "/AA"} & set(reader.trailer["/Root"])
        assert "/JavaScript" not in (reader.trailer["/Root"].get("/Names") or {})
        links = [
            note.get_object()["/A"]["/URI"] for sheet in reader.pages for note in sheet.get("/Annots") or []
        ]
        assert not [link for link in links if ":" in link]
        text = "".join(sheet.extract_text() for sheet in reader.pages)
        assert "root:" not in text
        if path.name == "report.pdf":
            assert "<script>alert(1)</script>" in text


def test_no_word_file_has_a_field_a_macro_or_an_address_of_it(folder: Path) -> None:
    for path in files(folder, ".docx"):
        with zipfile.ZipFile(path) as archive:
            parts = {name: archive.read(name).decode("utf-8", "replace") for name in archive.namelist()}
        assert not [name for name in parts if "vba" in name.lower() or "embeddings" in name]
        outside = [
            t
            for xml in parts.values()
            for t in re.findall(r'Target="([^"]*)"[^>]*TargetMode="External"', xml)
        ]
        assert not [target for target in outside if ":" in target]
        fields = re.findall(r"<w:instrText[^>]*>([^<]*)<", " ".join(parts.values()))
        assert {field.split()[0] for field in fields if field.strip()} <= {
            "PAGE",
            "NUMPAGES",
            "PAGEREF",
            "TOC",
            "HYPERLINK",
        }
        assert not [field for field in fields if "evil" in field or "alert" in field]
    words = " ".join(
        p.text for p in docx.Document(folder / "organisations" / "SYN001" / "report.docx").paragraphs
    )
    assert "<script>alert(1)</script>" in words


def test_no_spreadsheet_runs_it(folder: Path) -> None:
    for path in files(folder, ".xlsx"):
        book = openpyxl.load_workbook(path)
        assert not [c for sheet in book for row in sheet.iter_rows() for c in row if c.data_type == "f"]
        targets = [
            c.hyperlink.target for sheet in book for row in sheet.iter_rows() for c in row if c.hyperlink
        ]
        assert not [target for target in targets if target]
    for path in files(folder, ".ods"):
        with zipfile.ZipFile(path) as archive:
            content = archive.read("content.xml").decode("utf-8")
        assert "table:formula" not in content
        assert not [a for a in re.findall(r'xlink:href="([^"]*)"', content) if not a.startswith("#")]
    for path in files(folder, ".csv"):
        with path.open(encoding="utf-8", newline="") as file:
            assert not [cell for row in csv.reader(file) for cell in row if RUNS.match(cell)], path


def test_notebooks_are_given_it_as_data(folder: Path) -> None:
    """Parameters are codes and paths; a name is read from the results and never stands in a cell of code."""
    for path in files(folder, ".ipynb"):
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        assert not [
            "".join(c["source"])
            for c in cells
            if c["cell_type"] == "code" and "alert" in "".join(c["source"])
        ]


def test_no_path_is_made_of_it(folder: Path) -> None:
    names = {part for path in folder.rglob("*") for part in path.relative_to(folder).parts}
    assert not [name for name in names if not re.fullmatch(r"[A-Za-z0-9_.-]+", name)]
    assert "SYN001" in names


@pytest.mark.parametrize("code", ["../../x", "SYN001/..", "A;rm -rf /", "A\u202eB", "-rf", "CON.txt"])
def test_a_code_that_is_no_code_is_refused_where_it_is_read(tmp_path: Path, code: str) -> None:
    (tmp_path / "organisations.csv").write_text(
        f'organisation_code,organisation,type,region\n"{code}",Trust,acute,Y56\n', encoding="utf-8"
    )
    (tmp_path / "p.yml").write_text(PARAMS.replace("tables: tables", "tables: ."), encoding="utf-8")
    done = CliRunner().invoke(app, ["validate", str(tmp_path / "p.yml")])
    assert done.exit_code == 1
    assert "organisations.csv, row 2" in done.stderr
    assert "found organisation_code" in done.stderr
    assert "expected the ODS code of an organisation" in done.stderr


def test_yaml_cannot_make_objects(tmp_path: Path) -> None:
    """In publication files, and in the action plans that organisations send."""
    made = tmp_path / "made"
    tag = f"!!python/object/apply:pathlib.Path.touch [!!python/object/apply:pathlib.Path ['{made}']]"
    (tmp_path / "p.yml").write_text(f"publication: {tag}\n", encoding="utf-8")
    assert CliRunner().invoke(app, ["validate", str(tmp_path / "p.yml")]).exit_code == 2
    (tmp_path / "actions.yml").write_text(f"- {tag}\n", encoding="utf-8")
    (tmp_path / "p.yml").write_text(PARAMS.replace("tables: tables", "tables: ."), encoding="utf-8")
    assert CliRunner().invoke(app, ["validate", str(tmp_path / "p.yml")]).exit_code != 0
    assert not made.exists()
