"""Importing the place tree: what may stand where, what is refused, and what importing again changes."""

import pytest

from contracts.organization.errors import ImportRefused
from services.organization import handlers
from services.organization.domain.places import Community, PlaceKind
from services.organization.domain.tree import plan_places
from tests.unit.organization.fakes import FakeUnitOfWork
from tests.unit.organization.samples import BUILDING, COTTAGE, G1, G2, HOME, NOW, TREE, YARD, C, csv_file, place, sheet

COLUMNS = "code kind name parent"
KNOWN = Community(community=C, name="陇海路社区")
WHOLE = (
    f"{HOME} 住户 101室 {BUILDING}",
    f"{BUILDING} 楼栋 1号楼 {YARD}",
    f"{YARD} 楼院 交通庭院 {G1}",
    f"{G1} 网格 第一网格 {C}",
    f"{C} 社区 陇海路社区 -",
)


def plan(*rows, known=None, registered=None, columns=COLUMNS):
    return plan_places(C, sheet(columns, *rows), known=known or {}, registered=registered)


def faults(*rows, **more):
    return [(fault.row, fault.column, fault.said["zh"]) for fault in plan(*rows, **more).faults]


def add(*rows, columns=COLUMNS):
    """Faults of rows added to the known tree."""
    return faults(*rows, known=TREE, registered=KNOWN, columns=columns)


def test_a_tree_is_taken_in_whatever_order_its_rows_stand():
    found = plan(*WHOLE)
    assert found.faults == []
    assert (found.added, found.changed, found.unchanged) == (5, 0, 0)
    assert found.community == KNOWN


def test_parents_are_told_before_their_children():
    assert [place.code for place in plan(*WHOLE).places] == [C, G1, YARD, BUILDING, HOME]


def test_every_place_knows_the_way_down_to_it():
    home = plan(*WHOLE).places[-1]
    assert home.path == (C, G1, YARD, BUILDING, HOME)
    assert (home.grid, home.courtyard, home.building) == (G1, YARD, BUILDING)


def test_a_household_may_hang_under_a_courtyard_where_no_buildings_are_counted():
    cottage = TREE[COTTAGE]
    assert add(f"{G1}01-8 住户 平房8号 {YARD}") == []
    assert (cottage.courtyard, cottage.building) == (YARD, None)


def test_the_same_tree_again_changes_nothing():
    first = plan(*WHOLE)
    again = plan(*WHOLE, known={one.code: one for one in first.places}, registered=KNOWN)
    assert (again.places, again.community) == ([], None)
    assert (again.added, again.changed, again.unchanged) == (0, 0, 5)


def test_a_new_name_is_a_change_and_only_of_that_place():
    found = plan(f"{YARD} courtyard 交通小区 {G1}", known=TREE, registered=KNOWN)
    assert [(one.code, one.name) for one in found.places] == [(YARD, "交通小区")]
    assert (found.added, found.changed, found.unchanged) == (0, 1, 0)


def test_a_courtyard_that_moves_takes_everything_below_it_along():
    found = plan(f"{YARD} courtyard 交通庭院 {G2}", known=TREE, registered=KNOWN)
    assert {one.code: one.path[1] for one in found.places} == {YARD: G2, BUILDING: G2, HOME: G2, COTTAGE: G2}


def test_what_a_sheet_does_not_have_as_a_column_stays_as_it_is():
    assert plan(f"{YARD} courtyard 交通庭院 {G1}", known=TREE, registered=KNOWN).places == []


def test_an_empty_cell_takes_the_mark_of_an_aged_courtyard_away():
    found = plan(f"{YARD} courtyard 交通庭院 {G1} -", known=TREE, registered=KNOWN, columns=f"{COLUMNS} aged")
    assert [one.is_aged for one in found.places] == [False]


def test_a_courtyard_can_be_marked_as_aged():
    found = plan(f"{G2}01 courtyard 老院 {G2} 是", known=TREE, registered=KNOWN, columns=f"{COLUMNS} aged")
    assert [one.is_aged for one in found.places] == [True]


def test_only_a_courtyard_can_be_marked_as_aged():
    assert add(f"{G1}0102 building 2号楼 {YARD} 是", columns=f"{COLUMNS} aged") == [
        (2, "aged", "第2行“老旧”：只有楼院可以标为老旧")
    ]


def test_the_community_keeps_its_bounds_and_what_stands_above_it():
    found = plan(
        f"{C} community 陇海路社区 410181002 东至陇海桥西头 杜甫路街道 巩义市",
        columns=f"{COLUMNS} boundary subdistrict city",
    )
    assert found.faults == []
    assert found.places[0].boundary == "东至陇海桥西头"
    assert (found.community.subdistrict_code, found.community.subdistrict_name) == ("410181002", "杜甫路街道")
    assert (found.community.city_code, found.community.city_name) == ("410181", "巩义市")


def test_a_community_stands_under_its_own_subdistrict_only():
    assert [fault[:2] for fault in faults(f"{C} 社区 陇海路社区 410181003")] == [(2, "parent")]


def test_a_tree_without_its_community_is_refused():
    assert faults(f"{G1} 网格 第一网格 -") == [
        (1, "code", f"第1行“编码”：社区 {C} 还没有登记，文件里也没有社区这一行"),
        (2, "parent", f"第2行“上级”：找不到编码为 {C} 的上级"),
    ]


def test_the_parent_of_a_grid_may_be_left_out():
    assert add(f"{C}003 网格 第三网格 -") == []


@pytest.mark.parametrize("kind", ["courtyard", "building", "household"])
def test_no_other_place_may_be_without_a_parent(kind):
    assert add(f"{G1}99 {kind} 无名 -") == [(2, "parent", "第2行“上级”：不能为空")]


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (f"{G1}99 住户 1室 {G1}", "住户不能放在网格下，上级应为楼院或楼栋"),
        (f"{G1}99 楼栋 9号楼 {G1}", "楼栋不能放在网格下，上级应为楼院"),
        (f"{G1}99 楼院 九号院 {C}", "楼院不能放在社区下，上级应为网格"),
        (f"{G1}99 楼院 九号院 {BUILDING}", "楼院不能放在楼栋下，上级应为网格"),
        (f"{G1}99 住户 1室 {HOME}", "住户不能放在住户下，上级应为楼院或楼栋"),
        (f"{C}009 网格 九网格 {G1}", "网格不能放在网格下，上级应为社区"),
    ],
)
def test_a_place_cannot_stand_under_the_wrong_kind_of_parent(row, said):
    assert add(row) == [(2, "parent", f"第2行“上级”：{said}")]


def test_an_unknown_parent_is_named():
    assert add(f"{G1}99 楼院 九号院 410181002011999") == [
        (2, "parent", "第2行“上级”：找不到编码为 410181002011999 的上级")
    ]


def test_the_children_of_a_wrong_row_are_not_blamed_for_it():
    assert [fault[:2] for fault in add(f"{C}03 网格 第三网格 {C}", f"{G1}99 楼院 九号院 {C}03")] == [(2, "code")]


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("41018100201 社区 陇海路社区 -", "社区编码应为12位数字"),
        ("410181002012 社区 别的社区 -", f"这不是正在导入的社区 {C}"),
        (f"{C}01 网格 第一网格 {C}", "网格编码应为15位数字"),
        (f"410181002099001 网格 第一网格 {C}", f"网格编码应以社区编码 {C} 开头"),
        (f"院_1 楼院 一号院 {G1}", "编码只能用数字、字母和短横线，最长32个字符"),
        (f"4.10181E+14 楼院 一号院 {G1}", "编码被表格软件改成了科学计数法，请把这一列设为文本再填写"),
    ],
)
def test_a_wrong_code_is_refused(row, said):
    assert (2, "code", f"第2行“编码”：{said}") in add(row)


def test_full_width_digits_are_no_code():
    wide = {ord("0") + digit: chr(0xFF10 + digit) for digit in range(10)}
    assert [fault[:2] for fault in add(f"{C}003 网格 第三网格 {C}".translate(wide))] == [(2, "code")]


def test_a_code_stands_only_once_in_a_sheet():
    assert add(f"{C}003 网格 第三网格 {C}", f"{C}003 网格 第四网格 {C}") == [
        (3, "code", "第3行“编码”：与第2行的编码重复")
    ]


def test_a_place_stays_what_it_is():
    assert add(f"{YARD} 楼栋 交通庭院 {G1}")[0] == (2, "kind", f"第2行“类型”：编码 {YARD} 已登记为楼院，不能改类型")


@pytest.mark.parametrize("written", ["楼院", "courtyard", "Courtyard", "小区", "庭院"])
def test_a_kind_may_be_written_in_either_language(written):
    found = plan(f"{G2}01 {written} 一号院 {G2}", known=TREE, registered=KNOWN)
    assert [one.kind for one in found.places] == [PlaceKind.COURTYARD]


def test_an_unknown_kind_is_refused():
    assert add(f"{G2}01 单元 一单元 {G2}") == [(2, "kind", "第2行“类型”：应为社区、网格、楼院、楼栋或住户")]


@pytest.mark.parametrize(("name", "count"), [("名" * 60, 0), ("名" * 61, 1), ("-", 1)])
def test_a_name_has_one_to_sixty_characters(name, count):
    assert len(add(f"{G2}01 楼院 {name} {G2}")) == count


def test_every_mistake_is_told_in_the_order_of_rows_and_in_both_languages():
    found = plan(f"{G2}01 单元 一 {G2}", f"{G2}02 楼院 - {G2}", known=TREE, registered=KNOWN).faults
    assert [fault.row for fault in found] == [2, 3]
    assert found[1].said == {"zh": "第3行“名称”：不能为空", "en": "row 3, name: must not be empty"}


def test_a_place_is_told_as_code_kind_name_and_parent():
    told = place(YARD, "courtyard", G1, C, G1, name="交通庭院").fact()
    assert (told.code, told.kind, told.name, told.parent) == (YARD, "courtyard", "交通庭院", G1)


# -- the handler

TREE_FILE = csv_file("编码,类型,名称,上级", *(row.replace(" ", ",").replace("-", "") for row in WHOLE))


def imported(uow, file, *, preview=False):
    return handlers.import_places(uow, C, file, preview=preview, most_rows=1000, now=NOW)


def test_what_was_imported_is_kept_and_told():
    uow = FakeUnitOfWork()
    answer = imported(uow, TREE_FILE)
    assert (answer["rows"], answer["added"], answer["faults"]) == (5, 5, [])
    assert set(uow.places.kept) == {C, G1, YARD, BUILDING, HOME}
    assert uow.communities.kept[C].name == "陇海路社区"
    assert [[place.code for place in event.places] for event in uow.published] == [[C, G1, YARD, BUILDING, HOME]]


def test_the_same_file_again_tells_nothing():
    uow = FakeUnitOfWork()
    imported(uow, TREE_FILE)
    uow.published.clear()
    assert imported(uow, TREE_FILE)["unchanged"] == 5
    assert uow.published == []


def test_many_places_are_told_in_events_of_at_most_four_hundred():
    uow = FakeUnitOfWork(TREE)
    imported(uow, csv_file("code,kind,name,parent", *(f"{YARD}-{n},住户,{n},{YARD}" for n in range(801))))
    assert [len(event.places) for event in uow.published] == [400, 400, 1]


def test_one_mistake_keeps_the_whole_file_out():
    uow = FakeUnitOfWork()
    with pytest.raises(ImportRefused) as refused:
        imported(uow, csv_file("code,kind,name,parent", f"{C},社区,陇海路社区,", f"{G1},网格,,{C}"))
    assert refused.value.fields == {
        "rows.3.name": [{"zh": "第3行“名称”：不能为空", "en": "row 3, name: must not be empty"}]
    }
    assert (uow.places.kept, uow.communities.kept, uow.published) == ({}, {}, [])


def test_a_preview_says_what_would_be_done_and_does_nothing():
    uow = FakeUnitOfWork()
    answer = imported(uow, TREE_FILE, preview=True)
    assert (answer["preview"], answer["added"], answer["fault_count"]) == (True, 5, 0)
    assert (uow.places.kept, uow.communities.kept, uow.published) == ({}, {}, [])


def test_a_preview_lists_the_mistakes():
    answer = imported(FakeUnitOfWork(TREE), csv_file("code,kind,name,parent", f"{G1},网格,,{C}"), preview=True)
    assert answer["fault_count"] == 1
    assert (answer["faults"][0]["row"], answer["faults"][0]["column"]) == (2, "name")
