"""Tries to sign in: each counts as failed until it has proved right, and after some the next one has to wait."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

from contracts.accounts.errors import TooManyTries

FORGOTTEN_AFTER = timedelta(days=1)
"""Failures are forgotten when there was no further one for this long."""


@dataclass(frozen=True, kw_only=True)
class Patience:
    """How many failures are free, how long the first wait is after them, twice as long after every further one, and
    how long the longest."""

    free: int
    longest: float
    first: float = 2.0


@dataclass(frozen=True, kw_only=True)
class Tries:
    """Failures so far of one name, one telephone or one address."""

    failures: int = 0
    last_at: datetime | None = None
    waits_until: datetime | None = None

    def check(self, *, now: datetime) -> None:
        """Raises `TooManyTries` while the next try has to wait."""
        if self.waits_until is not None and now < self.waits_until:
            raise TooManyTries(retry_after=ceil((self.waits_until - now).total_seconds()))

    def failed(self, patience: Patience, *, now: datetime) -> "Tries":
        """One more failure."""
        is_old = self.last_at is None or now - self.last_at > FORGOTTEN_AFTER
        failures = 1 if is_old else self.failures + 1
        return Tries(failures=failures, last_at=now, waits_until=_wait(failures, patience, now))

    def proved_right(self) -> "Tries":
        """The last try was none of the failures after all; those before stay."""
        return Tries(failures=max(0, self.failures - 1), last_at=self.last_at)


def _wait(failures: int, patience: Patience, now: datetime) -> datetime | None:
    if failures < patience.free:
        return None
    # Beyond 2^32 times the first wait nothing changes any more, and a float would overflow.
    seconds = min(patience.longest, patience.first * 2.0 ** min(failures - patience.free, 32))
    return now + timedelta(seconds=seconds)
