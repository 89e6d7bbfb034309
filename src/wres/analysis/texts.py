"""Words in tables, as categories: a million rows say few different things.

Columns of words, notes joined to notes, and tables stacked one under another belong here; what is said, with its
subject.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd
from pandas import CategoricalDtype as Categories

Texts: TypeAlias = "pd.Categorical[str]"
Column: TypeAlias = "pd.Series | Texts | npt.NDArray[Any]"
NUMBERS = "fiub"


def texts(given: Sequence[str] | Column) -> Texts:
    """A column of words, of any kind, as categories."""
    if isinstance(given, pd.Categorical):
        return given
    if isinstance(given, pd.Series) and isinstance(given.array, pd.Categorical):
        return given.array
    words = np.asarray(given)
    if (words == "").all():
        return constant("", len(words))
    codes, said = pd.factorize(words.astype(object))
    return pd.Categorical.from_codes(codes, categories=pd.Index(said, dtype="str"))


def constant(word: str, size: int) -> Texts:
    """A column that says the same in every row."""
    return pd.Categorical.from_codes(np.zeros(size, dtype=np.int8), dtype=_only(word))


@cache
def _only(word: str) -> Categories[str]:
    return Categories(pd.Index([word], dtype="str"))


def marked(marks: npt.NDArray[np.bool_], word: str) -> Texts:
    """A column with a word where there is a mark, and blank elsewhere."""
    return pd.Categorical.from_codes(marks.astype(np.int8), dtype=_either(word))


@cache
def _either(word: str) -> Categories[str]:
    return Categories(pd.Index(["", word], dtype="str"))


def constants(size: int, **words: str) -> dict[str, Texts]:
    """Columns that each say the same in every row."""
    return {name: constant(word, size) for name, word in words.items()}


def labelled(rows: pd.DataFrame, **words: str) -> pd.DataFrame:
    """Give every row the same words."""
    return rows.assign(**constants(len(rows), **words))


def joined_notes(first: Sequence[str] | Column, second: Sequence[str] | Column) -> Texts:
    """Merge two columns of notes row by row."""
    notes, more = texts(first), texts(second)
    own, others = (["", *column.categories.tolist()] for column in (notes, more))
    pairs, found = pd.factorize((notes.codes + 1) * np.int64(len(others)) + more.codes + 1)
    said = [divmod(int(pair), len(others)) for pair in found]
    merged = [_joined(own[note], others[other]) for note, other in said]
    return texts(merged)[pairs] if merged else constant("", 0)


def _joined(note: str, other: str) -> str:
    return merge_notes(note, other) if note and other else note or other


def merge_notes(*notes: str) -> str:
    """Join notes by "; ", leaving out blanks and repeats."""
    parts = [part.strip() for note in notes for part in note.split(";")]
    return "; ".join(dict.fromkeys(part for part in parts if part))


def stacked(tables: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Stack tables of any of the same columns; what is categories in one of them is so in the whole.

    Returns
    -------
    DataFrame
        Every column of any table, NaN where a table has none. Categories stand in the order of the alphabet.
    """
    columns = [dict(table.items()) for table in tables]
    sizes = [len(table) for table in tables]
    names = dict.fromkeys(name for own in columns for name in own)
    return pd.DataFrame(
        {name: _stacked_column([own.get(name) for own in columns], sizes) for name in names}, copy=False
    )


def _stacked_column(columns: Sequence[pd.Series | None], sizes: Sequence[int]) -> Column:
    given = [column for column in columns if column is not None]
    pieces = list(zip(columns, sizes, strict=True))
    if any(isinstance(column.dtype, Categories) for column in given):
        return stacked_texts([_nothing(size) if column is None else texts(column) for column, size in pieces])
    filled = [
        pd.Series(np.full(size, np.nan)) if column is None else column for column, size in pieces if size
    ]
    if filled and all(column.dtype.kind in NUMBERS for column in filled):
        return np.concatenate([column.to_numpy() for column in filled])
    return pd.concat(filled or given, ignore_index=True)


def _nothing(size: int) -> Texts:
    return pd.Categorical.from_codes(np.full(size, -1, dtype=np.int8), dtype=_only(""))


def stacked_texts(columns: Sequence[Texts]) -> Texts:
    """Put columns of words one under another; their categories stand in the order of the alphabet."""
    known = {id(column.categories): column.categories.to_numpy(object) for column in columns}
    words = sorted(set().union(*known.values()))
    place = {word: number for number, word in enumerate(words)}
    recoded = {key: np.array([*(place[word] for word in own), -1]) for key, own in known.items()}
    codes = np.concatenate([recoded[id(column.categories)][column.codes] for column in columns])
    return pd.Categorical.from_codes(codes, categories=pd.Index(words, dtype="str"))
