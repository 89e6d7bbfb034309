"""Notebooks get what they read and nothing else: an organisation's report its own rows."""

import io
import shutil

import pandas as pd
import pytest

from wres.comparisons import conform
from wres.params import load_publication
from wres.pipeline import load
from wres.project import PACKAGE
from wres.publish.inputs import Inputs
from wres.publish.work import place
from wres.revisions import WANTED

TABLES = {
    "organisations.parquet": pd.DataFrame({"organisation_code": ["A", "B"], "successor": ["", "A"]}),
    "indicators.parquet": pd.DataFrame({"code": ["A", "ENG", "B", "A"], "value": [1.0, 2.0, 3.0, 4.0]}),
    "actions.parquet": pd.DataFrame({"organisation_code": ["B"], "action": ["do"]}),
    "nobody.parquet": pd.DataFrame(
        {"code": pd.Series([], dtype="str"), "value": pd.Series([], dtype="float")}
    ),
    "variation.parquet": pd.DataFrame({"indicator": ["1"], "spread": [0.1]}),
}
GROUPS = pd.DataFrame(
    {"kind": ["type", "nation", "type", "nation"], "group": ["acute", "ENG", "acute", "ENG"]}
).assign(indicator=["2", "2", "3", "3"], statistic="relative_likelihood", year=2025)
GROUPED = {
    "peer_figures.parquet": conform("peer_figures", GROUPS.assign(pooled=[1.2349, 1.1, 1.3, 1.2])),
    "standings.parquet": conform(
        "standings",
        pd.concat([GROUPS.assign(code="A"), GROUPS[1::2].assign(code="B")]),
    ),
}
SETTINGS = {"publication.yml", "previous.csv", "sources/organisations.csv"}
STORED = {"params_file": "publication.yml", "store": "store"}


@pytest.fixture(scope="module")
def source(tmp_path_factory):
    folder = tmp_path_factory.mktemp("source")
    (folder / "last.csv").write_text(",".join(WANTED) + "\n")
    (folder / "tables").mkdir()
    shutil.copy(PACKAGE / "examples" / "published" / "organisations.csv", folder / "tables")
    (folder / "small.yml").write_text(
        "publication: small\nyear: 2025\nsources: [{example: published}, {tables: tables}]\n"
        "formats: [html]\norganisations: [RXY]\n"
        "statistics: {confidence: 0.9}\nprevious: last.csv\n"
    )
    return load(folder / "small.yml")


def stored(source, folder, tables):
    """Inputs whose results are these tables."""
    made = Inputs(folder, *source)
    made.store.mkdir()
    for name, table in tables.items():
        table.to_parquet(made.store / name, index=False)
    (made.store / "indicators.csv").write_text("not needed")
    (made.store / "SYNTHETIC.txt").write_text("synthetic")
    return made


@pytest.fixture(scope="module")
def inputs(source, tmp_path_factory):
    return stored(source, tmp_path_factory.mktemp("inputs"), TABLES)


def read(files, name):
    return pd.read_parquet(io.BytesIO(files[f"store/{name}.parquet"]))


def test_report_gets_its_own_rows_in_their_order_and_nobody_elses(inputs):
    files = inputs.of(STORED, "A")
    assert read(files, "indicators").to_dict("list") == {"code": ["A", "A"], "value": [1.0, 4.0]}
    assert read(files, "actions").empty
    assert read(files, "organisations")["organisation_code"].tolist() == ["A", "B"]
    assert read(files, "nobody").empty
    assert list(read(files, "variation")) == ["indicator", "spread"]
    assert read(files, "variation").empty
    assert b"ENG" not in b"".join(files.values())


def test_marks_of_synthetic_data_go_with_every_part(inputs):
    assert inputs.of(STORED, "A")["store/SYNTHETIC.txt"] == b"synthetic"


def test_another_organisations_change_changes_no_byte(source, inputs, tmp_path):
    table = TABLES["indicators.parquet"].assign(value=[1.0, 2.5, 3.5, 4.0])
    changed = stored(source, tmp_path, {**TABLES, "indicators.parquet": table})
    assert changed.of(STORED, "A") == inputs.of(STORED, "A")
    assert changed.of(STORED, "B") != inputs.of(STORED, "B")


def pooled(files):
    return read(files, "peer_figures")["pooled"].tolist()


def test_figures_of_a_group_go_to_those_whose_reports_name_it(source, tmp_path):
    grouped = stored(source, tmp_path, {**TABLES, **GROUPED})
    assert pooled(grouped.of(STORED, "A")) == [1.23, 1.3]  # among those of its type, not among all
    assert pooled(grouped.of(STORED, "B")) == [1.1, 1.2]  # it is compared with no type
    assert pooled(grouped.of(STORED, "C")) == []


def test_nobody_is_told_of_a_group_where_nobody_is_compared(source, tmp_path):
    none = {name: table.head(0) for name, table in GROUPED.items()}
    alone = stored(source, tmp_path, {**TABLES, **none})
    assert pooled(alone.of(STORED, "A")) == []


def test_a_change_of_a_group_that_is_not_printed_changes_no_byte(source, tmp_path):
    made = []
    for name, figure in (("before", 1.2349), ("unseen", 1.2312), ("seen", 1.2361)):
        figures = GROUPED["peer_figures.parquet"]
        figures = figures.assign(pooled=[figure, *figures["pooled"][1:]])
        (tmp_path / name).mkdir()
        grouped = stored(source, tmp_path / name, {**TABLES, **GROUPED, "peer_figures.parquet": figures})
        made.append(grouped.of(STORED, "A"))
    before, unseen, seen = made
    assert before == unseen
    assert pooled(seen) == [1.24, 1.3]


def test_page_of_all_organisations_gets_whole_tables_and_no_csv(inputs):
    files = inputs.of(STORED)
    assert set(files) == {*SETTINGS, "store/SYNTHETIC.txt"} | {f"store/{name}" for name in TABLES}
    assert len(read(files, "indicators")) == 4


def test_collection_is_given_to_those_who_ask_for_it(inputs):
    files = inputs.of({"params_file": "publication.yml", "collection_store": "collection"})
    assert {name.partition("/")[0] for name in files} == {
        "publication.yml",
        "previous.csv",
        "sources",
        "collection",
    }
    assert "collection/returns.parquet" in files


def test_settings_are_a_publication_file_without_what_the_page_itself_says(inputs, tmp_path):
    place(inputs.of({}), tmp_path)
    publication = load_publication(tmp_path / "publication.yml")
    assert publication.statistics.confidence == 0.9
    assert publication.organisations == "all"
    assert publication.formats == ("html", "pdf", "docx")
    assert publication.previous == "previous.csv"
    assert [source.example for source in publication.sources] == ["published", None]
    assert (inputs.folder / "previous.csv").read_text() == ",".join(WANTED) + "\n"
