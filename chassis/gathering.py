"""Collecting deliveries while a worker is busy, so that the next worker gets all that came."""

from collections import Counter
from collections.abc import Callable, Collection
from time import monotonic, sleep

from chassis.broker import Delivery

LONGEST_REST = 0.005
"""Seconds; what a hop may wait at most so that more deliveries share a transaction."""

SHARED_FOR = 1.0
"""Seconds for which a queue counts as shared after deliveries of two communities came, one behind the other."""

SHORT_WORK = 0.01
"""Seconds that what one community has in a batch may take while the queue is shared: others wait for it. Half as long
where others stand in the same batch."""

SMALLEST_SHARE = 10
"""This part of a full batch each community may have all the same, or the batches would cost more than what they do."""

BESIDE = 5
"""Deliveries of one community that may stand in a batch beside those of another however long they take."""


class Gatherer:
    """Collects deliveries of one queue while a worker is busy, and hands the next worker all that came.

    Where `later(seconds, function)` is given, a worker's end is followed by a rest as long as the work was (but not
    longer than `LONGEST_REST`): the busier the machine, the more deliveries share a transaction, while a lone one
    never waits.

    What waits is taken from each community in its turn, in the order in which it came. So what one has flooded the
    queue with keeps others waiting for no more than a batch, and that is a short one while the queue is shared. `whose`
    tells the community of a delivery.
    """

    def __init__(
        self,
        most: int,
        work: Callable[[list[Delivery]], None],
        later: Callable[[float, Callable[[], None]], object] | None = None,
        whose: Callable[[Delivery], str] = lambda _delivery: "",
        clock: Callable[[], float] = monotonic,
    ) -> None:
        self._most, self._work, self._later, self._whose = most, work, later, whose
        self._clock = clock
        self._began_at = self._takes = 0.0
        self._last_of: str | None = None
        self._shared_at = float("-inf")
        self._is_resting = False
        self._waiting: list[Delivery] = []
        self._is_busy = False
        self._at_work = 0
        self._is_closed = False

    def take(self, delivery: Delivery) -> None:
        """Another delivery came."""
        community = self._whose(delivery)
        if self._last_of not in (None, community):
            self._shared_at = self._clock()
        self._last_of = community
        self._waiting.append(delivery)
        self._go_on()

    def done(self) -> None:
        """The worker has finished."""
        took = self._clock() - self._began_at
        self._takes = took / max(1, self._at_work)
        self._is_busy, self._at_work = False, 0
        if self._later is not None and len(self._waiting) < self._share():
            self._is_resting = True
            self._later(min(took, LONGEST_REST), self._rested)
        else:
            self._go_on()

    def _rested(self) -> None:
        self._is_resting = False
        self._go_on()

    def close(self) -> list[Delivery]:
        """Begin nothing more; returns what waits unhandled."""
        self._is_closed = True
        return self.release()

    def release(self) -> list[Delivery]:
        """Let go of what waits and was not begun, and return it."""
        waiting, self._waiting = self._waiting, []
        return waiting

    def in_hand(self) -> int:
        """How many deliveries came and are not finished."""
        return len(self._waiting) + self._at_work

    def drained(self, within: float) -> bool:
        """Wait until no worker is busy; False when it takes longer than `within` seconds."""
        deadline = monotonic() + within
        while self._is_busy and monotonic() < deadline:
            sleep(0.01)
        return not self._is_busy

    def _go_on(self) -> None:
        if self._waiting and not self._is_busy and not self._is_resting and not self._is_closed:
            self._began_at = self._clock()
            batch = self._take_turns()
            self._is_busy, self._at_work = True, len(batch)
            self._work(batch)

    def _share(self, of_each: Collection[int] = ()) -> int:
        """How many deliveries of one community the next batch may hold, where so many of each wait."""
        if len(of_each) > 1:
            return self._done_in(SHORT_WORK / 2, max(BESIDE, 2 * min(of_each)))
        if self._clock() - self._shared_at < SHARED_FOR:
            return self._done_in(SHORT_WORK, self._most // SMALLEST_SHARE)
        return self._most

    def _done_in(self, seconds: float, least: int) -> int:
        """How many deliveries are done in a time, going by the last batch; some at least, and a full batch at most."""
        return min(max(int(seconds / self._takes) if self._takes else self._most, least, 1), self._most)

    def _take_turns(self) -> list[Delivery]:
        """The next batch, taken out of what waits."""
        of_each = Counter(map(self._whose, self._waiting))
        share = self._share(of_each.values())
        if max(of_each.values()) <= share and len(self._waiting) <= self._most:
            return self.release()
        of_each.clear()
        turns = []
        for delivery in self._waiting:
            community = self._whose(delivery)
            turns.append(of_each[community])
            of_each[community] += 1
        in_turn = sorted((index for index, turn in enumerate(turns) if turn < share), key=turns.__getitem__)
        chosen = set(in_turn[: self._most])
        waiting, self._waiting = self._waiting, []
        batch: list[Delivery] = []
        for index, delivery in enumerate(waiting):
            (batch if index in chosen else self._waiting).append(delivery)
        return batch


def community_of(delivery: Delivery) -> str:
    """The community that a delivery says outside its body; those that say none are as of one."""
    return str(delivery.message.headers.get("community", ""))
