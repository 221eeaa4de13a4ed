"""The day as the community counts it."""

from datetime import date, datetime, timedelta, timezone

# Asia/Shanghai has kept this offset without summer time since 1991; a slim machine may have no zone tables.
CHINA = timezone(timedelta(hours=8), "Asia/Shanghai")


def day_in_china(moment: datetime) -> date:
    """The date in China at this moment."""
    return moment.astimezone(CHINA).date()


def in_words(day: date) -> str:
    """The day as it is written in Chinese."""
    return f"{day.year}年{day.month}月{day.day}日"
