"""Reading the files people send: CSV in the encodings that Chinese spreadsheets write, xlsx and xls."""

import base64
import binascii
import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice
from typing import Any

from contracts.errors import Words, words
from contracts.organization.errors import ImportRefused
from services.organization.domain.sheet import Columns, Fault, Faults, Row, Sheet
from services.organization.handlers.workbooks import Line, trimmed, unreadable, xls_lines, xlsx_lines

MOST_FAULTS_SHOWN = 100
ROWS_BEFORE_HEADER = 5
"""Lists often begin with a title; the headings are looked for in this many rows."""

LONGEST_HEADING = 100
"""Characters of a heading that are looked at; what is sought in it takes ever longer the longer it is."""

COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""How an xls file begins."""

_NOTE = re.compile(r"[\s*\uff0a]|[(\uff08].*?[)\uff09]")


def read_sheet(file: str, columns: Columns, required: Sequence[str], most_rows: int) -> Sheet:
    """The table in a base64 file. Raises `FileUnreadable`, or `ImportRefused` where a column is missing."""
    lines = (line for line in _lines(_bytes(file)) if any(line[1]))
    first = list(islice(lines, ROWS_BEFORE_HEADER))
    header = _header(first, columns, required)
    number, headings = first[header]
    names = _names(headings, columns)
    _check_headings(number, names, columns, required)
    rows = _rows(chain(first[header + 1 :], lines), names, most_rows)
    ignored = tuple(heading for heading, name in zip(headings, names, strict=True) if heading and name is None)
    return Sheet(header=number, columns=frozenset(filter(None, names)), rows=rows, ignored=ignored)


def refuse(faults: Sequence[Fault]) -> None:
    """Raise `ImportRefused` with the first of the mistakes, where there are any."""
    if faults:
        fields: dict[str, list[Words]] = {}
        for fault in faults[:MOST_FAULTS_SHOWN]:
            fields.setdefault(f"rows.{fault.row}.{fault.column}", []).append(fault.said)
        raise ImportRefused(faults=len(faults), fields=fields)


def shown(faults: Sequence[Fault]) -> list[dict[str, Any]]:
    """The first of the mistakes, to be listed in a preview."""
    return [
        {"row": fault.row, "column": fault.column, "heading": fault.heading, "value": fault.value, "said": fault.said}
        for fault in faults[:MOST_FAULTS_SHOWN]
    ]


def _bytes(file: str) -> bytes:
    try:
        content = base64.b64decode(file, validate=True)
    except (binascii.Error, ValueError) as error:
        raise unreadable("不是 base64 编码", "is not base64") from error
    if not content.strip():
        raise unreadable("文件是空的", "the file is empty")
    return content


def _lines(content: bytes) -> Iterator[Line]:
    if content.startswith(b"PK\x03\x04"):
        return xlsx_lines(content)
    return xls_lines(content) if content.startswith(COMPOUND) else _csv_lines(_text(content))


def _text(content: bytes) -> str:
    encodings = ("utf-16",) if content[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8-sig", "gb18030")
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise unreadable(
        "既不是 UTF-8 或 GBK 编码的 CSV，也不是 xlsx、xls 文件",
        "is neither CSV in UTF-8 or GBK nor an xlsx or xls file",
    )


def _csv_lines(text: str) -> Iterator[Line]:
    start = text[:2000]
    delimiter = max(",\t;\uff0c", key=start.count)
    try:
        for number, cells in enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter), start=1):
            yield number, [trimmed(cell) for cell in cells]
    except csv.Error as error:
        raise unreadable("CSV 格式有误", f"is not sound CSV: {error}") from error


def _header(first: Sequence[Line], columns: Columns, required: Sequence[str]) -> int:
    """Which of the first lines holds the headings: the one with most of the required columns."""
    if not first:
        raise unreadable("文件里没有内容", "the file holds nothing")
    named = [len(set(required) & set(_names(cells, columns))) for _, cells in first]
    return named.index(max(named))


def _names(headings: Sequence[str], columns: Columns) -> list[str | None]:
    meanings = {written.lower(): name for name, ways in columns.items() for written in ways}
    return [meanings.get(_NOTE.sub("", heading[:LONGEST_HEADING]).lower()) for heading in headings]


def _check_headings(number: int, names: Sequence[str | None], columns: Columns, required: Sequence[str]) -> None:
    faults = Faults(columns)
    for name in required:
        if name not in names:
            faults.add(number, name, words("缺少这一列", "this column is missing"))
    for name in columns:
        if names.count(name) > 1:
            faults.add(number, name, words("这一列出现了两次", "this column stands there twice"))
    refuse(faults.found)


def _rows(lines: Iterable[Line], names: Sequence[str | None], most_rows: int) -> list[Row]:
    rows = [
        Row(number=number, cells={name: cell for name, cell in zip(names, cells, strict=False) if name})
        for number, cells in islice(lines, most_rows + 1)
    ]
    if len(rows) > most_rows:
        raise unreadable(f"最多 {most_rows} 行", f"has more than {most_rows} rows")
    return rows
