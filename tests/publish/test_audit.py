"""The disclosure audit: a leak planted in a file of each kind is found, and what is shown anyway is none."""

from __future__ import annotations

import base64
import json
import shutil
from collections.abc import Callable
from pathlib import Path

import docx
import matplotlib as mpl
import openpyxl
import pandas as pd
import pytest
from matplotlib import pyplot as plt
from odfdo import Document
from odfdo import Table as OdsTable

from small_england import collection, organisation, publication, rates, staff
from wres import comparisons, pipeline, results
from wres.collect import Collection
from wres.params import Publication
from wres.problems import DisclosureError
from wres.publish import audit as auditing
from wres.publish.audit.passages import UnknownKindError

PLACES = [organisation(code, region="Y56", icb_code="Q1") for code in ("RAA", "RBB", "RCC")]
APPOINTED = {"RAA": (3, 97), "RBB": (31, 113), "RCC": (47, 131)}  # 3 of RAA's 97 BME applicants: 3.1%
SENTENCE = "At Trust RAA, indicator 2 in 2025: 3 BME applicants were appointed."
SHARE = "At Trust RAA, indicator 2 in 2025, 3.1% of BME applicants were appointed."


def given(**years: int) -> Collection:
    """RAA's small count among others', of 2025 but where a year is given."""
    returns = [
        {**row, "year": years.get(code, 2025)}
        for code, bme in APPOINTED.items()
        for row in [*rates(code, "2", (61, 307), bme), *staff(code, 400, 150, 20)]
    ]
    return collection(PLACES, returns)


COLLECTION, PUBLICATION = given(), publication(first_year=2025)


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A publication of results alone, from which nothing leaks."""
    folder = tmp_path_factory.mktemp("audit") / "small"
    rows = pipeline.indicators(COLLECTION, PUBLICATION)
    protected = pipeline.protect(rows, COLLECTION, PUBLICATION)
    results.write(results.conform(protected), folder / "data")
    return folder


@pytest.fixture
def folder(clean: Path, tmp_path: Path) -> Path:
    return shutil.copytree(clean, tmp_path / "small")


def leaks(folder: Path, about: Publication = PUBLICATION) -> list[str]:
    return [" ".join(leak) for leak in auditing.audit(folder, COLLECTION, about).leaks]


def write(folder: Path, name: str, text: str) -> None:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def in_html(folder: Path) -> None:
    row = "<tr><th>Trust RAA</th><td>3</td></tr>"
    head = "<tr><th>Trust</th><th>BME applicants appointed</th></tr>"
    write(folder, "index.html", f"<h2>Indicator 2</h2><table><caption>2025</caption>{head}{row}</table>")


def in_prose(folder: Path) -> None:
    write(folder, "organisations/RAA/index.html", f"<h3>Indicator 2</h3><p>{SHARE}</p>")


def in_alternative_text(folder: Path) -> None:
    write(folder, "index.html", f'<img src="a.png" alt="{SENTENCE}">')


def in_picture(folder: Path) -> None:
    svg = f'<svg xmlns="http://www.w3.org/2000/svg"><!-- {SENTENCE} --></svg>'
    source = f"data:image/svg+xml;base64,{base64.b64encode(svg.encode()).decode()}"
    write(folder, "index.html", f'<h2>2025</h2><img alt="" src="{source}">')


def in_explorer(folder: Path) -> None:
    figures = {"code": "2", "unit": "times", "figures": ["642,,a"], "national": "h"}
    data = {"years": [2025], "organisations": [{"code": "RAA"}], "indicators": [figures]}
    script = f'<script type="application/json" id="explorer-data">{json.dumps(data)}</script>'
    write(folder, "index.html", f"<main>{script}</main>")


def in_notebook(folder: Path) -> None:
    output = {"output_type": "display_data", "data": {"text/markdown": f"\n{SENTENCE}\n"}, "metadata": {}}
    cell = {"cell_type": "code", "source": "show()", "metadata": {}, "outputs": [output]}
    write(folder, "notebooks/national.ipynb", json.dumps({"metadata": {}, "cells": [cell]}))


def in_manifest(folder: Path) -> None:
    write(folder, "manifest.json", json.dumps({"failures": {"RAA": SENTENCE}}))


def in_csv(folder: Path) -> None:
    write(folder, "data/regulators.csv", "year,organisation_code,indicator,appointed\n2025,RAA,2,3\n")


def in_results_csv(folder: Path) -> None:
    path = folder / "data" / "indicators.csv"
    table = pd.read_csv(path, keep_default_na=False, dtype="str")
    hidden = table["code"].eq("RAA") & table["indicator"].eq("2") & table["status"].eq("suppressed")
    table.loc[table.index[hidden][0], "numerator"] = "3.0"
    table.to_csv(path, index=False)


def in_parquet(folder: Path) -> None:
    pd.DataFrame({"code": ["RAA"], "indicator": ["2"], "year": [2025], "bme": [3.0]}).to_parquet(
        folder / "data" / "more.parquet"
    )


def in_xlsx(folder: Path) -> None:
    book = openpyxl.Workbook()
    book.active.title = "Indicator_2"
    for row in (["Code", "Trust", "BME people counted"], ["RAA", "Trust RAA", 3]):
        book.active.append(row)
    book.save(folder / "data" / "tables.xlsx")


def in_ods(folder: Path) -> None:
    document = Document("spreadsheet")
    document.body.clear()
    table = OdsTable("Indicator_2")
    for row, cells in enumerate((["Code", "Trust", "BME people counted"], ["RAA", "Trust RAA", 3])):
        for column, cell in enumerate(cells):
            table.set_value((column, row), cell)
    document.body.append(table)
    document.save(folder / "data" / "tables.ods")


def in_docx(folder: Path) -> None:
    document = docx.Document()
    document.add_paragraph(SENTENCE)
    document.save(folder / "national.docx")


def in_pdf(folder: Path) -> None:
    with mpl.rc_context({"pdf.fonttype": 42}):
        figure = plt.figure()
        figure.text(0.01, 0.5, SENTENCE)
        figure.savefig(folder / "national.pdf")
        plt.close(figure)


PLANTED: list[Callable[[Path], None]] = [
    in_html, in_prose, in_alternative_text, in_picture, in_explorer, in_notebook, in_manifest, in_csv,
    in_results_csv, in_parquet, in_xlsx, in_ods, in_docx, in_pdf,
]  # fmt: skip


def test_what_was_protected_gives_nothing_away(folder: Path) -> None:
    assert leaks(folder) == []


@pytest.mark.parametrize("plant", PLANTED, ids=lambda plant: plant.__name__)
def test_a_planted_leak_is_found_and_named(plant: Callable[[Path], None], folder: Path) -> None:
    plant(folder)
    found = leaks(folder)
    assert found
    assert all("RAA" in leak for leak in found), found


def test_a_report_of_an_earlier_year_is_held_against_that_year(tmp_path: Path) -> None:
    """RAA sent nothing for 2025; its report, which is about 2024, need not say so in every sentence."""
    late, about = given(RAA=2024), publication(first_year=2024)
    protected = pipeline.protect(pipeline.indicators(late, about), late, about)
    results.write(results.conform(protected), tmp_path / "data")
    write(tmp_path, "organisations/RAA/index.html", f"<p>{SHARE.replace(' in 2025', '')}</p>")
    found = auditing.lines(auditing.audit(tmp_path, late, about).leaks)
    assert any("RAA, 2024, indicator 2: found 3.1%" in leak for leak in found), found


def test_a_paragraph_that_names_a_year_tells_of_the_report_s_year_too(tmp_path: Path) -> None:
    """3.1 % of RAA's BME applicants of 2024 is hidden; the ethnicity of 3.1 % of its staff of 2025 is not known."""
    returns = [row for code, bme in APPOINTED.items() for row in rates(code, "2", (61, 307), bme, year=2024)]
    returns += [row for code in APPOINTED for row in staff(code, 420, 150, 18, year=2025)]
    given, about = collection(PLACES, returns), publication(first_year=2024)
    protected = pipeline.protect(pipeline.indicators(given, about), given, about)
    results.write(results.conform(protected), tmp_path / "data")
    for share, leaking in (("3.1%", False), ("3.09%", True)):
        write(
            tmp_path,
            "organisations/RAA/index.html",
            f"<p>Of some {share} nothing is known; in 2024 of fewer.</p>",
        )
        assert bool(auditing.audit(tmp_path, given, about).leaks) is leaking
    (tmp_path / "organisations" / "RAA" / "index.html").unlink()
    write(tmp_path, "data/shares.csv", "year,organisation_code,indicator,percentage\n2024,RAA,2,3.1\n")
    assert [leak.text for leak in auditing.audit(tmp_path, given, about).leaks] == ["3.1 under 'percentage'"]


@pytest.mark.parametrize(
    ("above", "median", "told"), [("", 0.0, True), ("Trust RBB", 0.0, False), ("", 32.0, False)]
)
def test_a_number_beside_a_type_may_be_an_organisation_s_or_that_of_peers(
    above: str, median: float, told: bool, tmp_path: Path
) -> None:
    """For RAA's sake it is hidden that community trusts appointed 78 of 244, 32.0 %; so many of RBB's are not known."""
    types = {"RAA": "acute", "RBB": "community", "RCC": "community"}
    places = [organisation(code, kind, region="Y56", icb_code="Q1") for code, kind in types.items()]
    returns = [row for code, bme in APPOINTED.items() for row in rates(code, "2", (61, 307), bme)]
    for code, unknown in {"RAA": 30, "RBB": 268, "RCC": 30}.items():
        returns += staff(code, 420, 150, unknown)
    given = collection(places, returns)
    protected = pipeline.protect(pipeline.indicators(given, PUBLICATION), given, PUBLICATION)
    results.write(results.conform(protected), tmp_path / "data")
    peers = {"year": 2025, "indicator": "4", "kind": "type", "group": "community", "median": median}
    figures = comparisons.conform("peer_figures", pd.DataFrame([peers]))
    figures.to_csv(tmp_path / "data" / "peer_figures.csv", index=False)
    write(tmp_path, "national.txt", f"{above}\nCommunity trust 32.0% in 2025\n")
    assert bool(auditing.audit(tmp_path, given, PUBLICATION).leaks) is told


def test_an_area_is_not_taken_for_the_board_that_has_its_code(folder: Path) -> None:
    """RAA's 3 is hidden; 3 in a row of an integrated care board area with that code is another figure."""
    row = {"year": 2025, "level": "icb", "code": "RAA", "indicator": "2", "staff_group": "all", "bme": "3.0"}
    for level, leaking in (("icb", False), ("organisation", True)):
        table = pd.DataFrame([row | {"level": level}])
        table.to_csv(folder / "data" / "more.csv", index=False)
        assert bool(leaks(folder)) is leaking


@pytest.mark.parametrize(
    ("written", "leaking"), [("3.0", True), ("3.1", True), ("4.0", False), ("97.0", True)]
)
def test_whole_numbers_of_people_in_a_file_may_be_written_like_figures(
    folder: Path, written: str, leaking: bool
) -> None:
    """RAA: 3 of 97, which is 3.1%; 4.0 is none of them."""
    row = {"year": 2025, "code": "RAA", "indicator": "2", "staff_group": "all", "bme": written}
    pd.DataFrame([row]).to_csv(folder / "data" / "more.csv", index=False)
    assert bool(leaks(folder)) is leaking


def test_what_is_shown_is_no_leak(folder: Path) -> None:
    """RCC's or RBB's figures stand in the table, whichever protects RAA."""
    rows = pd.read_parquet(folder / "data" / "indicators.parquet")
    shown = rows[
        rows["status"].eq("published") & rows["level"].eq("organisation") & rows["indicator"].eq("2")
    ]
    code = shown["code"].iloc[0]
    count, base = APPOINTED[code]
    write(
        folder, "index.html", f"<p>Trust {code}, indicator 2: {count} of {base} BME applicants in 2025.</p>"
    )
    assert leaks(folder) == []


@pytest.mark.parametrize(("indicator", "told"), [("1", False), ("2", True)])
def test_what_stands_beside_peers_is_no_leak_unless_it_is_made_of_what_is_hidden(
    indicator: str, told: bool, folder: Path
) -> None:
    """A sentence with RAA's hidden 3.1 %, where a standing of RAA's, in one indicator or the other, is 3.1 as well."""
    in_prose(folder)
    row = {"year": 2025, "code": "RAA", "indicator": indicator, "shrunken": 3.1}
    standings = comparisons.conform("standings", pd.DataFrame([row]))
    standings.to_csv(folder / "data" / "standings.csv", index=False)
    assert any("organisations/RAA/index.html" in leak for leak in leaks(folder)) is told


def test_a_rank_hides_no_count(folder: Path) -> None:
    """RAA's hidden 3, where RAA may be the third of 9 in another indicator; the rank itself is no leak."""
    write(folder, "organisations/RAA/index.html", f"<h3>Indicator 2</h3><p>3 to 3 of 9</p><p>{SENTENCE}</p>")
    row = {"year": 2025, "code": "RAA", "indicator": "1", "rank_lower": 3, "rank_upper": 3, "ranked": 9}
    comparisons.conform("standings", pd.DataFrame([row])).to_csv(
        folder / "data" / "standings.csv", index=False
    )
    found = [leak for leak in leaks(folder) if "organisations/RAA/index.html" in leak]
    assert len(found) == 1
    assert f"3 in '{SENTENCE}'" in found[0]


@pytest.mark.parametrize(
    ("name", "row"),
    [
        ("trends", {"code": "RAA", "indicator": "1", "last_year": 2025, "value": 3.1}),
        ("peer_figures", {"year": 2025, "indicator": "2", "kind": "region", "group": "Y56", "median": 3.1}),
    ],
)
def test_nor_is_a_trend_or_a_figure_of_its_peers(name: str, row: dict[str, object], folder: Path) -> None:
    in_prose(folder)
    peer = {"kind": "region", "group": "Y56", "organisation_code": "RAA"}
    for table, rows in {name: row, "peers": peer}.items():
        comparisons.conform(table, pd.DataFrame([rows])).to_csv(folder / "data" / f"{table}.csv", index=False)
    assert leaks(folder) == []


@pytest.mark.parametrize(("first_year", "told"), [(2024, False), (2025, True)])
def test_nor_is_a_change_of_what_is_not_known(first_year: int, told: bool, tmp_path: Path) -> None:
    """RAA did not know the ethnicity of 25 of 575 staff, then of 44 of 594: 3.1 points more, where 2024 is shown."""
    returns = [row for code, bme in APPOINTED.items() for row in rates(code, "2", (61, 307), bme)]
    for year, unknown in ((2024, 25), (2025, 44)):
        returns += [row for code in APPOINTED for row in staff(code, 400, 150, unknown, year=year)]
    given, about = collection(PLACES, returns), publication(first_year=first_year)
    protected = pipeline.protect(pipeline.indicators(given, about), given, about)
    results.write(results.conform(protected), tmp_path / "data")
    write(tmp_path, "quality/index.html", "<table><tr><td>Trust RAA</td><td>3.1 points</td></tr></table>")
    assert bool(auditing.audit(tmp_path, given, about).leaks) is told


def test_a_small_count_that_is_shown_is_found(folder: Path) -> None:
    rows = pipeline.indicators(COLLECTION, PUBLICATION)
    results.write(results.conform(rows), folder / "data")
    assert any("a small count" in leak and "RAA" in leak for leak in leaks(folder))


def test_a_count_that_a_subtraction_gives_is_found(folder: Path) -> None:
    """Only RAA is hidden: London less the two others is RAA."""
    rows = results.conform(pipeline.indicators(COLLECTION, PUBLICATION))
    own = rows["code"].eq("RAA") & rows["indicator"].eq("2")
    rows.loc[own, list(auditing.disclosure.NUMBERS)] = float("nan")
    rows.loc[own, "status"] = "suppressed"
    results.write(rows, folder / "data")
    found = leaks(folder)
    assert any(
        "all tables together" in leak and "RAA" in leak and "between 3 and 3" in leak for leak in found
    )


def test_a_file_of_an_unknown_kind_is_an_error(folder: Path) -> None:
    write(folder, "data/figures.bin", "3")
    with pytest.raises(UnknownKindError, match=r"figures\.bin"):
        leaks(folder)


def test_the_record_says_what_was_looked_at_and_not_which_cells_are_small(folder: Path) -> None:
    path = auditing.audited(folder, COLLECTION, PUBLICATION)
    told = json.loads(path.read_text(encoding="utf-8"))
    assert told["passed"] is True
    assert told["hidden_cells_by_rule"]["small count or few respondents"] == 1
    assert told["files_read"] == 2
    cells = pd.read_csv(folder / "data" / "disclosure.csv")
    assert list(cells) == ["year", "level", "code", "indicator", "staff_group", "category"]
    assert len(cells) == told["hidden_cells"] > 1


def test_a_leak_stops_the_publication_and_is_named(folder: Path) -> None:
    in_prose(folder)
    with pytest.raises(
        DisclosureError, match=r"organisations/RAA/index\.html: RAA, 2025, indicator 2: found 3\.1%"
    ):
        auditing.audited(folder, COLLECTION, PUBLICATION)
    assert not (folder / "data" / "disclosure.json").exists()


def test_where_figures_are_public_already_nothing_is_hidden(folder: Path) -> None:
    public = publication(first_year=2025, disclosure={"already_public": "in the trust's report"})
    in_prose(folder)
    assert leaks(folder, public) == []
