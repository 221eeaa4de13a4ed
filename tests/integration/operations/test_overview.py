"""What an operator sees at one glance, on both databases."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from chassis.broker import RETRY_PAUSES
from chassis.database import Database
from chassis.figures import QueueFigures
from contracts.operations import schemas
from tests.integration.operations.desk import NOON, dead
from tests.integration.operations.tower import T, Tower, done, outbox, report


@pytest.fixture
def tower(database_of: Callable[[str], Database]) -> Tower:
    """The operations service on each kind of database."""
    return Tower(database_of("operations"))


def figures(name: str = "partner.main", ready: int = 0, consumers: int = 1, **more: Any) -> QueueFigures:
    """A queue as the broker tells it."""
    return QueueFigures(name=name, ready=ready, consumers=consumers, **more)


def after(tower: Tower, seconds: float) -> None:
    """So long after noon."""
    tower.clock.now = NOON + timedelta(seconds=seconds)


def test_the_overview_has_the_shape_that_was_promised(tower: Tower) -> None:
    tower.broker.stand(figures(ready=3), figures("retry.5s", consumers=0))
    tower.report(report(queues={"partner.main": done(5)}, outboxes={"partner": outbox(2, 0.4)}))
    tower.collect(dead())
    shown = tower.overview()
    assert schemas.OverviewOut().validate(shown) == {}
    assert shown["at"] == NOON.isoformat().replace("+00:00", "Z")
    assert shown["dead_open"] == 1


def test_with_nothing_known_at_all_there_are_no_figures_and_no_troubles(tower: Tower) -> None:
    shown = tower.overview()
    assert schemas.OverviewOut().validate(shown) == {}
    assert (shown["queues"], shown["processes"], shown["outboxes"], shown["troubles"]) == ([], [], [], [])
    assert (shown["handled_per_minute"], shown["critical_p50"], shown["critical_p99"]) == (None, None, None)


def test_the_broker_is_shown_as_it_tells_of_itself(tower: Tower) -> None:
    tower.broker.stand(source="management", address="http://rabbit:15672", alarms=("memory: rabbit@a",))
    assert tower.overview()["broker"] == {
        "source": "management",
        "address": "http://rabbit:15672",
        "version": "4.1",
        "is_reachable": True,
        "alarms": ["memory: rabbit@a"],
    }


def test_the_queues_that_are_always_there_and_those_that_were_reported_are_looked_for(tower: Tower) -> None:
    tower.report(report(queues={"partner.main": done(0)}, outboxes={"partner": outbox()}))
    tower.overview()
    levels = {f"retry.{level}" for level in RETRY_PAUSES}
    assert tower.broker.looked_for == {"operations.dead", "operations.reports", "partner.main", *levels}


def test_a_queue_that_only_a_foreign_dead_letter_names_is_never_looked_for(tower: Tower) -> None:
    tower.collect(dead(queue="no.body.s"), dead(queue="partner.main"))
    tower.sample()
    tower.overview()
    assert not {"no.body.s", "partner.main"} & tower.broker.looked_for
    tower.broker.stand(figures())
    tower.sample()
    tower.overview()
    assert "partner.main" in tower.broker.looked_for
    assert "no.body.s" not in tower.broker.looked_for


def test_queues_stand_in_the_order_work_calls_retry_dead_reports_and_the_ladder_by_its_pauses(tower: Tower) -> None:
    names = ["operations.reports", "retry.1h", "retry.2m", "retry.5s", "operations.dead", "b.calls", "b.main", "a.main"]
    tower.broker.stand(*(figures(name) for name in names))
    shown = tower.overview()["queues"]
    assert [queue["name"] for queue in shown] == [
        "a.main",
        "b.main",
        "b.calls",
        "retry.5s",
        "retry.2m",
        "retry.1h",
        "operations.dead",
        "operations.reports",
    ]
    kinds = [(queue["kind"], queue["service"]) for queue in shown]
    assert kinds[0] == ("work", "a")
    assert kinds[2:4] == [("calls", "b"), ("retry", "")]


# -- what the broker does not tell


def test_what_is_in_hand_is_known_from_reports_where_the_broker_does_not_tell(tower: Tower) -> None:
    tower.broker.stand(figures(), figures("health.main", unacked=1))
    tower.report(
        report(queues={"partner.main": done(0, in_flight=3), "health.main": done(0, in_flight=9)}),
        report(instance="partner-2", queues={"partner.main": done(0, in_flight=4)}),
    )
    assert (tower.queue()["unacked"], tower.queue("health.main")["unacked"]) == (7, 1)
    after(tower, 16)
    assert tower.queue()["unacked"] is None


def test_what_was_handled_in_the_last_full_minute_is_told_per_minute_and_per_second(tower: Tower) -> None:
    tower.broker.stand(figures())
    for second in range(0, 80, 10):
        after(tower, second)
        tower.report(report(at=T + second, queues={"partner.main": done(10)}, instance=str(second)))
    assert tower.overview()["handled_per_minute"] == 60
    assert tower.queue()["rate_out"] == 1.0


def test_the_brokers_own_rates_go_first(tower: Tower) -> None:
    tower.broker.stand(figures(rate_in=2.5, rate_out=1.5))
    tower.report(report(queues={"partner.main": done(10)}))
    after(tower, 30)
    assert (tower.queue()["rate_in"], tower.queue()["rate_out"]) == (2.5, 1.5)


def test_what_comes_in_is_what_was_handled_and_what_waits_more_than_a_minute_ago(tower: Tower) -> None:
    tower.broker.stand(figures(ready=30))
    tower.sample()
    after(tower, 70)
    tower.report(report(at=T + 65, queues={"partner.main": done(120)}))
    tower.broker.stand(figures(ready=90))
    shown = tower.queue()
    assert (shown["rate_out"], shown["rate_in"]) == (2.0, 3.0)
    tower.broker.stand(figures(ready=0))
    assert tower.queue()["rate_in"] == 1.5


def test_without_a_look_a_minute_ago_nobody_can_tell_what_comes_in(tower: Tower) -> None:
    tower.broker.stand(figures(ready=30), figures("b.calls"))
    tower.report(report(queues={"partner.main": done(1), "b.calls": done(0)}))
    assert tower.queue()["rate_in"] is None
    assert tower.queue("b.calls")["rate_out"] is None


def test_critical_times_are_those_of_the_last_five_minutes(tower: Tower) -> None:
    tower.broker.stand(figures(), figures("health.main"))
    tower.report(report(queues={"partner.main": done(98, within=0.01), "health.main": done(2, within=30.0)}))
    assert tower.queue()["critical_p99"] == pytest.approx(0.0099)
    assert tower.queue("health.main")["critical_p50"] == pytest.approx(20.0)
    assert tower.overview()["critical_p50"] == pytest.approx(0.0051, abs=0.0001)
    assert tower.overview()["critical_p99"] == pytest.approx(20.0)
    after(tower, 311)
    assert tower.queue()["critical_p99"] is None


# -- the age of what waits


def test_the_brokers_own_age_goes_first_and_an_empty_queue_has_none(tower: Tower) -> None:
    tower.broker.stand(figures(ready=2, oldest_age=7.5), figures("health.main"))
    assert tower.queue()["oldest_age"] == 7.5
    assert tower.queue("health.main")["oldest_age"] == 0.0


def test_where_nothing_is_known_of_what_waits_nobody_can_tell_its_age(tower: Tower) -> None:
    tower.broker.stand(figures(ready=2))
    assert tower.queue()["oldest_age"] is None


def test_what_waits_came_after_the_last_look_that_found_the_queue_empty(tower: Tower) -> None:
    tower.broker.stand(figures(ready=0))
    tower.sample()
    after(tower, 20)
    tower.broker.stand(figures(ready=2))
    tower.sample()
    after(tower, 90)
    assert tower.queue()["oldest_age"] == 90.0


def test_what_waits_is_younger_than_what_was_taken_up_last(tower: Tower) -> None:
    tower.broker.stand(figures(ready=0))
    tower.sample()
    tower.broker.stand(figures(ready=500))
    after(tower, 100)
    tower.report(report(at=T + 100, queues={"partner.main": done(5, oldest_age=12.0)}))
    after(tower, 110)
    assert tower.queue()["oldest_age"] == 22.0


def test_one_old_message_that_comes_back_from_a_retry_makes_the_queue_no_older(tower: Tower) -> None:
    tower.broker.stand(figures(ready=500))
    tower.report(report(at=T, queues={"partner.main": done(5, oldest_age=1.0)}))
    after(tower, 20)
    tower.report(report(at=T + 20, queues={"partner.main": done(5, oldest_age=3600.0)}))
    assert tower.queue()["oldest_age"] == 21.0


# -- dead letters, pauses, outboxes


def test_open_dead_letters_are_counted_by_the_queue_they_died_in(tower: Tower) -> None:
    tower.broker.stand(figures(), figures("health.main"))
    tower.collect(dead(), dead(), dead(queue="health.main"))
    tower.ask("discard_dead_letter", id=tower.letters(queue="health.main")[0]["id"], by="王工", reason="测试")
    assert (tower.queue()["dead"], tower.queue("health.main")["dead"]) == (2, 0)
    assert tower.overview()["dead_open"] == 2


def test_a_paused_queue_is_shown_as_paused_until_it_is_resumed(tower: Tower) -> None:
    tower.broker.stand(figures(), figures("health.main"))
    tower.report(report(queues={"partner.main": done(0)}))
    tower.ask("pause_queue", queue="partner.main", by="王工", reason="库表维护")
    assert (tower.queue()["is_paused"], tower.queue("health.main")["is_paused"]) == (True, False)
    after(tower, 1)
    tower.ask("resume_queue", queue="partner.main", by="王工")
    assert not tower.queue()["is_paused"]
    assert [each["action"] for each in tower.ask("list_interventions")["items"]] == ["resume", "pause"]
    assert [name for name, _ in tower.events()] == ["operations.consumer_paused.v1", "operations.consumer_resumed.v1"]


def test_a_purge_is_done_recorded_and_told(tower: Tower) -> None:
    tower.broker.stand(figures(ready=12))
    done_to = tower.ask("purge_queue", queue="partner.main", by="王工", reason="测试数据", confirm="partner.main")
    assert done_to == {"queue": "partner.main", "is_paused": False, "purged": 12}
    assert tower.broker.emptied == ["partner.main"]
    (row,) = tower.ask("list_interventions")["items"]
    assert (row["action"], row["about"], row["count"]) == ("purge", "partner.main", 12)
    ((name, told),) = tower.events()
    assert (name, told["queue"], told["purged"]) == ("operations.queue_purged.v1", "partner.main", 12)


def test_outboxes_are_shown_as_they_were_reported_last_by_whoever_looked(tower: Tower) -> None:
    tower.report(report("relay", outboxes={"partner": outbox(9, 70.0, 1), "health": outbox()}))
    after(tower, 5)
    tower.report(report("partner", outboxes={"partner": outbox(2, 0.5)}))
    assert tower.overview()["outboxes"] == [
        {"service": "health", "pending": 0, "oldest_age": 0.0, "stuck": 0},
        {"service": "partner", "pending": 2, "oldest_age": 0.5, "stuck": 0},
    ]


def test_retries_of_the_last_five_minutes_are_told_as_a_trouble(tower: Tower) -> None:
    tower.report(report(queues={"partner.main": done(20, retried=6), "health.main": done(40, retried=6)}))
    assert [trouble["about"] for trouble in tower.overview()["troubles"]] == ["partner.main"]
    after(tower, 311)
    tower.report(report())
    assert tower.overview()["troubles"] == []
