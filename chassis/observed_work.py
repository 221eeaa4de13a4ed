"""Work that is seen from its begin to its end: a batch of events, a call, a timer."""

import logging
import re
from collections.abc import Mapping
from contextlib import AbstractContextManager
from types import TracebackType
from typing import Any, Self

from chassis.context import Chain, within
from chassis.metrics import METHODS
from chassis.observing import Begun, Observer, harmless
from chassis.steps import is_id, waited_until
from chassis.tracing import Work
from contracts.errors import KINDS, Error, Unavailable
from contracts.reports import Step
from contracts.wire import Envelope

log = logging.getLogger(__name__)

_COMMUNITY = re.compile(r"[0-9]{12}")

LOOKED_ON_BY = "operations"
"""The service through which operators look on, page by page every few seconds: no part of what they look at."""

READS = ("get_", "list_", "find_")
"""How the names of calls begin that change nothing."""

REFUSALS = tuple(kind for kind in KINDS.values() if kind is not Unavailable)


class Batch:
    """So many events handled in one transaction, around which it stands as a block. Told when it has committed; where
    it failed, only the span of one that stood alone, since others are tried again by themselves."""

    def __init__(self, observer: Observer, queue: str, of: int) -> None:
        self._observer, self._queue, self._of, self._begun = observer, queue, of, Begun.now()
        self._done: list[tuple[Envelope, int, Work, bool]] = []
        self._again: list[tuple[Envelope, int]] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is None:
            self._committed()
        elif self._of == 1:
            self._failed(kind)

    def handling(self, envelope: Envelope, attempt: int, *, is_replay: bool = False) -> AbstractContextManager[Chain]:
        """An event is being handled: the chain within which to do so. How long a replayed one has waited is a person's
        doing, and says nothing of how fast work goes."""
        work = self._observer.tracing.handling(envelope, self._queue, attempt)
        self._done.append((envelope, attempt, work, is_replay))
        return within(work.chain)

    def again(self, envelope: Envelope, attempt: int) -> None:
        """An event had been handled already."""
        self._again.append((envelope, attempt))

    @harmless
    def _failed(self, kind: type[BaseException]) -> None:
        for _, _, work, _ in self._done:
            work.end(outcome="failed", error=kind.__name__)

    @harmless
    def _committed(self) -> None:
        see, queue, begun = self._observer, self._queue, self._begun
        seconds = begun.seconds()
        share = seconds / max(1, len(self._done))
        handler, critical = see.metrics.handler(queue, "done"), see.metrics.critical_time(queue)
        for envelope, attempt, work, is_replay in self._done:
            work.end(outcome="done")
            took = None if is_replay else waited_until(begun.at + seconds, envelope)
            handler.observe(share)
            if took is not None:
                critical.observe(took)
            see.tallies[queue].took_effect(took)
            see.note_handled(queue, envelope, attempt, begun, seconds, "done", is_replay=is_replay)
        for envelope, attempt in self._again:
            see.metrics.inbox_duplicates(queue).inc()
            see.note_handled(queue, envelope, attempt, begun, seconds, "again")


class Asked:
    """A call under way, seen from the side of `asker`."""

    def __init__(
        self, observer: Observer, asker: str, service: str, call: str, id: str, chain: Chain, command: Mapping[str, Any]
    ) -> None:
        self._observer, self._asker, self._service, self._call, self._id = observer, asker, service, call, id
        self._command, self._begun = command, Begun.now()
        self._work = observer.tracing.asking(service, call, chain)

    @property
    def chain(self) -> Chain:
        """The chain that travels with the question."""
        return self._work.chain

    def __enter__(self) -> Self:
        return self

    def __exit__(self, _kind: object, error: BaseException | None, _trace: TracebackType | None) -> None:
        outcome = outcome_of(error)
        self._work.end(outcome=outcome, error=type(error).__name__ if error else "")
        self._tell(outcome, error.code if isinstance(error, Error) else type(error).__name__ if error else "")

    @harmless
    def _tell(self, outcome: str, error: str) -> None:
        seconds = self._begun.seconds()
        self._observer.metrics.call(self._service, self._call, outcome).observe(seconds)
        if self._is_of_a_journey(outcome):
            self._observer.note(self._step(outcome, error, seconds))

    def _is_of_a_journey(self, outcome: str) -> bool:
        """What is only looked at changes nothing: a page that is refreshed would drown what happened."""
        looks_only = self._call.startswith(READS) and outcome in ("done", "refused")
        return not looks_only and self._call != "ready" and self._service != LOOKED_ON_BY

    def _step(self, outcome: str, error: str, seconds: float) -> Step:
        about, community = self._command.get("id"), self._command.get("community")
        return Step(
            at=self._begun.at,
            kind="called",
            name=self._call,
            source=self._asker,
            target=self._service,
            message_id=self._id,
            causation=self.chain.causation,
            correlation=self.chain.correlation,
            subject=str(about) if is_id(about) else "",
            community=str(community) if _COMMUNITY.fullmatch(str(community)) else self.chain.community,
            seconds=seconds,
            outcome=outcome,
            error=error,
        )


def outcome_of(error: BaseException | None) -> str:
    """What a call came to: done, refused (a typed error was answered), unavailable (no answer in time), or failed."""
    if error is None:
        return "done"
    if isinstance(error, Unavailable):
        return "unavailable"
    return "refused" if isinstance(error, REFUSALS) else "failed"


class Ticked:
    """A run of a timer."""

    def __init__(self, observer: Observer, service: str, timer: str) -> None:
        self._observer, self._timer, self._begun = observer, f"{service}.{timer}", Begun.now()
        self._work = observer.tracing.ticking(service, timer)
        self._error = ""

    @property
    def chain(self) -> Chain:
        """The chain that begins with it."""
        return self._work.chain

    def failed(self, error: BaseException) -> None:
        """It ended with this."""
        self._error = type(error).__name__

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        outcome = "failed" if self._error else "done"
        self._work.end(outcome=outcome, error=self._error)
        self._observer.metrics.timer(self._timer, outcome).observe(self._begun.seconds())


class Received:
    """A request at the door, from its arrival to its answer."""

    def __init__(self, observer: Observer, method: str, correlation: str | None, traceparent: str) -> None:
        self._observer, self._begun = observer, Begun.now()
        self._method = method if method in METHODS else "other"
        self._work = observer.tracing.receiving(method, correlation, traceparent)

    @property
    def chain(self) -> Chain:
        """The chain that begins with it."""
        return self._work.chain

    def __enter__(self) -> Self:
        self._observer.requests_in_hand += 1
        return self

    def __exit__(self, *_: object) -> None:
        self._observer.requests_in_hand -= 1
        self._work.end()

    def answered(self, status: int, route: str) -> None:
        """It was answered with this status by the route of this template, "" where none fits what was asked for.
        Neither the address nor what it held is kept: both may be anything."""
        self._work.answered(status, route)
        self._observer.answered(self._method, route or "none", status, self._begun)
        if log.isEnabledFor(logging.INFO):
            facts = {"method": self._method, "route": route or "none", "status": status}
            log.info("answered", extra={"facts": {**facts, "ms": round(self._begun.seconds() * 1000, 1)}})
