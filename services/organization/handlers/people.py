"""What is done to the register of people."""

from collections.abc import Iterator, Sequence
from copy import deepcopy
from datetime import date
from itertools import groupby
from typing import Any
from uuid import UUID

from chassis.unit_of_work import UnitOfWork
from contracts.errors import Error
from contracts.event import Event
from contracts.organization.errors import DatesReversed, PostTaken
from contracts.organization.events import ElderFact, ElderLeft, EldersRegistered
from services.organization.domain.days import latest_birth
from services.organization.domain.people import COLUMNS, PERSONAL, REQUIRED, PeoplePlan, Person, plan_people
from services.organization.domain.places import Place
from services.organization.domain.posts import Appointment, Post, post_id, term_id
from services.organization.domain.sheet import Fault, Faults, Row
from services.organization.handlers.sheets import read_sheet, refuse, shown

MOST_IN_ONE_EVENT = 400
MOST_ELDERS_AT_ONCE = 4_000
"""Those reached on one day are a handful; this many come only after a long pause, and the next run takes the rest."""


def import_people(
    uow: UnitOfWork, community: str, file: str, *, preview: bool, most_rows: int, today: date, elder_age: int
) -> dict[str, Any]:
    """Add and change people and the posts they hold as the file says, all of it or nothing; a preview only says
    what would be done."""
    sheet = read_sheet(file, COLUMNS, REQUIRED, most_rows)
    with uow:
        uow.communities.get(community)
        known, places = uow.people.all_of(community), uow.places.all_of(community)
        erased, merged = uow.erased.all_of(community), uow.merged.all_of(community)
        plan = plan_people(
            community,
            sheet,
            known=known,
            places=places,
            today=today,
            elder_age=elder_age,
            erased=erased,
            merged=merged,
        )
        staffing = _Staffing(uow, places, preview)
        faults = plan.faults or staffing.take(plan.appointments)
        if not preview:
            refuse(faults)
            uow.people.keep(plan.people, {elder.person_id for elder in plan.elders}, on=today)
            uow.publish(*staffing.told, *registered(community, plan.elders))
    return _answer(community, plan, faults, len(sheet.rows)) | {
        "preview": preview,
        "ignored_columns": list(sheet.ignored),
        "posts_filled": staffing.filled,
    }


class _Staffing:
    """Puts people into the posts that a sheet names; in a preview, into copies of them."""

    def __init__(self, uow: UnitOfWork, places: dict[str, Place], is_preview: bool) -> None:
        self._uow, self._places, self._is_preview = uow, places, is_preview
        self._posts: dict[UUID, Post] = {}
        self.told: list[Event] = []
        self.filled = 0

    def take(self, appointments: Sequence[tuple[Row, Appointment]]) -> list[Fault]:
        """Make these appointments; returns what stands against any of them."""
        faults = Faults(COLUMNS, PERSONAL)
        for row, planned in appointments:
            post = self._post(planned)
            term = term_id(post.id, planned.person_id, planned.starts_on)
            try:
                told = post.appoint(term, planned.person_id, planned.starts_on, planned.ends_on)
            except (PostTaken, DatesReversed) as error:
                faults.add(row, "starts_on", _said(error))
            else:
                self.told += told
                self.filled += bool(told)
        return faults.found

    def _post(self, planned: Appointment) -> Post:
        place = self._places[planned.place]
        id = post_id(place.community, planned.kind, place.code, planned.line)
        if id not in self._posts:
            found = self._uow.posts.find(id)
            self._posts[id] = self._new(place, planned) if found is None else self._own(found)
        return self._posts[id]

    def _new(self, place: Place, planned: Appointment) -> Post:
        post = Post.created(place, planned.kind, planned.line)
        if not self._is_preview:
            self._uow.posts.add(post)
        return post

    def _own(self, post: Post) -> Post:
        return deepcopy(post) if self._is_preview else post


def standing(uow: UnitOfWork, id: UUID) -> Person:
    """Somebody as they stand in the register, under the community's lock: until the transaction ends they become part
    of no other entry. Inside a unit of work, before anything else is locked. Raises `PersonNotFound`, `MergedAway`."""
    uow.communities.get(uow.people.get(id).community)
    # Who was there before the lock was ours may be part of another entry by now.
    person: Person = uow.people.get(id)
    return person


def register_new_elders(uow: UnitOfWork, *, today: date, elder_age: int) -> None:
    """Tell of the residents who have reached the age since they were last looked at."""
    with uow:
        reached = uow.people.untold_elders(latest_birth(today, elder_age), most=MOST_ELDERS_AT_ONCE)
        for community, people in groupby(sorted(reached, key=lambda one: one.community), lambda one: one.community):
            uow.publish(*registered(community, [person.elder() for person in people]))
        uow.people.mark_told(reached)


def tell_who_left(uow: UnitOfWork, *, today: date, elder_age: int, most: int) -> int:
    """Tell the health service of elders who left before it was told of departures, that nobody goes to see them any
    more; returns how many were looked at."""
    with uow:
        gone: list[Person] = uow.people.untold_departures(latest_birth(today, elder_age), most=most)
        for person in gone:
            assert person.left_on
            uow.publish(
                ElderLeft(community=person.community, person_id=person.id, left_on=person.left_on, is_belated=True)
            )
        uow.people.mark_told(gone)
    return len(gone)


def fill_phone_keys(uow: UnitOfWork, *, most: int) -> int:
    """Let people be known when they call whose telephone is from before they were found by it; returns how many were
    looked at."""
    with uow:
        return int(uow.people.fill_phone_keys(most))


def registered(community: str, elders: Sequence[ElderFact]) -> Iterator[EldersRegistered]:
    """What the health service is told of these."""
    for start in range(0, len(elders), MOST_IN_ONE_EVENT):
        yield EldersRegistered(community=community, elders=tuple(elders[start : start + MOST_IN_ONE_EVENT]))


def _said(error: Error) -> dict[str, str]:
    return {"zh": error.said("zh"), "en": error.said("en")}


def _answer(community: str, plan: PeoplePlan, faults: Sequence[Fault], rows: int) -> dict[str, Any]:
    return {
        "community": community,
        "rows": rows,
        "added": plan.added,
        "changed": plan.changed,
        "unchanged": plan.unchanged,
        "elders": len(plan.elders),
        "added_rows": plan.added_rows,
        "changed_rows": plan.changed_rows,
        "fault_count": len(faults),
        "faults": shown(faults),
    }
