"""Deploying anew under load: every process ends what it has begun, and nothing is delivered twice for it."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event as Signal
from threading import Thread

import pytest

from tests.faults.chain import Chain
from tests.integration.chassis.things import causes
from tests.scopes import in_this_scope
from tests.servers.own_rabbitmq import OwnRabbitMQ
from tests.waiting import eventually

pytestmark = pytest.mark.timeout(240)

RESTARTS = 20


def test_twenty_rolling_restarts_under_load_hand_no_message_to_anybody_twice(
    own_chain: Chain, own_rabbitmq: OwnRabbitMQ
) -> None:
    own_chain.start("relay")
    listeners = [own_chain.begin("listener", TAKES="0.01", BATCH="10", NOTES="yes") for _ in range(3)]
    every = list(listeners)
    for listener in listeners[:2]:
        listener.heard_to_say("started")
    redelivered, delivered = own_rabbitmq.redelivered(), own_rabbitmq.delivered()
    with load(own_chain):
        for _ in range(RESTARTS):
            listeners.append(own_chain.begin("listener", TAKES="0.01", BATCH="10", NOTES="yes"))
            every.append(listeners[-1])
            done = len(causes(own_chain.listener))
            eventually(lambda done=done: len(causes(own_chain.listener)) > done, 20)
            old, *listeners = listeners
            old.told_to_stop()
            listeners[1].heard_to_say("started")
    own_chain.check_all_done()
    done = len(causes(own_chain.listener))
    assert own_rabbitmq.delivered() - delivered >= done > RESTARTS * 10
    # The broker may mark one or two more: what is on its way from a quorum queue to a consumer that is just being
    # cancelled seems to be taken back inside the broker, and counts as delivered again when it is first handed out.
    print(f"{done} done, marked as redelivered: {own_rabbitmq.redelivered() - redelivered}")  # noqa: T201
    came = Counter(line for each in every for line in each.said() if line.startswith("came"))
    assert len(came) == done
    assert set(came.values()) == {1}, "somebody was handed what somebody else had been handed before"
    own_chain.check_at_rest()


@contextmanager
def load(chain: Chain) -> Iterator[None]:
    """More is told all the time, faster than one listener does it."""
    over = Signal()

    def tell() -> None:
        while not over.is_set():
            chain.tell(10)
            over.wait(0.05)

    telling = Thread(target=in_this_scope(tell))
    telling.start()
    try:
        yield
    finally:
        over.set()
        telling.join(20)
