"""The mapping tables: every category they name is ours, and a message finds the one it belongs to."""

import pytest

from cli.imports.categories import FALLBACK, CategoryTables
from cli.imports.grievance_file import Row
from services.grievance.domain.categories import CATEGORIES

TABLES = CategoryTables.on_file()
LEVEL1 = (
    "城乡建设 农村农业 政法 教育文体 劳动和社会保障 民政 党务政务 经济管理 "
    "卫生计生 商贸旅游 环境保护 交通运输 纪检监察 国土资源 科技与信息产业"
)


def category(title: str = "", text: str = "", level1: str = "") -> str:
    return TABLES.category_of(Row(number=1, title=title, text=text, category=level1))


def test_every_category_in_the_tables_is_one_of_ours() -> None:
    assert TABLES.codes() <= set(CATEGORIES)


@pytest.mark.parametrize("level1", LEVEL1.split())
def test_every_level1_category_has_one_of_ours_whatever_the_message_says(level1: str) -> None:
    assert category("某某", "某某", level1) in CATEGORIES
    assert [rule for rule in TABLES.level1[level1] if not rule.keywords][-1] is TABLES.level1[level1][-1]


@pytest.mark.parametrize(
    ("level1", "title", "ours"),
    [
        ("劳动和社会保障", "拖欠工资", "labour"),
        ("教育文体", "物业不管电梯", "education"),
        ("城乡建设", "小区电梯困人", "lift"),
        ("城乡建设", "楼盘烂尾", "housing"),
        ("民政", "老年证怎么办", "elder_care"),
    ],
)
def test_the_level1_category_decides_and_words_only_refine_it(level1: str, title: str, ours: str) -> None:
    assert category(title, "", level1) == ours


@pytest.mark.parametrize(
    ("title", "ours"),
    [
        ("楼下飞线充电太危险", "flying_wire"),
        ("楼道堆物没人管", "corridor_clutter"),
        ("独居老人没人照顾", "elder_care"),
        ("物业乱收费", "property_service"),
        ("小区门口乱停车", "parking"),
    ],
)
def test_without_a_level1_category_the_words_decide(title: str, ours: str) -> None:
    assert category(title) == ours


def test_an_unknown_level1_category_counts_as_none() -> None:
    assert category("小区电梯困人", "", "新类别") == "lift"


def test_the_title_counts_before_the_text() -> None:
    assert category("垃圾三天没清", "电梯里也臭") == "garbage"


def test_the_text_counts_where_the_title_says_nothing() -> None:
    assert category("请求帮助", "电梯停了") == "lift"


def test_a_message_without_any_known_word_gets_the_general_category() -> None:
    assert category("你好", "谢谢") == FALLBACK
