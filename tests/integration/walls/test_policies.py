"""What PostgreSQL shows and takes within a scope, whoever asks: from both sides of the wall."""

from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from secrets import token_hex
from typing import Any
from uuid import UUID, uuid4

import psycopg2
import pytest
from psycopg2 import sql
from sqlalchemy import Connection, bindparam, create_engine, delete, event, func, insert, select, text, update
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, ProgrammingError

from chassis.backups import tables
from chassis.config import database_url_of
from chassis.database import Database
from chassis.leased_outbox import Outbox
from chassis.migrate import create_database, migrate
from chassis.run import SERVICES
from chassis.scope import everywhere, within_communities, within_scope
from chassis.service_role import SERVICE_ROLE, RoleRefused
from chassis.walls import WITHOUT_COMMUNITY, unwalled
from services.partner.persistence import cases

HERE, NEXT_DOOR, ELSEWHERE = "410181002011", "410181002012", "320102003001"
ALL = (HERE, NEXT_DOOR, ELSEWHERE)


@pytest.fixture(scope="module")
def url(fresh_database: str) -> str:
    """Address of the migrated database of the partner service."""
    address = database_url_of(fresh_database, "partner")
    migrate("partner", address)
    return address


@pytest.fixture
def database(url: str) -> Iterator[Database]:
    """It, with one case in each of three communities."""
    found = Database(url, pool_size=2)
    with found.writing() as connection:
        connection.execute(delete(cases))
        connection.execute(insert(cases), [{"community": each, "grievance_id": uuid4()} for each in ALL])
    yield found
    found.close()


def seen(database: Database) -> list[str]:
    """The communities whose cases are shown."""
    with database.reading() as connection:
        return sorted(connection.execute(select(cases.c.community)).scalars())


def case(community: str, id: UUID | None = None) -> dict[str, Any]:
    return {"community": community, "grievance_id": id or uuid4()}


# -- what is shown


@pytest.mark.parametrize(
    "scope", [[HERE], [HERE, ELSEWHERE], [HERE[:9]], [HERE[:6]], [HERE[:4]], [HERE[:9], ELSEWHERE]]
)
def test_rows_are_shown_within_the_scope_and_no_others(database: Database, scope: list[str]) -> None:
    with within_communities(scope):
        assert seen(database) == sorted(each for each in ALL if any(each.startswith(part) for part in scope))


def test_everywhere_shows_all_and_nowhere_nothing(database: Database) -> None:
    with everywhere():
        assert seen(database) == sorted(ALL)
    with within_scope(()):
        assert seen(database) == []


def test_whoever_says_no_scope_sees_nothing(database: Database) -> None:
    with database.engine.connect() as connection:
        assert connection.execute(select(func.count()).select_from(cases)).scalar() == 0


def test_a_part_of_a_code_that_is_none_of_the_lengths_shows_nothing(database: Database) -> None:
    with within_scope((HERE[:11],)):
        assert seen(database) == []


# -- what is taken


@pytest.mark.parametrize("scope", [[HERE], [HERE[:9]]])
def test_a_row_is_taken_within_the_scope_and_refused_beyond_it(database: Database, scope: list[str]) -> None:
    with within_communities(scope):
        with database.writing() as connection:
            connection.execute(insert(cases), case(HERE))
        with pytest.raises(ProgrammingError, match="row-level security"), database.writing() as connection:
            connection.execute(insert(cases), case(ELSEWHERE))
    assert seen(database).count(HERE) == 2
    assert seen(database).count(ELSEWHERE) == 1


def test_rows_beyond_the_scope_are_neither_changed_nor_removed(database: Database) -> None:
    with within_communities([HERE]), database.writing() as connection:
        assert connection.execute(update(cases).values(ends=["x"])).rowcount == 1
        assert connection.execute(delete(cases).where(cases.c.community != HERE)).rowcount == 0
    with database.reading() as connection:
        changed = connection.execute(select(cases.c.community).where(cases.c.ends.is_not(None))).scalars().all()
    assert changed == [HERE]


def test_a_row_cannot_be_moved_over_the_wall(database: Database) -> None:
    with (
        within_communities([HERE]),
        pytest.raises(ProgrammingError, match="row-level security"),
        database.writing() as connection,
    ):
        connection.execute(update(cases).values(community=ELSEWHERE))
    assert seen(database) == sorted(ALL)


# -- the scope is that of one transaction


def test_the_next_transaction_on_the_same_connection_has_a_scope_of_its_own(url: str, database: Database) -> None:
    one = Database(url, pool_size=1)
    try:
        for scope in ([HERE], [ELSEWHERE], [NEXT_DOOR]):
            with within_communities(scope):
                assert seen(one) == scope
        with within_scope(()):
            assert seen(one) == []
    finally:
        one.close()


def test_two_transactions_on_one_connection_that_is_kept_are_both_told(database: Database) -> None:
    count = select(func.count()).select_from(cases)
    with within_communities([HERE]), database.reading() as connection:
        assert connection.execute(count).scalar() == 1
        connection.rollback()
        assert connection.execute(count).scalar() == 1


def fail(connection: Connection, _url: str) -> None:
    connection.execute(text("SELECT 1/0"))


def die(connection: Connection, url: str) -> None:
    """The server ends the process that this connection leads to."""
    pid = connection.execute(text("SELECT pg_backend_pid()")).scalar_one()
    with closing(psycopg2.connect(url)) as other, other.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s)", (pid,))
    connection.execute(select(cases)).all()


@pytest.mark.parametrize("go_wrong", [fail, die])
def test_what_goes_wrong_leaves_no_scope_behind(
    url: str, database: Database, go_wrong: Callable[[Connection, str], None]
) -> None:
    one = Database(url, pool_size=1)
    try:
        with within_communities([HERE]), pytest.raises(DBAPIError), one.writing() as connection:
            go_wrong(connection, url)
        with one.engine.connect() as connection:
            assert connection.execute(select(func.count()).select_from(cases)).scalar() == 0
        with within_communities([ELSEWHERE]):
            assert seen(one) == [ELSEWHERE]
    finally:
        one.close()


def test_telling_the_scope_costs_no_statement_of_its_own(database: Database) -> None:
    sent: list[str] = []
    engine = database.engine

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        sent.append(statement)

    event.listen(engine, "after_cursor_execute", note)
    with within_communities([HERE]), database.writing() as connection:
        connection.execute(select(cases))
        connection.execute(select(cases))
    assert len(sent) == 2
    assert ["hemei.within" in statement for statement in sent] == [True, False]


def test_a_first_statement_of_many_rows_is_within_the_scope_too(database: Database) -> None:
    with within_communities([HERE]), database.writing() as connection:
        connection.execute(insert(cases), [case(HERE) for _ in range(3)])
    with within_communities([HERE]):
        assert seen(database) == [HERE] * 4
        change = update(cases).where(cases.c.community == bindparam("where")).values(ends=["x"])
        with database.writing() as connection:
            connection.execute(change, [{"where": each} for each in ALL])
    with database.reading() as connection:
        assert (
            connection.execute(select(cases.c.community).where(cases.c.ends.is_not(None))).scalars().all() == [HERE] * 4
        )
    with (
        within_communities([HERE]),
        pytest.raises(ProgrammingError, match="row-level security"),
        database.writing() as connection,
    ):
        connection.execute(insert(cases), [case(HERE), case(ELSEWHERE)])


# -- whose rights


def test_a_superuser_who_logs_in_works_as_the_service_role(database: Database) -> None:
    with database.reading() as connection:
        assert connection.execute(text("SELECT current_user")).scalar() == SERVICE_ROLE
        assert (
            connection.execute(
                text("SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user")
            ).scalar()
            is False
        )


@pytest.mark.parametrize(
    "statement", ["ALTER TABLE cases DISABLE ROW LEVEL SECURITY", "DROP POLICY within ON cases", "TRUNCATE cases"]
)
def test_the_service_role_cannot_take_a_wall_down(database: Database, statement: str) -> None:
    with pytest.raises(ProgrammingError, match=r"must be owner|permission denied"), database.writing() as connection:
        connection.execute(text(statement))


@pytest.fixture
def ordinary(fresh_database: str) -> Iterator[str]:
    """Address of a database whose owner is an ordinary role, which migrates it and works on it."""
    name = f"hemei_test_{token_hex(4)}"
    base = f"{fresh_database}_{name}"
    create_database(base)
    address = make_url(base)
    with closing(psycopg2.connect(fresh_database)) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(sql.SQL("CREATE ROLE {} LOGIN PASSWORD 'ordinary'").format(sql.Identifier(name)))
            change = sql.SQL("ALTER DATABASE {} OWNER TO {}")
            cursor.execute(change.format(sql.Identifier(str(address.database)), sql.Identifier(name)))
    owned = address.set(username=name, password="ordinary").render_as_string(hide_password=False)
    try:
        yield owned
    finally:
        with closing(psycopg2.connect(fresh_database)) as connection:
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(str(address.database))))
                cursor.execute(sql.SQL("DROP ROLE {}").format(sql.Identifier(name)))


def test_an_ordinary_owner_of_the_tables_is_held_like_everybody(ordinary: str) -> None:
    migrate("partner", ordinary)
    database = Database(ordinary)
    try:
        with database.writing() as connection:
            connection.execute(insert(cases), [case(each) for each in ALL])
            assert connection.execute(text("SELECT current_user")).scalar() == make_url(ordinary).username
        with within_communities([HERE]):
            assert seen(database) == [HERE]
        with database.engine.connect() as connection:
            assert connection.execute(select(func.count()).select_from(cases)).scalar() == 0
    finally:
        database.close()


def test_the_relay_carries_what_was_told_anywhere_also_as_an_ordinary_owner(ordinary: str) -> None:
    migrate("partner", ordinary)
    database = Database(ordinary)
    tell = text(
        "INSERT INTO outbox (message_id, community, type, heard, correlation, body, available_at, attempts)"
        " VALUES (gen_random_uuid(), :community, 'x', true, '', '', now(), 0)"
    )
    with database.writing() as connection:
        for community in ALL:
            connection.execute(tell, {"community": community})
    database.close()
    outbox = Outbox("partner", ordinary)
    try:
        assert {row.message.headers["community"] for row in outbox.waiting()} == set(ALL)
    finally:
        outbox.drop_connection()


def test_an_ordinary_owner_backs_up_and_restores_all_communities(ordinary: str, tmp_path: Path) -> None:
    migrate("partner", ordinary)
    database = Database(ordinary)
    with database.writing() as connection:
        connection.execute(insert(cases), [case(each) for each in ALL])
    database.close()
    tables.back_up({"partner": ordinary}, dict, tmp_path / "safe", (), 10.0)
    with closing(psycopg2.connect(ordinary)) as owner, owner.cursor() as cursor:
        cursor.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
        owner.commit()
    tables.restore(tmp_path / "safe", {"partner": ordinary}, dict, (), migrate)
    restored = Database(ordinary)
    try:
        assert seen(restored) == sorted(ALL)
        with within_communities([HERE]):
            assert seen(restored) == [HERE]
    finally:
        restored.close()


def test_who_could_bypass_the_walls_and_may_not_act_as_the_service_role_is_refused(
    url: str, fresh_database: str
) -> None:
    name = f"hemei_test_{token_hex(4)}"
    with closing(psycopg2.connect(fresh_database)) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(sql.SQL("CREATE ROLE {} LOGIN BYPASSRLS").format(sql.Identifier(name)))
            address = make_url(url).set(username=name).render_as_string(hide_password=False)
            try:
                with pytest.raises(RoleRefused, match="hemei migrate"):
                    Database(address).see_that_walls_hold()
            finally:
                cursor.execute(sql.SQL("DROP ROLE {}").format(sql.Identifier(name)))


@pytest.mark.parametrize("service", SERVICES)
def test_every_table_with_a_community_is_walled_off(service: str, fresh_database: str) -> None:
    address = database_url_of(f"{fresh_database}_all", service)
    migrate(service, address)
    engine = create_engine(address.replace("postgresql://", "postgresql+psycopg2://"))
    with engine.connect() as connection:
        assert [name for name in unwalled(connection) if f"{service}.{name}" not in WITHOUT_COMMUNITY] == []
    engine.dispose()
