"""Where it is kept what may be shown of people, and their portraits."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Row, delete, exists, or_, select

from chassis.repository import Register, Repository
from contracts.organization.errors import PersonNotFound
from services.organization.domain.posts import PUBLISHED
from services.organization.domain.publications import Publication
from services.organization.persistence.joins import in_office
from services.organization.persistence.tables import people, places, portraits, publications, terms

WITH_PORTRAIT = [str(kind) for kind, shown in PUBLISHED.items() if "portrait" in shown]


class Publications(Repository[Publication]):
    """What may be shown of people, by their id."""

    table, aggregate, missing = publications, Publication, PersonNotFound

    def of_past_holders(self, today: date, *, most: int) -> list[Publication]:
        """Those with a portrait who hold no post any more and are not about to."""
        held = exists().where(terms.c.person_id == publications.c.id, _not_over(today))
        over = select(publications.c.id).where(publications.c.portrait.is_not(None), ~held).limit(most)
        return [self.get(id) for id in self.connection.scalars(over).all()]


class Portraits(Register):
    """Portraits, as base64 of what is shown."""

    def keep(self, community: str, id: UUID, person_id: UUID, image: str) -> None:
        """Keep a portrait; the same again changes nothing."""
        row = {"community": community, "id": id, "person_id": person_id, "image": image}
        self.upsert(portraits, [row], keys=["community", "id"])

    def remove(self, community: str, id: UUID) -> None:
        """Remove a portrait."""
        self.connection.execute(delete(portraits).where(portraits.c.community == community, portraits.c.id == id))


def holders_at(connection: Connection, community: str, codes: Sequence[str], day: date) -> Sequence[Row[Any]]:
    """Who holds which post at these places on that day, with what they have said about being shown."""
    shown = (publications.c.community == terms.c.community) & (publications.c.id == terms.c.person_id)
    person = (people.c.community == terms.c.community) & (people.c.id == terms.c.person_id)
    here = select(
        terms.c.kind,
        terms.c.place,
        terms.c.line,
        terms.c.person_id,
        terms.c.starts_on,
        people.c.name,
        people.c.phone,
        publications.c.phone_withheld,
        publications.c.portrait,
    ).select_from(terms.join(people, person).outerjoin(publications, shown))
    found = here.where(terms.c.community == community, terms.c.place.in_(codes), in_office(day))
    return connection.execute(found).all()


def buildings_of(connection: Connection, community: str, courtyard: str) -> dict[str, str]:
    """The buildings of a courtyard that are not closed, by code, with their names."""
    below = (places.c.community == community, places.c.parent == courtyard, places.c.kind == "building")
    rows = connection.execute(
        select(places.c.code, places.c.name).where(*below, places.c.closed_on.is_(None)).order_by(places.c.code)
    )
    return {row.code: row.name for row in rows}


def portrait_shown(connection: Connection, id: UUID, day: date) -> Row[Any] | None:
    """A portrait, where its person has agreed and holds a published post on that day."""
    holds = exists().where(
        terms.c.community == portraits.c.community,
        terms.c.person_id == portraits.c.person_id,
        terms.c.kind.in_(WITH_PORTRAIT),
        in_office(day),
    )
    agreed = exists().where(
        publications.c.community == portraits.c.community, publications.c.portrait == portraits.c.id
    )
    found = select(portraits.c.community, portraits.c.image).where(portraits.c.id == id, holds, agreed)
    return connection.execute(found).one_or_none()


def _not_over(today: date) -> ColumnElement[bool]:
    return or_(terms.c.ends_on.is_(None), terms.c.ends_on >= today)
