"""What one running process holds: its settings, its databases, its way to the broker."""

from collections.abc import Callable
from dataclasses import dataclass, field

from chassis.amqp import AmqpBroker
from chassis.broker import Broker
from chassis.config import Settings, database_url_of
from chassis.database import Database
from chassis.embedded import EmbeddedConnection, InProcessBroker
from chassis.reporting import Reporter


def _nothing() -> None:
    """Nobody waits for commits in this process: the relay is told by the database."""


@dataclass
class Process:
    """Given to every nameko container under `config["process"]`.

    `in_process` is the shared broker of the embedded form, None in the distributed one. `committed` holds,
    by service, whom to tell that its outbox has something new. `reporter` tells of everything that goes on here.
    """

    settings: Settings
    in_process: InProcessBroker | None = None
    committed: dict[str, Callable[[], None]] = field(default_factory=dict)
    reporter: Reporter = field(default_factory=Reporter)
    _databases: dict[str, Database] = field(default_factory=dict)

    def database(self, service: str) -> Database:
        """The service's own database."""
        if service not in self._databases:
            self._databases[service] = Database(
                database_url_of(self.settings.database_url, service), pool_size=self.settings.calls_at_once
            )
        return self._databases[service]

    def broker(self, name: str) -> Broker:
        """A new way to the broker, named for whoever uses it."""
        if self.in_process is not None:
            return EmbeddedConnection(self.in_process)
        return AmqpBroker(self.settings.broker_url, name)

    def told(self, service: str) -> Callable[[], None]:
        """Whom to tell after a commit of this service; looked up when it happens, since relays start later."""
        return lambda: self.committed.get(service, _nothing)()

    def close(self) -> None:
        """Close the databases."""
        for database in self._databases.values():
            database.close()
