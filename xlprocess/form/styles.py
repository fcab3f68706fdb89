"""How the workbook looks: one place for fonts, colours, borders and number formats."""

from __future__ import annotations

from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.format import Format

from xlprocess.form.layout import Role
from xlprocess.form.model import Field

SONG, HEI = "宋体", "黑体"
LINE_COLOUR = "#7F7F7F"
COMPUTED = "#F0F0F0"
HEAD_FILL = "#E4EAF1"
MUTED = "#8C8C8C"
LINK_COLOUR = "#1F4E9E"
SEVERITY_FILL = {"错误": "#F8CBC6", "警告": "#FFE4A8", "提示": "#CFE2F7", "已填": "#D5EBD0"}
"""The highlights of cells that the sheet 检查结果 lists, the gravest first."""
CONTROL_COLOUR = {"差": "#C00000", "应为": "#C00000", "未填": "#B45F06"}

Properties = dict[str, Any]

BASE: Properties = {"font_name": SONG, "font_size": 10.5, "valign": "vcenter"}
BORDER: Properties = {"border": 1, "border_color": LINE_COLOUR}
ROLES: dict[Role, Properties] = {
    "title": {"font_name": HEI, "font_size": 16, "align": "center"},
    "subtitle": {"font_color": "#404040", "text_wrap": True},
    "caption": {"font_name": HEI, "font_size": 11},
    "unit": {"align": "right", "font_size": 10},
    "head": {**BORDER, "bg_color": HEAD_FILL, "align": "center", "text_wrap": True},
    "derived_head": {**BORDER, "bg_color": COMPUTED, "align": "center", "text_wrap": True},
    "label": {**BORDER, "bg_color": HEAD_FILL, "align": "center", "text_wrap": True},
    "section": {**BORDER, "bg_color": HEAD_FILL, "font_name": HEI, "indent": 1},
    "group": {**BORDER, "bg_color": HEAD_FILL, "align": "center", "text_wrap": True},
    "name": {**BORDER, "text_wrap": True, "locked": False, "indent": 1, "num_format": "@"},
    "fixed_name": {**BORDER, "text_wrap": True, "indent": 1},
    "absent": {**BORDER, "align": "center", "font_color": MUTED},
    "summary": {**BORDER, "text_wrap": True, "indent": 1, "bg_color": COMPUTED, "font_name": HEI},
    "hint": {"font_size": 8, "font_color": MUTED, "bg_color": "#F7F7F7", "bottom": 1, "left": 1, "right": 1,
             "border_color": LINE_COLOUR, "indent": 1},
    "total": {**BORDER, "bg_color": COMPUTED, "align": "center", "font_name": HEI},
    "control_head": {"font_size": 9, "font_color": MUTED, "align": "center", "text_wrap": True},
    "control_name": {"font_size": 8, "font_color": MUTED, "align": "right"},
    "box": {"valign": "top", "indent": 1, "border_color": LINE_COLOUR},
    "box_sign": {"border_color": LINE_COLOUR},
    "box_date": {"align": "right", "indent": 2, "border_color": LINE_COLOUR},
    "foot": {"indent": 1},
    "stamp": {"align": "right", "font_color": MUTED, "font_size": 9},
}  # fmt: skip
NUMBER_FORMATS = {
    "money": "#,##0.00####_ ",
    "rate": "0.00%_ ",
    "year": "0",
    "date": 'yyyy"年"m"月"d"日"',
    "text": "@",
}
ALIGN = {"money": "right", "rate": "right", "longtext": "left", "text": "left"}


class Styles:
    """Formats of one workbook, made when first asked for."""

    def __init__(self, book: Workbook) -> None:
        self._book = book
        self._made: dict[tuple[tuple[str, Any], ...], Format] = {}

    def get(self, **properties: Any) -> Format:
        key = tuple(sorted({**BASE, **properties}.items()))
        if key not in self._made:
            self._made[key] = self._book.add_format(dict(key))
        return self._made[key]

    def role(self, role: Role, **more: Any) -> Format:
        return self.get(**{**ROLES[role], **more})

    def field(self, field: Field, computed: bool, wide: bool, **more: Any) -> Format:
        """A field's cell: white where somebody fills it, light grey where a formula stands; what we derive is
        locked."""
        properties: Properties = {
            **BORDER,
            "locked": field.kind == "derived",
            "text_wrap": field.type in ("text", "longtext"),
        }
        centred = wide or field.choices or field.measure
        properties["align"] = "center" if centred and field.type != "longtext" else ALIGN.get(field.type, "center")
        if properties["align"] == "left":
            properties["indent"] = 1
        if field.type == "longtext":
            properties["valign"] = "top"
        if field.is_number:
            properties["shrink"] = True  # rather small than #### when somebody types yuan
        if field.type in NUMBER_FORMATS:
            properties["num_format"] = NUMBER_FORMATS[field.type]
        if computed:
            properties["bg_color"] = COMPUTED
        return self.get(**{**properties, **more})

    def stamp(self) -> Format:
        """A cell of ours that belongs to no field."""
        return self.get(num_format="@", indent=1, font_color="#404040")

    def control(self, small: bool) -> Format:
        return self.get(font_size=8 if small else 9, align="right" if small else "center", font_color="#7F7F7F")

    def highlight(self, colour: str) -> Format:
        """A fill for a conditional format: it changes nothing else of the cell."""
        key = (("highlight", colour),)
        if key not in self._made:
            self._made[key] = self._book.add_format({"bg_color": colour})
        return self._made[key]

    def marked(self, colour: str) -> Format:
        """A control cell that is not 平."""
        key = (("marked", colour),)
        if key not in self._made:
            self._made[key] = self._book.add_format({"font_color": colour, "bold": True})
        return self._made[key]

    def listed(self, style: str) -> Format:
        """A cell of the sheet 检查结果."""
        match style:
            case "title":
                return self.role("title")
            case "subtitle":
                return self.get(align="center", font_color="#404040")
            case "head":
                return self.role("head")
        return self.get(text_wrap=True)
