"""What the volunteer service tells."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from contracts.event import DetailsErased, Event, PeriodApplied


@dataclass(frozen=True, kw_only=True)
class DispatchFact:
    """One volunteer offered the work, and why them, in Chinese words."""

    dispatch_id: UUID
    volunteer_id: UUID
    name: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class _CalloutEvent(Event):
    about: ClassVar[str] = "callout_id"

    callout_id: UUID
    grievance_id: UUID


@dataclass(frozen=True, kw_only=True)
class VolunteersDispatched(_CalloutEvent):
    """Volunteers were offered work on a grievance; told again for each later candidate."""

    dispatches: tuple[DispatchFact, ...]
    dispatched_at: datetime


@dataclass(frozen=True, kw_only=True)
class _DispatchEvent(_CalloutEvent):
    dispatch_id: UUID
    volunteer_id: UUID


@dataclass(frozen=True, kw_only=True)
class DispatchAccepted(_DispatchEvent):
    """A volunteer has said yes."""

    accepted_at: datetime


@dataclass(frozen=True, kw_only=True)
class DispatchDeclined(_DispatchEvent):
    """A volunteer has said no; why stays with the volunteer service."""

    declined_at: datetime


@dataclass(frozen=True, kw_only=True)
class DispatchLapsed(_DispatchEvent):
    """A volunteer has not answered in time."""

    lapsed_at: datetime


@dataclass(frozen=True, kw_only=True)
class DispatchStoodDown(_DispatchEvent):
    """The work is no longer needed of this volunteer."""

    stood_down_at: datetime


@dataclass(frozen=True, kw_only=True)
class VolunteerCheckedIn(_DispatchEvent):
    """A volunteer is on the spot."""

    checked_in_at: datetime


@dataclass(frozen=True, kw_only=True)
class VolunteerCheckedOut(_DispatchEvent):
    """A volunteer has finished; `minutes` counts the time served, travel excluded."""

    minutes: int
    checked_out_at: datetime


@dataclass(frozen=True, kw_only=True)
class VolunteersExhausted(_CalloutEvent):
    """Nobody more can be asked: `found` of the `wanted` volunteers said yes or are still asked."""

    wanted: int
    found: int
    reason: str
    exhausted_at: datetime


@dataclass(frozen=True, kw_only=True)
class TeamActivated(Event):
    """A team has its name, slogan, charter and at least three members: it may be sent."""

    about: ClassVar[str] = "team_id"
    heard: ClassVar[bool] = False

    team_id: UUID
    members: int
    activated_at: datetime


@dataclass(frozen=True, kw_only=True)
class TeamSuspended(Event):
    """A team has fallen below three members and is not sent any more."""

    about: ClassVar[str] = "team_id"
    heard: ClassVar[bool] = False

    team_id: UUID
    members: int
    suspended_at: datetime


@dataclass(frozen=True, kw_only=True)
class _PairingEvent(Event):
    about: ClassVar[str] = "pairing_id"
    heard: ClassVar[bool] = False

    pairing_id: UUID


@dataclass(frozen=True, kw_only=True)
class PairingSetUp(_PairingEvent):
    """A volunteer begins to keep up with somebody; whom, with what and why stays with the volunteer service."""

    volunteer_id: UUID
    set_up_at: datetime


@dataclass(frozen=True, kw_only=True)
class PairingHandedOver(_PairingEvent):
    """Another volunteer goes on with it, named here."""

    volunteer_id: UUID
    handed_over_at: datetime


@dataclass(frozen=True, kw_only=True)
class PairingClosed(_PairingEvent):
    """A pairing has ended; why stays with the volunteer service."""

    closed_at: datetime


@dataclass(frozen=True, kw_only=True)
class VolunteerErased(DetailsErased):
    """What was kept of a person as a volunteer is removed."""


@dataclass(frozen=True, kw_only=True)
class VolunteerWordsForgotten(PeriodApplied):
    """Cases ended so long ago that the words of those who were asked to help are gone; their hours stay."""


@dataclass(frozen=True, kw_only=True)
class PairingsForgotten(PeriodApplied):
    """Pairings ended so long ago that nobody knows any more who was helped."""
