"""Reading a CSV of residents' messages, whatever its encoding and its column names."""

import csv
import io
from dataclasses import dataclass
from pathlib import Path

from cli.api import Trouble

SYNONYMS = {
    "id": ("留言编号", "编号", "工单编号", "序号", "id"),
    "user": ("留言用户", "姓名", "用户", "反映人", "诉求人", "user", "name"),
    "title": ("留言主题", "主题", "标题", "title", "subject"),
    "written": ("留言时间", "时间", "反映时间", "written_at", "time", "date"),
    "text": ("留言详情", "留言内容", "内容", "诉求内容", "描述", "详情", "description", "text", "content"),
    "category": ("一级分类", "分类", "类别", "category"),
}
ENCODINGS = ("utf-8-sig", "gb18030")
LONGEST_CELL = 10_000_000


@dataclass(frozen=True, kw_only=True)
class Row:
    """One message; `number` counts records from 1, however many lines each of them spans."""

    number: int
    id: str = ""
    user: str = ""
    title: str = ""
    written: str = ""
    text: str = ""
    category: str = ""

    @property
    def description(self) -> str:
        """What is filed: the title, a blank line, the text."""
        return "\n\n".join(part for part in (self.title, self.text) if part)


def read_rows(path: Path) -> list[Row]:
    """Every message of the file, in its order; refuses a file whose encoding or columns it cannot make out."""
    reader = csv.reader(io.StringIO(decoded(path.read_bytes(), path.name), newline=""))
    csv.field_size_limit(LONGEST_CELL)
    try:
        columns = columns_named(next(reader, []))
        records = [cells for cells in reader if any(cell.strip() for cell in cells)]
    except csv.Error as error:
        raise Trouble(
            f"{path.name} 第 {reader.line_num} 行不是合格的 CSV:{error}",
            f"{path.name} is not well-formed CSV at line {reader.line_num}: {error}",
        ) from error
    return [row_of(number, cells, columns) for number, cells in enumerate(records, start=1)]


def decoded(content: bytes, name: str) -> str:
    """The text of the file: UTF-8 with or without a mark, else GBK / GB18030, each strictly."""
    for encoding in ENCODINGS:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Trouble(
        f"{name} 既不是 UTF-8 也不是 GBK/GB18030 编码，请另存为 UTF-8 再导入",
        f"{name} is neither UTF-8 nor GBK/GB18030; save it as UTF-8 and import it again",
    )


def columns_named(header: list[str]) -> dict[str, int]:
    """Which column holds what; an exact synonym only, and the earliest synonym of the list wins."""
    found = {name.strip().lower(): index for index, name in reversed(list(enumerate(header)))}
    columns = {}
    for field, synonyms in SYNONYMS.items():
        index = next((found[name] for name in synonyms if name in found), None)
        if index is not None:
            columns[field] = index
    if "text" not in columns:
        raise Trouble(
            f"找不到内容列。文件的列是：{'、'.join(header) or '（空）'}；内容列应叫：{'、'.join(SYNONYMS['text'])}",
            f"No column holds the text; it must be called one of: {', '.join(SYNONYMS['text'])}",
        )
    return columns


def row_of(number: int, cells: list[str], columns: dict[str, int]) -> Row:
    """One record as a Row; a record cut short has empty fields."""
    return Row(
        number=number,
        **{field: cells[index].strip() if index < len(cells) else "" for field, index in columns.items()},
    )
