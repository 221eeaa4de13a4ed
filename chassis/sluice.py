"""The sluice of the relay: whoever floods the queues waits in the outbox, and everybody else's events pass at once."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from time import monotonic
from typing import Protocol

from chassis.hearers import Length
from chassis.leased_outbox import MOST_AT_ONCE, Row

LOUD = 50
"""Events that a community may tell, and half as many each second, however long the queues are."""

FEW, MANY = 10, 40
"""Messages that may be ready for each consumer of a queue before those who are loud wait: always few, and as many as
were taken since the last look, but never more than many. Beside them consumers have others in hand, which keep them
busy until the next look."""

HALVED_EVERY = 1.0
"""Seconds after which half of what a community has told is forgotten."""


class Queues(Protocol):
    """Where events go to."""

    def hearing(self, event_type: str) -> Iterable[str]:
        """The queues that events of this type go to."""

    def length(self, queue: str) -> Length | None:
        """How the queue stands; None where that cannot be told."""

    def tend(self) -> None:
        """Once in a while."""


class NoQueues:
    """Nobody is known to hear anything: nothing is held back."""

    def hearing(self, _event_type: str) -> Iterable[str]:
        """None."""
        return ()

    def length(self, _queue: str) -> None:
        """Not known."""

    def tend(self) -> None:
        """There is nothing to do."""


@dataclass
class _Known:
    """What is known of a queue: how many were ready, how many passed since, and how many more may."""

    ready: int = 0
    passed: int = 0
    room: int = 0


class Sluice:
    """Decides which events go to the broker now.

    Of a community that has told little lately every event passes. One that has told much passes as far as there is
    room in every queue that hears the event; a queue that nobody takes from, or of which nothing is known, has room for
    everything. A queue is looked at only when its room is used up, and at most once in a round.
    """

    def __init__(self, queues: Queues | None = None, clock: Callable[[], float] = monotonic) -> None:
        self._queues, self._clock = queues or NoQueues(), clock
        self._told: Counter[str] = Counter()
        self._known: defaultdict[str, _Known] = defaultdict(_Known)
        self._looked: set[str] = set()
        self._halved_at = clock()

    def tend(self) -> None:
        """Once in a while."""
        self._queues.tend()

    def begin_round(self) -> None:
        """The queues may be looked at again."""
        self._looked.clear()
        if self._clock() - self._halved_at >= HALVED_EVERY:
            self._halved_at = self._clock()
            self._told = Counter({community: told // 2 for community, told in self._told.items() if told > 1})

    def is_loud(self, community: str) -> bool:
        """Whether it has told much lately."""
        return self._told[community] >= LOUD

    def room(self, community: str, event_type: str) -> int:
        """How many events of this type the community may tell now."""
        return self._free(community) or self._room_for(event_type)

    def let_through(self, rows: Sequence[Row]) -> tuple[list[Row], dict[str, str]]:
        """What passes now, and the communities that wait, each with the type of the event that it waits with. Behind an
        event that waits all others of its community wait too, so that they keep their order."""
        passing: list[Row] = []
        held: dict[str, str] = {}
        for row in rows:
            community, event_type = row.community, row.message.type
            if community in held:
                continue
            if self.room(community, event_type) > 0:
                self._count(community, event_type)
                passing.append(row)
            else:
                held[community] = event_type
        return passing, held

    def _free(self, community: str) -> int:
        return max(0, LOUD - self._told[community])

    def _count(self, community: str, event_type: str) -> None:
        self._told[community] += 1
        for queue in self._queues.hearing(event_type):
            self._known[queue].passed += 1

    def _room_for(self, event_type: str) -> int:
        return min(map(self._room_in, self._queues.hearing(event_type)), default=MOST_AT_ONCE)

    def _room_in(self, queue: str) -> int:
        known = self._known[queue]
        if known.passed >= known.room and queue not in self._looked:
            self._looked.add(queue)
            self._known[queue] = known = _looked_at(known, self._queues.length(queue))
        return known.room - known.passed


def _looked_at(before: _Known, length: Length | None) -> _Known:
    if length is None or length.consumers == 0:
        return _Known(room=MOST_AT_ONCE)
    taken = max(0, before.ready + before.passed - length.ready)
    few, many = FEW * length.consumers, MANY * length.consumers
    # Where nothing is left, more would perhaps have been taken.
    wanted = max(taken, few) if length.ready else taken + few
    return _Known(ready=length.ready, room=min(wanted, many) - length.ready)
