"""Encrypting anew, in the background, what is still under an older key of the ring.

Which rows those are stands in the rows themselves, so nothing need be remembered: a process that is killed leaves what
it has done, and the next one goes on with the rest.
"""

import logging
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Event as Signal
from time import monotonic
from typing import Any

from sqlalchemy import MetaData
from sqlalchemy.exc import DBAPIError

from chassis.database import Database
from chassis.encrypted_columns import encrypted_columns
from chassis.encryption import CannotDecrypt, KeyRing, KeysRefused, ring
from chassis.failpoints import failpoint
from chassis.scope import everywhere
from chassis.sealed_columns import Sealed
from chassis.turns import Turns
from chassis.unit_of_work import utc_now

log = logging.getLogger(__name__)

REST = 0.1
"""Seconds between two batches, in which others have the processor and SQLite's one writer."""

LOOK_EVERY = 5.0
"""Seconds between two looks whether the ring has changed."""

LOOK_AGAIN = 3600.0
"""Seconds until all is looked through again though nothing was left: a process that had the old ring for a while after
the others may have written under it."""

TURN = timedelta(seconds=1)
"""A turn is held for forty of these, and a run takes no longer."""

LONGEST_RUN = 30.0
"""Seconds after which a run lets another instance have its turn."""


@dataclass
class Pass:
    """One way through all encrypted columns of a service, in batches; it may be left and gone on with."""

    columns: list[Sealed]
    newest: str
    after: tuple[Any, ...] | None = None
    seen: int = 0
    done: int = 0
    closed: Counter[str] = field(default_factory=Counter)

    @property
    def is_over(self) -> bool:
        """Whether every column was looked through."""
        return not self.columns

    @property
    def is_clean(self) -> bool:
        """Whether nothing is left to do: what no key of the ring opens, time does not open either."""
        return self.is_over and self.seen == self.closed.total()

    def step(self, database: Database, keys: KeyRing) -> None:
        """Encrypt the next batch anew."""
        column = self.columns[0]
        with everywhere(), database.reading() as connection:
            found = column.behind(connection, self.newest, self.after)
        if not found:
            self.columns, self.after = self.columns[1:], None
            return
        self.seen += len(found)
        rows = [row for *key, read in found if (row := self._anew(column, tuple(key), read, keys))]
        if rows:
            with everywhere(), database.writing() as connection:
                self.done += column.replace(connection, rows)
                failpoint("reencryption.before_commit")
        self.after = tuple(found[-1][:-1])

    def _anew(self, column: Sealed, key: tuple[Any, ...], read: str, keys: KeyRing) -> Any:
        try:
            return key, read, keys.encrypt(keys.decrypt(read))
        except CannotDecrypt as error:
            self.closed[f"{column.name}: {error}"] += 1
            return None


class Reencryption:
    """A service's background work: begun when the ring changes, quiet once nothing is left."""

    def __init__(
        self,
        database: Database,
        metadata: MetaData,
        *,
        clock: Callable[[], datetime] = utc_now,
        passed: Callable[[], float] = monotonic,
    ) -> None:
        self._database, self._metadata = database, metadata
        self._clock, self._passed = clock, passed
        self._turns = Turns(database, metadata.tables["timers"])
        self._stopping = Signal()
        self._clean_under, self._clean_since = "", 0.0
        self._under_way: Pass | None = None

    def run(self) -> None:
        """Look every so often, until `stop`."""
        while not self._stopping.wait(LOOK_EVERY):
            try:
                self.look()
            except KeysRefused:
                continue  # without keys nothing was encrypted here
            except DBAPIError:
                log.warning("fields could not be encrypted anew this time")

    def stop(self) -> None:
        """Begin no further batch."""
        self._stopping.set()

    def look(self) -> None:
        """Where the ring has changed, or the last look is long ago, take a turn at what is behind."""
        if not encrypted_columns(self._metadata) or self.is_quiet():
            return
        keys = ring()
        if self._turns.take("encrypt anew", TURN, self._clock()):
            try:
                self._work(keys)
            finally:
                self._turns.give_back("encrypt anew", self._clock())

    def is_quiet(self) -> bool:
        """Whether nothing was left, lately, under the ring of this process."""
        return self._clean_under == ring().newest and self._passed() - self._clean_since < LOOK_AGAIN

    def _work(self, keys: KeyRing) -> None:
        if self._under_way is None or self._under_way.newest != keys.newest:
            self._under_way = Pass([Sealed(*column) for column in encrypted_columns(self._metadata)], keys.newest)
        current, until = self._under_way, self._passed() + LONGEST_RUN
        while not current.is_over and not self._stopping.is_set() and self._passed() < until:
            current.step(self._database, keys)
            if current.after is not None:
                self._stopping.wait(REST)
        if current.is_over:
            self._conclude(current)

    def _conclude(self, current: Pass) -> None:
        self._under_way = None
        if current.done:
            log.info("%d fields encrypted anew under key %s", current.done, current.newest)
        if current.is_clean:
            self._clean_under, self._clean_since = current.newest, self._passed()
            for closed, number in current.closed.items():
                log.error("%d fields stay closed in %s", number, closed)
