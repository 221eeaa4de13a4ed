"""The day as the community counts it, and ages."""

from datetime import date, datetime, timedelta, timezone
from enum import StrEnum

# Asia/Shanghai has kept this offset without summer time since 1991; a slim machine may have no zone tables.
CHINA = timezone(timedelta(hours=8), "Asia/Shanghai")

ELDER_AGE = 60
"""The age from which the community keeps a health record."""

CHECK_UP_AGE = 65
"""The age from which the state provides a yearly check-up; those below it are reported apart."""


class Band(StrEnum):
    """The age bands that are reported apart."""

    FROM_60 = "60_64"
    FROM_65 = "65_plus"


def day_in_china(moment: datetime) -> date:
    """The date in China at this moment."""
    return moment.astimezone(CHINA).date()


def age_on(day: date, born_on: date) -> int:
    """Full years on that day; a year is full on the birthday."""
    return day.year - born_on.year - ((day.month, day.day) < (born_on.month, born_on.day))


def born_by(age: int, day: date) -> date:
    """The latest day of birth of those who have reached the age on that day."""
    try:
        return day.replace(year=day.year - age)
    except ValueError:
        # 29 February, and the year of birth has none.
        return date(day.year - age, 2, 28)


def same_day_in(year: int, day: date) -> date:
    """That day in another year; 29 February is 1 March where the year has none."""
    try:
        return day.replace(year=year)
    except ValueError:
        return date(year, 3, 1)


def year_after(day: date) -> date:
    """The same day a year later."""
    return same_day_in(day.year + 1, day)


def next_birthday(born_on: date, today: date) -> date:
    """The first birthday that is today or later."""
    this_year = same_day_in(today.year, born_on)
    return this_year if this_year >= today else same_day_in(today.year + 1, born_on)


def band_of(age: int) -> Band:
    """The band of an elder of this age."""
    return Band.FROM_65 if age >= CHECK_UP_AGE else Band.FROM_60
