"""What the columns of an extract are called and what their words mean, read from its declaration.

Which headings lead to which column, and which words to which code, belongs here; what is counted from them, in
:mod:`.staff` and :mod:`.events`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from importlib import resources
from pathlib import Path

import yaml
from pydantic import Field, ValidationError, model_validator

from wres.collect.template.layout import vocabulary
from wres.definitions import Strict, definitions
from wres.params import ExtractKind

# The columns that the queries are written for.
OF_PEOPLE = frozenset({"organisation_code", "employee", "staff_group", "ethnicity", "contract"})
COLUMNS: dict[ExtractKind, frozenset[str]] = {
    "staff": OF_PEOPLE | {"band", "board_role", "status", "is_primary", "fte", "hourly_pay", "bonus"},
    "recruitment": frozenset({"organisation_code", "staff_group", "ethnicity", "shortlisted", "appointed"}),
    "disciplinary": OF_PEOPLE,
    "training": OF_PEOPLE,
}
ASKED_IN_SURVEYS = ("traveller", "arab")


def plain(text: str) -> str:
    """A heading without what doesn't matter: case, underscores, outer and repeated spaces."""
    return " ".join(text.replace("_", " ").casefold().split())


def _capitalised(word: str) -> set[str]:
    return {word, word.lower(), word.upper(), word.title(), word.capitalize()}


class Column(Strict):
    """A column of a file: its headings, any of which will do, and whether it must be there."""

    headings: tuple[str, ...]
    required: bool = False


class Words(Strict):
    """What the words of a column stand for."""

    vocabularies: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    blank: str | None = None
    words: dict[str, tuple[str, ...]] = Field(default_factory=dict)

    @property
    def pairs(self) -> Iterator[tuple[str, str]]:
        """Every word, as people capitalise it, with the code that it stands for; a word may come twice."""
        for name in self.vocabularies:
            for code, label in vocabulary(name).items():
                if code not in self.without:
                    ways = (code, label, f"{code} {label}", f"{code} - {label}")
                    yield from ((word, code) for way in ways for word in _capitalised(way))
        for code, others in self.words.items():
            yield from ((word, code) for other in others for word in _capitalised(other))
        if self.blank is not None:
            yield "", self.blank

    @property
    def codes(self) -> tuple[str, ...]:
        """Every code, in order."""
        return tuple(dict.fromkeys(code for _, code in self.pairs))


class Declaration(Strict):
    """The headings of each file and the words that stand in them."""

    files: dict[ExtractKind, dict[str, Column]]
    words: dict[str, Words]

    @model_validator(mode="after")
    def _can_be_queried(self) -> Declaration:
        """Every column and code that the queries name must be declared, and no word may mean two things."""
        wrong = [f"no file '{kind}'" for kind in COLUMNS if kind not in self.files]
        for kind, columns in self.files.items():
            wrong += [f"no column '{name}' of {kind}" for name in sorted(COLUMNS[kind] - columns.keys())]
            wrong += [
                f"the unknown column '{name}' of {kind}" for name in sorted(columns.keys() - COLUMNS[kind])
            ]
            wrong += _ambiguous(
                (f"the heading '{plain(heading)}' of {kind}", name)
                for name, column in columns.items()
                for heading in column.headings
            )
        for name, codes in _codes().items():
            words = self.words.get(name, Words())
            wrong += [f"no words for '{code}' of {name}" for code in codes if code not in words.codes]
            wrong += [f"the unknown code '{code}' of {name}" for code in words.codes if code not in codes]
            wrong += _ambiguous((f"the word '{word}' of {name}", code) for word, code in words.pairs)
        if wrong:
            raise ValueError("; ".join(wrong))
        return self


def _codes() -> dict[str, tuple[str, ...]]:
    """The codes that words must stand for, and no others."""
    known = definitions()
    return {
        "band": (*known.bands, *known.medical_grades),
        "staff_group": tuple(group for group in known.staff_groups if group != "all"),
        "ethnicity": tuple(code for code in known.ethnic_categories if code not in ASKED_IN_SURVEYS),
        "board_role": ("none", *known.board_roles),
        "status": ("in_post", "not_in_post"),
        "contract": ("employed", "bank", "not_employed"),
        "flag": ("yes", "no"),
    }


def _ambiguous(pairs: Iterator[tuple[str, str]]) -> Sequence[str]:
    meanings: dict[str, set[str]] = {}
    for word, meaning in pairs:
        meanings.setdefault(word, set()).add(meaning)
    return [f"{word} for {' and '.join(sorted(two))}" for word, two in meanings.items() if len(two) > 1]


class DeclarationError(Exception):
    """A declaration can't be read; the message says why."""


def load_declaration(text: str) -> Declaration:
    """Read and check a declaration from its text.

    Raises
    ------
    DeclarationError
        If a column or code that is needed is missing, or a word means two things.
    """
    try:
        return Declaration.model_validate(yaml.safe_load(text))
    except yaml.YAMLError as error:
        raise DeclarationError(f"no YAML: {str(error).splitlines()[0]}") from None
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise DeclarationError(f"{place}: {first['msg']}" if place else first["msg"]) from None


@cache
def declaration(path: Path | None = None) -> Declaration:
    """The declaration in a file; the one that the package ships, if no file is given.

    Raises
    ------
    DeclarationError
        If it can't be read, as :func:`load_declaration`.
    """
    own = resources.files(__package__).joinpath("headings.yml")
    try:
        return load_declaration((path or own).read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError):
        raise DeclarationError("no UTF-8 text") from None
