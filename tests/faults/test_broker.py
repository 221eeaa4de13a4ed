"""The broker is stopped, killed, or short of memory and disk: what is told waits, and the flow resumes by itself."""

import time
from collections.abc import Callable

import pytest

from tests.faults.chain import RECOVERS_WITHIN, Chain, seconds
from tests.faults.invariants import left_in_outboxes
from tests.integration.chassis.things import causes
from tests.servers.own_rabbitmq import OwnRabbitMQ
from tests.waiting import eventually

pytestmark = pytest.mark.timeout(240)


def restart(broker: OwnRabbitMQ) -> None:
    """As an operator does."""
    broker.control(["stop_app"])
    broker.control(["start_app"])


def kill(broker: OwnRabbitMQ) -> None:
    """As a machine that fails does."""
    broker.kill()
    broker.start()


@pytest.mark.parametrize("fail", [restart, kill])
def test_a_broker_that_goes_away_and_comes_back_loses_and_doubles_nothing(
    own_chain: Chain, own_rabbitmq: OwnRabbitMQ, fail: Callable[[OwnRabbitMQ], None]
) -> None:
    own_chain.start("teller")
    own_chain.start("relay")
    own_chain.start("listener", TAKES="0.02", BATCH="5")
    own_chain.tell(60)
    eventually(lambda: causes(own_chain.listener), 20)
    assert len(causes(own_chain.listener)) < 60, "broken after the work is no proof"
    fail(own_rabbitmq)
    back_at = time.monotonic()
    own_chain.tell(20)
    own_chain.check_all_done()
    print(f"the flow resumed {seconds(back_at):.1f} s after the broker was back")  # noqa: T201
    own_chain.ask(1)
    own_chain.check_at_rest()


@pytest.mark.parametrize("what", ["memory", "disk"])
def test_while_the_broker_raises_an_alarm_what_is_told_waits_and_then_all_of_it_flows(
    own_chain: Chain, own_rabbitmq: OwnRabbitMQ, what: str
) -> None:
    own_chain.start("relay")
    own_chain.start("listener")
    own_chain.tell(1)
    own_chain.check_all_done()
    own_rabbitmq.raise_alarm(what)
    try:
        own_chain.tell(50)
        waiting = left_in_outboxes({"teller": own_chain.teller.url})
        assert waiting == ["in the outbox of teller: 50"]
        assert len(causes(own_chain.listener)) == 1
    finally:
        own_rabbitmq.end_alarms()
    calm_at = time.monotonic()
    own_chain.check_all_done(RECOVERS_WITHIN)
    print(f"the flow resumed {seconds(calm_at):.1f} s after the {what} alarm")  # noqa: T201
    own_chain.check_at_rest()
