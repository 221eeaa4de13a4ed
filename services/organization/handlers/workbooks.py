"""Reading workbooks. An xlsx file is a packed folder of XML, and whoever made it may have meant to harm its reader."""

import io
import zipfile
import zlib
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any
from xml.etree.ElementTree import ParseError

from defusedxml.common import DefusedXmlException  # openpyxl reads with defusedxml where that is there

from contracts.errors import words
from contracts.organization.errors import FileUnreadable

MOST_PARTS = 1000
"""Files in the folder; a workbook of one sheet has about ten."""

MOST_UNPACKED = 100_000_000
"""Bytes in all of them; a hundred thousand rows of ours need a fifth."""

MOST_RATIO = 150
"""How many times as large as the packed file they may be; the lists of communities are at most thirty."""

SMALL = 1_000_000
"""Bytes that may be packed as tightly as they like."""

MOST_LINES, MOST_COLUMNS = 1_048_576, 256
"""Lines of a sheet, as in Excel; columns of it that are looked at. A cell far away has all before it made up."""

EXACT = 10**15
"""Numbers from here on have more digits than a spreadsheet keeps: an identity card, a long code."""

Line = tuple[int, list[str]]


def xlsx_lines(content: bytes) -> Iterator[Line]:
    """The lines of the first sheet, with their numbers. Raises `FileUnreadable`."""
    # A tenth of the process's memory, and most processes never import a spreadsheet.
    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        _check_packed(content)
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        sheet = book.worksheets[0]
        sheet.reset_dimensions()
        for number, cells in enumerate(sheet.iter_rows(max_col=MOST_COLUMNS, values_only=True), start=1):
            if number > MOST_LINES:
                raise _too_large()
            if cells.count(None) < len(cells):
                yield number, [_cell(cell) for cell in cells]
    except DefusedXmlException as error:
        raise unreadable("xlsx 文件里有不该有的内容", "holds what no xlsx file holds") from error
    # All that openpyxl was seen to raise over files that are no workbooks, or broken ones.
    except (
        zipfile.BadZipFile,
        zlib.error,
        InvalidFileException,
        ParseError,
        LookupError,
        ValueError,
        TypeError,
        AttributeError,
        EOFError,
        OverflowError,
        RuntimeError,
    ) as error:
        raise unreadable("xlsx 文件已损坏", "is a broken xlsx file") from error


def xls_lines(content: bytes) -> Iterator[Line]:
    """The lines of the first sheet of a file as Excel wrote it until 2003. Raises `FileUnreadable`."""
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        sheet = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0)
        if sheet.width > MOST_COLUMNS:
            raise _too_large()
        for number, cells in enumerate(sheet.iter_rows(), start=1 + (sheet.start[0] if sheet.start else 0)):
            yield number, [_cell(cell) for cell in cells]
    except (CalamineError, LookupError, ValueError, OSError) as error:
        raise unreadable("xls 文件已损坏", "is a broken xls file") from error


def unreadable(zh: str, en: str) -> FileUnreadable:
    """The refusal of the file."""
    return FileUnreadable(fields={"file": [words(zh, en)]})


def trimmed(text: str) -> str:
    """What stands in a cell, without what cannot be seen around it."""
    return text.strip(" \t\r\n\u3000\ufeff\xa0")


def _check_packed(content: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        parts = packed.infolist()
    if len(parts) > MOST_PARTS:
        raise _too_large()
    # Sizes are what the file itself says; no part is read further than it says.
    unpacked = sum(part.file_size for part in parts)
    if unpacked > min(MOST_UNPACKED, max(SMALL, MOST_RATIO * len(content))):
        raise _too_large()
    if any(part.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) for part in parts):
        raise zipfile.BadZipFile


def _too_large() -> FileUnreadable:
    return unreadable("文件太大", "is too large")


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, int | float) and abs(value) >= EXACT:
        return f"{value:.6E}"  # its last digits are lost: it is refused for what it is, and not taken for a code
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == datetime.min.time() else value.isoformat()
    if isinstance(value, date):
        return value.isoformat()
    return trimmed(str(value))
