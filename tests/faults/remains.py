"""What is left behind the door when everything is done: in outboxes, in queues, among the dead letters."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import kombu
import psycopg2

from chassis.broker import DEAD_LETTERS, RETRY_PAUSES
from chassis.port import plans_of
from chassis.run import SERVICES, hearings_of, service_class


def in_outboxes(database_url: str) -> dict[str, int]:
    """How many events each service has not got rid of, where there are any; all services' databases on PostgreSQL."""
    left = {}
    for service in SERVICES:
        with closing(psycopg2.connect(f"{database_url}_{service}")) as connection, connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM outbox")
            left[service] = int(cursor.fetchone()[0])
    return {service: count for service, count in left.items() if count}


def in_queues(broker_url: str) -> dict[str, int]:
    """How many messages lie in each queue, where there are any, dead letters and those that wait for a retry too.

    A broker counts what lies ready: what somebody holds without having acknowledged it is seen once they are gone.
    """
    with kombu.Connection(broker_url) as connection:
        left = {name: _declared(connection, name).message_count for name in _queues()}
    return {name: count for name, count in left.items() if count}


def consumers(broker_url: str) -> dict[str, int]:
    """How many listen on each queue, where anybody does."""
    with kombu.Connection(broker_url) as connection:
        listening = {name: _declared(connection, name).consumer_count for name in _queues()}
    return {name: count for name, count in listening.items() if count}


def _queues() -> Iterator[str]:
    yield from (f"retry.{level}" for level in RETRY_PAUSES)
    yield DEAD_LETTERS
    for service in SERVICES:
        for plan in plans_of(service, hearings_of(service_class(service))):
            if not plan.is_for_calls:
                yield plan.name


def _declared(connection: Any, name: str) -> Any:
    """What the broker says of a queue that is there. Raises where it is not."""
    channel = connection.channel()
    try:
        return channel.queue_declare(name, passive=True)
    finally:
        channel.close()


def in_files(folder: Path) -> dict[str, int]:
    """The same for the one-process form: rows of its outboxes and dead letters, where there are any."""
    tables = {f"{service}.db": "outbox" for service in SERVICES} | {"dead-letters.db": "kept"}
    left = {}
    for file, table in tables.items():
        with closing(sqlite3.connect(f"file:{folder / file}?mode=ro", uri=True)) as connection:
            left[file] = int(connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0])
    return {file: count for file, count in left.items() if count}
