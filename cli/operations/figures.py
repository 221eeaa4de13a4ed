"""Times, durations and amounts as people read them at a glance; what nobody knows is a dash."""

from datetime import datetime, timedelta, timezone

CHINA = timezone(timedelta(hours=8))
"""One clock for the whole country, without summer time."""

NOTHING = "-"


def clock(at: str | None) -> str:
    """A moment by the clock of the community."""
    return f"{_moment(at):%m-%d %H:%M:%S}" if at else NOTHING


def clock_of_the_day(at: str) -> str:
    """A moment in the midst of many."""
    return f"{_moment(at):%H:%M:%S}"


def seconds_between(earlier: str, later: str) -> float:
    """How long it is from one moment to another."""
    return (_moment(later) - _moment(earlier)).total_seconds()


def _moment(at: str) -> datetime:
    return datetime.fromisoformat(at).astimezone(CHINA)


def duration(seconds: float | None) -> str:
    """A length of time in the largest unit that still tells something."""
    if seconds is None or seconds < 0:
        return NOTHING
    if seconds < 1:
        return f"{seconds * 1000:.0f} ms"
    for length, unit in ((86400, "d"), (3600, "h"), (60, "min")):
        if seconds >= 2 * length:
            return f"{seconds / length:.0f} {unit}"
    return f"{seconds:.1f} s"


def amount(figure: float | None) -> str:
    """How many, or how many a second."""
    if figure is None:
        return NOTHING
    return f"{figure:,.0f}" if figure >= 10 or figure == int(figure) else f"{figure:.1f}"


def megabytes(size: float) -> str:
    """An amount of memory."""
    return f"{size / 2**20:,.0f} MB"
