"""Grants: a role held at a place, and who may give it to whom."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from contracts.accounts.errors import MayNotGrant
from services.accounts.domain.roles import Role, check_held_at


class Held(Protocol):
    """A role at a place, however it is kept."""

    @property
    def role(self) -> Role:
        """Which role."""
        ...

    @property
    def community(self) -> str:
        """A community's code, or the leading part of one."""
        ...

    @property
    def place(self) -> str | None:
        """A place inside the community; None for all of it."""
        ...


@dataclass(kw_only=True)
class Grant:
    """A role that an account holds at a place until it is revoked."""

    id: UUID
    account_id: UUID
    community: str
    role: Role
    place: str | None = None
    subject: UUID | None = None
    granted_by: UUID | None = None
    granted_at: datetime
    revoked_by: UUID | None = None
    revoked_at: datetime | None = None

    @property
    def is_held(self) -> bool:
        """Whether it has not been revoked."""
        return self.revoked_at is None

    def says(self, role: Role, community: str, place: str | None, subject: UUID | None) -> bool:
        """Whether it is a grant of just this."""
        return (self.role, self.community, self.place, self.subject) == (role, community, place, subject)

    def revoke(self, *, by: UUID | None, now: datetime) -> None:
        """It is held no longer; a second time changes nothing. `by` is None where it follows from something else."""
        if self.is_held:
            self.revoked_by, self.revoked_at = by, now


GRANTED_BY_COMMUNITY = (
    Role.RESIDENT,
    Role.VOLUNTEER,
    Role.BUILDING_LEADER,
    Role.GRID_LEADER,
    Role.DOCTOR,
    Role.PARTNER,
)
"""What secretary and office give within their own community; everything else only administrators give."""


def covers(held: Held, community: str, place: str | None = None) -> bool:
    """Whether what is held at one place covers another. Places inside a community form a tree that is not known here,
    so what is held at one of them is taken to cover just that one."""
    return community.startswith(held.community) and held.place in (None, place)


def may_grant(granter_grants: Iterable[Held], role: Role, community: str, place: str | None) -> bool:
    """Whether somebody who holds these may give this role at this place: an administrator anything at or below his own
    place, secretary and office what a community needs, within theirs."""
    return any(_gives(held.role, role) and covers(held, community, place) for held in granter_grants)


def _gives(giver: Role, role: Role) -> bool:
    if giver is Role.ADMINISTRATOR:
        return True
    return giver in (Role.SECRETARY, Role.OFFICE) and role in GRANTED_BY_COMMUNITY


def may_manage(manager_grants: Sequence[Held], home: str, held: Iterable[Held]) -> bool:
    """Whether somebody who holds these may manage an account that is kept there and holds these: whoever could have
    made it all, and nobody who would thereby get hold of more."""
    if not may_make_accounts(manager_grants, home):
        return False
    return all(may_grant(manager_grants, each.role, each.community, each.place) for each in held)


def may_make_accounts(maker_grants: Iterable[Held], home: str) -> bool:
    """Whether somebody who holds these may make accounts that are kept there."""
    return any(home.startswith(area) for area in areas_managed(maker_grants))


def areas_managed(held: Iterable[Held]) -> list[str]:
    """Where somebody who holds these may make and see accounts."""
    makers = (Role.ADMINISTRATOR, Role.SECRETARY, Role.OFFICE)
    return sorted({each.community for each in held if each.role in makers and each.place is None})


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """A grant that is asked for."""

    role: Role
    community: str
    place: str | None = None
    subject: UUID | None = None


def grant(
    id: UUID, account_id: UUID, wanted: Wanted, granter_grants: Iterable[Held], *, by: UUID, now: datetime
) -> Grant:
    """Give an account a role at a place. Raises `PlaceNeeded`, `SubjectNeeded` or `MayNotGrant`."""
    check_held_at(wanted.role, wanted.community, wanted.place, wanted.subject)
    if not may_grant(granter_grants, wanted.role, wanted.community, wanted.place):
        raise MayNotGrant
    return Grant(
        id=id,
        account_id=account_id,
        community=wanted.community,
        role=wanted.role,
        place=wanted.place,
        subject=wanted.subject,
        granted_by=by,
        granted_at=now,
    )
