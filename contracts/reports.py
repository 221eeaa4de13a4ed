"""What every process reports about itself every few seconds, without a promise: plain facts, nothing personal."""

from dataclasses import dataclass, field

REPORTS = "operations.reports"
"""The queue that reports go to; what nobody takes within an hour is dropped."""

CRITICAL_BOUNDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0)
"""Upper bounds of the histogram of critical times, in seconds; one more count stands for all above."""

LATE = 60.0
"""Seconds after which what waits in a queue or an outbox is late, to a page as to a pager (OutboxStuck)."""

SLOW = 30.0
"""Seconds within which 99 of 100 events are handled after they were told (CriticalTimeLong)."""


@dataclass(frozen=True, kw_only=True)
class Step:
    """One thing that happened to one message, kept so that a journey can be shown.

    `kind`: told (an event was committed), handled (an event was handled by `target`, or tried), called (`source` asked
    `target`), sent (a dead letter was put back). `outcome`: done, again (had been handled already), passed (does not
    concern the service), retry, dead, refused (a typed error was answered), failed, unavailable. `at` is in seconds
    since 1970, `seconds` how long it took, `waited` how long from told to begun (-1: unknown). No personal data.
    """

    at: float
    kind: str
    name: str
    source: str
    target: str = ""
    queue: str = ""
    message_id: str = ""
    causation: str = ""
    correlation: str = ""
    subject: str = ""
    community: str = ""
    attempt: int = 1
    seconds: float = 0.0
    waited: float = -1.0
    outcome: str = "done"
    error: str = ""


@dataclass(frozen=True, kw_only=True)
class QueueReport:
    """What a process did with one queue since its last report. `critical` counts by `CRITICAL_BOUNDS`."""

    in_flight: int = 0
    handled: int = 0
    retried: int = 0
    buried: int = 0
    critical: tuple[int, ...] = ()
    oldest_age: float = -1.0
    is_paused: bool = False


@dataclass(frozen=True, kw_only=True)
class OutboxReport:
    """How a service's outbox stands; `oldest_age` in seconds, 0 when empty."""

    pending: int
    oldest_age: float
    stuck: int


@dataclass(frozen=True, kw_only=True)
class Report:
    """One process as it stands now, and what it did since its last report.

    `instance` names this run of the process; `over` is the time in seconds that the counts are for; `memory` in bytes;
    `dropped` counts steps that were thrown away because there were too many to send. `is_last`: the process ends now.
    """

    process: str
    instance: str
    version: str
    at: float
    started_at: float
    over: float
    is_ready: bool
    memory: int
    in_flight: int
    queues: dict[str, QueueReport] = field(default_factory=dict)
    outboxes: dict[str, OutboxReport] = field(default_factory=dict)
    steps: tuple[Step, ...] = ()
    dropped: int = 0
    is_last: bool = False


@dataclass(frozen=True, kw_only=True)
class Wishes:
    """What a process is answered: the queues whose consumers are to be paused now, all others not."""

    paused: tuple[str, ...] = ()
