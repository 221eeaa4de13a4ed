"""Seeing from outside when the grievance service has recorded a step: its database is read, nothing is asked of it."""

import sqlite3
import time
from collections import deque
from typing import Any
from uuid import UUID

import psycopg2

from chassis.config import database_url_of

DISPATCHED = ("volunteer_offered", "volunteers_exhausted")
ASSIGNED = ("leader_assigned",)

SECONDS_AGAIN = 1.0
"""Rows of so long are read again each time: a row may become visible after one with a higher number."""


class Recorded:
    """The steps recorded in the timelines, as they become visible to others."""

    def __init__(self, database_url: str) -> None:
        self._seen: deque[tuple[float, int]] = deque()
        url = database_url_of(database_url, "grievance")
        self._is_sqlite = url.startswith("sqlite")
        self._connection: Any = sqlite3.connect(url.removeprefix("sqlite:///")) if self._is_sqlite else _connected(url)

    def fresh(self) -> list[tuple[UUID, str]]:
        """What has become visible lately: grievance and step; the same may come again."""
        mark = "?" if self._is_sqlite else "%s"
        steps = ", ".join(f"'{step}'" for step in (*DISPATCHED, *ASSIGNED))
        cursor = self._connection.cursor()
        cursor.execute(
            f"SELECT id, grievance_id, what FROM timeline WHERE id > {mark} AND what IN ({steps})",
            (self._again_from(),),
        )
        rows = cursor.fetchall()
        self._seen.append((time.monotonic(), max((id for id, _, _ in rows), default=0)))
        return [(UUID(str(grievance)), what) for _, grievance, what in rows]

    def _again_from(self) -> int:
        """The highest number that was seen a second ago."""
        before = time.monotonic() - SECONDS_AGAIN
        while len(self._seen) > 1 and self._seen[1][0] < before:
            self._seen.popleft()
        return self._seen[0][1] if self._seen and self._seen[0][0] < before else 0

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()


def _connected(url: str) -> Any:
    connection = psycopg2.connect(url)
    connection.autocommit = True
    return connection
