"""The declaration of the return template, and that one which can't be read again is refused."""

from __future__ import annotations

from importlib import resources

import pytest
import yaml
from pydantic import ValidationError

from wres.collect.template.layout import Counts, layout, load_layout, parts_of, vocabulary

DECLARED = resources.files("wres.collect.template").joinpath("layout.yml").read_text(encoding="utf-8")


def counts(title: str) -> Counts:
    return next(
        block for block in layout().blocks if block.title.startswith(title) and isinstance(block, Counts)
    )


def test_what_the_return_asks_for() -> None:
    """Each band twice and each medical grade, applicants of three kinds twice, events, and four roles."""
    places = [place for block in layout().blocks if isinstance(block, Counts) for place in block.places()]
    assert len(places) == len(set(places)) == 3 * ((14 + 14 + 5) + 2 * 3 + 1 + 1 + 4)
    assert ("1", "headcount", "clinical", "8a", "bme") in places
    assert ("9", "board_members", "all", "voting_executive", "unknown") in places


def test_totals_add_up_everything_since_the_last_one() -> None:
    block = counts("Members of the board")
    assert [entry.label for entry in block.rows][-1] == "All members"
    parts = {(cell.row, cell.column): list(cell.parts) for cell in block.cells}
    assert parts[0, 3] == [(0, 0), (0, 1), (0, 2)]
    assert parts[4, 1] == [(0, 1), (1, 1), (2, 1), (3, 1)]
    assert len(parts[4, 3]) == 12
    assert parts[2, 1] == [(2, 1)]
    two_groups = [*block.columns, *block.columns]
    assert list(parts_of(two_groups, 7)) == [4, 5, 6]


def test_choices_are_words_of_the_definitions_or_the_layouts_own() -> None:
    by_field = {each.field: each for each in layout().inputs}
    assert layout().choices(by_field["type"])["acute"] == "Acute trust"
    assert list(layout().choices(by_field["region"])) == ["Y56", "Y58", "Y59", "Y60", "Y61", "Y62", "Y63"]
    assert layout().choices(by_field["status"])["Done"] == "Done"
    assert vocabulary("indicators")["9"] == "9 Board membership"


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("title: Applicants appointed", "title: Shortlisted applicants", "the title 'Shortlisted applicants"),
        ("measure: appointed", "measure: shortlisted", "two cells for 2 shortlisted all  white"),
        ("measure: appointed", "measure: applied", "which is no figure"),
        ("label: Of which non-clinical posts", "label: All posts", "'All posts' twice in 'Shortlisted"),
        ("field: year", "field: jahr", "no field 'year'"),
        ("list: status", "list: state", "found the vocabulary 'state'"),
        ("corner: Grade", "korner: Grade", "korner"),
        ("rows: [{each: board_roles}, {total: All members}]", "rows: all", "expected a list of labels"),
    ],
)
def test_layout_that_could_not_be_read_again(old: str, new: str, words: str) -> None:
    assert old in DECLARED
    with pytest.raises(ValidationError, match=words):
        load_layout(DECLARED.replace(old, new))


def test_every_guidance_is_there() -> None:
    assert all(block.guidance for block in layout().blocks)
    assert yaml.safe_load(DECLARED)["guidance"]
