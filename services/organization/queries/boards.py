"""What is shown of officials: the board of a place, a portrait, and what somebody has said about being shown."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, select

from contracts.organization.errors import PersonNotFound, PortraitNotFound
from services.organization.domain.boards import ALWAYS_SHOWN, Spot, spots
from services.organization.domain.posts import LINES, POST_NAMES, PUBLISHED, PostKind
from services.organization.persistence.places import place_of
from services.organization.persistence.publications import buildings_of, holders_at, portrait_shown
from services.organization.persistence.tables import people, places, publications

Shown = dict[str, Any]


def get_board(connection: Connection, community: str, place: str, *, today: date) -> Shown:
    """The responsibility board of a place: published posts with what is published of their holders, and no more.
    Raises `PlaceNotFound`."""
    found = place_of(connection, community, place)
    buildings = buildings_of(connection, community, found.code)
    along = select(places.c.code, places.c.name).where(places.c.community == community, places.c.code.in_(found.path))
    names = {row.code: row.name for row in connection.execute(along.order_by(places.c.rank))}
    rows = holders_at(connection, community, [*found.path, *buildings], today)
    held = {(row.kind, row.place, row.line): row for row in rows}
    stands = [(spot, held.get((str(spot.post), spot.place, spot.line))) for spot in spots(found, buildings)]
    return {
        "community": community,
        "place": place,
        "path": [{"code": code, "name": name} for code, name in names.items()],
        "closed_on": found.closed_on and found.closed_on.isoformat(),
        "on": today.isoformat(),
        "entries": [
            _entry(spot, row, names | buildings) for spot, row in stands if row is not None or spot.post in ALWAYS_SHOWN
        ],
    }


def _entry(spot: Spot, row: Row[Any] | None, names: Mapping[str, str]) -> Shown:
    return {
        "post": str(spot.post),
        "post_name": POST_NAMES[spot.post],
        "line": spot.line,
        "line_name": LINES[spot.line] if spot.line else None,
        "place": spot.place,
        "place_name": names[spot.place],
        "duty": spot.duty,
        "person": row and _person(spot.post, row),
        "since": row and row.starts_on.isoformat(),
    }


def _person(post: PostKind, row: Row[Any]) -> Shown:
    published = PUBLISHED[post]
    return {
        "id": str(row.person_id),
        "name": row.name,
        "phone": row.phone if "phone" in published and not row.phone_withheld else None,
        "portrait": str(row.portrait) if "portrait" in published and row.portrait else None,
    }


def get_portrait(connection: Connection, id: UUID, *, today: date) -> Shown:
    """A portrait that is shown today. Raises `PortraitNotFound`."""
    row = portrait_shown(connection, id, today)
    if row is None:
        raise PortraitNotFound(id=str(id))
    return {"id": str(id), "community": row.community, "image": row.image}


def get_publication(connection: Connection, person_id: UUID) -> Shown:
    """What somebody has said about being shown. Raises `PersonNotFound`."""
    joined = people.outerjoin(
        publications, (publications.c.community == people.c.community) & (publications.c.id == people.c.id)
    )
    asked = select(people.c.community.label("at"), publications).select_from(joined).where(people.c.id == person_id)
    row = connection.execute(asked).one_or_none()
    if row is None:
        raise PersonNotFound(id=str(person_id))
    return {
        "id": str(person_id),
        "community": row.at,
        "phone_shown": not row.phone_withheld,
        "portrait": row.portrait and str(row.portrait),
        "consent_recorded_by": row.consent_recorded_by,
        "consented_at": row.consented_at and row.consented_at.isoformat(),
        "withdrawn_at": row.withdrawn_at and row.withdrawn_at.isoformat(),
    }
