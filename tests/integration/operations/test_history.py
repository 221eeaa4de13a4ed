"""Measures over time on both databases: aligned, with gaps where nobody knew, added up over queues."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from chassis.database import Database
from chassis.figures import QueueFigures
from contracts.operations import schemas
from tests.integration.operations.desk import NOON, dead
from tests.integration.operations.tower import T, Tower, done, outbox, report


@pytest.fixture
def tower(database_of: Callable[[str], Database]) -> Tower:
    """The operations service on each kind of database."""
    return Tower(database_of("operations"))


def at(tower: Tower, seconds: float) -> None:
    """So long after noon."""
    tower.clock.now = NOON + timedelta(seconds=seconds)


def handled(tower: Tower, seconds: float, **queues: Any) -> None:
    """Reported at that time; double underscores stand for the dot in a queue's name."""
    at(tower, seconds)
    tower.report(report(at=T + seconds, queues={name.replace("__", "."): done(n) for name, n in queues.items()}))


def test_an_hour_has_a_point_for_every_ten_seconds_and_a_day_for_every_five_minutes(tower: Tower) -> None:
    for span, width, points in (("hour", 10, 360), ("day", 300, 288)):
        shown = tower.ask("get_history", measure="handled", span=span)
        assert schemas.HistoryOut().validate(shown) == {}
        (together,) = shown["series"]
        assert together["about"] == ""
        times = [point[0] / 1000 for point in together["points"]]
        assert times == [T - width * n for n in range(points, 0, -1)]
        assert {point[1] for point in together["points"]} == {None}


def test_what_was_handled_is_told_per_minute_for_each_queue_and_together(tower: Tower) -> None:
    handled(tower, 0, a__main=5, b__main=1)
    handled(tower, 9, a__main=2)
    handled(tower, 20, a__main=0)
    at(tower, 30)
    lines = tower.lines("handled")
    assert {second: lines["a.main"][second] for second in (-10, 0, 10, 20)} == {-10: None, 0: 42, 10: None, 20: 0}
    assert lines["b.main"][0] == 6
    assert {second: lines[""][second] for second in (-10, 0, 10, 20)} == {-10: None, 0: 48, 10: None, 20: 0}


def test_the_bucket_that_is_not_complete_is_not_shown_yet(tower: Tower) -> None:
    handled(tower, 5, a__main=5)
    assert set(tower.lines("handled")) == {""}
    at(tower, 10)
    assert tower.lines("handled")["a.main"][0] == 30


def test_queues_of_calls_and_lines_of_nothing_but_zeros_are_left_out(tower: Tower) -> None:
    handled(tower, 0, a__main=5, b__main=0, a__calls=4)
    at(tower, 10)
    assert set(tower.lines("handled")) == {"", "a.main"}


def test_the_day_adds_up_five_minutes_also_of_what_the_hour_has_forgotten(tower: Tower) -> None:
    handled(tower, 0, a__main=5)
    handled(tower, 290, a__main=5)
    handled(tower, 300, a__main=50)
    at(tower, 3 * 3600)
    tower.sample()
    assert tower.lines("handled", "day")["a.main"][0] == 2
    assert tower.lines("handled", "day")["a.main"][300] == 10
    assert {row.width for row in tower.rows("samples")} == {300}
    at(tower, 26 * 3600)
    tower.sample()
    assert tower.rows("samples") == []


def test_a_report_that_comes_late_counts_where_it_belongs_and_one_from_the_future_now(tower: Tower) -> None:
    at(tower, 60)
    tower.report(report(at=T, queues={"a.main": done(1)}), report(at=T + 999, queues={"a.main": done(2)}))
    at(tower, 70)
    line = tower.lines("handled")["a.main"]
    assert (line[0], line[60]) == (6, 12)


def test_critical_times_together_are_those_of_all_events_not_of_all_queues(tower: Tower) -> None:
    queues = {"a.main": done(98, within=0.01), "b.main": done(2, within=30.0)}
    tower.report(report(at=T, queues=queues))
    at(tower, 10)
    p50, p99 = tower.lines("critical_p50"), tower.lines("critical_p99")
    assert p50["b.main"][0] == pytest.approx(20.0)
    assert p50[""][0] == pytest.approx(0.0051, abs=0.0001)
    assert p99[""][0] == pytest.approx(20.0)
    assert p99[""][-10] is None


def test_of_several_looks_the_longest_queue_is_kept(tower: Tower) -> None:
    for second, ready in ((0, 3), (4, 9), (8, 1)):
        at(tower, second)
        tower.broker.stand(
            QueueFigures(name="a.main", ready=ready, consumers=1), QueueFigures(name="b.calls", ready=1, consumers=1)
        )
        tower.sample()
    at(tower, 10)
    lines = tower.lines("ready")
    assert (lines["a.main"][0], lines["b.calls"][0], lines[""][0], lines[""][-10]) == (9, 1, 10, None)


def test_dead_letters_are_counted_at_each_look(tower: Tower) -> None:
    tower.collect(dead(), dead())
    tower.sample()
    at(tower, 10)
    lines = tower.lines("dead")
    assert (lines["partner.main"][0], lines[""][0]) == (2, 2)


def test_outboxes_are_told_by_service_and_together_by_the_oldest_of_all(tower: Tower) -> None:
    outboxes = {"partner": outbox(3, 5.0), "health": outbox(1, 70.0)}
    tower.report(report("relay", queues={"a.main": done(1)}, outboxes=outboxes))
    at(tower, 10)
    lines = tower.lines("outbox_age")
    assert {about: line[0] for about, line in lines.items()} == {"": 70.0, "health": 70.0, "partner": 5.0}
