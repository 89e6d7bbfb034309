"""The methods page: it runs in its short form, and its key figures are those of the known answers."""

import csv
import json
import re
from decimal import Decimal
from pathlib import Path

import pytest
from nbformat import NotebookNode

from wres.project import project_path
from wres.publish.execute import execute

KNOWN = Path(__file__).parent / "known_answers"
PARAMS = Path(__file__).parents[1] / "params" / "published.yml"
ROUNDED_TWICE = 8  # figures that the reference rounded to two decimals before it rounded them to one


@pytest.fixture(scope="module")
def notebook(tmp_path_factory: pytest.TempPathFactory) -> NotebookNode:
    return execute("methods", {"params_file": str(PARAMS)}, tmp_path_factory.mktemp("methods"))


@pytest.fixture(scope="module")
def tables(notebook: NotebookNode) -> dict[str, list[list[str]]]:
    """Rows of every computed table by its caption."""
    found = {}
    for output in outputs(notebook):
        lines = output["data"].get("text/markdown", "").strip().splitlines()
        if lines:
            found[lines[-1].removeprefix(": ")] = [line.strip("| ").split(" | ") for line in lines[2:-2]]
    return found


def outputs(notebook: NotebookNode) -> list[NotebookNode]:
    return [output for cell in notebook.cells for output in cell.get("outputs", [])]


def table(tables: dict[str, list[list[str]]], words: str) -> list[list[str]]:
    (caption,) = [caption for caption in tables if words in caption]
    return tables[caption]


def known(name: str) -> list[dict[str, str]]:
    with (KNOWN / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def figures(cell: str) -> list[tuple[Decimal, Decimal]]:
    """Pairs of a computed figure and its reference in brackets."""
    pairs = re.findall(r"([\d.]+)(?:\\\*)? \[\(([\d.]+)\)\]", cell)
    return [(Decimal(computed), Decimal(reference)) for computed, reference in pairs]


def test_nothing_but_figures_and_markdown_is_shown(notebook: NotebookNode) -> None:
    for output in outputs(notebook):
        assert output["output_type"] == "display_data"
        assert "text/markdown" in output["data"] or output["metadata"]["wres"]["alt"]
    assert sum("image/svg+xml" in output["data"] for output in outputs(notebook)) == 3


def test_every_code_cell_is_hidden_or_meant_to_be_seen() -> None:
    cells = json.loads(project_path("notebooks/methods.ipynb").read_text(encoding="utf-8"))["cells"]
    tags = {tag for cell in cells for tag in cell["metadata"].get("tags", [])}
    assert tags == {"lab-only", "parameters", "show-code"}
    assert not any(cell.get("outputs") for cell in cells)


def test_coverage_table_is_that_of_the_reference(tables: dict[str, list[list[str]]]) -> None:
    methods = ["katz_log", "adjusted_log", "koopman", "miettinen_nurminen", "scas"]
    for row, reference in zip(table(tables, "Coverage"), known("enumeration_coverage.csv"), strict=True):
        pairs = [pair for cell in row[1:] for pair in figures(cell)]
        assert [told for _, told in pairs] == [Decimal(reference[method]) for method in methods]
        assert all(abs(found - told) <= Decimal("0.1") for found, told in pairs)


def test_tails_table_is_that_of_the_reference(tables: dict[str, list[list[str]]]) -> None:
    sides = ["mn_below", "mn_above", "scas_below", "scas_above"]
    for row, reference in zip(table(tables, "Misses (%)"), known("enumeration_coverage.csv"), strict=True):
        pairs = [pair for cell in row[2:] for pair in figures(cell)]
        assert [told for _, told in pairs] == [Decimal(reference[side]) for side in sides]
        assert all(abs(found - told) <= Decimal("0.1") for found, told in pairs)


def test_size_table_is_that_of_the_reference(tables: dict[str, list[list[str]]]) -> None:
    for row, reference in zip(table(tables, "Rejections (%)"), known("enumeration_size.csv"), strict=True):
        pairs = [pair for cell in row[1:] for pair in figures(cell)]
        told = [Decimal(value) for key, value in reference.items() if key not in ("n1", "n2", "base")]
        without_yates = [pair for position, pair in enumerate(pairs) if position != 4]
        assert [reference_value for _, reference_value in without_yates] == told
        assert all(abs(found - told) <= Decimal("0.1") for found, told in pairs)


def test_figures_that_differ_are_marked(notebook: NotebookNode) -> None:
    text = "".join(output["data"].get("text/markdown", "") for output in outputs(notebook))
    differing = [pair for pair in figures(text) if pair[0] != pair[1]]
    assert len(differing) == text.count(r"\*") == ROUNDED_TWICE


@pytest.mark.parametrize(
    ("caption", "row", "expected"),
    [
        # Disciplinary 9 of 725 v 17 of 2,505, Kent and Medway 2020; published as 1.8.
        ("relative likelihoods", "SCAS", ["0.79 to 4.02", "0.54 to 4.55", "0.00 to 5.46"]),
        # A Model Employer, Table 1: a gap of 7.74 points.
        ("Bands 8a to VSM (", "Gap, percentage points", ["−7.74", "−7.96 to −7.51"]),
        # 14 members and 19 % BME: P(none) = 0.81^14, so 1 - 0.05^(1/14) = 19.3 %.
        (
            "Smallest BME share",
            "Mid-p",
            ["34.8%", "28.3%", "23.8%", "20.6%", "19.3%", "18.1%", "16.2%", "13.9%"],
        ),
        (
            "Smallest BME share",
            "Exact",
            ["41.0%", "33.6%", "28.5%", "24.7%", "23.2%", "21.8%", "19.5%", "16.8%"],
        ),
        (
            "when the board is drawn",
            "12 members, workforce 8%",
            ["36.9% (42%)", "6.5% (5%)", "1.2% (1%)", "1.2% (1%)"],
        ),
        ("with one BME member", "SCAS", ["−11.9 (−19.1 to 10.7)"]),
        ("true gap of 0", "30%", ["0.8%", "1.9%", "5.0%"]),
        ("true share of 25%", "Harassed staff answer at 60%, others at 50%", ["3.6", "82%", "50%"]),
        ("True ratio exactly 1", "Median trust, 800 v 3,200", ["0.6%", "33.4%"]),
        # A Model Employer, Tables 2 and 3.
        ("policy's four examples", "NHS trusts, VSM, by 2028", ["1 in 4.4", "1 in 4", "40.6", "41"]),
        ("policy's four examples", "UCLH, band 8a, by 2028", ["5.9 in 10", "6 in 10", "18.8", "19"]),
        ("marked as misleading: yes", "Within trusts (Mantel–Haenszel)", ["–", "–", "1.00"]),
    ],
)
def test_key_figures(tables: dict[str, list[list[str]]], caption: str, row: str, expected: list[str]) -> None:
    (found,) = [cells[1:] for cells in table(tables, caption) if cells[0] == row]
    assert found == expected


def test_goals_agree_with_every_printed_number(tables: dict[str, list[list[str]]]) -> None:
    for name, share, printed_share, recruits, printed_recruits in table(tables, "policy's four examples"):
        assert round(float(recruits)) == int(printed_recruits), name
        words = share.split(" ")
        words = [str(round(float(word))) if word[0].isdigit() else word for word in words]
        assert " ".join(words) == printed_share, name


def test_false_alarms_are_kept_down(tables: dict[str, list[list[str]]]) -> None:
    uncorrected, corrected, _ = table(tables, "simulated years")
    assert float(uncorrected[3].rstrip("%")) > 20
    assert float(corrected[3].rstrip("%")) <= 5
