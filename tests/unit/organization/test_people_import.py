"""Importing people: who they are when the list comes again, who is told of as an elder, and who takes which post."""

from datetime import date
from uuid import UUID

import pytest

from contracts.organization.errors import CommunityNotFound, ImportRefused
from contracts.organization.events import EldersRegistered, PostFilled, PostVacated
from services.organization import handlers
from services.organization.domain.days import latest_birth
from services.organization.domain.people import masked, person_id
from services.organization.domain.posts import PostKind, post_id
from tests.unit.organization.fakes import FakeUnitOfWork
from tests.unit.organization.samples import BUILDING, G1, HOME, TODAY, TREE, C, csv_file

HEADER = "编号,姓名,出生日期,性别,住户编码,电话,职务,任职地点,条线,任期开始,任期结束"
OLD = f"001,王建国,1950-03-01,男,{HOME},13803710001,,,,,"
YOUNG = f"002,李敏,1990-07-15,女,{HOME},13803710002,,,,,"
LEADER = f"003,赵强,1980-01-01,男,{HOME},13803710003,网格长,{G1},,2021-04-01,"


@pytest.fixture
def uow():
    return FakeUnitOfWork(TREE)


def imported(uow, *rows, header=HEADER, preview=False, today=TODAY):
    return handlers.import_people(
        uow, C, csv_file(header, *rows), preview=preview, most_rows=1000, today=today, elder_age=60
    )


def refused(uow, *rows, header=HEADER):
    with pytest.raises(ImportRefused) as error:
        imported(uow, *rows, header=header)
    return {place: told[0]["zh"] for place, told in error.value.fields.items()}


def person(uow, number):
    return uow.people.kept[person_id(C, number)]


def test_people_are_kept_as_the_list_says(uow):
    answer = imported(uow, OLD, YOUNG)
    assert (answer["rows"], answer["added"], answer["changed"], answer["unchanged"]) == (2, 2, 0, 0)
    wang = person(uow, "001")
    assert (wang.name, wang.born_on, str(wang.sex), wang.household) == ("王建国", date(1950, 3, 1), "male", HOME)


def test_the_same_list_again_changes_nothing(uow):
    imported(uow, OLD, YOUNG, LEADER)
    uow.published.clear()
    answer = imported(uow, OLD, YOUNG, LEADER)
    assert (answer["added"], answer["changed"], answer["unchanged"], answer["posts_filled"]) == (0, 0, 3, 0)
    assert uow.published == []


def test_whoever_has_a_number_stays_the_same_person_under_another_name(uow):
    imported(uow, YOUNG)
    answer = imported(uow, YOUNG.replace("李敏", "李敏敏"))
    assert (answer["added"], answer["changed"]) == (0, 1)
    assert person(uow, "002").name == "李敏敏"


def test_without_numbers_people_are_known_by_name_birthday_and_household(uow):
    row = f",王建国,1950-03-01,男,{HOME},,,,,,"
    assert imported(uow, row)["added"] == 1
    assert imported(uow, row)["unchanged"] == 1
    assert imported(uow, row.replace("1950", "1951"))["added"] == 1


def test_the_same_number_in_another_community_is_another_person():
    assert person_id(C, "001") != person_id("410181002012", "001")


def test_a_column_that_the_list_does_not_have_leaves_what_is_known(uow):
    imported(uow, OLD)
    assert imported(uow, f"001,王建国,{HOME}", header="编号,姓名,住户编码")["unchanged"] == 1
    assert person(uow, "001").phone == "13803710001"


def test_an_empty_cell_takes_what_was_known_away(uow):
    imported(uow, OLD)
    imported(uow, OLD.replace("13803710001", ""))
    assert person(uow, "001").phone is None


# -- elders


def test_residents_of_sixty_and_over_are_told_of(uow):
    answer = imported(uow, OLD, YOUNG)
    (told,) = uow.published
    assert isinstance(told, EldersRegistered)
    assert [(elder.name, elder.household) for elder in told.elders] == [("王建国", HOME)]
    assert answer["elders"] == 1


@pytest.mark.parametrize(("born_on", "elders"), [("1964-05-01", 1), ("1964-05-02", 0)])
def test_sixty_is_reached_on_the_birthday(uow, born_on, elders):
    assert imported(uow, OLD.replace("1950-03-01", born_on))["elders"] == elders


def test_a_large_list_is_told_in_events_of_at_most_four_hundred(uow):
    imported(uow, *(f"{n},老人{n},1950-01-01,女,{HOME},,,,,," for n in range(801)))
    assert [len(event.elders) for event in uow.published] == [400, 400, 1]


def test_an_elder_whose_name_is_corrected_is_told_of_again(uow):
    imported(uow, OLD)
    uow.published.clear()
    imported(uow, OLD.replace("王建国", "王健国"))
    assert [elder.name for event in uow.published for elder in event.elders] == ["王健国"]


def test_whoever_reaches_sixty_later_is_told_of_on_that_day_and_once(uow):
    imported(uow, OLD.replace("1950-03-01", "1964-05-02"))
    handlers.register_new_elders(uow, today=TODAY, elder_age=60)
    assert uow.published == []
    for _ in range(2):
        handlers.register_new_elders(uow, today=date(2024, 5, 2), elder_age=60)
    assert uow.told() == ["EldersRegistered"]


@pytest.mark.parametrize(
    ("today", "born_by"), [(date(2025, 2, 28), date(1964, 2, 28)), (date(2025, 3, 1), date(1964, 3, 1))]
)
def test_a_birthday_on_29_february_is_1_march_in_other_years(today, born_by):
    assert latest_birth(today, 61) == born_by


def test_on_29_february_nobody_needs_a_29_february_to_be_born_on():
    assert latest_birth(date(2024, 2, 29), 61) == date(1963, 2, 28)
    assert latest_birth(date(2024, 2, 29), 60) == date(1964, 2, 29)


# -- posts


def test_a_post_beside_a_name_is_taken(uow):
    assert imported(uow, LEADER)["posts_filled"] == 1
    (told,) = uow.published
    assert isinstance(told, PostFilled)
    assert (told.kind, told.place, told.starts_on) == ("grid_leader", G1, date(2021, 4, 1))
    assert told.person_id == person_id(C, "003")


def test_someone_may_hold_several_posts_a_row_for_each(uow):
    second = LEADER.replace(f"网格长,{G1}", f"楼栋长,{BUILDING}")
    assert imported(uow, LEADER, second)["posts_filled"] == 2
    assert len(uow.people.kept) == 1


def test_someone_who_only_holds_a_post_here_need_not_live_here(uow):
    assert imported(uow, f"009,周书记,,,,,社区书记,{C},,2021-04-01,")["posts_filled"] == 1
    assert person(uow, "009").household is None


def test_terms_in_a_list_follow_each_other_by_their_dates(uow):
    later = LEADER.replace("003,赵强", "004,钱进").replace("2021-04-01", "2023-04-01")
    imported(uow, later, LEADER)
    post = uow.post(post_id(C, PostKind.GRID_LEADER, G1))
    assert [(term.starts_on, term.ends_on) for term in post.terms] == [
        (date(2021, 4, 1), date(2023, 3, 31)),
        (date(2023, 4, 1), None),
    ]
    assert [type(event) for event in uow.published] == [PostFilled, PostVacated, PostFilled]


def test_a_term_without_a_first_day_begins_on_the_day_of_the_import(uow):
    imported(uow, LEADER.replace("2021-04-01", ""))
    assert uow.post(post_id(C, PostKind.GRID_LEADER, G1)).terms[0].starts_on == TODAY


def test_two_people_cannot_take_one_post_on_one_day(uow):
    found = refused(uow, LEADER, LEADER.replace("003,赵强", "004,钱进"))
    assert list(found) == ["rows.3.starts_on"]
    assert "2021-04-01 起另有人担任" in found["rows.3.starts_on"]


@pytest.mark.parametrize(
    ("post", "place", "line", "column"),
    [
        ("网格长", C, "", "post_place"),
        ("网格长", "nowhere", "", "post_place"),
        ("社区书记", G1, "", "post_place"),
        ("楼栋长", HOME, "", "post_place"),
        ("条线负责人", G1, "", "line"),
        ("网格长", G1, "治安", "line"),
        ("条线负责人", G1, "外交", "line"),
        ("主任", G1, "", "post"),
    ],
)
def test_a_post_out_of_place_is_refused(uow, post, place, line, column):
    found = refused(uow, f"003,赵强,1980-01-01,男,{HOME},,{post},{place},{line},2021-04-01,")
    assert list(found) == [f"rows.2.{column}"]


@pytest.mark.parametrize("line", ["治安", "security"])
def test_a_line_head_has_a_line(uow, line):
    assert imported(uow, f"003,赵强,1980-01-01,男,{HOME},,条线负责人,{G1},{line},2021-04-01,")["posts_filled"] == 1


# -- refusals


@pytest.mark.parametrize(
    ("before", "after", "column"),
    [
        ("王建国", "", "name"),
        ("1950-03-01", "昨天", "born_on"),
        ("1950-03-01", "2030-01-01", "born_on"),
        ("1950-03-01", "1850-01-01", "born_on"),
        ("男", "其他", "sex"),
        (HOME, "", "household"),
        (HOME, BUILDING, "household"),
        (HOME, "nowhere", "household"),
        ("13803710001", "电话", "phone"),
    ],
)
def test_a_wrong_cell_is_named_by_row_and_column(uow, before, after, column):
    found = refused(uow, YOUNG, OLD.replace(before, after))
    assert list(found) == [f"rows.3.{column}"]
    assert found[f"rows.3.{column}"].startswith("第3行“")


def test_one_mistake_keeps_the_whole_list_out(uow):
    refused(uow, YOUNG, OLD.replace("男", "其他"))
    assert (uow.people.kept, uow.published) == ({}, [])


@pytest.mark.parametrize("second", [OLD, OLD.replace("男", "女")])
def test_nobody_stands_twice_in_a_list(uow, second):
    assert refused(uow, OLD, second) == {"rows.3.number": "第3行“编号”：与第2行是同一个人"}


def test_people_of_an_unknown_community_are_refused():
    with pytest.raises(CommunityNotFound):
        imported(FakeUnitOfWork(), OLD)


def test_only_the_first_hundred_mistakes_are_listed_but_all_are_counted(uow):
    with pytest.raises(ImportRefused) as error:
        imported(uow, *(f"{n},,1990-01-01,男,{HOME},,,,,," for n in range(150)))
    assert len(error.value.fields) == 100
    assert "150" in error.value.said("zh")


# -- previews


def test_a_preview_says_what_would_be_done_and_does_nothing(uow):
    answer = imported(uow, OLD, LEADER, preview=True)
    assert (answer["preview"], answer["added"], answer["elders"], answer["posts_filled"]) == (True, 2, 1, 1)
    assert (uow.people.kept, uow.posts.kept, uow.published) == ({}, {}, [])


def test_a_preview_does_not_touch_a_post_that_is_held_already(uow):
    imported(uow, LEADER)
    imported(uow, LEADER.replace("003,赵强", "004,钱进").replace("2021-04-01", "2023-04-01"), preview=True)
    assert len(uow.post(post_id(C, PostKind.GRID_LEADER, G1)).terms) == 1


def test_a_preview_lists_the_mistakes(uow):
    answer = imported(uow, OLD.replace("男", "其他"), preview=True)
    assert answer["fault_count"] == 1
    assert answer["faults"][0] == {
        "row": 2,
        "column": "sex",
        "heading": "性别",
        "value": None,
        "said": {"zh": "第2行“性别”：应为男或女", "en": "row 2, sex: is male or female"},
    }


def test_a_mistake_shows_what_stands_there_unless_it_is_personal(uow):
    answer = imported(uow, OLD.replace(HOME, "nowhere"), LEADER.replace("网格长", "片长"), preview=True)
    assert [(one["heading"], one["value"]) for one in answer["faults"]] == [("住户编码", None), ("职务", "片长")]


def test_a_long_number_that_a_spreadsheet_has_spoilt_is_refused_and_not_taken_for_a_code(uow):
    told = refused(uow, OLD.replace("001,", "4.1018E+17,"))
    assert "科学计数法" in told["rows.2.number"]


def test_the_rows_that_add_and_change_are_named(uow):
    imported(uow, OLD)
    answer = imported(uow, OLD.replace("王建国", "王建中"), YOUNG, LEADER, preview=True)
    assert (answer["changed_rows"], answer["added_rows"]) == ([2], [3, 4])


@pytest.mark.parametrize(
    ("phone", "shown"), [("13803710001", "138****0001"), ("64351234", "******34"), ("12345", "****45")]
)
def test_a_masked_phone_does_not_give_the_number_away(phone, shown):
    assert masked(phone) == shown


def test_ids_do_not_depend_on_the_process_that_makes_them():
    assert person_id(C, "001") == UUID("697644ba-98c5-5c6e-b982-77f71fb7fda5")
