"""While the broker has raised an alarm nothing is reported: what lies in the socket would hold up what matters."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from chassis.amqp import AmqpBroker
from chassis.broker import Message, QueuePlan
from chassis.observing import Observer
from chassis.publisher import Publisher
from chassis.reporting import Reporter
from contracts.reports import REPORTS, Step
from tests.servers.own_rabbitmq import OwnRabbitMQ
from tests.waiting import eventually

pytestmark = pytest.mark.timeout(120)

NEWS = Message(body=b"{}", id="news", type="report")


@contextmanager
def alarmed(broker: OwnRabbitMQ) -> Iterator[None]:
    """The broker is short of memory until the block ends."""
    broker.raise_alarm("memory")
    try:
        yield
    finally:
        broker.end_alarms()


@pytest.fixture
def broker(own_rabbitmq: OwnRabbitMQ) -> Iterator[AmqpBroker]:
    """A service's way to it."""
    found = AmqpBroker(own_rabbitmq.url, "reports")
    found.consume(QueuePlan(name="reported.main"), lambda delivery: delivery.acknowledge(), prefetch=1)
    found.start()
    assert found.is_ready()
    yield found
    found.stop()


@pytest.fixture
def publisher(own_rabbitmq: OwnRabbitMQ, broker: AmqpBroker) -> Iterator[Publisher]:
    """The relay's."""
    found = Publisher(own_rabbitmq.url)
    found.keep_alive()
    yield found
    found.drop_connection()


def test_a_service_reports_nothing_during_an_alarm_and_goes_on_with_what_waited(
    own_rabbitmq: OwnRabbitMQ, broker: AmqpBroker
) -> None:
    observer = Observer("reported")
    reporter = Reporter(observer)
    reporter.send_through(broker)
    with alarmed(own_rabbitmq):
        broker.send(NEWS, REPORTS, confirmed=False)  # whoever sends nothing is not told of the alarm
        eventually(lambda: not broker.is_flowing(), within=20)
        observer.note(Step(at=0.0, kind="told", name="something", source="reported"))
        reporter.report()
        assert len(observer.steps) == 1
    eventually(broker.is_flowing, within=20)
    reporter.report()
    assert len(observer.steps) == 0


def test_the_relay_knows_of_an_alarm_and_of_its_end(own_rabbitmq: OwnRabbitMQ, publisher: Publisher) -> None:
    def after_a_look(is_so: Callable[[], bool]) -> Callable[[], bool]:
        def look() -> bool:
            publisher.keep_alive()
            return is_so()

        return look

    assert publisher.is_flowing()
    with alarmed(own_rabbitmq):
        publisher.send(NEWS, REPORTS)
        eventually(after_a_look(lambda: not publisher.is_flowing()), within=20)
    eventually(after_a_look(publisher.is_flowing), within=20)
