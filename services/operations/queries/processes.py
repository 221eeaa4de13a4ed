"""How processes and outboxes stand, by their last reports."""

from collections import Counter
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, select

from services.operations.persistence.processes import processes

SILENT_AFTER = timedelta(seconds=15)
"""Reports come every two seconds."""

FORGOTTEN_AFTER = timedelta(minutes=10)

Shown = dict[str, Any]


def list_processes(connection: Connection, now: datetime) -> list[Shown]:
    """Every process that has reported lately, by name."""
    names = ("name", "instance", "version", "is_ready", "in_flight", "memory", "started_at", "reported_at")
    known = select(*(processes.c[name] for name in names)).where(processes.c.reported_at > now - FORGOTTEN_AFTER)
    rows = connection.execute(known.order_by(processes.c.name, processes.c.started_at, processes.c.instance))
    return [dict(row) | {"is_silent": row["reported_at"] < now - SILENT_AFTER} for row in rows.mappings()]


def list_outboxes(connection: Connection, now: datetime) -> list[Shown]:
    """How each service's outbox stood in the last report on it."""
    found: dict[str, Shown] = {}
    known = select(processes.c.outboxes).where(processes.c.reported_at > now - FORGOTTEN_AFTER)
    for outboxes in connection.execute(known.order_by(processes.c.reported_at)).scalars():
        found |= {service: {"service": service} | outbox for service, outbox in outboxes.items()}
    return [found[service] for service in sorted(found)]


def in_hand(connection: Connection, now: datetime) -> Counter[str]:
    """How many messages of each queue all processes have in hand."""
    found: Counter[str] = Counter()
    lively = select(processes.c.queues).where(processes.c.reported_at >= now - SILENT_AFTER)
    for queues in connection.execute(lively).scalars():
        found.update({queue: report["in_flight"] for queue, report in queues.items()})
    return found
