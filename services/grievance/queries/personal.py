"""What is kept of one person, and which cases are over."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Table, or_, select

from chassis.fingerprints import fingerprint
from chassis.personal import gathered
from chassis.retention import over
from chassis.telephones import dialled, phone_key
from services.grievance.domain.receipts import FILED_BY_PHONE, JOINED_BY
from services.grievance.persistence.tables import (
    BY_ONESELF,
    KEPT,
    grievances,
    neighbours,
    pictures,
    statements,
    timeline,
)
from services.grievance.privacy import TABLES

IMAGES = frozenset({"image", "small"})
"""Left out of an export, which names the pictures: each can be had by its id."""


def export_person(connection: Connection, community: str, ids: Sequence[UUID]) -> dict[str, Any]:
    """The cases that a person filed, with their words, and those that they joined."""
    filed = select(grievances.c.id).where(
        grievances.c.community == community,
        or_(grievances.c.filed_by.in_(ids) & BY_ONESELF, grievances.c.id.in_(ids)),
    )

    def of_cases(table: Table) -> Any:
        return (table.c.community == community) & table.c.grievance_id.in_(filed)

    chosen = [
        (grievances, (grievances.c.community == community) & grievances.c.id.in_(filed)),
        (statements, of_cases(statements)),
        (timeline, of_cases(timeline)),
        (pictures, of_cases(pictures) | ((pictures.c.community == community) & pictures.c.added_by.in_(ids))),
        (
            neighbours,
            (neighbours.c.community == community) & or_(neighbours.c.account.in_(ids), neighbours.c.id.in_(ids)),
        ),
    ]
    return {"kept": gathered(connection, TABLES, chosen, without=IMAGES)}


def known_by_phone(connection: Connection, community: str, phone: str, most: int) -> dict[str, Any]:
    """The ids of the cases that were filed with this telephone by no account, or were written down by staff for whoever
    called, and of the neighbours who joined with it: nothing else says whose they are."""
    if not (key := phone_key(FILED_BY_PHONE, phone)):
        return {"ids": []}
    without_account = or_(grievances.c.filed_by.is_(None), ~BY_ONESELF)
    filed = (
        select(grievances.c.id)
        .join(
            statements,
            (statements.c.community == grievances.c.community) & (statements.c.grievance_id == grievances.c.id),
        )
        .where(statements.c.community == community, statements.c.phone_key == key, without_account)
        .order_by(grievances.c.filed_at.desc())
        .limit(most)
    )
    known_by = fingerprint(f"{JOINED_BY} phone", dialled(phone))
    joined = select(neighbours.c.id).where(neighbours.c.community == community, neighbours.c.known_by == known_by)
    found = [row.id for asked in (filed, joined.limit(most)) for row in connection.execute(asked)]
    return {"ids": [str(id) for id in found[:most]]}


def long_ended(connection: Connection, before: datetime, most: int) -> dict[str, list[UUID]]:
    """Cases that ended before this moment and still have their words, by community."""
    return over(connection, grievances, KEPT, grievances.c.ended_at < before, most=most)
