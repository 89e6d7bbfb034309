"""Phrases are found as the regular expression of all of them would find them."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wres.publish.audit.phrases import Phrases

NAMES = {
    "Fen NHS Trust": "R1",
    "Fen NHS Trust North": "R2",
    "Band 8a": "8a",
    "R1": "R1",
    "<b>": "b",
    "_x": "x",
}


@pytest.mark.parametrize(
    ("text", "about", "left"),
    [
        ("FEN NHS TRUST had 4 people", ("R1",), "              had 4 people"),
        ("fen nhs trust north, band 8a: 3", ("8a", "R2"), "                   ,        : 3"),
        ("Fen NHS Trusts and R10", (), "fen nhs trusts and r10"),
        ("a<b> <b> _x", ("b", "x"), "a<b>       "),
        ("", (), ""),
    ],
)
def test_whole_words_are_found_the_longest_first(text, about, left):
    assert Phrases({"name": NAMES}).read(text, taken_out=["name"]) == ({"name": about}, left)


def test_kinds_are_found_side_by_side():
    phrases = Phrases({"name": {"Acute Trust": "R1"}, "type": {"Acute": "acute"}})
    assert phrases.read("Acute Trust 3", taken_out=["type"]) == (
        {"name": ("R1",), "type": ("acute",)},
        "      trust 3",
    )


@given(st.lists(st.sampled_from([*NAMES, *"aAb_ ,8\n", "Fen", "NHS", "Trust"]), max_size=12).map("".join))
def test_finds_what_an_expression_of_all_finds(text):
    longest = sorted(NAMES, key=len, reverse=True)
    every = re.compile("|".join(rf"(?<!\w){re.escape(name)}(?!\w)" for name in longest), re.IGNORECASE)
    codes = {name.casefold(): code for name, code in NAMES.items()}
    expected = {codes[found.casefold()] for found in every.findall(text)}
    about, _ = Phrases({"name": NAMES}).read(text, taken_out=[])
    assert set(about["name"]) == expected
