"""What reports say whatever their figures are: how they were made, and what an indicator is officially about.

The numbers in such sentences are settings and bands, and tell nothing that is hidden.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from wres.definitions import definitions
from wres.params import Publication
from wres.report import narrative
from wres.report.narrative.texts import sections

WORDS_BESIDE = 2
FEWEST_WORDS = 3
MARKS = re.compile(r"\*+|\{[^{}]*\}|\]\([^)]*\)|[\[\]]")
ALWAYS = (
    ("comparisons", "caption"),
    ("comparisons", "how to read"),
    ("comparisons", "how chosen"),
    ("national", "how verdicts are counted"),
    ("national", "policy tables"),
    ("notes", "unknown people"),
    ("parity", "note too few posts"),
    ("tables", "pay by group"),
)


def fixed_phrases(publication: Publication) -> list[str]:
    """The numbers of sentences that don't depend on figures, each with the words beside it."""
    rules = publication.disclosure
    said = [
        narrative.method_in_short(publication),
        *(narrative.within_practical_range(publication, ratios=ratios) for ratios in (True, False)),
        narrative.disclosure_rules(rules),
        *(sections()[section].sentences[name].text for section, name in ALWAYS),
        *(indicator.official for indicator in definitions().indicators.values()),
    ]
    return list(dict.fromkeys(phrase for text in said for phrase in _numbers_in(text)))


def _numbers_in(text: str) -> Iterator[str]:
    """Runs of words around numbers; a run never goes over a blank to fill in or a change of type."""
    for part in MARKS.split(text):
        words = part.split()
        near = {
            position
            for at, word in enumerate(words)
            if any(map(str.isdigit, word))
            for position in range(max(0, at - WORDS_BESIDE), min(len(words), at + WORDS_BESIDE + 1))
        }
        run: list[str] = []
        for position, word in enumerate(words):
            if position in near:
                run.append(word)
            if run and (position not in near or position == len(words) - 1):
                if len(run) >= FEWEST_WORDS:
                    yield " ".join(run).lstrip(":;,.) ")
                run = []
