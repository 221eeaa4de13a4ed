"""Bounded waiting: patient up to its limit, and never satisfied by nothing."""

from collections.abc import Callable

import pytest

from tests.waiting import eventually


class Clock:
    """Time that passes only while someone pauses."""

    def __init__(self) -> None:
        self.now = 0.0
        self.pauses: list[float] = []

    def __call__(self) -> float:
        return self.now

    def pause(self, length: float) -> None:
        self.pauses.append(length)
        self.now += length


def true_from(clock: Clock, moment: float) -> Callable[[], str]:
    def assertion() -> str:
        assert clock.now >= moment, "too early"
        return "done"

    return assertion


def test_what_becomes_true_in_time_is_handed_back() -> None:
    clock = Clock()
    assert eventually(true_from(clock, 3.0), within=5, clock=clock, pause=clock.pause) == "done"


def test_what_holds_already_is_not_waited_for() -> None:
    clock = Clock()
    eventually(true_from(clock, 0.0), within=5, clock=clock, pause=clock.pause)
    assert clock.pauses == []


def test_what_stays_untrue_fails_with_its_own_words_when_the_time_is_over() -> None:
    clock = Clock()
    with pytest.raises(AssertionError, match="too early") as failure:
        eventually(true_from(clock, 9.0), within=5, clock=clock, pause=clock.pause)
    assert clock.now == pytest.approx(5)
    assert failure.value.__notes__ == ["waited 5 s for this"]


def test_an_answer_of_false_is_a_failure_so_that_a_bare_comparison_cannot_pass() -> None:
    clock = Clock()
    with pytest.raises(AssertionError):
        eventually(lambda: clock.now > 9, within=5, clock=clock, pause=clock.pause)


def test_another_error_is_raised_at_once() -> None:
    clock = Clock()
    with pytest.raises(ZeroDivisionError):
        eventually(lambda: 1 / 0, within=5, clock=clock, pause=clock.pause)
    assert clock.pauses == []
