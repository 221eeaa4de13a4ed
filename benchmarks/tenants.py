"""`python -m benchmarks.tenants`: how long the events of quiet communities take while another one floods the system."""

import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from multiprocessing import get_context
from os import environ
from pathlib import Path
from threading import Thread
from uuid import UUID, uuid4

import click
from sqlalchemy import select

from benchmarks.backlog import wait
from chassis.database import Database
from chassis.scope import everywhere
from contracts.grievance.events import GrievanceResolved
from tests.faults.chain import WITNESS, Chain, chain_over
from tests.integration.chassis.things import NOON, count, effects, work
from tests.scopes import in_this_scope
from tests.servers import choice, postgresql, rabbitmq

FLOODED, QUIET = "410181002011", "410181002012"
TOLD_EVERY = 0.05
FLOODED_AT_ONCE = 10
"""Events in one transaction of whoever floods: an import tells as many, and more."""

GIVES_UP_AFTER = 600.0


def tell(teller: Database, community: str, ids: list[UUID]) -> None:
    """In one transaction."""
    with work(teller) as uow:
        uow.publish(*(GrievanceResolved(community=community, grievance_id=id, resolved_at=NOON) for id in ids))


def flood(url: str, many: int) -> None:
    """As fast as one client can, which is a process of its own: in that of whoever measures it would hold that up."""
    teller = Database(url)
    with everywhere():
        for first in range(0, many, FLOODED_AT_ONCE):
            tell(teller, FLOODED, [uuid4() for _ in range(min(FLOODED_AT_ONCE, many - first))])
    teller.close()


def latencies(chain: Chain, many: int) -> list[float]:
    """Seconds from the commit of each event of a quiet community until its effect is there, the shortest first."""
    told: dict[UUID, float] = {}
    found: dict[UUID, float] = {}
    watching = Thread(target=in_this_scope(_watch), args=(chain, told, found, many), daemon=True)
    watching.start()
    for _ in range(many):
        id = uuid4()
        tell(chain.teller, QUIET, [id])
        told[id] = time.monotonic()
        time.sleep(TOLD_EVERY)
    watching.join(GIVES_UP_AFTER)
    return sorted(found[id] - told[id] for id in told)


def _watch(chain: Chain, told: dict[UUID, float], found: dict[UUID, float], many: int) -> None:
    while len(found) < many:
        open = [id for id in list(told) if id not in found]
        with chain.listener.reading() as connection:
            there = connection.execute(select(effects.c.cause).where(effects.c.cause.in_(open))).scalars().all()
        now = time.monotonic()
        found.update(dict.fromkeys(there, now))
        time.sleep(0.01)


def at(share: float, seconds: list[float]) -> float:
    """The latency that this share of them keeps within, in milliseconds."""
    return 1000 * seconds[min(len(seconds) - 1, int(share * len(seconds)))]


@contextmanager
def flooded(chain: Chain, many: int) -> Iterator[None]:
    """The flood has begun, and goes on while this lasts, or as long as there is something to tell."""
    before = count(chain.listener, "effects")
    flooding = get_context("spawn").Process(target=flood, args=(chain.teller.url, many), daemon=True)
    flooding.start()
    wait(lambda: count(chain.listener, "effects") > before)
    try:
        yield
    finally:
        flooding.join(GIVES_UP_AFTER)


@click.command()
@click.option("--quiet", default=100, show_default=True, help="events of quiet communities, each time")
@click.option("--times", default=100, show_default=True, help="as many of the one that floods")
def tenants(quiet: int, times: int) -> None:
    """Measure quiet communities alone; then while a second system on the same machine and servers is flooded, which
    takes its processor time and shares nothing else; then beside a flood of their own system. Servers as for the tests.
    """
    with ExitStack() as stack, everywhere():
        broker = choice.obtain(rabbitmq.ways(environ), choice.allowed_ways(environ))
        server = choice.obtain(postgresql.ways(environ), choice.allowed_ways(environ))
        stack.callback(broker.stop)
        stack.callback(server.stop)
        own, other = (started(stack, broker, server) for _ in range(2))
        alone = latencies(own, quiet)
        with flooded(other, quiet * times):
            busy = latencies(own, quiet)
        began, before = time.monotonic(), count(own.listener, "effects")
        with flooded(own, quiet * times):
            beside = latencies(own, quiet)
        all_told = quiet * (times + 3)
        wait(lambda: count(own.listener, "effects") >= all_told)
        rate = (all_told - before) / (time.monotonic() - began)
    for name, seconds in (
        ("alone", alone),
        ("while another system is flooded", busy),
        (f"beside a flood of {times} times as many", beside),
    ):
        print(f"quiet communities {name}: p50 {at(0.5, seconds):,.0f} ms, p99 {at(0.99, seconds):,.0f} ms")
    print(f"{rate:,.0f} events a second were handled until the flood was over")
    print(f"p99 is {at(0.99, beside) / at(0.99, alone):.1f} times as long as alone")
    print(f"p99 is {at(0.99, beside) / at(0.99, busy):.1f} times as long as on a machine that is as busy")


def started(stack: ExitStack, broker: choice.Server, server: choice.Server) -> Chain:
    """A system of its own, with a relay and a listener."""
    broker_url = stack.enter_context(rabbitmq.fresh_vhost(broker))
    database_url = stack.enter_context(postgresql.fresh_database(server.url))
    folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
    chain = stack.enter_context(chain_over(folder, broker_url, database_url))
    chain.rabbit.delete(WITNESS.name)
    chain.start("relay")
    chain.start("listener")
    return chain


if __name__ == "__main__":
    tenants()
