"""Reading a file of messages: encodings, column names, rows that span lines."""

from pathlib import Path

import pytest

from cli.api import Trouble
from cli.imports.grievance_file import read_rows

CONTENT = (
    "留言编号,留言用户,留言主题,留言时间,留言详情,一级分类\n"
    'A1,张三,楼道堆物,2020-01-06 12:09:38,"三楼堆满纸箱,\n过不去人。\n\n请清理。",城乡建设\n'
    "A2,李四,路灯不亮,2020-01-07 09:00:00,门口路灯坏了,城乡建设\n"
)


def written(tmp_path: Path, content: str, encoding: str = "utf-8") -> Path:
    file = tmp_path / "留言.csv"
    file.write_bytes(content.encode(encoding))
    return file


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030"])
def test_a_file_reads_the_same_in_every_encoding(tmp_path: Path, encoding: str) -> None:
    rows = read_rows(written(tmp_path, CONTENT, encoding))
    assert [row.id for row in rows] == ["A1", "A2"]
    assert rows[0].user == "张三"
    assert rows[0].category == "城乡建设"


def test_a_row_may_span_lines(tmp_path: Path) -> None:
    rows = read_rows(written(tmp_path, CONTENT))
    assert rows[0].text == "三楼堆满纸箱,\n过不去人。\n\n请清理。"
    assert [row.number for row in rows] == [1, 2]


def test_the_title_stands_before_the_text_with_a_blank_line_between(tmp_path: Path) -> None:
    rows = read_rows(written(tmp_path, CONTENT))
    assert rows[1].description == "路灯不亮\n\n门口路灯坏了"


def test_a_row_without_a_title_is_its_text_alone(tmp_path: Path) -> None:
    (row,) = read_rows(written(tmp_path, "id,text\n7,漏水\n"))
    assert row.description == "漏水"


def test_columns_are_known_by_english_names_in_any_case_and_order(tmp_path: Path) -> None:
    (row,) = read_rows(written(tmp_path, "Description,ID,Title,User\n漏水,7,三楼,王五\n"))
    assert (row.id, row.user, row.title, row.text) == ("7", "王五", "三楼", "漏水")


def test_the_official_reply_is_not_taken_for_the_message(tmp_path: Path) -> None:
    (row,) = read_rows(written(tmp_path, "留言编号,留言详情,答复意见,答复时间\n7,漏水,已修好,2020-01-01\n"))
    assert row.description == "漏水"
    assert row.written == ""


def test_a_record_cut_short_has_empty_fields_and_empty_lines_are_no_records(tmp_path: Path) -> None:
    rows = read_rows(written(tmp_path, "id,text,category\n7,漏水\n\n , ,\n8,停电,民政\n"))
    assert [(row.number, row.id, row.category) for row in rows] == [(1, "7", ""), (2, "8", "民政")]


def test_a_very_long_cell_is_read_whole(tmp_path: Path) -> None:
    (row,) = read_rows(written(tmp_path, f"id,text\n7,{'长' * 200_000}\n"))
    assert len(row.text) == 200_000


def test_a_file_without_a_column_for_the_text_is_refused_naming_its_columns(tmp_path: Path) -> None:
    with pytest.raises(Trouble, match=r"编号、电话[\s\S]*No column holds the text"):
        read_rows(written(tmp_path, "编号,电话\n7,123\n"))


def test_a_file_in_neither_encoding_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "broken.csv"
    file.write_bytes(b"id,text\n7,\xff\xfe\x80\n")
    with pytest.raises(Trouble, match=r"neither UTF-8 nor GBK"):
        read_rows(file)
