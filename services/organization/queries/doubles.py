"""What is shown of entries that may be one and the same person, and of what merging two of them would do."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, func, select

from chassis.paging import page_of
from contracts.organization.errors import PersonNotFound
from services.organization.domain import merging
from services.organization.domain.merging import Entry
from services.organization.domain.people import Person, masked
from services.organization.persistence.doubles import ALIKE, doubles
from services.organization.persistence.people import as_person, refuse_merged
from services.organization.persistence.tables import (
    assignments,
    consents,
    leaves,
    people,
    publications,
    terms,
)
from services.organization.queries import _add_posts, _community_row, _person

Shown = dict[str, Any]


def list_doubles(
    connection: Connection, community: str, *, today: date, reason: str | None = None, **paging: int
) -> Shown:
    """Pairs that may be one person, those alike in most first. Raises `CommunityNotFound`."""
    _community_row(connection, community)
    shown = page_of(connection, doubles(community, reason), **paging)
    ids = {row[name] for row in shown["items"] for name in ("one_id", "other_id")}
    found = [_person(row) for row in connection.execute(select(people).where(people.c.id.in_(ids)))]
    _add_posts(connection, found, today)
    by_id = {UUID(one["id"]): one for one in found}
    shown["items"] = [
        {
            "id": str(row["one_id"]),
            "community": community,
            "one": by_id[row["one_id"]],
            "other": by_id[row["other_id"]],
            "reasons": merging.reasons_in_order([name for name in ALIKE if row[name]]),
        }
        for row in shown["items"]
    ]
    return shown


def preview_merge(connection: Connection, kept_id: UUID, gone_id: UUID, *, today: date) -> Shown:
    """What merging two entries would do; the second is looked for in the community of the first. Raises
    `PersonNotFound`, `MergedAway`, `MergedWithItself`."""
    rows = {kept_id: _row_of(connection, kept_id)}
    rows[gone_id] = _row_of(connection, gone_id, rows[kept_id].community)
    kept, gone = (Entry(person=as_person(rows[id]), changed_on=rows[id].changed_on) for id in (kept_id, gone_id))
    merging.refuse_pair(kept.person, gone.person)
    shown = [_person(rows[kept_id]), _person(rows[gone_id])]
    _add_posts(connection, shown, today)
    stays = merging.sides(kept, gone, {})
    community = kept.person.community
    portrayed = (publications.c.id == gone_id) & publications.c.portrait.is_not(None)
    return {
        "id": str(kept_id),
        "community": community,
        "kept": shown[0],
        "gone": shown[1],
        "differing": [
            {
                "field": name,
                "kept": _written(kept.person, name),
                "gone": _written(gone.person, name),
                "stays": str(stays[name]),
            }
            for name in merging.differing(kept.person, gone.person)
        ],
        "posts": _count(connection, terms, terms.c.person_id == gone_id, community),
        "leaves": _count(connection, leaves, leaves.c.person_id == gone_id, community),
        "cases": _count(connection, assignments, assignments.c.leader_id == gone_id, community),
        "portrait": _count(connection, publications, portrayed, community) > 0,
        **_consents(connection, community, kept_id, gone_id),
    }


def _row_of(connection: Connection, id: UUID, community: str | None = None) -> Row[Any]:
    row = connection.execute(select(people).where(people.c.id == id)).one_or_none()
    if row is None:
        refuse_merged(connection, id, community)
    if row is None or community not in (None, row.community):
        raise PersonNotFound(id=str(id))
    return row


def _written(person: Person, name: str) -> str | None:
    value = getattr(person, name)
    if value is None or value == "":
        return None
    return masked(value) if name == "phone" else str(value)


def _count(connection: Connection, table: Any, theirs: Any, community: str) -> int:
    counted = select(func.count()).select_from(table).where(table.c.community == community, theirs)
    return connection.execute(counted).scalar_one()


def _consents(connection: Connection, community: str, kept_id: UUID, gone_id: UUID) -> Shown:
    theirs = consents.c.person_id.in_((kept_id, gone_id))
    rows = connection.execute(select(consents).where(consents.c.community == community, theirs)).all()
    in_force: dict[str, list[bool]] = {}
    for row in rows:
        if row.given:
            in_force.setdefault(row.purpose, []).append(row.given[-1]["withdrawn"] is None)
    return {
        "consents": sum(len(row.given) for row in rows if row.person_id == gone_id),
        "withdrawn": sorted(purpose for purpose, held in in_force.items() if any(held) and not all(held)),
    }
