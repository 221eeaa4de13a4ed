"""Chinese on English pages: marked where it is read out, and nothing else of the page touched."""

import re

import pytest

from gateway.pages.tongues import marked

ZH = '<span lang="zh-CN">'


@pytest.mark.parametrize(
    ("page", "shown"),
    [
        ("<p>Place: 陇海花苑 1号楼, open</p>", f"<p><span>Place: {ZH}陇海花苑 1号楼</span>, open</span></p>"),
        ("<p>3 of 37</p>", "<p>3 of 37</p>"),
        ("<p>三楼，楼道。</p>", f"<p>{ZH}三楼，楼道。</span></p>"),
        ("<p>王 &amp; 李</p>", f"<p>{ZH}王</span> &amp; {ZH}李</span></p>"),
        ('<option value="王">王伟</option>', '<option lang="zh-CN" value="王">王伟</option>'),
        ("<svg><text x='1'>常庄</text></svg>", "<svg><text lang=\"zh-CN\" x='1'>常庄</text></svg>"),
        ("<textarea rows='2'>三楼\n&lt;b&gt;堆物</textarea>", None),
    ],
)
def test_chinese_text_is_marked_with_the_numbers_in_it_and_other_text_is_not(page: str, shown: str | None) -> None:
    if shown is not None:
        assert marked(page) == shown
    else:
        assert marked(page).startswith('<textarea lang="zh-CN" rows')
        assert marked(page).count("lang=") == 1


@pytest.mark.parametrize(
    "page",
    [
        '<html lang="zh-CN"><p>陇海花苑</p></html>',
        '<a lang="zh-CN" href="/">中文</a>',
        '<a title="陇海花苑" href="/?q=陇海">here</a>',
        "<title>陇海花苑</title><script>const a = '陇海';</script><style>/* 陇海 */</style><!-- 陇海 -->",
    ],
)
def test_what_says_its_language_or_is_not_read_out_is_left_alone(page: str) -> None:
    assert marked(page) == page


def test_an_english_part_of_a_chinese_page_is_marked_in_its_turn_and_what_follows_is_not() -> None:
    page = '<div lang="zh-CN">甲<p lang="en">乙</p>丙</div>丁'
    assert marked(page) == f'<div lang="zh-CN">甲<p lang="en">{ZH}乙</span></p>丙</div>{ZH}丁</span>'


def test_tags_that_need_no_end_do_not_carry_their_language_on() -> None:
    page = '<ul><li lang="zh-CN">甲<li>乙</ul><p>丙<br>丁</p>'
    assert f"<p>{ZH}丙</span><br>{ZH}丁</span></p>" in marked(page)


def test_everything_else_of_a_page_stays_as_it_was() -> None:
    page = (
        "<!doctype html>\n<html lang=\"en\"><INPUT disabled value='a>b'>\n"
        "<p class=x>1 &lt; 2 &#38; 甲</p><br/><!-- 注 --></html>\n"
    )
    assert re.sub(f"{ZH}(.*?)</span>", r"\1", marked(page)) == page


def test_a_text_stays_one_box_where_only_a_part_of_it_is_chinese() -> None:
    assert marked("<summary>By 李, 王 soon</summary>") == (
        f"<summary><span>By {ZH}李</span>, {ZH}王</span> soon</span></summary>"
    )
    assert marked("<summary> 李 </summary>") == f"<summary> {ZH}李</span> </summary>"


def test_marking_a_page_twice_marks_it_once() -> None:
    once = marked('<p>Place: 陇海花苑</p><option value="1">常庄</option>')
    assert marked(once) == once
