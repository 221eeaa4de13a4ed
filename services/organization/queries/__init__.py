"""What the organization service shows: rows, not aggregates."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, false, func, or_, select

from chassis.areas import lies_within
from chassis.paging import page_of
from chassis.pinyin import is_called
from chassis.scope import EVERYWHERE
from contracts.organization.errors import (
    AssignmentNotFound,
    CommunityNotFound,
    LeaveNotFound,
    PersonNotFound,
    PostNotFound,
)
from services.organization.domain.days import day_of, latest_birth
from services.organization.domain.gaps import GAPS
from services.organization.domain.people import masked
from services.organization.domain.places import Community
from services.organization.domain.posts import POST_NAMES, PUBLISHED, PostKind
from services.organization.domain.responsibility import Rung, ladder, responsible, taker_of_grievances
from services.organization.persistence.counts import counts_of
from services.organization.persistence.gaps import gaps
from services.organization.persistence.joins import COMMUNITIES, LEAVES, TERMS, holds, in_office, lives_below
from services.organization.persistence.names import CALLED, NAMED, is_community_called, sounds_like
from services.organization.persistence.people import WITHHELD, key_of, now_known_as, phones_of, refuse_merged
from services.organization.persistence.places import place_of
from services.organization.persistence.seats import seats_along
from services.organization.persistence.tables import assignments, communities, leaves, people, places, terms

Shown = dict[str, Any]


def list_places(
    connection: Connection,
    community: str,
    *,
    kind: str | None = None,
    parent: str | None = None,
    q: str | None = None,
    closed: bool = False,
    **paging: int,
) -> Shown:
    """Places from the community downward, by code; those that are closed only where asked for. Raises
    `CommunityNotFound`."""
    _community_row(connection, community)
    found = select(places, CALLED.label("called")).select_from(NAMED).where(places.c.community == community)
    found = found.order_by(places.c.rank, places.c.code)
    if not closed:
        found = found.where(places.c.closed_on.is_(None))
    if q is not None:
        found = found.where(sounds_like(q.strip()))
    if kind is not None:
        found = found.where(places.c.kind == kind)
    if parent is not None:
        found = found.where(places.c.parent == parent)
    return page_of(connection, found, **paging, show=_listed_place)


def get_place(connection: Connection, community: str, code: str) -> Shown:
    """One place with the way down to it. Raises `PlaceNotFound`."""
    path = place_of(connection, community, code).path
    along = select(places).where(places.c.community == community, places.c.code.in_(path)).order_by(places.c.rank)
    rows = connection.execute(along).all()
    here = (places.c.community == community, places.c.parent == code, places.c.closed_on.is_(None))
    below = select(func.count()).where(*here)
    return _place(rows[-1]) | {
        "path": [{"code": row.code, "name": row.name} for row in rows],
        "children": connection.execute(below).scalar_one(),
    }


def _listed_place(row: Row[Any]) -> Shown:
    return _place(row) | {"called": row.called}


def _place(row: Row[Any]) -> Shown:
    return {
        "code": row.code,
        "kind": row.kind,
        "name": row.name,
        "parent": row.parent,
        "community": row.community,
        "aged": row.is_aged,
        "boundary": row.boundary,
        "closed_on": row.closed_on and row.closed_on.isoformat(),
        "version": row.version,
    }


def list_communities(
    connection: Connection, *, within: Sequence[str] = EVERYWHERE, q: str | None = None, **paging: int
) -> Shown:
    """The communities served here whose code begins with one of these, by code; `*` for all. `q` narrows them to
    those that are called so, or whose sub-district is."""
    found = COMMUNITIES.where(lies_within(communities.c.community, within))
    if q is not None:
        found = found.where(is_community_called(q.strip()))
    return page_of(connection, found, **paging, show=_community)


def list_figures(connection: Connection, *, within: Sequence[str], today: date, elder_age: int, **paging: int) -> Shown:
    """What each community whose code begins with one of these counts, by code."""
    found = COMMUNITIES.where(lies_within(communities.c.community, within))
    born_by = latest_birth(today, elder_age)

    def figures(row: Row[Any]) -> Shown:
        told = {"community": row.community, "name": row.name}
        return told | counts_of(connection, row.community, born_by=born_by)

    return page_of(connection, found, **paging, show=figures)


def get_community(connection: Connection, community: str, *, today: date, elder_age: int) -> Shown:
    """One community with what it counts. Raises `CommunityNotFound`."""
    shown = _community(_community_row(connection, community))
    return shown | {"counts": counts_of(connection, community, born_by=latest_birth(today, elder_age))}


def _community_row(connection: Connection, community: str) -> Row[Any]:
    row = connection.execute(COMMUNITIES.where(communities.c.community == community)).one_or_none()
    if row is None:
        raise CommunityNotFound(community=community)
    return row


def _community(row: Row[Any]) -> Shown:
    known = Community(
        community=row.community, name=row.name, subdistrict_name=row.subdistrict_name, city_name=row.city_name
    )
    return {
        "code": known.community,
        "name": known.name,
        "subdistrict": {"code": known.subdistrict_code, "name": known.subdistrict_name},
        "city": {"code": known.city_code, "name": known.city_name},
        "boundary": row.boundary,
    }


def list_people(
    connection: Connection,
    *,
    today: date,
    community: str | None = None,
    place: str | None = None,
    post: str | None = None,
    q: str | None = None,
    left: bool = False,
    **paging: int,
) -> Shown:
    """People by household and name; those who have left only where asked for."""
    found = select(people).order_by(people.c.community, people.c.household, people.c.born_on, people.c.id)
    if not left:
        found = found.where(people.c.left_on.is_(None))
    if community is not None:
        found = found.where(people.c.community == community)
    if place is not None and place != community:
        found = found.where(lives_below(place))
    if post is not None:
        found = found.where(holds(post, today))
    if q is not None:
        found = found.where(or_(is_called(people, q), people.c.number == q.strip()))
    shown = page_of(connection, found, **paging, show=_person)
    _add_posts(connection, shown["items"], today)
    return shown


def find_people_by_phone(connection: Connection, community: str, phone: str, **paging: int) -> Shown:
    """A page of those of the community whose telephone this is, by name."""
    key = key_of(phone)
    mine = (people.c.community == community, people.c.phone_key == key) if key else (false(),)
    found = select(people.c.id, people.c.community, people.c.name, people.c.household).where(*mine)

    def caller(row: Row[Any]) -> Shown:
        return {"id": str(row.id), "community": row.community, "name": row.name, "household": row.household}

    return page_of(connection, found.order_by(people.c.name, people.c.id), **paging, show=caller)


def get_person(connection: Connection, id: UUID, *, today: date) -> Shown:
    """One person with every post they ever held. Raises `PersonNotFound`, `MergedAway`."""
    row = connection.execute(select(people).where(people.c.id == id)).one_or_none()
    if row is None:
        refuse_merged(connection, id)
        raise PersonNotFound(id=str(id))
    shown = _person(row)
    _add_posts(connection, [shown], today)
    rows = connection.execute(TERMS.where(terms.c.person_id == id).order_by(terms.c.starts_on.desc(), terms.c.id))
    return shown | {"terms": [_term(row, today) for row in rows]}


def _person(row: Row[Any]) -> Shown:
    return {
        "id": str(row.id),
        "community": row.community,
        "number": row.number,
        "name": row.name,
        "sex": row.sex,
        "born_on": row.born_on and row.born_on.isoformat(),
        "household": row.household,
        "phone": row.phone,
        "left_on": row.left_on and row.left_on.isoformat(),
        "version": row.version,
    }


def _add_posts(connection: Connection, shown: list[Shown], today: date) -> None:
    """Add the posts that these people hold today, and mask the phones that are not published with one."""
    held: dict[str, list[Shown]] = {}
    ids = [UUID(one["id"]) for one in shown]
    for row in connection.execute(TERMS.where(terms.c.person_id.in_(ids), in_office(today)).order_by(terms.c.place)):
        held.setdefault(str(row.person_id), []).append(_held(row))
    withheld = {str(id) for id in connection.scalars(select(people.c.id).where(people.c.id.in_(ids), WITHHELD))}
    for one in shown:
        one["posts"] = held.get(one["id"], [])
        is_published = one["id"] not in withheld and any(
            "phone" in PUBLISHED[PostKind(post["kind"])] for post in one["posts"]
        )
        if one["phone"] and not is_published:
            one["phone"] = masked(one["phone"])


def list_posts(
    connection: Connection, *, today: date, on: date | None = None, page: int = 1, page_size: int = 50, **equal: Any
) -> Shown:
    """Terms in posts, by place and post, the latest first; with `on` only those that cover that day."""
    found = TERMS.order_by(terms.c.community, terms.c.place, terms.c.kind, terms.c.line, terms.c.starts_on.desc())
    for column, value in equal.items():
        found = found.where(terms.c[column] == value)
    if on is not None:
        found = found.where(in_office(on))
    return page_of(connection, found, page=page, page_size=page_size, show=lambda row: _term(row, today))


def get_post(connection: Connection, id: UUID, *, today: date) -> Shown:
    """The newest term in this post. Raises `PostNotFound`."""
    found = TERMS.where(terms.c.post_id == id).order_by(terms.c.starts_on.desc(), terms.c.id).limit(1)
    row = connection.execute(found).one_or_none()
    if row is None:
        raise PostNotFound
    return _term(row, today)


def get_term(connection: Connection, post_id: UUID, on: date, *, today: date) -> Shown:
    """The term in this post that covers that day. Raises `PostNotFound`."""
    row = connection.execute(TERMS.where(terms.c.post_id == post_id, in_office(on))).one_or_none()
    if row is None:
        raise PostNotFound
    return _term(row, today)


def _held(row: Row[Any]) -> Shown:
    return {
        "post_id": str(row.post_id),
        "kind": row.kind,
        "name": POST_NAMES[PostKind(row.kind)],
        "place": row.place,
        "place_name": row.place_name,
        "line": row.line,
        "starts_on": row.starts_on.isoformat(),
        "ends_on": row.ends_on and row.ends_on.isoformat(),
    }


def _term(row: Row[Any], today: date) -> Shown:
    return _held(row) | {
        "id": str(row.id),
        "community": row.community,
        "person_id": str(row.person_id),
        "person_name": row.person_name,
        "predecessor_id": row.predecessor_id and str(row.predecessor_id),
        "predecessor_name": row.predecessor_name,
        "current": row.starts_on <= today and (row.ends_on is None or row.ends_on >= today),
    }


def list_leaves(
    connection: Connection, *, on: date | None = None, page: int = 1, page_size: int = 50, **equal: Any
) -> Shown:
    """Leaves, the latest first; with `on` only those that count on that day."""
    found = LEAVES.order_by(leaves.c.starts_on.desc(), leaves.c.id)
    for column, value in equal.items():
        found = found.where(leaves.c[column] == value)
    if on is not None:
        found = found.where(leaves.c.starts_on <= on, leaves.c.ends_on >= on, leaves.c.cancelled_at.is_(None))
    return page_of(connection, found, page=page, page_size=page_size, show=_leave)


def get_leave(connection: Connection, id: UUID) -> Shown:
    """One leave. Raises `LeaveNotFound`."""
    row = connection.execute(LEAVES.where(leaves.c.id == id)).one_or_none()
    if row is None:
        raise LeaveNotFound(id=str(id))
    return _leave(row)


def _leave(row: Row[Any]) -> Shown:
    return {
        "id": str(row.id),
        "community": row.community,
        "person_id": str(row.person_id),
        "person_name": row.person_name,
        "starts_on": row.starts_on.isoformat(),
        "ends_on": row.ends_on.isoformat(),
        "cancelled": row.cancelled_at is not None,
    }


def find_responsible(
    connection: Connection, *, community: str, place: str, on: date, about_person: UUID | None = None
) -> Shown:
    """The ladder above a place on that day, who on it is the nearest available, and who a grievance goes to.
    Raises `PlaceNotFound`."""
    found = place_of(connection, community, place)
    rungs = ladder(found, seats_along(connection, found, on), about_person and now_known_as(connection, about_person))
    phones = phones_of(connection, rungs)
    nearest, choice = responsible(rungs), taker_of_grievances(rungs)
    leader = choice.rung.holder if choice.rung else None
    return {
        "community": community,
        "place": place,
        "on": on.isoformat(),
        "ladder": [_rung(rung, phones) for rung in rungs],
        "responsible": _rung(nearest, phones) if nearest else None,
        "leader": {
            "id": str(leader.person_id),
            "name": leader.name,
            "post": str(choice.rung.post),
            "reason": choice.reason,
        }
        if leader and choice.rung
        else None,
    }


def _rung(rung: Rung, phones: dict[UUID, str | None]) -> Shown:
    holder = rung.holder
    return {
        "post": str(rung.post),
        "post_name": POST_NAMES[rung.post],
        "place": rung.place,
        "place_name": rung.place_name,
        "person": holder and {"id": str(holder.person_id), "name": holder.name, "phone": phones.get(holder.person_id)},
        "available": rung.is_available,
        "why": rung.why,
    }


def get_leader(connection: Connection, grievance_id: UUID) -> Shown:
    """Who leads a case now. Raises `AssignmentNotFound`."""
    row = connection.execute(select(assignments).where(assignments.c.id == grievance_id)).one_or_none()
    if row is None:
        raise AssignmentNotFound(grievance=str(grievance_id))
    leader = {"id": str(row.leader_id), "name": row.leader_name, "post": row.post, "at": row.led_at}
    return {
        "id": str(row.id),
        "community": row.community,
        "round": row.round,
        "leader": leader if row.leader_id else None,
    }


def list_gaps(connection: Connection, community: str, *, today: date, kind: str | None = None, **paging: int) -> Shown:
    """Where somebody is missing, the gravest and then the oldest first. Raises `CommunityNotFound`."""
    _community_row(connection, community)
    found = gaps(community, today)
    if kind is not None:
        found = found.where(found.selected_columns.kind == kind)
    return page_of(connection, found, **paging, show=_gap)


def _gap(row: Row[Any]) -> Shown:
    since = row.last_day + timedelta(days=1) if row.last_day else day_of(row.since_at)
    return {
        "kind": row.kind,
        "severity": GAPS[row.kind].severity,
        "place": row.place,
        "name": row.name,
        "since": since.isoformat(),
        "grievance_id": row.grievance_id and str(row.grievance_id),
        "said": GAPS[row.kind].said(row.name, row.reason),
    }
