"""Watching the broker: how its queues stand, asked in the best way there is, and emptying one of them."""

import logging
from collections.abc import Callable, Collection, Iterable
from dataclasses import replace
from threading import Lock
from time import monotonic
from typing import Any, Protocol

from amqp.exceptions import NotFound
from nameko.extensions import DependencyProvider

from chassis.broker import NoQueue, NotSent
from chassis.config import Settings
from chassis.embedded import InProcessBroker
from chassis.figures import BrokerFigures, QueueFigures
from chassis.links import LOST, connect, cut
from chassis.management import Login, Management, NotManaged, without_login

log = logging.getLogger(__name__)

FRESH = 1.0
"""Seconds for which an answer serves everybody who asks."""

PATIENCE = 2.0
"""Seconds that the broker is given to answer."""

SILENT = 5.0
"""Seconds for which a broker that did not answer is not asked again."""


class Watch(Protocol):
    """Looks at a broker."""

    def look(self, names: Collection[str]) -> BrokerFigures:
        """How it stands. These queues are looked for where the broker does not tell by itself which ones there are;
        a name that it does not know is left out. A broker that does not answer is said not to be reachable."""

    def purge(self, queue: str) -> int:
        """Throw away what waits in a queue; what was delivered stays. Returns how many messages. Raises `NoQueue`,
        or `NotSent` where the broker does not answer."""


class InProcessWatch:
    """Looks at the broker of the embedded form."""

    def __init__(self, broker: InProcessBroker) -> None:
        self._broker = broker

    def look(self, _names: Collection[str]) -> BrokerFigures:
        """It knows everything."""
        return BrokerFigures(source="in_process", queues=self._broker.figures())

    def purge(self, queue: str) -> int:
        """Purged events have left their outbox."""
        return self._broker.purge(queue)


class Counter:
    """Asks RabbitMQ in its own protocol, over one connection that is made again when it has gone."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._connection: Any = None
        self._channel: Any = None

    def look(self, names: Iterable[str]) -> BrokerFigures:
        """How these queues stand, as far as they exist. Raises one of `LOST`."""
        figures: BrokerFigures = self._again(lambda: self._look(names))
        return figures

    def purge(self, queue: str) -> int:
        """Throw away what waits in a queue. Raises `NoQueue` or one of `LOST`."""
        try:
            return int(self._again(lambda: self._channel.queue_purge(queue)))
        except NotFound as error:
            raise NoQueue(queue) from error

    def _look(self, names: Iterable[str]) -> BrokerFigures:
        version = str(self._connection.server_properties.get("version", ""))
        found = (self._find(name) for name in sorted(names))
        return BrokerFigures(source="amqp", version=version, queues=tuple(each for each in found if each is not None))

    def _find(self, name: str) -> QueueFigures | None:
        try:
            told = self._channel.queue_declare(name, passive=True)
        except NotFound:
            self._channel = self._connection.channel()  # the broker closes the one on which it says no
            return None
        return QueueFigures(name=name, ready=told.message_count, consumers=told.consumer_count)

    def _again(self, ask: Callable[[], Any]) -> Any:
        """A connection that nobody has used for a while may be gone: then once more, over another."""
        if self._connection is not None:
            try:
                self._connection.heartbeat_tick()
                return ask()
            except (NotFound, TimeoutError):
                self._drop()
                raise
            except LOST:
                self._drop()
        self._connection = connect(self._url, "hemei watch")
        self._connection.transport.sock.settimeout(PATIENCE)
        try:
            self._channel = self._connection.channel()
            return ask()
        except LOST:
            self._drop()
            raise

    def _drop(self) -> None:
        connection, self._connection = self._connection, None
        cut(connection)


class RabbitWatch:
    """Looks at RabbitMQ: through its management API where it has one that answers, in its own protocol otherwise,
    which tells less. An answer serves for a second."""

    def __init__(
        self,
        broker_url: str,
        management_url: str = "",
        pages_url: str = "",
        clock: Callable[[], float] = monotonic,
    ) -> None:
        login = Login.of(management_url, broker_url)
        self._address = without_login(pages_url) or login.url
        self._management = Management(login) if management_url else None
        self._counter, self._clock = Counter(broker_url), clock
        self._turn = Lock()
        self._seen: BrokerFigures | None = None
        self._until = 0.0
        self._problem = ""

    def look(self, names: Collection[str]) -> BrokerFigures:
        """In the best way there is. While one asks, the others are told what was seen last."""
        if not self._turn.acquire(blocking=self._seen is None):
            assert self._seen is not None
            return self._seen
        try:
            if self._seen is None or self._clock() >= self._until:
                self._seen = replace(self._look(names), address=self._address)
                self._until = self._clock() + (FRESH if self._seen.is_reachable else SILENT)
            return self._seen
        finally:
            self._turn.release()

    def purge(self, queue: str) -> int:
        """In the broker's own protocol."""
        with self._turn:
            self._until = 0.0
            try:
                return self._counter.purge(queue)
            except LOST as error:
                raise NotSent(queue) from error

    def _look(self, names: Collection[str]) -> BrokerFigures:
        problem = ""
        try:
            if self._management is not None:
                return self._management.look()
        except NotManaged as error:
            problem = f"the management API is passed over: {error}"
        try:
            return self._counter.look(names)
        except LOST as error:
            problem = f"the broker does not tell how its queues stand: {type(error).__name__}"
            return BrokerFigures(source="amqp", is_reachable=False)
        finally:
            self._say_once(problem)

    def _say_once(self, problem: str) -> None:
        if problem and problem != self._problem:
            log.warning("%s", problem)
        self._problem = problem


class Watching(DependencyProvider):  # type: ignore[misc]
    """Gives the `Watch` for the broker of this process."""

    def setup(self) -> None:
        """Find the broker."""
        process = self.container.config["process"]
        self._watch = watch_of(process.settings, process.in_process)

    def get_dependency(self, _context: Any) -> Watch:
        """One for all."""
        return self._watch


def watch_of(settings: Settings, in_process: InProcessBroker | None) -> Watch:
    """What looks at the broker of this form."""
    if in_process is not None:
        return InProcessWatch(in_process)
    return RabbitWatch(settings.broker_url, settings.broker_management_url, settings.broker_pages_url)
