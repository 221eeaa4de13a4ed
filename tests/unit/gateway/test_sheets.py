"""Sheets: what Excel and WPS find in them when they are opened."""

from collections.abc import Iterator
from datetime import date, datetime
from io import BytesIO
from typing import Any

import pytest
from openpyxl import load_workbook

from gateway.sheets import Column, sheet

COLUMNS = [
    Column("编码", lambda row: row["code"]),
    Column("名称", lambda row: row["name"], width=40),
    Column("件数", lambda row: row.get("count"), "number"),
    Column("日期", lambda row: row.get("on"), "day"),
    Column("时间", lambda row: row.get("at"), "moment"),
]


def opened(*rows: dict[str, Any]) -> Any:
    return load_workbook(BytesIO(sheet("楼院", COLUMNS, rows))).active


def test_codes_stay_text_with_every_digit() -> None:
    page = opened({"code": "041018100201100401", "name": "陇海花苑"})
    assert page["A2"].value == "041018100201100401"
    assert (page["A2"].data_type, page["A2"].number_format) == ("s", "@")


def test_the_heading_stays_where_it_is_and_every_column_can_be_filtered() -> None:
    page = opened({"code": "1", "name": "甲"}, {"code": "2", "name": "乙"})
    assert page.freeze_panes == "A2"
    assert page.auto_filter.ref == "A1:E3"
    assert [cell.value for cell in page[1]] == ["编码", "名称", "件数", "日期", "时间"]
    assert page.column_dimensions["B"].width == 40


@pytest.mark.parametrize("said", ["=1+1", "+86138", "-5", "@SUM(A1)", '=HYPERLINK("http://x")'])
def test_what_begins_like_a_formula_is_text_and_stays_so(said: str) -> None:
    cell = opened({"code": said, "name": ""})["A2"]
    assert (cell.value, cell.data_type) == (said, "s")
    assert cell.quotePrefix


def test_numbers_days_and_moments_are_what_they_are_in_chinas_time() -> None:
    page = opened({"code": "1", "name": "", "count": 7, "on": "2026-11-28", "at": "2026-11-28T01:30:00+00:00"})
    assert page["C2"].value == 7
    assert page["D2"].value.date() == date(2026, 11, 28)
    assert page["E2"].value == datetime(2026, 11, 28, 9, 30)  # noqa: DTZ001  (Excel knows no zones)


def test_what_is_not_there_leaves_the_cell_empty_and_what_cannot_be_written_is_left_out() -> None:
    page = opened({"code": "a\x00b\x0bc", "name": "字" * 40_000})
    assert page["A2"].value == "abc"
    assert len(page["B2"].value) == 32_767
    assert page["C2"].value is None


def test_a_sheet_without_rows_still_has_its_heading() -> None:
    assert opened()["A1"].value == "编码"


def test_rows_that_break_off_are_told_and_leave_nothing_open() -> None:
    def rows() -> Iterator[dict[str, Any]]:
        yield {"code": "1", "name": ""}
        raise LookupError

    with pytest.raises(LookupError):
        sheet("楼院", COLUMNS, rows())
