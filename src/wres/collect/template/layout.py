"""The layout of the return template, read from ``layout.yml`` and checked.

What stands where belongs in ``layout.yml``; how a layout is put on paper, in :mod:`.write`, and how its cells
are found again, in :mod:`.read`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterator, Mapping, Sequence
from functools import cache, cached_property
from importlib import resources
from itertools import product
from typing import Annotated, Any, Literal, NamedTuple, TypeVar

import yaml
from pydantic import BeforeValidator, Field, model_validator

from wres.definitions import Strict, definitions

Item = TypeVar("Item", bound=Hashable)
Place = tuple[str, ...]
Kind = Literal["text", "date", "year"]
PLACE = ("indicator", "measure", "staff_group", "category", "ethnicity")
MUST_BE_FILLED = ("organisation_code", "year")
WORD_OF = {
    "bands": "category",
    "medical_grades": "category",
    "board_roles": "category",
    "ethnic_groups": "ethnicity",
    "staff_groups": "staff_group",
}


def vocabulary(name: str) -> dict[str, str]:
    """Codes and labels of a vocabulary of the definitions.

    Raises
    ------
    ValueError
        If the definitions have no such vocabulary.
    """
    found = getattr(definitions(), name, None)
    if not isinstance(found, dict):
        raise ValueError(f"found the vocabulary '{name}'; expected one of definitions.yml")
    if name == "indicators":
        return {code: f"{code} {each.name}" for code, each in definitions().indicators.items()}
    return {code: str(getattr(each, "label", each)) for code, each in found.items()}


class Entry(Strict):
    """A row or column of counts: its label, and the words that it adds to the place of a count."""

    label: str
    indicator: str = ""
    measure: str = ""
    staff_group: str = ""
    category: str = ""
    ethnicity: str = ""
    is_total: bool = False


def _entries(axis: object) -> list[dict[str, Any]]:
    if not isinstance(axis, list):
        raise ValueError(f"found {axis!r}; expected a list of labels, of each and of total")
    return [entry for item in axis for entry in _expanded(item)]


def _expanded(item: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    if "each" in item:
        word = WORD_OF[item["each"]]
        yield from ({"label": label, word: code} for code, label in vocabulary(item["each"]).items())
    elif "total" in item:
        yield {"label": item["total"], "is_total": True}
    else:
        yield dict(item)


def parts_of(axis: Sequence[Entry], at: int) -> range:
    """The entries that a total adds up: all since the last one; of any other entry, the entry itself."""
    if not axis[at].is_total:
        return range(at, at + 1)
    totals = [number for number in range(at) if axis[number].is_total]
    return range(max(totals, default=-1) + 1, at)


Axis = Annotated[tuple[Entry, ...], BeforeValidator(_entries)]


class Input(Strict):
    """A value that is typed: which field it fills, its label, and what may be typed."""

    field: str
    label: str
    kind: Kind = "text"
    list: str = ""
    without: tuple[str, ...] = ()
    locked: bool = False


class Block(Strict):
    """What all blocks have: a title by which they are found, and guidance beside them."""

    title: str
    guidance: str = ""
    words: dict[str, str] = Field(default_factory=dict)


class Fields(Block):
    """One value a row."""

    form: Literal["fields"]
    fields: tuple[Input, ...]


class CountCell(NamedTuple):
    """A cell of counts: a figure, or the total of several.

    Attributes
    ----------
    row, column
        Where it is, counted from 0 within the block.
    places
        What it stands for, in the order of ``PLACE``; of a total, what each of its parts stands for.
    parts
        Rows and columns of the cells that it adds up; of a figure, its own.
    is_total
        Whether it is a total.
    """

    row: int
    column: int
    places: tuple[Place, ...]
    parts: tuple[tuple[int, int], ...]
    is_total: bool

    @property
    def place(self) -> Place:
        """What a figure stands for; of a total, what its first part does."""
        return self.places[0]


class Counts(Block):
    """People, by row and column."""

    form: Literal["counts"]
    corner: str
    rows: Axis
    columns: Axis

    @cached_property
    def cells(self) -> tuple[CountCell, ...]:
        """Every cell, row by row."""
        every = product(range(len(self.rows)), range(len(self.columns)))
        return tuple(self._cell(row, column) for row, column in every)

    def places(self) -> tuple[Place, ...]:
        """What each cell that is filled in stands for."""
        return tuple(cell.place for cell in self.cells if not cell.is_total)

    def _cell(self, row: int, column: int) -> CountCell:
        parts = tuple(product(parts_of(self.rows, row), parts_of(self.columns, column)))
        places = tuple(self._place(self.rows[r], self.columns[c]) for r, c in parts)
        is_total = self.rows[row].is_total or self.columns[column].is_total
        return CountCell(row, column, places, parts, is_total)

    def _place(self, row: Entry, column: Entry) -> Place:
        return tuple(
            getattr(column, word) or getattr(row, word) or self.words.get(word, "") for word in PLACE
        )


class Records(Block):
    """As many rows as are needed."""

    form: Literal["list"]
    table: Literal["actions", "notes"]
    columns: tuple[Input, ...]
    blank_rows: int


class Sheet(Strict):
    """A sheet: blocks below each other."""

    name: Annotated[str, Field(max_length=31)]
    blocks: tuple[Annotated[Fields | Counts | Records, Field(discriminator="form")], ...]


class Layout(Strict):
    """A workbook that organisations fill in."""

    title: str
    guidance: tuple[str, ...]
    lists: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    sheets: tuple[Sheet, ...]

    @property
    def blocks(self) -> tuple[Fields | Counts | Records, ...]:
        """All blocks of all sheets."""
        return tuple(block for sheet in self.sheets for block in sheet.blocks)

    @property
    def inputs(self) -> tuple[Input, ...]:
        """Everything that is typed apart from counts."""
        found: list[Input] = []
        for block in self.blocks:
            if not isinstance(block, Counts):
                found += block.fields if isinstance(block, Fields) else block.columns
        return tuple(found)

    def choices(self, each: Input) -> dict[str, str]:
        """Codes and labels of an input's drop-down list: the layout's own, or a vocabulary."""
        own = self.lists.get(each.list)
        labels = vocabulary(each.list) if own is None else {word: word for word in own}
        return {code: label for code, label in labels.items() if code not in each.without}

    @model_validator(mode="after")
    def _can_be_read_again(self) -> Layout:
        """Every label must lead to one cell, and every cell to one figure that a return may hold."""
        wrong = [f"the title '{title}' twice" for title in _repeated([b.title for b in self.blocks])]
        for block in self.blocks:
            axes = (block.rows, block.columns) if isinstance(block, Counts) else ()
            for axis in axes:
                wrong += [
                    f"'{label}' twice in '{block.title}'" for label in _repeated([e.label for e in axis])
                ]
        places = [place for block in self.blocks if isinstance(block, Counts) for place in block.places()]
        wrong += [f"two cells for {' '.join(place)}" for place in _repeated(places)]
        wrong += [
            f"a cell for {' '.join(place)}, which is no figure" for place in places if not _known(place)
        ]
        fields = [each.field for block in self.blocks if isinstance(block, Fields) for each in block.fields]
        wrong += [f"no field '{name}'" for name in MUST_BE_FILLED if name not in fields]
        for each in self.inputs:
            if each.list:
                self.choices(each)
        if wrong:
            raise ValueError(f"found {'; '.join(wrong)}; expected a layout that can be read again")
        return self


def _repeated(items: Sequence[Item]) -> list[Item]:
    return [item for item, times in Counter(items).items() if times > 1]


def _known(place: Place) -> bool:
    indicator, measure, staff_group, category, ethnicity = place
    known = definitions()
    return (
        indicator in known.indicators
        and measure in known.measures(indicator)
        and staff_group in known.staff_groups
        and category in known.categories(indicator)
        and ethnicity in {*known.ethnic_groups, *known.ethnic_categories}
    )


def load_layout(text: str) -> Layout:
    """Read and check a layout from the text of its declaration.

    Raises
    ------
    pydantic.ValidationError
        If it holds an unknown key, or labels and cells that could not be told apart again.
    """
    return Layout.model_validate(yaml.safe_load(text))


@cache
def layout() -> Layout:
    """The layout that the package ships."""
    return load_layout(resources.files(__package__).joinpath("layout.yml").read_text(encoding="utf-8"))
