"""What the partner service tells."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from contracts.event import Event, PeriodApplied


@dataclass(frozen=True, kw_only=True)
class _ReferralEvent(Event):
    about: ClassVar[str] = "referral_id"

    referral_id: UUID
    grievance_id: UUID


@dataclass(frozen=True, kw_only=True)
class PartnerReferred(_ReferralEvent):
    """A grievance was referred to a partner unit; `reason` says in Chinese words why this one."""

    unit_id: UUID
    unit_name: str
    unit_kind: str
    reason: str
    referred_at: datetime


@dataclass(frozen=True, kw_only=True)
class ReferralAccepted(_ReferralEvent):
    """The unit has taken the matter."""

    accepted_at: datetime


@dataclass(frozen=True, kw_only=True)
class ReferralReturned(_ReferralEvent):
    """The unit gives the matter back, with its reason."""

    reason: str
    returned_at: datetime


@dataclass(frozen=True, kw_only=True)
class ReferralCompleted(_ReferralEvent):
    """The unit says the matter is done, with its result in words."""

    result: str
    completed_at: datetime


@dataclass(frozen=True, kw_only=True)
class ReferralWithdrawn(_ReferralEvent):
    """The grievance ended otherwise, so the unit is no longer asked."""

    withdrawn_at: datetime


@dataclass(frozen=True, kw_only=True)
class PartnerMissing(Event):
    """No unit of the kind asked for can be chosen (none known, or every agreement expired)."""

    about: ClassVar[str] = "grievance_id"

    grievance_id: UUID
    unit_kind: str
    reason: str
    missing_at: datetime


@dataclass(frozen=True, kw_only=True)
class ReferralWordsForgotten(PeriodApplied):
    """Referrals ended so long ago that what the units said is gone."""
