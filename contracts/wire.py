"""Event to bytes and back: one rule for all of them (CloudEvents 1.0, structured JSON)."""

import importlib
from datetime import UTC, datetime
from functools import cache
from typing import Annotated, Any
from uuid import UUID

import msgspec
from msgspec import Meta

from contracts.event import Event

CONTENT_TYPE = "application/cloudevents+json; charset=UTF-8"
TELLERS = ("organization", "volunteer", "grievance", "health", "partner", "operations", "accounts")


class Unreadable(Exception):
    """The bytes are no event: not JSON, not an envelope, or a field is missing or of the wrong type."""


class UnknownEvent(Exception):
    """The envelope is sound, but its type or major version is not one we know."""


class Envelope(msgspec.Struct, frozen=True, kw_only=True):
    """What travels around an event.

    `correlationid` is the id of the first command of the chain, `causationid` the id of the message
    whose handling told this one, `sequence` the event's place among those of its aggregate
    (0 where the event belongs to none), `traceparent` the W3C trace context.
    """

    id: UUID
    source: str
    type: str
    subject: str
    time: Annotated[datetime, Meta(tz=True)]
    communityid: str
    correlationid: str
    causationid: str
    sequence: int = 0
    dataversion: int = 1
    traceparent: str = ""
    specversion: str = "1.0"
    datacontenttype: str = "application/json"
    data: msgspec.Raw

    def event(self) -> Event:
        """The event inside. Raises `UnknownEvent` or `Unreadable`."""
        if self.type not in known_events():
            raise UnknownEvent(self.type)
        try:
            event: Event = _decoder(self.type).decode(self.data)
        except (msgspec.MsgspecError, RecursionError) as error:
            raise Unreadable(f"{self.type}: {error}") from error
        return event


def wrap(
    event: Event,
    *,
    id: UUID,
    time: datetime,
    correlation: str,
    causation: str,
    sequence: int,
    traceparent: str = "",
) -> Envelope:
    """The event in its envelope."""
    return Envelope(
        id=id,
        source=f"/hemei/{event.teller()}",
        type=event.wire_name(),
        subject=event.subject,
        time=time.astimezone(UTC),
        communityid=event.community,
        correlationid=correlation,
        causationid=causation,
        sequence=sequence,
        dataversion=event.version,
        traceparent=traceparent,
        data=msgspec.Raw(msgspec.json.encode(event)),
    )


def to_bytes(envelope: Envelope) -> bytes:
    """The envelope as JSON."""
    return msgspec.json.encode(envelope)


_envelopes = msgspec.json.Decoder(Envelope)


def from_bytes(body: bytes) -> Envelope:
    """The envelope that `body` holds; unknown fields are ignored. Raises `Unreadable`."""
    try:
        envelope = _envelopes.decode(body)
    # Lists within lists without end are found out by the recursion limit.
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise Unreadable(str(error)) from error
    if envelope.specversion != "1.0":
        raise Unreadable(f"CloudEvents {envelope.specversion} is not 1.0")
    return envelope


@cache
def known_events() -> dict[str, type[Event]]:
    """Every event class by its wire name."""
    for teller in TELLERS:
        importlib.import_module(f"contracts.{teller}.events")
    return {found.wire_name(): found for found in _descendants(Event) if _is_told(found)}


def _is_told(found: type[Event]) -> bool:
    """Not what several have in common: `_GrievanceEvent`, or what stands beside `Event` itself."""
    return not found.__name__.startswith("_") and found.__module__ != Event.__module__


def _descendants(event_class: type[Event]) -> list[type[Event]]:
    return [found for child in event_class.__subclasses__() for found in (child, *_descendants(child))]


@cache
def _decoder(event_type: str) -> Any:
    return msgspec.json.Decoder(known_events()[event_type])
