"""A distributed system watched from every side: its logs, figures, spans, and every message on its broker."""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event as Signal
from threading import Thread
from typing import Any
from urllib.parse import urlsplit

import amqp
import httpx

from chassis.links import connect_within, cut
from chassis.processes import PROCESSES
from tests.collector import Collector, collector
from tests.e2e.systems import Distributed
from tests.servers import choice, postgresql, rabbitmq
from tests.servers.ports import PRIVATE, is_free

FIREHOSE = "amq.rabbitmq.trace"
"""Where RabbitMQ copies every message to, while it is told to."""


@dataclass(frozen=True)
class Overheard:
    """A message as somebody sent it: to which exchange or queue, with which properties."""

    exchange: str
    key: str
    properties: dict[str, Any]
    body: bytes

    @property
    def outside(self) -> str:
        """Everything but the body."""
        return f"{self.exchange} {self.key} {self.properties}"


@dataclass
class Watched:
    """The system with what watches it."""

    system: Distributed
    told: Collector
    metrics_port: int
    broker_url: str
    overheard: list[Overheard] = field(default_factory=list)

    def metrics(self) -> dict[str, str]:
        """What each process answers at /metrics."""
        addresses = {name: self.metrics_port + number for number, name in enumerate(PROCESSES)}
        return {
            name: httpx.get(f"http://127.0.0.1:{port}/metrics", timeout=5, trust_env=False).raise_for_status().text
            for name, port in addresses.items()
        }

    def send(self, queue: str, body: bytes, **properties: Any) -> None:
        """Put a message of a test's own into a queue."""
        connection = connect_within(10.0, self.broker_url, "tests")
        try:
            channel = connection.channel()
            channel.confirm_select()
            channel.basic_publish_confirm(amqp.Message(body, delivery_mode=2, **properties), "", queue, mandatory=True)
        finally:
            cut(connection)


@contextmanager
def watched(server: choice.Server, postgres_url: str, folder: Path, **more: str) -> Iterator[Watched]:
    """The system, started with eyes on all sides, its log at its most talkative."""
    with (
        collector() as told,
        rabbitmq.fresh_vhost(server) as broker,
        postgresql.fresh_database(postgres_url) as database,
    ):
        first = _row_of_free_ports(len(PROCESSES))
        system = Distributed(
            folder,
            broker,
            database,
            OTEL_EXPORTER_OTLP_ENDPOINT=told.url,
            OTEL_BSP_SCHEDULE_DELAY="200",
            METRICS_PORT=str(first),
            **{"LOG_LEVEL": "DEBUG", **more},
        )
        found = Watched(system, told, first, broker)
        try:
            with _listening(found, server, broker):
                system.start()
                system.wait_until_ready()
                yield found
                assert system.stop() == 0, system.said()
        finally:
            system.kill()


def _row_of_free_ports(count: int) -> int:
    """The first of so many free ports that follow each other."""
    for first in random.sample(PRIVATE[:-count], 200):
        if all(is_free(port) for port in range(first, first + count)):
            return first
    raise OSError("no row of free ports")


@contextmanager
def _listening(found: Watched, server: choice.Server, broker: str) -> Iterator[None]:
    """Overhear every message that is published, until the block ends."""
    if server.control is None:
        choice.refuse("no rabbitmqctl, so nobody can listen to every message", {})
    vhost = urlsplit(broker).path.removeprefix("/")
    server.control(["trace_on", "-p", vhost])
    connection = connect_within(10.0, broker, "tests")
    channel = connection.channel()
    queue = channel.queue_declare(exclusive=True).queue
    channel.queue_bind(queue, FIREHOSE, "publish.#")
    channel.basic_consume(queue, no_ack=True, callback=lambda raw: found.overheard.append(_overheard(raw)))
    is_over = Signal()
    listener = Thread(target=_listen, args=(connection, is_over), daemon=True)
    listener.start()
    try:
        yield
    finally:
        is_over.set()
        listener.join(5)
        cut(connection)
        server.control(["trace_off", "-p", vhost])


def _listen(connection: Any, is_over: Signal) -> None:
    while not is_over.is_set():
        try:
            connection.drain_events(timeout=0.2)
        except TimeoutError:
            connection.heartbeat_tick()


def _overheard(raw: Any) -> Overheard:
    headers = raw.headers or {}
    body = raw.body if isinstance(raw.body, bytes) else str(raw.body).encode()
    keys = headers.get("routing_keys") or [""]
    return Overheard(str(headers.get("exchange_name", "")), str(keys[0]), dict(headers.get("properties") or {}), body)
