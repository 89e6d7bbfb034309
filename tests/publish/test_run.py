"""A publication of real figures from end to end: whole or absent, every report its own."""

import json
import shutil
from pathlib import Path

import pytest

from wres import results
from wres.definitions import definitions
from wres.params import ParamsError
from wres.pipeline import load
from wres.publish.checks import dead_links
from wres.publish.jobs import reported
from wres.publish.manifest import checksum
from wres.publish.run import _workshop, publish
from wres.publish.work import packed

PUBLISHED = Path(__file__).parents[2] / "params" / "published.yml"
NAMES = {
    "RXY": "Kent and Medway NHS and Social Care Partnership Trust",
    "RBV": "The Christie NHS Foundation Trust",
    "RGD": "Leeds and York Partnership NHS Foundation Trust",
    "11M": "NHS Gloucestershire CCG",
}


@pytest.fixture(scope="module")
def outcome(tmp_path_factory):
    lines = []
    html = {"formats": ["html"], "renderer": "embedded"}
    output = tmp_path_factory.mktemp("outputs")
    found = publish(PUBLISHED, output, progress=lines.append, overrides=html)
    return found, lines, output


def page(outcome, code):
    return (outcome[0].folder / "organisations" / code / "index.html").read_text(encoding="utf-8")


def test_every_organisation_has_its_report(outcome):
    assert outcome[0].organisations == 4
    assert outcome[0].failures == {}
    assert {path.name for path in (outcome[0].folder / "organisations").iterdir()} == set(NAMES)


@pytest.mark.parametrize("code", NAMES)
def test_report_names_its_own_organisation_and_no_other(outcome, code):
    text = page(outcome, code)
    assert f"<h1>Race equality at {NAMES[code]}</h1>" in text
    assert not [name for other, name in NAMES.items() if other != code and name in text]


def test_kent_and_medway_shows_the_published_disciplinary_ratio_with_its_interval(outcome):
    text = page(outcome, "RXY")
    assert "1.83 (0.79 to 4.02)" in text
    assert "17 of 2,505" in text
    assert "9 of 725" in text


def test_report_without_a_return_for_the_year_says_which_year_it_shows(outcome):
    assert "No figures were received for 2025." in page(outcome, "RXY")
    assert "reporting year 2020" in page(outcome, "RXY")  # 2022 has the share of the workforce alone


def test_zero_cases_are_said_in_words(outcome):
    assert "there is no ratio: it is undefined, not equal" in page(outcome, "11M")


def test_percentages_without_counts_say_why_they_have_no_interval(outcome):
    text = page(outcome, "RBV")
    assert "3.21 times" in text
    assert "Published without its counts, so there is no interval and no test." in text


def test_every_organisation_has_its_own_workbook_and_every_link_leads_somewhere(outcome):
    folder = outcome[0].folder
    for code in NAMES:
        assert {"index.html", "data.xlsx", "data.ods"} == {
            p.name for p in (folder / "organisations" / code).iterdir()
        }
    pages = [path.relative_to(folder).as_posix() for path in folder.rglob("*.html")]
    assert len(pages) == 7
    assert dead_links(folder, pages) == {}


def test_what_was_not_submitted_says_so_for_every_indicator(outcome):
    assert page(outcome, "RGD").count("Not submitted") >= 8


def test_figures_that_are_public_already_are_not_hidden_and_the_page_says_so(outcome):
    assert "Nothing is hidden, because these figures are public already" in page(outcome, "RGD")


def test_real_figures_are_not_called_synthetic(outcome):
    pages = outcome[0].folder.rglob("*.html")
    assert not [path for path in pages if "Synthetic data" in path.read_text(encoding="utf-8")]


def test_national_overview_shows_the_policys_table_1_and_the_survey(outcome):
    text = (outcome[0].folder / "index.html").read_text(encoding="utf-8")
    for figure in ("204,377", "230,189", "6,447", "8,146", "58.9%", "49.5%"):
        assert figure in text
    assert "organisations/RXY/index.html" in text


def test_results_are_published_as_csv_and_parquet_and_fit_the_schema(outcome):
    data = outcome[0].folder / "data"
    table = results.read(data / "indicators.parquet")
    assert len(table) == len((data / "indicators.csv").read_text(encoding="utf-8").splitlines()) - 1
    assert set(table["indicator"]) == set(definitions().indicators)


def test_manifest_holds_the_checksum_of_every_file(outcome):
    folder = outcome[0].folder
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    files = {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()}
    files -= {"manifest.json", "ro-crate-metadata.json"}
    assert set(manifest["outputs"]) == files
    assert all(checksum(folder / name) == sha for name, sha in manifest["outputs"].items())


def test_executed_notebooks_are_kept_and_nothing_else_is_left(outcome):
    folder, output = outcome[0].folder, outcome[2]
    kept = {p.relative_to(folder / "notebooks").as_posix() for p in (folder / "notebooks").rglob("*.ipynb")}
    shared = {f"{name}.ipynb" for name in ("collection", "indicators", "methods", "national")}
    assert kept == shared | {f"organisations/{code}.ipynb" for code in NAMES}
    assert [path.name for path in output.iterdir()] == ["published"]


def test_progress_counts_to_the_end(outcome):
    made = [standing for standing in outcome[1] if standing.text.startswith("Race equality")]
    assert [standing.done for standing in made] == [1, 2, 3, 4]
    assert outcome[1][-1].done == outcome[1][-1].total == 4


def test_executed_copies_do_not_tell_where_they_were_made(outcome):
    copies = (outcome[0].folder / "notebooks").rglob("*.ipynb")
    assert not [path for path in copies if str(outcome[2]) in path.read_text(encoding="utf-8")]


def test_every_page_has_its_key_and_files_in_the_manifest(outcome):
    manifest = json.loads((outcome[0].folder / "manifest.json").read_text(encoding="utf-8"))
    assert set(manifest["pages"]) == {"methods", "quality", "national"} | {
        f"organisation-{code}" for code in NAMES
    }
    assert manifest["pages"]["organisation-RXY"]["files"] == [
        "notebooks/organisations/RXY.ipynb",
        "organisations/RXY/index.html",
    ]
    assert len({page["key"] for page in manifest["pages"].values()}) == len(manifest["pages"])


def bytes_of(folder):
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()
    }


@pytest.mark.slow
def test_unchanged_pages_are_taken_and_a_damaged_one_is_made_again(outcome, tmp_path):
    first = bytes_of(outcome[0].folder)
    shutil.copytree(outcome[0].folder, tmp_path / "published")
    (tmp_path / "published" / "organisations" / "RXY" / "index.html").write_text("tampered")
    html = {"formats": ["html"], "renderer": "embedded"}
    said = []
    again = publish(PUBLISHED, tmp_path, progress=said.append, overrides=html)
    assert (again.organisations, again.unchanged) == (4, 3)
    assert sum(standing.text.endswith(": unchanged") for standing in said) == 3
    assert timeless(bytes_of(again.folder)) == timeless(first)


def timeless(files):
    """Files without those that say when they were made."""
    about = {"manifest.json", "ro-crate-metadata.json"}
    assert about <= files.keys()
    return {name: data for name, data in files.items() if name not in about}


def test_unknown_organisation_is_an_error_before_anything_is_written(tmp_path):
    with pytest.raises(ParamsError, match="unknown organisation XYZ"):
        publish(PUBLISHED, tmp_path / "outputs", ["XYZ"])
    assert not (tmp_path / "outputs").exists()


def test_a_folder_that_holds_something_else_is_not_replaced(tmp_path):
    other = tmp_path / "published" / "mine.txt"
    other.parent.mkdir()
    other.write_text("precious", encoding="utf-8")
    with pytest.raises(
        FileExistsError, match=r"published holds no publication, for it has no manifest\.json"
    ):
        publish(PUBLISHED, tmp_path)
    assert other.read_text(encoding="utf-8") == "precious"


def test_merged_organisations_stand_in_their_successors_report():
    publication, collection = load(PUBLISHED.parent / "demo.yml")
    codes = {code for code, _ in reported(collection, publication)}
    table = collection.organisations
    merged = set(table.loc[table["successor"].isin(table["organisation_code"]), "organisation_code"])
    assert merged
    assert codes == set(table["organisation_code"]) - merged


@pytest.fixture
def publication():
    return load(PUBLISHED)[0]


def test_folder_is_absent_after_a_failure_and_an_older_one_stays(tmp_path, publication):
    (tmp_path / "published").mkdir()
    (tmp_path / "published" / "old").touch()

    def fail():
        with _workshop(tmp_path, publication, fresh=False) as shop:
            (shop.folder / "new").touch()
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    left = [path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*")]
    assert left == ["published", "published/old"]


def test_finished_folder_takes_the_place_of_the_older_one(tmp_path, publication):
    (tmp_path / "published").mkdir()
    (tmp_path / "published" / "old").touch()
    with _workshop(tmp_path, publication, fresh=False) as shop:
        (shop.folder / "new").touch()
    left = [path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*")]
    assert left == ["published", "published/new"]


def test_finished_pages_of_a_failed_run_wait_for_the_next_unless_it_starts_fresh(tmp_path, publication):
    def fail():
        with _workshop(tmp_path, publication, fresh=False) as shop:
            shop.kept.keep("k1", packed({"a": b"b"}))
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    with _workshop(tmp_path, publication, fresh=False) as shop:
        assert shop.kept.files("k1") == {"a": b"b"}
    with pytest.raises(KeyError):
        fail()
    with _workshop(tmp_path, publication, fresh=True) as shop:
        assert shop.kept.files("k1") is None
    assert [path.name for path in tmp_path.iterdir()] == ["published"]


def test_second_run_at_the_same_time_is_refused(tmp_path, publication):
    with (
        _workshop(tmp_path, publication, fresh=False),
        pytest.raises(BlockingIOError, match="is publishing to this folder"),
        _workshop(tmp_path, publication, fresh=False),
    ):
        pass
