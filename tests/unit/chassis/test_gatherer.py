"""The gatherer: while a worker is busy, deliveries collect, and the next worker gets all that came."""

from collections.abc import Callable
from threading import Timer
from typing import Any

import pytest

from chassis.gathering import BESIDE, LONGEST_REST, SHARED_FOR, SHORT_WORK, Gatherer


class Work:
    """Batches that were begun, and rests that were asked for."""

    def __init__(self, most: int = 3, *, rests: bool = False) -> None:
        self.batches: list[list[Any]] = []
        self.rests: list[tuple[float, Callable[[], None]]] = []
        later = (lambda seconds, do: self.rests.append((seconds, do))) if rests else None
        self.gatherer = Gatherer(most, self.batches.append, later)

    def take(self, *deliveries: Any) -> None:
        """These come."""
        for each in deliveries:
            self.gatherer.take(each)


def test_a_lone_delivery_waits_for_nothing() -> None:
    work = Work()
    work.take("a")
    assert work.batches == [["a"]]


def test_what_comes_while_a_worker_is_busy_makes_the_next_batch() -> None:
    work = Work()
    work.take("a", "b", "c")
    assert work.batches == [["a"]]
    work.gatherer.done()
    assert work.batches == [["a"], ["b", "c"]]


def test_a_batch_is_no_larger_than_allowed_and_the_rest_comes_after() -> None:
    work = Work(most=2)
    work.take("a", "b", "c", "d", "e", "f")
    for _ in range(4):
        work.gatherer.done()
    assert work.batches == [["a"], ["b", "c"], ["d", "e"], ["f"]]


def test_nothing_is_begun_when_nothing_waits() -> None:
    work = Work()
    work.take("a")
    work.gatherer.done()
    assert work.batches == [["a"]]


def test_after_closing_nothing_is_begun_and_what_waited_is_handed_back() -> None:
    work = Work()
    work.take("a", "b")
    assert work.gatherer.close() == ["b"]
    work.gatherer.done()
    work.take("c")
    assert work.batches == [["a"]]


def test_it_is_drained_when_its_worker_has_finished() -> None:
    work = Work()
    assert work.gatherer.drained(0)
    work.take("a")
    assert not work.gatherer.drained(0)
    Timer(0.05, work.gatherer.done).start()
    assert work.gatherer.drained(5)


def test_a_worker_that_takes_too_long_is_not_waited_for() -> None:
    work = Work()
    work.take("a")
    assert not work.gatherer.drained(0.05)


def test_a_rest_lets_more_gather_and_is_never_long() -> None:
    work = Work(rests=True)
    work.take("a", "b")
    work.gatherer.done()
    ((seconds, rested),) = work.rests
    assert 0 <= seconds <= LONGEST_REST
    work.take("c")
    assert work.batches == [["a"]]
    rested()
    assert work.batches == [["a"], ["b", "c"]]


def test_after_a_rest_in_which_nothing_came_a_lone_delivery_waits_for_nothing() -> None:
    work = Work(rests=True)
    work.take("a")
    work.gatherer.done()
    work.rests[0][1]()
    work.take("b")
    assert work.batches == [["a"], ["b"]]


def test_a_full_batch_does_not_rest() -> None:
    work = Work(most=2, rests=True)
    work.take("a", "b", "c")
    work.gatherer.done()
    assert work.batches == [["a"], ["b", "c"]]


@pytest.mark.parametrize("rests", [False, True])
def test_every_delivery_is_in_exactly_one_batch(rests: bool) -> None:
    work = Work(most=4, rests=rests)
    for number in range(50):
        work.take(number)
        if number % 3 == 0:
            work.gatherer.done()
        while work.rests:
            work.rests.pop()[1]()
    for _ in range(20):
        work.gatherer.done()
        while work.rests:
            work.rests.pop()[1]()
    assert [each for batch in work.batches for each in batch] == list(range(50))


def test_what_is_released_is_not_begun_and_what_comes_after_is() -> None:
    work = Work()
    work.take("a", "b", "c")
    assert work.gatherer.release() == ["b", "c"]
    work.gatherer.done()
    assert work.batches == [["a"]]
    work.take("d")
    assert work.batches == [["a"], ["d"]]


def test_in_hand_is_what_is_at_work_and_what_waits() -> None:
    work = Work(most=2)
    work.take("a", "b", "c", "d")
    assert work.gatherer.in_hand() == 4
    work.gatherer.done()
    assert work.gatherer.in_hand() == 3
    work.gatherer.done()
    work.gatherer.done()
    assert work.gatherer.in_hand() == 0


# -- communities in their turn


class Shared(Work):
    """Deliveries are named after their community; the clock goes when it is told to."""

    def __init__(self, most: int) -> None:
        super().__init__(most)
        self.now = 0.0
        self.gatherer = Gatherer(most, self.batches.append, None, lambda delivery: str(delivery)[0], lambda: self.now)

    def do(self, takes: float = 0.001) -> None:
        """The batch at work takes so long for each delivery."""
        self.now += takes * len(self.batches[-1])
        self.gatherer.done()


def flood(count: int, first: int = 0) -> list[str]:
    """So many of one community."""
    return [f"f{number}" for number in range(first, first + count)]


def test_what_one_community_has_piled_up_does_not_stand_before_anothers_delivery() -> None:
    work = Shared(most=10)
    work.take(*flood(400), "q")
    assert work.batches == [["f0"]]
    work.do()
    assert "q" in work.batches[1], "it is in the very next batch, behind 399 that came before it"
    assert len(work.batches[1]) <= 10


def test_each_communitys_deliveries_stay_in_their_order_and_none_is_left_out_or_done_twice() -> None:
    work = Shared(most=7)
    given = [each for number in range(40) for each in (*flood(5, 5 * number), f"q{number}", f"r{number}")]
    work.take(*given)
    while work.gatherer.in_hand():
        work.do()
    done = [each for batch in work.batches for each in batch]
    for community in "fqr":
        assert [each for each in done if each[0] == community] == [each for each in given if each[0] == community]
    assert max(len(batch) for batch in work.batches) == 7


def test_a_queue_that_several_share_is_worked_off_in_short_batches_and_another_in_full_ones() -> None:
    work = Shared(most=50)
    work.take(*flood(200))
    for _ in range(3):
        work.do(takes=0.01)
    assert [len(batch) for batch in work.batches] == [1, 50, 50, 50]
    work.take("q", *flood(100, 200))
    for _ in range(3):
        work.do(takes=SHORT_WORK / 10.5)
    of_flood = [sum(each[0] == "f" for each in batch) for batch in work.batches[4:]]
    assert of_flood == [5, 10, 10], "half as many beside another's as alone"
    work.now += SHARED_FOR
    work.do()
    assert len(work.batches[-1]) == 50


def test_however_long_work_takes_each_community_has_some_in_a_batch() -> None:
    work = Shared(most=50)
    work.take("f", "q", *flood(200))
    for _ in range(3):
        work.do(takes=0.05)
    assert [sum(each[0] == "f" for each in batch) for batch in work.batches[1:]] == [BESIDE, BESIDE, BESIDE]


def test_two_that_have_piled_up_much_share_batches_that_are_full() -> None:
    work = Shared(most=50)
    work.take(*flood(100), *(f"q{number}" for number in range(100)))
    for _ in range(3):
        work.do(takes=0.01)
    assert [len(batch) for batch in work.batches[1:]] == [50, 50, 50]
    assert {sum(each[0] == "q" for each in batch) for batch in work.batches[1:]} == {25}


def test_where_work_is_quick_a_shared_batch_is_as_large_as_any() -> None:
    work = Shared(most=50)
    work.take("f", "q", *flood(200))
    for _ in range(3):
        work.do(takes=0.0001)
    assert [len(batch) for batch in work.batches[1:]] == [50, 50, 50]


def test_what_is_released_comes_back_in_the_order_in_which_it_came() -> None:
    work = Shared(most=2)
    work.take("f0", "f1", "f2", "f3", "q0", "f4")
    work.do()
    assert work.batches[1] == ["f1", "q0"]
    assert work.gatherer.release() == ["f2", "f3", "f4"]
