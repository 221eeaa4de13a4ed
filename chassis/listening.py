"""Listening to a queue: done at most once in effect, retried with growing pauses, then laid aside."""

import logging
import traceback
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from time import monotonic, sleep
from typing import Any
from uuid import UUID

from sqlalchemy.exc import DBAPIError, IntegrityError, InterfaceError, OperationalError

from chassis import inbox
from chassis.broker import RETRY_PAUSES, Delivery, Message, NotSent
from chassis.context import Chain, within
from chassis.repository import ChangedMeanwhile
from chassis.unit_of_work import UnitOfWork, utc_now
from contracts import wire
from contracts.event import Event
from contracts.wire import Envelope, UnknownEvent, Unreadable

log = logging.getLogger(__name__)

Handle = Callable[[Any, Any], None]

TRIES_AT_ONCE = 3
"""A handler is tried three times before the ladder: a deadlock or a lost race is gone by then."""

LADDER = tuple(RETRY_PAUSES)

LONGEST_REST = 0.005
"""Seconds; what a hop may wait at most so that more deliveries share a transaction."""


@dataclass(frozen=True)
class Hearing:
    """One `@hears`: which event, what is done about it, whether it concerns this service at all, and which
    aggregate (repository and id) its handler will ask for."""

    event: type[Event]
    handle: Handle
    queue: str
    when: Callable[[Any], bool]
    loads: Callable[[Any], tuple[str, UUID]] | None = None


@dataclass(frozen=True)
class Heard:
    """A delivery whose event could be read and concerns us."""

    delivery: Delivery
    envelope: Envelope
    event: Event
    hearing: Hearing

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

    def __init__(self, queue: str, hearings: Iterable[Hearing], *, is_stopping: Callable[[], bool]) -> None:
        self.queue = queue
        self._hearings = {hearing.event.wire_name(): hearing for hearing in hearings}
        self._is_stopping = is_stopping

    def handle(self, service: Any, deliveries: list[Delivery]) -> None:
        """Handle and settle these deliveries; `service.uow` is the unit of work."""
        passed_over: list[Delivery] = []
        heard = [one for delivery in deliveries if (one := self._read(delivery, passed_over)) is not None]
        if len(heard) != 1 and self._done(service, heard):
            self._acknowledge([*passed_over, *(one.delivery for one in heard)])
            return
        for delivery in passed_over:
            self._settle(delivery, delivery.acknowledge)
        for one in heard:
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
            log.error("a message of %s cannot be read and is laid aside", self.queue, extra={"facts": dead.headers})
            self._settle(delivery, lambda: delivery.bury(dead))
            return None
        heard = Heard(delivery, envelope, event, hearing)
        try:
            concerns_us = hearing.when(event)
        except Exception as error:  # noqa: BLE001 - judged like an error of the handler itself
            self._set_aside(heard, error)
            return None
        if not concerns_us:
            passed_over.append(delivery)
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

    def _do(self, service: Any, heard: list[Heard]) -> None:
        uow: UnitOfWork = service.uow
        with uow:
            fresh = self._claim(uow, [one.envelope.id for one in heard])
            _load(uow, [one for one in heard if one.envelope.id in fresh])
            for one in heard:
                if one.envelope.id in fresh:
                    fresh.discard(one.envelope.id)
                    with within(one.chain):
                        one.hearing.handle(service, one.event)

    def _claim(self, uow: UnitOfWork, ids: list[UUID]) -> set[UUID]:
        return inbox.claim(uow.connection, uow.table("inbox"), self.queue, ids, utc_now())

    def _handle_alone(self, service: Any, one: Heard) -> None:
        """Try, try again, then climb the ladder; while the database is away, wait for it instead."""
        problem: BaseException | None = None
        for _ in range(TRIES_AT_ONCE):
            try:
                self._do_when_possible(service, one)
            # A time-out of the green thread is no Exception, and must be judged like one.
            except BaseException as error:
                if is_kill(error):
                    raise
                problem = error
            else:
                self._settle(one.delivery, one.delivery.acknowledge)
                return
        assert problem is not None
        self._set_aside(one, problem)

    def _do_when_possible(self, service: Any, one: Heard) -> None:
        pause = 0.1
        while True:
            try:
                return self._do(service, [one])
            except DBAPIError as error:
                if not is_outage(error) or self._is_stopping():
                    raise
                log.warning("the database is away, %s waits", self.queue)
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
            again = delivery.message.with_headers(attempt=attempt + 1)
            self._settle(delivery, lambda: delivery.retry_later(again, LADDER[attempt - 1]))
        else:
            self._settle(delivery, lambda: delivery.bury(_with_cause(delivery, problem)))

    def _settle(self, delivery: Delivery, settle: Callable[[], None]) -> None:
        """Settle; where the broker cannot take it now, give the delivery back: twice is harmless, lost is not."""
        try:
            settle()
        except NotSent as error:
            log.warning("a delivery of %s is given back: %s", self.queue, error)
            sleep(0.5)
            delivery.give_back()
        except Exception:
            log.exception("a delivery of %s is given back", self.queue)
            sleep(0.5)
            delivery.give_back()


def is_outage(error: DBAPIError) -> bool:
    """Whether the database itself is away, as against a statement that it refused."""
    if error.connection_invalidated or isinstance(error, InterfaceError):
        return True
    code = getattr(error.orig, "pgcode", None)
    # No code at all: the connection could not be made. 57P: being shut down. 08: connection trouble. 53: out of room.
    return (
        isinstance(error, OperationalError)
        and "sqlite" not in type(error.orig).__module__
        and (code is None or code[:2] in {"08", "53"} or code.startswith("57P"))
    )


def is_race(error: BaseException) -> bool:
    """Whether trying again at once may well succeed: a lost race, a deadlock, or the same thing added twice at once."""
    return isinstance(error, ChangedMeanwhile | IntegrityError) or getattr(
        getattr(error, "orig", None), "pgcode", None
    ) in {"40001", "40P01"}


def is_kill(error: BaseException) -> bool:
    """Whether this thread is being ended; a time-out of a green thread is no Exception either, but ends nothing."""
    return isinstance(error, GeneratorExit | KeyboardInterrupt | SystemExit) or type(error).__name__ == "GreenletExit"


def _with_cause(delivery: Delivery, error: BaseException) -> Message:
    """The message as a dead letter: with what went wrong, as type and place; never with what a person wrote."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f"{frames[-1].filename.rsplit('/', 2)[-1]}:{frames[-1].name}" if frames else ""
    stack = "|".join(f"{frame.filename.rsplit('/', 2)[-1]}:{frame.name}" for frame in frames)
    return delivery.message.with_headers(
        error=type(error).__name__,
        place=place,
        stack=sha256(f"{type(error).__name__}|{stack}".encode()).hexdigest()[:16],
        queue=delivery.queue,
        died_at=utc_now().isoformat(),
    )


def _load(uow: UnitOfWork, heard: Sequence[Heard]) -> None:
    """Fetch what the handlers will ask for, with one statement a repository; always in the same order, so that two
    transactions that lock some of the same rows cannot wait for each other."""
    wanted: dict[str, set[UUID]] = {}
    for one in heard:
        if one.hearing.loads is not None:
            repository, id = one.hearing.loads(one.event)
            wanted.setdefault(repository, set()).add(id)
    for repository, ids in sorted(wanted.items()):
        getattr(uow, repository).load(ids)


class Gatherer:
    """Collects deliveries of one queue while a worker is busy, and hands the next worker all that came.

    Where `later(seconds, function)` is given, a worker's end is followed by a rest as long as the work was (but not
    longer than `LONGEST_REST`): the busier the machine, the more deliveries share a transaction, while a lone one
    never waits.
    """

    def __init__(
        self,
        most: int,
        work: Callable[[list[Delivery]], None],
        later: Callable[[float, Callable[[], None]], object] | None = None,
    ) -> None:
        self._most, self._work, self._later = most, work, later
        self._began_at = 0.0
        self._is_resting = False
        self._waiting: list[Delivery] = []
        self._is_busy = False
        self._is_closed = False

    def take(self, delivery: Delivery) -> None:
        """Another delivery came."""
        self._waiting.append(delivery)
        self._go_on()

    def done(self) -> None:
        """The worker has finished."""
        self._is_busy = False
        if self._later is not None and len(self._waiting) < self._most:
            self._is_resting = True
            self._later(min(monotonic() - self._began_at, LONGEST_REST), self._rested)
        else:
            self._go_on()

    def _rested(self) -> None:
        self._is_resting = False
        self._go_on()

    def close(self) -> list[Delivery]:
        """Begin nothing more; returns what waits unhandled."""
        self._is_closed = True
        waiting, self._waiting = self._waiting, []
        return waiting

    def drained(self, within: float) -> bool:
        """Wait until no worker is busy; False when it takes longer than `within` seconds."""
        deadline = monotonic() + within
        while self._is_busy and monotonic() < deadline:
            sleep(0.01)
        return not self._is_busy

    def _go_on(self) -> None:
        if self._waiting and not self._is_busy and not self._is_resting and not self._is_closed:
            self._began_at = monotonic()
            batch, self._waiting = self._waiting[: self._most], self._waiting[self._most :]
            self._is_busy = True
            self._work(batch)
