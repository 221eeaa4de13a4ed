"""The contract that others test against: routes, shapes, pages, filters, idempotency, steps."""

import json
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import Any
from uuid import uuid4

import httpx
import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from tests.e2e.communities import ELDER, LEADER, Community, enrol, found, join
from tests.e2e.demo_community import COMMUNITY, COURTYARDS, NAMED_COURTYARDS, RESIDENTS
from tests.e2e.door import Case, Door, happenings
from tests.e2e.systems import System

pytestmark = pytest.mark.timeout(240)

LISTS = (
    "grievances", "categories", "communities", f"communities/{COMMUNITY}/places", f"communities/{COMMUNITY}/gaps",
    f"communities/{COMMUNITY}/phrases", f"communities/{COMMUNITY}/views", f"communities/{COMMUNITY}/doubles",
    "people", "posts", "leaves", "volunteers", "teams", "dispatches", "units", "referrals", "elder-records", "visits",
    "figures/grievances", "figures/communities", "figures/casework/communities",
    "operations/dead-letters", "operations/interventions",
    "directory", f"directory/{COMMUNITY}", "me/notices", "pairings",
)  # fmt: skip
STEPS: dict[str, dict[str, Any]] = {
    "accept": {},
    "resolve": {"resolution": "办好了。"},
    "reject": {"reason": "不在本社区"},
    "reopen": {"reason": "又坏了"},
    "rate": {"score": 4},
    "cancel": {},
}
ALLOWED = {
    "filed": {"reject", "cancel"},
    "assigned": {"accept", "reject", "cancel"},
    "in_hand": {"resolve", "reject", "cancel"},
    "resolved": {"rate", "reopen"},
    "rated": {"reopen"},
    "rejected": {"reopen"},
    "cancelled": set[str](),
}
WORK = {
    "amend",
    "call",
    "split",
    "settle",
    "attempt",
    "ask-hands",
    "ask-unit",
    "remind",
    "reply",
    "hand-over",
    "give-back",
    "pause",
}
"""What is done on the way and leads to no other state."""

WAYS = {
    "assigned": (),
    "in_hand": ("accept",),
    "resolved": ("accept", "resolve"),
    "rated": ("accept", "resolve", "rate"),
    "rejected": ("reject",),
    "cancelled": ("cancel",),
}
"""The steps that lead to each state; closing takes hours, and time is not turned here."""


@pytest.fixture
def community(door: Door) -> Community:
    """A community of the test's own."""
    return found(door)


@pytest.fixture
def demo(door: Door) -> str:
    """The code of a building in the demo community."""
    (garden,) = [
        place["code"]
        for place in door.every(f"communities/{COMMUNITY}/places", kind="courtyard")
        if place["name"] == "陇海花苑"
    ]
    return str(door.get(f"communities/{COMMUNITY}/places", kind="building", parent=garden)["items"][0]["code"])


def grievance(place: str, **more: Any) -> dict[str, Any]:
    """The filing as the contract writes it."""
    return {
        "community": COMMUNITY,
        "place": place,
        "category": "corridor_clutter",
        "description": "楼道里堆满了旧家具。",
        "contact": {"name": "李女士", "phone": "13700001234"},
        "anonymous": False,
        "channel": "web",
        **more,
    }


# -- filing and reading


def test_a_filing_is_answered_with_id_receipt_and_status(door: Door, demo: str) -> None:
    answer = door.http.post("grievances", json=grievance(demo))

    assert answer.status_code == 201
    assert set(answer.json()) == {"id", "receipt", "claim", "status"}
    assert answer.json()["status"] == "filed"
    assert len(answer.json()["receipt"].replace("-", "")) == 17
    assert answer.headers["Location"] == f"/api/v1/grievances/{answer.json()['id']}"
    assert door.front.get(answer.headers["Location"]).json()["receipt"] == answer.json()["receipt"]


def test_a_grievance_shows_all_that_the_contract_names(door: Door, demo: str) -> None:
    id = door.post("grievances", grievance(demo))["id"]
    case = door.when(id, lambda case: len(case["volunteers"]) == 2)

    named = {"id", "receipt", "status", "category", "place", "leader", "volunteers", "referral", "timeline"}
    assert named <= set(case)
    assert (case["id"], case["category"], case["place"]) == (id, "corridor_clutter", demo)
    assert {"id", "name", "post", "reason"} <= set(case["leader"])
    assert all({"id", "name", "state", "reason"} <= set(one) for one in case["volunteers"])
    assert all(set(entry) == {"at", "what", "who", "note"} for entry in case["timeline"])
    assert case["timeline"] == sorted(case["timeline"], key=lambda entry: entry["at"])
    assert case["description"] == "楼道里堆满了旧家具。"


def test_who_filed_is_shown_masked_and_an_anonymous_contact_is_not_kept(door: Door, demo: str) -> None:
    named = door.post("grievances", grievance(demo))["id"]
    nameless = door.post("grievances", grievance(demo, anonymous=True))["id"]

    assert door.case(named)["contact"] == {"name": "李**", "phone": "137****1234"}
    assert door.case(nameless)["contact"] is None
    assert "李女士" not in door.http.get(f"grievances/{named}").text


@pytest.mark.parametrize("channel", ["web", "phone", "walk_in", "partner"])
def test_every_channel_is_taken(door: Door, demo: str, channel: str) -> None:
    id = door.post("grievances", grievance(demo, category="other", channel=channel))["id"]
    assert door.case(id)["channel"] == channel


def test_a_grievance_can_be_filed_for_a_place_of_every_kind(door: Door) -> None:
    for kind in ("community", "grid", "courtyard", "building", "household"):
        place = door.get(f"communities/{COMMUNITY}/places", kind=kind, page_size=1)["items"][0]["code"]
        id = door.post("grievances", grievance(place, category="other"))["id"]
        assert door.when(id, lambda case: case["leader"])["place"] == place


def test_ten_thousand_characters_are_kept_as_they_were_written(door: Door, demo: str) -> None:
    told = ("🏮居民说：“楼道\t里\n堆满‮了 e\u0301 \uffff”—" * 500)[:10_000]
    id = door.post("grievances", grievance(demo, category="other", description=told))["id"]
    assert door.case(id)["description"] == told


# -- the same key


def test_the_same_key_and_body_is_answered_the_same_also_after_the_case_has_gone_on(door: Door, demo: str) -> None:
    key, body = str(uuid4()), grievance(demo, category="other")
    first = door.post("grievances", body, key=key, status=201)
    door.when(first["id"], lambda case: case["status"] == "assigned")
    door.post(f"grievances/{first['id']}/accept")

    assert door.post("grievances", body, key=key, status=201) == first


def test_the_same_key_with_another_body_is_refused(door: Door, demo: str) -> None:
    key = str(uuid4())
    door.post("grievances", grievance(demo), key=key, status=201)

    refused = door.post("grievances", grievance(demo, description="另一件事"), key=key, status=409)

    assert refused["error"] == "idempotency_conflict"


def test_a_key_used_by_many_at_once_files_one_grievance(door: Door, community: Community) -> None:
    door.file(community.code, community.building, "other")
    body = grievance(community.building, community=community.code, category="other", description="一起点的")
    key = str(uuid4())
    with ThreadPoolExecutor(8) as pool:
        told = list(pool.map(lambda _: door.post("grievances", body, key=key, status=201), range(16)))

    assert len({one["id"] for one in told}) == 1
    assert door.get("grievances", community=community.code)["total"] == 2


def test_without_a_key_every_filing_counts(door: Door, community: Community) -> None:
    ids = {door.file(community.code, community.building, "other") for _ in range(2)}
    assert len(ids) == 2


# -- lists


def test_every_list_of_the_description_is_tested_here(door: Door) -> None:
    described = {path.removeprefix("/api/v1/").replace("{community}", COMMUNITY) for path in door.description.lists()}
    # The audit is one longer whenever it is read, and accounts are made by other tests meanwhile: test_audit,
    # test_accounts. What is near by, or by place, is asked for somewhere: test_residents.
    assert described == {*LISTS, "audit/reads", "accounts", "keys", "nearby", "grievances/by-place"}


@pytest.mark.parametrize("path", LISTS)
def test_a_list_answers_with_a_page_of_items(door: Door, path: str) -> None:
    told = door.get(path)
    assert set(told) == {"items", "total", "page", "page_size"}
    assert (told["page"], told["page_size"]) == (1, 50)
    assert len(told["items"]) == min(50, told["total"])

    assert door.get(path, page_size=200)["page_size"] == 200
    beyond = door.get(path, page=told["total"] + 2, page_size=1)
    assert (beyond["items"], beyond["total"]) == ([], told["total"])


@pytest.mark.parametrize("path", LISTS)
@pytest.mark.parametrize(
    ("asked", "value"),
    [("page_size", "0"), ("page_size", "201"), ("page_size", "-1"), ("page_size", "many"), ("page", "0")],
)
def test_a_page_that_cannot_be_is_refused_by_its_name(door: Door, path: str, asked: str, value: str) -> None:
    answer = door.http.get(path, params={asked: value})
    assert answer.status_code == 422, answer.text
    assert list(answer.json()["fields"]) == [asked]


def test_pages_together_are_the_whole_list_each_item_once(door: Door) -> None:
    path = f"communities/{COMMUNITY}/places"
    whole = door.every(path, kind="building")
    pieces: list[dict[str, Any]] = []
    for page in range(1, 2 + len(whole) // 30):
        pieces += door.get(path, kind="building", page=page, page_size=30)["items"]
    assert [place["code"] for place in pieces] == [place["code"] for place in whole]
    assert len({place["code"] for place in whole}) == len(whole)


def test_grievances_are_filtered_by_each_of_the_named_filters(door: Door, community: Community) -> None:
    led = door.file(community.code, community.building, "other")
    vacant = door.file(community.code, community.vacant_building, "illegal_building")
    for id in (led, vacant):
        door.when(id, lambda case: case["status"] == "assigned")
    door.post(f"grievances/{led}/accept")
    moment = door.case(vacant)["filed_at"]

    def ids(**asked: str) -> list[str]:
        return [one["id"] for one in door.get("grievances", community=community.code, **asked)["items"]]

    assert ids() == [vacant, led], "the newest first"
    assert ids(status="in_hand") == [led]
    assert ids(status="closed") == []
    assert ids(category="illegal_building") == [vacant]
    assert ids(place=community.building) == [led]
    assert ids(place=community.grid) == [led], "a place stands for everything below it"
    assert ids(place=community.code) == [vacant, led]
    assert ids(since=moment) == [vacant]
    assert ids(since="2099-01-01T00:00:00Z") == []
    assert ids(place=community.vacant_grid, category="other") == []


def test_an_unknown_filter_or_value_is_refused(door: Door) -> None:
    for asked in ({"status": "open"}, {"since": "yesterday"}, {"community": "12"}, {"colour": "red"}):
        answer = door.http.get("grievances", params=asked)
        assert answer.status_code == 422, answer.text
        assert set(answer.json()["fields"]) == set(asked)


# -- what there is to read


def test_a_category_has_code_name_line_and_needs(door: Door) -> None:
    categories = {one["code"]: one for one in door.every("categories")}

    assert all({"code", "name", "line", "needs"} <= set(one) for one in categories.values())
    assert {one["line"] for one in categories.values()} == {
        "security", "mediation", "law", "support", "patrol", "safety",
    }  # fmt: skip
    assert categories["flying_wire"]["needs"] == ["unit"]
    assert categories["corridor_clutter"]["needs"] == ["hands"]
    assert categories["elder_care"]["needs"] == ["visit"]


def test_the_places_of_the_demo_community(door: Door) -> None:
    path = f"communities/{COMMUNITY}/places"
    courtyards = door.every(path, kind="courtyard")

    assert all({"code", "kind", "name", "parent"} <= set(place) for place in courtyards)
    assert len(courtyards) == COURTYARDS
    assert {place["name"] for place in courtyards} >= NAMED_COURTYARDS
    invented = {place["name"] for place in courtyards} - NAMED_COURTYARDS
    assert all("虚构" in name for name in invented)
    grids = door.every(path, kind="grid")
    assert all(len(grid["code"]) == 15 and grid["parent"] == COMMUNITY for grid in grids)
    assert {place["parent"] for place in courtyards} == {grid["code"] for grid in grids}
    (community,) = door.every(path, kind="community")
    assert (community["code"], community["parent"]) == (COMMUNITY, None)
    assert door.every(path, parent=grids[0]["code"]) == [
        place for place in courtyards if place["parent"] == grids[0]["code"]
    ]
    assert door.get(f"communities/{COMMUNITY}")["counts"]["residents"] == RESIDENTS


def test_people_teams_volunteers_units_and_elder_records_can_be_read(door: Door) -> None:
    people = door.get("people", community=COMMUNITY, page_size=1)
    assert people["total"] == RESIDENTS
    (secretary,) = door.get("people", community=COMMUNITY, post="community_secretary")["items"]
    assert door.get(f"people/{secretary['id']}")["terms"][0]["kind"] == "community_secretary"

    volunteer = door.get("volunteers", community=COMMUNITY)["items"][0]
    assert door.get(f"volunteers/{volunteer['id']}")["name"] == volunteer["name"]

    teams = door.every("teams", community=COMMUNITY)
    assert {team["type"] for team in teams} == {"party", "property", "veterans", "women"}
    for team in teams:
        whole = door.get(f"teams/{team['id']}")
        assert whole["slogan"]
        assert whole["charter"]
        assert len(whole["members"]) >= 3

    units = door.every("units", community=COMMUNITY)
    assert {unit["kind"] for unit in units} == {"police", "property", "tower", "health_station", "merchant"}
    assert "expired" in {unit["agreement"] for unit in units}
    assert all(door.get(f"units/{unit['id']}")["agreements"] for unit in units)

    elders = door.get("elder-records", community=COMMUNITY)
    assert elders["total"] == door.get(f"communities/{COMMUNITY}")["counts"]["elders"]
    assert all(elder["age"] >= 60 and "record" not in elder for elder in elders["items"])
    assert door.get(f"elder-records/{elders['items'][0]['id']}")["record"] is None


def test_who_is_responsible_for_a_place_is_listed_nearest_first(door: Door, community: Community) -> None:
    asked = door.get(f"communities/{community.code}/places/{community.home}/responsible")

    posts = [(rung["post"], rung["available"]) for rung in asked["ladder"]]
    assert posts == [
        ("building_leader", True), ("building_leader", False), ("grid_leader", True), ("community_secretary", True),
    ]  # fmt: skip
    assert asked["leader"]["name"] == LEADER
    assert asked["responsible"]["post"] == "building_leader"


# -- the steps of a grievance


def bring_to(door: Door, community: Community, state: str) -> str:
    """The id of a grievance in this state."""
    id = door.file(community.code, community.building, "other")
    door.when(id, lambda case: case["status"] == "assigned")
    for step in WAYS[state]:
        door.post(f"grievances/{id}/{step}", STEPS[step])
    return id


@pytest.mark.parametrize("state", WAYS)
def test_each_state_allows_its_own_steps_and_no_others(door: Door, community: Community, state: str) -> None:
    id = bring_to(door, community, state)
    assert door.case(id)["status"] == state
    assert set(door.case(id)["allowed"]) - WORK == ALLOWED[state]

    for step in STEPS.keys() - ALLOWED[state]:
        refused = door.post(f"grievances/{id}/{step}", STEPS[step], status=409)
        assert refused["error"] == "step_forbidden"
    assert door.case(id)["status"] == state, "a refused step changes nothing"

    for step in ALLOWED[state]:
        another = bring_to(door, community, state)
        assert door.post(f"grievances/{another}/{step}", STEPS[step])["status"] != state


def test_a_grievance_that_nobody_can_take_stays_filed_and_can_be_rejected_or_cancelled(door: Door) -> None:
    nobody = found(door, has_secretary=False)
    first, second = (door.file(nobody.code, nobody.vacant_building, "other") for _ in range(2))
    for id in (first, second):
        case = door.when(id, lambda case: case["leader_missing"])
        assert (case["status"], set(case["allowed"]) - WORK) == ("filed", ALLOWED["filed"])
        assert door.post(f"grievances/{id}/accept", status=409)["error"] == "step_forbidden"
    assert door.post(f"grievances/{first}/reject", STEPS["reject"])["status"] == "rejected"
    assert door.post(f"grievances/{second}/cancel")["status"] == "cancelled"


def test_the_way_from_filed_to_rated_leaves_its_words_in_the_timeline(door: Door, community: Community) -> None:
    id = door.file(community.code, community.building, "other")
    door.when(id, lambda case: case["status"] == "assigned")
    door.post(f"grievances/{id}/accept", {"by": LEADER, "note": "马上去看"})
    door.post(f"grievances/{id}/resolve", {"by": LEADER, "resolution": "灯换好了"})
    door.post(f"grievances/{id}/rate", {"score": 2, "comment": "换得太慢", "by": "李女士"})
    case = door.post(f"grievances/{id}/reopen", {"reason": "又坏了"})

    told = [(entry["what"], entry["who"], entry["note"]) for entry in case["timeline"][2:]]
    assert told[:2] == [("accepted", LEADER, "马上去看"), ("resolved", LEADER, "灯换好了")]
    assert told[2] == ("rated", "李女士", "2 分：换得太慢")
    assert told[3][::2] == ("reopened", "又坏了")
    assert case["round"] == 2


# -- the steps of helpers


def a_case_with_volunteers(door: Door, community: Community) -> tuple[str, str]:
    """A grievance, and the id of one of its dispatches."""
    enrol(door, community)
    id = door.file(community.code, community.building, "corridor_clutter")
    case = door.when(id, lambda case: len(case["volunteers"]) == 2)
    return id, case["volunteers"][0]["id"]


def state_of(case: Case, dispatch: str) -> str:
    """What became of a dispatch, as its case knows."""
    return next(str(one["state"]) for one in case["volunteers"] if one["id"] == dispatch)


def test_a_dispatch_is_accepted_checked_in_and_checked_out(door: Door, community: Community) -> None:
    id, dispatch = a_case_with_volunteers(door, community)
    assert door.get(f"dispatches/{dispatch}")["allowed"] == ["accept", "decline"]
    for early in ("check-in", "check-out"):
        assert door.post(f"dispatches/{dispatch}/{early}", status=409)["error"] == "step_forbidden"

    for step, state in (("accept", "accepted"), ("check-in", "checked_in"), ("check-out", "checked_out")):
        assert door.post(f"dispatches/{dispatch}/{step}", {"by": "李一"})["state"] == state
        door.when(id, lambda case, state=state: state_of(case, dispatch) == state)
        assert door.post(f"dispatches/{dispatch}/{step}", status=409)["error"] == "step_forbidden"

    whole = door.get(f"dispatches/{dispatch}")
    assert [entry["step"] for entry in whole["history"]] == ["offer", "accept", "check-in", "check-out"]
    assert whole["minutes_served"] == 0
    assert door.get("dispatches", grievance_id=id)["total"] == 2
    assert door.get("dispatches", grievance_id=id, state="checked_out")["total"] == 1


def test_a_dispatch_is_declined_once(door: Door, community: Community) -> None:
    id, dispatch = a_case_with_volunteers(door, community)

    assert door.post(f"dispatches/{dispatch}/decline", {"reason": "腿疼"})["state"] == "declined"

    door.when(id, lambda case: state_of(case, dispatch) == "declined" and len(case["volunteers"]) == 3)
    for step in ("accept", "decline", "check-in", "check-out"):
        assert door.post(f"dispatches/{dispatch}/{step}", status=409)["error"] == "step_forbidden"
    assert door.get(f"dispatches/{dispatch}")["decline_reason"] == "腿疼"


def test_a_referral_is_accepted_and_completed(door: Door, community: Community) -> None:
    join(door, community, "铁塔公司", "tower")
    id = door.file(community.code, community.building, "flying_wire")
    referral = door.when(id, lambda case: case["referral"])["referral"]["id"]
    assert set(door.get(f"referrals/{referral}")["allowed"]) == {"accept", "return"}
    done = {"result": "已装充电桩"}
    assert door.post(f"referrals/{referral}/complete", done, status=409)["error"] == "step_forbidden"

    assert door.post(f"referrals/{referral}/accept")["state"] == "accepted"
    assert list(door.post(f"referrals/{referral}/complete", {}, status=422)["fields"]) == ["result"]
    assert door.post(f"referrals/{referral}/complete", done)["state"] == "completed"

    case = door.when(id, lambda case: case["referral"]["state"] == "completed")
    assert set(case["referral"]) >= {"id", "unit", "kind", "state", "reason", "result"}
    for step, body in (("accept", {}), ("return", {"reason": "不"}), ("complete", done)):
        assert door.post(f"referrals/{referral}/{step}", body, status=409)["error"] == "step_forbidden"
    assert door.get("referrals", grievance_id=id)["total"] == 1


def test_a_referral_is_returned_with_a_reason_only(door: Door, community: Community) -> None:
    join(door, community, "铁塔公司", "tower")
    id = door.file(community.code, community.building, "flying_wire")
    referral = door.when(id, lambda case: case["referral"])["referral"]["id"]
    assert list(door.post(f"referrals/{referral}/return", {}, status=422)["fields"]) == ["reason"]
    assert list(door.post(f"referrals/{referral}/return", {"reason": " "}, status=422)["fields"]) == ["reason"]

    returned = door.post(f"referrals/{referral}/return", {"reason": "不归我们管"})

    assert (returned["state"], returned["return_reason"]) == ("returned", "不归我们管")
    case = door.when(id, lambda case: happenings(case, "partner_missing"))
    assert case["referral"]["result"] == "不归我们管"


def test_a_visit_is_done_or_missed_once(door: Door, community: Community) -> None:
    id = door.file(community.code, community.home, "elder_care")
    visit = door.when(id, lambda case: case["visit"])["visit"]["id"]
    assert list(door.post(f"visits/{visit}/miss", {}, status=422)["fields"]) == ["reason"]

    assert door.post(f"visits/{visit}/done")["state"] == "done"

    for step, body in (("done", {}), ("miss", {"reason": "没人"})):
        assert door.post(f"visits/{visit}/{step}", body, status=409)["error"] == "step_forbidden"
    assert [one["state"] for one in door.get("visits", grievance_id=id)["items"]] == ["done"]


def test_an_elders_findings_need_consent_and_are_shown_only_in_the_record(door: Door, community: Community) -> None:
    door.when_listed("elder-records", 1, community=community.code)
    elder = community.people[ELDER]
    findings = {"record": {"chronic_conditions": ["高血压"], "lives_alone": True}}
    assert door.http.patch(f"elder-records/{elder}", json=findings).status_code == 409

    answer = door.http.patch(f"elder-records/{elder}", json={**findings, "consent_on": "2025-06-01"})

    assert answer.status_code == 200
    assert "高血压" not in answer.text
    assert door.get(f"elder-records/{elder}")["record"]["chronic_conditions"] == ["高血压"]
    assert "高血压" not in door.http.get("elder-records", params={"community": community.code}).text


# -- the front


def test_the_description_is_sound_openapi_3_1(door: Door) -> None:
    described = door.front.get("/openapi.json")
    assert described.headers["Content-Type"] == "application/json"
    assert described.json()["openapi"].startswith("3.1")
    check_sound(described.text)


@cache
def check_sound(description: str) -> None:
    """Fails where it is not OpenAPI 3.1; the forms give the same, and looking once takes seconds."""
    OpenAPIV31SpecValidator(json.loads(description)).validate()


def test_every_route_of_the_contract_is_described(door: Door) -> None:
    described = {(method, path.removeprefix("/api/v1/")) for method, path, _ in door.description.operations}
    steps = {
        *(("post", f"grievances/{{id}}/{step}") for step in STEPS),
        *(("post", f"dispatches/{{id}}/{step}") for step in ("accept", "decline", "check-in", "check-out")),
        *(("post", f"referrals/{{id}}/{step}") for step in ("accept", "return", "complete")),
    }
    reads = {("get", path.replace(COMMUNITY, "{community}")) for path in LISTS} | {("get", "grievances/{id}")}
    assert described >= steps | reads | {("post", "grievances")}


def test_the_page_for_readers_is_html_without_anything_from_elsewhere(door: Door) -> None:
    page = door.front.get("/docs")
    assert page.status_code == 200
    assert page.headers["Content-Type"].startswith("text/html")
    assert "/api/v1/grievances" in page.text
    assert "https://" not in page.text.replace("https://www.w3.org", "")


def test_readiness_names_every_service(system: System) -> None:
    told = httpx.get(f"{system.url}/ready", trust_env=False).json()
    assert told["ready"] is True
    assert set(told["services"]) == {
        "organization",
        "volunteer",
        "grievance",
        "health",
        "partner",
        "operations",
        "accounts",
    }


def test_every_answer_bears_the_number_of_its_chain(door: Door) -> None:
    own = door.http.get("categories", headers={"X-Correlation-Id": "my-number-1"})
    assert own.headers["X-Correlation-Id"] == "my-number-1"
    assert door.http.get("categories").headers["X-Correlation-Id"]
    assert door.http.get("grievances/none").headers["X-Correlation-Id"]
