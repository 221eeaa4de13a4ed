"""PostgreSQL for tests: the ways to a server, and databases that live as long as a test module."""

import secrets
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import psycopg2

from tests.servers import containers, own_postgresql, programs
from tests.servers.choice import NotPossible, Server, Way, WrongAddress

STANDARD = "postgresql://postgres@127.0.0.1:5432/postgres"
NAME = "hemei_test_"
LEFT_BEHIND = timedelta(hours=12)
ROOM = 60
"""Connections that one test process may come to want: two systems of seven services each, and a flood on one."""


def with_database(url: str, database: str) -> str:
    """The same server, another database."""
    return urlsplit(url)._replace(path=f"/{database}").geturl()


def answer(url: str) -> None:
    """Log in and see that databases can be created. Raises `NotPossible`."""
    try:
        with closing(psycopg2.connect(url, connect_timeout=3)) as connection, connection.cursor() as cursor:
            cursor.execute("SELECT rolsuper OR rolcreatedb FROM pg_roles WHERE rolname = current_user")
            (may_create,) = cursor.fetchone()
    except psycopg2.Error as error:
        raise NotPossible(f"{_without_password(url)}: {' '.join(str(error).split())}") from error
    if not may_create:
        raise NotPossible(f"{_without_password(url)}: this user may not create databases")


def has_room(url: str, processes: int) -> None:
    """See that a server allows as many connections as so many test processes want at once. Raises `NotPossible`."""
    with closing(psycopg2.connect(url, connect_timeout=3)) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('max_connections')::int")
        (allowed,) = cursor.fetchone()
    if allowed < processes * ROOM:
        raise NotPossible(
            f"{_without_password(url)}: it allows {allowed} connections, and {processes} test processes may want "
            f"{processes * ROOM}"
        )


def _without_password(url: str) -> str:
    parts = urlsplit(url)
    return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()


def ways(environ: Mapping[str, str]) -> dict[str, Way]:
    """The ways to a PostgreSQL server, by the names in `choice.WAYS`."""

    def given() -> Server:
        if not environ.get("DATABASE_URL"):
            raise NotPossible("DATABASE_URL is not set")
        url = with_database(environ["DATABASE_URL"], "postgres")
        try:
            answer(url)
        except NotPossible as error:
            raise WrongAddress(f"DATABASE_URL: {error}") from error
        return Server(url=url, origin="DATABASE_URL")

    def standard() -> Server:
        answer(STANDARD)
        has_room(STANDARD, int(environ.get("PYTEST_XDIST_WORKER_COUNT", 1)))
        return Server(url=STANDARD, origin="standard port 5432")

    return {
        "given": given,
        "standard": standard,
        "container": lambda: containers.start_postgresql(containers.engine(), answer),
        "local": lambda: own_postgresql.start(answer),
        "install": lambda: programs.install_then("postgresql", lambda: own_postgresql.start(answer)),
    }


@contextmanager
def fresh_database(server_url: str) -> Iterator[str]:
    """A new empty database; it and every database whose name begins with `<its name>_` is dropped afterwards."""
    name = f"{NAME}{datetime.now(UTC):%Y%m%d%H%M%S}_{secrets.token_hex(3)}"
    _execute(server_url, f'CREATE DATABASE "{name}"')
    try:
        yield with_database(server_url, name)
    finally:
        for database in databases(server_url, name):
            drop(server_url, database)


def sweep(server_url: str, now: datetime) -> None:
    """Drop what test runs left behind that were killed."""
    for database in databases(server_url, NAME):
        if is_left_behind(database, now):
            drop(server_url, database)


def is_left_behind(name: str, now: datetime) -> bool:
    """Whether a name of ours carries a time so long ago that its test run must be over."""
    made_at, _, _ = name.removeprefix(NAME).partition("_")
    try:
        return datetime.strptime(made_at, "%Y%m%d%H%M%S").replace(tzinfo=UTC) < now - LEFT_BEHIND
    except ValueError:
        return False


def databases(server_url: str, beginning: str) -> list[str]:
    """Names of the databases that begin with this."""
    with closing(psycopg2.connect(server_url)) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [beginning])
        return [name for (name,) in cursor.fetchall()]


def drop(server_url: str, database: str) -> None:
    """Drop a database, whoever is still connected to it."""
    _execute(server_url, f'DROP DATABASE IF EXISTS "{database}" WITH (FORCE)')


def _execute(url: str, statement: str) -> None:
    with closing(psycopg2.connect(url)) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(statement)
