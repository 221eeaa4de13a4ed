"""The last report of every process that runs."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec
from sqlalchemy import BigInteger, Boolean, Column, String, Table, and_, delete, or_

from chassis.database import Document, Moment
from chassis.repository import Register
from contracts.reports import Report
from services.operations.persistence.tables import metadata

processes = Table(
    "processes",
    metadata,
    Column("instance", String(120), primary_key=True),
    Column("name", String(60), nullable=False),
    Column("version", String(60), nullable=False),
    Column("is_ready", Boolean, nullable=False),
    Column("in_flight", BigInteger, nullable=False),
    Column("memory", BigInteger, nullable=False),
    Column("started_at", Moment, nullable=False),
    Column("reported_at", Moment, nullable=False),
    Column("queues", Document, nullable=False),
    Column("outboxes", Document, nullable=False),
)


class Processes(Register):
    """Processes, by the name of this run of them."""

    def keep(self, reports: Sequence[Report], *, now: datetime) -> None:
        """Keep the last report of each, and forget who has said that it ends, or fell silent before another of its name
        began. The time is ours: whether a process is silent hangs on no other clock."""
        rows = {report.instance: _row(report, now) for report in reports}
        self.upsert(processes, [rows[instance] for instance in sorted(rows)], ["instance"])
        gone = [processes.c.instance.in_([report.instance for report in reports if report.is_last])]
        gone += [
            and_(processes.c.name == row["name"], processes.c.reported_at < row["started_at"]) for row in rows.values()
        ]
        self.connection.execute(delete(processes).where(or_(*gone)))

    def forget(self, before: datetime) -> None:
        """Forget who has not reported since."""
        self.connection.execute(delete(processes).where(processes.c.reported_at < before))


def _row(report: Report, now: datetime) -> dict[str, Any]:
    return {
        "instance": report.instance,
        "name": report.process,
        "version": report.version,
        "is_ready": report.is_ready,
        "in_flight": report.in_flight,
        "memory": report.memory,
        "started_at": datetime.fromtimestamp(report.started_at, UTC),
        "reported_at": now,
        "queues": msgspec.to_builtins(report.queues),
        "outboxes": msgspec.to_builtins(report.outboxes),
    }
