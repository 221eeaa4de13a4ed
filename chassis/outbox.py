"""The outbox: what was told, saved together with the state, until the broker has it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, Table, insert, text

from contracts import wire
from contracts.event import Event
from contracts.reports import OutboxReport
from contracts.wire import Envelope


@dataclass(frozen=True, kw_only=True)
class Told:
    """An event with its envelope, ready to be saved."""

    event: Event
    envelope: Envelope


def save(connection: Connection, outbox: Table, told: Sequence[Told], now: datetime) -> None:
    """Write the events into the outbox of the open transaction."""
    connection.execute(insert(outbox), [_row(one, now) for one in told])


def _row(told: Told, now: datetime) -> dict[str, object]:
    return {
        "message_id": told.envelope.id,
        "community": told.envelope.communityid,
        "type": told.envelope.type,
        "heard": told.event.heard,
        "correlation": told.envelope.correlationid,
        "body": wire.to_bytes(told.envelope),
        "available_at": now,
        "attempts": 0,
        "last_error": None,
    }


MOST_COUNTED = 10_000
"""A pile of any height is looked at with no more work than this many rows make."""

# In the order of the key, as the relay reads them: nothing is sorted, and of a high pile only the lowest rows are read.
_PILE = text(
    "SELECT count(*), coalesce(sum(CASE WHEN attempts > 0 THEN 1 ELSE 0 END), 0), min(id)"
    f" FROM (SELECT id, attempts FROM outbox ORDER BY id LIMIT {MOST_COUNTED}) AS oldest"
)
_BODY = text("SELECT body FROM outbox WHERE id = :id")


def standing(connection: Connection, now: datetime) -> OutboxReport:
    """How the outbox of this database stands: how many events wait (counted up to `MOST_COUNTED`), how many of them
    were tried, and how long ago the oldest was told."""
    pending, stuck, oldest = connection.execute(_PILE).one()
    body = connection.execute(_BODY, {"id": oldest}).scalar() if pending else None
    # Carried since it was counted: nothing that old waits any more.
    age = (now - wire.from_bytes(bytes(body)).time).total_seconds() if body is not None else 0.0
    return OutboxReport(pending=pending, oldest_age=max(0.0, age), stuck=int(stuck))


def exchange_of(event_type: str) -> str:
    """The exchange on which events of this type are told: one for each service that tells."""
    return f"{event_type.split('.', 1)[0]}.events"


def message_id_of(text: str) -> UUID:
    """The id as the inbox keys it. Raises `ValueError`."""
    return UUID(text)
