from pathlib import Path

import numpy as np
import pandas as pd
import pandera.errors
import pytest

from wres import results

ROW = {
    "year": 2025,
    "level": "organisation",
    "code": "A",
    "name": "Trust A",
    "indicator": "2",
    "staff_group": "all",
    "category": "",
    "statistic": "relative_likelihood",
    "value": 1.5,
    "lower": 1.0,
    "upper": 2.0,
    "status": "published",
}


def table(**changes: object) -> pd.DataFrame:
    return results.conform(pd.DataFrame([{**ROW, **changes}]))


def test_conforming_rows_have_every_column_in_order_and_type() -> None:
    found = table()
    assert tuple(found.columns) == results.NAMES
    assert found["year"].dtype == "int64"
    assert found["value"].dtype == "float64"
    assert found.loc[0, ["verdict", "note", "test", "ethnicity"]].eq("").all()
    assert np.isnan(found.loc[0, "p_value"])
    assert results.check(found) is found or results.check(found).equals(found)


def test_rows_are_sorted_by_key_whatever_their_order() -> None:
    rows = pd.DataFrame([{**ROW, "code": code, "year": year} for year in (2025, 2024) for code in "CAB"])
    shuffled = results.conform(rows.sample(frac=1, random_state=1))
    pd.testing.assert_frame_equal(shuffled, results.conform(rows))
    assert shuffled["code"].tolist() == list("ABCABC")
    assert shuffled["year"].tolist() == [2024] * 3 + [2025] * 3


@pytest.mark.parametrize(
    "wrong",
    [
        {"verdict": "terrible"},
        {"status": "lost"},
        {"level": "planet"},
        {"statistic": "guess"},
        {"basis": "rumour"},
        {"lower": 3.0},
        {"status": "suppressed"},
        {"status": "not_submitted"},
    ],
    ids=str,
)
def test_what_does_not_fit_the_schema_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(pandera.errors.SchemaErrors):
        results.check(table(**wrong))


def test_two_rows_of_one_key_and_columns_out_of_place_are_refused() -> None:
    twice = results.conform(pd.DataFrame([ROW, ROW]))
    with pytest.raises(pandera.errors.SchemaErrors):
        results.check(twice)
    with pytest.raises(pandera.errors.SchemaErrors):
        results.check(table()[list(reversed(results.NAMES))])
    with pytest.raises(pandera.errors.SchemaErrors):
        results.check(table().assign(surprise=1))


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    rows = pd.DataFrame(
        [
            {**ROW, "code": code, "note": note, "upper": upper}
            for code, note, upper in [("A", "", 2.0), ("B", 'with, "comma"', np.inf), ("ENG", "", np.nan)]
        ]
    )
    written = results.conform(rows)
    csv, parquet = results.write(written, tmp_path / "new")
    pd.testing.assert_frame_equal(results.read(parquet), written)
    assert results.read(parquet, ["B"])["code"].tolist() == ["B"]
    text = pd.read_csv(csv, dtype=dict.fromkeys(("indicator", "note"), "str"), keep_default_na=False)
    assert text["note"].tolist() == ["", 'with, "comma"', ""]
    assert text["upper"].astype(str).tolist() == ["2.0", "inf", ""]
    assert b"\r" not in csv.read_bytes()


def test_nothing_is_written_that_does_not_fit(tmp_path: Path) -> None:
    with pytest.raises(pandera.errors.SchemaErrors):
        results.write(table(verdict="terrible"), tmp_path / "new")
    assert not (tmp_path / "new").exists()


def test_the_data_dictionary_has_every_column() -> None:
    dictionary = results.data_dictionary()
    assert tuple(dictionary["column"]) == results.NAMES
    assert dictionary["description"].str.len().min() > 3
    by_column = dictionary.set_index("column")["values"]
    assert by_column["verdict"] == "adverse, favourable, equivalent, inconclusive, not_tested"
    assert by_column["status"] == ", ".join(results.STATUSES)


def test_names_and_notes_can_not_run_in_a_spreadsheet(tmp_path: Path) -> None:
    rows = pd.DataFrame(
        [{"year": 2025, "level": "organisation", "code": "RXX", "name": "=1+1", "note": "@SUM(1)"}]
    )
    csv, parquet = results.write(
        results.conform(rows.assign(status="not_submitted", indicator="1")), tmp_path
    )
    assert "'=1+1" in csv.read_text(encoding="utf-8")
    assert "'@SUM(1)" in csv.read_text(encoding="utf-8")
    assert results.read(parquet)["name"].to_list() == ["=1+1"]
