"""Dead letters, their bodies beside them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, delete, func, insert, select

from chassis.repository import Repository
from contracts.operations.errors import DeadLetterNotFound
from services.operations.domain.dead_letter import SETTLED, UNFINISHED, DeadLetter, State
from services.operations.persistence.tables import bodies, dead_letters, touched


class DeadLetters(Repository[DeadLetter]):
    """Messages that died, by queue and message."""

    table, aggregate, missing = dead_letters, DeadLetter, DeadLetterNotFound

    def keep_body(self, letter: DeadLetter, body: bytes) -> None:
        """Keep what a new dead letter holds."""
        row = {"community": letter.community, "dead_letter_id": letter.id, "body": body}
        self.connection.execute(insert(bodies), row)

    def body_of(self, id: UUID) -> bytes:
        """What a dead letter holds."""
        body: bytes = self.connection.execute(select(bodies.c.body).where(bodies.c.dead_letter_id == id)).scalar_one()
        return body

    def forget(self, *, settled_before: datetime, most: int = 1000) -> int:
        """Forget those that were handled or discarded before this moment, and what they held; returns how many."""
        here = (dead_letters.c.state.in_(SETTLED), dead_letters.c.changed_at < settled_before)
        ids = list(self.connection.execute(select(dead_letters.c.id).where(*here).limit(most)).scalars())
        for column in (touched.c.dead_letter_id, bodies.c.dead_letter_id, dead_letters.c.id):
            self.connection.execute(delete(column.table).where(column.in_(ids)))
        return len(ids)

    def waiting(self, most: int) -> list[UUID]:
        """Those chosen for a replay and not sent yet, the longest waiting first."""
        here = dead_letters.c.state == State.WAITING
        ids = select(dead_letters.c.id).where(here).order_by(dead_letters.c.changed_at, dead_letters.c.id).limit(most)
        return list(self.connection.execute(ids).scalars())

    def open_ones(self, choice: Mapping[str, Any], most: int, *, since: datetime | None) -> list[UUID]:
        """Open ones of a choice, the oldest death first; only those that first died `since` then, where given."""
        here = [*of_choice(choice), dead_letters.c.state == State.OPEN]
        if since is not None:
            here.append(dead_letters.c.first_died_at >= since)
        ids = select(dead_letters.c.id).where(*here).order_by(dead_letters.c.died_at, dead_letters.c.id).limit(most)
        return list(self.connection.execute(ids).scalars())

    def count_unfinished(self, choice: Mapping[str, Any]) -> int:
        """How many of a choice are open or under way."""
        here = [*of_choice(choice), dead_letters.c.state.in_(UNFINISHED)]
        return self.connection.execute(select(func.count()).select_from(dead_letters).where(*here)).scalar_one()


def of_choice(choice: Mapping[str, Any]) -> list[ColumnElement[bool]]:
    """The conditions that a choice makes: its names are those of the columns."""
    return [dead_letters.c[name] == value for name, value in choice.items() if value is not None]
