"""Somebody is registered twice: the two are found and merged, and in no service anything is lost or doubled."""

from datetime import timedelta
from typing import Any

import pytest

from tests.e2e.communities import ELDER, LEADER, SECRETARY, TODAY, Community, enrol, found
from tests.e2e.door import Door
from tests.waiting import eventually

pytestmark = pytest.mark.timeout(240)


@pytest.fixture
def community(door: Door) -> Community:
    """A community of the test's own."""
    return found(door)


def registered(door: Door, community: Community, **facts: Any) -> dict[str, Any]:
    """Somebody who is registered by hand."""
    body = {"community": community.code, "household": community.home, "sex": "female", **facts}
    told: dict[str, Any] = door.post("people", body, status=201)
    return told


def twin_of(door: Door, community: Community, name: str, **facts: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """Somebody of the community, and a second entry of theirs."""
    known = door.get(f"people/{community.people[name]}")
    twin = registered(door, community, name=name, born_on=known["born_on"], number=f"2-{name}", **facts)
    return known, twin


def merged(door: Door, kept: dict[str, Any], gone: dict[str, Any], **more: Any) -> dict[str, Any]:
    """The entry that both are, as it is right after they were merged."""
    now = {each["id"]: door.get(f"people/{each['id']}")["version"] for each in (kept, gone)}
    seen = {"version": now[kept["id"]], "gone_version": now[gone["id"]]}
    told: dict[str, Any] = door.post(f"people/{kept['id']}/merge", {"gone_id": gone["id"], **seen, **more})
    return told


def doubles(door: Door, community: Community) -> list[set[str]]:
    """Who may be registered twice."""
    return [{pair["one"]["id"], pair["other"]["id"]} for pair in door.every(f"communities/{community.code}/doubles")]


def test_an_elder_with_two_records_a_helper_and_visits_is_one(door: Door, community: Community) -> None:
    enrol(door, community, ("李一",))
    kept, gone = twin_of(door, community, ELDER, phone="10000000004")
    assert doubles(door, community) == [{kept["id"], gone["id"]}]
    door.when_listed("elder-records", 2, community=community.code)
    visits = {}
    for elder, findings in ((kept, {"smoking": "never"}), (gone, {"allergies": ["青霉素"]})):
        changes = {"consent_on": "2026-05-01", "record": findings}
        assert door.http.patch(f"elder-records/{elder['id']}", json=changes).status_code == 200
        planned = {"community": community.code, "elder_ids": [elder["id"]], "purpose": "探访"}
        visits[elder["id"]] = door.post("visits", planned)["id"]
        door.post(f"visits/{visits[elder['id']]}/done", {"findings": {"systolic": 150, "diastolic": 90}})
    pairing = {"person_id": gone["id"], "volunteer_id": community.volunteers["李一"], "help_type": "care"}
    pairing |= {"community": community.code, "cadence_days": 14}
    pairings = [door.post("pairings", pairing)["id"], door.post("pairings", {**pairing, "person_id": kept["id"]})["id"]]

    merged(door, kept, gone)

    (record,) = door.when_listed("elder-records", 1, community=community.code)
    assert record["id"] == kept["id"]
    told = door.get(f"elder-records/{kept['id']}")["record"]
    assert (told["smoking"], told["allergies"]) == ("never", ["青霉素"])
    done = [each for each in door.every("visits", community=community.code) if each["state"] == "done"]
    assert {each["id"]: each["elder_ids"] for each in done} == {id: [kept["id"]] for id in visits.values()}

    def one_pairing() -> None:
        known = [door.get(f"pairings/{id}") for id in pairings]
        assert {each["beneficiary_id"] for each in known} == {kept["id"]}
        assert sorted((each["state"], each["end_reason"]) for each in known if each["state"] == "ended") == [
            ("ended", "merged")
        ]

    eventually(one_pairing, within=20)
    assert doubles(door, community) == []
    answer = door.http.get(f"people/{gone['id']}")
    assert (answer.status_code, answer.json()["error"]) == (409, "person_merged")
    assert kept["id"] in answer.json()["message"]
    names = [one["name"] for one in door.every("people", community=community.code)]
    assert names.count(ELDER) == 1
    assert door.get(f"communities/{community.code}")["counts"]["residents"] == len(names)


def test_a_leader_keeps_posts_and_cases(door: Door, community: Community) -> None:
    kept, gone = twin_of(door, community, LEADER)
    since = {"starts_on": (TODAY - timedelta(days=1)).isoformat()}
    post = {"community": community.code, "kind": "grid_leader", "place": community.grid, "person_id": gone["id"]}
    door.post("posts", {**post, **since}, status=201)
    case = door.file(community.code, community.building, "other")
    door.when(case, lambda one: one["leader"] and one["leader"]["id"] == gone["id"], within=30)

    merged(door, kept, gone)

    door.when(case, lambda one: one["leader"]["id"] == kept["id"], within=20)
    told = door.get(f"people/{kept['id']}")
    assert [term["kind"] for term in told["terms"]] == ["grid_leader", "grid_leader"]
    assert [held["kind"] for held in told["posts"]] == ["grid_leader"]
    after = door.file(community.code, community.building, "other")
    door.when(after, lambda one: one["leader"] and one["leader"]["id"] == kept["id"], within=30)


def test_who_turns_out_to_be_complained_about_leads_the_case_no_more(door: Door, community: Community) -> None:
    kept, gone = twin_of(door, community, LEADER)
    case = door.file(community.code, community.building, "official_conduct", about_person=gone["id"])
    door.when(case, lambda one: one["leader"] and one["leader"]["id"] == kept["id"], within=30)

    merged(door, kept, gone)

    secretary = community.people[SECRETARY]
    door.when(case, lambda one: one["leader"] and one["leader"]["id"] == secretary, within=20)


def test_who_is_a_volunteer_twice_is_one_with_the_hours_of_both(door: Door, community: Community) -> None:
    kept, gone = twin_of(door, community, ELDER)
    enrol(door, community, (ELDER, f"{ELDER}二"))
    first, second = community.volunteers[ELDER], community.volunteers[f"{ELDER}二"]
    case = door.file(community.code, community.building, "corridor_clutter")
    asked = door.when(case, lambda one: len(one["volunteers"]) == 2, within=30)["volunteers"]
    for each in asked:
        for step in ("accept", "check-in"):
            door.post(f"dispatches/{each['id']}/{step}")
        door.post(f"dispatches/{each['id']}/check-out")
    sessions = [door.get(f"volunteers/{id}/hours")["total"] for id in (first, second)]
    assert sessions == [1, 1]

    merged(door, kept, gone, kept_volunteer_id=first, gone_volunteer_id=second)

    def one_volunteer() -> None:
        assert [one["id"] for one in door.every("volunteers", community=community.code)] == [first]
        assert door.get(f"volunteers/{first}/hours")["total"] == 2

    eventually(one_volunteer, within=20)
    door.when(case, lambda one: {each["volunteer_id"] for each in one["volunteers"]} == {first}, within=20)
    assert door.http.get(f"volunteers/{second}").status_code == 404


def test_two_who_only_look_alike_are_told_apart_for_good(door: Door, community: Community) -> None:
    kept, gone = twin_of(door, community, ELDER)
    door.post(f"people/{gone['id']}/apart", {"other_id": kept["id"]})
    assert doubles(door, community) == []


def test_who_was_merged_is_erased_everywhere_under_both_ids(door: Door, community: Community) -> None:
    kept, gone = twin_of(door, community, ELDER)
    door.when_listed("elder-records", 2, community=community.code)
    merged(door, kept, gone)
    assert door.http.post(f"people/{gone['id']}/erase", json={"reason": "asked_by_person"}).status_code == 409
    told = door.post(f"people/{kept['id']}/erase", {"reason": "asked_by_person"}, status=201)
    assert {kept["id"], gone["id"]} <= {*told["known_as"]}

    def complete() -> None:
        assert door.get(f"people/{kept['id']}/erasure")["complete"]
        assert door.every("elder-records", community=community.code) == []

    eventually(complete, within=30)
