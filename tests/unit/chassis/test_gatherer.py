"""The gatherer: while a worker is busy, deliveries collect, and the next worker gets all that came."""

from collections.abc import Callable
from threading import Timer
from typing import Any

import pytest

from chassis.listening import LONGEST_REST, Gatherer


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
