"""What is known of queues beside the broker's own figures."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, case, func, select

from chassis.broker import DEAD_LETTERS, RETRY_PAUSES
from contracts.reports import CRITICAL_BOUNDS, REPORTS
from services.operations.domain.dead_letter import State
from services.operations.domain.history import quantile
from services.operations.persistence.history import CRITICAL, FINE, samples
from services.operations.persistence.queues import pauses
from services.operations.persistence.tables import dead_letters

OURS = (DEAD_LETTERS, REPORTS, *(f"retry.{level}" for level in RETRY_PAUSES))
"""Queues that are always there."""

LATELY = 300
"""Seconds that critical times and retries are told of."""

MINUTE = 60


def known_queues(connection: Connection) -> set[str]:
    """The name of every queue that the broker or a process has told of within a day; a dead letter may name any."""
    # A name with a dot is a queue's, one without a service's.
    was_seen = samples.c.ready.is_not(None) | samples.c.dead.is_(None)
    told = select(samples.c.about).where(samples.c.about.contains("."), was_seen).distinct()
    return {*OURS, *connection.execute(told).scalars(), *connection.execute(select(pauses.c.queue)).scalars()}


def paused_queues(connection: Connection) -> set[str]:
    """Queues that nothing is to be taken from."""
    return set(connection.execute(select(pauses.c.queue)).scalars())


def open_dead_letters(connection: Connection) -> dict[str, int]:
    """How many there are, by the queue they died in."""
    here = dead_letters.c.state == State.OPEN
    rows = select(dead_letters.c.queue, func.count()).where(here).group_by(dead_letters.c.queue)
    return {str(queue): int(count) for queue, count in connection.execute(rows)}


def age_of_oldest_dead_letter(connection: Connection, now: datetime) -> float:
    """For how many seconds the one that has waited longest has been open; 0 where there is none."""
    died_at = connection.execute(
        select(func.min(dead_letters.c.died_at)).where(dead_letters.c.state == State.OPEN)
    ).scalar()
    return max(0.0, (now - died_at).total_seconds()) if died_at else 0.0


def critical_time(counts: Sequence[int], share: float) -> float | None:
    """Seconds from told to handled within which this share was; None where nothing was handled."""
    return quantile(counts, CRITICAL_BOUNDS, share)


@dataclass(frozen=True, kw_only=True)
class Lately:
    """What was done with one queue: handled in the last full minute; handled, retried and how fast in the last five.
    `ready` is how many waited when that minute began, None where nobody looked."""

    handled_in_minute: int = 0
    handled: int = 0
    retried: int = 0
    critical: tuple[int, ...] = ()
    ready: float | None = None

    def critical_time(self, share: float) -> float | None:
        """Seconds from told to handled within which this share was."""
        return critical_time(self.critical, share)


def lately(connection: Connection, now: float) -> dict[str, Lately]:
    """What was done with each queue lately."""
    last = int(now) // FINE * FINE
    is_in_minute = (samples.c.at >= last - MINUTE) & (samples.c.at < last)
    rows = (
        select(
            samples.c.about,
            func.sum(case((is_in_minute, samples.c.handled), else_=0)).label("in_minute"),
            func.sum(samples.c.handled).label("handled"),
            func.sum(samples.c.retried).label("retried"),
            func.max(case((samples.c.at == last - MINUTE - FINE, samples.c.ready))).label("ready"),
            *(func.sum(samples.c[name]).label(name) for name in CRITICAL),
        )
        .where(samples.c.width == FINE, samples.c.at > now - LATELY, samples.c.about.contains("."))
        .group_by(samples.c.about)
    )
    return {row["about"]: _lately(row) for row in connection.execute(rows).mappings()}


def _lately(row: Mapping[str, Any]) -> Lately:
    return Lately(
        handled_in_minute=int(row["in_minute"]),
        handled=int(row["handled"]),
        retried=int(row["retried"]),
        critical=tuple(int(row[name]) for name in CRITICAL),
        ready=row["ready"],
    )


def oldest_told_at(connection: Connection, queues: Sequence[str], now: float) -> dict[str, float]:
    """For each of these queues a time (seconds since 1970) since when what waits there was told at the earliest, as
    far as can be told: RabbitMQ keeps no age of what waits in a quorum queue. A queue is left in the order it was
    told, so what waits is younger than what was taken up last; and than the last look that found nothing waiting."""
    taken = case((samples.c.width == FINE, samples.c.at - samples.c.waited))
    is_complete = (samples.c.width == FINE) | (samples.c.at + samples.c.width <= now)
    empty = case((is_complete & (samples.c.ready == 0), samples.c.at + samples.c.width - FINE))
    rows = (
        select(samples.c.about, func.max(taken), func.max(empty))
        .where(samples.c.about.in_(queues))
        .group_by(samples.c.about)
    )
    bounds = {about: [each for each in found if each is not None] for about, *found in connection.execute(rows)}
    return {about: max(found) for about, found in bounds.items() if found}
