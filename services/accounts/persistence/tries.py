"""Tries to sign in, by name, telephone and address: kept, so that starting anew forgets none."""

from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime

from sqlalchemy import delete, select, update

from chassis.repository import Register
from services.accounts.domain.tries import Tries
from services.accounts.persistence.tables import tries


class TriesKept(Register):
    """How often it was tried, under keys that tell nothing."""

    def of(self, keys: Iterable[str]) -> dict[str, Tries]:
        """The tries of these keys, locked until the transaction ends: of two at the same moment each is counted."""
        wanted = sorted(set(keys))
        self.upsert(tries, [{"key": key, "failures": 0} for key in wanted], ["key", "failures"])
        rows = select(tries).where(tries.c.key.in_(wanted)).order_by(tries.c.key).with_for_update()
        return {
            row.key: Tries(failures=row.failures, last_at=row.last_at, waits_until=row.waits_until)
            for row in self.connection.execute(rows)
        }

    def keep(self, key: str, counted: Tries) -> None:
        """Keep how many there are now."""
        self.connection.execute(update(tries).where(tries.c.key == key).values(**asdict(counted)))

    def clear(self, key: str) -> None:
        """Forget the failures of one."""
        self.connection.execute(delete(tries).where(tries.c.key == key))

    def forget(self, before: datetime) -> None:
        """Forget what was tried last before this moment."""
        self.connection.execute(delete(tries).where(tries.c.last_at < before))
