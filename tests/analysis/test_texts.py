import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wres.analysis.texts import constant, joined_notes, labelled, merge_notes, stacked, texts

NOTES = st.lists(st.sampled_from(["", "sparse", "few organisations", "sparse; borderline"]), max_size=9)


def test_notes_are_joined_once_each() -> None:
    assert merge_notes("a; b", "", "b; c") == "a; b; c"
    assert merge_notes("", "") == ""
    assert joined_notes(["a", "", "a", "a", ""], ["b", "", "", "a; c", "b"]).tolist() == [
        "a; b",
        "",
        "a",
        "a; c",
        "b",
    ]


@given(NOTES, NOTES)
def test_notes_of_columns_are_joined_as_those_of_rows_are(first: list[str], second: list[str]) -> None:
    size = min(len(first), len(second))
    pairs = list(zip(first[:size], second[:size], strict=True))
    assert joined_notes(first[:size], second[:size]).tolist() == [merge_notes(*pair) for pair in pairs]


def test_a_missing_note_is_blank() -> None:
    assert joined_notes(pd.Categorical([None, "a", None]), ["b", "b", ""]).tolist() == ["b", "a; b", ""]


@pytest.mark.parametrize("kind", [list, np.array, pd.Series, pd.Categorical])
def test_texts_of_any_kind_become_categories(kind: type) -> None:
    for words in (["b", "a", "b"], ["", "", ""]):
        assert texts(kind(words)).tolist() == words
    assert texts(pd.Series(["b", "a"], dtype="category")).tolist() == ["b", "a"]


def test_constants_fill_their_column() -> None:
    assert constant("BME", 3).tolist() == ["BME", "BME", "BME"]
    assert labelled(pd.DataFrame({"x": [1, 2]}), group="white").to_dict("list") == {
        "x": [1, 2],
        "group": ["white", "white"],
    }


def test_stacked_tables_hold_the_columns_of_all_and_nothing_where_one_has_none() -> None:
    first = pd.DataFrame({"year": [2024], "code": pd.Categorical(["B"]), "value": [1.5]})
    second = pd.DataFrame({"year": [2025, 2025], "code": ["A", "C"], "sparse": [True, False]})
    whole = stacked([first, second])
    assert whole["code"].cat.categories.tolist() == ["A", "B", "C"]
    expected = pd.concat([first.astype({"code": "str"}), second], ignore_index=True)
    pd.testing.assert_frame_equal(
        whole.astype({"code": "str", "sparse": "object"}),
        expected.astype({"code": "str"}),
        check_dtype=False,
    )


def test_an_empty_table_adds_its_columns_alone() -> None:
    empty = pd.DataFrame({"value": pd.Series([], dtype="float64"), "note": pd.Series([], dtype="str")})
    whole = stacked([empty, pd.DataFrame({"year": [2024]})])
    assert whole.columns.tolist() == ["value", "note", "year"]
    assert whole["year"].tolist() == [2024]
    assert whole[["value", "note"]].isna().all(axis=None)
