"""What is said in a word about a queue, an outbox, a process, a dead letter."""

from typing import Any

import pytest

from contracts.operations.schemas import DEAD_LETTER_STATES, OUTCOMES, STEP_KINDS
from gateway.pages import verdicts
from tests.unit.gateway.pages import operations as told


@pytest.mark.parametrize(
    ("more", "verdict"),
    [
        ({}, ("calm", "")),
        ({"ready": 500, "oldest_age": 59.0}, ("calm", "")),
        ({"oldest_age": 61.0}, ("warn", "late")),
        ({"consumers": 0}, ("warn", "nobody takes from it")),
        ({"consumers": 0, "ready": 3}, ("bad", "nobody takes from it")),
        ({"consumers": 0, "is_paused": True, "oldest_age": 900.0}, ("note", "paused")),
        ({"critical_p99": 31.0, "oldest_age": 61.0}, ("bad", "slow")),
        ({"critical_p99": 30.0}, ("calm", "")),
        ({"dead": 1}, ("warn", "dead letters")),
        ({"dead": 1, "consumers": 0}, ("warn", "nobody takes from it")),
        ({"oldest_age": None, "critical_p99": None}, ("calm", "")),
        ({"kind": "retry", "consumers": 0, "oldest_age": 500.0}, ("calm", "")),
    ],
)
def test_the_gravest_thing_about_a_queue_is_said(more: dict[str, Any], verdict: tuple[str, str]) -> None:
    level, _, en = verdicts.of_queue(told.queue("grievance.events", **more))

    assert (level, en) == verdict


@pytest.mark.parametrize(
    ("outbox", "level"),
    [
        ({"stuck": 0, "oldest_age": 12.0}, "calm"),
        ({"stuck": 0, "oldest_age": None}, "calm"),
        ({"stuck": 0, "oldest_age": 61.0}, "bad"),
        ({"stuck": 1, "oldest_age": 1.0}, "warn"),
        ({"stuck": 1, "oldest_age": 61.0}, "bad"),
    ],
)
def test_an_outbox_that_does_not_empty_is_bad(outbox: dict[str, Any], level: str) -> None:
    assert verdicts.of_outbox(outbox)[0] == level


@pytest.mark.parametrize(
    ("more", "verdict"),
    [
        ({}, ("calm", "ready")),
        ({"is_ready": False}, ("warn", "not ready")),
        ({"is_silent": True}, ("bad", "silent")),
        ({"is_silent": True, "is_ready": False}, ("note", "stopped")),
    ],
)
def test_a_process_is_ready_or_said_not_to_be(more: dict[str, Any], verdict: tuple[str, str]) -> None:
    level, _, en = verdicts.of_process(told.process("relay", **more), [])

    assert (level, en) == verdict


@pytest.mark.parametrize(
    ("successor", "word"),
    [
        ({"started_at": told.ago(60)}, "replaced"),
        ({"started_at": told.ago(300)}, "silent"),
        ({"started_at": told.ago(60), "is_silent": True}, "silent"),
        ({"started_at": told.ago(60), "name": "gateway"}, "silent"),
    ],
)
def test_a_silent_process_with_a_successor_is_not_missed(successor: dict[str, Any], word: str) -> None:
    silent = told.process("relay", is_silent=True, reported_at=told.ago(100))

    assert verdicts.of_process(silent, [silent, told.process("relay") | successor])[2] == word


@pytest.mark.parametrize("state", DEAD_LETTER_STATES)
def test_every_state_of_a_dead_letter_has_words(state: str) -> None:
    _, zh, en = verdicts.of_letter(told.row(state=state, outcome="done" if state == "handled" else ""))

    assert zh
    assert en


def test_a_letter_that_died_again_is_told_from_one_that_died_once() -> None:
    assert verdicts.of_letter(told.row())[2] == "open"
    assert verdicts.of_letter(told.row(deaths=3))[2] == "failed again after a replay (death 3)"


def test_a_replay_of_something_done_already_says_that_nothing_changed() -> None:
    assert "nothing changed" in verdicts.of_letter(told.row(state="handled", outcome="again"))[2]
    assert "nothing changed" not in verdicts.of_letter(told.row(state="handled", outcome="done"))[2]


def test_every_outcome_and_kind_of_a_step_has_words() -> None:
    assert set(verdicts.OUTCOMES) == set(OUTCOMES)
    assert set(verdicts.KINDS) == set(STEP_KINDS)
