"""Cases by where they lie: what is below a place, and how many are open in each courtyard."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import CTE, Connection, Select, and_, case, func, select

from chassis.paging import page_of
from services.grievance.persistence import grievances, known_places
from services.grievance.queries.urgency import IS_OPEN, IS_WAITING, is_due_before


def below(*places: str) -> Select[Any]:
    """The codes of places and of everything below them."""
    start = select(known_places.c.community, known_places.c.code).where(known_places.c.code.in_(places))
    tree, child = start.cte(recursive=True), known_places.alias()
    tree = tree.union_all(
        select(child.c.community, child.c.code).where(
            and_(child.c.parent == tree.c.code, child.c.community == tree.c.community)
        )
    )
    return select(tree.c.code)


def rolled_up(community: str, kind: str, *start: str) -> CTE:
    """Every place below those to start from, each with its `root`: the place of that kind that it is or lies in, or
    else the one it was started from."""
    top = select(known_places.c.code, known_places.c.code.label("root"))
    tree = top.where(known_places.c.community == community, known_places.c.code.in_(start)).cte(recursive=True)
    child = known_places.alias()
    root = case((child.c.kind == kind, child.c.code), else_=tree.c.root)
    return tree.union_all(
        select(child.c.code, root).where(child.c.community == community, child.c.parent == tree.c.code)
    )


def list_by_place(
    connection: Connection,
    *,
    community: str,
    kind: str,
    page: int,
    page_size: int,
    now: datetime,
    place: str | None = None,
    places: Sequence[str] = (),
) -> dict[str, Any]:
    """How many cases are open in each place of a kind; what lies in none of them counts at the place asked for."""
    tree = rolled_up(community, kind, *(places or [place or community]))
    here = and_(grievances.c.community == community, grievances.c.place == tree.c.code, IS_OPEN)
    chosen = (
        select(
            tree.c.root.label("place"),
            func.count(grievances.c.id).label("open"),
            func.count(grievances.c.id).filter(IS_WAITING).label("waiting"),
            func.count(grievances.c.id).filter(is_due_before(now)).label("overdue"),
        )
        .outerjoin_from(tree, grievances, here)
        .group_by(tree.c.root)
        .order_by(tree.c.root)
    )
    return page_of(
        connection,
        chosen,
        page=page,
        page_size=page_size,
        show=lambda row: {"community": community, **row._mapping},
    )
