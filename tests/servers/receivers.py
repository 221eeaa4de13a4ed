"""Servers that take what the system sends out: SMTP, and HTTP hooks that fail, stall and recover as they are told."""

import json
import random
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP

from tests.servers.ports import PRIVATE, free_ports


class Hook:
    """An HTTP address that keeps what it is sent. `status` and `answer` are what it answers; while `stalls` is set it
    does not answer at all."""

    def __init__(self) -> None:
        self.taken: list[dict[str, Any]] = []
        self.refused: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self.status, self.answer = 200, b'{"errcode":0,"errmsg":"ok"}'
        self.stalls = False
        self.goes_on = threading.Event()
        hook = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                hook.headers.append(dict(self.headers))
                if hook.stalls:
                    hook.refused.append(body)
                    hook.goes_on.wait(30)
                    return
                (hook.taken if hook.status < 300 and b'"errcode":0' in hook.answer else hook.refused).append(body)
                self.send_response(hook.status)
                self.send_header("Content-Length", str(len(hook.answer)))
                self.end_headers()
                self.wfile.write(hook.answer)

            def log_message(self, format: str, *args: Any) -> None:
                """Nothing is said."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/take?key=0123456789abcdef"


@contextmanager
def hook() -> Iterator[Hook]:
    """An HTTP address for as long as the block lasts."""
    found = Hook()
    thread = threading.Thread(target=found.server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield found
    finally:
        found.goes_on.set()
        found.server.shutdown()
        found.server.server_close()
        thread.join(5)


class Letterbox:
    """Keeps the e-mail that an SMTP server was handed; refuses it with 451 while `is_full`."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.envelopes: list[tuple[str, list[str]]] = []
        self.is_full = False
        self.port = 0

    async def handle_DATA(self, server: SMTP, session: Any, envelope: Any) -> str:
        """What the server calls with each e-mail."""
        if self.is_full:
            return "451 try again later"
        self.envelopes.append((envelope.mail_from, envelope.rcpt_tos))
        self.mails.append(message_from_bytes(envelope.content, policy=policy.default))  # type: ignore[arg-type]
        return "250 OK"


@contextmanager
def letterbox(**options: Any) -> Iterator[Letterbox]:
    """An SMTP server on this machine for as long as the block lasts; `options` are aiosmtpd's."""
    found = Letterbox()
    [found.port] = free_ports(1, random.sample(PRIVATE, 50))
    controller = Controller(found, hostname="127.0.0.1", port=found.port, **options)
    controller.start()
    try:
        yield found
    finally:
        controller.stop()
