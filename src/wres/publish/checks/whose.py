"""Whose page it is: which organisations a report must not name, and which of them it does."""

from __future__ import annotations

import re
from collections.abc import Mapping

import pandas as pd

# National bodies are cited as sources on many pages; their name there says nothing about whose page it is.
CITED = re.compile(r"^NHS (England|Digital|Improvement)\b|^Health Education England\b")
_CODE = re.compile(r"\b[A-Z0-9]{3,6}\b")


def strangers(organisations: pd.DataFrame, code: str) -> dict[str, str]:
    """Codes and names of all organisations that the report on one of them has no reason to name.

    Its own integrated care board, what was merged into it and what it was merged into may stand there.

    Parameters
    ----------
    organisations
        The organisations table.
    code
        The organisation that the report is about.
    """
    table = organisations.set_index("organisation_code")
    own = table.loc[code]
    related = {code, own["successor"], own["icb_code"], *table.index[table["successor"].eq(code)]}
    return {
        str(other): str(name)
        for other, name in table["organisation"].items()
        if other not in related and name not in own["organisation"] and not CITED.match(name)
    }


def letters(text: str) -> str:
    """The letters and digits of a text: renderers set its quotation marks, dashes and spaces in their own way."""
    return "".join(sign for sign in text if sign.isalnum())


def named(others: Mapping[str, str], text: str) -> list[str]:
    """Say which of these organisations stand in a text, by name or by code."""
    codes, said = set(_CODE.findall(text)), letters(text)
    return [
        f"names another organisation: {name} ({code})"
        for code, name in others.items()
        if letters(name) in said or code in codes
    ]
