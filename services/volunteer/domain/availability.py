"""When a volunteer can be asked: always, or in weekly windows; not while on a break."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from services.volunteer.domain.calendar import CHINA


@dataclass(frozen=True, kw_only=True)
class Window:
    """Hours of a weekday (1 is Monday) in China, "08:00" up to but not including "12:00"; the day ends at "24:00"."""

    weekday: int
    starts: str
    ends: str


@dataclass(frozen=True, kw_only=True)
class LocalTime:
    """A moment as windows and breaks are compared with it."""

    day: date
    weekday: int
    clock: str

    @staticmethod
    def at(moment: datetime) -> "LocalTime":
        """The moment as the community's clocks show it."""
        local = moment.astimezone(CHINA)
        return LocalTime(day=local.date(), weekday=local.isoweekday(), clock=local.strftime("%H:%M"))


def is_available(always: bool, windows: Iterable[Window], paused_until: date | None, now: LocalTime) -> bool:
    """Whether someone with these hours can be asked now; a break lasts through its last day."""
    if paused_until is not None and now.day <= paused_until:
        return False
    return always or any(
        window.weekday == now.weekday and window.starts <= now.clock < window.ends for window in windows
    )
