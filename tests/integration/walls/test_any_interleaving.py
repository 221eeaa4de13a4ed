"""Whatever is done through pooled connections, in whatever order and however it ends, nothing crosses a wall."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, closing
from typing import Any
from uuid import uuid4

import msgspec
import psycopg2
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, delete, insert, select, text, update
from sqlalchemy.exc import DBAPIError

from chassis.asking import Answer
from chassis.broker import Message
from chassis.config import database_url_of
from chassis.database import Database
from chassis.listening import Hearing, Listener
from chassis.migrate import migrate
from chassis.scope import Scope, as_header, covers, from_header, within_scope
from contracts.grievance.events import GrievanceResolved
from services.partner.persistence import cases
from tests.building import door
from tests.integration.chassis.deliveries import Post, heard
from tests.integration.chassis.things import NOON

COMMUNITIES = ("410181002011", "410181002012", "410181003001", "320102003001")
SCOPES: tuple[Scope, ...] = (
    *((each,) for each in COMMUNITIES),
    (COMMUNITIES[0], COMMUNITIES[3]),
    ("410181002",),
    ("4101",),
    (),
)


@pytest.fixture(scope="module")
def database(fresh_database: str) -> Iterator[Database]:
    """The partner service's, with two pooled connections."""
    address = database_url_of(fresh_database, "partner")
    migrate("partner", address)
    found = Database(address, pool_size=2)
    yield found
    found.close()


class Work:
    """A transaction in a scope, as one of several that are open at the same time."""

    def __init__(self, database: Database, scope: Scope) -> None:
        self.scope, self._url = scope, database.url
        self._block: AbstractContextManager[Connection] = database.writing()
        with within_scope(scope):
            self.connection = self._block.__enter__()

    def look(self, _community: str) -> None:
        """Nothing beyond the scope is seen, by whatever statement."""
        for statement in (select(cases.c.community), text("SELECT community FROM cases"), text("TABLE cases")):
            for row in self.connection.execute(statement):
                assert covers(self.scope, row.community)

    def write(self, community: str) -> None:
        """A row that says in which scope it was written."""
        row = {"community": community, "grievance_id": uuid4(), "ends": [as_header(self.scope)]}
        self.connection.execute(insert(cases), row)
        assert covers(self.scope, community)

    def change_all(self, _community: str) -> None:
        """As many are changed as are seen."""
        seen = len(self.connection.execute(select(cases.c.community)).all())
        assert self.connection.execute(update(cases).values(ends=[as_header(self.scope)])).rowcount <= seen

    def move_all(self, community: str) -> None:
        """Nothing is moved over a wall: that is refused, where there is anything to move."""
        if self.connection.execute(text("UPDATE cases SET community = :to"), {"to": community}).rowcount:
            assert covers(self.scope, community)

    def remove(self, community: str) -> None:
        """Nothing of others is removed."""
        gone = self.connection.execute(delete(cases).where(cases.c.community == community)).rowcount
        assert not gone or covers(self.scope, community)

    def step_back(self, community: str) -> None:
        """A savepoint is undone, the scope stays."""
        save = self.connection.begin_nested()
        self.look(community)
        save.rollback()
        self.look(community)

    def fail(self, _community: str) -> None:
        """The transaction is of no use any more."""
        self.connection.execute(text("SELECT 1/0"))

    def die(self, community: str) -> None:
        """The server's process is ended in the middle."""
        pid = self.connection.execute(text("SELECT pg_backend_pid()")).scalar_one()
        with closing(psycopg2.connect(self._url)) as other, other.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(%s)", (pid,))
        self.look(community)

    def end(self, error: BaseException | None = None) -> None:
        """Commit, or roll back because of this."""
        try:
            self._block.__exit__(type(error) if error else None, error, None)
        except BaseException as raised:
            if raised is not error:
                raise


DEEDS = ("look", "write", "change_all", "move_all", "remove", "step_back", "fail", "die")
STEPS = st.tuples(
    st.integers(0, 2),
    st.sampled_from(SCOPES),
    st.sampled_from((*DEEDS, "commit", "ask", "hear")),
    st.sampled_from(COMMUNITIES),
)


def ask(database: Database, scope: Scope, community: str) -> None:
    """A question in this scope is answered: what it may not write is refused, though it is tried again."""
    told: list[Message] = []

    def method(service: Any, _command: Any) -> Any:
        with service.uow as uow:
            uow.cases.ends_of(community, uuid4())
        with service.reading() as connection:
            return list(connection.execute(select(cases.c.community)).scalars())

    message = Message(
        body=b"{}", id="1", type="ask", correlation="1", reply_to="x", headers={"within": as_header(scope)}
    )
    Answer(method, None)(door("partner", database), [Post().deliver(message)], lambda _asked, said: told.append(said))
    assert (told[0].type == "answer") == covers(scope, community)
    if told[0].type == "answer":
        assert all(covers(scope, each) for each in msgspec.json.decode(told[0].body))


def hear(database: Database, communities: set[str]) -> None:
    """Events of these communities are handled together: their handlers see and write in exactly these."""
    seen: set[str] = set()

    def handle(service: Any, event: GrievanceResolved) -> None:
        seen.update(service.uow.connection.execute(select(cases.c.community)).scalars())
        service.uow.cases.ends_of(event.community, event.grievance_id)

    hearing = Hearing(GrievanceResolved, handle, "main", lambda _event: True)
    listener = Listener("partner.main", [hearing], is_stopping=lambda: False, send=lambda *_: None)
    post = Post()
    events = [GrievanceResolved(community=each, grievance_id=uuid4(), resolved_at=NOON) for each in communities]
    listener.handle(door("partner", database), [post.deliver(heard(event)) for event in events])
    assert [fate.what for fate in post.fates] == ["acknowledged"] * len(events)
    assert seen == communities & seen


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(STEPS, max_size=25))
def test_nothing_is_read_or_written_over_a_wall(database: Database, steps: list[tuple[int, Scope, str, str]]) -> None:
    with database.engine.connect() as nobody, database.writing() as connection:
        assert nobody.execute(select(cases)).all() == []
        connection.execute(delete(cases))
        connection.execute(insert(cases), [{"community": each, "grievance_id": uuid4()} for each in COMMUNITIES])
    open_ones: dict[int, Work] = {}
    try:
        for slot, scope, deed, community in steps:
            if deed == "ask":
                ask(database, scope, community)
                continue
            if deed == "hear":
                hear(database, {community, *(each for each in scope if each in COMMUNITIES)})
                continue
            if slot not in open_ones:
                open_ones[slot] = Work(database, scope)
            work = open_ones[slot]
            work.connection.execute(text("SET LOCAL lock_timeout = '50ms'"))
            if deed == "commit":
                open_ones.pop(slot).end()
                continue
            try:
                getattr(work, deed)(community)
            except DBAPIError as error:
                open_ones.pop(slot).end(error)
    finally:
        for work in open_ones.values():
            work.end(KeyError("it was left"))
    with database.reading() as connection:
        for row in connection.execute(select(cases)):
            assert row.ends is None or not row.ends or covers(from_header(row.ends[0]), row.community)
