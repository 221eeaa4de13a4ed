"""Somebody agrees to one use of their data, and takes it back: it is on record, and what was kept for it goes."""

import pytest

from tests.e2e.communities import ELDER, LEADER, Community, found
from tests.e2e.door import Door
from tests.waiting import eventually

pytestmark = pytest.mark.timeout(120)

FINDINGS = {"smoking": "never", "allergies": ["青霉素"]}


@pytest.fixture
def community(door: Door) -> Community:
    """A community of the test's own, with one elder in it."""
    return found(door)


def test_without_consent_nothing_is_written_and_when_it_is_taken_back_nothing_stays(
    door: Door, community: Community
) -> None:
    elder = community.people[ELDER]
    door.when_listed("elder-records", 1, community=community.code)
    record, consents = f"elder-records/{elder}", f"people/{elder}/consents"
    refused = door.http.patch(record, json={"record": FINDINGS})
    assert (refused.status_code, refused.json()["error"]) == (409, "consent_missing")

    given = {"purpose": "health_record", "given_on": "2026-05-01", "how": "written", "notice": "health-2026"}
    [told] = door.post(consents, given, status=201)["consents"]
    assert (told["in_force"], told["article"], told["how"]) == (True, 29, "written")
    eventually(lambda: _is_written(door, record), within=20)
    again = door.http.post(consents, json=given)
    assert (again.status_code, again.json()["error"]) == (409, "consent_in_force")

    door.post(f"{consents}/withdraw", {"purpose": "health_record", "withdrawn_on": "2026-05-02", "how": "spoken"})
    eventually(lambda: _is_empty(door, record), within=20)
    assert door.http.patch(record, json={"record": FINDINGS}).status_code == 409
    [told] = door.get(consents)["consents"]
    assert (told["in_force"], told["withdrawn"]["withdrawn_on"]) == (False, "2026-05-02")
    assert told["recorded_by"]


def _is_written(door: Door, record: str) -> None:
    assert door.http.patch(record, json={"record": FINDINGS}).status_code == 200


def _is_empty(door: Door, record: str) -> None:
    told = door.get(record)
    assert (told["consent_on"], told["record"]) == (None, None)


def test_what_a_doctor_writes_down_is_in_the_register_too(door: Door, community: Community) -> None:
    elder = community.people[ELDER]
    door.when_listed("elder-records", 1, community=community.code)
    door.http.patch(f"elder-records/{elder}", json={"consent_on": "2026-05-01"}).raise_for_status()

    def noted() -> None:
        [told] = door.get(f"people/{elder}/consents")["consents"]
        assert (told["purpose"], told["given_on"], told["how"]) == ("health_record", "2026-05-01", "spoken")

    eventually(noted, within=20)


def test_each_use_is_agreed_to_by_itself_and_nobody_agrees_to_a_record_that_is_not_kept(
    door: Door, community: Community
) -> None:
    consents = f"people/{community.people[LEADER]}/consents"
    door.post(consents, {"purpose": "images", "given_on": "2026-05-01", "how": "electronic"}, status=201)
    assert [told["purpose"] for told in door.get(consents)["consents"]] == ["images"]
    other = door.http.post(
        f"{consents}/withdraw", json={"purpose": "publication", "withdrawn_on": "2026-05-02", "how": "spoken"}
    )
    assert (other.status_code, other.json()["error"]) == (409, "consent_not_in_force")
    early = door.http.post(consents, json={"purpose": "health_record", "given_on": "2026-05-01", "how": "spoken"})
    assert (early.status_code, early.json()["error"]) == (409, "no_health_record_yet")
