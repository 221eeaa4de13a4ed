"""A teller, its relay and a listener over a broker and a database: the smallest chain that can lose or double."""

import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from functools import partial
from itertools import cycle
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import amqp
from sqlalchemy import event

from chassis.amqp_messages import from_amqp
from chassis.asking import Caller
from chassis.broker import DEAD_LETTERS, RETRY_PAUSES, QueuePlan
from chassis.config import database_url_of
from chassis.database import Database, use_keys
from chassis.encryption import new_key
from chassis.links import connect, cut
from chassis.migrate import create_database
from contracts import wire
from contracts.errors import Unavailable
from contracts.grievance.events import GrievanceResolved
from tests.faults.invariants import dead_letters, in_their_communities, left_in_outboxes, one_effect_each
from tests.faults.running import Kept, Running
from tests.integration.chassis.brokers import Rabbit
from tests.integration.chassis.things import COMMUNITY, causes, resolved, rows, thing, thing_database, work
from tests.waiting import eventually

MAIN = QueuePlan(name="listener.main", listens=(GrievanceResolved.wire_name(),))
WITNESS = QueuePlan(name="witness.main", listens=MAIN.listens)
"""Gets all that the listener gets, and nobody takes from it: how often each thing was told."""

RECOVERS_WITHIN = 60.0
COMMUNITIES = (COMMUNITY, "410181002012")


class Chain:
    """The chain; its processes are started one by one, and each is killed when the test is over."""

    def __init__(self, folder: Path, broker_url: str, database_url: str, teller: Database, listener: Database) -> None:
        self.folder, self.broker_url, self.database_url = folder, broker_url, database_url
        self.teller, self.listener = teller, listener
        self.rabbit = Rabbit(broker_url)
        self.started: list[Running | Kept] = []
        self.asked: list[UUID] = []

    def start(self, role: str, **environ: str) -> Running:
        """Start a process of the chain and wait until it has."""
        one = self.begin(role, **environ)
        one.heard_to_say("started")
        return one

    def begin(self, role: str, **environ: str) -> Running:
        """Begin to start a process of the chain."""
        one = self._new(role, environ)
        self.started.append(one)
        return one

    def keep(self, role: str, **environ: str) -> Kept:
        """The same, started again whenever it dies."""
        one = Kept(lambda: self._new(role, environ))
        self.started.append(one)
        one.now.heard_to_say("started")
        return one

    def begin_hemei(self, *words: str) -> Running:
        """Begin to start a real process of Hemei beside the chain, on its broker and database."""
        one = Running(self.folder, self._environment(), "cli.main", *words)
        self.started.append(one)
        return one

    def _new(self, role: str, environ: dict[str, str]) -> Running:
        return Running(self.folder, self._environment() | environ, "tests.faults.victim", role)

    def _environment(self) -> dict[str, str]:
        return {
            "BROKER_URL": self.broker_url,
            "DATABASE_URL": self.database_url,
            "FIELD_KEYS": new_key(),
            "SECRET_KEY": new_key(),
            "READY_FILE": str(self.folder / f"{uuid4()}.ready"),
            "LOG_LEVEL": "WARNING",
        }

    def reconnect(self) -> None:
        """Look at the databases over new connections: the test's own break too when a server crashes."""
        for database in (self.teller, self.listener):
            database.engine.dispose()

    # -- causes

    def tell(self, count: int) -> list[UUID]:
        """So many things are done and told of, each in a transaction of its own."""
        ids = [uuid4() for _ in range(count)]
        for id, community in zip(ids, cycle(COMMUNITIES), strict=False):
            with work(self.teller) as uow:
                uow.things.add(thing(id=id, community=community))
                uow.publish(replace(resolved(id), community=community))
        return ids

    def tell_of(self, id: UUID, times: int) -> None:
        """The same thing is told of so many times, each time with its next version."""
        for _ in range(times):
            with work(self.teller) as uow:
                if uow.things.find(id) is None:
                    uow.things.add(thing(id=id))
                uow.publish(resolved(id))

    def ask(self, count: int) -> None:
        """Ask the teller to do so many things, each again and again until it has answered."""
        asking = self.rabbit.connect()
        caller = Caller(asking, patience=1.0)
        asking.start()
        for _ in range(count):
            id = uuid4()
            self.asked.append(id)
            _ask_until_answered(caller, id)

    # -- effects

    def told(self) -> Counter[str]:
        """How often each message has come by the witness so far."""
        return Counter(raw.properties["message_id"] for raw in self.rabbit.raw(WITNESS.name))

    def applied(self) -> list[tuple[str, int]]:
        """Thing and version of each message in the order a listener does them: each when it has come first."""
        first = {raw.properties["message_id"]: raw.body for raw in reversed(self.rabbit.raw(WITNESS.name))}
        told = [wire.from_bytes(body) for body in reversed(first.values())]
        return [(each.subject, each.sequence) for each in told]

    def consumers(self) -> int:
        """How many processes listen."""
        connection = connect(self.broker_url, "count")
        try:
            return int(connection.channel().queue_declare(MAIN.name, passive=True).consumer_count)
        finally:
            cut(connection)

    def post(self, body: bytes, **properties: Any) -> None:
        """Put something into the listener's queue, whatever it is."""
        connection = connect(self.broker_url, "post")
        channel = connection.channel()
        channel.confirm_select()
        channel.basic_publish_confirm(amqp.Message(body, **properties), "", MAIN.name)
        cut(connection)

    def faults(self) -> list[str]:
        """What is lost, doubled or without a cause: I1, I2, I3."""
        return one_effect_each([row.id for row in rows(self.teller, "things")], causes(self.listener))

    def strays(self) -> list[str]:
        """What is told in another community than that of its thing, inside or outside its envelope: I7."""
        of_things = {str(row.id): row.community for row in rows(self.teller, "things")}
        told = [(wire.from_bytes(raw.body), from_amqp(raw)) for raw in self.rabbit.raw(WITNESS.name)]
        inside = [(envelope.subject, envelope.communityid) for envelope, _ in told]
        outside = [(envelope.subject, str(message.headers["community"])) for envelope, message in told]
        return in_their_communities(of_things, inside + outside)

    def check_all_done(self, within: float = RECOVERS_WITHIN) -> None:
        """Wait until every cause has its one effect."""

        def check() -> None:
            faults = self.faults()
            assert faults == [], "\n".join([*faults[:10], f"{len(faults)} in all", *self._last_words()])

        eventually(check, within)

    def check_at_rest(self) -> None:
        """Stop every process (I9), then see that nothing is left anywhere (I5): what one of them had in its hands
        lies in its queue again."""
        self.check_all_done()
        eventually(lambda: not left_in_outboxes({"teller": self.teller.url, "listener": self.listener.url}), 20)
        # One that died behind its commit has had every effect: its next life has only to be handed the message again.
        eventually(partial(self._check_empty, MAIN.name), within=20)
        for each in self.started:
            if isinstance(each, Kept) or each.is_alive:
                each.told_to_stop()
        for queue in (*(f"retry.{level}" for level in RETRY_PAUSES), MAIN.name):
            # What was put on a level of the ladder by a test itself may still wait there for its pause to end.
            eventually(partial(self._check_empty, queue), within=10)
        assert dead_letters(self.broker_url) == []
        assert self.faults() == []
        assert self.strays() == []

    def _check_empty(self, queue: str) -> None:
        assert self.rabbit.depth(queue) == 0, queue

    def _last_words(self) -> list[str]:
        lives = [each.now if isinstance(each, Kept) else each for each in self.started]
        return [line for each in lives for line in each.said()[-5:]]


def _ask_until_answered(caller: Caller, id: UUID) -> None:
    def answered() -> None:
        try:
            caller.ask("teller", "finish", {"id": str(id)})
        except Unavailable as error:
            raise AssertionError(error) from error

    eventually(answered, RECOVERS_WITHIN)


@contextmanager
def chain_over(folder: Path, broker_url: str, database_url: str) -> Iterator[Chain]:
    """A chain with empty databases and queues."""
    use_keys((new_key(),))
    urls = [database_url_of(database_url, name) for name in ("teller", "listener")]
    for url in urls:
        create_database(url)
    with thing_database(urls[0]) as teller, thing_database(urls[1]) as listener:
        for database in (teller, listener):
            event.listen(database.engine, "connect", _call_it_a_test)
        chain = Chain(folder, broker_url, database_url, teller, listener)
        chain.reconnect()
        chain.rabbit.declare(MAIN, WITNESS)
        for queue in (MAIN.name, WITNESS.name, DEAD_LETTERS):
            chain.rabbit.taken(queue)
        try:
            yield chain
        finally:
            for each in chain.started:
                each.killed()
            chain.rabbit.close()
            with suppress(Exception):
                chain.rabbit.delete(MAIN.name)


def _call_it_a_test(connection: Any, _record: Any) -> None:
    """Whoever cuts the connections of Hemei's processes spares this one."""
    with connection.cursor() as cursor:
        cursor.execute("SET application_name = 'test'")
    connection.commit()


def seconds(since: float) -> float:
    """How long ago this was by the clock that nobody sets."""
    return time.monotonic() - since
