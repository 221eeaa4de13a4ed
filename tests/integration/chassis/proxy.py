"""A way to a server that can be cut: what a network does to connections, done on purpose."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Lock, Thread

BUFFER = 65536


class Proxy:
    """Passes bytes between whoever connects here and a server."""

    def __init__(self, host: str, port: int) -> None:
        self._server = (host, port)
        self._listening = socket.create_server(("127.0.0.1", 0))
        self._pairs: list[tuple[socket.socket, socket.socket]] = []
        self._lock = Lock()
        self._is_open = True
        self._is_mute = False
        Thread(target=self._accept, daemon=True).start()

    @property
    def port(self) -> int:
        """Where to connect."""
        return int(self._listening.getsockname()[1])

    def cut(self) -> None:
        """End every connection that stands; new ones are let through."""
        with self._lock:
            pairs, self._pairs = self._pairs, []
        for pair in pairs:
            for end in pair:
                with suppress(OSError):
                    end.shutdown(socket.SHUT_RDWR)

    def shut(self) -> None:
        """End every connection and let none through until opened again."""
        self._is_open = False
        self.cut()

    def open(self) -> None:
        """Let connections through again."""
        self._is_open, self._is_mute = True, False

    def mute(self) -> None:
        """Lose whatever the server says from now on, while the connections stand."""
        self._is_mute = True

    def close(self) -> None:
        """Be gone."""
        self.shut()
        self._listening.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                near, _ = self._listening.accept()
                if not self._is_open:
                    near.close()
                    continue
                far = socket.create_connection(self._server)
                with self._lock:
                    self._pairs.append((near, far))
                for source, target in ((near, far), (far, near)):
                    Thread(target=self._pass, args=(source, target), daemon=True).start()

    def _pass(self, source: socket.socket, target: socket.socket) -> None:
        with suppress(OSError):
            while passed := source.recv(BUFFER):
                if not (self._is_mute and source.getpeername()[1] == self._server[1]):
                    target.sendall(passed)
        for end in (source, target):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)


@contextmanager
def proxy_to(host: str, port: int) -> Iterator[Proxy]:
    """A proxy that is gone afterwards."""
    proxy = Proxy(host, port)
    try:
        yield proxy
    finally:
        proxy.close()
