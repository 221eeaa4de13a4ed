"""Volunteers, teams and assignments as the tests of the volunteer service need them."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from contracts.organization.events import LeaderAssigned
from services.volunteer.domain.callout import Callout, Terms, open_callout
from services.volunteer.domain.choosing import Candidate
from services.volunteer.domain.team import Membership, Team, TeamState
from services.volunteer.domain.volunteer import Volunteer

COMMUNITY = "410181002011"
GRID, OTHER_GRID = COMMUNITY + "001", COMMUNITY + "002"
COURTYARD, OTHER_COURTYARD = GRID + "01", GRID + "02"
BUILDING, OTHER_BUILDING = COURTYARD + "01", COURTYARD + "02"
PATH = (COMMUNITY, GRID, COURTYARD, BUILDING, BUILDING + "0101")

NOON = datetime(2026, 5, 6, 4, 0, tzinfo=UTC)
"""Twelve o'clock of a Wednesday in China."""
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)

GRIEVANCE = UUID("3f0c9a52-6d0f-4f3e-9d0a-111111111111")


def candidate(name: str = "赵一", **different: Any) -> Candidate:
    """Someone who can be called out, living elsewhere in the community."""
    return Candidate(**{"volunteer_id": uuid4(), "name": name, "home": (COMMUNITY,)} | different)


def candidates(number: int, **different: Any) -> list[Candidate]:
    """So many of them."""
    return [candidate(f"志愿者{each}", **different) for each in range(number)]


def assigned(**different: Any) -> LeaderAssigned:
    """A leader was named for corridor clutter, which wants two who can carry."""
    facts = {
        "community": COMMUNITY,
        "grievance_id": GRIEVANCE,
        "place": PATH[-1],
        "path": PATH,
        "category": "corridor_clutter",
        "line": "safety",
        "needs": ("hands",),
        "skills": ("carrying",),
        "hands": 2,
        "leader_id": uuid4(),
        "leader_name": "王秀英",
        "post": "grid_leader",
        "reason": "第一网格网格长",
        "assigned_at": NOON - MINUTE,
    }
    return LeaderAssigned(**facts | different)


def callout(terms: Terms | None = None, **different: Any) -> Callout:
    """A call-out for which nobody was asked yet."""
    return open_callout(assigned(**different), terms or Terms(), now=NOON)


def volunteer(**different: Any) -> Volunteer:
    """A volunteer."""
    facts = {
        "id": uuid4(),
        "community": COMMUNITY,
        "name": "钱二",
        "skills": ["carrying"],
        "home_place": COURTYARD,
        "joined_on": date(2025, 3, 5),
    }
    return Volunteer(**facts | different)


def team(members: int = 3, **different: Any) -> Team:
    """A team that has all it needs and was not activated yet."""
    facts = {
        "id": uuid4(),
        "community": COMMUNITY,
        "type": "women",
        "name": "巾帼暖心队",
        "slogan": "巾帼不让须眉",
        "charter": "每周六集中服务一次",
        "state": TeamState.FOUNDED,
        "founded_at": NOON,
        "memberships": [Membership(volunteer_id=uuid4(), joined_at=NOON) for _ in range(members)],
    }
    return Team(**facts | different)


def asked_volunteer(**different: Any) -> dict[str, Any]:
    """A registration as a schema loads it."""
    return {
        "id": uuid4(),
        "name": "孙三",
        "skills": ["搬运"],
        "home_place": COURTYARD,
        "always": True,
        "windows": [],
        "paused_until": None,
        "is_party_member": False,
        "phone": "13800001234",
        "joined_on": None,
    } | different


def step(dispatch_id: UUID, **different: Any) -> dict[str, Any]:
    """A step as a schema loads it."""
    return {"id": dispatch_id, "by": "", "reason": "", "note": "", "at": None, "place": None, "own": []} | different
