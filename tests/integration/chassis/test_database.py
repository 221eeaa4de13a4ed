"""Connections: what is written is committed or thrown away, and writers wait for each other outside the database."""

from threading import Event, Thread
from uuid import uuid4

import pytest
from sqlalchemy import insert

from chassis.database import Database
from tests.integration.chassis.things import causes, effects


def test_what_is_written_is_there_after_the_block(database: Database) -> None:
    cause = uuid4()
    with database.writing() as connection:
        connection.execute(insert(effects).values(cause=cause))
        assert causes(database) == []
    assert causes(database) == [cause]


def test_what_is_written_in_a_block_that_raises_is_gone(database: Database) -> None:
    with pytest.raises(KeyError), database.writing() as connection:  # noqa: PT012
        connection.execute(insert(effects).values(cause=uuid4()))
        raise KeyError
    assert causes(database) == []


def test_what_is_written_on_a_reading_connection_is_thrown_away(database: Database) -> None:
    with database.reading() as connection:
        connection.execute(insert(effects).values(cause=uuid4()))
    assert causes(database) == []


def test_two_writers_both_come_to_their_turn_and_a_reader_waits_for_neither(database: Database) -> None:
    first, second = uuid4(), uuid4()
    has_written = Event()

    def write() -> None:
        with database.writing() as connection:
            connection.execute(insert(effects).values(cause=second))
        has_written.set()

    other = Thread(target=write)
    with database.writing() as connection:
        connection.execute(insert(effects).values(cause=first))
        other.start()
        assert first not in causes(database)
    assert has_written.wait(5)
    other.join(5)
    assert set(causes(database)) == {first, second}


def test_a_block_left_by_an_error_lets_the_next_writer_in(database: Database) -> None:
    for _ in range(20):
        with pytest.raises(KeyError), database.writing():
            raise KeyError
    with database.writing() as connection:
        connection.execute(insert(effects).values(cause=uuid4()))
    assert len(causes(database)) == 1


def test_a_postgresql_that_vanishes_without_a_word_is_noticed_within_half_a_minute(postgresql: Database) -> None:
    with postgresql.reading() as connection:
        driver = connection.connection.dbapi_connection
        assert driver is not None
        told = driver.get_dsn_parameters()
    idle, interval, count = (int(told[f"keepalives_{name}"]) for name in ("idle", "interval", "count"))
    assert idle + interval * count <= 30
    assert int(told["tcp_user_timeout"]) <= 30_000
