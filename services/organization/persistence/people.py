"""Where people are kept; their phone numbers encrypted."""

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, exists, select, update

from chassis.pinyin import initials_of_person
from chassis.repository import Register
from chassis.telephones import fill_keys, phone_key
from contracts.organization.errors import MergedAway, PersonNotFound
from services.organization.domain.merging import Entry
from services.organization.domain.people import Person, Sex
from services.organization.domain.posts import PUBLISHED
from services.organization.domain.responsibility import Rung
from services.organization.persistence.tables import merged_people, people, publications

WITHHELD = exists().where(
    publications.c.community == people.c.community, publications.c.id == people.c.id, publications.c.phone_withheld
)
"""Whether a person does not want their telephone shown with the post that they hold."""


class People(Register):
    """The people of all communities."""

    def get(self, id: UUID, community: str | None = None) -> Person:
        """The person, of this community where it is given. Raises `PersonNotFound`, `MergedAway`."""
        row = self.connection.execute(select(people).where(people.c.id == id)).one_or_none()
        if row is None:
            refuse_merged(self.connection, id, community)
        if row is None or community not in (None, row.community):
            raise PersonNotFound(id=str(id))
        return as_person(row)

    def pair(self, community: str, kept: UUID, gone: UUID) -> tuple[Entry, Entry]:
        """Two entries of a community, locked until the transaction ends; those of another are as good as none. Raises
        `PersonNotFound`, `MergedAway`."""
        here = (people.c.community == community, people.c.id.in_((kept, gone)))
        both = select(people).where(*here).order_by(people.c.id).with_for_update()
        found = {
            row.id: Entry(person=as_person(row), changed_on=row.changed_on) for row in self.connection.execute(both)
        }
        for id in (kept, gone):
            if id not in found:
                self.get(id, community)
        return found[kept], found[gone]

    def lock(self, community: str, ids: Sequence[UUID]) -> None:
        """Let nobody change or merge these until the transaction ends. Raises `MergedAway`."""
        here = (people.c.community == community, people.c.id.in_(ids))
        self.connection.execute(select(people.c.id).where(*here).order_by(people.c.id).with_for_update()).all()

    def find(self, community: str, id: UUID) -> Person | None:
        """The person of this community, or None."""
        row = self.connection.execute(select(people).where(people.c.community == community, people.c.id == id))
        return None if (found := row.one_or_none()) is None else as_person(found)

    def still_gone(self, community: str, ids: Sequence[UUID], before: date) -> list[UUID]:
        """Those of these who left before this day and have not come back, locked until the transaction ends."""
        here = (people.c.community == community, people.c.id.in_(ids), people.c.left_on < before)
        return [*self.connection.execute(select(people.c.id).where(*here).order_by("id").with_for_update()).scalars()]

    def all_of(self, community: str) -> dict[UUID, Person]:
        """Everyone of the community by their id."""
        rows = self.connection.execute(select(people).where(people.c.community == community))
        return {row.id: as_person(row) for row in rows}

    def keep(self, kept: Sequence[Person], told_elders: Collection[UUID], *, on: date) -> None:
        """Keep people who are new or changed `on` that day, and which of them the health service is told of: that they
        are elders, or that they have left."""
        rows = [
            {
                "id": person.id,
                "community": person.community,
                "number": person.number,
                "name": person.name,
                "born_on": person.born_on,
                "sex": str(person.sex),
                "household": person.household,
                "phone": person.phone,
                "phone_key": key_of(person.phone) if person.phone else None,
                "elder_told": person.id in told_elders,
                "left_on": person.left_on,
                "initials": initials_of_person(person.name),
                "changed_on": on,
                "version": person.version + 1,
            }
            for person in kept
        ]
        self.upsert(people, rows, keys=["community", "id"])

    def fill_phone_keys(self, most: int) -> int:
        """Let those be found by their telephone who were registered before there were fingerprints; returns how many
        were looked at."""
        return fill_keys(self.connection, people, sealed="phone", key="phone_key", of=key_of, most=most)

    def untold_elders(self, born_by: date, *, most: int) -> list[Person]:
        """Residents born on that day or before of whom the health service was not told yet."""
        rows = self.connection.execute(
            select(people)
            .where(people.c.elder_told.is_(False), people.c.born_on <= born_by, people.c.household.is_not(None))
            .order_by(people.c.born_on, people.c.id)
            .limit(most)
        )
        return [as_person(row) for row in rows]

    def untold_departures(self, born_by: date, *, most: int) -> list[Person]:
        """Those who have left, born on that day or before, of whom the health service was not told that they have;
        locked until the transaction ends, for they may be coming back."""
        rows = self.connection.execute(
            select(people)
            .where(people.c.left_on.is_not(None), people.c.elder_told.is_(False), people.c.born_on <= born_by)
            .order_by(people.c.id)
            .limit(most)
            .with_for_update()
        )
        return [as_person(row) for row in rows]

    def is_told_elder(self, community: str, id: UUID) -> bool:
        """Whether the health service was told of this person as an elder, or that they have left."""
        told = select(people.c.elder_told).where(people.c.community == community, people.c.id == id)
        return bool(self.connection.execute(told).scalar())

    def mark_told(self, elders: Sequence[Person]) -> None:
        """The health service is told of these."""
        ids = [person.id for person in elders]
        self.connection.execute(update(people).where(people.c.id.in_(ids)).values(elder_told=True))


def refuse_merged(connection: Connection, id: UUID, community: str | None = None) -> None:
    """Say which entry an id belongs to now, of this community where it is given. Raises `MergedAway`."""
    row = connection.execute(select(merged_people).where(merged_people.c.gone_id == id)).one_or_none()
    if row is not None and community in (None, row.community):
        raise MergedAway(into=str(row.kept_id), community=row.community)


def now_known_as(connection: Connection, id: UUID) -> UUID:
    """By which id somebody stands in the register now."""
    kept: UUID | None = connection.execute(
        select(merged_people.c.kept_id).where(merged_people.c.gone_id == id)
    ).scalar()
    return kept or id


def key_of(phone: str) -> str:
    """What somebody is found by when they call."""
    return phone_key("person by phone", phone)


def phones_of(connection: Connection, rungs: Sequence[Rung]) -> dict[UUID, str | None]:
    """The phones of those on the ladder whose post publishes it."""
    ids = [rung.holder.person_id for rung in rungs if rung.holder and "phone" in PUBLISHED[rung.post]]
    rows = connection.execute(select(people.c.id, people.c.phone).where(people.c.id.in_(ids), ~WITHHELD))
    return {row.id: row.phone for row in rows}


def as_person(row: Row[Any]) -> Person:
    """The person that a row of `people` holds."""
    return Person(
        id=row.id,
        community=row.community,
        number=row.number,
        name=row.name,
        born_on=row.born_on,
        sex=Sex(row.sex),
        household=row.household,
        phone=row.phone,
        left_on=row.left_on,
        version=row.version,
    )
