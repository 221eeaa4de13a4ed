"""Leave: the days on which someone who holds a post is away, and others take what would come to them."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from contracts.organization.errors import DatesReversed


@dataclass(kw_only=True)
class Leave:
    """One absence, both days included; it counts unless it was cancelled."""

    id: UUID
    community: str
    person_id: UUID
    starts_on: date
    ends_on: date
    cancelled_at: datetime | None = None

    @staticmethod
    def taken(id: UUID, community: str, person_id: UUID, starts_on: date, ends_on: date) -> "Leave":
        """A leave as someone takes it. Raises `DatesReversed`."""
        if ends_on < starts_on:
            raise DatesReversed
        return Leave(id=id, community=community, person_id=person_id, starts_on=starts_on, ends_on=ends_on)

    def cancel(self, now: datetime) -> None:
        """The leave does not count any more; a second time changes nothing."""
        self.cancelled_at = self.cancelled_at or now
