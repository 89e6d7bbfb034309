"""Free text as it is read by eye: marks that turn its direction and control characters are taken out.

A name that ends in a right-to-left mark would turn whatever is printed after it. How text is kept from being read
as mark-up or as a formula belongs where it is written.
"""

from __future__ import annotations

import re

import pandas as pd

FREE_TEXT = ("organisation", "icb", "note", "source", "action", "owner", "due")
UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]")


def plain_text(text: str) -> str:
    """Text without what can't be seen; line breaks and tabs stay."""
    return UNSEEN.sub("", text)


def in_plain_text(table: pd.DataFrame) -> pd.DataFrame:
    """A tidy table with its free text plain; each different text is looked at once."""
    columns = [name for name in FREE_TEXT if name in table]
    plain = {name: {text: plain_text(text) for text in table[name].unique()} for name in columns}
    changed = {name: words for name, words in plain.items() if any(a != b for a, b in words.items())}
    return table.assign(**{name: table[name].map(words) for name, words in changed.items()})
