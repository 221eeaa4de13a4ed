"""Partner units and the agreements signed with them."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from contracts.errors import words
from contracts.partner.errors import AgreementDatesReversed, UnitNameTaken


class UnitKind(StrEnum):
    """What a partner unit is."""

    POLICE = "police"
    PROPERTY = "property"
    TOWER = "tower"
    HEALTH_STATION = "health_station"
    MERCHANT = "merchant"


KIND_WORDS = {
    UnitKind.POLICE: "公安单位",
    UnitKind.PROPERTY: "物业公司",
    UnitKind.TOWER: "铁塔公司",
    UnitKind.HEALTH_STATION: "卫生服务站",
    UnitKind.MERCHANT: "商户",
}


class Cooperation(StrEnum):
    """The six kinds of co-operation that an agreement may be about."""

    PARTY_BUILDING = "party_building"
    AFFAIRS = "affairs"
    RESOURCES = "resources"
    CIVILITY = "civility"
    PROBLEMS = "problems"
    ACTIVITIES = "activities"


class Standing(StrEnum):
    """How an agreement stands on a day; "none" where there is no agreement."""

    VALID = "valid"
    NOT_YET = "not_yet"
    EXPIRED = "expired"
    NONE = "none"


@dataclass(kw_only=True)
class Unit:
    """A unit that co-operates with the community; `serves` limits it to places, empty means the whole community."""

    id: UUID
    community: str
    name: str
    kind: UnitKind
    contact_name: str | None = None
    phone: str | None = None
    serves: list[str] = field(default_factory=list)
    registered_at: datetime


@dataclass(kw_only=True)
class Agreement:
    """What was agreed with a unit and from when to when; `scope` names categories or lines, empty means all."""

    id: UUID
    community: str
    unit_id: UUID
    parties: str
    cooperation: Cooperation
    scope: list[str] = field(default_factory=list)
    valid_from: date
    valid_to: date
    signed_at: datetime

    def __post_init__(self) -> None:
        if self.valid_to < self.valid_from:
            told = words(AgreementDatesReversed.zh, AgreementDatesReversed.en)
            raise AgreementDatesReversed(fields={"valid_to": [told]})


def standing(valid_from: date, valid_to: date, on: date) -> Standing:
    """How an agreement between these days stands on a day; both its first and its last day are valid."""
    if on < valid_from:
        return Standing.NOT_YET
    return Standing.VALID if on <= valid_to else Standing.EXPIRED


def not_yet_known(units: Iterable[Unit], known: Iterable[tuple[UUID, str]]) -> list[Unit]:
    """Those units whose id is new, given the ids and names known in their community.

    Raises `UnitNameTaken` that lists every name which a unit with another id bears already.
    """
    ids_of_names = {name: id for id, name in known}
    ids = set(ids_of_names.values())
    fresh, taken = [], []
    for unit in units:
        if unit.id in ids:
            continue
        if unit.name in ids_of_names:
            taken.append(unit.name)
        ids_of_names[unit.name] = unit.id
        ids.add(unit.id)
        fresh.append(unit)
    if taken:
        raise UnitNameTaken(names=taken)
    return fresh
