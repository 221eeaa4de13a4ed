"""The overview of operations as it changes, for everybody who watches: asked for once, however many they are."""

from collections.abc import Callable, Iterator
from threading import Event, Lock
from time import monotonic

import msgspec

from chassis.scope import everywhere
from contracts.errors import Error, Unavailable
from gateway.http import Ask

EVERY = 2.0
"""Seconds from one overview to the next."""

MOST = 20
"""Streams at once; each holds a connection open for as long as somebody watches."""

RETRY = b"retry: 3000\n\n"
"""Milliseconds after which a client whose stream has ended comes again."""

HEARTBEAT = b": \n\n"
"""Goes out before anything is asked: to nobody, where the client has gone, and nothing is asked for it."""


class TooManyWatch(Unavailable):
    """As many streams are open as there may be."""

    code = "too_many_watch"
    zh, en = "同时观看的人已满（{most}），请稍后再试", "{most} are watching already; please try again later"


class Overviews:
    """Overviews of operations as Server-Sent Events, no older than `every` seconds when they are sent.

    An event `overview` holds what `get_overview` answers; an event `failure` says why there is none:
    `{"error": code, "zh": …, "en": …}`.
    """

    def __init__(
        self,
        ask: Ask,
        *,
        every: float = EVERY,
        clock: Callable[[], float] = monotonic,
        pause: Callable[[float], object] | None = None,
    ) -> None:
        self._over = Event()
        self._ask, self._every, self._clock, self._pause = ask, every, clock, pause or self._over.wait
        self._asking = Lock()
        self._told = b""
        self._due_at = clock()
        self._streams = 0

    def watch(self) -> "Stream":
        """A stream, which is to be closed. Raises `TooManyWatch`."""
        if self._streams >= MOST:
            raise TooManyWatch(most=MOST)
        self._streams += 1
        return Stream(self._events(), self._leave)

    def close(self) -> None:
        """Let every stream come to its end."""
        self._over.set()

    def _leave(self) -> None:
        self._streams -= 1

    def _events(self) -> Iterator[bytes]:
        yield RETRY
        while not self._over.is_set():
            yield HEARTBEAT
            told, due_at = self._newest()
            yield told
            self._pause(max(0.0, due_at - self._clock()))

    def _newest(self) -> tuple[bytes, float]:
        """The newest overview, and when there will be a newer one; who comes while it is asked for waits for it."""
        with self._asking:
            if self._clock() >= self._due_at:
                self._told = self._asked()
                self._due_at = self._clock() + self._every
            return self._told, self._due_at

    def _asked(self) -> bytes:
        try:
            with everywhere():
                return _event(b"overview", self._ask("operations", "get_overview", {}))
        except Error as error:
            return _event(b"failure", {"error": error.code, "zh": error.said("zh"), "en": error.said("en")})


class Stream:
    """What one of those who watch is sent; takes up a place until it is closed."""

    def __init__(self, events: Iterator[bytes], leave: Callable[[], None]) -> None:
        self._events, self._leave = events, leave
        self._is_open = True

    def __iter__(self) -> Iterator[bytes]:
        return self._events

    def close(self) -> None:
        """Make room for another; also where nothing was ever read."""
        if self._is_open:
            self._is_open = False
            self._leave()


def _event(name: bytes, told: object) -> bytes:
    return b"event: " + name + b"\ndata: " + msgspec.json.encode(told) + b"\n\n"
