"""Messages that outlive the process of the embedded form, in a SQLite file: dead letters, and what was sent surely."""

import logging
import sqlite3
from pathlib import Path

import msgspec

from chassis.broker import DEAD_LETTERS, Message, NotSent

log = logging.getLogger(__name__)


class KeptMessages:
    """Keeps messages by the queue they are in, until they are settled there."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._connection = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self._connection.execute("PRAGMA journal_mode=WAL")
        self._connection.execute(
            "CREATE TABLE IF NOT EXISTS kept (number INTEGER PRIMARY KEY AUTOINCREMENT, queue TEXT, message BLOB)"
        )
        self._take_over()

    def keep(self, message: Message, queue: str) -> int:
        """Keep a message on disk; returns its number here. Raises `NotSent`."""
        try:
            kept = self._connection.execute(
                "INSERT INTO kept (queue, message) VALUES (?, ?)", (queue, msgspec.msgpack.encode(message))
            )
        except sqlite3.Error as error:
            raise NotSent(queue) from error
        assert kept.lastrowid is not None
        return kept.lastrowid

    def of(self, queue: str) -> dict[int, Message]:
        """What is kept for a queue, by number, the oldest first."""
        rows = self._connection.execute("SELECT number, message FROM kept WHERE queue = ? ORDER BY number", (queue,))
        return {number: msgspec.msgpack.decode(body, type=Message) for number, body in rows}

    def remove(self, number: int) -> None:
        """It is settled. Where that cannot be written down, the next process delivers it once more, which is harmless;
        raised, it would keep its queue from ever going on."""
        try:
            self._connection.execute("DELETE FROM kept WHERE number = ?", (number,))
        except sqlite3.Error as error:
            log.warning("a message that is settled could not be removed: %s", type(error).__name__)

    def _take_over(self) -> None:
        """Take what version 0.1 laid aside into the queue of dead letters: each queue had its own then."""
        columns = {row[1] for row in self._connection.execute("PRAGMA table_info(dead_letters)")}
        if "message_id" not in columns:
            return
        self._connection.execute("BEGIN IMMEDIATE")
        for queue, body in self._connection.execute("SELECT queue, message FROM dead_letters").fetchall():
            self.keep(msgspec.msgpack.decode(body, type=Message).with_headers(queue=queue), DEAD_LETTERS)
        self._connection.execute("DROP TABLE dead_letters")
        self._connection.execute("COMMIT")
