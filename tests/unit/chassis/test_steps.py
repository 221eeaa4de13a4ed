"""The buffer of steps: bounded, in order, never waiting for anybody."""

from chassis.steps import MANY, MOST, Steps, is_id, step_of, waited_until
from contracts.reports import Step
from tests.unit.chassis.seen import NOON, envelope


def step(number: int) -> Step:
    """A step that can be told from others."""
    return Step(at=float(number), kind="told", name="something", source="somebody")


def test_steps_stay_until_they_are_let_go() -> None:
    steps = Steps()
    for number in range(5):
        steps.note(step(number))
    assert steps.oldest(3) == (step(0), step(1), step(2))
    assert len(steps) == 5
    steps.let_go(3)
    assert steps.oldest(9) == (step(3), step(4))


def test_what_finds_no_room_is_dropped_and_counted() -> None:
    steps = Steps()
    assert all(steps.note(step(number)) for number in range(MOST))
    assert not steps.note(step(MOST))
    assert (len(steps), steps.dropped) == (MOST, 1)
    steps.let_go(1)
    assert steps.note(step(MOST))
    assert steps.dropped == 1


def test_many_steps_wake_the_reporter_once() -> None:
    steps, woken = Steps(), []
    steps.wake = lambda: woken.append(len(steps))
    for number in range(MANY + 10):
        steps.note(step(number))
    assert woken == [MANY]


def test_letting_go_of_more_than_there_is_empties_the_buffer() -> None:
    steps = Steps()
    steps.note(step(1))
    steps.let_go(5)
    assert len(steps) == 0


def test_a_step_holds_the_chain_of_its_message_and_nothing_of_its_content() -> None:
    told = envelope()
    found = step_of(told, "told", 1.0)
    assert (found.name, found.source) == ("grievance.grievance_resolved.v1", "grievance")
    assert (found.message_id, found.subject) == (str(told.id), told.subject)
    assert (found.causation, found.correlation) == ("some-message", "first-command")


def test_nothing_waits_less_than_no_time() -> None:
    assert waited_until(NOON.timestamp() + 2, envelope()) == 2.0
    assert waited_until(NOON.timestamp() - 2, envelope()) == 0.0


def test_only_an_id_of_our_making_counts_as_one() -> None:
    assert is_id("06662761-7f03-482e-8f1f-5f5a8b85511b")
    assert not is_id("张玉兰 13800001111")
    assert not is_id("06662761-7f03-482e-8f1f-5f5a8b85511b ")
    assert not is_id(None)
