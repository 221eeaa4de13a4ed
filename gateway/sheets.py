"""Lists as xlsx files that open right in Excel and WPS: codes stay text, the header is frozen, no cell computes."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from io import BytesIO
from typing import Any, Literal

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
Kind = Literal["text", "number", "percent", "day", "moment"]

LONGEST = 32_767
"""Characters in a cell; Excel takes no more."""

CHINA = timezone(timedelta(hours=8))

_FORMATS: dict[str, str] = {
    "text": "@",
    "number": "General",
    "percent": "0.0%",
    "day": "yyyy-mm-dd",
    "moment": "yyyy-mm-dd hh:mm",
}
_UNWRITABLE = dict.fromkeys([*range(9), 11, 12, *range(14, 32)])


@dataclass(frozen=True)
class Column:
    """A column: its heading, what stands in it, as what it is written, and how wide it is in characters."""

    heading: str
    value: Callable[[Mapping[str, Any]], Any]
    kind: Kind = "text"
    width: int = 16


def sheet(title: str, columns: list[Column], rows: Iterable[Mapping[str, Any]]) -> bytes:
    """The rows as an xlsx file with one sheet. Rows are taken as they come and kept nowhere else."""
    book = Workbook(write_only=True)
    page = book.create_sheet(title[:31])
    page.freeze_panes = "A2"
    for number, column in enumerate(columns, 1):
        page.column_dimensions[get_column_letter(number)].width = column.width
    page.append([_heading(page, column.heading) for column in columns])
    count = 1
    try:
        for row in rows:
            page.append([_cell(page, column, row) for column in columns])
            count += 1
    except BaseException:
        page.close()  # or what was written so far stays open until somebody collects it
        raise
    page.auto_filter.ref = f"A1:{get_column_letter(len(columns))}{count}"
    written = BytesIO()
    book.save(written)
    return written.getvalue()


def _heading(page: Any, said: str) -> WriteOnlyCell:
    cell = WriteOnlyCell(page, value=said)
    cell.font, cell.alignment = Font(bold=True), Alignment(vertical="center")
    cell.fill = PatternFill("solid", start_color="FFF3E1E0")
    return cell


def _cell(page: Any, column: Column, row: Mapping[str, Any]) -> WriteOnlyCell:
    cell = WriteOnlyCell(page, value=_written(column.value(row), column.kind))
    cell.number_format = _FORMATS[column.kind]
    if column.kind == "text":
        # What begins like a formula is text to Excel too, and stays so when somebody edits it.
        cell.data_type, cell.quotePrefix = ("s", True) if cell.value else ("n", False)
        cell.alignment = Alignment(vertical="top", wrap_text=column.width >= 30)
    return cell


def _written(value: Any, kind: Kind) -> Any:
    if value is None or value == "":
        return None
    if kind in ("number", "percent"):
        return value
    if kind == "day":
        return date.fromisoformat(value) if isinstance(value, str) else value
    if kind == "moment":
        at = datetime.fromisoformat(value) if isinstance(value, str) else value
        return at.astimezone(CHINA).replace(tzinfo=None)  # Excel knows no zones
    said = "、".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
    return said.translate(_UNWRITABLE)[:LONGEST]
