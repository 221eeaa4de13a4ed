"""One-time codes, until they are good for nothing any more."""

from datetime import datetime

from sqlalchemy import delete, select

from chassis.repository import Repository
from services.accounts.domain.codes import Code
from services.accounts.persistence.tables import codes


class Codes(Repository[Code]):
    """Codes that were asked for."""

    table, aggregate = codes, Code

    def newest(self, community: str, phone_key: str) -> Code | None:
        """The code that was asked for last: only that one counts."""
        asked = select(codes.c.id).where(codes.c.community == community, codes.c.phone_key == phone_key)
        id = self.connection.execute(asked.order_by(codes.c.made_at.desc(), codes.c.id).limit(1)).scalar()
        return None if id is None else self.find(id)

    def waiting(self, now: datetime, most: int) -> list[Code]:
        """Codes that are to be sent now, whoever has waited longest first."""
        due = select(codes.c.id).where(codes.c.send_at <= now).order_by(codes.c.send_at, codes.c.id).limit(most)
        return [self.get(id) for id in self.connection.execute(due).scalars().all()]

    def forget(self, before: datetime) -> None:
        """Forget what expired before this moment."""
        self.connection.execute(delete(codes).where(codes.c.expires_at < before))
