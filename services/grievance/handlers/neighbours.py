"""Neighbours join a case instead of filing it twice."""

import secrets
from datetime import datetime
from typing import Any

from chassis.fingerprints import fingerprint
from chassis.telephones import dialled
from chassis.unit_of_work import UnitOfWork
from contracts.grievance.errors import GrievanceNotFound, NothingToKnowBy
from services.grievance.domain.categories import CATEGORIES
from services.grievance.domain.grievance import Grievance
from services.grievance.domain.receipts import CLAIM_MARK, JOINED_BY, SERIALS, claim_of, receipt_number


def join_grievance(uow: UnitOfWork, command: dict[str, Any], *, now: datetime) -> dict[str, Any]:
    """Count a neighbour once, however often they say it; who filed the case themselves counts already."""
    with uow:
        grievance = uow.grievances.get(command["id"])
        if not CATEGORIES[grievance.category].is_shared:
            raise GrievanceNotFound(id=str(grievance.id))
        if command["account"] is not None and command["account"] == grievance.filed_by:
            return _told(grievance, grievance.id, grievance.receipt)
        known_by = _known_by(command)
        if (known := uow.neighbours.find(grievance.community, grievance.id, known_by)) is not None:
            return _told(grievance, *known)
        uow.publish(grievance.join(now=now))
        receipt = receipt_number(now, secrets.randbelow(SERIALS))
        uow.neighbours.keep(
            {
                "community": grievance.community,
                "id": command["neighbour_id"],
                "grievance_id": grievance.id,
                "known_by": known_by,
                "receipt": receipt,
                "account": command["account"],
                "phone": command.get("phone"),
                "joined_at": now,
            }
        )
        return _told(grievance, command["neighbour_id"], receipt)


def join_for_caller(uow: UnitOfWork, command: dict[str, Any], *, now: datetime) -> dict[str, Any]:
    """The same for somebody who called, by whoever writes it down: who filed the case with this telephone counts
    already, and is told the receipt that they have. Raises `NothingToKnowBy`."""
    with uow:
        grievance = uow.grievances.get(command["id"])
        if uow.statements.is_filed_from(grievance.community, grievance.id, command["phone"]):
            return _told(grievance, grievance.id, grievance.receipt)
        return join_grievance(uow, {**command, "account": None, "key": ""}, now=now)


def _told(grievance: Grievance, id: Any, receipt: str) -> dict[str, Any]:
    return {
        "id": str(grievance.id),
        "receipt": receipt,
        "claim": claim_of(fingerprint(CLAIM_MARK, str(id))),
        "neighbours": grievance.neighbours,
    }


def _known_by(command: dict[str, Any]) -> str:
    """A fingerprint by which the neighbour is known again: of the account, else the telephone, else the page's key."""
    phone = dialled(command.get("phone", ""))
    named = {"account": str(command["account"] or ""), "phone": phone, "key": command["key"]}
    for purpose, said in named.items():
        if said:
            return fingerprint(f"{JOINED_BY} {purpose}", said)
    raise NothingToKnowBy
