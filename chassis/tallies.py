"""What a process has done with each queue, counted for its reports."""

from bisect import bisect_left
from dataclasses import dataclass, field

from contracts.reports import CRITICAL_BOUNDS, QueueReport

ROOM = len(CRITICAL_BOUNDS) + 1


@dataclass
class Tally:
    """One queue, counted since the process began. `oldest_age` is that of the oldest message taken up since the last
    report, -1 where there was none."""

    handled: int = 0
    retried: int = 0
    buried: int = 0
    oldest_age: float = -1.0
    critical: list[int] = field(default_factory=lambda: [0] * ROOM)

    def took_up(self, waited: float) -> None:
        """A message was taken up that had waited so long, in seconds."""
        self.oldest_age = max(self.oldest_age, waited)

    def took_effect(self, critical: float | None) -> None:
        """A message took effect so long after it was told, in seconds; None where that says nothing."""
        self.handled += 1
        if critical is not None:
            self.critical[bisect_left(CRITICAL_BOUNDS, critical)] += 1

    def now(self) -> "Counted":
        """The counts as they are now."""
        return Counted(self.handled, self.retried, self.buried, tuple(self.critical))


@dataclass(frozen=True)
class Counted:
    """Counts of one queue at one moment."""

    handled: int = 0
    retried: int = 0
    buried: int = 0
    critical: tuple[int, ...] = (0,) * ROOM

    def since(self, before: "Counted", *, in_flight: int, oldest_age: float, is_paused: bool) -> QueueReport:
        """What was done between two moments, with how the queue stands."""
        return QueueReport(
            in_flight=in_flight,
            handled=self.handled - before.handled,
            retried=self.retried - before.retried,
            buried=self.buried - before.buried,
            critical=tuple(after - earlier for after, earlier in zip(self.critical, before.critical, strict=True)),
            oldest_age=oldest_age,
            is_paused=is_paused,
        )
