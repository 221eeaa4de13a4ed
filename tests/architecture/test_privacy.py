"""Nothing is kept, told or taken in that nobody has classified, and nothing sensitive is kept in plain text."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Column, MetaData, String, Table

from chassis.database import Encrypted, EncryptedDocument
from chassis.privacy import (
    CHASSIS_TABLES,
    ENCRYPTED,
    KINDS,
    NEEDS_NO_WORDS,
    NOTHING,
    ROLES,
    SELF,
    TRAVELS,
    Kind,
    Treatment,
)
from chassis.run import SERVICES
from contracts.accounts.schemas import ROLES as GRANTED
from contracts.event import Event
from docs import privacy
from docs.personal_fields import (
    Place,
    columns,
    columns_of,
    event_fields,
    fields_of,
    full_name,
    in_register,
    intake_fields,
    of_column,
    of_event_field,
    of_intake_field,
    register_of,
    taken_in,
)
from tests.architecture.checkout import text

HOW = "say in its services/<name>/privacy.py what it is, what for, who may read it and how long it is kept"


# -- everything is classified, and nothing else is


def test_every_column_of_every_table_is_classified() -> None:
    assert [str(place) for place in columns() if of_column(place) is None] == [], HOW


def test_every_field_of_every_event_is_classified() -> None:
    assert [str(place) for place in event_fields() if of_event_field(place) is None] == [], HOW


def test_everything_that_the_gateway_takes_in_is_classified() -> None:
    assert [str(place) for place in intake_fields() if of_intake_field(place) is None] == [], HOW


@pytest.mark.parametrize("service", SERVICES)
def test_no_classification_is_left_of_what_is_gone(service: str) -> None:
    register = register_of(service)
    kept = {(place.within, place.name) for place in columns() if place.service == service}
    assert {(table, name) for table, names in register.TABLES.items() for name in names} - kept == set()
    for named, places in ((register.EVENTS, event_fields()), (register.INTAKE, intake_fields())):
        own = [place for place in places if place.service == service]
        assert set(named) - {place.name for place in own} - {full_name(place) for place in own} == set()


def test_a_column_that_nobody_has_classified_is_noticed() -> None:
    table = Table("people", MetaData(), Column("id", String), Column("religion", String))
    found = [place.name for place in columns_of("organization", {"people": table}) if of_column(place) is None]
    assert found == ["religion"]


@dataclass(frozen=True, kw_only=True)
class _ElderFell(Event):
    """An elder has fallen."""

    community: str
    person_id: str
    diagnosis: str


def test_a_field_of_an_event_that_nobody_has_classified_is_noticed() -> None:
    _ElderFell.__module__ = "contracts.health.events"
    register = {**NOTHING.of("person_id")}
    found = [place.name for place in fields_of(_ElderFell) if in_register(place, register) is None]
    assert found == ["diagnosis"]


def test_what_a_new_form_or_parameter_takes_in_is_noticed_also_deep_inside() -> None:
    body = {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/NewPet"}}}}
    owner = {"properties": {"id_card": {}}}
    pet = {"properties": {"owners": {"type": "array", "items": {"$ref": "#/components/schemas/Owner"}}}}
    description = {
        "paths": {"/pets": {"post": {"tags": ["grievances"], "requestBody": body, "parameters": [{"name": "mood"}]}}},
        "components": {"schemas": {"NewPet": pet, "Owner": owner}},
    }
    assert {full_name(place) for place in taken_in(description)} == {"?mood", "NewPet.owners", "Owner.id_card"}
    assert all(of_intake_field(place) is None for place in taken_in(description))


# -- what is sensitive is encrypted


def in_plain_text(places: Iterable[Place], treated: Any) -> list[str]:
    """Columns that ought to be encrypted and are not."""
    return [str(place) for place in places if treated(place).kind in ENCRYPTED and not is_encrypted(place)]


def is_encrypted(place: Place) -> bool:
    """Whether a column is of an encrypted type."""
    return isinstance(place.column, Encrypted)


def test_contact_health_hardship_and_words_are_kept_encrypted_only() -> None:
    assert in_plain_text(columns(), of_column) == []


@pytest.mark.parametrize("kind", [Kind.CONTACT, Kind.HEALTH, Kind.HARDSHIP, Kind.LOCATION, Kind.WORDS, Kind.SECRET])
def test_a_sensitive_column_in_plain_text_is_noticed(kind: Kind) -> None:
    table = Table("t", MetaData(), Column("a", String), Column("b", Encrypted), Column("c", EncryptedDocument))
    places = columns_of("health", {"t": table})
    assert in_plain_text(places, lambda _place: Treatment(kind=kind)) == ["health: t.a"]
    assert in_plain_text(places, lambda _place: Treatment(kind=Kind.ORDINARY)) == []


def test_what_is_encrypted_is_classed_as_something_that_needs_it() -> None:
    assert [str(place) for place in columns() if is_encrypted(place) and _kind(place) not in ENCRYPTED] == []


def _kind(place: Place) -> Kind:
    found = of_column(place)
    assert found is not None
    return found.kind


# -- what travels


def carried_wrongly(places: Iterable[Place], register_for: Any) -> list[str]:
    """Fields of events that events may not carry, or that say nothing of why they do."""
    wrong = []
    for place in places:
        found = in_register(place, register_for(place))
        assert found is not None
        needs_words = found.kind not in NEEDS_NO_WORDS
        if found.kind not in TRAVELS or (needs_words and not (found.zh and found.en)):
            wrong.append(str(place))
    return wrong


def test_events_carry_ids_codes_times_places_and_what_a_hearer_needs_with_its_reason() -> None:
    assert carried_wrongly(event_fields(), lambda place: register_of(place.service).EVENTS) == []


@pytest.mark.parametrize("kind", [kind for kind in Kind if kind not in NEEDS_NO_WORDS])
def test_an_event_that_carries_more_is_noticed(kind: Kind) -> None:
    place = Place("health", "HomeVisitDone", "found")
    silent = {"HomeVisitDone.found": Treatment(kind=kind)}
    assert carried_wrongly([place], lambda _place: silent) == [str(place)]
    reasoned = {"HomeVisitDone.found": Treatment(kind=kind, zh="为什么", en="why")}
    assert carried_wrongly([place], lambda _place: reasoned) == ([] if kind is Kind.ORDINARY else [str(place)])


@pytest.mark.parametrize("service", SERVICES)
def test_what_is_personal_is_named_with_its_class_so_that_another_of_that_name_is_not_let_through(service: str) -> None:
    for register in (register_of(service).EVENTS, register_of(service).INTAKE):
        alone = {name for name, found in register.items() if found.kind not in NEEDS_NO_WORDS}
        assert {name for name in alone if "." not in name and not name.startswith("?")} == set()


# -- what is said of it


def treatments() -> dict[str, Treatment]:
    """Every treatment of a column, by where it stands."""
    return {str(place): found for place in columns() if (found := of_column(place)) is not None}


def test_every_personal_column_says_what_for_in_both_languages_and_how_long() -> None:
    personal = {place: found for place, found in treatments().items() if found.kind not in NEEDS_NO_WORDS}
    assert len(personal) > 40
    assert [place for place, found in personal.items() if not (found.zh and found.en)] == []
    assert [place for place, found in personal.items() if not (found.kept or (found.kept_zh and found.kept_en))] == []
    hidden = {Kind.SECRET, Kind.HASHED}
    assert [place for place, found in personal.items() if bool(found.readers) == (found.kind in hidden)] == []


def test_readers_are_roles_that_can_be_granted_and_have_a_chinese_name() -> None:
    assert set(GRANTED) == ROLES
    assert {reader for found in treatments().values() for reader in found.readers} <= ROLES | {SELF}
    assert set(privacy.ROLES) == ROLES | {SELF}


def test_health_is_read_by_doctors_and_oneself_only() -> None:
    readers = {reader for found in treatments().values() if found.kind is Kind.HEALTH for reader in found.readers}
    assert readers == {SELF, "doctor"}


def test_a_retention_that_is_a_setting_exists() -> None:
    page = text(Path("docs/settings.md"))
    named = {found.kept for found in treatments().values() if found.kept}
    assert named
    assert {name for name in named if f"| `{name}` |" not in page} == set()


def test_every_class_is_explained() -> None:
    assert set(KINDS) == set(Kind)
    assert all(zh and en for zh, en in KINDS.values())


# -- the page


def test_the_page_names_every_column_once_and_every_class() -> None:
    page = privacy.privacy_page()
    for service in (*SERVICES, "chassis"):
        section = page.split(f" {service}\n", 1)[1].split("\n## ", 1)[0].split("### 随事件")[0].split("### 接口")[0]
        for place in columns():
            if place.service == service:
                rows = [row for row in section.splitlines() if f"{place.within}: " in row and f"`{place.name}`" in row]
                assert len(rows) == 1, place
    assert all(f"| `{kind}` |" in page for kind in Kind)
    assert set(CHASSIS_TABLES) == {"outbox", "inbox", "timers"}
