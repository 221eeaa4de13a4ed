"""Tracing: told to nobody, the trace goes on all the same; told to somebody, spans have the right parents and hold
nothing personal."""

import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime
from uuid import uuid4

import pytest
from opentelemetry.sdk.trace import ReadableSpan, SpanProcessor
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind

from chassis.broker import Message
from chassis.context import Chain, is_traceparent
from chassis.observed_work import Batch
from chassis.observing import Observer
from chassis.spans import Spans
from chassis.tracing import Tracing, start_tracing
from contracts import wire
from contracts.grievance.events import GrievanceCancelled
from contracts.wire import Envelope

CHAIN = Chain(
    correlation="c",
    causation="m",
    community="410181002011",
    traceparent="00-11111111111111111111111111111111-2222222222222222-01",
)
WRITTEN_BY_SOMEONE = "张玉兰 13800001111"


class Told:
    """Tracing whose spans are kept."""

    def __init__(self) -> None:
        self._kept = InMemorySpanExporter()
        self.tracing = Spans("grievance", SimpleSpanProcessor(self._kept))

    def one(self) -> ReadableSpan:
        """The only span that has ended."""
        (span,) = self.all()
        return span

    def all(self) -> tuple[ReadableSpan, ...]:
        """Every span that has ended."""
        return self._kept.get_finished_spans()


@pytest.fixture
def told() -> Told:
    """Where spans go."""
    return Told()


def envelope(traceparent: str = CHAIN.traceparent) -> Envelope:
    """An event on its way."""
    event = GrievanceCancelled(community="410181002011", grievance_id=uuid4(), cancelled_at=datetime.now(UTC))
    return wire.wrap(
        event, id=uuid4(), time=datetime.now(UTC), correlation="c", causation="m", sequence=1, traceparent=traceparent
    )


def ids(traceparent: str) -> tuple[int, int]:
    """Trace and span that a trace context names."""
    _, trace, span, _ = traceparent.split("-")
    return int(trace, 16), int(span, 16)


def parent_of(span: ReadableSpan) -> tuple[int, int] | None:
    """Trace and span of the parent."""
    return (span.parent.trace_id, span.parent.span_id) if span.parent else None


# -- told to nobody


def test_nothing_of_opentelemetry_is_imported_where_nobody_is_told() -> None:
    script = """
import sys
import chassis.run, chassis.relay, gateway.service, services.grievance.service
from chassis.tracing import start_tracing
start_tracing("grievance", "").telling
assert not [name for name in sys.modules if name.startswith("opentelemetry")]
"""
    subprocess.run([sys.executable, "-W", "ignore", "-c", script], check=True, timeout=50)


def test_told_to_nobody_the_trace_goes_on_from_span_to_span() -> None:
    tracing = start_tracing("grievance", "")
    telling = tracing.telling("grievance.grievance_cancelled.v1", "id", CHAIN)
    assert telling.chain.traceparent[:36] == CHAIN.traceparent[:36]
    assert telling.chain.traceparent != CHAIN.traceparent
    assert tracing.handling(envelope(), "partner.main").chain.traceparent == CHAIN.traceparent
    assert tracing.asking("grievance", "file", CHAIN).chain == CHAIN
    assert is_traceparent(tracing.ticking("grievance", "remind").chain.traceparent)
    assert tracing.carrying([Message(id="id", body=b"")]) == {}
    with tracing.receiving("GET", "wished", CHAIN.traceparent) as work:
        assert work.chain.correlation == "wished"
        assert work.chain.traceparent[:36] == CHAIN.traceparent[:36]
    tracing.stop()


# -- told to somebody


def test_what_is_told_names_its_process_and_version(told: Told) -> None:
    told.tracing.ticking("grievance", "remind").end()
    resource = told.one().resource.attributes
    assert (resource["service.name"], resource["service.namespace"]) == ("grievance", "hemei")
    assert resource["service.version"]


def test_the_context_of_the_telling_travels_in_the_envelope(told: Told) -> None:
    work = told.tracing.telling("grievance.grievance_cancelled.v1", "id", CHAIN)
    work.end()
    span = told.one()
    assert (span.kind, span.name) == (SpanKind.PRODUCER, "create grievance.grievance_cancelled.v1")
    assert parent_of(span) == ids(CHAIN.traceparent)
    assert ids(work.chain.traceparent) == (span.context.trace_id, span.context.span_id)
    assert work.chain == replace(CHAIN, traceparent=work.chain.traceparent)
    assert span.attributes == {
        "messaging.system": "rabbitmq",
        "messaging.operation.name": "create",
        "messaging.operation.type": "create",
        "messaging.destination.name": "grievance.events:grievance.grievance_cancelled.v1",
        "messaging.rabbitmq.destination.routing_key": "grievance.grievance_cancelled.v1",
        "messaging.message.id": "id",
        "hemei.correlation": "c",
        "hemei.community": "410181002011",
    }


def test_what_is_told_while_handling_is_a_child_of_the_handling(told: Told) -> None:
    with told.tracing.handling(envelope(), "partner.main") as handling:
        told.tracing.telling("partner.referral_taken.v1", "id", handling.chain).end()
    telling, handled = told.all()
    assert (handled.kind, handled.name) == (SpanKind.CONSUMER, "process grievance.grievance_cancelled.v1")
    assert parent_of(handled) == ids(CHAIN.traceparent)
    assert parent_of(telling) == (handled.context.trace_id, handled.context.span_id)


def test_the_way_to_the_broker_is_a_child_of_the_telling(told: Told) -> None:
    event = envelope()
    unreadable = Message(id="unreadable", body=b"{")
    works = told.tracing.carrying([unreadable, Message(id=str(event.id), body=wire.to_bytes(event))])
    works[str(event.id)].end(error="NoQueueTookIt")
    span = told.one()
    assert (span.attributes or {})["error.type"] == "NoQueueTookIt"
    assert (span.kind, span.name) == (SpanKind.CLIENT, "send grievance.grievance_cancelled.v1")
    assert parent_of(span) == ids(CHAIN.traceparent)


def test_a_call_is_a_client_span_above_a_server_span(told: Told) -> None:
    with told.tracing.asking("grievance", "file_grievance", CHAIN) as asking:
        question = Message(body=WRITTEN_BY_SOMEONE.encode(), type="file_grievance")
        told.tracing.answering("grievance", question, asking.chain).end()
    server, client = told.all()
    assert (server.kind, client.kind) == (SpanKind.SERVER, SpanKind.CLIENT)
    assert server.name == client.name == "grievance/file_grievance"
    assert parent_of(server) == (client.context.trace_id, client.context.span_id)


def test_a_request_is_named_by_its_route_and_never_by_its_address(told: Told) -> None:
    with told.tracing.receiving("GET", None, CHAIN.traceparent) as work:
        work.answered(404, "/api/v1/grievances/<uuid:id>")
    span = told.one()
    assert (span.kind, span.name) == (SpanKind.SERVER, "GET /api/v1/grievances/<uuid:id>")
    assert parent_of(span) == ids(CHAIN.traceparent)
    assert span.status.is_ok or span.status.is_unset
    assert dict(span.attributes or {}) | {"hemei.correlation": ""} == {
        "http.request.method": "GET",
        "http.response.status_code": 404,
        "http.route": "/api/v1/grievances/<uuid:id>",
        "hemei.correlation": "",
    }


def test_a_request_of_an_unknown_method_or_address_tells_neither(told: Told) -> None:
    with told.tracing.receiving("张玉兰", None, "") as work:
        work.answered(404, "")
    assert told.one().name == "_OTHER"


def test_our_own_fault_is_an_error_and_a_refusal_is_not(told: Told) -> None:
    for status in (422, 500):
        with told.tracing.receiving("GET", None, "") as work:
            work.answered(status, "/ready")
    refused, failed = told.all()
    assert (refused.status.is_ok or refused.status.is_unset, failed.status.is_ok) == (True, False)
    assert (failed.attributes or {})["error.type"] == "500"


@pytest.mark.parametrize(
    "senseless",
    [
        "",
        "no trace at all",
        "00-00000000000000000000000000000000-2222222222222222-01",
        "00-11111111111111111111111111111111-0000000000000000-01",
        "00-1111111111111111111111111111111G-2222222222222222-01",
        "00-11111111111111111111111111111111-2222222222222222-01\n",
        "ff-11111111111111111111111111111111-2222222222222222-01",
        "00-11111111111111111111111111111111-2222222222222222-01-more",
    ],
)
def test_a_trace_context_that_is_none_begins_a_trace(told: Told, senseless: str) -> None:
    with told.tracing.receiving("GET", None, senseless) as work:
        assert is_traceparent(work.chain.traceparent)
    assert told.one().parent is None


def test_a_timer_begins_a_trace(told: Told) -> None:
    told.tracing.ticking("grievance", "remind").end()
    span = told.one()
    assert (span.kind, span.name, span.parent) == (SpanKind.INTERNAL, "timer grievance.remind", None)


def test_a_failure_is_told_by_its_class_and_never_by_its_text(told: Told) -> None:
    with pytest.raises(ValueError, match="张"), told.tracing.handling(envelope(), "partner.main"):
        raise ValueError(WRITTEN_BY_SOMEONE)
    span = told.one()
    assert (span.attributes or {})["error.type"] == "ValueError"
    assert not span.status.is_ok
    assert not span.events
    assert WRITTEN_BY_SOMEONE not in span.to_json(indent=None).encode().decode("unicode_escape")


def test_an_outcome_is_told(told: Told) -> None:
    told.tracing.handling(envelope(), "partner.main", attempt=3).end(outcome="again")
    attributes = told.one().attributes or {}
    assert (attributes["hemei.outcome"], attributes["hemei.attempt"]) == ("again", 3)


def test_work_that_never_ends_is_never_told(told: Told) -> None:
    told.tracing.telling("grievance.grievance_cancelled.v1", "id", CHAIN)
    assert told.all() == ()


@pytest.mark.parametrize(("of", "told_of"), [(1, ["KeyError"]), (2, [])])
def test_an_event_that_fails_alone_tells_its_try_and_one_among_others_is_left_to_its_next(
    told: Told, of: int, told_of: list[str]
) -> None:
    observer = Observer("tests", told.tracing)
    with (
        pytest.raises(KeyError),
        Batch(observer, "partner.main", of=of) as batch,
        batch.handling(envelope(), 1),
    ):
        raise KeyError(WRITTEN_BY_SOMEONE)
    assert [(span.attributes or {})["error.type"] for span in told.all()] == told_of


# -- the standard variables


def test_a_trace_that_is_not_sampled_at_its_beginning_is_told_nowhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OTEL_TRACES_SAMPLER", "parentbased_always_off")
    told = Told()
    with told.tracing.receiving("GET", None, "") as work:
        telling = told.tracing.telling("grievance.grievance_cancelled.v1", "id", work.chain)
        telling.end()
    assert told.all() == ()
    assert telling.chain.traceparent.endswith(("-00", "-02"))


def test_where_the_sdk_is_turned_off_the_trace_of_others_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OTEL_SDK_DISABLED", "true")
    told = Told()
    telling = told.tracing.telling("grievance.grievance_cancelled.v1", "id", CHAIN)
    telling.end()
    assert told.all() == ()
    assert telling.chain.traceparent[:36] == CHAIN.traceparent[:36]


def test_both_kinds_of_tracing_are_asked_in_the_same_words() -> None:
    asked = {name for name in vars(Tracing) if not name.startswith("_")}
    assert asked == {name for name in vars(Spans) if not name.startswith("_")}


class Broken(SpanProcessor):
    """Takes no span: neither one that begins nor one that ends, as it is told."""

    def __init__(self, at: str) -> None:
        self._at = at

    def on_start(self, span: object, parent_context: object = None) -> None:
        """It begins."""
        if self._at == "begin":
            raise RuntimeError

    def on_end(self, span: object) -> None:
        """It is over."""
        if self._at == "end":
            raise RuntimeError


@pytest.mark.parametrize("at", ["begin", "end"])
def test_where_nobody_can_be_told_the_work_is_done_all_the_same_and_the_trace_goes_on(at: str) -> None:
    observer = Observer("tests", Spans("tests", Broken(at)))
    with Batch(observer, "partner.main", of=1) as batch, batch.handling(envelope(), 1) as chain:
        assert ids(chain.traceparent)[0] == ids(CHAIN.traceparent)[0]
    with observer.tracing.ticking("partner", "look") as work:
        assert is_traceparent(work.chain.traceparent)
    assert observer.tallies["partner.main"].handled == 1
