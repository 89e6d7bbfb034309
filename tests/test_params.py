"""The publication file: what it may say, and that each mistake is named with its file, line and key."""

from __future__ import annotations

import pickle
import re
from datetime import date
from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from wres.params import ParamsError, Publication, load_publication

PARAMS = Path(__file__).parents[1] / "params"
GOOD = """\
publication: demo
year: 2025
sources:
  - simulate: {organisations: 24, seed: 2025}
"""
EVERY_KEY = (
    "publication, title, year, first_year, sources, organisations, formats, renderer, statistics, disclosure, "
    "aspiration, previous, peer_groups"
)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "demo.yml"


def load(file: Path, text: str) -> Publication:
    file.write_text(text, encoding="utf-8")
    return load_publication(file)


def mistakes(file: Path, text: str) -> list[str]:
    """What is wrong with a text, without the folder that the file is in."""
    with pytest.raises(ParamsError) as caught:
        load(file, text)
    return str(caught.value).replace(f"{file.parent}/", "").splitlines()


def complaints(file: Path) -> list[str]:
    """What is wrong with a file, if anything is."""
    try:
        load_publication(file)
    except ParamsError as error:
        return str(error).splitlines()
    return []


class TestGoodFiles:
    def test_everything_else_has_a_default(self, file: Path) -> None:
        publication = load(file, GOOD)
        assert publication.first_year == 2017
        assert publication.organisations == "all"
        assert publication.formats == ("html", "pdf", "docx")
        assert publication.renderer == "auto"
        assert publication.statistics.practical_ratio == (0.80, 1.25)
        assert publication.disclosure.threshold == 5
        assert publication.base_year == 2018
        assert publication.target_years == (2023, 2028, 2033)
        assert publication.target_year == 2028

    def test_trends_start_with_the_wres_at_the_earliest(self, file: Path) -> None:
        assert load(file, GOOD.replace("2025", "2018")).first_year == 2015

    def test_organisations_can_be_listed(self, file: Path) -> None:
        assert load(file, GOOD + "organisations: [RXY, RBV]\n").organisations == ("RXY", "RBV")

    def test_simulated_years_can_be_given(self, file: Path) -> None:
        text = GOOD.replace("seed: 2025", "years: [2016, 2025]")
        assert load(file, text).sources[0].simulate.years == (2016, 2025)

    def test_paths_start_at_the_file(self, file: Path) -> None:
        folder = file.parent / "tables"
        folder.mkdir()
        (folder / "returns.csv").touch()
        publication = load(file, GOOD + "  - tables: tables\n")
        assert publication.table_folders == (folder,)
        assert publication.input_files() == [folder / "returns.csv"]

    def test_folder_of_templates(self, file: Path) -> None:
        folder = file.parent / "returns"
        folder.mkdir()
        (folder / "RXY.xlsx").touch()
        publication = load(file, GOOD + "  - templates: returns\n")
        assert publication.template_folders == (folder,)
        assert publication.input_files() == [folder / "RXY.xlsx"]

    def test_staff_survey_and_ods_lists(self, file: Path) -> None:
        for name in ("org.xlsx", "national.xlsx", "etr.csv"):
            (file.parent / name).touch()
        survey = "{organisations: org.xlsx, national: national.xlsx, survey_year: 2024}"
        text = f"  - staff_survey: {survey}\n  - ods: {{path: etr.csv, snapshot: 2026-07-01}}\n"
        publication = load(file, GOOD + text)
        assert [path.name for path in publication.input_files()] == ["org.xlsx", "national.xlsx", "etr.csv"]
        ods = publication.sources[-1].ods
        assert ods is not None
        assert ods.snapshot == date(2026, 7, 1)

    def test_a_survey_of_the_publications_year_is_not_asked_yet(self, file: Path) -> None:
        (file.parent / "org.xlsx").touch()
        text = "  - staff_survey: {organisations: org.xlsx, survey_year: 2025}\n"
        assert mistakes(file, GOOD + text)[0].endswith(
            "found a survey of 2025; expected 2024 (the autumn before the year) or earlier"
        )

    def test_an_ods_list_needs_its_day(self, file: Path) -> None:
        (file.parent / "etr.csv").touch()
        assert mistakes(file, GOOD + "  - ods: {path: etr.csv, snapshot: July}\n")[0].endswith(
            "sources.1.ods.snapshot: found 'July'; expected a date, such as 2025-03-31"
        )

    def test_staff_extract(self, file: Path) -> None:
        for name in ("esr.parquet", "cases.csv", "ours.yml"):
            (file.parent / name).touch()
        given = "{year: 2025, staff: esr.parquet, disciplinary: cases.csv, headings: ours.yml}"
        publication = load(file, GOOD + f"  - staff_extract: {given}\n")
        extract = publication.sources[-1].staff_extract
        assert extract is not None
        assert extract.files == {"staff": "esr.parquet", "disciplinary": "cases.csv"}
        assert not extract.include_bank
        names = [path.name for path in publication.input_files()]
        assert names == ["esr.parquet", "cases.csv", "ours.yml"]

    def test_byte_order_mark_and_windows_line_ends(self, file: Path) -> None:
        file.write_bytes(b"\xef\xbb\xbf" + GOOD.replace("\n", "\r\n").encode())
        assert load_publication(file).publication == "demo"

    def test_blanks_are_no_place_where_figures_are_public(self, file: Path) -> None:
        assert load(file, GOOD + "disclosure: {already_public: '  '}\n").disclosure.already_public == ""

    def test_overrides_go_before_the_file(self, file: Path) -> None:
        file.write_text(GOOD + "formats: [pdf]\n")
        assert load_publication(file, {"formats": ["html"]}).formats == ("html",)

    def test_publication_can_be_sent_to_another_process(self, file: Path) -> None:
        publication = load(file, GOOD)
        assert pickle.loads(pickle.dumps(publication)) == publication  # noqa: S301

    def test_publication_cannot_be_changed(self, file: Path) -> None:
        with pytest.raises(ValueError, match="frozen"):
            load(file, GOOD).year = 2024


class TestShippedFiles:
    @pytest.mark.parametrize("path", sorted(PARAMS.glob("*.yml")), ids=lambda path: path.stem)
    def test_each_is_good_and_named_after_its_publication(self, path: Path) -> None:
        assert load_publication(path).publication == path.stem

    def test_demonstration(self) -> None:
        publication = load_publication(PARAMS / "demo.yml")
        assert publication.title == "Workforce Race Equality Standard 2025"
        assert (publication.first_year, publication.year) == (2017, 2025)
        assert publication.sources[0].simulate.organisations == 24
        assert publication.sources[0].simulate.seed == 2025

    def test_full_england(self) -> None:
        assert load_publication(PARAMS / "england.yml").sources[0].simulate.organisations == 260

    def test_published_figures_say_where_they_are_public(self) -> None:
        publication = load_publication(PARAMS / "published.yml")
        assert (publication.first_year, publication.year) == (2016, 2025)
        assert publication.sources[0].example == "published"
        assert publication.disclosure.already_public

    def test_defaults_in_the_comments_are_the_defaults(self, file: Path) -> None:
        text = (PARAMS / "demo.yml").read_text(encoding="utf-8")
        spelt_out = re.sub(r"^# (?= *[a-z_]+:)", "", text, flags=re.MULTILINE)
        keys = {line.split(":")[0].strip() for line in spelt_out.splitlines() if ":" in line}
        every = {*Publication.model_fields, "confidence", "fdr", "threshold", "survey_threshold", "turnover"}
        assert every <= keys
        assert load(file, spelt_out).model_dump() == load_publication(PARAMS / "demo.yml").model_dump()


@pytest.mark.parametrize(
    ("text", "mistake"),
    [
        ("yaer: 2025", "yaer: is not a known key; did you mean 'year'?"),
        ("palette: red", f"palette: is not a known key; expected one of {EVERY_KEY}"),
        (
            "statistics: {confidnce: 0.9}",
            "statistics.confidnce: is not a known key; did you mean 'confidence'?",
        ),
        (
            "disclosure: {hide: 5}",
            "disclosure.hide: is not a known key; "
            "expected one of threshold, survey_threshold, round_to, already_public",
        ),
        (
            "statistics: {ratio_method: wald}",
            "statistics.ratio_method: found 'wald'; "
            "expected 'scas', 'miettinen_nurminen', 'koopman' or 'katz_log'",
        ),
        ("statistics: {fdr: true}", "statistics.fdr: found true; expected a number"),
        ("statistics: {fdr: .nan}", "statistics.fdr: found nan; expected a number"),
        ("statistics: {confidence: 95}", "statistics.confidence: found 95; expected less than 1"),
        (
            "statistics: {practical_points: 0}",
            "statistics.practical_points: found 0; expected greater than 0",
        ),
        (
            "statistics: {practical_ratio: [1.1, 1.25]}",
            "statistics.practical_ratio: found 1.1, 1.25; expected a number between 0 and 1 and one above 1",
        ),
        (
            "statistics: {practical_ratio: 0.8}",
            "statistics.practical_ratio: found 0.8; expected a list of two numbers",
        ),
        ("statistics: on", "statistics: found true; expected keys with values"),
        ("statistics:", "statistics: found nothing; expected keys with values"),
        (
            "disclosure: {threshold: 11}",
            "disclosure.threshold: found 11; expected less than or equal to 10",
        ),
        ("disclosure: {threshold: 2.5}", "disclosure.threshold: found 2.5; expected a whole number"),
        ("aspiration: {turnover: 0}", "aspiration.turnover: found 0; expected greater than 0"),
        ("first_year: 2026", "first_year: found 2026; expected 2025 (the year) or earlier"),
        ("first_year: 2014", "first_year: found 2014; expected greater than or equal to 2015"),
        ("first_year: true", "first_year: found true; expected a whole number"),
        ("organisations: RXY", "organisations: found 'RXY'; expected all, or a list of organisation codes"),
        (
            "organisations: [RXY, 99]",
            "organisations.1: found 99; "
            "expected text, in quotation marks where it looks like a number or a date",
        ),
        ("organisations: []", "organisations: found []; expected all, or a list of organisation codes"),
        ("formats: html", "formats: found 'html'; expected a list"),
        ("formats: []", "formats: found []; expected at least one"),
        ("formats: [html, xml]", "formats.1: found 'xml'; expected 'html', 'pdf' or 'docx'"),
        ("renderer: quatro", "renderer: found 'quatro'; expected 'auto', 'quarto' or 'embedded'"),
        (
            "title: 2025-03-31",
            "title: found 2025-03-31; "
            "expected text, in quotation marks where it looks like a number or a date",
        ),
        ("title: ''", "title: found ''; expected some text"),
        ("year: 2025", "year: found twice; expected once, as in line 2"),
        ("peer_groups: {own: []}", "peer_groups.own: found []; expected at least one"),
        ("peer_groups: {own: RXX}", "peer_groups.own: found 'RXX'; expected a list"),
        ("folder: elsewhere", f"folder: is not a known key; expected one of {EVERY_KEY}"),
    ],
)
def test_mistake_names_file_line_and_key(file: Path, text: str, mistake: str) -> None:
    assert mistakes(file, GOOD + text + "\n") == [f"demo.yml, line 5: {mistake}"]


@pytest.mark.parametrize(
    ("source", "mistake"),
    [
        (
            "returns: returns/2025",
            "sources.0.returns: is not a known key; "
            "expected one of simulate, tables, templates, staff_extract, staff_survey, ods, example",
        ),
        (
            "templates: returns/2025",
            "sources.0.templates: found no folder 'returns/2025'; "
            "expected a folder with filled return templates",
        ),
        (
            "staff_extract: {year: 2025, staff: esr.csv}",
            "sources.0.staff_extract.staff: found no file 'esr.csv'; expected a CSV or Parquet file",
        ),
        (
            "staff_extract: {year: 2025}",
            "sources.0.staff_extract: found no file; expected any of staff, recruitment, disciplinary, training",
        ),
        (
            "staff_extract: {year: 2025, staf: x}",
            "sources.0.staff_extract.staf: is not a known key; did you mean 'staff'?",
        ),
        (
            "staff_survey: {survey_year: 2024, national: n.xlsx}",
            "sources.0.staff_survey.national: found no file 'n.xlsx'; "
            "expected a detailed spreadsheet of the NHS Staff Survey",
        ),
        (
            "staff_survey: {survey_year: 2024}",
            "sources.0.staff_survey: found no file; expected organisations, national, or both",
        ),
        (
            "staff_survey: {survey_year: 2024, nation: n.xlsx}",
            "sources.0.staff_survey.nation: is not a known key; did you mean 'national'?",
        ),
        (
            "ods: {path: etr.csv, snapshot: 2026-07-01}",
            "sources.0.ods.path: found no file 'etr.csv'; expected an ODS list of trusts, such as etr.csv",
        ),
        (
            "staff_extract: {year: 2025, headings: ours.yml}",
            "sources.0.staff_extract.headings: found no file 'ours.yml'; expected a declaration of headings",
        ),
        (
            "tables: nowhere",
            "sources.0.tables: found no folder 'nowhere'; "
            "expected a folder with organisations.csv, returns.csv or percentages.csv",
        ),
        ("example: demo", "sources.0.example: found 'demo'; expected 'published'"),
        (
            "{}",
            "sources.0: found nothing; expected one of simulate, tables, templates, staff_extract, "
            "staff_survey, ods, example",
        ),
        (
            "{simulate: {}, example: published}",
            "sources.0: found simulate and example; "
            "expected one of simulate, tables, templates, staff_extract, staff_survey, ods, example",
        ),
        (
            "simulate: {organisations: 3}",
            "sources.0.simulate.organisations: found 3; expected greater than or equal to 8",
        ),
        (
            "simulate: {organisations: 2601}",
            "sources.0.simulate.organisations: found 2601; expected less than or equal to 2600",
        ),
        ("simulate: {seed: x}", "sources.0.simulate.seed: found 'x'; expected a whole number"),
        ("simulate: {sed: 1}", "sources.0.simulate.sed: is not a known key; did you mean 'seed'?"),
        (
            "simulate: {years: [2025, 2017]}",
            "sources.0.simulate.years: found 2025, 2017; expected a first and a last year from 2015 to 2035",
        ),
    ],
)
def test_mistake_in_a_source(file: Path, source: str, mistake: str) -> None:
    text = f"publication: demo\nyear: 2025\nsources:\n  - {source}\n"
    assert mistakes(file, text) == [f"demo.yml, line 4: {mistake}"]


@pytest.mark.parametrize("name", ["../demo", "a/b", "", "-x", "a b", "demo\u200b"])
def test_publication_is_safe_as_the_name_of_a_folder(file: Path, name: str) -> None:
    assert mistakes(file, GOOD.replace("demo", f"'{name}'")) == [
        f"demo.yml, line 1: publication: found {name!r}; "
        "expected up to 60 letters, digits, - and _, beginning with a letter or digit"
    ]


def test_publication_is_not_too_long_for_the_name_of_a_folder(file: Path) -> None:
    assert load(file, GOOD.replace("demo", "x" * 60)).publication == "x" * 60
    assert len(mistakes(file, GOOD.replace("demo", "x" * 61))) == 1


def test_later_years_than_can_be_simulated(file: Path) -> None:
    assert mistakes(file, GOOD.replace("year: 2025", "year: 2040")) == [
        "demo.yml, line 3: sources: found simulate for 2040; expected a year up to 2035"
    ]


def test_what_every_file_needs(file: Path) -> None:
    needed = "found nothing; expected a value: every publication file needs one"
    assert mistakes(file, "title: Nothing else\n") == [
        f"demo.yml, line 1: {key}: {needed}" for key in ("publication", "sources", "year")
    ]


def test_all_mistakes_at_once_in_the_order_of_the_file(file: Path) -> None:
    text = """\
publication: a b
year: '2025'
sources:
  - tables: nowhere
  - simulate:
      organisatons: 24
statistics:
  confidence: 2
year: 2024
"""
    found = mistakes(file, text)
    assert [line.split(": ")[:2] for line in found] == [
        ["demo.yml, line 1", "publication"],
        ["demo.yml, line 4", "sources.0.tables"],
        ["demo.yml, line 6", "sources.1.simulate.organisatons"],
        ["demo.yml, line 8", "statistics.confidence"],
        ["demo.yml, line 9", "year"],
    ]


def test_mistake_in_an_override_is_not_laid_to_the_file(file: Path) -> None:
    file.write_text(GOOD)
    with pytest.raises(ParamsError) as caught:
        load_publication(file, {"formats": ["xml"]})
    assert str(caught.value) == (
        f"{file}: formats.0, given instead of the file's: found 'xml'; expected 'html', 'pdf' or 'docx'"
    )


@pytest.mark.parametrize(
    ("text", "mistake"),
    [
        ("", ", line 1: found nothing; expected keys with values, publication, year and sources among them"),
        ("# a comment\n", ", line 1: found nothing; expected keys with values"),
        ("- demo\n", ", line 1: found ['demo']; expected keys with values"),
        ("publication: demo\nyear: [2025\n", ", line 3: is not valid YAML: expected ',' or ']'"),
        ("publication: a: b\n", ", line 1: is not valid YAML: mapping values are not allowed here"),
        ("year: 2025-13-45\n", ": is not valid YAML: month must be in 1..12"),
        ("year: \x00\n", ": is not valid YAML: unacceptable character #x0000"),
        ("a: b\n---\nc: d\n", ", line 2: is not valid YAML: but found another document"),
        ("x: !!python/object/apply:os.getcwd []\n", ", line 1: is not valid YAML: could not determine"),
        ("[" * 5000, ": is not a publication file: it is nested too deeply"),
    ],
)
def test_text_that_is_no_publication_file(file: Path, text: str, mistake: str) -> None:
    assert mistakes(file, text)[0].startswith(f"demo.yml{mistake}")


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    path = tmp_path / "missing.yml"
    with pytest.raises(ParamsError) as caught:
        load_publication(path)
    found = "can't be read (No such file or directory); give the path of a publication file"
    assert str(caught.value) == f"{path}: {found}"


def test_a_folder_in_place_of_a_file(tmp_path: Path) -> None:
    with pytest.raises(ParamsError, match="can't be read"):
        load_publication(tmp_path)


def test_another_encoding(file: Path) -> None:
    file.write_bytes(GOOD.encode("utf-16"))
    with pytest.raises(ParamsError, match=r"demo\.yml: is not UTF-8 text; save it as UTF-8"):
        load_publication(file)


def test_a_part_that_refers_to_itself(file: Path) -> None:
    assert mistakes(file, GOOD + "loop: &loop [*loop]\n")[0].startswith(
        "demo.yml, line 5: loop: is not a known key"
    )


def test_parts_that_multiply_are_not_written_out(file: Path) -> None:
    bomb = "".join(f"k{n}: &k{n} [{', '.join([f'*k{n - 1}'] * 9) if n else 'x'}]\n" for n in range(12))
    assert all(len(line) < 1000 for line in mistakes(file, GOOD + bomb))


KEYS = [*Publication.model_fields, "simulate", "tables", "templates", "staff_extract", "example", "x"]
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.dates(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=3),
    max_leaves=6,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.dictionaries(st.sampled_from(KEYS), VALUES))
def test_anything_is_a_publication_or_its_mistakes(file: Path, data: dict[str, object]) -> None:
    file.write_text(yaml.safe_dump(data, allow_unicode=True), encoding="utf-8")
    assert all(line.startswith(str(file)) for line in complaints(file))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.binary(max_size=60))
def test_any_bytes_are_a_publication_or_a_mistake(file: Path, content: bytes) -> None:
    file.write_bytes(GOOD.encode() + content)
    assert all(line.startswith(str(file)) for line in complaints(file))


def test_extract_of_a_later_year(file: Path) -> None:
    (file.parent / "esr.csv").touch()
    assert mistakes(file, GOOD + "  - staff_extract: {year: 2026, staff: esr.csv}\n") == [
        "demo.yml, line 3: sources: found a staff extract of 2026; expected 2025 (the year) or earlier"
    ]
