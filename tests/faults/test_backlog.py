"""Much that has piled up: it drains to the last one, and whoever drains it holds only a little of it at a time."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from threading import Event as Signal
from threading import Thread
from uuid import UUID, uuid4

import psutil
import pytest

from tests.faults.chain import MAIN, Chain
from tests.faults.invariants import left_in_outboxes, one_effect_each
from tests.faults.running import Running
from tests.integration.chassis.things import causes, resolved, work
from tests.waiting import eventually

pytestmark = pytest.mark.timeout(300)

MANY = 8_000
AT_ONCE = 2_000
ROOM = 60 * 1024 * 1024
"""Bytes a process may grow by; all of the backlog in memory would be several times as much."""


@contextmanager
def growth_watched(process: Running) -> Iterator[list[int]]:
    """How many bytes a process has at most beyond what it began with: the one number in the list, kept up to date."""
    watched, over, seen = psutil.Process(process.process.pid), Signal(), [0]
    began = watched.memory_info().rss

    def watch() -> None:
        while not over.wait(0.05):
            seen[0] = max(seen[0], watched.memory_info().rss - began)

    watching = Thread(target=watch, daemon=True)
    watching.start()
    try:
        yield seen
    finally:
        over.set()
        watching.join(5)


def pile_up(chain: Chain) -> list[UUID]:
    """So many events are told while nobody carries them."""
    ids = [uuid4() for _ in range(MANY)]
    for first in range(0, MANY, AT_ONCE):
        tell_together(chain, ids[first : first + AT_ONCE])
    return ids


def tell_together(chain: Chain, ids: Sequence[UUID]) -> None:
    """In one transaction."""
    with work(chain.teller) as uow:
        uow.publish(*(resolved(id) for id in ids))


def test_a_backlog_in_the_outbox_and_then_in_the_queue_drains_to_the_last_one_with_memory_flat(chain: Chain) -> None:
    ids = pile_up(chain)
    relay = chain.start("relay")
    with growth_watched(relay) as relay_grew:
        eventually(lambda: left_in_outboxes({"teller": chain.teller.url}) == [], within=60)
    eventually(lambda: chain.rabbit.depth(MAIN.name) == MANY, within=20)
    listener = chain.start("listener", BATCH="200")
    with growth_watched(listener) as listener_grew:
        eventually(lambda: chain.rabbit.depth(MAIN.name) == 0, within=150)
        eventually(lambda: len(causes(chain.listener)) >= MANY, within=30)
    assert one_effect_each(ids, causes(chain.listener)) == []
    assert relay_grew[0] < ROOM
    assert listener_grew[0] < ROOM
