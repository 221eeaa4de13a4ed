"""Dead letters: what each state permits, what a death and an outcome change, and what a second copy does not."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from contracts.operations.errors import DeadLetterNotOpen, ReplayTooLate
from services.operations.domain.dead_letter import WORD_WITHIN, DeadLetter, Death, State, id_of

NOON = datetime(2026, 5, 20, 12, tzinfo=UTC)
LATER = NOON + timedelta(minutes=5)
REMEMBERED = timedelta(days=90)
QUEUE, MESSAGE = "partner.main", "0b8c1f5e-9c51-4b13-9d4c-6f6b7f7f7f7f"
ID = id_of(QUEUE, MESSAGE)
NOT_OPEN = [State.WAITING, State.SENT, State.HANDLED, State.DISCARDED]


def letter(**more: Any) -> DeadLetter:
    """One that has just died."""
    given: dict[str, Any] = {
        "id": ID,
        "queue": QUEUE,
        "message_id": MESSAGE,
        "type": "organization.leader_assigned.v1",
        "content_type": "application/json",
        "community": "410181002011",
        "correlation": "first",
        "size": 2,
        "headers": {"attempt": 6},
        "error": "KeyError",
        "place": "partner/handlers.py:refer",
        "cause": "0123456789abcdef",
        "attempts": 6,
        "first_died_at": NOON,
        "died_at": NOON,
        "changed_at": NOON,
    }
    return DeadLetter(**given | more)


def death(**more: Any) -> Death:
    """It has died after a replay."""
    given: dict[str, Any] = {"error": "ValueError", "place": "x.py:y", "cause": "f" * 16, "attempts": 6, "headers": {}}
    return Death(**given | {"at": LATER, "replay": str(ID)} | more)


def replay(found: DeadLetter, **more: Any) -> Any:
    """Choose it to be sent again."""
    return found.replay(**{"by": "王工", "remembered": REMEMBERED, "now": LATER} | more)


# -- chosen


def test_an_open_dead_letter_chosen_for_a_replay_waits_and_says_so() -> None:
    found = letter(outcome="again")
    told = replay(found)
    assert (found.state, found.replays, found.replayed_by, found.outcome) == (State.WAITING, 1, "王工", "")
    assert (told.dead_letter_id, told.queue, told.message_id) == (ID, QUEUE, MESSAGE)
    assert (told.by, told.replayed_at, told.community) == ("王工", LATER, "410181002011")


@pytest.mark.parametrize("state", NOT_OPEN)
def test_a_dead_letter_that_is_not_open_is_not_replayed(state: State) -> None:
    found = letter(state=state)
    with pytest.raises(DeadLetterNotOpen):
        replay(found)
    assert found == letter(state=state)


def test_an_open_dead_letter_is_discarded_for_good_with_the_reason() -> None:
    found = letter()
    told = found.discard(by="王工", reason="测试数据", now=LATER)
    assert (found.state, found.changed_at) == (State.DISCARDED, LATER)
    assert (told.dead_letter_id, told.by, told.reason, told.discarded_at) == (ID, "王工", "测试数据", LATER)


@pytest.mark.parametrize("state", NOT_OPEN)
def test_a_dead_letter_that_is_not_open_is_not_discarded(state: State) -> None:
    found = letter(state=state)
    with pytest.raises(DeadLetterNotOpen) as refused:
        found.discard(by="王工", reason="测试数据", now=LATER)
    assert refused.value.facts == {"state": str(state)}
    assert found == letter(state=state)


def test_one_that_was_sent_and_of_which_no_word_comes_any_more_is_replayed_or_discarded() -> None:
    late = NOON + WORD_WITHIN + timedelta(seconds=1)
    found = letter(state=State.SENT, replays=1)
    replay(found, now=late)
    assert (found.state, found.replays) == (State.WAITING, 2)
    found = letter(state=State.SENT, replays=1)
    found.discard(by="王工", reason="测试数据", now=late)
    assert found.state is State.DISCARDED


def test_while_a_word_may_still_come_it_is_waited_for() -> None:
    with pytest.raises(DeadLetterNotOpen):
        replay(letter(state=State.SENT, replays=1), now=NOON + WORD_WITHIN)


# -- remembered


@pytest.mark.parametrize(("age", "is_forgotten"), [(REMEMBERED, False), (REMEMBERED + timedelta(seconds=1), True)])
def test_inboxes_remember_for_so_long_and_no_longer(age: timedelta, is_forgotten: bool) -> None:
    found = letter()
    assert found.is_forgotten(remembered=REMEMBERED, now=NOON + age) is is_forgotten


def test_what_inboxes_have_forgotten_is_not_replayed_by_mistake() -> None:
    found = letter()
    with pytest.raises(ReplayTooLate):
        replay(found, now=NOON + REMEMBERED * 2)
    assert found == letter()


def test_what_inboxes_have_forgotten_is_replayed_where_that_is_said() -> None:
    found = letter()
    replay(found, now=NOON + REMEMBERED * 2, even_if_forgotten=True)
    assert found.state is State.WAITING


def test_what_is_remembered_counts_from_the_first_death() -> None:
    found = letter(died_at=NOON + REMEMBERED)
    assert found.is_forgotten(remembered=REMEMBERED, now=NOON + REMEMBERED * 1.5)


# -- sent


def test_a_waiting_dead_letter_is_sent() -> None:
    found = letter()
    replay(found)
    found.sent(1, now=LATER)
    assert found.state is State.SENT


@pytest.mark.parametrize("state", [State.OPEN, State.SENT, State.HANDLED, State.DISCARDED])
def test_that_it_was_sent_changes_nothing_where_it_has_gone_further(state: State) -> None:
    found = letter(state=state, replays=1)
    found.sent(1, now=LATER)
    assert found == letter(state=state, replays=1)


def test_that_an_earlier_replay_was_sent_says_nothing_of_the_one_that_waits() -> None:
    found = letter(state=State.WAITING, replays=2)
    found.sent(1, now=LATER)
    found.not_taken(1, error="NoQueue", now=LATER)
    assert found.state is State.WAITING


def test_a_dead_letter_that_no_queue_took_is_open_again_and_has_died_once_more() -> None:
    found = letter()
    replay(found)
    found.not_taken(1, error="NoQueue", now=LATER)
    assert (found.state, found.deaths, found.error, found.died_at) == (State.OPEN, 2, "NoQueue", LATER)


@pytest.mark.parametrize("state", [State.OPEN, State.SENT, State.HANDLED, State.DISCARDED])
def test_only_one_that_waits_can_have_found_no_queue(state: State) -> None:
    found = letter(state=state, replays=1)
    found.not_taken(1, error="NoQueue", now=LATER)
    assert found == letter(state=state, replays=1)


def test_one_that_died_before_any_queue_had_it_is_for_all_who_hear_it() -> None:
    assert letter(queue="organization.events").is_for_all_hearers
    assert not letter(queue="partner.events").is_for_all_hearers
    assert not letter().is_for_all_hearers
    assert not letter(queue="organization.main").is_for_all_hearers


# -- settled


@pytest.mark.parametrize("state", [State.WAITING, State.SENT, State.OPEN])
def test_the_services_word_about_a_replay_ends_it_whatever_was_believed_meanwhile(state: State) -> None:
    found = letter(state=state, replays=1)
    found.settle("again", now=LATER)
    assert (found.state, found.outcome, found.changed_at) == (State.HANDLED, "again", LATER)


@pytest.mark.parametrize("state", [State.HANDLED, State.DISCARDED])
def test_what_has_ended_is_not_settled_once_more(state: State) -> None:
    found = letter(state=state, outcome="done")
    found.settle("again", now=LATER)
    assert found == letter(state=state, outcome="done")


# -- died again


@pytest.mark.parametrize("state", [State.WAITING, State.SENT, State.HANDLED, State.OPEN])
def test_a_death_after_a_replay_opens_it_again(state: State) -> None:
    found = letter(state=state, replays=1)
    found.die_again(death(), now=LATER)
    assert (found.state, found.deaths, found.error, found.died_at) == (State.OPEN, 2, "ValueError", LATER)
    assert found.first_died_at == NOON


def test_a_second_copy_of_the_same_death_changes_nothing() -> None:
    found = letter(state=State.SENT, replays=1)
    found.die_again(death(), now=LATER)
    known = replace(found)
    found.die_again(death(), now=LATER + timedelta(hours=1))
    assert found == known


@pytest.mark.parametrize("replayed", ["", "some other letter"])
@pytest.mark.parametrize("state", list(State))
def test_a_copy_that_died_without_being_replayed_changes_nothing(state: State, replayed: str) -> None:
    found = letter(state=state)
    found.die_again(death(replay=replayed), now=LATER)
    assert found == letter(state=state)


def test_a_discarded_dead_letter_stays_so_whatever_comes() -> None:
    found = letter(state=State.DISCARDED)
    found.die_again(death(), now=LATER)
    assert found == letter(state=State.DISCARDED)


def test_a_death_on_a_machine_whose_clock_is_behind_counts_all_the_same() -> None:
    found = letter(state=State.SENT, replays=1)
    found.die_again(death(at=NOON - timedelta(hours=1)), now=LATER)
    assert (found.state, found.deaths) == (State.OPEN, 2)


@pytest.mark.parametrize(
    ("state", "deaths"), [(State.SENT, 2), (State.WAITING, 2), (State.HANDLED, 2), (State.OPEN, 1)]
)
def test_a_death_that_does_not_say_when_counts_unless_it_is_open_already(state: State, deaths: int) -> None:
    found = letter(state=state, replays=1)
    found.die_again(death(at=None), now=LATER)
    assert (found.state, found.deaths) == (State.OPEN, deaths)


def test_a_message_is_another_dead_letter_in_each_queue() -> None:
    assert id_of(QUEUE, MESSAGE) == ID
    assert id_of("grievance.main", MESSAGE) != ID
    assert id_of(QUEUE, "another") != ID
