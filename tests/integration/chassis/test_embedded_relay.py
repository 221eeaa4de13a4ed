"""The relay of the embedded form: an event stays in its outbox until every service that hears it has settled it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy.exc import OperationalError

from chassis.broker import QueuePlan
from chassis.database import Database
from chassis.embedded_relay import MOST_UNSETTLED, EmbeddedRelay
from contracts import wire
from contracts.grievance.events import GrievanceClosed, GrievanceResolved
from tests.integration.chassis.brokers import InProcess, Taken, kept, new_queue
from tests.integration.chassis.things import COMMUNITY, NOON, metadata, resolved, rows, thing_database, work
from tests.waiting import eventually


class Failing(Database):
    """A database that fails as often as it is told to."""

    failures = 0

    @contextmanager
    def reading(self) -> Iterator[Any]:
        """Fail, or open."""
        self._fail()
        with super().reading() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Any]:
        """Fail, or open."""
        self._fail()
        with super().writing() as connection:
            yield connection

    def _fail(self) -> None:
        if self.failures:
            self.failures -= 1
            raise OperationalError("", {}, Exception("disk I/O error"))


class House:
    """One teller, its relay, and whoever hears it, in one process that can be left and entered again."""

    def __init__(self, folder: Path, database: Database) -> None:
        self.folder, self.database = folder, database
        self.enter()

    def enter(self) -> None:
        """Start with what is on disk and nothing else."""
        self.world = InProcess(self.folder)
        self.relay = self.relay_of(self.database)

    def relay_of(self, database: Database) -> EmbeddedRelay:
        """A relay over this database."""
        return EmbeddedRelay(database, metadata.tables["outbox"], self.world.broker, _in_a_thread)

    def hears(self, taken: Taken, plan: QueuePlan | None = None, *, prefetch: int = 10) -> QueuePlan:
        """Somebody listens."""
        plan = plan or new_queue(GrievanceResolved.wire_name())
        service = self.world.connect()
        service.consume(plan, taken, prefetch=prefetch)
        service.start()
        return plan

    def start(self) -> None:
        """Let the relay run."""
        _in_a_thread(self.relay.run)

    def tell(self, *ids: UUID) -> None:
        """Commit events about these."""
        with work(self.database, lambda: self.relay.wake()) as uow:
            uow.publish(*(resolved(id) for id in ids))

    def outbox(self) -> list[UUID]:
        """The message ids that lie there."""
        return [row.message_id for row in rows(self.database, "outbox")]


def _in_a_thread(do: Callable[..., None], *given: Any) -> None:
    Thread(target=do, args=given, daemon=True).start()


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """A house of its own."""
    with thing_database(f"sqlite:///{tmp_path}/things.db") as database:
        found = House(tmp_path, database)
        yield found
        found.relay.stop()


def ids_of(taken: Taken) -> list[UUID]:
    """The ids of the messages that came."""
    return [UUID(delivery.message.id) for delivery in taken.deliveries]


def test_what_was_told_is_delivered_in_its_order_and_leaves_the_outbox_when_it_is_settled(house: House) -> None:
    taken = Taken()
    house.hears(taken, prefetch=100)
    house.start()
    told = [uuid4() for _ in range(20)]
    for first, second in zip(told[::2], told[1::2], strict=True):
        house.tell(first, second)
    eventually(lambda: len(taken.bodies) == 20)
    eventually(lambda: house.outbox() == [])
    assert [UUID(wire.from_bytes(body).subject) for body in taken.bodies] == told
    assert house.relay.is_idle


def test_an_event_stays_in_the_outbox_until_everyone_who_hears_it_has_settled_it(house: House) -> None:
    quick, slow = Taken(), Taken(then=kept)
    house.hears(quick)
    house.hears(slow)
    house.start()
    house.tell(uuid4())
    eventually(lambda: len(quick.bodies) == len(slow.bodies) == 1)
    assert len(house.outbox()) == 1
    assert not house.relay.is_idle
    slow.deliveries[0].acknowledge()
    eventually(lambda: house.outbox() == [])
    assert house.relay.is_idle


def test_an_event_stays_in_the_outbox_during_the_pause_before_it_is_tried_again(house: House) -> None:
    taken = Taken(then=lambda delivery: delivery.retry_later(delivery.message.with_headers(attempt=2), "5s"))
    house.hears(taken)
    house.start()
    house.tell(uuid4())
    eventually(lambda: len(taken.bodies) == 1)
    assert len(house.outbox()) == 1
    taken.then = lambda delivery: delivery.acknowledge()
    house.world.pass_time(5)
    eventually(lambda: house.outbox() == [])
    assert [delivery.message.attempt for delivery in taken.deliveries] == [1, 2]


def test_a_buried_event_leaves_the_outbox_and_lies_in_a_file_that_outlives_the_process(house: House) -> None:
    taken = Taken(then=lambda delivery: delivery.bury(delivery.message))
    plan = house.hears(taken)
    house.start()
    house.tell(uuid4())
    eventually(lambda: taken.settled == 1)
    eventually(lambda: house.outbox() == [])
    house.enter()
    assert [message.id for message in house.world.dead(plan.name)] == [taken.deliveries[0].message.id]


def test_after_a_kill_what_was_not_settled_is_told_again_under_the_same_id(house: House) -> None:
    first = Taken(then=lambda delivery: delivery.acknowledge() if len(first.deliveries) == 1 else None)
    plan = house.hears(first)
    house.start()
    house.tell(uuid4(), uuid4(), uuid4())
    eventually(lambda: len(first.bodies) == 3)
    eventually(lambda: len(house.outbox()) == 2)
    left = house.outbox()
    house.enter()
    second = Taken()
    house.hears(second, plan)
    house.start()
    eventually(lambda: house.outbox() == [])
    assert ids_of(second) == left == ids_of(first)[1:]


def test_an_id_of_the_outbox_is_never_given_out_again_so_that_nothing_is_passed_over(house: House) -> None:
    taken = Taken()
    house.hears(taken)
    house.start()
    for round in range(1, 4):
        house.tell(uuid4())
        eventually(lambda round=round: len(taken.bodies) == round)
        eventually(lambda: house.outbox() == [])


def test_an_event_that_nobody_hears_leaves_the_outbox_at_once(house: House) -> None:
    house.start()
    with work(house.database, house.relay.wake) as uow:
        uow.publish(GrievanceClosed(community=COMMUNITY, grievance_id=uuid4(), closed_at=NOON))
    eventually(lambda: house.outbox() == [])


def test_what_was_told_before_the_relay_started_is_carried_too(house: House) -> None:
    taken = Taken()
    house.hears(taken)
    house.tell(uuid4())
    house.start()
    eventually(lambda: len(taken.bodies) == 1)


def test_more_than_may_be_on_their_way_at_once_are_carried_one_after_another(house: House) -> None:
    taken = Taken(then=kept)
    house.hears(taken, prefetch=2 * MOST_UNSETTLED)
    house.tell(*(uuid4() for _ in range(MOST_UNSETTLED + 5)))
    house.start()
    eventually(lambda: len(taken.bodies) == MOST_UNSETTLED)
    for delivery in taken.deliveries[:MOST_UNSETTLED]:
        delivery.acknowledge()
    eventually(lambda: len(taken.bodies) == MOST_UNSETTLED + 5)
    assert len(set(ids_of(taken))) == MOST_UNSETTLED + 5


def test_a_paused_queue_with_very_much_waiting_keeps_nothing_from_the_others(house: House) -> None:
    paused, taken = Taken(), Taken()
    plan = house.hears(paused)
    house.world.broker.pause(plan.name)
    house.hears(taken, prefetch=10)
    house.tell(*(uuid4() for _ in range(2 * MOST_UNSETTLED + 5)))
    house.start()
    eventually(lambda: len(taken.bodies) == 2 * MOST_UNSETTLED + 5, within=20)
    assert paused.bodies == []
    assert len(house.outbox()) == 2 * MOST_UNSETTLED + 5
    house.world.broker.resume(plan.name)
    eventually(lambda: house.outbox() == [], within=20)
    assert len(paused.bodies) == 2 * MOST_UNSETTLED + 5


def test_told_to_stop_it_removes_what_is_settled_so_that_less_is_told_again(house: House) -> None:
    taken = Taken(then=kept)
    house.hears(taken)
    house.tell(uuid4(), uuid4())
    house.start()
    eventually(lambda: len(taken.bodies) == 2)
    taken.deliveries[0].acknowledge()
    house.relay.stop()
    assert house.outbox() == [UUID(taken.deliveries[1].message.id)]


def test_a_database_that_fails_does_not_end_the_relay(house: House, tmp_path: Path) -> None:
    failing = Failing(f"sqlite:///{tmp_path}/things.db")
    taken = Taken(then=kept)
    house.hears(taken)
    house.relay = house.relay_of(failing)
    failing.failures = 1
    house.start()
    house.tell(uuid4())
    eventually(lambda: len(taken.bodies) == 1)
    failing.failures = 1
    taken.deliveries[0].acknowledge()
    eventually(lambda: house.outbox() == [])
    failing.close()
