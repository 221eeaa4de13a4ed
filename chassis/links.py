"""Links to RabbitMQ, over kombu and py-amqp: connected, cut, and kept up by themselves."""

import logging
import random
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from threading import Event as Signal
from threading import RLock, Thread
from time import monotonic, sleep
from typing import Any

import kombu
import kombu.exceptions
from amqp import spec
from amqp.exceptions import AMQPError, PreconditionFailed
from amqp.transport import TCPTransport

log = logging.getLogger(__name__)

LOST = (AMQPError, OSError, kombu.exceptions.OperationalError)
"""What is raised when the broker cannot be reached, or goes away."""

HEARTBEAT = 20
LEAVE_PATIENCE = 0.5
"""Seconds a broker is given to answer a close; one that has raised an alarm never does where it was sent something."""
DECLARING = {spec.Queue.Declare, spec.Exchange.Declare}

TEND_EVERY = 5.0
"""Seconds between two looks after what a link needs besides its heartbeat."""

RECONNECT_PAUSES = (0.2, 0.5, 1.0, 2.0, 3.0)


def connect(url: str, name: str) -> Any:
    """A py-amqp connection, connected to the first that answers of the addresses in `url`, which stand between
    semicolons: the nodes of a cluster. Raises one of `LOST`, that of the address tried last."""
    addresses = url.split(";")
    # In any order: links spread over the nodes, and one that lets links in but serves none is not always the first.
    *others, last = random.sample(addresses, len(addresses))
    for address in others:
        with suppress(*LOST):
            return _connect_to(address, name)
    return _connect_to(last, name)


def _connect_to(url: str, name: str) -> Any:
    address = kombu.Connection(
        url,
        heartbeat=HEARTBEAT,
        connect_timeout=5,
        transport_options={
            "client_properties": {"connection_name": name},
            "read_timeout": HEARTBEAT * 2,
            "write_timeout": 10,
        },
    )
    connection = address.transport.establish_connection()
    # With this flag py-amqp looks for a "blocked" notice by reading inside every send, while the link's own
    # thread reads: two readers of one socket. The reader hears the notice anyway.
    connection.client_properties["capabilities"]["connection.blocked"] = False
    _read_at_once(connection.transport)
    return connection


def connect_within(seconds: float, url: str, name: str) -> Any:
    """A connection to a broker that may only be coming up: tried again for so long. Raises one of `LOST`."""
    deadline = monotonic() + seconds
    while True:
        try:
            return connect(url, name)
        except LOST as error:
            if monotonic() > deadline:
                raise
            log.warning("the broker does not answer yet: %s", type(error).__name__)
            sleep(1.0)


def _read_at_once(transport: Any) -> None:
    """py-amqp asks the socket for each part of each frame, seven times for a message. It keeps what it got too much
    of, so it is given whatever has come, once. Encrypted links read in larger pieces already."""
    if isinstance(transport, TCPTransport):
        receive = transport.sock.recv
        transport._quick_recv = lambda wanted: receive(max(wanted, 65536))


def cut(connection: Any) -> None:
    """Close the socket without the closing handshake: a broker that has raised an alarm never answers it."""
    try:
        connection.collect()
    # AttributeError: another thread is closing it too, and has just forgotten the socket.
    except (*LOST, AttributeError):
        log.debug("the connection was gone already")


class Link:
    """One connection, kept up by a thread that reads from it; everything written to it takes turns."""

    def __init__(
        self,
        url: str,
        name: str,
        on_connected: Callable[[Any], None],
        on_lost: Callable[[], None] = lambda: None,
        tend: Callable[[], None] = lambda: None,
    ) -> None:
        self._url, self._name, self._on_connected, self._on_lost, self._tend = url, name, on_connected, on_lost, tend
        self.turn = RLock()
        self.connected = Signal()
        self.is_blocked = False
        self._stopping = False
        self.connection: Any = None
        self._thread: Thread | None = None

    def start(self) -> None:
        """Begin to connect."""
        self._thread = Thread(target=self._keep_up, name=self._name, daemon=True)
        self._thread.start()

    def stop(self, patience: float = LEAVE_PATIENCE) -> None:
        """Disconnect and do not come back; the broker has so many seconds to answer."""
        self._stopping = True
        if self.connected.is_set():
            self._take_leave(patience)
        self.connected.clear()
        if self.connection is not None:
            with self.turn:
                cut(self.connection)

    def _take_leave(self, patience: float) -> None:
        """The broker answers a close when it has read all that came before: without waiting for that, the last
        acknowledgements may be lost with the socket, and what was done is delivered again."""
        with suppress(*LOST, AttributeError), self.turn:
            self.connection.send_method(spec.Connection.Close, "BsBB", (0, "", 0, 0))
        if self._thread is not None:
            self._thread.join(patience)

    def _keep_up(self) -> None:
        failures = 0
        while not self._stopping:
            try:
                self.connection = connect(self._url, self._name)
                self._hear_of_alarms(self.connection)
                self._on_connected(self.connection)
                self.connected.set()
                failures = 0
                if not self._stopping:
                    self._read()
            except Exception as error:  # noqa: BLE001 - whatever it was, a link that gave up would be a silent death
                self._lost(error, failures)
                failures += 1
        # Told to stop while it was connecting: what came up meanwhile goes down again.
        self.connected.clear()
        if self.connection is not None:
            cut(self.connection)

    def _hear_of_alarms(self, connection: Any) -> None:
        """The broker says when it stops reading what is sent over this link, and when it goes on."""

        def take(is_blocked: bool, *_reason: str) -> None:
            self.is_blocked = is_blocked

        self.is_blocked = False
        connection.on_blocked, connection.on_unblocked = partial(take, True), partial(take, False)

    def _lost(self, error: BaseException, failures: int) -> None:
        self.connected.clear()
        if self.connection is not None:
            cut(self.connection)
        self._on_lost()
        if not self._stopping:
            self._say_why(error)
            sleep(RECONNECT_PAUSES[min(failures, len(RECONNECT_PAUSES) - 1)])

    def _say_why(self, error: BaseException) -> None:
        if isinstance(error, PreconditionFailed) and error.method_sig in DECLARING:
            log.error("link %s serves nobody: what is to be declared stands there otherwise: %s", self._name, error)
            return
        # Only the broker's own words may be logged: any other text could hold what a person wrote.
        ours = not isinstance(error, LOST)
        words = type(error).__name__ if ours else f"{type(error).__name__}: {error}"
        log.warning("no broker on link %s: %s", self._name, words, exc_info=error if ours else None)

    def _read(self) -> None:
        # An address may ask for another heartbeat (`?heartbeat=5`), and the broker for a shorter one.
        pause = min(5.0, (self.connection.heartbeat or HEARTBEAT) / 2)
        heartbeat_at, tend_at = monotonic() + pause, monotonic() + TEND_EVERY
        while self.connection.connected:
            with suppress(TimeoutError):
                self.connection.drain_events(timeout=pause)
            if monotonic() >= heartbeat_at:
                heartbeat_at = monotonic() + pause
                with self.turn:
                    self.connection.heartbeat_tick()
            if monotonic() >= tend_at:
                tend_at = monotonic() + TEND_EVERY
                self._tend()
