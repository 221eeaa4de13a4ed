"""Reading what people send: encodings, separators, spreadsheets, headings, and files that are none of these."""

import base64
import io
from datetime import date, datetime
from pathlib import Path

import pytest
from openpyxl import Workbook

from contracts.organization.errors import FileUnreadable, ImportRefused
from services.organization.domain.sheet import date_written, yes_or_no
from services.organization.domain.tree import COLUMNS, REQUIRED
from services.organization.handlers.sheets import read_sheet
from tests.unit.organization.samples import csv_file

HEADER, ROW = "编码,类型,名称,上级", "410181002011,社区,陇海路社区,"
CELLS = {"code": "410181002011", "kind": "社区", "name": "陇海路社区", "parent": ""}


def read(file, most_rows=1000):
    return read_sheet(file, COLUMNS, REQUIRED, most_rows)


def workbook(*rows):
    book = Workbook()
    for row in rows:
        book.active.append(row)
    packed = io.BytesIO()
    book.save(packed)
    return base64.b64encode(packed.getvalue()).decode()


def wrong(file, **more):
    with pytest.raises(FileUnreadable) as refused:
        read(file, **more)
    return refused.value.fields["file"][0]["zh"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16"])
def test_csv_is_read_in_every_encoding_that_spreadsheets_write(encoding):
    assert read(csv_file(HEADER, ROW, encoding=encoding)).rows[0].cells == CELLS


@pytest.mark.parametrize("separator", [",", "\t", ";", "\uff0c"])
def test_csv_is_read_with_every_separator(separator):
    lines = [line.replace(",", separator) for line in (HEADER, ROW)]
    assert read(csv_file(*lines)).rows[0].cells == CELLS


def test_english_headings_are_understood():
    assert read(csv_file("Code,KIND,name,parent", ROW)).rows[0].cells == CELLS


def test_notes_beside_headings_are_overlooked():
    headings = "编码*,类型（必填）,名 称,上级\uff08编码\uff09"
    assert read(csv_file(headings, ROW)).rows[0].cells == CELLS


def test_a_title_above_the_headings_is_overlooked():
    found = read(csv_file("陇海路社区网格台账,,,", "", HEADER, ROW))
    assert (found.header, found.rows[0].number, found.rows[0].cells) == (3, 4, CELLS)


def test_empty_rows_are_overlooked_but_counted():
    assert [row.number for row in read(csv_file(HEADER, ROW, ",,,", "", ROW)).rows] == [2, 5]


def test_a_line_break_inside_a_cell_does_not_shift_the_row_numbers():
    found = read(csv_file(HEADER, '1,网格,"第一\n网格",', "2,网格,第二网格,"))
    assert [row.number for row in found.rows] == [2, 3]


def test_headings_that_mean_nothing_to_us_are_named():
    assert read(csv_file(f"序号,{HEADER},备注", f"1,{ROW},无")).ignored == ("序号", "备注")


def test_a_missing_column_is_named():
    with pytest.raises(ImportRefused) as refused:
        read(csv_file("编码,类型,名称", "1,2,3"))
    assert refused.value.fields == {
        "rows.1.parent": [{"zh": "第1行“上级”：缺少这一列", "en": "row 1, parent: this column is missing"}]
    }


def test_a_column_that_stands_there_twice_is_refused():
    with pytest.raises(ImportRefused) as refused:
        read(csv_file(f"{HEADER},code", f"{ROW},1"))
    assert list(refused.value.fields) == ["rows.1.code"]


def test_a_spreadsheet_is_read_and_its_numbers_and_dates_are_text_as_shown():
    born = datetime(1950, 3, 1)  # noqa: DTZ001 - a spreadsheet's dates know no zone
    found = read(workbook(["编码", "类型", "名称", "上级"], [410181002011001, "网格", 3.0, born], [None, None, None]))
    assert [dict(row.cells) for row in found.rows] == [
        {"code": "410181002011001", "kind": "网格", "name": "3", "parent": "1950-03-01"}
    ]


def test_what_is_no_base64_is_refused():
    assert wrong("编码") == "不是 base64 编码"


def test_an_empty_file_is_refused():
    assert wrong(base64.b64encode(b" \n").decode()) == "文件是空的"
    assert wrong(csv_file(",,,", ",")) == "文件里没有内容"


@pytest.mark.parametrize("content", [b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", b"\xff\xfe\x00", b"\x81\x20\xff"])
def test_a_file_that_is_no_text_is_refused(content):
    assert wrong(base64.b64encode(content).decode()).startswith("既不是 UTF-8 或 GBK 编码的 CSV")


@pytest.mark.parametrize("broken", [b"PK\x03\x04", b"PK\x03\x04" + b"x" * 400])
def test_a_broken_spreadsheet_is_refused(broken):
    assert wrong(base64.b64encode(broken).decode()) == "xlsx 文件已损坏"


def test_a_half_of_a_spreadsheet_is_refused():
    whole = base64.b64decode(workbook(["编码", "类型", "名称", "上级"], ["1", "网格", "一", ""]))
    assert wrong(base64.b64encode(whole[: len(whole) // 2]).decode()) == "xlsx 文件已损坏"


def test_as_many_rows_as_allowed_are_read():
    assert len(read(csv_file(HEADER, ROW, ROW), most_rows=2).rows) == 2


def test_more_rows_than_allowed_are_refused():
    assert wrong(csv_file(HEADER, ROW, ROW, ROW), most_rows=2) == "最多 2 行"


@pytest.mark.parametrize(
    "text", ["2021-04-05", "2021/4/5", "2021.4.5", "2021年4月5日", "20210405", "2021-04-05 00:00:00"]
)
def test_a_date_is_read_as_people_write_it(text):
    assert date_written(text) == date(2021, 4, 5)


@pytest.mark.parametrize("text", ["", "2021-13-01", "2021-02-30", "五月一日", "2021", "05/04/2021"])
def test_what_is_no_date_is_none(text):
    assert date_written(text) is None


@pytest.mark.parametrize(("text", "meant"), [("是", True), ("Yes", True), ("老旧", True), ("", False), ("否", False)])
def test_yes_and_no_are_read_as_people_write_them(text, meant):
    assert yes_or_no(text) is meant


def test_what_is_neither_yes_nor_no_is_neither():
    assert yes_or_no("也许") is None


def xls(content: bytes) -> str:
    return base64.b64encode(content).decode()


def test_a_workbook_of_old_excel_is_read_with_codes_as_text_and_spoilt_ones_as_what_they_are() -> None:
    content = (Path(__file__).parent / "places.xls").read_bytes()
    sheet = read_sheet(xls(content), {"code": ("编码",), "name": ("名称",)}, ("code", "name"), 10)
    assert [(row.number, row.text("code"), row.text("name")) for row in sheet.rows] == [
        (2, "41018100201100204", "龙泉花园"),
        (3, "4.101810E+16", "别的院"),
    ]


def test_a_broken_workbook_of_old_excel_is_refused() -> None:
    content = (Path(__file__).parent / "places.xls").read_bytes()
    for broken in (content[:512], content[:1500] + b"x" * 900):
        with pytest.raises(FileUnreadable):
            read_sheet(xls(broken), {"code": ("编码",)}, ("code",), 10)
