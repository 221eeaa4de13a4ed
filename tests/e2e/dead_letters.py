"""Messages laid among the dead letters as the system itself does it: in RabbitMQ's queue, or in the embedded file."""

import json
import sqlite3
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import unquote, urlsplit
from uuid import uuid4

import amqp
import msgspec

from tests.e2e.systems import Distributed, System

DEAD_LETTERS = "operations.dead"
QUEUE = "volunteer.places"


@dataclass(frozen=True, kw_only=True)
class Laid:
    """A message that died in `queue`; `correlation` is the test's own, so that it finds its letters again."""

    body: bytes
    correlation: str
    error: str = "Failed"
    cause: str = "00000000000000aa"
    queue: str = QUEUE
    id: str = field(default_factory=lambda: str(uuid4()))

    def headers(self) -> dict[str, Any]:
        """What stands on it."""
        return {
            "queue": self.queue,
            "error": self.error,
            "place": "handlers.py:remember_places",
            "stack": self.cause,
            "attempt": 6,
            "died_at": datetime.now(UTC).isoformat(),
        }


def lay_aside(system: System, *letters: Laid) -> None:
    """Lay these among the dead letters. The embedded form reads its file when it starts, so it is started again."""
    if isinstance(system, Distributed):
        for letter in letters:
            publish(system, DEAD_LETTERS, letter, letter.headers())
        return
    assert system.stop() == 0
    with closing(sqlite3.connect(system.folder / "kept" / "dead-letters.db")) as file, file:
        for letter in letters:
            message = {"body": letter.body, "id": letter.id, "correlation": letter.correlation}
            kept = msgspec.msgpack.encode({**message, "headers": letter.headers()})
            file.execute("INSERT INTO kept (queue, message) VALUES (?, ?)", (DEAD_LETTERS, kept))
    system.start()
    system.wait_until_ready()


def publish(system: Distributed, queue: str, letter: Laid, headers: dict[str, Any]) -> None:
    """Put a message into a queue past everything of ours."""
    url = urlsplit(system.environment["BROKER_URL"])
    with amqp.Connection(
        f"{url.hostname}:{url.port or 5672}",
        userid=url.username or "guest",
        password=url.password or "guest",
        virtual_host=unquote(url.path[1:]) or "/",
        confirm_publish=True,
    ) as connection:
        message = amqp.Message(
            letter.body,
            message_id=letter.id,
            correlation_id=letter.correlation,
            delivery_mode=2,
            application_headers=headers,
        )
        connection.channel().basic_publish(message, routing_key=queue)


def event(type: str, data: dict[str, Any], correlation: str) -> bytes:
    """An event as it travels."""
    envelope = {
        "id": str(uuid4()),
        "source": "/hemei/elsewhere",
        "type": type,
        "subject": data["community"],
        "time": datetime.now(UTC).isoformat(),
        "communityid": data["community"],
        "correlationid": correlation,
        "causationid": correlation,
        "specversion": "1.0",
        "datacontenttype": "application/json",
        "data": data,
    }
    return json.dumps(envelope).encode()


def places_of(code: str, chain: str) -> bytes:
    """An event that can be handled: a community was imported."""
    place = {"code": code, "kind": "community", "name": "试验社区", "parent": None}
    return event("organization.places_imported.v1", {"community": code, "places": [place]}, chain)
