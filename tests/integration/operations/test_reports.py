"""Reports of processes on both databases: taken, kept, answered with wishes; what cannot be read harms nobody."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from chassis.broker import Message
from chassis.database import Database
from chassis.migrate import difference
from contracts.operations import schemas
from contracts.reports import QueueReport, Wishes
from services.operations.persistence.tables import metadata
from tests.integration.operations.desk import NOON
from tests.integration.operations.tower import T, Tower, as_message, done, outbox, report, step


@pytest.fixture
def tower(database_of: Callable[[str], Database]) -> Tower:
    """The operations service on each kind of database."""
    return Tower(database_of("operations"))


def processes(tower: Tower) -> list[dict[str, Any]]:
    """Every process as it is shown."""
    found: list[dict[str, Any]] = tower.overview()["processes"]
    return found


def test_the_migrated_database_is_as_the_service_describes_it(tower: Tower) -> None:
    assert difference("operations", tower.database.url, metadata) == []


def test_a_process_is_shown_as_it_reported_last(tower: Tower) -> None:
    tower.report(report(in_flight=3), report(in_flight=7, memory=90_000_000))
    (shown,) = processes(tower)
    assert schemas.ProcessRow().validate(shown) == {}
    assert (shown["name"], shown["instance"], shown["version"]) == ("partner", "partner-1", "0.1.0")
    assert (shown["in_flight"], shown["memory"], shown["is_ready"]) == (7, 90_000_000, True)
    assert not shown["is_silent"]


def test_two_runs_of_one_process_are_two(tower: Tower) -> None:
    tower.report(report(), report(instance="partner-2"))
    assert [each["instance"] for each in processes(tower)] == ["partner-1", "partner-2"]


def test_a_process_is_silent_after_fifteen_seconds_and_no_more_when_it_reports_again(tower: Tower) -> None:
    tower.report(report())
    tower.clock.now = NOON + timedelta(seconds=15)
    assert not processes(tower)[0]["is_silent"]
    tower.clock.now = NOON + timedelta(seconds=16)
    assert processes(tower)[0]["is_silent"]
    tower.report(report())
    assert not processes(tower)[0]["is_silent"]


def test_a_clock_that_goes_wrong_elsewhere_makes_no_process_silent(tower: Tower) -> None:
    tower.report(report(at=T - 86_400), report(instance="ahead", at=T + 86_400))
    assert [each["is_silent"] for each in processes(tower)] == [False, False]


def test_a_process_that_has_gone_is_forgotten_after_ten_minutes(tower: Tower) -> None:
    tower.report(report())
    tower.clock.now = NOON + timedelta(minutes=10)
    assert processes(tower) == []
    tower.clock.now = NOON + timedelta(minutes=9, seconds=59)
    tower.forget()
    assert len(tower.rows("processes")) == 1
    tower.clock.now = NOON + timedelta(minutes=10, seconds=1)
    tower.forget()
    assert tower.rows("processes") == []


def test_a_process_that_said_it_ends_is_forgotten_at_once(tower: Tower) -> None:
    tower.report(report(), report(instance="partner-2"))
    tower.report(report(is_last=True))
    assert [each["instance"] for each in processes(tower)] == ["partner-2"]


def test_a_process_that_was_killed_is_forgotten_when_another_has_taken_its_place_and_not_before(tower: Tower) -> None:
    began = NOON.timestamp() - 60
    tower.report(report(started_at=began), report(instance="partner-2", started_at=began))
    tower.clock.now = NOON + timedelta(seconds=20)
    tower.report(report(instance="partner-2", started_at=began))
    assert [each["is_silent"] for each in processes(tower)] == [True, False]
    tower.report(report(instance="partner-3", started_at=NOON.timestamp() + 10))
    assert [each["instance"] for each in processes(tower)] == ["partner-2", "partner-3"]


def test_every_report_that_can_be_answered_is_answered_with_the_queues_to_pause(tower: Tower) -> None:
    tower.report(report(queues={"partner.main": QueueReport()}))
    assert tower.sender.answered == []
    tower.report(report(), reply_to="replies.partner")
    tower.ask("pause_queue", queue="partner.main", by="王工")
    tower.report(report(), reply_to="replies.partner")
    tower.ask("resume_queue", queue="partner.main", by="王工")
    tower.report(report(), reply_to="replies.partner")
    wished = [wishes.paused for _, wishes in tower.sender.answered]
    assert wished == [(), ("partner.main",), ()]


def test_wishes_outlive_a_restart(tower: Tower) -> None:
    tower.report(report(queues={"partner.main": QueueReport()}))
    tower.ask("pause_queue", queue="partner.main", by="王工")
    restarted = Tower(tower.database)
    restarted.report(report(), reply_to="replies.partner")
    assert restarted.sender.answered == [("replies.partner", Wishes(paused=("partner.main",)))]


def test_whoever_has_gone_keeps_no_other_from_being_answered(tower: Tower) -> None:
    tower.sender.gone = {"replies.gone"}
    tower.reported(as_message(report("gone"), "replies.gone"), as_message(report(), "replies.partner"))
    assert [queue for queue, _ in tower.sender.answered] == ["replies.partner"]
    assert len(processes(tower)) == 2


@pytest.mark.parametrize(
    "message",
    [
        Message(body=b"{", type="report"),
        Message(body=b'{"process": 7}', type="report"),
        Message(body=b"\xff\xfe", type="report"),
        Message(body=b"{}", type="something else"),
        as_message(report(instance="x" * 61)),
        as_message(report(process="")),
        as_message(report(version="0\x00")),
        as_message(report(memory=2**70)),
        as_message(report(started_at=1e15)),
        as_message(report(started_at=-1e15)),
        as_message(report(at=-1e300, queues={"partner.main": QueueReport()})),
        as_message(report(queues={"partner.main": QueueReport(critical=(1, 2))})),
        as_message(report(queues={"partner.main": QueueReport(handled=-(2**64))})),
        as_message(report(queues={"q" * 101: QueueReport()})),
        as_message(report(outboxes={"partner": outbox(pending=2**64)})),
    ],
    ids=lambda message: repr(message.body[:20]),
)
def test_a_report_that_cannot_be_read_or_kept_is_dropped_and_the_others_are_taken(
    tower: Tower, message: Message
) -> None:
    tower.reported(message, as_message(report("health")))
    assert [each["name"] for each in processes(tower)] == ["health"]


def test_steps_of_any_length_are_cut_and_kept_and_those_of_unknown_kinds_are_passed_over(tower: Tower) -> None:
    strange = replace(step(), **dict.fromkeys(("name", "source", "queue", "subject", "error"), "x\x00" * 300))
    tower.report(report(steps=(strange, step(kind="dreamt"), step(outcome="perhaps"), step(attempt=2**40))))
    tower.report(report(steps=(step(attempt=-(2**40)),)))
    kept = tower.rows("steps")
    assert [len(row.name) for row in kept] == [120, len(step().name), len(step().name)]
    assert [row.attempt for row in kept] == [1, 1_000_000, 0]
    assert "\x00" not in kept[0].name


def test_a_report_with_nothing_to_tell_changes_no_history(tower: Tower) -> None:
    tower.report(report())
    assert tower.rows("samples") == []


def test_a_report_from_a_newer_version_with_more_to_tell_is_read(tower: Tower) -> None:
    message = as_message(report(queues={"partner.main": done(1)}))
    newer = Message(body=message.body.replace(b'"process"', b'"colour":"red","process"', 1), type="report")
    tower.reported(newer)
    assert len(processes(tower)) == 1
