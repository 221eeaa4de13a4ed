"""A table as people send it: rows of text under known columns, and what is found wrong with them."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TypeVar

from contracts.errors import Words, words

T = TypeVar("T")

Columns = Mapping[str, Sequence[str]]
"""Which headings mean which column, the first of them the one shown: `{"code": ("编码", "code")}`."""

LONGEST_VALUE = 80
"""Characters of a cell that are shown beside a mistake."""

_SCIENTIFIC = re.compile(r"[0-9][.0-9]*[eE]\+?[0-9]+", re.ASCII)
_YES = frozenset({"是", "有", "老旧", "√", "1", "y", "yes", "true"})
_NO = frozenset({"", "否", "无", "非老旧", "×", "0", "n", "no", "false"})
_DATE = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[ T]00:00:00)?|(\d{4})(\d{2})(\d{2})", re.ASCII)


@dataclass(frozen=True, kw_only=True)
class Row:
    """One row: its number as the sheet shows it, and the text under each column that the sheet has."""

    number: int
    cells: Mapping[str, str]

    def text(self, column: str) -> str:
        """What stands under this column; empty where nothing does."""
        return self.cells.get(column, "")


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """Everything read from a file; `header` is the row with the headings, `ignored` those that mean nothing to us."""

    header: int = 1
    columns: frozenset[str]
    rows: Sequence[Row]
    ignored: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Fault:
    """One mistake in a sheet: where it is and what is wrong, as sentences that name row and heading; `value` is what
    stands there, where it tells nothing of anybody."""

    row: int
    column: str
    heading: str
    said: Words
    value: str | None = None


@dataclass
class Faults:
    """Collects the mistakes of a sheet whose columns are known by these headings."""

    columns: Columns
    personal: frozenset[str] = frozenset()
    found: list[Fault] = field(default_factory=list)

    def add(self, row: Row | int, column: str, wrong: Words) -> None:
        """Note that this is wrong with this cell."""
        number = row if isinstance(row, int) else row.number
        heading_zh, heading_en = self.columns[column][0], column
        said = words(f"第{number}行“{heading_zh}”：{wrong['zh']}", f"row {number}, {heading_en}: {wrong['en']}")
        value = None if isinstance(row, int) or column in self.personal else row.text(column)[:LONGEST_VALUE]
        self.found.append(Fault(row=number, column=column, heading=heading_zh, said=said, value=value))

    def required(self, row: Row, column: str, *, most: int) -> str:
        """The text of a cell that must not be empty nor longer than `most` characters."""
        text = row.text(column)
        if not text:
            self.add(row, column, words("不能为空", "must not be empty"))
        return self.limited(row, column, most=most)

    def limited(self, row: Row, column: str, *, most: int) -> str:
        """The text of a cell that must not be longer than `most` characters."""
        text = row.text(column)
        if len(text) > most:
            self.add(row, column, words(f"最多{most}个字", f"at most {most} characters"))
        return text

    def read(self, row: Row, column: str, reader: Callable[[str], T | None], wrong: Words) -> T | None:
        """What `reader` makes of the cell; where it can make nothing of it, `wrong` is noted."""
        found = reader(row.text(column))
        if found is None:
            self.add(row, column, wrong)
        return found


def yes_or_no(text: str) -> bool | None:
    """What people write for yes and no; None where it is neither."""
    written = text.strip().lower()
    return True if written in _YES else False if written in _NO else None


def date_written(text: str) -> date | None:
    """A date as people write it: 2021-04-05, 2021/4/5, 2021.4.5, 2021年4月5日, 20210405; None where it is none."""
    found = _DATE.fullmatch(text.strip())
    if found is None:
        return None
    year, month, day = (int(part) for part in found.groups() if part is not None)
    try:
        return date(year, month, day)
    except ValueError:
        return None


def is_spoilt_number(text: str) -> bool:
    """Whether a spreadsheet has turned a long number into 4.1E+17, and its last digits are lost."""
    return _SCIENTIFIC.fullmatch(text) is not None


SPOILT = words(
    "被表格软件改成了科学计数法，请把这一列设为文本再填写",
    "the spreadsheet has turned it into scientific notation; make the column text and enter it again",
)
NO_DATE = words("不是日期，请写成 2021-04-05 这样", "is no date; write it like 2021-04-05")
NOT_YES_OR_NO = words("请填“是”或“否”", "write yes or no")
