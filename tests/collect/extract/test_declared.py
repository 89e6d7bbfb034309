"""A declaration of headings and words can be read, or says why not."""

from __future__ import annotations

from importlib import resources
from pathlib import Path

import pytest

from wres.collect.extract.declared import DeclarationError, Words, declaration, load_declaration, plain
from wres.definitions import definitions

SHIPPED = resources.files("wres.collect.extract").joinpath("headings.yml").read_text(encoding="utf-8")


def codes(name: str) -> dict[str, str]:
    return dict(declaration().words[name].pairs)


def test_words_of_the_definitions_are_known_as_people_write_them() -> None:
    assert {codes("band")[word] for word in ("8a", "8A", "Band 8a", "BAND 8A", "band 8a")} == {"8a"}
    assert {codes("ethnicity")[word] for word in ("A", "a", "White - British", "A White - British")} == {"A"}
    assert codes("ethnicity")[""] == "99"
    assert codes("status")[""] == "in_post"


def test_finer_ethnic_codes_belong_to_their_first_letter() -> None:
    finer = [word for word in declaration().words["ethnicity"].words["C"] if len(word) == 2]
    assert {word[0] for word in finer} == {"C"}
    every = {word: code for word, code in codes("ethnicity").items() if len(word) == 2 and word.isupper()}
    assert all(word.startswith(code) for word, code in every.items())


def test_bands_stand_in_the_order_of_the_definitions() -> None:
    known = definitions()
    assert declaration().words["band"].codes == (*known.bands, *known.medical_grades)


@pytest.mark.parametrize(
    ("heading", "same"), [("Staff Group", "staff_group"), ("  ODS  code ", "ods code"), ("FTE", "fte")]
)
def test_plain_headings(heading: str, same: str) -> None:
    assert plain(heading) == plain(same)


@pytest.mark.parametrize(
    ("change", "to", "said"),
    [
        ("    bonus:", "    bnus:", "no column 'bonus' of staff"),
        ("    bonus:", "    bnus:", "the unknown column 'bnus' of staff"),
        ("[Bonus, Bonus Pay]", "[FTE]", "the heading 'fte' of staff for bonus and fte"),
        ("bank: [Bank,", "bank: [Locum,", "the word 'Locum' of contract for bank and employed"),
        ("      C: [C2,", "      CC: [C2,", "the unknown code 'CC' of ethnicity"),
        ("bank: [Bank,", "bnk: [Bank,", "no words for 'bank' of contract"),
        ("vocabularies: [staff_groups]", "vocabularies: [groups]", "found the vocabulary 'groups'"),
        ("files:", "file:", "Field required"),
        ("files:", "files: [", "no YAML"),
    ],
)
def test_what_can_not_be_queried_is_said(change: str, to: str, said: str) -> None:
    assert change in SHIPPED
    with pytest.raises(DeclarationError) as caught:
        load_declaration(SHIPPED.replace(change, to))
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_file_that_is_no_text(tmp_path: Path) -> None:
    path = tmp_path / "headings.yml"
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(DeclarationError, match="no UTF-8 text"):
        declaration(path)


def test_codes_in_order_each_once() -> None:
    words = Words(words={"b": ("x", "y"), "a": ("z",)}, blank="b")
    assert words.codes == ("b", "a")
