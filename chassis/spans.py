"""Spans of OpenTelemetry: imported only where there is somebody to tell them to.

Names and attributes follow the semantic conventions for messaging, calls and HTTP where they fit. They hold ids,
types and names of queues only: no body, no address with values in it, nothing that a person wrote.
"""

import logging
import socket
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import replace
from threading import Thread
from urllib.parse import urlsplit

from opentelemetry.context import Context
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan, SpanProcessor, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter, SpanExportResult
from opentelemetry.trace import (
    NonRecordingSpan,
    Span,
    SpanContext,
    SpanKind,
    StatusCode,
    TraceFlags,
    set_span_in_context,
)

from chassis.broker import Message
from chassis.context import Chain, is_traceparent, next_span
from chassis.green import beside
from chassis.metrics import version
from chassis.observing import harmless
from chassis.outbox import exchange_of
from chassis.tracing import Tracing, Work, chain_of
from contracts import wire
from contracts.wire import Envelope, Unreadable

log = logging.getLogger(__name__)

STOP_WITHIN = 1.0
"""Seconds given to the last spans when a process stops; a collector that is away holds nobody up."""

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT"})
"""Any other method is whatever somebody wrote, and is told as `_OTHER`."""

Facts = dict[str, str | int]


class Traced(Work):
    """Work that has a span."""

    def __init__(self, span: Span, chain: Chain) -> None:
        context = span.get_span_context()
        # No id where OTEL_SDK_DISABLED is set: the trace of others goes on all the same.
        after = traceparent_of(context) if context.is_valid else next_span(chain.traceparent)
        super().__init__(replace(chain, traceparent=after))
        self._span = span

    @harmless
    def end(self, *, error: str = "", outcome: str = "") -> None:
        """Hand the span over. An error's text stays here: it may hold what a person wrote."""
        if outcome:
            self._span.set_attribute("hemei.outcome", outcome)
        if error:
            self._span.set_attribute("error.type", error)
            self._span.set_status(StatusCode.ERROR)
        self._span.end()

    @harmless
    def answered(self, status: int, route: str) -> None:
        """Note status and route; only what is our own fault is an error of the span."""
        self._span.set_attribute("http.response.status_code", status)
        if route:
            self._span.update_name(f"{self._span.name} {route}")  # type: ignore[attr-defined]
            self._span.set_attribute("http.route", route)
        if status >= 500:
            self._span.set_attribute("error.type", str(status))
            self._span.set_status(StatusCode.ERROR)


class Spans(Tracing):
    """Tells what is done as spans, handed to `processor`."""

    def __init__(self, process: str, processor: SpanProcessor) -> None:
        resource = Resource.create(
            {"service.name": process, "service.namespace": "hemei", "service.version": version()}
        )
        self._provider = TracerProvider(resource=resource, shutdown_on_exit=False)
        self._provider.add_span_processor(processor)
        self._tracer = self._provider.get_tracer("hemei.chassis")

    def telling(self, event_type: str, message_id: str, chain: Chain) -> Work:
        """PRODUCER; its context is what travels in the envelope."""
        facts = _message("create", f"{exchange_of(event_type)}:{event_type}", message_id, event_type)
        return self._begin(f"create {event_type}", SpanKind.PRODUCER, chain, facts)

    def carrying(self, messages: Iterable[Message]) -> dict[str, Work]:
        """CLIENT, as a sending is called that has a span of its making before it."""
        works = {}
        for message in messages:
            # What cannot be read is carried all the same, and laid aside by whoever hears it.
            with suppress(Unreadable):
                works[message.id] = self._carrying(wire.from_bytes(message.body))
        return works

    def _carrying(self, envelope: Envelope) -> Work:
        destination = f"{exchange_of(envelope.type)}:{envelope.type}"
        facts = _message("send", destination, str(envelope.id), envelope.type)
        return self._begin(f"send {envelope.type}", SpanKind.CLIENT, chain_of(envelope), facts)

    def handling(self, envelope: Envelope, queue: str, attempt: int = 1) -> Work:
        """CONSUMER, child of the telling."""
        destination = f"{exchange_of(envelope.type)}:{envelope.type}:{queue}"
        facts = _message("process", destination, str(envelope.id), envelope.type)
        facts |= {"messaging.consumer.group.name": queue, "hemei.attempt": attempt}
        return self._begin(f"process {envelope.type}", SpanKind.CONSUMER, chain_of(envelope), facts)

    def asking(self, service: str, call: str, chain: Chain) -> Work:
        """CLIENT."""
        return self._begin(f"{service}/{call}", SpanKind.CLIENT, chain, _call(service, call))

    def answering(self, service: str, question: Message, chain: Chain) -> Work:
        """SERVER."""
        return self._begin(f"{service}/{question.type}", SpanKind.SERVER, chain, _call(service, question.type))

    def receiving(self, method: str, correlation: str | None, traceparent: str) -> Work:
        """SERVER; the route, and with it the whole name, is known when it is answered."""
        method = method if method in METHODS else "_OTHER"
        chain = replace(Chain.begun(correlation), traceparent=traceparent)
        return self._begin(method, SpanKind.SERVER, chain, {"http.request.method": method})

    def ticking(self, service: str, timer: str) -> Work:
        """INTERNAL, and the first of a trace."""
        chain = replace(Chain.begun(), traceparent="")
        return self._begin(f"timer {service}.{timer}", SpanKind.INTERNAL, chain, {"hemei.timer": f"{service}.{timer}"})

    def stop(self) -> None:
        """Hand over what is left; whoever does not take it in time goes without."""
        last = Thread(target=self._provider.shutdown, daemon=True)
        last.start()
        last.join(STOP_WITHIN)

    def _begin(self, name: str, kind: SpanKind, chain: Chain, facts: Facts) -> Work:
        facts = facts | {"hemei.correlation": chain.correlation}
        if chain.community:
            facts["hemei.community"] = chain.community
        try:
            return Traced(self._tracer.start_span(name, _after(chain.traceparent), kind, facts), chain)
        except Exception:
            log.exception("something is done without a span")
            return Work(replace(chain, traceparent=next_span(chain.traceparent)))


def _message(operation: str, destination: str, id: str, event_type: str) -> Facts:
    return {
        "messaging.system": "rabbitmq",
        "messaging.operation.name": operation,
        "messaging.operation.type": operation,
        "messaging.destination.name": destination,
        "messaging.rabbitmq.destination.routing_key": event_type,
        "messaging.message.id": id,
    }


def _call(service: str, call: str) -> Facts:
    return {"rpc.system": "hemei", "rpc.service": service, "rpc.method": call}


def _after(traceparent: str) -> Context:
    """The context of a span whose parent this is; an empty one, of a first span, where it is not well-formed."""
    if not is_traceparent(traceparent):
        return Context()
    _, trace, span, flags = traceparent.split("-")
    parent = SpanContext(int(trace, 16), int(span, 16), is_remote=True, trace_flags=TraceFlags(int(flags, 16)))
    return set_span_in_context(NonRecordingSpan(parent), Context())


def traceparent_of(context: SpanContext) -> str:
    """The W3C trace context that names this span as the parent of what comes next."""
    return f"00-{context.trace_id:032x}-{context.span_id:016x}-{context.trace_flags:02x}"


class Collector(SpanExporter):
    """A collector reached over HTTP, as the standard OTEL_ variables say. While its name cannot be looked up nothing is
    tried, since a look-up would hold up everything else in a green process."""

    def __init__(self, endpoint: str) -> None:
        self._exporter = OTLPSpanExporter()
        self._host = urlsplit(endpoint).hostname

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        """Hand these over."""
        try:
            beside(socket.getaddrinfo, self._host, None)
        except OSError:
            log.warning("the collector of traces has no address now: %d spans go untold", len(spans))
            return SpanExportResult.FAILURE
        return self._exporter.export(spans)

    def shutdown(self) -> None:
        """Hand over nothing more."""
        self._exporter.shutdown()  # type: ignore[no-untyped-call]


def told_to_a_collector(process: str, endpoint: str) -> Tracing:
    """Spans handed over in batches by a thread of their own: nothing waits for the collector."""
    # Its own lines tell every try of every batch.
    logging.getLogger("opentelemetry").setLevel(logging.ERROR)
    return Spans(process, BatchSpanProcessor(Collector(endpoint)))
