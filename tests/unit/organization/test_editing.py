"""Editing one place and one person by hand: what is kept and told, what is refused, and that nothing is overwritten."""

from datetime import date

import pytest

from contracts.errors import Invalid
from contracts.organization.errors import (
    EditedMeanwhile,
    ImportRefused,
    PersonGone,
    PersonInOffice,
    PersonTaken,
    PlaceClosed,
    PlaceInUse,
    PlaceTaken,
)
from contracts.organization.events import PlaceFact
from services.organization import handlers
from services.organization.domain.people import person_id
from services.organization.domain.posts import Post, PostKind
from tests.unit.organization.fakes import FakeUnitOfWork
from tests.unit.organization.samples import BUILDING, COTTAGE, G1, G2, HOME, NOW, TODAY, TREE, YARD, C, csv_file

NEW = f"{G2}07"
AGES = {"today": TODAY, "elder_age": 60}


@pytest.fixture
def uow():
    return FakeUnitOfWork(TREE)


def add_place(uow, code=NEW, kind="courtyard", name="龙泉花园", parent=G2, aged=False, boundary=""):
    handlers.add_place(uow, C, code, kind=kind, name=name, parent=parent, aged=aged, boundary=boundary, now=NOW)


def add_person(uow, **more):
    facts = {"number": "9", "name": "张玉兰", "born_on": date(1950, 1, 1), "sex": "female", "household": HOME}
    return handlers.add_person(uow, C, **{**facts, "phone": "13800000000", **more}, **AGES)


# -- places


def test_a_place_is_added_below_another_and_others_are_told(uow):
    add_place(uow)
    assert uow.places.kept[NEW].path == (C, G2, NEW)
    assert uow.published[0].places == (PlaceFact(code=NEW, kind="courtyard", name="龙泉花园", parent=G2),)


def test_the_same_place_added_again_changes_nothing(uow):
    add_place(uow)
    uow.published.clear()
    add_place(uow)
    assert uow.published == []


def test_a_code_that_another_place_has_is_refused(uow):
    with pytest.raises(PlaceTaken):
        add_place(uow, code=YARD)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"kind": "household"}, "parent"),
        ({"kind": "grid", "parent": C, "code": "12"}, "code"),
        ({"code": "4.1E+17"}, "code"),
        ({"kind": "building", "parent": YARD, "aged": True}, "aged"),
    ],
)
def test_a_place_that_breaks_a_rule_of_the_tree_is_refused_by_its_field(uow, wrong, field):
    with pytest.raises(Invalid) as refused:
        add_place(uow, **wrong)
    assert set(refused.value.fields) == {field}
    assert uow.published == []


def test_a_place_is_renamed_and_others_are_told(uow):
    handlers.change_place(uow, C, YARD, 0, now=NOW, name="交通小区", aged=False)
    assert (uow.places.kept[YARD].name, uow.places.kept[YARD].is_aged) == ("交通小区", False)
    assert uow.published[0].places[0].name == "交通小区"


def test_a_change_by_whoever_has_not_seen_the_last_one_is_refused_and_overwrites_nothing(uow):
    handlers.change_place(uow, C, YARD, 0, now=NOW, name="交通小区")
    with pytest.raises(EditedMeanwhile):
        handlers.change_place(uow, C, YARD, 0, now=NOW, name="别的名字")
    assert uow.places.kept[YARD].name == "交通小区"


def test_an_empty_place_is_closed_stays_and_others_are_told(uow):
    handlers.close_place(uow, C, COTTAGE, 0, today=TODAY, now=NOW)
    assert uow.places.kept[COTTAGE].closed_on == TODAY
    assert uow.published[0].places[0].is_closed


@pytest.mark.parametrize(("code", "used"), [(YARD, {}), (COTTAGE, {"residents": 1}), (G2, {"posts": 1})])
def test_a_place_in_use_is_not_closed(uow, code, used):
    uow.places.used |= used
    with pytest.raises(PlaceInUse):
        handlers.close_place(uow, C, code, 0, today=TODAY, now=NOW)
    assert uow.places.kept[code].closed_on is None


def test_the_community_itself_is_not_closed(uow):
    with pytest.raises(Invalid):
        handlers.close_place(uow, C, C, 0, today=TODAY, now=NOW)


def test_a_closed_place_takes_in_nothing_new(uow):
    handlers.close_place(uow, C, G2, 0, today=TODAY, now=NOW)
    handlers.close_place(uow, C, COTTAGE, 0, today=TODAY, now=NOW)
    with pytest.raises(PlaceClosed):
        add_place(uow)
    with pytest.raises(PlaceClosed):
        add_person(uow, household=COTTAGE)
    for header, row in (
        ("编码,类型,名称,上级", f"{NEW},楼院,龙泉花园,{G2}"),
        ("编码,类型,名称,上级", f"{G2},网格,第二网格,{C}"),
    ):
        with pytest.raises(ImportRefused):
            handlers.import_places(uow, C, csv_file(header, row), preview=False, most_rows=9, now=NOW)
    people = csv_file("姓名,住户编码", f"王芳,{COTTAGE}")
    with pytest.raises(ImportRefused):
        handlers.import_people(uow, C, people, preview=False, most_rows=9, **AGES)


def test_a_closed_place_is_opened_again_unless_the_one_above_is_closed(uow):
    handlers.close_place(uow, C, G2, 0, today=TODAY, now=NOW)
    handlers.reopen_place(uow, C, G2, 1, now=NOW)
    add_place(uow)
    assert uow.places.kept[G2].closed_on is None
    handlers.close_place(uow, C, NEW, 1, today=TODAY, now=NOW)
    handlers.close_place(uow, C, G2, 2, today=TODAY, now=NOW)
    with pytest.raises(PlaceClosed):
        handlers.reopen_place(uow, C, NEW, 2, now=NOW)


def test_importing_other_places_leaves_a_closed_one_closed(uow):
    handlers.close_place(uow, C, COTTAGE, 0, today=TODAY, now=NOW)
    sheet = csv_file("编码,类型,名称,上级", f"{NEW},楼院,龙泉花园,{G2}")
    handlers.import_places(uow, C, sheet, preview=False, most_rows=9, now=NOW)
    assert uow.places.kept[COTTAGE].closed_on == TODAY


# -- people


def test_somebody_is_registered_and_an_elder_told_of(uow):
    id = add_person(uow)
    assert uow.people.kept[id].household == HOME
    assert [elder.person_id for elder in uow.published[0].elders] == [id]


def test_somebody_young_is_registered_without_a_word_to_the_health_service(uow):
    add_person(uow, born_on=date(1990, 1, 1))
    assert uow.published == []


def test_somebody_registered_by_hand_is_whoever_a_list_means_by_that_number(uow):
    assert add_person(uow) == person_id(C, "9")


def test_somebody_who_is_in_the_register_is_not_registered_under_another_name(uow):
    add_person(uow)
    with pytest.raises(PersonTaken):
        add_person(uow, name="别人")


def test_somebody_who_was_erased_is_not_brought_back(uow):
    uow.erased.remember(C, [person_id(C, "9")], NOW)
    with pytest.raises(PersonGone):
        add_person(uow)


@pytest.mark.parametrize(
    ("wrong", "field"), [({"household": BUILDING}, "household"), ({"born_on": date(2030, 1, 1)}, "born_on")]
)
def test_somebody_who_lives_nowhere_or_is_not_born_yet_is_refused(uow, wrong, field):
    with pytest.raises(Invalid) as refused:
        add_person(uow, **wrong)
    assert set(refused.value.fields) == {field}


def test_details_are_corrected_and_what_is_not_named_stays(uow):
    id = add_person(uow)
    handlers.change_person(uow, id, 1, name="张玉蓝", **AGES)
    assert (uow.people.kept[id].name, uow.people.kept[id].phone) == ("张玉蓝", "13800000000")


def test_of_two_who_correct_the_same_person_the_second_is_told(uow):
    id = add_person(uow)
    handlers.change_person(uow, id, 1, name="张玉蓝", **AGES)
    with pytest.raises(EditedMeanwhile):
        handlers.change_person(uow, id, 1, phone=None, **AGES)
    assert uow.people.kept[id].phone == "13800000000"


def test_an_elder_who_moves_is_told_of_with_the_new_household(uow):
    id = add_person(uow)
    uow.published.clear()
    handlers.move_person(uow, id, 1, COTTAGE, **AGES)
    assert [elder.household for elder in uow.published[0].elders] == [COTTAGE]


def test_whoever_leaves_keeps_no_household_and_no_telephone(uow):
    id = add_person(uow)
    handlers.depart_person(uow, id, 1, TODAY, **AGES)
    gone = uow.people.kept[id]
    assert (gone.household, gone.phone, gone.left_on) == (None, None, TODAY)


def test_the_health_service_is_told_once_that_an_elder_has_left_and_never_of_somebody_younger(uow):
    id = add_person(uow)
    uow.published.clear()
    handlers.depart_person(uow, id, 1, TODAY, **AGES)
    assert uow.told() == ["ElderLeft"]
    version = uow.people.kept[id].version
    handlers.depart_person(uow, id, version, TODAY, **AGES)
    assert uow.told() == ["ElderLeft"]
    young = add_person(uow, number="R2", born_on=date(1990, 1, 1))
    uow.published.clear()
    handlers.depart_person(uow, young, 1, TODAY, **AGES)
    assert uow.told() == []


def test_whoever_holds_a_post_does_not_leave_before_it_ends(uow):
    id = add_person(uow)
    post = Post.created(TREE[G1], PostKind.GRID_LEADER, None)
    post.appoint(id, id, date(2024, 1, 1))
    uow.posts.add(post)
    with pytest.raises(PersonInOffice):
        handlers.depart_person(uow, id, 1, TODAY, **AGES)


def test_whoever_comes_back_is_the_same_person(uow):
    id = add_person(uow)
    handlers.depart_person(uow, id, 1, TODAY, **AGES)
    assert add_person(uow, household=COTTAGE) == id
    assert (uow.people.kept[id].left_on, uow.people.kept[id].household) == (None, COTTAGE)
