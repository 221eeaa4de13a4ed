"""One person's data at the door: asked of every service that keeps some, on record, within reach."""

from typing import Any

import pytest
from flask.testing import FlaskClient

from contracts.errors import Unavailable
from contracts.organization.errors import ErasureNotFound, MergedAway, PersonNotFound
from contracts.volunteer.errors import VolunteerNotFound
from gateway.api.people import KEEPING
from tests.unit.gateway.conftest import COMMUNITY, FakeServices, granted, signed_in

ID = "1b4e28ba-2fa1-41d2-883f-0016d3cca427"
ACCOUNT = "7c9e6679-7425-40de-944b-e07fc1f90ae7"
CASE = "f47ac10b-58cc-4372-a567-0e02b2c3d479"
EXPORT, ERASE, ERASURE = (f"/api/v1/people/{ID}/{each}" for each in ("export", "erase", "erasure"))
PART = {"kept_in": "people", "class": "contact", "kept_for": {"zh": "联系", "en": "to reach"}, "rows": [{"phone": "1"}]}


def asked(services: FakeServices, call: str) -> list[Any]:
    return [(service, command) for service, name, command in services.asked if name == call]


def test_an_export_asks_every_service_that_keeps_something_and_is_recorded_first(
    client: FlaskClient, services: FakeServices
) -> None:
    services.answers |= {"export_person": {"kept": [PART]}, "find_people_by_phone": {"items": [], "total": 2}}
    answer = client.get(f"{EXPORT}?account_id={ACCOUNT}")
    assert [one["service"] for one in answer.json["services"]] == list(KEEPING)
    assert answer.json["services"][0]["kept"] == [PART]
    for _, command in asked(services, "export_person")[2:]:  # the first two are for accounts and for the telephone
        assert command == {"community": COMMUNITY, "ids": [ID, ACCOUNT]}
    [(_, entry)] = asked(services, "record_reads")
    assert entry["why"] == "export"
    assert (entry["reads"][0]["what"], entry["reads"][0]["subjects"]) == ("contact", [ID, ACCOUNT])


def test_an_export_that_is_not_whole_or_not_recorded_is_not_given(client: FlaskClient, services: FakeServices) -> None:
    services.answers[f"{KEEPING[-1]}.export_person"] = Unavailable(service=KEEPING[-1])
    assert client.get(EXPORT).status_code == 503
    services.answers = {"record_reads": Unavailable(service="accounts")}
    assert client.get(EXPORT).status_code == 503


@pytest.mark.parametrize(
    ("role", "community", "status"),
    [
        ("secretary", COMMUNITY, 200),
        ("secretary", "410181002012", 404),
        ("office", COMMUNITY, 403),
        ("doctor", COMMUNITY, 403),
        ("administrator", "", 403),
    ],
)
def test_only_the_secretary_of_the_community_exports_and_erases(
    client: FlaskClient, services: FakeServices, role: str, community: str, status: int
) -> None:
    services.who = signed_in(granted(role, community))
    services.answers["export_person"] = {"kept": []}
    assert client.get(EXPORT).status_code == status
    assert client.post(ERASE, json={"reason": "deceased"}).status_code == {200: 201}.get(status, status)
    assert client.get(ERASURE).status_code == status
    assert bool(asked(services, "erase_person")) == (status == 200)


def test_a_volunteer_who_is_no_resident_is_found_too_and_so_is_whoever_was_erased(
    client: FlaskClient, services: FakeServices
) -> None:
    services.answers["get_person"] = PersonNotFound(id=ID)
    assert client.post(ERASE, json={"reason": "deceased", "account_id": ACCOUNT}).status_code == 201
    [(_, command)] = asked(services, "erase_person")
    assert (command["community"], command["known_as"]) == (COMMUNITY, [ID, ACCOUNT])
    services.answers["get_volunteer"] = VolunteerNotFound(id=ID)
    assert client.post(ERASE, json={"reason": "deceased"}).status_code == 201
    services.answers["get_erasure"] = ErasureNotFound(id=ID)
    assert client.post(ERASE, json={"reason": "deceased"}).status_code == 404


def test_an_erasure_needs_a_reason_on_the_list(client: FlaskClient, services: FakeServices) -> None:
    for body in ({}, {"reason": "因为"}):
        assert client.post(ERASE, json=body).status_code == 422
    assert asked(services, "erase_person") == []


def test_what_the_account_filed_that_holds_a_role_for_a_volunteer_is_exported_and_erased_with_them(
    client: FlaskClient, services: FakeServices
) -> None:
    parts = [
        {**PART, "kept_in": table, "class": kind, "rows": rows}
        for table, kind, rows in (
            ("accounts", "reference", [{"id": ACCOUNT}]),
            ("accounts", "ordinary", [{"name": None}]),
            ("grants", "reference", [{"id": CASE, "account_id": ACCOUNT}]),
        )
    ]
    services.answers |= {"accounts.export_person": {"kept": parts}, "organization.export_person": {"kept": []}}
    assert client.get(EXPORT).json["known_as"] == [ID, ACCOUNT]
    assert client.post(ERASE, json={"reason": "deceased"}).status_code == 201
    [(_, command)] = asked(services, "erase_person")
    assert command["known_as"] == [ID, ACCOUNT]


def registered_with(services: FakeServices, phone: str, people: int) -> None:
    """Somebody is registered with this telephone, as one of so many."""
    row = {"kept_in": "people", "class": "contact", "kept_for": {"zh": "", "en": ""}, "rows": [{"phone": phone}]}
    services.answers |= {
        "organization.export_person": {"kept": [row]},
        "find_people_by_phone": {"items": [], "total": people},
        "find_by_phone": {"ids": [CASE]},
    }


def test_what_came_by_the_telephone_of_somebody_is_erased_with_them_unless_several_share_it(
    client: FlaskClient, services: FakeServices
) -> None:
    for phone, people, known_as in (("13800001234", 1, [ID, CASE]), ("13800001234", 2, [ID]), ("", 0, [ID])):
        services.asked.clear()
        registered_with(services, phone, people)
        assert client.post(ERASE, json={"reason": "deceased"}).status_code == 201
        [(_, command)] = asked(services, "erase_person")
        assert command["known_as"] == known_as


# -- entries that became part of another

GONE, ELSEWHERE = "79786cff-8ea6-51ba-8e90-e7e6ed83eae5", "410181002012"
HOUSEHOLD = f"{COMMUNITY}00101"


def merged_away(services: FakeServices, community: str) -> None:
    """`GONE` is part of `ID` by now, which stands in this community."""

    def person(command: dict[str, Any]) -> dict[str, Any]:
        if command["id"] == GONE:
            raise MergedAway(into=ID, community=community)
        return {"id": ID, "community": community, "household": HOUSEHOLD, "terms": []}

    services.answers["get_person"] = person


@pytest.mark.parametrize(
    ("grant", "community", "status"),
    [
        (granted("office", COMMUNITY), COMMUNITY, 409),
        (granted("office", COMMUNITY), ELSEWHERE, 404),
        (granted("building_leader", COMMUNITY, place=HOUSEHOLD), COMMUNITY, 409),
        (granted("building_leader", COMMUNITY, place=f"{COMMUNITY}00102"), COMMUNITY, 404),
    ],
)
def test_into_whom_an_entry_was_merged_is_told_to_whoever_reaches_them(
    client: FlaskClient, services: FakeServices, grant: dict[str, Any], community: str, status: int
) -> None:
    services.who = signed_in(grant)
    merged_away(services, community)
    answer = client.get(f"/api/v1/people/{GONE}")
    assert (answer.status_code, ID in answer.text) == (status, status == 409)
    services.answers["get_person"] = PersonNotFound(id=GONE)
    assert (client.get(f"/api/v1/people/{GONE}").json == answer.json) == (status == 404)


@pytest.mark.parametrize(("community", "status"), [(COMMUNITY, 409), (ELSEWHERE, 404)])
def test_what_is_done_with_an_entry_that_is_gone_tells_those_elsewhere_nothing(
    client: FlaskClient, services: FakeServices, community: str, status: int
) -> None:
    services.who = signed_in(granted("office", COMMUNITY), granted("secretary", COMMUNITY))
    merged_away(services, community)
    pairing = {"community": COMMUNITY, "person_id": GONE, "volunteer_id": ID, "help_type": "care", "cadence_days": 7}
    for answer in (
        client.post(f"/api/v1/people/{GONE}/apart", json={"other_id": ID}),
        client.get(f"/api/v1/people/{GONE}/consents"),
        client.get(f"/api/v1/people/{GONE}/export"),
        client.post(f"/api/v1/people/{GONE}/erase", json={"reason": "deceased"}),
    ):
        assert (answer.status_code, ID in answer.text) == (status, status == 409)
    answer = client.post("/api/v1/pairings", json=pairing)
    assert (answer.json["error"] == "person_merged") == (community == COMMUNITY)
    assert (ID in answer.text) == (community == COMMUNITY)


def test_what_accounts_know_by_the_id_that_is_gone_is_exported_and_erased_before_they_have_followed(
    client: FlaskClient, services: FakeServices
) -> None:
    merged = {**PART, "kept_in": "merged", "class": "reference", "rows": [{"gone_id": GONE, "kept_id": ID}]}
    services.answers |= {"organization.export_person": {"kept": [merged]}, "accounts.export_person": account_of(GONE)}
    assert client.get(EXPORT).json["known_as"] == [ID, GONE, ACCOUNT]
    assert client.post(ERASE, json={"reason": "deceased"}).status_code == 201
    [(_, command)] = asked(services, "erase_person")
    assert command["known_as"] == [ID, GONE, ACCOUNT]


def account_of(id: str) -> Any:
    """The account that holds a role for this id, told to whoever asks for it."""
    part = {**PART, "kept_in": "accounts", "class": "reference", "rows": [{"id": ACCOUNT}]}
    return lambda command: {"kept": [part] if id in command["ids"] else []}
