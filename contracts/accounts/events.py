"""What the accounts service tells: nothing of who may do what, which is asked with every request, so that nobody keeps
a copy; only that somebody's details are removed."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from contracts.event import ClassCount, Event


@dataclass(frozen=True, kw_only=True)
class AccountDetailsErased(Event):
    """What somebody with an account was told and chose is removed: in how many rows, by class of data; `kept` says by
    codes why something stays."""

    about: ClassVar[str] = "erasure_id"

    erasure_id: UUID
    removed: tuple[ClassCount, ...]
    kept: tuple[str, ...] = ()
    erased_at: datetime
