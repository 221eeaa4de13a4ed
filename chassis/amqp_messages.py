"""A message as RabbitMQ carries it, and back."""

import struct
from datetime import UTC, datetime
from typing import Any

import amqp
from amqp.exceptions import FrameSyntaxError
from amqp.serialization import PROPERTY_CLASSES, decode_properties_basic

from chassis.broker import Message

_BASIC = amqp.Message.CLASS_ID


def _properties(frame: Any, offset: int) -> tuple[dict[str, Any], int]:
    """What a message says of itself; nothing where that is not to be read: a text that is no UTF-8, a time that no
    calendar has. py-amqp raises for these, which breaks the link, so that such a message would come again for ever and
    keep everything else that the link carries from its service."""
    try:
        properties, end = decode_properties_basic(frame, offset)
    except (ValueError, OverflowError, OSError, RecursionError, struct.error, TypeError, FrameSyntaxError):
        return {}, len(frame)
    return properties, end


PROPERTY_CLASSES[_BASIC] = _properties


def to_amqp(message: Message, *, durable: bool) -> Any:
    """The message as py-amqp sends it."""
    properties: dict[str, Any] = {
        "content_type": message.content_type,
        "delivery_mode": 2 if durable else 1,
        "message_id": message.id,
        "type": message.type,
        "correlation_id": message.correlation,
        "application_headers": message.headers,
    }
    if message.reply_to:
        properties["reply_to"] = message.reply_to
    if message.expires_in is not None:
        properties["expiration"] = str(max(0, int(message.expires_in * 1000)))
    return amqp.Message(message.body, **properties)


KEPT_HEADERS = (
    "attempt",
    "deadline",
    "community",
    "within",
    "traceparent",
    "causation",
    "replay",
    "queue",
    "error",
    "place",
    "stack",
    "died_at",
)
"""Those of ours; the last five stand on dead letters only."""


def from_amqp(raw: Any) -> Message:
    """The message as it arrived; headers that are not ours are left behind (the broker adds its own)."""
    properties = raw.properties
    headers = properties.get("application_headers") or {}
    body = raw.body if isinstance(raw.body, bytes) else str(raw.body).encode()
    return Message(
        body=body,
        id=str(properties.get("message_id", "")),
        type=str(properties.get("type", "")),
        correlation=str(properties.get("correlation_id", "")),
        content_type=str(properties.get("content_type", "")),
        reply_to=str(properties.get("reply_to", "")),
        headers=_laid_aside_by_the_broker(headers)
        | {name: headers[name] for name in KEPT_HEADERS if isinstance(headers.get(name), str | int | float)},
    )


def _laid_aside_by_the_broker(headers: Any) -> dict[str, str]:
    """What a dead letter says that the broker itself took out of a queue: a message that killed its consumers. The
    pauses of the retry ladder leave their marks too, as expired ones."""
    deaths = headers.get("x-death")
    for death in deaths if isinstance(deaths, list) else ():
        if isinstance(death, dict) and death.get("reason") in ("delivery_limit", "rejected"):
            died_at = {"died_at": _moment(death["time"])} if isinstance(death.get("time"), datetime) else {}
            return {"queue": str(death.get("queue")), "error": str(death["reason"]).title().replace("_", "")} | died_at
    return {}


def _moment(time: datetime) -> str:
    # The broker's times are in UTC, and py-amqp gives them without saying so.
    return (time if time.tzinfo else time.replace(tzinfo=UTC)).isoformat()
