"""A team of volunteers: what it needs before it is sent, and what happens when it grows too small.

A suspended team is not sent: no new dispatch carries its name and its members get no weight for belonging to it.
They remain volunteers and can still be asked as individuals, because a resident should not wait for a third
member to be found; dispatches that were made before go on.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from contracts.volunteer.errors import NotAMember, TeamNotReady
from contracts.volunteer.events import TeamActivated, TeamSuspended

TYPES = {
    "party": "“常有礼”党员志愿者",
    "property": "红色物业志愿服务",
    "veterans": "退役军人志愿者",
    "women": "巾帼志愿服务",
}
"""The four kinds of team of the community's article, with their Chinese names."""

FEWEST_MEMBERS = 3
"""「每支服务团队在3人以上」：以上 includes 3."""

MISSING_WORDS = {"slogan": "口号", "charter": "制度", "members": "队员"}


class TeamState(StrEnum):
    """Whether a team is sent."""

    FOUNDED = "founded"
    ACTIVE = "active"
    SUSPENDED = "suspended"


LATELY = timedelta(days=90)
"""How far back is looked for whether a team runs by itself."""


class Maturity(StrEnum):
    """How far a team has come 「走向“自转”」: our own measure, by what it does and not by what is said of it."""

    FORMING = "forming"
    ACTIVE = "active"
    SELF_RUNNING = "self_running"


def maturity(state: TeamState, served_lately: int) -> Maturity:
    """How far a team in this state has come, so many of whose members have lately served in its name."""
    if state is not TeamState.ACTIVE:
        return Maturity.FORMING
    return Maturity.SELF_RUNNING if served_lately >= FEWEST_MEMBERS else Maturity.ACTIVE


@dataclass(kw_only=True)
class Membership:
    """A volunteer's time in a team; `left_at` is None while it lasts."""

    volunteer_id: UUID
    joined_at: datetime
    left_at: datetime | None = None


@dataclass(kw_only=True)
class Team:
    """A team with everyone who is or was a member. `changes` counts how often members or words
    changed, so that a change of its members is seen to be a change of the team."""

    id: UUID
    community: str
    type: str
    name: str
    slogan: str = ""
    charter: str = ""
    state: TeamState = TeamState.FOUNDED
    founded_at: datetime
    changes: int = 0
    activated_at: datetime | None = None
    memberships: list[Membership] = field(default_factory=list)

    @property
    def members(self) -> list[UUID]:
        """The volunteers who are members now."""
        return [membership.volunteer_id for membership in self.memberships if membership.left_at is None]

    @property
    def missing(self) -> list[str]:
        """What the team still lacks before it may be sent: "slogan", "charter", "members"."""
        return missing(self.slogan, self.charter, len(self.members))

    def join(self, volunteer_id: UUID, *, now: datetime) -> list[TeamActivated]:
        """A volunteer becomes a member; one who is a member already stays one. A suspended team that is complete
        again is sent again."""
        if volunteer_id not in self.members:
            self.memberships.append(Membership(volunteer_id=volunteer_id, joined_at=now))
            self.changes += 1
        return [self._activated(now)] if self.state is TeamState.SUSPENDED and not self.missing else []

    def leave(self, volunteer_id: UUID, *, now: datetime) -> list[TeamSuspended]:
        """A member leaves; one who has left already stays away. An active team that becomes too small is suspended.
        Raises `NotAMember`."""
        times = [membership for membership in self.memberships if membership.volunteer_id == volunteer_id]
        if not times:
            raise NotAMember(volunteer_id=str(volunteer_id))
        for membership in times:
            membership.left_at = membership.left_at or now
        self.changes += 1
        return [self._suspended(now)] if self.state is TeamState.ACTIVE and "members" in self.missing else []

    def unite(self, gone: UUID, kept: UUID, *, now: datetime) -> list[TeamSuspended]:
        """Two entries were one person, who is a member once. An active team that turns out too small is suspended."""
        theirs = [each for each in self.memberships if each.volunteer_id in (gone, kept)]
        united: dict[datetime, Membership] = {}
        for each in sorted(theirs, key=lambda one: one.volunteer_id == gone):
            same = united.setdefault(each.joined_at, each)
            if same is not each:
                is_open = None in (same.left_at, each.left_at)
                same.left_at = None if is_open else max(filter(None, (same.left_at, each.left_at)))
            same.volunteer_id = kept
        ongoing = sorted((each for each in united.values() if each.left_at is None), key=lambda one: one.joined_at)
        for each in ongoing[1:]:
            each.left_at = now
        others = [each for each in self.memberships if each not in theirs]
        self.memberships = sorted([*others, *united.values()], key=lambda one: one.joined_at)
        self.changes += 1
        return [self._suspended(now)] if self.state is TeamState.ACTIVE and "members" in self.missing else []

    def activate(self, *, slogan: str | None, charter: str | None, now: datetime) -> list[TeamActivated]:
        """The team shall be sent, with these words where they are given; one that is sent already goes on being so.
        Raises `TeamNotReady`."""
        self.slogan, self.charter = slogan or self.slogan, charter or self.charter
        if self.missing:
            raise TeamNotReady(missing=[MISSING_WORDS[name] for name in self.missing], fewest=FEWEST_MEMBERS)
        return [] if self.state is TeamState.ACTIVE else [self._activated(now)]

    def _activated(self, now: datetime) -> TeamActivated:
        self.state, self.activated_at = TeamState.ACTIVE, now
        return TeamActivated(community=self.community, team_id=self.id, members=len(self.members), activated_at=now)

    def _suspended(self, now: datetime) -> TeamSuspended:
        self.state = TeamState.SUSPENDED
        return TeamSuspended(community=self.community, team_id=self.id, members=len(self.members), suspended_at=now)


def missing(slogan: str, charter: str, members: int) -> list[str]:
    """What a team with these words and so many members still lacks."""
    lacks = {"slogan": not slogan.strip(), "charter": not charter.strip(), "members": members < FEWEST_MEMBERS}
    return [name for name, is_lacking in lacks.items() if is_lacking]
