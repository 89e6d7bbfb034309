"""Make ``reference.docx``, the styles of Word files, out of pandoc's own.

Run as ``python -m wres.publish.theme.make_reference`` after a change here; needs the ``dev`` extra.
"""

import subprocess
import zipfile
from io import BytesIO
from pathlib import Path
from typing import Any, NamedTuple

import docx
import pypandoc
from docx.document import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_TAB_ALIGNMENT
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm, Pt, RGBColor
from docx.styles.style import CharacterStyle, ParagraphStyle
from docx.text.paragraph import Paragraph

from wres.publish.theme import THEME

FONT = "Arial"
INK, QUIET, ACCENT, WHITE = "1B2330", "565E68", "12436D", "FFFFFF"
TINT, RULE, WARNING = "D9E3EC", "D3D8DE", "FFDD00"
TEXT_WIDTH = Mm(170)

BODY_SIZE, TABLE_SIZE = 10.5, 9


class Look(NamedTuple):
    """How a paragraph looks, sizes and spaces in points; None leaves it to the table around it."""

    size: float | None
    colour: str
    bold: bool | None
    before: float
    after: float


PARAGRAPHS = {
    "Body Text": Look(None, INK, None, 0, 6),
    "First Paragraph": Look(None, INK, None, 0, 6),
    "Compact": Look(None, INK, None, 2, 2),
    "Subtitle": Look(9.5, QUIET, False, 0, 6),
    "Title": Look(18, INK, True, 0, 6),
    "Heading 1": Look(15, INK, True, 18, 6),
    "Heading 2": Look(12, INK, True, 14, 4),
    "Heading 3": Look(10.5, INK, True, 10, 4),
    "Table Caption": Look(9, QUIET, False, 10, 3),
    "Image Caption": Look(9, QUIET, False, 2, 10),
    "Summary": Look(12, INK, False, 0, 6),
    "Note": Look(9, QUIET, False, 0, 6),
    "Finding": Look(None, INK, None, 6, 3),
    "Source Code": Look(9, INK, False, 0, 6),
    "Synthetic": Look(10, INK, True, 0, 10),
}
CHARACTERS = {  # name: colour, shading, bold
    "Verdict adverse": (WHITE, ACCENT, True),
    "Verdict inconclusive": (INK, WHITE, True),
    "Verdict equivalent": (INK, TINT, True),
    "Verdict favourable": (ACCENT, WHITE, True),
    "Verdict not-tested": (QUIET, WHITE, True),
    "Quiet": (QUIET, WHITE, False),
    "Hyperlink": (ACCENT, WHITE, False),
}
TABLE_STYLE = f"""
<w:style {nsdecls("w")} w:type="table" w:customStyle="1" w:styleId="Table">
  <w:name w:val="Table"/><w:basedOn w:val="TableNormal"/><w:qFormat/>
  <w:rPr><w:sz w:val="{2 * TABLE_SIZE}"/><w:szCs w:val="{2 * TABLE_SIZE}"/></w:rPr>
  <w:tblPr>
    <w:tblBorders>
      <w:bottom w:val="single" w:sz="4" w:color="{RULE}"/>
      <w:insideH w:val="single" w:sz="4" w:color="{RULE}"/>
    </w:tblBorders>
    <w:tblCellMar><w:left w:w="0" w:type="dxa"/><w:right w:w="115" w:type="dxa"/></w:tblCellMar>
  </w:tblPr>
  <w:trPr><w:cantSplit/></w:trPr>
  <w:tblStylePr w:type="firstRow">
    <w:rPr><w:b/></w:rPr>
    <w:tcPr>
      <w:tcBorders><w:bottom w:val="single" w:sz="8" w:color="{INK}"/></w:tcBorders><w:vAlign w:val="bottom"/>
    </w:tcPr>
  </w:tblStylePr>
</w:style>"""


def make(target: Path) -> None:
    """Write the reference document, the same bytes each time."""
    command = [pypandoc.get_pandoc_path(), "--print-default-data-file=reference.docx"]
    default = subprocess.run(command, capture_output=True, check=True).stdout  # noqa: S603 (pandoc's own wheel)
    document = docx.Document(BytesIO(default))
    _set_defaults(document)
    for name, look in PARAGRAPHS.items():
        _set_paragraph(_style(document, name, WD_STYLE_TYPE.PARAGRAPH), look)
    for name, (colour, shading, bold) in CHARACTERS.items():
        _set_character(_style(document, name, WD_STYLE_TYPE.CHARACTER), colour, shading, bold)
    styles = document.styles.element
    styles.replace(document.styles["Table"].element, parse_xml(TABLE_STYLE))
    _set_page(document)
    _save(document, target)


def _set_defaults(document: Document) -> None:
    properties = document.styles.element.find(f"./{qn('w:docDefaults')}/{qn('w:rPrDefault')}/{qn('w:rPr')}")
    properties.replace(
        properties.find(qn("w:rFonts")),
        parse_xml(f'<w:rFonts {nsdecls("w")} w:ascii="{FONT}" w:hAnsi="{FONT}" w:cs="{FONT}"/>'),
    )
    for size in ("w:sz", "w:szCs"):
        properties.find(qn(size)).set(qn("w:val"), str(int(2 * BODY_SIZE)))
    properties.find(qn("w:lang")).set(qn("w:val"), "en-GB")


def _style(document: Document, name: str, kind: WD_STYLE_TYPE) -> Any:
    names = [style.name for style in document.styles]
    return document.styles[name] if name in names else document.styles.add_style(name, kind)


def _set_character(style: CharacterStyle, colour: str, shading: str, bold: bool) -> None:
    style.font.bold = bold or None
    style.font.color.rgb = RGBColor.from_string(colour)
    if shading != WHITE:
        shade = parse_xml(f'<w:shd {nsdecls("w")} w:val="clear" w:color="auto" w:fill="{shading}"/>')
        style.element.get_or_add_rPr().append(shade)


def _set_paragraph(style: ParagraphStyle, look: Look) -> None:
    if style.element.rPr is not None:
        style.element.remove(style.element.rPr)
    style.font.name, style.font.size = FONT, look.size and Pt(look.size)
    style.font.bold, style.font.italic = look.bold, False
    style.font.color.rgb = RGBColor.from_string(look.colour)
    layout = style.paragraph_format
    layout.alignment, layout.space_before, layout.space_after = None, Pt(look.before), Pt(look.after)
    layout.keep_with_next = style.name.startswith(("Heading", "Table Caption", "Title", "Finding"))
    if style.name == "Synthetic":
        shade = parse_xml(f'<w:shd {nsdecls("w")} w:val="clear" w:color="auto" w:fill="{WARNING}"/>')
        style.element.get_or_add_pPr().append(shade)


def _set_page(document: Document) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = section.bottom_margin = Mm(20)
    section.top_margin = Mm(24)
    _add_fields(section.header.paragraphs[0], "SUBJECT", "\t", "COMMENTS")
    _add_fields(section.footer.paragraphs[0], "TITLE", "\t", "PAGE", " of ", "NUMPAGES")


def _add_fields(paragraph: Paragraph, *parts: str) -> None:
    """Fill a line with Word's fields, which each document's own properties then fill."""
    paragraph.paragraph_format.tab_stops.add_tab_stop(TEXT_WIDTH, WD_TAB_ALIGNMENT.RIGHT)
    for part in parts:
        if part.strip() in ("", "of"):
            run = paragraph.add_run(part)
            run.font.size = Pt(8.5)
        else:
            paragraph._p.append(parse_xml(
                f'<w:fldSimple {nsdecls("w")} w:instr="{part}"><w:r><w:rPr><w:sz w:val="17"/></w:rPr>'
                "<w:t></w:t></w:r></w:fldSimple>"
            ))  # fmt: skip


def _save(document: Document, target: Path) -> None:
    saved = BytesIO()
    document.save(saved)
    with zipfile.ZipFile(saved) as parts, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as fixed:
        for part in parts.namelist():
            fixed.writestr(zipfile.ZipInfo(part), parts.read(part), zipfile.ZIP_DEFLATED)


if __name__ == "__main__":
    make(THEME / "reference.docx")
