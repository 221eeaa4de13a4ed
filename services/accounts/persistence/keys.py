"""Keys of programs."""

from uuid import UUID

from sqlalchemy import String, cast, select

from chassis.repository import Repository
from contracts.accounts.errors import KeyNotFound
from services.accounts.domain.keys import Key
from services.accounts.persistence.tables import keys


class Keys(Repository[Key]):
    """Keys."""

    table, aggregate, missing = keys, Key, KeyNotFound

    def of_subject(self, subject: UUID) -> list[Key]:
        """Keys that carry something held for somebody. It reads through the keys that are in force, which are few."""
        named = cast(keys.c.grants, String).like(f"%{subject}%")
        chosen = select(keys.c.id).where(named, keys.c.revoked_at.is_(None)).order_by(keys.c.id)
        return [self.get(id) for id in [*self.connection.execute(chosen).scalars()]]
