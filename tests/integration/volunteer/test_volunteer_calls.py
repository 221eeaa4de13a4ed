"""The volunteer service's door: what is asked and answered, in the shapes of its contract."""

from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from contracts.grievance.events import GrievanceCancelled, GrievanceRejected, GrievanceResolved
from contracts.organization.events import PersonErased
from contracts.volunteer import schemas
from contracts.volunteer.errors import (
    CheckedInElsewhere,
    DispatchNotFound,
    SessionsOverlap,
    StepForbidden,
    TeamNameTaken,
    TeamNotFound,
    TeamNotReady,
    VolunteerNotFound,
)
from contracts.volunteer.schemas import teams
from tests.integration.volunteer.desks import TREE, ask, hear, tell_places
from tests.unit.volunteer.samples import (
    BUILDING,
    COMMUNITY,
    COURTYARD,
    GRIEVANCE,
    HOUR,
    MINUTE,
    NOON,
    OTHER_COURTYARD,
    PATH,
    assigned,
)


def person(name="李四", **different):
    return {
        "id": str(uuid4()),
        "name": name,
        "skills": ["搬运"],
        "home_place": COURTYARD,
        "phone": "13800001234",
    } | different


def register(desk, *people):
    return ask(desk, "register_volunteers", community=COMMUNITY, volunteers=list(people))


def members(desk, number):
    people = [person(f"志愿者{each}") for each in range(number)]
    register(desk, *people)
    return [one["id"] for one in people]


def founding(**different):
    return {"id": str(uuid4()), "community": COMMUNITY, "type": "veterans", "name": "老兵先锋队"} | different


def dispatches(desk, **wanted):
    return ask(desk, "list_dispatches", **wanted)["items"]


def call_out(desk, **different):
    hear(desk, "call_out_volunteers", assigned(**different))
    return dispatches(desk, grievance_id=str(different.get("grievance_id", GRIEVANCE)))


# -- volunteers


def test_a_volunteer_is_registered_once_and_shown(desk):
    tell_places(desk, *TREE)
    one = person(community=COMMUNITY, is_party_member=True, joined_on="2020-07-01")
    shown = ask(desk, "register_volunteer", **one)
    assert schemas.VolunteerOut().validate(shown) == {}
    assert shown == ask(desk, "register_volunteer", **one) == ask(desk, "get_volunteer", id=one["id"])
    assert (shown["skills"], shown["skill_names"], shown["home_name"]) == (["carrying"], ["搬运"], "交通庭院")
    assert (shown["phone"], shown["hours"], shown["stars"], shown["dispatches"]) == ("13800001234", 0, 0, [])
    assert (shown["is_party_member"], shown["joined_on"], shown["is_available_now"]) == (True, "2020-07-01", True)


def test_a_phone_number_lies_encrypted_in_the_database_and_in_no_list(desk, database):
    ask(desk, "register_volunteer", **person(community=COMMUNITY))
    with database.reading() as connection:
        kept = connection.execute(text("SELECT phone FROM volunteers")).scalar()
    assert "13800001234" not in kept
    [row] = ask(desk, "list_volunteers", community=COMMUNITY)["items"]
    assert schemas.VolunteerRow().validate(row) == {}
    assert "phone" not in row


def test_many_volunteers_are_registered_at_once_and_those_known_stay_as_they_are(desk):
    people = [person(f"志愿者{number}") for number in range(3)]
    assert register(desk, *people) == {"registered": 3, "known_before": 0}
    assert register(desk, *(one | {"name": "别名"} for one in people), person("新来的")) == {
        "registered": 1,
        "known_before": 3,
    }
    names = [row["name"] for row in ask(desk, "list_volunteers", community=COMMUNITY)["items"]]
    assert names == ["志愿者0", "志愿者1", "志愿者2", "新来的"]


@pytest.mark.parametrize("q", ["大山", "lds", "LDS", " ds "])
def test_a_volunteer_is_found_by_part_of_the_name_or_its_first_letters(desk, q):
    register(desk, person("李大山"), person("曾玉兰"))
    found = ask(desk, "list_volunteers", community=COMMUNITY, q=q)["items"]
    assert [one["name"] for one in found] == ["李大山"]
    assert "initials" not in found[0]


@pytest.mark.parametrize("q", ["%", "sd", "大海"])
def test_a_volunteer_is_not_found_by_what_they_are_not_called(desk, q):
    register(desk, person("李大山"))
    assert ask(desk, "list_volunteers", community=COMMUNITY, q=q)["items"] == []


def test_of_a_volunteer_who_was_erased_no_letters_are_kept(desk, database):
    one = person("李大山")
    register(desk, one)
    ids = (UUID(one["id"]),)
    erased = PersonErased(community=COMMUNITY, erasure_id=uuid4(), person_id=ids[0], known_as=ids, erased_at=NOON)
    hear(desk, "erase_person", erased)
    with database.reading() as connection:
        kept = connection.execute(text("SELECT name, initials FROM volunteers")).one()
    assert tuple(kept) == ("已删除", "")


def test_two_thousand_volunteers_are_registered_and_paged(desk):
    people = [person(f"志愿者{number:04}", phone=None) for number in range(2000)]
    assert register(desk, *people)["registered"] == 2000
    page = ask(desk, "list_volunteers", community=COMMUNITY, page=10, page_size=200)
    assert (page["total"], len(page["items"]), page["items"][-1]["name"]) == (2000, 200, "志愿者1999")
    assert len(call_out(desk, hands=3)) == 3


def test_volunteers_are_found_by_skill_in_code_or_word(desk):
    register(desk, person("搬运的"), person("修鞋的", skills=["修鞋", '50%"减"']), person("什么都会", skills=["a_b"]))

    def found(skill):
        return [row["name"] for row in ask(desk, "list_volunteers", skill=skill)["items"]]

    assert found("carrying") == found("搬运") == ["搬运的"]
    assert found("修鞋") == found('50%"减"') == ["修鞋的"]
    assert found("a_b") == ["什么都会"]
    assert found("修") == found("axb") == found("%") == []


def test_volunteers_are_found_by_home_party_and_community(desk):
    register(desk, person("党员", is_party_member=True), person("群众", home_place=OTHER_COURTYARD))

    def found(**wanted):
        return [row["name"] for row in ask(desk, "list_volunteers", **wanted)["items"]]

    assert found(is_party_member=True) == ["党员"]
    assert found(is_party_member=False) == found(home_place=OTHER_COURTYARD) == ["群众"]
    assert found(community="410181002012") == []
    assert len(found()) == 2


def test_volunteers_are_found_by_whether_they_can_come_now(desk):
    mornings = [{"weekday": 3, "starts": "08:00", "ends": "12:01"}]
    register(
        desk,
        person("随时"),
        person("上午", always=False, windows=mornings),
        person("从不", always=False),
        person("休假", paused_until="2026-05-06"),
    )

    def found(**wanted):
        answer = ask(desk, "list_volunteers", community=COMMUNITY, **wanted)
        return {row["name"] for row in answer["items"]}, answer["total"]

    assert found(available_now=True) == ({"上午", "随时"}, 2)
    assert found(available_now=False) == ({"从不", "休假"}, 2)
    desk.clock.now = NOON + MINUTE
    assert found(available_now=True, skill="搬运") == ({"随时"}, 1)
    assert found(available_now=True, page_size=1)[1] == 1


def test_availability_changes_as_far_as_it_is_said(desk):
    one = person(community=COMMUNITY)
    ask(desk, "register_volunteer", **one)
    window = {"weekday": 6, "starts": "09:00", "ends": "24:00"}
    changed = ask(desk, "change_availability", id=one["id"], always=False, windows=[window])
    assert (changed["windows"], changed["is_available_now"]) == ([window], False)
    paused = ask(desk, "change_availability", id=one["id"], paused_until="2026-05-10")
    assert (paused["windows"], paused["paused_until"]) == ([window], "2026-05-10")
    assert ask(desk, "change_availability", id=one["id"], paused_until=None)["paused_until"] is None


def test_nobody_is_shown_who_is_not_there(desk):
    for call, error in (
        ("get_volunteer", VolunteerNotFound),
        ("change_availability", VolunteerNotFound),
        ("get_team", TeamNotFound),
        ("activate_team", TeamNotFound),
        ("get_dispatch", DispatchNotFound),
        ("accept_dispatch", DispatchNotFound),
        ("decline_dispatch", DispatchNotFound),
        ("check_in", DispatchNotFound),
        ("check_out", DispatchNotFound),
    ):
        with pytest.raises(error):
            ask(desk, call, id=str(uuid4()))


# -- teams


def test_a_team_is_founded_completed_activated_suspended_and_active_again(desk):
    first, second, third = members(desk, 3)
    command = founding(member_ids=[first, second], slogan="退伍不褪色")
    founded = ask(desk, "found_team", **command)
    assert teams.TeamOut().validate(founded) == {}
    assert founded == ask(desk, "found_team", **command)
    assert (founded["state"], founded["members_now"], founded["missing"]) == ("founded", 2, ["charter", "members"])
    with pytest.raises(TeamNotReady):
        ask(desk, "activate_team", id=command["id"], charter="每月集中服务两次")
    joined = ask(desk, "join_team", id=command["id"], volunteer_id=third)
    assert joined["missing"] == ["charter"], "what was refused left no trace"
    active = ask(desk, "activate_team", id=command["id"], charter="每月集中服务两次")
    assert (active["state"], active["missing"], active["charter"]) == ("active", [], "每月集中服务两次")
    suspended = ask(desk, "leave_team", id=command["id"], volunteer_id=first)
    assert (suspended["state"], suspended["members_now"]) == ("suspended", 2)
    assert ask(desk, "join_team", id=command["id"], volunteer_id=first)["state"] == "active"


def test_a_name_belongs_to_one_team_of_a_community(desk):
    ask(desk, "found_team", **founding())
    with pytest.raises(TeamNameTaken):
        ask(desk, "found_team", **founding())
    ask(desk, "found_team", **founding(community="410181002012"))


def test_teams_are_listed_with_their_kind_and_size_and_their_members_found(desk):
    ids = members(desk, 3)
    team = ask(desk, "found_team", **founding(member_ids=ids[:2]))
    ask(desk, "found_team", **founding(name="红色物业队", type="property"))
    listed = ask(desk, "list_teams", community=COMMUNITY)
    assert [(row["name"], row["type_name"], row["members_now"]) for row in listed["items"]] == [
        ("红色物业队", "红色物业志愿服务", 0),
        ("老兵先锋队", "退役军人志愿者", 2),
    ]
    assert all(teams.TeamRow().validate(row) == {} for row in listed["items"])
    assert ask(desk, "list_teams", type="property")["total"] == 1
    assert ask(desk, "list_teams", state="active")["total"] == 0
    found = ask(desk, "list_volunteers", team_id=team["id"])["items"]
    assert {row["id"] for row in found} == set(ids[:2])
    assert found[0]["teams"] == [{"id": team["id"], "name": "老兵先锋队", "state": "founded"}]
    assert {one["volunteer_id"] for one in team["members"]} == set(ids[:2])


# -- dispatches


def test_a_dispatch_is_accepted_served_and_credited(desk):
    tell_places(desk, *TREE)
    one = person(home_place=BUILDING, is_party_member=True)
    register(desk, one)
    [offered] = call_out(desk, hands=1)
    assert schemas.DispatchOut().validate(offered) == {}
    assert (offered["state"], offered["allowed"]) == ("offered", ["accept", "decline"])
    assert offered["reason"] == "同楼栋；会搬运；手头0件；党员先行"
    assert (offered["name"], offered["volunteer_id"], offered["category"]) == ("李四", one["id"], "corridor_clutter")
    assert ask(desk, "get_volunteer", id=one["id"])["dispatches"] == [offered]

    accepted = ask(desk, "accept_dispatch", id=offered["id"], by="李四")
    assert (accepted["state"], accepted["allowed"]) == ("accepted", ["check-in", "decline"])
    desk.clock.now = NOON + 10 * MINUTE
    assert ask(desk, "check_in", id=offered["id"])["state"] == "checked_in"
    desk.clock.now = NOON + 75 * MINUTE
    done = ask(desk, "check_out", id=offered["id"], note="清理完毕")
    assert schemas.DispatchOut().validate(done) == {}
    assert (done["state"], done["allowed"], done["minutes_served"], done["minutes_credited"]) == (
        "checked_out",
        [],
        65,
        60,
    )
    assert [step["step"] for step in done["history"]] == ["offer", "accept", "check-in", "check-out"]
    assert done == ask(desk, "get_dispatch", id=offered["id"])
    served = ask(desk, "get_volunteer", id=one["id"])
    assert (served["hours"], served["open_dispatches"], served["dispatches"]) == (1.0, 0, [])


def test_a_forbidden_step_says_what_is_allowed(desk):
    register(desk, person())
    [offered] = call_out(desk, hands=1)
    with pytest.raises(StepForbidden) as refused:
        ask(desk, "check_out", id=offered["id"])
    assert refused.value.facts["allowed"] == ["accept", "decline"]
    assert "accept" in refused.value.said("zh")


def test_a_no_is_answered_with_the_next_offer(desk):
    register(desk, person("甲"), person("乙"))
    [offered] = call_out(desk, hands=1)
    declined = ask(desk, "decline_dispatch", id=offered["id"], reason="加班")
    assert (declined["state"], declined["decline_reason"]) == ("declined", "加班")
    by_state = {row["state"]: row for row in dispatches(desk, community=COMMUNITY)}
    assert set(by_state) == {"declined", "offered"}
    assert by_state["offered"]["volunteer_id"] != offered["volunteer_id"]
    assert dispatches(desk, state="offered", volunteer_id=by_state["offered"]["volunteer_id"])


def test_silence_is_answered_with_the_next_offer_when_its_time_is_over(desk):
    register(desk, person("甲"), person("乙"))
    call_out(desk, hands=1)
    desk.clock.now = NOON + 29 * MINUTE
    desk.lapse_unanswered.__wrapped__(desk)
    assert len(dispatches(desk)) == 1
    desk.clock.now = NOON + 30 * MINUTE
    desk.lapse_unanswered.__wrapped__(desk)
    desk.lapse_unanswered.__wrapped__(desk)
    assert sorted(row["state"] for row in dispatches(desk)) == ["lapsed", "offered"]


@pytest.mark.parametrize(
    ("hearing", "event"),
    [
        ("stand_down_cancelled", GrievanceCancelled(community=COMMUNITY, grievance_id=GRIEVANCE, cancelled_at=NOON)),
        ("stand_down_rejected", GrievanceRejected(community=COMMUNITY, grievance_id=GRIEVANCE, rejected_at=NOON)),
        ("stand_down_resolved", GrievanceResolved(community=COMMUNITY, grievance_id=GRIEVANCE, resolved_at=NOON)),
    ],
)
def test_an_end_stands_down_who_has_not_come_and_is_remembered(desk, hearing, event):
    register(desk, person("甲"), person("乙"))
    here, there = call_out(desk, hands=2)
    ask(desk, "accept_dispatch", id=here["id"])
    ask(desk, "check_in", id=here["id"])
    hear(desk, hearing, event)
    assert ask(desk, "get_dispatch", id=there["id"])["state"] == "stood_down"
    assert ask(desk, "check_out", id=here["id"])["state"] == "checked_out"
    overtaken = uuid4()
    hear(desk, hearing, type(event)(**vars(event) | {"grievance_id": overtaken}))
    assert call_out(desk, grievance_id=overtaken) == []
    assert len(call_out(desk, round=2, assigned_at=NOON + MINUTE)) == 4


def test_nobody_serves_in_two_places_at_once(desk):
    register(desk, person())
    [first], [second] = call_out(desk, hands=1), call_out(desk, hands=1, grievance_id=uuid4())
    for offered in (first, second):
        ask(desk, "accept_dispatch", id=offered["id"])
    ask(desk, "check_in", id=first["id"])
    with pytest.raises(SessionsOverlap):
        ask(desk, "check_in", id=second["id"])
    desk.clock.now = NOON + HOUR
    ask(desk, "check_out", id=first["id"])
    with pytest.raises(SessionsOverlap):
        ask(desk, "check_in", id=second["id"], at=(NOON + 10 * MINUTE).isoformat())
    assert ask(desk, "check_in", id=second["id"])["state"] == "checked_in"


# -- on the spot, and hours


def test_dispatches_that_a_code_is_good_for_are_found_by_the_place_where_it_hangs(desk):
    tell_places(desk, *TREE)
    register(desk, person(home_place=BUILDING))
    [offered] = call_out(desk, hands=1)
    mine = {"community": COMMUNITY, "volunteer_id": offered["volunteer_id"]}
    assert offered["place_name"] == "交通庭院 1号楼"
    assert [one["id"] for one in dispatches(desk, **mine, at_place=COURTYARD)] == [offered["id"]]
    assert [one["id"] for one in dispatches(desk, **mine, at_place=BUILDING)] == [offered["id"]]
    assert dispatches(desk, **mine, at_place=OTHER_COURTYARD) == dispatches(desk, **mine, at_place=COMMUNITY) == []
    ask(desk, "decline_dispatch", id=offered["id"])
    assert dispatches(desk, **mine, at_place=COURTYARD) == []


def test_a_check_in_by_code_is_refused_elsewhere_and_marked_on_the_spot(desk):
    tell_places(desk, *TREE)
    register(desk, person())
    [offered] = call_out(desk, hands=1)
    ask(desk, "accept_dispatch", id=offered["id"])
    with pytest.raises(CheckedInElsewhere):
        ask(desk, "check_in", id=offered["id"], place=OTHER_COURTYARD, own=[offered["volunteer_id"]])
    here = ask(desk, "check_in", id=offered["id"], place=COURTYARD, own=[offered["volunteer_id"]])
    assert (here["state"], here["checked_in_how"]) == ("checked_in", "qr")


def serve(desk, grievance_id, start, hours):
    desk.clock.now = start
    [offered] = call_out(desk, hands=1, grievance_id=grievance_id, assigned_at=start)
    ask(desk, "accept_dispatch", id=offered["id"])
    ask(desk, "check_in", id=offered["id"])
    desk.clock.now = start + hours * HOUR
    return ask(desk, "check_out", id=offered["id"])


def test_hours_are_summed_by_month_and_say_what_for_and_nobodys_home(desk):
    tell_places(desk, *TREE)
    one = person()
    register(desk, one)
    serve(desk, uuid4(), NOON, 2)
    serve(desk, uuid4(), NOON + 30 * 24 * HOUR, 3)
    told = ask(desk, "get_hours", id=one["id"], page_size=1)
    assert schemas.VolunteerHours().validate(told) == {}
    assert (told["hours"], told["stars"], told["next_star_at"], told["total"]) == (5.0, 0, 100, 2)
    assert told["months"] == [
        {"month": "2026-06", "hours": 3.0, "sessions": 1},
        {"month": "2026-05", "hours": 2.0, "sessions": 1},
    ]
    [latest] = told["items"]
    assert (latest["category"], latest["place_name"], latest["minutes_credited"]) == (
        "corridor_clutter",
        "交通庭院 1号楼",
        180,
    )
    assert PATH[-1] not in str(told), "the home that was helped is not named"
    with pytest.raises(VolunteerNotFound):
        ask(desk, "get_hours", id=str(uuid4()))


def test_my_teams_are_those_i_belong_to_and_say_how_far_they_have_come(desk):
    tell_places(desk, *TREE)
    ids = members(desk, 3)
    words = {"slogan": "退伍不褪色", "charter": "每月两次"}
    team = ask(desk, "found_team", **founding(member_ids=ids, **words))
    ask(desk, "found_team", **founding(name="别的队"))
    assert team["maturity"] == "forming"
    ask(desk, "activate_team", id=team["id"])
    [mine] = ask(desk, "list_teams", volunteer_id=ids[0])["items"]
    assert (mine["name"], mine["slogan"], mine["maturity"]) == ("老兵先锋队", "退伍不褪色", "active")
    case = uuid4()
    for offered in call_out(desk, hands=3, grievance_id=case):
        for taken in ("accept_dispatch", "check_in"):
            ask(desk, taken, id=offered["id"])
    desk.clock.now = NOON + HOUR
    for offered in dispatches(desk, grievance_id=str(case)):
        ask(desk, "check_out", id=offered["id"])
    assert ask(desk, "get_team", id=team["id"])["maturity"] == "self_running"
    desk.clock.now = NOON + 100 * 24 * HOUR
    assert ask(desk, "get_team", id=team["id"])["maturity"] == "active"
