"""Reports: complete, without a promise, never in anybody's way."""

import msgspec
import pytest
from sqlalchemy.exc import OperationalError

from chassis.broker import Message
from chassis.observed_work import Batch
from chassis.observing import Begun, Observer
from chassis.reporting import EVERY, MOST_STEPS, Reporter
from chassis.steps import MANY
from contracts.reports import OutboxReport, Step, Wishes
from tests.unit.chassis.seen import QUEUE, FakeBroker, FakeMember, envelope, figure
from tests.waiting import eventually


class Clock:
    """Stands where it is put."""

    now = 1000.0

    def __call__(self) -> float:
        """The time."""
        return self.now


@pytest.fixture
def observer() -> Observer:
    """Of a process called tests."""
    return Observer("tests")


@pytest.fixture
def clock() -> Clock:
    """A clock that stands."""
    return Clock()


@pytest.fixture
def reporter(observer: Observer, clock: Clock) -> Reporter:
    """For that process."""
    return Reporter(observer, clock)


def step(number: int = 0) -> Step:
    """A step that can be told from others."""
    return Step(at=float(number), kind="told", name="something", source="somebody")


def handled(observer: Observer, count: int) -> None:
    """So many events are handled."""
    with Batch(observer, QUEUE, of=count) as batch:
        for _ in range(count):
            with batch.handling(envelope(), 1):
                pass


def test_a_report_says_who_reports_and_how_the_process_stands(reporter: Reporter, clock: Clock) -> None:
    member = FakeMember()
    reporter.join(member)
    reporter.look_at("health", lambda: OutboxReport(pending=2, oldest_age=1.5, stuck=1))
    clock.now += 2.0
    reporter.report()
    (report,) = member.broker.reports()
    assert (report.process, report.is_ready, report.over) == ("tests", True, 2.0)
    assert (report.started_at, report.at) == (1000.0, 1002.0)
    assert report.memory > 1_000_000
    assert report.in_flight == 3
    assert report.queues[QUEUE].in_flight == 3
    assert report.outboxes == {"health": OutboxReport(pending=2, oldest_age=1.5, stuck=1)}
    (message,) = member.broker.sent
    assert (message.type, message.reply_to) == ("report", "replies.here")


def test_counts_are_those_since_the_last_report(reporter: Reporter, observer: Observer) -> None:
    member = FakeMember()
    reporter.join(member)
    handled(observer, 3)
    observer.retried(QUEUE, envelope(), 1, Begun.now(), "5s", ValueError())
    reporter.report()
    handled(observer, 2)
    observer.buried(QUEUE, envelope(), 6, Begun.now(), ValueError())
    reporter.report()
    first, second = (report.queues[QUEUE] for report in member.broker.reports())
    assert (first.handled, first.retried, first.buried) == (3, 1, 0)
    assert (second.handled, second.retried, second.buried) == (2, 0, 1)
    assert (sum(first.critical), sum(second.critical)) == (3, 2)


def test_what_could_not_be_sent_is_in_the_next_report(reporter: Reporter, observer: Observer) -> None:
    member = FakeMember()
    reporter.join(member)
    handled(observer, 3)
    for failing in ("refuses", "flowing"):
        setattr(member.broker, failing, failing == "refuses")
        reporter.report()
        assert member.broker.sent == []
        setattr(member.broker, failing, failing != "refuses")
    reporter.report()
    (report,) = member.broker.reports()
    assert report.queues[QUEUE].handled == 3
    assert [each.kind for each in report.steps] == ["handled"] * 3


def test_steps_go_out_once_and_in_order_however_many_messages_it_takes(reporter: Reporter, observer: Observer) -> None:
    member = FakeMember()
    reporter.join(member)
    for number in range(2 * MOST_STEPS + MANY + 5):
        observer.note(step(number))
    reporter.report()
    reports = member.broker.reports()
    assert [len(report.steps) for report in reports] == [MOST_STEPS, MOST_STEPS, MANY + 5]
    assert [each.at for report in reports for each in report.steps] == sorted(range(2 * MOST_STEPS + MANY + 5))
    reporter.report()
    assert member.broker.reports()[-1].steps == ()


def test_dropped_steps_are_counted_in_one_report_and_among_the_figures(reporter: Reporter, observer: Observer) -> None:
    member = FakeMember(broker=FakeBroker(flowing=False))
    reporter.join(member)
    for number in range(20_003):
        observer.note(step(number))
    assert figure(observer, "steps_dropped_total") == 3
    member.broker.flowing = True
    reporter.report()
    reporter.report()
    dropped = [report.dropped for report in member.broker.reports()]
    assert (dropped[0], sum(dropped)) == (3, 3)


def test_an_outbox_that_cannot_be_looked_at_is_left_out(reporter: Reporter, observer: Observer) -> None:
    def away() -> OutboxReport:
        raise OperationalError("look", {}, Exception("away"))

    member = FakeMember()
    reporter.join(member)
    reporter.look_at("health", away)
    reporter.look_at("partner", lambda: OutboxReport(pending=0, oldest_age=0.0, stuck=0))
    reporter.report()
    assert set(member.broker.reports()[0].outboxes) == {"partner"}
    assert figure(observer, "outbox_pending", service="partner") == 0
    assert figure(observer, "outbox_pending", service="health") is None


def test_figures_of_the_outbox_and_of_work_in_hand_are_renewed_though_no_broker_is_there(observer: Observer) -> None:
    member = FakeMember(broker=FakeBroker(flowing=False))
    reporter = Reporter(observer)
    reporter.join(member)
    reporter.look_at("health", lambda: OutboxReport(pending=7, oldest_age=3.0, stuck=2))
    reporter.report()
    assert figure(observer, "outbox_pending", service="health") == 7
    assert figure(observer, "outbox_oldest_age_seconds", service="health") == 3
    assert figure(observer, "outbox_parked", service="health") == 2
    assert figure(observer, "consumer_in_flight", queue=QUEUE) == 3


def test_a_process_is_not_ready_without_its_broker_nor_while_it_stops(reporter: Reporter) -> None:
    member = FakeMember()
    reporter.join(member)
    member.broker.ready = False
    reporter.report()
    member.broker.ready, member.is_told_to_stop = True, True
    reporter.report()
    assert [report.is_ready for report in member.broker.reports()] == [False, False]


def test_wishes_are_obeyed_by_every_service_of_the_process_and_said_back(reporter: Reporter) -> None:
    first, second = FakeMember(), FakeMember(in_hand={"partner.main": 1})
    reporter.join(first)
    reporter.join(second)
    reporter.take(Message(type="wishes", body=msgspec.json.encode(Wishes(paused=(QUEUE,)))))
    assert first.obeyed == second.obeyed == [(QUEUE,)]
    reporter.report()
    queues = first.broker.reports()[0].queues
    assert {name: queue.is_paused for name, queue in queues.items()} == {QUEUE: True, "partner.main": False}


def test_what_is_no_wish_is_not_obeyed(reporter: Reporter) -> None:
    member = FakeMember()
    reporter.join(member)
    reporter.take(Message(type="no_queue", body=b""))
    reporter.take(Message(type="wishes", body=b"nonsense"))
    assert member.obeyed == []


def test_a_process_of_many_services_reports_once_over_the_first_ones_broker(reporter: Reporter) -> None:
    first, second = FakeMember(), FakeMember(in_hand={"partner.main": 1})
    reporter.join(first)
    reporter.join(second)
    reporter.report()
    assert len(first.broker.sent) == 1
    assert second.broker.sent == []
    assert first.broker.reports()[0].in_flight == 4


def test_the_last_report_goes_out_before_the_way_is_closed_and_none_after(
    reporter: Reporter, observer: Observer
) -> None:
    member = FakeMember()
    reporter.join(member)
    observer.note(step())
    reporter.report()
    observer.note(step(2))
    reporter.leave(member.broker)
    assert [(each.steps, each.is_last) for each in member.broker.reports()] == [((step(),), False), ((step(2),), True)]
    reporter.report()
    assert len(member.broker.sent) == 2


def test_another_way_that_is_closed_ends_no_reports(reporter: Reporter) -> None:
    member = FakeMember()
    reporter.join(member)
    reporter.leave(FakeBroker())
    reporter.report()
    assert len(member.broker.sent) == 1


def test_a_process_without_services_reports_over_the_way_it_was_given(reporter: Reporter) -> None:
    way = FakeBroker()
    reporter.send_through(way)
    reporter.report()
    assert [message.reply_to for message in way.sent] == [""]


def test_without_a_thread_to_spare_a_report_is_due_every_two_seconds(reporter: Reporter, clock: Clock) -> None:
    way = FakeBroker()
    reporter.send_through(way)
    reporter.report_if_due()
    assert way.sent == []
    clock.now += EVERY
    reporter.report_if_due()
    reporter.report_if_due()
    assert len(way.sent) == 1


def test_many_steps_are_reported_at_once(reporter: Reporter, observer: Observer) -> None:
    member = FakeMember()
    reporter.join(member)
    reporter.start()
    eventually(lambda: len(member.broker.sent) == 1)
    for number in range(MANY):
        observer.note(step(number))
    eventually(lambda: len(member.broker.sent) == 2, within=EVERY * 0.8)
    reporter.leave(member.broker)


def test_a_process_reports_as_soon_as_it_has_begun(reporter: Reporter) -> None:
    member = FakeMember()
    reporter.join(member)
    assert member.broker.sent == []
    reporter.start()
    eventually(lambda: len(member.broker.sent) == 1, within=EVERY * 0.8)
    reporter.leave(member.broker)
