"""Editing one place or one person by hand, under the same rules as a sheet that is imported."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from contracts.errors import Invalid, Words, words
from contracts.organization.errors import EditedMeanwhile, PlaceClosed, PlaceInUse
from services.organization.domain.people import EARLIEST_BIRTH, Person, Sex, person_id
from services.organization.domain.places import KIND_NAMES, PARENTS, Place, PlaceKind, code_fault


def refuse_if_edited(version: int, seen: int) -> None:
    """Nobody's change is overwritten by somebody who has not seen it. Raises `EditedMeanwhile`."""
    if version != seen:
        raise EditedMeanwhile


def refuse_if_closed(place: Place) -> None:
    """A closed place takes in nothing new. Raises `PlaceClosed`."""
    if place.closed_on is not None:
        raise PlaceClosed(name=place.name)


def new_place(
    community: str, code: str, kind: PlaceKind, name: str, *, parent: Place, is_aged: bool, boundary: str
) -> Place:
    """A place below `parent`. Raises `Invalid`, `PlaceClosed`."""
    refuse_if_closed(parent)
    faults: dict[str, list[Words]] = {}
    if (wrong := code_fault(kind, code, community)) is not None:
        faults["code"] = [wrong]
    if parent.kind not in PARENTS[kind]:
        faults["parent"] = [_misplaced(kind, parent.kind)]
    place = Place(
        community=community,
        code=code,
        kind=kind,
        name=name,
        parent=parent.code,
        is_aged=is_aged,
        boundary=boundary,
        path=(*parent.path, code),
    )
    _refuse(faults | _aged_fault(place))
    return place


def changed_place(place: Place, changes: Mapping[str, Any]) -> Place:
    """The place with another name, other bounds, aged or not. Raises `Invalid`."""
    changed = replace(place, **changes)
    _refuse(_aged_fault(changed))
    return changed


def closed_place(place: Place, *, on: date, places: int, residents: int, posts: int) -> Place:
    """The place, which takes in nothing new from that day; it stays for what refers to it. `places` are those below it
    that are not closed, `posts` those held there that day or later. Raises `PlaceInUse`, `Invalid`."""
    if place.kind is PlaceKind.COMMUNITY:
        raise Invalid(fields={"code": [words("社区不能停用", "a community cannot be closed")]})
    if places or residents or posts:
        raise PlaceInUse(name=place.name, places=places, residents=residents, posts=posts)
    return replace(place, closed_on=place.closed_on or on)


def reopened_place(place: Place, parent: Place | None) -> Place:
    """The place, open again. Raises `PlaceClosed` where the one above it is not."""
    if parent is not None:
        refuse_if_closed(parent)
    return replace(place, closed_on=None)


def new_person(community: str, facts: Mapping[str, Any], *, household: Place | None, today: date) -> Person:
    """Somebody who was not in the register. Raises `Invalid`, `PlaceClosed`."""
    born_on: date | None = facts["born_on"]
    number: str = facts["number"]
    code = _lived_in(household)
    _refuse(_birth_fault(born_on, today))
    return Person(
        id=person_id(community, number, name=facts["name"], born_on=born_on, household=code or ""),
        community=community,
        number=number,
        name=facts["name"],
        born_on=born_on,
        sex=Sex(facts["sex"]),
        household=code,
        phone=facts["phone"],
    )


def changed_person(person: Person, changes: Mapping[str, Any], *, today: date) -> Person:
    """The person with other details; who they are and where they live stays. Raises `Invalid`."""
    given = dict(changes)
    if "sex" in given:
        given["sex"] = Sex(given["sex"])
    changed = replace(person, **given)
    _refuse(_birth_fault(changed.born_on, today))
    return changed


def moved_person(person: Person, household: Place) -> Person:
    """The person in another household of the community, also where they had left it. Raises as above."""
    return replace(person, household=_lived_in(household), left_on=None)


def departed_person(person: Person, left_on: date) -> Person:
    """Somebody who lives here no more: their telephone is not kept. Who had left already has left then."""
    return person if person.left_on else replace(person, household=None, phone=None, left_on=left_on)


def _lived_in(household: Place | None) -> str | None:
    if household is None:
        return None
    if household.kind is not PlaceKind.HOUSEHOLD:
        said = words(f"{household.name}不是住户", f"{household.name} is no household")
        raise Invalid(fields={"household": [said]})
    refuse_if_closed(household)
    return household.code


def _refuse(faults: Mapping[str, list[Words]]) -> None:
    if faults:
        raise Invalid(fields=dict(faults))


def _misplaced(kind: PlaceKind, parent: PlaceKind) -> Words:
    return words(
        f"{KIND_NAMES[kind]['zh']}不能放在{KIND_NAMES[parent]['zh']}下", f"a {kind} cannot stand under a {parent}"
    )


def _aged_fault(place: Place) -> dict[str, list[Words]]:
    if place.is_aged and place.kind is not PlaceKind.COURTYARD:
        return {"aged": [words("只有楼院可以标为老旧", "only a courtyard can be marked as aged")]}
    return {}


def _birth_fault(born_on: date | None, today: date) -> dict[str, list[Words]]:
    if born_on is not None and not EARLIEST_BIRTH <= born_on <= today:
        return {"born_on": [words("不在合理范围内", "is not a likely date of birth")]}
    return {}
