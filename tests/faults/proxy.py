"""A network of one's own between a client and a server: it passes, delays, stalls, resets, falls silent on purpose."""

import asyncio
import random
import socket
import struct
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from threading import Event as Signal
from threading import Thread
from urllib.parse import urlsplit

from tests.servers.ports import PRIVATE, free_ports

BUFFER = 65536
COMMIT = b"Q\x00\x00\x00\x0bCOMMIT\x00"
"""What a client of PostgreSQL sends to commit: a simple query."""

COMMITTED = b"COMMIT\x00"
PORTS = {"amqp": 5672, "postgresql": 5432}
RESET_ON_CLOSE = struct.pack("ii", 1, 0)


class _Pair:
    """A connection: the client's end and the server's."""

    def __init__(self, near: asyncio.StreamWriter, far: asyncio.StreamWriter) -> None:
        self.near, self.far = near, far
        self.is_silent = False
        self.awaits_commit = False

    def end(self, *, reset: bool = False) -> None:
        """Close both ends, with FIN or with RST."""
        for writer in (self.near, self.far):
            if reset:
                writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET_ON_CLOSE)
            writer.transport.abort()


class Proxy:
    """Passes bytes between whoever connects here and the server at `url`, until told to do otherwise.

    Every method may be called from any thread, and is done when it returns.
    """

    def __init__(self, url: str) -> None:
        self._url = urlsplit(url)
        # Drawn, not the first free one: other test runs on this machine look for one at the same moment.
        self.port = free_ports(1, random.sample(PRIVATE, 50))[0]
        self.stalled = self.dropped = 0
        """How often something was held back half said, and how many replies to COMMIT were thrown away."""
        self._pairs: set[_Pair] = set()
        self._loop = asyncio.new_event_loop()
        self._moving = asyncio.Event()
        self._listens = Signal()
        self._lets_in = True
        self._pass_everything()
        self._thread = Thread(target=self._loop.run_until_complete, args=(self._serve(),), daemon=True)
        self._thread.start()
        assert self._listens.wait(5), "the proxy does not listen"

    @property
    def url(self) -> str:
        """The server's address, by way of the proxy."""
        login, at, _ = self._url.netloc.rpartition("@")
        return self._url._replace(netloc=f"{login}{at}127.0.0.1:{self.port}").geturl()

    @property
    def connections(self) -> int:
        """How many stand."""
        return len(self._pairs)

    def open(self) -> None:
        """Pass everything on at once, also what was held back, and let connections through."""
        self._lets_in = True
        self._do(self._pass_everything)

    def cut(self, *, reset: bool = False) -> None:
        """End every connection that stands, with a word of leave or with RST; new ones are let through."""

        def end() -> None:
            for pair in list(self._pairs):
                pair.end(reset=reset)

        self._do(end)

    def shut(self) -> None:
        """End every connection and let none through until opened again."""
        self._lets_in = False
        self.cut()

    def mute(self) -> None:
        """Lose whatever the server says from now on, while the connections stand."""
        self._is_mute = True

    def delay(self, seconds: float, jitter: float) -> None:
        """Hold everything that is said back for so long, and for up to `jitter` seconds more."""
        self._pause = lambda: seconds + random.random() * jitter

    def stall(self) -> None:
        """Pass half of what is said next, in the middle of a frame, and then nothing until opened again."""
        self._stalls = True
        self._do(self._moving.clear)

    def half_open(self) -> None:
        """The server loses every connection that stands, and no client is told; new ones are let through."""

        def fall_silent() -> None:
            for pair in self._pairs:
                pair.is_silent = True
                pair.far.transport.abort()

        self._do(fall_silent)

    def drop_commit_reply(self) -> None:
        """Pass the next COMMIT on to PostgreSQL, throw its reply away, and cut that connection."""
        self._drops = True

    def close(self) -> None:
        """Be gone."""
        self._do(self._closing.set)
        self._thread.join(5)
        self._loop.close()

    # -- in the proxy's own thread

    def _do(self, what: Callable[[], None]) -> None:
        done = Signal()

        def do() -> None:
            what()
            done.set()

        self._loop.call_soon_threadsafe(do)
        assert done.wait(5), "the proxy does not do what it is told"

    def _pass_everything(self) -> None:
        self._is_mute = self._stalls = self._drops = False
        self._pause: Callable[[], float] = lambda: 0.0
        self._moving.set()

    async def _serve(self) -> None:
        self._closing = asyncio.Event()
        server = await asyncio.start_server(self._take, "127.0.0.1", self.port, limit=BUFFER)
        self._listens.set()
        await self._closing.wait()
        server.close()
        for pair in list(self._pairs):
            pair.end()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    async def _take(self, near_in: asyncio.StreamReader, near_out: asyncio.StreamWriter) -> None:
        if not self._lets_in:
            near_out.transport.abort()
            return
        try:
            host, port = self._url.hostname or "", self._url.port or PORTS[self._url.scheme]
            far_in, far_out = await asyncio.open_connection(host, port, limit=BUFFER)
        except OSError:
            near_out.transport.abort()
            return
        pair = _Pair(near_out, far_out)
        self._pairs.add(pair)
        # Cancelled when the proxy closes while something is held back.
        with suppress(asyncio.CancelledError):
            await asyncio.gather(self._asked(pair, near_in), self._answered(pair, far_in))
        self._pairs.discard(pair)
        pair.end()

    async def _asked(self, pair: _Pair, source: asyncio.StreamReader) -> None:
        with suppress(OSError):
            while said := await source.read(BUFFER):
                if self._drops and said.endswith(COMMIT):
                    self._drops, pair.awaits_commit = False, True
                if not pair.is_silent:
                    await self._pass(said, pair.far)
        pair.end()

    async def _answered(self, pair: _Pair, source: asyncio.StreamReader) -> None:
        with suppress(OSError):
            while said := await source.read(BUFFER):
                if pair.awaits_commit and COMMITTED in said:
                    self.dropped += 1
                    break
                if not self._is_mute:
                    await self._pass(said, pair.near)
        if not pair.is_silent:
            pair.end()

    async def _pass(self, said: bytes, target: asyncio.StreamWriter) -> None:
        if pause := self._pause():
            await asyncio.sleep(pause)
        if not self._moving.is_set():
            said = await self._held_back(said, target)
        target.write(said)
        await target.drain()

    async def _held_back(self, said: bytes, target: asyncio.StreamWriter) -> bytes:
        """What is left to say when it may be said again."""
        first = 0
        if self._stalls:
            self._stalls, first = False, len(said) // 2
            target.write(said[:first])
            self.stalled += 1
        await self._moving.wait()
        return said[first:]


@contextmanager
def proxy_to(url: str) -> Iterator[Proxy]:
    """A proxy that is gone afterwards."""
    proxy = Proxy(url)
    try:
        yield proxy
    finally:
        proxy.close()
