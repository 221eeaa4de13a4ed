"""Ready phrases of the communities."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import delete, insert, select, update

from chassis.repository import Register
from contracts.grievance.errors import PhraseNotFound
from services.grievance.persistence.tables import phrases


class Phrases(Register):
    """What is written again and again."""

    def get(self, id: UUID) -> Mapping[str, Any]:
        """The phrase. Raises `PhraseNotFound`."""
        row = self.connection.execute(select(phrases).where(phrases.c.id == id)).one_or_none()
        if row is None:
            raise PhraseNotFound(id=str(id))
        return dict(row._mapping)

    def titles(self, community: str, step: str) -> dict[str, UUID]:
        """What the community has for a kind of step, by its name."""
        asked = select(phrases.c.title, phrases.c.id).where(phrases.c.community == community, phrases.c.step == step)
        return {row.title: row.id for row in self.connection.execute(asked)}

    def keep(self, phrase: Mapping[str, Any]) -> None:
        """Keep a new one."""
        self.connection.execute(insert(phrases), dict(phrase))

    def reword(self, id: UUID, version: int, title: str, words: str) -> bool:
        """Other words, where it is still of this version; whether it was."""
        seen = update(phrases).where(phrases.c.id == id, phrases.c.version == version)
        return self.connection.execute(seen.values(title=title, words=words, version=version + 1)).rowcount == 1

    def remove(self, id: UUID) -> None:
        """Keep it no more."""
        self.connection.execute(delete(phrases).where(phrases.c.id == id))
