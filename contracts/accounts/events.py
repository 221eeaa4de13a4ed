"""What the accounts service tells: nothing of who may do what, which is asked with every request, so that nobody keeps
a copy; only that details are removed, of somebody or because their time is over."""

from dataclasses import dataclass
from typing import ClassVar

from contracts.event import DetailsErased, PeriodApplied


@dataclass(frozen=True, kw_only=True)
class AccountDetailsErased(DetailsErased):
    """Somebody's accounts, what they were told and chose, are removed."""


@dataclass(frozen=True, kw_only=True)
class ClosedAccountsForgotten(PeriodApplied):
    """Accounts were closed so long ago that they are gone."""

    heard: ClassVar[bool] = False
