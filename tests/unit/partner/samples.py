"""A community, a grievance and partner units that tests are told about."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid4

from contracts.organization.events import LeaderAssigned
from services.partner.domain.choosing import Candidate, Request, Term

COMMUNITY = "410181002011"
GRID = "410181002011003"
COURTYARD = "41018100201100302"
HOUSEHOLD = "410181002011003020101"
PATH = (COMMUNITY, GRID, COURTYARD, HOUSEHOLD)
NOON = datetime(2026, 5, 20, 4, 0, tzinfo=UTC)
TODAY = date(2026, 5, 20)
GRIEVANCE = UUID("11111111-1111-4111-8111-111111111111")
THIS_YEAR = Term(valid_from=date(2026, 1, 1), valid_to=date(2026, 12, 31))
LAST_YEAR = Term(valid_from=date(2025, 1, 1), valid_to=date(2025, 12, 31))
NEXT_YEAR = Term(valid_from=date(2027, 1, 1), valid_to=date(2027, 12, 31))


def request(**different: Any) -> Request:
    """A case of flying wires that asks for the tower company."""
    given: dict[str, Any] = {
        "community": COMMUNITY,
        "grievance_id": GRIEVANCE,
        "round": 1,
        "place": HOUSEHOLD,
        "path": PATH,
        "category": "flying_wire",
        "line": "safety",
        "unit_kind": "tower",
        "assigned_at": NOON,
    }
    return Request(**given | different)


def candidate(name: str = "铁塔公司", **different: Any) -> Candidate:
    """A unit that can be chosen, unless told otherwise."""
    given: dict[str, Any] = {"unit_id": uuid4(), "name": name, "terms": (THIS_YEAR,)}
    return Candidate(**given | different)


def leader_assigned(**different: Any) -> LeaderAssigned:
    """The grid leader is named for the case of flying wires."""
    given: dict[str, Any] = {
        "community": COMMUNITY,
        "grievance_id": GRIEVANCE,
        "place": HOUSEHOLD,
        "path": PATH,
        "category": "flying_wire",
        "line": "safety",
        "needs": ("unit",),
        "unit_kind": "tower",
        "leader_id": uuid4(),
        "leader_name": "王桂兰",
        "post": "grid_leader",
        "reason": "第三网格网格长",
        "assigned_at": NOON,
    }
    return LeaderAssigned(**given | different)


def unit(name: str = "铁塔公司", kind: str = "tower", **different: Any) -> dict[str, Any]:
    """The command that registers a unit, as its schema loads it."""
    given: dict[str, Any] = {
        "id": uuid4(),
        "name": name,
        "kind": kind,
        "contact_name": "赵工",
        "phone": "0371-64350000",
        "serves": [],
    }
    return given | different


def agreement(unit_id: UUID, **different: Any) -> dict[str, Any]:
    """The command that records an agreement valid this year, as its schema loads it."""
    given: dict[str, Any] = {
        "id": uuid4(),
        "unit_id": unit_id,
        "parties": "陇海路社区居委会、铁塔公司",
        "cooperation": "problems",
        "scope": [],
        "valid_from": THIS_YEAR.valid_from,
        "valid_to": THIS_YEAR.valid_to,
    }
    return given | different
