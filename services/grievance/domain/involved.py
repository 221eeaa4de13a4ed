"""Who helps with a case, as other services have told: leader, volunteers, partner unit, home visit."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID


@dataclass(frozen=True, kw_only=True)
class Leader:
    """The person responsible; `at` is the place of the post, where the case came to them by hand."""

    id: UUID
    name: str
    post: str
    reason: str
    at: str | None = None


@dataclass(kw_only=True)
class Dispatch:
    """A volunteer's dispatch; `id` is the dispatch's."""

    id: UUID
    volunteer_id: UUID
    name: str
    state: str
    reason: str
    minutes: int | None = None


@dataclass(kw_only=True)
class Referral:
    """The referral to a partner unit; `id` is None where no unit could be found."""

    id: UUID | None
    unit_id: UUID | None
    unit: str
    kind: str
    state: str
    reason: str
    result: str = ""


@dataclass(kw_only=True)
class Visit:
    """The home visit planned for the case."""

    id: UUID
    state: str
    due_on: date
    reason: str


@dataclass(kw_only=True)
class Asked:
    """Which help was asked for, by the category or by hand, and is still to be answered."""

    hands: bool = False
    unit: bool = False

    @classmethod
    def by_category(cls, needs: Sequence[str]) -> "Asked":
        """What a category asks for by itself as soon as there is a leader."""
        return cls(hands="hands" in needs, unit="unit" in needs)
