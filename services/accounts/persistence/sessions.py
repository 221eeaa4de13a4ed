"""Sessions: opened, looked at, ended; never changed but for when they were used last."""

from dataclasses import asdict
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, delete, insert, update

from chassis.repository import Register
from services.accounts.domain.sessions import Session
from services.accounts.persistence.tables import sessions


class Sessions(Register):
    """Who is signed in."""

    def open(self, session: Session) -> None:
        """Keep a session."""
        self.connection.execute(insert(sessions), asdict(session))

    def note_use(self, id: UUID, now: datetime) -> None:
        """It was used now."""
        self.connection.execute(update(sessions).where(sessions.c.id == id).values(used_at=now))

    def end(self, token_hash: str) -> int:
        """End the session of this token; how many there were, one or none."""
        return self._end(sessions.c.token_hash == token_hash)

    def end_all(self, account_id: UUID, but: UUID | None = None) -> int:
        """End every session of an account, or every other one; how many."""
        return self._end(sessions.c.account_id == account_id, *([sessions.c.id != but] if but else []))

    def forget_expired(self, now: datetime) -> int:
        """Forget those that have reached their end; how many."""
        return self._end(sessions.c.expires_at <= now)

    def _end(self, *conditions: ColumnElement[bool]) -> int:
        return self.connection.execute(delete(sessions).where(*conditions)).rowcount
