"""The inbox: which messages this service has handled, saved together with their effect."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, Table, delete
from sqlalchemy.dialects import postgresql, sqlite


def claim(connection: Connection, inbox: Table, consumer: str, ids: Mapping[UUID, str], now: datetime) -> set[UUID]:
    """Mark messages (each with its community) as handled in the open transaction; returns those not handled before.

    A second transaction that claims the same id waits here until the first has ended.
    """
    insert = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    # Sorted, so that two transactions with some of the same ids cannot wait for each other.
    rows = [{"community": ids[id], "consumer": consumer, "message_id": id, "handled_at": now} for id in sorted(ids)]
    claimed = connection.execute(insert(inbox).on_conflict_do_nothing().returning(inbox.c.message_id), rows)
    return set(claimed.scalars())


def forget_before(connection: Connection, inbox: Table, moment: datetime) -> int:
    """Remove what was handled before `moment`; returns how many rows went.

    A message replayed after this would be done a second time, so `moment` lies further back than any
    retry or dead letter may live.
    """
    return connection.execute(delete(inbox).where(inbox.c.handled_at < moment)).rowcount
