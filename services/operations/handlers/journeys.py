"""Steps of journeys: made fit to be kept, added to by ourselves, and forgotten in the end."""

from datetime import datetime
from time import sleep
from typing import Any

from contracts.reports import Step
from services.operations.domain.dead_letter import DeadLetter

Row = dict[str, Any]

BITES = 200
"""At most so many bites in a row: what is left waits for the next turn."""

REST = 0.02
"""Seconds between two bites, in which others get their turn."""


def row_of(step: Step, now: float) -> Row:
    """What is kept of a step, cut to what has room, since a foreign message may have names of any length. A clock
    that is ahead is set back: what lies in the future would never be forgotten."""
    return {
        "at": min(step.at, now),
        "kind": step.kind,
        "name": _cut(step.name, 120),
        "source": _cut(step.source, 60),
        "target": _cut(step.target, 60),
        "queue": _cut(step.queue, 100),
        "message_id": _cut(step.message_id, 64),
        "causation": _cut(step.causation, 64),
        "correlation": _cut(step.correlation, 120),
        "subject": _cut(step.subject, 120),
        "attempt": max(0, min(step.attempt, 1_000_000)),
        "seconds": step.seconds,
        "waited": step.waited,
        "outcome": step.outcome,
        "error": _cut(step.error, 120),
    }


def sent_again(letter: DeadLetter, at: datetime) -> Row:
    """The step of a dead letter that was put back."""
    step = Step(
        at=at.timestamp(),
        kind="sent",
        name=letter.type,
        source="operations",
        target=letter.queue.partition(".")[0],
        queue=letter.queue,
        message_id=letter.message_id,
        correlation=letter.correlation,
    )
    return row_of(step, at.timestamp())


def _cut(text: str, most: int) -> str:
    """Databases refuse zero characters."""
    return text.replace("\x00", "")[:most]


def forget(uow: Any, *, before: float, most: int) -> None:
    """Forget the steps that began before a time (seconds since 1970), and all but the newest so many."""
    for _ in range(BITES):
        with uow:
            forgotten = uow.steps.forget(before, most)
        if not forgotten:
            return
        sleep(REST)
