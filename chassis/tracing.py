"""Tracing: what is done, told as spans of OpenTelemetry where a setting says to whom; else nothing."""

from collections.abc import Iterable
from dataclasses import replace
from types import TracebackType
from typing import Self

from chassis.broker import Message
from chassis.context import Chain, next_span
from contracts.wire import Envelope


class Work:
    """A piece of work as a trace shows it: from the moment this is made until `end`, which comes by itself where it
    is used in a `with` block. One that never ends is never told, so that nothing is told of what was rolled back.

    `chain` is the chain within which the work is to be done.
    """

    def __init__(self, chain: Chain) -> None:
        self.chain = chain

    def end(self, *, error: str = "", outcome: str = "") -> None:
        """It is over: `error` names the class of what it failed with, `outcome` is one of `contracts.reports.Step`."""

    def answered(self, status: int, route: str) -> None:
        """A request was answered with this HTTP status, by the route of this template."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self.end(error=kind.__name__ if kind else "")


class Tracing:
    """Tells nobody; the chains only go on from span to span, so that whoever is told can follow."""

    def telling(self, event_type: str, message_id: str, chain: Chain) -> Work:
        """An event that is being committed; the trace context of its chain travels in the envelope."""
        return Work(replace(chain, traceparent=next_span(chain.traceparent)))

    def carrying(self, messages: Iterable[Message]) -> dict[str, Work]:
        """Events on their way from an outbox to the broker, by their ids; none where nobody is told."""
        return {}

    def handling(self, envelope: Envelope, queue: str, attempt: int = 1) -> Work:
        """An event that is being handled by whoever listens on this queue."""
        return Work(chain_of(envelope))

    def asking(self, service: str, call: str, chain: Chain) -> Work:
        """A call under way, as the one who asks sees it."""
        return Work(chain)

    def answering(self, service: str, question: Message, chain: Chain) -> Work:
        """A call being answered."""
        return Work(chain)

    def receiving(self, method: str, correlation: str | None, traceparent: str) -> Work:
        """An HTTP request at the door, with the trace context that came along."""
        return Work(Chain.begun(correlation, traceparent))

    def ticking(self, service: str, timer: str) -> Work:
        """A timer that runs."""
        return Work(Chain.begun())

    def stop(self) -> None:
        """Tell what is left to tell, as far as a second suffices."""


def start_tracing(process: str, endpoint: str) -> Tracing:
    """Tracing of this process: told to the collector at `endpoint` (OTLP over HTTP), to nobody where it is ""."""
    if not endpoint:
        return Tracing()
    from chassis.spans import told_to_a_collector  # only here: OpenTelemetry costs every other process its memory

    return told_to_a_collector(process, endpoint)


def chain_of(envelope: Envelope) -> Chain:
    """The chain that an event belongs to, one step further."""
    return Chain(
        correlation=envelope.correlationid,
        causation=str(envelope.id),
        community=envelope.communityid,
        traceparent=envelope.traceparent,
    )
