"""Those who handle cases, over HTTP alone, in both forms: help asked for by hand, two at once, tasks, numbers."""

from datetime import datetime, timedelta, timezone
from uuid import uuid4

import pytest

from tests.e2e.communities import LEADER, Community, enrol, found, join
from tests.e2e.door import Door, happenings

CHINA = timezone(timedelta(hours=8))

pytestmark = pytest.mark.timeout(240)


@pytest.fixture
def community(door: Door) -> Community:
    """A community of the test's own."""
    return found(door)


def in_hand(door: Door, community: Community) -> str:
    """A case that asks for nobody by itself, taken in hand."""
    id = door.file(community.code, community.building, "other")
    door.when(id, lambda case: case["status"] == "assigned")
    door.post(f"grievances/{id}/accept", {"by": LEADER})
    return id


def test_volunteers_asked_for_by_hand_are_called_out_once(door: Door, community: Community) -> None:
    enrol(door, community)
    id = in_hand(door, community)
    asked = {"by": LEADER, "hands": 2, "note": "搬旧家具", "step_id": str(uuid4())}

    door.post(f"grievances/{id}/ask-hands", asked)
    door.post(f"grievances/{id}/ask-hands", asked)
    case = door.when(id, lambda case: len(case["volunteers"]) == 2)

    assert len(happenings(case, "hands_asked")) == 1
    refused = door.post(f"grievances/{id}/ask-hands", {"hands": 1}, status=409)
    assert refused["error"] == "asked_already"


def test_a_unit_asked_for_by_hand_is_referred_to_and_may_be_a_certain_one(door: Door, community: Community) -> None:
    join(door, community, "甲物业", "property")
    join(door, community, "乙物业", "property")
    id = in_hand(door, community)

    door.post(f"grievances/{id}/ask-unit", {"unit_id": community.units["乙物业"], "wanted": "survey"})
    case = door.when(id, lambda case: case["referral"])

    assert (case["referral"]["unit"], case["referral"]["state"]) == ("乙物业", "referred")
    assert "实地查看" in case["referral"]["reason"]
    assert door.post(f"grievances/{id}/ask-unit", {"unit_kind": "tower"}, status=409)["error"] == "asked_already"


def test_a_kind_of_which_there_is_no_unit_is_told_and_may_be_asked_for_again(door: Door, community: Community) -> None:
    id = in_hand(door, community)
    door.post(f"grievances/{id}/ask-unit", {"unit_kind": "tower"})
    door.when(id, lambda case: case["referral"] and case["referral"]["state"] == "missing")
    join(door, community, "铁塔公司", "tower")
    door.post(f"grievances/{id}/ask-unit", {"unit_kind": "tower"})
    case = door.when(id, lambda case: case["referral"]["state"] == "referred")
    assert case["referral"]["unit"] == "铁塔公司"


def day_from_now(days: int) -> str:
    return (datetime.now(CHINA).date() + timedelta(days=days)).isoformat()


def test_a_case_stands_still_for_a_reason_and_whoever_filed_it_sees_why_and_until_when(
    door: Door, community: Community
) -> None:
    receipt = door.post(
        "grievances",
        {"community": community.code, "place": community.building, "category": "other", "description": "路灯不亮"},
        status=201,
    )
    id = receipt["id"]
    door.when(id, lambda case: case["status"] == "assigned")
    door.post(f"grievances/{id}/accept", {"by": LEADER})
    promised = door.case(id)["resolve_by"]
    said = {"kind": "material", "reason": "等灯管到货", "until": day_from_now(3), "step_id": str(uuid4())}

    door.post(f"grievances/{id}/pause", said)
    case = door.post(f"grievances/{id}/pause", said)

    assert len(happenings(case, "paused")) == 1
    assert (case["status"], case["pause"]["kind"], case["pause"]["until"]) == ("in_hand", "material", said["until"])
    assert (case["moved_from"], case["resolve_by"] > promised) == (promised, True)
    assert door.post(f"grievances/{id}/split", {"tasks": [{"title": "换灯"}]}, status=409)["error"] == "step_forbidden"
    listed = door.get("grievances", community=community.code, group="paused")
    assert [each["id"] for each in listed["items"]] == [id]
    followed = door.post("receipts/follow", {"receipt": receipt["receipt"], "claim": receipt["claim"]})
    assert (followed["pause"]["until"], followed["pause"]["words"]) == (said["until"], "等灯管到货")

    case = door.post(f"grievances/{id}/resume", {"by": LEADER, "note": "货到了"})
    assert (case["pause"], case["moved_from"]) == (None, promised)
    assert [(each["who"], each["note"]) for each in happenings(case, "resumed")] == [(LEADER, "货到了")]
    total = door.get("figures/casework", community=community.code)["total"]
    assert (total["paused"], total["moved"]) == (0, 1)


@pytest.mark.parametrize("days", [0, 16])
def test_a_day_that_does_not_fit_is_refused_beside_its_field(door: Door, community: Community, days: int) -> None:
    id = in_hand(door, community)
    said = {"kind": "season", "reason": "等天晴", "until": day_from_now(days)}
    refused = door.post(f"grievances/{id}/pause", said, status=422)
    assert (refused["error"], list(refused["fields"])) == ("pause_day_unfit", ["until"])


def test_what_is_not_in_hand_is_not_paused_and_a_case_is_paused_twice_at_most(door: Door, community: Community) -> None:
    id = door.file(community.code, community.building, "other")
    door.when(id, lambda case: case["status"] == "assigned")
    said = {"kind": "resident", "reason": "等居民回来", "until": day_from_now(1)}
    assert door.post(f"grievances/{id}/pause", said, status=409)["error"] == "step_forbidden"
    door.post(f"grievances/{id}/accept", {"by": LEADER})
    for _ in range(2):
        door.post(f"grievances/{id}/pause", said)
        door.post(f"grievances/{id}/resume")
    assert door.post(f"grievances/{id}/pause", said, status=409)["error"] == "paused_often"


def test_a_leader_is_reminded_and_not_again_at_once(door: Door, community: Community) -> None:
    id = in_hand(door, community)
    said = {"by": "李主任", "note": "居民又来问了", "step_id": str(uuid4())}
    door.post(f"grievances/{id}/remind", said)
    case = door.post(f"grievances/{id}/remind", said)
    assert [(each["who"], each["note"]) for each in happenings(case, "reminded")] == [("李主任", "居民又来问了")]
    refused = door.post(f"grievances/{id}/remind", {"by": "李主任"}, status=409)
    assert refused["error"] == "reminded_already"


def test_a_rating_is_replied_to_once_and_the_filer_reads_it_on_the_receipt(door: Door, community: Community) -> None:
    contact = {"name": "张先生", "phone": "10000000000"}
    id = door.file(community.code, community.building, "other", contact=contact)
    proof = {"receipt": door.when(id, lambda case: case["status"] == "assigned")["receipt"], "phone": "10000000000"}
    door.post(f"grievances/{id}/accept", {"by": LEADER})
    door.post(f"grievances/{id}/resolve", {"by": LEADER, "resolution": "办好了。"})
    said = {"by": LEADER, "note": "以后当天清走", "step_id": str(uuid4())}
    assert door.post(f"grievances/{id}/reply", said, status=409)["error"] == "step_forbidden"
    door.post("receipts/answer", {**proof, "solved": True, "score": 2, "comment": "太慢"})
    assert door.post(f"grievances/{id}/reply", {"by": LEADER}, status=422)["fields"].keys() == {"note"}
    door.post(f"grievances/{id}/reply", said)
    case = door.post(f"grievances/{id}/reply", said)
    assert [(each["who"], each["note"]) for each in happenings(case, "replied")] == [(LEADER, "以后当天清走")]
    assert door.post(f"grievances/{id}/reply", {"note": "又一次"}, status=409)["error"] == "replied_already"
    assert door.post(f"grievances/{id}/call", {"outcome": "reached"})["status"] == "rated"
    progress = door.post("receipts/follow", proof)["progress"]
    assert [(each["who"], each["note"]) for each in progress if each["what"] == "replied"] == [(LEADER, "以后当天清走")]


def test_the_second_of_two_people_on_a_case_is_told_who_was_first(door: Door, community: Community) -> None:
    id = in_hand(door, community)
    seen = door.case(id)["version"]
    door.post(f"grievances/{id}/resolve", {"by": LEADER, "resolution": "办好了。", "expected_version": seen})

    refused = door.post(f"grievances/{id}/reject", {"reason": "不属本社区", "expected_version": seen}, status=409)

    assert refused["error"] == "case_moved_on"
    assert LEADER in refused["message"]
    assert door.case(id)["status"] == "resolved"


def test_a_hard_case_is_split_and_solved_part_by_part(door: Door, community: Community) -> None:
    id = in_hand(door, community)
    parts = {"tasks": [{"title": "拆除私接电线"}, {"title": "贴通知", "required": False}]}
    (must, _) = door.post(f"grievances/{id}/split", parts)["tasks"]
    door.post(f"grievances/{id}/attempts", {"note": "住户不在家", "task_id": must["id"]})

    assert door.post(f"grievances/{id}/resolve", {"resolution": "好了"}, status=409)["error"] == "tasks_open"
    door.post(f"grievances/{id}/tasks/{must['id']}/finish")
    assert door.post(f"grievances/{id}/resolve", {"resolution": "好了"})["status"] == "resolved"


def test_a_call_is_noted_without_the_number_that_only_its_own_route_shows(door: Door, community: Community) -> None:
    id = door.file(community.code, community.building, "other", contact={"name": "张先生", "phone": "10000000000"})
    door.when(id, lambda case: case["status"] == "assigned")
    assert door.get(f"grievances/{id}/contact")["phone"] == "10000000000"
    case = door.post(f"grievances/{id}/call", {"outcome": "reached", "note": "让他打 10000000001"})
    assert "10000000001" not in happenings(case, "called")[0]["note"]
    assert case["contact"]["phone"] != "10000000000"


def test_what_is_open_is_counted_by_courtyard_and_numbers_have_their_denominators(
    door: Door, community: Community
) -> None:
    id = in_hand(door, community)
    door.post(f"grievances/{id}/resolve", {"resolution": "办好了。"})
    door.post(f"grievances/{id}/rate", {"score": 5})
    in_hand(door, community)

    counted = {row["place"]: row["open"] for row in door.get("grievances/by-place", community=community.code)["items"]}
    assert counted[f"{community.grid}01"] == 1
    figures = door.get("figures/casework", community=community.code, by="courtyard")
    assert figures["total"]["response"] == {"counted": 2, "of": 2, "rate": 1.0}
    assert figures["total"]["satisfaction"] == {"counted": 1, "of": 1, "rate": 1.0}
    assert [(group["key"], group["filed"]) for group in figures["groups"]] == [(f"{community.grid}01", 2)]
    urgent = door.get("grievances", community=community.code, order="urgent", group="open")["items"]
    assert len(urgent) == 1
    assert urgent[0]["why"]
