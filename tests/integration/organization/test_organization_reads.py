"""What the organization service shows, on a real database."""

from datetime import date, timedelta
from uuid import uuid4

import pytest

from contracts.organization import schemas
from contracts.organization.errors import (
    CommunityNotFound,
    LeaveNotFound,
    PersonNotFound,
    PlaceNotFound,
    PostNotFound,
)
from services.organization import handlers, queries
from services.organization.domain.people import person_id
from services.organization.domain.posts import PostKind, post_id
from tests.unit.organization.samples import BUILDING, COTTAGE, G1, G2, HOME, NOW, TODAY, YARD, C, filed, late

WANG, LI, ELDER, CHILD = (person_id(C, number) for number in "1234")


def shaped(schema, shown):
    """What is shown holds exactly the fields that its schema promises."""
    assert set(shown) == set(schema().fields)
    return shown


# -- places


def test_places_are_listed_from_the_community_downward(community):
    found = community.ask(queries.list_places, C, page=2, page_size=3)
    assert (found["total"], found["page"], found["page_size"]) == (7, 2, 3)
    assert [item["code"] for item in found["items"]] == [YARD, BUILDING, COTTAGE]


@pytest.mark.parametrize(
    ("asked", "codes"),
    [
        ({"kind": "grid"}, [G1, G2]),
        ({"parent": YARD}, [BUILDING, COTTAGE]),
        ({"parent": YARD, "kind": "household"}, [COTTAGE]),
        ({"kind": "courtyard", "parent": G2}, []),
    ],
)
def test_places_are_found_by_kind_and_parent(community, asked, codes):
    assert [item["code"] for item in community.ask(queries.list_places, C, **asked)["items"]] == codes


def test_a_place_is_shown_with_the_way_down_to_it(community):
    shown = shaped(schemas.PlaceDetailOut, community.ask(queries.get_place, C, YARD))
    assert shown["path"] == [
        {"code": C, "name": "陇海路社区"},
        {"code": G1, "name": "第一网格"},
        {"code": YARD, "name": "交通庭院"},
    ]
    assert (shown["aged"], shown["children"], shown["parent"]) == (True, 2, G1)


def test_what_is_not_there_is_not_found(community):
    for query, args, error in (
        (queries.get_place, (C, "nowhere"), PlaceNotFound),
        (queries.list_places, ("410181002099",), CommunityNotFound),
    ):
        with pytest.raises(error):
            community.ask(query, *args)
    with pytest.raises(CommunityNotFound):
        community.ask(queries.get_community, "410181002099", today=TODAY, elder_age=60)
    with pytest.raises(CommunityNotFound):
        community.ask(queries.list_gaps, "410181002099", today=TODAY)
    with pytest.raises(PersonNotFound):
        community.ask(queries.get_person, uuid4(), today=TODAY)
    with pytest.raises(LeaveNotFound):
        community.ask(queries.get_leave, uuid4())
    with pytest.raises(PostNotFound):
        community.ask(queries.get_term, uuid4(), TODAY, today=TODAY)
    with pytest.raises(PlaceNotFound):
        community.ask(queries.find_responsible, community=C, place="nowhere", on=TODAY)


def test_a_community_is_shown_with_what_stands_above_it_and_what_it_counts(community):
    shown = community.ask(queries.get_community, C, today=TODAY, elder_age=60)
    shaped(schemas.CommunityDetailOut, shown)
    assert shown["subdistrict"] == {"code": "410181002", "name": "杜甫路街道"}
    assert shown["city"] == {"code": "410181", "name": "巩义市"}
    assert shown["boundary"] == "东至陇海桥西头"
    assert shown["counts"] == {
        "grids": 2,
        "courtyards": 1,
        "aged_courtyards": 1,
        "buildings": 1,
        "households": 2,
        "residents": 4,
        "elders": 1,
    }
    (listed,) = community.ask(queries.list_communities, within=["*"])["items"]
    assert shaped(schemas.CommunityOut, listed) == {name: shown[name] for name in listed}


def test_figures_count_what_is_in_each_community_asked_for(community):
    counts = community.ask(queries.get_community, community=C, today=TODAY, elder_age=60)["counts"]
    asked = {"today": TODAY, "elder_age": 60}
    (row,) = community.ask(queries.list_figures, within=[C[:9]], **asked)["items"]
    shaped(schemas.CommunityFigures, row)
    assert {name: row[name] for name in counts} == counts
    assert row["community"] == C
    assert community.ask(queries.list_figures, within=["410199"], **asked)["items"] == []


def test_only_communities_that_are_asked_for_are_listed(community):
    for within, codes in ((["*"], [C]), ([C], [C]), ([C[:4]], [C]), (["9"], []), ([], [])):
        assert [one["code"] for one in community.ask(queries.list_communities, within=within)["items"]] == codes


# -- people


def test_only_a_published_phone_is_shown_whole(community):
    found = community.ask(queries.list_people, today=TODAY, community=C)["items"]
    phones = {one["number"]: shaped(schemas.PersonOut, one)["phone"] for one in found}
    assert phones == {"1": "13803710001", "2": "13803710002", "3": "138****0003", "4": None}


def test_the_phone_of_a_former_holder_is_masked_again(community):
    handlers.end_post(community.uow, post_id(C, PostKind.GRID_LEADER, G1), TODAY - timedelta(days=1))
    assert community.ask(queries.get_person, WANG, today=TODAY)["phone"] == "138****0001"


def test_the_phone_of_a_line_head_is_not_published(community):
    community.import_people(
        "编号,姓名,住户编码,职务,任职地点,条线,任期开始", f"3,赵桂英,{HOME},条线负责人,{G2},治安,2021-04-01"
    )
    shown = community.ask(queries.get_person, ELDER, today=TODAY)
    assert [post["line"] for post in shown["posts"]] == ["security"]
    assert shown["phone"] == "138****0003"


@pytest.mark.parametrize(
    ("asked", "numbers"),
    [
        ({"place": C}, "1234"),
        ({"place": G1}, "1234"),
        ({"place": G2}, ""),
        ({"place": BUILDING}, "134"),
        ({"place": COTTAGE}, "2"),
        ({"post": "grid_leader"}, "1"),
        ({"post": "line_head"}, ""),
        ({"q": "赵"}, "34"),
        ({"q": "4"}, "4"),
        ({"q": "%"}, ""),
        ({"q": "赵", "community": "410181002012"}, ""),
    ],
)
def test_people_are_found_by_place_post_and_name(community, asked, numbers):
    found = community.ask(queries.list_people, **{"today": TODAY, "community": C} | asked)
    assert sorted(one["number"] for one in found["items"]) == list(numbers)
    assert found["total"] == len(numbers)


def test_a_person_is_shown_with_every_post_they_ever_held(community):
    handlers.end_post(community.uow, post_id(C, PostKind.GRID_LEADER, G1), date(2023, 1, 31))
    shown = shaped(schemas.PersonDetailOut, community.ask(queries.get_person, WANG, today=TODAY))
    assert shown["posts"] == []
    (term,) = shown["terms"]
    assert (term["place_name"], term["starts_on"], term["ends_on"], term["current"]) == (
        "第一网格",
        "2021-04-01",
        "2023-01-31",
        False,
    )


# -- posts and leave


@pytest.fixture
def succeeded(community):
    """The elder follows the grid leader on the first of June."""
    handlers.appoint(
        community.uow,
        uuid4(),
        C,
        kind="grid_leader",
        place=G1,
        person_id=ELDER,
        line=None,
        starts_on=date(2024, 6, 1),
        ends_on=None,
    )
    return community


@pytest.mark.parametrize(
    ("day", "holder"),
    [
        (date(2021, 3, 31), []),
        (date(2021, 4, 1), ["王建国"]),
        (date(2024, 5, 31), ["王建国"]),
        (date(2024, 6, 1), ["赵桂英"]),
    ],
)
def test_who_was_responsible_on_a_day_can_be_asked(succeeded, day, holder):
    found = succeeded.ask(queries.list_posts, today=TODAY, place=G1, on=day)
    assert [item["person_name"] for item in found["items"]] == holder


def test_the_history_of_a_post_names_the_predecessor(succeeded):
    items = succeeded.ask(queries.list_posts, today=TODAY, community=C, kind="grid_leader")["items"]
    shown = [
        (shaped(schemas.PostOut, item)["person_name"], item["predecessor_name"], item["current"]) for item in items
    ]
    assert shown == [("赵桂英", "王建国", False), ("王建国", None, True)]


def test_a_term_is_shown_by_its_post_and_a_day(succeeded):
    shown = succeeded.ask(queries.get_term, post_id(C, PostKind.GRID_LEADER, G1), date(2024, 6, 1), today=TODAY)
    assert (shown["person_id"], shown["name"]) == (str(ELDER), {"zh": "网格长", "en": "grid leader"})


def test_leaves_are_listed_and_found_by_the_day(community):
    taken, cancelled = uuid4(), uuid4()
    handlers.take_leave(community.uow, taken, WANG, TODAY, TODAY)
    handlers.take_leave(community.uow, cancelled, LI, TODAY, TODAY)
    handlers.cancel_leave(community.uow, cancelled, now=NOW)
    assert community.ask(queries.list_leaves, community=C)["total"] == 2
    (away,) = community.ask(queries.list_leaves, on=TODAY)["items"]
    assert shaped(schemas.LeaveOut, away)["id"] == str(taken)
    assert community.ask(queries.list_leaves, on=TODAY + timedelta(days=1))["total"] == 0
    assert community.ask(queries.get_leave, cancelled)["cancelled"] is True


# -- responsibility


def responsible(community, place=HOME, on=TODAY, **more):
    shown = community.ask(queries.find_responsible, community=C, place=place, on=on, **more)
    return shaped(schemas.ResponsibleOut, shown)


def test_the_ladder_shows_everyone_above_a_place(community):
    shown = responsible(community)
    assert [(rung["post"], rung["place"], rung["available"]) for rung in shown["ladder"]] == [
        ("building_leader", BUILDING, False),
        ("building_leader", YARD, False),
        ("grid_leader", G1, True),
        ("community_secretary", C, True),
    ]
    assert all(set(rung) == set(schemas.RungOut().fields) for rung in shown["ladder"])
    assert shown["ladder"][0]["why"]["zh"] == "交通庭院1号楼的楼栋长空缺"
    assert shown["responsible"]["person"] == {"id": str(WANG), "name": "王建国", "phone": "13803710001"}
    assert shown["leader"] == {
        "id": str(WANG),
        "name": "王建国",
        "post": "grid_leader",
        "reason": "第一网格由网格长王建国负责",
    }


def test_the_person_complained_about_and_whoever_is_away_are_passed_over(community):
    assert responsible(community, about_person=WANG)["leader"]["id"] == str(LI)
    handlers.take_leave(community.uow, uuid4(), LI, TODAY, TODAY)
    shown = responsible(community, about_person=WANG)
    assert (shown["responsible"], shown["leader"]) == (None, None)
    assert shown["ladder"][-1]["why"]["zh"] == "社区书记李敏请假至2024年5月1日"


def test_the_ladder_of_a_day_long_ago_was_another(community):
    assert responsible(community, on=date(2020, 1, 1))["leader"] is None


def test_someone_with_two_leaves_at_once_is_away_until_the_later_ends(community):
    for last in (TODAY, TODAY + timedelta(days=4)):
        handlers.take_leave(community.uow, uuid4(), WANG, TODAY, last)
    assert [rung["post"] for rung in responsible(community)["ladder"]].count("grid_leader") == 1
    assert responsible(community)["leader"]["reason"].startswith("网格长王建国请假至2024年5月5日")


# -- gaps


def gaps(community, **more):
    items = community.ask(queries.list_gaps, C, today=TODAY, **more)["items"]
    return [(shaped(schemas.GapOut, item)["kind"], item["place"], item["since"]) for item in items]


def test_the_gap_report_names_grids_without_a_leader_and_buildings_without_one(community):
    assert gaps(community) == [
        ("grid_without_leader", G2, "2024-05-01"),
        ("building_without_leader", BUILDING, "2024-05-01"),
    ]


def test_a_gap_begins_on_the_day_after_the_last_term_and_the_oldest_comes_first(community):
    community.import_people("编号,姓名,职务,任职地点,任期开始", f"2,李敏,网格长,{G2},2023-01-01")
    handlers.end_post(community.uow, post_id(C, PostKind.GRID_LEADER, G2), date(2024, 2, 29))
    handlers.end_post(community.uow, post_id(C, PostKind.GRID_LEADER, G1), date(2024, 3, 31))
    community.import_places("code,kind,name,parent", f"{C}003,grid,第三网格,{C}")
    assert gaps(community, kind="grid_without_leader") == [
        ("grid_without_leader", G2, "2024-03-01"),
        ("grid_without_leader", G1, "2024-04-01"),
        ("grid_without_leader", f"{C}003", "2024-05-01"),
    ]


def test_a_community_without_a_secretary_is_the_gravest_gap(community):
    handlers.end_post(community.uow, post_id(C, PostKind.COMMUNITY_SECRETARY, C), date(2024, 3, 31))
    first = community.ask(queries.list_gaps, C, today=TODAY)["items"][0]
    assert (first["kind"], first["since"], first["severity"]) == (
        "community_without_secretary",
        "2024-04-01",
        "serious",
    )
    assert first["said"] == {"zh": "陇海路社区没有在任的社区书记", "en": "陇海路社区 has no community secretary"}


@pytest.mark.parametrize("place", [BUILDING, YARD])
def test_a_building_has_a_leader_of_its_own_or_its_courtyard_has(community, place):
    community.import_people("编号,姓名,住户编码,职务,任职地点,任期开始", f"3,赵桂英,{HOME},楼栋长,{place},2021-04-01")
    assert gaps(community, kind="building_without_leader") == []


def test_a_courtyard_without_buildings_needs_a_leader_of_its_own(community):
    community.import_places("code,kind,name,parent", f"{G2}01,courtyard,平房院,{G2}")
    assert [place for _, place, _ in gaps(community, kind="building_without_leader")] == [BUILDING, f"{G2}01"]


def test_grievances_that_somebody_is_missing_for_are_in_the_report(community):
    handlers.assign_leader(community.uow, filed(place=G2), now=NOW)
    handlers.assign_leader(community.uow, alone := filed(place=G2, about_person=LI), now=NOW)
    handlers.assign_leader(community.uow, waiting := filed(place=HOME, about_person=LI), now=NOW)
    handlers.escalate(community.uow, late(waiting), now=NOW)
    items = community.ask(queries.list_gaps, C, today=TODAY)["items"]
    assert [(item["kind"], item["place"]) for item in items] == [
        ("grid_without_leader", G2),
        ("grievance_without_leader", G2),
        ("escalation_without_taker", HOME),
        ("grievance_with_stand_in", G2),
        ("building_without_leader", BUILDING),
    ]
    assert [item["grievance_id"] for item in items[1:3]] == [str(alone.grievance_id), str(waiting.grievance_id)]
    assert items[2]["name"] == "交通庭院1号楼101室"
    assert items[3]["said"]["zh"].endswith("第二网格的网格长空缺，暂由社区书记李敏负责")
