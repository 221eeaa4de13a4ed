"""What the accounts service tells: nothing of who may do what, which is asked with every request, so that nobody keeps
a copy; only that details are removed, of somebody or because their time is over."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from contracts.event import ClassCount, Event, PeriodApplied


@dataclass(frozen=True, kw_only=True)
class AccountDetailsErased(Event):
    """Somebody's accounts, what they were told and chose, are removed: in how many rows, by class of data; `kept` says
    by codes why something stays."""

    about: ClassVar[str] = "erasure_id"

    erasure_id: UUID
    removed: tuple[ClassCount, ...]
    kept: tuple[str, ...] = ()
    erased_at: datetime


@dataclass(frozen=True, kw_only=True)
class ClosedAccountsForgotten(PeriodApplied):
    """Accounts were closed so long ago that they are gone."""

    heard: ClassVar[bool] = False
