"""Neighbours join a case instead of filing it twice."""

import secrets
from datetime import datetime
from typing import Any
from uuid import UUID

from chassis.fingerprints import fingerprint
from chassis.telephones import dialled
from chassis.unit_of_work import UnitOfWork
from contracts.grievance.errors import GrievanceNotFound, NothingToKnowBy
from services.grievance.domain.categories import CATEGORIES
from services.grievance.domain.grievance import Grievance
from services.grievance.domain.receipts import CLAIM_MARK, JOINED_BY, SERIALS, claim_of, receipt_number


def join_grievance(uow: UnitOfWork, command: dict[str, Any], *, now: datetime) -> dict[str, Any]:
    """Count a neighbour: each account once, each telephone once, and without either each page that keeps a key. Who
    clears what their browser keeps, or writes keys of their own, is taken for somebody new: only the door's limits
    bound that. Who filed the case themselves counts already, where they have an account.

    What was given before is given again to whom it belongs: to the account, or to the page with the same key, from
    which the id is made. A telephone is no proof, for anybody can type it: where it counts already and the page is
    another, that page follows the case with a number of its own and counts no more; where there is no key, nothing
    is given. Raises `NothingToKnowBy`."""
    with uow:
        grievance = _shared(uow, command)
        if command["account"] is not None and command["account"] == grievance.filed_by:
            return _told(grievance, grievance.id, grievance.receipt, is_told=False)
        known_by, is_proof = _known_by(command)
        known = uow.neighbours.find(grievance.community, grievance.id, known_by)
        by_id = uow.neighbours.named(grievance.community, grievance.id, command["neighbour_id"])
        if own := (known if is_proof else None) or by_id:
            return _told(grievance, *own, is_told=known in (None, own))
        if known is None:
            return _joined(uow, grievance, command, known_by, now)
        if not command["key"]:
            return _answer(grievance)
        by_page = {**command, "phone": None}
        page, _ = _known_by(by_page)
        own = uow.neighbours.find(grievance.community, grievance.id, page) or _kept(uow, grievance, by_page, page, now)
        return _told(grievance, *own, is_told=False)


def join_for_caller(uow: UnitOfWork, command: dict[str, Any], *, now: datetime) -> dict[str, Any]:
    """The same for somebody who called, by whoever writes it down: who filed the case with this telephone counts
    already, and is told the receipt that they have. Raises `NothingToKnowBy`."""
    with uow:
        grievance = _shared(uow, command)
        if uow.statements.is_filed_from(grievance.community, grievance.id, command["phone"]):
            return _told(grievance, grievance.id, grievance.receipt, is_told=False)
        command = {**command, "account": None, "key": ""}
        known_by, _ = _known_by(command)
        if known := uow.neighbours.find(grievance.community, grievance.id, known_by):
            return _told(grievance, *known)
        return _joined(uow, grievance, command, known_by, now)


def _shared(uow: UnitOfWork, command: dict[str, Any]) -> Grievance:
    """The case, where neighbours may have the same trouble. Raises `GrievanceNotFound`."""
    grievance: Grievance = uow.grievances.get(command["id"])
    if not CATEGORIES[grievance.category].is_shared:
        raise GrievanceNotFound(id=str(grievance.id))
    return grievance


def _joined(
    uow: UnitOfWork, grievance: Grievance, command: dict[str, Any], known_by: str, now: datetime
) -> dict[str, Any]:
    """Somebody new: counted, kept and told their number."""
    uow.publish(grievance.join(now=now))
    return _told(grievance, *_kept(uow, grievance, command, known_by, now))


def _kept(
    uow: UnitOfWork, grievance: Grievance, command: dict[str, Any], known_by: str, now: datetime
) -> tuple[UUID, str]:
    """Keep one; their id and receipt number."""
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
    return command["neighbour_id"], receipt


def _told(grievance: Grievance, id: Any, receipt: str, *, is_told: bool = True) -> dict[str, Any]:
    claim = claim_of(fingerprint(CLAIM_MARK, str(id)))
    return _answer(grievance, receipt=receipt, claim=claim, neighbour=str(id) if is_told else None)


def _answer(grievance: Grievance, **given: str | None) -> dict[str, Any]:
    """What the door is told; `neighbour` is the id by which somebody who joined may leave how they are told of it."""
    nothing = {"receipt": None, "claim": None, "neighbour": None}
    facts = {"id": str(grievance.id), "community": grievance.community, "neighbours": grievance.neighbours}
    return nothing | given | facts


def _known_by(command: dict[str, Any]) -> tuple[str, bool]:
    """A fingerprint by which the neighbour is known again: of the account, else the telephone, else the page's key; and
    whether whoever brings it has proved that it is theirs."""
    phone = dialled(command.get("phone") or "")
    named = {"account": str(command["account"] or ""), "phone": phone, "key": command["key"]}
    for purpose, said in named.items():
        if said:
            return fingerprint(f"{JOINED_BY} {purpose}", said), purpose != "phone"
    raise NothingToKnowBy
