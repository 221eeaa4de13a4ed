"""One kept-open HTTP connection on asyncio, cheap enough to share the machine with what it measures."""

import asyncio
import json
from collections.abc import Sequence
from types import TracebackType
from typing import Any
from urllib.parse import urlsplit

from tests.e2e.first_key import KEY


class Connection:
    """Sends one request at a time; answers with status and body."""

    def __init__(self, address: str) -> None:
        parts = urlsplit(address)
        self._host, self._port = parts.hostname or "127.0.0.1", parts.port or 80
        self._reader: asyncio.StreamReader
        self._writer: asyncio.StreamWriter

    async def __aenter__(self) -> "Connection":
        self._reader, self._writer = await asyncio.open_connection(self._host, self._port)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._writer.close()

    async def get(self, path: str) -> Any:
        """The JSON at a path. Raises `ValueError` where the answer is not 200."""
        status, body = await self._ask(self._head("GET", path, ()))
        if status != 200:
            raise ValueError(f"{path}: {status} {body.decode(errors='replace')[:200]}")
        return json.loads(body)

    async def post(self, path: str, body: bytes) -> tuple[int, bytes]:
        """Send JSON."""
        lines = ("Content-Type: application/json", f"Content-Length: {len(body)}")
        return await self._ask(self._head("POST", path, lines) + body)

    def _head(self, method: str, path: str, lines: Sequence[str]) -> bytes:
        first = (f"{method} {path} HTTP/1.1", f"Host: {self._host}:{self._port}", f"Authorization: Bearer {KEY}")
        return "\r\n".join([*first, *lines, "", ""]).encode()

    async def _ask(self, request: bytes) -> tuple[int, bytes]:
        self._writer.write(request)
        head = (await self._reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        first, *lines = head.split("\r\n")
        length = next(int(line[15:]) for line in lines if line.lower().startswith("content-length:"))
        return int(first.split(" ", 2)[1]), await self._reader.readexactly(length)
