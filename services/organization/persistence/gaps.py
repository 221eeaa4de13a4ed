"""Where somebody is missing: the selects that find it, joined into one list."""

from datetime import date
from typing import Any

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Integer,
    Select,
    Uuid,
    and_,
    case,
    cast,
    exists,
    func,
    literal,
    null,
    or_,
    select,
    union_all,
)

from chassis.database import Moment
from services.organization.domain.gaps import GAPS
from services.organization.domain.places import PlaceKind
from services.organization.domain.posts import PostKind
from services.organization.persistence.names import CALLED, NAMED
from services.organization.persistence.tables import assignments, has_gap, places, terms

KINDS = tuple(GAPS)


def gaps(community: str, day: date) -> Select[Any]:
    """Every gap of the community on that day, the most serious and then the oldest first."""
    found: CompoundSelect[Any] = union_all(
        _vacant("community_without_secretary", PlaceKind.COMMUNITY, PostKind.COMMUNITY_SECRETARY, community, day),
        _vacant("grid_without_leader", PlaceKind.GRID, PostKind.GRID_LEADER, community, day),
        _vacant("building_without_leader", PlaceKind.BUILDING, PostKind.BUILDING_LEADER, community, day),
        _vacant("building_without_leader", PlaceKind.COURTYARD, PostKind.BUILDING_LEADER, community, day).where(
            ~_has_buildings()
        ),
        _of_grievances(community),
    )
    rows = found.subquery()
    since = func.coalesce(rows.c.last_day, func.date(rows.c.since_at))
    return select(rows).order_by(rows.c.rank, since, rows.c.since_at, rows.c.place, rows.c.grievance_id)


def _vacant(gap: str, kind: PlaceKind, post: PostKind, community: str, day: date) -> Select[Any]:
    """Places of this kind whose post nobody holds on that day; a courtyard's leader stands for its buildings."""
    seated = [places.c.code, places.c.courtyard] if post is PostKind.BUILDING_LEADER else [places.c.code]
    here = and_(terms.c.community == places.c.community, terms.c.kind == str(post), terms.c.place.in_(seated))
    in_office = and_(terms.c.starts_on <= day, or_(terms.c.ends_on.is_(None), terms.c.ends_on >= day))
    last_day = select(func.max(terms.c.ends_on)).where(here, terms.c.ends_on < day).scalar_subquery()
    return (
        select(
            cast(literal(KINDS.index(gap)), Integer).label("rank"),
            literal(gap).label("kind"),
            places.c.code.label("place"),
            CALLED.label("name"),
            last_day.label("last_day"),
            places.c.added_at.label("since_at"),
            cast(null(), Uuid).label("grievance_id"),
            literal("").label("reason"),
        )
        .select_from(NAMED)
        .where(
            places.c.community == community,
            places.c.kind == str(kind),
            places.c.closed_on.is_(None),
            ~exists().where(here, in_office),
        )
    )


def _has_buildings() -> ColumnElement[bool]:
    below = places.alias("below")
    return exists().where(
        below.c.community == places.c.community,
        below.c.parent == places.c.code,
        below.c.kind == str(PlaceKind.BUILDING),
        below.c.closed_on.is_(None),
    )


def _of_grievances(community: str) -> Select[Any]:
    gap = case(
        (assignments.c.leader_id.is_(None), "grievance_without_leader"),
        (assignments.c.waiting_since.is_not(None), "escalation_without_taker"),
        else_="grievance_with_stand_in",
    )
    rank = case({kind: KINDS.index(kind) for kind in KINDS if kind != "building_without_leader"}, value=gap)
    here = and_(places.c.community == assignments.c.community, places.c.code == assignments.c.place)
    return (
        select(
            cast(rank, Integer).label("rank"),
            gap.label("kind"),
            assignments.c.place,
            CALLED.label("name"),
            cast(null(), terms.c.ends_on.type).label("last_day"),
            func.coalesce(assignments.c.gap_since, assignments.c.waiting_since, type_=Moment).label("since_at"),
            assignments.c.id.label("grievance_id"),
            assignments.c.reason,
        )
        .select_from(NAMED.join(assignments, here))
        .where(assignments.c.community == community, has_gap)
    )
