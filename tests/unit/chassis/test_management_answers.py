"""What RabbitMQ's management API answers is held against its shape before it is believed."""

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest

from chassis import management
from chassis.management import Login, Management, NotManaged

QUEUE = {"name": "grievance.main", "messages_ready": 3, "messages_unacknowledged": 1, "consumers": 2}
OVERVIEW = {"rabbitmq_version": "4.0.1"}


class Upstream:
    """A server that answers as it was told to, and remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.status, self.headers = 200, dict[str, str]()
        self.queues: bytes = json.dumps([QUEUE]).encode()
        upstream = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                upstream.asked.append(self.path)
                is_of_queues = self.path.startswith("/api/queues")
                body = upstream.queues if is_of_queues else json.dumps(OVERVIEW).encode()
                self.send_response(upstream.status if is_of_queues else 200)
                for name, value in upstream.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: Any) -> None:
                """Nobody reads it."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"


@pytest.fixture
def upstream() -> Iterator[Upstream]:
    """The API, for as long as a test lasts."""
    made = Upstream()
    Thread(target=made.server.serve_forever, daemon=True).start()
    yield made
    made.server.shutdown()
    made.server.server_close()


@pytest.fixture
def asking(upstream: Upstream) -> Management:
    """Who asks it."""
    return Management(Login.of(upstream.url, "amqp://guest:guest@127.0.0.1:9//"))


def test_a_sound_answer_is_told_as_it_is(asking: Management) -> None:
    (queue,) = asking.look().queues
    assert (queue.name, queue.ready, queue.unacked, queue.consumers) == ("grievance.main", 3, 1, 2)


def test_a_queue_that_was_not_counted_yet_is_told_by_its_name(asking: Management, upstream: Upstream) -> None:
    upstream.queues = b'[{"name": "new"}]'
    (queue,) = asking.look().queues
    assert (queue.ready, queue.unacked, queue.rate_in) == (0, None, None)


@pytest.mark.parametrize(
    "queues",
    [
        b"", b"<html>", b"\xff\xfe", b"[" * 100_000, b"{}x", b'{"error": "x"}', b"[1]", b"[null]", b"null", b"[{}]",
        json.dumps([QUEUE | {"name": 7}]).encode(),
        json.dumps([QUEUE | {"messages_ready": "<script>"}]).encode(),
        json.dumps([QUEUE | {"messages_ready": None}]).encode(),
        json.dumps([QUEUE | {"consumers": [1]}]).encode(),
        json.dumps([QUEUE | {"message_stats": "many"}]).encode(),
        json.dumps([QUEUE | {"message_stats": {"ack_details": {"rate": "fast"}}}]).encode(),
    ],
)  # fmt: skip
def test_an_answer_of_another_shape_is_not_believed(asking: Management, upstream: Upstream, queues: bytes) -> None:
    upstream.queues = queues
    with pytest.raises(NotManaged):
        asking.look()


def test_an_answer_without_end_is_not_read_to_it(asking: Management, upstream: Upstream) -> None:
    upstream.queues = b" " * (management.MOST_TOLD + 100_000)
    with pytest.raises(NotManaged, match="without end"):
        asking.look()


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_nobody_is_led_to_another_address(asking: Management, upstream: Upstream, status: int) -> None:
    upstream.status, upstream.headers = status, {"Location": f"{upstream.url}/elsewhere"}
    with pytest.raises(NotManaged, match=str(status)):
        asking.look()
    assert not [path for path in upstream.asked if "elsewhere" in path]
