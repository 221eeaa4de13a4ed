"""The servers that tests stand on: each test module has room of its own, and leaves nothing behind."""

from contextlib import closing

import kombu
import psycopg2
import pytest

from tests.servers import postgresql, rabbitmq
from tests.servers.choice import NotPossible, Server


def test_a_fresh_database_can_be_written_to(fresh_database: str) -> None:
    with closing(psycopg2.connect(fresh_database)) as connection, connection.cursor() as cursor:
        cursor.execute("CREATE TABLE seen (id int)")
        cursor.execute("INSERT INTO seen VALUES (1) RETURNING id")
        assert cursor.fetchone() == (1,)


def test_a_database_is_dropped_with_those_of_its_services_even_while_someone_is_connected(postgres_url: str) -> None:
    with postgresql.fresh_database(postgres_url) as url:
        name = url.rpartition("/")[2]
        with closing(psycopg2.connect(postgres_url)) as connection:
            connection.autocommit = True
            connection.cursor().execute(f'CREATE DATABASE "{name}_grievance"')
        still_connected = psycopg2.connect(url)
        assert sorted(postgresql.databases(postgres_url, name)) == [name, f"{name}_grievance"]
    assert postgresql.databases(postgres_url, name) == []
    still_connected.close()


def test_a_server_is_shared_by_no_more_test_processes_than_it_has_connections_for(postgres_url: str) -> None:
    postgresql.has_room(postgres_url, 1)
    with pytest.raises(NotPossible, match="200 test processes may want 12000"):
        postgresql.has_room(postgres_url, 200)


def test_two_virtual_hosts_do_not_see_each_others_queues(broker_url: str, fresh_broker: str) -> None:
    with kombu.Connection(broker_url) as ours, kombu.Connection(fresh_broker) as theirs:
        ours.SimpleQueue("letters").put("for us")
        letters = theirs.SimpleQueue("letters")
        assert letters.qsize() == 0


def test_a_virtual_host_is_gone_after_use(rabbitmq_server: Server) -> None:
    with rabbitmq.fresh_vhost(rabbitmq_server) as url:
        rabbitmq.answer(url)
    with pytest.raises(NotPossible):
        rabbitmq.answer(url)
