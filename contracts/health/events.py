"""What the health service tells: that things happened, never what was found."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar
from uuid import UUID

from contracts.event import DetailsErased, Event, PeriodApplied


@dataclass(frozen=True, kw_only=True)
class ElderRecordsOpened(Event):
    """Health records were opened for residents of sixty and over."""

    about: ClassVar[str] = "community"
    heard: ClassVar[bool] = False

    count: int
    opened_at: datetime


@dataclass(frozen=True, kw_only=True)
class _VisitEvent(Event):
    about: ClassVar[str] = "visit_id"

    visit_id: UUID
    grievance_id: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class HomeVisitPlanned(_VisitEvent):
    """A home visit is planned; `reason` says in Chinese words what for, without any finding."""

    place: str
    due_on: date
    reason: str
    planned_at: datetime


@dataclass(frozen=True, kw_only=True)
class YearlyVisitPlanned(_VisitEvent):
    """The yearly visit to a resident of 65 or over is planned; nobody need be told of each one by itself."""

    heard: ClassVar[bool] = False

    place: str
    due_on: date
    planned_at: datetime


@dataclass(frozen=True, kw_only=True)
class HomeVisitDone(_VisitEvent):
    """A home visit took place."""

    done_at: datetime


@dataclass(frozen=True, kw_only=True)
class HomeVisitMissed(_VisitEvent):
    """A home visit did not take place; why stays with the health service."""

    missed_at: datetime


@dataclass(frozen=True, kw_only=True)
class HomeVisitCancelled(_VisitEvent):
    """The grievance that asked for the visit ended before it took place."""

    cancelled_at: datetime


@dataclass(frozen=True, kw_only=True)
class ElderErased(DetailsErased):
    """What was kept of a person as an elder is removed."""


@dataclass(frozen=True, kw_only=True)
class ElderConsented(Event):
    """An elder agreed, with the doctor, that findings are kept; the register of consents is told."""

    about: ClassVar[str] = "elder_id"

    elder_id: UUID
    given_on: date
    recorded_by: str
    recorded_at: datetime


@dataclass(frozen=True, kw_only=True)
class FindingsForgotten(PeriodApplied):
    """Visits ended so long ago that what was found on them is gone."""
