"""Listening to a queue: done at most once in effect, retried with growing pauses, then laid aside."""

import logging
import traceback
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from time import sleep
from typing import Any, Literal
from uuid import UUID

from sqlalchemy.exc import DBAPIError

from chassis import inbox
from chassis.broker import RETRY_PAUSES, Delivery, Message, NotSent
from chassis.context import Chain, within
from chassis.failpoints import failpoint
from chassis.failures import is_kill, is_outage
from chassis.observed_work import Batch
from chassis.observing import OBSERVER, Begun, Observer
from chassis.replays import is_replay, outcome_of
from chassis.scope import within_communities
from chassis.steps import is_id
from chassis.unit_of_work import UnitOfWork, utc_now
from contracts import wire
from contracts.event import Event
from contracts.reports import REPORTS
from contracts.wire import Envelope, UnknownEvent, Unreadable

log = logging.getLogger(__name__)

Handle = Callable[[Any, Any], None]

TRIES_AT_ONCE = 3
"""A handler is tried three times before the ladder: a deadlock or a lost race is gone by then."""

LADDER = tuple(RETRY_PAUSES)

People = Literal["named", "merged"]
"""What an event says of people of the register: their ids, or that two of them are one."""


@dataclass(frozen=True)
class Hearing:
    """One `@hears`: which event, what is done about it, whether it concerns this service at all, which aggregate
    (repository and id) its handler will ask for, and whether it names people of the register or merges them."""

    event: type[Event]
    handle: Handle
    queue: str
    when: Callable[[Any], bool]
    loads: Callable[[Any], tuple[str, UUID]] | None = None
    people: People | None = None


@dataclass(frozen=True)
class Heard:
    """A delivery whose event could be read and concerns us."""

    delivery: Delivery
    envelope: Envelope
    event: Event
    hearing: Hearing
    begun: Begun = field(default_factory=Begun.now)

    @property
    def attempt(self) -> int:
        """Which delivery of it this is."""
        return self.delivery.message.attempt

    @property
    def chain(self) -> Chain:
        """The chain this event belongs to, one step further."""
        told = self.envelope
        return Chain(
            correlation=told.correlationid,
            causation=str(told.id),
            community=told.communityid,
            traceparent=told.traceparent,
        )


class Listener:
    """Handles what comes to one queue of a service: many events in one transaction while all goes well,
    one by one when something fails, so that a bad one harms only itself."""

    def __init__(
        self,
        queue: str,
        hearings: Iterable[Hearing],
        *,
        is_stopping: Callable[[], bool],
        send: Callable[[Message, str], None],
        observer: Observer = OBSERVER,
    ) -> None:
        self.queue, self._observer = queue, observer
        self._hearings = {hearing.event.wire_name(): hearing for hearing in hearings}
        self._is_stopping, self._send = is_stopping, send

    def handle(self, service: Any, deliveries: list[Delivery]) -> None:
        """Handle and settle these deliveries; `service.uow` is the unit of work."""
        passed_over: list[Delivery] = []
        heard = [one for delivery in deliveries if (one := self._read(delivery, passed_over)) is not None]
        # What became of a replay is told of each, so none is handled together with others.
        together = [one for one in heard if not is_replay(one.delivery)]
        if len(together) != 1 and self._done(service, together):
            passing = [delivery for delivery in passed_over if not is_replay(delivery)]
            self._acknowledge([*passing, *(one.delivery for one in together)])
            heard = [one for one in heard if is_replay(one.delivery)]
            passed_over = [delivery for delivery in passed_over if is_replay(delivery)]
        for delivery in passed_over:
            self._finish(delivery, "passed")
        for one in heard:
            with within(one.chain):
                self._handle_alone(service, one)

    def _acknowledge(self, deliveries: Sequence[Delivery]) -> None:
        if deliveries:
            deliveries[0].acknowledge_all(deliveries)

    # -- reading

    def _read(self, delivery: Delivery, passed_over: list[Delivery]) -> Heard | None:
        """What was heard; None where it cannot be read and is buried, or is not for us and is passed over."""
        try:
            envelope = wire.from_bytes(delivery.message.body)
            hearing = self._hearings.get(envelope.type)
            if hearing is None:
                raise UnknownEvent(envelope.type)
            event = envelope.event()
        except (Unreadable, UnknownEvent) as error:
            dead = _with_cause(delivery, error)
            facts = dead.headers | _ids_of(dead)
            log.error("a message of %s cannot be read and is laid aside", self.queue, extra={"facts": facts})
            if self._settle(delivery, lambda: delivery.bury(dead)):
                self._observer.unread(self.queue, delivery.message, error)
            return None
        heard = Heard(delivery, envelope, event, hearing)
        try:
            concerns_us = hearing.when(event)
        except Exception as error:  # noqa: BLE001 - judged like an error of the handler itself
            self._set_aside(heard, error)
            return None
        if not concerns_us:
            passed_over.append(delivery)
            self._observer.passed(self.queue, envelope, delivery.message.attempt)
            return None
        return heard

    # -- handling

    def _done(self, service: Any, heard: list[Heard]) -> bool:
        """All of them in one transaction. False, with nothing changed, when any of them fails."""
        try:
            if heard:
                self._do(service, heard)
        # Whatever it was, a time-out too: each is handled again alone, where its failure is judged.
        except BaseException as error:
            if is_kill(error):
                raise
            log.info("%d events of %s could not be handled together", len(heard), self.queue)
            return False
        return True

    def _do(self, service: Any, heard: list[Heard]) -> bool:
        """Whether any of them had not been handled before."""
        uow: UnitOfWork = service.uow
        communities = {one.envelope.communityid for one in heard}
        with within_communities(communities), Batch(self._observer, self.queue, of=len(heard)) as batch, uow:
            fresh = self._claim(uow, {one.envelope.id: one.envelope.communityid for one in heard})
            is_news = bool(fresh)
            news = [one for one in heard if one.envelope.id in fresh]
            _hold(uow, news)
            _load(uow, news)
            for one in heard:
                if one.envelope.id in fresh:
                    fresh.discard(one.envelope.id)
                    with batch.handling(one.envelope, one.attempt, is_replay=is_replay(one.delivery)):
                        one.hearing.handle(service, one.event)
                else:
                    batch.again(one.envelope, one.attempt)
            failpoint("listener.before_commit")
        failpoint("listener.after_commit")
        return is_news

    def _claim(self, uow: UnitOfWork, ids: dict[UUID, str]) -> set[UUID]:
        return inbox.claim(uow.connection, uow.table("inbox"), self.queue, ids, utc_now())

    def _handle_alone(self, service: Any, one: Heard) -> None:
        """Try, try again, then climb the ladder; while the database is away, wait for it instead."""
        problem: BaseException | None = None
        for _ in range(TRIES_AT_ONCE):
            try:
                is_news = self._do_when_possible(service, one)
            # A time-out of the green thread is no Exception, and must be judged like one.
            except BaseException as error:
                if is_kill(error):
                    raise
                problem = error
            else:
                self._finish(one.delivery, "done" if is_news else "again")
                return
        assert problem is not None
        self._set_aside(one, problem)

    def _do_when_possible(self, service: Any, one: Heard) -> bool:
        pause = 0.1
        while True:
            try:
                is_news = self._do(service, [one])
                self._observer.waits_for_database(self.queue, False)
                return is_news
            except DBAPIError as error:
                if not is_outage(error) or self._is_stopping():
                    raise
                log.warning("the database is away, %s waits", self.queue)
                self._observer.waits_for_database(self.queue, True)
                sleep(pause)
                pause = min(pause * 2, 5.0)

    def _set_aside(self, one: Heard, problem: BaseException) -> None:
        delivery, attempt = one.delivery, one.delivery.message.attempt
        with within(one.chain):
            log.error(
                "attempt %d at %s failed",
                attempt,
                one.envelope.type,
                exc_info=problem,
                extra={"facts": {"queue": self.queue, "message_id": str(one.envelope.id)}},
            )
        if isinstance(problem, DBAPIError) and is_outage(problem):
            self._settle(delivery, delivery.give_back)
        elif attempt <= len(LADDER):
            level, again = LADDER[attempt - 1], delivery.message.with_headers(attempt=attempt + 1)
            if self._settle(delivery, lambda: delivery.retry_later(again, level)):
                self._observer.retried(self.queue, one.envelope, attempt, one.begun, level, problem)
        elif self._settle(delivery, lambda: delivery.bury(_with_cause(delivery, problem))):
            self._observer.buried(self.queue, one.envelope, attempt, one.begun, problem)

    def _finish(self, delivery: Delivery, outcome: str) -> None:
        """Nothing more is to be done; of a replay that is told first, and rather twice than not at all."""

        def finish() -> None:
            if is_replay(delivery):
                self._send(outcome_of(delivery, outcome), REPORTS)
                failpoint("listener.after_outcome")
            delivery.acknowledge()

        self._settle(delivery, finish)

    def _settle(self, delivery: Delivery, settle: Callable[[], None]) -> bool:
        """Settle; where the broker cannot take it now, give the delivery back: twice is harmless, lost is not.
        False where it was given back."""
        try:
            settle()
        except NotSent as error:
            log.warning("a delivery of %s is given back: %s", self.queue, error)
        except Exception:
            log.exception("a delivery of %s is given back", self.queue)
        else:
            return True
        sleep(0.5)
        delivery.give_back()
        return False


def _with_cause(delivery: Delivery, error: BaseException) -> Message:
    """The message as a dead letter: with what went wrong, as type and place; never with what a person wrote."""
    frames = traceback.extract_tb(error.__traceback__)
    places = [f"{'/'.join(frame.filename.split('/')[-2:])}:{frame.name}" for frame in frames]
    place, stack = places[-1] if places else "", "|".join(places)
    return delivery.message.with_headers(
        error=type(error).__name__,
        place=place,
        stack=sha256(f"{type(error).__name__}|{stack}".encode()).hexdigest()[:16],
        queue=delivery.queue,
        died_at=utc_now().isoformat(),
    )


def _ids_of(message: Message) -> dict[str, str]:
    """What leads to a message whose envelope cannot be read; nothing that is no id."""
    ids = {"message_id": message.id, "correlation": message.correlation}
    return {name: id for name, id in ids.items() if is_id(id)}


def _hold(uow: UnitOfWork, heard: Sequence[Heard]) -> None:
    """Keep merging away, or everybody else where this merges: before any row is locked, of the whole batch at once and
    always in the same order, so that a merge and whatever names people cannot wait for each other."""
    merged = {one.event.community for one in heard if one.hearing.people == "merged"}
    named = {one.event.community for one in heard if one.hearing.people == "named"}
    for community in sorted(merged | named):
        (uow.merged.hold_alone if community in merged else uow.merged.hold_still)(community)


def _load(uow: UnitOfWork, heard: Sequence[Heard]) -> None:
    """Fetch what the handlers will ask for, with one statement a repository; always in the same order, so that two
    transactions that lock some of the same rows cannot wait for each other."""
    wanted: dict[str, dict[UUID, str]] = {}
    for one in heard:
        if one.hearing.loads is not None:
            repository, id = one.hearing.loads(one.event)
            wanted.setdefault(repository, {})[id] = one.event.community
    for repository, ids in sorted(wanted.items()):
        getattr(uow, repository).load(ids)
