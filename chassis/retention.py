"""Retention periods: what was kept for long enough goes, piece by piece, and each piece leaves its proof."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, Connection, FromClause, Table, select

from contracts.event import ClassCount


@dataclass(frozen=True, kw_only=True)
class Period:
    """For how many days something is kept, by which setting."""

    setting: str
    days: float

    def began(self, now: datetime) -> datetime:
        """What is older than this is not to be kept any more."""
        return now - timedelta(days=self.days)

    def applied(self, community: str, removed: Mapping[str, int], *, now: datetime) -> list[dict[str, Any]]:
        """The facts of a `PeriodApplied` to be told where the period was applied and removed something, in so many rows
        of each class of data; none where it removed nothing."""
        counts = tuple(ClassCount(kind=kind, count=count) for kind, count in removed.items() if count)
        facts = {
            "community": community,
            "application_id": uuid4(),
            "setting": self.setting,
            "days": int(self.days),
            "older_than": self.began(now),
            "removed": counts,
            "applied_at": now,
        }
        return [facts] if counts else []


def over(
    connection: Connection, table: Table, *conditions: ColumnElement[bool], most: int, source: FromClause | None = None
) -> dict[str, list[UUID]]:
    """The ids of rows that are over by these conditions, by community, `most` at once; `source` where they speak of
    more than the table."""
    chosen = select(table.c.community, table.c.id).select_from(table if source is None else source)
    found: dict[str, list[UUID]] = {}
    for row in connection.execute(chosen.where(*conditions).limit(most)):
        found.setdefault(row.community, []).append(row.id)
    return found
