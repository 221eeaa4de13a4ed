"""What needs a look now: each trouble is told when it is there, and not when it is not."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from services.operations.domain.troubles import troubles

NOON = datetime(2026, 5, 20, 12, tzinfo=UTC)
Told = dict[str, Any]


def queue(name: str = "partner.main", **more: Any) -> Told:
    """A queue at ease."""
    calm = {"kind": "work", "ready": 0, "unacked": 0, "consumers": 1, "critical_p99": 0.2, "is_paused": False}
    return {"name": name, **calm, **more}


def outbox(**more: Any) -> Told:
    """An outbox at ease."""
    return {"service": "partner", "oldest_age": 0.0, "stuck": 0, **more}


def process(**more: Any) -> Told:
    """A process at ease."""
    calm = {"is_ready": True, "is_silent": False, "started_at": NOON, "reported_at": NOON + timedelta(minutes=1)}
    return {"name": "partner", **calm, **more}


def overview(**more: Any) -> Told:
    """Everything at ease."""
    calm = {
        "broker": {"source": "amqp", "is_reachable": True, "alarms": []},
        "queues": [queue()],
        "outboxes": [outbox()],
        "processes": [process()],
        "dead_open": 0,
    }
    return {**calm, **more}


def told(retried: dict[str, tuple[int, int]] | None = None, **more: Any) -> list[tuple[str, str]]:
    """How urgent, and about what."""
    return [(each["level"], each["about"]) for each in troubles(overview(**more), retried or {})]


def test_where_all_is_well_nothing_needs_a_look() -> None:
    assert told() == []


def test_every_trouble_is_told_in_both_languages() -> None:
    found = troubles(
        overview(
            broker={"source": "amqp", "is_reachable": False, "alarms": ["memory: rabbit@a"]},
            queues=[queue(ready=5, consumers=0), queue(is_paused=True), queue(critical_p99=31.0)],
            outboxes=[outbox(oldest_age=61.0), outbox(stuck=2)],
            processes=[process(is_silent=True)],
            dead_open=3,
        ),
        {"partner.main": (10, 9)},
    )
    assert len(found) == 10
    for each in found:
        assert set(each) == {"level", "about", "zh", "en"}
        assert all(each.values())
        assert any("\u4e00" <= sign <= "\u9fff" for sign in each["zh"])
        assert each["en"].isascii()


def test_the_most_urgent_stands_first() -> None:
    levels = [level for level, _ in told(queues=[queue(is_paused=True)], dead_open=1, outboxes=[outbox(oldest_age=90)])]
    assert levels == ["page", "ticket", "ticket"]


@pytest.mark.parametrize("kind", ["work", "calls", "dead", "reports"])
def test_a_queue_that_nobody_takes_from_while_messages_wait_is_a_trouble(kind: str) -> None:
    assert told(queues=[queue(kind=kind, ready=1, consumers=0)]) == [("page", "partner.main")]


@pytest.mark.parametrize(
    "calm", [{"ready": 0, "consumers": 0}, {"ready": 9, "consumers": 1}, {"ready": 9, "consumers": 0, "kind": "retry"}]
)
def test_an_empty_queue_one_that_is_taken_from_and_a_level_of_the_ladder_are_none(calm: Told) -> None:
    assert told(queues=[queue(**calm)]) == []


def test_a_paused_queue_is_told_as_paused_and_not_as_left_alone() -> None:
    assert told(queues=[queue(is_paused=True, ready=7, consumers=0)]) == [("ticket", "partner.main")]


def test_a_queue_is_slow_above_thirty_seconds_and_not_at_thirty() -> None:
    assert told(queues=[queue(critical_p99=30.1)]) == [("page", "partner.main")]
    assert told(queues=[queue(critical_p99=30.0)]) == []
    assert told(queues=[queue(critical_p99=None)]) == []


def test_an_outbox_is_stuck_above_a_minute_and_not_at_a_minute() -> None:
    assert told(outboxes=[outbox(oldest_age=60.1)]) == [("page", "partner")]
    assert told(outboxes=[outbox(oldest_age=60.0)]) == []


@pytest.mark.parametrize("busy", [queue("retry.1h", kind="retry", ready=1), queue(unacked=1), queue(ready=3)])
def test_in_one_process_an_outbox_is_no_trouble_while_its_events_wait_in_a_queue_or_for_a_retry(busy: Told) -> None:
    old, in_process = [outbox(oldest_age=600.0)], {"source": "in_process", "is_reachable": True, "alarms": []}
    assert told(broker=in_process, outboxes=old, queues=[busy]) == []
    assert told(broker=in_process, outboxes=old) == [("page", "partner")]
    assert told(outboxes=old, queues=[busy]) == [("page", "partner")]


def test_an_event_tried_more_than_once_is_told_where_the_outbox_is_not_stuck_as_a_whole() -> None:
    assert told(outboxes=[outbox(stuck=1)]) == [("ticket", "partner")]
    assert told(outboxes=[outbox(stuck=1, oldest_age=61.0)]) == [("page", "partner")]


def test_the_only_process_of_a_service_that_falls_silent_is_missed_at_once_and_one_of_several_later() -> None:
    silent = process(is_silent=True)
    assert told(processes=[silent]) == [("page", "partner")]
    assert told(processes=[silent, process()]) == [("ticket", "partner")]
    assert told(processes=[silent, process(name="health")]) == [("page", "partner")]


def test_a_process_that_said_it_would_stop_or_has_a_successor_is_not_missed() -> None:
    assert told(processes=[process(is_silent=True, is_ready=False)]) == []
    successor = process(started_at=NOON + timedelta(minutes=2), reported_at=NOON + timedelta(minutes=3))
    assert told(processes=[process(is_silent=True), successor]) == []


def test_many_retries_are_a_trouble_above_a_fifth_and_few_are_never() -> None:
    assert told({"partner.main": (49, 10)}) == [("ticket", "partner.main")]
    assert told({"partner.main": (50, 10)}) == []
    assert told({"partner.main": (4, 4)}) == []
    assert told({"partner.main": (0, 0)}) == []


def test_open_dead_letters_are_a_trouble() -> None:
    assert told(dead_open=1) == [("ticket", "operations.dead")]
