"""What the partner service shows."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Connection, Select, select

from chassis.paging import page_of
from contracts.partner.errors import ReferralNotFound, UnitNotFound
from services.partner.domain.referral import State, allowed_steps
from services.partner.domain.unit import Standing, standing
from services.partner.persistence import agreements, open_referrals, referrals, units

_UNIT = (units.c.id, units.c.community, units.c.name, units.c.kind, units.c.contact_name, units.c.serves)
_REFERRAL = (
    referrals.c.id,
    referrals.c.community,
    referrals.c.grievance_id,
    referrals.c.round,
    referrals.c.attempt,
    referrals.c.place,
    referrals.c.category,
    referrals.c.unit_id,
    referrals.c.unit_name.label("unit"),
    referrals.c.unit_kind.label("kind"),
    referrals.c.state,
    referrals.c.reason,
    referrals.c.return_reason,
    referrals.c.result,
    referrals.c.referred_at,
    referrals.c.accepted_at,
    referrals.c.ended_at,
)


def list_units(
    connection: Connection,
    *,
    on: date,
    notice_days: int,
    id: UUID | None = None,
    community: str | None = None,
    kind: str | None = None,
    page: int = 1,
    page_size: int = 50,
) -> dict[str, Any]:
    """Units by name, each with how its agreements stand on that day."""
    chosen = _where(select(*_UNIT), units, id=id, community=community, kind=kind)
    chosen = chosen.order_by(units.c.name, units.c.id)
    shown = page_of(connection, chosen, page=page, page_size=page_size, show=_shown)
    ids = [UUID(item["id"]) for item in shown["items"]]
    signed, at_work = _agreements(connection, ids, on), open_referrals(connection, ids)
    for item in shown["items"]:
        item |= _agreed(signed[item["id"]], on, notice_days)
        item["open_referrals"] = at_work[UUID(item["id"])]
    return shown


def get_unit(connection: Connection, unit_id: UUID, *, on: date, notice_days: int) -> dict[str, Any]:
    """A unit with its telephone and all its agreements. Raises `UnitNotFound`."""
    columns = (*_UNIT, units.c.phone, units.c.registered_at)
    row = connection.execute(select(*columns).where(units.c.id == unit_id)).one_or_none()
    if row is None:
        raise UnitNotFound(id=str(unit_id))
    shown = _shown(row)
    signed = _agreements(connection, [unit_id], on)[shown["id"]]
    at_work = open_referrals(connection, [unit_id])[unit_id]
    return shown | _agreed(signed, on, notice_days) | {"open_referrals": at_work, "agreements": signed}


def get_agreement(connection: Connection, agreement_id: UUID, *, on: date) -> dict[str, Any]:
    """An agreement that is known to exist."""
    row = connection.execute(_signed().where(agreements.c.id == agreement_id)).one()
    return _agreement(row, on)


def get_referral(connection: Connection, referral_id: UUID) -> dict[str, Any]:
    """One referral. Raises `ReferralNotFound`."""
    row = connection.execute(select(*_REFERRAL).where(referrals.c.id == referral_id)).one_or_none()
    if row is None:
        raise ReferralNotFound(id=str(referral_id))
    return _referral(row)


def list_referrals(
    connection: Connection,
    *,
    community: str | None = None,
    unit_id: UUID | None = None,
    grievance_id: UUID | None = None,
    state: str | None = None,
    page: int = 1,
    page_size: int = 50,
) -> dict[str, Any]:
    """Referrals, newest first."""
    wanted = {"community": community, "unit_id": unit_id, "grievance_id": grievance_id, "state": state}
    chosen = _where(select(*_REFERRAL), referrals, **wanted)
    chosen = chosen.order_by(referrals.c.referred_at.desc(), referrals.c.attempt.desc(), referrals.c.id)
    return page_of(connection, chosen, page=page, page_size=page_size, show=_referral)


def _where(chosen: Select[Any], table: Any, **wanted: Any) -> Select[Any]:
    return chosen.where(*(table.c[name] == value for name, value in wanted.items() if value is not None))


def _shown(row: Any) -> dict[str, Any]:
    # The driver's column names are a subclass of str, which msgspec refuses as keys.
    shown: dict[str, Any] = msgspec.to_builtins({str(name): value for name, value in row._mapping.items()})
    return shown


def _referral(row: Any) -> dict[str, Any]:
    return _shown(row) | {"allowed": allowed_steps(State(row.state))}


def _signed() -> Select[Any]:
    return select(*(column for column in agreements.c if column.name not in {"community", "version", "signed_at"}))


def _agreement(row: Any, on: date) -> dict[str, Any]:
    return _shown(row) | {"state": str(standing(row.valid_from, row.valid_to, on))}


def _agreements(connection: Connection, unit_ids: Sequence[UUID], on: date) -> Mapping[str, list[dict[str, Any]]]:
    newest_first = (agreements.c.valid_to.desc(), agreements.c.id)
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in connection.execute(_signed().where(agreements.c.unit_id.in_(unit_ids)).order_by(*newest_first)):
        found[str(row.unit_id)].append(_agreement(row, on))
    return found


def _agreed(signed: Iterable[Mapping[str, Any]], on: date, notice_days: int) -> dict[str, Any]:
    """How a unit stands: its best agreement today, until when it is covered, whether renewal is due."""
    states = {agreement["state"]: agreement["valid_to"] for agreement in reversed(list(signed))}
    best = next((state for state in (Standing.VALID, Standing.NOT_YET, Standing.EXPIRED) if state in states), None)
    until = None if best is None else states[best]
    is_due = (
        best is Standing.VALID
        and Standing.NOT_YET not in states
        and date.fromisoformat(states[best]) <= on + timedelta(days=notice_days)
    )
    return {"agreement": str(best or Standing.NONE), "agreement_until": until, "renewal_due": is_due}
