"""A case referred to a partner unit, from asking to its end."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID, uuid5

from contracts.grievance.events import UnitAsked
from contracts.organization.events import LeaderAssigned
from contracts.partner.errors import StepForbidden
from contracts.partner.events import (
    PartnerMissing,
    PartnerReferred,
    ReferralAccepted,
    ReferralCompleted,
    ReferralReturned,
    ReferralWithdrawn,
)
from services.partner.domain.calendar import day_in_china
from services.partner.domain.choosing import Candidate, Choice, Request, Shortage, choose


class State(StrEnum):
    """Where a referral stands."""

    REFERRED = "referred"
    ACCEPTED = "accepted"
    RETURNED = "returned"
    COMPLETED = "completed"
    WITHDRAWN = "withdrawn"


STEPS = {State.REFERRED: ("accept", "return"), State.ACCEPTED: ("complete", "return")}
"""What a unit may do in each state; in the others, nothing."""

OPEN = tuple(STEPS)


def allowed_steps(state: State) -> list[str]:
    """What a unit may do in this state."""
    return list(STEPS.get(state, ()))


@dataclass(kw_only=True)
class Referral:
    """One unit asked about one case; when it returns the case, the next unit gets a referral of its own."""

    id: UUID
    community: str
    grievance_id: UUID
    round: int
    attempt: int
    place: str
    path: list[str] = field(default_factory=list)
    category: str
    line: str
    unit_kind: str
    unit_id: UUID
    unit_name: str
    state: State = State.REFERRED
    reason: str
    return_reason: str | None = None
    result: str | None = None
    assigned_at: datetime
    referred_at: datetime
    accepted_at: datetime | None = None
    ended_at: datetime | None = None

    @property
    def is_open(self) -> bool:
        """Whether the unit is still asked or at work."""
        return self.state in OPEN

    @property
    def request(self) -> Request:
        """What was asked for, so that the next unit can be asked the same."""
        return Request(
            community=self.community,
            grievance_id=self.grievance_id,
            round=self.round,
            place=self.place,
            path=tuple(self.path),
            category=self.category,
            line=self.line,
            unit_kind=self.unit_kind,
            assigned_at=self.assigned_at,
        )

    def accept(self, *, now: datetime) -> ReferralAccepted:
        """The unit takes the matter. Raises `StepForbidden`."""
        self._step("accept", State.ACCEPTED)
        self.accepted_at = now
        return ReferralAccepted(
            community=self.community, referral_id=self.id, grievance_id=self.grievance_id, accepted_at=now
        )

    def return_(self, reason: str, *, now: datetime) -> ReferralReturned:
        """The unit gives the matter back, before or after taking it. Raises `StepForbidden`."""
        self._step("return", State.RETURNED)
        self.return_reason, self.ended_at = reason, now
        return ReferralReturned(
            community=self.community,
            referral_id=self.id,
            grievance_id=self.grievance_id,
            reason=reason,
            returned_at=now,
        )

    def complete(self, result: str, *, now: datetime) -> ReferralCompleted:
        """The unit says that what it took is done. Raises `StepForbidden`."""
        self._step("complete", State.COMPLETED)
        self.result, self.ended_at = result, now
        return ReferralCompleted(
            community=self.community,
            referral_id=self.id,
            grievance_id=self.grievance_id,
            result=result,
            completed_at=now,
        )

    def withdraw(self, *, now: datetime) -> ReferralWithdrawn:
        """The case has ended otherwise. Raises `StepForbidden` where the referral has ended already."""
        if not self.is_open:
            raise StepForbidden(step="withdraw", status=str(self.state), allowed=[])
        self.state, self.ended_at = State.WITHDRAWN, now
        return ReferralWithdrawn(
            community=self.community, referral_id=self.id, grievance_id=self.grievance_id, withdrawn_at=now
        )

    def _step(self, step: str, leads_to: State) -> None:
        allowed = allowed_steps(self.state)
        if step not in allowed:
            raise StepForbidden(step=step, status=str(self.state), allowed=allowed)
        self.state = leads_to


def referral_id_of(grievance_id: UUID, round: int, attempt: int) -> UUID:
    """The id of a case's referral: the same however often it is worked out."""
    return uuid5(grievance_id, f"referral:{round}:{attempt}")


def requested(event: LeaderAssigned) -> Request:
    """The request that a named leader's case makes of the partner units."""
    return Request(
        community=event.community,
        grievance_id=event.grievance_id,
        round=event.round,
        place=event.place,
        path=event.path,
        category=event.category,
        line=event.line,
        unit_kind=event.unit_kind or "",
        assigned_at=event.assigned_at,
    )


def asked_for(event: UnitAsked, unit_kind: str) -> Request:
    """The request that a leader makes by hand of a unit of this kind."""
    return Request(
        community=event.community,
        grievance_id=event.grievance_id,
        round=event.round,
        place=event.place,
        path=event.path,
        category=event.category,
        line=event.line,
        unit_kind=unit_kind,
        assigned_at=event.asked_at,
        wanted=event.wanted,
    )


def refer(
    request: Request, candidates: Sequence[Candidate], earlier: Collection[Referral], *, now: datetime
) -> tuple[Referral | None, PartnerReferred | PartnerMissing]:
    """Refer the case to the best unit that has not returned it, and tell so; or tell that there is none, and why.

    `earlier` holds all referrals of the case, of whichever round.
    """
    returned_by = {referral.unit_id for referral in earlier if referral.state is State.RETURNED}
    found = choose(request, candidates, returned_by=returned_by, on=day_in_china(now))
    if isinstance(found, Shortage):
        return None, _missing(request, found, now)
    attempt = 1 + sum(referral.round == request.round for referral in earlier)
    referral = _referral(request, found, attempt, now)
    return referral, PartnerReferred(
        community=request.community,
        referral_id=referral.id,
        grievance_id=request.grievance_id,
        unit_id=found.unit_id,
        unit_name=found.unit_name,
        unit_kind=request.unit_kind,
        reason=found.reason,
        referred_at=now,
    )


def _missing(request: Request, shortage: Shortage, now: datetime) -> PartnerMissing:
    return PartnerMissing(
        community=request.community,
        grievance_id=request.grievance_id,
        unit_kind=request.unit_kind,
        reason=shortage.reason,
        missing_at=now,
    )


def _referral(request: Request, choice: Choice, attempt: int, now: datetime) -> Referral:
    return Referral(
        id=referral_id_of(request.grievance_id, request.round, attempt),
        community=request.community,
        grievance_id=request.grievance_id,
        round=request.round,
        attempt=attempt,
        place=request.place,
        path=list(request.path),
        category=request.category,
        line=request.line,
        unit_kind=request.unit_kind,
        unit_id=choice.unit_id,
        unit_name=choice.unit_name,
        reason=choice.reason,
        assigned_at=request.assigned_at,
        referred_at=now,
    )
