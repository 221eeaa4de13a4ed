"""A pause: the clock of a case stands still for a stated reason, until a stated day."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from contracts.grievance.errors import PauseDayUnfit
from services.grievance.domain.receipts import CHINA

REASONS = {
    "material": ("等待材料或配件", "waiting for material or a part"),
    "resident": ("等待居民配合", "waiting for the resident"),
    "season": ("等待季节或天气", "waiting for the season or the weather"),
    "authority": ("等待其他单位施工", "waiting for the work of another authority"),
    "other": ("等待其他条件", "waiting for something else"),
}
"""Kinds of reasons, in both languages: what is told of a pause where its words are not."""


@dataclass(frozen=True, kw_only=True)
class Allowance:
    """For how many days a case may stand still at once, and how many times in one round."""

    days: int
    times: int


@dataclass(frozen=True, kw_only=True)
class Pause:
    """That a case stands still: since when, and until which day, on which it goes on by itself."""

    kind: str
    since: datetime
    until: date

    @property
    def ends_at(self) -> datetime:
        """When the day has come: as it begins in China."""
        return datetime.combine(self.until, time(), CHINA)

    def in_words(self, words: str) -> str:
        """As the timeline tells it."""
        return f"{REASONS[self.kind][0]}，至{self.until.month}月{self.until.day}日：{words}"


def begun(kind: str, until: date, *, most_days: int, now: datetime) -> Pause:
    """A pause that begins now. Raises `PauseDayUnfit` where its day is not one of the next `most_days`: days are those
    of China's calendar, however late in the day it is."""
    today = now.astimezone(CHINA).date()
    if not timedelta(days=1) <= until - today <= timedelta(days=most_days):
        raise PauseDayUnfit.between(today + timedelta(days=1), today + timedelta(days=most_days))
    return Pause(kind=kind, since=now, until=until)
