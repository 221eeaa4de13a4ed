"""The stories that docs/flows.md tells, each from its filing to its end, in both forms."""

from uuid import uuid4

import pytest

from tests.e2e.communities import LEADER, RESIDENT, SECRETARY, TODAY, Community, enrol, found, join
from tests.e2e.door import Case, Door, happenings
from tests.waiting import eventually

pytestmark = pytest.mark.timeout(240)


@pytest.fixture
def community(door: Door) -> Community:
    """A community of the test's own."""
    return found(door)


def states(case: Case) -> dict[str, str]:
    """What each volunteer asked about a case has said or done."""
    return {one["name"]: one["state"] for one in case["volunteers"]}


def dispatch_of(case: Case, name: str) -> str:
    """The id of a volunteer's dispatch."""
    return next(one["id"] for one in case["volunteers"] if one["name"] == name)


def whats(case: Case) -> list[str]:
    """What happened, the earliest first."""
    return [entry["what"] for entry in case["timeline"]]


def settle(door: Door, id: str) -> Case:
    """Take a case in hand and resolve it."""
    door.post(f"grievances/{id}/accept", {"by": LEADER})
    settled: Case = door.post(f"grievances/{id}/resolve", {"by": LEADER, "resolution": "办好了。"})
    return settled


def test_a_hazard_goes_to_the_tower_company(door: Door, community: Community) -> None:
    join(door, community, "铁塔公司", "tower")
    join(door, community, "物业公司", "property")

    id = door.file(community.code, community.building, "flying_wire")
    case = door.when(id, lambda case: case["referral"])

    assert case["status"] == "assigned"
    assert case["leader"]["name"] == LEADER
    assert case["leader"]["post"] == "grid_leader"
    assert "第一网格" in case["leader"]["reason"]
    assert case["referral"]["unit"] == "铁塔公司"
    assert case["referral"]["unit_id"] == community.units["铁塔公司"]
    assert case["referral"]["reason"]
    assert case["volunteers"] == []
    assert case["visit"] is None

    referral = case["referral"]["id"]
    door.post(f"referrals/{referral}/accept")
    door.post(f"referrals/{referral}/complete", {"result": "装好了充电桩。"})
    case = door.when(id, lambda case: case["referral"]["state"] == "completed")
    assert case["referral"]["result"] == "装好了充电桩。"
    settle(door, id)
    rated = door.post(f"grievances/{id}/rate", {"score": 5, "comment": "当天就来了"})
    assert rated["status"] == "rated"
    assert whats(rated)[:5] == ["filed", "leader_assigned", "referred", "referral_accepted", "referral_completed"]
    assert whats(rated)[5:] == ["accepted", "resolved", "rated"]


def test_clutter_goes_to_volunteers(door: Door, community: Community) -> None:
    enrol(door, community)

    id = door.file(community.code, community.building, "corridor_clutter")
    case = door.when(id, lambda case: len(case["volunteers"]) == 2)

    assert case["referral"] is None
    assert set(states(case)) <= set(community.volunteers)
    assert all(one["reason"] and one["state"] == "offered" for one in case["volunteers"])
    for name in states(case):
        dispatch = dispatch_of(case, name)
        for step, state in (("accept", "accepted"), ("check-in", "checked_in"), ("check-out", "checked_out")):
            assert door.post(f"dispatches/{dispatch}/{step}")["state"] == state
    case = door.when(id, lambda case: set(states(case).values()) == {"checked_out"})
    assert [one["minutes"] for one in case["volunteers"]] == [0, 0]
    assert len(happenings(case, "volunteer_checked_out")) == 2
    assert settle(door, id)["status"] == "resolved"


def test_an_elder_gets_a_visit(door: Door, community: Community) -> None:
    elder = community.people["钱奶奶"]
    door.when_listed("elder-records", 1, community=community.code)

    id = door.file(community.code, community.home, "elder_care")
    case = door.when(id, lambda case: case["visit"])

    assert case["visit"]["state"] == "planned"
    assert case["visit"]["due_on"] > TODAY.isoformat()
    visit = door.get(f"visits/{case['visit']['id']}")
    assert visit["grievance_id"] == id
    assert visit["elder_ids"] == [elder]

    door.http.patch(f"elder-records/{elder}", json={"consent_on": "2025-06-01"}).raise_for_status()
    findings = {"systolic": 151.0, "diastolic": 92.0, "note": "血压偏高，建议复查"}
    door.post(f"visits/{visit['id']}/done", {"findings": findings})
    case = door.when(id, lambda case: case["visit"]["state"] == "done")
    assert door.get(f"visits/{visit['id']}")["findings"] == findings
    assert "血压" not in door.http.get(f"grievances/{id}").text, "findings never leave the health service"


def test_a_missed_visit_is_told_to_the_case_without_its_reason(door: Door, community: Community) -> None:
    id = door.file(community.code, community.home, "elder_care")
    visit = door.when(id, lambda case: case["visit"])["visit"]["id"]

    door.post(f"visits/{visit}/miss", {"reason": "老人住院了"})

    case = door.when(id, lambda case: case["visit"]["state"] == "missed")
    assert "住院" not in str(case)
    assert door.get(f"visits/{visit}")["missed_reason"] == "老人住院了"


def test_a_volunteer_declines_and_the_next_is_asked(door: Door, community: Community) -> None:
    enrol(door, community, ("李一", "吴二", "郑三"))
    id = door.file(community.code, community.building, "corridor_clutter")
    case = door.when(id, lambda case: len(case["volunteers"]) == 2)
    first, second = states(case)
    (third,) = set(community.volunteers) - {first, second}

    door.post(f"dispatches/{dispatch_of(case, first)}/decline", {"reason": "腰疼，抬不动"})
    case = door.when(id, lambda case: third in states(case) and states(case)[first] == "declined")
    assert states(case) == {first: "declined", second: "offered", third: "offered"}

    door.post(f"dispatches/{dispatch_of(case, second)}/decline", {"reason": "出差"})
    case = door.when(id, lambda case: happenings(case, "volunteers_exhausted"))
    (told,) = happenings(case, "volunteers_exhausted")
    assert "3名" in told["note"], "the case is told that nobody is left to be asked, and why"
    assert states(case)[third] == "offered"


def test_a_unit_returns_and_the_next_is_asked_or_the_gap_is_told(door: Door, community: Community) -> None:
    for name in ("第一物业", "第二物业"):
        join(door, community, name, "property")
    join(door, community, "过期物业", "property", expired=True)
    id = door.file(community.code, community.building, "water_leak")
    case = door.when(id, lambda case: case["referral"])
    first = case["referral"]
    other = ({"第一物业", "第二物业"} - {first["unit"]}).pop()

    door.post(f"referrals/{first['id']}/return", {"reason": "不归我们管"})
    case = door.when(id, lambda case: case["referral"]["unit"] == other)
    assert case["referral"]["state"] == "referred"
    assert happenings(case, "referral_returned")[0]["note"] == "不归我们管"

    door.post(f"referrals/{case['referral']['id']}/return", {"reason": "人手不够"})
    case = door.when(id, lambda case: happenings(case, "partner_missing"))
    (gap,) = happenings(case, "partner_missing")
    assert "过期物业" in gap["note"], "an expired agreement is named as the reason and never chosen"
    assert "到期" in gap["note"]
    assert case["referral"]["state"] == "returned"
    assert len(happenings(case, "referred")) == 2


def test_a_vacant_grid_leader_post_goes_to_the_secretary_and_into_the_gap_report(
    door: Door, community: Community
) -> None:
    id = door.file(community.code, community.vacant_building, "other")
    case = door.when(id, lambda case: case["leader"] and case["leader_missing"])

    assert case["status"] == "assigned"
    assert case["leader"]["name"] == SECRETARY
    assert case["leader"]["post"] == "community_secretary"
    assert "空缺" in case["leader"]["reason"]
    gaps = door.every(f"communities/{community.code}/gaps")
    assert ("grid_without_leader", community.vacant_grid) in {(gap["kind"], gap["place"]) for gap in gaps}
    (mine,) = [gap for gap in gaps if gap["grievance_id"] == id]
    assert mine["kind"] == "grievance_with_stand_in"


def test_a_filled_post_takes_the_case(door: Door) -> None:
    nobody = found(door, has_secretary=False)
    enrol(door, nobody)
    id = door.file(nobody.code, nobody.vacant_building, "corridor_clutter")
    case = door.when(id, lambda case: case["leader_missing"])
    assert (case["status"], case["leader"], case["volunteers"]) == ("filed", None, [])
    gaps = door.every(f"communities/{nobody.code}/gaps", kind="grievance_without_leader")
    assert [gap["grievance_id"] for gap in gaps] == [id]

    appointment = {
        "community": nobody.code,
        "kind": "grid_leader",
        "place": nobody.vacant_grid,
        "person_id": nobody.people[RESIDENT],
        "starts_on": "2025-01-01",
    }
    door.post("posts", appointment, status=201)

    case = door.when(id, lambda case: len(case["volunteers"]) == 2)
    assert case["leader"]["name"] == RESIDENT
    assert case["status"] == "assigned"
    assert door.every(f"communities/{nobody.code}/gaps", kind="grievance_without_leader") == []
    settle(door, id)


def test_a_grievance_about_the_grid_leader_does_not_reach_them(door: Door, community: Community) -> None:
    leader = community.people[LEADER]
    id = door.file(community.code, community.building, "official_conduct", about_person=leader)

    case = door.when(id, lambda case: case["leader"])

    assert case["leader"]["name"] == SECRETARY
    assert "回避" in case["leader"]["reason"]
    asked = door.get(f"communities/{community.code}/places/{community.building}/responsible", about_person=leader)
    grid = next(rung for rung in asked["ladder"] if rung["post"] == "grid_leader")
    assert not grid["available"]
    assert "回避" in grid["why"]["zh"]
    assert asked["leader"]["name"] == SECRETARY


def test_a_grid_leader_on_leave_is_passed_over_until_the_leave_is_called_off(door: Door, community: Community) -> None:
    leader = community.people[LEADER]
    away = {"starts_on": "2025-01-01", "ends_on": "2099-12-31"}
    leave = door.post(f"people/{leader}/leave", away, status=201)
    id = door.file(community.code, community.building, "other")
    case = door.when(id, lambda case: case["leader"])
    assert case["leader"]["name"] == SECRETARY
    assert "请假" in case["leader"]["reason"]

    door.post(f"leaves/{leave['id']}/cancel")

    id = door.file(community.code, community.building, "other")
    assert door.when(id, lambda case: case["leader"])["leader"]["name"] == LEADER


def test_cancel_stands_the_helpers_down(door: Door, community: Community) -> None:
    enrol(door, community)
    join(door, community, "铁塔公司", "tower")
    clutter = door.file(community.code, community.building, "corridor_clutter")
    wire = door.file(community.code, community.building, "flying_wire")
    elder = door.file(community.code, community.home, "elder_care")
    door.when(clutter, lambda case: len(case["volunteers"]) == 2)
    door.when(wire, lambda case: case["referral"])
    door.when(elder, lambda case: case["visit"])

    for id in (clutter, wire, elder):
        assert door.post(f"grievances/{id}/cancel", {"reason": "已经自己解决了"})["status"] == "cancelled"

    case = door.when(clutter, lambda case: set(states(case).values()) == {"stood_down"})
    assert all(one["open_dispatches"] == 0 for one in door.every("volunteers", community=community.code))
    referral = door.when(wire, lambda case: case["referral"]["state"] == "withdrawn")["referral"]["id"]
    assert door.post(f"referrals/{referral}/accept", status=409)["error"] == "step_forbidden"
    door.when(elder, lambda case: case["visit"]["state"] == "cancelled")
    dispatch = case["volunteers"][0]["id"]
    assert door.post(f"dispatches/{dispatch}/accept", status=409)["error"] == "step_forbidden"


def test_reopen_starts_another_round(door: Door, community: Community) -> None:
    enrol(door, community)
    id = door.file(community.code, community.building, "corridor_clutter")
    before = door.when(id, lambda case: len(case["volunteers"]) == 2)
    settle(door, id)
    door.when(id, lambda case: set(states(case).values()) == {"stood_down"})
    door.post(f"grievances/{id}/rate", {"score": 1, "comment": "又堆上了"})

    reopened = door.post(f"grievances/{id}/reopen", {"reason": "第二天又堆满了"})

    assert (reopened["status"], reopened["round"], reopened["score"]) == ("assigned", 2, None)
    case = door.when(id, lambda case: len(case["volunteers"]) == 2 and len(happenings(case, "leader_assigned")) == 2)
    assert {one["id"] for one in case["volunteers"]}.isdisjoint(one["id"] for one in before["volunteers"])
    assert set(states(case).values()) == {"offered"}
    assert happenings(case, "reopened")[0]["note"] == "第二天又堆满了"
    assert settle(door, id)["status"] == "resolved"


def test_a_grievance_is_rejected_with_a_reason(door: Door, community: Community) -> None:
    enrol(door, community)
    id = door.file(community.code, community.building, "corridor_clutter")
    door.when(id, lambda case: len(case["volunteers"]) == 2)
    refused = door.post(f"grievances/{id}/reject", {}, status=422)
    assert list(refused["fields"]) == ["reason"]

    rejected = door.post(f"grievances/{id}/reject", {"by": LEADER, "reason": "不是本社区的楼道"})

    assert rejected["status"] == "rejected"
    assert happenings(rejected, "rejected")[0]["note"] == "不是本社区的楼道"
    door.when(id, lambda case: set(states(case).values()) == {"stood_down"})
    assert door.post(f"grievances/{id}/accept", status=409)["error"] == "step_forbidden"


def test_a_grievance_filed_twice_by_people_is_two_cases_each_with_its_own_helpers(
    door: Door, community: Community
) -> None:
    enrol(door, community)
    one, other = (door.file(community.code, community.building, "corridor_clutter") for _ in range(2))
    asked = {id: door.when(id, lambda case: len(case["volunteers"]) == 2)["volunteers"] for id in (one, other)}
    volunteers = [helper["volunteer_id"] for helpers in asked.values() for helper in helpers]
    assert len(set(volunteers)) == 4, "who has something on hand already comes after who has nothing"


def lead_the_other_grid(door: Door, community: Community) -> str:
    """Appoint somebody to the grid that nobody leads; their id."""
    person = community.people[RESIDENT]
    post = {"kind": "grid_leader", "place": community.vacant_grid, "person_id": person, "starts_on": "2025-01-01"}
    door.post("posts", {"community": community.code, **post}, status=201)
    return person


def test_a_case_is_handed_to_another_leader_who_accepts_it_anew_and_nobody_is_called_out_again(
    door: Door, community: Community
) -> None:
    enrol(door, community)
    other, leader = lead_the_other_grid(door, community), community.people[LEADER]
    id = door.file(community.code, community.building, "corridor_clutter")
    before = door.when(id, lambda case: len(case["volunteers"]) == 2)
    door.post(f"grievances/{id}/accept", {"by": LEADER})
    said = {"to_id": other, "reason": "楼道归第二网格", "by": LEADER, "from_id": leader, "step_id": str(uuid4())}

    led = door.post(f"grievances/{id}/hand-over", said)
    assert (led["leader"]["name"], led["leader"]["at"]) == (RESIDENT, community.vacant_grid)
    assert door.post(f"grievances/{id}/hand-over", said) == led
    late = door.post(f"grievances/{id}/hand-over", said | {"step_id": str(uuid4())}, status=409)
    assert late["error"] == "led_by_another"
    assert RESIDENT in late["message"]
    case = door.when(id, lambda case: case["leader"]["name"] == RESIDENT)

    assert (case["status"], case["responded"], case["leader"]["at"]) == ("assigned", True, community.vacant_grid)
    assert [case[due] for due in ("respond_by", "resolve_by")] == [before[due] for due in ("respond_by", "resolve_by")]
    assert case["due_by"] == case["resolve_by"]
    told = [(each["who"], each["note"]) for each in happenings(case, "handed_over")]
    assert told == [(LEADER, f"网格长{RESIDENT}：楼道归第二网格")]
    assert {one["id"] for one in case["volunteers"]} == {one["id"] for one in before["volunteers"]}
    listed = door.every("grievances", community=community.code, place=community.vacant_grid)
    assert [each["id"] for each in listed] == [id]
    door.post(f"grievances/{id}/accept", {"by": RESIDENT})
    door.post(f"grievances/{id}/resolve", {"by": RESIDENT, "resolution": "清走了。"})
    door.when(id, lambda case: set(states(case).values()) == {"stood_down"})
    back = said | {"to_id": leader, "from_id": other, "step_id": str(uuid4())}
    ended = eventually(lambda: door.post(f"grievances/{id}/hand-over", back, status=409), within=10)
    assert ended["error"] == "case_over"


def test_some_cannot_be_handed_a_case(door: Door, community: Community) -> None:
    other, leader = lead_the_other_grid(door, community), community.people[LEADER]
    id = door.file(community.code, community.building, "other", about_person=community.people[SECRETARY])
    door.when(id, lambda case: case["leader"])
    door.post(f"people/{other}/leave", {"starts_on": "2025-01-01", "ends_on": "2099-12-31"}, status=201)
    for to, error in (
        (leader, "leads_already"),
        (other, "taker_away"),
        (community.people[SECRETARY], "taker_stands_aside"),
        (community.people["钱奶奶"], "taker_without_post"),
        (str(uuid4()), "taker_without_post"),
    ):
        refused = door.post(f"grievances/{id}/hand-over", {"to_id": to, "reason": "不是我的"}, status=409)
        assert refused["error"] == error
    assert door.post(f"grievances/{id}/hand-over", {"to_id": other, "reason": " "}, status=422)["fields"]
    assert happenings(door.case(id), "handed_over") == []


def test_a_case_that_is_given_back_goes_to_the_secretary_who_gives_nothing_back(
    door: Door, community: Community
) -> None:
    id = door.file(community.code, community.building, "other")
    door.when(id, lambda case: case["leader"])
    led = door.post(f"grievances/{id}/give-back", {"reason": "不归网格管", "by": LEADER})
    assert led["leader"]["name"] == SECRETARY
    case = door.when(id, lambda case: case["leader"]["name"] == SECRETARY)
    told = [(each["who"], each["note"]) for each in happenings(case, "given_back")]
    assert told == [(LEADER, f"社区书记{SECRETARY}：不归网格管")]
    assert door.post(f"grievances/{id}/give-back", {"reason": "不归我管"}, status=409)["error"] == "nobody_above"


def test_given_back_where_there_is_no_secretary_it_has_no_leader_until_somebody_is_chosen(door: Door) -> None:
    nobody = found(door, has_secretary=False)
    other = lead_the_other_grid(door, nobody)
    id = door.file(nobody.code, nobody.building, "other")
    door.when(id, lambda case: case["leader"])

    assert door.post(f"grievances/{id}/give-back", {"reason": "不归网格管", "by": LEADER})["leader"] is None
    case = door.when(id, lambda case: case["leader"] is None and case["leader_missing"])
    assert case["status"] == "filed"
    gaps = door.every(f"communities/{nobody.code}/gaps", kind="grievance_without_leader")
    assert [gap["grievance_id"] for gap in gaps] == [id]

    door.post(f"grievances/{id}/hand-over", {"to_id": other, "reason": "请第二网格先办", "from_id": None})
    case = door.when(id, lambda case: case["leader"])
    assert (case["leader"]["name"], case["status"]) == (RESIDENT, "assigned")
    assert door.every(f"communities/{nobody.code}/gaps", kind="grievance_without_leader") == []
