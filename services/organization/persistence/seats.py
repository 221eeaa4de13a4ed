"""Who holds the posts along a place's path on a day, and who of them is on leave: read in one statement."""

from datetime import date
from uuid import UUID

from sqlalchemy import Connection, and_, bindparam, func, or_, select

from chassis.repository import Register
from services.organization.domain.places import Place
from services.organization.domain.posts import PostKind
from services.organization.domain.responsibility import Holder, Seat, seats_above
from services.organization.persistence.tables import leaves, people, places, terms

_on = bindparam("day", type_=terms.c.starts_on.type)
_away_until = (
    select(func.max(leaves.c.ends_on))
    .where(
        leaves.c.person_id == terms.c.person_id,
        leaves.c.starts_on <= _on,
        leaves.c.ends_on >= _on,
        leaves.c.cancelled_at.is_(None),
    )
    .scalar_subquery()
)
_in_post = and_(
    terms.c.community == places.c.community,
    terms.c.place == places.c.code,
    # A grid has six line heads who are on no ladder: they need not be read.
    terms.c.kind != str(PostKind.LINE_HEAD),
    terms.c.starts_on <= _on,
    or_(terms.c.ends_on.is_(None), terms.c.ends_on >= _on),
)
_SEAT = (
    places.c.code,
    places.c.name.label("place_name"),
    terms.c.kind,
    terms.c.person_id,
    people.c.name,
    _away_until.label("away_until"),
)
_OF_PERSON = (
    select(*_SEAT)
    .select_from(places.join(terms, _in_post).join(people, people.c.id == terms.c.person_id))
    .where(terms.c.community == bindparam("of_community"), terms.c.person_id == bindparam("person_id"))
    .order_by(terms.c.place)
)
_ALONG = (
    select(*_SEAT)
    .select_from(places.outerjoin(terms, _in_post).outerjoin(people, people.c.id == terms.c.person_id))
    .where(places.c.community == bindparam("of_community"), places.c.code.in_(bindparam("codes", expanding=True)))
)


class Seats(Register):
    """The posts along the path of a place."""

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection)
        self._found: dict[tuple[str, str | None, date], list[Seat]] = {}

    def of_leaders(self, place: Place, day: date) -> list[Seat]:
        """Grid leader and community secretary of the place, looked up once for each grid in a unit of work."""
        key = place.community, place.grid, day
        if key not in self._found:
            self._found[key] = seats_along(self.connection, place, day, leaders_only=True)
        return self._found[key]

    def of_person(self, community: str, person_id: UUID, day: date) -> list[Seat]:
        """The posts from which somebody leads on that day, as their only holder."""
        asked = {"of_community": community, "person_id": person_id, "day": day}
        return [
            Seat(
                post=PostKind(row.kind),
                place=row.code,
                place_name=row.place_name,
                holder=Holder(person_id=row.person_id, name=row.name, away_until=row.away_until),
            )
            for row in self.connection.execute(_OF_PERSON, asked)
        ]


def seats_along(connection: Connection, place: Place, day: date, *, leaders_only: bool = False) -> list[Seat]:
    """The seats above the place with their holders on that day; `leaders_only` leaves out those below the grid."""
    codes = place.path[:2] if leaders_only else place.path
    rows = connection.execute(_ALONG, {"of_community": place.community, "codes": codes, "day": day}).all()
    names = {row.code: row.place_name for row in rows}
    holders = {
        (row.kind, row.code): Holder(person_id=row.person_id, name=row.name, away_until=row.away_until)
        for row in rows
        if row.person_id is not None
    }
    return [
        Seat(post=post, place=code, place_name=_called(place, code, names), holder=holders.get((str(post), code)))
        for post, code in seats_above(place)
        if code in names
    ]


def _called(place: Place, code: str, names: dict[str, str]) -> str:
    """A building is called by its courtyard too: every courtyard has a number 1."""
    yard = names[place.courtyard] if place.courtyard and code == place.building else ""
    return yard + names[code]
