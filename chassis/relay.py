"""The relay of the distributed form: carries events from the outboxes to RabbitMQ, a process of its own.

An event leaves its outbox only when the broker has confirmed it and every queue it is meant for has it. Should
the relay die anywhere in between, it is told again under the same id.
"""

import logging
import select
import signal
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import psycopg2

from chassis.broker import DEAD_LETTERS
from chassis.config import Settings, database_url_of, read
from chassis.failpoints import failpoint
from chassis.fair_reading import FairReading
from chassis.hearers import Hearers
from chassis.leased_outbox import MOST_AT_ONCE, Outbox, Row, laid_aside
from chassis.links import LOST
from chassis.logs import start_logging
from chassis.observing import OBSERVER, Begun, Observer
from chassis.publisher import Publisher
from chassis.reporting import Reporter
from chassis.scraping import answer_beside
from chassis.sluice import Sluice
from chassis.tracing import start_tracing
from contracts.wire import TELLERS

log = logging.getLogger(__name__)

SAFETY_POLL = 1.0
"""Seconds between looks when nothing was notified; a lost notification costs no more than this."""

TRIES = 5
"""So often an event is told that no queue takes, for about 23 seconds; then it is laid among the dead letters."""

LONGEST_REST = 0.005
"""Seconds; what a hop may wait at most so that more events share a round."""


class Relay:
    """Carries what the outboxes hold to the broker until told to stop."""

    def __init__(
        self,
        outboxes: Sequence[Outbox],
        publisher: Publisher,
        ready_file: Path,
        *,
        observer: Observer = OBSERVER,
        each_second: Callable[[], None] = lambda: None,
        sluice: Sluice | None = None,
    ) -> None:
        self._outboxes, self._publisher, self._ready_file = outboxes, publisher, ready_file
        self._sluice = sluice or Sluice()
        self._readings = {outbox: FairReading(outbox, self._sluice) for outbox in outboxes}
        self._observer, self._each_second = observer, each_second
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
        remove what is safe. Returns how many events were carried. What would keep others waiting stays for later."""
        self._sluice.begin_round()
        batches = [
            (outbox, rows) for outbox in (self._outboxes if due is None else due) if (rows := self._waiting(outbox))
        ]
        if not batches:
            return 0
        safe, returned = self._published([row for _, rows in batches for row in rows])
        failpoint("relay.after_confirm")
        for outbox, rows in batches:
            outbox.remove([row.id for row in rows if row.message.id in safe])
            untaken = [row for row in rows if row.message.id in returned]
            outbox.postpone([row for row in untaken if row.attempts + 1 < TRIES], "no queue took it")
            self._lay_aside(outbox, [row for row in untaken if row.attempts + 1 >= TRIES])
            outbox.postpone([row for row in rows if row.message.id not in safe | returned], "refused by the broker")
        return len(safe)

    def _lay_aside(self, outbox: Outbox, rows: Sequence[Row]) -> None:
        """Nobody listens for these, and nobody is coming: an operator sees them among the dead letters. What cannot be
        laid there stays in the outbox."""
        if not rows:
            return
        safe, _ = self._publisher.publish([laid_aside(row) for row in rows], DEAD_LETTERS)
        failpoint("relay.after_bury")
        outbox.remove([row.id for row in rows if row.message.id in safe])
        outbox.postpone([row for row in rows if row.message.id not in safe], "not taken among the dead letters")
        log.error("%d events of %s that no queue took were laid aside", len(safe), outbox.service)

    def _published(self, rows: Sequence[Row]) -> tuple[set[str], set[str]]:
        begun, works = Begun.now(), self._observer.tracing.carrying(row.message for row in rows)
        try:
            safe, returned = self._publisher.publish(rows)
        except LOST:
            self._observer.carried(begun, timeout=len(rows))
            raise
        for id, work in works.items():
            work.end(error="" if id in safe else "NoQueueTookIt" if id in returned else "Refused")
        nacked = len(rows) - len(safe) - len(returned)
        self._observer.carried(begun, confirmed=len(safe), returned=len(returned), nacked=nacked)
        return safe, returned

    def _round(self, due: Sequence[Outbox]) -> Sequence[Outbox]:
        """Carry what is due; returns which outboxes are due next, once there are any."""
        began = time.monotonic()
        carried = self.carry(due)
        self._look_after(began)
        if carried >= MOST_AT_ONCE:
            return self._outboxes
        holds = self._holding()
        if carried or holds:
            # Resting as long as the round took lets more gather for the next one, and the busier it is the more.
            time.sleep(min(time.monotonic() - began, LONGEST_REST) if carried else LONGEST_REST)
        return self._next_due(holds)

    def _next_due(self, holds: Sequence[Outbox]) -> Sequence[Outbox]:
        if not holds and not self._notified() and not self._is_stopping:
            self._wait()
        # Also while one outbox never falls silent: another may have lost its connection, or hold what was postponed.
        if time.monotonic() - self._looked_at >= SAFETY_POLL:
            self._looked_at = time.monotonic()
            return self._outboxes
        return list(dict.fromkeys((*holds, *self._notified())))

    def _holding(self) -> list[Outbox]:
        """Those in which something was left that could go to the broker any moment."""
        return [outbox for outbox in self._outboxes if outbox.is_mine and self._readings[outbox].holds]

    def _notified(self) -> list[Outbox]:
        return [outbox for outbox in self._outboxes if outbox.is_notified()]

    def _look_after(self, now: float) -> None:
        """Once a second: answer the broker's heartbeat and say that all is well."""
        if now - self._tended_at > 1.0:
            self._tended_at = now
            self._publisher.keep_alive()
            self._sluice.tend()
            if all(outbox.is_connected for outbox in self._outboxes):
                self._ready_file.touch()
            for outbox in self._outboxes:
                self._observer.holds_lease(outbox.service, outbox.is_mine)
            self._each_second()

    def _waiting(self, outbox: Outbox) -> list[Row]:
        """What an outbox holds; nothing while its database is away, which must not keep the others waiting."""
        try:
            return self._readings[outbox].rows()
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
    publisher, reporter = Publisher(settings.broker_url), Reporter()
    reporter.send_through(publisher)
    sluice = Sluice(Hearers(settings.broker_url))
    relay = Relay(outboxes, publisher, ready_file, each_second=reporter.report_if_due, sluice=sluice)
    OBSERVER.begin("relay", start_tracing("relay", settings.otel_exporter_otlp_endpoint))
    answer_beside(OBSERVER.metrics.registry, settings)
    signal.signal(signal.SIGTERM, relay.stop)
    signal.signal(signal.SIGINT, relay.stop)
    relay.run()
    reporter.leave(publisher)
    OBSERVER.tracing.stop()
