"""A proxy in front of the door that can cut a client's work short: what it sent has arrived, the answer never comes."""

import random
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx

from tests.servers.ports import PRIVATE, free_ports


class CuttingProxy(ThreadingHTTPServer):
    """Passes requests on; when `allowed` filings were answered it calls `cut` instead of answering the next."""

    daemon_threads = True

    def __init__(self, url: str) -> None:
        super().__init__(("127.0.0.1", free_ports(1, random.sample(PRIVATE, 50))[0]), _Passing)
        self.url = f"http://127.0.0.1:{self.server_port}"
        self.behind = httpx.Client(base_url=url, timeout=30, trust_env=False)
        self.filed = 0
        self.allowed: int | None = None
        self.cut: Callable[[], object] = lambda: None
        self.turn = threading.Lock()

    def counts(self, method: str, path: str) -> bool:
        """Count a filing; False where its answer shall not come."""
        if (method, path) != ("POST", "/api/v1/grievances"):
            return True
        with self.turn:
            self.filed += 1
            return self.allowed is None or self.filed <= self.allowed

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that was cut off is no error."""


class _Passing(BaseHTTPRequestHandler):
    server: CuttingProxy
    protocol_version = "HTTP/1.1"

    def _pass_on(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        kept = {name: value for name, value in self.headers.items() if name.lower() not in ("host", "connection")}
        answer = self.server.behind.request(self.command, self.path, content=body, headers=kept)
        if not self.server.counts(self.command, self.path):
            self.server.cut()
            self.close_connection = True
            return
        self.send_response(answer.status_code)
        self.send_header("Content-Type", answer.headers["Content-Type"])
        self.send_header("Content-Length", str(len(answer.content)))
        self.end_headers()
        self.wfile.write(answer.content)

    do_GET = do_POST = _pass_on  # noqa: N815 - so the standard library calls them

    def log_message(self, format: str, *args: object) -> None:
        """Nothing is written."""


@contextmanager
def cutting_proxy(url: str) -> Iterator[CuttingProxy]:
    """A proxy in front of this address."""
    proxy = CuttingProxy(url)
    thread = threading.Thread(target=proxy.serve_forever, daemon=True)
    thread.start()
    try:
        yield proxy
    finally:
        proxy.shutdown()
        proxy.server_close()
        thread.join(5)
        proxy.behind.close()
