"""Sheets to fill in and import: headings that are understood, cells that stay text, choices offered in their cells."""

from io import BytesIO
from typing import NamedTuple

from openpyxl import Workbook
from openpyxl.styles import Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

LINES_READY = 2000
"""Rows that are prepared: their cells are text, so that no code is turned into a number."""

Headings = dict[str, tuple[str, ...]]
"""Headings, with the choices where there are any."""


class Template(NamedTuple):
    """A sheet to be filled in."""

    title: str
    headings: Headings
    needed: frozenset[str]


TEMPLATES = {
    "places": Template(
        "地点",
        {
            "编码": (),
            "类型": ("社区", "网格", "楼院", "楼栋", "住户"),
            "名称": (),
            "上级": (),
            "老旧": ("是", "否"),
            "四至": (),
        },
        frozenset({"编码", "类型", "名称", "上级"}),
    ),
    "people": Template(
        "人员",
        {
            "编号": (),
            "姓名": (),
            "出生日期": (),
            "性别": ("男", "女", "未知"),
            "住户编码": (),
            "电话": (),
            "职务": ("社区书记", "网格长", "楼栋长", "条线负责人"),
            "任职地点": (),
            "条线": ("治安", "调解", "普法", "帮教", "巡逻", "安全"),
            "任期开始": (),
            "任期结束": (),
        },
        frozenset({"姓名"}),
    ),
}


def template(told: Template) -> bytes:
    """The sheet as an xlsx file; headings that must be filled are marked with a star."""
    book = Workbook()
    page = book.active
    assert page is not None
    page.title, page.freeze_panes = told.title, "A2"
    for number, (heading, choices) in enumerate(told.headings.items(), 1):
        letter = get_column_letter(number)
        cell = page.cell(1, number, f"{heading}*" if heading in told.needed else heading)
        cell.font, cell.fill = Font(bold=True), PatternFill("solid", start_color="FFF3E1E0")
        page.column_dimensions[letter].width = 24 if heading in ("编码", "上级", "住户编码", "任职地点") else 14
        for row in range(2, LINES_READY + 2):
            page.cell(row, number).number_format = "@"
        if choices:
            offered = DataValidation(type="list", formula1=f'"{",".join(choices)}"', allow_blank=True)
            offered.error, offered.errorTitle = f"请从列表中选择：{'、'.join(choices)}", heading
            page.add_data_validation(offered)
            offered.add(f"{letter}2:{letter}{LINES_READY + 1}")
    written = BytesIO()
    book.save(written)
    return written.getvalue()
