"""The outbox: what was told, saved together with the state, until the broker has it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, Table, insert

from contracts import wire
from contracts.event import Event
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


def exchange_of(event_type: str) -> str:
    """The exchange on which events of this type are told: one for each service that tells."""
    return f"{event_type.split('.', 1)[0]}.events"


def message_id_of(text: str) -> UUID:
    """The id as the inbox keys it. Raises `ValueError`."""
    return UUID(text)
