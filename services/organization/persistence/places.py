"""Where communities and their place trees are kept."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, func, select, update

from chassis.pinyin import initials_of
from chassis.repository import Register
from contracts.organization.errors import CommunityNotFound, PlaceNotFound
from services.organization.domain.places import RANK, Community, Place, PlaceKind
from services.organization.persistence.tables import communities, people, places, terms

_ONE = select(places).where(places.c.community == bindparam("of_community"), places.c.code == bindparam("of_code"))


class Communities(Register):
    """The communities served here."""

    def get(self, community: str) -> Community:
        """The community, its row locked until the transaction ends. Raises `CommunityNotFound`."""
        found = self.find(community)
        if found is None:
            raise CommunityNotFound(community=community)
        return found

    def find(self, community: str) -> Community | None:
        """The community, its row locked until the transaction ends, or None."""
        row = self.connection.execute(
            select(communities).where(communities.c.community == community).with_for_update()
        ).one_or_none()
        return None if row is None else Community(**row._mapping)

    def keep(self, community: Community) -> None:
        """Keep a community that is new or changed."""
        self.upsert(communities, [asdict(community)], keys=["community"])


class Places(Register):
    """The nodes of the place trees."""

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection)
        self._found: dict[tuple[str, str], Place] = {}

    def get(self, community: str, code: str) -> Place:
        """The place, looked up once in a unit of work. Raises `PlaceNotFound`."""
        if (community, code) not in self._found:
            self._found[community, code] = place_of(self.connection, community, code)
        return self._found[community, code]

    def find(self, community: str, code: str) -> Place | None:
        """The place, or None."""
        row = self.connection.execute(_ONE, {"of_community": community, "of_code": code}).one_or_none()
        return None if row is None else as_place(row)

    def uses(self, community: str, code: str, day: date) -> dict[str, int]:
        """How many places below it are not closed, how many live there, how many posts are held there from then on."""
        below = (places.c.community == community, places.c.parent == code, places.c.closed_on.is_(None))
        live = (people.c.community == community, people.c.household == code)
        over = terms.c.ends_on.is_not(None) & (terms.c.ends_on < day)
        held = (terms.c.community == community, terms.c.place == code, ~over)
        asked = {"places": (places, below), "residents": (people, live), "posts": (terms, held)}
        return {
            name: self.connection.execute(select(func.count()).select_from(table).where(*conditions)).scalar_one()
            for name, (table, conditions) in asked.items()
        }

    def all_of(self, community: str) -> dict[str, Place]:
        """Every place of the community by its code."""
        rows = self.connection.execute(select(places).where(places.c.community == community))
        return {row.code: as_place(row) for row in rows}

    def keep(self, kept: Sequence[Place], now: datetime) -> None:
        """Keep places that are new or changed; a known one keeps the moment it was added."""
        known = (
            set(self.connection.scalars(select(places.c.code).where(places.c.community == kept[0].community)))
            if kept
            else set()
        )
        self.upsert(
            places,
            [_row(place) | {"added_at": now, "version": 1} for place in kept if place.code not in known],
            ["community", "code"],
        )
        changed = [_row(place) for place in kept if place.code in known]
        if changed:
            self.connection.execute(_CHANGE, [{f"new_{name}": value for name, value in row.items()} for row in changed])


def place_of(connection: Connection, community: str, code: str) -> Place:
    """The place of this code. Raises `PlaceNotFound`."""
    row = connection.execute(_ONE, {"of_community": community, "of_code": code}).one_or_none()
    if row is None:
        raise PlaceNotFound(community=community, place=code)
    return as_place(row)


def as_place(row: Row[Any]) -> Place:
    """The place that a row of `places` holds."""
    return Place(
        community=row.community,
        code=row.code,
        kind=PlaceKind(row.kind),
        name=row.name,
        parent=row.parent,
        is_aged=row.is_aged,
        boundary=row.boundary,
        path=tuple(row.path),
        closed_on=row.closed_on,
        version=row.version,
    )


_KEYS = ("community", "code")
_CHANGING = (
    *("kind", "rank", "name", "parent", "is_aged", "boundary", "path", "grid", "courtyard", "building"),
    *("initials", "closed_on"),
)
_CHANGE = (
    update(places)
    .where(*(places.c[name] == bindparam(f"new_{name}") for name in _KEYS))
    .values(
        {name: bindparam(f"new_{name}", type_=places.c[name].type) for name in _CHANGING}
        | {"version": places.c.version + 1}
    )
)


def _row(place: Place) -> dict[str, Any]:
    return {
        "community": place.community,
        "code": place.code,
        "kind": str(place.kind),
        "rank": RANK[place.kind],
        "name": place.name,
        "parent": place.parent,
        "is_aged": place.is_aged,
        "boundary": place.boundary,
        "path": list(place.path),
        "grid": place.grid,
        "courtyard": place.courtyard,
        "building": place.building,
        "initials": initials_of(place.name),
        "closed_on": place.closed_on,
    }
