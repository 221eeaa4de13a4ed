"""What the partner service does about commands and about events heard."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from chassis.privacy import Kind
from chassis.retention import Period
from contracts.grievance.events import UnitAsked
from contracts.organization.events import LeaderAssigned
from contracts.partner.events import ReferralReturned, ReferralWordsForgotten
from services.partner.domain.choosing import Candidate, Request
from services.partner.domain.referral import Referral, asked_for, refer, requested
from services.partner.domain.rounds import is_over
from services.partner.domain.unit import Agreement, Cooperation, Unit, UnitKind, not_yet_known


def register_units(uow: Any, community: str, units: Sequence[Mapping[str, Any]], *, now: datetime) -> int:
    """Register those units that are not known by their id yet; returns how many."""
    asked = [_unit(community, unit, now) for unit in units]
    with uow:
        fresh = not_yet_known(asked, uow.units.known(community, asked))
        for unit in fresh:
            uow.units.add(unit)
    return len(fresh)


def _unit(community: str, given: Mapping[str, Any], now: datetime) -> Unit:
    return Unit(
        id=given["id"],
        community=community,
        name=given["name"].strip(),
        kind=UnitKind(given["kind"]),
        contact_name=given["contact_name"],
        phone=given["phone"],
        serves=list(given["serves"]),
        registered_at=now,
    )


def sign_agreement(uow: Any, given: Mapping[str, Any], *, now: datetime) -> None:
    """Record an agreement with a unit; the same id again changes nothing."""
    with uow:
        unit = uow.units.get(given["unit_id"])
        if uow.agreements.find(given["id"]) is None:
            uow.agreements.add(_agreement(unit, given, now))


def _agreement(unit: Unit, given: Mapping[str, Any], now: datetime) -> Agreement:
    return Agreement(
        id=given["id"],
        community=unit.community,
        unit_id=unit.id,
        parties=given["parties"],
        cooperation=Cooperation(given["cooperation"]),
        scope=list(given["scope"]),
        valid_from=given["valid_from"],
        valid_to=given["valid_to"],
        signed_at=now,
    )


def refer_to_unit(uow: Any, event: LeaderAssigned, *, now: datetime) -> None:
    """Refer a case that has a leader to a unit, once in each of its rounds."""
    with uow:
        _refer(uow, requested(event), attempt=1, now=now)


def refer_to_next_unit(uow: Any, event: ReferralReturned, *, now: datetime) -> None:
    """Refer a case that a unit has given back to the next one."""
    with uow:
        returned = uow.referrals.get(event.referral_id)
        _refer(uow, returned.request, attempt=returned.attempt + 1, now=now)


def refer_as_asked(uow: Any, event: UnitAsked, *, now: datetime) -> None:
    """Refer a case because its leader wants a unit of a kind, or a certain one; not while another is at work on it, and
    once for each request."""
    with uow:
        ends = uow.cases.ends_of(event.community, event.grievance_id)
        earlier = uow.referrals.of_grievance(event.grievance_id)
        was_answered = any(referral.assigned_at >= event.asked_at or referral.is_open for referral in earlier)
        if was_answered or is_over(event.round, event.asked_at, ends):
            return
        unit = uow.units.find(event.unit_id) if event.unit_id else None
        kind = unit.kind.value if unit else event.unit_kind or ""
        candidates = uow.units.candidates(event.community, kind)
        if event.unit_id:
            candidates = [candidate for candidate in candidates if candidate.unit_id == event.unit_id]
        _refer_to_one_of(uow, asked_for(event, kind), candidates, earlier, now)


def _refer(uow: Any, request: Request, *, attempt: int, now: datetime) -> None:
    ends = uow.cases.ends_of(request.community, request.grievance_id)
    earlier = uow.referrals.of_grievance(request.grievance_id)
    came_already = any((referral.round, referral.attempt) >= (request.round, attempt) for referral in earlier)
    if came_already or is_over(request.round, request.assigned_at, ends):
        return
    candidates = uow.units.candidates(request.community, request.unit_kind)
    _refer_to_one_of(uow, request, candidates, earlier, now)


def _refer_to_one_of(
    uow: Any, request: Request, candidates: Sequence[Candidate], earlier: Sequence[Referral], now: datetime
) -> None:
    referral, told = refer(request, candidates, earlier, now=now)
    if referral is not None:
        uow.referrals.add(referral)
    uow.publish(told)


def withdraw_referrals(uow: Any, community: str, grievance_id: UUID, ended_at: datetime, *, now: datetime) -> None:
    """A case has ended: remember it, and ask nothing more of the units at work on the round that is over."""
    with uow:
        ends = uow.cases.record_end(community, grievance_id, ended_at)
        for referral in uow.referrals.of_grievance(grievance_id):
            if referral.is_open and is_over(referral.round, referral.assigned_at, ends):
                uow.publish(referral.withdraw(now=now))


def accept_referral(uow: Any, referral_id: UUID, *, now: datetime) -> None:
    """The unit takes the matter."""
    with uow:
        uow.publish(uow.referrals.get(referral_id).accept(now=now))


def return_referral(uow: Any, referral_id: UUID, reason: str, *, now: datetime) -> None:
    """The unit gives the matter back."""
    with uow:
        uow.publish(uow.referrals.get(referral_id).return_(reason, now=now))


def complete_referral(uow: Any, referral_id: UUID, result: str, *, now: datetime) -> None:
    """The unit says the matter is done."""
    with uow:
        uow.publish(uow.referrals.get(referral_id).complete(result, now=now))


def forget_words(uow: Any, period: Period, *, most: int, now: datetime) -> None:
    """Take away what units wrote about referrals that ended long ago."""
    with uow:
        for community, count in uow.referrals.forget_words(period.began(now), most).items():
            for facts in period.applied(community, {Kind.ORDINARY: count}, now=now):
                uow.publish(ReferralWordsForgotten(**facts))
