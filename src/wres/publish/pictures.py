"""Pictures for Word, made from the vector pictures of the other formats: a chart is laid out once.

What a chart shows, and how it is drawn, belongs in :mod:`wres.report`.
"""

from __future__ import annotations

import struct
import zlib
from functools import cache
from pathlib import Path

import typst

DOTS_PER_INCH = 144
_METRE = 39.3701  # inches
_HEADER = 33  # bytes of a PNG's signature and header


def add_pngs(folder: Path) -> None:
    """Add a PNG beside each SVG under a folder that has none.

    Parameters
    ----------
    folder
        Folder of figures; need not exist.
    """
    for svg in sorted(folder.rglob("*.svg")):
        png = svg.with_suffix(".png")
        if not png.exists():
            png.write_bytes(as_png(svg.read_bytes()))


def as_png(svg: bytes) -> bytes:
    """A vector picture as pixels, of the same size on paper.

    Parameters
    ----------
    svg
        A picture whose words are drawn as outlines.
    """
    page = b'#set page(width: auto, height: auto, margin: 0pt)\n#image(bytes(sys.inputs.svg), format: "svg")'
    given = {"svg": svg.decode()}
    return _with_size(
        typst.compile(page, format="png", ppi=DOTS_PER_INCH, font_paths=_no_fonts(), sys_inputs=given)
    )


@cache
def _no_fonts() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False)


def _with_size(png: bytes) -> bytes:
    """Say in a PNG how many dots make a metre, which word processors size it by."""
    dots = round(DOTS_PER_INCH * _METRE)
    chunk = b"pHYs" + struct.pack(">IIB", dots, dots, 1)
    said = struct.pack(">I", len(chunk) - 4) + chunk + struct.pack(">I", zlib.crc32(chunk))
    return png[:_HEADER] + said + png[_HEADER:]
