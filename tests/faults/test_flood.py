"""One community floods the system: it waits for itself, the others do not wait for it, and nothing is lost."""

from dataclasses import replace
from uuid import UUID, uuid4

import pytest

from tests.faults.chain import COMMUNITIES, MAIN, Chain
from tests.faults.invariants import left_in_outboxes, never_backwards
from tests.integration.chassis.things import causes, count, resolved, thing, work
from tests.waiting import eventually

pytestmark = pytest.mark.timeout(180)

FLOODED, QUIET = COMMUNITIES
MANY = 1500
SOON = 500
"""Of the flood this many more may be done before an event that is told beside it: what is in the listener's hands and
its queue, and what is done while the event is on its way through a busy machine."""


def tell(chain: Chain, community: str, count: int) -> list[UUID]:
    """So many things are done and told of in one transaction: what an import does."""
    ids = [uuid4() for _ in range(count)]
    with work(chain.teller) as uow:
        for id in ids:
            uow.things.add(thing(id=id, community=community))
            uow.publish(replace(resolved(id), community=community))
    return ids


def waits_in_outbox(chain: Chain) -> int:
    """How many events the relay has not carried yet."""
    return count(chain.teller, "outbox")


def start_relay(chain: Chain) -> None:
    """A relay that has been told by the listener what it hears."""
    relay = chain.start("relay", LOG_LEVEL="INFO")
    eventually(lambda: any(MAIN.name in line for line in relay.said()), 20)


def test_what_is_told_beside_a_flood_is_done_before_the_flood_is(chain: Chain) -> None:
    chain.start("listener", TAKES="0.004")
    start_relay(chain)
    tell(chain, FLOODED, MANY)
    for _ in range(3):
        done_before = count(chain.listener, "effects")
        (id,) = tell(chain, QUIET, 1)
        eventually(lambda id=id: id in causes(chain.listener), 60)
        assert causes(chain.listener).index(id) - done_before < SOON
    assert waits_in_outbox(chain) > 0, "the flood was over, which proves nothing"
    chain.check_at_rest()


def test_a_flood_arrives_whole_and_each_things_events_in_their_order(chain: Chain) -> None:
    chain.start("listener")
    start_relay(chain)
    ids = tell(chain, FLOODED, 20)
    for _ in range(30):
        with work(chain.teller) as uow:
            for id in ids:
                uow.things.get(id)
                uow.publish(resolved(id))
        tell(chain, QUIET, 1)
    eventually(lambda: not left_in_outboxes({"teller": chain.teller.url}), 60)
    eventually(lambda: count(chain.listener, "effects") == 20 + 30 * 20 + 30, 60)
    assert never_backwards(chain.applied()) == []
    assert [causes(chain.listener).count(id) for id in ids] == [31] * 20
    assert set(chain.told().values()) == {1}


def test_what_is_held_back_goes_to_the_queue_once_nobody_takes_from_it(chain: Chain) -> None:
    listener = chain.start("listener", TAKES="0.02")
    start_relay(chain)
    tell(chain, FLOODED, MANY)
    eventually(lambda: count(chain.listener, "effects") > 0, 20)
    assert chain.rabbit.depth(MAIN.name) < MANY / 4
    assert waits_in_outbox(chain) > MANY / 2
    listener.killed()
    eventually(lambda: waits_in_outbox(chain) == 0, 30)
    eventually(lambda: chain.rabbit.depth(MAIN.name) >= MANY - count(chain.listener, "effects"))
    chain.start("listener")
    chain.check_at_rest()
