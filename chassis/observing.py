"""What is seen of a process's work: each seam tells it here in one line, and it becomes figures, steps and spans."""

import logging
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from functools import wraps
from time import perf_counter, time
from typing import NamedTuple, ParamSpec

from chassis.broker import Message
from chassis.metrics import Metrics
from chassis.steps import Steps, is_id, step_of, waited_until
from chassis.tallies import Tally
from chassis.tracing import Tracing, Work
from contracts.reports import OutboxReport, Step
from contracts.wire import Envelope, known_events

log = logging.getLogger(__name__)

P = ParamSpec("P")


class Begun(NamedTuple):
    """When something began: on the clock on the wall, and on one that nobody puts right."""

    at: float
    clock: float

    @staticmethod
    def now() -> "Begun":
        """This moment."""
        return Begun(time(), perf_counter())

    def seconds(self) -> float:
        """How long ago it was."""
        return perf_counter() - self.clock


def harmless(tell: Callable[P, None]) -> Callable[P, None]:
    """What is told is only looked at: whatever goes wrong in the telling, the work goes on."""

    @wraps(tell)
    def told(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            tell(*args, **kwargs)
        except Exception:
            log.exception("something was done and not seen")

    return told


class Observer:
    """Sees what one process does. `process` names it."""

    def __init__(self, process: str = "", tracing: Tracing | None = None) -> None:
        self.metrics, self.steps = Metrics(), Steps()
        self.tallies: defaultdict[str, Tally] = defaultdict(Tally)
        self.requests_in_hand = 0
        self.begin(process, tracing or Tracing())

    def begin(self, process: str, tracing: Tracing) -> None:
        """The process is this one, and tells its spans so."""
        self.process, self.tracing = process, tracing
        if process:
            self.metrics.tell_process(process)

    # -- events

    @harmless
    def told(self, seen: Sequence[tuple[Envelope, Work]]) -> None:
        """These events were committed; each comes with the work that telling it was."""
        at = time()
        for envelope, work in seen:
            work.end()
            self.metrics.community_event(envelope.communityid)
            self.note(step_of(envelope, "told", at))

    @harmless
    def passed(self, queue: str, envelope: Envelope, attempt: int) -> None:
        """An event does not concern the service."""
        self.metrics.handler(queue, "passed").observe(0)
        self.note_handled(queue, envelope, attempt, Begun.now(), 0.0, "passed")

    @harmless
    def retried(
        self, queue: str, envelope: Envelope, attempt: int, begun: Begun, level: str, error: BaseException
    ) -> None:
        """Handling an event failed, and it will be tried again after the pause of this level."""
        self.metrics.handler_retries(queue, level).inc()
        self.tallies[queue].retried += 1
        self._failed(queue, envelope, attempt, begun, "retry", error)

    @harmless
    def buried(self, queue: str, envelope: Envelope, attempt: int, begun: Begun, error: BaseException) -> None:
        """Handling an event failed for good."""
        self._buried(queue, error)
        self._failed(queue, envelope, attempt, begun, "dead", error)

    @harmless
    def unread(self, queue: str, message: Message, error: BaseException) -> None:
        """A message could not be read, and was laid aside."""
        self._buried(queue, error)
        name = message.type if message.type in known_events() else "unknown"
        step = Step(
            at=time(),
            kind="handled",
            name=name,
            source=name.partition(".")[0],
            target=queue.partition(".")[0],
            queue=queue,
            message_id=message.id if is_id(message.id) else "",
            attempt=message.attempt,
            outcome="dead",
            error=type(error).__name__,
        )
        self.note(step)

    def waits_for_database(self, queue: str, waits: bool) -> None:
        """Whether a queue waits for its database."""
        self.metrics.breaker_open(queue).set(waits)

    # -- requests

    @harmless
    def answered(self, method: str, route: str, status: int, begun: Begun) -> None:
        """A request was answered by the route of this template."""
        self.metrics.http_requests(method, route, str(status)).inc()
        self.metrics.http(route).observe(begun.seconds())

    # -- the relay and the outboxes

    @harmless
    def carried(self, begun: Begun, **results: int) -> None:
        """So many events were sent by a relay: confirmed, returned, nacked, or not answered in time (timeout)."""
        for result, count in results.items():
            self.metrics.relay_publish(result).inc(count)
        if not results.get("timeout"):
            self.metrics.relay_confirm().observe(begun.seconds())

    def stands(self, in_flight: Mapping[str, int], outboxes: Mapping[str, OutboxReport]) -> None:
        """How many deliveries of each queue are in hand, and how the outboxes of these services stand."""
        for queue, count in in_flight.items():
            self.metrics.consumer_in_flight(queue).set(count)
        for service, outbox in outboxes.items():
            self.metrics.outbox_pending(service).set(outbox.pending)
            self.metrics.outbox_oldest_age(service).set(outbox.oldest_age)
            self.metrics.outbox_parked(service).set(outbox.stuck)

    def holds_lease(self, service: str, holds: bool) -> None:
        """Whether this relay carries the outbox of a service."""
        self.metrics.relay_lease_held(service).set(holds)

    # -- what they have in common

    def note(self, step: Step) -> None:
        """Keep a step for the next report."""
        if not self.steps.note(step):
            self.metrics.steps_dropped.inc()

    def _buried(self, queue: str, error: BaseException) -> None:
        self.metrics.deadletters(queue, type(error).__name__).inc()
        self.tallies[queue].buried += 1

    def _failed(
        self, queue: str, envelope: Envelope, attempt: int, begun: Begun, outcome: str, error: BaseException
    ) -> None:
        seconds = begun.seconds()
        self.metrics.handler(queue, outcome).observe(seconds)
        self.note_handled(queue, envelope, attempt, begun, seconds, outcome, type(error).__name__)

    def note_handled(
        self,
        queue: str,
        envelope: Envelope,
        attempt: int,
        begun: Begun,
        seconds: float,
        outcome: str,
        error: str = "",
        *,
        is_replay: bool = False,
    ) -> None:
        """An event was handled, or tried, with this outcome."""
        waited = waited_until(begun.at, envelope)
        if not is_replay:
            self.tallies[queue].took_up(waited)
        self.note(
            step_of(
                envelope,
                "handled",
                begun.at,
                target=queue.partition(".")[0],
                queue=queue,
                attempt=attempt,
                seconds=seconds,
                waited=waited,
                outcome=outcome,
                error=error,
            )
        )


OBSERVER = Observer()
"""Sees what this process does."""
