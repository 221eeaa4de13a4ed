"""Listening: done at most once in effect, retried with growing pauses, then laid aside; nothing is left unsettled."""

import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from threading import Barrier, Event, Thread
from typing import Any
from uuid import UUID, uuid4

import pytest
from eventlet import Timeout
from greenlet import GreenletExit
from sqlalchemy import event as sqlalchemy_event
from sqlalchemy import text

from chassis.broker import Delivery, Message, NotSent
from chassis.database import Database
from chassis.listening import TRIES_AT_ONCE, Listener
from chassis.repository import Register
from chassis.unit_of_work import UnitOfWork
from contracts import wire
from contracts.grievance.events import GrievanceCancelled, GrievanceRejected, GrievanceResolved
from contracts.reports import REPORTS
from tests.faults.proxy import proxy_to
from tests.integration.chassis.deliveries import QUEUE, Post, bare, heard, hearing
from tests.integration.chassis.things import (
    COMMUNITY,
    NOON,
    REPOSITORIES,
    Things,
    causes,
    count,
    metadata,
    resolved,
    rows,
    thing,
    work,
)
from tests.waiting import eventually

WRITTEN_BY_SOMEONE = "张玉兰 13800001111"


class OnPurpose(Exception):
    """What a handler raises here."""


class Service:
    """Does one thing for each event, and fails as often as it is told to."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.uow: UnitOfWork = work(database)
        self.calls: list[UUID] = []
        self.fails: dict[UUID, list[BaseException]] = {}
        self.is_stopping = False
        self.first: Callable[[], None] = lambda: None
        self.said: list[Message] = []
        self.cannot_say: list[BaseException] = []

    def say(self, message: Message, queue: str) -> None:
        """What the listener tells about replays."""
        assert queue == REPORTS
        if self.cannot_say:
            raise self.cannot_say.pop(0)
        self.said.append(message)

    def do(self, event: GrievanceResolved) -> None:
        """What is done about an event."""
        self.calls.append(event.grievance_id)
        with self.uow:
            self.first()
            self.uow.effects.add(event.grievance_id)
            self.uow.publish(GrievanceRejected(community=COMMUNITY, grievance_id=event.grievance_id, rejected_at=NOON))
            if self.fails.get(event.grievance_id):
                raise self.fails[event.grievance_id].pop(0)

    def listener(self, **options: Any) -> Listener:
        """What listens for it."""
        mine = hearing(GrievanceResolved, Service.do, **options)
        return Listener(QUEUE, [mine], is_stopping=lambda: self.is_stopping, send=self.say)


@pytest.fixture
def service(database: Database) -> Service:
    """A service on each kind of database."""
    return Service(database)


@pytest.fixture
def post() -> Post:
    """Where deliveries come from."""
    return Post()


@contextmanager
def counted(database: Database, what: str) -> Iterator[list[str]]:
    """The statements that begin with these words, or the commits."""
    seen: list[str] = []

    def take(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if statement.startswith(what):
            seen.append(statement)

    def take_commit(_connection: Any) -> None:
        seen.append("commit")

    name, listens = ("commit", take_commit) if what == "commit" else ("before_cursor_execute", take)
    sqlalchemy_event.listen(database.engine, name, listens)
    try:
        yield seen
    finally:
        sqlalchemy_event.remove(database.engine, name, listens)


def subjects(many: int) -> list[UUID]:
    """Ids of grievances."""
    return [uuid4() for _ in range(many)]


# -- together


def test_events_that_come_together_are_handled_in_one_transaction(service: Service, post: Post) -> None:
    ids = subjects(5)
    messages = [heard(resolved(id)) for id in ids]
    with counted(service.database, "commit") as commits:
        service.listener().handle(service, [post.deliver(each) for each in messages])
    assert commits == ["commit"]
    assert causes(service.database) == ids
    assert [(fate.what, fate.id) for fate in post.fates] == [("acknowledged", each.id) for each in messages]


def test_one_bad_event_among_many_harms_only_itself(service: Service, post: Post) -> None:
    ids = subjects(5)
    service.fails[ids[2]] = [OnPurpose() for _ in range(9)]
    messages = [heard(resolved(id)) for id in ids]
    service.listener().handle(service, [post.deliver(each) for each in messages])
    assert causes(service.database) == [ids[0], ids[1], ids[3], ids[4]]
    assert [post.of(each) for each in messages] == [
        ["acknowledged"],
        ["acknowledged"],
        ["5s"],
        ["acknowledged"],
        ["acknowledged"],
    ]
    assert count(service.database, "inbox") == 4
    assert count(service.database, "outbox") == 4


def test_a_whole_batch_that_fails_once_is_done_one_by_one_without_any_retry_later(service: Service, post: Post) -> None:
    ids = subjects(3)
    service.fails[ids[1]] = [OnPurpose()]
    service.listener().handle(service, [post.deliver(heard(resolved(id))) for id in ids])
    assert causes(service.database) == ids
    assert {fate.what for fate in post.fates} == {"acknowledged"}


def test_what_handlers_ask_for_is_fetched_with_one_statement(service: Service, post: Post) -> None:
    many = [thing() for _ in range(4)]
    with service.uow:
        for each in many:
            service.uow.things.add(each)

    def finish(service: Service, event: GrievanceResolved) -> None:
        service.uow.things.get(event.grievance_id).name = "done"

    mine = hearing(GrievanceResolved, finish, loads=lambda event: ("things", event.grievance_id))
    listener = Listener(QUEUE, [mine], is_stopping=lambda: False, send=service.say)
    with counted(service.database, "SELECT things") as selects:
        listener.handle(service, [post.deliver(heard(resolved(each.id))) for each in many])
    assert len(selects) == 1
    assert {row.name for row in rows(service.database, "things")} == {"done"}


def test_merging_is_kept_away_before_anything_is_fetched_and_alone_where_a_batch_merges(
    database: Database, post: Post
) -> None:
    order: list[tuple[str, str]] = []

    class Held(Register):
        def hold_still(self, community: str) -> None:
            order.append(("still", community))

        def hold_alone(self, community: str) -> None:
            order.append(("alone", community))

    class Fetched(Things):
        def load(self, ids: Iterable[UUID]) -> None:
            order.append(("fetched", ""))

    service = Service(database)
    service.uow = UnitOfWork(database, metadata, {**REPOSITORIES, "merged": Held, "things": Fetched})
    hearings = [
        hearing(GrievanceResolved, Service.do, loads=lambda event: ("things", event.grievance_id), people="named"),
        hearing(GrievanceCancelled, lambda *_: None, people="merged"),
        hearing(GrievanceRejected, lambda *_: None),
    ]
    listener = Listener(QUEUE, hearings, is_stopping=lambda: False, send=service.say)
    told = [resolved(uuid4()) for _ in range(2)]
    merges = GrievanceCancelled(community=COMMUNITY, grievance_id=uuid4(), cancelled_at=NOON)
    neither = GrievanceRejected(community=COMMUNITY, grievance_id=uuid4(), rejected_at=NOON)
    for batch, expected in (
        (told, [("still", COMMUNITY), ("fetched", "")]),
        ([*map(again, told), merges], [("alone", COMMUNITY), ("fetched", "")]),
        ([neither, again(neither)], []),
    ):
        order.clear()
        listener.handle(service, [post.deliver(heard(each)) for each in batch])
        assert order == expected


def again(event: Any) -> Any:
    """The same of another case."""
    return type(event)(**{**vars(event), "grievance_id": uuid4()})


# -- once


def test_the_same_event_twice_in_a_batch_is_done_once(service: Service, post: Post) -> None:
    id = uuid4()
    twice = heard(resolved(id))
    service.listener().handle(
        service, [post.deliver(twice), post.deliver(heard(resolved(uuid4()))), post.deliver(twice)]
    )
    assert causes(service.database).count(id) == 1
    assert post.of(twice) == ["acknowledged", "acknowledged"]


@pytest.mark.parametrize("beside", [0, 2], ids=["alone", "among others"])
def test_an_event_that_comes_again_is_acknowledged_and_not_done_again(
    service: Service, post: Post, beside: int
) -> None:
    id = uuid4()
    again = heard(resolved(id))
    for _ in range(3):
        others = [post.deliver(heard(resolved(uuid4()))) for _ in range(beside)]
        service.listener().handle(service, [post.deliver(again), *others])
    assert causes(service.database).count(id) == 1
    assert post.of(again) == ["acknowledged"] * 3
    assert service.calls.count(id) == 1


def test_two_instances_that_get_the_same_event_at_the_same_moment_do_it_once(postgresql: Database) -> None:
    for _ in range(5):
        id, post, both = uuid4(), Post(), Barrier(2)
        again = heard(resolved(id))

        def handle(post: Post = post, both: Barrier = both, again: Message = again) -> None:
            service = Service(postgresql)
            both.wait(5)
            service.listener().handle(service, [post.deliver(again)])

        together = [Thread(target=handle) for _ in range(2)]
        for each in together:
            each.start()
        for each in together:
            each.join(10)
        assert causes(postgresql).count(id) == 1
        assert post.of(again) == ["acknowledged", "acknowledged"]


@pytest.mark.parametrize("fails", [False, True], ids=["commits", "rolls back"])
def test_an_instance_waits_for_another_that_has_the_same_event_in_hand(postgresql: Database, fails: bool) -> None:
    id, post = uuid4(), Post()
    again = heard(resolved(id))
    first, second = Service(postgresql), Service(postgresql)
    in_hand, go_on = Event(), Event()

    def hold() -> None:
        in_hand.set()
        assert go_on.wait(10)

    first.first = hold
    first.fails[id] = [OnPurpose() for _ in range(TRIES_AT_ONCE)] if fails else []
    holder = Thread(target=lambda: first.listener().handle(first, [post.deliver(again)]))
    follower = Thread(target=lambda: second.listener().handle(second, [post.deliver(again)]))
    holder.start()
    assert in_hand.wait(5)
    follower.start()
    follower.join(0.2)
    assert follower.is_alive()
    assert post.fates == []
    go_on.set()
    for each in (holder, follower):
        each.join(10)
    assert causes(postgresql) == [id]
    assert "acknowledged" in post.of(again)


# -- again, later, never


def test_a_handler_that_fails_is_tried_again_at_once_in_a_fresh_transaction(service: Service, post: Post) -> None:
    id = uuid4()
    service.fails[id] = [OnPurpose() for _ in range(TRIES_AT_ONCE - 1)]
    message = heard(resolved(id))
    service.listener().handle(service, [post.deliver(message)])
    assert causes(service.database) == [id]
    assert count(service.database, "outbox") == 1
    assert len(service.calls) == TRIES_AT_ONCE
    assert post.of(message) == ["acknowledged"]


def test_an_event_climbs_the_ladder_and_is_buried_after_exactly_so_many_tries(service: Service, post: Post) -> None:
    id = uuid4()
    service.fails[id] = [OnPurpose(WRITTEN_BY_SOMEONE) for _ in range(100)]
    message = heard(resolved(id))
    while not post.fates or post.fates[-1].what != "buried":
        again = post.fates[-1].message if post.fates else message
        service.listener().handle(service, [post.deliver(again)])
    assert [fate.what for fate in post.fates] == ["5s", "30s", "2m", "10m", "1h", "buried"]
    assert [fate.message.attempt for fate in post.fates] == [2, 3, 4, 5, 6, 6]
    assert len(service.calls) == 3 * 6
    assert {fate.message.body for fate in post.fates} == {message.body}
    assert [count(service.database, table) for table in ("effects", "inbox", "outbox")] == [0, 0, 0]


def test_a_dead_letter_says_what_went_wrong_and_where_but_never_what_a_person_wrote(
    service: Service, post: Post
) -> None:
    id, other = uuid4(), uuid4()
    service.fails[id] = [OnPurpose(WRITTEN_BY_SOMEONE) for _ in range(9)]
    service.fails[other] = [OnPurpose("another text") for _ in range(9)]
    for each in (id, other):
        service.listener().handle(service, [post.deliver(heard(resolved(each), attempt=6))])
    first, second = (fate.message.headers for fate in post.fates)
    assert (first["error"], first["queue"], first["place"]) == ("OnPurpose", QUEUE, "chassis/test_listening.py:do")
    assert re.fullmatch("[0-9a-f]{16}", str(first["stack"]))
    assert first["stack"] == second["stack"], "the same fault has the same mark, whatever it says"
    assert first["died_at"]
    assert WRITTEN_BY_SOMEONE not in str(first)


def test_an_event_replayed_after_its_cause_is_mended_is_done(service: Service, post: Post) -> None:
    id = uuid4()
    service.fails[id] = [OnPurpose() for _ in range(TRIES_AT_ONCE)]
    message = heard(resolved(id), attempt=6)
    service.listener().handle(service, [post.deliver(message)])
    service.listener().handle(service, [post.deliver(message.with_headers(attempt=1))])
    assert post.of(message) == ["buried", "acknowledged"]
    assert causes(service.database) == [id]


@pytest.mark.parametrize("beside", [0, 2], ids=["alone", "among others"])
@pytest.mark.parametrize("end", [Timeout, GreenletExit])
def test_a_time_out_or_the_end_of_a_handlers_thread_is_judged_like_an_error_and_nothing_stays_unsettled(
    service: Service, post: Post, end: type[BaseException], beside: int
) -> None:
    id = uuid4()
    service.fails[id] = [end() for _ in range(9)]
    message = heard(resolved(id))
    others = [heard(resolved(uuid4())) for _ in range(beside)]
    service.listener().handle(service, [post.deliver(each) for each in (message, *others)])
    assert post.of(message) == ["5s"]
    assert [post.of(each) for each in others] == [["acknowledged"]] * beside
    assert count(service.database, "effects") == beside


@pytest.mark.parametrize("beside", [0, 2], ids=["alone", "among others"])
@pytest.mark.parametrize("kill", [SystemExit, KeyboardInterrupt])
def test_a_process_that_is_ended_settles_nothing_and_saves_nothing(
    service: Service, post: Post, kill: type[BaseException], beside: int
) -> None:
    id = uuid4()
    service.fails[id] = [kill()]
    others = [heard(resolved(uuid4())) for _ in range(beside)]
    with pytest.raises(kill):
        service.listener().handle(service, [post.deliver(each) for each in (heard(resolved(id)), *others)])
    assert post.fates == []
    assert count(service.database, "effects") == 0


@pytest.mark.parametrize("failure", [NotSent, RuntimeError])
@pytest.mark.parametrize(("attempt", "refused"), [(1, "5s"), (6, "buried")])
def test_what_the_broker_does_not_take_is_given_back(
    service: Service, post: Post, attempt: int, refused: str, failure: type[Exception]
) -> None:
    id = uuid4()
    service.fails[id] = [OnPurpose() for _ in range(9)]
    post.refuses.add(refused)
    post.failure = failure
    message = heard(resolved(id), attempt=attempt)
    service.listener().handle(service, [post.deliver(message)])
    assert post.of(message) == ["given back"]


# -- what cannot be read, and what does not concern us


@pytest.mark.parametrize(
    ("message", "error"),
    [
        (bare(b"not json"), "Unreadable"),
        (bare(b"[" * 100_000), "Unreadable"),
        (bare(b'{"specversion": "1.0"}', id=""), "Unreadable"),
        (bare(heard(resolved(uuid4())).body.replace(b"resolved_at", b"wrong_at")), "Unreadable"),
        (bare(heard(resolved(uuid4())).body.replace(b"resolved.v1", b"resolved.v2")), "UnknownEvent"),
        (heard(GrievanceCancelled(community=COMMUNITY, grievance_id=uuid4(), cancelled_at=NOON)), "UnknownEvent"),
    ],
    ids=["no json", "endless", "half an envelope", "a field is missing", "a later version", "not heard on this queue"],
)
def test_what_cannot_be_read_is_buried_at_once_with_its_error_and_harms_nothing_beside_it(
    service: Service, post: Post, message: Message, error: str
) -> None:
    beside = [heard(resolved(id)) for id in subjects(2)]
    service.listener().handle(service, [post.deliver(each) for each in (beside[0], message, beside[1])])
    assert post.of(message) == ["buried"]
    (dead,) = [fate.message for fate in post.fates if fate.what == "buried"]
    assert dead.headers["error"] == error
    assert re.fullmatch("[0-9a-f]{16}", str(dead.headers["stack"]))
    assert dead.body == message.body
    assert [post.of(each) for each in beside] == [["acknowledged"], ["acknowledged"]]
    assert count(service.database, "effects") == 2


def test_an_event_that_does_not_concern_us_is_acknowledged_without_opening_anything(
    service: Service, post: Post
) -> None:
    messages = [heard(resolved(id)) for id in subjects(2)]
    with counted(service.database, "") as statements:
        service.listener(when=lambda event: False).handle(service, [post.deliver(each) for each in messages])
    assert statements == []
    assert [post.of(each) for each in messages] == [["acknowledged"], ["acknowledged"]]
    assert count(service.database, "inbox") == 0


def test_events_that_concern_us_and_some_that_do_not_come_together(service: Service, post: Post) -> None:
    ours, theirs = subjects(2), subjects(2)
    listener = service.listener(when=lambda event: event.grievance_id in ours)
    messages = [heard(resolved(id)) for id in (theirs[0], ours[0], theirs[1], ours[1])]
    listener.handle(service, [post.deliver(each) for each in messages])
    assert causes(service.database) == ours
    assert [post.of(each) for each in messages] == [["acknowledged"]] * 4


def test_a_predicate_that_fails_is_judged_like_a_handler_that_fails(service: Service, post: Post) -> None:
    bad, good = uuid4(), uuid4()

    def concerns_us(event: GrievanceResolved) -> bool:
        if event.grievance_id == bad:
            raise OnPurpose
        return True

    wrong, right = heard(resolved(bad)), heard(resolved(good))
    service.listener(when=concerns_us).handle(service, [post.deliver(wrong), post.deliver(right)])
    assert (post.of(wrong), post.of(right)) == (["5s"], ["acknowledged"])
    assert causes(service.database) == [good]


# -- what handlers tell


def test_what_a_handler_tells_belongs_to_the_chain_of_what_it_heard(service: Service, post: Post) -> None:
    messages = [heard(resolved(id)) for id in subjects(2)]
    service.listener().handle(service, [post.deliver(each) for each in messages])
    told = [wire.from_bytes(bytes(row.body)) for row in rows(service.database, "outbox")]
    assert [each.causationid for each in told] == [each.id for each in messages]
    assert {each.correlationid for each in told} == {"first command"}
    assert {each.traceparent.split("-")[1] for each in told} == {"4bf92f3577b34da6a3ce929d0e0e4736"}


# -- the database goes away


def terminate(service: Service) -> Callable[[], None]:
    """End our own connection inside the server, once."""
    left = [True]

    def end() -> None:
        if left:
            left.clear()
            service.uow.connection.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))

    return end


@pytest.mark.parametrize("many", [1, 3], ids=["alone", "a batch"])
def test_a_connection_that_the_server_ends_costs_no_event_and_no_attempt(
    postgresql: Database, post: Post, many: int
) -> None:
    service, ids = Service(postgresql), subjects(many)
    service.first = terminate(service)
    messages = [heard(resolved(id)) for id in ids]
    service.listener().handle(service, [post.deliver(each) for each in messages])
    assert causes(postgresql) == ids
    assert count(postgresql, "outbox") == many
    assert [post.of(each) for each in messages] == [["acknowledged"]] * many


def test_while_the_database_is_away_a_queue_waits_and_then_goes_on(
    postgresql: Database, postgresql_url: str, post: Post
) -> None:
    with proxy_to(postgresql_url) as proxy:
        through = Database(proxy.url)
        service, ids = Service(through), subjects(3)
        proxy.shut()
        messages = [heard(resolved(id)) for id in ids]
        handling = Thread(target=lambda: service.listener().handle(service, [post.deliver(each) for each in messages]))
        handling.start()
        handling.join(0.5)
        assert handling.is_alive()
        assert post.fates == []
        proxy.open()
        handling.join(15)
        assert causes(postgresql) == ids
        assert {fate.what for fate in post.fates} == {"acknowledged"}
        through.close()


def test_when_we_stop_while_the_database_is_away_what_is_in_hand_is_given_back(post: Post, postgresql_url: str) -> None:
    service = Service(Database("postgresql://postgres@127.0.0.1:1/nowhere"))
    service.is_stopping = True
    message = heard(resolved(uuid4()), attempt=6)
    service.listener().handle(service, [post.deliver(message)])
    assert post.of(message) == ["given back"]


def test_a_statement_that_the_database_refuses_is_no_outage(service: Service, post: Post) -> None:
    def senseless(service: Service, _event: GrievanceResolved) -> None:
        service.uow.connection.execute(text("SELECT no_such_column FROM things"))

    listener = Listener(QUEUE, [hearing(GrievanceResolved, senseless)], is_stopping=lambda: False, send=service.say)
    message = heard(resolved(uuid4()))
    listener.handle(service, [post.deliver(message)])
    assert post.of(message) == ["5s"]


def test_two_batches_that_touch_the_same_things_in_another_order_do_not_wait_for_each_other_for_ever(
    postgresql: Database,
) -> None:
    many = [thing() for _ in range(6)]
    with work(postgresql) as uow:
        for each in many:
            uow.things.add(each)

    def tag(service: Service, event: GrievanceResolved) -> None:
        service.uow.things.get(event.grievance_id).tags.append("seen")

    post, both = Post(), Barrier(2)

    def handle(order: list[Any]) -> None:
        service = Service(postgresql)
        mine = hearing(GrievanceResolved, tag, loads=lambda event: ("things", event.grievance_id))
        both.wait(5)
        deliveries: list[Delivery] = [post.deliver(heard(resolved(each.id))) for each in order]
        Listener(QUEUE, [mine], is_stopping=lambda: False, send=service.say).handle(service, deliveries)

    threads = [Thread(target=handle, args=(order,)) for order in (many, many[::-1])]
    for each in threads:
        each.start()
    for each in threads:
        each.join(15)
    eventually(lambda: len(post.fates) == 12)
    assert {fate.what for fate in post.fates} == {"acknowledged"}
    assert [row.tags for row in rows(postgresql, "things")] == [["seen", "seen"]] * 6
