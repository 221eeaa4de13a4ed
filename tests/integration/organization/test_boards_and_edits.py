"""Boards, portraits and edits on a real database: what visitors see of officials, what stays of what was closed."""

from datetime import UTC, datetime, timedelta
from threading import Thread
from uuid import UUID, uuid4

import pytest

from contracts.organization import schemas
from contracts.organization.errors import (
    EditedMeanwhile,
    PersonInOffice,
    PersonNotFound,
    PlaceInUse,
    PortraitNotFound,
    PortraitWithoutPost,
)
from contracts.organization.events import PersonErased, ResidentsForgotten
from contracts.organization.schemas import boards
from services.organization.config import OrganizationSettings
from services.organization.domain.people import person_id
from services.organization.handlers.personal import forget_who_left
from tests.integration.organization.test_organization_calls import keeps
from tests.scopes import in_this_scope
from tests.unit.organization.samples import BUILDING, COTTAGE, G1, G2, HOME, YARD, C

WANG, LI, ELDER = (str(person_id(C, number)) for number in "123")
IMAGE = "anBlZw=="


def board(community, code=YARD):
    return keeps(boards.BoardOut, community.ask_at_the_door("get_board", community=C, code=code))


def on_the_board(community, post="grid_leader"):
    [entry] = [each for each in board(community)["entries"] if each["post"] == post]
    return entry["person"]


def show_portrait(community, person=WANG):
    portrait = str(uuid4())
    command = {"id": person, "portrait": portrait, "image": IMAGE, "by": "office"}
    shown = keeps(boards.PublicationOut, community.ask_at_the_door("show_portrait", **command))
    assert shown["portrait"] == portrait
    return portrait


# -- the board


def test_the_board_of_a_courtyard_names_who_is_in_charge_from_the_community_down(community):
    told = board(community)
    assert [(each["post"], each["place_name"]) for each in told["entries"]] == [
        ("community_secretary", "陇海路社区"),
        ("grid_leader", "第一网格"),
    ]
    assert [step["name"] for step in told["path"]] == ["陇海路社区", "第一网格", "交通庭院"]
    keeps(boards.BoardEntryOut, told["entries"][0])
    assert told["entries"][1]["person"] == {"id": WANG, "name": "王建国", "phone": "13803710001", "portrait": None}


def test_leaders_of_its_buildings_and_heads_of_lines_stand_on_it_once_there_are_any(community):
    ask = community.ask_at_the_door
    for kind, place, line in (("building_leader", BUILDING, None), ("line_head", G1, "safety")):
        command = {"id": str(uuid4()), "community": C, "kind": kind, "place": place, "line": line}
        ask("appoint", **command, person_id=ELDER, starts_on="2024-04-01")
    building, line = board(community)["entries"][2:]
    assert (building["place_name"], building["person"]["phone"]) == ("1号楼", "13803710003")
    assert (line["line_name"]["zh"], line["person"]["name"], line["person"]["phone"]) == ("安全", "赵桂英", None)


def test_a_vacant_post_of_a_leader_is_shown_as_vacant(community):
    [grid] = [each for each in board(community, G2)["entries"] if each["post"] == "grid_leader"]
    assert grid["person"] is None


def test_a_telephone_that_is_withheld_is_shown_nowhere(community):
    ask = community.ask_at_the_door
    assert ask("show_phone", id=WANG, shown=False)["phone_shown"] is False
    assert on_the_board(community)["phone"] is None
    ladder = ask("find_responsible", community=C, place=HOME)["ladder"]
    assert [rung["person"]["phone"] for rung in ladder if rung["post"] == "grid_leader"] == [None]
    assert ask("get_person", id=WANG)["phone"] == "138****0001"
    ask("show_phone", id=WANG, shown=True)
    assert on_the_board(community)["phone"] == "13803710001"


def test_a_portrait_is_on_the_board_until_it_is_taken_down(community):
    ask = community.ask_at_the_door
    portrait = show_portrait(community)
    assert on_the_board(community)["portrait"] == portrait
    assert keeps(boards.PortraitOut, ask("get_portrait", id=portrait))["image"] == IMAGE
    ask("take_down_portrait", id=WANG)
    assert on_the_board(community)["portrait"] is None
    with pytest.raises(PortraitNotFound):
        ask("get_portrait", id=portrait)


def test_a_portrait_that_was_replaced_is_gone(community):
    first, second = show_portrait(community), show_portrait(community)
    assert on_the_board(community)["portrait"] == second
    with pytest.raises(PortraitNotFound):
        community.ask_at_the_door("get_portrait", id=first)


def test_a_portrait_is_shown_to_nobody_once_the_post_has_ended(community):
    portrait = show_portrait(community)
    [term] = community.ask_at_the_door("list_posts", person_id=WANG)["items"]
    community.ask_at_the_door("end_post", post_id=term["post_id"], ends_on="2024-04-30")
    with pytest.raises(PortraitNotFound):
        community.ask_at_the_door("get_portrait", id=portrait)


def test_of_whoever_holds_no_post_no_portrait_is_kept(community):
    with pytest.raises(PortraitWithoutPost):
        show_portrait(community, ELDER)


def test_nothing_is_shown_of_nobody(organization):
    with pytest.raises(PersonNotFound):
        organization.ask_at_the_door("get_publication", id=WANG)


def test_what_somebody_said_about_being_shown_is_exported_and_removed_with_them(community):
    ask = community.ask_at_the_door
    ask("show_phone", id=ELDER, shown=False)
    kept = ask("export_person", community=C, ids=[ELDER])["kept"]
    assert "publications" in {part["kept_in"] for part in kept}
    command = {"id": ELDER, "erasure_id": str(uuid4()), "community": C, "known_as": [ELDER]}
    ask("erase_person", **command, reason="moved_away", asked_by="office")
    assert "publications" not in {part["kept_in"] for part in ask("export_person", community=C, ids=[ELDER])["kept"]}


# -- places


def test_a_place_is_added_renamed_closed_and_opened_again(community):
    ask = community.ask_at_the_door
    new = {"community": C, "code": f"{G2}09"}
    added = ask("add_place", **new, kind="courtyard", name="龙泉花园", parent=G2, aged=True)
    keeps(schemas.PlaceDetailOut, added)
    renamed = ask("change_place", **new, version=added["version"], name="龙泉新村")
    assert (renamed["name"], renamed["aged"], renamed["version"]) == ("龙泉新村", True, 2)
    closed = ask("close_place", **new, version=2)
    assert closed["closed_on"] == "2024-05-01"
    assert new["code"] not in {one["code"] for one in ask("list_places", community=C)["items"]}
    assert new["code"] in {one["code"] for one in ask("list_places", community=C, closed=True)["items"]}
    assert board(community, new["code"])["closed_on"] == "2024-05-01"
    assert ask("reopen_place", **new, version=3)["closed_on"] is None
    assert board(community, new["code"])["closed_on"] is None
    assert [event.places[0].is_closed for event in community.told()] == [False, False, True, False]


def test_a_closed_place_is_no_gap_and_counts_no_more(community):
    ask = community.ask_at_the_door
    before = ask("get_community", community=C)["counts"]["grids"]
    gaps = {one["place"] for one in ask("list_gaps", community=C)["items"]}
    ask("close_place", community=C, code=G2, version=ask("get_place", community=C, code=G2)["version"])
    assert ask("get_community", community=C)["counts"]["grids"] == before - 1
    assert gaps - {one["place"] for one in ask("list_gaps", community=C)["items"]} == {G2}


@pytest.mark.parametrize("code", [YARD, HOME, G1])
def test_a_place_with_others_below_it_or_people_in_it_is_not_closed(community, code):
    with pytest.raises(PlaceInUse):
        community.ask_at_the_door("close_place", community=C, code=code, version=1)


@pytest.mark.parametrize("q", ["交通庭院1号", "jtty1h", "1号楼", BUILDING])
def test_a_place_is_found_by_its_full_name_first_letters_or_code(community, q):
    found = community.ask_at_the_door("list_places", community=C, q=q, kind="building")["items"]
    assert [(one["code"], one["called"]) for one in found] == [(BUILDING, "交通庭院1号楼")]


@pytest.mark.parametrize("q", ["交通", "jtty", "JTTY", "庭院", YARD])
def test_a_courtyard_is_found_by_part_of_its_name_or_its_first_letters(community, q):
    found = community.ask_at_the_door("list_places", community=C, q=q, kind="courtyard")["items"]
    assert [one["code"] for one in found] == [YARD]


@pytest.mark.parametrize("q", ["陇海", "lhl", "LHL", "杜甫", C[:9], C])
def test_a_community_is_found_by_its_name_its_first_letters_its_street_or_its_code(community, q):
    assert [one["code"] for one in community.ask_at_the_door("list_communities", q=q)["items"]] == [C]


@pytest.mark.parametrize("q", ["别的社区", "xyz", "%", "_", C[1:]])
def test_a_community_that_is_called_otherwise_is_not_found(community, q):
    assert community.ask_at_the_door("list_communities", q=q)["items"] == []


def test_words_find_no_community_beyond_those_that_are_within_reach(community):
    assert community.ask_at_the_door("list_communities", q="陇海", within=["9"])["items"] == []


def test_a_sign_that_databases_read_otherwise_finds_nothing(community):
    assert community.ask_at_the_door("list_places", community=C, q="%")["items"] == []


def test_of_two_who_rename_a_place_at_once_one_is_told_and_nothing_is_overwritten(community):
    done, refused = [], []

    def rename(name):
        try:
            done.append(community.ask_at_the_door("change_place", community=C, code=YARD, version=1, name=name)["name"])
        except EditedMeanwhile:
            refused.append(name)

    both = [Thread(target=in_this_scope(rename), args=(name,)) for name in ("东院", "西院")]
    for each in both:
        each.start()
    for each in both:
        each.join()
    assert len(done) == len(refused) == 1
    assert community.ask_at_the_door("get_place", community=C, code=YARD)["name"] == done[0]


# -- people


def test_somebody_is_registered_corrected_moved_and_leaves(community):
    ask = community.ask_at_the_door
    facts = {"community": C, "number": "9", "name": "张玉兰", "born_on": "1950-01-01", "household": HOME}
    added = keeps(schemas.PersonDetailOut, ask("add_person", **facts, phone="13800000000"))
    id = added["id"]
    changed = ask("change_person", id=id, version=added["version"], sex="female")
    assert (changed["sex"], changed["name"], changed["phone"]) == ("female", "张玉兰", "138****0000")
    moved = ask("move_person", id=id, version=changed["version"], household=COTTAGE)
    assert moved["household"] == COTTAGE
    gone = ask("depart_person", id=id, version=moved["version"], left_on="2024-05-01")
    assert (gone["left_on"], gone["household"], gone["phone"]) == ("2024-05-01", None, None)
    assert id not in {one["id"] for one in ask("list_people", community=C)["items"]}
    assert id in {one["id"] for one in ask("list_people", community=C, left=True)["items"]}
    *registered, _ = community.told()
    assert [event.elders[0].household for event in registered] == [HOME, HOME, COTTAGE]


@pytest.mark.parametrize("q", ["张玉兰", "玉兰", "zyl", "ZYL", " yl ", "9"])
def test_a_person_is_found_by_name_first_letters_or_number(community, q):
    ask = community.ask_at_the_door
    facts = {"community": C, "number": "9", "name": "张玉兰", "born_on": "1950-01-01", "household": HOME}
    added = ask("add_person", **facts)
    assert [one["id"] for one in ask("list_people", community=C, q=q)["items"]] == [added["id"]]


def test_a_person_who_is_renamed_is_found_by_the_new_letters_and_no_more_by_the_old(community):
    ask = community.ask_at_the_door
    added = ask("add_person", community=C, number="9", name="张玉兰", household=HOME)
    ask("change_person", id=added["id"], version=added["version"], name="曾玉兰")
    assert [one["name"] for one in ask("list_people", community=C, q="zyl")["items"]] == ["曾玉兰"]
    ask("change_person", id=added["id"], version=added["version"] + 1, name="李大山")
    assert ask("list_people", community=C, q="zyl")["items"] == []
    assert [one["name"] for one in ask("list_people", community=C, q="lds")["items"]] == ["李大山"]


@pytest.mark.parametrize("q", ["%", "_", "lyz", "yz"])
def test_letters_that_are_not_those_of_the_name_find_nobody(community, q):
    community.ask_at_the_door("add_person", community=C, number="9", name="张玉兰", household=HOME)
    assert community.ask_at_the_door("list_people", community=C, q=q)["items"] == []


def test_whoever_left_is_erased_when_the_period_is_over_and_not_a_day_before(community):
    ask = community.ask_at_the_door
    facts = {"community": C, "number": "9", "name": "张玉兰", "born_on": "1950-01-01", "household": HOME}
    added = ask("add_person", **facts)
    ask("depart_person", id=added["id"], version=added["version"], left_on="2024-05-01")
    community.forget_told()
    left = datetime(2024, 5, 1, 4, tzinfo=UTC)
    for days, stays, told in ((365, True, []), (366, False, [PersonErased, ResidentsForgotten])):
        for _ in range(2):
            community.run("forget_who_left", now=left + timedelta(days=days))
        assert [type(event) for event in community.told()] == told
        if stays:
            assert ask("get_person", id=added["id"])["name"] == "张玉兰"
    with pytest.raises(PersonNotFound):
        ask("get_person", id=added["id"])
    erasure = ask("get_erasure", id=added["id"])
    assert (erasure["reason"], erasure["asked_by"]) == ("kept_long_enough", "ORGANIZATION_LEFT_DAYS")
    assert community.told()[0].may_return
    assert ask("add_person", **facts)["id"] == added["id"]
    assert ask("get_person", id=ELDER)["name"] == "赵桂英"


def test_whoever_came_back_between_the_look_and_the_erasure_stays(community):
    later = datetime(2026, 5, 1, tzinfo=UTC)
    community.forget_told()
    forget_who_left(community.uow, C, [UUID(ELDER)], OrganizationSettings().left_period, today=later.date(), now=later)
    assert community.told() == []
    assert community.ask_at_the_door("get_person", id=ELDER)["name"] == "赵桂英"


def test_whoever_holds_a_post_does_not_leave(community):
    with pytest.raises(PersonInOffice):
        community.ask_at_the_door("depart_person", id=WANG, version=1, left_on="2024-05-01")


def test_importing_somebody_again_does_not_let_an_older_view_overwrite(community):
    version = community.ask_at_the_door("get_person", id=LI)["version"]
    community.import_people("编号,姓名,住户编码,职务,任职地点,任期开始", f"2,李敏敏,{COTTAGE},社区书记,{C},2021-04-01")
    with pytest.raises(EditedMeanwhile):
        community.ask_at_the_door("change_person", id=LI, version=version, name="李某")
