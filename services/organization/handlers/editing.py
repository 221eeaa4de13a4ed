"""What is done to one place or one person, by hand."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from chassis.unit_of_work import UnitOfWork
from contracts.organization.errors import MergedAway, PersonGone, PersonTaken, PlaceTaken
from contracts.organization.events import ElderLeft
from services.organization.domain import editing
from services.organization.domain.erasures import refuse_in_office
from services.organization.domain.people import Person, is_elder
from services.organization.domain.places import Place, PlaceKind
from services.organization.handlers.people import registered, standing
from services.organization.handlers.places import told


def add_place(
    uow: UnitOfWork,
    community: str,
    code: str,
    *,
    kind: str,
    name: str,
    parent: str,
    aged: bool,
    boundary: str,
    now: datetime,
) -> None:
    """Add a place; the same once more changes nothing. Raises `PlaceTaken`, and what a place may be refused for."""
    with uow:
        uow.communities.get(community)
        above = uow.places.get(community, parent)
        place = editing.new_place(community, code, PlaceKind(kind), name, parent=above, is_aged=aged, boundary=boundary)
        known = uow.places.find(community, code)
        if known is not None and known != place:
            raise PlaceTaken(place=code, name=known.name)
        _keep(uow, known, place, now)


def change_place(uow: UnitOfWork, community: str, code: str, version: int, *, now: datetime, **changes: Any) -> None:
    """Give a place another name or other details."""
    _edit(uow, community, code, version, lambda place: editing.changed_place(place, _named(changes)), now)


def close_place(uow: UnitOfWork, community: str, code: str, version: int, *, today: date, now: datetime) -> None:
    """Let a place take in nothing new; whatever refers to it goes on. Raises `PlaceInUse`."""

    def closed(place: Place) -> Place:
        return editing.closed_place(place, on=today, **uow.places.uses(community, code, today))

    _edit(uow, community, code, version, closed, now)


def reopen_place(uow: UnitOfWork, community: str, code: str, version: int, *, now: datetime) -> None:
    """Let a place that was closed take in new things again."""

    def reopened(place: Place) -> Place:
        return editing.reopened_place(place, uow.places.get(community, place.parent) if place.parent else None)

    _edit(uow, community, code, version, reopened, now)


def add_person(uow: UnitOfWork, community: str, *, today: date, elder_age: int, **facts: Any) -> UUID:
    """Add somebody to the register, or take back somebody who had left; returns their id. Raises `PersonTaken`,
    `PersonGone` where they were erased, `MergedAway` where that entry is part of another now."""
    with uow:
        uow.communities.get(community)
        household = uow.places.get(community, facts["household"]) if facts["household"] else None
        person = editing.new_person(community, facts, household=household, today=today)
        if uow.erased.among(community, [person.id]):
            raise PersonGone
        into = uow.merged.now(community, person.id)
        known = uow.people.find(community, into)
        if into != person.id and known is not None and known.left_on is None:
            raise MergedAway(into=str(into), community=community)
        person = replace(person, id=into)
        if known is not None and known.left_on is None and known != person:
            raise PersonTaken
        keep_person(uow, known, replace(person, version=known.version if known else 0), today, elder_age)
    return person.id


def change_person(uow: UnitOfWork, id: UUID, version: int, *, today: date, elder_age: int, **changes: Any) -> UUID:
    """Correct what is written of somebody."""
    return _edit_person(
        uow, id, version, lambda one: editing.changed_person(one, changes, today=today), today, elder_age
    )


def move_person(uow: UnitOfWork, id: UUID, version: int, household: str, *, today: date, elder_age: int) -> UUID:
    """Somebody moves to another household of the community."""

    def moved(person: Person) -> Person:
        return editing.moved_person(person, uow.places.get(person.community, household))

    return _edit_person(uow, id, version, moved, today, elder_age)


def depart_person(uow: UnitOfWork, id: UUID, version: int, left_on: date, *, today: date, elder_age: int) -> UUID:
    """Somebody lives in the community no more. Raises `PersonInOffice` while they hold a post."""

    def departed(person: Person) -> Person:
        refuse_in_office(uow.traces.ends_of_terms(person.community, id), today)
        departed = editing.departed_person(person, left_on)
        if departed != person and uow.people.is_told_elder(person.community, id):
            uow.publish(ElderLeft(community=person.community, person_id=id, left_on=left_on))
        return departed

    return _edit_person(uow, id, version, departed, today, elder_age)


def _edit(
    uow: UnitOfWork, community: str, code: str, version: int, edited: Callable[[Place], Place], now: datetime
) -> None:
    with uow:
        uow.communities.get(community)
        place = uow.places.get(community, code)
        editing.refuse_if_edited(place.version, version)
        _keep(uow, place, edited(place), now)


def _keep(uow: UnitOfWork, known: Place | None, place: Place, now: datetime) -> None:
    if place != known:
        uow.places.keep([place], now)
        uow.publish(*told(place.community, [place]))


def _edit_person(
    uow: UnitOfWork, id: UUID, version: int, edited: Callable[[Person], Person], today: date, elder_age: int
) -> UUID:
    with uow:
        person = standing(uow, id)
        editing.refuse_if_edited(person.version, version)
        keep_person(uow, person, edited(person), today, elder_age)
    return id


def keep_person(uow: UnitOfWork, known: Person | None, person: Person, today: date, elder_age: int) -> None:
    """Keep what is written of somebody now, and tell of them where they are of the age. Inside a unit of work."""
    if person == known:
        return
    elders = [person.elder()] if is_elder(person, today, elder_age) else []
    uow.people.keep([person], {elder.person_id for elder in elders} or _told_gone(uow, known, person), on=today)
    uow.publish(*registered(person.community, elders))


def _told_gone(uow: UnitOfWork, known: Person | None, person: Person) -> set[UUID]:
    """The person, where nothing is left to be told of their having left: it is told as they leave."""
    leaves = person.left_on is not None and (known is None or known.left_on is None)
    stays_told = person.left_on is not None and uow.people.is_told_elder(person.community, person.id)
    return {person.id} if leaves or stays_told else set()


def _named(changes: Mapping[str, Any]) -> dict[str, Any]:
    """The changes by the names that a place has for them."""
    return {"is_aged" if name == "aged" else name: value for name, value in changes.items()}
