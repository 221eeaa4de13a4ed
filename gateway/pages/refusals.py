"""How pages say what was refused: in words, where programs are told codes, types and names of fields."""

import re

from flask_babel import lazy_gettext

from contracts.errors import Error, Words, words
from gateway.errors import MethodNotAllowed, UnsupportedMediaType
from gateway.languages import in_language

FIELDS = {
    "called": lazy_gettext("打给谁"),
    "category": lazy_gettext("类别"),
    "comment": lazy_gettext("评价"),
    "contacted_on": lazy_gettext("联系日期"),
    "description": lazy_gettext("反映的内容"),
    "hands": lazy_gettext("几名志愿者"),
    "kind": lazy_gettext("方式"),
    "name": lazy_gettext("姓名"),
    "note": lazy_gettext("写的话"),
    "outcome": lazy_gettext("结果"),
    "phone": lazy_gettext("电话"),
    "place": lazy_gettext("所在地点"),
    "reason": lazy_gettext("理由"),
    "resolution": lazy_gettext("怎么办好的"),
    "result": lazy_gettext("办理结果"),
    "score": lazy_gettext("评分"),
    "skills": lazy_gettext("技能"),
    "to": lazy_gettext("移交给谁"),
    "to_id": lazy_gettext("交给谁"),
    "tasks": lazy_gettext("任务"),
    "title": lazy_gettext("名称"),
    "unit_id": lazy_gettext("单位"),
    "unit_kind": lazy_gettext("单位"),
    "until": lazy_gettext("到哪天"),
    "wanted": lazy_gettext("请单位做什么"),
    "words": lazy_gettext("说什么"),
}
"""What fields are called that a page does not show; a form's own labels stand beside those it shows."""

_FILL_IN = words("必须填写", "Please fill this in")
_UNREADABLE = words("填写的内容无法识别", "What was entered cannot be read")
_CHOOSE = words("请从给出的选项中选择", "Choose one of those offered")

_PATTERN = "String does not match expected pattern."

_FOR_PEOPLE: dict[str, Words] = {
    "Missing data for required field.": _FILL_IN,
    "Field may not be null.": _FILL_IN,
    "Invalid input type.": _UNREADABLE,
    "Invalid type.": _UNREADABLE,
    "Not a valid string.": _UNREADABLE,
    "Not a valid utf-8 string.": _UNREADABLE,
    "Not a valid list.": _UNREADABLE,
    "Not a valid tuple.": _UNREADABLE,
    "Not a valid mapping type.": _UNREADABLE,
    "Special numeric values (nan or infinity) are not permitted.": words("应为数字", "Enter a number"),
    "Contains characters that cannot be kept (U+0000).": words("含有无法保存的字符", "Some characters cannot be kept"),
    "Unknown field.": words("这一页已过期，请刷新后重试", "This page is out of date: reload it and try again"),
    "Not a valid boolean.": words("请选择“是”或“否”", "Choose yes or no"),
    "Not a valid UUID.": _CHOOSE,
    "Invalid choice.": _CHOOSE,
    _PATTERN: words("格式不对", "This is not in the right form"),
    "Not a valid number.": words("应为数字", "Enter a number"),
    "Not a valid integer.": words("应为整数", "Enter a whole number"),
    "Not a valid date.": words("应为日期，如 2026-05-01", "Enter a date such as 2026-05-01"),
    "Name either a kind or a unit.": words("请选一类单位，或一个单位", "Choose a kind of unit, or one unit"),
    "Not a valid datetime.": words("日期或时间写得不对", "This is no date and time"),
    "Not a valid aware datetime.": words("日期或时间写得不对", "This is no date and time"),
    "Not a valid naive datetime.": words("日期或时间写得不对", "This is no date and time"),
    "Must not be before `since`, nor more than three years after.": words(
        "结束日期须不早于开始日期，且在三年之内", "It must not be before the first day, nor more than three years after"
    ),
    "Must be later than starts.": words("须晚于开始时间", "It must be later than the beginning"),
}
_NOT_EMPTY = re.compile(r"Length must be between 1 and (\d+)\.|Shorter than minimum length 1\.")
_OF_CODES = re.compile(r"Must be one of: .*|One or more of the choices you made was .*", re.DOTALL)

_OF_THE_DOOR: dict[type[Error], Words] = {
    MethodNotAllowed: words(
        "这一页要从表单进入，请回到前一页再试", "This page is reached by a form: go back and try again"
    ),
    UnsupportedMediaType: words("这里不接受这样的内容", "Content of this type is not taken here"),
}
"""What the door tells programs with names of methods and types."""


def in_words(error: Error, language: str) -> str:
    """The error's sentence, without the codes that programs are told."""
    if (told := _OF_THE_DOOR.get(type(error))) is not None:
        return told[language]
    return error.said_in_words(language)


def fields_in_words(error: Error, language: str) -> dict[str, list[str]]:
    """What is wrong with each field, without codes and types."""
    return {name: [_sentence(told, language) for told in _telling(wrong)] for name, wrong in error.fields.items()}


def _telling(wrong: list[Words]) -> list[Words]:
    """Those sentences that tell something: that an empty field has not the right form goes without saying."""
    return [told for told in wrong if told["en"] != _PATTERN] or wrong


def _sentence(told: Words, language: str) -> str:
    # marshmallow's own sentences come untranslated, with the English in both places.
    if told["zh"] != told["en"]:
        return told[language]
    if _OF_CODES.fullmatch(told["en"]):
        return _CHOOSE[language]
    if found := _NOT_EMPTY.fullmatch(told["en"]):
        most = found[1]
        return (words(f"必须填写，最多 {most}", f"Please fill this in, {most} at most") if most else _FILL_IN)[language]
    known = _FOR_PEOPLE.get(told["en"])
    return in_language(language, told["en"]) if known is None else known[language]


def field_called(name: str) -> str:
    """What a field is called that the page does not show; "" where its sentences speak for themselves."""
    return str(FIELDS.get(name.rpartition(".")[2], ""))
