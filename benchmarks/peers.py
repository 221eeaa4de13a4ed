"""Immediate peers, measured in the same minute: what the servers beneath us do for a plain client, one after another.

Machines differ, and the same one differs from hour to hour; a ratio to these says more than a number alone.
"""

import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import amqp
import psycopg2

from benchmarks.figures import Figures, rate
from chassis.links import connect, cut

PAYLOAD = "x" * 500


def _times(work: Callable[[], object], seconds: float) -> float:
    """How often a second `work` is done."""
    count, began = 0, time.perf_counter()
    while (took := time.perf_counter() - began) < seconds:
        work()
        count += 1
    return rate(count, took)


def distributed_peers(broker_url: str, database_url: str, seconds: float) -> Figures:
    """What PostgreSQL and RabbitMQ do alone."""
    return {
        "postgresql_inserts": _postgresql_inserts(database_url, seconds),
        "rabbitmq_publishes": _rabbitmq_publishes(broker_url, seconds),
    }


def _postgresql_inserts(url: str, seconds: float) -> float:
    """A row of 500 bytes and a commit that reaches the disk, on one connection."""
    with closing(psycopg2.connect(url)) as connection, connection.cursor() as cursor:
        connection.autocommit = True
        cursor.execute("CREATE TABLE peer (id bigserial PRIMARY KEY, payload text NOT NULL)")
        done = _times(lambda: cursor.execute("INSERT INTO peer (payload) VALUES (%s)", (PAYLOAD,)), seconds)
        cursor.execute("DROP TABLE peer")
    return done


def _rabbitmq_publishes(url: str, seconds: float) -> float:
    """A persistent message of 500 bytes into a quorum queue, each confirmed before the next."""
    connection = connect(url, "hemei benchmark")
    try:
        channel = connection.channel()
        channel.queue_declare("peer", durable=True, auto_delete=False, arguments={"x-queue-type": "quorum"})
        message = amqp.Message(PAYLOAD, delivery_mode=2)
        done = _times(lambda: channel.basic_publish_confirm(message, "", "peer"), seconds)
        channel.queue_delete("peer")
    finally:
        cut(connection)
    return done


def embedded_peers(folder: Path, seconds: float) -> Figures:
    """What SQLite does alone: a row of 500 bytes and a commit that reaches the disk."""
    with closing(sqlite3.connect(folder / "peer.db", isolation_level=None)) as connection:
        for statement in ("PRAGMA journal_mode=WAL", "PRAGMA synchronous=FULL", "CREATE TABLE peer (payload TEXT)"):
            connection.execute(statement)
        insert = "INSERT INTO peer VALUES (?)"
        return {"sqlite_inserts": _times(lambda: connection.execute(insert, (PAYLOAD,)), seconds)}
