"""What people read in Chinese is punctuated as they write it: with the full-width signs."""

import re
from pathlib import Path

import pytest

from tests.architecture.checkout import PACKAGES, files, text

HALF = re.compile("[\u4e00-\u9fff][,;:?!](?! ?[!-~])")
"""A half-width sign behind a Chinese character, unless something Latin follows it: a list of codes, or the English."""

WRITTEN_IN = {".py", ".html", ".po", ".md", ".js"}
PLACES = (*PACKAGES, "docs", "README.zh-CN.md")


def read_by_people() -> list[Path]:
    """The files in which Chinese sentences stand that people are shown."""
    return [path for path in files() if path.parts[0] in PLACES and path.suffix in WRITTEN_IN]


@pytest.mark.parametrize("path", read_by_people(), ids=str)
def test_a_chinese_sentence_carries_chinese_punctuation(path: Path) -> None:
    lines = text(path).splitlines()
    assert [line.strip() for line in lines if HALF.search(line) and "re.compile" not in line] == []


@pytest.mark.parametrize(
    ("line", "is_found"),
    [
        ("办好了,请评价", True),
        ("办好了\uff0c请评价", False),
        ("提交人:", True),
        ("waiting 待接办, in_hand 办理中", False),
        ("重放 2 条死信? Replay 2 dead letters?", False),
    ],
)
def test_the_search_for_half_width_signs_finds_them_and_nothing_else(line: str, is_found: bool) -> None:
    assert bool(HALF.search(line)) == is_found
