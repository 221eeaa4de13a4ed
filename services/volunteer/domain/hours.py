"""Hours of service: what is credited for a session, and when a session cannot be true.

Time counts from check-in to check-out, so travel is excluded. Rounding, daily cap and shortest session are local
rules and therefore settings; what was served and what was credited are both kept.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from contracts.errors import words
from contracts.volunteer.errors import TimeNotSane
from services.volunteer.domain.calendar import day_in_china, end_of_day_in_china


@dataclass(frozen=True, kw_only=True)
class HourRules:
    """`step` minutes are credited or none of them; at most `daily_cap` a day; nothing below `shortest`."""

    step: int = 30
    daily_cap: int = 480
    shortest: int = 30


@dataclass(frozen=True, kw_only=True)
class HourEntry:
    """What one session brings on one day in China, in minutes; `is_over_cap` where the day's cap cut it."""

    served_on: date
    started_at: datetime
    ended_at: datetime
    minutes_served: int
    minutes_credited: int
    is_over_cap: bool


def minutes_between(start: datetime, end: datetime) -> int:
    """Whole minutes from one moment to the other."""
    return int((end - start).total_seconds() // 60)


def credit(start: datetime, end: datetime, rules: HourRules, credited_before: Mapping[date, int]) -> list[HourEntry]:
    """An entry for each day that the session touches, given the minutes credited on these days before.

    The session is rounded down as a whole: minutes of one day fill the step begun on the day before.
    """
    is_long_enough = minutes_between(start, end) >= rules.shortest
    entries, exact, credited = [], 0, 0
    for piece_start, piece_end in _by_day(start, end):
        day = day_in_china(piece_start)
        served = minutes_between(start, piece_end) - minutes_between(start, piece_start)
        room = max(0, rules.daily_cap - credited_before.get(day, 0))
        exact += min(served, room) if is_long_enough else 0
        due = min(exact // rules.step * rules.step - credited, room)
        credited += due
        entries.append(
            HourEntry(
                served_on=day,
                started_at=piece_start,
                ended_at=piece_end,
                minutes_served=served,
                minutes_credited=due,
                is_over_cap=is_long_enough and served > room,
            )
        )
    return entries


def days_of(start: datetime, end: datetime) -> list[date]:
    """The days in China that the session touches."""
    return [day_in_china(piece_start) for piece_start, _ in _by_day(start, end)]


def _by_day(start: datetime, end: datetime) -> Iterator[tuple[datetime, datetime]]:
    while (midnight := end_of_day_in_china(start)) < end:
        yield start, midnight
        start = midnight
    yield start, end


CLOCK_TOLERANCE = timedelta(minutes=1)
"""Clocks of telephones run a little ahead."""


def sane_check_in(at: datetime, *, accepted_at: datetime, now: datetime) -> datetime:
    """The moment of a check-in said to have been at `at`. Raises `TimeNotSane`."""
    if at < accepted_at:
        raise _not_sane("签到不能早于接单", "A check-in cannot be earlier than the acceptance")
    return _not_in_future(at, now)


def sane_check_out(at: datetime, *, checked_in_at: datetime, now: datetime) -> datetime:
    """The moment of a check-out said to have been at `at`. Raises `TimeNotSane`."""
    if at < checked_in_at:
        raise _not_sane("签退不能早于签到", "A check-out cannot be earlier than the check-in")
    return _not_in_future(at, now)


def _not_in_future(at: datetime, now: datetime) -> datetime:
    if at > now + CLOCK_TOLERANCE:
        raise _not_sane("时间不能晚于此刻", "The time cannot lie in the future")
    return min(at, now)


def _not_sane(zh: str, en: str) -> TimeNotSane:
    return TimeNotSane(fields={"at": [words(zh, en)]})
