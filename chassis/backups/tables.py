"""Backup and restore of the distributed form: every service's tables as they were at one quiet moment, while it runs.

What is in a queue is in no database. So the moment is one at which nothing is on its way: every outbox is held and
found empty, the queues are empty, and nobody who handles an event waits for an outbox. Then each database is read as it
was at that moment, while work goes on.
"""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg2
import sqlalchemy as sa
from psycopg2 import sql
from psycopg2.extensions import ISOLATION_LEVEL_REPEATABLE_READ

from chassis.backups import BackupRefused, Manifest, begin, fingerprints, open_backup, seal
from chassis.scope import EVERYWHERE, as_header

FORM = "distributed"
QUIET_FOR = 1.0
"""Seconds without anything on its way: whoever handles an event in hand has ended or waits for an outbox by then."""
LOOKS = 5
"""How often it is looked at during that time."""
VERSIONS = "alembic_version"

InQueues = Callable[[], Mapping[str, int]]
"""Tells how many messages lie in each queue that holds any."""


class NotQuiet(Exception):
    """Something is on its way: the text says where."""


def back_up(
    databases: Mapping[str, str], in_queues: InQueues, target: Path, keys: tuple[str, ...], patience: float
) -> Manifest:
    """Copy every table of these databases (address by service). Waits up to `patience` seconds for a moment at which
    nothing is on its way. Raises `BackupRefused`."""
    begin(target)
    with ExitStack() as stack:
        connections = _at_one_moment(databases, in_queues, stack, patience)
        revisions = {name: _copy_out(connection, target / name) for name, connection in connections.items()}
    return seal(target, FORM, keys, revisions, datetime.now(UTC))


def _at_one_moment(
    databases: Mapping[str, str], in_queues: InQueues, stack: ExitStack, patience: float
) -> dict[str, Any]:
    deadline = time.monotonic() + patience
    while True:
        try:
            with _held_outboxes(databases) as outboxes:
                _see_that_all_is_quiet(outboxes, in_queues)
                return {name: _reader(url, stack) for name, url in databases.items()}
        except (NotQuiet, psycopg2.errors.LockNotAvailable) as reason:
            if time.monotonic() > deadline:
                raise BackupRefused(
                    f"一直有事件在途（{reason}），没有备份；请先停网关再试",
                    f"Events were on their way all the time ({reason}); no backup. Stop the gateway and try again",
                ) from reason
            time.sleep(1.0)


@contextmanager
def _held_outboxes(databases: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    """Nobody can tell an event, nor take one out of an outbox, while this lasts."""
    with ExitStack() as stack:
        held = {name: stack.enter_context(closing(_connected(url))) for name, url in databases.items()}
        for connection in held.values():
            _run(connection, "SET lock_timeout = '3s'")
            _run(connection, "LOCK TABLE outbox IN SHARE MODE")
        yield held


def _see_that_all_is_quiet(outboxes: Mapping[str, Any], in_queues: InQueues) -> None:
    for _ in range(LOOKS):
        for name, connection in outboxes.items():
            if _run(connection, "SELECT EXISTS (SELECT FROM outbox)")[0][0]:
                raise NotQuiet(f"outbox {name}")
            if _run(connection, _SOMEBODY_WAITS)[0][0]:
                raise NotQuiet(f"work of {name}")
        if queues := in_queues():
            raise NotQuiet(", ".join(queues))
        time.sleep(QUIET_FOR / LOOKS)


_SOMEBODY_WAITS = "SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted AND relation = 'outbox'::regclass)"


def _reader(url: str, stack: ExitStack) -> Any:
    connection = stack.enter_context(closing(_connected(url)))
    connection.set_session(isolation_level=ISOLATION_LEVEL_REPEATABLE_READ, readonly=True)
    _run(connection, "SELECT 1")  # what is seen from now on is settled here
    return connection


def _copy_out(connection: Any, folder: Path) -> str:
    folder.mkdir()
    for table in _tables(connection):
        with (folder / f"{table}.csv").open("wb") as file, connection.cursor() as cursor:
            cursor.copy_expert(sql.SQL("COPY {} TO STDOUT (FORMAT csv, HEADER)").format(sql.Identifier(table)), file)
    return str(_run(connection, f"SELECT version_num FROM {VERSIONS}")[0][0])


def _tables(connection: Any) -> list[str]:
    found = _run(connection, "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename")
    return [name for (name,) in found if name != VERSIONS]


# -- the way back

Upgrade = Callable[[str, str, str], None]
"""Brings a service's database (service, address) to a revision, creating it where it does not exist."""


def restore(
    source: Path, databases: Mapping[str, str], in_queues: InQueues, keys: tuple[str, ...], upgrade: Upgrade
) -> Manifest:
    """Fill databases that do not exist or are empty from a backup, and bring them to the newest schema. Raises
    `BackupRefused`."""
    manifest = open_backup(source, FORM)
    _check_the_keys(manifest, keys)
    _check_that_nothing_is_there(databases, in_queues)
    for name, revision in manifest.revisions.items():
        upgrade(name, databases[name], revision)
        with closing(_connected(databases[name])) as connection:
            _copy_in(connection, databases[name], source / name)
            connection.commit()
        upgrade(name, databases[name], "head")
    return manifest


def _check_the_keys(manifest: Manifest, keys: tuple[str, ...]) -> None:
    if missing := set(manifest.keys) - set(fingerprints(keys)):
        raise BackupRefused(
            f"FIELD_KEYS 里缺少备份时的 {len(missing)} 把密钥，个人信息将无法读出",
            f"FIELD_KEYS lacks {len(missing)} of the keys of that time; personal fields could not be read",
        )


def _check_that_nothing_is_there(databases: Mapping[str, str], in_queues: InQueues) -> None:
    filled = [name for name, url in databases.items() if _is_filled(url)]
    if filled:
        raise BackupRefused(f"已有数据：{'、'.join(filled)}", f"There is data already: {', '.join(filled)}")
    if queues := in_queues():
        raise BackupRefused(
            f"队列里还有消息：{'、'.join(queues)}；请换空的消息服务，或先清空",
            f"There are messages in {', '.join(queues)}; take an empty broker, or purge them first",
        )


def _is_filled(url: str) -> bool:
    try:
        with closing(_connected(url)) as connection:
            return bool(_tables(connection))
    except psycopg2.OperationalError as error:
        if "does not exist" in str(error):
            return False
        raise


def _copy_in(connection: Any, url: str, folder: Path) -> None:
    for table in _in_order(url):
        columns = (folder / f"{table}.csv").open("rb").readline().decode().strip().split(",")
        statement = sql.SQL("COPY {} ({}) FROM STDIN (FORMAT csv, HEADER)").format(
            sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, columns))
        )
        with (folder / f"{table}.csv").open("rb") as file, connection.cursor() as cursor, _unforced(cursor, table):
            cursor.copy_expert(statement, file)
    for table, column, sequence in _run(connection, _SEQUENCES):
        _run(
            connection,
            sql.SQL("SELECT setval({}, (SELECT coalesce(max({}), 0) + 1 FROM {}), false)").format(
                sql.Literal(sequence), sql.Identifier(column), sql.Identifier(table)
            ),
        )


@contextmanager
def _unforced(cursor: Any, table: str) -> Iterator[None]:
    """A table whose owner is held by row-level security cannot be copied into: he is let go meanwhile, in this
    transaction that nobody else sees."""
    cursor.execute("SELECT relforcerowsecurity FROM pg_class WHERE oid = %s::regclass", (table,))
    is_forced = cursor.fetchone()[0]
    change = sql.SQL("ALTER TABLE {} {} ROW LEVEL SECURITY")
    if is_forced:
        cursor.execute(change.format(sql.Identifier(table), sql.SQL("NO FORCE")))
    yield
    if is_forced:
        cursor.execute(change.format(sql.Identifier(table), sql.SQL("FORCE")))


_SEQUENCES = (
    "SELECT table_name, column_name, pg_get_serial_sequence(quote_ident(table_name), column_name)"
    " FROM information_schema.columns WHERE table_schema = 'public'"
    " AND pg_get_serial_sequence(quote_ident(table_name), column_name) IS NOT NULL"
)


def _in_order(url: str) -> Sequence[str]:
    """The tables, each after those that it refers to."""
    engine = sa.create_engine(url.replace("postgresql://", "postgresql+psycopg2://"))
    try:
        found = sa.MetaData()
        found.reflect(engine)
        return [table.name for table in found.sorted_tables if table.name != VERSIONS]
    finally:
        engine.dispose()


def _connected(url: str) -> Any:
    connection = psycopg2.connect(url, connect_timeout=4, application_name="hemei backup")
    _run(connection, f"SELECT set_config('hemei.within', '{as_header(EVERYWHERE)}', false)")
    connection.commit()
    return connection


def _run(connection: Any, statement: Any) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchall() if cursor.description else []
