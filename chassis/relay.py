"""The relay of the distributed form: carries events from the outboxes to RabbitMQ, a process of its own.

An event leaves its outbox only when the broker has confirmed it and every queue it is meant for has it. Should
the relay die anywhere in between, it is told again under the same id.
"""

import logging
import select
import signal
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg2
import psycopg2.extensions

from chassis.amqp import LOST, connect, cut, to_amqp
from chassis.broker import Message
from chassis.config import Settings, database_url_of, read
from chassis.logs import start_logging
from chassis.outbox import exchange_of
from contracts.wire import CONTENT_TYPE, TELLERS

log = logging.getLogger(__name__)

MOST_AT_ONCE = 500
SAFETY_POLL = 1.0
"""Seconds between looks when nothing was notified; a lost notification costs no more than this."""

PAUSES = (1, 2, 5, 15, 60)
"""Seconds until an event that no queue took is tried again; the last one repeats."""

LONGEST_REST = 0.005
"""Seconds; what a hop may wait at most so that more events share a round."""

LEASE = 0x0B0C
"""Key of the advisory lock: one relay at a time carries a service's outbox, others stand by."""


@dataclass(frozen=True)
class Row:
    """An event waiting in an outbox."""

    id: int
    message: Message
    heard: bool
    attempts: int


class Outbox:
    """One service's outbox in PostgreSQL, leased to this relay while its connection lives."""

    def __init__(self, service: str, url: str) -> None:
        self.service, self._url = service, url
        self._connection: Any = None
        self._is_mine = False

    def fileno(self) -> int:
        """For `select`: readable when something was notified."""
        return int(self._connection.fileno())

    @property
    def is_connected(self) -> bool:
        """Whether there is a connection to wait on."""
        return self._connection is not None

    def is_notified(self) -> bool:
        """Whether something was told since the last look; a lost connection is made anew at the next safety poll."""
        if self._connection is None:
            return False
        self._connection.poll()
        return bool(self._connection.notifies)

    def waiting(self) -> list[Row]:
        """The oldest events that are due; none while another relay holds the lease."""
        if self._connection is None:
            self._connect()
        self._forget_notices()
        if not self._is_mine and not self._take_lease():
            return []
        rows = self._run(
            "SELECT id, message_id::text, community, type, heard, correlation, body, attempts FROM outbox"
            " WHERE available_at <= now() ORDER BY id LIMIT %s",
            (MOST_AT_ONCE,),
        )
        return [_row(*row) for row in rows]

    def remove(self, ids: Sequence[int]) -> None:
        """These are safe with the broker."""
        if ids:
            self._run("DELETE FROM outbox WHERE id = ANY(%s)", (list(ids),))

    def postpone(self, rows: Sequence[Row], problem: str) -> None:
        """No queue took these: try them again after a pause."""
        for row in rows:
            pause = PAUSES[min(row.attempts, len(PAUSES) - 1)]
            self._run(
                "UPDATE outbox SET attempts = attempts + 1, last_error = %s,"
                " available_at = now() + make_interval(secs => %s) WHERE id = %s",
                (problem, pause, row.id),
            )

    def drop_connection(self) -> None:
        """Begin anew next time."""
        connection, self._connection, self._is_mine = self._connection, None, False
        if connection is not None:
            with suppress(psycopg2.Error):
                connection.close()

    def _connect(self) -> None:
        self._connection = psycopg2.connect(self._url, connect_timeout=4, application_name="hemei relay")
        self._connection.autocommit = True
        # Only removals are written here: one that a crash undoes makes the event be told twice, which is harmless.
        self._run("SET synchronous_commit = off")
        self._run("LISTEN outbox")

    def _take_lease(self) -> bool:
        self._is_mine = bool(self._run("SELECT pg_try_advisory_lock(%s)", (LEASE,))[0][0])
        return self._is_mine

    def _forget_notices(self) -> None:
        self._connection.poll()
        self._connection.notifies.clear()

    def _run(self, statement: str, values: tuple[Any, ...] = ()) -> list[Any]:
        with self._connection.cursor() as cursor:
            cursor.execute(statement, values)
            return cursor.fetchall() if cursor.description else []


def _row(
    id: int, message_id: str, community: str, type: str, heard: bool, correlation: str, body: Any, attempts: int
) -> Row:
    message = Message(
        body=bytes(body),
        id=message_id,
        type=type,
        correlation=correlation,
        content_type=CONTENT_TYPE,
        headers={"attempt": 1, "community": community},
    )
    return Row(id, message, heard, attempts)


class Publisher:
    """Sends a batch and waits for its confirms together."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._connection: Any = None
        self._channel: Any = None
        self._sent = 0
        self._open: set[int] = set()
        self._refused: set[int] = set()
        self._returned: set[str] = set()

    def publish(self, rows: Sequence[Row], patience: float = 5.0) -> tuple[set[str], set[str]]:
        """Send the events; returns the message ids that are safe and those that no queue took. What is in
        neither was refused. Raises one of `LOST` when the broker does not confirm in time."""
        if self._connection is None:
            self._connect()
        tags = {self._send(row): row.message.id for row in rows}
        deadline = time.monotonic() + patience
        while self._open:
            self._connection.drain_events(timeout=max(0.01, deadline - time.monotonic()))
        safe = {id for tag, id in tags.items() if tag not in self._refused and id not in self._returned}
        returned, self._returned, self._refused = self._returned, set(), set()
        return safe, returned

    def keep_alive(self) -> None:
        """Between batches: connect where there is no connection, and answer the broker's heartbeat."""
        if self._connection is None:
            self._connect()
        with suppress(TimeoutError):
            self._connection.drain_events(timeout=0.001)
        self._connection.heartbeat_tick()

    def drop_connection(self) -> None:
        """Begin anew next time."""
        if self._connection is not None:
            cut(self._connection)
        self._connection, self._open = None, set()

    def _connect(self) -> None:
        self._connection = connect(self._url, "hemei relay")
        self._channel = self._connection.channel()
        for teller in TELLERS:
            self._channel.exchange_declare(f"{teller}.events", "topic", durable=True, auto_delete=False)
        self._channel.confirm_select()
        self._channel.events["basic_ack"].add(self._take_ack)
        self._channel.events["basic_nack"].add(self._take_nack)
        self._channel.events["basic_return"].add(self._take_return)
        self._sent, self._open, self._refused, self._returned = 0, set(), set(), set()

    def _send(self, row: Row) -> int:
        message = row.message
        self._channel.basic_publish(
            to_amqp(message, durable=True), exchange_of(message.type), message.type, mandatory=row.heard
        )
        self._sent += 1
        self._open.add(self._sent)
        return self._sent

    def _settled(self, tag: int, multiple: bool) -> set[int]:
        settled = {open for open in self._open if open <= tag} if multiple else {tag}
        self._open -= settled
        return settled

    def _take_ack(self, tag: int, multiple: bool = False) -> None:
        self._settled(tag, multiple)

    def _take_nack(self, tag: int, multiple: bool = False, requeue: bool = False) -> None:
        self._refused |= self._settled(tag, multiple)

    def _take_return(self, _error: Any, _exchange: str, _routing_key: str, raw: Any) -> None:
        self._returned.add(str(raw.properties.get("message_id", "")))


class Relay:
    """Carries what the outboxes hold to the broker until told to stop."""

    def __init__(self, outboxes: Sequence[Outbox], publisher: Publisher, ready_file: Path) -> None:
        self._outboxes, self._publisher, self._ready_file = outboxes, publisher, ready_file
        self._is_stopping = False
        self._tended_at = self._looked_at = 0.0

    def stop(self, *_signal: Any) -> None:
        """Finish the batch under way and end."""
        self._is_stopping = True

    def run(self) -> None:
        """Carry until stopped. While the broker or a database is away, try again with growing pauses."""
        failures, due = 0, self._outboxes
        # Of an earlier relay, perhaps one that was killed a moment ago.
        self._ready_file.unlink(missing_ok=True)
        while not self._is_stopping:
            try:
                due = self._round(due)
                failures = 0
            except (*LOST, psycopg2.Error) as error:
                log.warning("the relay begins anew: %s", type(error).__name__)
                self._begin_anew()
                failures, due = failures + 1, self._outboxes
                self._pause(min(0.2 * 2**failures, 3.0))
        self._ready_file.unlink(missing_ok=True)

    def carry(self, due: Sequence[Outbox] | None = None) -> int:
        """One round over the outboxes (all, unless told which): publish together, wait for the confirms together,
        remove what is safe. Returns how many events were carried."""
        batches = [
            (outbox, rows) for outbox in (self._outboxes if due is None else due) if (rows := self._waiting(outbox))
        ]
        if not batches:
            return 0
        safe, returned = self._publisher.publish([row for _, rows in batches for row in rows])
        for outbox, rows in batches:
            outbox.remove([row.id for row in rows if row.message.id in safe])
            outbox.postpone([row for row in rows if row.message.id in returned], "no queue took it")
            outbox.postpone([row for row in rows if row.message.id not in safe | returned], "refused by the broker")
        return len(safe)

    def _round(self, due: Sequence[Outbox]) -> Sequence[Outbox]:
        """Carry what is due; returns which outboxes are due next, once there are any."""
        began = time.monotonic()
        carried = self.carry(due)
        self._look_after(began)
        if carried >= MOST_AT_ONCE:
            return self._outboxes
        if carried:
            # Resting as long as the round took lets more gather for the next one, and the busier it is the more.
            time.sleep(min(time.monotonic() - began, LONGEST_REST))
        return self._next_due()

    def _next_due(self) -> Sequence[Outbox]:
        if not self._notified() and not self._is_stopping:
            self._wait()
        # Also while one outbox never falls silent: another may have lost its connection, or hold what was postponed.
        if time.monotonic() - self._looked_at >= SAFETY_POLL:
            self._looked_at = time.monotonic()
            return self._outboxes
        return self._notified()

    def _notified(self) -> list[Outbox]:
        return [outbox for outbox in self._outboxes if outbox.is_notified()]

    def _look_after(self, now: float) -> None:
        """Once a second: answer the broker's heartbeat and say that all is well."""
        if now - self._tended_at > 1.0:
            self._tended_at = now
            self._publisher.keep_alive()
            if all(outbox.is_connected for outbox in self._outboxes):
                self._ready_file.touch()

    def _waiting(self, outbox: Outbox) -> list[Row]:
        """What an outbox holds; nothing while its database is away, which must not keep the others waiting."""
        try:
            return outbox.waiting()
        except psycopg2.Error as error:
            log.warning("the outbox of %s cannot be read: %s", outbox.service, type(error).__name__)
            outbox.drop_connection()
            return []

    def _wait(self) -> None:
        try:
            select.select([outbox for outbox in self._outboxes if outbox.is_connected], [], [], SAFETY_POLL)
        except InterruptedError:
            log.debug("woken by a signal")

    def _pause(self, seconds: float) -> None:
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline and not self._is_stopping:
            time.sleep(0.1)

    def _begin_anew(self) -> None:
        self._publisher.drop_connection()
        for outbox in self._outboxes:
            outbox.drop_connection()


READY_WITHIN = 15.0


def is_ready(ready_file: Path, now: Callable[[], float] = time.time) -> bool:
    """Whether a relay has reached broker and databases lately."""
    return ready_file.exists() and now() - ready_file.stat().st_mtime < READY_WITHIN


def run_relay(ready_file: Path) -> None:
    """Run the relay until told to stop. Raises `SettingsRefused`."""
    settings = read("", Settings)
    start_logging("relay", settings.log_level)
    outboxes = [Outbox(name, database_url_of(settings.database_url, name)) for name in TELLERS]
    relay = Relay(outboxes, Publisher(settings.broker_url), ready_file)
    signal.signal(signal.SIGTERM, relay.stop)
    signal.signal(signal.SIGINT, relay.stop)
    relay.run()
