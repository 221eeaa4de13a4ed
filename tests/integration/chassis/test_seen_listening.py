"""A service that listens at a broker is seen: what it handles, repeats, retries and buries, in figures and steps."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import msgspec
import pytest

from chassis import outbox
from chassis.asking import Answer, Caller, call_queue
from chassis.broker import Broker, Delivery, Message, QueuePlan
from chassis.database import Database, use_keys
from chassis.encryption import new_key
from chassis.listening import Hearing, Listener
from chassis.logs import JsonLines
from chassis.observing import Observer
from chassis.reporting import Reporter
from chassis.unit_of_work import UnitOfWork, utc_now
from contracts import wire
from contracts.errors import NotFound
from contracts.grievance.events import GrievanceRejected, GrievanceResolved
from contracts.reports import REPORTS, Report, Step
from tests.integration.chassis.brokers import Taken, World, new_queue
from tests.integration.chassis.deliveries import QUEUE, Post, bare, heard, hearing
from tests.integration.chassis.things import (
    COMMUNITY,
    NOON,
    REPOSITORIES,
    causes,
    metadata,
    resolved,
    rows,
    thing_database,
)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    """The service's own."""
    use_keys((new_key(),))
    with thing_database(f"sqlite:///{tmp_path}/things.db") as found:
        yield found


@pytest.fixture(params=["SQLite", "PostgreSQL"])
def either(request: pytest.FixtureRequest, tmp_path: Path) -> Database:
    """A database of each kind in turn."""
    found: Database = request.getfixturevalue("postgresql" if request.param == "PostgreSQL" else "database")
    return found


class Listening:
    """A service at a broker; it fails for the things it is told to. It is a member of its process, as a port is."""

    def __init__(self, world: World, database: Database) -> None:
        self.observer = Observer("things")
        self.reporter = Reporter(self.observer)
        self.broker: Broker = world.connect()
        self.plan = new_queue(GrievanceResolved.wire_name())
        self.uow = UnitOfWork(database, metadata, REPOSITORIES, observer=self.observer)
        self.fails: set[UUID] = set()
        mine = Hearing(GrievanceResolved, Listening.do, "main", lambda event: event.community == COMMUNITY)
        listener = Listener(
            self.plan.name,
            [mine],
            is_stopping=self.is_stopping,
            send=lambda message, queue: self.broker.send(message, queue),
            observer=self.observer,
        )
        self.broker.consume(self.plan, lambda delivery: listener.handle(self, [delivery]), prefetch=10)
        self.reporter.join(self)
        self.reporter.look_at("things", lambda: _standing(database))
        self.broker.start()

    def do(self, event: GrievanceResolved) -> None:
        """One thing more was done, and told."""
        if event.grievance_id in self.fails:
            raise ValueError("张玉兰 13800001111")
        self.uow.effects.add(event.grievance_id)
        self.uow.publish(GrievanceRejected(community=COMMUNITY, grievance_id=event.grievance_id, rejected_at=NOON))

    def is_stopping(self) -> bool:
        """Never."""
        return False

    def in_flight(self) -> dict[str, int]:
        """Nothing, between two deliveries."""
        return {self.plan.name: 0}

    def paused(self) -> set[str]:
        """None."""
        return set()

    def obey(self, paused: Any) -> None:
        """Nothing is wished here."""

    def figure(self, name: str, **labels: str) -> float:
        """A figure of this queue; 0 where there is no such series yet."""
        return self.observer.metrics.registry.get_sample_value(name, {"queue": self.plan.name, **labels}) or 0.0

    def steps(self, kind: str) -> list[Step]:
        """The steps of one kind so far."""
        return [step for step in self.observer.steps.oldest(99) if step.kind == kind]


def _standing(database: Database) -> Any:
    with database.reading() as connection:
        return outbox.standing(connection, utc_now())


@pytest.fixture
def service(world: World, database: Database) -> Listening:
    """Listening at each broker in turn."""
    return Listening(world, database)


def until(world: World, reached: Callable[[], bool]) -> None:
    """Wait for it."""
    world.eventually(reached, within=10.0)


def test_an_event_handled_is_seen_with_what_it_made_the_service_tell(
    world: World, service: Listening, database: Database
) -> None:
    message = heard(resolved(uuid4()))
    world.tell(message)
    until(world, lambda: service.figure("handler_seconds_count", outcome="done") == 1)
    (handled,), (told,) = service.steps("handled"), service.steps("told")
    assert (handled.message_id, handled.outcome, handled.queue) == (message.id, "done", service.plan.name)
    assert told.causation == message.id
    assert told.message_id == str(rows(database, "outbox")[0].message_id)
    assert told.correlation == handled.correlation == "first command"
    assert service.figure("critical_time_seconds_count") == 1


def test_an_event_that_comes_again_is_seen_as_a_duplicate(world: World, service: Listening, database: Database) -> None:
    message = heard(resolved(uuid4()))
    world.tell(message)
    world.tell(message)
    until(world, lambda: service.figure("inbox_duplicates_total") == 1)
    assert [step.outcome for step in service.steps("handled")] == ["done", "again"]
    assert len(service.steps("told")) == len(causes(database)) == 1


def test_an_event_that_concerns_nobody_here_is_seen_as_passed(world: World, service: Listening) -> None:
    other = GrievanceResolved(community="110101001001", grievance_id=uuid4(), resolved_at=NOON)
    world.tell(heard(other))
    until(world, lambda: service.figure("handler_seconds_count", outcome="passed") == 1)
    assert [step.outcome for step in service.steps("handled")] == ["passed"]


def test_an_event_whose_handling_fails_is_seen_as_retried(world: World, service: Listening) -> None:
    event = resolved(uuid4())
    service.fails.add(event.grievance_id)
    world.tell(heard(event))
    until(world, lambda: service.figure("handler_retries_total", level="5s") == 1)
    (step,) = service.steps("handled")
    assert (step.outcome, step.attempt, step.error) == ("retry", 1, "ValueError")
    assert service.steps("told") == []


def test_an_event_that_fails_to_the_end_is_seen_as_dead(world: World, service: Listening) -> None:
    event = resolved(uuid4())
    service.fails.add(event.grievance_id)
    world.tell(heard(event, attempt=6))
    until(world, lambda: service.figure("deadletters_total", error_type="ValueError") == 1)
    (step,) = service.steps("handled")
    assert (step.outcome, step.attempt, step.error) == ("dead", 6, "ValueError")


def test_what_cannot_be_read_is_seen_as_dead(world: World, service: Listening) -> None:
    world.tell(bare(b"no event", type=GrievanceResolved.wire_name()))
    until(world, lambda: service.figure("deadletters_total", error_type="Unreadable") == 1)
    (step,) = service.steps("handled")
    assert (step.name, step.outcome) == (GrievanceResolved.wire_name(), "dead")


def test_a_report_reaches_its_queue_with_counts_steps_and_the_outbox(world: World, service: Listening) -> None:
    taken = Taken()
    reader = world.connect()
    reader.consume(QueuePlan(name=REPORTS, is_raw=True), taken, prefetch=10)
    reader.start()
    event = resolved(uuid4())
    service.fails.add(event.grievance_id)
    world.tell(heard(resolved(uuid4())))
    world.tell(heard(event))
    until(world, lambda: len(service.steps("handled")) == 2)
    service.reporter.report()
    until(world, lambda: len(taken.deliveries) >= 1)
    (report,) = (
        report for body in taken.bodies if (report := msgspec.json.decode(body, type=Report)).process == "things"
    )
    queue = report.queues[service.plan.name]
    assert (queue.handled, queue.retried, queue.buried, sum(queue.critical)) == (1, 1, 0, 1)
    assert sorted((step.kind, step.outcome) for step in report.steps) == [
        ("handled", "done"),
        ("handled", "retry"),
        ("told", "done"),
    ]
    assert (report.is_ready, report.outboxes["things"].pending, report.outboxes["things"].stuck) == (True, 1, 0)
    assert "13800001111" not in repr(report)


def test_wishes_sent_to_where_a_report_says_reach_the_service(world: World, service: Listening) -> None:
    taken = Taken()
    reader = world.connect()
    reader.consume(QueuePlan(name=REPORTS, is_raw=True), taken, prefetch=10)
    reader.start()
    obeyed: list[Any] = []
    service.obey = obeyed.append  # type: ignore[method-assign]
    service.reporter.report()
    until(world, lambda: len(taken.deliveries) >= 1)
    reply_to = taken.deliveries[-1].message.reply_to
    reader.send(Message(type="wishes", body=b'{"paused":["things.main"]}'), reply_to, confirmed=False)
    until(world, lambda: obeyed == [("things.main",)])


def test_a_call_is_seen_by_whoever_asks(world: World) -> None:
    class Service:
        name = "things"

    def say(_service: Any, command: dict[str, Any]) -> str:
        if command:
            raise NotFound(id="x")
        return "said"

    broker, observer = world.connect(), Observer("gateway")
    answering, answer = world.connect(), Answer(say, None)
    plan = new_queue(calls=True)
    service = plan.name.removesuffix(".calls")
    assert call_queue(service) == plan

    def take(delivery: Delivery) -> None:
        answer(Service(), [delivery], lambda question, told: answering.send(told, question.reply_to, confirmed=False))

    answering.consume(plan, take, prefetch=5)
    answering.start()
    caller = Caller(broker, 4.0, "gateway", observer)
    broker.start()
    assert caller.ask(service, "say", {}) == "said"
    with pytest.raises(NotFound):
        caller.ask(service, "say", {"id": "x"})
    assert [(step.source, step.target, step.outcome, step.error) for step in observer.steps.oldest(9)] == [
        ("gateway", service, "done", ""),
        ("gateway", service, "refused", "not_found"),
    ]


def test_the_pile_of_an_outbox_is_told_with_the_age_of_its_oldest_event(either: Database) -> None:
    assert _standing(either).pending == 0
    uow = UnitOfWork(either, metadata, REPOSITORIES, clock=lambda: NOON)
    with uow:
        uow.publish(*(resolved(uuid4()) for _ in range(3)))
    with either.writing() as connection:
        table = metadata.tables["outbox"]
        connection.execute(table.update().where(table.c.id == rows(either, "outbox")[0].id).values(attempts=2))
    told = wire.from_bytes(bytes(rows(either, "outbox")[0].body)).time
    standing = _standing(either)
    assert (standing.pending, standing.stuck) == (3, 1)
    assert standing.oldest_age == pytest.approx((utc_now() - told).total_seconds(), abs=60)


def test_every_line_about_an_event_names_its_chain(database: Database, caplog: pytest.LogCaptureFixture) -> None:
    class Service:
        uow = UnitOfWork(database, metadata, REPOSITORIES)

    def fail(_service: Any, _event: Any) -> None:
        raise ValueError("张玉兰 13800001111")

    post = Post(refuses={"buried"})
    listener = Listener(
        QUEUE, [hearing(GrievanceResolved, fail)], is_stopping=lambda: False, send=lambda _message, _queue: None
    )
    caplog.handler.setFormatter(JsonLines("things"))
    listener.handle(Service(), [post.deliver(heard(resolved(uuid4()), attempt=6))])
    lines = [msgspec.json.decode(line) for line in caplog.text.splitlines()]
    assert [line["message"] for line in lines] == [
        "attempt 6 at grievance.grievance_resolved.v1 failed",
        f"a delivery of {QUEUE} is given back: buried",
    ]
    assert {line["correlation"] for line in lines} == {"first command"}
    assert "13800001111" not in caplog.text


def test_what_cannot_be_read_is_found_again_by_its_ids_and_by_nothing_else_it_says(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    class Service:
        uow = UnitOfWork(database, metadata, REPOSITORIES)

    listener = Listener(QUEUE, [], is_stopping=lambda: False, send=lambda _message, _queue: None)
    caplog.handler.setFormatter(JsonLines("things"))
    readable, strange = bare(b"", correlation=str(uuid4())), bare(b"", id="13800001111", correlation="13800001111")
    listener.handle(Service(), [Post().deliver(each) for each in (readable, strange)])
    found, other = (msgspec.json.decode(line) for line in caplog.text.splitlines())
    assert (found["message_id"], found["correlation"]) == (readable.id, readable.correlation)
    assert "message_id" not in other
    assert "13800001111" not in caplog.text
