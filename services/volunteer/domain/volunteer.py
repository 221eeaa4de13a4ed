"""A volunteer: who they are, what they can do, when they can be asked."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from contracts.event import ERASED
from services.volunteer.domain.availability import LocalTime, Window, is_available

STARS_AT_HOURS = (100, 300, 600, 1000, 1500)
"""《志愿服务记录办法》 （民函〔2012〕340号） and its draft: one star at each of these sums of hours."""


@dataclass(kw_only=True)
class Volunteer:
    """Someone who has offered to help. `home_place` is the courtyard or building they live in; its place in the
    tree is looked up when it matters, because news of the tree may come later than the volunteer."""

    id: UUID
    community: str
    name: str
    skills: list[str] = field(default_factory=list)
    home_place: str
    always: bool = True
    windows: list[Window] = field(default_factory=list)
    paused_until: date | None = None
    is_party_member: bool = False
    phone: str | None = None
    joined_on: date

    def forget(self) -> None:
        """They were erased: the row stays for the hours that were served, leads to nobody and is never asked."""
        self.name, self.phone, self.skills, self.home_place = ERASED, None, [], self.community
        self.always, self.windows, self.paused_until, self.is_party_member = False, [], None, False

    def absorb(self, other: "Volunteer") -> None:
        """Two entries were one person: who can do what either can, since the earlier day; when they can be asked, and
        how they are reached, is as it was said of the one that stays, where it says anything."""
        if self.name == ERASED:
            return
        self.skills = list(dict.fromkeys([*self.skills, *other.skills]))
        self.joined_on = min(self.joined_on, other.joined_on)
        self.is_party_member = self.is_party_member or other.is_party_member
        self.phone = self.phone or other.phone

    def is_available(self, now: datetime) -> bool:
        """Whether they can be asked now."""
        return is_available(self.always, self.windows, self.paused_until, LocalTime.at(now))


def not_yet_known(asked: Sequence[Volunteer], known: Collection[UUID]) -> list[Volunteer]:
    """Those whose id is new, each once."""
    fresh = {volunteer.id: volunteer for volunteer in reversed(asked) if volunteer.id not in known}
    return list(reversed(fresh.values()))


def next_star_at(hours: float) -> int | None:
    """The sum of hours that earns the next star; None where all are earned."""
    return next((needed for needed in STARS_AT_HOURS if hours < needed), None)


def stars(hours: float) -> int:
    """How many stars so many credited hours earn."""
    return sum(hours >= needed for needed in STARS_AT_HOURS)
