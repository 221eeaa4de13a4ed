"""The relay of the distributed form: an event leaves its outbox only when it is safe with the broker."""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from threading import Thread
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from chassis.amqp_messages import from_amqp
from chassis.broker import DEAD_LETTERS, QueuePlan
from chassis.database import Database
from chassis.leased_outbox import ALL_READ_EVERY, MOST_AT_ONCE, Outbox, Row
from chassis.links import LOST
from chassis.publisher import Publisher
from chassis.relay import SAFETY_POLL, TRIES, Relay, is_ready
from contracts import wire
from contracts.grievance.events import GrievanceFiled, GrievanceRated, GrievanceRejected, GrievanceResolved
from tests.faults.proxy import Proxy, proxy_to
from tests.integration.chassis.brokers import Rabbit, message
from tests.integration.chassis.things import COMMUNITY, NOON, resolved, rows, work
from tests.waiting import eventually

RESOLVED = QueuePlan(name="hearer.main", listens=(GrievanceResolved.wire_name(),))

ELSEWHERE = "410181002012"


class Crash(BaseException):
    """The process ends here."""


class Forgetful(Outbox):
    """An outbox whose relay is killed just before it removes what is safe."""

    def remove(self, ids: Sequence[int]) -> None:
        """Never comes to it."""
        if ids:
            raise Crash


@pytest.fixture
def bound(rabbit: Rabbit) -> Iterator[Rabbit]:
    """A broker where somebody listens for what is resolved."""
    rabbit.declare(RESOLVED)
    yield rabbit
    rabbit.delete(RESOLVED.name)


@pytest.fixture
def start(fresh_broker: str, postgresql_url: str, tmp_path: Path) -> Iterator[Callable[..., Relay]]:
    """Makes relays over the one outbox."""
    made: list[tuple[Outbox, Publisher]] = []

    def relay(outbox: type[Outbox] = Outbox, broker: str = fresh_broker, url: str = postgresql_url) -> Relay:
        parts = outbox("things", url), Publisher(broker)
        made.append(parts)
        return Relay([parts[0]], parts[1], tmp_path / "ready")

    yield relay
    for outbox, publisher in made:
        outbox.drop_connection()
        publisher.drop_connection()


def tell(database: Database, *ids: UUID) -> None:
    """Commit events about these."""
    with work(database) as uow:
        uow.publish(*(resolved(id) for id in ids))


def heard(rabbit: Rabbit) -> list[UUID]:
    """The message ids that reached the queue, as they wait there; takes them out."""
    return [UUID(raw.properties["message_id"]) for raw in rabbit.taken(RESOLVED.name)]


def told(database: Database) -> list[UUID]:
    """The message ids in the outbox, in their order."""
    return [row.message_id for row in rows(database, "outbox")]


# -- told if and only if saved


def test_what_was_told_reaches_the_queue_in_its_order_and_leaves_the_outbox(
    bound: Rabbit, postgresql: Database, start: Callable[..., Relay]
) -> None:
    tell(postgresql, *(uuid4() for _ in range(20)))
    expected = told(postgresql)
    assert start().carry() == 20
    assert heard(bound) == expected
    assert told(postgresql) == []


def test_a_message_carries_the_envelope_and_says_outside_what_an_operator_must_see(
    bound: Rabbit, postgresql: Database, start: Callable[..., Relay]
) -> None:
    tell(postgresql, uuid4())
    (row,) = rows(postgresql, "outbox")
    start().carry()
    (raw,) = bound.taken(RESOLVED.name)
    assert raw.body == bytes(row.body)
    assert wire.from_bytes(raw.body).id == row.message_id
    properties = raw.properties
    assert properties["content_type"] == "application/cloudevents+json; charset=UTF-8"
    assert (properties["type"], properties["delivery_mode"]) == (GrievanceResolved.wire_name(), 2)
    assert properties["correlation_id"] == row.correlation
    assert from_amqp(raw).headers == {"attempt": 1, "community": COMMUNITY}


def test_what_was_rolled_back_is_never_told(bound: Rabbit, postgresql: Database, start: Callable[..., Relay]) -> None:
    with pytest.raises(Crash), work(postgresql) as uow:  # noqa: PT012
        uow.publish(resolved(uuid4()))
        raise Crash
    assert start().carry() == 0
    assert heard(bound) == []


def test_a_relay_killed_between_confirm_and_removal_tells_again_under_the_same_id(
    bound: Rabbit, postgresql: Database, start: Callable[..., Relay]
) -> None:
    tell(postgresql, uuid4(), uuid4())
    expected = told(postgresql)
    killed = start(Forgetful)
    with pytest.raises(Crash):
        killed.carry()
    assert told(postgresql) == expected
    killed._outboxes[0].drop_connection()
    assert start().carry() == 2
    assert heard(bound) == [*expected, *expected]
    assert told(postgresql) == []


def test_what_the_broker_did_not_confirm_stays_in_the_outbox(
    bound: Rabbit, fresh_broker: str, postgresql: Database, start: Callable[..., Relay]
) -> None:
    with proxy_to(fresh_broker) as proxy:
        relay = start(broker=proxy.url)
        tell(postgresql, uuid4())
        relay.carry()
        tell(postgresql, uuid4())
        (left,) = told(postgresql)
        proxy.shut()
        with pytest.raises(LOST):
            relay.carry()
        assert told(postgresql) == [left]
    relay._outboxes[0].drop_connection()
    start().carry()
    assert heard(bound)[-1] == left


def test_an_event_that_commits_after_a_later_one_was_carried_is_carried_too(
    bound: Rabbit, postgresql: Database, start: Callable[..., Relay]
) -> None:
    relay = start()
    slow = work(postgresql)
    with slow:
        slow.publish(resolved(uuid4()))
        slow._write()
        slow._told = []
        tell(postgresql, uuid4())
        assert relay.carry() == 1
        (early,) = heard(bound)
    (late,) = rows(postgresql, "outbox")
    assert relay.carry() == 1
    assert heard(bound) == [late.message_id]
    assert late.message_id != early
    assert told(postgresql) == []


def test_a_long_outbox_is_carried_in_batches(bound: Rabbit, postgresql: Database, start: Callable[..., Relay]) -> None:
    tell(postgresql, *(uuid4() for _ in range(MOST_AT_ONCE + 7)))
    relay = start()
    assert [relay.carry(), relay.carry(), relay.carry()] == [MOST_AT_ONCE, 7, 0]
    assert len(heard(bound)) == MOST_AT_ONCE + 7


# -- beside a pile of one community


class Clock:
    """Goes when it is told to."""

    now = 1000.0

    def __call__(self) -> float:
        """The time."""
        return self.now


@pytest.fixture
def piled(postgresql: Database, postgresql_url: str) -> Iterator[tuple[Outbox, Clock]]:
    """An outbox in which the events of one community pile up, and others' have been read twice."""
    tell(postgresql, *(uuid4() for _ in range(20)))
    clock = Clock()
    outbox = Outbox("things", postgresql_url, clock)
    assert len(outbox.waiting()) == 20
    for _ in range(3):
        assert outbox.waiting({COMMUNITY}) == []
        clock.now += ALL_READ_EVERY
    assert outbox.waiting({COMMUNITY}) == []
    yield outbox, clock
    outbox.drop_connection()


def beside(outbox: Outbox) -> list[UUID]:
    """The ids of what is read beside the pile."""
    return [UUID(row.message.id) for row in outbox.waiting({COMMUNITY})]


def tell_elsewhere(database: Database) -> UUID:
    """Commit an event of another community; its message id."""
    with work(database) as uow:
        uow.publish(replace(resolved(uuid4()), community=ELSEWHERE))
    return told(database)[-1]


def test_others_events_are_read_beside_a_pile_at_once_and_the_pile_apart(
    piled: tuple[Outbox, Clock], postgresql: Database
) -> None:
    outbox, _ = piled
    first = tell_elsewhere(postgresql)
    assert beside(outbox) == [first]
    second = tell_elsewhere(postgresql)
    assert beside(outbox) == [first, second]
    assert [row.message.id for row in outbox.waiting_of(COMMUNITY, 7)] == [str(id) for id in told(postgresql)[:7]]
    assert [row.community for row in outbox.waiting_of(ELSEWHERE, 7)] == [ELSEWHERE] * 2


def test_an_event_beside_a_pile_that_commits_long_after_later_ones_is_read_a_moment_later(
    piled: tuple[Outbox, Clock], postgresql: Database
) -> None:
    outbox, clock = piled
    slow = work(postgresql)
    with slow:
        slow.publish(replace(resolved(uuid4()), community=ELSEWHERE))
        slow._write()
        slow._told = []
        tell(postgresql, uuid4())
        for _ in range(3):
            assert beside(outbox) == []
            clock.now += ALL_READ_EVERY
        assert beside(outbox) == []
    clock.now += ALL_READ_EVERY
    (late,) = beside(outbox)
    assert late in told(postgresql)


# -- where nobody listens


def test_an_event_told_for_the_record_leaves_the_outbox_though_no_queue_takes_it(
    rabbit: Rabbit, postgresql: Database, start: Callable[..., Relay]
) -> None:
    with work(postgresql) as uow:
        uow.publish(GrievanceRated(community=COMMUNITY, grievance_id=uuid4(), score=5, rated_at=NOON))
    assert start().carry() == 1
    assert told(postgresql) == []


def test_an_event_that_no_queue_takes_is_kept_and_delivered_once_somebody_listens(
    rabbit: Rabbit, postgresql: Database, start: Callable[..., Relay]
) -> None:
    with work(postgresql) as uow:
        uow.publish(GrievanceRejected(community=COMMUNITY, grievance_id=uuid4(), rejected_at=NOON))
    relay = start()
    assert relay.carry() == 0
    (row,) = rows(postgresql, "outbox")
    assert (row.attempts, row.last_error) == (1, "no queue took it")
    assert row.available_at > NOON
    assert relay.carry() == 0, "it is not tried again before its pause is over"
    assert rows(postgresql, "outbox")[0].attempts == 1
    late = QueuePlan(name="late.main", listens=(GrievanceRejected.wire_name(),))
    rabbit.declare(late)
    eventually(lambda: relay.carry() == 1)
    assert [UUID(raw.properties["message_id"]) for raw in rabbit.taken(late.name)] == [row.message_id]
    assert told(postgresql) == []
    rabbit.delete(late.name)


def test_an_event_that_no_queue_takes_does_not_hold_up_those_after_it(
    bound: Rabbit, postgresql: Database, start: Callable[..., Relay]
) -> None:
    nobody = GrievanceFiled(community=COMMUNITY, grievance_id=uuid4(), place="1", category="x", line="y", filed_at=NOON)
    with work(postgresql) as uow:
        uow.publish(nobody, resolved(uuid4()), nobody, resolved(uuid4()))
    assert start().carry() == 2
    assert len(heard(bound)) == 2
    assert [row.last_error for row in rows(postgresql, "outbox")] == ["no queue took it", "no queue took it"]


def tried(relay: Relay, database: Database, times: int) -> list[float]:
    """Let the relay try so often without waiting; the pauses that it makes in between."""
    pauses = []
    for _ in range(times):
        with database.writing() as connection:
            connection.execute(text("UPDATE outbox SET available_at = now()"))
        assert relay.carry() == 0
        with database.reading() as connection:
            pause = text("SELECT extract(epoch FROM available_at - now()) FROM outbox")
            pauses += [float(found) for found in connection.execute(pause).scalars()]
    return pauses


def unheard(database: Database) -> UUID:
    """Commit an event that nobody listens for; returns its message id."""
    with work(database) as uow:
        uow.publish(GrievanceRejected(community=COMMUNITY, grievance_id=uuid4(), rejected_at=NOON))
    return told(database)[-1]


def test_the_pauses_of_an_event_that_no_queue_takes_grow_and_then_it_is_laid_among_the_dead_letters(
    rabbit: Rabbit, postgresql: Database, start: Callable[..., Relay]
) -> None:
    rabbit.declare()
    id = unheard(postgresql)
    relay = start()
    assert tried(relay, postgresql, TRIES - 1) == pytest.approx([1, 2, 5, 15], abs=0.9)
    assert rabbit.dead("grievance.events") == []
    assert tried(relay, postgresql, 1) == []
    (dead,) = rabbit.taken(DEAD_LETTERS)
    message = from_amqp(dead)
    assert (message.id, message.type) == (str(id), GrievanceRejected.wire_name())
    assert wire.from_bytes(message.body).id == id
    headers = message.headers
    assert (headers["queue"], headers["error"], headers["attempt"]) == ("grievance.events", "NoQueueTookIt", TRIES)
    assert datetime.fromisoformat(str(headers["died_at"])).tzinfo is not None
    assert told(postgresql) == []


def test_an_event_for_which_somebody_listens_in_time_is_not_laid_aside(
    bound: Rabbit, postgresql: Database, start: Callable[..., Relay]
) -> None:
    unheard(postgresql)
    relay = start()
    tried(relay, postgresql, TRIES - 1)
    late = QueuePlan(name="late.main", listens=(GrievanceRejected.wire_name(),))
    bound.declare(late)
    with postgresql.writing() as connection:
        connection.execute(text("UPDATE outbox SET available_at = now()"))
    assert relay.carry() == 1
    assert len(bound.taken(late.name)) == 1
    assert bound.dead("grievance.events") == []
    bound.delete(late.name)


def test_what_cannot_be_laid_among_the_dead_letters_stays_in_the_outbox(
    rabbit: Rabbit, postgresql: Database, start: Callable[..., Relay]
) -> None:
    rabbit.declare()
    id = unheard(postgresql)
    relay = start()
    tried(relay, postgresql, TRIES - 1)
    rabbit.delete(DEAD_LETTERS)
    assert tried(relay, postgresql, 1) == pytest.approx([60], abs=0.9)
    assert told(postgresql) == [id]
    rabbit.declare()
    assert tried(relay, postgresql, 1) == []
    assert [from_amqp(raw).id for raw in rabbit.taken(DEAD_LETTERS)] == [str(id)]


def test_a_relay_killed_between_laying_aside_and_removal_does_both_again(
    rabbit: Rabbit, postgresql: Database, start: Callable[..., Relay]
) -> None:
    rabbit.declare()
    id = unheard(postgresql)
    killed = start(Forgetful)
    tried(killed, postgresql, TRIES - 1)
    with pytest.raises(Crash):
        tried(killed, postgresql, 1)
    assert told(postgresql) == [id]
    killed._outboxes[0].drop_connection()
    assert tried(start(), postgresql, 1) == []
    assert [from_amqp(raw).id for raw in rabbit.taken(DEAD_LETTERS)] == [str(id)] * 2
    assert told(postgresql) == []


def test_what_a_full_queue_refuses_is_tried_again(
    bound: Rabbit, postgresql: Database, start: Callable[..., Relay]
) -> None:
    refusing = "refusing.main"
    bound.declare_full(refusing, GrievanceResolved.wire_name())
    tell(postgresql, uuid4())
    relay = start()
    assert relay.carry() == 0
    assert [row.last_error for row in rows(postgresql, "outbox")] == ["refused by the broker"]
    bound.delete(refusing)
    eventually(lambda: relay.carry() == 1)
    assert told(postgresql) == []


# -- two relays, servers that go away


def test_of_two_relays_one_carries_and_the_other_stands_by_and_takes_over(
    bound: Rabbit, postgresql: Database, start: Callable[..., Relay]
) -> None:
    first, second = start(), start()
    tell(postgresql, uuid4())
    assert (first.carry(), second.carry()) == (1, 0)
    tell(postgresql, uuid4())
    assert second.carry() == 0, "it is not its turn, whatever there is to carry"
    first._outboxes[0].drop_connection()
    eventually(lambda: second.carry() == 1)
    tell(postgresql, uuid4())
    assert (first.carry(), second.carry()) == (0, 1)
    assert len(heard(bound)) == 3


def test_a_relay_whose_connection_the_server_ended_goes_on(
    bound: Rabbit, postgresql: Database, postgresql_url: str, start: Callable[..., Relay]
) -> None:
    relay = start()
    tell(postgresql, uuid4())
    assert relay.carry() == 1
    owner = Database(postgresql_url, as_owner=True)
    with owner.writing() as connection:
        ended = (
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE application_name = 'hemei relay' AND datname = current_database()"
        )
        assert connection.execute(text(ended)).scalars().all() == [True]
    owner.close()
    tell(postgresql, uuid4())
    eventually(lambda: relay.carry() == 1)
    assert len(heard(bound)) == 2


def test_an_outbox_that_cannot_be_read_does_not_hold_up_the_others(
    bound: Rabbit, fresh_broker: str, postgresql: Database, postgresql_url: str, tmp_path: Path
) -> None:
    away = Outbox("away", "postgresql://postgres@127.0.0.1:1/nowhere")
    here = Outbox("things", postgresql_url)
    publisher = Publisher(fresh_broker)
    tell(postgresql, uuid4())
    assert Relay([away, here], publisher, tmp_path / "ready").carry() == 1
    assert len(heard(bound)) == 1
    assert not (tmp_path / "ready").exists(), "a relay that reaches only some is not ready"
    here.drop_connection()
    publisher.drop_connection()


def test_a_batch_spoilt_by_the_broker_is_published_anew_with_nothing_left_of_the_old_confirms(
    bound: Rabbit, proxy: Proxy
) -> None:
    publisher = Publisher(proxy.url)
    batch = [Row(number, message(str(number), type=GrievanceResolved.wire_name()), True, 0) for number in range(3)]
    assert publisher.publish(batch) == ({each.message.id for each in batch}, set())
    proxy.cut()
    with pytest.raises(LOST):
        publisher.publish(batch)
    publisher.drop_connection()
    assert publisher.publish(batch) == ({each.message.id for each in batch}, set())
    publisher.drop_connection()


@pytest.fixture
def proxy(fresh_broker: str) -> Iterator[Proxy]:
    """What stands between the relay and RabbitMQ."""
    with proxy_to(fresh_broker) as found:
        yield found


# -- as a process


def test_a_running_relay_is_woken_by_a_commit_is_ready_and_stops_when_told(
    bound: Rabbit, postgresql: Database, start: Callable[..., Relay], tmp_path: Path
) -> None:
    relay = start()
    running = Thread(target=relay.run)
    running.start()
    eventually(lambda: is_ready(tmp_path / "ready"), within=10)
    waits = []
    for _ in range(3):
        began = time.monotonic()
        tell(postgresql, uuid4())
        eventually(lambda: told(postgresql) == [])
        waits.append(time.monotonic() - began)
    assert min(waits) < SAFETY_POLL / 2, "it is told, and does not wait for its next look"
    relay.stop()
    running.join(SAFETY_POLL + 5)
    assert not running.is_alive()
    assert len(heard(bound)) == 3


def test_a_running_relay_waits_for_a_broker_and_a_database_that_are_away_and_then_carries_everything(
    bound: Rabbit,
    fresh_broker: str,
    postgresql: Database,
    postgresql_url: str,
    start: Callable[..., Relay],
    tmp_path: Path,
) -> None:
    with proxy_to(fresh_broker) as to_broker, proxy_to(postgresql_url) as to_database:
        relay = start(broker=to_broker.url, url=to_database.url)
        to_broker.shut()
        running = Thread(target=relay.run)
        running.start()
        tell(postgresql, uuid4())
        to_database.shut()
        tell(postgresql, uuid4())
        assert not is_ready(tmp_path / "ready")
        to_database.open()
        to_broker.open()
        eventually(lambda: told(postgresql) == [], within=15)
        eventually(lambda: is_ready(tmp_path / "ready"), within=10)
        relay.stop()
        running.join(10)
    assert len(set(heard(bound))) == 2


def test_a_relay_that_was_last_seen_too_long_ago_is_not_ready(tmp_path: Path) -> None:
    file = tmp_path / "ready"
    assert not is_ready(file)
    file.touch()
    seen_at = file.stat().st_mtime
    assert is_ready(file, now=lambda: seen_at + 14)
    assert not is_ready(file, now=lambda: seen_at + 16)
