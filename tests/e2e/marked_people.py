"""People whose every word is marked, and what they live through: so that a word of theirs is found wherever it is."""

import re
from uuid import uuid4

import httpx
import msgspec

from tests.e2e.communities import ELDER, LEADER, Community
from tests.e2e.door import Door
from tests.e2e.first_key import SHOWN
from tests.e2e.watched import Overheard, Watched
from tests.waiting import eventually

MARK = "Zq7kx"
"""Stands in every personal word of these tests; letters that no encoding but base64 changes."""

NAME, PHONE, WORDS = f"欧阳㐂丹·{MARK}·Żółć's", "13977715551", f"膝盖肿痛,{MARK},夜里睡不着"
PERSONAL = re.compile(f"{MARK}|{PHONE}|欧阳|㐂|膝盖|u3402|u819d|Żółć|%E3%90%82", re.IGNORECASE)


def live_through_everything(door: Door, community: Community) -> None:
    """People whose every word is marked live through everything: cases, helpers, visits, refusals."""
    elder = community.people[ELDER]
    marked = dict.fromkeys(("by", "note", "reason", "resolution", "comment"), WORDS)
    enrolled = {"name": NAME, "phone": PHONE, "home_place": f"{community.grid}01", "skills": ["carrying", "cleaning"]}
    door.post("volunteers/bulk", {"community": community.code, "volunteers": [enrolled]})
    unit = {"community": community.code, "name": NAME, "kind": "property", "contact_name": NAME, "phone": PHONE}
    door.post("units", unit)
    door.post("teams", {"community": community.code, "type": "women", "name": NAME, "slogan": WORDS, "charter": WORDS})

    person = {"name": NAME, "phone": PHONE}
    filing = {"description": WORDS, "contact": person}
    clutter = door.file(community.code, community.building, "corridor_clutter", **filing)
    wire_case = door.file(community.code, community.building, "flying_wire", **filing)
    visit_case = door.file(community.code, community.home, "elder_care", **filing)

    dispatch = door.when(clutter, lambda case: case["volunteers"], within=30)["volunteers"][0]["id"]
    door.post(f"dispatches/{dispatch}/decline", marked_step())
    referral = door.when(wire_case, lambda case: case["referral"], within=30)["referral"]["id"]
    door.post(f"referrals/{referral}/accept")
    door.post(f"referrals/{referral}/complete", {"result": WORDS})
    visit = door.when(visit_case, lambda case: case["visit"], within=30)["visit"]["id"]
    door.http.patch(f"elder-records/{elder}", json={"consent_on": "2025-06-01"}).raise_for_status()
    door.post(f"visits/{visit}/done", {"findings": {"systolic": 151.0, "diastolic": 92.0, "note": WORDS}})
    door.when(clutter, lambda case: case["leader"], within=30)
    door.post(f"grievances/{clutter}/accept", {"by": LEADER, "note": WORDS})
    door.post(f"grievances/{clutter}/resolve", {**marked, "by": NAME})
    door.post(f"grievances/{clutter}/rate", {**marked, "score": 1})
    door.post(f"grievances/{clutter}/reopen", marked)
    door.post(f"grievances/{wire_case}/reject", marked)

    refused(door, community)


def marked_step() -> dict[str, str]:
    """What a helper writes."""
    return {"by": NAME, "reason": WORDS, "note": WORDS}


def refused(door: Door, community: Community) -> None:
    """Words in every wrong place: as a code, an id, an address, a question, a header, a method, a body of no kind."""
    wrong = {"community": WORDS, "place": NAME, "category": PHONE, "description": 7, "contact": WORDS, NAME: PHONE}
    api = f"{door.url}/api/v1"
    with httpx.Client(trust_env=False, timeout=15, headers=SHOWN) as client:
        for answer in (
            client.post(f"{api}/grievances", json=wrong),
            client.post(f"{api}/grievances", json={**wrong, "community": community.code, "description": WORDS}),
            client.post(f"{api}/grievances", content=f'{{"description": "{WORDS}'.encode()),
            client.post(f"{api}/grievances/{uuid4()}/accept", json=marked_step()),
            client.get(f"{api}/grievances/{NAME}"),
            client.get(f"{api}/{NAME}/{PHONE}"),
            client.get(f"{api}/people", params={"community": community.code, "q": NAME, NAME: PHONE}),
            client.get(f"{api}/categories", headers={"X-Correlation-Id": f"{NAME} {PHONE}".encode()}),
            client.get(f"{api}/categories", headers={"traceparent": f"00-{NAME}".encode()}),
            client.request(MARK.upper(), f"{api}/grievances", json=wrong),
            client.post(f"{api}/communities/{community.code}/people/import", files={"file": (NAME, WORDS.encode())}),
        ):
            assert answer.status_code < 500, answer.text


def die(seen: Watched) -> None:
    """Messages that no handler can do anything with, full of words: of no shape, of no kind, of a kind that fails.
    And one that was handled long ago."""
    known = [one for one in seen.overheard if one.key == "grievance.grievance_filed.v1"]
    filed = msgspec.json.decode(known[-1].body)
    unknown = filed | {"id": str(uuid4()), "type": "grievance.grievance_filed.v9", "data": {NAME: PHONE, WORDS: NAME}}
    broken = filed | {"id": str(uuid4()), "data": filed["data"] | {"grievance_id": WORDS, "line": NAME}}
    for body in (f"{WORDS} {NAME}".encode(), msgspec.json.encode(unknown), msgspec.json.encode(broken)):
        seen.send("volunteer.main", body, content_type="application/json", message_id=str(uuid4()), type=NAME)
    seen.send("organization.main", known[-1].body, content_type="application/json", message_id=filed["id"])
    eventually(lambda: dead_letters(seen) >= 3, within=20)


def dead_letters(seen: Watched) -> int:
    """How many messages were laid aside while somebody listened."""
    return len([one for one in seen.overheard if one.key == "operations.dead"])


def is_of_these_tests(one: Overheard) -> bool:
    """Whether a test sent it, or it died with the type that a test gave it."""
    return MARK in str(one.properties.get("type", ""))


def found_in(text: str) -> list[str]:
    """Where words of a person stand, with what stands around them."""
    return [text[max(0, hit.start() - 150) : hit.end() + 50] for hit in PERSONAL.finditer(text)][:5]
