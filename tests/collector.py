"""A collector of traces for tests: takes OTLP over HTTP in on loopback and keeps the spans."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event as Signal
from threading import Thread
from typing import Any

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1 import trace_pb2

from tests.servers.ports import PRIVATE, free_ports

KINDS = {number: name.removeprefix("SPAN_KIND_") for name, number in trace_pb2.Span.SpanKind.items()}


@dataclass(frozen=True, kw_only=True)
class Told:
    """A span as it arrived; `said` is its whole text, with that of the process it came from."""

    service: str
    version: str
    name: str
    kind: str
    trace: str
    id: str
    parent: str
    began: int
    ended: int
    failed: bool
    facts: dict[str, Any] = field(hash=False)
    said: str


class Collector:
    """What was told so far; while `answers` is cleared, whoever tells waits for a word of thanks."""

    def __init__(self, port: int) -> None:
        self.url = f"http://127.0.0.1:{port}"
        self.spans: list[Told] = []
        self.bodies: list[bytes] = []
        self.answers = Signal()
        self.answers.set()

    def take(self, body: bytes) -> None:
        """Keep the spans of one request."""
        request = ExportTraceServiceRequest.FromString(body)
        self.bodies.append(body)
        for each in request.resource_spans:
            process = _facts(each.resource.attributes)
            for scope in each.scope_spans:
                self.spans += [_told(process, span, f"{each.resource}{span}") for span in scope.spans]

    def named(self, name: str) -> list[Told]:
        """The spans of this name."""
        return [span for span in self.spans if span.name == name]

    def trace(self, id: str) -> list[Told]:
        """The spans of one trace, by their beginnings."""
        return sorted((span for span in self.spans if span.trace == id), key=lambda span: span.began)


def _told(process: dict[str, Any], span: trace_pb2.Span, said: str) -> Told:
    return Told(
        service=process["service.name"],
        version=process["service.version"],
        name=span.name,
        kind=KINDS[span.kind],
        trace=span.trace_id.hex(),
        id=span.span_id.hex(),
        parent=span.parent_span_id.hex(),
        began=span.start_time_unix_nano,
        ended=span.end_time_unix_nano,
        failed=span.status.code == trace_pb2.Status.STATUS_CODE_ERROR,
        facts=_facts(span.attributes),
        said=said,
    )


def _facts(attributes: Any) -> dict[str, Any]:
    return {each.key: getattr(each.value, each.value.WhichOneof("value") or "string_value") for each in attributes}


@contextmanager
def collector(port: int | None = None) -> Iterator[Collector]:
    """A collector that listens until the block ends, on a port of its own unless told on which."""
    kept = Collector(port or free_ports(1, PRIVATE)[0])

    class Intake(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            kept.take(self.rfile.read(int(self.headers["Content-Length"])))
            kept.answers.wait(30)
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Tests are silent."""

    server = ThreadingHTTPServer(("127.0.0.1", int(kept.url.rpartition(":")[2])), Intake)
    Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    try:
        yield kept
    finally:
        server.shutdown()
        server.server_close()
