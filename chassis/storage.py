"""What a service class is given: its unit of work, its reading connection, its settings, its clock."""

import logging
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from threading import Event as Signal
from typing import Any

from nameko.extensions import DependencyProvider
from sqlalchemy import Connection, MetaData
from sqlalchemy.exc import DBAPIError

from chassis import inbox, outbox
from chassis.config import read
from chassis.database import Database
from chassis.encryption import ring
from chassis.fingerprints import fingerprint
from chassis.observing import OBSERVER
from chassis.reencryption import Reencryption
from chassis.repository import Register
from chassis.scope import everywhere
from chassis.sealed_columns import refuse_foreign_keys
from chassis.unit_of_work import UnitOfWork, utc_now
from contracts.reports import OutboxReport

log = logging.getLogger(__name__)

TIDY_EVERY = 3600.0
"""Seconds between two looks at what can be forgotten."""


class Storage(DependencyProvider):  # type: ignore[misc]
    """A fresh unit of work for each piece of work, with these repositories."""

    def __init__(self, metadata: MetaData, **repositories: type[Register]) -> None:
        self.metadata, self.repositories = metadata, repositories

    def setup(self) -> None:
        """Find the service's database. Raises `KeysRefused` where the ring opens nothing of what is kept in it."""
        process = self.container.config["process"]
        self._database = process.database(self.container.service_name)
        self._check_the_keys()
        self._committed = process.told(self.container.service_name)
        self._inbox_days = timedelta(days=process.settings.inbox_days)
        OBSERVER.metrics.inbox_retention().set(self._inbox_days.total_seconds())
        self._stopping = Signal()
        self._reencryption = Reencryption(self._database, self.metadata)
        process.reporter.look_at(self.container.service_name, self._standing)

    def start(self) -> None:
        """Begin to keep the inbox from growing for ever, and encrypted fields under the newest key."""
        self.container.spawn_managed_thread(self._tidy, identifier="tidy the inbox")
        self.container.spawn_managed_thread(self._reencryption.run, identifier="encrypt anew")

    def stop(self) -> None:
        """Tidy no more, and encrypt no more anew."""
        self._stopping.set()
        self._reencryption.stop()

    def get_dependency(self, _context: Any) -> UnitOfWork:
        """The unit of work."""
        return UnitOfWork(self._database, self.metadata, self.repositories, committed=self._committed)

    def _check_the_keys(self) -> None:
        try:
            refuse_foreign_keys(self._database, self.metadata, ring)
        except DBAPIError:
            log.warning("the database does not answer: whether the keys belong to it is not known")

    def _standing(self) -> OutboxReport:
        with everywhere(), self._database.reading() as connection:
            return outbox.standing(connection, utc_now())

    def _tidy(self) -> None:
        while not self._stopping.wait(TIDY_EVERY):
            try:
                tidy_inbox(self._database, self.metadata, utc_now() - self._inbox_days)
            except DBAPIError:
                log.warning("the inbox could not be tidied this time")


def tidy_inbox(database: Database, metadata: MetaData, before: datetime) -> int:
    """Forget what was handled before this moment; returns how many messages. Every instance may do it."""
    with everywhere(), database.writing() as connection:
        return inbox.forget_before(connection, metadata.tables["inbox"], before)


class Reading(DependencyProvider):  # type: ignore[misc]
    """`with self.reading() as connection:` for queries."""

    def setup(self) -> None:
        """Find the service's database."""
        self._database = self.container.config["process"].database(self.container.service_name)

    def get_dependency(self, _context: Any) -> Callable[[], AbstractContextManager[Connection]]:
        """The function that opens a connection."""
        opens: Callable[[], AbstractContextManager[Connection]] = self._database.reading
        return opens


class OwnSettings(DependencyProvider):  # type: ignore[misc]
    """The service's own settings, read when it starts."""

    def __init__(self, prefix: str, settings_class: type) -> None:
        self.prefix, self.settings_class = prefix, settings_class

    def setup(self) -> None:
        """Read them. Raises `SettingsRefused`."""
        self._settings: Any = read(self.prefix, self.settings_class)

    def get_dependency(self, _context: Any) -> Any:
        """The settings."""
        return self._settings


class NeedsSecret(DependencyProvider):  # type: ignore[misc]
    """The service keeps fingerprints, and does not start without the secret that they are made with."""

    def setup(self) -> None:
        """Raises `KeysRefused`."""
        fingerprint("start", "")

    def get_dependency(self, _context: Any) -> None:
        """Nothing: the process has it."""


class Clock(DependencyProvider):  # type: ignore[misc]
    """`self.clock()` tells the time."""

    def get_dependency(self, _context: Any) -> Callable[[], datetime]:
        """The function that tells the time."""
        return utc_now
