"""Reporters: whoever filed a matter or joined it, known by an account or by a telephone left at the door, as long as
needed."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

NEVER_FILED = timedelta(hours=6)
"""After so long nothing was filed under an id that was made at the door."""


@dataclass(kw_only=True)
class Reporter:
    """Whoever filed a matter, with the grievance's id; or a neighbour who `joined` it, with an id of their own. A filer
    is left before the filing: `filed_at` tells that this took place, `ended_at` since when nothing more is to be
    done."""

    id: UUID
    community: str
    joined: UUID | None = None
    account_id: UUID | None = None
    phone: str | None = None
    language: str = "zh"
    left_at: datetime
    filed_at: datetime | None = None
    ended_at: datetime | None = None

    def filed(self, *, now: datetime) -> None:
        """The matter was filed, or is handled again."""
        self.filed_at, self.ended_at = self.filed_at or now, None

    def ended(self, *, now: datetime) -> None:
        """The matter came to its end; it may be reopened for a while."""
        self.ended_at = self.ended_at or now
