"""What is shown of whoever holds a published post: their telephone unless withheld, their portrait if they agreed."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from contracts.organization.errors import PortraitWithoutPost


@dataclass(kw_only=True)
class Publication:
    """What one person has said about being shown; `id` is theirs. Who recorded their consent stays on record, with
    when it was given and withdrawn."""

    id: UUID
    community: str
    phone_withheld: bool = False
    portrait: UUID | None = None
    consent_recorded_by: str | None = None
    consented_at: datetime | None = None
    withdrawn_at: datetime | None = None

    def show_portrait(self, portrait: UUID, *, by: str, now: datetime) -> UUID | None:
        """They agree that this portrait is shown; returns the one that it takes the place of."""
        before, self.portrait = self.portrait, portrait
        self.consent_recorded_by, self.consented_at, self.withdrawn_at = by, now, None
        return before if before != portrait else None

    def take_down_portrait(self, now: datetime) -> UUID | None:
        """They agree no longer, or their post has ended; returns the portrait to be removed, if there is one."""
        if self.portrait is None:
            return None
        before, self.portrait, self.withdrawn_at = self.portrait, None, now
        return before


def refuse_without_post(ends: Iterable[date | None], today: date) -> None:
    """A portrait is kept of whoever holds a post or is about to, and of nobody else. Raises `PortraitWithoutPost`."""
    if not any(end is None or end >= today for end in ends):
        raise PortraitWithoutPost
