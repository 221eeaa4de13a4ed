"""Commands run against a made-up system that stands on this machine."""

from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import httpx
import pytest
from click.testing import CliRunner, Result

from cli.main import main
from tests.unit.cli.operations.fake_operations import FakeOperations

Hemei = Callable[..., Result]


class Door(BaseHTTPRequestHandler):
    """Lets HTTP reach a made-up system."""

    behind: FakeOperations

    def do_GET(self) -> None:
        """A question."""
        self._hand_on()

    def do_POST(self) -> None:
        """A command."""
        self._hand_on()

    def _hand_on(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        answer = self.behind.handle(httpx.Request(self.command, f"http://fake{self.path}", content=body))
        self.send_response(answer.status_code)
        self.send_header("Content-Length", str(len(answer.content)))
        self.end_headers()
        self.wfile.write(answer.content)

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


@pytest.fixture
def operations() -> FakeOperations:
    """A system without dead letters."""
    return FakeOperations()


@pytest.fixture
def hemei(operations: FakeOperations) -> Iterator[Hemei]:
    """Runs `hemei …` against it; `typed` is what is typed when it asks."""
    door = type("OpenDoor", (Door,), {"behind": operations})
    with ThreadingHTTPServer(("127.0.0.1", 0), door) as server:
        Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        environment = {"HEMEI_URL": f"http://127.0.0.1:{server.server_port}", "COLUMNS": "160"}

        def run(*words: str, typed: str = "") -> Result:
            return CliRunner().invoke(main, words, env=environment, input=typed)

        yield run
        server.shutdown()
