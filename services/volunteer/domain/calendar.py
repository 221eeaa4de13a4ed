"""Day, weekday and time of day as the community's clocks show them."""

from datetime import date, datetime, timedelta, timezone

# Asia/Shanghai has kept this offset without summer time since 1991; a slim machine may have no zone tables.
CHINA = timezone(timedelta(hours=8), "Asia/Shanghai")


def day_in_china(moment: datetime) -> date:
    """The date in China at this moment."""
    return moment.astimezone(CHINA).date()


def end_of_day_in_china(moment: datetime) -> datetime:
    """The midnight in China that comes next after this moment."""
    day = moment.astimezone(CHINA).replace(hour=0, minute=0, second=0, microsecond=0)
    return day + timedelta(days=1)
