"""Whatever is sent: a collection, or an error that says what is wrong; never anything else."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd
import pytest
from hypothesis import Phase, example, given, settings
from hypothesis import strategies as st

from wres.collect import Collection, collect
from wres.params import Publication, load_publication
from wres.problems import CollectionError
from wres.validate import validate

ORGANISATIONS = """\
organisation_code,organisation,type,region,opened,closed,successor
RXX,Example NHS Trust,acute,Y56,,,
RYY,"Sample, Fiction and Fable NHS Trust",mental_health,London,2001-04-01,2024-09-30,RXX
"""
RETURNS = """\
year,organisation_code,indicator,measure,staff_group,category,ethnicity,count
2025,RXX,1,headcount,clinical,8a,white,30
2025,RXX,1,headcount,clinical,8a,bme,10
2025,RXX,2,shortlisted,all,,J,20
2025,RXX,2,appointed,all,,J,2
2025,RXX,9,board_members,all,voting_executive,white,7
2025,RXX,9,board_members,all,voting_executive,bme,1
2025,ENG,5,respondents,all,,bme,1000
"""
PERCENTAGES = """\
year,organisation_code,indicator,measure,staff_group,category,ethnicity,percentage,count,base
2025,RXX,5,answered_yes,all,,white,17.39,20,115
2025,RXX,5,answered_yes,all,,bme,20,,
"""
PRINTED = """\
year,organisation_code,indicator,staff_group,category,ethnicity,statistic,value,place
2025,RXX,2,all,,,relative_likelihood,0.5,summary page
2025,RXX,5,all,,bme,percentage,20 %,
2025,RXX,9,all,,bme,workforce_percentage,25,
"""
FILES = {"organisations": ORGANISATIONS, "returns": RETURNS, "percentages": PERCENTAGES, "printed": PRINTED}
CELLS = [
    *("", " ", "RXX", "rxx", "ENG", "2025", "2026", "0", "-3", "12.0", "2.5", "1,234", "1e3", "nan", "inf"),
    *("٣", "９", "9" * 400, "0" * 40 + "1", "=1+1", "<script>", "\x1b[31m", "a\nb", 'a"b', "�", "x" * 300),
    *("8a", "8A", "white", "bme", "A", "99", "vsm", "2025-02-30", "0001-01-01", "../..", "None", "NULL"),
    *("1", "9", "10", "headcount", "clinical", "all"),
]

FUZZ = settings(deadline=None, phases=[Phase.explicit, Phase.generate])  # shrinking takes minutes


def publication_of(folder: Path) -> Publication:
    params = folder / "params.yml"
    params.write_text("publication: fuzz\nyear: 2025\nsources:\n  - tables: .\n", encoding="utf-8")
    return load_publication(params)


def outcome(files: dict[str, bytes], *, weigh: bool = False) -> Collection | CollectionError | None:
    """What comes of these files: a sound collection, or an error that a terminal can print; else None."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        for table, content in files.items():
            (folder / f"{table}.csv").write_bytes(content)
        publication = publication_of(folder)
        try:
            received = collect(publication)
        except CollectionError as error:
            return error if all(problem.line().isprintable() for problem in error.problems) else None
        check(received)
        if weigh:
            received = validate(received, publication)
            received.write(folder / "store")
            same(Collection.read(folder / "store"), received)
        return received


def check(received: Collection) -> None:
    assert all(problem.line().isprintable() for problem in received.problems)
    assert received.returns["count"].ge(0).all()
    assert received.percentages["percentage"].between(0, 100).all()
    assert received.organisations["organisation_code"].str.fullmatch("[A-Z0-9]+").all()
    for table in (received.returns, received.percentages):
        assert table["year"].between(2015, 2025).all()
        assert table["organisation_code"].isin([*received.organisations["organisation_code"], "ENG"]).all()
        assert table["row"].ge(2).all()


def same(one: Collection, other: Collection) -> None:
    for name in ("organisations", "returns", "percentages"):
        pd.testing.assert_frame_equal(getattr(one, name), getattr(other, name))
    assert one.problems == other.problems
    assert one.synthetic == other.synthetic


@pytest.fixture(scope="module")
def valid() -> dict[str, bytes]:
    return {name: text.encode() for name, text in FILES.items()}


def test_the_tables_to_be_garbled_are_right(valid: dict[str, bytes]) -> None:
    received = outcome(valid, weigh=True)
    assert isinstance(received, Collection)
    beside = "found BME people but no white people"  # they are sent alone
    assert [line for problem in received.problems if beside not in (line := problem.line())] == []
    assert [len(received.organisations), len(received.returns), len(received.percentages)] == [2, 7, 2]


@settings(FUZZ, max_examples=25)
@given(table=st.sampled_from(list(FILES)), content=st.binary(max_size=300))
@example("returns", b"PK\x03\x04")
@example("returns", b'"')
@example("returns", b"\xff\xfea\x00")
@example("organisations", b"\r")
@example("organisations", b"\xef\xbb\xbf")
def test_any_bytes(valid: dict[str, bytes], table: str, content: bytes) -> None:
    assert outcome({**valid, table: content})


@settings(FUZZ, max_examples=25)
@given(table=st.sampled_from(list(FILES)), tail=st.text(max_size=200))
@example("returns", '2025,RXX,3,entered_disciplinary,all,,"bme,1\n')
@example("returns", "2025,RXX,3,entered_disciplinary,all,,bme,1\r2025,RXX,4,accessed_training,all,,bme,1\r")
@example("organisations", "RZZ,\x85,acute,Y56,,,\n")
@example("organisations", "RZZ,a\u2028b,acute,Y56,,,\n")
def test_any_text_after_a_valid_table(valid: dict[str, bytes], table: str, tail: str) -> None:
    assert outcome({**valid, table: valid[table] + tail.encode("utf-8", errors="surrogatepass")})


@settings(FUZZ, max_examples=30)
@given(table=st.sampled_from(list(FILES)), data=st.data())
def test_garbled_cells(valid: dict[str, bytes], table: str, data: st.DataObject) -> None:
    rows = list(csv.reader(io.StringIO(FILES[table])))
    cells = st.one_of(st.sampled_from(CELLS), st.text(max_size=8))
    for _ in range(data.draw(st.integers(1, 4))):
        row = data.draw(st.integers(0, len(rows) - 1))
        column = data.draw(st.integers(0, len(rows[row]) - 1))
        rows[row][column] = data.draw(cells)
    text = io.StringIO()
    csv.writer(text, lineterminator=data.draw(st.sampled_from(["\n", "\r\n", "\r"]))).writerows(rows)
    content = text.getvalue().encode("utf-8", errors="surrogatepass")
    assert outcome({**valid, table: content}, weigh=True)


@settings(FUZZ, max_examples=25)
@given(table=st.sampled_from(list(FILES)), place=st.integers(0, 10_000), byte=st.integers(0, 255))
def test_one_byte_changed(valid: dict[str, bytes], table: str, place: int, byte: int) -> None:
    content = bytearray(valid[table])
    content[place % len(content)] = byte
    assert outcome({**valid, table: bytes(content)})


@settings(FUZZ, max_examples=30)
@given(table=st.sampled_from(list(FILES)), length=st.integers(0, 10_000))
def test_cut_short(valid: dict[str, bytes], table: str, length: int) -> None:
    content = valid[table]
    assert outcome({**valid, table: content[: length % len(content)]})
