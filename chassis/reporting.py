"""Reporting: what a process did and how it stands, sent every two seconds without a promise, answered with wishes."""

import os
import socket
from collections.abc import Callable, Mapping
from threading import Event as Signal
from threading import Lock, Thread
from time import time
from typing import Protocol
from uuid import uuid4

import msgspec

from chassis.broker import Message, NotSent
from chassis.metrics import version
from chassis.observing import OBSERVER, Observer, harmless
from chassis.standing import Look, Member, Standing, resident_memory
from chassis.steps import MANY
from chassis.tallies import Counted
from contracts.reports import REPORTS, OutboxReport, QueueReport, Report, Wishes

EVERY = 2.0
"""Seconds between two reports; sooner when many steps wait."""

MOST_STEPS = 2000
"""Steps in one report; further ones wait for the next."""

PATIENCE = 1.0
"""Seconds that a report waits for the one before it, which may be stuck on a link."""

NOTHING = Counted()


class Way(Protocol):
    """How a report leaves the process."""

    def send(self, message: Message, queue: str, *, confirmed: bool) -> None:
        """Put a message into a queue. Raises `NotSent`."""

    def is_ready(self) -> bool:
        """Whether messages can be sent now."""

    def is_flowing(self) -> bool:
        """Whether what is sent is taken, as against left lying by a broker that has raised an alarm."""


class Reporter:
    """Reports for one process. Nothing waits for it and nothing fails by it: what cannot be sent waits in a bounded
    buffer, or is lost and counted."""

    def __init__(self, observer: Observer = OBSERVER, clock: Callable[[], float] = time) -> None:
        self._observer, self._clock = observer, clock
        self._started_at = self._reported_at = clock()
        self._version = version()
        self._instance = f"{socket.gethostname()}-{os.getpid()}-{int(self._started_at)}"
        self._standing = Standing()
        self._way: Way | None = None
        self._reply_to = ""
        self._reported: dict[str, Counted] = {}
        self._reported_drops = 0
        self._turn, self._due, self._is_over = Lock(), Signal(), False
        observer.steps.wake = self._due.set

    # -- whom it reports for

    def join(self, member: Member) -> None:
        """A service of this process; the first one's broker carries the reports and brings what is wished."""
        self._standing.members.append(member)
        if not self._reply_to:
            self._way, self._reply_to = member.broker, member.broker.listen_for_replies(self.take)

    def send_through(self, way: Way) -> None:
        """A way for a process in which no service listens."""
        self._way = self._way or way

    def look_at(self, service: str, look: Look) -> None:
        """How a service's outbox is looked at."""
        self._standing.looks[service] = look

    @harmless
    def leave(self, way: Way) -> None:
        """This way is about to be closed: what is to be said is said now."""
        if way is self._way:
            self._is_over = True
            self._send({})
            self._way = None
            self._due.set()

    # -- reporting

    def start(self) -> None:
        """Report from now on, beside everything else."""
        Thread(target=self._go_on, name="reports", daemon=True).start()

    def report_if_due(self) -> None:
        """Report where it is time: for a process that has no thread to spare."""
        if self._clock() - self._reported_at >= EVERY:
            self.report()

    @harmless
    def report(self) -> None:
        """Look at everything and report now."""
        outboxes = self._standing.outboxes()
        self._observer.stands(self._standing.in_flight(), outboxes)
        self._send(outboxes)

    @harmless
    def take(self, answer: Message) -> None:
        """What a report was answered with: the wishes are obeyed."""
        if answer.type == "wishes":
            self._standing.obey(msgspec.json.decode(answer.body, type=Wishes).paused)

    def _go_on(self) -> None:
        # The first at once: only its answer tells which queues are paused, and until then they are taken from.
        while not self._is_over:
            self.report()
            self._due.wait(EVERY)
            self._due.clear()

    def _send(self, outboxes: Mapping[str, OutboxReport]) -> None:
        if not self._turn.acquire(timeout=PATIENCE):
            return
        try:
            while self._is_sent(outboxes) and len(self._observer.steps) >= MANY:
                outboxes = {}
        finally:
            self._turn.release()

    def _is_sent(self, outboxes: Mapping[str, OutboxReport]) -> bool:
        """What was reported is let go only when it is on its way."""
        if self._way is None or not self._way.is_flowing():
            return False
        counted = {queue: tally.now() for queue, tally in self._observer.tallies.items()}
        report = self._report(self._way.is_ready(), counted, outboxes)
        message = Message(body=msgspec.json.encode(report), id=str(uuid4()), type="report", reply_to=self._reply_to)
        try:
            self._way.send(message, REPORTS, confirmed=False)
        except NotSent:
            return False
        self._reported, self._reported_at = counted, report.at
        self._reported_drops += report.dropped
        self._observer.steps.let_go(len(report.steps))
        for tally in self._observer.tallies.values():
            tally.oldest_age = -1.0
        return True

    def _report(self, is_ready: bool, counted: Mapping[str, Counted], outboxes: Mapping[str, OutboxReport]) -> Report:
        observer, in_flight, now = self._observer, self._standing.in_flight(), self._clock()
        return Report(
            process=observer.process,
            instance=self._instance,
            version=self._version,
            at=now,
            started_at=self._started_at,
            over=now - self._reported_at,
            is_ready=is_ready and not self._standing.is_stopping(),
            memory=resident_memory(),
            in_flight=sum(in_flight.values()) + observer.requests_in_hand,
            queues=self._queues(in_flight, counted),
            outboxes=dict(outboxes),
            steps=observer.steps.oldest(MOST_STEPS),
            dropped=observer.steps.dropped - self._reported_drops,
            is_last=self._is_over,
        )

    def _queues(self, in_flight: Mapping[str, int], counted: Mapping[str, Counted]) -> dict[str, QueueReport]:
        paused, ages = self._standing.paused(), self._observer.tallies
        return {
            queue: counted.get(queue, NOTHING).since(
                self._reported.get(queue, NOTHING),
                in_flight=in_flight.get(queue, 0),
                oldest_age=ages[queue].oldest_age if queue in ages else -1.0,
                is_paused=queue in paused,
            )
            for queue in {*in_flight, *counted}
        }
