"""The drawing of a journey: participants as columns, what happened as rows, long waits as gaps between them."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from gateway.pages.speech import moment_of
from gateway.pages.verdicts import OUTCOMES

Step = dict[str, Any]

MARGIN = 100
"""Width of the column of times."""

LANE = 184
"""Distance between two columns; an event's name fits between them."""

ROW = 52
GAP = 40
HEAD = 40
LONG = 2.0
"""Seconds without a step after which a gap is drawn."""


@dataclass(frozen=True)
class Lane:
    """A participant's column."""

    name: str
    x: int


@dataclass(frozen=True)
class Mark:
    """One step as it is drawn: an arrow from `begin` to `end`, a dot where it was told to all.

    `number` counts from 1, as the table beside the drawing does; `source` is who it came from.
    """

    number: int
    step: Step
    source: str
    y: int
    begin: int
    end: int
    level: str

    @property
    def is_dot(self) -> bool:
        """Whether it was told to all, so that no arrow shows to whom."""
        return self.step["kind"] == "told"

    @property
    def is_loop(self) -> bool:
        """Whether it leads back to where it began."""
        return not self.is_dot and self.begin == self.end

    @property
    def direction(self) -> int:
        """1 to the right, -1 to the left."""
        return 1 if self.end >= self.begin else -1

    @property
    def name(self) -> str:
        """What it is called, without the name of whoever it comes from and the version."""
        return re.sub(r"\.v\d+\Z", "", str(self.step["name"]).removeprefix(f"{self.source}."))

    @property
    def label_x(self) -> int:
        """Where the middle of its name is; beside the column where no arrow carries it."""
        return self.begin + 12 if self.is_dot or self.is_loop else (self.begin + self.end) // 2


@dataclass(frozen=True)
class Gap:
    """A stretch of time in which nothing happened."""

    y: int
    seconds: float


@dataclass(frozen=True)
class Drawing:
    """Everything with its place, in pixels."""

    width: int
    height: int
    lanes: tuple[Lane, ...]
    marks: tuple[Mark, ...]
    gaps: tuple[Gap, ...]


def draw(participants: list[str], steps: list[Step]) -> Drawing:
    """The drawing of these steps, which are in the order of time; a participant not announced gets a column too."""
    tellers = {step["message_id"]: step["source"] for step in steps if step["kind"] == "told"}
    begins = [_begin(step, tellers) for step in steps]
    places = _columns([*participants, *begins, *(step["target"] for step in steps)])
    marks: list[Mark] = []
    gaps: list[Gap] = []
    y, before = HEAD, None
    for number, (step, begin) in enumerate(zip(steps, begins, strict=True), 1):
        at = moment_of(step["at"])
        if before and (silence := (at - before).total_seconds()) >= LONG:
            gaps.append(Gap(y + GAP - 4, silence))
            y += GAP
        y += ROW
        end = places.get(step["target"] or begin, MARGIN)
        level = OUTCOMES[step["outcome"]][0]
        marks.append(Mark(number, step, begin, y, places.get(begin, MARGIN), end, level))
        before = max(before or at, _end(step, at))
    lanes = tuple(Lane(name, x) for name, x in places.items())
    width = MARGIN + LANE * max(1, len(lanes)) + (LANE // 2 if any(each.is_loop for each in marks) else 0)
    return Drawing(width, y + ROW, lanes, tuple(marks), tuple(gaps))


def _begin(step: Step, tellers: dict[str, str]) -> str:
    """Who an arrow comes from: what is handled, from whoever told it, where that is known; a dead letter put back,
    from the operations service, whoever reports how that went."""
    if step["kind"] == "sent":
        return "operations"
    is_known = step["kind"] == "handled" and step["message_id"]
    return tellers.get(step["message_id"], str(step["source"])) if is_known else str(step["source"])


def _columns(named: list[str]) -> dict[str, int]:
    return {name: MARGIN + LANE // 2 + LANE * n for n, name in enumerate(dict.fromkeys(filter(None, named)))}


def _end(step: Step, at: datetime) -> datetime:
    return at + timedelta(seconds=max(0.0, step["seconds"] or 0.0))
