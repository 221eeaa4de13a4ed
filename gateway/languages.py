"""The two languages of the door: which one a client reads, and marshmallow's sentences in Chinese."""

import re
from collections.abc import Callable
from functools import lru_cache

from werkzeug.datastructures import LanguageAccept
from werkzeug.http import parse_accept_header

LANGUAGES = ("zh", "en")


@lru_cache(maxsize=512)
def language_of(accept_language: str) -> str:
    """Whichever of "zh" and "en" the header prefers; Chinese where it names neither."""
    # Not by best_match, which takes a plain "zh" at the end of the list before an "en-GB" at its beginning.
    wished = (name.partition("-")[0].lower() for name, quality in _accepted(accept_language) if quality > 0)
    return next((language for language in wished if language in LANGUAGES), "zh")


def _accepted(accept_language: str) -> LanguageAccept:
    """What the header names, the most wished for first."""
    return parse_accept_header(accept_language, LanguageAccept)


def in_language(language: str, message: str) -> str:
    """A sentence of marshmallow's in `language`; the English one where nobody has translated it."""
    return message if language == "en" else _in_chinese(message)


SENTENCES = {
    "Missing data for required field.": "必须填写",
    "Field may not be null.": "不能为空值（null）",
    "Invalid input type.": "应为 JSON 对象",
    "Invalid type.": "应为 JSON 对象",
    "Unknown field.": "没有这个字段",
    "Invalid value.": "取值不对",
    "Invalid input.": "取值不对",
    "Not a valid string.": "应为文字",
    "Not a valid utf-8 string.": "应为 UTF-8 编码的文字",
    "Not a valid number.": "应为数字",
    "Not a valid integer.": "应为整数",
    "Number too large.": "数字太大",
    "Special numeric values (nan or infinity) are not permitted.": "不能是 NaN 或无穷大",
    "Not a valid boolean.": "应为 true 或 false",
    "Not a valid list.": "应为列表",
    "Not a valid tuple.": "应为定长列表",
    "Not a valid mapping type.": "应为 JSON 对象",
    "Not a valid UUID.": "不是有效的编号（UUID）",
    "Not a valid date.": "应为日期，如 2026-05-01",
    "Not a valid time.": "应为时刻，如 08:30:00",
    "Not a valid datetime.": "应为日期时间，如 2026-05-01T08:30:00+08:00",
    "Not a valid naive datetime.": "应为不带时区的日期时间，如 2026-05-01T08:30:00",
    "Not a valid aware datetime.": "应为带时区的日期时间，如 2026-05-01T08:30:00+08:00",
    "Not a valid period of time.": "应为一段时间",
    "Not a valid URL.": "不是有效的网址",
    "Not a valid email address.": "不是有效的电子邮箱",
    "Not a valid IP address.": "不是有效的 IP 地址",
    "Not a valid IPv4 address.": "不是有效的 IPv4 地址",
    "Not a valid IPv6 address.": "不是有效的 IPv6 地址",
    "Not a valid IP interface.": "不是有效的 IP 接口地址",
    "Not a valid IPv4 interface.": "不是有效的 IPv4 接口地址",
    "Not a valid IPv6 interface.": "不是有效的 IPv6 接口地址",
    "String does not match expected pattern.": "格式不对",
    "Invalid choice.": "不在可选范围内",
    "Must be later than starts.": "须晚于开始时间",
    "Name either a kind or a unit.": "须指明单位类别或单位，且只能指明一个",
    "Choose at least one condition.": "至少选一个条件",
    "Must be 2000-01-01 or later.": "不能早于 2000-01-01",
    "Must not be before `since`, nor more than three years after.": "须不早于 since，且不晚于其后三年",
    "Contains characters that cannot be kept (U+0000).": "含有无法保存的字符（U+0000）",
}
"""Sentences without a blank, ours among them, and what they say in Chinese."""

_BOUNDS = {
    "greater than or equal to": "不小于",
    "greater than": "大于",
    "less than or equal to": "不大于",
    "less than": "小于",
}
_BOUND = "|".join(_BOUNDS)

PATTERNS: list[tuple[re.Pattern[str], Callable[[re.Match[str]], str]]] = [
    (re.compile(pattern, re.DOTALL), say)
    for pattern, say in (
        (r"Must be one of: (.*)\.", lambda found: f"只能是以下之一：{found[1].replace(', ', '、')}"),
        (
            rf"Must be ({_BOUND}) (\S+) and ({_BOUND}) (\S+)\.",
            lambda found: f"须{_BOUNDS[found[1]]} {found[2]} 且{_BOUNDS[found[3]]} {found[4]}",
        ),
        (rf"Must be ({_BOUND}) (\S+)\.", lambda found: f"须{_BOUNDS[found[1]]} {found[2]}"),
        (r"Must be equal to (.*)\.", lambda found: f"须等于 {found[1]}"),
        (r"One or more of the choices you made was not in: (.*)\.", lambda found: f"只能从以下选择：{found[1]}"),
        (r"One or more of the choices you made was in: (.*)\.", lambda found: f"不能选择：{found[1]}"),
        (r"Length must be between (\d+) and (\d+)\.", lambda found: f"长度须在 {found[1]} 到 {found[2]} 之间"),
        (r"Length must be (\d+)\.", lambda found: f"长度须为 {found[1]}"),
        (r"Longer than maximum length (\d+)\.", lambda found: f"太长，最多 {found[1]}"),
        (r"Shorter than minimum length (\d+)\.", lambda found: f"太短，最少 {found[1]}"),
        (r"(.*) cannot be formatted as an? .*\.", lambda found: f"无法表示 {found[1]}"),
    )
]
"""Sentences with blanks to fill, tried in this order."""


@lru_cache(maxsize=2048)
def _in_chinese(message: str) -> str:
    if message in SENTENCES:
        return SENTENCES[message]
    for pattern, say in PATTERNS:
        if found := pattern.fullmatch(message):
            return say(found)
    return message
