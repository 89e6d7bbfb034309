"""Filled templates for tests: one organisation's return, and how people and programs change it."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pandas as pd
from openpyxl.workbook import Workbook

from wres.collect.template.layout import Counts, layout
from wres.collect.template.write import write_return

RXY = {"organisation_code": "RXY", "organisation": "Example NHS Trust", "type": "acute", "region": "Y56"}
COLUMNS = ["indicator", "measure", "staff_group", "category", "ethnicity", "count"]


def returns() -> pd.DataFrame:
    """A count for every cell of the layout, all different."""
    blocks = [block for block in layout().blocks if isinstance(block, Counts)]
    places = [place for block in blocks for place in block.places()]
    return pd.DataFrame([(*place, n) for n, place in enumerate(places, start=1)], columns=COLUMNS)


def filled(path: Path, **more: object) -> Path:
    """The return of RXY for 2025."""
    write_return(path, RXY, 2025, **{"returns": returns(), "fields": {"submitted": "31/08/2025"}, **more})
    return path


def edited(path: Path, edit: Callable[[Workbook], None]) -> Path:
    """A workbook that somebody changed; formulas lose their last values."""
    book = openpyxl.load_workbook(path)
    edit(book)
    book.save(path)
    return path


def with_xml(path: Path, change: Callable[[str, str], str]) -> Path:
    """A workbook whose parts were changed as text; formulas keep their last values."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name).decode() for name in archive.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name, change(name, text))
    return path


def as_libreoffice_saves_it(name: str, text: str) -> str:
    """Types on every cell, marked formulas, no dimension, a formatted row at the very end of each sheet."""
    if not name.startswith("xl/worksheets/"):
        return text
    text = re.sub(r"<dimension [^>]*>", "", text)
    text = re.sub(r'(<c r="[A-Z]+[0-9]+"( s="[0-9]+")?)><v>', r'\1 t="n"><v>', text)
    text = text.replace("<f>", '<f aca="false">')
    last = '<row r="1048576" customFormat="false" ht="12.8" hidden="false"><c r="A1048576" s="1"/></row>'
    return text.replace("</sheetData>", f"{last}</sheetData>")
