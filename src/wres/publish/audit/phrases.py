"""Finding known phrases in text, such as the names of hundreds of organisations, in one pass over its words."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from typing import NamedTuple

WORD = re.compile(r"\w+|[^\w\s]")


class Phrase(NamedTuple):
    """A phrase that may be found: of what kind it is, and what it stands for."""

    kind: str
    text: str
    meaning: str


class Phrases:
    """Phrases of several kinds, and what each of them stands for.

    A phrase is found where it stands as whole words, in capitals or not. Of phrases of a kind that begin at one place
    the longest is found, and none begins inside another.

    Parameters
    ----------
    kinds
        Of each kind, what each of its phrases stands for.
    """

    def __init__(self, kinds: Mapping[str, Mapping[str, str]]) -> None:
        self.kinds = tuple(kinds)
        every = [
            Phrase(kind, phrase.casefold(), meaning)
            for kind, meanings in kinds.items()
            for phrase, meaning in meanings.items()
        ]
        self._by_first_word: dict[str, list[Phrase]] = defaultdict(list)
        for phrase in sorted(every, key=lambda phrase: len(phrase.text), reverse=True):
            if first := WORD.match(phrase.text):
                self._by_first_word[first[0]].append(phrase)

    def read(self, text: str, taken_out: Collection[str]) -> tuple[dict[str, tuple[str, ...]], str]:
        """What a text is about, by kind, and the text in small letters without phrases of the kinds taken out."""
        folded = text.casefold()
        about: dict[str, set[str]] = {kind: set() for kind in self.kinds}
        left = list(folded)
        for start, phrase in self._places(folded):
            about[phrase.kind].add(phrase.meaning)
            if phrase.kind in taken_out:
                left[start : start + len(phrase.text)] = " " * len(phrase.text)
        return {kind: tuple(sorted(found)) for kind, found in about.items()}, "".join(left)

    def _places(self, folded: str) -> Iterator[tuple[int, Phrase]]:
        free_from = dict.fromkeys(self.kinds, 0)
        for word in WORD.finditer(folded):
            phrases = self._by_first_word.get(word[0])
            if phrases is None or (word.start() and _in_word(folded, word.start() - 1)):
                continue
            start = word.start()
            for phrase in phrases:
                end = start + len(phrase.text)
                if (
                    start >= free_from[phrase.kind]
                    and folded.startswith(phrase.text, start)
                    and not _in_word(folded, end)
                ):
                    yield start, phrase
                    free_from[phrase.kind] = end


def _in_word(text: str, position: int) -> bool:
    """Whether a letter, a digit or an underscore stands there."""
    return position < len(text) and (text[position].isalnum() or text[position] == "_")
