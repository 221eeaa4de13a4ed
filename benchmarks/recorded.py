"""Seeing from outside when the grievance service has recorded a step: its database is read, nothing is asked of it."""

import sqlite3
from typing import Any
from uuid import UUID

import psycopg2

from chassis.config import database_url_of

DISPATCHED = ("volunteer_offered", "volunteers_exhausted")
ASSIGNED = ("leader_assigned",)

OVERLAP = 500
"""Rows read again each time: a row may become visible after one with a higher number."""


class Recorded:
    """The steps recorded in the timelines, as they become visible to others."""

    def __init__(self, database_url: str) -> None:
        url = database_url_of(database_url, "grievance")
        self._is_sqlite = url.startswith("sqlite")
        self._connection: Any = sqlite3.connect(url.removeprefix("sqlite:///")) if self._is_sqlite else _connected(url)
        self._last = 0

    def fresh(self) -> list[tuple[UUID, str]]:
        """What has become visible lately: grievance and step; the same may come again."""
        mark = "?" if self._is_sqlite else "%s"
        steps = ", ".join(f"'{step}'" for step in (*DISPATCHED, *ASSIGNED))
        cursor = self._connection.cursor()
        cursor.execute(
            f"SELECT id, grievance_id, what FROM timeline WHERE id > {mark} AND what IN ({steps})",
            (max(0, self._last - OVERLAP),),
        )
        rows = cursor.fetchall()
        self._last = max([self._last, *(id for id, _, _ in rows)])
        return [(UUID(str(grievance)), what) for _, grievance, what in rows]

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()


def _connected(url: str) -> Any:
    connection = psycopg2.connect(url)
    connection.autocommit = True
    return connection
