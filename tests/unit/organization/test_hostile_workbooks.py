"""Spreadsheets that somebody made to harm whoever opens them: each is refused, or read, in no time."""

import base64
import io
import struct
import time
import zipfile
from random import Random

import pytest
from openpyxl import Workbook

from contracts.organization.errors import FileUnreadable
from services.organization.domain.tree import COLUMNS, REQUIRED
from services.organization.handlers import workbooks
from services.organization.handlers.sheets import read_sheet
from services.organization.handlers.workbooks import MOST_PARTS

HEADER = ("编码", "类型", "名称", "上级")
ROW = ("410181002011", "社区", "陇海路社区", "")
SHEET = "xl/worksheets/sheet1.xml"
SECONDS = 5.0
"""A sound file takes hundredths; a bomb that works takes minutes."""


def packed(change=None, *, more=(), compression=zipfile.ZIP_DEFLATED):
    """A small workbook, its first sheet changed, with more parts beside it."""
    book = Workbook()
    for row in (HEADER, ROW):
        book.active.append(row)
    kept, made = io.BytesIO(), io.BytesIO()
    book.save(kept)
    with zipfile.ZipFile(kept) as old, zipfile.ZipFile(made, "w", compression) as new:
        for name in old.namelist():
            text = old.read(name)
            new.writestr(name, change(text.decode()) if change and name == SHEET else text)
        for name, text in more:
            new.writestr(name, text)
    return made.getvalue()


def read(content):
    begun = time.monotonic()
    try:
        return read_sheet(base64.b64encode(content).decode(), COLUMNS, REQUIRED, 1000)
    finally:
        assert time.monotonic() - begun < SECONDS


def refused(content):
    with pytest.raises(FileUnreadable) as refusal:
        read(content)
    return refusal.value.fields["file"][0]["en"]


def test_the_workbook_that_all_others_here_are_made_from_is_read():
    assert [row.cells["code"] for row in read(packed()).rows] == [ROW[0]]


@pytest.mark.parametrize("size", [150_000_000, 60_000_000])
def test_what_unpacks_to_far_more_than_it_weighs_is_refused_unopened(size):
    assert "too large" in refused(packed(more=[("xl/media/bomb.bin", bytes(size))]))


def test_what_weighs_much_by_itself_may_unpack_to_much():
    assert read(packed(more=[("xl/media/picture.bin", Random(7).randbytes(2_000_000))])).rows


def test_too_many_parts_are_refused():
    many = [(f"xl/media/{number}", b"") for number in range(MOST_PARTS)]
    assert "too large" in refused(packed(more=many))


def test_a_part_that_says_that_it_is_smaller_than_it_is_is_not_read_beyond_that():
    content = bytearray(packed(lambda sheet: sheet + " " * 5_000_000))
    at = content.rindex(SHEET.encode()) - 46  # its entry in the table at the end
    assert content[at : at + 4] == b"PK\x01\x02"
    struct.pack_into("<I", content, at + 24, 100)
    assert "broken" in refused(bytes(content))


@pytest.mark.parametrize("compression", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_way_of_packing_that_no_spreadsheet_uses_is_refused(compression):
    assert "broken" in refused(packed(compression=compression))


def test_an_encrypted_part_is_refused():
    content = bytearray(packed())
    for mark, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = -1
        while (at := content.find(mark, at + 1)) >= 0:
            content[at + flags] |= 1
    assert "broken" in refused(bytes(content))


ENTITIES = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12))


@pytest.mark.parametrize(
    "told",
    [
        f'<!DOCTYPE worksheet [<!ENTITY e0 "lol">{ENTITIES}]>',
        '<!DOCTYPE worksheet [<!ENTITY e11 SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE worksheet [<!ENTITY e11 SYSTEM "http://127.0.0.1:9/">]>',
        f'<!DOCTYPE worksheet [<!ENTITY e11 "{"a" * 100_000}">]>',
    ],
    ids=["nested", "file", "address", "long"],
)
def test_entities_are_refused_and_fetch_nothing(told):
    def change(sheet):
        _, _, rest = sheet.partition("?>") if sheet.startswith("<?xml") else ("", "", sheet)
        return told + rest.replace("<sheetData>", "<sheetData><row><c t='str'><v>&e11;</v></c></row>")

    assert refused(packed(change)) in ("holds what no xlsx file holds", "is a broken xlsx file")


@pytest.mark.parametrize("span", ["A1:XFD1048576", "A1"])
def test_a_sheet_is_as_large_as_its_cells_and_not_as_it_says(span):
    found = read(packed(lambda sheet: sheet.replace('<dimension ref="A1:D2"', f'<dimension ref="{span}"')))
    assert len(found.rows) == 1


def added(row):
    return lambda sheet: sheet.replace("</sheetData>", f"{row}</sheetData>")


def test_a_line_beyond_the_last_possible_one_is_refused():
    assert "too large" in refused(packed(added('<row r="999999999"><c r="A999999999"><v>1</v></c></row>')))


def test_cells_far_to_the_right_are_not_looked_at():
    far = "".join(f'<row r="{line}"><c r="XFD{line}"><v>1</v></c></row>' for line in range(3, 20_003))
    assert len(read(packed(added(far))).rows) == 1


def test_a_heading_without_end_costs_nothing():
    endless = f"<c t='str'><v>{'(' * 200_000}</v></c></row>"
    assert len(read(packed(lambda sheet: sheet.replace("</row>", endless, 1))).rows) == 1


def test_the_bounds_leave_room_for_the_largest_import():
    assert workbooks.MOST_UNPACKED >= 100_000 * 200
