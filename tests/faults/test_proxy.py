"""The network of the fault tests does what it is told: else a fault that was never there would prove something."""

import socket
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from threading import Thread

import psycopg2
import pytest

from tests.faults.proxy import Proxy, proxy_to
from tests.waiting import eventually


class Echo:
    """A server that says everything again, and knows how each of its connections has ended."""

    def __init__(self) -> None:
        self.ends: list[str] = []
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.url = f"amqp://127.0.0.1:{self._listening.getsockname()[1]}"
        Thread(target=self._serve, daemon=True).start()

    def close(self) -> None:
        """Take no more."""
        self._listening.close()

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                Thread(target=self._echo, args=self._listening.accept()[:1], daemon=True).start()

    def _echo(self, connection: socket.socket) -> None:
        with connection:
            try:
                while said := connection.recv(65536):
                    connection.sendall(said)
                self.ends.append("left")
            except ConnectionResetError:
                self.ends.append("reset")


@pytest.fixture
def echo() -> Iterator[Echo]:
    """The server."""
    found = Echo()
    yield found
    found.close()


@pytest.fixture
def proxy(echo: Echo) -> Iterator[Proxy]:
    """The way to it."""
    with proxy_to(echo.url) as found:
        yield found


@pytest.fixture
def client(proxy: Proxy) -> Iterator[socket.socket]:
    """A connection through the proxy that has been used."""
    with socket.create_connection(("127.0.0.1", proxy.port)) as found:
        found.settimeout(0.3)
        say(found, b"hello")
        yield found


def say(client: socket.socket, what: bytes) -> None:
    """What is said comes back."""
    client.sendall(what)
    assert client.recv(65536) == what


def test_everything_passes_until_it_is_told_otherwise(client: socket.socket) -> None:
    say(client, b"\x00" * 10_000)


def test_a_connection_that_is_cut_ends_for_both_and_another_can_be_made(
    client: socket.socket, proxy: Proxy, echo: Echo
) -> None:
    proxy.cut()
    assert client.recv(10) == b""
    eventually(lambda: echo.ends == ["left"])
    with socket.create_connection(("127.0.0.1", proxy.port)) as another:
        say(another, b"again")


def test_a_reset_is_no_word_of_leave(client: socket.socket, proxy: Proxy, echo: Echo) -> None:
    proxy.cut(reset=True)
    with pytest.raises(ConnectionResetError):
        client.recv(10)
    eventually(lambda: echo.ends == ["reset"])


def test_what_is_delayed_comes_late_and_whole(client: socket.socket, proxy: Proxy) -> None:
    proxy.delay(0.1, 0.05)
    client.settimeout(2)
    began = time.monotonic()
    say(client, b"late")
    assert time.monotonic() - began >= 0.2
    proxy.open()
    say(client, b"soon")


def test_what_is_stalled_is_half_said_and_the_rest_comes_when_it_is_opened(
    client: socket.socket, proxy: Proxy, echo: Echo
) -> None:
    proxy.stall()
    client.sendall(b"12345678")
    with pytest.raises(TimeoutError):
        client.recv(10)
    assert proxy.stalled == 1
    proxy.open()
    assert b"".join(iter_until(client, 8)) == b"12345678"
    assert echo.ends == []


def iter_until(client: socket.socket, length: int) -> Iterator[bytes]:
    """What comes, until there is so much of it."""
    while length > 0:
        yield (came := client.recv(length))
        length -= len(came)


def test_a_half_open_connection_has_ended_for_the_server_and_stands_for_the_client(
    client: socket.socket, proxy: Proxy, echo: Echo
) -> None:
    proxy.half_open()
    eventually(lambda: echo.ends == ["left"])
    client.sendall(b"is anybody there")
    with pytest.raises(TimeoutError):
        client.recv(10)
    with socket.create_connection(("127.0.0.1", proxy.port)) as another:
        say(another, b"here")


def test_while_it_is_shut_nobody_gets_through(proxy: Proxy) -> None:
    proxy.shut()
    with socket.create_connection(("127.0.0.1", proxy.port)) as client, suppress(ConnectionResetError):
        assert client.recv(10) == b""


def test_the_reply_to_a_commit_is_dropped_once_and_what_was_committed_is_there(fresh_database: str) -> None:
    with proxy_to(fresh_database) as proxy:
        with closing(psycopg2.connect(proxy.url)) as connection:
            connection.cursor().execute("CREATE TABLE seen (id int)")
            connection.cursor().execute("INSERT INTO seen VALUES (1)")
            proxy.drop_commit_reply()
            with pytest.raises(psycopg2.OperationalError):
                connection.commit()
        assert proxy.dropped == 1
        with closing(psycopg2.connect(proxy.url)) as connection, connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM seen")
            assert cursor.fetchone() == (1,)
            connection.commit()
