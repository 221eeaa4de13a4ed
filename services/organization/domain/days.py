"""Days as the communities count them: a date is one in China, whatever the server's clock says."""

from datetime import date, datetime, timedelta, timezone

CHINA = timezone(timedelta(hours=8), "UTC+8")


def day_of(moment: datetime) -> date:
    """The day that this moment falls on in the communities."""
    return moment.astimezone(CHINA).date()


def latest_birth(today: date, age: int) -> date:
    """The latest day of birth of those who have reached this age today.

    Who was born on 29 February has a birthday on 1 March in other years.
    """
    if (today.month, today.day) == (2, 29) and not _is_leap(today.year - age):
        return date(today.year - age, 2, 28)
    return today.replace(year=today.year - age)


def in_chinese(day: date) -> str:
    """2024年5月3日."""
    return f"{day.year}年{day.month}月{day.day}日"


def _is_leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
