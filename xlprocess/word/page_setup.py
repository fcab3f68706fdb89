"""The page of a printed report: its size, its styles and fonts, its number, and nothing of the template's own."""

from __future__ import annotations

import datetime as dt
from typing import Any

from docx.enum.section import WD_ORIENT
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt

from xlprocess.word.marks import BEHIND, CAPTION, COVER, DERIVED, NOTE, SECTION, TEXT, VALUE

_SONG, _FANG, _HEI = "宋体", "仿宋", "黑体"
_CREATED = dt.datetime(2022, 1, 1)


def set_up(file: Any, title: str, check_code: str | None = None) -> None:
    """Makes an empty document of python-docx the page of a report. `check_code` stands at the foot of each page."""
    section = file.sections[0]
    section.orientation, section.page_width, section.page_height = WD_ORIENT.PORTRAIT, Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2.5)
    section.top_margin = section.bottom_margin = Cm(2.5)
    _font(file.styles["Normal"], _SONG, 10.5)
    for name, font, size in ((SECTION, _HEI, 14), (CAPTION, _HEI, 14), (TEXT, _FANG, 14), (NOTE, _SONG, 9), (COVER, _FANG, 16)):
        _font(file.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH), font, size)
    for name in (DERIVED, BEHIND, VALUE):
        file.styles.add_style(name, WD_STYLE_TYPE.CHARACTER)
    text = file.styles[TEXT].paragraph_format
    text.first_line_indent, text.line_spacing, text.space_after = Pt(28), Pt(26), Pt(0)
    for name in (SECTION, CAPTION):
        spacing = file.styles[name].paragraph_format
        spacing.keep_with_next, spacing.space_before, spacing.space_after = True, Pt(12), Pt(6)
    file.styles[COVER].paragraph_format.space_after = Pt(14)
    properties = file.core_properties
    properties.title, properties.author, properties.comments = title, "", ""
    properties.created = properties.modified = _CREATED
    _page_number(section.footer.paragraphs[0])
    if check_code is not None:
        paragraph = section.footer.add_paragraph(style=NOTE)
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        paragraph.add_run(f"校验码：{check_code}")
    for rels in (file.part.package.rels, file.part.rels):  # a picture and a bibliography come with the library's empty document
        for key in [k for k, r in rels.items() if r.reltype.rpartition("/")[2] in ("thumbnail", "customXml")]:
            del rels[key]


def _font(style: Any, name: str, size: float) -> None:
    style.font.name, style.font.size = "Times New Roman", Pt(size)
    style.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), name)


def _page_number(paragraph: Any) -> None:
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), "PAGE")
    paragraph._p.append(field)
