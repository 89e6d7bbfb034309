"""Whether the colours of a style sheet can be told apart: contrast by WCAG 2.2, success criterion 1.4.3."""

from __future__ import annotations

import re
from collections.abc import Iterator

ENOUGH_FOR_TEXT, ENOUGH_FOR_MARKS = 4.5, 3.0
WHITE = "#ffffff"
# Text or mark, what it stands on, and how much contrast it needs.
PAIRS = (
    ("ink", WHITE, ENOUGH_FOR_TEXT),
    ("quiet", WHITE, ENOUGH_FOR_TEXT),
    ("link", WHITE, ENOUGH_FOR_TEXT),
    ("accent", WHITE, ENOUGH_FOR_TEXT),
    ("ink", "tint", ENOUGH_FOR_TEXT),
    ("ink", "warning", ENOUGH_FOR_TEXT),
)
_VARIABLE = re.compile(r"--([\w-]+):\s*(#[0-9a-fA-F]{3,6})\s*;")


def luminance(colour: str) -> float:
    """Relative luminance of a colour such as ``#12436d``, from 0 (black) to 1 (white).

    As defined by WCAG 2.2.
    """
    digits = colour.removeprefix("#")
    digits = "".join(2 * digit for digit in digits) if len(digits) == 3 else digits
    parts = [int(digits[start : start + 2], 16) / 255 for start in (0, 2, 4)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours, from 1 to 21."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def check_palette(style: str) -> Iterator[str]:
    """Say which colours of a style sheet have too little contrast.

    Parameters
    ----------
    style
        A style sheet that names its colours as variables, as ``wres.css`` does.
    """
    colours = dict(_VARIABLE.findall(style))
    for front, back, enough in PAIRS:
        shown, behind = colours.get(front), colours.get(back, back)
        if shown is None or not behind.startswith("#"):
            yield f"the style sheet lacks the colour {front} or {back}"
        elif contrast(shown, behind) < enough:
            yield f"contrast of {front} on {back} is {contrast(shown, behind):.1f}; expected {enough} or more"
