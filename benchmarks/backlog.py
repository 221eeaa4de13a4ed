"""`python -m benchmarks.backlog`: how fast what has piled up drains, and how much memory draining it takes."""

import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from os import environ
from pathlib import Path
from threading import Event as Signal
from threading import Thread
from uuid import uuid4

import click
import psutil
import psycopg2
from psycopg2.extras import execute_values

from chassis.scope import everywhere
from contracts import wire
from contracts.grievance.events import GrievanceResolved
from tests.faults.chain import WITNESS, Chain, chain_over
from tests.faults.invariants import left_in_outboxes
from tests.faults.running import Running
from tests.integration.chassis.things import COMMUNITY, NOON, count
from tests.servers import choice, postgresql, rabbitmq

AT_ONCE = 10_000
MEGABYTE = 1024 * 1024


@dataclass
class Drained:
    """What draining took: seconds, and bytes of memory before and at most."""

    seconds: float
    began_with: int
    at_most: int


@contextmanager
def memory_watched(process: Running) -> Iterator[Drained]:
    """Watches a process until the block ends."""
    watched, over = psutil.Process(process.process.pid), Signal()
    drained = Drained(time.monotonic(), watched.memory_info().rss, 0)

    def watch() -> None:
        while not over.wait(0.1):
            drained.at_most = max(drained.at_most, watched.memory_info().rss)

    watching = Thread(target=watch, daemon=True)
    watching.start()
    yield drained
    drained.seconds = time.monotonic() - drained.seconds
    over.set()
    watching.join()


def pile_up(url: str, many: int) -> None:
    """Events in an outbox, past the unit of work, which would take as long as all the rest."""
    statement = (
        "INSERT INTO outbox (message_id, community, type, heard, correlation, body, available_at, attempts) VALUES %s"
    )
    with psycopg2.connect(url) as connection, connection.cursor() as cursor:
        for first in range(0, many, AT_ONCE):
            execute_values(cursor, statement, [_row() for _ in range(min(AT_ONCE, many - first))], page_size=1000)
            connection.commit()


def _row() -> tuple[object, ...]:
    id, event = uuid4(), GrievanceResolved(community=COMMUNITY, grievance_id=uuid4(), resolved_at=NOON)
    envelope = wire.wrap(event, id=id, time=NOON, correlation=str(id), causation=str(id), sequence=1)
    type = GrievanceResolved.wire_name()
    return str(id), COMMUNITY, type, True, str(id), wire.to_bytes(envelope), NOON, 0


def wait(has_come: Callable[[], bool]) -> None:
    """Until this is so; asked rarely, so as not to be in the way."""
    while not has_come():
        time.sleep(0.5)


def drain_outbox(chain: Chain, rows: int) -> Drained:
    """The relay carries them to one queue."""
    pile_up(chain.teller.url, rows)
    relay = chain.start("relay")
    with memory_watched(relay) as drained:
        wait(lambda: not left_in_outboxes({"teller": chain.teller.url}))
    return drained


def drain_queue(chain: Chain, messages: int) -> Drained:
    """A listener handles them."""
    listener = chain.start("listener")
    with memory_watched(listener) as drained:
        wait(lambda: count(chain.listener, "effects") >= messages)
    return drained


@click.command()
@click.option("--rows", default=1_000_000, show_default=True, help="in the outbox")
@click.option("--messages", default=200_000, show_default=True, help="of these, until when the listener is measured")
def backlog(rows: int, messages: int) -> None:
    """Measure how a backlog drains. Servers as for the tests: BROKER_URL and DATABASE_URL, or the standard ports."""
    with ExitStack() as stack, everywhere():
        broker = choice.obtain(rabbitmq.ways(environ), choice.allowed_ways(environ))
        server = choice.obtain(postgresql.ways(environ), choice.allowed_ways(environ))
        stack.callback(broker.stop)
        stack.callback(server.stop)
        broker_url = stack.enter_context(rabbitmq.fresh_vhost(broker))
        database_url = stack.enter_context(postgresql.fresh_database(server.url))
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        chain = stack.enter_context(chain_over(folder, broker_url, database_url))
        chain.rabbit.delete(WITNESS.name)
        tell("outbox, by the relay", rows, drain_outbox(chain, rows))
        handled = min(rows, messages)
        tell("queue, by one listener", handled, drain_queue(chain, handled))


def tell(what: str, many: int, drained: Drained) -> None:
    """One line."""
    print(
        f"{what}: {many:,} in {drained.seconds:.1f} s, {many / drained.seconds:,.0f} a second;"
        f" memory {drained.began_with / MEGABYTE:.0f} MiB at first, {drained.at_most / MEGABYTE:.0f} MiB at most"
    )


if __name__ == "__main__":
    backlog()
