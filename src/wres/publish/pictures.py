"""Pictures for Word, made from the vector pictures of the other formats: a chart is laid out once.

What a chart shows, and how it is drawn, belongs in :mod:`wres.report`.
"""

from __future__ import annotations

import json
import struct
import zlib
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import typst

DOTS_PER_INCH = 144
_METRE = 39.3701  # inches
_HEADER = 33  # bytes of a PNG's signature and header
PAGES = b"""
#set page(width: auto, height: auto, margin: 0pt)
#let pictures = json(bytes(sys.inputs.svgs)).map(svg => image(bytes(svg), format: "svg"))
#pictures.join(pagebreak())
"""


def add_pngs(folder: Path) -> None:
    """Add a PNG beside each SVG under a folder that has none.

    Parameters
    ----------
    folder
        Folder of figures; need not exist.
    """
    alone = [svg for svg in sorted(folder.rglob("*.svg")) if not svg.with_suffix(".png").exists()]
    for svg, png in zip(alone, as_pngs([each.read_text(encoding="utf-8") for each in alone]), strict=True):
        svg.with_suffix(".png").write_bytes(png)


def as_pngs(svgs: Sequence[str]) -> list[bytes]:
    """Vector pictures as pixels, each of the same size on paper.

    Parameters
    ----------
    svgs
        Pictures whose words are drawn as outlines.
    """
    if not svgs:
        return []
    made = typst.compile(
        PAGES, format="png", ppi=DOTS_PER_INCH, font_paths=_no_fonts(), sys_inputs={"svgs": json.dumps(svgs)}
    )
    return [_with_size(png) for png in ([made] if isinstance(made, bytes) else made)]


@cache
def _no_fonts() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False)


def _with_size(png: bytes) -> bytes:
    """Say in a PNG how many dots make a metre, which word processors size it by."""
    dots = round(DOTS_PER_INCH * _METRE)
    chunk = b"pHYs" + struct.pack(">IIB", dots, dots, 1)
    said = struct.pack(">I", len(chunk) - 4) + chunk + struct.pack(">I", zlib.crc32(chunk))
    return png[:_HEADER] + said + png[_HEADER:]
