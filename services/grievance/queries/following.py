"""A case as whoever filed or joined it sees it, once they have proved that they did."""

from collections.abc import Mapping
from datetime import datetime
from hmac import compare_digest
from typing import Any, NamedTuple
from uuid import UUID

import msgspec
from sqlalchemy import Connection, Row, and_, select

from chassis.fingerprints import fingerprint
from chassis.telephones import same_phone
from contracts.grievance.errors import OnlyTheFiler, ReceiptMismatch
from contracts.grievance.schemas.told import TOLD, entry_for_follower
from services.grievance.domain.grievance import CANCEL_WITHIN, REOPEN_WITHIN, STEPS, Status
from services.grievance.domain.receipts import CLAIM_MARK, claim_of, claim_written, written
from services.grievance.persistence.tables import grievances, neighbours, statements, timeline
from services.grievance.queries.pictures import pictures_of
from services.grievance.queries.urgency import shown_pause


class Proven(NamedTuple):
    """Whose case it is, whether whoever asks filed it, and the id that their claim was made from."""

    id: UUID
    is_filer: bool
    claimed_by: UUID


def prove(connection: Connection, proof: Mapping[str, Any]) -> Proven:
    """The case of a receipt number, where the telephone or the claim belongs to it. Raises `ReceiptMismatch`, the same
    whichever is wrong."""
    receipt = written(proof["receipt"])
    for row, is_filer in ((_filed(connection, receipt), True), (_joined(connection, receipt), False)):
        if row is not None and _belongs(row, proof):
            return Proven(row.grievance_id, is_filer, row.id)
    raise ReceiptMismatch


def prove_filer(connection: Connection, proof: Mapping[str, Any]) -> UUID:
    """The same, for what only the filer may do. Raises `OnlyTheFiler` as well."""
    proven = prove(connection, proof)
    if not proven.is_filer:
        raise OnlyTheFiler
    return proven.id


def _filed(connection: Connection, receipt: str) -> Row[Any] | None:
    asked = select(grievances.c.id, grievances.c.id.label("grievance_id"), statements.c.contact).outerjoin_from(
        grievances,
        statements,
        and_(statements.c.community == grievances.c.community, statements.c.grievance_id == grievances.c.id),
    )
    return connection.execute(asked.where(grievances.c.receipt == receipt)).one_or_none()


def _joined(connection: Connection, receipt: str) -> Row[Any] | None:
    asked = select(neighbours.c.id, neighbours.c.grievance_id, neighbours.c.phone)
    return connection.execute(asked.where(neighbours.c.receipt == receipt)).first()


def _belongs(row: Row[Any], proof: Mapping[str, Any]) -> bool:
    if claim := proof.get("claim"):
        return compare_digest(_claim(row.id), claim_written(claim))
    return same_phone(_phone(row), proof.get("phone", ""))


def _claim(id: UUID) -> str:
    return claim_of(fingerprint(CLAIM_MARK, str(id)))


def _phone(row: Row[Any]) -> str:
    told = row._mapping
    if "phone" in told:
        return told["phone"] or ""
    return msgspec.json.decode(told["contact"], type=dict[str, str]).get("phone", "") if told["contact"] else ""


def show_followed(connection: Connection, proven: Proven, *, receipt: str, now: datetime) -> dict[str, Any]:
    """The case as a resident sees it."""
    joined = select(grievances, statements.c.description).outerjoin_from(
        grievances,
        statements,
        and_(statements.c.community == grievances.c.community, statements.c.grievance_id == grievances.c.id),
    )
    row = connection.execute(joined.where(grievances.c.id == proven.id)).one()
    pause = shown_pause(row)
    shown = {
        "id": str(row.id),
        "receipt": written(receipt),
        "community": row.community,
        "follows_as": "filer" if proven.is_filer else "neighbour",
        "status": row.status,
        "category": row.category,
        "place": row.place,
        "filed_at": row.filed_at.isoformat(),
        "respond_by": row.respond_by.isoformat(),
        "resolve_by": row.resolve_by.isoformat(),
        "round": row.round,
        "neighbours": row.neighbours,
        "responded": row.is_responded,
        "leader": row.leader and {name: row.leader.get(name) for name in ("id", "name", "post", "at")},
        "pause": pause and {**pause, "words": (row.pause_words or "") if proven.is_filer else ""},
        "progress": _progress(connection, row, with_words=proven.is_filer),
        "pictures": [],
        "allowed": [],
        "change_until": None,
        "reopen_until": None,
        "claim": _claim(proven.claimed_by),
    }
    if proven.is_filer:
        shown |= {
            "description": row.description,
            "resolution": row.resolution,
            "score": row.score,
            "pictures": pictures_of(connection, row.community, row.id),
            **_allowed(row, now),
        }
    return shown


def _progress(connection: Connection, row: Row[Any], *, with_words: bool) -> list[dict[str, Any]]:
    entries = (
        select(timeline.c.at, timeline.c.what, timeline.c.who, timeline.c.note)
        .where(timeline.c.community == row.community, timeline.c.grievance_id == row.id, timeline.c.what.in_(TOLD))
        .order_by(timeline.c.at, timeline.c.id)
    )
    return [
        entry_for_follower({**entry._mapping, "at": entry.at.isoformat()}, with_words=with_words)
        for entry in connection.execute(entries)
    ]


def _allowed(row: Row[Any], now: datetime) -> dict[str, Any]:
    """What the filer may do now, and until when."""
    steps = STEPS[Status(row.status)]
    early = row.filed_at + CANCEL_WITHIN
    late = row.ended_at and row.ended_at + REOPEN_WITHIN
    can_change = "cancel" in steps and now <= early
    can_reopen = "reopen" in steps and (late is None or now <= late)
    possible = {"withdraw": can_change, "amend": can_change, "rate": "rate" in steps, "reopen": can_reopen}
    return {
        "allowed": [step for step, is_possible in possible.items() if is_possible],
        "change_until": early.isoformat() if can_change else None,
        "reopen_until": late.isoformat() if can_reopen and late else None,
    }
