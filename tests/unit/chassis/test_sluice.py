"""The sluice: whoever floods the queues waits in the outbox, everybody else's events pass at once."""

from collections.abc import Collection

from chassis.broker import Message
from chassis.fair_reading import APART_AT_ONCE, FairReading
from chassis.hearers import Length
from chassis.leased_outbox import MOST_AT_ONCE, Row
from chassis.sluice import FEW, HALVED_EVERY, LOUD, MANY, Sluice

SAID, UNHEARD = "test.said.v1", "test.unheard.v1"
QUEUE = "hearer.main"


class FakeQueues:
    """One queue that hears one type; what passes lies in it until it is taken."""

    def __init__(self, consumers: int = 1, ready: int = 0) -> None:
        self.consumers, self.ready = consumers, ready
        self.is_known = True
        self.looks = 0

    def hearing(self, event_type: str) -> list[str]:
        """It hears one type."""
        return [QUEUE] if event_type == SAID else []

    def length(self, queue: str) -> Length | None:
        """As it stands."""
        assert queue == QUEUE
        self.looks += 1
        return Length(self.ready, self.consumers) if self.is_known else None

    def tend(self) -> None:
        """Nothing to do."""


class Clock:
    """Goes when it is told to."""

    now = 0.0

    def __call__(self) -> float:
        """The time."""
        return self.now


class FakeOutbox:
    """Holds rows, oldest first."""

    def __init__(self, *rows: Row) -> None:
        self.rows = list(rows)

    def waiting(self, but: Collection[str] = ()) -> list[Row]:
        """The oldest of the others."""
        return [row for row in self.rows if row.community not in but][:MOST_AT_ONCE]

    def waiting_of(self, community: str, most: int) -> list[Row]:
        """The oldest of one."""
        return [row for row in self.rows if row.community == community][:most]


def rows(community: str, count: int, first: int = 0, type: str = SAID) -> list[Row]:
    """So many events of a community."""
    return [
        Row(number, Message(body=b"", id=str(number), type=type, headers={"community": community}), True, 0)
        for number in range(first, first + count)
    ]


def passing(sluice: Sluice, given: list[Row]) -> list[int]:
    """The ids of what passes in one round."""
    sluice.begin_round()
    return [row.id for row in sluice.let_through(given)[0]]


class Flow:
    """An outbox that is carried round by round into one queue."""

    def __init__(self, queues: FakeQueues, *waiting: Row) -> None:
        self.queues, self.outbox = queues, FakeOutbox(*waiting)
        self.sluice = Sluice(queues, Clock())
        self.reading = FairReading(self.outbox, self.sluice)

    def carry(self) -> list[Row]:
        """One round: what passes lies in the queue."""
        self.sluice.begin_round()
        passed = self.reading.rows()
        gone = {row.id for row in passed}
        self.outbox.rows = [row for row in self.outbox.rows if row.id not in gone]
        self.queues.ready += len(passed)
        return passed

    def take(self, most: int) -> None:
        """Consumers take so many out of the queue."""
        self.queues.ready = max(0, self.queues.ready - most)


# -- what passes


def test_who_told_little_passes_however_long_the_queue_is_and_nobody_looks() -> None:
    queues = FakeQueues(ready=10_000)
    assert len(passing(Sluice(queues, Clock()), rows("quiet", LOUD))) == LOUD
    assert queues.looks == 0


def test_who_told_much_waits_while_a_queue_is_long_and_passes_when_it_is_short_again() -> None:
    queues = FakeQueues(ready=1000)
    sluice = Sluice(queues, Clock())
    assert len(passing(sluice, rows("loud", 500))) == LOUD
    assert passing(sluice, rows("loud", 500)) == []
    assert len(passing(sluice, rows("quiet", 5))) == 5
    queues.ready = 0
    assert 0 < len(passing(sluice, rows("loud", 500))) <= MANY


def test_a_short_queue_is_filled_with_few_and_with_as_many_as_are_taken_where_consumers_are_fast() -> None:
    flow = Flow(FakeQueues(), *rows("loud", 5000))
    passed = []
    for _ in range(20):
        passed.append(len(flow.carry()))
        flow.take(40)
    assert min(passed[5:]) >= FEW
    assert sum(passed) >= 20 * 40 * 0.9, "the flood does not go through as fast as it is taken"
    assert max(passed[1:]) <= MANY


def test_with_more_consumers_more_may_be_ready() -> None:
    one, eight = FakeQueues(consumers=1, ready=LOUD), FakeQueues(consumers=8, ready=LOUD)
    assert [len(passing(Sluice(each, Clock()), rows("loud", 500))) for each in (one, eight)] == [LOUD, 8 * FEW]


def test_a_queue_that_nobody_takes_from_holds_nothing_back() -> None:
    assert len(passing(Sluice(FakeQueues(consumers=0, ready=100_000), Clock()), rows("loud", 500))) == 500


def test_a_queue_of_which_nothing_is_known_holds_nothing_back() -> None:
    queues = FakeQueues()
    queues.is_known = False
    assert len(passing(Sluice(queues, Clock()), rows("loud", 500))) == 500


def test_an_event_that_goes_elsewhere_is_not_held_back_by_a_long_queue() -> None:
    sluice = Sluice(FakeQueues(ready=100_000), Clock())
    assert len(passing(sluice, rows("loud", 500, type=UNHEARD))) == 500


def test_behind_an_event_that_waits_all_others_of_its_community_wait() -> None:
    sluice = Sluice(FakeQueues(ready=1000), Clock())
    passing(sluice, rows("loud", LOUD))
    assert passing(sluice, [*rows("loud", 3), *rows("loud", 3, 3, UNHEARD), *rows("quiet", 2, 6)]) == [6, 7]


def test_while_there_is_room_nobody_looks_again() -> None:
    queues = FakeQueues(consumers=0)
    sluice = Sluice(queues, Clock())
    for _ in range(10):
        passing(sluice, rows("loud", 50))
    assert queues.looks <= 2


def test_what_was_told_is_forgotten_so_that_a_queue_that_stands_still_stops_nobody_for_good() -> None:
    clock = Clock()
    sluice = Sluice(FakeQueues(ready=1000), clock)
    assert len(passing(sluice, rows("loud", 500))) == LOUD
    assert passing(sluice, rows("loud", 500)) == []
    clock.now += HALVED_EVERY
    assert len(passing(sluice, rows("loud", 500))) == LOUD // 2


# -- what is read


def test_nobody_waits_behind_a_pile_for_more_than_a_round() -> None:
    flow = Flow(FakeQueues(consumers=0), *rows("loud", 20 * MOST_AT_ONCE), *rows("quiet", 3, 100_000))
    first, second, third = flow.carry(), flow.carry(), flow.carry()
    assert {row.community for row in first} == {"loud"}
    assert [row.id for row in second] == [100_000, 100_001, 100_002]
    assert {row.community for row in third} == {"loud"}, "the flood itself goes on"


def test_what_one_floods_with_comes_with_every_second_round_in_which_others_tell_something() -> None:
    flow = Flow(FakeQueues(consumers=0), *rows("loud", 20 * MOST_AT_ONCE))
    flow.carry()
    told = []
    for number in range(4):
        flow.outbox.rows += rows("quiet", 1, 100_000 + number)
        told.append({row.community for row in flow.carry()})
    assert told == [{"quiet"}, {"quiet", "loud"}] * 2
    assert {row.community for row in flow.carry()} == {"loud"}


def test_a_flood_arrives_whole_and_in_its_order() -> None:
    flow = Flow(FakeQueues(), *rows("loud", 3000))
    carried: list[int] = []
    while flow.outbox.rows:
        carried += [row.id for row in flow.carry()]
        flow.take(30)
        assert flow.queues.ready <= LOUD + MANY
    assert carried == list(range(3000))
    assert not flow.carry()
    assert not flow.reading.holds


def test_those_who_flood_share_what_room_there_is() -> None:
    names = [f"loud {number}" for number in range(2 * APART_AT_ONCE)]
    flow = Flow(FakeQueues(), *(row for number, name in enumerate(names) for row in rows(name, 500, number * 500)))
    for _ in range(200):
        flow.carry()
        flow.take(20)
    left = [len(flow.outbox.waiting_of(name, 500)) for name in names]
    assert max(left) < 400, "one of them has waited for the others"


def test_once_its_pile_is_gone_a_community_is_read_with_the_others() -> None:
    flow = Flow(FakeQueues(consumers=0), *rows("loud", MOST_AT_ONCE + 7))
    assert [len(flow.carry()), flow.reading.holds] == [MOST_AT_ONCE, True]
    assert [len(flow.carry()), flow.reading.holds] == [7, False]
