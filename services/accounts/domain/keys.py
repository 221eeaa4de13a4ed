"""Keys: what programs sign their requests with, in the name of whoever made them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from contracts.accounts.errors import MayNotGrant
from services.accounts.domain.grants import Held, covers, may_grant
from services.accounts.domain.roles import Role, check_held_at


@dataclass(frozen=True, kw_only=True)
class KeyGrant:
    """A role at a place that a key carries."""

    id: UUID
    role: Role
    community: str
    place: str | None = None
    subject: UUID | None = None


@dataclass(kw_only=True)
class Key:
    """A key of an account. Of the key itself only the hash is kept, and its beginning, to tell it from others."""

    id: UUID
    community: str
    account_id: UUID
    name: str
    key_hash: str
    beginning: str
    scopes: list[str] = field(default_factory=list)
    grants: list[KeyGrant] = field(default_factory=list)
    made_at: datetime
    expires_at: datetime
    used_at: datetime | None = None
    revoked_at: datetime | None = None
    revoked_by: UUID | None = None

    def revoke(self, *, by: UUID, now: datetime) -> None:
        """It opens nothing any more; a second time changes nothing."""
        if self.revoked_at is None:
            self.revoked_at, self.revoked_by = now, by


def check_grants(owner_grants: Sequence[Held], wanted: Iterable[KeyGrant]) -> None:
    """Whether somebody who holds these may let a key carry those. Raises `MayNotGrant`, `PlaceNeeded` or
    `SubjectNeeded`."""
    for each in wanted:
        check_held_at(each.role, each.community, each.place, each.subject)
        if not may_hand_on(owner_grants, each):
            raise MayNotGrant


def may_hand_on(owner_grants: Iterable[Held], wanted: KeyGrant) -> bool:
    """Whether somebody who holds these may let a key carry this: what he holds himself, or may give to others."""
    owned = list(owner_grants)
    return any(_is_within(wanted, each) for each in owned) or may_grant(
        owned, wanted.role, wanted.community, wanted.place
    )


def still_carried(owner_grants: Sequence[Held], carried: Iterable[KeyGrant]) -> list[KeyGrant]:
    """What a key carries now: never more than its owner could hand on at this moment."""
    return [each for each in carried if may_hand_on(owner_grants, each)]


def _is_within(wanted: KeyGrant, held: Held) -> bool:
    same = wanted.role is held.role and getattr(held, "subject", None) == wanted.subject
    return same and covers(held, wanted.community, wanted.place)
