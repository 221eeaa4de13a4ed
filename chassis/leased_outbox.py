"""A service's outbox in PostgreSQL as a relay sees it: leased to one relay at a time, notified at each commit."""

from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from time import monotonic
from typing import Any

import psycopg2
import psycopg2.extensions

from chassis.broker import Message
from chassis.database import NOTICES_SILENCE
from chassis.outbox import exchange_of
from chassis.scope import EVERYWHERE, as_header
from chassis.service_role import give_up_rights
from contracts.wire import CONTENT_TYPE

MOST_AT_ONCE = 500
"""Events that a relay takes from an outbox at once."""

PAUSES = (1, 2, 5, 15, 60)
"""Seconds until an event that no queue took, or that was refused, is tried again; the last one repeats."""

ALL_READ_EVERY = 1.0
"""Seconds between two readings past a whole pile; in between only what is younger is read. What was postponed, and what
committed later than that after others, waits for the next."""

LEASE = 0x0B0C
"""Key of the advisory lock: one relay at a time carries a service's outbox, others stand by."""


@dataclass(frozen=True)
class Row:
    """An event waiting in an outbox."""

    id: int
    message: Message
    heard: bool
    attempts: int

    @property
    def community(self) -> str:
        """Whose it is."""
        return str(self.message.headers.get("community", ""))


_DUE = (
    "SELECT id, message_id::text, community, type, heard, correlation, body, attempts FROM outbox"
    " WHERE available_at <= now()"
)


class Outbox:
    """One service's outbox in PostgreSQL, leased to this relay while its connection lives."""

    def __init__(self, service: str, url: str, clock: Callable[[], float] = monotonic) -> None:
        self.service, self._url, self._clock = service, url, clock
        self._passed_up_to = self._next_up_to = 0
        self._all_read_at = float("-inf")
        self._connection: Any = None
        self._is_mine = False

    def fileno(self) -> int:
        """For `select`: readable when something was notified."""
        return int(self._connection.fileno())

    @property
    def is_connected(self) -> bool:
        """Whether there is a connection to wait on."""
        return self._connection is not None

    @property
    def is_mine(self) -> bool:
        """Whether this relay carries it: another one stands by."""
        return self._is_mine

    def is_notified(self) -> bool:
        """Whether something was told since the last look; a lost connection is made anew at the next safety poll."""
        if self._connection is None:
            return False
        self._connection.poll()
        return bool(self._connection.notifies)

    def waiting(self, but: Collection[str] = ()) -> list[Row]:
        """The oldest events that are due, those of some communities left out; none while another relay holds the
        lease."""
        if self._connection is None:
            self._connect()
        self._forget_notices()
        if not self._is_mine and not self._take_lease():
            return []
        if but:
            return self._beside(list(but))
        self._forget_pile()
        return self._rows(f"{_DUE} ORDER BY id LIMIT %s", (MOST_AT_ONCE,))

    def waiting_of(self, community: str, most: int) -> list[Row]:
        """The oldest events of one community that are due; none while another relay holds the lease."""
        if not self._is_mine:
            return []
        return self._rows(f"{_DUE} AND community = %s ORDER BY id LIMIT %s", (community, most))

    def _beside(self, but: list[str]) -> list[Row]:
        """Past a pile of any height without looking through all of it each time."""
        began = self._clock()
        reads_all = began >= self._all_read_at
        highest = int(self._run("SELECT coalesce(max(id), 0) FROM outbox")[0][0])
        rows = self._rows(
            f"{_DUE} AND community <> ALL(%s) AND id > %s ORDER BY id LIMIT %s",
            (but, 0 if reads_all else self._passed_up_to, MOST_AT_ONCE),
        )
        if reads_all and len(rows) < MOST_AT_ONCE:
            self._passed_up_to, self._next_up_to = self._next_up_to, highest
            self._all_read_at = began + max(ALL_READ_EVERY, 10 * (self._clock() - began))
        return rows

    def _forget_pile(self) -> None:
        """Nothing is known of what lies beside a pile."""
        self._passed_up_to = self._next_up_to = 0
        self._all_read_at = float("-inf")

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
        self._connection = psycopg2.connect(self._url, application_name="hemei relay", **NOTICES_SILENCE)
        give_up_rights(self._connection)
        self._connection.autocommit = True
        self._forget_pile()
        # What was told in whatever community is carried.
        self._run("SELECT set_config('hemei.within', %s, false)", (as_header(EVERYWHERE),))
        # Only removals are written here: one that a crash undoes makes the event be told twice, which is harmless.
        self._run("SET synchronous_commit = off")
        self._run("LISTEN outbox")

    def _take_lease(self) -> bool:
        self._is_mine = bool(self._run("SELECT pg_try_advisory_lock(%s)", (LEASE,))[0][0])
        return self._is_mine

    def _forget_notices(self) -> None:
        self._connection.poll()
        self._connection.notifies.clear()

    def _rows(self, statement: str, values: tuple[Any, ...]) -> list[Row]:
        return [_row(*row) for row in self._run(statement, values)]

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


def laid_aside(row: Row) -> Row:
    """It died before any queue had it; where it was told stands for the queue."""
    dead = row.message.with_headers(
        error="NoQueueTookIt",
        place="chassis/relay.py:carry",
        queue=exchange_of(row.message.type),
        attempt=row.attempts + 1,
        died_at=datetime.now(UTC).isoformat(),
    )
    return replace(row, message=dead)
