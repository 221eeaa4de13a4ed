"""Consents against the database: kept, shown, taken back and exported, on SQLite and on PostgreSQL."""

from uuid import UUID

import pytest

from contracts.health.events import ElderConsented
from contracts.organization.errors import ConsentInForce, PersonNotFound
from services.organization.domain.people import person_id
from tests.unit.organization.samples import NOW, TODAY, C

ZHAO = str(person_id(C, "3"))
CLERK = "6f1c1f6e-8d0a-4f4e-9a53-1b0f1d4c9a11"
GIVEN = {"purpose": "images", "given_on": TODAY, "how": "written", "notice": "2026-1"}


def give(community, **more):
    return community.ask_at_the_door("record_consent", person_id=ZHAO, recorded_by=CLERK, **GIVEN | more)


def withdraw(community, purpose="images"):
    taken = {"purpose": purpose, "withdrawn_on": TODAY, "how": "spoken", "recorded_by": CLERK}
    return community.ask_at_the_door("withdraw_consent", person_id=ZHAO, **taken)


def shown(community, person=ZHAO):
    return community.ask_at_the_door("get_consents", person_id=person)


def test_a_consent_is_shown_with_all_that_the_law_asks_for_and_told(community):
    told = give(community)
    assert told == shown(community)
    assert (told["id"], told["community"]) == (ZHAO, C)
    [consent] = told["consents"]
    assert {name: consent[name] for name in ("purpose", "article", "in_force", "given_on", "how", "given_by")} == {
        "purpose": "images",
        "article": 26,
        "in_force": True,
        "given_on": TODAY.isoformat(),
        "how": "written",
        "given_by": "self",
    }
    assert (consent["recorded_by"], consent["notice"], consent["withdrawn"]) == (CLERK, "2026-1", None)
    assert [type(event).__name__ for event in community.told()] == ["ConsentGiven"]


def test_what_was_taken_back_stays_on_record_and_can_be_given_anew(community):
    give(community)
    [consent] = withdraw(community)["consents"]
    assert not consent["in_force"]
    assert consent["withdrawn"]["withdrawn_on"] == TODAY.isoformat()
    assert [each["in_force"] for each in give(community)["consents"]].count(True) == 1
    with pytest.raises(ConsentInForce):
        give(community)
    assert [type(event).__name__ for event in community.told()] == ["ConsentGiven", "ConsentWithdrawn", "ConsentGiven"]
    assert community.sequences() == [1, 2, 3]


def test_what_the_doctor_wrote_down_comes_into_the_register_and_can_be_taken_back_there(community):
    noted = ElderConsented(community=C, elder_id=UUID(ZHAO), given_on=TODAY, recorded_by=CLERK, recorded_at=NOW)
    assert community.hear_at_the_door(noted)
    assert [each["purpose"] for each in shown(community)["consents"]] == ["health_record"]
    assert not withdraw(community, "health_record")["consents"][0]["in_force"]


def test_an_export_holds_what_somebody_agreed_to(community):
    give(community)
    kept = community.ask_at_the_door("export_person", community=C, ids=[ZHAO])["kept"]
    [rows] = [part["rows"] for part in kept if part["kept_in"] == "consents" and part["class"] == "ordinary"]
    assert [row["purpose"] for row in rows] == ["images"]


def test_of_somebody_unknown_there_is_nothing_to_show(community):
    with pytest.raises(PersonNotFound):
        shown(community, CLERK)
    assert shown(community)["consents"] == []
