"""Open matters as neighbours see them: what and where, nobody's words and nobody's name."""

from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, case, select

from chassis.paging import page_of
from contracts.grievance.errors import UnknownPlace
from services.grievance.domain.categories import CATEGORIES
from services.grievance.domain.grievance import OPEN
from services.grievance.persistence.tables import grievances, known_places

SHARED = [category.code for category in CATEGORIES.values() if category.is_shared]

CLIMBS = 4
"""Steps from a household up to its community, at most."""


def list_nearby(connection: Connection, *, community: str, place: str, page: int, page_size: int) -> dict[str, Any]:
    """A page of open matters around a place, those that most neighbours have first. Raises `UnknownPlace`."""
    courtyard, grid = _around(connection, community, place)
    home = known_places.alias()
    is_home: ColumnElement[bool] = home.c.kind == "household"
    chosen = (
        select(grievances, case((is_home, home.c.parent), else_=grievances.c.place).label("shown_place"))
        .outerjoin(home, and_(home.c.community == grievances.c.community, home.c.code == grievances.c.place))
        .where(
            grievances.c.community == community,
            grievances.c.status.in_([status.value for status in OPEN]),
            grievances.c.category.in_(SHARED),
            grievances.c.place.in_(_below(community, courtyard)) | (grievances.c.place == grid),
        )
        .order_by(grievances.c.neighbours.desc(), grievances.c.filed_at.desc(), grievances.c.id)
    )
    return page_of(connection, chosen, page=page, page_size=page_size, show=_shown)


def _shown(row: Row[Any]) -> dict[str, Any]:
    return {
        "id": str(row.id),
        "community": row.community,
        "category": row.category,
        "place": row.shown_place,
        "status": row.status,
        "filed_at": row.filed_at.isoformat(),
        "respond_by": row.respond_by.isoformat(),
        "resolve_by": row.resolve_by.isoformat(),
        "neighbours": row.neighbours,
    }


def _around(connection: Connection, community: str, place: str) -> tuple[str, str]:
    """The courtyard that a place is or lies in (itself, where it lies in none), and its grid."""
    way: dict[str, str] = {}
    code: str | None = place
    for _ in range(CLIMBS + 1):
        asked = select(known_places).where(known_places.c.community == community, known_places.c.code == code)
        row = connection.execute(asked).one_or_none()
        if row is None:
            break
        way.setdefault(row.kind, row.code)
        code = row.parent
    if not way:
        raise UnknownPlace.named(place)
    return way.get("courtyard", place), way.get("grid", place)


def _below(community: str, place: str) -> Select[Any]:
    is_it = and_(known_places.c.community == community, known_places.c.code == place)
    tree = select(known_places.c.code).where(is_it).cte(recursive=True)
    child = known_places.alias()
    tree = tree.union_all(select(child.c.code).where(child.c.parent == tree.c.code, child.c.community == community))
    return select(tree.c.code)
