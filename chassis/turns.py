"""Turns: a timer runs in one instance of a service at a time, and a row of its database settles which."""

from datetime import datetime, timedelta

from sqlalchemy import Table, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from chassis.database import Database
from chassis.scope import everywhere

LONGEST_RUN = timedelta(minutes=5)
"""An instance that took a timer and died holds it no longer than this."""

MOST_INTERVALS = 40
"""Nor longer than so many intervals: what is to run every second is not silent for minutes."""


class Turns:
    """Whose turn it is to run a timer, settled by a row of the service's own database."""

    def __init__(self, database: Database, timers: Table) -> None:
        self._database, self._timers = database, timers

    def take(self, name: str, interval: timedelta, now: datetime) -> bool:
        """Take the turn. False where it is not due yet or another instance holds it."""
        with everywhere(), self._database.reading() as connection:
            row = connection.execute(select(self._timers).where(self._timers.c.name == name)).one_or_none()
        if row is not None and (
            (row.ran_at and row.ran_at > now - interval) or (row.held_until and row.held_until > now)
        ):
            return False
        return self._claim(name, interval, now)

    def give_back(self, name: str, ran_at: datetime) -> None:
        """The run has ended."""
        timers = self._timers
        with everywhere(), self._database.writing() as connection:
            connection.execute(update(timers).where(timers.c.name == name).values(ran_at=ran_at, held_until=None))

    def _claim(self, name: str, interval: timedelta, now: datetime) -> bool:
        timers = self._timers
        with everywhere(), self._database.writing() as connection:
            insert = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
            connection.execute(insert(timers).values(name=name).on_conflict_do_nothing())
            mine = (
                update(timers)
                .where(timers.c.name == name)
                .where(or_(timers.c.ran_at.is_(None), timers.c.ran_at <= now - interval))
                .where(or_(timers.c.held_until.is_(None), timers.c.held_until <= now))
                .values(held_until=now + min(LONGEST_RUN, interval * MOST_INTERVALS))
            )
            return connection.execute(mine).rowcount == 1
