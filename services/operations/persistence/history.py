"""What was counted and measured of queues and outboxes, in buckets of ten seconds and of five minutes."""

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from sqlalchemy import BigInteger, Column, ColumnElement, Float, Integer, String, Table, case, delete
from sqlalchemy.dialects import postgresql, sqlite

from chassis.repository import Register
from contracts.reports import CRITICAL_BOUNDS
from services.operations.persistence.tables import metadata

FINE, COARSE = 10, 300
"""Seconds that a bucket is wide."""

KEPT = {FINE: 2 * 3600, COARSE: 25 * 3600}
"""Seconds for which buckets of a width are kept: somewhat longer than they are shown."""

CRITICAL = tuple(f"critical_{number}" for number in range(len(CRITICAL_BOUNDS) + 1))
"""Columns that count critical times, by their upper bounds in `CRITICAL_BOUNDS`; the last one all above."""

COUNTS = ("handled", "retried", *CRITICAL)
"""What adds up."""

LEVELS = ("ready", "dead", "outbox_age", "waited")
"""What has a peak: messages waiting, open dead letters, seconds that the oldest in an outbox and the oldest message
taken up had waited. None where nobody has looked."""

samples = Table(
    "samples",
    metadata,
    Column("width", Integer, primary_key=True),
    Column("at", BigInteger, primary_key=True),
    Column("about", String(100), primary_key=True),
    *(Column(name, BigInteger, nullable=False) for name in COUNTS),
    *(Column(name, Float) for name in LEVELS),
)
"""`at` is when the bucket begins, in seconds since 1970; `about` a queue, or a service for its outbox."""


class Samples(Register):
    """Buckets."""

    def add(self, measured: Iterable[Mapping[str, Any]]) -> None:
        """Add to the buckets of either width what was counted at a time `at`, `about` something; what was not
        counted or measured need not be named."""
        buckets: dict[tuple[int, int, str], dict[str, Any]] = {}
        for one in measured:
            for width in KEPT:
                _gather(buckets, (width, int(one["at"]) // width * width, one["about"]), one)
        # In one order, so that two instances that write the same buckets cannot wait for each other.
        if rows := [buckets[key] for key in sorted(buckets)]:
            self.connection.execute(_adding(self.connection.dialect.name), rows)

    def forget(self, now: float) -> None:
        """Forget what is not shown any more."""
        for width, seconds in KEPT.items():
            self.connection.execute(delete(samples).where(samples.c.width == width, samples.c.at < now - seconds))


def _gather(
    buckets: dict[tuple[int, int, str], dict[str, Any]], key: tuple[int, int, str], one: Mapping[str, Any]
) -> None:
    width, at, about = key
    empty = {"width": width, "at": at, "about": about} | dict.fromkeys(COUNTS, 0) | dict.fromkeys(LEVELS)
    bucket = buckets.setdefault(key, empty)
    for name in COUNTS:
        bucket[name] += one.get(name, 0)
    for name in LEVELS:
        known = [level for level in (bucket[name], one.get(name)) if level is not None]
        bucket[name] = max(known, default=None)


@cache
def _adding(dialect: str) -> Any:
    statement = (sqlite.insert if dialect == "sqlite" else postgresql.insert)(samples)
    counts = {name: samples.c[name] + statement.excluded[name] for name in COUNTS}
    levels = {name: _higher(samples.c[name], statement.excluded[name]) for name in LEVELS}
    return statement.on_conflict_do_update(index_elements=["width", "at", "about"], set_=counts | levels)


def _higher(kept: ColumnElement[Any], new: ColumnElement[Any]) -> ColumnElement[Any]:
    """The higher of two; the known one where the other is not."""
    return case((kept.is_(None), new), (kept < new, new), else_=kept)
