"""A PostgreSQL of our own, that can be crashed, stopped and started again on the same files."""

import os
import random
import shutil
import signal
import tempfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import psycopg2

from tests.servers.choice import NotPossible, Server
from tests.servers.ports import free_ports
from tests.servers.programs import Answer, Program, as_user, folder_of, private_ports, run

FOLDERS = ("/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/opt/homebrew/opt/postgresql*/bin")


class OwnPostgreSQL:
    """A PostgreSQL server on a private port, not started yet; it refuses to run as root, so root starts it as the
    user `postgres`. Raises `NotPossible` where it cannot be had.

    It does not wait for the disk: what it says is kept survives its own death, not the machine's.
    """

    def __init__(self, answer: Answer) -> None:
        programs = folder_of("initdb", FOLDERS)
        folder = Path(tempfile.mkdtemp(prefix="hemei-postgresql-"))
        port = free_ports(1, private_ports())[0]
        self.url = f"postgresql://postgres@127.0.0.1:{port}/postgres"
        self.origin = f"{programs}/postgres on port {port}"
        store = folder / "store"
        try:
            become = as_user(_owner_of(folder), "INT")
            run([*become, str(programs / "initdb"), "-D", str(store), "-U", "postgres", "-A", "trust", "-E", "UTF8",
                 "--locale=C", "--no-sync"])  # fmt: skip
        except NotPossible:
            shutil.rmtree(folder)
            raise
        settings = {
            "port": port,
            "listen_addresses": "127.0.0.1",
            "unix_socket_directories": folder,
            "max_connections": 200,
            "fsync": "off",
        }
        command = [*become, str(programs / "postgres"), "-D", str(store)]
        for name, setting in settings.items():
            command += ["-c", f"{name}={setting}"]
        self._program = Program(command, dict(os.environ), folder, lambda: answer(self.url))

    def start(self) -> None:
        """Start it, again too: it then recovers what it had committed."""
        self._program.start()

    def crash(self) -> None:
        """End it without a word to anyone, as `pg_ctl stop -m immediate` does."""
        self._program.end(signal.SIGQUIT)

    def stop(self) -> None:
        """End it for good."""
        self.crash()
        self._program.remove()

    def run(self, statement: str) -> list[tuple[object, ...]]:
        """What a statement answers, each in a transaction of its own."""
        with closing(psycopg2.connect(self.url, connect_timeout=3)) as connection, connection.cursor() as cursor:
            connection.autocommit = True
            cursor.execute(statement)
            return list(cursor.fetchall()) if cursor.description else []

    def cut_some(self, share: float, draw: Callable[[], float] = random.random) -> int:
        """End this share of the connections of Hemei's processes, drawn by lot; how many those were."""
        found = self.run("SELECT pid FROM pg_stat_activity WHERE application_name LIKE 'hemei%'")
        drawn = [pid for (pid,) in found if draw() < share]
        return sum(self.run(f"SELECT pg_terminate_backend({pid})") == [(True,)] for pid in drawn)


def _owner_of(folder: Path) -> str | None:
    if os.geteuid() != 0:
        return None
    try:
        shutil.chown(folder, "postgres", "postgres")
    except LookupError as error:
        raise NotPossible("root, and there is no user postgres to run it as") from error
    return "postgres"


def start(answer: Answer) -> Server:
    """One that is started, for tests that do it no harm."""
    server = OwnPostgreSQL(answer)
    try:
        server.start()
    except NotPossible:
        server.stop()
        raise
    return Server(url=server.url, origin=server.origin, stop=server.stop)
