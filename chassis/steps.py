"""What happened lately, step by step, until it is reported: bounded, so that nothing ever waits for a report."""

import re
from collections import deque
from collections.abc import Callable
from itertools import islice
from typing import Any

from contracts.reports import Step
from contracts.wire import Envelope

MOST = 20_000
"""Steps that may wait; further ones are thrown away and counted."""

MANY = 500
"""So many waiting steps are reported at once instead of at the next turn."""


def _nobody() -> None:
    """Nobody reports in this process."""


class Steps:
    """A buffer between the work and its report."""

    def __init__(self) -> None:
        self._waiting: deque[Step] = deque()
        self.dropped = 0
        self.wake: Callable[[], None] = _nobody

    def __len__(self) -> int:
        return len(self._waiting)

    def note(self, step: Step) -> bool:
        """Keep a step for the next report. False where there was no room for it."""
        if len(self._waiting) >= MOST:
            self.dropped += 1
            return False
        self._waiting.append(step)
        if len(self._waiting) == MANY:
            self.wake()
        return True

    def oldest(self, most: int) -> tuple[Step, ...]:
        """The oldest of them, which stay until they are let go."""
        return tuple(islice(self._waiting, most))

    def let_go(self, count: int) -> None:
        """The oldest so many are on their way."""
        for _ in range(min(count, len(self._waiting))):
            self._waiting.popleft()


_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def is_id(text: object) -> bool:
    """Whether this is an id as we make them, and no words of anybody's."""
    return isinstance(text, str) and _ID.fullmatch(text) is not None


def step_of(envelope: Envelope, kind: str, at: float, **more: Any) -> Step:
    """A step of the message in this envelope."""
    return Step(
        at=at,
        kind=kind,
        name=envelope.type,
        source=envelope.type.partition(".")[0],
        message_id=str(envelope.id),
        causation=envelope.causationid,
        correlation=envelope.correlationid,
        subject=envelope.subject,
        community=envelope.communityid,
        **more,
    )


def waited_until(moment: float, envelope: Envelope) -> float:
    """Seconds from telling an event to this moment; clocks of two machines may differ, but nothing waits less than
    no time."""
    return max(0.0, moment - envelope.time.timestamp())
